"""What is true around a conversation right now: the review, its officer, who has read what.

Read with the thread, in the same statement; never kept in the conversation, because officers change and reviews move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from consultations.access import Act, may
from consultations.duty import OnDuty
from consultations.retention import LONGEST, Retention

LET = "let"
PASSED_ON, GIVEN_BACK = "passed_on", "given_back"


@dataclass(frozen=True, slots=True)
class ReadBy:
    """A reader opened what was sent (`what` = "opened"), or made a copy of it ("meeting", "file", "officer").

    "let": an advocate opened what the child let them read of it. "passed_on": it opens to them now, because the officer
    changed; "given_back": because they had lost their key. Of these two nobody has read anything (`read`).
    """

    reader: str
    what: str
    at: datetime
    sending: int = 0  # its number; 0 where that makes no difference

    @property
    def read(self) -> bool:
        """Whether somebody saw what was sent."""
        return self.what not in (PASSED_ON, GIVEN_BACK)

    @classmethod
    def of(cls, reader: str, role: str, what: str, at: datetime, sending: int) -> ReadBy:
        """What a member of staff in this role is noted to have done."""
        return cls(reader, LET if what == "opened" and may(role, Act.READ_WHAT_IS_LET) else what, at, sending)


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """What became of an alert: `held_at` is when a person said *I have it*, `closed_at` when one had answered it."""

    number: int
    held_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A way to another door, made for this turn and good for nothing unless the turn uses it."""

    door: str  # "web" or "telegram"
    link: str = field(repr=False)
    code: str = field(repr=False)
    mark: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StaffVisit:
    """The member of staff whose visit speaks, where it is no child's. `visit` is its mark."""

    id: str
    visit: str
    name: str
    until: datetime
    staff: str = ""  # the id of their account
    kind: str = "advocate"


@dataclass(frozen=True, slots=True)
class Advocate:
    """The advocate whom the child could let read: the last one they said yes to who can open what is sent."""

    id: str  # of their account
    name: str
    mark: str  # changes with their key; part of the check page's mark


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The review as far as the child's conversation needs it. `held_on` is None while the review is open."""

    child: str
    officer: str
    review_on: date
    reference: str = ""
    held_on: date | None = None
    officer_mark: str = ""  # changes when the officer or their key changes; part of the check page's mark
    readings: tuple[ReadBy, ...] = ()
    alerts: tuple[AlertSeen, ...] = ()
    languages: tuple[str, ...] = ("en_GB",)
    reads_best: str = ""  # as the case system has it: it is not always offered, and the child chooses
    overheard: bool = False  # somebody carries what is typed here, and can see it; it shows on a locked screen too
    remembered: bool = False  # we can write here unasked, so a reminder can be offered
    elsewhere: Elsewhere | None = None
    sitting: StaffVisit | None = None
    visit: str = ""  # the mark of the visit that speaks
    advocate: Advocate | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """The council's own names and numbers, from its authority file. Shown under *Help now*, word for word."""

    name: str
    duty_phone: str
    duty_hours: str
    out_of_hours_phone: str
    out_of_hours_hours: str
    advocacy: str
    advocacy_phone: str
    complaints: str
    complaints_phone: str
    demo: bool = False
    duty_list: tuple[OnDuty, ...] = ()  # who is called when a child is not safe, in this order
    translated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by language: its lines but numbers
    retention: Retention = LONGEST

    def read_in(self, language: str) -> Authority:
        """The same in this language; what is not translated stays as it is."""
        lines: dict[str, Any] = {**self.translated.get(language, {})}
        return replace(self, **lines)
