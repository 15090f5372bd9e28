"""Sendings: what was sent, how it is replaced or taken back, and who has read it.

Sending is one write transaction that holds the conversation still: what the check page promised is read again, then
everything is kept or nothing is. Bundles and wraps of a sending that was replaced or taken back are deleted in the
same transaction; the row itself stays as a fact, with its manifest, so that the chain of manifests stays whole.

What a child said who is not safe is a sending too, of kind "alert": in the chain and numbered like the others, and
otherwise none of them. It opens no window, is not taken back, and who opens it has not read what was sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from consultations.circumstances import ReadBy
from consultations.keeping.store import tables, threads
from consultations.keeping.store.collisions import Collided
from consultations.keeping.store.columns import storable
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.keeping.store.expiry import bundles_go, marks_of, taken_away
from consultations.keeping.store.forgotten import Forgotten, What, manifest_mark
from consultations.keeping.store.people import Entry
from consultations.keeping.store.site import recovery
from consultations.keeping.store.telling import Telling
from consultations.keeping.store.threads import Thread
from consultations.keeping.store.who_read import OF_REVIEW, readings
from consultations.sending import Kind
from consultations.trail import CHILD, CLOCK, Deed, Record


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """One bundle and its wraps, in their order. Opaque, all of it."""

    sealed: bytes = field(repr=False)
    wraps: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewSending:
    """A sending to be kept."""

    id: str
    kind: str  # "replacement", "addition" or "alert"
    manifest: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    bundles: tuple[SealedBundle, ...]
    replaces: str = ""  # the sending it takes the place of


@dataclass(frozen=True, slots=True)
class KeptSending:
    """A sending as it stands. Replaced or taken back, it has no bundles any more."""

    id: str
    number: int  # 1, 2, 3 … within its consultation
    kind: str
    manifest: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    sent_at: datetime
    replaced_by: str | None
    taken_back_at: datetime | None
    bundles: tuple[SealedBundle, ...] = ()

    @property
    def stands(self) -> bool:
        """Neither replaced nor taken back."""
        return self.replaced_by is None and self.taken_back_at is None


@dataclass
class HeldThread:
    """A conversation held still while something is sent from it. Nothing is sent unless `keep` was reached."""

    database: Database
    connection: Connection
    statement: str  # that keeps the conversation
    thread: Thread  # as it stands now, held still
    earlier: tuple[KeptSending, ...]  # every earlier sending, without bundles; the last is chained to
    recovery: Entry | None  # the site's recovery key, as the database has it
    took_away: bool = False  # what was replaced

    async def keep(
        self,
        new: Sequence[NewSending],
        sealed: bytes,
        at: datetime,
        window_closes_at: datetime | None = None,
        last_word: str = "",
    ) -> None:
        """Insert them, with the conversation's new state (`thread.version + 1`), which knows what was sent.

        A sending that is replaced loses its bundles and wraps. None: the window stays as it is. `last_word` as for
        `threads.keep`.
        """
        connection, thread = self.connection, self.thread
        manifests = {each.id: each.manifest for each in self.earlier} | {each.id: each.manifest for each in new}
        for number, each in enumerate(new, len(self.earlier) + 1):
            if each.replaces:
                await self.database.forgets(connection, What.REPLACED, [manifest_mark(manifests[each.replaces])])
            await self._insert(each, number, at)
        if window_closes_at is not None:
            await _set_window(connection, thread.consultation, window_closes_at)
        await threads.keep(connection, self.statement, thread.consultation, thread.version, sealed, at, last_word)
        self.took_away = any(each.replaces for each in new)
        if sent := [
            Record(Deed.SENT, CHILD, thread.review, f"{each.kind}.{number}")
            for number, each in enumerate(new, len(self.earlier) + 1)
        ]:
            await self.database.record(connection, sent[0], at, *sent[1:])

    async def _insert(self, new: NewSending, number: int, at: datetime) -> None:
        connection = self.connection
        await connection.execute(
            insert(tables.Sending).values(
                id=new.id,
                consultation_id=self.thread.consultation,
                number=number,
                kind=new.kind,
                manifest=new.manifest,
                signature=new.signature,
                sent_at=at,
            )
        )
        placed = list(enumerate(new.bundles))
        await connection.execute(
            insert(tables.Bundle),
            [{"sending_id": new.id, "place": place, "sealed": bundle.sealed} for place, bundle in placed],
        )
        await connection.execute(
            insert(tables.Wrap),
            [
                {"sending_id": new.id, "bundle": place, "place": n, "sealed": wrap}
                for place, bundle in placed
                for n, wrap in enumerate(bundle.wraps)
            ],
        )
        if new.replaces:
            await bundles_go(connection, [new.replaces])
            replaced = update(tables.Sending).where(col(tables.Sending.id) == new.replaces)
            await connection.execute(replaced.values(replaced_by=new.id))

    def telling(self, at: datetime) -> Telling:
        """What is told at once in this transaction, about what was kept in it."""
        return Telling(self.database, self.connection, self.thread.consultation, self.thread.officer.id, at)


class Sendings:
    """What has been sent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        held = threads.OF_CONSULTATION + ("" if database.sqlite else " FOR NO KEY UPDATE OF c, d FOR SHARE OF r, o")
        self._hold = threads.spoken(database, held)
        self._keep = threads.spoken(database, threads.KEEP)
        self._readings = threads.spoken(database, OF_REVIEW)

    @asynccontextmanager
    async def sending(self, consultation: str, version: int) -> AsyncIterator[HeldThread]:
        """Hold the conversation still, look again at what is true, and send; all or nothing.

        1. `sending.thread`, `.earlier` and `.recovery` are read inside the transaction. Collided when the version
           moved on.
        2. If what the check page promised no longer holds, leave the block: nothing has changed.
        3. `await sending.keep(…)`; committed, durably, when the block ends.
        """
        async with self._database.writing() as connection:
            thread = await self._held(connection, consultation, version)
            earlier = await sendings_in(connection, consultation)
            sending = HeldThread(self._database, connection, self._keep, thread, earlier, await recovery(connection))
            yield sending
        if sending.took_away:
            await self._database.forget_soon()

    async def take_back(self, consultation: str, version: int, sealed: bytes, now: datetime) -> None:
        """Bundles and wraps of every sending go, and the new state (`version + 1`) stands. An alert's stays.

        Collided as for `sending`.
        """
        table = tables.Sending
        async with self._database.writing() as connection:
            thread = await self._held(connection, consultation, version)
            sendings = await sendings_in(connection, consultation)
            standing = [sending.id for sending in sendings if sending.stands and sending.kind != Kind.ALERT]
            await self._database.forgets(connection, What.SENDING, await marks_of(connection, standing))
            await bundles_go(connection, standing)
            await connection.execute(update(table).where(col(table.id).in_(standing)).values(taken_back_at=now))
            await _set_window(connection, consultation, None)
            await threads.keep(connection, self._keep, consultation, version, sealed, now)
            await self._database.record(connection, Record(Deed.TAKEN_BACK, CHILD, thread.review), now)
        await self._database.forget_soon()

    async def close_window(
        self, consultation: str, version: int, sealed: bytes, wrapped_key: bytes, now: datetime
    ) -> None:
        """The new state (`version + 1`) under a new draft key; the old state and key are gone from the files.

        Collided as for `sending`.
        """
        table = tables.DraftKey
        async with self._database.writing() as connection:
            thread = await self._held(connection, consultation, version)
            await connection.execute(delete(table).where(col(table.consultation_id) == consultation))
            await connection.execute(insert(table).values(consultation_id=consultation, wrapped=wrapped_key))
            await threads.keep(connection, self._keep, consultation, version, sealed, now)
            await _set_window(connection, consultation, None)
            await self._database.record(connection, Record(Deed.WINDOW_CLOSED, CLOCK, thread.review), now)
        await self._database.forget_soon()

    async def sendings_of(self, review: str) -> tuple[KeptSending, ...]:
        """Every sending of a review, in order, with bundles and wraps where it stands."""
        async with self._database.snapshot() as connection:
            table = tables.Consultation
            found = await connection.execute(select(col(table.id)).where(col(table.review_id) == review))
            consultation = found.scalar_one_or_none()
            if consultation is None:
                return ()
            return await with_bundles(connection, await sendings_in(connection, consultation), self._database.forgotten)

    async def readings_of(self, review: str) -> tuple[ReadBy, ...]:
        """Who did what with this review's sendings but an alert's, replaced ones too, oldest first."""
        async with self._database.reading() as connection:
            row = (await connection.exec_driver_sql(self._readings, (storable(review),))).one_or_none()
        return readings(row[0]) if row is not None else ()

    async def note(
        self, id: str, sending: str, reader: str, what: str, at: datetime, reason: bytes | None = None
    ) -> bool:
        """Note that a reader (staff) did `what` with a sending, and record it. "opened" is noted once: False after
        that."""
        row = {"id": id, "sending_id": sending, "staff_id": reader, "what": what, "at": at, "reason": reason}
        deed = Deed.OPENED if what == Deed.OPENED else Deed.COPIED
        which = (
            select(col(tables.Consultation.review_id), col(tables.Sending.number))
            .join(tables.Sending, col(tables.Sending.consultation_id) == col(tables.Consultation.id))
            .where(col(tables.Sending.id) == sending)
        )
        async with self._database.writing() as connection:
            if not await inserted(connection, tables.Reading, row):
                return False
            review, number = (await connection.execute(which)).one()
            await self._database.record(connection, Record(deed, reader, review, f"{what}.{number}"), at)
            return True

    async def _held(self, connection: Connection, consultation: str, version: int) -> Thread:
        """The thread, which nobody else can change until this transaction ends. Collided when the version moved on."""
        thread = await threads.read(connection, self._hold, consultation)
        if thread is None or thread.version != version:
            raise Collided
        return thread


