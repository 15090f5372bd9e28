"""Helpers come and go, and strangers come in by the code, while a child answers: on the web, and on Telegram.

What may be shown and what must be sent is told from a model: a list of what this test itself said, and when. Nothing in
it comes from the code under test.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consultations.answers import Answer, Sharing
from consultations.conversation.company import HELPERS
from consultations.conversation.events import Arrived, Edited, Event, Looked, Said, Tapped
from consultations.conversation.happened import Dispatched
from consultations.conversation.replies import Ask
from consultations.conversation.state import Screen
from consultations.conversation.turn import Turn
from consultations.messages import Message, Role
from consultations.questions.sets import Question
from tests.consultations.conversation.cast import BOOK, Child, a_child, screen, shown

SETS = [each.id for each in BOOK]
ALONE = ["school", "home_settled", "safe_now"]
"""Questions that no choice opens, few enough to be answered again and again. Two are private, one raises an alarm."""

PRIVATE = {question.id for each in BOOK for question in each.questions if question.private}
PINS = {"ages_4_7": ("dog", "cat", "fish")}
COMMANDS = ["school", ".over", ".rewrite", ".skip", ".final", ".no_more", ".take", ".yes", ".change", ".add", ".back"]
REPLIED = "an older message"


@dataclass
class Told:
    """What the child said to one question while nobody was there, as the test said it."""

    question: str
    choice: str = ""
    words: list[str] = field(default_factory=list)
    sharing: Sharing = Sharing.OFFICER

    def stands_in(self, answer: Answer) -> bool:
        """Whether this answer says all of it, in order, and no wider."""
        pieces = iter(answer.pieces)
        return (
            answer.question == self.question
            and answer.choice == (self.choice or answer.choice)
            and all(any(word == piece for piece in pieces) for word in self.words)
            and answer.goes_to.width <= self.sharing.width
            and (answer.goes_to is Sharing.NOBODY) == (self.sharing is Sharing.NOBODY)
        )


class HelpersComeAndGo(RuleBasedStateMachine):
    """A child alone, somebody beside them or in their place, and alone again."""

    overheard = False

    @initialize(band=st.sampled_from(SETS), pin=st.booleans())
    def begin(self, band: str, pin: bool) -> None:
        self.child = a_child(band)
        self.child.later(overheard=self.overheard, languages=("en_GB", "vi"), reads_best="vi")
        self.child.taps(".opening", "language")
        self.child.starts()
        self.pin = PINS.get(band, ("2580",)) if pin else ()
        if pin:
            self.child.sets_pin(*self.pin)
        self.numbered = 0
        self.onlooker = False  # somebody who is not the child sees the screen
        self.seen_by_all: set[str] = set()  # what was said while they looked
        self.tapped: set[tuple[str, str]] = set()  # and what was chosen
        self.in_sight: dict[str, Told] = {}
        self.out_of_sight: list[Told] = []
        self.sent: tuple[Answer, ...] = ()

    # -- what happens --

    def do(self, event: Event) -> Turn:
        turn = self.child.does(event)
        for each in turn.happened:
            if isinstance(each, Dispatched):
                self.sent = each.answers
        return turn

    def tap(self, place: str, choice: str, words: str = "", field: str = "") -> Turn:
        return self.do(Tapped(self.child.conversation.id, place, choice, words, field))

    def word(self) -> str:
        self.numbered += 1
        return f"{'seen' if self.onlooker else 'alone'}{self.numbered}x"

    def ref(self) -> str:
        return f"{self.numbered}" if self.overheard else ""

    @property
    def told(self) -> list[Told]:
        return [*self.out_of_sight, *self.in_sight.values()]

    # -- alone --

    @precondition(lambda self: not self.onlooker)
    @rule(question=st.sampled_from(ALONE))
    def says_something(self, question: str) -> None:
        asked = self.asked(question)
        if asked and asked.words:
            word = self.word()
            self.do(Said(word, question, ref=self.ref()))
            self.in_sight.setdefault(question, Told(question)).words.append(word)

    @precondition(lambda self: not self.onlooker)
    @rule(question=st.sampled_from(ALONE), which=st.integers(0, 5))
    def chooses_something(self, question: str, which: int) -> None:
        asked = self.asked(question)
        if asked and asked.choices:
            choice = asked.choices[which % len(asked.choices)].id
            self.tap(question, choice)
            self.in_sight.setdefault(question, Told(question)).choice = choice

    @precondition(lambda self: not self.onlooker)
    @rule(question=st.sampled_from(ALONE), sharing=st.sampled_from(list(Sharing)))
    def chooses_who_may_see_it(self, question: str, sharing: Sharing) -> None:
        if question in self.in_sight:
            self.tap(f".s.{question}", sharing.value)
            self.in_sight[question].sharing = sharing

    @precondition(lambda self: not self.onlooker)
    @rule(place=st.sampled_from([".check", ".stop", ".on", ".easier", ".usual"]))
    def goes_about(self, place: str) -> None:
        if not (place == ".stop" and self.pin):  # stopping asks for the PIN: another test
            self.tap(".go", place)

    # -- somebody comes --

    @precondition(lambda self: not self.onlooker)
    @rule(kind=st.sampled_from(HELPERS), typing=st.sampled_from(["me", "mine", "theirs", "english"]))
    def somebody_sits_down(self, kind: str, typing: str) -> None:
        self.tap(".go", ".helper")
        self.tap(".helper", kind)
        self.tap(".typing", typing if typing != "english" or kind != "interpreter" else "mine")
        assert self.child.conversation.helper is not None
        self.looked_at()

    @precondition(lambda self: not self.onlooker)
    @rule(reissued=st.booleans())
    def a_stranger_comes_in_by_the_code(self, reissued: bool) -> None:
        reissued = reissued and not self.pin  # a code issued again takes the PIN along: another test
        self.do(Arrived("code", self.child.now if reissued else None))
        self.tap(".pin", ".without")
        self.looked_at()

    def looked_at(self) -> None:
        self.out_of_sight += self.in_sight.values()
        self.in_sight = {}
        self.onlooker, self.seen_by_all, self.tapped = True, set(), set()

    # -- whatever they do --

    @precondition(lambda self: self.onlooker)
    @rule(data=st.data(), typing=st.booleans())
    def they_tap_what_is_on_the_screen(self, data: st.DataObject, typing: bool) -> None:
        buttons = [button for button in self.child.buttons() if not button.id.endswith(":.gone")]
        taken = [button for button in buttons if button.id.split(":")[1] != ".pin"]  # a lucky guess: another test
        _, place, choice = data.draw(st.sampled_from(taken or buttons)).id.split(":")
        field = self.child.messages()[-1].field
        words = self.said() if typing and field and field.kind == "words" else ""
        self.tapped.add((place, choice))
        self.tap(place, choice, words, field.place if words and field else "")

    @precondition(lambda self: self.onlooker)
    @rule(question=st.sampled_from([None, *ALONE, "=school"]))
    def they_say_something(self, question: str | None) -> None:
        self.do(Said(self.said(), question, ref=self.ref()))

    @precondition(lambda self: self.onlooker)
    @rule(question=st.sampled_from([*ALONE, "=school"]))
    def they_answer_an_older_message(self, question: str) -> None:
        self.child.conversation = replace(self.child.conversation, shown=((REPLIED, question),))
        self.do(Said(self.said(), reply_to=REPLIED))

    @precondition(lambda self: self.onlooker)
    @rule(back=st.integers(0, 12))
    def they_write_an_earlier_message_anew(self, back: int) -> None:
        ref = f"{self.numbered - back}"
        self.do(Edited(self.said(), ref))

    @precondition(lambda self: self.onlooker)
    @rule(question=st.sampled_from(ALONE), which=st.integers(0, 5))
    def they_choose_something(self, question: str, which: int) -> None:
        asked = self.asked(question)
        if asked:
            choice = asked.choices[which % len(asked.choices)].id
            self.tapped.add((question, choice))
            self.tap(question, choice)

    @precondition(lambda self: self.onlooker)
    @rule(question=st.sampled_from(["*", *ALONE]), sharing=st.sampled_from([Sharing.NOBODY, Sharing.EVERYONE]))
    def they_choose_who_may_see_it(self, question: str, sharing: Sharing) -> None:
        self.tap(f".s.{question}", sharing.value)

    @precondition(lambda self: self.onlooker)
    @rule(place=st.sampled_from([*ALONE, ".share", ".change", ".after", ".take"]), choice=st.sampled_from(COMMANDS))
    def they_tap_a_button_from_any_time(self, place: str, choice: str) -> None:
        self.tap(place, choice)

    @precondition(lambda self: self.onlooker)
    @rule(choice=st.sampled_from([".check", ".stop", ".on", ".unfold", ".pin", ".easier", ".usual", ".languages"]))
    def they_go_about(self, choice: str) -> None:
        self.tap(".go", choice)

    @precondition(lambda self: self.onlooker)
    @rule(language=st.sampled_from(["vi", "en_GB"]))
    def they_speak_another_language(self, language: str) -> None:
        self.tap(".language", language)

    def asked(self, question: str) -> Question | None:
        """As this child is asked it now; words are always welcome, but to faces alone."""
        return self.child.book.current(self.child.conversation.set).question(question)

    def said(self) -> str:
        word = self.word()
        self.seen_by_all.add(word)
        return word

    # -- and alone again --

    @precondition(lambda self: self.onlooker and self.pin)
    @rule(private=st.sampled_from([".now", ".later", ".day"]))
    def the_child_is_alone_again_and_gives_the_pin(self, private: str) -> None:
        self.onlooker = False
        self.tap(".go", ".gone" if self.child.conversation.helper else ".unfold")
        if self.child.conversation.place.screen is not Screen.PIN_ASK:
            self.tap(".go", ".unfold")
        for digits in self.pin:
            self.tap(".pin", digits) if len(self.pin) > 1 else self.do(Said(digits, ".pin"))
        self.tap(".private", private)
        self.in_sight, self.out_of_sight = {each.question: each for each in self.out_of_sight}, []

        assert self.child.conversation.proven
        for told in self.in_sight.values():
            answer = self.child.conversation.answer(told.question)
            assert answer is not None
            assert told.stands_in(answer), "what was said alone is back, as it was"
            told.sharing = answer.goes_to  # no wider; narrower where something for fewer people was put to it
            told.choice = answer.choice or ""
        self.in_sight = {**self.said_beside_somebody(), **self.in_sight}

    @precondition(lambda self: self.onlooker and not self.pin)
    @rule(private=st.sampled_from([".now", ".later", ".day"]))
    def the_child_is_alone_again_without_a_pin(self, private: str) -> None:
        self.onlooker = False
        if self.child.conversation.helper is not None:
            self.tap(".go", ".gone")
            self.tap(".private", private)
        else:  # a stranger's visit, and what they chose in it, does not become the child's
            self.do(Arrived("code"))
        self.in_sight = self.said_beside_somebody()  # what was said before they came stays shut

    def said_beside_somebody(self) -> dict[str, Told]:
        """What the child, alone again, sees of it, with who may see it: no secret until somebody else comes."""
        return {
            each.question: Told(each.question, each.choice or "", list(each.pieces), each.goes_to)
            for each in self.child.conversation.answers
            if each.question in ALONE
        }

    # -- what always holds --

    @invariant()
    def nothing_said_alone_is_shown_to_anybody_else(self) -> None:
        if not hasattr(self, "child") or not self.onlooker:
            return
        messages = self.child.messages(self.child.does(Looked()))
        told = shown(messages)
        assert not [word for each in self.told for word in each.words if word in told]
        assert set(childs_words(messages)) <= self.seen_by_all | self.labels(), "only what was said while they looked"
        for message in messages:
            for button in message.buttons:
                _, place, choice = button.id.split(":")
                if button.kind == "choice" and button.chosen and not place.startswith("."):
                    assert (place, choice) in self.tapped, "no choice is marked but one they saw being made"

    @invariant()
    def no_private_question_is_asked_beside_a_helper(self) -> None:
        if hasattr(self, "child") and self.child.conversation.helper is not None:
            waits = screen(self.child.turns[-1])
            assert not isinstance(waits, Ask) or waits.question not in PRIVATE

    @invariant()
    def all_that_was_said_alone_would_be_sent_as_it_was_and_to_nobody_else(self) -> None:
        if not hasattr(self, "child"):
            return
        going = self.would_be_sent()
        for told in self.told:
            there = [answer for answer in going if told.stands_in(answer)]
            assert bool(there) is (told.sharing is not Sharing.NOBODY), told
            if told.sharing is Sharing.NOBODY:
                assert not [word for word in told.words for answer in going if word in answer.words]

    # -- as it is seen --

    def would_be_sent(self) -> tuple[Answer, ...]:
        """What would go, had somebody gone to the check page now and sent it; or what went, where nothing is new."""
        probe: Child = copy(self.child)
        probe.turns = list(probe.turns)
        probe.taps(".go", ".check")
        button = next((each.id for each in probe.buttons() if ":.send:" in each.id), None)
        if button is None:
            return self.sent
        (sent,) = probe.taps(".send", button.rpartition(":")[2]).happened
        assert isinstance(sent, Dispatched)
        return sent.answers

    def labels(self) -> set[str]:
        """The words of every choice that was made while they looked, with its picture, in both languages."""
        found = set()
        for place, choice in self.tapped:
            for each in BOOK:
                asked = each.question(place)
                chosen = asked.choice(choice) if asked else None
                if chosen:
                    for words in self.child.wording.spoken.values():
                        label = words.say(f"{place}.{choice}", chosen.text, officer="Sam", review_day="")
                        found |= {label, f"{chosen.picture} {label}".strip()}
        return found


def childs_words(messages: tuple[Message, ...]) -> list[str]:
    """Every line that stands there as the child's: on the page, in a field, and in what the officer will see."""
    lines = [line.text for message in messages for line in message.lines if line.role is Role.CHILD]
    lines += [message.field.value for message in messages if message.field]
    for message in messages:
        if message.copy:
            lines += [text for each in message.copy.answers for text in (each.words, each.choice_text)]
    return [part for line in lines for part in line.splitlines() if part]


class HelpersComeAndGoOnTelegram(HelpersComeAndGo):
    """The same where a messenger carries it: messages have marks, and can be written anew."""

    overheard = True


HelpersComeAndGo.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
HelpersComeAndGoOnTelegram.TestCase.settings = HelpersComeAndGo.TestCase.settings
TestHelpersComeAndGo = HelpersComeAndGo.TestCase
TestHelpersComeAndGoOnTelegram = HelpersComeAndGoOnTelegram.TestCase
