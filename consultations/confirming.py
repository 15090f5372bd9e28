"""A second person says whose keys are whose: until then an account can do nothing, and nothing is sealed to it.

Whoever enrolled is shown the number of their key, and reads it out to somebody who knows them. That person types it:
an entry is made in the directory of readers only where it is the number of the keys that wait. So a one-day code that
somebody else used makes nobody a reader, and neither does a key put in by hand. Nobody confirms themselves.

A manager confirms. Where there is none yet, whoever runs the server confirms one, at its terminal, and nobody else.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from consultations.access import Act, may
from consultations.keeping.store import Store
from consultations.keeping.store.people import Person
from consultations.keeping.vault.directory import key_number
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.signing_in import LONGEST_TYPED, SignedIn
from consultations.staffing import Member, NotDone, Staffing
from consultations.vouching import enrolled, entered

log = structlog.get_logger(__name__)


class NotConfirmed(StrEnum):
    """Why somebody is not confirmed."""

    NOT_FOUND = "not found"
    NOT_WAITING = "not waiting"
    ANOTHER_NUMBER = "another number"


@dataclass(frozen=True, slots=True)
class Confirming:
    """Makes readers of those who enrolled."""

    store: Store
    keys: PortalKeys
    staffing: Staffing

    async def everyone(self, by: SignedIn) -> tuple[Member, ...] | None:
        """All staff, as a manager may see them. None for everybody else."""
        return await self.staffing.everyone() if may(by.role, Act.LOOK_AFTER_STAFF) else None

    async def one(self, by: SignedIn, username: str) -> Member | None:
        """One of them. None where there is nobody of this name, or it is not for them."""
        everyone = await self.everyone(by) or ()
        return next((each for each in everyone if each.username == username), None)

    async def confirm(self, by: SignedIn, username: str, typed: str, now: datetime) -> NotConfirmed | None:
        """They heard this number from that very person. None: it is done."""
        if not may(by.role, Act.LOOK_AFTER_STAFF):
            return NotConfirmed.NOT_FOUND
        person = await self.store.people.by_username(username)
        if person is None or person.id == by.id:
            return NotConfirmed.NOT_FOUND
        return await self._confirm(person, typed, by.id, now)

    async def confirm_at_server(self, username: str, typed: str, now: datetime) -> Person:
        """The same by whoever runs the server, for a manager where no other manager is. NotDone says why not."""
        person = await self.staffing.only_manager(username)
        match await self._confirm(person, typed, None, now):
            case NotConfirmed.ANOTHER_NUMBER:
                raise NotDone(
                    f"That is not the number of the key that waits for {person.name}. Ask them for it once more, in"
                    " person or on the phone. If it differs again, somebody else used their code:"
                    f" foreword staff code {person.username} --new-keys"
                )
            case NotConfirmed():
                raise NotDone(f"{person.name} has no key that waits. See: foreword staff list")
        return person

    async def _confirm(self, person: Person, typed: str, by: str | None, now: datetime) -> NotConfirmed | None:
        try:
            public = enrolled(person)
        except Refused:
            return NotConfirmed.NOT_WAITING
        if not hmac.compare_digest(_digits(typed), _digits(key_number(self.keys, public))):
            log.warning("confirmation_refused", staff=person.id)
            return NotConfirmed.ANOTHER_NUMBER
        if not await self.store.people.confirm(entered(self.keys, public), by, now):
            return NotConfirmed.NOT_WAITING
        log.info("confirmed", staff=person.id)
        return None


def _digits(typed: str) -> str:
    """The number as it is compared: spaces and hyphens do not matter, nor in which script its digits are."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    return "".join(str(unicodedata.digit(each)) for each in plain if each.isdecimal())
