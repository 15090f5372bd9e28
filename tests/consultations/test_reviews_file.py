"""The reviews CSV: what Excel and people do to it, and what they are told."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import reviews_file
from consultations.reviews_file import COLUMNS, Fault, FaultyFile, Known, ReviewRow, ReviewThere, overdue, read

TODAY = date(2026, 11, 20)
HEADER = ",".join(COLUMNS)
AMAL = "LW-1042-3,Amal,14/03/2016,02/06/2025,30/06/2026,14/12/2026,sam.okafor,C2,English,kim.bell@council.example"


KNOWN = Known(
    TODAY,
    {"sam.okafor", "kit.byrne"},
    {
        "lw-7": ReviewThere("LW-7", None, ("Amal", date(2016, 3, 14))),
        "lw-8": ReviewThere("LW-8", date(2026, 11, 12), ("Amal", date(2016, 3, 14))),
        "lw-9": ReviewThere("LW-9", None, None),
        "lw-10": ReviewThere("LW-10", None, ("Kofi", date(2014, 2, 2))),
        "lw-11": ReviewThere("LW-11", None, ("Kojo", date(2014, 2, 2))),
    },
)


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def row(**cells: str) -> str:
    """Amal's row with some cells otherwise."""
    return ",".join((dict(zip(COLUMNS, AMAL.split(","), strict=True)) | cells).values())


def faults(raw: bytes) -> tuple[Fault, ...]:
    with pytest.raises(FaultyFile) as refused:
        read(raw, KNOWN)
    return refused.value.faults


def outcome(raw: bytes) -> tuple[ReviewRow, ...] | tuple[Fault, ...]:
    try:
        return read(raw, KNOWN)
    except FaultyFile as refused:
        return refused.faults


def only(raw: bytes) -> ReviewRow:
    (found,) = read(raw, KNOWN)
    return found


def test_the_example_in_the_documentation_is_read_as_it_stands() -> None:
    example = [line.strip() for line in (reviews_file.__doc__ or "").splitlines() if line.startswith("    ")]

    assert only("\n".join(example).encode()) == ReviewRow(
        row=2,
        reference="LW-1042-3",
        name="Amal",
        date_of_birth=date(2016, 3, 14),
        looked_after_since=date(2025, 6, 2),
        last_review_held=date(2026, 6, 30),
        review_on=date(2026, 12, 14),
        officer="sam.okafor",
        legal_status="C2",
        language="en_GB",
    )


def test_the_social_worker_may_be_left_out_cell_or_column() -> None:
    without = ",".join(HEADER.split(",")[:-1])

    assert only(file(AMAL)).social_worker == "kim.bell@council.example"
    assert only(file(row(social_worker=" "))).social_worker == ""
    assert only(file(AMAL.rpartition(",")[0], header=without)).social_worker == ""


EXCEL = [
    pytest.param(b"\xef\xbb\xbf" + file(AMAL), id="a byte order mark"),
    pytest.param(file(AMAL).replace(b",", b";"), id="semicolons"),
    pytest.param(file(AMAL).replace(b",", b"\t"), id="tabs"),
    pytest.param(b"sep=;\r\n" + file(AMAL).replace(b",", b";"), id="Excel's own note about its separator"),
    pytest.param(file(AMAL).decode().replace(",", "\t").encode("utf-16"), id="Unicode text"),
    pytest.param(file(AMAL).replace(b"\r\n", b"\n"), id="one sort of line ends"),
    pytest.param(file(AMAL).replace(b"\r\n", b"\r"), id="another sort of line ends"),
    pytest.param(file("", ",,,,,,,,", AMAL, "", " , ,,,,,,,", ""), id="blank rows"),
    pytest.param(file(AMAL + ",,,", header=HEADER + ",,,"), id="empty columns at the end"),
    pytest.param(file(AMAL, header=HEADER.upper().replace("_", " ")), id="the names of the columns in capitals"),
    pytest.param(file(AMAL.replace("Amal", '"Amal"')), id="quotation marks"),
    pytest.param(file(AMAL.replace("Amal", "  Amal ")), id="spaces around a cell"),
    pytest.param(file(row(review_on="2026-12-14 00:00:00")), id="a midnight behind the date"),
    pytest.param(file(row(review_on="2026-12-14")), id="an ISO date"),
    pytest.param(file(row(legal_status="c2", officer="Sam.Okafor", language="")), id="other capitals, no language"),
    pytest.param(
        file(
            ",".join(reversed(AMAL.split(","))),
            header=",".join(reversed(COLUMNS)),
        ),
        id="columns in another order",
    ),
]


