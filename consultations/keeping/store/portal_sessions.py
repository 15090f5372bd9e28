"""Portal sessions: unlocked reader keys, sealed under what only the cookie holds.

Any process can serve one; deleting the row locks it. A session whose owner was disabled, or whose stamp has changed
since (a new phrase, new keys), is not found any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Database
from consultations.keeping.store.people import Person, person
from consultations.trail import Deed, Record


@dataclass(frozen=True, slots=True)
class PortalSession:
    """A session and whose it is. `id` is the SHA-256 of the cookie's token."""

    id: str
    person: Person
    sealed: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
    passed: bool  # the second factor was given


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of somebody's sessions, as they are shown it. `id` is of no use to anybody who has not its cookie."""

    id: str
    since: datetime
    seen_at: datetime


class PortalSessions:
    """Who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, id: str, person: Person, sealed: bytes, now: datetime, *, passed: bool = True) -> None:
        """A new session of this person, as they stand now."""
        async with self._database.writing() as connection:
            await connection.execute(
                insert(tables.PortalSession).values(
                    id=id,
                    staff_id=person.id,
                    stamp=person.stamp,
                    sealed=sealed,
                    created_at=now,
                    seen_at=now,
                    passed_at=now if passed else None,
                )
            )
            await self._database.record(connection, Record(Deed.UNLOCKED, person.id, person.id), now)

    async def get(self, id: str) -> PortalSession | None:
        """The session, if it is still good: its owner enabled, their stamp unchanged. How old is too old is yours."""
        session, staff = tables.PortalSession, tables.Staff
        asked = (
            select(
                tables.METADATA.tables["staff"],
                col(session.sealed),
                col(session.created_at),
                col(session.seen_at),
                col(session.passed_at),
            )
            .join(session, col(session.staff_id) == col(staff.id))
            .where(
                col(session.id) == id,
                col(session.stamp) == col(staff.stamp),
                col(staff.disabled_at).is_(None),
            )
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return PortalSession(id, person(row), row.sealed, row.created_at, row.seen_at, row.passed_at is not None)

    async def of(self, person: Person, seen_after: datetime, created_after: datetime) -> tuple[OpenSession, ...]:
        """This person's that are still good, the one used last first."""
        table = tables.PortalSession
        good = (col(table.staff_id) == person.id) & (col(table.stamp) == person.stamp)
        asked = (
            select(col(table.id), col(table.created_at), col(table.seen_at))
            .where(good, col(table.passed_at).is_not(None))
            .where(col(table.seen_at) > seen_after, col(table.created_at) > created_after)
            .order_by(col(table.seen_at).desc(), col(table.id))
        )
        async with self._database.reading() as connection:
            return tuple(OpenSession(*row) for row in await connection.execute(asked))

    async def end_one(self, person: Person, id: str, now: datetime) -> bool:
        """Their owner locks this one. False when it is none of theirs."""
        return await self._end(person, col(tables.PortalSession.id) == id, now)

    async def end_others(self, person: Person, but: str, now: datetime) -> bool:
        """Their owner locks every other one. False when there was none."""
        return await self._end(person, col(tables.PortalSession.id) != but, now)

    async def _end(self, person: Person, which: ColumnElement[bool], now: datetime) -> bool:
        table = tables.PortalSession
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(table).where(col(table.staff_id) == person.id, which))
            if gone.rowcount:
                await self._database.record(connection, Record(Deed.SIGNED_OUT, person.id, person.id), now)
            return bool(gone.rowcount)

    async def touch(self, id: str, now: datetime) -> None:
        """It was used just now."""
        table = tables.PortalSession
        async with self._database.keeping() as connection:
            await connection.execute(update(table).where(col(table.id) == id).values(seen_at=now))

    async def end(self, id: str, now: datetime) -> None:
        """Its owner locks it. Ending it twice changes nothing."""
        table = tables.PortalSession
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(table).where(col(table.id) == id).returning(col(table.staff_id)))
            if (whose := gone.scalar_one_or_none()) is not None:
                await self._database.record(connection, Record(Deed.SIGNED_OUT, whose, whose), now)

    async def delete(self, id: str) -> None:
        """Lock it: nobody can open it again."""
        async with self._database.keeping() as connection:
            await connection.execute(delete(tables.PortalSession).where(col(tables.PortalSession.id) == id))

    async def delete_idle(self, seen_before: datetime, created_before: datetime) -> None:
        """Lock every session last used, or begun, too long ago."""
        table = tables.PortalSession
        old = (col(table.seen_at) < seen_before) | (col(table.created_at) < created_before)
        async with self._database.keeping() as connection:
            await connection.execute(delete(table).where(old))
