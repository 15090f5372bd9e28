"""Custody: a reader's private halves, locked by their phrase or by their personal recovery code.

One Argon2id run gives two keys: one says whether the phrase is right (sign-in), the other unlocks. Several locks of
one reader may stand side by side. What is locked is bound to the reader's public halves and to portal.key's pepper,
so a stolen table alone gives nobody a guess.

    locked       04 01 · cost 6 · salt 16 · nonce 12 · AES-256-GCM(X25519 32 · Ed25519 32)
    verifier     0c 01 · 32
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context, pack, unpack
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.phrases import plain_phrase, plain_recovery_code
from consultations.keeping.vault.problems import Refused, WrongPhrase
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes
from consultations.keeping.vault.stretching import COST, PHRASE, SALT, Cost, stretch

_VERIFIER = 32
_WHOLE = COST + SALT + aead.OVERHEAD + 64


class By(StrEnum):
    """What a reader's key is locked by."""

    PHRASE = "phrase"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Lock:
    """One way a reader's key is locked, as it is kept. `verifier` tells a right phrase from a wrong one."""

    verifier: bytes = field(repr=False)
    locked: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """Both in one, as they are kept."""
        return pack(self.verifier, self.locked)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Lock:
        """A lock as it was kept. Refused for anything of another shape."""
        parts = unpack(kept)
        if len(parts) != 2:
            raise Refused("This is not a lock.")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class _Parts:
    cost: Cost
    salt: bytes
    sealed: bytes


def lock(
    keys: PortalKeys,
    private: PrivateReader,
    by: By,
    typed: str,
    *,
    cost: Cost = PHRASE,
    random: Random = token_bytes,
) -> Lock:
    """The private halves, locked. Slow on purpose: run it aside."""
    salt = random(SALT)
    bound_to = _context(keys, private.public, by)
    verifier, unlocking = _two_outputs(keys, by, typed, salt, bound_to, cost)
    sealed = aead.seal(unlocking, private.to_secret().reveal(), bound_to, random)
    return Lock(header(Format.VERIFIER) + verifier, header(Format.CUSTODY) + cost.to_bytes() + salt + sealed)


def unlock(keys: PortalKeys, public: PublicReader, by: By, typed: str, lock: Lock) -> PrivateReader:
    """The private halves again. WrongPhrase is expected; Refused means the lock is not the one made for `public`.

    Slow on purpose: run it aside.
    """
    parts = _parts(lock.locked)
    expected = body(lock.verifier, Format.VERIFIER)
    bound_to = _context(keys, public, by)
    verifier, unlocking = _two_outputs(keys, by, typed, parts.salt, bound_to, parts.cost)
    if not hmac.compare_digest(verifier, expected):
        raise WrongPhrase("That does not unlock this key.")
    private = PrivateReader.from_secret(public.id, Secret(aead.unseal(unlocking, parts.sealed, bound_to)))
    if private.public != public:
        raise Refused("What was locked here is another reader's key.")
    return private


def unlock_nobody(keys: PortalKeys, by: By, typed: str, *, cost: Cost = PHRASE) -> None:
    """For a name nobody has: the same work as `unlock`, and always WrongPhrase."""
    nobody = PublicReader("nobody", bytes(32), bytes(32))
    _two_outputs(keys, by, typed, bytes(SALT), _context(keys, nobody, by), cost)
    raise WrongPhrase("That does not unlock this key.")


def _two_outputs(
    keys: PortalKeys, by: By, typed: str, salt: bytes, bound_to: bytes, cost: Cost
) -> tuple[bytes, Secret]:
    plain = plain_phrase(typed) if by is By.PHRASE else plain_recovery_code(typed)
    stretched = stretch(plain, salt=salt, bound_to=bound_to, pepper=keys.pepper, cost=cost).reveal()
    verifier = HKDFExpand(SHA256(), _VERIFIER, context("sign-in verifier", keys.site)).derive(stretched)
    unlocking = HKDFExpand(SHA256(), aead.KEY, context("unlock key", keys.site)).derive(stretched)
    return verifier, Secret(unlocking)


def _parts(locked: bytes) -> _Parts:
    kept = body(locked, Format.CUSTODY)
    if len(kept) != _WHOLE:
        raise Refused("This is cut short.")
    return _Parts(Cost.from_bytes(kept[:COST]), kept[COST : COST + SALT], kept[COST + SALT :])


def _context(keys: PortalKeys, public: PublicReader, by: By) -> bytes:
    return pack(context("custody", keys.site, kind=by, reader=public.id), public.to_bytes())
