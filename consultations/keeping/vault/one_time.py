"""Codes from a phone that are each good for half a minute (TOTP, RFC 6238): HMAC-SHA-1, 30 seconds, six digits, because
every app can do that.

    secret      0e 01 · nonce 12 · AES-256-GCM(20), bound to whose it is
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.secret import Random, Secret, token_bytes

STEP = 30  # seconds (RFC 6238 §4)
_SECRET = 20  # bytes (RFC 4226 §4)
_DIGITS = 6


def new_secret(*, random: Random = token_bytes) -> Secret:
    """What a phone and we will share."""
    return Secret(random(_SECRET))


def in_letters(secret: Secret) -> str:
    """The secret to be typed into a phone: base32 in fours."""
    letters = base64.b32encode(secret.reveal()).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def address(secret: Secret, issuer: str, username: str) -> str:
    """The secret as an app reads it from a picture: `otpauth://totp/…`."""
    asked = urlencode({"secret": base64.b32encode(secret.reveal()).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{asked}"


def code_at(secret: Secret, step: int) -> str:
    """The code of this step (RFC 4226 §5.3)."""
    digest = hmac.digest(secret.reveal(), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def step_of(secret: Secret, typed: str, now: datetime) -> int | None:
    """The step whose code was typed: this one, or one beside it, since phones and people are slow. None: no code."""
    this = int(now.timestamp()) // STEP
    found = [step for step in (this - 1, this, this + 1) if _same(typed, code_at(secret, step))]
    return found[-1] if found else None


def seal_secret(keys: PortalKeys, staff: str, secret: Secret, *, random: Random = token_bytes) -> bytes:
    """The secret as it is kept."""
    return header(Format.FACTOR) + aead.seal(keys.second_factor, secret.reveal(), _context(keys, staff), random)


def open_secret(keys: PortalKeys, staff: str, sealed: bytes) -> Secret:
    """The secret again. Refused for another person's."""
    return Secret(aead.unseal(keys.second_factor, body(sealed, Format.FACTOR), _context(keys, staff)))


def _same(typed: str, code: str) -> bool:
    return hmac.compare_digest(typed.encode("utf-8", "replace"), code.encode())


def _context(keys: PortalKeys, staff: str) -> bytes:
    return context("second factor", keys.site, kind="totp", reader=staff)
