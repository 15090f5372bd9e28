"""What stands in the table of languages is what the Unicode CLDR says, and field facts §8."""

from __future__ import annotations

from gettext import c2py

import pytest
from babel import Locale

from consultations.languages.table import LANGUAGES, SOURCE, Language, language_of

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
EVERY = [pytest.param(language, id=language.code) for language in LANGUAGES.values()]
FORMS = {
    "en_GB": 2, "cy": 6, "ar": 6, "fa": 2, "fa_AF": 2, "ps": 2, "ckb": 2, "ur": 2, "ti": 2, "am": 2, "so": 2, "vi": 1,
    "sq": 2, "uk": 4, "pl": 4, "ro": 3, "tr": 2, "bn": 2, "pt": 3, "fr": 3, "es": 3, "zh_Hans": 1,
}  # fmt: skip
"""Field facts §8."""


def test_every_language_of_the_field_facts_is_there_in_its_order() -> None:
    assert {code: language.forms for code, language in LANGUAGES.items()} == FORMS
    assert next(iter(LANGUAGES)) == SOURCE


@pytest.mark.parametrize("language", EVERY)
def test_plural_forms_are_those_of_cldr_for_every_number(language: Language) -> None:
    """`pybabel init` writes other ones for cy, ar, fa, fa_AF, ti, am, tr, bn, pt: never take its word for it."""
    cldr = Locale.parse(language.code).plural_form
    categories = [each for each in CATEGORIES if each in cldr.tags | {"other"}]
    form = c2py(language.plural)

    taken = {number: categories[form(number)] for number in (*range(201), 1_000, 1_000_000, 2_000_000)}

    assert len(categories) == language.forms
    assert taken == {number: cldr(number) for number in taken}


@pytest.mark.parametrize("language", EVERY)
def test_it_runs_the_way_cldr_says(language: Language) -> None:
    assert language.direction == Locale.parse(language.code).text_direction


def test_tags_are_as_browsers_know_them() -> None:
    assert [LANGUAGES[code].tag for code in ("en_GB", "fa_AF", "zh_Hans")] == ["en-GB", "fa-AF", "zh-Hans"]


@pytest.mark.parametrize("language", EVERY)
def test_its_digits_are_those_of_cldr(language: Language) -> None:
    """Arabic as in Sudan, Syria, Iraq and Egypt, not as CLDR has it for the whole world."""
    first = {"latn": "0", "arab": "٠", "arabext": "۰", "beng": "০"}
    places = ("ar_SD", "ar_SY", "ar_IQ", "ar_EG") if language.code == "ar" else (language.code,)

    assert [int(digit) for digit in language.digits] == list(range(10))
    assert {first[Locale.parse(place).default_numbering_system] for place in places} == {language.digits[0]}


@pytest.mark.parametrize("language", EVERY)
def test_every_language_is_named_in_itself(language: Language) -> None:
    own = Locale.parse(language.code).get_language_name()

    assert own is not None
    if language.code == "zh_Hans":
        assert own in "简体中文"
    elif language.code in ("fa_AF", "ckb"):  # CLDR's longer names: Farsi of Afghanistan, central Kurdish
        assert language.own_name
    else:
        assert language.own_name.casefold() == own.casefold()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("prs", "fa_AF", id="Dari, as ISO 639-3 has it and CLDR does not"),
        pytest.param("PRS", "fa_AF", id="in capitals"),
        pytest.param("fa-AF", "fa_AF", id="as a web page says it"),
        pytest.param("en", "en_GB", id="English"),
        pytest.param("zh", "zh_Hans", id="Chinese"),
        pytest.param(" ar ", "ar", id="with spaces"),
        pytest.param("dari", "fa_AF", id="by its English name"),
        pytest.param("Kurdish (Sorani)", "ckb", id="by the name staff read"),
        pytest.param("Sorani", "ckb", id="by half of it"),
    ],
)
def test_a_language_is_known_however_its_code_is_written(written: str, code: str) -> None:
    assert language_of(written) == LANGUAGES[code]


@pytest.mark.parametrize("written", ["", "tlh", "ku", "fa_IQ", "../ar", "Arabic?", "\x00"])
def test_a_code_nobody_knows_is_no_language(written: str) -> None:
    """`ku` is Kurmanji, in Latin letters from left to right; we speak Sorani."""
    assert language_of(written) is None
