"""Everybody's phone: the secrets that pages have shown, and the codes that follow from them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from consultations.keeping.vault.one_time import STEP, code_at
from consultations.keeping.vault.secret import Secret

_SECRETS: dict[str, Secret] = {}
_TRIED: dict[tuple[str, str], int] = {}
CLOCKS: dict[str, Callable[[], datetime]] = {}
"""By the portal's address, where it has another time than the machine."""


def secret_of(username: str) -> Secret:
    """What this person's phone shares with the portal, as it was last shown; before that, one of their own."""
    return _SECRETS.get(username, Secret(username.encode().ljust(20, b".")[:20]))


def remember(username: str, letters: str) -> None:
    """Type this into their phone."""
    _SECRETS[username] = Secret(base64.b32decode(letters.replace(" ", "")))


async def codes(url: str, username: str) -> AsyncIterator[str]:
    """Codes that may be good now, none of them twice at the same place; each waits until it can be."""
    for _ in range(6):
        now = CLOCKS.get(url, lambda: datetime.now(UTC))()
        this = int(now.timestamp()) // STEP
        step = max(this - 1, _TRIED.get((url, username), 0) + 1)
        if step > this + 1:
            await asyncio.sleep((step - 1) * STEP - now.timestamp())
        _TRIED[url, username] = step
        yield code_at(secret_of(username), step)
