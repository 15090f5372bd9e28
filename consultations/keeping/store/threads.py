"""Threads: everything one turn of a conversation needs, in one statement, and what it leaves, in another.

These two are the hot ones, so they are plain SQL, made once. The second is one UPDATE on the condition that the
version is still the one that was read; whoever comes second reads again. It is on disk when it returns: only then is
the child told that we heard.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update
from sqlmodel import col

from consultations.access import Act, who_may
from consultations.circumstances import AlertSeen, ReadBy
from consultations.keeping.store import tables
from consultations.keeping.store.collisions import Collided
from consultations.keeping.store.columns import storable
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.people import Entry
from consultations.keeping.store.who_read import READINGS, instant, readings


@dataclass(frozen=True, slots=True)
class Officer:
    """Whose review it is. `entry` is None while they have not enrolled."""

    id: str
    name: str
    enabled: bool
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Advocate:
    """The last advocate the child said yes to whose account is on and who is a reader."""

    id: str
    name: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class KeptStaffVisit:
    """The member of staff whose visit this is, and whether they may still be there."""

    id: str
    staff: str
    name: str
    role: str
    enabled: bool
    ends_at: datetime
    ended_at: datetime | None

    def open(self, now: datetime) -> bool:
        """Whether it may still be read by."""
        return self.enabled and self.ended_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class ChatSession:
    """A door's way in. What an ended or old one may still do is for the caller to say."""

    address: str
    created_at: datetime
    ended_at: datetime | None
    last_word_at: datetime | None  # the one answer an ended session may still write was written
    sitting: KeptStaffVisit | None = None  # where it is no child's


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as it stands: its sealed state, and what is true around it right now."""

    consultation: str
    version: int
    sealed: bytes = field(repr=False)
    wrapped_key: bytes = field(repr=False)
    review: str
    reference: str
    question_set: str  # the band the review was imported with; the child may have changed to another
    review_on: date
    held_on: date | None
    details: bytes = field(repr=False)  # sealed for the chat
    assigned: bytes | None = field(repr=False)  # where it was handed over to another officer than they name
    officer: Officer
    readings: tuple[ReadBy, ...]  # of all sendings but an alert's, replaced ones too, oldest first
    alerts: tuple[AlertSeen, ...]  # every one, by number
    session: ChatSession | None  # None when it was not reached through a door
    language: str = ""  # to book an interpreter for, or English
    advocate: Advocate | None = None  # who could be let read

    @property
    def address(self) -> str:
        """Where it was reached; "" when it was not reached through a door."""
        return self.session.address if self.session else ""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A live draft key, for the renewal of the season."""

    consultation: str
    wrapped: bytes = field(repr=False)


ALERTS = {
    "sqlite": """(SELECT json_group_array(json_array(number, held_at, closed_at)) FROM (
        SELECT al.number, al.held_at, al.closed_at
        FROM alert al WHERE al.consultation_id = c.id ORDER BY al.number))""",
    "postgresql": """(SELECT
        json_agg(json_build_array(al.number, al.held_at, al.closed_at) ORDER BY al.number)::text
        FROM alert al WHERE al.consultation_id = c.id)""",
}
COLUMNS = """SELECT c.id AS consultation, d.version, d.sealed, k.wrapped,
    c.language, r.id AS review, r.reference, r.question_set, r.review_on, r.held_on, r.details_for_chat, r.assigned,
    o.id AS officer, o.name, o.disabled_at, o.public, o.signature, {readings} AS readings, {alerts} AS alerts,
    v.id AS advocate, v.name AS advocate_name, v.public AS advocate_public, v.signature AS advocate_signature,
"""
LET_READ = ", ".join(f"'{role}'" for role in who_may(Act.READ_WHAT_IS_LET))
JOINED = """JOIN draft d ON d.consultation_id = c.id JOIN draft_key k ON k.consultation_id = c.id
JOIN review r ON r.id = c.review_id JOIN staff o ON o.id = r.officer_id
LEFT JOIN staff v ON v.id = (
    SELECT helped.staff_id FROM sitting helped JOIN staff p ON p.id = helped.staff_id
    WHERE helped.consultation_id = c.id AND helped.agreed_at IS NOT NULL
    AND p.role IN ({let_read}) AND p.disabled_at IS NULL AND p.public IS NOT NULL
    ORDER BY helped.agreed_at DESC, helped.id DESC LIMIT 1)
"""
AT_ADDRESS = (
    COLUMNS
    + "a.address, a.created_at, a.ended_at, a.last_word_at, "
    + "t.id AS sitting, t.ends_at, t.ended_at AS sitting_ended_at, "
    + "w.id AS sitter_id, w.name AS sitter, w.role AS sitter_role, w.disabled_at AS sitter_gone_at "
    + "FROM chat_session a JOIN consultation c ON c.id = a.consultation_id "
    + JOINED
    + "LEFT JOIN sitting t ON t.id = a.sitting_id LEFT JOIN staff w ON w.id = t.staff_id "
    + "WHERE a.address = $1"
)
OF_CONSULTATION = COLUMNS + "NULL AS address FROM consultation c " + JOINED + "WHERE c.id = $1"
KEEP = "UPDATE draft SET version = version + 1, sealed = $1, kept_on = $2 WHERE consultation_id = $3 AND version = $4"


