"""What can be printed here, in every language a child may be offered; and what cannot is said, never boxed."""

from __future__ import annotations

from gettext import NullTranslations

import pytest

from consultations.languages import LANGUAGES, Words, load_words
from consultations.languages.loading import LOCALES
from consultations.rendering.fonts import PRINTED_AS, lacking, plainly_printable, printable, surely_printable

EXEMPLARS = {
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي٠١٢٣٤٥٦٧٨٩ًٌٍَُِّْ،؛؟",
    "fa_AF": "ءآأئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیۀ\u200c۰۱۲۳۴۵۶۷۸۹،؛؟«»",
    "ps": "آابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهیيېۍئ",
    "ckb": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنهەوۆیێ",
    "ur": "آأابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوؤہۂھءیئےۃ",
    "ti": "ሀለሐመሠረሰቀቐበተኀነአከኸወዐዘየደገጠጸፀፈ፡።፣",
    "am": "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ፡።፣",
    "vi": "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "bn": "অআইঈউঊঋএঐওঔকখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহড়ঢ়য়ৎংঃঁ০১২৩৪৫৬৭৮৯",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАБВГҐДЕЄЖЗИІЇЙ’",
}
"""The letters each language is written with, as the CLDR lists them."""


@pytest.mark.parametrize("code", EXEMPLARS)
def test_every_letter_of_a_language_can_be_printed(code: str) -> None:
    assert printable(EXEMPLARS[code]) == EXEMPLARS[code]


def test_nothing_is_lacking_for_what_children_are_offered() -> None:
    assert list(lacking(load_words(LOCALES).values())) == []


@pytest.mark.parametrize(
    ("code", "package"),
    [("ti", "apt-get install fonts-noto-core"), ("zh_Hans", "apt-get install fonts-noto-cjk")],
)
def test_a_language_whose_letters_no_font_has_is_named_with_what_to_install(code: str, package: str) -> None:
    (said,) = lacking([Words(LANGUAGES[code], NullTranslations(), letters="a\u0378")])

    assert LANGUAGES[code].english in said
    assert said.endswith(package)


def test_a_family_that_is_not_installed_is_named() -> None:
    (said,) = lacking([], ("Noto Sans", "No Such Sans"))

    assert said.startswith("These fonts are not installed: No Such Sans. Run: apt-get install ")


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
