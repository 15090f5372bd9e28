"""A child's PIN: four digits, or three pictures for the youngest. It keeps other people in the room from reading.

It is short because a child has to remember it, so it is never the only lock: the draft it stands in is sealed, and
after five wrong tries what was said stays folded for an hour, whatever is tried. Its verifier only keeps the digits
themselves, which a child may use elsewhere, out of what is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

PICTURES = {
    "dog": "🐶",
    "cat": "🐱",
    "fish": "🐟",
    "apple": "🍎",
    "ball": "⚽",
    "bike": "🚲",
    "star": "⭐",
    "tree": "🌳",
    "boat": "⛵",
}
"""Picture id and emoji, in the order shown. The words beside each are the phrases `picture_…`."""

PICTURES_NEEDED = 3


def digits(typed: str) -> str | None:
    """The four digits in what was typed, in any script's digits, or None when they are not four."""
    found = "".join(str(unicodedata.digit(symbol)) for symbol in typed if unicodedata.digit(symbol, None) is not None)
    others = [symbol for symbol in typed if symbol.isalpha()]
    return found if len(found) == 4 and not others else None


def verifier(pin: str, consultation: str) -> bytes:
    """32 bytes that only this PIN of this consultation gives (RFC 7914 scrypt, about 10 ms)."""
    return hashlib.scrypt(pin.encode(), salt=b"foreword pin 1:" + consultation.encode(), n=2**12, r=8, p=1, dklen=32)


def matches(kept: bytes, pin: str, consultation: str) -> bool:
    """Whether this is the PIN that was chosen, in constant time."""
    return hmac.compare_digest(kept, verifier(pin, consultation))
