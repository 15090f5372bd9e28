"""What is not kept any more: drafts, and what was sent; for good, also when a database is put back.

Every deletion here is on the list of what was forgotten (`forgotten`) before it is committed. `replay` takes away again
whatever the list has and the database has all the same.

What stays of a review is that it was: its days, its officer, its sendings as facts, who opened them and when.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, delete, exists, select, union, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.forgotten import Forgotten, Step, What, manifest_mark
from consultations.trail import COMMAND, Deed, Record


@dataclass(frozen=True, slots=True)
class KeptOf:
    """What is still kept of one review, as far as it decides when it goes."""

    review: str
    reference: str
    officer: str  # id
    review_on: date
    held_on: date | None
    left_care_on: date | None
    details: bytes = field(repr=False)  # sealed for the portal
    consultation: str | None
    has_draft: bool
    alert_open: bool


class Expiry:
    """Forgets what is due. What is due is for the caller to say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> tuple[KeptOf, ...]:
        """Every review of which something is kept."""
        review, consultation = tables.Review, tables.Consultation
        asked = (
            select(
                col(review.id),
                col(review.reference),
                col(review.officer_id),
                col(review.review_on),
                col(review.held_on),
                col(review.left_care_on),
                col(review.details_for_portal),
                col(consultation.id),
                exists().where(col(tables.Draft.consultation_id) == col(consultation.id)),
                _alert_open(),
            )
            .outerjoin(consultation, col(consultation.review_id) == col(review.id))
            .where(col(review.forgotten_on).is_(None))
            .order_by(col(review.review_on), col(review.reference))
        )
        async with self._database.reading() as connection:
            return tuple(KeptOf(*row) for row in await connection.execute(asked))

    async def left_care(self, reviews: Collection[str], on: date, now: datetime) -> None:
        """The child whose reviews these are left care on this day: an operator says so."""
        table = tables.Review
        async with self._database.writing() as connection:
            await connection.execute(update(table).where(col(table.id).in_(reviews)).values(left_care_on=on))
            for review in reviews:
                await self._database.record(connection, Record(Deed.LEFT_CARE, COMMAND, review), now)

    async def forget_draft(self, review: str, by: str, now: datetime) -> bool:
        """The draft, its key and every way back to it go. False when an alert is open, or there is none any more."""
        async with self._database.writing() as connection:
            found = await self._settled(connection, review)
            if found is None or not await _has_draft(connection, found):
                return False
            await self._database.forgets(connection, What.DRAFT, [found])
            await _draft_goes(connection, [found], now)
            await self._database.record(connection, Record(Deed.FORGOTTEN, by, review, "draft"), now)
        await self._database.forget_soon()
        return True

    async def forget_review(self, review: str, by: str, now: datetime) -> bool:
        """What was sent goes, and everything sealed beside it, who the child is, and the draft. False as above."""
        sending = tables.Sending
        async with self._database.writing() as connection:
            here = col(tables.Review.id) == review, col(tables.Review.forgotten_on).is_(None)
            if not self._database.sqlite:
                await connection.execute(select(col(tables.Review.id)).where(*here).with_for_update())
            if (
                await connection.execute(select(_alert_open_of(review)).where(*here))
            ).scalar_one_or_none() is not False:
                return False
            consultation = await _consultation(connection, review)
            sent = await connection.execute(select(col(sending.id)).where(col(sending.consultation_id) == consultation))
            await self._database.forgets(connection, What.SENDING, await marks_of(connection, list(sent.scalars())))
            await self._database.forgets(connection, What.DRAFT, [consultation] if consultation else [])
            await self._database.forgets(connection, What.REVIEW, [review])
            await _review_goes(connection, [review], now)
            await self._database.record(connection, Record(Deed.FORGOTTEN, by, review, "review"), now)
        await self._database.forget_soon()
        return True

    async def replay(self, now: datetime) -> int:
        """Take away whatever was forgotten and is here all the same; how much that was. What was forgotten and is not
        on the list, because it was before there was one, or the process died just then, is put on it."""
        forgotten = self._database.forgotten
        if forgotten is None:
            return 0
        async with self._database.writing() as connection:
            here = await _here(connection)
            drafts = _to_go(forgotten, What.DRAFT) & here.drafts
            reviews = _to_go(forgotten, What.REVIEW) & here.reviews
            marks = _to_go(forgotten, What.SENDING) | forgotten.at(Step.GONE, What.REPLACED)
            sendings = [id for id, mark in here.sendings.items() if mark in marks]
            for some in _parts(drafts):
                await _draft_goes(connection, some, now)
            for some in _parts(reviews):
                await _review_goes(connection, some, now)
            for some in _parts(sendings):
                await bundles_go(connection, some)
                # One that was replaced, where the replacement is lost: it stands for nobody either.
                table = tables.Sending
                stood = col(table.id).in_(some), col(table.replaced_by).is_(None), col(table.taken_back_at).is_(None)
                await connection.execute(update(table).where(*stood).values(taken_back_at=now))
            for what, ids in (await _gone(connection)).items():
                await self._database.forgets(connection, what, sorted(ids - forgotten.at(Step.GONE, what)))
        if again := len(drafts) + len(reviews) + len(sendings):
            await self._database.forget_soon()
        return again

    async def _settled(self, connection: Connection, review: str) -> str | None:
        """The consultation of a review, held still. None where there is none, or an alert of it is open."""
        table = tables.Consultation
        asked = select(col(table.id), _alert_open_of(review)).where(col(table.review_id) == review)
        row = (
            await connection.execute(asked if self._database.sqlite else asked.with_for_update(of=table))
        ).one_or_none()
        return row[0] if row is not None and not row[1] else None


