"""What one turn tells people at once: that a child is not safe, and what cannot wait.

All of it is kept in the transaction that keeps the conversation, so each is said exactly once: a turn that was cut off
told nobody, and one that is heard again tells nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.collisions import Collided
from consultations.keeping.store.databases import Connection, Database
from consultations.kept_from import OFFICER, in_order
from consultations.trail import CHILD, Deed, Record

ALERT, ASK = tables.Alert, tables.Ask


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told in a transaction that keeps this conversation; nothing of it without that."""

    database: Database
    connection: Connection
    consultation: str
    officer: str  # whose review it is now
    at: datetime

    async def raise_alert(self, id: str, number: int, beside: str = "", sending: str = "") -> None:
        """The alert of this number, to be called about from now on; raised again where it stands and nobody has it.

        `sending`: what was said, sealed. Collided where somebody has it by now: then it is another alert.
        """
        dialect = sqlite if self.connection.sqlite else postgresql
        again: dict[str, object] = {
            "again_at": self.at,
            "mistaken_at": None,
            **({"sending_id": sending} if sending else {}),
        }
        told = await self.connection.execute(
            dialect.insert(ALERT)
            .values(
                id=id,
                consultation_id=self.consultation,
                number=number,
                beside=beside,
                raised_at=self.at,
                kept_from="",
                sending_id=sending or None,
                call_at=self.at,
                calls=0,
                called_who="",
            )
            .on_conflict_do_update(
                index_elements=["consultation_id", "number"],
                set_=again,
                where=col(ALERT.held_at).is_(None) & col(ALERT.closed_at).is_(None),
            )
            .returning(col(ALERT.id))
        )
        if (kept := told.scalar_one_or_none()) is None:
            raise Collided
        await self.database.record(self.connection, Record(Deed.ALERT_RAISED, CHILD, kept), self.at)

    async def keep_from(self, number: int, kinds: Sequence[str], sending: str = "", *, as_before: bool = False) -> None:
        """Kinds of people who must not be told, all of them; the officer is the one of when that was first said.

        `as_before`: it was said of an earlier alert, whoever the officer was then. `sending`: what was said, sealed
        anew. An officer who has it, and must not be told, has it no longer: somebody else is called, and since when
        they had it stays known.
        """
        now: dict[str, object] = {"kept_from": ",".join(kinds), "kept_officer_id": None, "kept_officer_at": None}
        now["officer_held_at"] = None
        if OFFICER in kinds:
            meant = [self._officer_before(number)] if as_before else []
            officer = func.coalesce(col(ALERT.kept_officer_id), *meant, self.officer)
            had = case((col(ALERT.held_by) == officer, col(ALERT.held_at)), else_=col(ALERT.officer_held_at))
            at = func.coalesce(col(ALERT.kept_officer_at), self.at)
            now |= {"kept_officer_id": officer, "kept_officer_at": at, "officer_held_at": had}
        if sending:
            now["sending_id"] = sending
        await self.connection.execute(update(ALERT).where(self._is(number)).values(**now))
        await release(self.connection, col(ALERT.held_by) == col(ALERT.kept_officer_id), self._is(number), at=self.at)

    async def keep_from_as_before(self, number: int) -> None:
        """Whoever must not be told of any alert before this one must not be told of it either."""
        before = select(col(ALERT.kept_from)).where(col(ALERT.consultation_id) == self.consultation)
        kept = (await self.connection.execute(before.where(col(ALERT.number) < number))).scalars().all()
        if kinds := in_order(kind for each in kept for kind in each.split(",") if kind):
            await self.keep_from(number, kinds, as_before=True)

    async def keep_from_too(self, number: int, kind: str) -> None:
        """This kind of people must not be told either."""
        kept = (await self.connection.execute(select(col(ALERT.kept_from)).where(self._is(number)))).scalar_one()
        await self.keep_from(number, in_order((*filter(None, kept.split(",")), kind)))

    async def mistaken(self, number: int) -> None:
        """The child says that it was a mistake. Calls go on: only a person ends them."""
        await self.connection.execute(
            update(ALERT).where(self._is(number), col(ALERT.mistaken_at).is_(None)).values(mistaken_at=self.at)
        )

    async def asks(self, kinds: Sequence[str]) -> None:
        """What cannot wait, all of it as it now stands. Each keeps the moment when it was first asked."""
        dialect = sqlite if self.connection.sqlite else postgresql
        mine = col(ASK.consultation_id) == self.consultation
        await self.connection.execute(delete(ASK).where(mine, col(ASK.kind).not_in(kinds)))
        if kinds:
            rows = [{"consultation_id": self.consultation, "kind": kind, "at": self.at} for kind in kinds]
            await self.connection.execute(dialect.insert(ASK).on_conflict_do_nothing(), rows)

    def _officer_before(self, number: int) -> ScalarSelect[str | None]:
        earlier = aliased(ALERT)
        mine = and_(col(earlier.consultation_id) == self.consultation, col(earlier.number) < number)
        meant = select(col(earlier.kept_officer_id)).where(mine, col(earlier.kept_officer_id).is_not(None))
        return meant.order_by(col(earlier.number).desc()).limit(1).scalar_subquery()

    def _is(self, number: int) -> ColumnElement[bool]:
        return and_(col(ALERT.consultation_id) == self.consultation, col(ALERT.number) == number)


async def release(connection: Connection, *whose: ColumnElement[bool], at: datetime) -> None:
    """Nobody has these alerts any more, as far as they are open: somebody is to be called again."""
    released = {"held_by": None, "held_at": None, "call_at": at}
    await connection.execute(update(ALERT).where(*whose, col(ALERT.closed_at).is_(None)).values(**released))
