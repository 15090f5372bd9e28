"""Which chats of a messenger are due to be cleared, and what was.

A message is noted when it was heard or sent, and forgotten when it is gone. Clearing twice is harmless, so whoever is
stopped in between begins again. What could not be cleared is tried every few minutes, for as long as Telegram lets a
bot delete it; afterwards the child is told that it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consultations.keeping.store import Store
from consultations.standing import CLEARED_AFTER, Due, Standing, Whose, due, hour_of

AGAIN_AFTER = timedelta(minutes=10)
NOTED_FOR = timedelta(days=14)
"""After so long nobody clears it, or tells of it, any more: there is no bot, or nobody to write to."""

TRIED_FOR = timedelta(hours=12)
"""But a server that was down for so long tries first."""


@dataclass(frozen=True, slots=True)
class Tidying:
    """Knows what stands where. `tried` are the chats of the last few minutes."""

    store: Store
    tried: dict[str, datetime] = field(default_factory=dict)

    async def note(self, address: str, number: int, sent: datetime, whose: Whose) -> None:
        """A message stands in this chat."""
        await self.store.standing.note(address, Standing(number, hour_of(sent), whose))

    async def want(self, address: str) -> None:
        """The child wants this chat cleared now."""
        await self.store.standing.want(address)

    async def chats(self, now: datetime) -> tuple[str, ...]:
        """The chats in which something is due, but for those that were tried just now."""
        ripe = await self.store.standing.due(now - CLEARED_AFTER)
        for address in [each for each, at in self.tried.items() if now - at >= AGAIN_AFTER or each not in ripe]:
            del self.tried[address]
        anew = tuple(each for each in ripe if each not in self.tried)
        self.tried.update(dict.fromkeys(anew, now))
        return anew

    async def due(self, address: str, now: datetime) -> Due:
        """What is due in this chat."""
        return due(await self.store.standing.of(address), now)

    async def gone(self, address: str, numbers: Sequence[int]) -> None:
        """These are forgotten."""
        if numbers:
            await self.store.standing.gone(address, numbers)

    async def forget(self, since: datetime, now: datetime) -> None:
        """Forget what nobody came to clear, though this process could have since this moment."""
        if now - since >= TRIED_FOR:
            await self.store.standing.forget_before(now - NOTED_FOR)
