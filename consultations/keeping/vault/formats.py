"""The two bytes every blob begins with: which format it has, and which suite of algorithms sealed it.

    01 01 …   a draft, sealed by the standard suite

Numbers are never used again for something else. Suite 2 is reserved for HPKE with ML-KEM-768 + X25519.
"""

from __future__ import annotations

from enum import IntEnum

from consultations.keeping.vault.problems import Refused


class Format(IntEnum):
    """What a blob is."""

    DRAFT = 1
    DRAFT_KEY = 2
    DETAILS = 3
    CUSTODY = 4
    BUNDLE = 5
    WRAP = 6
    MANIFEST = 7
    SESSION = 8
    CODE = 9
    READER = 10
    SIGNATURE = 11
    VERIFIER = 12
    NOTE = 13
    FACTOR = 14


class Suite(IntEnum):
    """How it was sealed. STANDARD: AES-256-GCM, HKDF-SHA256, HPKE X25519, Ed25519, Argon2id."""

    STANDARD = 1
    HYBRID = 2  # reserved; refused until it is written


HEADER = 2


def header(format: Format) -> bytes:
    """The two bytes a new blob of this format begins with."""
    return bytes((format, Suite.STANDARD))


def body(blob: bytes, format: Format) -> bytes:
    """What follows the two bytes. Refused for another format, or one or a suite that this version does not know."""
    if blob[:HEADER] != header(format):
        raise Refused(f"This is not a {format.name.lower().replace('_', ' ')} of a format this version knows.")
    return blob[HEADER:]
