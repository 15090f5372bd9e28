"""What Foreword answers, as ids: `wording` puts them into words, one step later, in the child's language.

A turn's replies are any number of notices (what just happened) and then the screen that waits for the child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultations.answers import Answer, Sharing
from consultations.circumstances import Advocate, Elsewhere, ReadBy
from consultations.sending import Kind


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that just happened, or could not: one phrase, with what it may name."""

    phrase: str
    question: str = ""
    day: datetime | None = None
    count: int | None = None
    reader: str = ""
    text: str = ""  # the child's own words, handed back because they could not be kept


@dataclass(frozen=True, slots=True)
class Opening:
    """One of the screens before the first question: language, what, safety, how. `more` adds *Tell me more*."""

    step: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, with what was said to it so far. `remaining` is how many others are still to be asked."""

    question: str
    answer: Answer | None
    remaining: int
    rewriting: bool = False
    hidden: bool = False  # this was answered before, and is folded
    last: bool = False  # nothing comes after it
    returning: bool = False  # a side trip from the check page
    adding: bool = False  # what was sent stands, and this is added to it


@dataclass(frozen=True, slots=True)
class PinOffer:
    """Would you like a PIN? Yes and no are equally easy."""

    pictures: bool


@dataclass(frozen=True, slots=True)
class PinEntry:
    """Choose one, repeat it, or give it on coming back: `why` is new, again or ask."""

    why: str
    pictures: bool
    tapped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelperWho:
    """Who is with you? `no_pin`: what is folded now could not be opened again."""

    no_pin: bool


@dataclass(frozen=True, slots=True)
class HelperTyping:
    """Who types, and in whose words?"""

    kind: str
    english: bool = False  # they may be writing English for a child who speaks another language


@dataclass(frozen=True, slots=True)
class PrivateNow:
    """Some questions waited until the child is alone: now, later, or on another day?"""


@dataclass(frozen=True, slots=True)
class More:
    """What else one can do here."""

    place: str
    rewrite: bool  # there are words to change
    clear: bool  # there is an answer to take out
    easier: bool
    usual: bool
    language: bool
    pin: bool
    unfold: bool
    skippable: bool
    later: bool
    elsewhere: str = ""  # the other door one may move to
    reminder: bool = False  # one is to come, and can be called off
    sitting: bool = False  # it is an advocate's screen, which can do less
    talk: bool = False  # the child may ask for a talk with their officer
    keyed: str = ""  # a form or a talk is keyed in there: answers.PAPER or answers.SPOKEN


@dataclass(frozen=True, slots=True)
class Languages:
    """Every language there is, each written in itself."""


@dataclass(frozen=True, slots=True)
class HelpNow:
    """The authority's own numbers, in fixed words; and where the child can be heard, *Tell someone*.

    `told`: this visit knows that the child said they are not safe. `seen`: a person has it.
    """

    tell: bool = False
    told: bool = False
    seen: bool = False


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """The child said they are not safe: the fixed words, and the one thing that is asked. `stop`: they may pause.

    `changed`: who was just chosen, or not chosen any more; the fixed words were said before.
    """

    kept_from: tuple[str, ...]
    mistaken: bool
    stop: bool
    officer: bool = True  # they may be named among those told: nothing this visit does not know can keep them off
    unsent: bool = False  # words stand here that do not go with it
    tapped: bool = False  # the choice that raised it went with it, to the officer
    changed: str = ""


@dataclass(frozen=True, slots=True)
class AskNow:
    """Tell them now? `kind` is one of asks.ASKS."""

    kind: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Stopped for now: what is kept, and how to come back."""

    sendable: bool
    gone: bool  # something was taken back that is not here any more
    alarm: str = ""  # what became of the alarm that this visit knows of: the phrase that says it


@dataclass(frozen=True, slots=True)
class SittingAsked:
    """An advocate would like to help: is that OK? The child says so, on the advocate's device.

    `for_good`: there is no PIN, so what was said before stays hidden from the child too. `may_choose_pin`: they could
    choose one first.
    """

    name: str
    for_good: bool = False
    may_choose_pin: bool = False


