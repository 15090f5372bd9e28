"""What must happen besides what a turn answers, as values: a verb does it, in the transaction that keeps the turn."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.answers import Answer
from consultations.circumstances import Elsewhere
from consultations.sending import Kind


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A sending is to be sealed and kept, with the draft, in one transaction. `replaces` is a sending's number."""

    number: int
    kind: Kind
    replaces: int | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class TookBack:
    """Every sending is to be taken from its readers."""


@dataclass(frozen=True, slots=True)
class WindowShut:
    """The draft's key is to be thrown away with what was sent; what is left goes under a new one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One more child said this; nobody knows which."""

    set: str
    version: int
    choice: str


@dataclass(frozen=True, slots=True)
class Departed:
    """The session is to end on the server now."""


@dataclass(frozen=True, slots=True)
class SittingAgreed:
    """The child said yes to this sitting: it is noted with the draft."""

    id: str


@dataclass(frozen=True, slots=True)
class SittingEnded:
    """This sitting is over, whoever said so: its visit reads no more."""

    id: str


@dataclass(frozen=True, slots=True)
class MovedOn:
    """A way to another door is to be opened: whoever comes by it, the visit that made it vouches for."""

    way: Elsewhere


@dataclass(frozen=True, slots=True)
class AlertSending:
    """The choice that raised an alarm is to be sealed at once, as a sending of kind ALERT with a number of its own.

    To the officer and the recovery key; where `officer` is False, to the recovery key alone. `replaces` is a sending's
    number, whose bundle and wraps it takes away.
    """

    number: int
    replaces: int | None
    answer: Answer
    officer: bool


@dataclass(frozen=True, slots=True)
class Alarmed:
    """The child is not safe: an alert is to be raised, with the draft, in one transaction. Exactly once a turn.

    `beside`: the kind of helper who was there. `again`: it joins the alert of this number, which nobody had answered.
    """

    number: int
    beside: str
    again: bool
    sealing: AlertSending | None


@dataclass(frozen=True, slots=True)
class KeptFrom:
    """Who is not to be told of the alert of this number, all of them: the kinds of kept_from.KEEP_FROM."""

    number: int
    kinds: tuple[str, ...]
    sealing: AlertSending | None


@dataclass(frozen=True, slots=True)
class Mistaken:
    """The child says that the alert of this number was a mistake. It is told to staff; only a person closes it."""

    number: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What the child asks for that cannot wait, all of it: the kinds of asks.ASKS."""

    kinds: tuple[str, ...]


Happened = (
    Dispatched
    | TookBack
    | WindowShut
    | Counted
    | Departed
    | SittingAgreed
    | SittingEnded
    | MovedOn
    | Alarmed
    | KeptFrom
    | Mistaken
    | Asking
)
