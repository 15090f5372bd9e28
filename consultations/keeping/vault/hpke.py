"""HPKE (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM, base mode, single shot.

Base mode says nothing about who sealed: anyone may. So what is wrapped is a content key that a signed manifest has
committed to (sendings.py). The binding information goes into `info`, because the library takes no associated data.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Secret

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
ENCAPSULATED = 32
OVERHEAD = ENCAPSULATED + 16


def seal_to(public: bytes, secret: Secret, info: bytes) -> bytes:
    """encapsulated key 32 · ciphertext · tag. Refused for a public key that no private key can have made."""
    try:
        return _SUITE.encrypt(secret.reveal(), X25519PublicKey.from_public_bytes(public), info=info)
    except ValueError:
        raise Refused("This public key is not one that can be sealed to.") from None


def open_with(private: Secret, sealed: bytes, info: bytes) -> Secret | None:
    """What was sealed to this key for this purpose; None when it was not."""
    try:
        return Secret(_SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private.reveal()), info=info))
    except InvalidTag:
        return None
