"""Pens for the trail's chains of tests that have no key files."""

from __future__ import annotations

from consultations.keeping.store import Store
from consultations.keeping.store.forgotten import Forgotten
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.trail import TrailKey
from consultations.trail import CHAT

SITE = "0123456789abcdef"


def pen(chain: str = CHAT, key: bytes = b"k" * 32) -> TrailKey:
    """What writes this chain."""
    return TrailKey(chain, SITE, Secret(key))


async def opened(
    url: str, *, create: bool = False, chain: str = CHAT, patience: float = 5.0, forgotten: Forgotten | None = None
) -> Store:
    """A store that writes this chain."""
    return (await Store.open(url, create=create, patience=patience, forgotten=forgotten)).written_by(pen(chain))
