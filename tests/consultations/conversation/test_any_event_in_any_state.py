"""The conversation as a machine: whatever a child does in whatever order, there is an answer and nothing is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consultations.conversation.events import Arrived, Event, Left, Looked, Said, Tapped, Unreadable, WindowClosed
from consultations.conversation.moving import opening_steps
from consultations.conversation.replies import Dispatched, WindowShut
from consultations.conversation.screens import screen as screen_at
from consultations.conversation.state import Screen
from consultations.conversation.turn import Setting, Turn
from tests.consultations.conversation.cast import BOOK, a_child, shown

SETS = [each.id for each in BOOK]
QUESTIONS = sorted({question.id for each in BOOK for question in each.questions})
PLACES = [".go", ".opening", ".language", ".pin", ".helper", ".typing", ".check", ".preview", ".change", ".share"]
PLACES += [".send", ".after", ".take", ".s.*", ".s.home_settled", ".nonsense", *QUESTIONS]
COMMANDS = [".next", ".skip", ".back", ".more", ".rather_not", ".later", ".rewrite", ".over", ".help", ".check"]
COMMANDS += [".stop", ".on", ".pin", ".unfold", ".helper", ".gone", ".easier", ".usual", ".here", ".yes", ".no"]
COMMANDS += [".without", ".enter", ".preview", ".change", ".add", ".final", ".who", ".take", "carer", "mine"]
COMMANDS += ["everyone", "nobody", "good", "no", "dog", "en_GB", "nonsense", ""]


class AnyEventInAnyState(RuleBasedStateMachine):
    """Every piece of words typed is unique, so that where it went can be told."""

    @initialize(set=st.sampled_from(SETS), opened=st.booleans())
    def begin(self, set: str, opened: bool) -> None:
        self.child = a_child(set)
        self.typed = 0
        self.kept: Counter[str] = Counter()
        self.dispatched: list[int] = []
        self.last: Event = Looked()
        self.do(Arrived("link"))
        if opened:
            for step in opening_steps(Setting(BOOK, self.child.around, self.child.now)):
                self.do(self.tap(".opening", step))

    def tap(self, place: str, choice: str, words: str = "") -> Tapped:
        return Tapped(self.child.conversation.id, place, choice, words)

    def do(self, event: Event) -> Turn:
        before = self.child.conversation
        turn = self.child.does(event)
        self.last = event

        assert turn.replies, "there is always an answer"
        assert self.child.messages(turn), "and it can be said"
        numbers = [each.number for each in turn.happened if isinstance(each, Dispatched)]
        assert not set(numbers) & set(self.dispatched), "sent is sent once"
        self.dispatched += numbers
        self.account(event, turn, before.answers)
        return turn

    def account(self, event: Event, turn: Turn, before: object) -> None:
        """What may go: what the child takes out, and what was sent once its window is closed."""
        now = self.pieces()
        if any(isinstance(each, WindowShut) for each in turn.happened):
            gone = self.kept - now
            assert all(piece in self.sent_pieces for piece in gone), "only what was sent goes with the window"
            self.kept = now
        if isinstance(event, Tapped) and event.choice == ".over" and event.place in QUESTIONS:
            self.kept = now  # the child cleared this answer
        if any(isinstance(each, Dispatched) for each in turn.happened):
            self.sent_pieces = set(now)
        if not self.rewrote(event, turn):
            assert not self.kept - now, "no words are lost but by the child's own change"
        self.kept = now

    sent_pieces: set[str] = set()

    def rewrote(self, event: Event, turn: Turn) -> bool:
        typed = isinstance(event, Said) or (isinstance(event, Tapped) and bool(event.words))
        return typed and getattr(self, "was_rewriting", False)

    def pieces(self) -> Counter[str]:
        conversation = self.child.conversation
        return Counter(piece for each in (*conversation.hidden, *conversation.answers) for piece in each.pieces)

    def words(self) -> str:
        self.typed += 1
        self.was_rewriting = self.child.conversation.place.screen is Screen.REWRITING
        return f"word{self.typed}x"

    @rule()
    def says(self) -> None:
        self.do(Said(self.words()))

    @rule(question=st.sampled_from(QUESTIONS))
    def says_to_a_named_question(self, question: str) -> None:
        self.do(Said(self.words(), question))

    @precondition(
        lambda self: self.child.conversation.place.screen in (Screen.PIN_NEW, Screen.PIN_AGAIN, Screen.PIN_ASK)
    )
    @rule(pin=st.sampled_from(["1234", "۱۲۳۴", "9999", "12"]))
    def types_a_pin(self, pin: str) -> None:
        self.do(Said(pin, ".pin"))

    @rule(data=st.data(), typing=st.booleans())
    def taps_a_button_on_the_screen(self, data: st.DataObject, typing: bool) -> None:
        buttons = [each for each in self.child.buttons() if ":.over" not in each.id]
        if not buttons:
            return
        _, place, choice = data.draw(st.sampled_from(buttons)).id.split(":", 2)
        field = next((each.field for each in self.child.messages() if each.field), None)
        welcome = field is not None and typing and place == field.place and field.kind == "words"
        self.do(self.tap(place, choice, self.words() if welcome else ""))

    @rule(place=st.sampled_from(PLACES), choice=st.sampled_from(COMMANDS))
    def taps_anything_from_any_time(self, place: str, choice: str) -> None:
        self.do(self.tap(place, choice))

    @rule(place=st.sampled_from(QUESTIONS))
    def taps_for_another_child(self, place: str) -> None:
        before = self.child.conversation
        self.child.does(Tapped("somebody", place, "good"))
        assert self.child.conversation == before

    @rule()
    def does_the_same_again(self) -> None:
        if isinstance(self.last, Tapped) and self.last.place == ".send":
            turn = self.do(self.last)
            assert not turn.happened

    @rule(by=st.sampled_from(["link", "code", "reissued"]))
    def comes_back(self, by: str) -> None:
        self.do(Arrived("code", self.child.now) if by == "reissued" else Arrived(by))

    @rule(kind=st.sampled_from(["sticker", "photo", "contact", "dice", ""]))
    def sends_something_unreadable(self, kind: str) -> None:
        before = self.child.conversation
        self.do(Unreadable(kind))
        assert self.child.conversation.answers == before.answers

    @rule(event=st.sampled_from([Looked(), Left(), WindowClosed()]))
    def looks_or_leaves(self, event: Event) -> None:
        self.do(event)

    @rule(hours=st.sampled_from([0.02, 2, 30]))
    def time_goes_by(self, hours: float) -> None:
        self.child.waits(hours=hours)

    @precondition(lambda self: self.child.conversation.place.screen is Screen.ASKING)
    @rule()
    def goes_back_and_forward(self) -> None:
        here = self.child.conversation
        if here.way_back or here.place.about == "":
            return
        self.do(self.tap(here.place.about, ".back"))
        then = self.child.conversation.place
        match then.screen:
            case Screen.ASKING:
                self.do(self.tap(then.about, ".next"))
            case Screen.OPENING:
                self.do(self.tap(".opening", then.about))
        if self.child.conversation.place.screen is Screen.PIN_OFFER:
            self.do(self.tap(".pin", ".no"))
        assert self.child.conversation.place == here.place

    @invariant()
    def folded_shows_nothing(self) -> None:
        if not hasattr(self, "child"):
            return
        conversation = self.child.conversation
        seen = shown(self.child.messages()).split()
        visible = {piece for answer in conversation.answers for piece in answer.pieces}
        hidden = {piece for answer in conversation.hidden for piece in answer.pieces} - visible
        handed_back = {self.last.words} if isinstance(self.last, Said | Tapped) else set()
        assert not (hidden - handed_back) & set(seen)

    @invariant()
    def every_place_has_a_screen(self) -> None:
        if hasattr(self, "child"):
            setting = Setting(BOOK, self.child.around, self.child.now)
            assert screen_at(self.child.conversation, setting) is not None


AnyEventInAnyState.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyEventInAnyState = AnyEventInAnyState.TestCase
