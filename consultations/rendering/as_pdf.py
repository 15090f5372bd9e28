"""A copy as a tagged PDF (PDF/UA-1, ISO 14289-1), A4, drawn by typst.

The copy goes in as data, never as markup, and nothing is written to disk on the way. The creation date is the day of
the latest sending shown, so that the same copy gives the same bytes. A Compiler belongs to its thread: drawing takes
some tens of milliseconds, so a door calls this in a thread of its own pool.

What is copied out of it is what stands on it, in every language (`copying`). Where two ways of writing meet on a line,
programs differ: poppler gives the runs of such a line as they stand, from the left, on a page that is mostly English;
pdfium turns brackets round, and the order of words where English stands on the line with them. And it copies الله, the
last three letters of which are one glyph, from the left.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import typst

from consultations.participation import Branch
from consultations.rendering import layout
from consultations.rendering.characters import direction
from consultations.rendering.copying import copyable
from consultations.rendering.fonts import (
    FONTS,
    PRINTED_AS,
    lacking,
    plainly_printable,
    printable,
    surely_printable,
)
from consultations.summary import Copy
from consultations.timescales import day_in_england

HERE = Path(__file__).parent
TEMPLATE = HERE / "summary.typ"

STAND_INS = (
    f"The fonts on this computer do not have every character the child typed; {PRINTED_AS} stands for those. "
    "They are whole on the page, in HTML, in text and in JSON."
)


class PdfProblem(Exception):
    """The PDF could not be made. The sentence says what to do, and holds nothing of the copy."""


def document(copy: Copy, branches: Sequence[Branch] = ()) -> bytes:
    """The sheet as PDF/UA-1. The same copy and branches give the same bytes. PdfProblem where a font is missing."""
    data = _data(copy, branches)
    for stand_in in (None, printable, surely_printable, plainly_printable):
        try:
            return compiled(TEMPLATE, data if stand_in is None else _stood_in(data, stand_in))
        except typst.TypstError as problem:
            if "could not be displayed" not in problem.message:
                raise PdfProblem("typst refused the page. The other formats hold the same.") from None
    raise PdfProblem("No font here can print this page. The other formats hold the same.")


def compiled(template: Path, data: Mapping[str, object]) -> bytes:
    """The template with this data, as PDF/UA-1. PdfProblem where a font of ours is missing; typst's own error else."""
    sheet = {"sheet": json.dumps(data)}
    pdf = _compiler(template).compile(format="pdf", sys_inputs=sheet, pdf_standards="ua-1", timestamp=0)
    assert isinstance(pdf, bytes), "one document, not one image a page"
    return copyable(pdf)


def _data(copy: Copy, branches: Sequence[Branch]) -> dict[str, object]:
    """The sheet as plain values for the template; a child's line carries its language and direction."""
    sheet = layout.sheet(copy, branches)
    return {
        "title": f"{sheet.reference}: {sheet.copy_name}",
        "date": _date(day_in_england(copy.latest)) if copy.latest else None,
        "fonts": FONTS,
        "footer": f"{sheet.reference} · {sheet.copy_name} · {sheet.hash[:12]}",
        "reference": _spoken(sheet.reference),
        "copy_name": sheet.copy_name,
        "copy_note": sheet.copy_note,
        "review": sheet.review,
        "interpreter": sheet.interpreter,
        "facts": sheet.facts,
        "parts": [
            {
                "kind": part.kind,
                "heading": _spoken(part.heading),
                "answers": [_answer(given) for given in part.answers],
            }
            for part in sheet.parts
        ],
        "empty": layout.EMPTY,
        "proposed": layout.PROPOSED,
        "proposed_note": layout.PROPOSED_NOTE,
        "expected": layout.EXPECTED,
        "proposals": [
            {
                "code": each.code,
                "reason": each.reason,
                "evidence": [_spoken(line) for line in each.evidence],
                "expected": each.expected,
            }
            for each in sheet.proposals
        ],
        "provenance": sheet.provenance,
        "stand_ins": "",
    }


def _answer(given: layout.Given) -> dict[str, object]:
    return {
        "asked": _spoken(given.asked, given.language),
        "asked_english": _spoken(given.asked_english) if given.asked_english else None,
        "picture": _spoken(given.picture) if given.picture else None,
        "choice": _spoken(given.choice, given.language) if given.choice else None,
        "choice_english": _spoken(given.choice_english) if given.choice_english else None,
        "words": [_spoken(line, given.language) for line in given.words],
        "marks": [{"label": mark.label, "text": mark.text} for mark in given.marks],
    }


def _spoken(text: str, language: str = "en_GB") -> dict[str, str | None]:
    """Text as typst sets it: `zh_Hans` is a language and a script, `en_GB` a language and a region."""
    lang, _, region = language.partition("_")
    region_or_none = region if len(region) == 2 else None
    return {"text": text, "lang": lang, "region": region_or_none, "dir": direction(text, language)}


def _date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _stood_in(data: dict[str, object], stand_in: Callable[[str], str]) -> dict[str, object]:
    """The same data, with something to be printed for every character that cannot be; and a line that says so."""
    whole: dict[str, object] = json.loads(stand_in(json.dumps(data, ensure_ascii=False)))
    return {**whole, "stand_ins": STAND_INS}


class _Threads(threading.local):
    def __init__(self) -> None:
        self.compilers: dict[Path, typst.Compiler] = {}


_threads = _Threads()


def _compiler(template: Path) -> typst.Compiler:
    """This thread's own. Never shared: a Compiler is not made for two threads."""
    compilers = _threads.compilers
    if template not in compilers:
        fonts = typst.Fonts()
        for lack in lacking(()):
            raise PdfProblem(lack)
        compilers[template] = typst.Compiler(template, root=HERE, font_paths=fonts)
    return compilers[template]