@pytest.mark.parametrize("raw", EXCEL)
def test_excels_ways_make_no_difference(raw: bytes) -> None:
    found = only(raw)

    assert (found.reference, found.name, found.officer) == ("LW-1042-3", "Amal", "sam.okafor")
    assert (found.review_on, found.legal_status, found.language) == (date(2026, 12, 14), "C2", "en_GB")


def test_names_survive_windows_1252_and_other_scripts() -> None:
    assert only(file(row(name="Zoë O’Brien")).decode().encode("cp1252")).name == "Zoë O’Brien"
    assert only(file(row(name="ተስፋዬ"))).name == "ተስፋዬ"
    assert only(file(row(name="نگین\u200cسا"))).name == "نگین\u200cسا"
    assert only(file(row(name="Anna\u00a0Maria"))).name == "Anna Maria"


@pytest.mark.parametrize("said", ["Dari", "dari", "fa_AF", "fa-AF", "prs"])
def test_a_language_may_be_named_as_people_name_it(said: str) -> None:
    assert only(file(row(language=said))).language == "fa_AF"


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_children_in_short_breaks_have_reviews_too(status: str) -> None:
    assert only(file(row(legal_status=status))).legal_status == status


def test_children_under_four_are_taken() -> None:
    assert only(file(row(date_of_birth="15/12/2022"))).age_on_review == 3


def test_a_first_review_has_none_before_it() -> None:
    assert only(file(row(last_review_held=""))).last_review_held is None


WRONG = [
    pytest.param({"reference": ""}, "reference", "empty", id="no reference"),
    pytest.param({"reference": "=1+2"}, "reference", "letters, digits", id="a formula for a reference"),
    pytest.param({"reference": "LW/1042"}, "reference", "letters, digits", id="a slash"),
    pytest.param({"reference": "x" * 41}, "reference", "at most 40", id="a reference too long"),
    pytest.param({"reference": "1.04E+12"}, "reference", "as text", id="a reference Excel has rounded"),
    pytest.param({"name": ""}, "name", "empty", id="no name"),
    pytest.param({"name": "=HYPERLINK(1)"}, "name", "formula", id="a formula for a name"),
    pytest.param({"name": "@SUM(1)"}, "name", "formula", id="another formula for a name"),
    pytest.param({"name": "A" * 81}, "name", "80", id="a name too long"),
    pytest.param({"name": "Am\u202eal"}, "name", "one line", id="a name that turns the text round"),
    pytest.param({"name": "Am\x1b[2Jal"}, "name", "one line", id="a name that commands a terminal"),
    pytest.param({"date_of_birth": ""}, "date_of_birth", "14/12/2026", id="no date of birth"),
    pytest.param({"date_of_birth": "14.03.2016"}, "date_of_birth", "not a date", id="dots"),
    pytest.param({"date_of_birth": "14/03/16"}, "date_of_birth", "not a date", id="two digits for the year"),
    pytest.param({"date_of_birth": "42443"}, "date_of_birth", "not a date", id="the number Excel keeps a day as"),
    pytest.param({"date_of_birth": "31/02/2016"}, "date_of_birth", "no such day", id="31 February"),
    pytest.param({"date_of_birth": "03/14/2016"}, "date_of_birth", "The day comes first", id="the month first"),
    pytest.param({"date_of_birth": "٠١/٠٢/٢٠١٦"}, "date_of_birth", "not a date", id="digits Excel would not write"),
    pytest.param({"date_of_birth": "0000-01-01"}, "date_of_birth", "no such day", id="the year nought"),
    pytest.param({"date_of_birth": "21/11/2026"}, "date_of_birth", "still to come", id="not born yet"),
    pytest.param({"date_of_birth": "14/12/2008"}, "date_of_birth", "18 or over", id="eighteen on the day"),
    pytest.param({"looked_after_since": "01/01/2016"}, "looked_after_since", "before the date of birth", id="before"),
    pytest.param(
        {"looked_after_since": "21/11/2026", "last_review_held": ""}, "looked_after_since", "to come", id="in"
    ),
    pytest.param({"last_review_held": "01/06/2025"}, "last_review_held", "became looked after", id="before care"),
    pytest.param({"last_review_held": "21/11/2026"}, "last_review_held", "still to come", id="held tomorrow"),
    pytest.param({"review_on": ""}, "review_on", "empty", id="no review date"),
    pytest.param({"review_on": "30/06/2026"}, "review_on", "not after the last review", id="on the last review"),
    pytest.param({"review_on": "14/12/2062", "date_of_birth": "14/03/2050"}, "review_on", "years", id="typed askew"),
    pytest.param({"officer": ""}, "officer", "username", id="no officer"),
    pytest.param({"officer": "sam.okafro"}, "officer", "Did you mean sam.okafor?", id="a slip in the officer"),
    pytest.param({"officer": "maya.lind"}, "officer", "foreword staff add", id="somebody who is no officer"),
    pytest.param({"reference": "LW-8"}, "reference", "was held on 12/11/2026", id="a review that was held"),
    pytest.param({"reference": "lw-7"}, "reference", "is there as LW-7", id="a reference in other capitals"),
    pytest.param(
        {"reference": "LW-7", "name": "Kofi", "date_of_birth": "02/02/2014"},
        "reference",
        "another name and another date of birth",
        id="another child's reference",
    ),
    pytest.param(
        {"reference": "LW-10", "name": "Kojo", "date_of_birth": "02/02/2014"},
        "reference",
        "this child's is LW-11",
        id="a twin's reference",
    ),
    pytest.param({"legal_status": ""}, "legal_status", "It is empty. It is one of C1", id="no legal status"),
    pytest.param({"legal_status": "C9"}, "legal_status", "“C9”", id="no such legal status"),
    pytest.param({"language": "Klingon"}, "language", "Welsh", id="no such language"),
    pytest.param({"social_worker": "Kim Bell"}, "social_worker", "not an e-mail address", id="a name for an address"),
]


