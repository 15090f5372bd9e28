"""AES-256-GCM with a random nonce before the ciphertext, and one way of saying no."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, Secret

NONCE = 12
OVERHEAD = NONCE + 16
KEY = 32


def seal(key: Secret, plain: bytes, bound_to: bytes, random: Random) -> bytes:
    """nonce · ciphertext · tag, opening only with the same key and the same `bound_to`."""
    nonce = random(NONCE)
    return nonce + AESGCM(key.reveal()).encrypt(nonce, plain, bound_to)


def unseal(key: Secret, sealed: bytes, bound_to: bytes) -> bytes:
    """What was sealed. Refused when a bit, the key or the place differs."""
    if len(sealed) < OVERHEAD:
        raise Refused("This is cut short.")
    try:
        return AESGCM(key.reveal()).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag:
        raise Refused("This does not open here: it was changed, or it belongs somewhere else.") from None
