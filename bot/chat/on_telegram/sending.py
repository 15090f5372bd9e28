"""What is sent, in order for each chat, as fast as Telegram lets us and no faster.

A chat has one row of jobs and one worker while there are any. What fails in passing is tried again; what fails for good
says which of two it is:

    Undelivered
    ├── Gone        they blocked us, or the account is no more: nothing is sent until they write again
    └── GaveUp      Telegram cannot be reached, or would not take it: the rest of the row is dropped, and what is owed
                    is sent afresh later
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.on_telegram.requests import TooMany

log = structlog.get_logger(__name__)

Call = Callable[[], Awaitable[object]]


class Undelivered(Exception):
    """It did not arrive."""


class Gone(Undelivered):
    """There is nobody there any more."""


class GaveUp(Undelivered):
    """It was tried often enough."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's own (https://core.telegram.org/bots/faq): a message a second to a chat, thirty a second over all."""

    chat: float = 1.0
    overall: float = 1 / 30
    tries: int = 6
    backoff: float = 1.0
    longest: float = 30.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do in a chat: calls that belong together. `message`: it counts against the limit of a chat."""

    call: Call
    message: bool = False
    minor: bool = False  # if it cannot be done, nobody misses it


@dataclass
class Row:
    """A chat's jobs, in order."""

    jobs: deque[tuple[Job, ...]] = field(default_factory=deque)
    worker: asyncio.Task[None] | None = None
    last: float = float("-inf")


class Sender:
    """Sends. `undelivered` is told when a chat's jobs were dropped, and why."""

    def __init__(
        self,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]],
        undelivered: Callable[[int, Undelivered], Awaitable[None]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limits, self._sleep, self._undelivered, self._clock = limits, sleep, undelivered, clock
        self._rows: dict[int, Row] = {}
        self._held = float("-inf")
        self._next = float("-inf")
        self._gate = asyncio.Lock()
        self._stopped = False

    def queue(self, chat: int, *jobs: Job) -> None:
        """Put jobs behind what this chat is waiting for already."""
        row = self._rows.setdefault(chat, Row())
        row.jobs.append(jobs)
        if row.worker is None and not self._stopped:
            row.worker = asyncio.create_task(self._work(chat, row))

    async def idle(self) -> None:
        """Until nothing is waiting."""
        while workers := [row.worker for row in self._rows.values() if row.worker is not None]:
            await asyncio.wait(workers)

    async def stop(self, patience: float) -> None:
        """Send what can be sent in so many seconds. What is left stays owed."""
        workers = [row.worker for row in self._rows.values() if row.worker is not None]
        if workers:
            _, late = await asyncio.wait(workers, timeout=patience)
            self._stopped = True
            for worker in late:
                worker.cancel()
            if late:
                await asyncio.wait(late)

    async def _work(self, chat: int, row: Row) -> None:
        try:
            while row.jobs:
                why = await self._all(row.jobs.popleft(), row)
                if why is not None:
                    row.jobs.clear()
                    await self._undelivered(chat, why)
        finally:
            row.worker = None
            if not row.jobs:
                self._rows.pop(chat, None)
                if row.last > float("-inf"):
                    self._remember(chat, row.last)

    async def _all(self, jobs: Sequence[Job], row: Row) -> Undelivered | None:
        """One job after another; what stopped them."""
        for job in jobs:
            try:
                await self._do(job, row)
            except Gone as gone:
                return gone
            except GaveUp as gave_up:
                if not job.minor:
                    return gave_up
            except Exception as fault:  # noqa: BLE001 - told by its kind; what was owed stays owed
                log.error("telegram_sending_failed", fault=type(fault).__name__)
                return GaveUp()
        return None

    def _remember(self, chat: int, last: float) -> None:
        """A chat that has just been written to waits its second, also when its row was empty meanwhile."""
        now = self._clock()
        if now - last < self._limits.chat:
            self._rows[chat] = Row(last=last)
        for other in [each for each, row in self._rows.items() if not row.jobs and row.worker is None]:
            if now - self._rows[other].last >= self._limits.chat:
                del self._rows[other]

    async def _do(self, job: Job, row: Row) -> None:
        pause = self._limits.backoff
        tries = 0
        while True:
            await self._allowed(job, row)
            try:
                await job.call()
                return
            except TooMany as told:
                log.warning("telegram_too_many", seconds=told.seconds)
                self._held = max(self._held, self._clock() + told.seconds)
                continue
            except Forbidden:
                raise Gone from None
            except BadRequest as refused:
                raise self._refused(refused, job) from None
            except TelegramError as fault:
                tries += 1
                log.info("telegram_not_reached", fault=type(fault).__name__, tries=tries)
                if tries >= self._limits.tries or job.minor:
                    raise GaveUp from None
            await self._sleep(pause)
            pause = min(2 * pause, self._limits.longest)

    def _refused(self, refused: BadRequest, job: Job) -> Undelivered:
        """400. Its text is Telegram's own, and only compared."""
        said = refused.message.lower()
        if "chat not found" in said or "user is deactivated" in said:
            return Gone()
        if not job.minor:
            log.error("telegram_refused_a_message", fault="BadRequest")
        return GaveUp()

    async def _allowed(self, job: Job, row: Row) -> None:
        """Wait until Telegram would take it. Who waits for their chat's second stands in nobody's way."""
        if not job.message:
            await self._until(lambda: self._held)
            return
        await self._until(lambda: row.last + self._limits.chat)
        async with self._gate:
            await self._until(lambda: max(self._held, self._next))
            row.last = self._clock()
            self._next = row.last + self._limits.overall

    async def _until(self, when: Callable[[], float]) -> None:
        """Until this time, which may move while we wait."""
        while (wait := when() - self._clock()) > 0:
            await self._sleep(wait)
