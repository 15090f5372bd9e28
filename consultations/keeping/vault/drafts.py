"""Drafts: a consultation before it is sent, sealed between any two turns.

One padded blob under a key of its own, bound to the consultation and its version. The key stands in a row of its own,
wrapped, written once; so that forgetting a consultation is forgetting 70 bytes.

    draft        01 01 · nonce 12 · AES-256-GCM(padded state) · 8, 32 or 128 KiB in all
    draft key    02 01 · season 8 · nonce 12 · AES-256-GCM(key)
"""

from __future__ import annotations

from dataclasses import dataclass

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context
from consultations.keeping.vault.formats import HEADER, Format, body, header
from consultations.keeping.vault.keys import ChatKeys, derive
from consultations.keeping.vault.padding import DRAFT_SIZES, pad, size_for, unpad
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.seasons import SEASON_ID, Seasons
from consultations.keeping.vault.secret import Random, Secret, token_bytes

_OVERHEAD = HEADER + aead.OVERHEAD


@dataclass(frozen=True, slots=True)
class DraftKey:
    """One consultation's own key, unwrapped."""

    site: str
    secret: Secret


def new_draft_key(keys: ChatKeys, *, random: Random = token_bytes) -> DraftKey:
    """A key for a new consultation."""
    return DraftKey(keys.site, Secret(random(aead.KEY)))


def wrap_draft_key(
    keys: ChatKeys, seasons: Seasons, consultation: str, key: DraftKey, *, random: Random = token_bytes
) -> bytes:
    """The key as it is kept: opens only with chat.key, this season's salt, for this consultation."""
    season = seasons.current
    sealed = aead.seal(
        _wrapping(keys, season.salt), key.secret.reveal(), _key_context(keys, consultation, season.id), random
    )
    return header(Format.DRAFT_KEY) + season.id + sealed


def unwrap_draft_key(keys: ChatKeys, seasons: Seasons, consultation: str, wrapped: bytes) -> DraftKey:
    """The key again. Refused for another consultation's, a changed one, or one whose season is over."""
    season = season_of(wrapped)
    sealed = wrapped[HEADER + SEASON_ID :]
    plain = aead.unseal(_wrapping(keys, seasons.salt(season)), sealed, _key_context(keys, consultation, season))
    if len(plain) != aead.KEY:
        raise Refused("This is not a draft key.")
    return DraftKey(keys.site, Secret(plain))


def season_of(wrapped: bytes) -> bytes:
    """The id of the season a draft key was wrapped in."""
    season = body(wrapped, Format.DRAFT_KEY)[:SEASON_ID]
    if len(season) != SEASON_ID:
        raise Refused("This is cut short.")
    return season


def rewrap(
    keys: ChatKeys, seasons: Seasons, consultation: str, wrapped: bytes, *, random: Random = token_bytes
) -> bytes | None:
    """A key of an earlier season, wrapped under the current one; None where it is already. Refused as for unwrapping.

    In which order a season is renewed is told in `consultations.forgetting`.
    """
    if season_of(wrapped) == seasons.current.id:
        return None
    key = unwrap_draft_key(keys, seasons, consultation, wrapped)
    return wrap_draft_key(keys, seasons, consultation, key, random=random)


def seal_draft(key: DraftKey, consultation: str, version: int, plain: bytes, *, random: Random = token_bytes) -> bytes:
    """The state of this version, sealed. TooLarge when it does not fit 128 KiB."""
    size = size_for(len(plain), DRAFT_SIZES, _OVERHEAD)
    padded = pad(plain, size - _OVERHEAD)
    return header(Format.DRAFT) + aead.seal(key.secret, padded, _draft_context(key, consultation, version), random)


def open_draft(key: DraftKey, consultation: str, version: int, sealed: bytes) -> bytes:
    """The state again. Refused unless it is this consultation's, of exactly this version, every bit of it."""
    padded = aead.unseal(key.secret, body(sealed, Format.DRAFT), _draft_context(key, consultation, version))
    return unpad(padded)


def _wrapping(keys: ChatKeys, salt: Secret) -> Secret:
    return derive(keys.draft, "draft key wrapping", keys.site, salt=salt.reveal())


def _key_context(keys: ChatKeys, consultation: str, season: bytes) -> bytes:
    return context("draft key", keys.site, consultation=consultation, group=season.hex())


def _draft_context(key: DraftKey, consultation: str, version: int) -> bytes:
    return context("draft", key.site, consultation=consultation, version=version)
