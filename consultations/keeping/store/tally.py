"""The tally of "Was this OK to use?": counts, and nothing that leads back to a child."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Database


@dataclass(frozen=True, slots=True)
class Count:
    """How many said this, in this version of a set."""

    question_set: str
    version: int
    choice: str
    count: int


class Tally:
    """What children thought of it, counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, question_set: str, version: int, choice: str) -> None:
        """One more who said this."""
        dialect = sqlite if self._database.sqlite else postgresql
        table = tables.Tally
        new = dialect.insert(table).values(question_set=question_set, version=version, choice=choice, count=1)
        async with self._database.keeping() as connection:
            await connection.execute(
                new.on_conflict_do_update(
                    index_elements=["question_set", "version", "choice"], set_={"count": col(table.count) + 1}
                )
            )

    async def counts(self) -> tuple[Count, ...]:
        """Everything counted, by set, version and choice."""
        table = tables.Tally
        columns = (col(table.question_set), col(table.version), col(table.choice))
        async with self._database.reading() as connection:
            rows = await connection.execute(select(*columns, col(table.count)).order_by(*columns))
            return tuple(Count(*row) for row in rows)
