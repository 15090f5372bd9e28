"""An officer hands over their reviews in the portal: with their own unlocked key, one or all, a batch at a time.

What the reviews file gave to another officer after it had been sent is still sealed to the one before, and nobody but
them and the recovery sheets can open it. It is counted here, and passed on to whoever's it is by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from consultations.access import Act, may
from consultations.details import KIND, PortalDetails
from consultations.keeping.store import Store
from consultations.keeping.store.handovers import WrapsOf
from consultations.keeping.store.reviews import KeptReview
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.sendings import opens_to
from consultations.passing_on import PassingOn
from consultations.reading import ChangedByHand
from consultations.signing_in import SignedIn
from consultations.staffing import NotDone

BATCH = 25
"""How many reviews are handed over in one request."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """A review that can be handed over."""

    reference: str
    child: str  # "" when what is known of the child does not match its seal
    review_on: date
    held: bool


@dataclass(frozen=True, slots=True)
class Leftover:
    """A review that is another officer's by now, and what was sent for it opens only to the one before."""

    review: str
    officer: str  # id
    officer_name: str


@dataclass(frozen=True, slots=True)
class Leave:
    """What an officer could hand over, and to whom: by username, each with their name."""

    reviews: tuple[Theirs, ...]
    left_over: tuple[Leftover, ...]
    officers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many reviews were handed over in this request, to whom, and how many somebody had changed by hand."""

    to: str
    reviews: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """Hands over what is somebody's own."""

    store: Store
    keys: PortalKeys
    passing_on: PassingOn

    async def what(self, officer: SignedIn) -> Leave | None:
        """What they could hand over. None for whoever chairs no reviews."""
        if not may(officer.role, Act.CHAIR_REVIEWS):
            return None
        reviews = [self._theirs(each) for each in await self._reviews(officer)]
        officers = tuple((each.username, each.name) for each in await self.passing_on.officers(officer.id))
        return Leave(tuple(reviews), await self._left_over(officer), officers)

    async def hand_over(
        self, officer: SignedIn, references: Collection[str], username: str, now: datetime
    ) -> HandedOver | None:
        """These reviews of theirs are another officer's from now on, as many as one request does. None as above.

        NotDone says why that officer cannot take them.
        """
        if not may(officer.role, Act.CHAIR_REVIEWS):
            return None
        to = next((each for each in await self.passing_on.officers(officer.id) if each.username == username), None)
        if to is None:
            raise NotDone("Choose the officer whose they become.")
        mine = [each for each in await self._reviews(officer) if each.reference in references][:BATCH]
        done = changed = 0
        for each in mine:
            try:
                passed = await self.passing_on.hand_over(officer.private, each.id, officer.id, to.id, officer.id, now)
            except ChangedByHand:
                changed += 1
            else:
                done += passed is not None
        return HandedOver(to.name, done, changed)

    async def pass_on_left_over(self, officer: SignedIn, now: datetime) -> int | None:
        """What is left over goes to whoever's it is. For how many reviews; None as above."""
        if not may(officer.role, Act.CHAIR_REVIEWS):
            return None
        takers = {each.id for each in await self.passing_on.officers(officer.id)}
        done = 0
        for each in (await self._left_over(officer))[:BATCH]:
            if each.officer not in takers:
                continue
            try:
                passed = await self.passing_on.hand_over(
                    officer.private, each.review, officer.id, each.officer, officer.id, now
                )
            except ChangedByHand:
                continue
            done += passed is not None and passed.bundles > 0
        return done

    async def _reviews(self, officer: SignedIn) -> list[KeptReview]:
        """Theirs, but for what was forgotten."""
        return [each for each in await self.store.reviews.reviews_of(officer.id) if each.details]

    async def _left_over(self, officer: SignedIn) -> tuple[Leftover, ...]:
        every = await self.store.handovers.wraps_of_others(officer.id)
        names = {each.id: each.name for each in await self.store.people.everyone()}

        def found(each: WrapsOf) -> bool:
            return opens_to(
                officer.private,
                each.wraps,
                site=self.keys.site,
                review=each.review,
                sending=each.sending,
                kind=each.kind,
            )

        theirs = await asyncio.to_thread(lambda: [each for each in every if found(each)])
        by_review = {each.review: Leftover(each.review, each.officer, names[each.officer]) for each in theirs}
        return tuple(by_review.values())

    def _theirs(self, row: KeptReview) -> Theirs:
        try:
            child = PortalDetails.from_bytes(open_details(self.keys, KIND, row.id, row.details)).name
        except Refused:
            child = ""
        return Theirs(row.reference, child, row.review_on, row.held_on is not None)
