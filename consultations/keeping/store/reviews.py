"""Reviews: brought in from the case system, listed for their officer, held.

Fetching is the permission check: what an officer may see is asked for with the officer, and anybody else's review is
simply not there (P6). How far a child has come is worked out in SQL from what happened, never from what was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Text, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.columns import Moment, Plain, storable
from consultations.keeping.store.databases import Database
from consultations.keeping.store.problems import StoreBusy
from consultations.trail import COMMAND, Deed, Record


class State(StrEnum):
    """How far a child has come, as far as anybody but the child may know."""

    UNTOUCHED = "untouched"
    BEGAN = "began"  # and not sent
    SENT = "sent"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class NewReview:
    """A review as it is brought in. Details are sealed to `id`: for one that is there already, use its own id."""

    id: str
    reference: str
    officer: str  # id
    question_set: str
    review_on: date
    details_for_chat: bytes = field(repr=False)
    details_for_portal: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownReview:
    """What an import must know of a review that is there already."""

    id: str
    reference: str
    held_on: date | None
    details: bytes = field(repr=False)  # sealed for the portal
    officer: str  # id
    review_on: date
    invited: bool


@dataclass(frozen=True, slots=True)
class KeptReview:
    """One review and how far it has come; no content."""

    id: str
    reference: str
    officer: str  # id
    officer_name: str
    officer_enrolled: bool  # and enabled: somebody a sending can be sealed to
    question_set: str
    review_on: date
    held_on: date | None
    details: bytes = field(repr=False)  # sealed for the portal
    state: State
    invited_at: datetime | None  # when the live invitation was issued
    last_sent_at: datetime | None  # of what stands
    opened_at: datetime | None  # when the officer first opened anything that stands
    unopened: int  # sendings that stand and that the officer has not opened, additions included
    language: str | None = None  # to book an interpreter for, or English
    opened_before: datetime | None = None  # when the officer last opened something that was replaced since


# `standing` is what was sent and neither replaced nor taken back; `seen` is when its own officer first opened it.
# What an alert sealed was not sent.
ROWS = """
WITH standing AS (
    SELECT c.review_id, s.sent_at,
        (SELECT min(rd.at) FROM reading rd JOIN review v ON v.id = c.review_id
         WHERE rd.sending_id = s.id AND rd.what = 'opened' AND rd.staff_id = v.officer_id) AS seen
    FROM sending s JOIN consultation c ON c.id = s.consultation_id
    WHERE s.replaced_by IS NULL AND s.taken_back_at IS NULL AND s.kind <> 'alert'
), told AS (
    SELECT review_id, max(sent_at) AS last_sent_at, min(seen) AS opened_at, count(*) - count(seen) AS unopened
    FROM standing GROUP BY review_id
)
SELECT r.id, r.reference, r.officer_id, o.name AS officer_name,
    o.public IS NOT NULL AND o.disabled_at IS NULL AS officer_enrolled,
    r.question_set, r.review_on, r.held_on, r.details_for_portal,
    CASE WHEN t.review_id IS NOT NULL THEN 'sent'
         WHEN EXISTS (SELECT 1 FROM sending s WHERE s.consultation_id = c.id AND s.kind <> 'alert') THEN 'taken_back'
         WHEN c.id IS NOT NULL THEN 'began'
         ELSE 'untouched' END AS state,
    i.issued_at, t.last_sent_at, t.opened_at, coalesce(t.unopened, 0) AS unopened, c.language,
    (SELECT max(rd.at) FROM reading rd JOIN sending s ON s.id = rd.sending_id
     WHERE s.consultation_id = c.id AND s.replaced_by IS NOT NULL AND s.kind <> 'alert'
     AND rd.what = 'opened' AND rd.staff_id = r.officer_id) AS opened_before
