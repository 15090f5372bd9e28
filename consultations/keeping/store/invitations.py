"""Invitations: issued, issued again, and used to come in.

Only the latest of a review is live, and only until the review is held. Its link works once; its code until then.
Coming in is one transaction: the link is used up, the consultation begins if it has not yet, and the session stands,
or none of it. So a link cannot be lost to a power cut, and two first uses at once begin one consultation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, func, insert, select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.trail import CHILD, COMMAND, Deed, Record


@dataclass(frozen=True, slots=True)
class Invitation:
    """A live invitation. `consultation` is None until somebody came in by any invitation of this review."""

    id: str
    review: str
    selector: str
    verifier: bytes = field(repr=False)
    reissue: bool
    issued_at: datetime
    question_set: str  # the review's, for a consultation that is still to begin
    details: bytes = field(repr=False)  # the review's, sealed for the chat
    consultation: str | None


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """What is kept of a link and a code: a hash of the one, a selector and a verifier of the other."""

    id: str
    review: str
    selector: str
    verifier: bytes = field(repr=False)
    link_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new consultation: its first state (version 1), sealed, and its draft key, wrapped."""

    consultation: str
    sealed: bytes = field(repr=False)
    wrapped_key: bytes = field(repr=False)


class Invitations:
    """How a child gets to their consultation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, invitation: NewInvitation, now: datetime, by: str = COMMAND) -> bool:
        """Make this the review's one live invitation; an earlier one stops working at once, and ends every visit.

        False, and nothing changed, when a live invitation has the same selector, or the review was held or is unknown:
        make another code, or look again.
        """
        table = tables.Invitation
        try:
            async with self._database.writing() as connection:
                if not await lock_open_review(connection, invitation.review):
                    return False
                mine = col(table.review_id) == invitation.review
                await connection.execute(
                    update(table).where(mine, col(table.revoked_at).is_(None)).values(revoked_at=now)
                )
                earlier = (await connection.execute(select(col(table.id)).where(mine).limit(1))).first()
                row = {
                    "id": invitation.id,
                    "review_id": invitation.review,
                    "selector": invitation.selector,
                    "verifier": invitation.verifier,
                    "link_hash": invitation.link_hash,
                    "reissue": earlier is not None,
                    "issued_at": now,
                }
                if not await inserted(connection, table, row):
                    raise _Taken
                await _end_visits(connection, invitation.review, now)
                again = "again" if earlier is not None else "new"
                await self._database.record(connection, Record(Deed.INVITED, by, invitation.review, again), now)
                return True
        except _Taken:
            return False

    async def by_link(self, link_hash: str) -> Invitation | None:
        """The live invitation of an unused link."""
        table = tables.Invitation
        return await self._one(_live().where(col(table.link_hash) == link_hash, col(table.link_used_on).is_(None)))

    async def by_selector(self, selector: str) -> Invitation | None:
        """The live invitation whose code begins so. The rest of the code is for the vault to verify."""
        return await self._one(_live().where(col(tables.Invitation.selector) == selector))

    async def of_review(self, review: str) -> Invitation | None:
        """The live invitation of an open review; None where its child was not invited."""
        return await self._one(_live().where(col(tables.Invitation.review_id) == review))

    async def come_in(
        self, invitation: Invitation, by: Literal["link", "code"], address: str, beginning: Beginning, now: datetime
    ) -> str | None:
        """Let a door's address in, to this consultation. `beginning` is used only where the review has none yet.

        The same address coming in again, by a form sent twice, changes nothing and is in.
        None, and nothing changed, when the invitation has been revoked, its link used, or its review held meanwhile;
        or when the address was ended, or belongs to another child.
        """
        try:
            async with self._database.writing() as connection:
                if not await lock_open_review(connection, invitation.review):
                    return None
                if (already := await _consultation_at(connection, invitation.review, address)) is not None:
                    return already
                if not await use(connection, invitation.id, by, now):
                    return None
                consultation = await consultation_of(connection, invitation.review)
                if consultation is None:
                    consultation = beginning.consultation
                    await begin(connection, invitation.review, beginning, now)
                row = {"address": address, "consultation_id": consultation, "created_at": now}
                if not await inserted(connection, tables.ChatSession, row):
                    raise _Taken
                await self._database.record(connection, Record(Deed.CAME_IN, CHILD, invitation.review, by), now)
                return consultation
        except _Taken:
            return None

    async def _one(self, asked: Select[Any]) -> Invitation | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return _invitation(row) if row is not None else None


class _Taken(Exception):
    """Something else has this selector, link or address: undo, and say so."""


async def lock_open_review(connection: Connection, review: str) -> bool:
    """Hold the review still until the transaction ends. False when it was held, or never was."""
    table = tables.Review
    asked = (
        select(col(table.id))
        .where(col(table.id) == review, col(table.held_on).is_(None))
        .with_for_update(key_share=True)
    )
    return (await connection.execute(asked)).first() is not None


async def use(connection: Connection, id: str, by: Literal["link", "code"], now: datetime) -> bool:
    """Use a live invitation, by its link once, by its code any number of times. False when it does not open."""
    table = tables.Invitation
    used = col(table.link_used_on if by == "link" else table.bound_on)
    live = update(table).where(col(table.id) == id, col(table.revoked_at).is_(None))
    once = live.where(used.is_(None)) if by == "link" else live
    change = once.values({used: func.coalesce(used, now.astimezone(UTC).date())})
    return bool((await connection.execute(change)).rowcount)


async def use_code(connection: Connection, id: str, now: datetime) -> bool:
    """Use a live invitation by its code. False when it does not open."""
    return await use(connection, id, "code", now)


async def is_live(connection: Connection, id: str, now: datetime) -> bool:
    """Whether this invitation still opens, and nothing of it used."""
    table = tables.Invitation
    asked = select(col(table.id)).where(
        col(table.id) == id, col(table.revoked_at).is_(None), col(table.issued_at) <= now
    )
    return (await connection.execute(asked)).first() is not None


async def consultation_of(connection: Connection, review: str) -> str | None:
    table = tables.Consultation
    return (await connection.execute(select(col(table.id)).where(col(table.review_id) == review))).scalar_one_or_none()


async def _consultation_at(connection: Connection, review: str, address: str) -> str | None:
    """The review's consultation, when this address is at it already and was not ended."""
    session, consultation = tables.ChatSession, tables.Consultation
    asked = (
        select(col(consultation.id))
        .join(session, col(session.consultation_id) == col(consultation.id))
        .where(col(session.address) == address, col(session.ended_at).is_(None), col(consultation.review_id) == review)
    )
    return (await connection.execute(asked)).scalar_one_or_none()


