"""The conversation on a keyboard: for authors of question sets, translators, and whoever wants to see it first.

No token, no database: the conversation lives in this process and is gone with it. What is typed is a word to join the
answer; a number is the button it stands before; `q` leaves. Journeys are played through the same door: a line that
begins with ">" says what happens, and everything else is what the child reads then.

    > Start                                       a button, by its label
    > Change this (How is it where you live?)     one of several buttons that say the same
    > on an earlier screen: I like it             a late tap, or late "words", on a page from before
    > "The dog."                                  typed words; \\n begins a new line
    > look again · leave · come back · come back with a new code
    > an hour later · a day later · a week later
    > a sticker                                   or a photo, a contact …: something that is not words
    > Sam opens it · Sam makes a copy for the meeting · Sam makes a copy for the file
    > Priya is the officer now · the review is held
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from consultations.circumstances import Circumstances, ReadBy
from consultations.conversation.advance import advance
from consultations.conversation.events import Arrived, Event, Left, Looked, Said, Tapped, Unreadable
from consultations.conversation.state import Conversation, begin
from consultations.conversation.turn import Setting
from consultations.messages import Button, Line, Message, Role
from consultations.questions.sets import QuestionBook
from consultations.rendering import as_text
from consultations.wording import Wording

CHILDREN = {"ages_4_7": "Noor", "ages_8_11": "Amal", "ages_12_15": "Billie", "ages_16_17": "Kofi"}
"""The invented child of each set."""

CAST = Circumstances(child="Amal", officer="Sam", review_on=date(2026, 12, 14), reference="NB-104")
"""The invented officer and review that a conversation in the terminal is about."""

BEGINS = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)
EARLIER = "on an earlier screen: "
WIDE = 110

ARRIVING = {"come back": False, "come back with a new code": True}
PASSING = {
    "an hour later": timedelta(hours=1),
    "a day later": timedelta(days=1, minutes=1),
    "a week later": timedelta(weeks=1),
}
READING = {
    "Sam opens it": "opened",
    "Sam makes a copy for the meeting": "meeting",
    "Sam makes a copy for the file": "file",
}
UNREADABLE = {f"a {kind}": kind for kind in ("sticker", "photo", "voice", "video", "file", "contact", "location")}


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
    screens: list[tuple[Message, ...]] = field(default_factory=list)  # everything shown so far, the latest last

    @classmethod
    def open(cls, book: QuestionBook, wording: Wording, set: str, language: str) -> Terminal:
        """A conversation nobody has begun, in the language chosen for it. KeyError for a set there is not."""
        child = CHILDREN.get(set, CAST.child)
        around = replace(CAST, child=child, languages=(language,))
        return cls(book, wording, begin("terminal", book.current(set).id, language), around)

    def hear(self, event: Event) -> tuple[Message, ...]:
        """One event in, messages out. Between any two the conversation is put away and taken back."""
        self.conversation = Conversation.from_bytes(self.conversation.to_bytes())
        turn = advance(self.conversation, event, self.book, self.around, self.now)
        self.conversation = turn.conversation
        said = self.wording.of(turn, Setting(self.book, self.around, self.now))
        self.screens.append(said)
        return said

    @property
    def screen(self) -> tuple[Message, ...]:
        """What is shown now."""
        return self.screens[-1] if self.screens else ()

    def buttons(self) -> tuple[Button, ...]:
        """Every button on the screen, as they are numbered."""
        return tuple(button for message in self.screen for button in message.buttons)

    def tapped(self, label: str) -> Tapped:
        """The event of a button, by its number or what it says. NoSuchButton when there is none."""
        buttons = self.buttons()
        if label.isdecimal() and 0 < int(label) <= len(buttons):
            return _tap(buttons[int(label) - 1])
        return _tap(_found(label, [self.screen]))

    def typed(self, line: str) -> Event:
        """What a line from the keyboard means: a number on the screen, or words."""
        if line.isdecimal() and 0 < int(line) <= len(self.buttons()) and not self._asks_for_pin():
            return self.tapped(line)
        return Said(line)

    def as_done(self, event: Event) -> str:
        """An event on this screen as a line of a journey."""
        match event:
            case Said(words=words):
                return '> "{}"'.format(words.replace("\n", "\\n"))
            case Tapped():
                named = (names for button, *names in _named(self.screen) if _tap(button) == event)
                return f"> {next(name for name in reversed(next(named)) if self.tapped(name) == event)}"
        raise ValueError(f"{type(event).__name__} is not done at a keyboard")

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
        event = step(terminal, does)
        if event is not None:
            yield from transcript(terminal.hear(event))


def step(terminal: Terminal, does: str) -> Event | None:
    """The event of one line of a journey; None for what happens elsewhere. NoSuchButton for a button not there."""
    if does in ARRIVING:
        return Arrived("code", reissued_at=terminal.now if ARRIVING[does] else None)
    if does in UNREADABLE:
        return Unreadable(UNREADABLE[does])
    if does in ("leave", "look again"):
        return Left() if does == "leave" else Looked()
    if does.startswith(EARLIER):
        return _late(terminal, does.removeprefix(EARLIER))
    if does.startswith('"'):
        return Said(_words(does))
    if _happens(terminal, does):
        return None
    return terminal.tapped(does)


def transcript(messages: Iterable[Message]) -> Iterator[str]:
    """Messages as they read on paper: the child's own words in quotes, buttons in brackets, the chosen one ticked."""
    for message in messages:
        yield from _shown(message)
        buttons = [f"[{'✓ ' if button.chosen else ''}{_label(button)}]" for button in message.buttons]
        yield from _wrapped(buttons)
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


