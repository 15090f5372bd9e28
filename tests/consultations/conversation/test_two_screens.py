"""A child and an advocate at two screens, in whatever order: nothing of the child's shows, or changes, on the other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consultations.conversation.events import Arrived, LastWord, Left, Looked, Said
from consultations.conversation.happened import (
    Alarmed,
    Departed,
    Dispatched,
    KeptFrom,
    Mistaken,
    SittingAgreed,
    SittingEnded,
)
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Turn
from tests.consultations.conversation.cast import BOOK, a_child
from tests.consultations.conversation.staff_screen import COMMANDS, Staff, sits_down
from tests.consultations.conversation.telling import QUESTIONS, all_of

SETS = [each.id for each in BOOK]
OF_A_SITTING = (Departed, SittingAgreed, SittingEnded, Alarmed, KeptFrom, Mistaken)


class TwoScreens(RuleBasedStateMachine):
    """The child's words begin with "mine", the advocate's with "theirs"; each is said once."""

    @initialize(set=st.sampled_from(SETS), pin=st.booleans(), begun=st.booleans())
    def begin(self, set: str, pin: bool, begun: bool) -> None:
        self.child = a_child(set)
        if begun:
            self.child.starts()
        if begun and pin:
            self.child.sets_pin(*(("dog", "cat", "dog") if BOOK.current(set).picture_pin else ("2468",)))
        self.said = 0
        self.advocate: Staff | None = None

    def words(self, whose: str) -> str:
        self.said += 1
        return f"{whose}{self.said}x"

    # The child

    @rule(data=st.data())
    def taps_what_there_is(self, data: st.DataObject) -> None:
        self.child.does(Looked())
        buttons = [each.id.split(":") for each in self.child.buttons()]
        _, place, choice = data.draw(st.sampled_from(buttons))
        self.of_the_child(self.child.taps(place, choice))

    @rule()
    def says_something(self) -> None:
        self.of_the_child(self.child.says(self.words("mine")))

    @rule(question=st.sampled_from(QUESTIONS))
    def says_something_to_a_question_of_before(self, question: str) -> None:
        self.of_the_child(self.child.says(self.words("mine"), question))

    @precondition(lambda self: self.child.conversation.sitting is not None and self.child.conversation.sitting.typed)
    @rule()
    def adds_to_what_was_typed_for_them(self) -> None:
        assert self.child.conversation.sitting is not None
        question = self.child.conversation.sitting.typed[0]
        self.of_the_child(self.child.says(self.words("mine"), question))

    @rule()
    def gives_the_pin(self) -> None:
        self.of_the_child(self.child.says("2468", ".pin"))

    @rule()
    def is_alone_again(self) -> None:
        self.of_the_child(self.child.taps(".go", ".gone"))

    @rule(reissued=st.booleans())
    def comes_in(self, reissued: bool) -> None:
        self.of_the_child(self.child.does(Arrived("code", self.child.now if reissued else None)))

    @rule()
    def sends(self) -> None:
        self.of_the_child(self.child.taps(".go", ".check"))
        buttons = [each.id for each in self.child.buttons() if ":.send:" in each.id]
        if buttons:
            self.of_the_child(self.child.taps(".send", buttons[0].rpartition(":")[2]))

    def of_the_child(self, turn: Turn) -> None:
        sent = [each for happened in turn.happened if isinstance(happened, Dispatched) for each in happened.answers]
        assert all(each.confirmed for each in sent), "nothing is sent that the child has not said yes to"

    # The advocate

    @rule(agreed=st.booleans())
    def an_advocate_sits_down(self, agreed: bool) -> None:
        self.said += 1
        self.advocate = sits_down(self.child, number=self.said)
        if agreed:
            self.advocate.may_help()

    @precondition(lambda self: self.advocate is not None)
    @rule(data=st.data(), typing=st.booleans())
    def taps_what_there_is_there(self, data: st.DataObject, typing: bool) -> None:
        assert self.advocate is not None
        self.advocate.does(Looked())
        if self.advocate.sees():
            place, _, choice = data.draw(st.sampled_from(sorted(self.advocate.choices()))).partition(":")
            before = self.child.conversation
            self.of_the_advocate(before, self.advocate.taps(place, choice, self.words("theirs") if typing else ""))

    @precondition(lambda self: self.advocate is not None)
    @rule(place=st.sampled_from([*COMMANDS, ".sit", *QUESTIONS]), choice=st.sampled_from([*COMMANDS, *QUESTIONS, "*"]))
    def taps_what_there_is_not(self, place: str, choice: str) -> None:
        assert self.advocate is not None
        before = self.child.conversation
        self.of_the_advocate(before, self.advocate.taps(place, choice))

    @precondition(lambda self: self.advocate is not None)
    @rule(question=st.sampled_from(QUESTIONS), last=st.booleans())
    def types_to_a_question(self, question: str, last: bool) -> None:
        assert self.advocate is not None
        before, words = self.child.conversation, self.words("theirs")
        event = LastWord(words, question, followed=True) if last else Said(words, question)
        self.of_the_advocate(before, self.advocate.does(event))

    @precondition(lambda self: self.advocate is not None)
    @rule()
    def leaves(self) -> None:
        assert self.advocate is not None
        before = self.child.conversation
        self.of_the_advocate(before, self.advocate.does(Left()))

    def of_the_advocate(self, before: Conversation, turn: Turn) -> None:
        assert self.advocate is not None
        after = turn.conversation
        assert all(isinstance(each, OF_A_SITTING) for each in turn.happened)
        assert "mine" not in self.advocate.sees()
        mine = [each for each in all_of(before) if "mine" in each.words]
        kept = {(each.question, each.pieces, each.choice, each.goes_to) for each in all_of(after)}
        assert {(each.question, each.pieces, each.choice, each.goes_to) for each in mine} <= kept
        if before.sitting is None or before.sitting.agreed:
            told = any(isinstance(each, Alarmed | KeptFrom | Mistaken) for each in turn.happened)
            rest = replace(after, alarms=before.alarms, sent=before.sent) if told else after
            assert _the_rest(before) == _the_rest(rest), "and everything else stays as it was"
            hidden = {each.number: each.hidden for each in after.alarms}
            assert all(hidden[each.number] is each.hidden for each in before.alarms if each.number in hidden)

    @invariant()
    def while_one_may_help_the_child_is_not_alone(self) -> None:
        conversation = self.child.conversation
        if conversation.sitting is not None and conversation.sitting.agreed:
            assert conversation.helper is not None
            assert all(each.beside for each in conversation.answers)


def _the_rest(conversation: Conversation) -> Conversation:
    """The conversation but for what a sitting may change."""
    return replace(conversation, answers=(), passed=(), language="", begun=False, sitting=None)


TwoScreens.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)
TestTwoScreens = TwoScreens.TestCase
