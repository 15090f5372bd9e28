"""Links and codes, as they are stored: never what opens, only what recognises it.

A link carries 128 random bits, stored as their SHA-256. A child's typed code has a selector, which finds its
row, and a rest, kept as Argon2id with the key file's pepper, bound to its own invitation; where no row is found the
same work is done.

Whoever enrols is vouched for by the portal (directory.py), so an officer's enrolment code has to be the portal's own:
beside 75 random bits it carries 50 that only portal.key can make, for this person and this day. Its row, which somebody
could write or point at another person, says no more than that it is not used yet.

    code         09 01 · cost 6 · salt 16 · Argon2id 32
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta

from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.formats import Format, body, header
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, mark
from consultations.keeping.vault.phrases import as_symbols, in_fives, new_recovery_code, plain_recovery_code
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, Secret, token_bytes
from consultations.keeping.vault.stretching import CODE, COST, SALT, Cost, stretch

_STRETCHED = 32
_OWN, _MARK = 15, 10  # symbols of five bits


def link_mark(token: str) -> str:
    """What is kept of a token that is too long to be guessed, and by what it is found."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def keep_code(
    keys: ChatKeys | PortalKeys, invitation: str, rest: str, *, cost: Cost = CODE, random: Random = token_bytes
) -> bytes:
    """What is kept of a code's rest for this invitation. Slow on purpose: run it aside."""
    salt = random(SALT)
    return header(Format.CODE) + cost.to_bytes() + salt + _stretched(keys, invitation, rest, salt, cost).reveal()


def is_code(keys: ChatKeys | PortalKeys, invitation: str, rest: str, kept: bytes | None, *, cost: Cost = CODE) -> bool:
    """Whether this is the code. With `kept` None (no such selector) the same work is done, and the answer is no.

    Slow on purpose: run it aside.
    """
    if kept is None:
        _stretched(keys, invitation, rest, bytes(SALT), cost)
        return False
    parts = body(kept, Format.CODE)
    if len(parts) != COST + SALT + _STRETCHED:
        raise Refused("This is cut short.")
    kept_cost, salt = Cost.from_bytes(parts[:COST]), parts[COST : COST + SALT]
    return _stretched(keys, invitation, rest, salt, kept_cost) == Secret(parts[COST + SALT :])


def new_enrolment_code(keys: PortalKeys, staff: str, on: date, *, random: Random = token_bytes) -> str:
    """A code for this member of staff, issued on this day: 25 symbols in fives."""
    own = plain_recovery_code(new_recovery_code(random=random))[:_OWN]
    return in_fives(own + _enrolment_mark(keys, staff, on, own))


def is_enrolment_code(keys: PortalKeys, staff: str, typed: str, today: date) -> bool:
    """Whether this portal made this code for this member of staff, today or yesterday."""
    plain = plain_recovery_code(typed)
    own, carried = plain[:_OWN], plain[_OWN:].encode()
    days = (today, today - timedelta(days=1))
    return any(hmac.compare_digest(_enrolment_mark(keys, staff, on, own).encode(), carried) for on in days)


def _enrolment_mark(keys: PortalKeys, staff: str, on: date, own: str) -> str:
    bound_to = context("enrolment code", keys.site, reader=staff, version=on.toordinal())
    return as_symbols(mark(keys.pepper, pack(bound_to, own.encode())))[:_MARK]


def _stretched(keys: ChatKeys | PortalKeys, invitation: str, rest: str, salt: bytes, cost: Cost) -> Secret:
    bound_to = context("code", keys.site, consultation=invitation)
    return stretch(rest, salt=salt, bound_to=bound_to, pepper=keys.pepper, cost=cost)
