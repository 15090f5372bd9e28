"""A pass to a screen of staff's own: it works once, is signed by the portal, and is kept as its mark alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consultations.invitation import new_code
from consultations.keeping.store import Store
from consultations.keeping.store.sittings import KeptPass
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.passes import sign_pass
from consultations.keeping.vault.secret import Random
from consultations.signing_in import SignedIn

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass, shown once and kept nowhere as it is."""

    shown: str = field(repr=False)
    until: datetime


async def give_pass(
    store: Store, keys: PortalKeys, random: Random, to: SignedIn, now: datetime, review: str = "", how: str = ""
) -> Pass:
    """A pass to sit down beside a child; or, with a review, to key in a form or a talk for it.

    One of theirs that was not used stops working.
    """
    code, until = new_code(random), now + LASTS
    mark = link_mark(code.symbols)
    signature = sign_pass(keys, to.id, mark, until, review, how)
    await store.sittings.give_pass(KeptPass(mark, to.id, to.role.value, until, signature, review, how), now)
    return Pass(code.shown, until)
