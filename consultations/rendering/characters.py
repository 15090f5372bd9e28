"""Which characters may leave: a child's words are kept exactly, but none of them may steer a page or a terminal."""

from __future__ import annotations

import re
import unicodedata

from consultations.languages.table import SOURCE, language_of

STAND_IN = "\ufffd"
"""What stands where a character could not."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""C0 and C1 controls but tab and line feed, halves of surrogate pairs, and noncharacters."""

_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029]")
"""Direction embeddings, overrides and isolates, and separators that a terminal or an editor may act upon."""


def lines(text: str) -> tuple[str, ...]:
    """The text's lines, as they may stand on a page. Each is a paragraph of its own: no direction leaks."""
    return tuple(line(each) for each in re.split("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text))


def line(text: str) -> str:
    """The text on one line, as it may stand on a page: controls and broken characters become a visible stand-in."""
    return _CONTROL.sub(STAND_IN, text.replace("\n", " "))


def line_for_terminal(text: str) -> str:
    """The text on one line, as it may stand where there are no paragraphs to hold a direction: overrides go too."""
    return _STEERING.sub(STAND_IN, line(text).replace("\t", " "))


def direction(text: str, language: str = SOURCE) -> str:
    """ "rtl" or "ltr": that of the first letter that has one, as far as it is not isolated; or else of the language.

    Unicode Bidirectional Algorithm, P2 and P3. Names stand isolated in our sentences, and some begin with one.
    """
    isolated = 0
    for character in text:
        match unicodedata.bidirectional(character):
            case "LRI" | "RLI" | "FSI":
                isolated += 1
            case "PDI":
                isolated = max(0, isolated - 1)
            case "R" | "AL" if not isolated:
                return "rtl"
            case "L" if not isolated:
                return "ltr"
    known = language_of(language)
    return known.direction if known else "ltr"
