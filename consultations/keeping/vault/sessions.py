"""Sessions: an officer's unlocked key under their cookie, and the mark that a child's cookie carries.

The row's id is the SHA-256 of the token, so the table gives nobody a cookie. The reader's key is sealed under a key
made of the token and portal.key: deleting the row locks it, and any process can serve it.

    session      08 01 · nonce 12 · AES-256-GCM(X25519 32 · Ed25519 32)
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, derive, mark
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes


def new_token(*, random: Random = token_bytes) -> str:
    """256 bits for a cookie, in letters a cookie can hold."""
    return _text(random(32))


def session_id(token: str) -> str:
    """The row's id: what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def seal_session(keys: PortalKeys, token: str, private: PrivateReader, *, random: Random = token_bytes) -> bytes:
    """The unlocked key as it is kept in the session's row."""
    sealed = aead.seal(_key(keys, token), private.to_secret().reveal(), _context(keys, token, private.public), random)
    return header(Format.SESSION) + sealed


def open_session(keys: PortalKeys, token: str, public: PublicReader, sealed: bytes) -> PrivateReader:
    """The unlocked key again. Refused for another session's, another reader's, another token."""
    plain = aead.unseal(_key(keys, token), body(sealed, Format.SESSION), _context(keys, token, public))
    private = PrivateReader.from_secret(public.id, Secret(plain))
    if private.public != public:
        raise Refused("What was unlocked here is another reader's key.")
    return private


def cookie_marks(keys: ChatKeys) -> Callable[[bytes], bytes]:
    """What the chat signs its cookies with, so that noticing when a child was last here needs no write."""
    return lambda said: mark(keys.cookie_time, pack(context("cookie-time", keys.site), said))


def _key(keys: PortalKeys, token: str) -> Secret:
    return derive(Secret(token.encode("utf-8", "replace")), "unlocked session", keys.site, salt=keys.session.reveal())


def _context(keys: PortalKeys, token: str, public: PublicReader) -> bytes:
    return pack(context("session", keys.site, group=session_id(token), reader=public.id), public.to_bytes())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