async def begin(connection: Connection, review: str, beginning: Beginning, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    id = beginning.consultation
    await connection.execute(insert(tables.Consultation).values(id=id, review_id=review, began_on=today))
    await connection.execute(
        insert(tables.Draft).values(consultation_id=id, version=1, sealed=beginning.sealed, kept_on=today)
    )
    await connection.execute(insert(tables.DraftKey).values(consultation_id=id, wrapped=beginning.wrapped_key))


async def _end_visits(connection: Connection, review: str, now: datetime) -> None:
    """Whoever is inside by the earlier code is not any more. An account is somebody's own, and stays."""
    session, consultation = tables.ChatSession, tables.Consultation
    mine = select(col(consultation.id)).where(col(consultation.review_id) == review)
    await connection.execute(
        update(session)
        .where(
            col(session.consultation_id).in_(mine), col(session.address).like("web:%"), col(session.ended_at).is_(None)
        )
        .values(ended_at=now)
    )


def _live() -> Select[Any]:
    invitation, review, consultation = tables.Invitation, tables.Review, tables.Consultation
    return (
        select(
            tables.METADATA.tables["invitation"],
            col(review.question_set),
            col(review.details_for_chat),
            col(consultation.id).label("consultation"),
        )
        .join(review, col(review.id) == col(invitation.review_id))
        .outerjoin(consultation, col(consultation.review_id) == col(review.id))
        .where(col(invitation.revoked_at).is_(None), col(review.held_on).is_(None))
    )


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        review=row.review_id,
        selector=row.selector,
        verifier=row.verifier,
        reissue=row.reissue,
        issued_at=row.issued_at,
        question_set=row.question_set,
        details=row.details_for_chat,
        consultation=row.consultation,
    )
