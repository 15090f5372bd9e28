"""Words that may say a child is in trouble: found in what was just typed, and then forgotten.

Found, they make the next page offer *Tell someone* and the numbers, and do nothing else: nothing is kept, nobody is
told, and no answer is judged by it. It is the child who says that they are not safe; a list of words is never the only
net (field facts §6), and it both misses and sees things that are not there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def finds(listed: Iterable[str], words: str) -> bool:
    """Whether one of these stands among the words, whole, in whatever capitals, marks and signs."""
    said = f" {plain(words)} "
    return any(f" {each} " in said for each in listed)


def plain(words: str) -> str:
    """Words as they are compared: letters and figures alone, one space between.

    The marks of Arabic script, which some write and some do not, are left out. Vietnamese keeps its own: without them
    "slowly" would read as a word that is in the list.
    """
    apart = unicodedata.normalize("NFKD", words).casefold()
    unmarked = "".join(sign for sign in apart if sign not in _ARABIC_MARKS and sign not in "'’ʼ")
    letters = unicodedata.normalize("NFC", unmarked)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


_ARABIC_MARKS = frozenset(map(chr, (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670)))
