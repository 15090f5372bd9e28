"""A PIN is four digits in any script, or three pictures in order; what is kept of it is not the PIN."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.pin import PICTURES, PICTURES_NEEDED, digits, matches, verifier
from tests.consultations.conversation.cast import BOOK

DIGITS = st.sampled_from([chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Nd"])


@given(st.lists(DIGITS, min_size=4, max_size=4), st.sampled_from(["", " ", "-", " . "]))
def test_four_digits_of_any_script_are_a_pin_however_they_are_spaced(typed: list[str], between: str) -> None:
    assert digits(between.join(typed)) == "".join(str(unicodedata.digit(sign)) for sign in typed)


@pytest.mark.parametrize("typed", ["", "123", "12345", "one two", "12a34", "1234 dog", "١٢٣", "🐶🐱🐟⭐", "----"])
def test_anything_else_is_none(typed: str) -> None:
    assert digits(typed) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 9999))
def test_only_the_pin_that_was_chosen_opens(chosen: int, given_: int) -> None:
    kept = verifier(f"{chosen:04}", "k3v9x2mq")

    assert matches(kept, f"{given_:04}", "k3v9x2mq") == (chosen == given_)


def test_the_same_pin_of_another_child_is_kept_as_something_else() -> None:
    assert verifier("2580", "amal") != verifier("2580", "billie")
    assert not matches(verifier("2580", "amal"), "2580", "billie")


def test_no_pin_opens_what_was_never_locked() -> None:
    assert not matches(b"", "0000", "k3v9x2mq")


def test_there_is_a_word_for_every_picture_and_each_picture_is_one_sign() -> None:
    assert {f"picture_{id}" for id in PICTURES} <= set(BOOK.phrases)
    assert all(len(picture) == 1 for picture in PICTURES.values())
    assert len(PICTURES) ** PICTURES_NEEDED > 500
