"""As fast as Telegram lets us and no faster, each chat in order: on a clock that moves when everybody waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count, pairwise

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.chat.on_telegram.requests import TooMany
from bot.chat.on_telegram.sending import LIMITS, GaveUp, Gone, Job, Sender, Undelivered

AMAL, NOOR = 1, 2
A_HAIR = 1e-6


@dataclass
class Clock:
    """Nobody waits in earnest: once everybody sleeps, it is the time of whoever wakes first."""

    now: float = 0.0
    _asleep: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    _turns: count[int] = field(default_factory=count)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heappush(self._asleep, (self.now + seconds, next(self._turns), woken))
        await woken

    async def run(self, sender: Sender) -> None:
        """Until nothing is left to send."""
        done = asyncio.create_task(sender.idle())
        while not done.done():
            for _ in range(50):  # everybody who can go on does
                await asyncio.sleep(0)
            if self._asleep:
                self.now, _, woken = heappop(self._asleep)
                woken.set_result(None)


@dataclass
class Telegram:
    """What was sent to whom, and when. `fails`: what the next calls meet."""

    clock: Clock = field(default_factory=Clock)
    sent: list[tuple[float, int, str]] = field(default_factory=list)
    fails: list[TelegramError] = field(default_factory=list)
    tried: list[float] = field(default_factory=list)
    told: list[tuple[int, type[Undelivered]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sender = Sender(LIMITS, self.clock.sleep, self._undelivered, lambda: self.clock.now)

    async def _undelivered(self, chat: int, why: Undelivered) -> None:
        self.told.append((chat, type(why)))

    def job(self, chat: int, text: str, *, minor: bool = False) -> Job:
        async def call() -> None:
            self.tried.append(self.clock.now)
            if self.fails:
                raise self.fails.pop(0)
            self.sent.append((self.clock.now, chat, text))

        return Job(call, message=not minor, minor=minor)

    def queue(self, chat: int, *texts: str) -> None:
        self.sender.queue(chat, *(self.job(chat, text) for text in texts))

    async def all_sent(self) -> None:
        await self.clock.run(self.sender)

    def to(self, chat: int) -> list[tuple[float, str]]:
        return [(at, text) for at, whose, text in self.sent if whose == chat]


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


async def test_a_chat_gets_a_message_a_second_in_the_order_in_which_they_were_said(telegram: Telegram) -> None:
    telegram.queue(AMAL, "one", "two")
    telegram.queue(AMAL, "three")
    await telegram.all_sent()

    assert [text for _, text in telegram.to(AMAL)] == ["one", "two", "three"]
    assert [at for at, _ in telegram.to(AMAL)] == pytest.approx([0.0, 1.0, 2.0], abs=0.1)
    assert all(later - at >= 1.0 for (at, _), (later, _) in pairwise(telegram.to(AMAL)))


async def test_the_second_of_a_chat_is_kept_also_when_its_row_was_empty_meanwhile(telegram: Telegram) -> None:
    telegram.queue(AMAL, "one")
    await telegram.all_sent()
    telegram.queue(AMAL, "two")
    await telegram.all_sent()

    assert telegram.to(AMAL)[1][0] >= 1.0


async def test_over_all_thirty_leave_in_a_second_and_no_more(telegram: Telegram) -> None:
    for chat in range(90):
        telegram.queue(chat, "hello")
    await telegram.all_sent()
    times = [at for at, _, _ in telegram.sent]

    assert len(times) == 90
    assert times[-1] == pytest.approx(89 / 30, abs=0.01)
    assert all(times[here + 30] - times[here] >= 1.0 - A_HAIR for here in range(60))


async def test_a_chat_that_waits_for_its_second_stands_in_nobody_s_way(telegram: Telegram) -> None:
    telegram.queue(AMAL, *"abcdefghij")
    for chat in range(2, 22):
        telegram.queue(chat, "hello")
    await telegram.all_sent()

    assert max(at for at, chat, _ in telegram.sent if chat != AMAL) < 1.0


async def test_for_as_long_as_telegram_says_nothing_at_all_is_sent(telegram: Telegram) -> None:
    telegram.fails = [TooMany(7)]
    telegram.queue(AMAL, "one")
    telegram.queue(NOOR, "two")
    telegram.sender.queue(3, telegram.job(3, "a button's clock", minor=True))
    await telegram.all_sent()

    assert telegram.tried[0] == 0.0
    assert all(at >= 7.0 for at in telegram.tried[1:])
    assert sorted(text for _, _, text in telegram.sent) == ["a button's clock", "one", "two"]


async def test_told_to_wait_again_and_again_it_waits_and_gives_nothing_up(telegram: Telegram) -> None:
    telegram.fails = [TooMany(3)] * 20
    telegram.queue(AMAL, "one")
    await telegram.all_sent()

    assert [at for at, _ in telegram.to(AMAL)] == pytest.approx([60.0], abs=0.1)
    assert telegram.told == []


async def test_what_fails_in_passing_is_tried_less_and_less_often_and_then_owed(telegram: Telegram) -> None:
    telegram.fails = [NetworkError("")] * LIMITS.tries
    telegram.queue(AMAL, "one", "two")
    telegram.queue(AMAL, "three")
    await telegram.all_sent()
    pauses = [later - at for at, later in pairwise(telegram.tried)]

    assert pauses == sorted(pauses)
    assert 1.0 <= pauses[0] <= pauses[-1] <= LIMITS.longest
    assert (telegram.sent, telegram.told) == ([], [(AMAL, GaveUp)])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        pytest.param(Forbidden("bot was blocked by the user"), Gone, id="blocked"),
        pytest.param(BadRequest("Chat not found"), Gone, id="no such chat"),
        pytest.param(BadRequest("user is deactivated"), Gone, id="an account that is no more"),
        pytest.param(BadRequest("message is too long"), GaveUp, id="refused"),
    ],
)
async def test_what_will_never_go_well_is_not_tried_again(
    telegram: Telegram, fault: TelegramError, why: type[Undelivered]
) -> None:
    telegram.fails = [fault]
    telegram.queue(AMAL, "one")
    telegram.queue(AMAL, "two")
    telegram.queue(NOOR, "three")
    await telegram.all_sent()

    assert telegram.told == [(AMAL, why)]
    assert [text for _, _, text in telegram.sent] == ["three"]


async def test_what_nobody_would_miss_is_tried_once_and_what_comes_after_it_goes_on(telegram: Telegram) -> None:
    telegram.fails = [NetworkError("")]
    telegram.sender.queue(AMAL, telegram.job(AMAL, "a button's clock", minor=True), telegram.job(AMAL, "one"))
    await telegram.all_sent()

    assert [text for _, text in telegram.to(AMAL)] == ["one"]
    assert telegram.told == []


async def test_a_fault_nobody_thought_of_leaves_the_chat_owed_and_the_next_one_is_sent(telegram: Telegram) -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    telegram.sender.queue(AMAL, telegram.job(AMAL, "one"), Job(breaks))
    await telegram.all_sent()
    telegram.queue(AMAL, "two")
    await telegram.all_sent()

    assert telegram.told == [(AMAL, GaveUp)]
    assert [text for _, text in telegram.to(AMAL)] == ["one", "two"]


async def test_stopped_it_sends_what_it_can_in_the_time_it_has_and_nothing_afterwards(telegram: Telegram) -> None:
    limits = replace(LIMITS, chat=0.0, overall=0.0)
    sender = Sender(limits, telegram.clock.sleep, telegram._undelivered, lambda: telegram.clock.now)
    stuck = asyncio.Event()

    async def waits() -> None:
        await stuck.wait()

    sender.queue(AMAL, telegram.job(AMAL, "one"))
    sender.queue(NOOR, Job(waits), telegram.job(NOOR, "two"))
    await sender.stop(0.05)
    stuck.set()
    sender.queue(AMAL, telegram.job(AMAL, "three"))
    await asyncio.sleep(0.01)

    assert [text for _, _, text in telegram.sent] == ["one"]
