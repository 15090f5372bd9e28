"""Sizes that say nothing: everything is padded to one of a few sizes before it is sealed (P5).

4 bytes: how long · the bytes · zeros
"""

from __future__ import annotations

from consultations.keeping.vault.problems import Refused, TooLarge

KIB = 1024
DRAFT_SIZES = (8 * KIB, 32 * KIB, 128 * KIB)
BUNDLE_SIZES = (32 * KIB, 128 * KIB, 512 * KIB)
DETAILS_SIZES = (512, 2 * KIB, 8 * KIB)

_LENGTH = 4


def size_for(length: int, sizes: tuple[int, ...], overhead: int) -> int:
    """The smallest size that holds `length` bytes and `overhead` of sealing. TooLarge when none does."""
    for size in sizes:
        if _LENGTH + length + overhead <= size:
            return size
    raise TooLarge(f"This is longer than the {sizes[-1] // KIB} KiB that can be kept.")


def pad(plain: bytes, size: int) -> bytes:
    """`plain`, grown to exactly `size` bytes."""
    if _LENGTH + len(plain) > size:
        raise TooLarge("This does not fit the size it should be padded to.")
    return (len(plain).to_bytes(_LENGTH, "big") + plain).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """What was padded. Refused unless length and every padding byte are as `pad` writes them."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    end = _LENGTH + length
    if len(padded) < _LENGTH or end > len(padded) or padded[end:].strip(b"\0"):
        raise Refused("The padding is not as it was written.")
    return padded[_LENGTH:end]
