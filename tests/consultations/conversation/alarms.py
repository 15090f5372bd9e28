"""A child who says that they are not safe, and what that turn made happen."""

from __future__ import annotations

from dataclasses import replace

from consultations.circumstances import AlertSeen
from consultations.conversation.events import (
    LastWord,
)
from consultations.conversation.happened import Happened
from consultations.conversation.turn import Turn
from tests.consultations.conversation.cast import BOOK, Child, a_child

BANDS = [each.id for each in BOOK]


def not_safe(set: str = "ages_8_11", pin: str = "") -> Child:
    """A child who has just said that they are not safe, and nothing else."""
    child = a_child(set).starts()
    if pin:
        child.sets_pin(pin)
    child.goes_to("safe_now").taps("safe_now", "no")
    return child


def in_visit(child: Child, mark: str) -> Child:
    """The same child, in a visit with this mark."""
    child.conversation = replace(child.conversation, visit=mark)
    child.later(visit=mark)
    return child


def last_choice(child: Child, visit: str, choice: str) -> Turn:
    """What was tapped under an alarm on a page of that visit, which is over."""
    here = child.around.visit
    child.later(visit=visit)
    turn = child.does(LastWord("", ".alarm", choice, followed=visit != here))
    child.later(visit=here)
    return turn


def said(child: Child) -> list[str]:
    """The lines on the screen."""
    return [line.text for message in child.messages() for line in message.lines]


def told(turn: Turn, kind: type[Happened]) -> list[Happened]:
    return [each for each in turn.happened if isinstance(each, kind)]


def has_it(child: Child, number: int = 1) -> None:
    """A person pressed *I have it*."""
    child.later(alerts=(*child.around.alerts, AlertSeen(number, child.now)))
