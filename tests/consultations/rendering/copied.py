"""Text as it is copied out of a PDF, by the two programs that most others are built on; and as its tags have it."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream
from pypdfium2 import PdfDocument

from consultations.rendering.glyphs import Font


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


def by_tags(pdf: bytes) -> str:
    """By the tree of tags, as a screen reader goes, and each block by what it says of itself.

    ISO 32000-1, 14.8.2.3.3 and 14.9.4: strings in their order, letters of some turned round, spans as they say.
    """
    reader = PdfReader(BytesIO(pdf))
    said: dict[tuple[int, int], str] = {}
    for page in reader.pages:
        assert page.indirect_reference is not None
        for number, text in _blocks(page):
            block = (page.indirect_reference.idnum, number)
            said[block] = said.get(block, "") + text
    return "".join(said.get(block, "") for block in _as_read(reader.root_object["/StructTreeRoot"]))


def _as_read(node: Any, page: int = 0) -> Iterator[tuple[int, int]]:
    node = node.get_object()
    if isinstance(node, int):
        yield page, node
        return
    page = node.raw_get("/Pg").idnum if "/Pg" in node else page
    kids = node.get("/MCID", node.get("/K", []))
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from _as_read(kid, page)


def _blocks(page: PageObject) -> Iterator[tuple[int, str]]:
    resources: Any = page["/Resources"]
    fonts = {name: Font(font.get_object()) for name, font in resources["/Font"].items()}
    contents: Any = page["/Contents"].get_object()
    within: list[Any] = []
    font = ""
    for operands, name in ContentStream(contents, None, "bytes").operations:
        number = int(next((each["/MCID"] for each in within if "/MCID" in each), -1))  # -1: the foot of the page
        if name == b"Tf":
            font = str(operands[0])
        elif name in (b"BDC", b"BMC"):
            within.append(operands[1] if name == b"BDC" else {})
            yield number, str(within[-1].get("/ActualText", ""))
        elif name == b"EMC":
            within.pop()
        elif name in (b"Tj", b"TJ") and not any("/ActualText" in each for each in within):
            string = b"".join(each for each in (operands if name == b"Tj" else operands[0]) if isinstance(each, bytes))
            text = [fonts[font].says[int.from_bytes(string[at : at + 2], "big")] for at in range(0, len(string), 2)]
            yield number, "".join(text[::-1] if within[-1] == {} else text)


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