class Threads:
    """The children's side: one conversation each, behind any number of doors."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at_address = spoken(database, AT_ADDRESS)
        self._of_consultation = spoken(database, OF_CONSULTATION)
        self._keep = spoken(database, KEEP)

    async def thread(self, address: str) -> Thread | None:
        """The conversation behind a door's address, in one statement. None when the address is unknown."""
        async with self._database.reading() as connection:
            return await read(connection, self._at_address, address)

    async def thread_of(self, consultation: str) -> Thread | None:
        """The same, for what happens without a door (the clock closes a window)."""
        async with self._database.reading() as connection:
            return await read(connection, self._of_consultation, consultation)

    async def keep(self, consultation: str, version: int, sealed: bytes, now: datetime) -> None:
        """Put the new state in place of `version`, on disk when this returns. Collided when it has moved on.

        The state kept is `version + 1`: seal it for that.
        """
        async with self._database.keeping() as connection:
            await keep(connection, self._keep, consultation, version, sealed, now)

    async def keep_last_word(self, address: str, consultation: str, version: int, sealed: bytes, now: datetime) -> None:
        """`keep`, with the one answer that this session may still write after its end: spent in the same commit.

        Collided, and nothing kept, when the state has moved on or the answer was spent.
        """
        async with self._database.writing() as connection:
            await keep(connection, self._keep, consultation, version, sealed, now, address)

    async def note_language(self, consultation: str, language: str) -> None:
        """The language to book an interpreter for, or English, where the officer's list finds it; "" for none yet."""
        table = tables.Consultation
        async with self._database.keeping() as connection:
            await connection.execute(
                update(table).where(col(table.id) == consultation).values(language=language or None)
            )

    async def end_session(self, address: str, now: datetime) -> None:
        """From now on this address reads nothing. Ending it twice changes nothing."""
        table = tables.ChatSession
        async with self._database.keeping() as connection:
            await connection.execute(
                update(table).where(col(table.address) == address, col(table.ended_at).is_(None)).values(ended_at=now)
            )

    async def forget_sessions(self, created_before: datetime) -> None:
        """Drop the sessions that are too old to write even their last word. An account's
        does not grow old until it is left."""
        table = tables.ChatSession
        async with self._database.keeping() as connection:
            await connection.execute(
                delete(table).where(
                    col(table.created_at) < created_before,
                    or_(
                        col(table.ended_at).is_not(None), col(table.address).not_in(select(col(tables.Account.address)))
                    ),
                )
            )

    async def windows_due(self, now: datetime) -> tuple[str, ...]:
        """Every consultation whose window should be closed by now, the longest due first."""
        table = tables.Consultation
        asked = select(col(table.id)).where(col(table.window_closes_at) <= now).order_by(col(table.window_closes_at))
        async with self._database.reading() as connection:
            return tuple((await connection.execute(asked)).scalars())

    async def live_draft_keys(self) -> tuple[WrappedKey, ...]:
        """Every draft key there is, as it is wrapped now."""
        table = tables.DraftKey
        asked = select(col(table.consultation_id), col(table.wrapped)).order_by(col(table.consultation_id))
        async with self._database.reading() as connection:
            return tuple(WrappedKey(*row) for row in await connection.execute(asked))

    async def rewrap(self, key: WrappedKey, wrapped: bytes) -> bool:
        """The same draft key, wrapped anew. False when it is no longer wrapped as `key` says: look again."""
        table = tables.DraftKey
        async with self._database.keeping() as connection:
            done = await connection.execute(
                update(table)
                .where(col(table.consultation_id) == key.consultation, col(table.wrapped) == key.wrapped)
                .values(wrapped=wrapped)
            )
            return bool(done.rowcount)


