"""Before and after a visit, a page is in the language the phone reads, or the form was in; else in English."""

from __future__ import annotations

import pytest

from bot.chat.web.drawing import Drawing, Frame, phrases
from bot.chat.web.reading import first_offered, wished
from consultations.questions.loading import load
from tests import pseudo

OFFERED = ("en-GB", "ar", "fa-AF", "vi")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param("", "en-GB", id="nothing"),
        pytest.param("ar", "ar", id="Arabic"),
        pytest.param("ar-SD,ar;q=0.9,en;q=0.5", "ar", id="Arabic of Sudan"),
        pytest.param("prs", "fa-AF", id="Dari by its own code"),
        pytest.param("fa-AF", "fa-AF", id="Dari as phones have it"),
        pytest.param("fa-IR,fa;q=0.9", "fa-AF", id="Farsi, where there is only Dari"),
        pytest.param("en;q=0.2, vi", "vi", id="the one wanted most"),
        pytest.param("ar;q=0, en", "en-GB", id="one that is not wanted"),
        pytest.param("so-SO,so;q=0.9,vi;q=0.1", "vi", id="the first there is"),
        pytest.param("ti,am", "en-GB", id="none there is"),
        pytest.param("*", "en-GB", id="any"),
        pytest.param("<script>, ../ar;q=x,;;,", "en-GB", id="nonsense"),
        pytest.param("ar," * 10_000, "ar", id="far too much"),
    ],
)
def test_what_the_phone_asks_for_is_what_it_gets(asked: str, shown: str) -> None:
    assert first_offered(wished({}, asked), OFFERED) == shown


def test_the_page_a_form_was_on_counts_more_than_the_phone() -> None:
    assert first_offered(wished({"language": "fa-AF"}, "vi"), OFFERED) == "fa-AF"
    assert first_offered(wished({"language": "tlh"}, "vi"), OFFERED) == "vi"


def test_the_first_page_is_in_that_language_and_direction_and_so_is_every_word_around_it() -> None:
    spoken = pseudo.spoken()
    languages = {each.language.tag: each.language.direction for each in spoken.values()}
    drawing = Drawing(phrases(load(), spoken), Frame("https://dull.example/", languages=languages))

    for html in (drawing.code("e", ["ar"]), drawing.sorry("went_wrong", None, ["ar"]), drawing.leaving(["ar"])):
        assert '<html lang="ar" dir="rtl">' in html
        assert pseudo.arabic("Notes") in html
    assert '<input type="hidden" name="language" value="ar">' in drawing.code("e", ["ar"])
    assert '<html lang="en-GB" dir="ltr">' in drawing.code("e")
