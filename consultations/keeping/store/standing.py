"""Messages that still stand in somebody's chat: numbers and hours under the account's blind address, and no more.

They are kept for accounts alone that came in, and go as soon as the message has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.columns import Moment
from consultations.keeping.store.databases import Database
from consultations.standing import Standing, Whose

TABLE = tables.Standing


class StandingMessages:
    """What stands where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, address: str, standing: Standing) -> None:
        """A message stands in the chat of this address. Nothing is kept of one that never came in."""
        account, dialect = tables.Account, sqlite if self._database.sqlite else postgresql
        row = select(
            col(account.address),
            literal(str(standing.number)),
            literal(standing.whose.value),
            literal(standing.hour, Moment),
            literal(False),
        ).where(col(account.address) == address)
        put = dialect.insert(TABLE).from_select(["address", "number", "whose", "hour", "wanted"], row)
        async with self._database.keeping() as connection:
            await connection.execute(put.on_conflict_do_nothing())

    async def want(self, address: str) -> None:
        """The child wants everything cleared that stands there now."""
        async with self._database.keeping() as connection:
            await connection.execute(update(TABLE).where(col(TABLE.address) == address).values(wanted=True))

    async def due(self, sent_by: datetime) -> tuple[str, ...]:
        """The addresses with a message of that hour or an earlier one, or with one that a child wants cleared."""
        ripe = or_(col(TABLE.wanted), col(TABLE.hour) <= sent_by)
        asked = select(col(TABLE.address)).where(ripe).distinct().order_by(col(TABLE.address))
        async with self._database.reading() as connection:
            return tuple((await connection.execute(asked)).scalars())

    async def of(self, address: str) -> tuple[Standing, ...]:
        """Everything that stands there."""
        asked = select(col(TABLE.number), col(TABLE.hour), col(TABLE.whose), col(TABLE.wanted)).where(
            col(TABLE.address) == address
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(asked)
            return tuple(Standing(int(row[0]), row[1], Whose(row[2]), row[3]) for row in rows)

    async def gone(self, address: str, numbers: Sequence[int]) -> None:
        """These are cleared, or can never be: they are forgotten."""
        these = col(TABLE.number).in_([str(each) for each in numbers])
        async with self._database.keeping() as connection:
            await connection.execute(delete(TABLE).where(col(TABLE.address) == address, these))

    async def forget_before(self, hour: datetime) -> None:
        """Forget what was sent before: nobody came to clear it, and nobody can any more."""
        async with self._database.keeping() as connection:
            await connection.execute(delete(TABLE).where(col(TABLE.hour) < hour))
