"""Handovers: what was sealed to one reader is wrapped for another, a review at a time, all of it or nothing.

A wrap is written over: there are as many as there were, and one of a sending that was taken back meanwhile stays gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.people import Entry
from consultations.keeping.store.sendings import KeptSending, sendings_in, with_bundles
from consultations.keeping.store.site import recovery
from consultations.keeping.store.telling import release
from consultations.trail import Record

ALERT, READING, REVIEW, WRAP = tables.Alert, tables.Reading, tables.Review, tables.Wrap


@dataclass(frozen=True, slots=True)
class KeptReason:
    """Why a copy was made, sealed."""

    id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptDone:
    """What was done about an alert, sealed; by whom, and which officer must not be told."""

    id: str
    closer: str
    kept_officer: str | None
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrapsOf:
    """The wraps of a sending that stands, bundle by bundle, and whose review it is."""

    review: str
    officer: str  # id
    sending: str
    kind: str
    wraps: tuple[tuple[bytes, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """Whom these sendings, each with the id of a row that says so, were passed on or given back to: the child sees."""

    to: str
    what: str
    sendings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeldReview:
    """A review held still, and everything of it that is sealed to readers."""

    database: Database
    connection: Connection
    id: str
    officer: str  # id
    details_for_chat: bytes = field(repr=False)
    details_for_portal: bytes = field(repr=False)
    assigned: bytes | None = field(repr=False)
    sendings: tuple[KeptSending, ...]
    reasons: tuple[KeptReason, ...]
    done: tuple[KeptDone, ...]
    recovery: Entry | None

    async def assign(self, officer: str, assigned: bytes, record: Record, now: datetime) -> None:
        """It is this officer's from now on, and so are the alerts that the one before had.

        An open one they must not be told of is nobody's: somebody is called again.
        """
        connection = self.connection
        await connection.execute(
            update(REVIEW).where(col(REVIEW.id) == self.id).values(officer_id=officer, assigned=assigned)
        )
        consultations = select(col(tables.Consultation.id)).where(col(tables.Consultation.review_id) == self.id)
        had = col(ALERT.consultation_id).in_(consultations) & (col(ALERT.held_by) == self.officer)
        await release(connection, had, col(ALERT.kept_officer_id) == officer, at=now)
        await connection.execute(update(ALERT).where(had).values(held_by=officer))  # who closed one stays known
        await self.database.record(connection, record, now)

    async def keep(
        self,
        wraps: Mapping[tuple[str, int], Sequence[bytes]],
        reasons: Mapping[str, bytes],
        done: Mapping[str, bytes],
        given: Given,
        record: Record,
        now: datetime,
    ) -> None:
        """The wraps of these bundles, by sending and place, and these notes, by their rows, instead of what was."""
        connection = self.connection
        rows = [
            {"of": sending, "at": bundle, "n": place, "new": wrap}
            for (sending, bundle), each in wraps.items()
            for place, wrap in enumerate(each)
        ]
        if rows:
            here = (
                col(WRAP.sending_id) == bindparam("of"),
                col(WRAP.bundle) == bindparam("at"),
                col(WRAP.place) == bindparam("n"),
            )
            await connection.execute(update(WRAP).where(*here).values(sealed=bindparam("new")), rows)
        for sending, id in given.sendings.items():
            row = {"id": id, "sending_id": sending, "staff_id": given.to, "what": given.what, "at": now}
            await connection.execute(insert(READING).values(**row))
        for id, sealed in reasons.items():
            await connection.execute(update(READING).where(col(READING.id) == id).values(reason=sealed))
        for id, sealed in done.items():
            await connection.execute(update(ALERT).where(col(ALERT.id) == id).values(done=sealed))
        await self.database.record(connection, record, now)


class Handovers:
    """Reviews, to be handed over or wrapped anew."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_wraps(self) -> tuple[str, ...]:
        """Every review for which something stands that readers could open."""
        sending, consultation = tables.Sending, tables.Consultation
        asked = (
            select(col(consultation.review_id))
            .join(sending, col(sending.consultation_id) == col(consultation.id))
            .join(WRAP, col(WRAP.sending_id) == col(sending.id))
            .distinct()
            .order_by(col(consultation.review_id))
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(asked)).scalars())

    async def wraps_of_others(self, officer: str) -> tuple[WrapsOf, ...]:
        """Of everything that stands for reviews that are not this officer's. Which is whose, only opening it tells."""
        sending, consultation = tables.Sending, tables.Consultation
        asked = (
            select(
                col(REVIEW.id),
                col(REVIEW.officer_id),
                col(sending.id),
                col(sending.kind),
                col(WRAP.bundle),
                col(WRAP.sealed),
            )
            .join(consultation, col(consultation.review_id) == col(REVIEW.id))
            .join(sending, col(sending.consultation_id) == col(consultation.id))
            .join(WRAP, col(WRAP.sending_id) == col(sending.id))
            .where(col(REVIEW.officer_id) != officer)
            .order_by(col(REVIEW.review_on), col(sending.id), col(WRAP.bundle), col(WRAP.place))
        )
        found: dict[tuple[str, str, str, str], dict[int, list[bytes]]] = {}
        async with self._database.reading() as connection:
            for *of, bundle, sealed in await connection.execute(asked):
                found.setdefault(tuple(of), {}).setdefault(bundle, []).append(sealed)
        return tuple(WrapsOf(*of, tuple(map(tuple, wraps.values()))) for of, wraps in found.items())

    @asynccontextmanager
    async def holding(self, review: str) -> AsyncIterator[HeldReview | None]:
        """This review, which nobody else changes, and for which nothing is sent, until the block ends. None: no such.

        Committed when the block ends; undone when it raises.
        """
        async with self._database.writing() as connection:
            asked = select(
                col(REVIEW.officer_id),
                col(REVIEW.details_for_chat),
                col(REVIEW.details_for_portal),
                col(REVIEW.assigned),
                col(tables.Consultation.id),
            ).outerjoin(tables.Consultation, col(tables.Consultation.review_id) == col(REVIEW.id))
            asked = asked.where(col(REVIEW.id) == review).with_for_update(of=REVIEW)
            row = (await connection.execute(asked)).one_or_none()
            if row is None:
                yield None
                return
            officer, for_chat, for_portal, assigned, consultation = row
            kept = await with_bundles(
                connection, await sendings_in(connection, consultation or ""), self._database.forgotten
            )
            reason = select(col(READING.id), col(READING.reason)).where(
                col(READING.sending_id).in_([each.id for each in kept]), col(READING.reason).is_not(None)
            )
            done = select(col(ALERT.id), col(ALERT.closed_by), col(ALERT.kept_officer_id), col(ALERT.done)).where(
                col(ALERT.consultation_id) == consultation, col(ALERT.done).is_not(None)
            )
            yield HeldReview(
                database=self._database,
                connection=connection,
                id=review,
                officer=officer,
                details_for_chat=for_chat,
                details_for_portal=for_portal,
                assigned=assigned,
                sendings=kept,
                reasons=tuple(KeptReason(*each) for each in await connection.execute(reason)),
                done=tuple(KeptDone(*each) for each in await connection.execute(done)),
                recovery=await recovery(connection),
            )
