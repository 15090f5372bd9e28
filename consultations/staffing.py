"""Who may sign in: added, given a new code, disabled, let in again, listed.

None of it shows or touches what anybody can open. Disabling ends every open session at once; it does not take keys
away, because what was sealed to somebody may have to be opened if they come back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consultations.access import Act, Role, may
from consultations.enrolling import Enrolling
from consultations.keeping.store import Store
from consultations.keeping.store.people import Person
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.signing_in import plain_username


class NotDone(Exception):
    """It was not done. Its text is a sentence that says why, and what to do."""


def as_kept(username: str, name: str) -> tuple[str, str]:
    """A username and a name as they are kept. NotDone when one of them cannot be."""
    typed, shown = plain_username(username), " ".join(name.split())
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", typed):
        raise NotDone(
            f"“{typed[:40]}” cannot be a username. Take 2 to 40 small letters, digits, full stops, hyphens and"
            " underscores, such as sam.okafor."
        )
    if not 1 <= len(shown) <= 80 or not shown.isprintable():
        raise NotDone("The name has to be one line of at most 80 letters: children and staff are shown it.")
    return typed, shown


class Standing(StrEnum):
    """How far somebody has come."""

    INVITED = "invited"  # they have a code, or had one
    ENROLLED = "enrolled"  # they have made their keys, and wait
    CONFIRMED = "confirmed"  # a second person says that the keys are theirs


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff."""

    username: str
    name: str
    role: str
    enabled: bool
    standing: Standing
    second_factor: bool

    @property
    def state(self) -> str:
        """In one word."""
        return self.standing.value if self.enabled else "disabled"


@dataclass(frozen=True, slots=True)
class Staffing:
    """The list of staff, and the codes they enrol with."""

    store: Store
    enrolling: Enrolling
    random: Random = token_bytes

    async def add(self, username: str, name: str, role: str, now: datetime) -> str:
        """A new member of staff; their one-day enrolment code. NotDone when the name is taken or is none."""
        typed, shown = as_kept(username, name)
        if role not in list(Role):
            raise NotDone(f"“{role}” is not one of {', '.join(Role)}.")
        code = await self.enrolling.add(typed, shown, Role(role), now)
        if code is None:
            raise NotDone(f"There is a {typed} already. For a new code: foreword staff code {typed}")
        return code

    async def new_code(self, username: str, new_keys: bool, now: datetime) -> str:
        """Another one-day code. With one, an enrolled person makes new keys, so `new_keys` has to be said."""
        person = await self.person(username)
        if (person.entry is not None or person.waiting) and not new_keys:
            raise NotDone(
                f"{person.name} has enrolled. With their recovery code they can choose new words by themselves. Only if"
                " phrase and recovery code are both lost: --new-keys. What was sent to them before opens again once"
                " they are confirmed, and two people have typed their recovery sheets: foreword recovery restore"
                f" {person.username}"
            )
        code = await self.enrolling.offer_again(person.username, now)
        if code is None:
            raise NotDone(f"{person.name} is disabled. First: foreword staff enable {person.username}")
        return code

    async def disable(self, username: str, now: datetime) -> int:
        """They are signed out and cannot sign in. How many open reviews are still theirs."""
        person = await self.person(username)
        await self.store.people.disable(person.id, self.random(16).hex(), now)
        return sum(1 for review in await self.store.reviews.reviews_of(person.id) if review.held_on is None)

    async def enable(self, username: str, now: datetime) -> None:
        """They may sign in again, with the words they had."""
        await self.store.people.enable((await self.person(username)).id, now)

    async def everyone(self) -> tuple[Member, ...]:
        """All staff, disabled ones too, by username."""
        owners = await self.store.factors.owners()
        return tuple(
            Member(each.username, each.name, each.role, each.enabled, _standing(each), each.id in owners)
            for each in await self.store.people.everyone()
        )

    async def person(self, username: str) -> Person:
        """Whoever has this username. NotDone when nobody has."""
        person = await self.store.people.by_username(plain_username(username))
        if person is None:
            raise NotDone(f"There is no “{plain_username(username)[:40]}” here. See: foreword staff list")
        return person

    async def only_manager(self, username: str) -> Person:
        """A manager beside whom there is no other: nobody but whoever runs the server can look after them. NotDone
        where somebody else can."""
        person = await self.person(username)
        others = [each.name for each in await self.store.people.everyone() if each.id != person.id and _manages(each)]
        if others:
            raise NotDone(f"{' or '.join(others)} can do that, at the portal, under Staff.")
        if not may(person.role, Act.LOOK_AFTER_STAFF):
            raise NotDone(f"{person.name} is no manager. First a manager; they look after everybody else.")
        return person


def _manages(person: Person) -> bool:
    return person.enabled and person.entry is not None and may(person.role, Act.LOOK_AFTER_STAFF)


def _standing(person: Person) -> Standing:
    if person.entry is not None:
        return Standing.CONFIRMED
    return Standing.ENROLLED if person.waiting else Standing.INVITED
