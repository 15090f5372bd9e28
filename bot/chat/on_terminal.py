"""The conversation on a keyboard: for authors of question sets, translators, and whoever wants to see it first.

No token, no database: the conversation lives in this process and is gone with it. What is typed is a word to join the
answer; a number is the button it stands before; `q` leaves. Journeys are played through the same door: each line of a
journey says what a child does, and the transcript is what a child would read.

    > Start              a button, by its label
    > "The dog."         typed words
    > come back          the same child, by the code, on another device
    > next day           a day goes by
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from consultations.circumstances import Authority, Circumstances
from consultations.conversation.advance import advance
from consultations.conversation.events import Arrived, Event, Left, Said, Tapped
from consultations.conversation.state import Conversation, begin
from consultations.conversation.turn import Setting
from consultations.messages import Button, Line, Message, Role
from consultations.questions.sets import QuestionBook
from consultations.rendering import as_text
from consultations.wording import Wording

CAST = Circumstances(child="Amal", officer="Sam", review_on=date(2026, 12, 14), reference="NB-104")
"""The invented child, officer and review that a conversation in the terminal is about."""

NUMBERS = Authority(
    name="Northbrook",
    duty_phone="01632 960101",
    duty_hours="Monday to Friday, 9 to 5",
    out_of_hours_phone="01632 960102",
    out_of_hours_hours="nights and weekends",
    advocacy="Northbrook Voice",
    advocacy_phone="01632 960103",
    complaints="Northbrook complaints",
    complaints_phone="01632 960104",
    demo=True,
)
"""Numbers nobody has: Ofcom keeps 01632 960000 to 960999 for fiction."""

BEGINS = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)


class NoSuchButton(Exception):
    """Nothing on the screen has this label or number."""


@dataclass
class Terminal:
    """One child's conversation, by keyboard or by journey."""

    book: QuestionBook
    wording: Wording
    conversation: Conversation
    around: Circumstances = CAST
    now: datetime = BEGINS
    screen: tuple[Message, ...] = ()

    @classmethod
    def open(cls, book: QuestionBook, wording: Wording, set: str, language: str) -> Terminal:
        """A conversation nobody has begun, in one of the languages there are. KeyError for a set there is not."""
        around = replace(CAST, languages=tuple(wording.spoken))
        return cls(book, wording, begin("terminal", book.current(set).id, language), around)

    def hear(self, event: Event) -> tuple[Message, ...]:
        """One event in, messages out."""
        self.conversation = Conversation.from_bytes(self.conversation.to_bytes())
        turn = advance(self.conversation, event, self.book, self.around, self.now)
        self.conversation = turn.conversation
        said = self.wording.of(turn, Setting(self.book, self.around, self.now))
        self.screen = said or self.screen
        return said

    def buttons(self) -> tuple[Button, ...]:
        """Every button on the screen, as they are numbered."""
        return tuple(button for message in self.screen for button in message.buttons)

    def tapped(self, label: str) -> Tapped:
        """The event of a button, by its number or its label. NoSuchButton when there is none."""
        buttons = self.buttons()
        if label.isdecimal() and 0 < int(label) <= len(buttons):
            return _tap(buttons[int(label) - 1])
        found = next((button for button in buttons if label in (button.label, _label(button))), None)
        if found is None:
            raise NoSuchButton(label)
        return _tap(found)

    def typed(self, line: str) -> Event:
        """What a line from the keyboard means: a number on the screen, or words."""
        if line.isdecimal() and 0 < int(line) <= len(self.buttons()) and not self._asks_for_pin():
            return self.tapped(line)
        return Said(line)

    def _asks_for_pin(self) -> bool:
        return any(message.field and message.field.kind == "pin" for message in self.screen)


def play(terminal: Terminal, journey: Iterable[str]) -> Iterator[str]:
    """Play the lines of a journey that begin with ">" and give its transcript, line by line."""
    yield from transcript(terminal.hear(Arrived("link")))
    for line in journey:
        if not line.startswith(">"):
            continue
        does = line.removeprefix(">").strip()
        yield f"> {does}"
        yield ""
        yield from transcript(terminal.hear(step(terminal, does)))


def step(terminal: Terminal, does: str) -> Event:
    """The event of one line of a journey."""
    match does:
        case "come back":
            return Arrived("code")
        case "a new code":
            return Arrived("code", reissued_at=terminal.now)
        case "leave":
            return Left()
        case "next day":
            terminal.now += timedelta(days=1, minutes=1)
            return Arrived("code")
    if does.startswith('"'):
        return Said(does.strip('"').replace("\\n", "\n"))
    return terminal.tapped(does)


def transcript(messages: Iterable[Message]) -> Iterator[str]:
    """Messages as they read on paper: the child's own words in quotes, buttons in brackets."""
    for message in messages:
        yield from map(_line, message.lines)
        if message.copy is not None and message.headings is not None:
            yield from as_text.fragment(message.copy, message.headings).splitlines()
        if message.field is not None:
            yield f"   ___ {message.field.label}"
        if message.buttons:
            yield "   " + "  ".join(f"[{_label(button)}]" for button in message.buttons)
        yield ""


def talk(terminal: Terminal, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Hold a conversation until the keyboard is done."""
    said = terminal.hear(Arrived("link"))
    while True:
        for line in _numbered(said):
            write(line)
        typed = read()
        if typed is None or typed.strip() == "q":
            terminal.hear(Left())
            return
        said = terminal.hear(terminal.typed(typed))


def _numbered(messages: Iterable[Message]) -> Iterator[str]:
    number = 0
    for message in messages:
        yield from transcript([replace(message, buttons=())])
        for button in message.buttons:
            number += 1
            yield f"   {number:>2}  {button.picture} {button.label}".rstrip()
        if message.buttons:
            yield ""


def _line(line: Line) -> str:
    match line.role:
        case Role.HEADING:
            return f"== {line.text}"
        case Role.CHILD:
            return "\n".join(f"   “{part}”" for part in line.text.splitlines())
        case Role.NOTE:
            return f"   ({line.text})"
    return line.text


def _label(button: Button) -> str:
    return f"{button.picture} {button.label}".strip()


def _tap(button: Button) -> Tapped:
    consultation, place, choice = button.id.split(":", 2)
    return Tapped(consultation, place, choice)
