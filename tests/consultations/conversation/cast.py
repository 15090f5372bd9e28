"""One child, one officer, one review, and a turn at a time: what every test of the conversation begins with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from consultations.answers import Answer
from consultations.circumstances import Authority, Circumstances
from consultations.conversation.advance import advance
from consultations.conversation.events import Arrived, Event, Said, Tapped
from consultations.conversation.happened import Dispatched, Happened
from consultations.conversation.replies import Reply
from consultations.conversation.state import Conversation, Screen, begin
from consultations.conversation.turn import Setting, Turn
from consultations.languages import load_words
from consultations.messages import Button, Message
from consultations.questions.loading import load
from consultations.questions.sets import QuestionBook
from consultations.wording import Wording

BOOK = load(abilities=frozenset({"alerts"}))
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
    book: QuestionBook = field(default=BOOK, repr=False)
    wording: Wording = field(default=WORDING, repr=False)
    turns: list[Turn] = field(default_factory=list, repr=False)

    def does(self, event: Event) -> Turn:
        self.conversation = Conversation.from_bytes(self.conversation.to_bytes())
        turn = advance(self.conversation, event, self.book, self.around, self.now)
        self.conversation = turn.conversation
        self.turns.append(turn)
        return turn

    def taps(self, place: str, choice: str, words: str = "", field: str = "") -> Turn:
        return self.does(Tapped(self.conversation.id, place, choice, words, field))

    def says(self, words: str, question: str | None = None) -> Turn:
        return self.does(Said(words, question))

    def starts(self) -> Child:
        """Through the opening, without a PIN."""
        for step in ("what", "safety", "how"):
            self.taps(".opening", step)
        self.conversation = replace(self.conversation, pin_settled=True)
        return self

    def sets_pin(self, *pin: str) -> Child:
        """Four digits as one word, or three pictures; and the same again."""
        self.taps(".go", ".pin")
        for _ in range(2):
            if len(pin) == 1:
                self.says(pin[0], ".pin")
            else:
                for picture in pin:
                    self.taps(".pin", picture)
        assert self.conversation.pin
        return self

    def comes_back(self, reissued: bool = False) -> Turn:
        return self.does(Arrived("code", self.now if reissued else None))

    def goes_to(self, question: str) -> Child:
        """Straight to this question, from wherever."""
        while self.not_now().conversation.place.about != question:
            here = self.conversation.place
            self.taps(here.about, ".next")
            assert self.conversation.place != here, "the way does not lead there"
        return self

    def not_now(self) -> Child:
        """What was asked for can wait, where that is asked; and on from an alarm."""
        if self.conversation.place.screen is Screen.ALARM:
            self.taps(".alarm", ".on")
        if self.conversation.place.screen is Screen.ASK_NOW:
            self.taps(".ask_now", ".no")
        return self

    def helped(self, kind: str = "carer", typing: str = "me") -> Turn:
        """Somebody sits down beside the child."""
        self.taps(".go", ".helper")
        self.taps(".helper", kind)
        return self.taps(".typing", typing)

    def shares(self, question: str, sharing: str) -> Turn:
        return self.taps(f".s.{question}", sharing)

    def waits(self, **time: float) -> None:
        self.now += timedelta(**time)

    def later(self, **changed: object) -> None:
        self.around = replace(self.around, **changed)  # type: ignore[arg-type]

    def messages(self, turn: Turn | None = None) -> tuple[Message, ...]:
        return self.wording.of(turn or self.turns[-1], Setting(self.book, self.around, self.now))

    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for message in self.messages() for button in message.buttons)

    def choices(self) -> set[str]:
        """What the buttons on the screen bring back, without the consultation's id."""
        return {button.id.partition(":")[2] for button in self.buttons()}

    def sees(self) -> str:
        """Everything that can be read on the screen."""
        return shown(self.messages())

    def send_button(self) -> str:
        """What the button that sends brings back; on the check page."""
        return next(button.id for button in self.buttons() if ":.send:" in button.id).rpartition(":")[2]

    def sends(self) -> Turn:
        self.taps(".go", ".check")
        return self.taps(".send", self.send_button())


def a_child(set: str = "ages_8_11") -> Child:
    return Child(begin("k3v9x2mq", set, "en_GB"))


def in_telegram(child: Child) -> Child:
    """The same child at a door that is overheard."""
    child.later(overheard=True)
    return child


def on_our_page(child: Child) -> Child:
    """And at one that is not."""
    child.later(overheard=False)
    return child


def said_to(child: Child, question: str) -> Answer:
    """What the child said to this question, and may see now."""
    given = child.conversation.answer(question)
    assert given is not None
    return given


def screen(turn: Turn) -> Reply:
    """The reply that waits for the child: always the last."""
    return turn.replies[-1]


def notices(turn: Turn) -> tuple[str, ...]:
    """The phrases of what was told first."""
    return tuple(getattr(reply, "phrase", "") for reply in turn.replies[:-1])


def dispatched(turn: Turn) -> Dispatched:
    """The one sending this turn made."""
    (sending,) = [each for each in turn.happened if isinstance(each, Dispatched)]
    return sending


def happened(turn: Turn, kind: type[Happened]) -> bool:
    return any(isinstance(each, kind) for each in turn.happened)


def shown(messages: tuple[Message, ...]) -> str:
    """Everything a child could read there."""
    lines = [line.text for message in messages for line in message.lines]
    fields = [f"{message.field.label} {message.field.value}" for message in messages if message.field]
    copies = [repr(message.copy) for message in messages if message.copy]
    return "\n".join([*lines, *fields, *copies, *(b.label for message in messages for b in message.buttons)])
