"""The PDF: tagged as PDF/UA-1 asks, the words in reading order, the same bytes each time, whatever was typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from consultations.rendering import as_pdf
from consultations.rendering.fonts import PRINTED_AS
from consultations.summary import Copy, CopyKind, build, copy
from tests.consultations.rendering.cast import BRANCHES, FACTS, SUMMARY, answer, summed
from tests.consultations.rendering.copied import letters, poppler

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
        "NW-0412", "Review on Monday 14 December 2026, aged 9", "Some answers are in Arabic",
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


@dataclass(frozen=True)
class Theirs:
    """A question and an answer in a child's own language, and the fonts they are drawn in."""

    language: str
    asked: str
    words: str
    fonts: tuple[str, ...]


IN_THEIR_LANGUAGE = [
    Theirs("ar", "هل ترى الأشخاص الذين تريد رؤيتهم؟", "أريد أن أرى جدتي كل أسبوع لا كل شهر", ("NotoNaskhArabic",)),
    Theirs("fa_AF", "آیا کسانی را که می‌خواهی می‌بینی؟", "هر هفته مادرکلانم را ببینم", ("NotoNaskhArabic",)),
    Theirs("vi", "Em có được gặp những người em muốn gặp không?", "Em muốn gặp bà mỗi tuần", ("NotoSans-",)),
    Theirs("ti", "ክትርእዮም እትደሊ ሰባት ትርእዮም ዶ?", "ዓባየይ ኩሉ ሰሙን ክርእያ እደሊ", ("NotoSansEthiopic",)),
]


@pytest.mark.parametrize("theirs", [pytest.param(each, id=each.language) for each in IN_THEIR_LANGUAGE])
def test_a_child_s_own_language_is_drawn_in_its_own_letters_and_read_in_its_own_order(theirs: Theirs) -> None:
    given = replace(
        answer(theirs.words), language=theirs.language, asked=theirs.asked, asked_english="Do you see them?"
    )
    drawn = as_pdf.document(copy(summed(given), CopyKind.OFFICER))

    text = poppler(drawn)

    fonts = {font for page in PdfReader(BytesIO(drawn)).pages for font in _fonts(page)}
    assert [font for font in theirs.fonts if not any(font in each for each in fonts)] == []
    assert PRINTED_AS not in text
    order = [letters(text).index(letters(each)) for each in (theirs.asked, "Do you see them?", theirs.words)]
    assert order == sorted(order)


MIXED = {
    "ar": "أدرس ESOL Level 2 كل يوم ٣ ساعات. هل هذا كثير؟",
    "fa_AF": "ساعت ۴:۳۰ با Sam گپ می‌زنم، بعد از مکتب.",
    "vi": "Em học ESOL Level 2, mỗi ngày 3 tiếng. Thế có nhiều quá không ạ?",
}


@pytest.mark.parametrize("language", MIXED)
def test_a_line_with_a_name_and_a_number_in_it_is_copied_in_its_order(language: str) -> None:
    given = answer(MIXED[language], language=language)

    lines = poppler(as_pdf.document(copy(summed(given), CopyKind.OFFICER))).splitlines()

    assert letters(MIXED[language]) in [letters(line) for line in lines]


def test_dari_has_its_own_shape_of_six() -> None:
    """Naskh has Urdu's alone, which a child from Kabul reads as Arabic's."""
    drawn = PdfReader(BytesIO(as_pdf.document(of("ساعت ۶"))))

    assert any("NotoSansArabic" in font for page in drawn.pages for font in _fonts(page))


def _fonts(page: PageObject) -> list[str]:
    resources: Any = page["/Resources"]
    return [str(each.get_object()["/BaseFont"]) for each in resources["/Font"].values()]
