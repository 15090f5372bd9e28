"""A sending: what was sent, readable only by its readers (P2, P3, P5).

For each group of readers one padded bundle under a fresh content key; the key wrapped to each reader by HPKE; a
manifest signed by the chat over all of it (manifests.py). There are always as many bundles and wraps as this module
says: the empty ones go to a key nobody has, and nobody can tell which they are.

    bundle       05 01 · nonce 12 · AES-256-GCM(padded group and words) · 32, 128 or 512 KiB in all
    wrap         06 01 · HPKE(reader, info = context, content key)

The database's reader cannot see who was sealed to: a reader tries every wrap. A wrap that opens to a key the chat
did not commit to is a forgery. Later the wraps may be made anew for other readers (`wraps_anew`: handing over,
recovery), as many as before, so that nothing shows by their number; they need no signature, because only someone who
holds the committed key can make one. Nothing is opened for that.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from consultations.keeping.vault import aead, hpke
from consultations.keeping.vault.context import context, pack, unpack
from consultations.keeping.vault.directory import DirectoryEntry, verified
from consultations.keeping.vault.formats import HEADER, Format, body, header
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.manifests import (
    FIRST,
    BundleLine,
    Manifest,
    SignedManifest,
    sign_manifest,
    verify_manifest,
)
from consultations.keeping.vault.padding import BUNDLE_SIZES, pad, size_for, unpad
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes
from consultations.sending import Kind

T = TypeVar("T")

BUNDLES = 2
"""Every sending has a multiple of this many bundles: the officer's, and the advocate's or an empty one."""

WRAPS = 4
"""Every bundle has a multiple of this many wraps: officer, cover, recovery and one more."""

_OVERHEAD = HEADER + aead.OVERHEAD


@dataclass(frozen=True, slots=True)
class Group:
    """Readers who get the same bundle. `plain` is what they read; entries are verified before anything is sealed."""

    name: str
    plain: bytes = field(repr=False)
    readers: tuple[DirectoryEntry, ...]


@dataclass(frozen=True, slots=True)
class SealedSending:
    """A sending as it is kept: nothing in it says who reads it, or which bundles hold words."""

    manifest: bytes
    signature: bytes
    bundles: tuple[bytes, ...]
    wraps: tuple[tuple[bytes, ...], ...]  # for each bundle, in the bundles' order

    @property
    def signed(self) -> SignedManifest:
        """The part that stays when bundles and wraps are taken away."""
        return SignedManifest(self.manifest, self.signature)


@dataclass(frozen=True, slots=True)
class Opened:
    """One bundle that opened to a reader."""

    group: str
    plain: bytes = field(repr=False)
    key: ContentKey


@dataclass(frozen=True, slots=True)
class ContentKey:
    """The key of one bundle, in the hands of a reader: to wrap it again for somebody, never to be kept."""

    place: _Place
    secret: Secret

    @property
    def bundle(self) -> int:
        """Which bundle of its sending it opens."""
        return self.place.slot


@dataclass(frozen=True, slots=True)
class _Place:
    """Which bundle of which sending: what its ciphertext, key, commitment and wraps are bound to."""

    site: str
    review: str
    sending: str
    kind: str
    slot: int

    def context(self, label: str, reader: str = "") -> bytes:
        return context(
            label,
            self.site,
            review=self.review,
            sending=self.sending,
            kind=self.kind,
            group=str(self.slot),
            reader=reader,
        )


@dataclass(frozen=True, slots=True)
class _Bundle:
    sealed: bytes
    line: BundleLine
    wraps: tuple[bytes, ...]


def seal_sending(
    keys: ChatKeys,
    *,
    review: str,
    sending: str,
    kind: Kind,
    sent_at: datetime,
    groups: Sequence[Group],
    previous: SignedManifest | None = None,
    replaces: str = "",
    random: Random = token_bytes,
) -> SealedSending:
    """Seal what each group may read to its readers, and sign it.

    `previous` is this review's latest manifest, None for the first. Refused when one reader's key is not vouched for:
    then nothing is sealed to anybody. TooLarge when a bundle does not fit 512 KiB.
    """
    readers = [_verified(keys, group) for group in groups]
    contents = [pack(group.name.encode(), group.plain) for group in groups]
    size = size_for(max(map(len, contents), default=0), BUNDLE_SIZES, _OVERHEAD)
    wraps = _rounded_up(max(map(len, readers), default=0), WRAPS)
    filled: list[tuple[bytes, tuple[PublicReader, ...]]] = list(zip(contents, readers, strict=True))
    empty: list[tuple[bytes, tuple[PublicReader, ...]]] = [(b"", ())] * (
        _rounded_up(len(filled), BUNDLES) - len(filled)
    )
    bundles = [
        _bundle(_Place(keys.site, review, sending, kind, slot), content, to, size, wraps, random)
        for slot, (content, to) in enumerate(_shuffled(filled + empty, random))
    ]
    manifest = Manifest(
        site=keys.site,
        review=review,
        sending=sending,
        kind=kind,
        replaces=replaces,
        sent_at=sent_at,
        previous=previous.digest if previous else FIRST,
        bundles=tuple(bundle.line for bundle in bundles),
    )
    signed = sign_manifest(keys.signing, manifest)
    return SealedSending(
        signed.manifest,
        signed.signature,
        tuple(bundle.sealed for bundle in bundles),
        tuple(bundle.wraps for bundle in bundles),
    )


def open_sending(
    reader: PrivateReader, sealed: SealedSending, chat_public: bytes, *, site: str, review: str, sending: str
) -> tuple[Opened, ...]:
    """The bundles that open to this reader; empty when they were granted none.

    Refused when anything is not exactly what this site's chat sealed for this review as this sending: signature,
    place, number and hash of every bundle, commitment of every key that opens.
    """
    keys = content_keys(reader, sealed, chat_public, site=site, review=review, sending=sending)
    return tuple(_open_bundle(key, sealed.bundles[key.bundle]) for key in keys)


def content_keys(
    reader: PrivateReader, sealed: SealedSending, chat_public: bytes, *, site: str, review: str, sending: str
) -> tuple[ContentKey, ...]:
    """The keys of the bundles that open to this reader; no bundle is opened. Refused as for `open_sending`."""
    manifest = verify_manifest(sealed.signed, chat_public, site=site, review=review)
    if manifest.sending != sending:
        raise Refused("This is another sending of this review.")
    if not len(manifest.bundles) == len(sealed.bundles) == len(sealed.wraps):
        raise Refused("A bundle of this sending is missing.")
    for line, bundle, wraps in zip(manifest.bundles, sealed.bundles, sealed.wraps, strict=True):
        if len(wraps) < len(line.readers):
            raise Refused("A wrap of this sending is missing.")
        if hashlib.sha256(bundle).digest() != line.hash:
            raise Refused("A bundle of this sending is not the one that was sealed.")
    found = []
    for slot, line in enumerate(manifest.bundles):
        place = _Place(site, review, sending, manifest.kind, slot)
        key = _content_key(reader, place, line, sealed.wraps[slot])
        if key is not None:
            found.append(key)
    return tuple(found)


def opens_to(
    reader: PrivateReader, wraps: Sequence[Sequence[bytes]], *, site: str, review: str, sending: str, kind: str
) -> bool:
    """Whether one of a sending's wraps, bundle by bundle, is this reader's. Says nothing of whether it is genuine."""
    for slot, each in enumerate(wraps):
        info = _Place(site, review, sending, kind, slot).context("wrap", reader.id)
        if any(hpke.open_with(reader.sealing, body(wrap, Format.WRAP), info) is not None for wrap in each):
            return True
    return False


def wraps_anew(
    key: ContentKey, entries: Sequence[DirectoryEntry], directory_public: bytes, many: int, random: Random = token_bytes
) -> tuple[bytes, ...]:
    """All wraps of a bundle anew, for these readers and nobody else: `many`, the others to a key nobody has.

    Refused for a reader the directory does not vouch for: then there are none at all.
    """
    readers = [verified(entry, directory_public, key.place.site) for entry in entries]
    if not readers or len(readers) > many:
        raise ValueError("A bundle keeps as many wraps as it was sent with.")
    return _wraps(key.place, key.secret, readers, many, random)


def readers_at_sending(
    manifest: Manifest, key: ContentKey, candidates: Sequence[PublicReader]
) -> tuple[PublicReader, ...]:
    """Which of these the bundle was sealed to when it was sent. Only a holder of its key can tell."""
    marks = set(manifest.bundles[key.place.slot].readers)
    return tuple(reader for reader in candidates if _reader_mark(key.place, key.secret, reader) in marks)


def _verified(keys: ChatKeys, group: Group) -> tuple[PublicReader, ...]:
    if not group.readers:
        raise ValueError("A group without readers would be sealed to nobody.")
    return tuple(verified(entry, keys.directory_public, keys.site) for entry in group.readers)


def _bundle(
    place: _Place, content: bytes, readers: Sequence[PublicReader], size: int, wraps: int, random: Random
) -> _Bundle:
    key = Secret(random(aead.KEY))
    sealed = header(Format.BUNDLE) + aead.seal(key, pad(content, size - _OVERHEAD), place.context("bundle"), random)
    marks = [_reader_mark(place, key, reader) for reader in readers] + [random(32) for _ in range(wraps - len(readers))]
    return _Bundle(
        sealed,
        BundleLine(hashlib.sha256(sealed).digest(), _commitment(place, key), tuple(_shuffled(marks, random))),
        _wraps(place, key, readers, wraps, random),
    )


def _wraps(place: _Place, key: Secret, readers: Sequence[PublicReader], many: int, random: Random) -> tuple[bytes, ...]:
    """So many, in no order: the readers', and the others to a key nobody has."""
    to = [(reader.id, reader.sealing) for reader in readers]
    nobody = [("", _key_nobody_has(random)) for _ in range(many - len(readers))]
    return tuple(_shuffled([_wrap(place, id, public, key) for id, public in to + nobody], random))


