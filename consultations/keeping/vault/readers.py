"""A reader: someone a sending is sealed to. Their key pairs, and how the public halves are kept.

    public halves    0a 01 · X25519 32 · Ed25519 32

The X25519 pair opens what is sealed to them; the Ed25519 pair signs what they make from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consultations.keeping.vault import signing
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, Secret, token_bytes

_HALF = 32


@dataclass(frozen=True, slots=True)
class PublicReader:
    """Who a sending can be sealed to. `id` is the person's immutable id; it is bound to the keys by the directory."""

    id: str
    sealing: bytes
    signing: bytes

    def to_bytes(self) -> bytes:
        """The public halves, as they are kept beside the id."""
        return header(Format.READER) + self.sealing + self.signing

    @classmethod
    def from_bytes(cls, id: str, kept: bytes) -> PublicReader:
        """Read the public halves back. Refused for anything of another shape."""
        halves = body(kept, Format.READER)
        if len(halves) != 2 * _HALF:
            raise Refused("These are not a reader's public keys.")
        return cls(id, halves[:_HALF], halves[_HALF:])


@dataclass(frozen=True, slots=True)
class PrivateReader:
    """A reader's private halves: in an unlocked session, or on recovery sheets. Nowhere else in the clear."""

    id: str
    sealing: Secret
    signing: Secret

    @property
    def public(self) -> PublicReader:
        """The public halves that belong to these."""
        sealing = X25519PrivateKey.from_private_bytes(self.sealing.reveal()).public_key().public_bytes_raw()
        return PublicReader(self.id, sealing, signing.public_half(self.signing))

    def to_secret(self) -> Secret:
        """Both halves in one, to be sealed."""
        return Secret(self.sealing.reveal() + self.signing.reveal())

    @classmethod
    def from_secret(cls, id: str, both: Secret) -> PrivateReader:
        """Both halves again. Refused for anything of another length."""
        halves = both.reveal()
        if len(halves) != 2 * _HALF:
            raise Refused("These are not a reader's private keys.")
        return cls(id, Secret(halves[:_HALF]), Secret(halves[_HALF:]))


def new_reader(id: str, *, random: Random = token_bytes) -> PrivateReader:
    """Fresh key pairs for this person."""
    return PrivateReader(id, Secret(random(_HALF)), Secret(random(_HALF)))
