"""An advocate's own side: a pass to sit down beside a child, and the children who said yes to them.

They are told a child's first name and the day of the review, and when they sat there; and where a child lets them read
something that now stands sent, that, out of a bundle that holds nothing else. Nothing besides: not what more was said,
how much of it there is, whether it was sent, or which number a sending has (P6). So what does not match its seal is
told to the log and the officer, and here it is as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import structlog

from consultations.access import Act, may
from consultations.details import KIND, PortalDetails
from consultations.keeping.store import Store
from consultations.keeping.store.sittings import KeptSitting
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.passing import Pass, give_pass
from consultations.reading import OPENED
from consultations.sending import ADVOCATES
from consultations.signing_in import SignedIn
from consultations.summary import Copy, CopyKind, OpenedSending, ReviewFacts, build, copy
from consultations.unsealing import Unsealing

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sat:
    """One time an advocate sat beside a child. `ended_at` may be still to come."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Helped:
    """A child who said yes to this advocate. `name` is empty where it cannot be opened."""

    review: str  # its id
    name: str
    review_on: date
    held_on: date | None
    sittings: tuple[Sat, ...]
    lets_read: bool = False


@dataclass(frozen=True, slots=True)
class LetRead:
    """What one child lets their advocate read, and when the last of it was sent."""

    name: str
    review_on: date
    said: Copy


@dataclass(frozen=True, slots=True)
class Helping:
    """What an advocate can do here."""

    store: Store
    keys: PortalKeys
    random: Random = token_bytes

    async def begin(self, signed_in: SignedIn, now: datetime) -> Pass | None:
        """A pass of theirs; one they did not use stops working. None for whoever is no advocate."""
        if not may(signed_in.role, Act.HELP_CHILDREN):
            return None
        return await give_pass(self.store, self.keys, self.random, signed_in, now)

    async def read(self, signed_in: SignedIn, review: str, now: datetime) -> LetRead | None:
        """What this child lets them read, noted as opened before it is shown. None where there is nothing of it now,
        where the child never said yes to them, and where there is no such review."""
        if not may(signed_in.role, Act.READ_WHAT_IS_LET):
            return None
        theirs = next(
            (each for each in await self.store.sittings.of_staff(signed_in.id) if each.review == review), None
        )
        opened = await self._opened(signed_in, review) if theirs else ()
        if theirs is None or not opened:
            return None
        for each in opened:
            await self.store.sendings.note(self.random(16).hex(), each.id, signed_in.id, OPENED, now)
        # As a child's preview: an age and a reference are no part of what is shown here.
        facts = ReviewFacts("", theirs.review_on, theirs.review_on, theirs.officer)
        return LetRead(self._first_name(theirs), theirs.review_on, copy(build(opened, facts), CopyKind.OFFICER))

    async def _opened(self, signed_in: SignedIn, review: str) -> tuple[OpenedSending, ...]:
        kept = await self.store.sendings.sendings_of(review)
        return Unsealing(self.keys, signed_in.private, review, ADVOCATES).unseal(kept).sendings

    async def children(self, signed_in: SignedIn) -> tuple[Helped, ...]:
        """The children who said yes to them, the next review first. Nobody for whoever is no advocate."""
        if not may(signed_in.role, Act.HELP_CHILDREN):
            return ()
        every = sorted(await self.store.sittings.of_staff(signed_in.id), key=lambda each: (each.review_on, each.review))
        return tuple(
            [
                await self._helped(signed_in, review, list(sittings))
                for review, sittings in groupby(every, key=lambda each: each.review)
            ]
        )

    async def _helped(self, signed_in: SignedIn, review: str, sittings: list[KeptSitting]) -> Helped:
        kept, lets_read = sittings[0], bool(await self._opened(signed_in, review))
        return Helped(
            review, self._first_name(kept), kept.review_on, kept.held_on, tuple(_sat(sittings)), lets_read=lets_read
        )

    def _first_name(self, kept: KeptSitting) -> str:
        try:
            details = PortalDetails.from_bytes(open_details(self.keys, KIND, kept.review, kept.details))
        except Refused:
            log.error("review_details_refused", review=kept.review)
            return ""
        return details.name.split()[0]


def _sat(sittings: Iterable[KeptSitting]) -> Iterable[Sat]:
    latest_first = sorted(sittings, key=lambda each: each.began_at, reverse=True)
    return (Sat(each.began_at, min(each.ended_at or each.ends_at, each.ends_at)) for each in latest_first)
