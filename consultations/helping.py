"""An advocate's own side: a pass to sit down beside a child, and the children who said yes to them.

They are told a child's first name and the day of the review, and when they sat there. Nothing of what was said, how
much of it there is, or whether it was sent: for that a child lets an advocate read, or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

import structlog

from consultations.access import Act, may
from consultations.details import KIND, PortalDetails
from consultations.invitation import new_code
from consultations.keeping.store import Store
from consultations.keeping.store.sittings import KeptPass, KeptSitting
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.passes import sign_pass
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.signing_in import SignedIn

log = structlog.get_logger(__name__)

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass, shown once and kept nowhere as it is."""

    shown: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Sat:
    """One time an advocate sat beside a child. `ended_at` may be still to come."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Helped:
    """A child who said yes to this advocate. `name` is empty where it cannot be opened."""

    name: str
    review_on: date
    held_on: date | None
    sittings: tuple[Sat, ...]


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
        code, until = new_code(self.random), now + LASTS
        mark = link_mark(code.symbols)
        signature = sign_pass(self.keys, signed_in.id, mark, until)
        await self.store.sittings.give_pass(KeptPass(mark, signed_in.id, signed_in.role.value, until, signature), now)
        return Pass(code.shown, until)

    async def children(self, signed_in: SignedIn) -> tuple[Helped, ...]:
        """The children who said yes to them, the next review first. Nobody for whoever is no advocate."""
        if not may(signed_in.role, Act.HELP_CHILDREN):
            return ()
        every = sorted(await self.store.sittings.of_staff(signed_in.id), key=lambda each: (each.review_on, each.review))
        return tuple(self._helped(list(sittings)) for _, sittings in groupby(every, key=lambda each: each.review))

    def _helped(self, sittings: list[KeptSitting]) -> Helped:
        review = sittings[0]
        return Helped(self._first_name(review), review.review_on, review.held_on, tuple(_sat(sittings)))

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
