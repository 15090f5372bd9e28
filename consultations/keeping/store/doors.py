"""Doors: ways from one to another, accounts of a messenger, and when it was last heard.

A way in lasts ten minutes and lets one visit in, once. Where an account is written to is sealed; it is found by its
address, which is a blind index. Numbers of updates that could not be taken in are kept, and nothing else of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.trail import CHILD, Deed, Record


@dataclass(frozen=True, slots=True)
class NewWayIn:
    """A way to a consultation, or to an invitation that was not used yet."""

    id: str
    link_mark: str = field(repr=False)
    code_mark: str = field(repr=False)
    expires_at: datetime
    consultation: str | None = None
    invitation: str | None = None


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way that still leads somewhere."""

    id: str
    review: str
    details: bytes = field(repr=False)  # the review's, sealed for the chat
    consultation: str | None
    invitation: str | None
    selector: str  # the invitation's; "" for a consultation


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """An account at a consultation of a review that is still to be held."""

    address: str
    review_on: date


class Doors:
    """Ways in, accounts, and what a messenger's door has to remember."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make_way(self, way: NewWayIn, now: datetime) -> bool:
        """Keep a way in. An earlier one to the same place is closed, and so is every one whose time is over.

        False, and nothing kept, when another has the same code: make one anew.
        """
        table = tables.WayIn
        row = {
            "id": way.id,
            "link_mark": way.link_mark,
            "code_mark": way.code_mark,
            "consultation_id": way.consultation,
            "invitation_id": way.invitation,
            "expires_at": way.expires_at,
        }
        there = [
            col(column) == place
            for column, place in ((table.consultation_id, way.consultation), (table.invitation_id, way.invitation))
            if place is not None
        ]
        async with self._database.writing() as connection:
            await connection.execute(delete(table).where(or_(col(table.expires_at) <= now, *there)))
            return await inserted(connection, table, row)

    async def way(self, mark: str, now: datetime) -> WayIn | None:
        """The way with this link or code, while it lasts and its review is still to be held."""
        way, review = tables.WayIn, tables.Review
        consultation, invitation = tables.Consultation, tables.Invitation
        asked: Select[*tuple[Any, ...]] = (
            select(
                col(way.id),
                col(review.id).label("review"),
                col(review.details_for_chat),
                col(way.consultation_id),
                col(way.invitation_id),
                col(invitation.selector),
            )
            .outerjoin(consultation, col(consultation.id) == col(way.consultation_id))
            .outerjoin(
                invitation, (col(invitation.id) == col(way.invitation_id)) & col(invitation.revoked_at).is_(None)
            )
            .join(
                review, or_(col(review.id) == col(consultation.review_id), col(review.id) == col(invitation.review_id))
            )
            .where(
                or_(col(way.link_mark) == mark, col(way.code_mark) == mark),
                col(way.expires_at) > now,
                col(review.held_on).is_(None),
            )
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return WayIn(
            row[0], row.review, row.details_for_chat, row.consultation_id, row.invitation_id, row.selector or ""
        )

    async def come_by(self, way: WayIn, address: str, now: datetime) -> bool:
        """Let this address in by a way to a consultation, which is used up. False when it is used, or over, already."""
        session = tables.ChatSession
        async with self._database.writing() as connection:
            if not await _use(connection, way.id, now):
                return False
            here = col(session.address) == address
            await connection.execute(delete(session).where(here))
            row = {"address": address, "consultation_id": way.consultation, "created_at": now}
            await connection.execute(insert(session).values(**row))
            await self._database.record(connection, Record(Deed.CAME_IN, CHILD, way.review, "door"), now)
            return True

    async def use_up(self, way: WayIn, now: datetime) -> bool:
        """A way to an invitation is used. False when it was, or is over, already."""
        async with self._database.writing() as connection:
            return await _use(connection, way.id, now)

    async def remember(self, address: str, sealed: bytes) -> None:
        """An account came in: it can be written to; `sealed` says where."""
        table = tables.Account
        dialect = sqlite if self._database.sqlite else postgresql
        row = {"address": address, "sealed": sealed, "unreachable_on": None}
        put = dialect.insert(table).values(**row)
        again = put.on_conflict_do_update(index_elements=["address"], set_={"unreachable_on": None})
        async with self._database.keeping() as connection:
            await connection.execute(again)

    async def reachable(self, address: str) -> None:
        """An account wrote: it is not unreachable any more."""
        table = tables.Account
        async with self._database.keeping() as connection:
            await connection.execute(update(table).where(col(table.address) == address).values(unreachable_on=None))

    async def unreachable(self, address: str, today: date) -> None:
        """It blocked us, or is gone: nothing is sent to it until it writes again."""
        table = tables.Account
        async with self._database.keeping() as connection:
            await connection.execute(update(table).where(col(table.address) == address).values(unreachable_on=today))

    async def account(self, address: str) -> bytes | None:
        """Where an account is, sealed, while it can be written to."""
        table = tables.Account
        asked = select(col(table.sealed)).where(col(table.address) == address, col(table.unreachable_on).is_(None))
        async with self._database.reading() as connection:
            return (await connection.execute(asked)).scalar_one_or_none()

    async def open_accounts(self) -> tuple[OpenAccount, ...]:
        """Every account that can be written to, and stands at a consultation of a review still to be held."""
        account, session = tables.Account, tables.ChatSession
        consultation, review = tables.Consultation, tables.Review
        asked = (
            select(col(account.address), col(review.review_on))
            .join(session, col(session.address) == col(account.address))
            .join(consultation, col(consultation.id) == col(session.consultation_id))
            .join(review, col(review.id) == col(consultation.review_id))
            .where(
                col(account.unreachable_on).is_(None), col(session.ended_at).is_(None), col(review.held_on).is_(None)
            )
            .order_by(col(account.address))
        )
        async with self._database.reading() as connection:
            return tuple(OpenAccount(*row) for row in await connection.execute(asked))

    async def release(self, address: str) -> None:
        """An account is free for another consultation."""
        table = tables.ChatSession
        async with self._database.keeping() as connection:
            await connection.execute(delete(table).where(col(table.address) == address))

    async def listened(self, door: str) -> datetime | None:
        """When the messenger was heard last; None where it never was."""
        asked = select(col(tables.Listened.at)).where(col(tables.Listened.door) == door)
        async with self._database.reading() as connection:
            return (await connection.execute(asked)).scalar_one_or_none()

    async def listens(self, door: str, now: datetime) -> None:
        """Note that the messenger is heard now."""
        dialect = sqlite if self._database.sqlite else postgresql
        put = dialect.insert(tables.Listened).values(door=door, at=now)
        async with self._database.keeping() as connection:
            await connection.execute(put.on_conflict_do_update(index_elements=["door"], set_={"at": now}))

    async def failed(self, door: str, number: str, now: datetime) -> int:
        """One more time an update could not be taken in; how often that was."""
        table = tables.SetAside
        dialect = sqlite if self._database.sqlite else postgresql
        put = dialect.insert(table).values(door=door, number=number, tries=1, at=now)
        again = put.on_conflict_do_update(
            index_elements=["door", "number"], set_={"tries": col(table.tries) + 1, "at": now}
        ).returning(col(table.tries))
        async with self._database.writing() as connection:
            return int((await connection.execute(again)).scalar_one())

    async def forget_before(self, before: datetime, now: datetime) -> None:
        """Ways that are over, numbers nobody asks for any more, and accounts of nobody whose chat is clear."""
        somewhere = select(col(tables.ChatSession.address)).union(select(col(tables.Standing.address)))
        async with self._database.writing() as connection:
            await connection.execute(delete(tables.WayIn).where(col(tables.WayIn.expires_at) <= now))
            await connection.execute(delete(tables.SetAside).where(col(tables.SetAside.at) < before))
            await connection.execute(delete(tables.Account).where(col(tables.Account.address).not_in(somewhere)))


async def _use(connection: Connection, id: str, now: datetime) -> bool:
    table = tables.WayIn
    used = await connection.execute(delete(table).where(col(table.id) == id, col(table.expires_at) > now))
    return bool(used.rowcount)