def taken_away(forgotten: Forgotten) -> frozenset[str]:
    """The marks of every sending that is gone for good."""
    return forgotten.at(Step.GONE, What.SENDING) | forgotten.at(Step.GONE, What.REPLACED)


def _to_go(forgotten: Forgotten, what: What) -> frozenset[str]:
    return forgotten.at(Step.GONE, what) | forgotten.at(Step.GOING, what)


@dataclass(frozen=True, slots=True)
class _Here:
    """What the database has: consultations with a draft, reviews that are kept, sendings with their marks."""

    drafts: set[str]
    reviews: set[str]
    sendings: dict[str, str]


async def _here(connection: Connection) -> _Here:
    draft, key, review, sending = tables.Draft, tables.DraftKey, tables.Review, tables.Sending
    drafts = union(select(col(draft.consultation_id)), select(col(key.consultation_id)))
    reviews = select(col(review.id)).where(col(review.forgotten_on).is_(None))
    left = union(select(col(tables.Bundle.sending_id)), select(col(tables.Wrap.sending_id)))
    sendings = select(col(sending.id), col(sending.manifest)).where(col(sending.id).in_(left))
    return _Here(
        set((await connection.execute(drafts)).scalars()),
        set((await connection.execute(reviews)).scalars()),
        {id: manifest_mark(manifest) for id, manifest in await connection.execute(sendings)},
    )


async def _gone(connection: Connection) -> dict[What, set[str]]:
    """What the database says was forgotten."""
    consultation, review, sending = tables.Consultation, tables.Review, tables.Sending
    draft = exists().where(col(tables.Draft.consultation_id) == col(consultation.id))
    taken = select(col(sending.manifest)).where(col(sending.taken_back_at).is_not(None))
    replaced = select(col(sending.manifest)).where(col(sending.replaced_by).is_not(None))
    reviews = select(col(review.id)).where(col(review.forgotten_on).is_not(None))
    return {
        What.DRAFT: set((await connection.execute(select(col(consultation.id)).where(~draft))).scalars()),
        What.SENDING: {manifest_mark(each) for each in (await connection.execute(taken)).scalars()},
        What.REPLACED: {manifest_mark(each) for each in (await connection.execute(replaced)).scalars()},
        What.REVIEW: set((await connection.execute(reviews)).scalars()),
    }


