"""Everything that is kept, row by row: out of one database as it stands at one moment, and into an empty one.

The same on SQLite and PostgreSQL, so that a copy of the one goes into the other. What does not outlive the process that
made it stays out: sessions of staff, ways and passes of ten minutes, counters.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table, insert, select, text, tuple_, update

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.problems import StoreProblem
from consultations.keeping.store.tables import METADATA
from consultations.trail import COMMAND, Deed, Record

Row = Mapping[str, Any]

PASSING = frozenset({"portal_session", "way_in", "sitting_pass", "slowing", "set_aside"})
AT_ONCE = 100
"""Rows of one statement: a draft is up to 128 KiB."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What one moment looked like."""

    connection: Connection
    revision: str

    async def rows(self) -> AsyncIterator[tuple[str, list[Row]]]:
        """Every row that is copied, by its table, a few at a time; rows others refer to come first."""
        for table in copied():
            after: tuple[Any, ...] | None = None
            keys = list(table.primary_key)
            while True:
                asked = select(table).order_by(*keys).limit(AT_ONCE)
                if after is not None:
                    asked = asked.where(tuple_(*keys) > tuple_(*after))
                rows: list[Row] = [dict(row) for row in (await self.connection.execute(asked)).mappings()]
                if not rows:
                    break
                yield table.name, rows
                after = tuple(rows[-1][key.name] for key in keys)


class Copies:
    """Copies of the whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Copy]:
        """Everything as it is at this moment, whatever is written meanwhile."""
        async with self._database.snapshot() as connection:
            yield Copy(connection, await _revision(connection))

    async def put_back(
        self, rows: Iterable[tuple[str, list[Row]]], revision: str, changed: Callable[[str, Row], Row], now: datetime
    ) -> None:
        """Fill an empty database with these rows, each as `changed` makes of it; all or nothing.

        StoreProblem when something is in it already, or when its tables are not the ones the rows were taken from.
        """
        known = {table.name: table for table in copied()}
        async with self._database.writing() as connection:
            if not self._database.sqlite:
                await connection.exec_driver_sql("LOCK TABLE site IN EXCLUSIVE MODE")
            if (here := await _revision(connection)) != revision:
                raise StoreProblem(
                    f"This backup has the tables of step {revision}, and this Foreword those of step {here}. Restore it"
                    " with the version that made it, and start this one afterwards."
                )
            if (await connection.execute(select(tables.Site.__table__))).first() is not None:  # type: ignore[attr-defined]
                raise StoreProblem(
                    "There is a site in this database already, and it is not overwritten. Set FOREWORD_DATABASE_URL to"
                    " an empty database."
                )
            later: list[tuple[Table, Row]] = []
            for name, some in rows:
                table = known[name]
                mine = {each.parent.name for each in table.foreign_keys if each.column.table is table}
                put = [changed(name, row) for row in some]
                later += [(table, row) for row in put if any(row[each] is not None for each in mine)]
                await connection.execute(insert(table), [{**row, **dict.fromkeys(mine)} for row in put])
            for table, row in later:  # a row that refers to another of its table, now that all of them are there
                here_is = [key == row[key.name] for key in table.primary_key]
                await connection.execute(update(table).where(*here_is).values(**row))
            await self._database.record(connection, Record(Deed.RESTORED, COMMAND), now)

    async def record_taken(self, now: datetime, by: str) -> None:
        """A backup was made."""
        async with self._database.writing() as connection:
            await self._database.record(connection, Record(Deed.BACKED_UP, by), now)


def copied() -> list[Table]:
    """The tables that are copied, each after those it refers to."""
    return [table for table in METADATA.sorted_tables if table.name not in PASSING]


def as_text(row: Row) -> dict[str, Any]:
    """A row as JSON can hold it."""
    return {name: _written(value) for name, value in row.items()}


def from_text(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row again. ValueError, KeyError or TypeError for what is none."""
    return {name: _read(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    match value:
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case datetime():
            return {"moment": value.astimezone(UTC).isoformat()}
        case date():
            return {"day": value.isoformat()}
    return value


def _read(value: Any) -> Any:
    match value:
        case {"bytes": str(kept)}:
            return base64.b64decode(kept, validate=True)
        case {"moment": str(kept)}:
            return datetime.fromisoformat(kept)
        case {"day": str(kept)}:
            return date.fromisoformat(kept)
        case dict() | list():
            raise ValueError("This is no value of a row.")
    return value


async def _revision(connection: Connection) -> str:
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())
