"""Counters: how often something was tried in a stretch of time, across every process.

Keys are opaque to the store: selectors, or keyed hashes that are thrown away each day; never a network address.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Database


class Counters:
    """What wrong tries are slowed by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, key: str, since: datetime) -> int:
        """One more try in the stretch that began at `since`; how many that makes, this one included."""
        dialect = sqlite if self._database.sqlite else postgresql
        table = tables.Slowing
        new = dialect.insert(table).values(key=key, since=since, tries=1)
        counted = new.on_conflict_do_update(
            index_elements=["key", "since"], set_={"tries": col(table.tries) + 1}
        ).returning(col(table.tries))
        async with self._database.keeping() as connection:
            return int((await connection.execute(counted)).scalar_one())

    async def tries(self, key: str, since: datetime) -> int:
        """How many there were in that stretch so far."""
        table = tables.Slowing
        asked = select(col(table.tries)).where(col(table.key) == key, col(table.since) == since)
        async with self._database.reading() as connection:
            return (await connection.execute(asked)).scalar_one_or_none() or 0

    async def forgive(self, key: str) -> None:
        """Forget every try under this key: it was the right person after all."""
        async with self._database.keeping() as connection:
            await connection.execute(delete(tables.Slowing).where(col(tables.Slowing.key) == key))

    async def forget_before(self, moment: datetime) -> None:
        """Drop the counters of stretches that began before this."""
        async with self._database.keeping() as connection:
            await connection.execute(delete(tables.Slowing).where(col(tables.Slowing.since) < moment))
