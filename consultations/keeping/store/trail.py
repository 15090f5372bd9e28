"""The trail, as it is kept: begun with the site, joined to the other chains every hour, read from its beginning.

Acts are written into it by whatever keeps them, in their own transaction (`Database.record`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from consultations.circumstances import GIVEN_BACK, PASSED_ON
from consultations.keeping.store import tables
from consultations.keeping.store.chains import TABLE, heads, links, marked
from consultations.keeping.store.databases import Connection, Database
from consultations.trail import CLOCK, COMMAND, Deed, Head, Marked, Record, as_head

REFUSED = "refused: "
"""Before what was refused, among the counters."""


@dataclass(frozen=True, slots=True)
class KeptReading:
    """Who read what, as it was noted: to be compared with what was recorded."""

    review: str
    by: str
    what: str
    number: int
    at: datetime


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

    async def note(self, record: Record, now: datetime) -> None:
        """Record an act that changes nothing else in the database. What follows it happens only if this returns."""
        async with self._database.writing() as connection:
            await self._database.record(connection, record, now)

    async def refused(self, kind: str, now: datetime) -> None:
        """Count a try that was refused. The count of each minute is recorded once, when the minute is over."""
        dialect = sqlite if self._database.sqlite else postgresql
        table, minute = tables.Slowing, now.replace(second=0, microsecond=0)
        new = dialect.insert(table).values(key=REFUSED + kind, since=minute, tries=1)
        again = new.on_conflict_do_update(index_elements=["key", "since"], set_={"tries": col(table.tries) + 1})
        async with self._database.keeping() as connection:
            await connection.execute(again)

    async def settle(self, now: datetime) -> None:
        """Record how many tries were refused in each minute that is over, and count them no longer."""
        table, minute = tables.Slowing, now.replace(second=0, microsecond=0)
        over = col(table.key).startswith(REFUSED), col(table.since) < minute
        asked = select(col(table.key), col(table.since), col(table.tries)).where(*over)
        async with self._database.reading() as connection:
            if (await connection.execute(asked.limit(1))).first() is None:
                return
        async with self._database.writing() as connection:
            gone = delete(table).where(*over).returning(col(table.key), col(table.since), col(table.tries))
            for key, since, tries in sorted((await connection.execute(gone)).all(), key=lambda row: (row[1], row[0])):
                record = Record(Deed.REFUSED, more=f"{key.removeprefix(REFUSED)}.{tries}")
                await self._database.record(connection, record, since)

    async def note_settings(self, digest: str, now: datetime) -> None:
        """Record that these settings are in force, where this chain last said others."""
        mine = self._database.pen.chain if self._database.pen else ""
        said = select(col(TABLE.of)).where(col(TABLE.chain) == mine, col(TABLE.deed) == Deed.SETTINGS)
        async with self._database.writing() as connection:
            last = await connection.execute(said.order_by(col(TABLE.number).desc()).limit(1))
            if last.scalar_one_or_none() != digest:
                await self._database.record(connection, Record(Deed.SETTINGS, COMMAND, digest), now)

    async def heads(self) -> tuple[Head, ...]:
        """Where every chain has come to."""
        async with self._database.snapshot() as connection:
            return await heads(connection)

    async def readings(self) -> tuple[KeptReading, ...]:
        """Everything that was noted of who read, alerts too; to whom it was given since is recorded of the review."""
        reading, sending, consultation = tables.Reading, tables.Sending, tables.Consultation
        asked = (
            select(
                col(consultation.review_id),
                col(reading.staff_id),
                col(reading.what),
                col(sending.number),
                col(reading.at),
            )
            .join(sending, col(sending.id) == col(reading.sending_id))
            .join(consultation, col(consultation.id) == col(sending.consultation_id))
            .where(col(reading.what).not_in((PASSED_ON, GIVEN_BACK)))
        )
        async with self._database.reading() as connection:
            return tuple(KeptReading(*row) for row in await connection.execute(asked))

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
