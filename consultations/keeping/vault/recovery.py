"""The recovery key: a reader whose private half exists only on word sheets (SLIP-39), three of them, any two enough.

`foreword init` prints the sheets and keeps the public half. A lost phrase does not lose a voice (P7).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shamir_mnemonic.shamir import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from consultations.keeping.vault.context import context
from consultations.keeping.vault.phrases import whole_word
from consultations.keeping.vault.problems import SheetProblem
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes

READER = "recovery"
"""The recovery key's id as a reader."""

SHEETS = 3
ENOUGH = 2
WORDS = 33
_SECRET = 32


@dataclass(frozen=True, slots=True)
class Sheets:
    """The words of each sheet, to be printed once and kept apart."""

    words: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return "Sheets('****')"


def new(*, random: Random = token_bytes) -> tuple[PublicReader, Sheets]:
    """A recovery key: the public half to keep, and the sheets to print. The private half is gone when this returns."""
    secret = random(_SECRET)
    (mnemonics,) = generate_mnemonics(1, [(ENOUGH, SHEETS)], secret)
    return _reader(secret).public, Sheets(tuple(tuple(mnemonic.split()) for mnemonic in mnemonics))


def combine(sheets: Sequence[str], public: PublicReader | None = None) -> PrivateReader:
    """The private half out of two sheets, typed in any case, numbered or not, four letters of a word being enough.

    SheetProblem says in a sentence what is wrong, and with which sheet. With `public`, also that it is this site's.
    """
    shares = [_share(number, sheet) for number, sheet in enumerate(sheets, 1)]
    if len({share.index for share in shares}) < len(shares):
        raise SheetProblem("The same sheet was given twice. Two different sheets are needed.")
    if len(shares) < ENOUGH:
        raise SheetProblem(f"One sheet is not enough. Any {ENOUGH} of the {SHEETS} sheets are needed.")
    first, *others = shares
    secrets = {_combined(first, other) for other in others}
    if len(secrets) > 1:
        raise SheetProblem("These sheets do not belong together: they are from different sets.")
    (secret,) = secrets
    private = _reader(secret)
    if public is not None and private.public != public:
        raise SheetProblem("These sheets belong together, but they are not this site's.")
    return private


def _reader(secret: bytes) -> PrivateReader:
    halves = HKDF(SHA256(), length=64, salt=None, info=context("recovery", "any site")).derive(secret)
    return PrivateReader.from_secret(READER, Secret(halves))


def _combined(first: Share, second: Share) -> bytes:
    try:
        return bytes(combine_mnemonics([first.mnemonic(), second.mnemonic()]))
    except MnemonicError:
        raise SheetProblem("These sheets do not belong together: they are from different sets.") from None


def words_in(typed: str, sheet: int, after: int = 0) -> list[str]:
    """The words of a part of a sheet as somebody typed it, each whole. SheetProblem names one that is not on any sheet.

    `after`: how many words of this sheet were typed before.
    """
    words = [whole_word(word) for word in re.findall(r"[^\W\d_]+", typed.casefold())]
    for place, word in enumerate(words, after + 1):
        if word not in WORD_INDEX_MAP:
            raise SheetProblem(f"Sheet {sheet}, word {place} is not one of the words used.{_meant(word)}")
    return words


def check_sheet(number: int, sheet: str) -> None:
    """Return quietly for a sheet without a mistake. SheetProblem says what is wrong with it."""
    _share(number, sheet)


def _share(number: int, sheet: str) -> Share:
    words = words_in(sheet, number)
    if len(words) != WORDS:
        raise SheetProblem(f"Sheet {number} has {len(words)} words, and a sheet has {WORDS}.")
    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise SheetProblem(
            f"Sheet {number} has a wrong word, or two in the wrong order. Compare it word by word."
        ) from None


def _meant(word: str) -> str:
    close = difflib.get_close_matches(word, WORDLIST, n=1)
    return f" Is it “{close[0]}”?" if close else ""
