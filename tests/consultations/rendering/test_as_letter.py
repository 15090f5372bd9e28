"""Letters on paper: a page for each child, whose square holds the link."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from consultations.invitation import Invited
from consultations.letter import letters
from consultations.rendering import as_letter
from tests.consultations.test_letter import AMAL, BOOK, SPOKEN, URL

LANGUAGES = list(SPOKEN)


def drawn(*children: Invited) -> PdfReader:
    pages = [(each, letters(each, URL, SPOKEN, BOOK.phrases)) for each in children]
    return PdfReader(BytesIO(as_letter.document(pages, URL)))


@pytest.mark.parametrize("band", [each.id for each in BOOK])
def test_each_child_has_one_page_in_whatever_language(band: str) -> None:
    name, officer = ("Maximiliana " * 7)[:80], ("Bartholomew " * 7)[:80]  # the longest that are taken
    longest = replace(AMAL, name=name, officer=officer, reissued=True, question_set=band)
    pages = drawn(*(replace(longest, language=language) for language in LANGUAGES)).pages

    assert len(pages) == len(LANGUAGES)


def test_the_page_holds_the_link_the_code_and_the_numbers_to_call() -> None:
    (page,) = drawn(replace(AMAL, language="en_GB")).pages
    text = page.extract_text().replace("\u00a0", " ")

    assert AMAL.code.shown in text
    assert AMAL.link.address(URL) in re.sub(r"\s", "", text)
    assert "0800 1111" in text


def test_no_number_to_call_and_no_name_is_broken_in_two() -> None:
    (page,) = drawn(replace(AMAL, language="en_GB", name="Amal Noor Haddad")).pages
    text = page.extract_text()

    assert "Amal\u00a0Noor\u00a0Haddad" in text
    assert "0800\u00a01111" in text


def test_two_children_of_one_name_are_told_apart_by_the_reference_at_the_foot_of_each_page() -> None:
    twins = [replace(AMAL, reference=reference) for reference in ("LW-1042-3", "LW-" + "7" * 37)]
    feet = [page.extract_text() for page in drawn(*twins).pages]

    assert [[each.reference in foot for each in twins] for foot in feet] == [[True, False], [False, True]]


def test_the_file_says_nothing_of_a_child_to_whoever_sees_its_title() -> None:
    told = drawn(AMAL).metadata

    assert told is not None
    assert told.title == "Letters"
    assert "Amal" not in str(told)
