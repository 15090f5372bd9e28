"""Where one child is: a frozen value that can be put away between any two turns and taken back exactly.

It is the plain text of the sealed draft, so it holds only what must survive: what was said, where the child is, what
was sent when. Which officer, which date and who has read are circumstances, read afresh each turn.

    {"format": 1, "id": "k3v9x2mq", "set": "ages_8_11", "usual": "ages_8_11", "language": "en_GB",
     "place": {"screen": "asking", "about": "home_best"}, "way_back": [], "answers": [...], "folded": [], "shut": [],
     "passed": [["school", "skipped"]], "passed_folded": [], "asked": ["feelings_now", "school"], "waits": [],
     "pin": "", "visit": "5a5a5a5a5a5a", "helper": null,
     "sent": [{"number": 1, "kind": "replacement", "at": "2026-12-03T16:20:00+00:00", ...}], "alarms": [], "asks": []}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from consultations.answers import ADVOCATE, Answer, Sharing
from consultations.sending import Kind

FORMAT = 1
WINDOW = timedelta(hours=24)  # everything can be changed for a day
EVENTS_REMEMBERED = 256
OWED_REMEMBERED = 8
MESSAGES_REMEMBERED = 64


class Screen(StrEnum):
    """The rooms a conversation has. A place is a room and, where it matters, which question or step."""

    OPENING = "opening"
    ASKING = "asking"
    REWRITING = "rewriting"
    PIN_OFFER = "pin_offer"
    PIN_NEW = "pin_new"
    PIN_AGAIN = "pin_again"
    PIN_ASK = "pin_ask"
    HELPER_WHO = "helper_who"
    HELPER_TYPING = "helper_typing"
    PRIVATE = "private"
    CHECK = "check"
    SHARING = "sharing"
    PREVIEW = "preview"
    PAUSED = "paused"
    SENT = "sent"
    TAKING_BACK = "taking_back"
    SITTING_ASKED = "sitting_asked"
    SITTING_WORDS = "sitting_words"
    READ_BACK = "read_back"
    SITTING_DONE = "sitting_done"
    ALARM = "alarm"
    ASK_NOW = "ask_now"


PIN_SCREENS = frozenset({Screen.PIN_NEW, Screen.PIN_AGAIN, Screen.PIN_ASK})
"""Where what is typed is a PIN: no answer, and never shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """One room, and the question, step or helper it is about."""

    screen: Screen
    about: str = ""


class Passed(StrEnum):
    """How a question was left without an answer. None of it is sent: a reader sees no difference."""

    SKIPPED = "skipped"
    RATHER_NOT = "rather_not"
    LATER = "later"
    ANOTHER_DAY = "another_day"
    BEFORE = "before"  # in a visit that is out of sight, where it may have been answered or not


@dataclass(frozen=True, slots=True)
class Helper:
    """An adult beside the child: what they are to the child, who types, and in whose words."""

    kind: str
    typing: bool = False
    own_words: bool = True
    name: str = ""  # of an advocate who is signed in
    through: str = ""  # the child speaks, and they write it in another language: as in an answer
    language: str = ""  # what they write in, where that is not the child's page's


@dataclass(frozen=True, slots=True)
class Sitter:
    """A member of staff at a screen of their own: the visit that is theirs, until when, and where it is.

    While an advocate's stands and was agreed to, a helper is here, so nothing that was said alone is in sight.
    """

    id: str
    visit: str  # the mark of their visit
    name: str
    until: datetime
    agreed: bool = False  # the child said yes
    own_words: bool = True  # what is typed there is said by the child
    place: Place = Place(Screen.SITTING_ASKED)
    way_back: tuple[Place, ...] = ()
    typed: tuple[str, ...] = ()  # the questions whose answers stand as they were typed there
    alarms: tuple[int, ...] = ()  # the numbers of those that were raised there
    staff: str = ""  # the id of their account
    how: str = ""  # a form or a talk is keyed in, without the child: answers.PAPER or answers.SPOKEN
    kind: str = ADVOCATE  # what they are
    language: str = ""  # of the screen of whoever keys in
    passed: tuple[tuple[str, Passed], ...] = ()  # what they left out


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending as the child's side remembers it: no words, only that it happened. Numbers never repeat."""

    number: int
    kind: Kind
    at: datetime
    contents: str = ""  # a mark of what it carried, until its window closes
    final: bool = False  # its window is closed
    replaced: bool = False  # a later one took its place
    taken_back: bool = False
    away: bool = False  # all it carried is out of sight
    added: bool = False  # to one that was so, and went again with it as it was

    def window_open(self, now: datetime) -> bool:
        """Whether everything in it can still be changed."""
        return not self.final and not self.taken_back and now < self.at + WINDOW


