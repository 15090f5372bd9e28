"""A thief who has copied everything away: the database, the key files, the season, the environment (P2).

He knows the source, so he uses the vault's own code. He is given more than one theft can give: the `Hoard` of every
sealed row there ever was, as if he had kept a copy of the database from every minute. What he does with it:

    every draft key that was ever wrapped       × every season's salt he can find anywhere in the bytes
    every draft that ever was                   × every draft key that came out of it
    every wrap and every bundle                 × every key in, or derivable from, or lying about in what he copied
    every lock and every session of an officer  × the same
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from consultations.founding import SEASONS
from consultations.keeping.vault import aead, custody, drafts, hpke, keys, recovery
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.custody import By, Lock
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import VaultProblem
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import BUNDLES, SealedSending, _Place, open_sending
from consultations.sending import Kind
from tests.attacks import tables
from tests.attacks.site import Site

LABELS = (
    "chat draft",
    "chat contact",
    "chat index",
    "chat signing seed",
    "chat cookie-time",
    "chat pepper",
    "portal directory",
    "portal details",
    "portal index",
    "portal session",
    "portal pepper",
    "portal second-factor",
    "unlocked session",
    "draft key wrapping",
    "recovery",
)
_SALT = re.compile(rb'"id": "([0-9a-f]{16})"[^{}]*?"salt": "([A-Za-z0-9+/]{43}=)"')
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/_-])([A-Za-z0-9+/_-]{43})=?(?![A-Za-z0-9+/_=-])")
_HEX = re.compile(rb"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")


@dataclass
class Hoard:
    """Every sealed row there ever was."""

    drafts: set[tuple[str, int, bytes]] = field(default_factory=set)  # consultation, version, sealed
    wrapped: set[tuple[str, bytes]] = field(default_factory=set)  # consultation, wrapped
    sent: set[bytes] = field(default_factory=set)  # bundles and wraps

    async def copy(self, site: Site) -> None:
        """Take what is there now."""
        for row in await tables.ask(site, "SELECT consultation_id, version, sealed FROM draft"):
            self.drafts.add((row["consultation_id"], row["version"], bytes(row["sealed"])))
        for row in await tables.ask(site, "SELECT consultation_id, wrapped FROM draft_key"):
            self.wrapped.add((row["consultation_id"], bytes(row["wrapped"])))
        for table in ("bundle", "wrap"):
            self.sent |= {bytes(row["sealed"]) for row in await tables.ask(site, f"SELECT sealed FROM {table}")}


@dataclass
class Booty:
    """One theft."""

    files: Mapping[str, bytes]
    rows: Mapping[str, list[dict[str, Any]]]
    chat: ChatKeys
    portal: PortalKeys
    hoard: Hoard
    workshop: Path  # where he puts his own files

    @property
    def consultations(self) -> list[str]:
        return [row["id"] for row in self.rows["consultation"]]

    def opened_drafts(self) -> list[bytes]:
        """What every draft says that opens."""
        opened = []
        for key in self._draft_keys():
            for consultation, version, sealed in self.hoard.drafts:
                try:
                    opened.append(drafts.open_draft(key, consultation, version, sealed))
                except VaultProblem:
                    continue
        return opened

    def opened_sendings(self) -> list[bytes]:
        """What every bundle says that opens without a reader's secret."""
        found = list(self.candidates())
        readers = [*(row["id"] for row in self.rows["staff"]), recovery.READER, ""]
        opened = []
        for sending, place in self._places():
            bundle = self._bundle(sending, place.slot)
            keys = [*found]
            for wrap in self._wraps(sending, place.slot):
                for key in found:
                    for reader in readers:
                        content = hpke.open_with(key, wrap[2:], place.context("wrap", reader))
                        keys += [content] if content is not None else []
            opened += list(_unsealed(keys, bundle, place.context("bundle")))
        return opened

    def opened_custodies(self) -> list[bytes]:
        """Every officer's private key that comes out of its lock without what the officer holds."""
        found = list(self.candidates())
        opened = []
        for row in self.rows["custody"]:
            public = self._public(row["staff_id"])
            lock = Lock.from_bytes(bytes(row["locked"]))
            bound_to = custody._context(self.portal, public, By(row["kind"]))
            opened += list(_unsealed(found, lock.locked[:2] + lock.locked[2 + 6 + 16 :], bound_to))
            for guess in ("", "sam"):
                try:
                    opened.append(
                        custody.unlock(self.portal, public, By(row["kind"]), guess, lock).to_secret().reveal()
                    )
                except VaultProblem:
                    continue
        return opened

    def opened_sessions(self) -> list[bytes]:
        """Every officer's private key that comes out of a session without its cookie."""
        known = list(self.candidates())
        salt = self.portal.session.reveal()
        found = [*known, *(keys.derive(each, "unlocked session", self.portal.site, salt=salt) for each in known)]
        opened = []
        for row in self.rows["portal_session"]:
            public = self._public(row["staff_id"])
            bound_to = context("session", self.portal.site, group=row["id"], reader=public.id)
            opened += list(_unsealed(found, bytes(row["sealed"]), pack(bound_to, public.to_bytes())))
        return opened

    def candidates(self) -> Iterator[Secret]:
        """Every 32 bytes that may be a key: in the key files, derived from them, or lying about anywhere."""
        known = [Secret(raw) for raw in self._lying_about()]
        for side in (self.chat, self.portal):
            known += [value for each in fields(side) if isinstance(value := getattr(side, each.name), Secret)]
        for season in self._salts().values():
            known.append(Secret(season))
        yield from known
        raw = [Secret(base64.b64decode(json.loads(self.files[name])["secret"])) for name in ("chat.key", "portal.key")]
        for secret in raw:
            yield secret
            for label in LABELS:
                for salt in (b"", *self._salts().values()):
                    yield keys.derive(secret, label, self.chat.site, salt=salt)

    def with_private(self, private: PrivateReader) -> list[bytes]:
        """What a reader's private key opens in it."""
        review_of = {row["id"]: row["review_id"] for row in self.rows["consultation"]}
        opened = []
        for row in self.rows["sending"]:
            if row["replaced_by"] or row["taken_back_at"]:
                continue
            sealed = SealedSending(
                bytes(row["manifest"]),
                bytes(row["signature"]),
                tuple(self._bundle(row["id"], slot) for slot in range(BUNDLES)),
                tuple(tuple(self._wraps(row["id"], slot)) for slot in range(BUNDLES)),
            )
            review = review_of[row["consultation_id"]]
            public, site = self.portal.chat_public, self.chat.site
            bundles = open_sending(private, sealed, public, site=site, review=review, sending=row["id"])
            opened += [bundle.plain for bundle in bundles]
        return opened

    def private_of(self, staff: str, by: By, typed: str) -> PrivateReader:
        """The officer's private key, from what is stolen and what they hold."""
        rows = (row for row in self.rows["custody"] if (row["staff_id"], row["kind"]) == (staff, by))
        lock = Lock.from_bytes(bytes(next(rows)["locked"]))
        return custody.unlock(self.portal, self._public(staff), by, typed, lock)

    def _draft_keys(self) -> list[DraftKey]:
        """Every draft key that unwraps with any salt he has, for any consultation."""
        seasons = self._seasons()
        opened: dict[bytes, DraftKey] = {}
        for wrapped in {wrapped for _, wrapped in self.hoard.wrapped} | set(self._wrapped_in_raw()):
            for consultation in self.consultations:
                try:
                    key = drafts.unwrap_draft_key(self.chat, seasons, consultation, wrapped)
                except VaultProblem:
                    continue
                opened[key.secret.reveal()] = key
        return list(opened.values())

    def _seasons(self) -> Seasons:
        """A seasons file of his own, with every salt he found."""
        file = self.workshop / SEASONS
        salts = [
            {"id": id.hex(), "since": "2026-01-01T00:00:00+00:00", "salt": base64.b64encode(salt).decode()}
            for id, salt in self._salts().items()
        ]
        file.write_text(json.dumps({"format": 1, "site": self.chat.site, "seasons": salts}))
        return Seasons(file, self.chat.site)

    def _salts(self) -> dict[bytes, bytes]:
        return {
            bytes.fromhex(id.decode()): base64.b64decode(salt)
            for content in self.files.values()
            for id, salt in _SALT.findall(content)
        }

    def _wrapped_in_raw(self) -> Iterator[bytes]:
        """Whatever looks like a wrapped draft key, in rows, journals, deleted rows or anywhere else."""
        for id in self._salts():
            start = b"\x02\x01" + id
            for content in self.files.values():
                at = content.find(start)
                while at >= 0:
                    yield content[at : at + 2 + 8 + aead.OVERHEAD + aead.KEY]
                    at = content.find(start, at + 1)

    def _lying_about(self) -> set[bytes]:
        found = set()
        for content in self.files.values():
            for text in _BASE64.findall(content):
                found.add(base64.urlsafe_b64decode(text.replace(b"+", b"-").replace(b"/", b"_") + b"="))
            found |= {bytes.fromhex(text.decode()) for text in _HEX.findall(content)}
        return found

    def _places(self) -> Iterator[tuple[str, _Place]]:
        review_of = {row["id"]: row["review_id"] for row in self.rows["consultation"]}
        for row in self.rows["sending"]:
            for slot in range(BUNDLES):
                review = review_of[row["consultation_id"]]
                yield row["id"], _Place(self.chat.site, review, row["id"], Kind(row["kind"]), slot)

    def _bundle(self, sending: str, slot: int) -> bytes:
        rows = self.rows["bundle"]
        return next((bytes(row["sealed"]) for row in rows if (row["sending_id"], row["place"]) == (sending, slot)), b"")

    def _wraps(self, sending: str, slot: int) -> list[bytes]:
        rows = sorted(self.rows["wrap"], key=lambda row: int(row["place"]))
        return [bytes(row["sealed"]) for row in rows if (row["sending_id"], row["bundle"]) == (sending, slot)]

    def _public(self, staff: str) -> PublicReader:
        row = next(row for row in self.rows["staff"] if row["id"] == staff)
        return PublicReader.from_bytes(staff, bytes(row["public"]))


async def steal(site: Site, hoard: Hoard, workshop: Path, *elsewhere: Path) -> Booty:
    """Copy everything away: the site's folders, the folders of its database, the environment."""
    workshop.mkdir(exist_ok=True)
    files = {"the environment": "\0".join(f"{name}={text}" for name, text in site.told.items()).encode()}
    for folder in (site.data, Path(site.told["TMPDIR"]), *elsewhere):
        files |= {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    files |= {file.name: file.read_bytes() for file in site.keys.iterdir()}
    await hoard.copy(site)
    rows = await tables.everything(site)
    return Booty(files, rows, keys.load_chat(site.keys), keys.load_portal(site.keys), hoard, workshop)


def says(plain: Iterable[bytes], *words: str) -> set[str]:
    """Which of these words stand in what was opened."""
    texts = [each.decode("utf-8", "replace") for each in plain]
    return {word for word in words if any(word in text for text in texts)}


def _unsealed(candidates: Iterable[Secret], sealed: bytes, bound_to: bytes) -> Iterator[bytes]:
    for key in candidates:
        try:
            yield aead.unseal(key, sealed[2:], bound_to)
        except VaultProblem:
            continue
