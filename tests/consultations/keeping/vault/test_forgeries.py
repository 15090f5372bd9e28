"""P3: a sending of another child, an older, a swapped, a truncated, a forged one is refused.

Each attack is somebody who may write to the database. Some know more: Sam reads what he was sent, so he holds its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from consultations.keeping.vault import aead, hpke, signing
from consultations.keeping.vault.context import pack, unpack
from consultations.keeping.vault.formats import Format, header
from consultations.keeping.vault.manifests import (
    Manifest,
    SignedManifest,
    sign_manifest,
    standing,
    verify_chain,
    verify_manifest,
)
from consultations.keeping.vault.padding import pad
from consultations.keeping.vault.problems import Refused, RolledBack
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Opened, SealedSending
from consultations.sending import Kind
from tests.consultations.keeping.vault.cast import AMAL, ANOTHER, WORDS, Site

Attack = Callable[[Site, Site, SealedSending], SealedSending]


def _signed_by(keys: Site, sealed: SealedSending, manifest: Manifest) -> SealedSending:
    signed = sign_manifest(keys.chat.signing, manifest)
    return replace(sealed, manifest=signed.manifest, signature=signed.signature)


def _as_the_site(forger: Site, site: Site) -> Site:
    """Another chat that says it is this one; its directory is the real one."""
    chat = replace(forger.chat, site=site.id, directory_public=site.chat.directory_public)
    return replace(site, chat=chat)


def _opened(site: Site, sealed: SealedSending) -> Opened:
    return site.read(site.sam, sealed)[0]


def _rewritten(site: Site, sealed: SealedSending) -> SealedSending:
    """Sam holds the content key: wraps and commitment stay right, and the new bundle opens with it."""
    key = _opened(site, sealed).key
    padded = pad(b"\0\0\0\x07officer\0\0\0\x09All fine.", len(sealed.bundles[0]) - 2 - aead.OVERHEAD)
    forged = header(Format.BUNDLE) + aead.seal(key.secret, padded, key.place.context("bundle"), lambda n: b"n" * n)
    return replace(
        sealed, bundles=tuple(forged if at == key.place.slot else each for at, each in enumerate(sealed.bundles))
    )


def _rewrapped(site: Site, sealed: SealedSending, content_key: Secret) -> SealedSending:
    """HPKE's base mode lets anyone seal anything to Sam: here another content key."""
    place = _opened(site, sealed).key.place
    wrap = header(Format.WRAP) + hpke.seal_to(site.sam.public.sealing, content_key, place.context("wrap", "sam"))
    return replace(
        sealed, wraps=tuple((wrap,) * 4 if at == place.slot else each for at, each in enumerate(sealed.wraps))
    )


def _manifest_says(sealed: SealedSending, **said: object) -> SealedSending:
    manifest = Manifest.from_bytes(sealed.manifest)
    return replace(sealed, manifest=replace(manifest, **said).to_bytes())  # type: ignore[arg-type]


def _hash_changed_too(site: Site, sealed: SealedSending) -> SealedSending:
    """The rewritten bundle, and its hash put right in the manifest."""
    forged = _rewritten(site, sealed)
    lines = Manifest.from_bytes(sealed.manifest).bundles
    bundles = tuple(
        replace(line, hash=hashlib.sha256(bundle).digest()) for line, bundle in zip(lines, forged.bundles, strict=True)
    )
    return replace(_manifest_says(sealed, bundles=bundles), bundles=forged.bundles, wraps=forged.wraps)


def _chat_of_sam(site: Site) -> Site:
    """Sam signs with the only signing key he has."""
    return replace(site, chat=replace(site.chat, signing=site.sam.signing))


def _wraps_begin(sealed: SealedSending, beginning: bytes) -> SealedSending:
    return replace(sealed, wraps=tuple((beginning + first[2:], *others) for first, *others in sealed.wraps))


