"""Second factors: what a person's phone and we share, sealed, and which of its codes was used last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Database, inserted
from consultations.trail import COMMAND, Deed, Record

TABLE = tables.SecondFactor


@dataclass(frozen=True, slots=True)
class KeptFactor:
    """One person's second factor. `step`: the last whose code was used."""

    sealed: bytes = field(repr=False)
    step: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Somebody took a person's second factor away, so that they could set up another. `by`: their name; "" at the
    server."""

    at: datetime
    by: str


class Factors:
    """Everybody's second factor, for whoever has one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, staff: str) -> KeptFactor | None:
        """This person's. None: they have none."""
        asked = select(col(TABLE.sealed), col(TABLE.step)).where(col(TABLE.staff_id) == staff)
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return KeptFactor(*row) if row is not None else None

    async def owners(self) -> frozenset[str]:
        """Who has one, by their ids."""
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(select(col(TABLE.staff_id)))).scalars())

    async def set_up(self, staff: str, sealed: bytes, step: int, now: datetime) -> bool:
        """Their first one. False where they have one: it is taken away before there can be another."""
        row = {"staff_id": staff, "sealed": sealed, "step": step, "made_at": now}
        async with self._database.writing() as connection:
            made = await inserted(connection, TABLE, row)
            if made:
                await self._database.record(connection, Record(Deed.FACTOR_SET, staff, staff, "totp"), now)
            return made

    async def use(self, staff: str, step: int) -> bool:
        """The code of this step is used up, and so is every earlier one. False where it was already."""
        earlier = (col(TABLE.staff_id) == staff) & (col(TABLE.step) < step)
        async with self._database.keeping() as connection:
            return bool((await connection.execute(update(TABLE).where(earlier).values(step=step))).rowcount)

    async def reset(self, staff: str, by: str | None, stamp: str, now: datetime) -> bool:
        """Take it away; their sessions end. `by`: who does; None at the server. False where there was none."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(TABLE).where(col(TABLE.staff_id) == staff))
            if not gone.rowcount:
                return False
            values = {"factor_reset_at": now, "factor_reset_by": by, "stamp": stamp}
            await connection.execute(update(tables.Staff).where(col(tables.Staff.id) == staff).values(**values))
            await connection.execute(delete(tables.PortalSession).where(col(tables.PortalSession.staff_id) == staff))
            await self._database.record(connection, Record(Deed.FACTOR_RESET, by or COMMAND, staff, "totp"), now)
            return True

    async def last_reset(self, staff: str) -> Reset | None:
        """When somebody last took theirs away. None: never."""
        person, other = tables.METADATA.tables["staff"], tables.METADATA.tables["staff"].alias("other")
        asked = (
            select(person.c.factor_reset_at, other.c.name)
            .join_from(person, other, other.c.id == person.c.factor_reset_by, isouter=True)
            .where(person.c.id == staff, person.c.factor_reset_at.is_not(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return Reset(row[0], row[1] or "") if row is not None else None
