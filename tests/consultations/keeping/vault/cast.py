"""The cast of the vault's tests: two sites that know nothing of each other, and who can read what there.

Amal is the child. Sam is her officer, Priya is another child's, Lee an advocate. Recovery is on three sheets.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consultations.keeping.vault import recovery
from consultations.keeping.vault.directory import DirectoryEntry, enter
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, create
from consultations.keeping.vault.manifests import SignedManifest
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.sendings import Group, Opened, SealedSending, open_sending, seal_sending
from consultations.keeping.vault.stretching import Cost
from consultations.sending import Kind

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
AMAL, ANOTHER = "review-of-amal", "review-of-another"
WORDS = b"I want to see my zanzibarkettle brother more."
QUICK = Cost(memory_kib=32, iterations=1, lanes=4)
"""Argon2id that takes no time: for tests that are about something else."""


class Fixed:
    """Randomness that is the same every time: for frozen vectors, and never for anything else."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def __call__(self, length: int) -> bytes:
        drawn = b""
        while len(drawn) < length:
            drawn += hashlib.sha256(f"{self._seed}/{self._count}".encode()).digest()
            self._count += 1
        return drawn[:length]


@dataclass(frozen=True)
class Site:
    """One deployment: its keys, its seasons, its readers and what its directory says about them."""

    id: str
    chat: ChatKeys
    portal: PortalKeys
    seasons: Seasons
    sam: PrivateReader
    priya: PrivateReader
    lee: PrivateReader
    recovery: PrivateReader
    sheets: tuple[str, ...]

    def entry(self, reader: PrivateReader) -> DirectoryEntry:
        """What the directory says about a reader."""
        return enter(self.portal, reader.public)

    def officers(self, words: bytes = WORDS) -> Group:
        """What Sam and the recovery key may read."""
        return Group("officer", words, (self.entry(self.sam), self.entry(self.recovery)))

    def advocates(self, words: bytes = WORDS) -> Group:
        """What Lee may read."""
        return Group("advocate", words, (self.entry(self.lee), self.entry(self.recovery)))

    def sent(
        self,
        *groups: Group,
        review: str = AMAL,
        sending: str = "sending-1",
        kind: Kind = Kind.REPLACEMENT,
        previous: SignedManifest | None = None,
        replaces: str = "",
    ) -> SealedSending:
        """Amal's words to Sam, if nothing else is said."""
        return seal_sending(
            self.chat,
            review=review,
            sending=sending,
            kind=kind,
            sent_at=NOON,
            groups=groups or (self.officers(),),
            previous=previous,
            replaces=replaces,
        )

    def read(
        self, reader: PrivateReader, sealed: SealedSending, review: str = AMAL, sending: str = "sending-1"
    ) -> tuple[Opened, ...]:
        """What opens to this reader, who expects Amal's first sending."""
        return open_sending(reader, sealed, self.portal.chat_public, site=self.id, review=review, sending=sending)


def build(folder: Path, id: str) -> Site:
    """A new site in this folder."""
    chat, portal = create(folder / "keys", id)
    public, sheets = recovery.new()
    words = tuple(" ".join(words) for words in sheets.words)
    return Site(
        id=id,
        chat=chat,
        portal=portal,
        seasons=Seasons.create(folder / "data" / "seasons.json", id, NOON),
        sam=new_reader("sam"),
        priya=new_reader("priya"),
        lee=new_reader("lee"),
        recovery=recovery.combine(words[:2], public),
        sheets=words,
    )
