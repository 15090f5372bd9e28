"""What was sent opens to its readers and to nobody else, and its size says nothing (P2, P5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from consultations.keeping.vault import aead, hpke
from consultations.keeping.vault.directory import DirectoryEntry
from consultations.keeping.vault.formats import HEADER
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.manifests import Manifest
from consultations.keeping.vault.problems import Refused, TooLarge
from consultations.keeping.vault.readers import new_reader
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Group, SealedSending, content_keys, readers_at_sending, wraps_anew
from tests.consultations.keeping.vault.cast import AMAL, WORDS, Site


def test_the_officer_and_the_recovery_key_read_the_same_words(site: Site) -> None:
    sealed = site.sent()

    for reader in (site.sam, site.recovery):
        (opened,) = site.read(reader, sealed)
        assert (opened.group, opened.plain) == ("officer", WORDS)


def test_each_reader_is_given_their_own_groups_words_and_no_sign_of_another(site: Site) -> None:
    sealed = site.sent(site.officers(b"all of it"), site.advocates(b"three answers"))

    assert [opened.plain for opened in site.read(site.sam, sealed)] == [b"all of it"]
    assert [opened.plain for opened in site.read(site.lee, sealed)] == [b"three answers"]
    assert {opened.plain for opened in site.read(site.recovery, sealed)} == {b"all of it", b"three answers"}


def test_who_was_granted_nothing_is_given_nothing(site: Site, elsewhere: Site) -> None:
    sealed = site.sent()

    for reader in (site.priya, site.lee, elsewhere.sam, elsewhere.recovery, replace(site.priya, id="sam")):
        assert site.read(reader, sealed) == ()


def test_any_number_of_groups_and_readers_is_carried(site: Site) -> None:
    readers = [new_reader(f"reader-{number}") for number in range(9)]
    entries = tuple(site.entry(reader) for reader in readers)
    groups = [Group(f"group-{number}", f"words {number}".encode(), entries[number:]) for number in range(5)]

    sealed = site.sent(*groups)

    assert (len(sealed.bundles), {len(wraps) for wraps in sealed.wraps}) == (6, {12})
    assert {opened.group for opened in site.read(readers[8], sealed)} == {group.name for group in groups}
    assert {opened.group for opened in site.read(readers[0], sealed)} == {"group-0"}


def shape(sealed: SealedSending) -> tuple[object, ...]:
    """Everything about a sending that can be counted or measured without opening it."""
    return (
        len(sealed.manifest),
        len(sealed.signature),
        [len(bundle) for bundle in sealed.bundles],
        [[len(wrap) for wrap in wraps] for wraps in sealed.wraps],
    )


@pytest.mark.parametrize("change", ["longer", "shared with one more group", "one reader more", "two readers more"])
def test_what_a_child_says_and_chooses_changes_no_size_and_no_count(site: Site, change: str) -> None:
    one_word = site.sent(site.officers(b"x" * 9_000 + b"Yes."))
    officers = site.officers(b"x" * 9_000 + b"Yes.")
    changed = {
        "longer": (site.officers(b"x" * 9_000 + "ж".encode() * 900),),
        "shared with one more group": (officers, site.advocates(b"Yes.")),
        "one reader more": (replace(officers, readers=(*officers.readers, site.entry(site.priya))),),
        "two readers more": (
            replace(officers, readers=(*officers.readers, site.entry(site.priya), site.entry(site.lee))),
        ),
    }[change]

    assert shape(site.sent(*changed)) == shape(one_word)
    assert shape(one_word)[2:] == ([32_768] * 2, [[82] * 4] * 2)


@pytest.mark.parametrize(("length", "size"), [(1, 32), (32_000, 32), (33_000, 128), (200_000, 512)])
def test_all_bundles_of_a_sending_have_the_size_of_the_largest(site: Site, length: int, size: int) -> None:
    sealed = site.sent(site.officers(b"x" * length), site.advocates(b"short"))

    assert [len(bundle) for bundle in sealed.bundles] == [size * 1024] * 2


def test_words_that_fit_no_size_are_said_so(site: Site) -> None:
    with pytest.raises(TooLarge, match="512 KiB"):
        site.sent(site.officers(b"x" * 512 * 1024))


def test_neither_place_nor_order_tells_which_bundle_and_wrap_are_whose(site: Site) -> None:
    places = set()
    for _ in range(60):
        sealed = site.sent()
        (opened,) = site.read(site.sam, sealed)
        slot = opened.key.place.slot
        (at,) = (at for at, wrap in enumerate(sealed.wraps[slot]) if _opens(site, wrap, opened.key.place.context))
        places.add((slot, at))

    assert len(places) == 8


def test_nothing_in_a_sending_names_a_reader_or_a_group(site: Site) -> None:
    sealed = site.sent(site.officers(), site.advocates())
    everything = b"".join((sealed.manifest, sealed.signature, *sealed.bundles, *sum(sealed.wraps, ())))

    for name in (b"sam", b"recovery", b"officer", b"advocate", b"zanzibarkettle"):
        assert name not in everything
    for reader in (site.sam, site.recovery, site.lee):
        assert reader.public.sealing not in everything


def test_only_who_holds_the_words_can_tell_who_else_was_given_them(site: Site) -> None:
    sealed = site.sent(site.officers(), site.advocates())
    manifest = Manifest.from_bytes(sealed.manifest)
    (opened,) = site.read(site.sam, sealed)
    everyone = [site.sam.public, site.priya.public, site.lee.public, site.recovery.public]

    assert readers_at_sending(manifest, opened.key, everyone) == (site.sam.public, site.recovery.public)
    outsider = replace(opened.key, secret=Secret(bytes(32)))
    assert readers_at_sending(manifest, outsider, everyone) == ()


def test_another_reader_is_given_the_words_later_without_the_chat_and_who_had_them_has_them_no_more(
    site: Site,
) -> None:
    """As many wraps as before, of the same sizes: nothing shows that it was done, or to how many (P5)."""
    sealed = site.sent()
    (key,) = content_keys(site.recovery, sealed, site.chat.public, site=site.id, review=AMAL, sending="sending-1")
    wraps = list(sealed.wraps)
    to = [site.entry(site.priya), site.entry(site.recovery)]
    wraps[key.bundle] = wraps_anew(key, to, site.chat.directory_public, len(wraps[key.bundle]))
    passed_on = replace(sealed, wraps=tuple(wraps))

    for reader in (site.priya, site.recovery):
        assert [opened.plain for opened in site.read(reader, passed_on)] == [WORDS]
    assert site.read(site.sam, passed_on) == ()
    assert site.read(site.lee, passed_on) == ()
    assert [len(wrap) for wrap in wraps[key.bundle]] == [len(wrap) for wrap in sealed.wraps[key.bundle]]


def test_everything_the_server_has_opens_no_sending(site: Site) -> None:
    """P2: both key files, the seasons, the directory and the sending itself, each key tried in every way there is."""
    sealed = site.sent()
    manifest = Manifest.from_bytes(sealed.manifest)
    tried = 0
    for key in _every_key_of(site, sealed):
        for slot, bundle in enumerate(sealed.bundles):
            place = site.read(site.sam, sealed)[0].key.place
            place = replace(place, slot=slot)
            for wrap in sealed.wraps[slot]:
                for id in ("sam", "recovery", ""):
                    assert hpke.open_with(key, wrap[HEADER:], place.context("wrap", id)) is None
            with pytest.raises(Refused):
                aead.unseal(key, bundle[HEADER:], place.context("bundle"))
            tried += 1

    assert tried >= 40
    assert manifest.bundles
    assert site.read(site.sam, sealed)[0].plain == WORDS


def test_words_do_not_show_where_a_sending_is_printed(site: Site) -> None:
    group = site.officers()
    (opened,) = site.read(site.sam, site.sent(group))

    for shown in (repr(group), repr(opened), str(opened)):
        assert "zanzibarkettle" not in shown
        assert opened.key.secret.reveal().hex() not in shown


def _opens(site: Site, wrap: bytes, context: object) -> bool:
    assert callable(context)
    return hpke.open_with(site.sam.sealing, wrap[HEADER:], context("wrap", "sam")) is not None


def _every_key_of(site: Site, sealed: SealedSending) -> Iterator[Secret]:
    keys: tuple[ChatKeys | PortalKeys, ...] = (site.chat, site.portal)
    for side in keys:
        for name in side.__dataclass_fields__:
            value = getattr(side, name)
            if isinstance(value, Secret):
                yield value
            elif isinstance(value, bytes):
                yield Secret(value)
    yield site.seasons.current.salt
    entries: list[DirectoryEntry] = [site.entry(site.sam), site.entry(site.recovery)]
    for entry in entries:
        yield Secret(entry.reader.sealing)
        yield Secret(entry.reader.signing)
    for line in Manifest.from_bytes(sealed.manifest).bundles:
        for mark in (line.hash, line.commitment, *line.readers):
            yield Secret(mark)
