"""Sessions: an officer's unlocked key under their cookie, and a child's cookie with the minute it was last seen.

The row's id is the SHA-256 of the token, so the table gives nobody a cookie. The reader's key is sealed under a key
made of the token and portal.key: deleting the row locks it, and any process can serve it.

    session      08 01 · nonce 12 · AES-256-GCM(X25519 32 · Ed25519 32)
    cookie       <token, 43 characters>                                       portal
                 <token>.<minutes since 1970>.<HMAC, 43 characters>           chat: idle time needs no write
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, derive, mark
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, Secret, token_bytes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_token(*, random: Random = token_bytes) -> str:
    """256 bits for a cookie, in letters a cookie can hold."""
    return _text(random(32))


def session_id(token: str) -> str:
    """The row's id: what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def form_token(token: str) -> str:
    """What a form of this session carries, so that no other page can post it (CSRF)."""
    return _text(hmac.digest(token.encode("utf-8", "replace"), b"foreword form", "sha256"))


def is_form_token(token: str, given: str) -> bool:
    """Whether this form was made in this session."""
    return hmac.compare_digest(form_token(token).encode(), given.encode("utf-8", "replace"))


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


def seen(keys: ChatKeys, token: str, now: datetime) -> str:
    """The chat's cookie: the token and the minute it was last seen, signed."""
    minute = str((now - _EPOCH) // timedelta(minutes=1))
    return f"{token}.{minute}.{_text(_seen_mark(keys, token, minute))}"


def last_seen(keys: ChatKeys, cookie: str) -> tuple[str, datetime]:
    """The cookie's token, and when it was last seen, to the minute. Refused unless this site wrote all of it."""
    token, _, rest = cookie.partition(".")
    minute, _, given = rest.partition(".")
    expected = _text(_seen_mark(keys, token, minute))
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Refused("This cookie was not written here.")
    return token, _EPOCH + timedelta(minutes=int(minute))


def _seen_mark(keys: ChatKeys, token: str, minute: str) -> bytes:
    parts = (part.encode("utf-8", "replace") for part in (token, minute))
    return mark(keys.cookie_time, pack(context("cookie-time", keys.site), *parts))


def _key(keys: PortalKeys, token: str) -> Secret:
    return derive(Secret(token.encode("utf-8", "replace")), "unlocked session", keys.site, salt=keys.session.reveal())


def _context(keys: PortalKeys, token: str, public: PublicReader) -> bytes:
    return pack(context("session", keys.site, group=session_id(token), reader=public.id), public.to_bytes())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
