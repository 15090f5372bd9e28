"""What the chat signs for each sending, and the chain the manifests of one review make.

A manifest says what was sent without saying a word of it, nor who reads it: bundles by their hashes, content keys by
commitments, readers by marks that only a holder of the content key can tell from noise. Its length is the same for
one reader or three.

    manifest     07 01 · parts, each after its length:
                 site · review · sending · kind · replaces · time sent · hash of the previous manifest ·
                 and for each bundle: hash · commitment · reader marks of 32 bytes each
    signature    0b 01 · Ed25519 over context("manifest") and the manifest

Wraps are not in it: a wrap proves itself by opening to the committed key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consultations.keeping.vault import signing
from consultations.keeping.vault.context import context, pack, unpack
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.problems import Refused, RolledBack
from consultations.keeping.vault.secret import Secret
from consultations.sending import Kind

HASH = 32
FIRST = bytes(HASH)
"""The hash that stands for "there is none before"."""

_FIXED = 7
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One bundle as the manifest knows it. `readers` are marks; those nobody has are among them."""

    hash: bytes
    commitment: bytes
    readers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was sent, when, after what, in place of what."""

    site: str
    review: str
    sending: str
    kind: Kind
    replaces: str  # the sending it takes the place of; "" for the first, and for an addition
    sent_at: datetime
    previous: bytes
    bundles: tuple[BundleLine, ...]

    def to_bytes(self) -> bytes:
        """The bytes that are signed and kept."""
        fixed = (self.site, self.review, self.sending, self.kind, self.replaces, _time_text(self.sent_at))
        lines = (part for line in self.bundles for part in (line.hash, line.commitment, b"".join(line.readers)))
        return header(Format.MANIFEST) + pack(*(text.encode() for text in fixed), self.previous, *lines)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Manifest:
        """Read one back, strictly. The caller has checked the signature."""
        parts = unpack(body(kept, Format.MANIFEST))
        lines = parts[_FIXED:]
        if len(parts) < _FIXED or len(lines) % 3:
            raise Refused("This manifest is cut short.")
        try:
            site, review, sending, kind, replaces, sent_at = (part.decode() for part in parts[: _FIXED - 1])
            manifest = cls(
                site=site,
                review=review,
                sending=sending,
                kind=Kind(kind),
                replaces=replaces,
                sent_at=datetime.strptime(sent_at, _TIME).replace(tzinfo=UTC),
                previous=parts[_FIXED - 1],
                bundles=tuple(
                    BundleLine(lines[at], lines[at + 1], _marks(lines[at + 2])) for at in range(0, len(lines), 3)
                ),
            )
        except ValueError:
            raise Refused("This manifest has something in it that this version does not know.") from None
        if manifest.to_bytes() != kept:
            raise Refused("This manifest is not written as it should be.")
        return manifest


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest as it is kept: its bytes and the chat's signature."""

    manifest: bytes
    signature: bytes

    @property
    def digest(self) -> bytes:
        """What the next manifest of this review names as its previous."""
        return hashlib.sha256(self.manifest).digest()


def sign_manifest(seed: Secret, manifest: Manifest) -> SignedManifest:
    """Signed by the chat."""
    kept = manifest.to_bytes()
    return SignedManifest(kept, signing.sign(seed, _statement(manifest.site, kept)))


def verify_manifest(signed: SignedManifest, chat_public: bytes, *, site: str, review: str) -> Manifest:
    """The manifest, if the chat of this site signed it for this review. Refused otherwise."""
    signing.check(chat_public, signed.signature, _statement(site, signed.manifest))
    manifest = Manifest.from_bytes(signed.manifest)
    if (manifest.site, manifest.review) != (site, review):
        raise Refused("This manifest belongs to another review.")
    return manifest


def verify_chain(
    signed: Sequence[SignedManifest], chat_public: bytes, *, site: str, review: str
) -> tuple[Manifest, ...]:
    """All manifests of one review in the order they were sent; the replaced ones too, which stay for this.

    RolledBack when one is missing, doubled or out of order. That the latest ones are missing does not show: nothing
    outside the database remembers them.
    """
    chain = tuple(verify_manifest(each, chat_public, site=site, review=review) for each in signed)
    before = FIRST
    for each, manifest in zip(signed, chain, strict=True):
        if manifest.previous != before:
            raise RolledBack("A sending of this review is missing, or they are out of order.")
        before = each.digest
    return chain


def standing(chain: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """The sendings that nothing has taken the place of, in order: one put back after it was replaced is not one."""
    replaced = {manifest.replaces for manifest in chain}
    return tuple(manifest for manifest in chain if manifest.sending not in replaced)


def _statement(site: str, manifest: bytes) -> bytes:
    return pack(context("manifest", site), manifest)


def _time_text(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("The time sent needs its time zone.")
    return at.astimezone(UTC).strftime(_TIME)


def _marks(joined: bytes) -> tuple[bytes, ...]:
    if len(joined) % HASH:
        raise Refused("This manifest is cut short.")
    return tuple(joined[at : at + HASH] for at in range(0, len(joined), HASH))
