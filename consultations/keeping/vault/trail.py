"""The trail's chains: HMAC-SHA-256 under a key of each chain's own, derived from the key files.

    seal   over the entry: site, chain, number, moment, deed, by, of, more
    mark   over the mark before it and the seal

The seal tells an entry that was changed from one that was moved; the mark binds it to everything before it. The chat's
key comes from chat.key, those of the portal and of the commands from portal.key: so whoever can only write in the
database makes no entry, and the chat, taken over, makes none of the others'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from consultations.keeping.vault import keys
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.secret import Secret
from consultations.trail import CHAT, COMMAND, PORTAL, Entry


@dataclass(frozen=True, slots=True)
class TrailKey:
    """Writes one chain, and recognises what it wrote."""

    chain: str
    site: str
    key: Secret

    def seal(self, entry: Entry) -> bytes:
        """What proves that this entry was written with this number."""
        said = (entry.at.astimezone(UTC).isoformat(), entry.deed, entry.by, entry.of, entry.more)
        bound = context("trail entry", self.site, kind=entry.chain, version=entry.number)
        return keys.mark(self.key, pack(bound, *(part.encode("utf-8", "replace") for part in said)))

    def mark(self, previous: bytes, seal: bytes) -> bytes:
        """What proves that it follows everything before it; `previous` is empty for the first."""
        return keys.mark(self.key, pack(context("trail chain", self.site, kind=self.chain), previous, seal))

    def digest(self, said: str) -> str:
        """What tells one long text from another, and gives nothing of it away."""
        return keys.mark(self.key, pack(context("trail digest", self.site, kind=self.chain), said.encode())).hex()


def chat_trail(keys: ChatKeys) -> TrailKey:
    """The children's side's chain."""
    return TrailKey(CHAT, keys.site, keys.trail)


def portal_trail(keys: PortalKeys) -> TrailKey:
    """The staff side's chain."""
    return TrailKey(PORTAL, keys.site, keys.trail)


def command_trail(keys: PortalKeys) -> TrailKey:
    """The chain of the operator's commands."""
    return TrailKey(COMMAND, keys.site, keys.command_trail)
