"""P9: what a reader writes about opened words is sealed to the same readers, for its own place."""

from __future__ import annotations

import pytest

from consultations.keeping.vault.notes import open_note, seal_note
from consultations.keeping.vault.problems import Refused, TooLarge
from tests.consultations.keeping.vault.cast import WORDS, Site


def _note(site: Site) -> bytes:
    return seal_note(site.id, "reading", "1", WORDS, [site.sam.public, site.recovery.public])


def test_a_note_opens_to_the_same_readers(site: Site) -> None:
    note = _note(site)

    assert open_note(site.id, "reading", "1", note, site.sam) == WORDS
    assert open_note(site.id, "reading", "1", note, site.recovery) == WORDS


def test_a_note_opens_to_nobody_else(site: Site, elsewhere: Site) -> None:
    for reader in (site.priya, site.lee, elsewhere.sam):
        with pytest.raises(Refused, match="not sealed to this reader"):
            open_note(site.id, "reading", "1", _note(site), reader)


def test_a_note_in_another_place_is_refused(site: Site, elsewhere: Site) -> None:
    for place in ((site.id, "reading", "2"), (site.id, "wish", "1"), (elsewhere.id, "reading", "1")):
        with pytest.raises(Refused):
            open_note(*place, _note(site), site.sam)


def test_a_short_note_is_as_long_as_a_long_one(site: Site) -> None:
    readers = [site.sam.public, site.recovery.public]

    assert len(seal_note(site.id, "reading", "1", b"No.", readers)) == len(
        seal_note(site.id, "reading", "1", b"x" * 250, readers)
    )
    with pytest.raises(TooLarge):
        seal_note(site.id, "reading", "1", b"x" * 8192, readers)
