"""One child's visit, as their browser carries it: who it is, when it began and when it was last here.

The cookie says it all, so that noticing the time costs no write:

    <43 letters of a random token>.<minute it began>.<minute it was last seen>.<mark over the three>

The mark is made with a key of the chat (vault label "cookie-time"). The server knows a visit only by the address
`web:<sha256 of the token>`, so a copied database lets nobody in.

A visit may read for 15 minutes after it was last seen and for two hours in all. For another 24 hours it may write one
answer to the question that stands on its page, and sees nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from consultations.addresses import LAST_WORD, VISIT

Mark = Callable[[bytes], bytes]
"""A keyed mark over some bytes: the vault's, under the chat's cookie-time key."""

COOKIE = "visit"
IDLE = timedelta(minutes=15)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class May(Enum):
    """What a visit may still do."""

    READ = "read"
    WRITE = "write"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that was let in. Its token never prints."""

    token: str = field(repr=False)
    began: datetime
    seen: datetime

    @property
    def address(self) -> str:
        """What the rest of Foreword calls it."""
        return "web:" + hashlib.sha256(self.token.encode()).hexdigest()

    def may(self, now: datetime) -> May:
        """Read, write one last answer, or nothing."""
        ends = min(self.seen + IDLE, self.began + VISIT)
        if now < ends:
            return May.READ
        return May.WRITE if now < ends + LAST_WORD else May.NOTHING

    def seen_at(self, now: datetime) -> Visit:
        """The same visit, here again now."""
        return replace(self, seen=_whole_minute(now))


def begin(random: bytes, now: datetime) -> Visit:
    """A visit nobody had before. `random` is 32 random bytes."""
    token = base64.urlsafe_b64encode(random).decode().rstrip("=")
    return Visit(token, _whole_minute(now), _whole_minute(now))


def to_cookie(visit: Visit, mark: Mark) -> str:
    """The cookie's value."""
    said = f"{visit.token}.{_number(visit.began)}.{_number(visit.seen)}"
    return f"{said}.{mark(said.encode()).hex()}"


def from_cookie(value: str, mark: Mark) -> Visit | None:
    """The visit in a cookie; None where there is none, or one we did not make."""
    said, _, given = value.rpartition(".")
    if not value.isascii() or not hmac.compare_digest(mark(said.encode()).hex(), given):
        return None
    token, began, seen = said.split(".")
    return Visit(token, _moment(began), _moment(seen))


def _whole_minute(moment: datetime) -> datetime:
    return _moment(_number(moment))


def _number(moment: datetime) -> str:
    return str((moment - _EPOCH) // _MINUTE)


def _moment(number: str) -> datetime:
    return _EPOCH + int(number) * _MINUTE