def spoken(database: Database, statement: str) -> str:
    """A statement of this module as its database says it."""
    dialect = "sqlite" if database.sqlite else "postgresql"
    statement = statement.replace("{readings}", READINGS[dialect]).replace("{alerts}", ALERTS[dialect])
    statement = statement.replace("{let_read}", LET_READ)
    return statement.replace("$", "?") if database.sqlite else statement


async def read(connection: Connection, statement: str, key: str) -> Thread | None:
    """The thread a spoken statement finds."""
    row = (await connection.exec_driver_sql(statement, (storable(key),))).one_or_none()
    return _thread(row) if row is not None else None


async def keep(
    connection: Connection,
    statement: str,
    consultation: str,
    version: int,
    sealed: bytes,
    now: datetime,
    last_word: str = "",
) -> None:
    """One conditional UPDATE of the draft; and where it is the last word of a session, by its address, that is spent.

    Collided when the version has moved on, or that was spent.
    """
    today = now.astimezone(UTC).date()
    day = today.isoformat() if connection.sqlite else today
    kept = await connection.exec_driver_sql(statement, (sealed, day, consultation, version))
    if not kept.rowcount or (last_word and not await _spent(connection, last_word, now)):
        raise Collided


async def _spent(connection: Connection, address: str, now: datetime) -> bool:
    table = tables.ChatSession
    mine = col(table.address) == address
    spent = await connection.execute(
        update(table).where(mine, col(table.last_word_at).is_(None)).values(last_word_at=now)
    )
    return bool(spent.rowcount)


def _thread(row: Row[Any]) -> Thread:
    entry = Entry(row.officer, row.public, row.signature) if row.public else None
    return Thread(
        consultation=row.consultation,
        version=row.version,
        sealed=row.sealed,
        wrapped_key=row.wrapped,
        review=row.review,
        reference=row.reference,
        question_set=row.question_set,
        review_on=_day(row.review_on),
        held_on=_day(row.held_on) if row.held_on else None,
        details=row.details_for_chat,
        assigned=row.assigned,
        officer=Officer(row.officer, row.name, row.disabled_at is None, entry),
        readings=readings(row.readings),
        alerts=tuple(
            AlertSeen(number, _moment(held_at), _moment(closed_at))
            for number, held_at, closed_at in json.loads(row.alerts or "[]")
        ),
        session=_session(row) if row.address else None,
        language=row.language or "",
        advocate=_advocate(row) if row.advocate else None,
    )


def _advocate(row: Row[Any]) -> Advocate:
    entry = Entry(row.advocate, row.advocate_public, row.advocate_signature)
    return Advocate(row.advocate, row.advocate_name, entry)


def _session(row: Row[Any]) -> ChatSession:
    return ChatSession(
        row.address, instant(row.created_at), _moment(row.ended_at), _moment(row.last_word_at), _sitting(row)
    )


def _sitting(row: Row[Any]) -> KeptStaffVisit | None:
    if row.sitting is None:
        return None
    enabled, ended_at = row.sitter_gone_at is None, _moment(row.sitting_ended_at)
    return KeptStaffVisit(
        row.sitting, row.sitter_id, row.sitter, row.sitter_role, enabled, instant(row.ends_at), ended_at
    )


def _moment(kept: datetime | str | None) -> datetime | None:
    return None if kept is None else instant(kept)


def _day(kept: date | str) -> date:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept
