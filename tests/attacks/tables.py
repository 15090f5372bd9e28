"""What somebody does who can write to the database: any statement, past everything that is built around it.

Placeholders are `$1`, `$2` …, on SQLite and on PostgreSQL alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

import asyncpg

from consultations.keeping.store.tables import METADATA
from tests.attacks.site import Site

TABLES = tuple(table.name for table in METADATA.sorted_tables)
"""Every one there is, parents before children."""

Row = Mapping[str, Any]


async def ask(site: Site, sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows a SELECT finds, by their columns' names."""
    url = site.told.get("FOREWORD_DATABASE_URL", "")
    if url:
        connection = await _postgresql(url)
        try:
            return [dict(row) for row in await connection.fetch(sql, *values)]
        finally:
            await connection.close()
    with closing(sqlite3.connect(f"file:{site.database}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        return [dict(row) for row in opened.execute(sql.replace("$", "?"), values)]


async def do(site: Site, sql: str, *values: object) -> None:
    """Change something."""
    await do_all(site, (sql, values))


async def do_all(site: Site, *changes: tuple[str, Sequence[object]]) -> None:
    """Change several things at once."""
    url = site.told.get("FOREWORD_DATABASE_URL", "")
    if url:
        connection = await _postgresql(url)
        try:
            async with connection.transaction():
                for sql, values in changes:
                    await connection.execute(sql, *values)
        finally:
            await connection.close()
        return
    with closing(sqlite3.connect(site.database)) as opened, opened:
        for sql, values in changes:
            opened.execute(sql.replace("$", "?"), values)


async def everything(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {table: await ask(site, f'SELECT * FROM "{table}"') for table in TABLES}


@asynccontextmanager
async def put_back(site: Site, *tables: str) -> AsyncIterator[None]:
    """Whatever happens to these tables in the block is undone after it. Parents stand before children."""
    before = [(table, await ask(site, f'SELECT * FROM "{table}"')) for table in tables]
    yield
    emptied = [(f'DELETE FROM "{table}"', ()) for table, _ in reversed(before)]
    await do_all(site, *emptied, *(_inserting(table, row) for table, rows in before for row in rows))


async def insert(site: Site, table: str, row: Row) -> None:
    """One row as it is."""
    await do_all(site, _inserting(table, row))


def _inserting(table: str, row: Row) -> tuple[str, Sequence[object]]:
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    columns = ", ".join(f'"{column}"' for column in row)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({places})', tuple(row.values())


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another program holds the SQLite database for itself."""
    with closing(sqlite3.connect(site.database, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        yield
        opened.execute("ROLLBACK")


async def _postgresql(url: str) -> asyncpg.Connection[asyncpg.Record]:
    return await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
