"""Staff come in: a username with five words, or with the recovery code; then a session that locks by itself.

One Argon2id derivation for every try, on a dummy where there is nobody, so that a name nobody has takes as long as a
wrong phrase. Wrong tries slow the next ones under the same name (`slowing`).

A session is a row under the SHA-256 of the cookie's token, with the reader's key sealed under that token. It is locked
after 15 minutes without a request and after 8 hours whatever happens; its owner's stamp and whether they are enabled
are looked at on every request.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from consultations.access import Role
from consultations.keeping.store import Store
from consultations.keeping.store.people import Person
from consultations.keeping.vault import custody, sessions
from consultations.keeping.vault.custody import By, Lock
from consultations.keeping.vault.details import blind_index
from consultations.keeping.vault.directory import key_number
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused, WrongPhrase
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.keeping.vault.stretching import PHRASE, Aside, Cost
from consultations.slowing import FREE, Slowing
from consultations.trail import Deed, Record
from consultations.vouching import enrolled, vouched

log = structlog.get_logger(__name__)

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
HALFWAY = timedelta(minutes=10)
"""How long somebody has who has given their words, and not their second factor yet."""

NOTICED_EVERY = timedelta(minutes=1)
"""A session's last use is written down at most this often: a page is not worth a write each."""

LONGEST_TYPED = 300
"""What is longer than this is no phrase, and only the beginning of it is looked at."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whose key is unlocked, for the length of one request."""

    person: Person
    private: PrivateReader = field(repr=False)

    @property
    def id(self) -> str:
        """The person's immutable id; also their id as a reader."""
        return self.person.id

    @property
    def name(self) -> str:
        """How they are called on pages."""
        return self.person.name

    @property
    def role(self) -> Role:
        """What they are to Foreword."""
        return Role(self.person.role)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose words are right, and whose keys nobody has confirmed yet: they can do nothing but wait."""

    person: Person
    key_number: str


@dataclass(frozen=True, slots=True)
class Session:
    """One place where somebody is signed in. There is nothing about the machine: networks and browsers are kept
    nowhere."""

    id: str
    since: datetime
    seen_at: datetime
    this: bool  # the one they look from


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Who is let in, and for how long."""

    store: Store
    keys: PortalKeys
    aside: Aside
    cost: Cost = PHRASE
    random: Random = token_bytes
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def by_phrase(self, username: str, phrase: str, now: datetime) -> SignedIn | Waiting | None:
        """The person whose five words these are. None for a wrong phrase and for a name nobody has, alike."""
        return await self._by(By.PHRASE, username, phrase, now)

    async def by_recovery_code(self, username: str, code: str, now: datetime) -> SignedIn | Waiting | None:
        """The person whose recovery code this is. None as with a phrase. They need new words before anything else."""
        return await self._by(By.RECOVERY_CODE, username, code, now)

    async def begin(self, signed_in: SignedIn, now: datetime, *, passed: bool) -> str:
        """A session of theirs; returns the token for the cookie, which is kept nowhere else.

        Where the second factor was not `passed`, it is good for nothing but giving that.
        """
        token = sessions.new_token(random=self.random)
        sealed = sessions.seal_session(self.keys, token, signed_in.private, random=self.random)
        await self.store.portal_sessions.keep(sessions.session_id(token), signed_in.person, sealed, now, passed=passed)
        return token

    async def who(self, token: str, now: datetime) -> SignedIn | None:
        """Whose session this is. None when it never was, has ended, or its owner may not come in any more; also while
        their second factor is still to come."""
        return await self._session(token, now, passed=True)

    async def halfway(self, token: str, now: datetime) -> SignedIn | None:
        """Who has given their words in this session, and not their second factor yet."""
        return await self._session(token, now, passed=False)

    async def _session(self, token: str, now: datetime, *, passed: bool) -> SignedIn | None:
        id = sessions.session_id(token)
        session = await self.store.portal_sessions.get(id)
        if session is None or session.person.entry is None or session.passed is not passed:
            return None
        longest = LONGEST if passed else HALFWAY
        if now - session.seen_at >= IDLE or now - session.created_at >= longest:
            await self.store.portal_sessions.delete(id)
            return None
        try:
            public = PublicReader.from_bytes(session.person.id, session.person.entry.public)
            private = sessions.open_session(self.keys, token, public, session.sealed)
        except Refused:
            log.error("portal_session_refused", staff=session.person.id)
            return None
        if now - session.seen_at >= NOTICED_EVERY:
            await self.store.portal_sessions.touch(id, now)
        return SignedIn(session.person, private)

    async def end(self, token: str, now: datetime) -> None:
        """Lock this session for good."""
        await self.store.portal_sessions.end(sessions.session_id(token), now)

    async def sessions_of(self, signed_in: SignedIn, token: str, now: datetime) -> tuple[Session, ...]:
        """Where they are signed in, the one used last first."""
        found = await self.store.portal_sessions.of(signed_in.person, now - IDLE, now - LONGEST)
        this = sessions.session_id(token)
        return tuple(Session(each.id, each.since, each.seen_at, each.id == this) for each in found)

    async def end_one(self, signed_in: SignedIn, id: str, now: datetime) -> bool:
        """Lock one of their sessions, wherever it is. False: it is none of theirs, or was locked already."""
        return await self.store.portal_sessions.end_one(signed_in.person, id, now)

    async def end_others(self, signed_in: SignedIn, token: str, now: datetime) -> None:
        """Lock every session of theirs but this."""
        await self.store.portal_sessions.end_others(signed_in.person, sessions.session_id(token), now)

    async def _by(self, by: By, username: str, typed: str, now: datetime) -> SignedIn | Waiting | None:
        """1. Count, and wait if there were many. 2. Look the name up. 3. Derive, always once. 4. Say how it went."""
        slowing, name = Slowing(self.store.counters, "sign-in", self.wait), plain_username(username)
        tries = blind_index(self.keys, "tries", name)
        await slowing.count({tries: FREE}, now)
        person = await self.store.people.by_username(name)
        try:
            private = await self._unlock(person, by, typed[:LONGEST_TYPED])
        except WrongPhrase:
            await slowing.wrong(now)
            await self.store.trail.refused("sign-in", now)
            log.info("sign_in_refused", by=by.value)
            return None
        await slowing.right([tries])
        assert person is not None
        if person.entry is None:
            return Waiting(person, key_number(self.keys, private.public))
        await self.store.trail.note(Record(Deed.SIGNED_IN, person.id, person.id, by.value), now)
        log.info("signed_in", by=by.value, staff=person.id)
        return SignedIn(person, private)

    async def _unlock(self, person: Person | None, by: By, typed: str) -> PrivateReader:
        custodies = await self.store.people.custodies(person.id if person else "")
        kept = next((each.locked for each in custodies if each.kind == by), None)
        if person is None or not person.enabled or kept is None:
            return await self._unlock_nobody(by, typed)
        try:
            public = vouched(self.keys, person.entry) if person.entry else enrolled(person)
            return await self.aside.run(custody.unlock, self.keys, public, by, typed, Lock.from_bytes(kept))
        except Refused:
            # Somebody changed this row: nothing is opened by it, and whoever runs the site has to know.
            log.error("reader_refused", staff=person.id)
            return await self._unlock_nobody(by, typed)

    async def _unlock_nobody(self, by: By, typed: str) -> PrivateReader:
        await self.aside.run(custody.unlock_nobody, self.keys, by, typed, cost=self.cost)
        raise WrongPhrase("That does not unlock this key.")


def plain_username(typed: str) -> str:
    """A username as it is kept: case, and spaces around it, do not matter."""
    return unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).casefold().strip()
