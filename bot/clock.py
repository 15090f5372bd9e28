"""The only loop: at every tick each task is done once, and one that fails is told and tried again at the next.

windows     change-my-mind windows that are over are closed
seasons     after something was forgotten, at every start, and every week the season of draft keys is renewed
telegram    what is due in its chats: see `bot.chat.on_telegram.running`
messages    of those that nobody came to clear the numbers are forgotten
alerts      the duty list is called for every alert that is due: on a clock of its own, so that a mail server that is
            slow keeps nothing else waiting, and nothing else keeps a call waiting
mail        every few minutes it is looked whether mail would be taken, before anybody needs it; likewise
refusals    tries that were refused are recorded, as one count for each minute that is over
trail       every hour the trail's chains are joined, and where they have come to is written to the log; likewise
backups     once a day everything is backed up, and backups that are too old go; likewise, for it may take long
retention   once a day what is not kept any more is forgotten
sweeping    sessions that are over and old counters go, and what SQLite's journal still holds of what was deleted
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from bot.logs import places
from bot.mailing import Mailing
from consultations.alerting import Alerting
from consultations.expiring import Expiring
from consultations.forgetting import Forgetting
from consultations.keeping.store.problems import StoreProblem
from consultations.timescales import day_in_england

log = structlog.get_logger(__name__)

TICK = 20.0
CALLS = 5.0
"""A child who is not safe does not wait for the other tasks' turn."""

LOOKS_FOR_MAIL = 300.0
LOOKS_FOR_A_BACKUP = 600.0
JOINS = 3600.0

Task = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True)
class Clock:
    """Ticks until it is stopped. `now` tells the time."""

    tasks: Mapping[str, Task]
    now: Callable[[], datetime]
    every: float = TICK
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Tick, first at once, until `stop`. What was begun at that moment is finished."""
        while not self._stopping.is_set():
            await self.tick()
            try:
                await asyncio.wait_for(self._stopping.wait(), self.every)
            except TimeoutError:  # the usual thing: time for the next tick
                continue

    async def tick(self) -> None:
        """Every task once, each for itself."""
        for name, task in self.tasks.items():
            try:
                await task(self.now())
            except StoreProblem as problem:  # its text holds no value that was on its way to the database
                log.error("database_failed", task=name, says=str(problem))
            except Exception as fault:  # noqa: BLE001 - told by kind and place; the next tick tries again
                log.error("clock_failed", task=name, fault=type(fault).__name__, at=places(fault))

    def stop(self) -> None:
        """Let the loop end."""
        self._stopping.set()


@dataclass(slots=True)
class Renewal:
    """Renews the season when something was forgotten. Nobody remembers what was forgotten before a restart, so the
    first thing it does is to renew."""

    due: bool = True
    under_way: bool = False

    def forgot(self) -> None:
        """Something was forgotten just now."""
        self.due = True

    async def task(self, forgetting: Forgetting, now: datetime) -> None:
        """Begin a season where one is due; end the earlier ones when they may end."""
        if (self.due or forgetting.season_is_over(now)) and not self.under_way:
            self.due, self.under_way = False, True
            await forgetting.begin_season(now)
            return
        if self.under_way and await forgetting.end_season(now):
            self.under_way = False
            log.info("season_renewed")


@dataclass(slots=True)
class Daily:
    """Does its task at the first tick of a day, again at the next where it failed, and at no other."""

    task: Task
    done_on: date | None = None

    async def __call__(self, now: datetime) -> None:
        """Once a day."""
        today = day_in_england(now)
        if self.done_on != today:
            await self.task(now)
            self.done_on = today


async def forget_expired(expiring: Expiring, forgot: Callable[[], None], now: datetime) -> None:
    """The task that forgets what is not kept any more."""
    if await expiring.forget(now):
        forgot()


async def close_windows(forgetting: Forgetting, now: datetime) -> None:
    """The task that closes what is due."""
    if closed := await forgetting.close_windows(now):
        log.info("windows_closed", count=closed)


async def call_duty(alerting: Alerting, tell: Callable[[], datetime], now: datetime) -> None:
    """The task that calls for everything that is due, one after another, each at its own moment."""
    while await alerting.call_next(now):
        now = tell()


async def look_for_mail(mailing: Mailing, now: datetime) -> None:
    """The task that finds out that mail fails before a child needs it."""
    await mailing.look(now)
