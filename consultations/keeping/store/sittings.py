"""Sittings: an advocate beside a child, on the advocate's own device, for two hours; and the pass that leads there.

Whoever keys in a form or a talk has a sitting too, without the child: `how` says so.

Sitting down is one transaction: the pass is used up, the consultation begins if it has not yet, and the visit stands,
or none of it. One advocate at a time sits beside a child; the same one comes again in place of themselves. One whom the
child has not answered gives way to another after ten minutes (`UNANSWERED`), or at once when the child said no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, insert, or_, select, update
from sqlmodel import col

from consultations.keeping.store import tables, threads
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.keeping.store.invitations import (
    Beginning,
    Invitation,
    begin,
    consultation_of,
    is_live,
    lock_open_review,
    use_code,
)
from consultations.trail import CHILD, Deed, Record

UNANSWERED = timedelta(minutes=10)
"""How long an advocate waits for the child's yes before another may ask in their place."""


@dataclass(frozen=True, slots=True)
class KeptPass:
    """A pass that was not used yet and is not over, of somebody who may still come in: to be verified by the vault."""

    mark: str
    staff: str
    role: str
    until: datetime
    signature: bytes = field(repr=False)
    review: str = ""  # to key in for this one
    how: str = ""  # from what


@dataclass(frozen=True, slots=True)
class NewSitting:
    """A sitting that is to begin, by the pass of this mark."""

    id: str
    mark: str
    staff: str
    until: datetime
    how: str = ""


@dataclass(frozen=True, slots=True)
class KeptSitting:
    """One sitting that the child said yes to, as its advocate may know of it. Nothing of what was said."""

    review: str
    details: bytes = field(repr=False)  # sealed for the portal
    officer: str  # whose review it is, by name
    review_on: date
    held_on: date | None
    began_at: datetime
    ends_at: datetime
    ended_at: datetime | None


