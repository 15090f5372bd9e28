"""The letter a child is handed: in their language and in English, with everything they need to come in."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

import pytest

from consultations.invitation import Invited, new_code, new_link
from consultations.languages import load_words
from consultations.letter import letters
from consultations.questions import loading

BOOK, SPOKEN = loading.load(), load_words()
URL = "https://voice.example.gov.uk"
AMAL = Invited(
    reference="LW-1042-3",
    name="Amal",
    language="ar",
    question_set="ages_8_11",
    officer="Sam Okafor",
    review_on=date(2026, 12, 14),
    link=new_link(secrets.token_bytes),
    code=new_code(secrets.token_bytes),
    reissued=False,
)


def test_a_child_reads_it_in_their_language_and_whoever_helps_them_in_english() -> None:
    arabic, english = letters(AMAL, URL, SPOKEN, BOOK.phrases)

    assert (arabic.language.code, english.language.code) == ("ar", "en_GB")
    assert SPOKEN["ar"].day(AMAL.review_on) in arabic.hello
    assert "Monday 14 December 2026" in english.hello


@pytest.mark.parametrize("language", ["en_GB", "so", "fa_AF"])
def test_a_language_children_are_not_offered_is_english_alone(language: str) -> None:
    offered = {code: SPOKEN[code] for code in ("en_GB", "ar")}
    (english,) = letters(replace(AMAL, language=language), URL, offered, BOOK.phrases)

    assert english.language.code == "en_GB"


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("band", [each.id for each in BOOK])
def test_it_says_to_whom_by_whom_and_how_in_every_band_and_language(language: str, band: str) -> None:
    letter, *_ = letters(replace(AMAL, language=language, question_set=band), URL, SPOKEN, BOOK.phrases)
    alone = [line.strip("\u2068\u2069") for line in letter.text.splitlines()]

    assert "Amal" in letter.hello
    assert "Sam Okafor" in letter.hello
    assert AMAL.link.address(URL) in alone
    assert AMAL.code.shown in alone
    assert "999" in letter.last


def test_only_a_letter_in_place_of_another_says_that_the_earlier_one_is_over() -> None:
    (first,) = letters(replace(AMAL, language="en_GB"), URL, SPOKEN, BOOK.phrases)
    (again,) = letters(replace(AMAL, language="en_GB", reissued=True), URL, SPOKEN, BOOK.phrases)

    assert again.hello.removeprefix(first.hello).strip() == BOOK.phrases["letter_again"].text
    assert again.start == first.start


def test_a_letter_prints_without_its_secrets() -> None:
    shown = repr(letters(AMAL, URL, SPOKEN, BOOK.phrases))

    assert AMAL.link.text not in shown
    assert AMAL.code.shown not in shown
