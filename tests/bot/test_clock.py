"""The clock: every task gets its turn, whatever happens to another, and it stops when told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock, Daily, Renewal, Task
from consultations.forgetting import Forgetting
from consultations.keeping.store import StoreBusy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_a_task_that_fails_is_told_without_its_message_and_the_others_go_on() -> None:
    done: list[str] = []

    async def failing(now: datetime) -> None:
        raise ValueError("I miss my dog")

    async def working(now: datetime) -> None:
        done.append("worked")

    clock = Clock({"failing": failing, "working": working}, lambda: NOON)
    with capture_logs() as logged:
        await clock.tick()
        await clock.tick()

    assert done == ["worked", "worked"]
    assert [(event["event"], event["task"], event["fault"]) for event in logged] == [
        ("clock_failed", "failing", "ValueError")
    ] * 2
    assert "dog" not in repr(logged)


async def test_a_database_that_is_away_is_told_in_its_own_sentence_and_not_as_a_fault_of_ours() -> None:
    async def away(now: datetime) -> None:
        raise StoreBusy("The database cannot be reached.")

    with capture_logs() as logged:
        await Clock({"sweeping": away}, lambda: NOON).tick()

    assert logged == [
        {
            "event": "database_failed",
            "log_level": "error",
            "task": "sweeping",
            "says": "The database cannot be reached.",
        }
    ]


async def test_it_ticks_at_once_and_again_and_stops_when_told() -> None:
    ticks: list[datetime] = []
    enough = asyncio.Event()

    async def counting(now: datetime) -> None:
        ticks.append(now)
        if len(ticks) == 3:
            enough.set()

    clock = Clock({"counting": counting}, lambda: NOON, every=0.01)
    running = asyncio.create_task(clock.run())
    await asyncio.wait_for(enough.wait(), 5)
    clock.stop()
    await asyncio.wait_for(running, 5)

    assert ticks[:3] == [NOON] * 3


async def test_what_was_begun_is_finished_before_it_stops() -> None:
    began, finished = asyncio.Event(), asyncio.Event()

    async def slow(now: datetime) -> None:
        began.set()
        await asyncio.sleep(0.05)
        finished.set()

    clock = Clock({"slow": slow}, lambda: NOON, every=60)
    running = asyncio.create_task(clock.run())
    await began.wait()
    clock.stop()
    await asyncio.wait_for(running, 5)

    assert finished.is_set()


@dataclass
class SmallForgetting:
    """Remembers what was asked of it; a season ends at the second time of asking."""

    asked: list[str] = field(default_factory=list)
    over: bool = False

    def season_is_over(self, now: datetime) -> bool:
        return self.over

    async def begin_season(self, now: datetime) -> None:
        self.asked.append("begin")

    async def end_season(self, now: datetime) -> bool:
        self.asked.append("end")
        return self.asked[-2:] == ["end", "end"]


def task_of(renewal: Renewal, forgetting: SmallForgetting) -> Task:
    return partial(renewal.task, cast(Forgetting, forgetting))


async def ticks(task: Task, count: int) -> None:
    for _ in range(count):
        await task(NOON)


async def test_the_season_is_renewed_at_every_start_and_then_only_when_something_was_forgotten() -> None:
    renewal, forgetting = Renewal(), SmallForgetting()
    task = task_of(renewal, forgetting)
    await ticks(task, 6)
    at_start = list(forgetting.asked)
    renewal.forgot()
    await ticks(task, 6)

    assert at_start == ["begin", "end", "end"]
    assert forgetting.asked == at_start * 2


async def test_a_season_that_lasted_its_week_is_renewed() -> None:
    renewal, forgetting = Renewal(), SmallForgetting()
    task = task_of(renewal, forgetting)
    await ticks(task, 6)
    forgetting.over = True
    await task(NOON)

    assert forgetting.asked == ["begin", "end", "end", "begin"]


async def test_what_is_due_daily_is_done_once_a_day_and_again_where_it_failed() -> None:
    done: list[datetime] = []

    async def fails_once(now: datetime) -> None:
        done.append(now)
        if len(done) == 1:
            raise StoreBusy("once more")

    daily = Daily(fails_once)
    with pytest.raises(StoreBusy):
        await daily(NOON)
    for hours in (0, 1, 11, 12, 13):
        await daily(NOON + timedelta(hours=hours))

    assert done == [NOON, NOON, NOON + timedelta(hours=12)]


async def test_what_is_forgotten_during_a_renewal_gets_one_of_its_own() -> None:
    renewal, forgetting = Renewal(), SmallForgetting()
    task = task_of(renewal, forgetting)
    await ticks(task, 2)
    renewal.forgot()
    await ticks(task, 6)

    assert forgetting.asked == ["begin", "end", "end", "begin", "end", "end"]