ATTACKS: list[tuple[str, str, Attack]] = [
    # another place
    ("another child's sending", "another review", lambda s, e, g: s.sent(review=ANOTHER)),
    ("another sending of the same review", "another sending", lambda s, e, g: s.sent(sending="sending-0")),
    ("the same people's sending at another site", "signature", lambda s, e, g: e.sent()),
    (
        "signed by this chat, for another site",
        "signature",
        lambda s, e, g: replace(s, chat=replace(s.chat, site=e.id), portal=replace(s.portal, site=e.id)).sent(),
    ),
    # forged
    ("sealed and signed by another chat", "signature", lambda s, e, g: _as_the_site(e, s).sent()),
    ("signed by the officer", "signature", lambda s, e, g: _chat_of_sam(s).sent()),
    ("rewritten by the officer", "bundle.*not the one", lambda s, e, g: _rewritten(s, g)),
    ("rewritten by the officer, manifest too", "signature", lambda s, e, g: _hash_changed_too(s, g)),
    (
        "rewritten and signed again by the officer",
        "signature",
        lambda s, e, g: _signed_by(
            _chat_of_sam(s),
            _hash_changed_too(s, g),
            Manifest.from_bytes(_hash_changed_too(s, g).manifest),
        ),
    ),
    ("another content key wrapped to the officer", "committed", lambda s, e, g: _rewrapped(s, g, Secret(b"k" * 32))),
    ("a content key of no bytes wrapped to the officer", "committed", lambda s, e, g: _rewrapped(s, g, Secret(b""))),
    ("no signature", "format", lambda s, e, g: replace(g, signature=b"")),
    ("the signature of another manifest", "signature", lambda s, e, g: replace(g, signature=s.sent().signature)),
    # swapped
    ("bundles the other way round", "bundle.*not the one", lambda s, e, g: replace(g, bundles=g.bundles[::-1])),
    ("bundles of another sending", "bundle.*not the one", lambda s, e, g: replace(g, bundles=s.sent().bundles)),
    (
        "the manifest of an older sending",
        "another sending",
        lambda s, e, g: replace(
            g,
            manifest=(older := s.sent(sending="sending-0")).manifest,
            signature=older.signature,
        ),
    ),
    # said differently
    ("said to be of another sending", "signature", lambda s, e, g: _manifest_says(g, sending="sending-2")),
    ("said to be an addition", "signature", lambda s, e, g: _manifest_says(g, kind=Kind.ADDITION)),
    ("said to replace something", "signature", lambda s, e, g: _manifest_says(g, replaces="sending-0")),
    ("said to follow something", "signature", lambda s, e, g: _manifest_says(g, previous=b"p" * 32)),
    (
        "said to be a day older",
        "signature",
        lambda s, e, g: _manifest_says(g, sent_at=Manifest.from_bytes(g.manifest).sent_at - timedelta(days=1)),
    ),
    # truncated
    ("a bundle missing", "missing", lambda s, e, g: replace(g, bundles=g.bundles[:1])),
    ("a bundle and its wraps missing", "missing", lambda s, e, g: replace(g, bundles=g.bundles[:1], wraps=g.wraps[:1])),
    ("no bundles", "missing", lambda s, e, g: replace(g, bundles=(), wraps=())),
    ("a bundle more", "missing", lambda s, e, g: replace(g, bundles=(*g.bundles, g.bundles[0]))),
    ("a bundle cut", "bundle.*not the one", lambda s, e, g: replace(g, bundles=(g.bundles[0], g.bundles[1][:-1]))),
    ("a wrap missing", "wrap.*missing", lambda s, e, g: replace(g, wraps=(g.wraps[0], g.wraps[1][1:]))),
    ("all wraps missing", "wrap.*missing", lambda s, e, g: replace(g, wraps=((), ()))),
    ("a manifest cut", "signature", lambda s, e, g: replace(g, manifest=g.manifest[:-1])),
    ("no manifest", "signature", lambda s, e, g: replace(g, manifest=b"")),
    # unknown
    ("a wrap of another format", "format", lambda s, e, g: _wraps_begin(g, b"\x63\x01")),
    ("a wrap of the hybrid suite", "format", lambda s, e, g: _wraps_begin(g, b"\x06\x02")),
    ("a signature of another suite", "format", lambda s, e, g: replace(g, signature=b"\x0b\x02" + g.signature[2:])),
]


@pytest.mark.parametrize(("why", "attack"), [pytest.param(why, attack, id=name) for name, why, attack in ATTACKS])
def test_a_sending_that_is_not_this_one_is_refused(site: Site, elsewhere: Site, why: str, attack: Attack) -> None:
    genuine = site.sent(site.officers(), site.advocates())
    attacked = attack(site, elsewhere, genuine)

    with pytest.raises(Refused, match=why):
        site.read(site.sam, attacked)

    assert site.read(site.sam, genuine)[0].plain == WORDS


def _wraps_swapped(sealed: SealedSending) -> SealedSending:
    return replace(sealed, wraps=sealed.wraps[::-1])


MOVED: list[tuple[str, Callable[[Site, SealedSending], SealedSending]]] = [
    ("on the other bundle", lambda s, g: _wraps_swapped(g)),
    ("of another sending", lambda s, g: replace(g, wraps=s.sent(sending="sending-2").wraps)),
    ("of another review", lambda s, g: replace(g, wraps=s.sent(review=ANOTHER).wraps)),
    ("of an addition", lambda s, g: replace(g, wraps=s.sent(kind=Kind.ADDITION).wraps)),
]


@pytest.mark.parametrize("moved", [pytest.param(moved, id=name) for name, moved in MOVED])
def test_a_wrap_moved_from_its_place_is_as_if_it_were_for_nobody(
    site: Site, moved: Callable[[Site, SealedSending], SealedSending]
) -> None:
    """Its place is in HPKE's `info`: not even the key inside comes out."""
    officers_only = site.sent()

    assert site.read(site.sam, moved(site, officers_only)) == ()


def test_a_wrap_is_for_its_reader_by_id_and_not_only_by_key(site: Site) -> None:
    """Somebody enters another id with Sam's own keys: what was sealed to Sam is not thereby sealed to them."""
    assert site.read(replace(site.sam, id="priya"), site.sent()) == ()


