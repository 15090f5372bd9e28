"""What holds for every format alike: the same answers, order, marks and hash, and nothing of what is withheld."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from consultations.answers import Sharing
from consultations.evidence import gather
from consultations.participation import propose
from consultations.questions.loading import load
from consultations.rendering import as_html, as_json, as_pdf, as_text
from consultations.rendering.headings import STAFF, StaffHeadings
from consultations.rendering.layout import Given, Part, parts, sheet
from consultations.sending import SentAnswer
from consultations.summary import Copy, CopyKind, Summary, build, copy, preview
from tests.consultations.rendering.cast import (
    BEST,
    BRANCHES,
    CAT,
    CHANGE,
    COME,
    FACTS,
    FAMILY,
    FEELING,
    MOST,
    SENT,
    SUMMARY,
    PhraseHeadings,
    answer,
    summed,
)

STAFF_HEADINGS = StaffHeadings()
HELPED = replace(BEST, question="home_helped", typed_by="advocate", beside="advocate", helper_name="Priya")
THROUGH = replace(BEST, question="home_through", typed_by="interpreter", beside="interpreter", through="interpreter")


def every_format(shown: Copy, summary: Summary) -> dict[str, bytes]:
    """The copy in each format, as a door would ask for it: with the branches argued from the whole summary."""
    branches = propose(gather(summary)) if summary.standing else ()
    return {
        "html": as_html.document(shown, branches).encode(),
        "text": as_text.document(shown, branches).encode(),
        "json": as_json.document(shown, branches),
        "pdf": as_pdf.document(shown, branches),
    }


def as_read(format: str, drawn: bytes) -> str:
    """The text a reader finds in it."""
    if format == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(drawn)).pages).replace("\u200b", "")
    return drawn.decode()


@pytest.mark.parametrize("kind", list(CopyKind))
def test_every_format_carries_the_copy_the_sendings_the_question_sets_and_the_same_hash(kind: CopyKind) -> None:
    shown = copy(SUMMARY, kind)

    for format, drawn in every_format(shown, SUMMARY).items():
        read = as_read(format, drawn).replace("\n", "")
        assert shown.hash in read, format
        assert all(note.id in read for note in shown.sent), format
        assert "ages_8_11" in read, format
        assert (kind.value if format == "json" else f"{kind.value.capitalize()}") in read, format


def test_the_childs_preview_and_the_officers_page_show_the_same_answers_order_and_marks() -> None:
    """One Copy, one layout, one template: under the child's headings and under the officer's."""
    sending = summed(FEELING, BEST, CHANGE, FAMILY, MOST, COME)
    before = preview(sending.standing[0].sending, FACTS)
    after = copy(sending, CopyKind.OFFICER)
    childs = PhraseHeadings(load(), named={"officer": "Sam"})

    assert as_html.fragment(before, STAFF_HEADINGS) == as_html.fragment(after, STAFF_HEADINGS)
    assert as_html.fragment(after, STAFF_HEADINGS) in as_html.sheet(after, BRANCHES)
    assert as_html.fragment(after, STAFF_HEADINGS) in as_html.document(after, BRANCHES)
    assert [(part.kind, given(part)) for part in parts(before, childs)] == [
        (part.kind, given(part)) for part in sheet(after, BRANCHES).parts
    ]


def given(part: Part) -> list[tuple[Given, list[str]]]:
    """The answers of a part with the kinds of their marks: all of it but the headings' own words."""
    return [(replace(each, marks=()), [mark.kind for mark in each.marks]) for each in part.answers]


def test_every_phrase_a_renderer_asks_for_is_in_the_phrases_that_ship() -> None:
    """In the child's language and in staff's English, with the names each needs."""
    childs = PhraseHeadings(load(), named={"officer": "Sam"})
    names = {"officer": "Sam", "helper": "a carer", "day": "Monday 14 December 2026"}
    names |= {"name": "Priya", "language": "Arabic"}

    assert all(childs.say(phrase, **names) for phrase in STAFF)
    assert all(STAFF_HEADINGS.say(phrase, **names) for phrase in STAFF)


def test_the_answers_stand_in_the_same_order_in_every_format() -> None:
    order = ["Year 6", "OK", "The dog.", "And the cat.", "He shouts.", "Not enough", "Would you like to be there?"]

    for format, drawn in every_format(copy(SUMMARY, CopyKind.OFFICER), SUMMARY).items():
        read = json_words(drawn) if format == "json" else as_read(format, drawn)
        places = [read.index(words) for words in order]
        assert places == sorted(places), format


def json_words(drawn: bytes) -> str:
    """The copy's answers as the file has them, without the facts before them."""
    held = json.loads(drawn)["copy"]
    return json.dumps([held["most_wanted"], held["sections"], held["review"]], ensure_ascii=False)


def test_codes_are_argued_in_the_officers_copy_alone() -> None:
    """Also when somebody passes them in: the evidence may be for the officer only."""
    for kind in CopyKind:
        for format, drawn in every_format(copy(SUMMARY, kind), SUMMARY).items():
            argued = "PN6" in as_read(format, drawn)
            assert argued is (kind is CopyKind.OFFICER), (kind, format)


