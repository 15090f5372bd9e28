"""P4: a reader's public key changed in the database is noticed, and nothing is sealed to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from consultations.keeping.vault import hpke, signing
from consultations.keeping.vault.directory import DirectoryEntry, enter, verified
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.sendings import Group, wraps_anew
from tests.consultations.keeping.vault.cast import WORDS, Site

Changed = Callable[[Site, Site, DirectoryEntry], DirectoryEntry]


def _with_keys_of(entry: DirectoryEntry, other: PublicReader) -> DirectoryEntry:
    return replace(entry, reader=replace(entry.reader, sealing=other.sealing, signing=other.signing))


CHANGES: list[tuple[str, Changed]] = [
    ("Priya's keys in Sam's row", lambda s, e, sam: _with_keys_of(sam, s.priya.public)),
    (
        "Priya's keys and signature in Sam's row",
        lambda s, e, sam: replace(_with_keys_of(sam, s.priya.public), signature=s.entry(s.priya).signature),
    ),
    (
        "only the key that opens changed",
        lambda s, e, sam: replace(sam, reader=replace(sam.reader, sealing=s.priya.public.sealing)),
    ),
    (
        "only the key that signs changed",
        lambda s, e, sam: replace(sam, reader=replace(sam.reader, signing=s.priya.public.signing)),
    ),
    ("Sam's row under another id", lambda s, e, sam: replace(sam, reader=replace(sam.reader, id="priya"))),
    ("signed by the portal of another site", lambda s, e, sam: e.entry(s.sam)),
    (
        "signed by this portal, for another site",
        lambda s, e, sam: enter(replace(s.portal, site=e.id), s.sam.public),
    ),
    (
        "signed by the chat",
        lambda s, e, sam: enter(replace(s.portal, directory=s.chat.signing), s.sam.public),
    ),
    ("signed by Sam", lambda s, e, sam: enter(replace(s.portal, directory=s.sam.signing), s.sam.public)),
    ("not signed", lambda s, e, sam: replace(sam, signature=b"")),
    ("half a signature", lambda s, e, sam: replace(sam, signature=sam.signature[:40])),
    ("a signature of another format", lambda s, e, sam: replace(sam, signature=b"\x01" + sam.signature[1:])),
    (
        "a signature over the bare keys",
        lambda s, e, sam: replace(sam, signature=signing.sign(s.portal.directory, sam.reader.to_bytes())),
    ),
]


@pytest.mark.parametrize("changed", [pytest.param(change, id=name) for name, change in CHANGES])
def test_nothing_is_sealed_to_a_reader_who_was_changed(site: Site, elsewhere: Site, changed: Changed) -> None:
    entry = changed(site, elsewhere, site.entry(site.sam))
    (opened,) = site.read(site.sam, site.sent())

    with pytest.raises(Refused):
        verified(entry, site.chat.directory_public, site.id)
    with pytest.raises(Refused):
        site.sent(Group("officer", WORDS, (site.entry(site.recovery), entry)))
    with pytest.raises(Refused):
        site.sent(site.officers(), Group("advocate", WORDS, (entry,)))
    with pytest.raises(Refused):
        wraps_anew(opened.key, [site.entry(site.recovery), entry], site.chat.directory_public, 4)


def test_a_reader_who_was_entered_is_verified(site: Site) -> None:
    kept = site.entry(site.sam)
    read = DirectoryEntry.from_bytes("sam", kept.reader.to_bytes(), kept.signature)

    assert verified(read, site.chat.directory_public, site.id) == site.sam.public


@pytest.mark.parametrize("kept", [b"", b"\x0a\x01", b"\x0a\x01" + bytes(63), b"\x0a\x01" + bytes(65), bytes(66)])
def test_public_keys_of_another_shape_are_refused(kept: bytes) -> None:
    with pytest.raises(Refused):
        PublicReader.from_bytes("sam", kept)


def test_nothing_is_sealed_to_a_key_that_gives_everyone_the_same_secret(site: Site) -> None:
    """RFC 7748 §6.1: a point of small order makes the shared secret zero, whoever seals."""
    with pytest.raises(Refused, match="sealed to"):
        hpke.seal_to(bytes(32), site.sam.sealing, b"")


def test_nothing_is_sealed_to_nobody(site: Site) -> None:
    with pytest.raises(ValueError, match="nobody"):
        site.sent(Group("officer", WORDS, ()))
