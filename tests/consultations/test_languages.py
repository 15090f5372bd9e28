"""Words in a language: names stand apart, days have their weekday. How catalogues are read is tested elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest
from babel import Locale

from consultations.languages import ISOLATE, LANGUAGES, POP, SOURCE, Words

REVIEW = date(2026, 12, 14)


class OneSentence(NullTranslations):
    """A catalogue of one sentence, whose officer reads it."""

    def pgettext(self, context: str, message: str) -> str:
        return "{officer} يقرأ" if (context, message) == ("phrase.who", "{officer} reads it") else message


@pytest.fixture
def spoken() -> dict[str, Words]:
    """English, and two languages in which one sentence is translated."""
    return {
        SOURCE: Words(LANGUAGES[SOURCE], NullTranslations()),
        **{code: Words(LANGUAGES[code], OneSentence()) for code in ("ar", "vi")},
    }


def test_a_sentence_is_said_in_its_own_context_and_in_english_where_it_is_not_translated(
    spoken: dict[str, Words],
) -> None:
    vi = spoken["vi"]

    assert vi.say("phrase.who", "{officer} reads it", officer="Sam") == "Sam يقرأ"
    assert vi.say("phrase.other", "{officer} reads it", officer="Sam") == "Sam reads it"
    assert vi.say("phrase.other", "") == ""


def test_from_right_to_left_a_name_stands_apart_and_otherwise_not(spoken: dict[str, Words]) -> None:
    assert spoken["ar"].say("phrase.who", "{officer} reads it", officer="Sam") == f"{ISOLATE}Sam{POP} يقرأ"
    assert ISOLATE not in spoken["vi"].say("phrase.who", "{officer} reads it", officer="Sam")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("\u202eSam", "Sam", id="an override"),
        pytest.param("Sam\u2069 reads", "Sam reads", id="an isolate closed that was never open"),
        pytest.param("\u2067Sam", "Sam", id="an isolate left open"),
        pytest.param(f"{ISOLATE}Sam{POP} and Jo", f"{ISOLATE}Sam{POP} and Jo", id="one that is closed again"),
        pytest.param("{officer} {0} %s", "{officer} {0} %s", id="what would be a placeholder"),
    ],
)
def test_no_name_turns_the_words_around_it(spoken: dict[str, Words], name: str, said: str) -> None:
    assert spoken["ar"].say("phrase.who", "{officer} reads it", officer=name) == f"{ISOLATE}{said}{POP} يقرأ"
    assert spoken[SOURCE].say("phrase.who", "{officer} reads it", officer=name) == f"{said} reads it"


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_says_a_day_with_its_weekday_in_the_gregorian_calendar(code: str) -> None:
    words = Words(LANGUAGES[code], NullTranslations())

    monday = words.day(REVIEW)

    assert Locale.parse(code).days["format"]["wide"][0] in monday
    assert any(year in monday for year in ("2026", "٢٠٢٦", "۲۰۲۶", "২০২৬"))


def test_english_says_it_as_children_here_do(spoken: dict[str, Words]) -> None:
    english = spoken[SOURCE]

    assert english.day(REVIEW) == "Monday 14 December 2026"
    assert english.moment(datetime(2026, 7, 1, 16, 20, tzinfo=UTC)) == "Wednesday 1 July at 17:20"
    assert english.moment(datetime(2026, 12, 3, 16, 20, tzinfo=UTC)) == "Thursday 3 December at 16:20"


def test_tags_are_as_browsers_know_them() -> None:
    assert [LANGUAGES[code].tag for code in (SOURCE, "fa_AF", "ckb", "ar")] == ["en-GB", "fa-AF", "ckb", "ar"]
    assert {code for code, language in LANGUAGES.items() if language.direction == "rtl"} == {
        "ar", "fa", "fa_AF", "ps", "ckb", "ur",
    }  # fmt: skip
