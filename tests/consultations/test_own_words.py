"""Typed words are kept exactly, but for what nobody could see or what would disturb the words around them."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.own_words import tidy

ANYTHING = st.text(st.characters(), max_size=60)
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Sam’s dog – “Biscuit”… 100% £5", id="signs"),
        pytest.param("one\ntwo\n\nthree\tfour", id="lines and tabs"),
        pytest.param("می‌خواهم", id="a Persian non-joiner"),
        pytest.param("க்ஷ ക്ഷ‍", id="Indic joiners"),
        pytest.param("👩‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 👍🏽 ❤️ 1️⃣", id="emoji of several signs"),
        pytest.param("العربية\u200f!", id="a mark of direction"),
        pytest.param("ñ and n\u0303", id="composed and not"),
    ],
)
def test_what_means_something_stays_exactly(words: str) -> None:
    assert tidy(words) == words


@given(ANYTHING)
def test_what_is_kept_can_be_stored_anywhere_and_turns_nothing(words: str) -> None:
    kept = tidy(words)

    assert kept.encode() == json.loads(json.dumps(kept)).encode()
    assert not set(kept) & set(TURNING)
    assert not [sign for sign in kept if unicodedata.category(sign) in ("Cs", "Cc") and sign not in "\n\t"]
    assert tidy(kept) == kept


@given(ANYTHING)
def test_every_letter_digit_and_sign_stays_in_its_place(words: str) -> None:
    seen = [sign for sign in words if unicodedata.category(sign)[0] in "LMNPS"]

    assert [sign for sign in tidy(words) if unicodedata.category(sign)[0] in "LMNPS"] == [
        sign for sign in seen if sign not in "\ufff9\ufffa\ufffb"
    ]


@pytest.mark.parametrize("nothing", ["", " ", "\n\n", "\x00\x01", "\u202e\u2069", "\ud800", "\ufeff", "\u2028"])
def test_nothing_that_can_be_seen_is_nothing(nothing: str) -> None:
    assert tidy(nothing) == ""


def test_line_ends_of_every_kind_become_one() -> None:
    assert tidy("a\r\nb\rc\nd\u2028e\u2029f") == "a\nb\nc\nd\ne\nf"


def test_a_megabyte_takes_no_time_to_speak_of() -> None:
    assert len(tidy("x\u202e" * 500_000)) == 500_000
