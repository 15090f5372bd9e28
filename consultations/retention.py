"""How long what a child said is kept, and from which day it goes. Pure.

Foreword is transit: the case system is the record (field facts §7). So

    draft      goes 14 days after the review was held
    sendings   go once the child's next review was held and filed, at most nine months after their own was held
    both       go 28 days after the child left care, if that is sooner

"Filed" cannot be seen from here. A review's decisions and record are with everybody 20 working days after it was held
(IRO Handbook, 3.80ff; field facts §2), so it counts as filed then. A review that nobody ever marked held counts from
the day it was to be held, with the longest time there is. What belongs to an alert that no person has closed stays.

An authority may keep things for less long than this, and not for longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from consultations.timescales import months_after, working_days_after

FILED_AFTER = 20
"""Working days after a review until everything about it has been circulated."""

WARNED = timedelta(days=14)
"""How long before it goes an officer is told."""


@dataclass(frozen=True, slots=True)
class Retention:
    """An authority's times; the usual ones are the longest."""

    draft_days: int = 14
    sending_months: int = 9
    after_care_days: int = 28


LONGEST = Retention()


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about one review."""

    review_on: date
    held_on: date | None
    next_held_on: date | None = None  # the same child's next review, once it was held
    left_care_on: date | None = None
    alert_open: bool = False


def sendings_go(review: Standing, kept: Retention) -> date:
    """The first day on which what was sent is not kept any more, alerts aside."""
    days = [months_after(review.held_on or review.review_on, kept.sending_months)]
    if review.next_held_on is not None:
        days.append(working_days_after(review.next_held_on, FILED_AFTER))
    if review.left_care_on is not None:
        days.append(review.left_care_on + timedelta(days=kept.after_care_days))
    return min(days)


def draft_goes(review: Standing, kept: Retention) -> date:
    """The first day on which the draft, and every way back to it, is not kept any more, alerts aside."""
    last = sendings_go(review, kept)
    return min(last, review.held_on + timedelta(days=kept.draft_days)) if review.held_on else last


def warned_on(review: Standing, kept: Retention, today: date) -> date | None:
    """The day to warn of today: when what was sent goes, if that is near. None: nothing goes soon."""
    goes = sendings_go(review, kept)
    return goes if not review.alert_open and goes - WARNED <= today else None
