"""New key files in place of the old, when somebody may have seen them. Whoever is killed at any step can go on reading.

    1. new keys stand beside the old, in chat.key and then in portal.key; the old ones are in force
    2. everything sealed or signed with the old is sealed or signed with the new, in one transaction that says that the
       new ones are in force
    3. the old keys are destroyed, in chat.key and then in portal.key

A process opens what the database says is in force, so before step 2 is committed it is the old keys that open
everything, and afterwards the new. Run again, it takes up where it was stopped.

What a phrase or a code was stretched with, what is looked up by and the trail go over as they are (keys.CARRIED): alone
they open nothing. Nobody serves meanwhile, and everybody signs in again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from consultations.carrying import KIND as ACCOUNT
from consultations.details import KIND as REVIEW
from consultations.founding import SEASONS
from consultations.keeping.store import Store
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.store.people import Entry
from consultations.keeping.store.rekeying import Rekeying
from consultations.keeping.vault import drafts, keyfile, keys
from consultations.keeping.vault.assignments import check_assignment, sign_assignment
from consultations.keeping.vault.details import open_details, seal_details
from consultations.keeping.vault.keys import Changing, ChatKeys, PortalKeys
from consultations.keeping.vault.manifests import SignedManifest, sign_manifest, verify_manifest
from consultations.keeping.vault.one_time import open_secret, seal_secret
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random
from consultations.keeping.vault.trail import command_trail
from consultations.vouching import entered, vouched

log = structlog.get_logger(__name__)

Row = Any


class Step(StrEnum):
    """Where it has come to."""

    PREPARED = "prepared"
    IN_FORCE = "in force"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was written anew; `refused` did not open before either, because somebody changed it by hand."""

    count: int
    refused: int


async def rekey(
    *,
    url: str,
    data_dir: Path,
    key_dir: Path,
    now: datetime,
    random: Random,
    told: Callable[[Step], Awaitable[None]],
) -> Rekeyed:
    """Change the keys, or finish what was begun. KeyFileProblem or StoreProblem says why not."""
    with keyfile.in_use(key_dir, alone=True):
        store = await Store.open(url, forgotten=Forgotten(key_dir / NAME))
        try:
            facts = await store.site.facts()
            if facts is None:
                raise KeyFileProblem("This database belongs to no site yet. Run `foreword init` first.")
            site, done = facts.deployment, Rekeyed(0, 0)
            if not keys.finish_change(key_dir, site, facts.key_ids):
                changing = keys.prepare_change(key_dir, site, random)
                await told(Step.PREPARED)
                seasons = Seasons(data_dir / SEASONS, site)
                done = await _Anew(store, changing, seasons, random).everything(now)
                await told(Step.IN_FORCE)
                chat, portal = changing.new
                keys.finish_change(key_dir, site, (chat.id, portal.id))
            await store.forget_bytes()
            await told(Step.DONE)
            log.info("keys_changed", count=done.count, refused=done.refused)
            return done
        finally:
            await store.close()


class _Anew:
    """Seals and signs everything anew."""

    def __init__(self, store: Store, changing: Changing, seasons: Seasons, random: Random) -> None:
        (self.old_chat, self.old_portal), (self.chat, self.portal) = changing.old, changing.new
        self.store = store.written_by(command_trail(self.portal))
        self.seasons, self.random = seasons, random
        self.reviews: dict[str, str] = {}

    async def everything(self, now: datetime) -> Rekeyed:
        """One transaction."""
        count = refused = 0
        async with self.store.key_changes.changing(self.chat.id, self.portal.id, now) as rekeying:
            async for rows in rekeying.rows("consultation"):
                self.reviews |= {row["id"]: row["review_id"] for row in rows}
            for table, anew in self._tables().items():
                async for rows in rekeying.rows(table):
                    for row in rows:
                        done = await _put(rekeying, table, row, anew)
                        count, refused = count + done, refused + (not done)
        return Rekeyed(count, refused)

    def _tables(self) -> dict[str, Callable[[Row], dict[str, bytes]]]:
        return {
            "site": self._site,
            "staff": self._staff,
            "former_key": self._former_key,
            "review": self._review,
            "account": self._account,
            "second_factor": self._second_factor,
            "draft_key": self._draft_key,
            "sending": self._sending,
        }

    def _site(self, row: Row) -> dict[str, bytes]:
        entry = Entry(row["recovery_reader"], row["recovery_public"], row["recovery_signature"])
        return {"recovery_signature": entered(self.portal, vouched(self.old_portal, entry)).signature}

    def _staff(self, row: Row) -> dict[str, bytes]:
        if row["public"] is None:
            return {}
        entry = Entry(row["id"], row["public"], row["signature"])
        return {"signature": entered(self.portal, vouched(self.old_portal, entry)).signature}

    def _former_key(self, row: Row) -> dict[str, bytes]:
        entry = Entry(row["staff_id"], row["public"], row["signature"])
        return {"signature": entered(self.portal, vouched(self.old_portal, entry)).signature}

    def _review(self, row: Row) -> dict[str, bytes]:
        sides = (
            ("details_for_chat", self.old_chat, self.chat),
            ("details_for_portal", self.old_portal, self.portal),
        )
        anew = {
            column: self._details(old, new, REVIEW, row["id"], row[column]) for column, old, new in sides if row[column]
        }
        if row["assigned"] is not None and anew:
            id, officer = row["id"], row["officer_id"]
            check_assignment(self.old_portal, id, row["details_for_chat"], officer, row["assigned"])
            anew["assigned"] = sign_assignment(self.portal, id, anew["details_for_chat"], officer)
        return anew

    def _account(self, row: Row) -> dict[str, bytes]:
        return {"sealed": self._details(self.old_chat, self.chat, ACCOUNT, row["address"], row["sealed"])}

    def _second_factor(self, row: Row) -> dict[str, bytes]:
        secret = open_secret(self.old_portal, row["staff_id"], row["sealed"])
        return {"sealed": seal_secret(self.portal, row["staff_id"], secret, random=self.random)}

    def _draft_key(self, row: Row) -> dict[str, bytes]:
        id = row["consultation_id"]
        key = drafts.unwrap_draft_key(self.old_chat, self.seasons, id, row["wrapped"])
        return {"wrapped": drafts.wrap_draft_key(self.chat, self.seasons, id, key, random=self.random)}

    def _sending(self, row: Row) -> dict[str, bytes]:
        signed = SignedManifest(row["manifest"], row["signature"])
        review = self.reviews.get(row["consultation_id"], "")
        manifest = verify_manifest(signed, self.old_chat.public, site=self.chat.site, review=review)
        return {"signature": sign_manifest(self.chat.signing, manifest).signature}

    def _details(
        self, old: ChatKeys | PortalKeys, new: ChatKeys | PortalKeys, kind: str, row: str, sealed: bytes
    ) -> bytes:
        return seal_details(new, kind, row, open_details(old, kind, row, sealed), random=self.random)


async def _put(rekeying: Rekeying, table: str, row: Row, anew: Callable[[Row], dict[str, bytes]]) -> bool:
    """False for what did not open: it stays as it is, and opens for nobody now as before."""
    try:
        columns = anew(row)
    except Refused:
        log.error("not_sealed_anew", table=table)
        return False
    if columns:
        await rekeying.put(table, row, **columns)
    return True