@dataclass(frozen=True, slots=True)
class SittingWords:
    """Whose words does the advocate type; or, `keyed`, are keyed in from a talk?"""

    keyed: bool = False


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the advocate typed, to be read to the child: is it right?"""

    answer: Answer


@dataclass(frozen=True, slots=True)
class SittingDone:
    """Everything that is asked while somebody helps was asked. `answers` are what the advocate typed, or keyed in."""

    answers: tuple[Answer, ...]
    keyed: str = ""  # from what: answers.PAPER or answers.SPOKEN
    send: bool = False  # a paper form, which may be sent as it was handed in
    sent: bool = False  # it was


@dataclass(frozen=True, slots=True)
class Check:
    """Everything said, in the child's own words, before it is sent."""

    going: tuple[Answer, ...]
    not_going: tuple[Answer, ...]
    all: tuple[Answer, ...]  # both, in the order of the questions
    unanswered: tuple[str, ...]
    open: bool  # some of them were never asked, or are to be asked once more
    hidden: bool
    share_together: bool  # one choice of who may see it, for everything (the youngest)
    together: Sharing | None  # the one choice that holds for everything shown; None where they differ
    mark: str
    sendable: bool
    kind: Kind
    again: bool  # it was sent before, and sending replaces that
    adding: bool  # what was sent stays as it is
    before: bool  # something was sent before, whatever became of it
    at: str = ""  # the question the child was just at, to be found again
    advocate: Advocate | None = None  # whom the child could let read
    may_let: bool = False  # and this visit may say so
    told: tuple[Answer, ...] = ()  # those of them that this visit knows to have raised an alarm, whoever may see them


@dataclass(frozen=True, slots=True)
class ShareChoice:
    """Who may see this answer; question "*" is everything at once."""

    question: str
    now: Sharing | None  # None where everything at once is not one choice yet


@dataclass(frozen=True, slots=True)
class Preview:
    """What the officer will see: exactly these answers. `hidden`: some of it is folded."""

    answers: tuple[Answer, ...]
    kind: Kind
    again: bool
    hidden: bool
    mark: str
    waits: bool = False  # for the child to say yes to it: something that was typed for them


@dataclass(frozen=True, slots=True)
class AfterSending:
    """It is sent: what happens next, and what can still be done. `until` is None once the window is closed."""

    sent: bool  # False when it was taken back
    until: datetime | None
    feedback: str  # the question to count, when it is still to be asked
    change: bool  # and what was sent can be changed by this visit
    final: bool  # and this visit may say that there are no more changes
    hidden: bool
    hidden_unsent: bool  # and some of what is hidden was never sent
    pin_waits: bool  # the PIN was wrong too often: it can be tried again later
    added: bool  # the latest sending is an addition: what was sent before it stands
    mark: str  # what sending again is held to; "" when there is nothing new to send, or it is to be seen first
    read: bool  # somebody opened something that was sent from here
    talk: bool = False  # the child may ask for a talk with their officer
    waits: bool = False  # for the child to say yes to it: something that was typed for them
    keyed: bool = False  # something was keyed in without the child, and is to be seen before it is sent


@dataclass(frozen=True, slots=True)
class NoMoreChanges:
    """What it does to say that there are no more changes, before it is done."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What taking back does, and what it cannot undo. `before`: what was read of what a later sending replaced."""

    readings: tuple[ReadBy, ...]
    before: tuple[ReadBy, ...] = ()
    gone: bool = False  # some of it is not here any more, since its window closed
    alarmed: bool = False  # this visit knows of an alarm, which is not taken back


@dataclass(frozen=True, slots=True)
class WhoHasRead:
    """Who has read this, truthfully; and who had read what it replaced."""

    readings: tuple[ReadBy, ...]
    before: tuple[ReadBy, ...] = ()
    sent: bool = True  # False when it was taken back
    given: tuple[ReadBy, ...] = ()  # to whom it was passed on, or given back, since


@dataclass(frozen=True, slots=True)
class MoveOn:
    """The way to another door: a link and a short code, both good once and not for long."""

    way: Elsewhere


@dataclass(frozen=True, slots=True)
class Reminder:
    """There is something to finish here. Said unasked, so it says nothing else."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """What was typed since then may be lost. Said unasked, so it says nothing else."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Cleared:
    """The chat is cleared, and this leads on. It stays for whoever looks, so it says nothing else."""

    late: bool = False  # but for what is too old to be cleared


@dataclass(frozen=True, slots=True)
class Closed:
    """The review was held: nothing more can be sent here."""

    sent: bool


Reply = (
    Notice
    | Opening
    | Ask
    | PinOffer
    | PinEntry
    | HelperWho
    | HelperTyping
    | PrivateNow
    | More
    | Languages
    | HelpNow
    | AlarmRaised
    | AskNow
    | Paused
    | SittingAsked
    | SittingWords
    | ReadBack
    | SittingDone
    | Check
    | ShareChoice
    | Preview
    | AfterSending
    | NoMoreChanges
    | TakeBack
    | WhoHasRead
    | MoveOn
    | Reminder
    | NotHeard
    | Cleared
    | Closed
)
