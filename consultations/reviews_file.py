"""The one CSV in which an authority hands its reviews over: read whole or not at all, every fault by row and column.

    reference,name,date_of_birth,looked_after_since,last_review_held,review_on,officer,legal_status,language
    LW-1042-3,Amal,14/03/2016,02/06/2025,30/06/2026,14/12/2026,sam.okafor,C2,English

- reference: the review's own; letters, digits, full stops, hyphens, underscores
- name: what the child is called, as the invitation should say it
- dates: 14/12/2026 or 2026-12-14; last_review_held is empty before a first review
- officer: their username here (foreword staff list)
- legal_status: as in the SSDA903 return; V3 and V4 are short breaks, which have reviews too
- language: what the child reads best, by its English name or code; empty means English

Rows are numbered as a spreadsheet shows them. Excel's own ways are taken as they come: a byte order mark, semicolons,
tabs, Windows-1252, dates with a midnight behind them, columns in any order, rows of nothing but separators.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from consultations.languages.table import LANGUAGES, SOURCE, language_of
from consultations.timescales import (
    age_on,
    first_review_due,
    first_short_breaks_review_due,
    later_review_due,
    second_review_due,
)

COLUMNS = (
    "reference",
    "name",
    "date_of_birth",
    "looked_after_since",
    "last_review_held",
    "review_on",
    "officer",
    "legal_status",
    "language",
)

LEGAL_STATUSES = ("C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V2", "V3", "V4")
"""Code set of the SSDA903 return, "legal status"."""

SHORT_BREAKS = ("V3", "V4")

_JOINERS = {0x200C: None, 0x200D: None}  # they are part of how Persian and Kurdish names are spelt

LARGEST = 20_000_000
FARTHEST_YEARS = 2


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review as it was handed over, every cell checked."""

    row: int
    reference: str
    name: str
    date_of_birth: date
    looked_after_since: date
    last_review_held: date | None
    review_on: date
    officer: str
    legal_status: str
    language: str

    @property
    def age_on_review(self) -> int:
        """Whole years of age on the day of the review."""
        return age_on(self.date_of_birth, self.review_on)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in the file, where it stands, and what would be right."""

    row: int
    column: str
    says: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.says}" if self.column else f"Row {self.row}: {self.says}"


class FaultyFile(Exception):
    """The file was not taken. `faults` says everything that is wrong with it, in the order of its rows."""

    def __init__(self, faults: Collection[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the file")
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))


def read(raw: bytes, today: date) -> tuple[ReviewRow, ...]:
    """Every review in the file. FaultyFile when anything at all in it is wrong."""
    records = _records(raw)
    header = next(records, None)
    if header is None:
        raise FaultyFile([Fault(1, "", f"The file is empty. It begins with a row of names: {','.join(COLUMNS)}")])
    places = _places(*header)
    rows: list[ReviewRow] = []
    faults: list[Fault] = []
    first_seen: dict[str, int] = {}
    for row, cells in records:
        read_row = _Row(row, places, cells, today)
        review = read_row.review()
        seen = first_seen.setdefault(read_row.reference.casefold(), row) if read_row.reference else row
        if seen != row:
            read_row.fault("reference", f"The same reference stands in row {seen}. Each review has its own.")
        faults += read_row.faults
        if review:
            rows.append(review)
    if not rows and not faults:
        raise FaultyFile([Fault(header[0], "", "There is no review under the names of the columns.")])
    if faults:
        raise FaultyFile(faults)
    return tuple(rows)


def officer_faults(rows: Collection[ReviewRow], officers: Collection[str]) -> Iterator[Fault]:
    """A fault for each row whose officer is nobody we know, or not an officer who may take reviews now."""
    for each in rows:
        if each.officer not in officers:
            near = difflib.get_close_matches(each.officer, officers, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Add them first: foreword staff add"
            yield Fault(each.row, "officer", f"“{_excerpt(each.officer)}” is not the username of an officer. {hint}")


def overdue(each: ReviewRow) -> date | None:
    """The last day the law allows for this review, where the date given is later. None: it is in time.

    A review held within the time for a first one was the first, so the next is the second (reg 33).
    """
    since, last = each.looked_after_since, each.last_review_held
    first_due = first_short_breaks_review_due(since) if each.legal_status in SHORT_BREAKS else first_review_due(since)
    if last is None:
        due = first_due
    elif each.legal_status not in SHORT_BREAKS and last <= first_due:
        due = second_review_due(last)
    else:
        due = later_review_due(last)
    return due if each.review_on > due else None


class _Row:
    """Reads one row's cells and gathers what is wrong with them."""

    def __init__(self, row: int, places: dict[str, int], cells: list[str], today: date) -> None:
        self.row, self.today = row, today
        self.faults: list[Fault] = []
        self.cells = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        beyond = [cell for cell in cells[len(places) :] if cell.strip()]
        if beyond:
            self.fault("", f"It has more cells than the {len(places)} columns. Is there a comma in one of them?")
        self.reference = self.cells["reference"]

    def fault(self, column: str, says: str) -> None:
        self.faults.append(Fault(self.row, column, says))

    def review(self) -> ReviewRow | None:
        """The review, or None when `faults` says why not."""
        reference, name = self._reference(), self._name()
        born, since = self._date("date_of_birth"), self._date("looked_after_since")
        last, on = self._date("last_review_held", optional=True), self._date("review_on")
        officer, status, language = self._officer(), self._legal_status(), self._language()
        if born and since and on:
            self._in_order(born, since, last, on)
        if self.faults or not (born and since and on):
            return None
        return ReviewRow(self.row, reference, name, born, since, last, on, officer, status, language)

    def _in_order(self, born: date, since: date, last: date | None, on: date) -> None:
        """The dates of one child can only follow one another."""
        if born > self.today:
            self.fault("date_of_birth", f"{born:%d/%m/%Y} is still to come.")
        elif age_on(born, on) >= 18:
            self.fault("date_of_birth", "The child would be 18 or over on the day of the review; reviews end at 18.")
        if since < born:
            self.fault("looked_after_since", f"{since:%d/%m/%Y} is before the date of birth.")
        elif since > self.today:
            self.fault("looked_after_since", f"{since:%d/%m/%Y} is still to come.")
        if last and last < since:
            self.fault("last_review_held", f"{last:%d/%m/%Y} is before the child became looked after.")
        elif last and last > self.today:
            self.fault("last_review_held", f"{last:%d/%m/%Y} is still to come. Leave it empty before a first review.")
        if last and on <= last:
            self.fault("review_on", f"{on:%d/%m/%Y} is not after the last review, held on {last:%d/%m/%Y}.")
        elif on < since:
            self.fault("review_on", f"{on:%d/%m/%Y} is before the child became looked after.")
        elif on.year > self.today.year + FARTHEST_YEARS:
            self.fault("review_on", f"{on:%d/%m/%Y} is years away. Reviews are at most six months apart.")

    def _reference(self) -> str:
        said = self.reference
        if not said:
            self.fault("reference", "It is empty. Every review needs a reference of its own.")
        elif re.fullmatch(r"\d(\.\d+)?E\+\d+", said):
            self.fault("reference", f"“{said}” was rounded by the spreadsheet. Format the column as text.")
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", said):
            self.fault(
                "reference",
                f"“{_excerpt(said)}” has to begin with a letter or digit and hold only letters, digits, full stops,"
                " hyphens and underscores, at most 40.",
            )
        return said

    def _name(self) -> str:
        said = " ".join(unicodedata.normalize("NFC", self.cells["name"]).split())
        if not said:
            self.fault("name", "It is empty. The invitation says what the child is called.")
        elif said[0] in "=+-@":
            self.fault("name", "It begins with a sign that spreadsheets take for a formula. Write the name alone.")
        elif len(said) > 80 or not said.translate(_JOINERS).isprintable():
            self.fault("name", "It has to be one line of at most 80 letters.")
        return said

    def _officer(self) -> str:
        said = self.cells["officer"].lower()
        if not said:
            self.fault("officer", "It is empty. Give the officer's username (foreword staff list).")
        return said

    def _legal_status(self) -> str:
        said = self.cells["legal_status"].upper()
        if said not in LEGAL_STATUSES:
            self.fault("legal_status", f"“{_excerpt(said)}” is not one of {', '.join(LEGAL_STATUSES)}.")
        return said

    def _language(self) -> str:
        said = self.cells["language"]
        language = language_of(said) if said else LANGUAGES[SOURCE]
        if language is None:
            names = ", ".join(sorted(each.english for each in LANGUAGES.values()))
            self.fault("language", f"“{_excerpt(said)}” is not one of {names}. Leave it empty for English.")
        return language.code if language else SOURCE

    def _date(self, column: str, optional: bool = False) -> date | None:
        said = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", self.cells[column])
        if not said:
            if not optional:
                self.fault(column, "It is empty. Write a date such as 14/12/2026 or 2026-12-14.")
            return None
        if iso := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", said):
            year, month, day = (int(part) for part in iso.groups())
        elif british := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", said):
            day, month, year = (int(part) for part in british.groups())
        else:
            self.fault(column, f"“{_excerpt(said)}” is not a date such as 14/12/2026 or 2026-12-14.")
            return None
        try:
            return date(year, month, day)
        except ValueError:
            first = " The day comes first." if 12 < month <= 31 and day <= 12 else ""
            self.fault(column, f"There is no such day as {_excerpt(said)}.{first}")
            return None


