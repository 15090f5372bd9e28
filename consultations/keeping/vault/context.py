"""What a ciphertext, a signature or a derived key is bound to: never delimiter-joined, immutable ids only.

Every field is there every time, each with its length before it, so no two contexts can read the same.
"""

from __future__ import annotations

from consultations.keeping.vault.formats import Suite
from consultations.keeping.vault.problems import Refused

_LENGTH = 4


def context(
    label: str,
    deployment: str,
    *,
    review: str = "",
    consultation: str = "",
    sending: str = "",
    kind: str = "",
    group: str = "",
    reader: str = "",
    version: int = 0,
) -> bytes:
    """The bytes to bind to. `label` says what it is for; `deployment` is the site's id and never empty."""
    if not deployment:
        raise ValueError("A context needs the site's id.")
    fields = (
        "foreword",
        label,
        str(int(Suite.STANDARD)),
        deployment,
        review,
        consultation,
        sending,
        kind,
        group,
        reader,
    )
    return pack(*(field.encode() for field in fields), str(version).encode())


def pack(*parts: bytes) -> bytes:
    """The parts in order, each after its length in four bytes."""
    return b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)


def unpack(packed: bytes) -> tuple[bytes, ...]:
    """The parts again. Refused unless every byte is accounted for."""
    parts = []
    at = 0
    while at < len(packed):
        start = at + _LENGTH
        end = start + int.from_bytes(packed[at:start], "big")
        if start > len(packed) or end > len(packed):
            raise Refused("This is cut short.")
        parts.append(packed[start:end])
        at = end
    return tuple(parts)
