"""A second factor: a code from a phone beside the five words, so that words somebody has seen let nobody in.

Neither stands in for the other. Words and recovery code open nothing without the code, and the code alone is no way in.
Who has lost their phone asks a manager, who takes the old factor away and sees nothing: at the next sign-in, still with
the five words, another is set up. It is noted who did that, and the person is told.

A code is good once, for half a minute and the ones beside it. After ten wrong ones in an hour none is looked at until
the next (RFC 4226 §7.3): six digits can be tried out, and whoever gets this far has the words already.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from consultations.access import Act, may
from consultations.keeping.store import Store
from consultations.keeping.store.factors import Reset
from consultations.keeping.store.people import Person
from consultations.keeping.vault import one_time, sessions
from consultations.keeping.vault.details import blind_index, open_details, seal_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random, Secret, token_bytes
from consultations.signing_in import LONGEST_TYPED, SignedIn

log = structlog.get_logger(__name__)

MOST_WRONG = 10
"""Codes an hour that are looked at, for one person."""

_OFFERED = "second factor"
_ISSUER = "Foreword"


@dataclass(frozen=True, slots=True)
class Offered:
    """A second factor to be set up. `prepared` is what the page carries to be confirmed."""

    letters: str = field(repr=False)
    address: str = field(repr=False)
    prepared: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proving:
    """Sets up second factors, asks for them, and takes them away. `wanted`: everywhere but in the demo."""

    store: Store
    keys: PortalKeys
    wanted: bool = True
    random: Random = token_bytes

    async def has(self, person: Person) -> bool:
        """Whether this person has one."""
        return await self.store.factors.of(person.id) is not None

    def offer(self, person: Person, page: str) -> Offered:
        """One for this person; `page` is what ties it to their browser."""
        return self._offered(person, one_time.new_secret(random=self.random), page)

    def offer_again(self, person: Person, prepared: str, page: str) -> Offered | None:
        """The same once more, after a wrong code. None when it was not offered here."""
        secret = self._open(prepared, page)
        return self._offered(person, secret, page) if secret is not None else None

    async def set_up(self, person: Person, prepared: str, typed: str, page: str, now: datetime) -> bool:
        """Theirs from now on, if this is its code. False: it is not, or they have one."""
        secret = self._open(prepared, page)
        step = one_time.step_of(secret, _digits(typed), now) if secret is not None else None
        if secret is None or step is None:
            return False
        sealed = one_time.seal_secret(self.keys, person.id, secret, random=self.random)
        if not await self.store.factors.set_up(person.id, sealed, step, now):
            return False
        log.info("factor_set", staff=person.id)
        return True

    async def prove(self, person: Person, typed: str, now: datetime) -> bool:
        """1. Count the try. 2. Look whether it is the code. 3. Use it up."""
        tries, hour = blind_index(self.keys, "codes", person.id), now.replace(minute=0, second=0, microsecond=0)
        if await self.store.counters.count(tries, hour) > MOST_WRONG:
            log.warning("many_wrong_codes", staff=person.id)
            return False
        kept = await self.store.factors.of(person.id)
        try:
            secret = one_time.open_secret(self.keys, person.id, kept.sealed) if kept else None
        except Refused:
            log.error("factor_refused", staff=person.id)
            return False
        step = one_time.step_of(secret, _digits(typed), now) if secret is not None else None
        if step is None or not await self.store.factors.use(person.id, step):
            log.info("code_refused", staff=person.id)
            return False
        await self.store.counters.forgive(tries)
        return True

    async def stands(self, person: Person, typed: str, now: datetime) -> bool:
        """Whether they may go on with this: where one is wanted and they have one, it is its code."""
        return not self.wanted or not await self.has(person) or await self.prove(person, typed, now)

    async def reset(self, by: SignedIn, username: str, now: datetime) -> bool:
        """Take somebody else's away. False: not for them, nobody, themselves, or somebody who has none."""
        person = await self.store.people.by_username(username)
        if not may(by.role, Act.LOOK_AFTER_STAFF) or person is None or person.id == by.id:
            return False
        return await self._reset(person, by.id, now)

    async def reset_at_server(self, manager: Person, now: datetime) -> bool:
        """The same by whoever runs the server, for a manager where no other is (`Staffing.only_manager`)."""
        return await self._reset(manager, None, now)

    async def last_reset(self, person: Person) -> Reset | None:
        """When somebody last took this person's away. None: never."""
        return await self.store.factors.last_reset(person.id)

    async def _reset(self, person: Person, by: str | None, now: datetime) -> bool:
        done = await self.store.factors.reset(person.id, by, self.random(16).hex(), now)
        if done:
            log.info("factor_reset", staff=person.id)
        return done

    def _offered(self, person: Person, secret: Secret, page: str) -> Offered:
        row = sessions.session_id(page)
        prepared = seal_details(self.keys, _OFFERED, row, secret.reveal(), random=self.random)
        address = one_time.address(secret, _ISSUER, person.username)
        return Offered(one_time.in_letters(secret), address, base64.urlsafe_b64encode(prepared).decode())

    def _open(self, prepared: str, page: str) -> Secret | None:
        try:
            sealed = base64.urlsafe_b64decode(prepared.encode("utf-8", "replace"))
            return Secret(open_details(self.keys, _OFFERED, sessions.session_id(page), sealed))
        except (binascii.Error, Refused):  # not ours, or another browser's
            return None


def _digits(typed: str) -> str:
    """The code as it is compared: spaces do not matter, nor in which script its digits are."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    return "".join(str(unicodedata.digit(each)) for each in plain if each.isdecimal())
