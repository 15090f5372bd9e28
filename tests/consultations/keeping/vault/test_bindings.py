"""What a ciphertext is bound to, what it begins with and how long it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.keeping.vault.context import context, pack, unpack
from consultations.keeping.vault.formats import Format, Suite, body, header
from consultations.keeping.vault.padding import BUNDLE_SIZES, DRAFT_SIZES, pad, size_for, unpad
from consultations.keeping.vault.problems import Refused, TooLarge

PLACES = ("review", "consultation", "sending", "kind", "group", "reader")


@given(st.lists(st.binary(max_size=40)), st.lists(st.binary(max_size=40)))
def test_two_lists_of_parts_never_read_the_same(one: list[bytes], other: list[bytes]) -> None:
    assert unpack(pack(*one)) == tuple(one)
    assert (pack(*one) == pack(*other)) == (one == other)


@given(st.lists(st.binary(max_size=40), min_size=1), st.data())
def test_parts_that_are_cut_short_are_refused(parts: list[bytes], data: st.DataObject) -> None:
    packed = pack(*parts)
    cuts = {sum(4 + len(part) for part in parts[:count]) for count in range(len(parts) + 1)}
    length = data.draw(st.integers(0, len(packed)).filter(lambda cut: cut not in cuts))

    with pytest.raises(Refused):
        unpack(packed[:length])


@pytest.mark.parametrize("place", PLACES)
def test_every_place_counts(place: str) -> None:
    assert _placed(place, "a") != _placed(place, "b")


def test_an_id_in_one_place_is_not_the_same_id_in_another() -> None:
    everywhere = {_placed(place, "a") for place in PLACES} | {context("label", "site", version=1)}

    assert len(everywhere) == len(PLACES) + 1


def test_ids_that_run_into_each_other_stay_apart() -> None:
    assert context("label", "site", review="ab", sending="c") != context("label", "site", review="a", sending="bc")


def test_the_site_and_what_it_is_for_count() -> None:
    assert len({context("label", "site"), context("label", "other"), context("other", "site")}) == 3


def test_a_context_of_no_site_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="site"):
        context("label", "")


@pytest.mark.parametrize("beginning", [b"", b"\x01", b"\x01\x00", b"\x63\x01", bytes((Format.DRAFT, Suite.HYBRID))])
def test_a_format_or_suite_that_is_not_known_is_refused(beginning: bytes) -> None:
    with pytest.raises(Refused, match="format"):
        body(beginning + b"anything", Format.DRAFT)


def test_no_format_is_taken_for_another() -> None:
    for wanted in Format:
        for given_format in set(Format) - {wanted}:
            with pytest.raises(Refused):
                body(header(given_format) + b"anything", wanted)


@given(st.binary(max_size=200), st.integers(204, 300))
def test_what_is_padded_comes_back_and_only_exactly_so(plain: bytes, size: int) -> None:
    padded = pad(plain, size)

    assert len(padded) == size
    assert unpad(padded) == plain


@pytest.mark.parametrize(
    "padded",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\0\0", id="no whole length"),
        pytest.param(b"\0\0\0\x05abcd", id="longer than there is"),
        pytest.param(b"\xff\xff\xff\xffabcd", id="absurdly long"),
        pytest.param(b"\0\0\0\x02ab\0\0x\0", id="something in the padding"),
    ],
)
def test_padding_that_was_not_written_so_is_refused(padded: bytes) -> None:
    with pytest.raises(Refused):
        unpad(padded)


@pytest.mark.parametrize("sizes", [DRAFT_SIZES, BUNDLE_SIZES])
def test_each_size_is_used_to_its_last_byte(sizes: tuple[int, ...]) -> None:
    overhead = 30
    for size, larger in zip(sizes, (*sizes[1:], None), strict=True):
        fits = size - overhead - 4

        assert size_for(fits, sizes, overhead) == size
        if larger:
            assert size_for(fits + 1, sizes, overhead) == larger
        else:
            with pytest.raises(TooLarge):
                size_for(fits + 1, sizes, overhead)


def _placed(place: str, id: str) -> bytes:
    places: dict[str, Any] = {place: id}
    return context("label", "site", **places)
