"""Which way a line runs: by its own first letter, unless that belongs to a name that stands apart in it."""

from __future__ import annotations

import pytest

from consultations.rendering.characters import direction


@pytest.mark.parametrize(
    ("text", "language", "runs"),
    [
        pytest.param("\u2068Sam Okafor\u2069 جلسهٔ شما را پیش می‌برد.", "fa_AF", "rtl", id="a name comes first"),
        pytest.param("\u2068Sam Okafor\u2069", "ar", "rtl", id="a button that is a name and nothing else"),
        pytest.param("\u2068سام\u2069 runs it", "en_GB", "ltr", id="an Arabic name comes first"),
        pytest.param("ESOL أدرس", "ar", "ltr", id="typed words that begin in English"),
        pytest.param("٣!", "ar", "rtl", id="no letter at all: as the language runs"),
        pytest.param("3!", "vi", "ltr", id="no letter in a language from left to right"),
        pytest.param("\u2069\u2069نعم", "ar", "rtl", id="the end of what never began"),
        pytest.param("😀", "nobody's", "ltr", id="a language nobody knows"),
    ],
)
def test_a_line_runs_as_its_first_letter_does_outside_of_names(text: str, language: str, runs: str) -> None:
    assert direction(text, language) == runs