@pytest.mark.parametrize(("cells", "column", "says"), WRONG)
def test_a_wrong_cell_is_named_by_row_and_column_with_what_would_be_right(
    cells: dict[str, str], column: str, says: str
) -> None:
    found = faults(file(AMAL.replace("LW-1042", "LW-1041"), "", row(**cells)))

    assert any(fault.column == column and says in fault.says for fault in found)
    assert {fault.row for fault in found} == {4}


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({}, id="the same"),
        pytest.param({"name": "Amaal", "officer": "kit.byrne", "review_on": "15/12/2026"}, id="a name put right"),
        pytest.param({"date_of_birth": "14/03/2017"}, id="a date of birth put right"),
        pytest.param(
            {"reference": "LW-10", "name": "Kofi B.", "date_of_birth": "02/02/2014"}, id="a twin's name put right"
        ),
        pytest.param({"reference": "LW-9", "name": "Kofi"}, id="nobody can say of whom it was"),
    ],
)
def test_a_review_that_is_there_is_brought_up_to_date(cells: dict[str, str]) -> None:
    assert only(file(row(**({"reference": "LW-7"} | cells)))).row == 2


def test_every_fault_of_the_file_is_told_at_once_row_by_row_and_column_by_column() -> None:
    found = faults(
        file(
            row(legal_status="C9", language="Klingon"),
            row(name="", reference="LW-2", officer="sam.okafro"),
            row(reference="LW-8", legal_status="C9"),
            row(reference="LW-3", date_of_birth="31/02/2016", last_review_held="01/06/2025"),
            '"LW-4,Jo',
            header=HEADER.replace("officer", "oficer"),
        )
    )

    assert [(fault.row, fault.column) for fault in found] == [
        (1, ""),
        (2, "legal_status"),
        (2, "language"),
        (3, "name"),
        (3, "officer"),
        (4, "reference"),
        (4, "legal_status"),
        (5, "date_of_birth"),
        (5, "last_review_held"),
        (6, ""),
    ]


def test_a_missing_column_is_told_once_and_the_others_are_read_all_the_same() -> None:
    short = [",".join(each.split(",")[:6]) for each in (AMAL, row(reference="LW-2", name=""))]
    found = faults(file(*short, header=",".join(COLUMNS[:6])))

    assert [str(fault) for fault in found] == [
        f"Row 1: Missing: officer, legal_status, language. The columns are {HEADER}",
        "Row 3, name: It is empty. The invitation says what the child is called.",
    ]


