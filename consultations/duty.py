"""The duty list: who is called when a child is not safe, in which order and at which hours, and in which words.

It stands in the authority file, in the order in which people are called. Hours are those of a clock on a wall in
England, winter and summer. A shift belongs to the day it begins on: Friday from 17:00 until 09:00 ends on Saturday.

A call says that somebody is needed, about which review and since when; never a name, never a word of the child, never
whom the child wants kept off it (field facts §6). It says in every case that there may be somebody, because whoever
acts on a reference alone would begin by ringing the carer. The people a child may keep off the list are those it can
know: the officer, by their account, and the social worker, by their address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from consultations.kept_from import OFFICER
from consultations.timescales import ENGLAND, WEEKDAYS, bank_holiday, in_words

QUARTER = timedelta(minutes=15)
"""How long a person has before the next one is called (field facts §6)."""

MIDNIGHT = time(0)
EVERY_DAY = tuple(range(7))


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One entry of the list: a person, or a desk with an address of its own. `until` at or before `since` is a shift
    over midnight; both the same is a whole day."""

    name: str
    email: str
    days: tuple[int, ...] = EVERY_DAY  # Monday is 0, as date.weekday() counts
    since: time = MIDNIGHT
    until: time = MIDNIGHT
    bank_holidays: bool = True
    staff: str = ""  # their username, where they have an account

    def works(self, at: datetime) -> bool:
        """Whether these are their hours."""
        here = at.astimezone(ENGLAND)
        return self.works_by_the_wall(here.date(), here.time())

    def works_by_the_wall(self, day: date, hour: time) -> bool:
        """The same, by calendar and clock as they hang on a wall in England."""
        if self.since < self.until:
            return self._begins_on(day) and self.since <= hour < self.until
        began_yesterday = self._begins_on(day - timedelta(days=1)) and hour < self.until
        return began_yesterday or (self._begins_on(day) and hour >= self.since)

    def _begins_on(self, day: date) -> bool:
        return day.weekday() in self.days and (self.bank_holidays or not bank_holiday(day))


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours of a day at which nobody on the list works: every week, or `once`, on that bank holiday. `until` at
    midnight is the end of the day."""

    day: date
    since: time
    until: time
    once: bool = False

    def __str__(self) -> str:
        day = in_words(self.day) if self.once else WEEKDAYS[self.day.weekday()]
        until = "24:00" if self.until == MIDNIGHT else f"{self.until:%H:%M}"
        return f"{day} {self.since:%H:%M} to {until}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as it is sent. The same call has the same id, however often it has to be sent."""

    id: str
    subject: str
    text: str


def in_turn(duty: Sequence[OnDuty], last: str, at: datetime, kept_off: Collection[str]) -> tuple[OnDuty, ...]:
    """Everybody who may be called, the next one first, after the one called `last` by name ("": nobody yet).

    Whoever is kept off is never among them. Those whose hours it is not come after all whose hours it is: a mail in a
    box is harmless, and silence is not.
    """
    after = next((place + 1 for place, each in enumerate(duty) if each.name == last), 0)
    turn = [each for each in (*duty[after:], *duty[:after]) if each.name not in kept_off]
    return tuple(sorted(turn, key=lambda each: not each.works(at)))


def kept_off(duty: Sequence[OnDuty], kept_from: Collection[str], officer: str, social_worker: str) -> frozenset[str]:
    """Who on the list is kept off by these kinds of people, by name. `officer` is the username of the review's own,
    `social_worker` the work address of the child's ("": not known)."""
    off = set()
    for each in duty:
        if OFFICER in kept_from and each.staff and each.staff == officer:
            off.add(each.name)
        if "social_worker" in kept_from and each.email.casefold() == social_worker.strip().casefold():
            off.add(each.name)
    return frozenset(off)


def call(id: str, number: int, reference: str, raised_at: datetime, again_at: datetime | None, url: str) -> Call:
    """The words of a call: the `number`th about this alert. Staff read them in English."""
    more = f"Told us again {_when(again_at)}\n" if again_at else ""
    again = f"This is call {number}: nobody has said yet that they have it.\n\n" if number > 1 else ""
    return Call(
        id=f"{id}.{number}",
        subject=f"Foreword: somebody is needed now ({reference})",
        text=f"""\
A child has told Foreword that they are not safe, or need somebody now.

Review        {reference}
Told us       {_when(raised_at)}
{more}
{again}Sign in and press "I have it":

{url}

That page also says whom the child does not want told. Read it before you
speak to anybody: it can be their carer, social worker or officer.

If you have no account, have a manager read it to you and press "I have it".
If none can be found, do not wait: the reference is the one in the case
system, and this is a call about a child who may not be safe like any other.

Until somebody has it, the next on the duty list is called every {QUARTER.seconds // 60} minutes.
Nobody reads answers to this mail. What the child said is not in it: please
keep it out of yours.
""",
    )


def gaps(duty: Sequence[OnDuty], today: date) -> tuple[Gap, ...]:
    """When nobody on the list works: in an ordinary week, and on the first bank holiday of the year to come that
    differs from it."""
    ordinary: dict[int, list[Gap]] = {}
    found: list[Gap] = []
    year = [today + timedelta(days=each) for each in range(1, 366)]
    for day in (each for each in year if not _holiday_shows(each)):
        ordinary.setdefault(day.weekday(), list(_gaps_on(duty, day)))
    for weekday in sorted(ordinary):
        found += ordinary[weekday]
    for day in (each for each in year if _holiday_shows(each)):
        usual = [(each.since, each.until) for each in ordinary[day.weekday()]]
        if more := [each for each in _gaps_on(duty, day) if (each.since, each.until) not in usual]:
            return (*found, *(replace(each, once=True) for each in more))
    return tuple(found)


def is_address(text: str) -> bool:
    """Whether a mail server would take this for an address: the plain shape of RFC 5321 §4.1.2, no more."""
    return len(text) <= 254 and bool(
        re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text)
    )


def _holiday_shows(day: date) -> bool:
    """Whether a bank holiday changes who works on this day: a shift may have begun on the day before."""
    return bank_holiday(day) or bank_holiday(day - timedelta(days=1))


def _gaps_on(duty: Sequence[OnDuty], day: date) -> Iterator[Gap]:
    """The gaps of one day: between two hours at which anybody's shift changes nobody comes or goes."""
    hours = sorted({MIDNIGHT, *(each.since for each in duty), *(each.until for each in duty)})
    empty = [not any(each.works_by_the_wall(day, hour) for each in duty) for hour in hours]
    since: time | None = None
    for hour, nobody in zip(hours, empty, strict=True):
        if nobody and since is None:
            since = hour
        if not nobody and since is not None:
            yield Gap(day, since, hour)
            since = None
    if since is not None:
        yield Gap(day, since, MIDNIGHT)


def _when(at: datetime) -> str:
    here = at.astimezone(ENGLAND)
    return f"{in_words(here.date())} at {here:%H:%M}"