class Sittings:
    """Who sits beside whom."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keep = threads.spoken(database, threads.KEEP)

    async def give_pass(self, kept: KeptPass, now: datetime) -> None:
        """Keep a pass. An earlier one of theirs that was not used leads nowhere any more."""
        table = tables.SittingPass
        theirs = (col(table.staff_id) == kept.staff) & col(table.used_at).is_(None)
        row = {"mark": kept.mark, "staff_id": kept.staff, "expires_at": kept.until, "signature": kept.signature}
        row |= {"review_id": kept.review or None, "how": kept.how}
        async with self._database.writing() as connection:
            await connection.execute(delete(table).where(or_(col(table.expires_at) <= now, theirs)))
            await connection.execute(insert(table).values(**row))
            record = Record(Deed.SITTING_OFFERED, kept.staff, kept.review or kept.staff, kept.how)
            await self._database.record(connection, record, now)

    async def pass_of(self, mark: str, now: datetime) -> KeptPass | None:
        """The pass, while it may be used."""
        table, staff = tables.SittingPass, tables.Staff
        asked = (
            select(
                col(staff.role),
                col(table.staff_id),
                col(table.expires_at),
                col(table.signature),
                col(table.review_id),
                col(table.how),
            )
            .join(staff, col(staff.id) == col(table.staff_id))
            .where(
                col(table.mark) == mark,
                col(table.used_at).is_(None),
                col(table.expires_at) > now,
                col(staff.disabled_at).is_(None),
                col(staff.public).is_not(None),
            )
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(asked)).one_or_none()
        if row is None:
            return None
        role, staff_id, until, signature, review, how = row
        return KeptPass(mark, staff_id, role, until, signature, review or "", how)

    async def sit_down(
        self, sitting: NewSitting, invitation: Invitation, address: str, beginning: Beginning, now: datetime
    ) -> Literal["in", "taken", "refused"]:
        """Let an advocate's visit in beside a child; `beginning` is used only where the review has none yet.

        Whoever keys in used no code of the child's: the invitation only has to be live still.

        Nothing is changed when it is "taken", by another advocate, or "refused": the pass was used, or the invitation
        revoked, or the review held meanwhile.
        """
        table = tables.SittingPass
        try:
            async with self._database.writing() as connection:
                if not await lock_open_review(connection, invitation.review):
                    return "refused"
                if await _others(connection, invitation.review, sitting.staff, now):
                    return "taken"
                used = await connection.execute(
                    update(table)
                    .where(
                        col(table.mark) == sitting.mark,
                        col(table.staff_id) == sitting.staff,
                        col(table.used_at).is_(None),
                        col(table.expires_at) > now,
                    )
                    .values(used_at=now)
                )
                live = is_live if sitting.how else use_code
                if not used.rowcount or not await live(connection, invitation.id, now):
                    raise _Refused
                consultation = await consultation_of(connection, invitation.review)
                if consultation is None:
                    consultation = beginning.consultation
                    await begin(connection, invitation.review, beginning, now)
                await _end(connection, consultation, now)
                await connection.execute(
                    insert(tables.Sitting).values(
                        id=sitting.id,
                        consultation_id=consultation,
                        staff_id=sitting.staff,
                        began_at=now,
                        ends_at=sitting.until,
                        how=sitting.how,
                    )
                )
                visit = {
                    "address": address,
                    "consultation_id": consultation,
                    "created_at": now,
                    "sitting_id": sitting.id,
                }
                if not await inserted(connection, tables.ChatSession, visit):
                    raise _Refused
                record = Record(Deed.SAT_DOWN, sitting.staff, sitting.id, sitting.how)
                await self._database.record(connection, record, now)
                return "in"
        except _Refused:
            return "refused"

    async def keep(
        self,
        consultation: str,
        version: int,
        sealed: bytes,
        now: datetime,
        *,
        agreed: str = "",
        ended: str = "",
    ) -> None:
        """`threads.keep`, with the child's yes to one sitting, or the end of one, in the same commit."""
        table = tables.Sitting
        said = (agreed, table.agreed_at, Deed.LET_SIT), (ended, table.ended_at, Deed.SITTING_ENDED)
        async with self._database.writing() as connection:
            await threads.keep(connection, self._keep, consultation, version, sealed, now)
            for id, column, deed in said:
                if id:
                    await connection.execute(
                        update(table).where(col(table.id) == id, col(column).is_(None)).values({col(column): now})
                    )
                    await self._database.record(connection, Record(deed, CHILD, id), now)

    async def of_staff(self, staff: str) -> tuple[KeptSitting, ...]:
        """Every sitting of theirs that the child said yes to, the latest first."""
        sitting, consultation, review = tables.Sitting, tables.Consultation, tables.Review
        officer = tables.Staff
        asked = (
            select(
                col(review.id),
                col(review.details_for_portal),
                col(officer.name),
                col(review.review_on),
                col(review.held_on),
                col(sitting.began_at),
                col(sitting.ends_at),
                col(sitting.ended_at),
            )
            .join(consultation, col(consultation.id) == col(sitting.consultation_id))
            .join(review, col(review.id) == col(consultation.review_id))
            .join(officer, col(officer.id) == col(review.officer_id))
            .where(col(sitting.staff_id) == staff, col(sitting.agreed_at).is_not(None), col(sitting.how) == "")
            .where(col(review.forgotten_on).is_(None))
            .order_by(col(sitting.began_at).desc())
        )
        async with self._database.reading() as connection:
            return tuple(KeptSitting(*row) for row in await connection.execute(asked))

    async def forget_before(self, now: datetime) -> None:
        """Passes that are over."""
        table = tables.SittingPass
        async with self._database.keeping() as connection:
            await connection.execute(delete(table).where(col(table.expires_at) <= now))


class _Refused(Exception):
    """Undo, and say so."""


async def _others(connection: Connection, review: str, staff: str, now: datetime) -> bool:
    """Whether another advocate, who may still be there, sits beside this child, or has only just asked to."""
    sitting, consultation, person = tables.Sitting, tables.Consultation, tables.Staff
    asked = (
        select(col(sitting.id))
        .join(consultation, col(consultation.id) == col(sitting.consultation_id))
        .join(person, col(person.id) == col(sitting.staff_id))
        .where(
            col(consultation.review_id) == review,
            col(sitting.staff_id) != staff,
            or_(
                col(sitting.agreed_at).is_not(None),
                col(sitting.how) != "",  # whoever keys in asks no child
                col(sitting.began_at) > now - UNANSWERED,
            ),
            col(sitting.ended_at).is_(None),
            col(sitting.ends_at) > now,
            col(person.disabled_at).is_(None),
        )
        .limit(1)
    )
    return (await connection.execute(asked)).first() is not None


async def _end(connection: Connection, consultation: str, now: datetime) -> None:
    """Whatever sat beside this child before is over."""
    table = tables.Sitting
    theirs = (col(table.consultation_id) == consultation) & col(table.ended_at).is_(None)
    await connection.execute(update(table).where(theirs).values(ended_at=now))
