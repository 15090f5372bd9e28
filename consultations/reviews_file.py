"""The one CSV in which an authority hands its reviews over: read whole or not at all, every fault by row and column.

    reference,name,date_of_birth,looked_after_since,last_review_held,review_on,officer,legal_status,language
    LW-1042-3,Amal,14/03/2016,02/06/2025,30/06/2026,14/12/2026,sam.okafor,C2,English

- reference: the review's own; letters, digits, full stops, hyphens, underscores
- name: what the child is called, as the invitation should say it
- dates: 14/12/2026 or 2026-12-14; last_review_held is empty before a first review
- officer: their username here (foreword staff list)
- legal_status: as in the SSDA903 return; V3 and V4 are short breaks, which have reviews too
- language: what the child reads best, by its English name or code; empty means English
- social_worker: the e-mail address of the child's social worker at work; the column may be missing, the cell empty.
  It is for one thing: a child who is not safe may say that their social worker must not be told

Excel's own ways are taken as they come (see `sheet`), and so are dates with a midnight behind them and columns in any
order.

Everything that is wrong is told at once, so what is known already (who is an officer, which reviews are there) comes
in beside the file.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from consultations import sheet
from consultations.duty import is_address
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
    "social_worker",
)
OPTIONAL = ("social_worker",)
"""What a file may leave out."""

LEGAL_STATUSES = ("C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V2", "V3", "V4")
"""Code set of the SSDA903 return, "legal status"."""

SHORT_BREAKS = ("V3", "V4")

_JOINERS = {0x200C: None, 0x200D: None}  # they are part of how Persian and Kurdish names are spelt

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
    social_worker: str = ""  # "": not known

    @property
    def age_on_review(self) -> int:
        """Whole years of age on the day of the review."""
        return age_on(self.date_of_birth, self.review_on)


@dataclass(frozen=True, slots=True)
class ReviewThere:
    """A review that is there already. Of whom is None where what is kept of the child cannot be opened."""

    reference: str
    held_on: date | None
    of_whom: tuple[str, date] | None  # name and date of birth
    invited: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in the file, where it stands, and what would be right."""

    row: int
    column: str
    says: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.says}" if self.column else f"Row {self.row}: {self.says}"


class NoDay(Exception):
    """What was written is no day. Its text is a sentence that says why."""


class FaultyFile(Exception):
    """The file was not taken. `faults` says everything that is wrong with it, row by row and column by column."""

    def __init__(self, faults: Collection[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the file")
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.row, ("", *COLUMNS).index(fault.column))))


@dataclass(frozen=True, slots=True)
class Known:
    """What a file is held against: today, the usernames of officers who may sign in, and the reviews there are."""

    today: date
    officers: Collection[str]
    reviews: Mapping[str, ReviewThere]  # by reference, casefolded
    not_enrolled: Collection[str] = ()  # of the officers
    no_officers: Mapping[str, str] = field(default_factory=dict)  # other usernames there are, and why not


def read(raw: bytes, known: Known) -> tuple[ReviewRow, ...]:
    """Every review in the file. FaultyFile, with every fault there is, when anything at all in it is wrong."""
    records = sheet.rows(raw)
    reviews: list[ReviewRow] = []
    first_seen: dict[str, int] = {}
    faults: list[Fault] = []
    try:
        header = next(records, None)
        if header is None:
            raise FaultyFile([Fault(1, "", f"The file is empty. It begins with a row of names: {','.join(COLUMNS)}")])
        columns, faults = _columns(*header)
        for row, cells in records:
            read_row = _Row(row, columns, cells, known, first_seen)
            review = read_row.review()
            faults += read_row.faults
            if review:
                reviews.append(review)
        if not reviews and not faults:
            faults = [Fault(header[0], "", "There is no review under the names of the columns.")]
    except sheet.NoSheet as broken_off:
        faults.append(Fault(broken_off.row, "", str(broken_off)))
    if faults:
        raise FaultyFile(faults)
    return tuple(reviews)


