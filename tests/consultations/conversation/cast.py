"""One child, one officer, one review, and a turn at a time: what every test of the conversation begins with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from consultations.circumstances import Authority, Circumstances
from consultations.conversation.advance import advance
from consultations.conversation.events import Event, Tapped
from consultations.conversation.replies import Reply
from consultations.conversation.state import Conversation, begin
from consultations.conversation.turn import Setting, Turn
from consultations.languages import load_words
from consultations.messages import Button, Message
from consultations.questions.loading import load
from consultations.wording import Wording

BOOK = load()
NUMBERS = Authority("Northbrook", "01", "9 to 5", "02", "nights", "Voice", "03", "Complaints", "04")
WORDING = Wording(load_words(Path("there are no catalogues here")), NUMBERS)
MORNING = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
AROUND = Circumstances(child="Amal", officer="Sam", review_on=date(2026, 12, 14), reference="NB-104")


@dataclass
class Child:
    """A child at a screen. Between any two turns the state is put away and taken back."""

    conversation: Conversation
    around: Circumstances = AROUND
    now: datetime = MORNING
    turns: list[Turn] = field(default_factory=list)

    def does(self, event: Event) -> Turn:
        self.conversation = Conversation.from_bytes(self.conversation.to_bytes())
        turn = advance(self.conversation, event, BOOK, self.around, self.now)
        self.conversation = turn.conversation
        self.turns.append(turn)
        return turn

    def taps(self, place: str, choice: str, words: str = "") -> Turn:
        return self.does(Tapped(self.conversation.id, place, choice, words))

    def starts(self) -> Child:
        for step in ("what", "safety", "how"):
            self.taps(".opening", step)
        return self

    def waits(self, **time: float) -> None:
        self.now += timedelta(**time)

    def later(self, **changed: object) -> None:
        self.around = replace(self.around, **changed)  # type: ignore[arg-type]

    def messages(self, turn: Turn | None = None) -> tuple[Message, ...]:
        return WORDING.of(turn or self.turns[-1], Setting(BOOK, self.around, self.now))

    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for message in self.messages() for button in message.buttons)

    def sends(self) -> Turn:
        self.taps(".go", ".check")
        mark = next(button.id for button in self.buttons() if ":.send:" in button.id).rpartition(":")[2]
        return self.taps(".send", mark)


def a_child(set: str = "ages_8_11") -> Child:
    return Child(begin("k3v9x2mq", set, "en_GB"))


def screen(turn: Turn) -> Reply:
    """The reply that waits for the child: always the last."""
    return turn.replies[-1]


def notices(turn: Turn) -> tuple[str, ...]:
    """The phrases of what was told first."""
    return tuple(getattr(reply, "phrase", "") for reply in turn.replies[:-1])


def shown(messages: tuple[Message, ...]) -> str:
    """Everything a child could read there."""
    lines = [line.text for message in messages for line in message.lines]
    fields = [f"{message.field.label} {message.field.value}" for message in messages if message.field]
    copies = [repr(message.copy) for message in messages if message.copy]
    return "\n".join([*lines, *fields, *copies, *(b.label for message in messages for b in message.buttons)])
