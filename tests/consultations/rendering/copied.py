"""Text as it is copied out of a PDF, by the two programs that most others are built on."""

from __future__ import annotations

import re
import subprocess
import unicodedata

from pypdfium2 import PdfDocument


def poppler(pdf: bytes) -> str:
    """By `pdftotext`, as Okular, Evince and most servers copy it, page by page as it is read.

    A page counts as one of English or of Arabic, whichever has more letters. On an English one poppler gives the runs
    of a line as they stand, from the left, and those from right to left between marks (U+202B, U+202C).
    """
    drawn = subprocess.run(["pdftotext", "-", "-"], input=pdf, check=True, capture_output=True).stdout.decode()
    return "\f".join(page if "\u202a" in page else _from_the_right(page) for page in drawn.split("\f"))


def _from_the_right(page: str) -> str:
    runs = (re.findall("\u202b[^\u202c]*\u202c|[^\u202b\u202c]+", line) for line in page.splitlines())
    return "\n".join("".join(line[::-1]) if "\u202b" in "".join(line) else "".join(line) for line in runs)


def pdfium(pdf: bytes) -> str:
    """As Chrome and Edge copy it."""
    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))


PROGRAMS = (poppler, pdfium)
HALF_SPACE = "\u200c"


def letters(text: str, script: str = "") -> str:
    """Letters, their signs, half-spaces and digits; of one script only, where it is named as Unicode names its letters.

    Which way a comma, a bracket or a space between two ways of writing belongs, a sheet does not say, and each program
    has its own idea. Signs on one letter stand in any order (Unicode, canonical equivalence).
    """
    return "".join(
        each
        for each in unicodedata.normalize("NFC", text)
        if each == HALF_SPACE or (unicodedata.category(each)[0] in "LMN" and unicodedata.name(each).startswith(script))
    )
