"""Accounts of a messenger: found by a blind index, written to by what is sealed, one child at a time.

Nothing in the database leads from a child to an account, or back, without the chat's key file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from consultations.addresses import TELEGRAM
from consultations.keeping.store import Store
from consultations.keeping.vault.details import blind_index, open_details, seal_details
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random

KIND = "account"
TRIES = 3
"""How often an update is tried before it is set aside, so that the ones behind it are heard."""

A_GAP = timedelta(hours=24)
"""Telegram keeps what it could not deliver for so long, and then drops it."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """Knows accounts. `heard` are those that this process has heard already. Whoever never came in is kept nowhere."""

    store: Store
    keys: ChatKeys
    random: Random
    heard: set[str] = field(default_factory=set)

    def address(self, account: int) -> str:
        """What the rest of Foreword calls this account."""
        return f"{TELEGRAM}:{blind_index(self.keys, KIND, str(account))}"

    async def wrote(self, account: int) -> str:
        """Somebody wrote, so they can be written to again. Their address."""
        address = self.address(account)
        if address not in self.heard:
            await self.store.doors.reachable(address)
            self.heard.add(address)
        return address

    async def came_in(self, account: int) -> None:
        """Somebody came in: where they are written to is kept, sealed."""
        address = self.address(account)
        sealed = seal_details(self.keys, KIND, address, str(account).encode(), random=self.random)
        await self.store.doors.remember(address, sealed)

    async def where(self, address: str) -> int | None:
        """Where this address is written to; None where it cannot be."""
        sealed = await self.store.doors.account(address)
        if sealed is None:
            return None
        try:
            return int(open_details(self.keys, KIND, address, sealed))
        except Refused:
            return None  # another's row was put in its place: nobody is written to

    async def unreachable(self, address: str, now: datetime) -> None:
        """They blocked us, or are gone."""
        self.heard.discard(address)
        await self.store.doors.unreachable(address, now.astimezone(UTC).date())

    async def open(self) -> tuple[str, ...]:
        """Every address that stands at a consultation and can be written to."""
        return tuple(each.address for each in await self.store.doors.open_accounts())

    async def gap(self, now: datetime) -> datetime | None:
        """Since when Telegram was not heard, where that is so long that something may be lost."""
        before = await self.store.doors.listened(TELEGRAM)
        return before if before is not None and now - before > A_GAP else None

    async def listens(self, now: datetime) -> None:
        """Telegram is heard now, and everybody knows of a gap there was."""
        await self.store.doors.listens(TELEGRAM, now)

    async def give_up(self, number: int, now: datetime) -> bool:
        """An update could not be taken in, once more. True when it is set aside."""
        return await self.store.doors.failed(TELEGRAM, str(number), now) >= TRIES