FROM review r
JOIN staff o ON o.id = r.officer_id
LEFT JOIN consultation c ON c.review_id = r.id
LEFT JOIN invitation i ON i.review_id = r.id AND i.revoked_at IS NULL
LEFT JOIN told t ON t.review_id = r.id
"""
KINDS = {
    "id": Plain,
    "reference": Plain,
    "officer_id": Plain,
    "officer_name": Plain,
    "officer_enrolled": Boolean,
    "question_set": Plain,
    "review_on": Date,
    "held_on": Date,
    "details_for_portal": LargeBinary,
    "state": Text,
    "issued_at": Moment,
    "last_sent_at": Moment,
    "opened_at": Moment,
    "unopened": Integer,
    "language": Plain,
    "opened_before": Moment,
}


class Reviews:
    """Every review, and the ones an officer may see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self) -> dict[str, KnownReview]:
        """Every review that is there already, by its reference."""
        review, invitation = tables.Review, tables.Invitation
        asked = select(
            col(review.id),
            col(review.reference),
            func.coalesce(col(review.held_on), col(review.forgotten_on)),  # forgotten is as closed as held
            col(review.details_for_portal),
            col(review.officer_id),
            col(review.review_on),
            exists().where(col(invitation.review_id) == col(review.id)),
        )
        async with self._database.reading() as connection:
            return {row[1]: KnownReview(*row) for row in await connection.execute(asked)}

    async def bring_in(self, reviews: Sequence[NewReview], now: datetime, by: str = COMMAND) -> None:
        """Keep all of these, or none. One that is there already (same id) gets the new officer, dates and details.

        StoreBusy when a reference belongs to another id by now: somebody else brought it in at the same time.
        """
        today = now.astimezone(UTC).date()
        dialect = sqlite if self._database.sqlite else postgresql
        async with self._database.writing() as connection:
            known = select(col(tables.Review.id), col(tables.Review.officer_id))
            before = {row[0]: row[1] for row in await connection.execute(known)}
            for review in sorted(reviews, key=lambda each: each.id):  # in one order: two imports never deadlock
                row = {
                    "reference": review.reference,
                    "officer_id": review.officer,
                    "question_set": review.question_set,
                    "review_on": review.review_on,
                    "details_for_chat": review.details_for_chat,
                    "details_for_portal": review.details_for_portal,
                    "imported_on": today,
                    "assigned": None,
                }
                try:
                    await connection.execute(
                        dialect.insert(tables.Review)
                        .values(id=review.id, **row)
                        .on_conflict_do_update(index_elements=["id"], set_=row)
                    )
                except IntegrityError:
                    raise StoreBusy(
                        "Somebody else brought the same reviews in just now. Nothing was changed: try once more."
                    ) from None
            if done := [record for review in reviews for record in _brought_in(review, before.get(review.id), by)]:
                await self._database.record(connection, done[0], now, *done[1:])

    async def mark_held(self, review: str, held_on: date, now: datetime, by: str = COMMAND) -> bool:
        """The review was held on this day; its invitations stop working. False when it was held already."""
        table = tables.Review
        async with self._database.writing() as connection:
            held = await connection.execute(
                update(table).where(col(table.id) == review, col(table.held_on).is_(None)).values(held_on=held_on)
            )
            if held.rowcount:
                await self._database.record(connection, Record(Deed.HELD, by, review), now)
            return bool(held.rowcount)

    async def mark_not_held(self, review: str, now: datetime, by: str = COMMAND) -> bool:
        """The review is open again; its invitation works as it did. False when it was open, or when its draft, or all
        of it, has been forgotten since."""
        table, consultation = tables.Review, tables.Consultation
        kept = exists().where(col(tables.Draft.consultation_id) == col(consultation.id))
        no_way_back = exists().where(col(consultation.review_id) == review, ~kept)
        held = col(table.id) == review, col(table.held_on).is_not(None), col(table.forgotten_on).is_(None)
        async with self._database.writing() as connection:
            opened = await connection.execute(update(table).where(*held, ~no_way_back).values(held_on=None))
            if opened.rowcount:
                await self._database.record(connection, Record(Deed.NOT_HELD, by, review), now)
            return bool(opened.rowcount)

    async def reviews_of(self, officer: str) -> tuple[KeptReview, ...]:
        """The reviews this officer may see: their own. The next one first. What was forgotten is not among them."""
        return await self._rows("WHERE r.officer_id = :officer AND r.forgotten_on IS NULL", officer=officer)

    async def review_for(self, officer: str, reference: str) -> KeptReview | None:
        """This review, if it is this officer's. Somebody else's is as unknown as one that never was."""
        rows = await self._rows(
            "WHERE r.officer_id = :officer AND r.reference = :reference AND r.forgotten_on IS NULL",
            officer=officer,
            reference=reference,
        )
        return rows[0] if rows else None

    async def open_reviews(self) -> tuple[KeptReview, ...]:
        """Every review that was not held: for whoever may key in for any of them, who is shown the reference alone."""
        return await self._rows("WHERE r.held_on IS NULL AND r.forgotten_on IS NULL")

    async def all_reviews(self) -> tuple[KeptReview, ...]:
        """Every review: for the operator's own commands, never for a page."""
        return await self._rows("")

    async def by_reference(self, reference: str) -> KeptReview | None:
        """Any review: for the operator's own commands, and for whoever may key in for any. No page shows it."""
        rows = await self._rows("WHERE r.reference = :reference", reference=reference)
        return rows[0] if rows else None

    async def _rows(self, where: str, **named: str) -> tuple[KeptReview, ...]:
        asked = text(f"{ROWS} {where} ORDER BY r.review_on, r.reference").columns(**KINDS)
        asked = asked.bindparams(**{name: storable(value) for name, value in named.items()})
        async with self._database.reading() as connection:
            return tuple(_row(*row) for row in await connection.execute(asked))


def _brought_in(review: NewReview, officer_before: str | None, by: str) -> Iterator[Record]:
    yield Record(Deed.IMPORTED, by, review.id, "changed" if officer_before else "new")
    if officer_before != review.officer:
        yield Record(Deed.ASSIGNED, by, review.id, review.officer)


def _row(*values: Any) -> KeptReview:
    review = KeptReview(*values)
    return replace(review, state=State(review.state))
