"""Links and codes: what a slip of the finger, a strange keyboard or a guess does to them."""

from __future__ import annotations

import secrets
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import invitation
from consultations.invitation import (
    ALPHABET,
    LinkToken,
    TypedCode,
    check_symbol,
    new_code,
    new_link,
    read,
    read_code,
    read_token,
)

CODE = TypedCode("4MK7W2Q9TZX0")

codes = st.text(alphabet=ALPHABET, min_size=12, max_size=12).map(TypedCode)


def whole(code: TypedCode) -> str:
    return code.symbols + check_symbol(code.symbols)


@given(codes)
def test_a_code_as_it_is_shown_is_read_back(code: TypedCode) -> None:
    assert read_code(code.shown) == code


@given(codes)
def test_any_one_wrong_symbol_is_caught_in_every_place(code: TypedCode) -> None:
    typed = whole(code)

    wrong = [
        typed[:place] + symbol + typed[place + 1 :]
        for place in range(13)
        for symbol in ALPHABET
        if symbol != typed[place]
    ]

    assert len(wrong) == 13 * 31
    assert all(read_code(each) is None for each in wrong)


def test_any_two_different_neighbours_swapped_are_caught_in_every_place() -> None:
    """Exhaustive: the sum is linear, so what the other symbols are cannot matter; a few are tried all the same."""
    for rest in ("0" * 12, "Z" * 12, CODE.symbols):
        for place in range(11):
            for left in ALPHABET:
                for right in ALPHABET:
                    if left == right:
                        continue
                    symbols = rest[:place] + left + right + rest[place + 2 :]
                    swapped = rest[:place] + right + left + rest[place + 2 :]

                    assert read_code(swapped + check_symbol(symbols)) is None


@given(codes)
def test_the_last_symbol_swapped_with_the_check_symbol_is_caught(code: TypedCode) -> None:
    typed = whole(code)
    swapped = typed[:11] + typed[12] + typed[11]

    assert swapped == typed or read_code(swapped) is None


@given(codes, st.integers(0, 12), st.integers(0, 12))
def test_even_symbols_that_are_far_apart_cannot_be_swapped_unnoticed(code: TypedCode, one: int, other: int) -> None:
    typed = list(whole(code))
    typed[one], typed[other] = typed[other], typed[one]

    assert "".join(typed) == whole(code) or read_code("".join(typed)) is None


def test_every_symbol_is_used_as_a_check_symbol() -> None:
    assert {check_symbol("0" * 11 + symbol) for symbol in ALPHABET} == set(ALPHABET)


FORGIVEN = [
    pytest.param(CODE.shown.lower(), id="small letters"),
    pytest.param(whole(CODE), id="no hyphens"),
    pytest.param("  4MK7 W2Q9\tTZX0 " + CODE.shown[-1] + "\n", id="spaces"),
    pytest.param(CODE.shown.replace("-", "–"), id="the dashes a phone puts in"),
    pytest.param(CODE.shown.replace("-", "−"), id="a minus sign"),
    pytest.param(CODE.shown.replace("0", "O"), id="O for nought"),
    pytest.param(CODE.shown.replace("0", "o"), id="o for nought"),
    pytest.param("\u2066" + CODE.shown + "\u2069\u200f", id="direction marks around it"),
    pytest.param(CODE.shown.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), id="Arabic-Indic digits"),
    pytest.param(CODE.shown.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), id="Persian digits"),
    pytest.param("".join(chr(ord(c) + 0xFEE0) for c in whole(CODE)), id="full-width letters"),
]


@pytest.mark.parametrize("typed", FORGIVEN)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_a_one_may_be_typed_as_i_or_l() -> None:
    code = TypedCode("111111111111")

    assert read_code("il1I-L1il-1IL1-" + check_symbol(code.symbols)) == code


NOT_A_CODE = [
    pytest.param("", id="nothing"),
    pytest.param("-", id="only a hyphen"),
    pytest.param(CODE.symbols, id="check symbol missing"),
    pytest.param(whole(CODE) + "0", id="one too many"),
    pytest.param("4MK7-W2Q9-TZU0-2", id="a U"),
    pytest.param("ÀMK7-W2Q9-TZX0-R", id="an accent"),
    pytest.param("😀" * 13, id="emoji"),
    pytest.param("ß" * 13, id="a letter that grows when made a capital"),
    pytest.param("\x00" * 13, id="NULs"),
    pytest.param("\ud800" * 13, id="lone surrogates"),
    pytest.param("²" * 13, id="superscripts"),
    pytest.param("0" * 1_000_000, id="a megabyte"),
]


@pytest.mark.parametrize("typed", NOT_A_CODE)
def test_what_cannot_be_a_code_is_not_one(typed: str) -> None:
    assert read(typed) is None


@given(st.text())
def test_no_text_whatever_breaks_the_reading(typed: str) -> None:
    found = read(typed)

    assert found is None or isinstance(found, LinkToken | TypedCode)


def test_links_and_codes_are_read_in_the_same_field() -> None:
    link = new_link(secrets.token_bytes)

    assert read(link.text) == link
    assert read(f"  {link.text}\n") == link
    assert read(link.address("https://foreword.example/")) == link
    assert read(CODE.shown) == CODE


def test_a_link_has_128_bits_after_the_hash_and_nowhere_else() -> None:
    link = new_link(lambda count: bytes(range(count)))

    assert link.address("https://foreword.example") == "https://foreword.example/#AAECAwQFBgcICQoLDA0ODw"
    assert set(link.text) <= set(string.ascii_letters + string.digits + "-_")


def test_one_token_has_one_spelling() -> None:
    assert read_token("AAECAwQFBgcICQoLDA0ODw") is not None
    assert read_token("AAECAwQFBgcICQoLDA0ODx") is None
    assert read_token("AAECAwQFBgcICQoLDA0ODw==") is None


def test_secrets_print_as_stars() -> None:
    link, code = new_link(secrets.token_bytes), new_code(secrets.token_bytes)

    assert link.text not in f"{link} {link!r}"
    assert code.symbols not in f"{code} {code!r}"


def test_a_code_uses_all_the_randomness_it_is_given() -> None:
    assert new_code(lambda count: b"\xff" * count).symbols == "Z" * 12
    assert new_code(lambda count: b"\x00" * count).symbols == "0" * 12
    assert new_code(lambda count: bytes([0, 0, 0, 0, 0, 0, 0, 33])).symbols == "000000000011"


def test_the_selector_and_the_secret_part_make_the_whole_code() -> None:
    assert (CODE.selector, CODE.secret) == ("4MK7", "W2Q9TZX0")


def test_the_code_shown_in_the_documentation_is_a_real_one() -> None:
    assert CODE.shown == "4MK7-W2Q9-TZX0-2"
    assert CODE.shown in (invitation.__doc__ or "")
