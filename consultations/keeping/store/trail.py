"""The trail, as it is kept: begun with the site, joined to the other chains every hour, read from its beginning.

Acts are written into it by whatever keeps them, in their own transaction (`Database.record`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.chains import TABLE, heads, links, marked
from consultations.keeping.store.databases import Connection, Database
from consultations.trail import CLOCK, COMMAND, Deed, Head, Marked, Record, as_head


class Trail:
    """Every chain there is; this store writes one of them, or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, site: str, now: datetime) -> None:
        """This chain's first link, made with the site. What an attempt that failed had written goes."""
        mine = self._database.pen.chain if self._database.pen else ""
        of_nothing = col(TABLE.chain) == mine, ~exists().where(col(tables.Site.id) == 1)
        async with self._database.writing() as connection:
            await connection.execute(delete(TABLE).where(*of_nothing))
            record = Record(Deed.BEGAN, by=COMMAND, of=site, more="founded")
            await self._database.record(connection, record, now)

    async def join(self, now: datetime) -> None:
        """Join the heads of the other chains to this one, where more than joining has happened in them since."""
        async with self._database.writing() as connection:
            mine = self._database.pen.chain if self._database.pen else ""
            for head in await heads(connection):
                if head.chain != mine and await _moved_on(connection, mine, head.chain):
                    await self._database.record(connection, Record(Deed.JOINED, CLOCK, more=head.joined()), now)

    async def heads(self) -> tuple[Head, ...]:
        """Where every chain has come to."""
        async with self._database.snapshot() as connection:
            return await heads(connection)

    async def links(self, chain: str, after: int, most: int) -> tuple[Marked, ...]:
        """The next links of a chain, by their numbers, whatever these are."""
        asked = links(chain).where(col(TABLE.number) > after).order_by(col(TABLE.number)).limit(most)
        async with self._database.reading() as connection:
            return tuple(marked(row) for row in await connection.execute(asked))


async def _moved_on(connection: Connection, mine: str, other: str) -> bool:
    """Whether anything but joining has happened in the other chain since it was last joined to mine."""
    said = select(col(TABLE.more)).where(
        col(TABLE.chain) == mine, col(TABLE.deed) == Deed.JOINED, col(TABLE.more).like(f"{other}.%")
    )
    last = (await connection.execute(said.order_by(col(TABLE.number).desc()).limit(1))).scalar_one_or_none()
    joined = as_head(last) if last else None
    since = select(func.count()).where(
        col(TABLE.chain) == other,
        col(TABLE.number) > (joined.number if joined else 0),
        col(TABLE.deed) != Deed.JOINED,
    )
    return bool((await connection.execute(since)).scalar_one())