def _content_key(reader: PrivateReader, place: _Place, line: BundleLine, wraps: Sequence[bytes]) -> ContentKey | None:
    for wrap in wraps:
        key = hpke.open_with(reader.sealing, body(wrap, Format.WRAP), place.context("wrap", reader.id))
        if key is None:
            continue
        if not hmac.compare_digest(_commitment(place, key), line.commitment):
            raise Refused("A key of this sending is not the one that the chat committed to.")
        return ContentKey(place, key)
    return None


def _open_bundle(key: ContentKey, bundle: bytes) -> Opened:
    content = unpad(aead.unseal(key.secret, body(bundle, Format.BUNDLE), key.place.context("bundle")))
    parts = unpack(content)
    if len(parts) != 2:
        raise Refused("This bundle is not written as it should be.")
    return Opened(parts[0].decode(), parts[1], key)


def _wrap(place: _Place, reader: str, public: bytes, key: Secret) -> bytes:
    return header(Format.WRAP) + hpke.seal_to(public, key, place.context("wrap", reader))


def _commitment(place: _Place, key: Secret) -> bytes:
    """AES-GCM alone does not commit to its key: two keys may open one ciphertext to two texts."""
    return hashlib.sha256(pack(place.context("commitment"), key.reveal())).digest()


def _reader_mark(place: _Place, key: Secret, reader: PublicReader) -> bytes:
    return hmac.digest(key.reveal(), pack(place.context("reader mark", reader.id), reader.to_bytes()), "sha256")


def _key_nobody_has(random: Random) -> bytes:
    return X25519PrivateKey.from_private_bytes(random(32)).public_key().public_bytes_raw()


def _shuffled(things: list[T], random: Random) -> list[T]:
    return [thing for _, _, thing in sorted((random(16), place, thing) for place, thing in enumerate(things))]


def _rounded_up(count: int, step: int) -> int:
    return max(step, -(-count // step) * step)
