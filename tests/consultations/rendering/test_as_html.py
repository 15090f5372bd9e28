"""The page and the file to keep: a child's words are text, each line in its own direction, and nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from consultations.rendering import as_html
from consultations.rendering.headings import StaffHeadings
from consultations.summary import Copy, CopyKind, copy
from tests.consultations.rendering.cast import BRANCHES, SUMMARY, answer, summed

STAFF = StaffHeadings()


def officers(words: str) -> Copy:
    return copy(summed(answer(words)), CopyKind.OFFICER)


class Reader(HTMLParser):
    """The elements with their attributes, and the text of each paragraph."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(str(page))  # a Markup would escape what is joined to it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data

    def of(self, text: str) -> dict[str, str | None]:
        """The attributes of the element that holds exactly this text."""
        return next(self.elements[place][1] for place, held in enumerate(self.texts) if held.strip() == text)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"' onload=", "&lt;"])
def test_a_childs_words_are_text_and_never_markup(words: str) -> None:
    page = Reader(as_html.document(officers(words)))

    assert words in [text.strip() for text in page.texts]
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})


def test_the_file_needs_nothing_else_and_runs_nothing() -> None:
    page = as_html.document(copy(SUMMARY, CopyKind.OFFICER), BRANCHES)

    read = Reader(page)
    assert "://" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert {tag for tag, _ in read.elements}.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    assert not [name for _, held in read.elements for name in held if name.startswith("on") or name in ("src", "href")]


def test_a_fragment_holds_no_style_of_its_own_so_that_a_strict_policy_lets_it_stand() -> None:
    fragment = Reader(as_html.fragment(copy(SUMMARY, CopyKind.OFFICER), STAFF))

    assert "style" not in {tag for tag, _ in fragment.elements}
    assert not [held for _, held in fragment.elements if "style" in held]


def test_arabic_words_on_an_english_page_say_their_language_and_direction() -> None:
    page = Reader(as_html.document(copy(SUMMARY, CopyKind.OFFICER), BRANCHES))

    assert page.elements[0] == ("html", {"lang": "en-GB", "dir": "ltr"})
    assert page.of("أريد أن أرى جدتي كل أسبوع.") == {"dir": "rtl"}
    assert page.of("هل ترى الأشخاص الذين تريد رؤيتهم؟")["lang"] == "ar"
    assert page.of("هل ترى الأشخاص الذين تريد رؤيتهم؟")["dir"] == "rtl"
    assert page.of("Not enough") == {"class": "english", "lang": "en-GB", "dir": "ltr"}


def test_each_message_of_an_answer_is_a_paragraph_in_its_own_direction() -> None:
    page = Reader(as_html.document(officers("I want this.\nأريد هذا\n\n‏123")))

    assert page.of("I want this.") == {"dir": "ltr"}
    assert page.of("أريد هذا") == {"dir": "rtl"}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_headings_go_down_one_step_at_a_time_from_the_level_asked_for(level: int) -> None:
    page = as_html.sheet(copy(SUMMARY, CopyKind.OFFICER), BRANCHES, level=level)

    levels = [int(found) for found in re.findall(r"<h(\d)", page)]
    assert levels[0] == level
    assert set(levels) == {level, level + 1, level + 2}
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_first_screen_answers_an_officer_at_eight_in_the_morning() -> None:
    page = as_html.sheet(copy(SUMMARY, CopyKind.OFFICER), BRANCHES)

    text = " ".join(re.sub("<[^>]*>", " ", page[: page.index("I want to stay here")]).split())
    for known in (
        "NW-0412",
        "Review on Monday 14 December 2026, aged 9",
        "Some answers are in Arabic",
        "Sent Thursday 3 December 2026",
        "Added Tuesday 8 December 2026",
        "Language English; Arabic",
        "Who helped an interpreter; a carer",
        "Participation PN1 if they come and speak; PN6 if they stay away. Their answers point to PN6.",
        "What I most want to say",
    ):
        assert known in text
