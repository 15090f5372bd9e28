"""Everything that is sealed or signed with the key files, rewritten in one transaction: all of it, or none.

So the database always says one thing about which key files are in force, and whoever is killed half-way has changed
nothing. Drafts and what was sent are not rewritten: their own keys are not the key files'.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.tables import METADATA
from consultations.trail import COMMAND, Deed, Record

AT_ONCE = 500
ENDED = (tables.PortalSession, tables.SittingPass)
"""What ends: everybody signs in again."""


@dataclass(frozen=True, slots=True)
class Rekeying:
    """A change of keys under way."""

    connection: Connection

    async def rows(self, table: str) -> AsyncIterator[list[Mapping[str, Any]]]:
        """Every row of this table, some at a time, in an order that writing them does not change."""
        kept = METADATA.tables[table]
        keys = list(kept.primary_key)
        after: tuple[Any, ...] | None = None
        while True:
            asked = select(kept).order_by(*keys).limit(AT_ONCE)
            if after is not None:
                asked = asked.where(tuple_(*keys) > tuple_(*after))
            rows = [dict(row) for row in (await self.connection.execute(asked)).mappings()]
            if not rows:
                return
            yield list(rows)
            after = tuple(rows[-1][key.name] for key in keys)

    async def put(self, table: str, row: Mapping[str, Any], **anew: bytes) -> None:
        """This row, with these anew."""
        kept = METADATA.tables[table]
        here = [key == row[key.name] for key in kept.primary_key]
        await self.connection.execute(update(kept).where(*here).values(**anew))


class KeyChanges:
    """Changes of the key files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def changing(self, chat: str, portal: str, now: datetime) -> AsyncIterator[Rekeying]:
        """Rewrite inside the block; when it ends, the key files with these ids are in force."""
        async with self._database.writing() as connection:
            yield Rekeying(connection)
            for table in ENDED:
                await connection.execute(delete(table))
            await connection.execute(update(tables.Site).values(chat_key=chat, portal_key=portal))
            await self._database.record(connection, Record(Deed.KEYS_ROTATED, COMMAND), now)
