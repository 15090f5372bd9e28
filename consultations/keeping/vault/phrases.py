"""Phrases and personal recovery codes: made here, never chosen; forgiving to type.

phrase           five words of the SLIP-39 list (1,024 words, no two with the same first four letters): 50 bits
recovery code    25 symbols of Crockford's base32 in fives: 125 bits
"""

from __future__ import annotations

import re
import unicodedata

from shamir_mnemonic.wordlist import WORDLIST

from consultations.keeping.vault.secret import Random, token_bytes

_WORDS = 5
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_MEANT = str.maketrans("OIL", "011")
_GROUPS = 5


def new_phrase(*, random: Random = token_bytes) -> str:
    """Five words, to be shown once."""
    return " ".join(WORDLIST[int.from_bytes(random(2), "big") % len(WORDLIST)] for _ in range(_WORDS))


def new_recovery_code(*, random: Random = token_bytes) -> str:
    """Five groups of five symbols, to be printed once."""
    return in_fives(as_symbols(random(_GROUPS * _GROUPS)))


def as_symbols(raw: bytes) -> str:
    """A symbol for each byte: five bits of it."""
    return "".join(_SYMBOLS[byte % len(_SYMBOLS)] for byte in raw)


def in_fives(symbols: str) -> str:
    """Symbols as they are printed."""
    return "-".join(symbols[at : at + _GROUPS] for at in range(0, len(symbols), _GROUPS))


def plain_phrase(typed: str) -> str:
    """The words as they were made: case, spaces, hyphens and commas do not matter, four letters of a word are enough.

    Only of words that stand apart, though: run together they have to be whole.
    """
    letters = unicodedata.normalize("NFKC", typed).casefold()
    return " ".join(word for run in re.findall(r"[^\W\d_]+", letters) for word in _parted(run))


def whole_word(typed: str) -> str:
    """The word of the list that four letters stand for; anything else as it is."""
    return _BY_FOUR.get(typed, typed)


def plain_recovery_code(typed: str) -> str:
    """The symbols as they were made: case, spaces and hyphens do not matter, O is 0, I and L are 1."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    return "".join(symbol for symbol in letters if symbol.isalnum())


def _parted(run: str) -> list[str]:
    """Whole words that were run together, one by one; their first four letters leave one way to part them."""
    words, rest = [], run
    while rest:
        word = _BY_FOUR.get(rest[:4], "")
        if not word or not rest.startswith(word):
            return [whole_word(run)]
        words.append(word)
        rest = rest[len(word) :]
    return words


_BY_FOUR: dict[str, str] = {word[:4]: word for word in WORDLIST}
