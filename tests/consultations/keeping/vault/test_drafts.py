"""Drafts open only for their own consultation, in exactly the version that was read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consultations.keeping.vault.details import seal_details
from consultations.keeping.vault.drafts import (
    DraftKey,
    new_draft_key,
    open_draft,
    seal_draft,
    unwrap_draft_key,
    wrap_draft_key,
)
from consultations.keeping.vault.problems import Refused, TooLarge
from tests.consultations.keeping.vault.cast import WORDS, Site

KIB = 1024


@pytest.fixture
def key(site: Site) -> DraftKey:
    return new_draft_key(site.chat)


def test_a_draft_comes_back_as_it_was(site: Site, key: DraftKey) -> None:
    wrapped = wrap_draft_key(site.chat, site.seasons, "amal", key)
    sealed = seal_draft(key, "amal", 7, WORDS)

    again = unwrap_draft_key(site.chat, site.seasons, "amal", wrapped)

    assert open_draft(again, "amal", 7, sealed) == WORDS


Forged = Callable[[Site, DraftKey, bytes], bytes]

FORGERIES: list[tuple[str, str, Forged]] = [
    ("another child's draft under the same key", "does not open", lambda s, k, b: seal_draft(k, "other", 7, WORDS)),
    ("an older one, said to be this version", "does not open", lambda s, k, b: seal_draft(k, "amal", 6, WORDS)),
    ("a newer one, said to be this version", "does not open", lambda s, k, b: seal_draft(k, "amal", 8, WORDS)),
    ("another child's", "does not open", lambda s, k, b: seal_draft(new_draft_key(s.chat), "amal", 7, WORDS)),
    (
        "another site's under the same key",
        "does not open",
        lambda s, k, b: seal_draft(DraftKey("another-site", k.secret), "amal", 7, WORDS),
    ),
    ("nothing", "format", lambda s, k, b: b""),
    ("words in the clear", "format", lambda s, k, b: WORDS),
    ("only the beginning", "cut short", lambda s, k, b: b[:20]),
    ("cut in half", "does not open", lambda s, k, b: b[:4096]),
    ("one byte less", "does not open", lambda s, k, b: b[:-1]),
    ("one byte more", "does not open", lambda s, k, b: b + b"\0"),
    ("a format from the future", "format", lambda s, k, b: b"\x63" + b[1:]),
    ("the hybrid suite, which is not written yet", "format", lambda s, k, b: b[:1] + b"\x02" + b[2:]),
    ("details in its place", "format", lambda s, k, b: seal_details(s.chat, "review", "amal", WORDS)),
]


@pytest.mark.parametrize(("why", "forged"), [pytest.param(why, f, id=name) for name, why, f in FORGERIES])
def test_a_draft_that_is_not_this_one_is_refused(site: Site, key: DraftKey, why: str, forged: Forged) -> None:
    genuine = seal_draft(key, "amal", 7, WORDS)

    with pytest.raises(Refused, match=why):
        open_draft(key, "amal", 7, forged(site, key, genuine))

    assert open_draft(key, "amal", 7, genuine) == WORDS


def test_a_draft_key_put_in_another_row_is_refused(site: Site, elsewhere: Site, key: DraftKey) -> None:
    wrapped = wrap_draft_key(site.chat, site.seasons, "amal", key)

    with pytest.raises(Refused):
        unwrap_draft_key(site.chat, site.seasons, "other", wrapped)
    with pytest.raises(Refused):
        unwrap_draft_key(elsewhere.chat, site.seasons, "amal", wrapped)


def test_a_season_named_falsely_is_refused(site: Site, key: DraftKey) -> None:
    wrapped = wrap_draft_key(site.chat, site.seasons, "amal", key)

    with pytest.raises(Refused, match="season"):
        unwrap_draft_key(site.chat, site.seasons, "amal", wrapped[:2] + bytes(8) + wrapped[10:])


def test_the_same_words_never_look_the_same_twice(key: DraftKey) -> None:
    assert seal_draft(key, "amal", 7, WORDS) != seal_draft(key, "amal", 7, WORDS)


@pytest.mark.parametrize(
    ("length", "size"), [(0, 8), (1, 8), (4_000, 8), (8 * KIB - 34, 8), (8 * KIB - 33, 32), (60_000, 128)]
)
def test_a_draft_has_one_of_three_sizes(key: DraftKey, length: int, size: int) -> None:
    assert len(seal_draft(key, "amal", 1, b"x" * length)) == size * KIB


def test_a_draft_that_fits_no_size_is_said_so(key: DraftKey) -> None:
    with pytest.raises(TooLarge, match="128 KiB"):
        seal_draft(key, "amal", 1, b"x" * 128 * KIB)