def _places(row: int, names: list[str]) -> dict[str, int]:
    """Where each column stands. FaultyFile when one is missing, twice there, or not known."""
    spelt = [re.sub(r"[\s_-]+", "_", name.strip().lower()) for name in names]
    while spelt and not spelt[-1]:
        spelt.pop()
    faults = []
    for place, name in enumerate(spelt):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            right = f"Did you mean {near[0]}?" if near else "Take it out: Foreword keeps no more than it needs."
            faults.append(Fault(row, "", f"“{_excerpt(names[place])}” is not the name of a column. {right}"))
        elif name in spelt[:place]:
            faults.append(Fault(row, "", f"The column {name} is there twice."))
    for name in COLUMNS:
        if name not in spelt:
            faults.append(Fault(row, "", f"The column {name} is missing. The names are: {','.join(COLUMNS)}"))
    if faults:
        raise FaultyFile(faults)
    return {name: place for place, name in enumerate(spelt)}


def _records(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the number a spreadsheet gives it."""
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
        raise FaultyFile([Fault(row + 1, "", says)]) from None


def _text(raw: bytes) -> str:
    """The file as text, from whichever of its encodings Excel chose."""
    if len(raw) > LARGEST:
        raise FaultyFile([Fault(1, "", f"The file is larger than {LARGEST // 1_000_000} MB.")])
    if raw.startswith(b"PK\x03\x04"):
        raise FaultyFile([Fault(1, "", "This is an Excel workbook. Save it as “CSV UTF-8” and import that.")])
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
    raise FaultyFile([Fault(1, "", "This is not text. Save the sheet as “CSV UTF-8”.")])


def _excerpt(said: str) -> str:
    """A little of a cell, safe for a terminal."""
    return "".join(c if c.isprintable() else "�" for c in said[:40]) + ("…" if len(said) > 40 else "")
