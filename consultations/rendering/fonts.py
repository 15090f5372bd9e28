"""Which characters the fonts on this computer can print, so that a missing one is told and never silently left out.

Read from the fonts' own character maps (OpenType `cmap`, formats 4 and 12), once, and only when a page needs it.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import typst

from consultations.languages import Words

FONTS = (
    "Noto Sans",
    "Noto Naskh Arabic",
    "Noto Sans Arabic",  # for digits alone: see summary.typ
    "Noto Sans Ethiopic",
    "Noto Color Emoji",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
)
"""In Debian's fonts-noto-core and fonts-noto-color-emoji. Other scripts fall back to whichever font there has them."""

PRINTED_AS = "\u25af"
"""What is printed for a character that no font has: a white upright rectangle, and a sentence that says so."""


def lacking(spoken: Iterable[Words], families: Iterable[str] = FONTS) -> Iterator[str]:
    """What the fonts here lack, a sentence each: a family of ours, or letters of a language children are offered."""
    installed = {font.family for font in typst.Fonts().fonts()}
    missing = [family for family in families if family not in installed]
    if missing:
        yield (
            f"These fonts are not installed: {', '.join(missing)}."
            " Run: apt-get install fonts-noto-core fonts-noto-color-emoji"
        )
    for words in spoken:
        if printable(words.letters) != words.letters:
            package = "fonts-noto-cjk" if words.language.script == "CJK" else "fonts-noto-core"
            yield (
                f"No font here has every letter of {words.language.english}; a PDF would show {PRINTED_AS} instead."
                f" Run: apt-get install {package}"
            )


def printable(text: str) -> str:
    """The text with `PRINTED_AS` for every character that no font here has."""
    known = _known()
    return _stood_in(text, lambda each: ord(each) in known or _unseen(each))


def surely_printable(text: str) -> str:
    """The same for combining marks too: no one font may have both a letter and a mark from far away."""
    return _stood_in(printable(text), lambda each: not unicodedata.category(each).startswith("M"))


def plainly_printable(text: str) -> str:
    """Nothing but Latin letters, digits and punctuation left: what every font can print."""
    return _stood_in(text, lambda each: each <= "\xff" or each == PRINTED_AS)


def _stood_in(text: str, prints: Callable[[str], bool]) -> str:
    return "".join(each if prints(each) else PRINTED_AS for each in text)


def _unseen(character: str) -> bool:
    """Joiners, variation selectors, spaces: they need no shape of their own."""
    return unicodedata.category(character) in ("Cf", "Cc", "Zs") or "VARIATION SELECTOR" in unicodedata.name(
        character, ""
    )


@cache
def _known() -> frozenset[int]:
    """Every code point that some installed font has. Collections (`.ttc`) give their first font's."""
    paths = {font.path for font in typst.Fonts(include_embedded_fonts=False).fonts() if font.path}
    return frozenset(point for path in sorted(paths) for point in _characters(Path(path)))


def _characters(path: Path) -> Iterator[int]:
    """The code points in one font file's maps (OpenType specification, `cmap`)."""
    with path.open("rb") as font:
        start = _at(font, 12, ">L")[0] if _tag(font, 0) == b"ttcf" else 0
        for place in range(_at(font, start + 4, ">H")[0]):
            entry = start + 12 + 16 * place
            if _tag(font, entry) != b"cmap":
                continue
            table = _at(font, entry + 8, ">L")[0]
            for record in range(_at(font, table + 2, ">H")[0]):
                _, _, offset = _at(font, table + 4 + 8 * record, ">HHL")
                yield from _map(font, table + offset)


def _map(font: BinaryIO, start: int) -> Iterator[int]:
    match _at(font, start, ">H")[0]:
        case 4:  # segments, for the basic plane
            size = _at(font, start + 6, ">H")[0]
            ends = _at(font, start + 14, f">{size // 2}H")
            starts = _at(font, start + 16 + size, f">{size // 2}H")
            segments = zip(starts, ends, strict=True)
        case 12:  # groups, for every plane
            count = _at(font, start + 12, ">L")[0]
            groups = _at(font, start + 16, f">{3 * count}L")
            segments = zip(groups[0::3], groups[1::3], strict=True)
        case _:  # older or special maps: what they have is in the others
            return
    for first, last in segments:
        yield from range(first, last + 1)


def _at(font: BinaryIO, place: int, shape: str) -> tuple[int, ...]:
    font.seek(place)
    return struct.unpack(shape, font.read(struct.calcsize(shape)))


def _tag(font: BinaryIO, place: int) -> bytes:
    font.seek(place)
    return font.read(4)
