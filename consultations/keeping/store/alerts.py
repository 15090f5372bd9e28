"""Alerts: a child said that they are not safe, and people are called until one of them has it.

    raised      in the turn's own transaction (`telling`); somebody is to be called at once
    called      by whoever holds the lease, again and again, until
    held        somebody says that they have it: nobody is called any more
    closed      with what was done

Every step is one conditional UPDATE, so two people or two processes never take the same one. Calling is at least
once: a process that died after it called, and before it said so here, is followed by one that calls again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, update
from sqlmodel import col

from consultations.keeping.store import tables, threads
from consultations.keeping.store.databases import Database
from consultations.keeping.store.telling import Telling
from consultations.keeping.store.threads import Thread
from consultations.kept_from import ASKED
from consultations.trail import Deed, Record

TABLE = tables.Alert
ALERT, CONSULTATION, REVIEW, STAFF = (
    tables.METADATA.tables[name] for name in ("alert", "consultation", "review", "staff")
)
OF_REVIEW = ALERT.join(CONSULTATION, CONSULTATION.c.id == ALERT.c.consultation_id).join(
    REVIEW, REVIEW.c.id == CONSULTATION.c.review_id
)


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert somebody is to be called about now."""

    id: str
    review: str
    reference: str
    raised_at: datetime
    again_at: datetime | None
    calls: int  # how often somebody has been called
    called_who: str  # the last of them, as the duty list names them; "" for nobody
    kept_from: tuple[str, ...]
    details_for_chat: bytes = field(repr=False)
    details_for_portal: bytes = field(repr=False)
    officer: str  # username; where they are kept off, the one who was meant, whose review it may be no longer
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """An alert and how far it has come; no word of the child."""

    id: str
    number: int
    review: str
    reference: str
    officer: str  # id
    officer_name: str
    details_for_portal: bytes = field(repr=False)
    language: str | None  # to book an interpreter for, or English
    beside: str
    raised_at: datetime
    again_at: datetime | None
    mistaken_at: datetime | None
    kept_from: tuple[str, ...]
    kept_officer: str | None  # id of the officer who must not be told
    kept_officer_at: datetime | None  # when that was said
    officer_held_at: datetime | None  # since when they had it then, if they did
    sending: str | None  # what was said, sealed
    calls: int
    called_at: datetime | None
    called_who: str  # whom the last call reached, as the duty list names them
    failing_since: datetime | None  # calling fails
    holder: str | None  # id
    holder_name: str | None
    held_at: datetime | None
    closer: str | None  # id
    closer_name: str | None
    closed_at: datetime | None
    done: bytes | None = field(repr=False)  # what was done, sealed

    def kept_off(self, staff: str) -> bool:
        """Whether this is the officer whom the child does not want told: for them there is no such alert."""
        return self.kept_officer == staff

    @property
    def officer_from(self) -> datetime:
        """When it comes to stand on the officer's pages, if the child does not keep them off."""
        return self.raised_at + ASKED

    @property
    def officer_saw(self) -> bool:
        """Whether the officer who must not be told may have seen it before that was said."""
        return self.kept_officer_at is not None and self.kept_officer_at >= self.officer_from


@dataclass(frozen=True, slots=True)
class KeptAsk:
    """Something that cannot wait, and since when."""

    kind: str
    at: datetime