WITHHELD = [
    pytest.param((CHANGE,), (), id="one among others of its theme"),
    pytest.param((), (replace(CAT, sharing=Sharing.OFFICER),), id="alone in an addition of its own"),
    pytest.param((replace(MOST, sharing=Sharing.OFFICER),), (), id="what they most want to say"),
    pytest.param((replace(FAMILY, sharing=Sharing.OFFICER),), (), id="the only one in Arabic, and typed by a helper"),
    pytest.param((replace(COME, sharing=Sharing.OFFICER),), (), id="evidence for the code"),
    pytest.param(
        (replace(BEST, set="ages_4_7", version=7, sharing=Sharing.OFFICER),), (), id="of another question set"
    ),
    pytest.param((replace(BEST, sharing=Sharing.NOBODY),), (), id="kept for nobody"),
    pytest.param((replace(HELPED, sharing=Sharing.OFFICER),), (), id="typed by an advocate, whose name stands in it"),
]


@pytest.mark.parametrize(("withheld", "withheld_later"), WITHHELD)
@pytest.mark.parametrize("kind", [CopyKind.MEETING, CopyKind.FILE])
def test_a_withheld_answer_changes_no_byte_of_what_a_third_person_is_given(
    kind: CopyKind, withheld: tuple[SentAnswer, ...], withheld_later: tuple[SentAnswer, ...]
) -> None:
    """Two consultations, one withheld answer apart (P6): every format is byte for byte the same."""
    shared = answer("The garden.", question="home_space")
    without, told = summed(shared), summed(*withheld, shared, added=withheld_later)

    assert every_format(copy(told, kind), told) == every_format(copy(without, kind), without)


@pytest.mark.parametrize("kind", list(CopyKind))
def test_who_was_there_stands_beside_the_answer_in_every_copy_and_format(kind: CopyKind) -> None:
    said = summed(HELPED, THROUGH, replace(BEST, beside="teacher"))
    marks = (
        "Typed by Priya (an advocate); the child's own words",
        "The child's words, written in English by an interpreter",
        "With a teacher there",
        "Priya (an advocate); an interpreter; a teacher",  # who helped, at the top
    )

    for format, drawn in every_format(copy(said, kind), said).items():
        if format == "json":
            told = [(each["helper_name"], each["through"], each["beside"]) for each in answers_in(drawn)]
            assert told == [("Priya", "", "advocate"), ("", "interpreter", "interpreter"), ("", "", "teacher")]
        else:
            read = " ".join(html.unescape(re.sub("<[^>]+>", " ", as_read(format, drawn))).split())
            assert not [mark for mark in marks if mark not in read], format


def answers_in(drawn: bytes) -> list[dict[str, str]]:
    """The answers in a file, in order."""
    return [each for section in json.loads(drawn)["copy"]["sections"] for each in section["answers"]]


def test_the_same_copy_gives_the_same_bytes_again() -> None:
    shown = copy(SUMMARY, CopyKind.OFFICER)

    assert every_format(shown, SUMMARY) == every_format(shown, SUMMARY)


@pytest.mark.parametrize("summary", [build([], FACTS), summed(CHANGE)], ids=["nothing sent", "for the officer only"])
def test_a_copy_without_answers_says_so_and_no_more(summary: Summary) -> None:
    for format, drawn in every_format(copy(summary, CopyKind.MEETING), summary).items():
        assert drawn == every_format(copy(build([], FACTS), CopyKind.MEETING), build([], FACTS))[format]
        assert "There is nothing in this copy." in as_read(format, drawn) or format == "json"


def test_the_exact_time_of_day_leaves_in_no_format() -> None:
    """When a child lay awake is nobody's business: the day is enough."""
    shown = copy(SUMMARY, CopyKind.OFFICER)

    for format, drawn in every_format(shown, SUMMARY).items():
        assert "16:20" not in as_read(format, drawn), format
        assert b"1620" not in drawn or format == "pdf"
    assert SENT.date().isoformat() in as_json.document(shown).decode()


TROUBLE = {
    "markup": "<b onclick='x'>#set page(width: 1pt) *x* $y$ `z` @q <w> {{ 7 * 7 }} // -- \\",
    "escapes": "\x1b[31mred\x1b]0;title\x07 \x9b2J \x00 \x7f",
    "overrides": "\u202egnirts \u2066inside\u2069 \u200f",
    "half a pair": "\ud83d half",
    "emoji": "🙂" * 4096,
    "one word": "x" * 10_000,
    "many lines": "line\n" * 400,
    "separators": "a\u2028b\x0bc\x85d\r\ne\rf",
    "unassigned": "\u0378 \U000e0fff \ufdd0 \uffff",
    "marks piled up": "Z" + "\u0334\u0489\u20dd" * 60,
    "only spaces": "  \n \t ",
}  # fmt: skip


@pytest.mark.parametrize("words", TROUBLE.values(), ids=TROUBLE.keys())
@pytest.mark.parametrize("draw", [as_html.document, as_text.document, as_json.document, as_pdf.document])
def test_whatever_a_child_types_can_be_handed_over(draw: Callable[[Copy], bytes | str], words: str) -> None:
    drawn = draw(copy(summed(answer(words)), CopyKind.OFFICER))

    assert len(drawn if isinstance(drawn, bytes) else drawn.encode()) > 500