class Hidden(StrEnum):
    """Why something told at once is out of sight: until the PIN is given, or for good. Like `folded` and `shut`."""

    NOT = ""
    FOLDED = "folded"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One time the child said they are not safe, as their side remembers it. Its number is the alert's."""

    number: int
    at: datetime
    kept_from: tuple[str, ...] = ()  # the kinds of people who are not to be told: kept_from.KEEP_FROM
    also: tuple[str, ...] = ()  # nor these, who were chosen where this visit could not see it
    mistaken: bool = False  # the child said so
    told_seen: bool = False  # "a person has seen this" was said
    said: Answer | None = None  # the choice that raised it, to be sealed again where the officer is not to be told;
    # gone once it was sent and its window is closed
    sending: int = 0  # the number of the sending that carries it; 0 where nothing was sealed
    apart: bool = False  # it was raised where no messenger overhears, and is told of where one does at no time
    hidden: Hidden = Hidden.NOT  # this visit does not know of it
    visits: tuple[str, ...] = ()  # the marks of those that raised it: each may still say whom not to tell, once over


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ask that was told at once: asks.ASKS."""

    kind: str
    apart: bool = False
    hidden: Hidden = Hidden.NOT


@dataclass(frozen=True, slots=True)
class Conversation:
    """One child's run through a question set. Change is `replace(...)`; only `advance` does it."""

    id: str
    set: str
    usual: str  # the set they began with, to come back to from an easier one
    language: str
    place: Place = Place(Screen.OPENING)
    way_back: tuple[Place, ...] = ()  # side trips end at the last of these
    begun: bool = False  # the opening was read to its end
    answers: tuple[Answer, ...] = ()
    folded: tuple[Answer, ...] = ()  # hidden until the PIN is given
    shut: tuple[Answer, ...] = ()  # hidden for good: there was no PIN then, or the code was issued again since
    passed: tuple[tuple[str, Passed], ...] = ()
    passed_folded: tuple[tuple[str, Passed], ...] = ()  # of visits before; hidden until the PIN is given
    asked: tuple[str, ...] = ()  # the questions of the main line that are behind: how far the child has come
    waits: tuple[str, ...] = ()  # the private ones among them that were passed over beside somebody
    together: Sharing | None = None  # one choice for everything (the youngest)
    pin: bytes = b""
    pin_pictures: bool = False  # it was chosen in pictures, whatever set is asked now
    pin_settled: bool = False  # the offer was answered, yes or no
    pin_entry: tuple[str, ...] = ()  # pictures tapped so far
    pin_first: bytes = b""  # the new PIN, before it was repeated
    wrong_pins: tuple[datetime, ...] = ()
    proven: bool = True  # this visit began here or gave the PIN, and nobody sat down since
    came_back: bool = False  # this visit came to what was begun before, and has not given the PIN
    reissued_at: datetime | None = None  # this visit came by a code issued again
    visit: str = ""  # a mark of the visit that may read: always the one that came last
    helper: Helper | None = None
    sitting: Sitter | None = None
    sat: tuple[tuple[str, datetime, str], ...] = ()  # every advocate the child said yes to: name, when, account
    keyed: tuple[tuple[str, str, datetime], ...] = ()  # what was keyed in: from what, by whom, and when
    sent: tuple[Sent, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    asks: tuple[Wanted, ...] = ()
    counted: bool = False  # "Was this OK to use?" was answered; what was said is only in the tally
    heard: tuple[str, ...] = ()  # ids of events already heard, newest last
    owed: tuple[str, ...] = ()  # those among them whose answer has not been seen to arrive
    shown: tuple[tuple[str, str], ...] = ()  # a door's mark of a message, and the place it asked for words
    moving_on: str = ""  # the mark of a way to another door, made by the visit that may read
    moving_until: datetime | None = None
    language_chosen: bool = False  # the child did, out of several
    reminder: bool = False  # the child wants one, before it closes
    reminded: bool = False

    def answer(self, question: str) -> Answer | None:
        """What the child said to this question and may see now."""
        return next((answer for answer in self.answers if answer.question == question), None)

    def how_passed(self, question: str) -> Passed | None:
        """How this question was left without an answer, if it was."""
        return dict(self.passed).get(question)

    @property
    def sendings(self) -> tuple[Sent, ...]:
        """What the child sent. The answer that an alarm sealed was not sent by them, though it has its number."""
        return tuple(sent for sent in self.sent if sent.kind is not Kind.ALERT)

    @property
    def standing(self) -> Sent | None:
        """The latest sending, unless it was taken back."""
        return next((sent for sent in reversed(self.sendings) if not sent.taken_back), None)

    @property
    def hidden(self) -> tuple[Answer, ...]:
        """What was said before and is kept, sendable, and not shown."""
        return (*self.shut, *self.folded)

    @property
    def may_choose_pin(self) -> bool:
        """Whether a PIN may be chosen here: alone, by whoever began, where there is none.

        A PIN of somebody who came with the code would open for them what the child says later without it; and whoever
        has an open phone for a minute would put theirs in the place of the child's.
        """
        return self.helper is None and self.proven and not self.pin

    def asked_by(self, ref: str) -> str | None:
        """The place that a message of ours asked for words, by the door's mark of it."""
        return dict(self.shown).get(ref)

    def to_bytes(self) -> bytes:
        """The draft's plain text: JSON in UTF-8."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        whole = {"format": FORMAT, **kept}
        return json.dumps(whole, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> Conversation:
        """Take a conversation back, exactly as it was put away. ValueError for a format never written."""
        kept = json.loads(plain)
        if kept.pop("format", None) != FORMAT:
            raise ValueError("This draft has a format this version of Foreword does not know.")
        return cls(
            **{
                **kept,
                "place": _place(kept["place"]),
                "way_back": tuple(map(_place, kept["way_back"])),
                "answers": tuple(map(_answer, kept["answers"])),
                "folded": tuple(map(_answer, kept["folded"])),
                "shut": tuple(map(_answer, kept["shut"])),
                "passed": _passed(kept["passed"]),
                "passed_folded": _passed(kept.get("passed_folded", ())),
                "asked": tuple(kept.get("asked", ())),
                "waits": tuple(kept.get("waits", ())),
                "together": Sharing(kept["together"]) if kept["together"] else None,
                "pin": bytes.fromhex(kept["pin"]),
                "pin_first": bytes.fromhex(kept["pin_first"]),
                "pin_entry": tuple(kept["pin_entry"]),
                "wrong_pins": tuple(map(datetime.fromisoformat, kept["wrong_pins"])),
                "reissued_at": _moment(kept["reissued_at"]),
                "helper": Helper(**kept["helper"]) if kept["helper"] else None,
                "sitting": _sitter(kept["sitting"]) if kept.get("sitting") else None,
                "sat": tuple((name, datetime.fromisoformat(at), id) for name, at, id in kept.get("sat", ())),
                "keyed": tuple((how, name, datetime.fromisoformat(at)) for how, name, at in kept.get("keyed", ())),
                "sent": tuple(map(_sent, kept["sent"])),
                "alarms": tuple(map(_alarm, kept.get("alarms", ()))),
                "asks": tuple(Wanted(**{**each, "hidden": Hidden(each["hidden"])}) for each in kept.get("asks", ())),
                "heard": tuple(kept["heard"]),
                "owed": tuple(kept.get("owed", ())),
                "shown": tuple((ref, place) for ref, place in kept.get("shown", ())),
                "moving_until": _moment(kept.get("moving_until")),
            }
        )


def begin(id: str, set: str, language: str) -> Conversation:
    """A conversation nobody has opened yet."""
    return Conversation(id=id, set=set, usual=set, language=language)


def _plain(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat()
        case Answer() | Place() | Helper() | Sitter() | Sent() | Alarm() | Wanted():
            return {name: getattr(value, name) for name in value.__slots__}
    raise TypeError(f"{type(value).__name__} has no place in a draft")


def _place(kept: dict[str, str]) -> Place:
    return Place(Screen(kept["screen"]), kept["about"])


def _passed(kept: Iterable[tuple[str, str]]) -> tuple[tuple[str, Passed], ...]:
    return tuple((question, Passed(how)) for question, how in kept)


def _answer(kept: dict[str, Any]) -> Answer:
    sharing = Sharing(kept["sharing"]) if kept["sharing"] else None
    refs = tuple(kept.get("refs", ()))
    return Answer(**{**kept, "pieces": tuple(kept["pieces"]), "refs": refs, "sharing": sharing})


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _sent(kept: dict[str, Any]) -> Sent:
    return Sent(**{**kept, "kind": Kind(kept["kind"]), "at": datetime.fromisoformat(kept["at"])})


def _sitter(kept: dict[str, Any]) -> Sitter:
    return Sitter(
        **{
            **kept,
            "until": datetime.fromisoformat(kept["until"]),
            "place": _place(kept["place"]),
            "way_back": tuple(map(_place, kept["way_back"])),
            "typed": tuple(kept["typed"]),
            "alarms": tuple(kept["alarms"]),
            "passed": _passed(kept.get("passed", ())),
        }
    )


def _alarm(kept: dict[str, Any]) -> Alarm:
    return Alarm(
        **{
            **kept,
            "at": datetime.fromisoformat(kept["at"]),
            "kept_from": tuple(kept["kept_from"]),
            "also": tuple(kept["also"]),
            "visits": tuple(kept.get("visits", ())),
            "said": _answer(kept["said"]) if kept["said"] else None,
            "hidden": Hidden(kept["hidden"]),
        }
    )
