"""The site: one row that says which deployment this is, and to which recovery key everything is also sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.keeping.store.databases import Connection, Database, inserted
from consultations.keeping.store.people import Entry
from consultations.trail import COMMAND, Deed, Record


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Which deployment this is. `recovery` is to be verified by the vault like any reader's entry."""

    deployment: str
    recovery: Entry
    created_at: datetime
    canary: bytes | None = field(default=None, repr=False)  # sealed to the recovery key; None on an older site
    drilled_at: datetime | None = None  # when two recovery sheets last opened it
    key_ids: tuple[str | None, str | None] = (None, None)  # of the key files in force, where they were ever changed


class Site:
    """The one row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, facts: SiteFacts) -> bool:
        """Say which deployment this is, once and for all. False when that was said already."""
        row = {
            "id": 1,
            "deployment": facts.deployment,
            "recovery_reader": facts.recovery.reader,
            "recovery_public": facts.recovery.public,
            "recovery_signature": facts.recovery.signature,
            "created_at": facts.created_at,
            "canary": facts.canary,
            "drilled_at": facts.drilled_at,
        }
        async with self._database.keeping() as connection:
            return await inserted(connection, tables.Site, row)

    async def facts(self) -> SiteFacts | None:
        """What was said; None before `foreword init`."""
        table = tables.Site
        async with self._database.snapshot() as connection:
            said = select(col(table.deployment), col(table.created_at), col(table.canary), col(table.drilled_at))
            row = (await connection.execute(said)).one_or_none()
            ids = (await connection.execute(select(col(table.chat_key), col(table.portal_key)))).one_or_none()
            entry = await recovery(connection)
        if row is None or entry is None or ids is None:
            return None
        return SiteFacts(row[0], entry, created_at=row[1], canary=row[2], drilled_at=row[3], key_ids=(ids[0], ids[1]))

    async def drilled(self, now: datetime, canary: bytes | None = None) -> None:
        """Two recovery sheets were tried and are good. `canary`: what the next drill opens, where there was none."""
        sealed = {"canary": canary} if canary is not None else {}
        async with self._database.writing() as connection:
            await connection.execute(update(tables.Site).values(drilled_at=now, **sealed))
            await self._database.record(connection, Record(Deed.DRILLED, by=COMMAND), now)


async def recovery(connection: Connection) -> Entry | None:
    """The recovery key's entry, as it stands in this transaction."""
    table = tables.Site
    asked = select(col(table.recovery_reader), col(table.recovery_public), col(table.recovery_signature))
    row = (await connection.execute(asked)).one_or_none()
    return Entry(*row) if row is not None else None
