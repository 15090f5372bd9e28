"""The directory: which public keys are whose, vouched for by the portal and checked by whoever seals (P4).

The portal signs each entry with a key derived from portal.key; the chat has that key's public half pinned in its own
key file. So a key changed in the database is noticed, and nothing is sealed to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from consultations.keeping.vault import signing
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.keys import PortalKeys, mark
from consultations.keeping.vault.readers import PublicReader

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """What the directory says about a reader, as read from the database: not to be believed before `verified`."""

    reader: PublicReader
    signature: bytes

    @classmethod
    def from_bytes(cls, id: str, public: bytes, signature: bytes) -> DirectoryEntry:
        """An entry as it is kept: id, public halves, signature."""
        return cls(PublicReader.from_bytes(id, public), signature)


def enter(keys: PortalKeys, reader: PublicReader) -> DirectoryEntry:
    """Vouch that these keys are this reader's."""
    return DirectoryEntry(reader, signing.sign(keys.directory, _statement(keys.site, reader)))


def verified(entry: DirectoryEntry, directory_public: bytes, site: str) -> PublicReader:
    """The reader, if the portal vouched for exactly this. Refused otherwise."""
    signing.check(directory_public, entry.signature, _statement(site, entry.reader))
    return entry.reader


def key_number(keys: PortalKeys, reader: PublicReader) -> str:
    """Twelve digits that stand for these keys: whoever made them reads them out, and who confirms them types them.

    Made with a key, so that nobody can search for other keys with the same number.
    """
    told = mark(keys.index, pack(context("key number", keys.site, reader=reader.id), reader.to_bytes()))
    digits = f"{int.from_bytes(told[:8], 'big') % 10**_DIGITS:0{_DIGITS}}"
    return " ".join(digits[at : at + 4] for at in range(0, _DIGITS, 4))


def _statement(site: str, reader: PublicReader) -> bytes:
    return pack(context("directory", site, reader=reader.id), reader.to_bytes())
