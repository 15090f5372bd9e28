"""The trail: who did what, act by act, in a chain of entries that nobody without the key can change unnoticed.

    portal 12   2026-11-20 10:30   opened   by 5a5a…   of 91c0…   officer

A record is ids and codes alone. What is neither is refused when the record is made, so no word, name or code of a
child gets in. A child's own acts carry the day, and no hour.

One chain for each kind of process. Every hour the heads of the others are joined to each, and all are written to the
log as anchors: a chain that was cut, begun again or put back to an earlier moment is behind what was said of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

CHAT, PORTAL, COMMAND = "chat", "portal", "command"
CHAINS = (CHAT, PORTAL, COMMAND)

CHILD, CLOCK = "child", "clock"
ACTORS = frozenset({"", CHILD, CLOCK, COMMAND})
"""Who does something without being a member of staff; these have an id."""


class Deed(StrEnum):
    """What was done. A value that was written once keeps its meaning for ever."""

    # the trail itself, and the site
    BEGAN = "began"  # a chain's first entry: "founded" with the site, "later" where the chain was empty
    JOINED = "joined"  # the head of another chain, as it stood: "chat.1234.9f2c…"
    SETTINGS = "settings"  # other settings are in force from here on; of their digest
    # staff; of the person
    ADDED = "added"
    CODE_GIVEN = "code_given"  # a one-day enrolment code
    ENROLLED = "enrolled"
    CONFIRMED = "confirmed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    NEW_WORDS = "new_words"
    FACTOR_SET = "factor_set"
    FACTOR_RESET = "factor_reset"
    # coming in
    SIGNED_IN = "signed_in"  # by a phrase or a recovery code
    UNLOCKED = "unlocked"  # a session began, with the reader's key in it
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"  # tries of one kind that were refused in one minute, as a count: "sign-in.17"
    # reviews and invitations; of the review
    IMPORTED = "imported"
    ASSIGNED = "assigned"  # whose it is from here on: an officer's id
    HELD = "held"
    NOT_HELD = "not_held"
    LEFT_CARE = "left_care"
    INVITED = "invited"
    CAME_IN = "came_in"
    # what a child sent; of the review. Whom they let read is in no record: one reader more changes no row count (P5)
    SENT = "sent"  # its kind and its number: "addition.2"
    TAKEN_BACK = "taken_back"
    # who read what was sent; of the review
    OPENED = "opened"  # which sending: "opened.2"
    COPIED = "copied"  # which copy, of which sending: "officer.2"
    PRINTED = "printed"
    # beside a child; of the sitting
    SITTING_OFFERED = "sitting_offered"  # of the person it was given to
    SAT_DOWN = "sat_down"  # or keys in, from what
    LET_SIT = "let_sit"  # the child said yes
    SITTING_ENDED = "sitting_ended"
    # alerts; of the alert
    ALERT_RAISED = "alert_raised"
    ALERT_TAKEN = "alert_taken"  # somebody has it
    ALERT_CLOSED = "alert_closed"
    # cover and handing over
    COVER_NAMED = "cover_named"
    COVER_ON = "cover_on"
    COVER_OFF = "cover_off"
    HANDED_OVER = "handed_over"
    # recovery, and time
    DRILLED = "drilled"
    RECOVERED = "recovered"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    WINDOW_CLOSED = "window_closed"  # of the review
    SEASON_RENEWED = "season_renewed"
    KEYS_ROTATED = "keys_rotated"
    FORGOTTEN = "forgotten"  # of what was forgotten


_CODES = """
    founded later
    phrase recovery_code totp passkey council
    officer manager advocate coordinator custodian administrator
    meeting file paper spoken
    new changed again
    link code door
    draft sending review drill
"""
CODES = frozenset(_CODES.split())
"""What `more` may say. Another deed's codes are added here."""

_NOTHING = re.compile("")
_ID = re.compile(r"[0-9a-f]{8,64}")
_REFUSED = "sign-in|enrolment|code|pass|not-theirs"
_NUMBERED = "replacement|addition|alert|opened|officer|meeting|file"
_COUNT = re.compile(rf"({_REFUSED}|{_NUMBERED})\.[0-9]{{1,9}}")
_HEAD = re.compile(rf"({'|'.join(CHAINS)})\.([0-9]{{1,18}})\.([0-9a-f]{{16}})")


@dataclass(frozen=True, slots=True)
class Record:
    """One act. `by`: the id of a member of staff, or one of ACTORS. `of`: an id. `more`: an id, one of CODES, a count
    or a head. ValueError for anything else, without saying what it was."""

    deed: Deed
    by: str = ""
    of: str = ""
    more: str = ""

    def __post_init__(self) -> None:
        if self.by not in ACTORS and not _ID.fullmatch(self.by):
            raise ValueError(f"A record of {self.deed} was about to say by whom, and not with an id.")
        if self.of and not _ID.fullmatch(self.of):
            raise ValueError(f"A record of {self.deed} was about to say of what, and not with an id.")
        if self.more not in CODES and not any(each.fullmatch(self.more) for each in (_NOTHING, _ID, _COUNT, _HEAD)):
            raise ValueError(f"A record of {self.deed} was about to say more than a code.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a chain, as it is to be marked."""

    chain: str
    number: int  # 1, 2, 3 …
    at: datetime
    deed: str  # a Deed; what a later Foreword wrote is no reason to stumble
    by: str
    of: str
    more: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A link as it is kept. `seal` proves the entry by itself, `mark` everything up to it."""

    entry: Entry
    seal: bytes
    mark: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come: what is joined to the others, and written to the log."""

    chain: str
    number: int
    mark: str  # the first half of the mark's first half, in hexadecimal

    def joined(self) -> str:
        """As `more` of a joining entry says it."""
        return f"{self.chain}.{self.number}.{self.mark}"


def head_of(marked: Marked) -> Head:
    """What is said elsewhere of a chain whose last link this is."""
    return Head(marked.entry.chain, marked.entry.number, marked.mark[:8].hex())


def as_head(more: str) -> Head | None:
    """What a joining entry says; None when it says nothing of the kind."""
    found = _HEAD.fullmatch(more)
    return Head(found[1], int(found[2]), found[3]) if found else None


def as_anchor(line: str) -> Head | None:
    """The anchor in a line of the log, as JSON or as words: a chain, a number, a mark. None when there is none."""
    found = re.search(
        rf"\b({'|'.join(CHAINS)})\b.*?\bnumber\W+([0-9]{{1,18}})\b.*?\bmark\W+([0-9a-f]{{16}})\b", line
    ) or re.search(rf"\b({'|'.join(CHAINS)})[. ]+([0-9]{{1,18}})[. ]+([0-9a-f]{{16}})\b", line)
    return Head(found[1], int(found[2]), found[3]) if found else None


def entry(chain: str, number: int, record: Record, now: datetime) -> Entry:
    """This record as the link of this number. A child's acts carry the day alone."""
    at = now.astimezone(UTC)
    if record.by == CHILD:
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Entry(chain, number, at, record.deed.value, record.by, record.of, record.more)


class Pen(Protocol):
    """What writes one chain: the vault's key for it."""

    @property
    def chain(self) -> str:
        """Which chain it writes."""
        ...

    def seal(self, entry: Entry) -> bytes:
        """What proves that this entry was written with this number."""
        ...

    def mark(self, previous: bytes, seal: bytes) -> bytes:
        """What proves that it follows everything before it; `previous` is empty for the first."""
        ...
