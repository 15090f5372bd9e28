"""Nothing is kept for longer than it may be (rules: retention). Daily by the clock, and by `foreword forget`.

The next review of the same child is found by what the reviews file says of them: name, date of birth, and since when
they are looked after. Nothing in the database leads from one review of a child to another, so it is worked out on the
staff side, which opens names, each time. Where a name was spelt in two ways nothing is found, and the longest time
holds.

    due → each forgotten in a transaction of its own, its id on the list first (keeping.store.forgotten)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import structlog

from consultations.details import KIND, PortalDetails
from consultations.keeping.store import Store
from consultations.keeping.store.expiry import KeptOf
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.retention import LONGEST, Retention, Standing, draft_goes, sendings_go, warned_on
from consultations.timescales import day_in_england
from consultations.trail import CLOCK

log = structlog.get_logger(__name__)


class Goes(StrEnum):
    """What is due to go."""

    DRAFT = "draft"
    SENDINGS = "sendings"  # and who the child is, and the draft


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due, and since when. `waits`: an alert is open, so it stays until a person closed that."""

    review: str = field(repr=False)
    reference: str
    what: Goes
    since: date
    waits: bool


class NoSuchReview(Exception):
    """There is no such review, or nothing is kept of it. Its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """Knows what is due, and forgets it."""

    store: Store
    keys: PortalKeys
    times: Retention = LONGEST

    async def due(self, now: datetime) -> tuple[Due, ...]:
        """Everything that is due today, the next review first."""
        today = day_in_england(now)
        return tuple(each for kept, standing in await self._kept() for each in self._due(kept, standing, today))

    async def forget(self, now: datetime, by: str = CLOCK) -> int:
        """Forget what is due and does not wait; how much that was. `by` the clock, or by an operator's command."""
        count = 0
        for each in await self.due(now):
            if each.waits:
                continue
            forget = self.store.expiry.forget_draft if each.what is Goes.DRAFT else self.store.expiry.forget_review
            count += await forget(each.review, by, now)
        if count:
            log.info("forgotten", count=count)
        return count

    async def warnings(self, officer: str, now: datetime) -> Mapping[str, date]:
        """When what was said goes, for this officer's reviews of which it goes soon, by their references."""
        today = day_in_england(now)
        return {
            kept.reference: goes
            for kept, standing in await self._kept()
            if kept.officer == officer and (goes := warned_on(standing, self.times, today)) is not None
        }

    async def left_care(self, reference: str, on: date, now: datetime) -> int:
        """The child of this review left care on that day; of how many reviews that is now known. NoSuchReview says so
        where there is none."""
        every = await self.store.expiry.kept()
        found = next((each for each in every if each.reference == reference), None)
        if found is None:
            raise NoSuchReview(
                f"There is no review “{reference}” of which anything is kept. See: foreword reviews list"
            )
        whose = self._child(found)
        theirs = [each.review for each in every if each is found or (whose and self._child(each) == whose)]
        await self.store.expiry.left_care(theirs, on, now)
        return len(theirs)

    async def _kept(self) -> list[tuple[KeptOf, Standing]]:
        every = await self.store.expiry.kept()
        held: dict[tuple[str, date, date], list[date]] = defaultdict(list)
        children = [self._child(each) for each in every]
        for each, child in zip(every, children, strict=True):
            if child and each.held_on:
                held[child].append(each.held_on)
        return [
            (each, _standing(each, held[child] if child else ())) for each, child in zip(every, children, strict=True)
        ]

    def _due(self, kept: KeptOf, standing: Standing, today: date) -> Iterator[Due]:
        all_goes, goes = sendings_go(standing, self.times), draft_goes(standing, self.times)
        if all_goes <= today:
            yield Due(kept.review, kept.reference, Goes.SENDINGS, all_goes, kept.alert_open)
        elif kept.has_draft and goes <= today:
            yield Due(kept.review, kept.reference, Goes.DRAFT, goes, kept.alert_open)

    def _child(self, kept: KeptOf) -> tuple[str, date, date] | None:
        """Who the child is. None where that was changed by hand: then the longest time holds."""
        try:
            details = PortalDetails.from_bytes(open_details(self.keys, KIND, kept.review, kept.details))
        except Refused:
            log.error("review_details_refused", review=kept.review)
            return None
        return " ".join(details.name.casefold().split()), details.date_of_birth, details.looked_after_since


def _standing(kept: KeptOf, held: Sequence[date]) -> Standing:
    own = kept.held_on or kept.review_on
    return Standing(
        kept.review_on,
        kept.held_on,
        next_held_on=min((day for day in held if day > own), default=None),
        left_care_on=kept.left_care_on,
        alert_open=kept.alert_open,
    )
