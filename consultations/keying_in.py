"""Keying in a form that came back on paper, or a talk with a child: whose reviews, and the pass that leads there.

An officer keys in for their own reviews, an advocate for the children who said yes to them, a coordinator for any that
is open. A coordinator is told references and nothing else: no name, no officer, not even how far a child has come.

The pass names the one review, and whether it is a form or a talk; the portal signs both. What is typed there is the
conversation's. A child who was not invited could neither see nor correct it: they are invited first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultations.access import Act, may
from consultations.answers import PAPER, SPOKEN
from consultations.keeping.store import Store
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.passing import Pass, give_pass
from consultations.signing_in import SignedIn


@dataclass(frozen=True, slots=True)
class ToKeyIn:
    """A review that something can be keyed in for. `at` is what the page calls it by: a reference, or an id."""

    at: str
    invited: bool


@dataclass(frozen=True, slots=True)
class KeyingIn:
    """Who may key in, and for whom."""

    store: Store
    keys: PortalKeys
    random: Random = token_bytes

    async def references(self, signed_in: SignedIn) -> tuple[ToKeyIn, ...]:
        """Every open review, for a coordinator. Nothing for anybody else, who has a list of their own."""
        if not may(signed_in.role, Act.KEY_IN_FOR_ANYBODY):
            return ()
        every = await self.store.reviews.open_reviews()
        return tuple(sorted((ToKeyIn(each.reference, bool(each.invited_at)) for each in every), key=lambda e: e.at))

    async def one(self, signed_in: SignedIn, at: str) -> ToKeyIn | None:
        """One they may key in for. Somebody else's, a held one and one that never was are all None."""
        found = await self._theirs(signed_in, at)
        return ToKeyIn(at, found[1]) if found else None

    async def begin(self, signed_in: SignedIn, at: str, how: str, now: datetime) -> Pass | None:
        """A pass for this review alone, to key in this; None where they may not, or the child was not invited."""
        found = await self._theirs(signed_in, at)
        if found is None or not found[1] or how not in (PAPER, SPOKEN):
            return None
        return await give_pass(self.store, self.keys, self.random, signed_in, now, found[0], how)

    async def _theirs(self, signed_in: SignedIn, at: str) -> tuple[str, bool] | None:
        """The review's id, and whether its child was invited."""
        if not may(signed_in.role, Act.KEY_IN):
            return None
        if may(signed_in.role, Act.HELP_CHILDREN):
            sat = await self.store.sittings.of_staff(signed_in.id)
            return next(((each.review, True) for each in sat if each.review == at and each.held_on is None), None)
        anybodys = may(signed_in.role, Act.KEY_IN_FOR_ANYBODY)
        reviews = self.store.reviews
        row = await (reviews.by_reference(at) if anybodys else reviews.review_for(signed_in.id, at))
        return (row.id, bool(row.invited_at)) if row is not None and row.held_on is None else None