def test_a_bundle_is_bound_to_its_place_even_without_the_manifest(site: Site) -> None:
    sealed = site.sent()
    key = _opened(site, sealed).key
    bundle = sealed.bundles[key.place.slot][2:]

    aead.unseal(key.secret, bundle, key.place.context("bundle"))
    for other in (
        replace(key.place, slot=1 - key.place.slot),
        replace(key.place, sending="sending-2"),
        replace(key.place, review=ANOTHER),
        replace(key.place, site="another-site"),
        replace(key.place, kind=Kind.ADDITION),
    ):
        with pytest.raises(Refused):
            aead.unseal(key.secret, bundle, other.context("bundle"))


# the chain


def _three(site: Site) -> tuple[SignedManifest, ...]:
    """Sent; replaced within the window; added to."""
    first = site.sent()
    second = site.sent(sending="sending-2", previous=first.signed, replaces="sending-1")
    third = site.sent(sending="sending-3", kind=Kind.ADDITION, previous=second.signed)
    return first.signed, second.signed, third.signed


def _verified(site: Site, *signed: SignedManifest) -> tuple[Manifest, ...]:
    return verify_chain(signed, site.portal.chat_public, site=site.id, review=AMAL)


def test_a_whole_chain_is_verified_in_order(site: Site) -> None:
    one, two, three = _three(site)

    chain = _verified(site, one, two, three)

    assert [manifest.sending for manifest in chain] == ["sending-1", "sending-2", "sending-3"]
    assert _verified(site) == ()


@pytest.mark.parametrize(
    "left",
    [
        pytest.param((1, 2), id="the first dropped"),
        pytest.param((0, 2), id="one in the middle dropped"),
        pytest.param((2,), id="only the last left"),
        pytest.param((1, 0, 2), id="out of order"),
        pytest.param((0, 2, 1), id="the last two out of order"),
        pytest.param((0, 1, 1, 2), id="one twice"),
        pytest.param((0, 1, 2, 0), id="the first put back at the end"),
    ],
)
def test_a_chain_that_is_not_whole_is_refused(site: Site, left: tuple[int, ...]) -> None:
    signed = _three(site)

    with pytest.raises(RolledBack):
        _verified(site, *(signed[each] for each in left))


def test_a_manifest_of_another_review_does_not_join_the_chain(site: Site) -> None:
    one, two, _ = _three(site)
    other = site.sent(sending="sending-3", review=ANOTHER, previous=two)

    with pytest.raises(Refused, match="another review"):
        _verified(site, one, two, other.signed)


def test_a_manifest_that_is_only_nearly_signed_does_not_join_the_chain(site: Site, elsewhere: Site) -> None:
    one, two, _ = _three(site)
    forged = _as_the_site(elsewhere, site).sent(sending="sending-3", kind=Kind.ADDITION, previous=two)

    with pytest.raises(Refused, match="signature"):
        _verified(site, one, two, forged.signed)


def test_a_replaced_sending_that_is_put_back_does_not_stand(site: Site) -> None:
    chain = _verified(site, *_three(site))

    assert [manifest.sending for manifest in standing(chain)] == ["sending-2", "sending-3"]


def test_a_signature_over_a_manifest_is_good_for_nothing_else(site: Site) -> None:
    """The bare bytes are never signed: a context stands in front of them."""
    manifest = site.sent().signed
    bare = SignedManifest(manifest.manifest, _bare_signature(site, manifest.manifest))

    with pytest.raises(Refused, match="signature"):
        verify_manifest(bare, site.portal.chat_public, site=site.id, review=AMAL)


def _bare_signature(site: Site, statement: bytes) -> bytes:
    return signing.sign(site.chat.signing, statement)


def _repacked(kept: bytes, place: int, part: bytes) -> bytes:
    parts = list(unpack(kept[2:]))
    parts[place] = part
    return kept[:2] + pack(*parts)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda kept: kept + b"\0\0\0\0", id="a part more"),
        pytest.param(lambda kept: kept.replace(b"replacement", b"retractment"), id="a kind that is not known"),
        pytest.param(lambda kept: kept.replace(b"2026-12-03T12", b"2026-13-03T12"), id="a day there never was"),
        pytest.param(lambda kept: _repacked(kept, 5, b"2026-12-3T12:00:00Z"), id="a time written otherwise"),
        pytest.param(lambda kept: _repacked(kept, 5, b"2026-12-03T12:00:00+00:00"), id="another clock"),
        pytest.param(lambda kept: _repacked(kept, 0, b"\xff"), id="a site that is no text"),
        pytest.param(lambda kept: _repacked(kept, 9, b"m" * 33), id="a mark and a bit"),
        pytest.param(lambda kept: kept[:-4], id="cut short"),
        pytest.param(lambda kept: kept[:60], id="cut very short"),
        pytest.param(lambda kept: b"\x07\x02" + kept[2:], id="another suite"),
    ],
)
def test_a_manifest_is_read_strictly_even_when_it_is_signed(site: Site, written: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused):
        Manifest.from_bytes(written(site.sent().manifest))
