"""Words in a language: a catalogue read in memory, names that stand apart, days with their weekday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from consultations.languages import ISOLATE, LANGUAGES, POP, SOURCE, Words, load_words

REVIEW = date(2026, 12, 14)


@pytest.fixture
def spoken(tmp_path: Path) -> dict[str, Words]:
    """English, and two languages in which one sentence is translated."""
    for code, said in (("ar", "{officer} يقرأ"), ("vi", "{officer} đọc")):
        catalogue = Catalog(locale=code)
        catalogue.add("{officer} reads it", string=said, context="phrase.who")
        (tmp_path / code / "LC_MESSAGES").mkdir(parents=True)
        with (tmp_path / code / "LC_MESSAGES" / "questions.po").open("wb") as file:
            write_po(file, catalogue)
    return dict(load_words(tmp_path))


def test_english_is_always_spoken_and_a_language_without_a_catalogue_is_not(spoken: dict[str, Words]) -> None:
    assert set(spoken) == {SOURCE, "ar", "vi"}


def test_a_sentence_is_said_in_its_own_context_and_in_english_where_it_is_not_translated(
    spoken: dict[str, Words],
) -> None:
    vi = spoken["vi"]

    assert vi.say("phrase.who", "{officer} reads it", officer="Sam") == "Sam đọc"
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
    words = Words(LANGUAGES[code], load_words(Path("none"))[SOURCE]._catalogue)

    monday = words.day(REVIEW)

    assert Locale.parse(code).days["format"]["wide"][0] in monday
    assert any(year in monday for year in ("2026", "٢٠٢٦", "۲۰۲۶"))


def test_english_says_it_as_children_here_do() -> None:
    english = load_words(Path("none"))[SOURCE]

    assert english.day(REVIEW) == "Monday 14 December 2026"
    assert english.moment(datetime(2026, 7, 1, 16, 20, tzinfo=UTC)) == "Wednesday 1 July at 17:20"
    assert english.moment(datetime(2026, 12, 3, 16, 20, tzinfo=UTC)) == "Thursday 3 December at 16:20"


def test_tags_are_as_browsers_know_them() -> None:
    assert [LANGUAGES[code].tag for code in (SOURCE, "fa_AF", "ckb", "ar")] == ["en-GB", "fa-AF", "ckb", "ar"]
    assert {code for code, language in LANGUAGES.items() if language.direction == "rtl"} == {
        "ar", "fa", "fa_AF", "ps", "ckb", "ur",
    }  # fmt: skip
