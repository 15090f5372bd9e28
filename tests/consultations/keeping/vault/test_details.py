"""A child's name is sealed for one side, for one row; and is found again without being shown."""

from __future__ import annotations

import pytest

from consultations.keeping.vault.details import blind_index, open_details, seal_details
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import Refused, TooLarge
from tests.consultations.keeping.vault.cast import Site

NAME = b"Amal Zanzibarkettle"


def test_details_come_back_as_they_were(site: Site) -> None:
    for keys in (site.chat, site.portal):
        assert open_details(keys, "review", "1", seal_details(keys, "review", "1", NAME)) == NAME


def test_details_in_another_place_are_refused(site: Site, elsewhere: Site) -> None:
    sealed = seal_details(site.chat, "review", "1", NAME)

    places: list[tuple[ChatKeys | PortalKeys, str, str]] = [
        (site.chat, "review", "2"),
        (site.chat, "contact", "1"),
        (site.portal, "review", "1"),
        (elsewhere.chat, "review", "1"),
    ]
    for keys, what, row in places:
        with pytest.raises(Refused):
            open_details(keys, what, row, sealed)


def test_a_short_name_is_as_long_as_a_long_one(site: Site) -> None:
    assert len(seal_details(site.chat, "review", "1", b"Al")) == len(seal_details(site.chat, "review", "1", b"A" * 400))


def test_details_that_fit_no_size_are_said_so(site: Site) -> None:
    with pytest.raises(TooLarge):
        seal_details(site.chat, "review", "1", b"A" * 8192)


@pytest.mark.parametrize("typed", ["Zoë Ó Brien", "  ZOË  ó   brien ", "Zoe\u0308 O\u0301 Brien"])
def test_a_name_is_found_however_it_is_typed(site: Site, typed: str) -> None:
    assert blind_index(site.portal, "name", typed) == blind_index(site.portal, "name", "Zoë Ó Brien")


def test_an_index_says_nothing_without_the_key_file(site: Site, elsewhere: Site) -> None:
    marks = {
        blind_index(site.portal, "name", "Zoë"),
        blind_index(site.chat, "name", "Zoë"),
        blind_index(elsewhere.portal, "name", "Zoë"),
        blind_index(site.portal, "place", "Zoë"),
        blind_index(site.portal, "name", "Zoe"),
    }

    assert len(marks) == 5


def test_what_no_name_can_hold_is_still_looked_up(site: Site) -> None:
    assert blind_index(site.portal, "name", "\ud800\0")