async def marks_of(connection: Connection, sendings: Sequence[str]) -> list[str]:
    """What stands on the list for these."""
    asked = select(col(tables.Sending.manifest)).where(col(tables.Sending.id).in_(sendings))
    return [manifest_mark(manifest) for manifest in (await connection.execute(asked)).scalars()]


async def bundles_go(connection: Connection, sendings: Sequence[str]) -> None:
    """Bundles and wraps of these go."""
    for table in (tables.Wrap, tables.Bundle):
        await connection.execute(delete(table).where(col(table.sending_id).in_(sendings)))


def _alert_open_of(review: str) -> ColumnElement[bool]:
    alert, consultation = tables.Alert, tables.Consultation
    return exists().where(
        col(alert.consultation_id) == col(consultation.id),
        col(consultation.review_id) == review,
        col(alert.closed_at).is_(None),
    )


def _alert_open() -> ColumnElement[bool]:
    alert, consultation = tables.Alert, tables.Consultation
    return exists().where(col(alert.consultation_id) == col(consultation.id), col(alert.closed_at).is_(None))


async def _consultation(connection: Connection, review: str) -> str | None:
    table = tables.Consultation
    return (await connection.execute(select(col(table.id)).where(col(table.review_id) == review))).scalar_one_or_none()


async def _has_draft(connection: Connection, consultation: str) -> bool:
    table = tables.Draft
    asked = select(exists().where(col(table.consultation_id) == consultation))
    return bool((await connection.execute(asked)).scalar_one())


async def _draft_goes(connection: Connection, consultations: Sequence[str], now: datetime) -> None:
    """Nobody comes in any more: without its draft a consultation is nobody's."""
    for table in (tables.ChatSession, tables.WayIn, tables.DraftKey, tables.Draft):
        await connection.execute(delete(table).where(col(table.consultation_id).in_(consultations)))
    reviews = select(col(tables.Consultation.review_id)).where(col(tables.Consultation.id).in_(consultations))
    invitation = tables.Invitation
    live = col(invitation.review_id).in_(reviews), col(invitation.revoked_at).is_(None)
    await connection.execute(update(invitation).where(*live).values(revoked_at=now))
    consultation = tables.Consultation
    await connection.execute(
        update(consultation).where(col(consultation.id).in_(consultations)).values(window_closes_at=None)
    )


async def _review_goes(connection: Connection, reviews: Sequence[str], now: datetime) -> None:
    consultation, sending, alert = tables.Consultation, tables.Sending, tables.Alert
    asked = select(col(consultation.id)).where(col(consultation.review_id).in_(reviews))
    consultations = list((await connection.execute(asked)).scalars())
    await _draft_goes(connection, consultations, now)
    asked = select(col(sending.id)).where(col(sending.consultation_id).in_(consultations))
    sendings = list((await connection.execute(asked)).scalars())
    await bundles_go(connection, sendings)
    reading = tables.Reading
    await connection.execute(update(reading).where(col(reading.sending_id).in_(sendings)).values(reason=None))
    await connection.execute(update(alert).where(col(alert.consultation_id).in_(consultations)).values(done=None))
    await connection.execute(delete(tables.Ask).where(col(tables.Ask.consultation_id).in_(consultations)))
    review = tables.Review
    gone = {"details_for_chat": b"", "details_for_portal": b"", "forgotten_on": now.astimezone(UTC).date()}
    await connection.execute(update(review).where(col(review.id).in_(reviews)).values(**gone))
    invitation = tables.Invitation
    live = col(invitation.review_id).in_(reviews), col(invitation.revoked_at).is_(None)
    await connection.execute(update(invitation).where(*live).values(revoked_at=now))


def _parts(ids: Collection[str], of: int = 500) -> list[list[str]]:
    """As many as one statement takes."""
    ordered = sorted(ids)
    return [ordered[at : at + of] for at in range(0, len(ordered), of)]