def test_a_reference_that_stands_twice_is_told_with_both_rows() -> None:
    (fault,) = faults(file(AMAL, AMAL.replace("LW", "lw")))

    assert str(fault) == "Row 3, reference: The same reference stands in row 2. Each review has its own."


def test_a_fault_never_carries_a_terminal_command_or_a_whole_cell() -> None:
    (fault,) = faults(file(row(legal_status="\x1b[2J" + "x" * 500)))

    assert fault.says.isprintable()
    assert len(fault.says) < 200


FILES = [
    pytest.param(b"", "empty", id="nothing"),
    pytest.param(b"\r\n\r\n", "empty", id="only blank rows"),
    pytest.param(file(), "no review under", id="only the names of the columns"),
    pytest.param(AMAL.encode(), "has to hold the names", id="no names of columns"),
    pytest.param(file(AMAL, header=HEADER.replace("officer", "oficer")), "Did you mean officer?", id="a slip"),
    pytest.param(file(AMAL, header=HEADER.replace(",language", ",address")), "Take it out", id="what we don't want"),
    pytest.param(file(AMAL, header=HEADER.replace("officer", "name")), "is there twice", id="a column twice"),
    pytest.param(file("1," + AMAL), "more cells", id="a cell too many"),
    pytest.param(file("LW-1,Amal"), "It is empty", id="cells missing"),
    pytest.param(file(AMAL, '"LW-2,Jo'), "quotation mark", id="a quotation mark left open"),
    pytest.param(file('"LW"2,Jo'), "quotation mark", id="a quotation mark astray"),
    pytest.param(file('"' + "x" * 200_000 + '"'), "quotation mark", id="a cell of 200,000 letters"),
    pytest.param(b"PK\x03\x04" + bytes(100), "Excel workbook", id="a workbook"),
    pytest.param(b"%PDF-1.7\0\x81", "not text", id="a PDF"),
    pytest.param(b"\xef\xbb\xbf" + file(AMAL) + b"\xff", "not text", id="broken UTF-8"),
    pytest.param(b"\xff\xfe" + b"\x00\xd8" * 3, "not text", id="broken UTF-16"),
    pytest.param(bytes(21_000_000), "larger than", id="21 megabytes"),
]


@pytest.mark.parametrize(("raw", "says"), FILES)
def test_a_file_that_is_not_one_is_refused_in_a_sentence(raw: bytes, says: str) -> None:
    assert any(says in fault.says for fault in faults(raw))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: file(text.replace("\ud800", ""))))
def test_no_file_whatever_breaks_the_reading(raw: bytes) -> None:
    assert outcome(raw)


def test_ten_thousand_rows_are_quick() -> None:
    raw = file(*(row(reference=f"NW-{number}") for number in range(10_000)))

    started = time.perf_counter()
    found = read(raw, KNOWN)

    assert len(found) == 10_000
    assert time.perf_counter() - started < 5


DUE = [
    # looked after since, last held, legal status, due
    pytest.param(date(2026, 11, 2), None, "C2", date(2026, 11, 30), id="first: 20 working days, reg 33(1)"),
    pytest.param(date(2026, 8, 3), date(2026, 8, 20), "C2", date(2026, 11, 20), id="second: 3 months, reg 33(2)"),
    pytest.param(date(2025, 6, 2), date(2026, 5, 31), "C2", date(2026, 11, 30), id="later: 6 months, reg 33(2)"),
    pytest.param(date(2026, 8, 31), None, "V4", date(2026, 11, 30), id="short breaks, first: 3 months, reg 48"),
    pytest.param(date(2026, 3, 1), date(2026, 5, 20), "V3", date(2026, 11, 20), id="short breaks, second: 6 months"),
]


@pytest.mark.parametrize(("since", "last", "status", "due"), DUE)
def test_a_review_later_than_the_law_allows_is_noticed(since: date, last: date | None, status: str, due: date) -> None:
    def review(on: date) -> ReviewRow:
        return ReviewRow(2, "LW-1", "Amal", date(2016, 3, 14), since, last, on, "sam.okafor", status, "en_GB")

    assert overdue(review(due)) is None
    assert overdue(review(due + timedelta(days=1))) == due