async def _set_window(connection: Connection, consultation: str, closes_at: datetime | None) -> None:
    table = tables.Consultation
    await connection.execute(update(table).where(col(table.id) == consultation).values(window_closes_at=closes_at))


async def sendings_in(connection: Connection, consultation: str) -> tuple[KeptSending, ...]:
    """Every sending of a consultation as it stands in this transaction, in order, without its bundles."""
    table = tables.Sending
    asked = (
        select(
            col(table.id),
            col(table.number),
            col(table.kind),
            col(table.manifest),
            col(table.signature),
            col(table.sent_at),
            col(table.replaced_by),
            col(table.taken_back_at),
        )
        .where(col(table.consultation_id) == consultation)
        .order_by(col(table.number))
    )
    return tuple(KeptSending(*row) for row in await connection.execute(asked))


async def with_bundles(
    connection: Connection, sendings: tuple[KeptSending, ...], forgotten: Forgotten | None
) -> tuple[KeptSending, ...]:
    """The same, with bundles and wraps where they stand. What is on the list of what was forgotten has none, even where
    somebody put it back."""
    bundle, wrap = tables.Bundle, tables.Wrap
    gone = taken_away(forgotten) if forgotten is not None else frozenset()
    ids = [sending.id for sending in sendings if sending.stands and manifest_mark(sending.manifest) not in gone]
    wraps: dict[tuple[str, int], tuple[bytes, ...]] = {}
    for id, place, sealed in await connection.execute(
        select(col(wrap.sending_id), col(wrap.bundle), col(wrap.sealed))
        .where(col(wrap.sending_id).in_(ids))
        .order_by(col(wrap.place))
    ):
        wraps[id, place] = (*wraps.get((id, place), ()), sealed)
    bundles: dict[str, tuple[SealedBundle, ...]] = {}
    for id, place, sealed in await connection.execute(
        select(col(bundle.sending_id), col(bundle.place), col(bundle.sealed))
        .where(col(bundle.sending_id).in_(ids))
        .order_by(col(bundle.place))
    ):
        bundles[id] = (*bundles.get(id, ()), SealedBundle(sealed, wraps.get((id, place), ())))
    return tuple(replace(sending, bundles=bundles.get(sending.id, ())) for sending in sendings)
