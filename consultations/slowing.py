"""Wrong tries slow the next ones, and never lock: the right code or phrase always opens, if only after some seconds.

1. a try is counted before anything is looked up, so that a hundred at once are counted
2. it waits, where there were many this hour
3. a wrong one counts for everybody, and stays counted; the right one forgives every try under its own keys
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from consultations.keeping.store.counters import Counters
from consultations.keeping.vault.secret import Random

log = structlog.get_logger(__name__)

FREE = 5
"""Tries an hour that cost a caller, or a name, nothing; each one after them waits a second longer."""

FREE_ON_A_CODE = 10
"""The same for a code that many callers try."""

FREE_OF_ALL = 200
"""Wrong tries an hour of everybody; after them every try waits."""

LONGEST_WAIT = 5.0


def wait_for(over: int, of_all: int) -> float:
    """How many seconds a try waits that is so many over the free ones, after so many wrong ones of everybody."""
    return LONGEST_WAIT if of_all > FREE_OF_ALL else min(float(over), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Slowing:
    """Slows the tries at one way in. `sleep` is asyncio's in earnest."""

    counters: Counters
    way_in: str
    sleep: Callable[[float], Awaitable[None]]

    async def count(self, free: Mapping[str, int], now: datetime) -> None:
        """Count a try under each of these keys, with so many free ones each; and wait where there were more."""
        over = 0
        for key, allowed in free.items():
            over += max(await self.counters.count(key, _hour(now)) - allowed, 0)
        seconds = wait_for(over, await self.counters.tries(self.way_in, _hour(now)))
        if seconds:
            log.info("tries_slowed", way_in=self.way_in, seconds=seconds)
            await self.sleep(seconds)

    async def wrong(self, now: datetime) -> None:
        """It was wrong. Where that makes too many of everybody's, the log says so, once an hour."""
        if await self.counters.count(self.way_in, _hour(now)) == FREE_OF_ALL + 1:
            log.warning("many_wrong_tries", way_in=self.way_in, an_hour=FREE_OF_ALL)

    async def right(self, keys: Iterable[str]) -> None:
        """It was right: every try under these keys is forgiven, others' too. Those of everybody are not."""
        for key in keys:
            await self.counters.forgive(key)


class Callers:
    """Tells callers apart without knowing them: a keyed mark of their network, under a key that lives a day.

    The key is in this process's memory alone, so a mark in the database leads back to nobody.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._day: date | None = None
        self._key = b""

    def mark(self, network: str, now: datetime) -> str:
        """The same for the same network on the same day, and for nothing else."""
        if now.date() != self._day:
            self._day, self._key = now.date(), self._random(32)
        return "codes: caller " + hmac.digest(self._key, network.encode(), "sha256")[:12].hex()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
