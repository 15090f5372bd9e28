"""Ed25519 signatures, each beginning with its format and suite."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Secret


def public_half(seed: Secret) -> bytes:
    """The 32 bytes that verify what this seed signs."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def sign(seed: Secret, statement: bytes) -> bytes:
    """A signature over the statement; the caller puts a context in front of it."""
    return header(Format.SIGNATURE) + Ed25519PrivateKey.from_private_bytes(seed.reveal()).sign(statement)


def check(public: bytes, signature: bytes, statement: bytes) -> None:
    """Return quietly, or Refused."""
    raw = body(signature, Format.SIGNATURE)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw, statement)
    except (InvalidSignature, ValueError):  # ValueError: a key of the wrong length
        raise Refused("The signature is not the one that was expected.") from None