def written_day(said: str) -> date:
    """A day written as 14/12/2026 or 2026-12-14. NoDay, with a sentence, for anything else."""
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", said):
        year, month, day = (int(part) for part in iso.groups())
    elif british := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", said):
        day, month, year = (int(part) for part in british.groups())
    else:
        raise NoDay(f"“{_excerpt(said)}” is not a date such as 14/12/2026 or 2026-12-14.")
    try:
        return date(year, month, day)
    except ValueError:
        first = " The day comes first." if 12 < month <= 31 and day <= 12 else ""
        raise NoDay(f"There is no such day as {_excerpt(said)}.{first}") from None


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

    def __init__(
        self, row: int, columns: list[str], cells: list[str], known: Known, first_seen: dict[str, int]
    ) -> None:
        self.row, self.columns, self.known, self.first_seen = row, columns, known, first_seen
        self.faults: list[Fault] = []
        there = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        self.cells = {name: there.get(name, "") for name in COLUMNS}
        if any(cell.strip() for cell in cells[len(columns) :]):
            self.fault("", f"It has more cells than the {len(columns)} columns. Is there a comma in one of them?")

    def fault(self, column: str, says: str) -> None:
        if not column or column in self.columns:  # a column that is missing was told once, for all rows
            self.faults.append(Fault(self.row, column, says))

    def review(self) -> ReviewRow | None:
        """The review, or None when `faults` says why not."""
        reference, name = self._reference(), self._name()
        born, since = self._date("date_of_birth"), self._date("looked_after_since")
        last, on = self._date("last_review_held", optional=True), self._date("review_on")
        officer, status, language = self._officer(), self._legal_status(), self._language()
        social_worker = self._social_worker()
        self._in_order(born, since, last, on)
        self._the_same_review(reference, name, born)
        self._can_be_read(reference, officer)
        if self.faults or not (born and since and on):
            return None
        return ReviewRow(self.row, reference, name, born, since, last, on, officer, status, language, social_worker)

    def _in_order(self, born: date | None, since: date | None, last: date | None, on: date | None) -> None:
        """The dates of one child can only follow one another."""
        today = self.known.today
        if born and born > today:
            self.fault("date_of_birth", f"{born:%d/%m/%Y} is still to come.")
        elif born and on and age_on(born, on) >= 18:
            self.fault("date_of_birth", "The child would be 18 or over on the day of the review; reviews end at 18.")
        if since and born and since < born:
            self.fault("looked_after_since", f"{since:%d/%m/%Y} is before the date of birth.")
        elif since and since > today:
            self.fault("looked_after_since", f"{since:%d/%m/%Y} is still to come.")
        if last and since and last < since:
            self.fault("last_review_held", f"{last:%d/%m/%Y} is before the child became looked after.")
        elif last and last > today:
            self.fault("last_review_held", f"{last:%d/%m/%Y} is still to come. Leave it empty before a first review.")
        if on and last and on <= last:
            self.fault("review_on", f"{on:%d/%m/%Y} is not after the last review, held on {last:%d/%m/%Y}.")
        elif on and since and on < since:
            self.fault("review_on", f"{on:%d/%m/%Y} is before the child became looked after.")
        elif on and on.year > today.year + FARTHEST_YEARS:
            self.fault("review_on", f"{on:%d/%m/%Y} is years away. Reviews are at most six months apart.")

    def _the_same_review(self, reference: str, name: str, born: date | None) -> None:
        """A reference stands once in a file, and for one review of one child: else words reach the wrong officer."""
        there = self.known.reviews.get(reference.casefold())
        seen = self.first_seen.setdefault(reference.casefold(), self.row) if reference else self.row
        if seen != self.row:
            self.fault("reference", f"The same reference stands in row {seen}. Each review has its own.")
        elif there is None:
            return
        elif there.reference != reference:
            self.fault("reference", f"This review is there as {there.reference}. Write it in the same way.")
        elif there.held_on:
            says = f"{reference} was held on {there.held_on:%d/%m/%Y}. The next review needs a reference of its own."
            self.fault("reference", says)
        elif name and born and there.of_whom and name != there.of_whom[0] and born != there.of_whom[1]:
            self.fault(
                "reference",
                f"{reference} is the review of a child with another name and another date of birth. Give this review a"
                " reference of its own; or, if both were wrong, correct first the one and then the other.",
            )
        elif name and born and (other := self._of_the_same_child(there, name, born)):
            self.fault(
                "reference",
                f"{reference} is the review of another child, and this child's is {other}. Give each the reference it"
                f" had; or, if both are this child's, first mark {other} held.",
            )

    def _can_be_read(self, reference: str, officer: str) -> None:
        """A child who was invited reads that their officer can open what they send, and it is to stay true."""
        there = self.known.reviews.get(reference.casefold())
        if there and there.invited and officer in self.known.not_enrolled:
            says = f"{officer} has not enrolled, and this child was invited: they could send nothing. Enrol first."
            self.fault("officer", says)

    def _of_the_same_child(self, there: ReviewThere, name: str, born: date) -> str:
        """Another open review of the child of whom this one was not: twins change places by their names alone."""
        if there.of_whom in (None, (name, born)):
            return ""
        others = (each for each in self.known.reviews.values() if each.of_whom == (name, born) and not each.held_on)
        return next((each.reference for each in others), "")

    def _reference(self) -> str:
        said = self.cells["reference"]
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
        elif said in self.known.no_officers:
            self.fault("officer", self.known.no_officers[said])
        elif said not in self.known.officers:
            near = difflib.get_close_matches(said, self.known.officers, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Add them first: foreword staff add"
            self.fault("officer", f"“{_excerpt(said)}” is not the username of an officer. {hint}")
        return said

    def _legal_status(self) -> str:
        said = self.cells["legal_status"].upper()
        if not said:
            self.fault("legal_status", f"It is empty. It is one of {', '.join(LEGAL_STATUSES)}.")
        elif said not in LEGAL_STATUSES:
            self.fault("legal_status", f"“{_excerpt(said)}” is not one of {', '.join(LEGAL_STATUSES)}.")
        return said

    def _language(self) -> str:
        said = self.cells["language"]
        language = language_of(said) if said else LANGUAGES[SOURCE]
        if language is None:
            names = ", ".join(sorted(each.english for each in LANGUAGES.values()))
            self.fault("language", f"“{_excerpt(said)}” is not one of {names}. Leave it empty for English.")
        return language.code if language else SOURCE

    def _social_worker(self) -> str:
        said = self.cells["social_worker"]
        if said and not is_address(said):
            self.fault("social_worker", "It is not an e-mail address. Leave it empty where there is none.")
        return said

    def _date(self, column: str, optional: bool = False) -> date | None:
        said = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", self.cells[column])
        if not said:
            if not optional:
                self.fault(column, "It is empty. Write a date such as 14/12/2026 or 2026-12-14.")
            return None
        try:
            return written_day(said)
        except NoDay as problem:
            self.fault(column, str(problem))
            return None


def _columns(row: int, names: list[str]) -> tuple[list[str], list[Fault]]:
    """What each column is, and what is wrong with their names. FaultyFile when these are no names at all."""
    spelt = [re.sub(r"[\s_-]+", "_", name.strip().lower()) for name in names]
    while not spelt[-1]:
        spelt.pop()
    if not set(spelt) & set(COLUMNS):
        raise FaultyFile([Fault(row, "", f"This row has to hold the names of the columns: {','.join(COLUMNS)}")])
    faults = []
    for place, name in enumerate(spelt):
        if name in COLUMNS:
            if name in spelt[:place]:
                faults.append(Fault(row, "", f"The column {name} is there twice."))
            continue
        near = difflib.get_close_matches(name, [each for each in COLUMNS if each not in spelt], n=1)
        right = f"Did you mean {near[0]}?" if near else "Take it out: Foreword keeps no more than it needs."
        faults.append(Fault(row, "", f"“{_excerpt(names[place])}” is not the name of a column. {right}"))
        spelt[place] = near[0] if near else ""
    if missing := [name for name in COLUMNS if name not in (*spelt, *OPTIONAL)]:
        faults.append(Fault(row, "", f"Missing: {', '.join(missing)}. The columns are {','.join(COLUMNS)}"))
    return spelt, faults


def _excerpt(said: str) -> str:
    """A little of a cell, safe for a terminal."""
    return "".join(c if c.isprintable() else "�" for c in said[:40]) + ("…" if len(said) > 40 else "")
