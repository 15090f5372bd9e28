"""Staff: who they are, how they become readers, and the locked keys they alone can open.

Transactions take a person's rows in one order (enrolment, staff, custody, sessions), so that two never wait for each
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.keeping.store.telling import release
from consultations.trail import COMMAND, Deed, Record


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says about a reader: to be verified by the vault before anything is sealed to it."""

    reader: str
    public: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff. `entry` is None until they have enrolled, and a second person has confirmed their keys."""

    id: str
    username: str
    name: str
    role: str
    enabled: bool
    stamp: str
    entry: Entry | None
    waiting: bytes = b""  # the public halves they enrolled with, while nobody has confirmed them


@dataclass(frozen=True, slots=True)
class Custody:
    """One way a reader's private keys are locked: whoever opens it has signed in."""

    id: str
    kind: str  # "phrase", "recovery_code"
    locked: bytes = field(repr=False)


class People:
    """Everyone who signs in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, id: str, username: str, name: str, role: str, stamp: str, now: datetime) -> bool:
        """A new member of staff, not yet a reader. False when somebody has that username already."""
        row = {"id": id, "username": username, "name": name, "role": role, "stamp": stamp, "added_at": now}
        async with self._database.writing() as connection:
            added = await inserted(connection, tables.Staff, row)
            if added:
                await self._database.record(connection, Record(Deed.ADDED, COMMAND, id, role), now)
            return added

    async def disable(self, id: str, stamp: str, now: datetime) -> bool:
        """They can do nothing from now on: sessions and unused enrolment codes go. False when there is no such person.

        Custody stays: what was sealed to them may have to be opened if they come back. Of an alert they had, somebody
        else is told. Their sittings are over, also if they come back.
        """
        async with self._database.writing() as connection:
            await connection.execute(delete(tables.Enrolment).where(col(tables.Enrolment.staff_id) == id))
            found = await connection.execute(
                update(tables.Staff).where(col(tables.Staff.id) == id).values(disabled_at=now, stamp=stamp)
            )
            await connection.execute(delete(tables.PortalSession).where(col(tables.PortalSession.staff_id) == id))
            await _leave(connection, id, now)
            if found.rowcount:
                await self._database.record(connection, Record(Deed.DISABLED, COMMAND, id), now)
            return bool(found.rowcount)

    async def enable(self, id: str, now: datetime) -> bool:
        """They may sign in again. False when there is no such person."""
        async with self._database.writing() as connection:
            found = await connection.execute(
                update(tables.Staff).where(col(tables.Staff.id) == id).values(disabled_at=None)
            )
            if found.rowcount:
                await self._database.record(connection, Record(Deed.ENABLED, COMMAND, id), now)
            return bool(found.rowcount)

    async def everyone(self) -> tuple[Person, ...]:
        """All staff, disabled ones too, by username."""
        async with self._database.reading() as connection:
            rows = await connection.execute(_people().order_by(col(tables.Staff.username)))
            return tuple(person(row) for row in rows)

    async def by_username(self, username: str) -> Person | None:
        """The person with exactly this username, enabled or not."""
        return await self._one(_people().where(col(tables.Staff.username) == username))

    async def by_id(self, id: str) -> Person | None:
        """The person with this id, enabled or not."""
        return await self._one(_people().where(col(tables.Staff.id) == id))

    async def offer_enrolment(self, id: str, staff: str, code_hash: str, expires_at: datetime, now: datetime) -> None:
        """A code that lets them make their keys once. Earlier codes of theirs stop working."""
        async with self._database.writing() as connection:
            await connection.execute(delete(tables.Enrolment).where(col(tables.Enrolment.staff_id) == staff))
            await connection.execute(
                insert(tables.Enrolment).values(id=id, staff_id=staff, code_hash=code_hash, expires_at=expires_at)
            )
            await self._database.record(connection, Record(Deed.CODE_GIVEN, COMMAND, staff), now)

    async def enrolling(self, code_hash: str, now: datetime) -> Person | None:
        """Whose code this is, if it still works. Using it up is `enrol`'s part."""
        return await self._one(
            _people()
            .join(tables.Enrolment, col(tables.Enrolment.staff_id) == col(tables.Staff.id))
            .where(
                col(tables.Enrolment.code_hash) == code_hash,
                col(tables.Enrolment.used_at).is_(None),
                col(tables.Enrolment.expires_at) > now,
                col(tables.Staff.disabled_at).is_(None),
            )
        )

    async def enrol(
        self, code_hash: str, staff: str, public: bytes, custodies: Sequence[Custody], stamp: str, now: datetime
    ) -> Person | None:
        """Use the code up and keep its owner's keys, in one: they wait to be confirmed, and what was before goes.

        None when the code was used, has expired, is unknown, or is not this person's.
        """
        async with self._database.writing() as connection:
            used = await connection.execute(
                update(tables.Enrolment)
                .where(
                    col(tables.Enrolment.code_hash) == code_hash,
                    col(tables.Enrolment.staff_id) == staff,
                    col(tables.Enrolment.used_at).is_(None),
                    col(tables.Enrolment.expires_at) > now,
                )
                .values(used_at=now)
            )
            row = (await connection.execute(_people().where(col(tables.Staff.id) == staff))).one_or_none()
            if not used.rowcount or row is None or row.disabled_at is not None:
                return None
            unconfirmed = {"public": None, "signature": None, "confirmed_at": None, "confirmed_by": None}
            if row.public is not None:
                former = {"id": row.stamp, "staff_id": row.id, "public": row.public, "signature": row.signature}
                await inserted(connection, tables.FormerKey, former)
            await connection.execute(
                update(tables.Staff)
                .where(col(tables.Staff.id) == staff)
                .values(waiting_public=public, enrolled_at=now, stamp=stamp, **unconfirmed)
            )
            for table in (tables.Custody, tables.PortalSession):
                await connection.execute(delete(table).where(col(table.staff_id) == staff))
            for custody in custodies:
                await connection.execute(insert(tables.Custody).values(**_custody(staff, custody, now)))
            await _leave(connection, staff, now)
            await self._database.record(connection, Record(Deed.ENROLLED, staff, staff), now)
            return person((await connection.execute(_people().where(col(tables.Staff.id) == staff))).one())

    async def confirm(self, entry: Entry, by: str | None, now: datetime) -> bool:
        """These very keys are theirs, somebody else says: from now on they are a reader. `by` None: at the server.

        False when these are not the keys that wait, or the person is disabled.
        """
        table = tables.Staff
        waits = (col(table.id) == entry.reader) & (col(table.waiting_public) == entry.public)
        confirmed = {"signature": entry.signature, "confirmed_at": now, "confirmed_by": by}
        async with self._database.writing() as connection:
            found = await connection.execute(
                update(table)
                .where(waits, col(table.disabled_at).is_(None))
                .values(public=entry.public, waiting_public=None, **confirmed)
            )
            if found.rowcount:
                await self._database.record(connection, Record(Deed.CONFIRMED, by or COMMAND, entry.reader), now)
            return bool(found.rowcount)

    async def readers(self) -> tuple[Entry, ...]:
        """Every entry there ever was, of those who are here and with the keys they had before too."""
        now, before = tables.Staff, tables.FormerKey
        current = select(col(now.id), col(now.public), col(now.signature)).where(col(now.public).is_not(None))
        former = select(col(before.staff_id), col(before.public), col(before.signature))
        async with self._database.reading() as connection:
            return tuple(Entry(*row) for row in await connection.execute(current.union_all(former)))

    async def custodies(self, staff: str) -> tuple[Custody, ...]:
        """Every way this person's keys are locked, oldest first."""
        table = tables.Custody
        asked = (
            select(col(table.id), col(table.kind), col(table.locked))
            .where(col(table.staff_id) == staff)
            .order_by(col(table.made_at), col(table.id))
        )
        async with self._database.reading() as connection:
            return tuple(Custody(*row) for row in await connection.execute(asked))

    async def change_custody(self, staff: str, custodies: Sequence[Custody], stamp: str, now: datetime) -> None:
        """Lock the same keys anew (a new phrase): ways of the same kinds are replaced, every open session ends."""
        table = tables.Custody
        async with self._database.writing() as connection:
            await connection.execute(update(tables.Staff).where(col(tables.Staff.id) == staff).values(stamp=stamp))
            await connection.execute(
                delete(table).where(col(table.staff_id) == staff, col(table.kind).in_([c.kind for c in custodies]))
            )
            for custody in custodies:
                await connection.execute(insert(table).values(**_custody(staff, custody, now)))
            await connection.execute(delete(tables.PortalSession).where(col(tables.PortalSession.staff_id) == staff))
            await self._database.record(connection, Record(Deed.NEW_WORDS, staff, staff), now)

    async def _one(self, asked: Select[Any]) -> Person | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return person(row) if row is not None else None


def person(row: Row[Any]) -> Person:
    """A Person from a row with the columns of `staff`."""
    entry = Entry(row.id, row.public, row.signature) if row.public else None
    waiting = row.waiting_public or b""
    return Person(row.id, row.username, row.name, row.role, row.disabled_at is None, row.stamp, entry, waiting)


async def _leave(connection: Connection, staff: str, now: datetime) -> None:
    """They can do nothing from now on: their sittings are over, and of an alert they had, somebody else is told."""
    sitting = tables.Sitting
    sits = (col(sitting.staff_id) == staff) & col(sitting.ended_at).is_(None)
    await connection.execute(update(sitting).where(sits).values(ended_at=now))
    await release(connection, col(tables.Alert.held_by) == staff, at=now)


def _people() -> Select[Any]:
    return select(tables.METADATA.tables["staff"])


def _custody(staff: str, custody: Custody, now: datetime) -> dict[str, object]:
    return {
        "id": custody.id,
        "staff_id": staff,
        "kind": custody.kind,
        "locked": custody.locked,
        "made_at": now,
    }
