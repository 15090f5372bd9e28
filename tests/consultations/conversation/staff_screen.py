"""A member of staff at a screen of their own, about one child: an advocate beside them, or somebody who keys in."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from consultations.answers import PAPER
from consultations.circumstances import Circumstances, StaffVisit
from consultations.conversation import commands, finishing
from consultations.conversation.advance import advance
from consultations.conversation.events import Event, Said, SatDown, Tapped
from consultations.conversation.state import Conversation, Place, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.messages import Message
from tests.consultations.conversation.cast import AROUND, BOOK, WORDING, Child, shown


@dataclass
class Staff:
    """Somebody at such a screen; the conversation is put away and taken back between any two turns."""

    child: Child
    around: Circumstances
    turn: Turn

    def does(self, event: Event) -> Turn:
        child = self.child
        child.conversation = Conversation.from_bytes(child.conversation.to_bytes())
        self.turn = advance(child.conversation, event, BOOK, self.around, child.now)
        child.conversation = self.turn.conversation
        return self.turn

    def taps(self, place: str, choice: str, words: str = "", field: str = "") -> Turn:
        return self.does(Tapped(self.child.conversation.id, place, choice, words, field))

    def says(self, words: str, question: str | None = None) -> Turn:
        return self.does(Said(words, question))

    def may_help(self) -> Self:
        """The child said yes, and it is in the child's words."""
        self.taps(".sit", ".yes")
        self.taps(".sit", ".mine")
        return self

    def at(self, question: str) -> Self:
        while self.about != question:
            self.skips()
        return self

    def ends(self) -> Self:
        """Past every question, to the page that shows what was typed here."""
        while self.place.screen is not Screen.SITTING_DONE:
            self.skips()
        return self

    def skips(self) -> None:
        here = self.place
        self.taps(self.about, ".skip")
        assert self.place != here, "the way does not lead there"

    @property
    def place(self) -> Place:
        sat = self.child.conversation.sitting
        assert sat is not None
        return sat.place

    @property
    def about(self) -> str:
        return self.place.about

    def sees(self) -> str:
        return shown(self._messages())

    def choices(self) -> set[str]:
        return {button.id.partition(":")[2] for message in self._messages() for button in message.buttons}

    def _messages(self) -> tuple[Message, ...]:
        return WORDING.of(self.turn, Setting(BOOK, self.around, self.child.now))


def sits_down(child: Child, name: str = "Priya Nair", number: int = 1) -> Staff:
    """An advocate came in by a pass and the code."""
    return _at_a_screen(child, SatDown(), name, number, "advocate", f"staff {number}")


def keys_in(child: Child, how: str = PAPER, kind: str = "officer", name: str = "Sam Okafor", number: int = 1) -> Staff:
    """Somebody came in by a pass for keying in, from a form or a talk."""
    return _at_a_screen(child, SatDown(how), name, number, kind)


def _at_a_screen(child: Child, event: SatDown, name: str, number: int, kind: str, staff: str = "") -> Staff:
    until = child.now + timedelta(hours=2)
    visit = StaffVisit(f"sitting {number}", f"visit {number}", name, until, staff, kind)
    there = Staff(child, replace(AROUND, sitting=visit), Turn(child.conversation, ()))
    there.does(event)
    return there


def literals(*modules: object) -> set[str]:
    """Every text that begins with a dot in these modules: the places and the commands there are."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("."):
                found.add(node.value)
    return found


COMMANDS = sorted(literals(commands, finishing))
"""What a child's own screen does."""
