"""Staff make their keys: a one-day code from the administrator, then keys and words, made in their own browser's visit.

The administrator's terminal sees the code and never a phrase. What is made is shown once and is final only when the
person has typed the five words: until then nothing is stored, and the page itself carries what will be:

    prepared    base64url of vault.details, what = "prepared", row = the page's mark:
                {"until": "2026-11-20T09:30:00+00:00", "staff": "…", "stamp": "…", "code": "…",
                 "public": "<base64>", "locks": {"phrase": ["<verifier>", "<locked>"], "recovery_code": […]}}

`code` is the enrolment code's mark; it is empty where somebody who is a reader already gets new words. The page's mark
is the hash of a cookie, so what one browser was shown another cannot confirm. The locks are the very ones that will be
kept: confirming opens one of them, which proves that what was written down is what opens.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from consultations.access import Role
from consultations.keeping.store import Store
from consultations.keeping.store.people import Custody, Person
from consultations.keeping.vault import codes, custody, phrases, sessions
from consultations.keeping.vault.custody import By, Lock
from consultations.keeping.vault.details import open_details, seal_details
from consultations.keeping.vault.directory import key_number
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused, WrongPhrase
from consultations.keeping.vault.readers import PrivateReader, PublicReader, new_reader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.keeping.vault.stretching import PHRASE, Aside, Cost
from consultations.signing_in import LONGEST_TYPED, SignedIn, Waiting, plain_username

log = structlog.get_logger(__name__)

CODE_LASTS = timedelta(days=1)
PAGE_LASTS = timedelta(hours=1)
_KIND = "prepared"


@dataclass(frozen=True, slots=True)
class ShownOnce:
    """What the page shows this one time, and what it carries to be confirmed."""

    username: str
    name: str
    phrase: str = field(repr=False)
    recovery_code: str = field(repr=False)
    prepared: str = field(repr=False)


class NotYet(StrEnum):
    """Why words were not made final."""

    NOT_THE_PHRASE = "not the phrase"  # once more, on the same page
    TOO_OLD = "too old"  # the page, the code, or what was true when it was shown: start over


@dataclass(frozen=True, slots=True)
class Enrolling:
    """Who becomes a reader, and with which words."""

    store: Store
    keys: PortalKeys
    aside: Aside
    cost: Cost = PHRASE
    random: Random = token_bytes

    async def add(self, username: str, name: str, role: Role, now: datetime) -> str | None:
        """A new member of staff; their one-day enrolment code. None when somebody has that username."""
        id = self._id()
        if not await self.store.people.add(id, plain_username(username), name, role.value, self._id(), now):
            return None
        log.info("staff_added", staff=id, role=role.value)
        return await self._offer(id, now)

    async def offer_again(self, username: str, now: datetime) -> str | None:
        """Another one-day code: earlier ones stop working. None for a name nobody has, or nobody may use."""
        person = await self.store.people.by_username(plain_username(username))
        return await self._offer(person.id, now) if person is not None and person.enabled else None

    async def begin(self, typed_code: str, page: str, now: datetime) -> ShownOnce | None:
        """Keys and words for the owner of this code. None when it is wrong, used, or more than a day old."""
        mark = _mark(typed_code)
        person = await self.store.people.enrolling(mark, now)
        if person is None:
            await self.store.trail.refused("enrolment", now)
            log.info("enrolment_code_refused")
            return None
        if not codes.is_enrolment_code(self.keys, person.id, typed_code[:LONGEST_TYPED], now.date()):
            # Somebody wrote this row, or pointed it at somebody else: the portal vouches only for whom it gave a code.
            log.error("enrolment_forged", staff=person.id)
            return None
        return await self._prepare(person, new_reader(person.id, random=self.random), mark, page, now)

    async def renew(self, signed_in: SignedIn, page: str, now: datetime) -> ShownOnce:
        """New words for the keys somebody has already; the old ones work until the new ones are confirmed."""
        return await self._prepare(signed_in.person, signed_in.private, "", page, now)

    async def confirm(self, prepared: str, typed_phrase: str, page: str, now: datetime) -> SignedIn | Waiting | NotYet:
        """Make final what this page was shown, if these are its five words. Every other session of theirs ends.

        New keys wait until a second person has confirmed them (`confirming`).
        """
        found = self._open(prepared, page)
        if found is None or now >= datetime.fromisoformat(found.until):
            return NotYet.TOO_OLD
        public = PublicReader.from_bytes(found.staff, found.public)
        try:
            typed = typed_phrase[:LONGEST_TYPED]
            private = await self.aside.run(
                custody.unlock, self.keys, public, By.PHRASE, typed, found.locks[By.PHRASE.value]
            )
        except WrongPhrase:
            return NotYet.NOT_THE_PHRASE
        person = await self._keep(found, now)
        if person is None:
            return NotYet.TOO_OLD
        return SignedIn(person, private) if person.entry else Waiting(person, key_number(self.keys, public))

    async def _offer(self, staff: str, now: datetime) -> str:
        code = codes.new_enrolment_code(self.keys, staff, now.date(), random=self.random)
        await self.store.people.offer_enrolment(self._id(), staff, _mark(code), now + CODE_LASTS, now)
        log.info("enrolment_offered", staff=staff)
        return code

    async def _prepare(self, person: Person, private: PrivateReader, code: str, page: str, now: datetime) -> ShownOnce:
        phrase, recovery_code = phrases.new_phrase(random=self.random), phrases.new_recovery_code(random=self.random)
        locks = {
            by.value: await self.aside.run(
                custody.lock, self.keys, private, by, words, cost=self.cost, random=self.random
            )
            for by, words in ((By.PHRASE, phrase), (By.RECOVERY_CODE, recovery_code))
        }
        until = (now + PAGE_LASTS).isoformat()
        carried = _Prepared(until, person.id, person.stamp, code, private.public.to_bytes(), locks)
        sealed = seal_details(self.keys, _KIND, sessions.session_id(page), carried.to_bytes(), random=self.random)
        return ShownOnce(person.username, person.name, phrase, recovery_code, base64.urlsafe_b64encode(sealed).decode())

    def _open(self, prepared: str, page: str) -> _Prepared | None:
        try:
            sealed = base64.urlsafe_b64decode(prepared.encode("utf-8", "replace"))
            return _Prepared.from_bytes(open_details(self.keys, _KIND, sessions.session_id(page), sealed))
        except (binascii.Error, Refused):  # not ours, or another browser's
            return None

    async def _keep(self, found: _Prepared, now: datetime) -> Person | None:
        custodies = [Custody(self._id(), by, lock.to_bytes()) for by, lock in found.locks.items()]
        stamp = self._id()
        if found.code:
            person = await self.store.people.enrol(found.code, found.staff, found.public, custodies, stamp, now)
            log.info("enrolled" if person else "enrolment_too_late", staff=found.staff)
            return person
        person = await self.store.people.by_id(found.staff)
        if person is None or not person.enabled or person.stamp != found.stamp:
            return None
        await self.store.people.change_custody(person.id, custodies, stamp, now)
        log.info("new_words", staff=person.id)
        return await self.store.people.by_id(person.id)

    def _id(self) -> str:
        return self.random(16).hex()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the page carries, sealed, from being shown to being confirmed."""

    until: str
    staff: str
    stamp: str
    code: str
    public: bytes
    locks: dict[str, Lock]

    def to_bytes(self) -> bytes:
        kept = {
            "until": self.until,
            "staff": self.staff,
            "stamp": self.stamp,
            "code": self.code,
            "public": _text(self.public),
            "locks": {by: [_text(lock.verifier), _text(lock.locked)] for by, lock in self.locks.items()},
        }
        return json.dumps(kept).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> _Prepared:
        kept = json.loads(plain)
        locks = {by: Lock(*map(base64.b64decode, parts)) for by, parts in kept["locks"].items()}
        return cls(kept["until"], kept["staff"], kept["stamp"], kept["code"], base64.b64decode(kept["public"]), locks)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _mark(typed_code: str) -> str:
    """The code as it is looked up: its SHA-256, however it was typed."""
    return codes.link_mark(phrases.plain_recovery_code(typed_code[:LONGEST_TYPED]))
