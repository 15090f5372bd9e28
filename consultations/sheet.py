"""A sheet as spreadsheets save one in CSV, with the rows numbered as they show them.

Excel's own ways are taken as they come: a byte order mark, semicolons, tabs, Windows-1252, rows of nothing but
separators.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

LARGEST = 20_000_000


class NoSheet(Exception):
    """It cannot be read, from this row on. Its text is a sentence that says why."""

    def __init__(self, row: int, says: str) -> None:
        super().__init__(says)
        self.row = row


def rows(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the number a spreadsheet gives it. NoSheet where it cannot be read on."""
    text = _text(raw)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    row = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells) and not (row == 1 and cells[0].startswith("sep=")):
                yield row, cells
    except csv.Error:
        says = "A quotation mark is opened and not closed, or stands in the middle of a cell."
        raise NoSheet(row + 1, says) from None


def _text(raw: bytes) -> str:
    """The file as text, from whichever of its encodings Excel chose."""
    if len(raw) > LARGEST:
        raise NoSheet(1, f"The file is larger than {LARGEST // 1_000_000} MB.")
    if raw.startswith(b"PK\x03\x04"):
        raise NoSheet(1, "This is an Excel workbook. Save it as “CSV UTF-8” and import that.")
    encodings = ["utf-8", "cp1252"]
    for mark, named in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            encodings = [named]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoSheet(1, "This is not text. Save the sheet as “CSV UTF-8”.")