def _happens(terminal: Terminal, does: str) -> bool:
    """Something that is not the child's doing: time goes by, a reader reads."""
    around = terminal.around
    if does in PASSING:
        terminal.now += PASSING[does]
    elif does in READING:
        sending = len(terminal.conversation.sent)
        noted = {each.what for each in around.readings if each.sending == sending}
        for what in dict.fromkeys(("opened", READING[does])):  # a copy is made of what was opened, and that once
            if what not in noted or what != "opened":
                reading = ReadBy(around.officer, what, terminal.now, sending)
                terminal.around = around = replace(around, readings=(*around.readings, reading))
    elif does == "Priya is the officer now":
        terminal.around = replace(around, officer="Priya", officer_mark="priya")
    elif does == "the review is held":
        terminal.around = replace(around, held_on=terminal.now.date())
    else:
        return False
    return True


def _late(terminal: Terminal, does: str) -> Event:
    """On a page from before: a button of it, or words in its box."""
    before = terminal.screens[-2::-1]
    if not does.startswith('"'):
        return _tap(_found(does, before))
    fields = (message.field for screen in before for message in screen if message.field)
    here = {message.field.place for message in terminal.screen if message.field}
    place = next((field.place for field in fields if field.place not in here), None)
    if place is None:
        raise NoSuchButton(does)
    return Said(_words(does), place)


def _words(quoted: str) -> str:
    return quoted[1:].removesuffix('"').replace("\\n", "\n")


def _found(label: str, screens: Iterable[tuple[Message, ...]]) -> Button:
    """The first button that says so, the newest screen first."""
    for screen in screens:
        for button, *names in _named(screen):
            if label in names:
                return button
    raise NoSuchButton(label)


def _named(screen: tuple[Message, ...]) -> Iterator[tuple[Button, str, str, str]]:
    """Each button with what it may be called: its label, with its picture, and with what it stands under."""
    for message in screen:
        under = next((line.text for line in message.lines if line.role is Role.ASKED), "")
        for button in message.buttons:
            label = _label(button)
            yield button, f"{label} ({under})", button.label, label


def _numbered(messages: Iterable[Message]) -> Iterator[str]:
    number = 0
    for message in messages:
        yield from _shown(message)
        for button in message.buttons:
            number += 1
            yield f"   {number:>2}  {'✓ ' if button.chosen else ''}{_label(button)}"
        yield ""


def _shown(message: Message) -> Iterator[str]:
    for line in message.lines:
        yield from _paragraph(line)
    if message.copy is not None and message.headings is not None:
        yield from as_text.fragment(message.copy, message.headings).splitlines()
    if message.field is not None:
        yield f"   ___ {message.field.label}"
        if message.field.hint:
            yield f"       {message.field.hint}"
        yield from (f"       | {part}" for part in message.field.value.splitlines())


def _paragraph(line: Line) -> Iterator[str]:
    match line.role:
        case Role.HEADING:
            yield f"== {line.text}"
        case Role.CHILD:
            yield from (f"   “{part}”" for part in line.text.splitlines())
        case Role.NOTE:
            yield f"   ({line.text})"
        case _:
            yield line.text


def _wrapped(buttons: list[str]) -> Iterator[str]:
    """Buttons side by side, no line too wide."""
    row: list[str] = []
    for button in buttons:
        if row and len("  ".join([*row, button])) > WIDE:
            yield "   " + "  ".join(row)
            row = []
        row.append(button)
    if row:
        yield "   " + "  ".join(row)


def _label(button: Button) -> str:
    return f"{button.picture} {button.label}".strip()


def _tap(button: Button) -> Tapped:
    consultation, place, choice = button.id.split(":", 2)
    return Tapped(consultation, place, choice)
