"""Notes: what a reader writes about opened words (why a copy was made), sealed to the same readers (P9).

    note         0d 01 · number of wraps 1 · HPKE(reader, info = context, content key) each · AES-256-GCM(padded)

The server that keeps it cannot read it. Nothing vouches for who wrote it; what it says is never acted upon.
"""

from __future__ import annotations

from collections.abc import Sequence

from consultations.keeping.vault import aead, hpke
from consultations.keeping.vault.context import context
from consultations.keeping.vault.formats import HEADER, Format, body, header
from consultations.keeping.vault.padding import DETAILS_SIZES, pad, size_for, unpad
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes

_WRAP = hpke.OVERHEAD + aead.KEY


def seal_note(
    site: str, what: str, row: str, plain: bytes, readers: Sequence[PublicReader], *, random: Random = token_bytes
) -> bytes:
    """`plain` for one row, to these readers: `what` names the kind of row, `row` is its immutable id."""
    key = Secret(random(aead.KEY))
    wraps = [hpke.seal_to(reader.sealing, key, _context(site, what, row, reader.id)) for reader in readers]
    overhead = HEADER + 1 + len(wraps) * _WRAP + aead.OVERHEAD
    padded = pad(plain, size_for(len(plain), DETAILS_SIZES, overhead) - overhead)
    sealed = aead.seal(key, padded, _context(site, what, row), random)
    return header(Format.NOTE) + bytes((len(wraps),)) + b"".join(wraps) + sealed


def open_note(site: str, what: str, row: str, sealed: bytes, reader: PrivateReader) -> bytes:
    """The note again. Refused when it was not sealed to this reader, or belongs to another row."""
    content = body(sealed, Format.NOTE)
    key, end = _key(site, what, row, content, reader)
    return unpad(aead.unseal(key, content[end:], _context(site, what, row)))


def pass_note_on(
    site: str, what: str, row: str, sealed: bytes, reader: PrivateReader, readers: Sequence[PublicReader]
) -> bytes:
    """The same note for these readers and nobody else, not opened: only its key is. Refused as for `open_note`."""
    content = body(sealed, Format.NOTE)
    key, end = _key(site, what, row, content, reader)
    wraps = [hpke.seal_to(each.sealing, key, _context(site, what, row, each.id)) for each in readers]
    return header(Format.NOTE) + bytes((len(wraps),)) + b"".join(wraps) + content[end:]


def _key(site: str, what: str, row: str, content: bytes, reader: PrivateReader) -> tuple[Secret, int]:
    """The note's key, and where its wraps end."""
    end = 1 + (content[0] if content else 0) * _WRAP
    for at in range(1, end, _WRAP):
        key = hpke.open_with(reader.sealing, content[at : at + _WRAP], _context(site, what, row, reader.id))
        if key is not None:
            return key, end
    raise Refused("This note is not sealed to this reader.")


def _context(site: str, what: str, row: str, reader: str = "") -> bytes:
    return context("note", site, kind=what, review=row, reader=reader)
