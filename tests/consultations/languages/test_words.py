"""Sentences, days, times and numbers, as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from gettext import NullTranslations

import pytest
from babel import Locale

from consultations.languages.table import LANGUAGES, Language
from consultations.languages.words import FROM_THE_RIGHT, ISOLATE, POP, TURNING, Words

EVERY = [pytest.param(language, id=language.code) for language in LANGUAGES.values()]
RTL = [pytest.param(language, id=language.code) for language in LANGUAGES.values() if language.direction == "rtl"]
REVIEW = date(2026, 12, 14)


def words(code: str) -> Words:
    """A language without a catalogue: English sentences, its own days and numbers."""
    return Words(LANGUAGES[code], NullTranslations())


@pytest.mark.parametrize("language", EVERY)
def test_a_day_is_gregorian_with_its_weekday_in_the_language_s_own_digits(language: Language) -> None:
    """Never 1405 of the Persian calendar, nor 1448 of the Islamic one: the letter from the council says 2026."""
    said = words(language.code).day(REVIEW)
    weekday = Locale.parse(language.code).days["format"]["wide"][0]

    assert weekday in said
    assert language.digits[2] + language.digits[0] + language.digits[2] + language.digits[6] in said
    assert language.digits[1] + language.digits[4] in said
    assert not TURNING.search(said)


def test_days_as_they_are_read() -> None:
    said = {code: words(code).day(REVIEW) for code in ("en_GB", "ar", "fa_AF", "vi")}

    assert said == {
        "en_GB": "Monday 14 December 2026",
        "ar": "الاثنين، ١٤ ديسمبر ٢٠٢٦",
        "fa_AF": "دوشنبه ۱۴ دسمبر ۲۰۲۶",
        "vi": "Thứ Hai, 14 tháng 12, 2026",
    }


def test_times_are_london_s_summer_and_winter() -> None:
    summer, winter = datetime(2026, 7, 1, 15, 20, tzinfo=UTC), datetime(2026, 12, 14, 16, 20, tzinfo=UTC)

    assert words("en_GB").moment(summer) == "Wednesday 1 July at 16:20"
    assert words("en_GB").moment(winter) == "Monday 14 December at 16:20"
    assert words("ar").moment(winter) == "الاثنين، ١٤ ديسمبر ٢٠٢٦، ١٦:٢٠"
    assert words("fa_AF").moment(winter) == "دوشنبه ۱۴ دسمبر ۲۰۲۶، ساعت ۱۶:۲۰"
    assert words("vi").moment(winter) == "16:20 Thứ Hai, 14 tháng 12, 2026"


@pytest.mark.parametrize("language", EVERY)
def test_a_moment_names_day_and_time_in_every_language(language: Language) -> None:
    said = words(language.code).moment(datetime(2026, 12, 14, 16, 20, tzinfo=UTC))

    assert "16:20".translate(str.maketrans("0123456789", language.digits)) in said
    assert Locale.parse(language.code).days["format"]["wide"][0] in said
    assert not TURNING.search(said)


def test_numbers_stand_in_the_language_s_own_digits_and_telephone_numbers_do_not() -> None:
    said = words("fa_AF").say("c", "{count} · {duty_phone}", count=14, duty_phone="020 7946 0000")

    assert said == f"{ISOLATE}۱۴{POP} · {ISOLATE}020 7946 0000{POP}"


def test_something_is_counted_in_the_form_of_its_number() -> None:
    english = words("en_GB")

    said = [english.count("c", "one question", "{count} questions", count) for count in (1, 2, 0)]
    assert said == ["one question", "2 questions", "0 questions"]


@pytest.mark.parametrize("language", RTL)
@pytest.mark.parametrize(
    ("sentence", "apart"),
    [
        pytest.param("Call Childline on 0800 1111.", "0800 1111", id="the groups of a number keep their order"),
        pytest.param("It looks like 4MK7-W2Q9-TZX0-2.", "4MK7-W2Q9-TZX0-2", id="so do those of a code"),
        pytest.param("Type /leave first.", "/leave", id="and what a command begins with"),
        pytest.param("{officer} can open it.", "Sam", id="a name keeps its own direction"),
        pytest.param("On {review_day}.", "Monday 14 December", id="so does a day"),
    ],
)
def test_from_right_to_left_names_and_numbers_stand_apart(language: Language, sentence: str, apart: str) -> None:
    said = words(language.code).say("c", sentence, officer="Sam", review_day="Monday 14 December")

    assert f"{ISOLATE}{apart}{POP}" in said
    assert said.count(ISOLATE) == said.count(POP) == 1


@pytest.mark.parametrize("language", RTL)
def test_from_right_to_left_a_helper_is_named_before_their_name_also_within_a_sentence(language: Language) -> None:
    """Both are set apart, and nothing between them says which way to go (UAX #9, P2)."""
    speaking = words(language.code)
    told = speaking.say("c", "{helper}، {name}", helper="الشخص المناصر لي", name="Priya Nair")

    said = speaking.say("c", "معك الآن: {helper}", helper=told)

    role, name = f"{ISOLATE}الشخص المناصر لي{POP}", f"{ISOLATE}Priya Nair{POP}"
    assert said == f"معك الآن: {FROM_THE_RIGHT}{role}، {name}{POP}"


def test_a_web_address_is_left_bare_so_that_it_can_be_tapped_and_copied() -> None:
    said = words("ar").say("c", "Open {link}\nor type {code}.", link="https://a.example/#Ab9", code="7KQ2-M8ZX")

    assert said == f"Open https://a.example/#Ab9\nor type {ISOLATE}7KQ2-M8ZX{POP}."


def test_from_left_to_right_nothing_is_added() -> None:
    said = words("vi").say("c", "Call 0800 1111, {officer}.", officer="Sam")

    assert said == "Call 0800 1111, Sam."


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
def test_no_name_turns_the_words_around_it(name: str, said: str) -> None:
    assert words("ar").say("c", "{officer} …", officer=name) == f"{ISOLATE}{said}{POP} …"
    assert words("en_GB").say("c", "{officer} …", officer=name) == f"{said} …"


class OneSentence(NullTranslations):
    """A catalogue of one sentence."""

    def pgettext(self, context: str, message: str) -> str:
        return "{officer} يقرأ" if (context, message) == ("phrase.who", "{officer} reads it") else message


def test_a_sentence_is_said_in_its_own_context_and_in_english_where_it_is_not_translated() -> None:
    said = Words(LANGUAGES["vi"], OneSentence())

    assert said.say("phrase.who", "{officer} reads it", officer="Sam") == "Sam يقرأ"
    assert said.say("phrase.other", "{officer} reads it", officer="Sam") == "Sam reads it"
    assert said.say("phrase.other", "") == ""
