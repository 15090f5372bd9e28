"""Details: a child's name, date of birth and the like, sealed for the chat and, apart from it, for the portal.

What has to be looked up without being told is kept as a blind index: the same value gives the same mark, which says
nothing without the key file.

    details      03 01 · nonce 12 · AES-256-GCM(padded) · 512 B, 2 or 8 KiB in all
"""

from __future__ import annotations

import unicodedata

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.formats import HEADER, Format, body, header
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, mark
from consultations.keeping.vault.padding import DETAILS_SIZES, pad, size_for, unpad
from consultations.keeping.vault.secret import Random, token_bytes

_OVERHEAD = HEADER + aead.OVERHEAD


def seal_details(
    keys: ChatKeys | PortalKeys, what: str, row: str, plain: bytes, *, random: Random = token_bytes
) -> bytes:
    """`plain` for one row: `what` names the kind of row ("review"), `row` is its immutable id."""
    padded = pad(plain, size_for(len(plain), DETAILS_SIZES, _OVERHEAD) - _OVERHEAD)
    return header(Format.DETAILS) + aead.seal(keys.details, padded, _context(keys, what, row), random)


def open_details(keys: ChatKeys | PortalKeys, what: str, row: str, sealed: bytes) -> bytes:
    """The details again. Refused for another row's, or sealed for the other side."""
    return unpad(aead.unseal(keys.details, body(sealed, Format.DETAILS), _context(keys, what, row)))


def blind_index(keys: ChatKeys | PortalKeys, what: str, value: str) -> str:
    """A mark to look a value up by; case, spaces and how accents are encoded do not matter."""
    plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    return mark(keys.index, pack(what.encode(), plain.encode("utf-8", "replace"))).hex()


def _context(keys: ChatKeys | PortalKeys, what: str, row: str) -> bytes:
    return context("details", keys.site, kind=what, review=row)
