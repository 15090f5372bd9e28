"""What two recovery sheets do together, a review at a time: hand over where the officer is gone, restore a lost phrase.

First it is planned, so that nobody types a sheet in vain. What was cut off in the middle is begun again: it is then
done for all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from consultations.keeping.store import Store
from consultations.keeping.store.people import Person
from consultations.keeping.vault.readers import PrivateReader
from consultations.passing_on import Passed, PassingOn
from consultations.reading import ChangedByHand
from consultations.signing_in import plain_username
from consultations.staffing import NotDone
from consultations.trail import COMMAND

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which reviews are gone through, and whose they become. `before` is None where a lost phrase is made good."""

    to: Person
    reviews: tuple[str, ...]
    before: Person | None = None


@dataclass(frozen=True, slots=True)
class Recovering:
    """Uses the recovery key."""

    store: Store
    passing_on: PassingOn

    async def plan_hand_over(self, before: str, to: str, references: Sequence[str]) -> Plan:
        """The reviews of `before`, or those named; with none named also what the reviews file gave to `to` before.

        NotDone says why it cannot be done.
        """
        leaver, taker = await self._person(before), await self._person(to)
        if leaver.id == taker.id:
            raise NotDone("That is the same person twice. Say who hands over, and to whom.")
        if taker.id not in {each.id for each in await self.passing_on.officers()}:
            raise NotDone(f"{taker.name} is no officer who has enrolled and may sign in. See: foreword staff list")
        theirs = {each.reference: each.id for each in await self.store.reviews.reviews_of(leaver.id)}
        given = {each.reference: each.id for each in await self.store.reviews.reviews_of(taker.id)}
        unknown = [each for each in references if each not in theirs | given]
        if unknown:
            raise NotDone(f"{leaver.name} has no review {', '.join(unknown)}. See: foreword reviews list")
        every = theirs | given
        return Plan(taker, tuple(every[each] for each in references or every), leaver)

    async def plan_restore(self, username: str) -> Plan:
        """Every review for which something stands. NotDone when this person has no keys, or may not sign in."""
        person = await self._person(username)
        if not person.enabled or person.entry is None:
            raise NotDone(
                f"{person.name} has to enrol first, and be confirmed: foreword staff code {person.username} --new-keys"
            )
        return Plan(person, await self.store.handovers.with_wraps())

    async def carry_out(self, plan: Plan, sheets: PrivateReader, now: datetime) -> AsyncIterator[Passed | None]:
        """One review after the other: what became of it, None where there was nothing to do."""
        for review in plan.reviews:
            try:
                if plan.before is None:
                    yield await self.passing_on.restore(sheets, review, plan.to.id, now)
                else:
                    yield await self.passing_on.hand_over(sheets, review, plan.before.id, plan.to.id, COMMAND, now)
            except ChangedByHand:
                log.error("review_officer_refused", review=review)
                yield Passed(refused=1)

    async def _person(self, username: str) -> Person:
        person = await self.store.people.by_username(plain_username(username))
        if person is None:
            raise NotDone(f"There is no “{plain_username(username)[:40]}” here. See: foreword staff list")
        return person
