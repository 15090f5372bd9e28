"""Letters to print: a page of A4 for each child, their language first and English under it, as PDF/UA-1."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import segno
import typst

from consultations.invitation import Invited
from consultations.languages import ISOLATE, POP
from consultations.letter import Letter
from consultations.rendering.as_pdf import PdfProblem, compiled
from consultations.rendering.fonts import FONTS

TEMPLATE = Path(__file__).parent / "letter.typ"
NO_BREAK = "\u00a0"
KEPT_WHOLE = 30
"""Up to how many letters a name is kept on one line."""
TITLE = "Letters"  # a file's name shows on shared screens: it says nothing of care or of a child


def document(pages: Iterable[tuple[Invited, Sequence[Letter]]], chat_url: str) -> bytes:
    """A page for each child, with the letter in one language or two. PdfProblem where it cannot be set."""
    drawn = [_page(invited, invited.link.address(chat_url), letters) for invited, letters in pages]
    try:
        return compiled(TEMPLATE, {"title": TITLE, "fonts": FONTS, "pages": drawn})
    except typst.TypstError:
        raise PdfProblem("A letter holds a sign that no font here can print.") from None


def _page(invited: Invited, link: str, letters: Sequence[Letter]) -> dict[str, object]:
    """At its foot stands the review's own reference: two children may be called the same."""
    square = io.BytesIO()
    segno.make(link, error="m", micro=False).save(square, kind="svg", border=4, xmldecl=False, omitsize=True)
    by_themselves = {link: "link", invited.code.shown: "code"}
    return {
        "reference": invited.reference,
        "square": square.getvalue().decode(),
        "letters": [_letter(each, by_themselves, (invited.name, invited.officer)) for each in letters],
    }


def _letter(letter: Letter, by_themselves: Mapping[str, str], names: Sequence[str]) -> dict[str, object]:
    """Its lines, each with what stands alone on it: the link, the code, or neither."""
    lang, _, region = letter.language.code.partition("_")
    parts = (letter.hello, letter.start, letter.come_back, letter.last)
    return {
        "lang": lang,
        "region": region if len(region) == 2 else None,
        "dir": letter.language.direction,
        "square": letter.square,
        "parts": [
            [
                {"text": _together(line, names), "alone": by_themselves.get(line.strip(ISOLATE + POP), "")}
                for line in part.splitlines()
            ]
            for part in parts
        ],
    }


def _together(line: str, names: Sequence[str]) -> str:
    """The line, in which no number to call and no name is broken in two, but for one too long to stay whole."""
    for name in names:
        if len(name) <= KEPT_WHOLE:
            line = line.replace(name, name.replace(" ", NO_BREAK))
    return re.sub(r"(?<=\d) (?=\d)", NO_BREAK, line)