class Alerts:
    """Every alert, and what cannot wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keep = threads.spoken(database, threads.KEEP)

    @asynccontextmanager
    async def telling(
        self, thread: Thread, sealed: bytes, now: datetime, last_word: str = ""
    ) -> AsyncIterator[Telling]:
        """Keep the conversation's new state (`version + 1`), with what is told inside the block; all or nothing.

        Collided when the version moved on. `last_word` as for `threads.keep`.
        """
        async with self._database.writing() as connection:
            await threads.keep(connection, self._keep, thread.consultation, thread.version, sealed, now, last_word)
            yield Telling(self._database, connection, thread.consultation, thread.officer.id, now)

    @asynccontextmanager
    async def telling_alone(self, thread: Thread, now: datetime) -> AsyncIterator[Telling]:
        """What is told where the conversation cannot be opened: it stays as it is."""
        async with self._database.writing() as connection:
            yield Telling(self._database, connection, thread.consultation, thread.officer.id, now)

    async def due(self, now: datetime) -> tuple[DueAlert, ...]:
        """Everything somebody is to be called about, and nobody is calling: the longest due first."""
        asked = _calls().where(_may_call(now)).order_by(col(TABLE.call_at), col(TABLE.id))
        async with self._database.reading() as connection:
            rows = await connection.execute(asked)
            return tuple(DueAlert(**{**row, "kept_from": _kinds(row["kept_from"])}) for row in rows.mappings())

    async def lease(self, id: str, until: datetime, now: datetime) -> bool:
        """Nobody else calls about it until then. False when somebody has it, or calls already."""
        return await self._changed(id, _may_call(now), calling_until=until)

    async def called(self, id: str, who: str, now: datetime, next_at: datetime) -> None:
        """This one on the duty list was called; the next is due at `next_at`, unless somebody has it by then."""
        await self._changed(
            id,
            calls=col(TABLE.calls) + 1,
            called_at=now,
            called_who=who,
            call_at=_unless_held(next_at),
            calling_until=None,
            failing_since=None,
        )

    async def failed(self, id: str, now: datetime, next_at: datetime) -> None:
        """Nobody could be called; it is tried again at `next_at`."""
        await self._changed(
            id,
            call_at=_unless_held(next_at),
            calling_until=None,
            failing_since=func.coalesce(col(TABLE.failing_since), now),
        )

    async def failing_since(self) -> datetime | None:
        """Since when calling about an alert that nobody has fails. None when it does not."""
        asked = select(func.min(col(TABLE.failing_since))).where(col(TABLE.held_at).is_(None))
        async with self._database.reading() as connection:
            since: datetime | None = (await connection.execute(asked)).scalar_one()
        return since

    async def hold(self, id: str, staff: str, now: datetime, instead_of: str = "") -> bool:
        """They have it: nobody is called any more. `instead_of` has it so far ("": nobody), and has it no longer.

        False when somebody else has it, when it was closed, when they must not be told of it, or when there is none.
        """
        so_far = col(TABLE.held_by) == instead_of if instead_of else col(TABLE.held_at).is_(None)
        told = or_(col(TABLE.kept_officer_id).is_(None), col(TABLE.kept_officer_id) != staff)
        held = {"held_by": staff, "held_at": now, "call_at": None, "calling_until": None}
        return await self._answered(
            Deed.ALERT_TAKEN, id, staff, now, so_far, told, col(TABLE.closed_at).is_(None), **held
        )

    async def close(self, id: str, staff: str, now: datetime, done: bytes) -> bool:
        """Closed, with what was done, by whoever has it. False when they have it no longer, or it is closed already."""
        theirs = col(TABLE.held_by) == staff, col(TABLE.closed_at).is_(None)
        closed = {"closed_by": staff, "closed_at": now, "done": done}
        return await self._answered(Deed.ALERT_CLOSED, id, staff, now, *theirs, **closed)

    async def of_officer(self, staff: str, *, waiting: bool = False) -> tuple[KeptAlert, ...]:
        """The alerts of this officer's own children, but for those they must not be told of.

        `waiting`: those alone that nobody has. They come first, then what is not closed, then the last closed.
        """
        told = or_(col(TABLE.kept_officer_id).is_(None), col(TABLE.kept_officer_id) != staff)
        return await self._kept(REVIEW.c.officer_id == staff, told, *(_nobodys() if waiting else ()))

    async def of_everybody(self, *, waiting: bool = False) -> tuple[KeptAlert, ...]:
        """Every alert, in the same order. Who may see them is for the caller to say."""
        return await self._kept(*(_nobodys() if waiting else ()))

    async def one(self, id: str) -> KeptAlert | None:
        """This alert. Who may see it is for the caller to say (`kept_off`)."""
        found = await self._kept(col(TABLE.id) == id)
        return found[0] if found else None

    async def asks_of(self, staff: str) -> Mapping[str, tuple[KeptAsk, ...]]:
        """What cannot wait for this officer's own children, by their reviews' references, oldest first."""
        ask, consultation, review = tables.Ask, tables.Consultation, tables.Review
        asked = (
            select(col(review.reference), col(ask.kind), col(ask.at))
            .join(consultation, col(consultation.review_id) == col(review.id))
            .join(ask, col(ask.consultation_id) == col(consultation.id))
            .where(col(review.officer_id) == staff)
            .order_by(col(review.reference), col(ask.at), col(ask.kind))
        )
        found: dict[str, tuple[KeptAsk, ...]] = {}
        async with self._database.reading() as connection:
            for reference, kind, at in await connection.execute(asked):
                found[reference] = (*found.get(reference, ()), KeptAsk(kind, at))
        return found

    async def _changed(self, id: str, *on: ColumnElement[bool], **now: object) -> bool:
        async with self._database.keeping() as connection:
            changed = await connection.execute(update(TABLE).where(col(TABLE.id) == id, *on).values(**now))
            return bool(changed.rowcount)

    async def _answered(
        self, deed: Deed, id: str, staff: str, at: datetime, *on: ColumnElement[bool], **now: object
    ) -> bool:
        async with self._database.writing() as connection:
            changed = await connection.execute(update(TABLE).where(col(TABLE.id) == id, *on).values(**now))
            if changed.rowcount:
                await self._database.record(connection, Record(deed, staff, id), at)
            return bool(changed.rowcount)

    async def _kept(self, *on: ColumnElement[bool]) -> tuple[KeptAlert, ...]:
        open_first = case((col(TABLE.held_at).is_(None), 0), (col(TABLE.closed_at).is_(None), 1), else_=2)
        asked = (
            _alerts()
            .where(REVIEW.c.forgotten_on.is_(None), *on)
            .order_by(open_first, col(TABLE.closed_at).desc(), col(TABLE.raised_at))
        )
        async with self._database.reading() as connection:
            return tuple(_alert(row) for row in await connection.execute(asked))


def _may_call(now: datetime) -> ColumnElement[bool]:
    calling = col(TABLE.calling_until)
    return and_(col(TABLE.held_at).is_(None), col(TABLE.call_at) <= now, or_(calling.is_(None), calling <= now))


def _nobodys() -> tuple[ColumnElement[bool], ...]:
    return col(TABLE.held_at).is_(None), col(TABLE.closed_at).is_(None)


def _unless_held(at: datetime) -> ColumnElement[Any]:
    return case((col(TABLE.held_at).is_(None), at), else_=None)


def _calls() -> Select[Any]:
    whom = func.coalesce(ALERT.c.kept_officer_id, REVIEW.c.officer_id)
    return select(
        ALERT.c.id,
        REVIEW.c.id.label("review"),
        REVIEW.c.reference,
        ALERT.c.raised_at,
        ALERT.c.again_at,
        ALERT.c.calls,
        ALERT.c.called_who,
        ALERT.c.kept_from,
        REVIEW.c.details_for_chat,
        REVIEW.c.details_for_portal,
        STAFF.c.username.label("officer"),
        ALERT.c.failing_since,
    ).select_from(OF_REVIEW.join(STAFF, STAFF.c.id == whom))


def _alerts() -> Select[Any]:
    officer, holder, closer = STAFF.alias("officer"), STAFF.alias("holder"), STAFF.alias("closer")
    joined = (
        OF_REVIEW.join(officer, officer.c.id == REVIEW.c.officer_id)
        .outerjoin(holder, holder.c.id == ALERT.c.held_by)
        .outerjoin(closer, closer.c.id == ALERT.c.closed_by)
    )
    return select(
        ALERT,
        REVIEW.c.id.label("review"),
        REVIEW.c.reference,
        REVIEW.c.officer_id,
        officer.c.name.label("officer_name"),
        REVIEW.c.details_for_portal,
        CONSULTATION.c.language,
        holder.c.name.label("holder_name"),
        closer.c.name.label("closer_name"),
    ).select_from(joined)


def _alert(row: Row[Any]) -> KeptAlert:
    return KeptAlert(
        id=row.id,
        number=row.number,
        review=row.review,
        reference=row.reference,
        officer=row.officer_id,
        officer_name=row.officer_name,
        details_for_portal=row.details_for_portal,
        language=row.language,
        beside=row.beside,
        raised_at=row.raised_at,
        again_at=row.again_at,
        mistaken_at=row.mistaken_at,
        kept_from=_kinds(row.kept_from),
        kept_officer=row.kept_officer_id,
        kept_officer_at=row.kept_officer_at,
        officer_held_at=row.officer_held_at,
        sending=row.sending_id,
        calls=row.calls,
        called_at=row.called_at,
        called_who=row.called_who,
        failing_since=row.failing_since,
        holder=row.held_by,
        holder_name=row.holder_name,
        held_at=row.held_at,
        closer=row.closed_by,
        closer_name=row.closer_name,
        closed_at=row.closed_at,
        done=row.done,
    )


def _kinds(kept: str) -> tuple[str, ...]:
    return tuple(kept.split(",")) if kept else ()
