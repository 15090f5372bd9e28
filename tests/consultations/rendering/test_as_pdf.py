"""The PDF: tagged as PDF/UA-1 asks, the words in reading order, the same bytes each time, whatever was typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from consultations.rendering import as_pdf
from consultations.rendering.fonts import PRINTED_AS, plainly_printable, printable, surely_printable
from consultations.summary import Copy, CopyKind, build, copy
from tests.consultations.rendering.cast import BRANCHES, FACTS, SUMMARY, answer, summed

OFFICERS = copy(SUMMARY, CopyKind.OFFICER)


def read(drawn: bytes) -> str:
    """Its text, as a screen reader would find it; where a long word may break does not count."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(drawn)).pages).replace("\u200b", "")


def of(words: str) -> Copy:
    return copy(summed(answer(words)), CopyKind.OFFICER)


def test_it_is_tagged_has_a_title_and_says_its_language() -> None:
    """ISO 14289-1 (PDF/UA-1): typst refuses to make one that is not; the file says that it is."""
    document = PdfReader(BytesIO(as_pdf.document(OFFICERS, BRANCHES)))

    root: Any = document.root_object
    assert root["/MarkInfo"]["/Marked"].value
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert document.metadata is not None
    assert document.metadata.title == "NW-0412: Officer's copy"
    assert b"pdfuaid:part" in as_pdf.document(OFFICERS, BRANCHES)


def test_it_is_a4() -> None:
    page = PdfReader(BytesIO(as_pdf.document(OFFICERS, BRANCHES))).pages[0]

    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_every_page_says_whose_copy_it_is_and_which() -> None:
    long = copy(summed(*(answer("A long day. " * 60) for _ in range(9))), CopyKind.FILE)

    pages = PdfReader(BytesIO(as_pdf.document(long))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"NW-0412 · File copy · {long.hash[:12]}" in text
        assert f"Page {number} of {len(pages)}" in text


@pytest.mark.parametrize("lines", range(26, 33))
def test_where_it_came_from_stands_whole_on_one_page(lines: int) -> None:
    pages = PdfReader(BytesIO(as_pdf.document(of("A line.\n" * lines)))).pages

    ends = [page.extract_text() for page in pages if "SHA-256" in page.extract_text()]
    assert len(ends) == 1
    assert "Question set" in ends[0]
    assert "Sending" in ends[0]


def test_its_text_can_be_read_aloud_in_order() -> None:
    text = read(as_pdf.document(OFFICERS, BRANCHES))

    order = [
        "NW-0412", "Review on Monday 14 December 2026, aged 9", "Needs an interpreter: Arabic",
        "What I most want to say", "Year 6", "Where I live", "The dog.", "And the cat.", "Added on Tuesday 8 December",
        "People who matter to me", "Do you see the people you want to see?", "Typed by an interpreter",
        "How I want my review to be", "With a carer there", "Participation code, proposed",
        "If NW-0412 comes", OFFICERS.hash,
    ]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_it_is_dated_by_the_latest_sending_shown_and_by_nothing_else() -> None:
    dated = PdfReader(BytesIO(as_pdf.document(OFFICERS))).metadata
    undated = PdfReader(BytesIO(as_pdf.document(copy(build([], FACTS), CopyKind.MEETING)))).metadata

    assert dated is not None
    assert undated is not None
    assert dated.creation_date is not None
    assert dated.creation_date.date().isoformat() == "2026-12-08"
    assert undated.creation_date is None


def test_many_threads_draw_the_same_bytes() -> None:
    with ThreadPoolExecutor(3) as threads:
        drawn = set(threads.map(lambda _: as_pdf.document(OFFICERS, BRANCHES), range(9)))

    assert drawn == {as_pdf.document(OFFICERS, BRANCHES)}


def test_what_looks_like_markup_is_printed_as_it_was_typed() -> None:
    words = '#panic("x") *bold* _it_ $x^2$ `raw` @label <label> https://a.b // end /* y */ \\ ~ -- ... \'q\' "r"'

    assert words in " ".join(read(as_pdf.document(of(words))).split())


def test_a_word_longer_than_the_page_stays_on_it() -> None:
    drawn = PdfReader(BytesIO(as_pdf.document(of("x" * 500))))

    lines = drawn.pages[0].extract_text().splitlines()
    assert max(line.count("x") for line in lines) < 120
    assert sum(line.count("x") for line in lines if set(line) <= {"x", "\u200b"}) == 500


def test_a_character_no_font_has_is_told_and_never_silently_boxed() -> None:
    drawn = as_pdf.document(of("unassigned \u0378 here"))

    assert f"unassigned {PRINTED_AS} here" in read(drawn)
    assert "do not have every character the child typed" in " ".join(read(drawn).split())
    assert "do not have every character" not in read(as_pdf.document(OFFICERS))


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        pytest.param("The dog.", "The dog.", id="English"),
        pytest.param("أريد ሰላም 🙂", "أريد ሰላም 🙂", id="Arabic, Ethiopic, a face"),
        pytest.param("👩\u200d👧 ☝\ufe0f", "👩\u200d👧 ☝\ufe0f", id="joiners and variation selectors need no shape"),
        pytest.param("a\u0378b", f"a{PRINTED_AS}b", id="unassigned"),
    ],
)
def test_only_what_no_font_has_is_stood_in_for(words: str, printed: str) -> None:
    assert printable(words) == printed


def test_the_further_it_has_to_go_the_plainer_it_prints() -> None:
    assert surely_printable("e\u0489 \u0378") == f"e{PRINTED_AS} {PRINTED_AS}"
    assert plainly_printable("café أ") == f"café {PRINTED_AS}"
