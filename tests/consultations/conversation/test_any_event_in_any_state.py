"""The conversation as a machine: whatever a child does in whatever order, there is an answer and nothing is lost.

Every piece of words typed is unique, so that where it went can be told. After each event an account is taken.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consultations.circumstances import AlertSeen, Elsewhere
from consultations.conversation.advance import advance
from consultations.conversation.checking import changed_since_sending
from consultations.conversation.events import (
    Arrived,
    Asked,
    Edited,
    Event,
    HandedOver,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Said,
    Tapped,
    Tidied,
    Unheard,
    Unreadable,
    WindowClosed,
)
from consultations.conversation.happened import Dispatched, WindowShut
from consultations.conversation.moving import opening_steps
from consultations.conversation.replies import Ask
from consultations.conversation.screens import screen as screen_at
from consultations.conversation.state import PIN_SCREENS, Screen
from consultations.conversation.turn import Setting, Turn
from tests.consultations.conversation.account import UNASKED, Account
from tests.consultations.conversation.cast import BOOK, a_child, happened, shown
from tests.consultations.conversation.telling import (
    FEEDBACK,
    PRIVATE,
    QUESTIONS,
    all_of,
    pieces_of,
    words_in,
)

SETS = [each.id for each in BOOK]
PLACES = [".go", ".opening", ".language", ".pin", ".helper", ".typing", ".private", ".check", ".preview", ".change"]
PLACES += [".share", ".send", ".after", ".take", ".s.*", ".s.home_settled", ".nonsense", "=home_settled"]
PLACES += [".alarm", ".ask_now", *QUESTIONS]
COMMANDS = [".next", ".skip", ".back", ".more", ".rather_not", ".later", ".rewrite", ".over", ".help", ".check"]
COMMANDS += [".stop", ".on", ".pin", ".unfold", ".helper", ".gone", ".easier", ".usual", ".here", ".yes", ".no"]
COMMANDS += [".without", ".enter", ".preview", ".change", ".add", ".no_more", ".final", ".who", ".take", "mine"]
COMMANDS += ["carer", "everyone", "nobody", "good", "no", "dog", "en_GB", "vi", ".languages", ".move", ".tidy"]
COMMANDS += [".now", ".day", ".with", "advocate", "interpreter", "english", ".tell", ".talk", ".mistake", "officer"]
COMMANDS += ["family", "talk", "someone_away", "nonsense", ""]


class AnyEventInAnyState(RuleBasedStateMachine):
    """One child, and everything that can happen to their conversation."""

    @initialize(set=st.sampled_from(SETS), opened=st.booleans())
    def begin(self, set: str, opened: bool) -> None:
        self.child = a_child(set)
        self.child.later(languages=("en_GB", "vi"))
        self.typed = 0
        self.account = Account(self.child)
        self.marks: list[str] = []
        self.last: Event = Looked()
        self.time_went_by = False
        self.do(Arrived("link"))
        if opened:
            for step in opening_steps(Setting(BOOK, self.child.around, self.child.now)):
                self.do(self.tap(".opening", step))

    def tap(self, place: str, choice: str, words: str = "", field: str = "") -> Tapped:
        return Tapped(self.child.conversation.id, place, choice, words, field)

    def do(self, event: Event) -> Turn:
        before = self.child.conversation
        turn = self.child.does(event)
        self.time_went_by = False
        if isinstance(event, UNASKED) and not turn.replies:
            assert turn.conversation == before, "nothing is said of nothing"
            return turn

        self.last = event
        assert turn.replies, "there is always an answer"
        assert turn == advance(before, event, BOOK, self.child.around, self.child.now), "the same again gives the same"
        self.messages = messages = self.child.messages(turn)
        assert messages, "and it can be said"
        assert isinstance(event, Left) or messages[-1].buttons or messages[-1].field, "and there is a way on"
        assert all(len(button.id.encode()) <= 64 for message in messages for button in message.buttons)
        self.account.take(event, before, turn, messages)
        return turn

    def word(self) -> str:
        self.typed += 1
        return f"word{self.typed}x"

    @rule(marked=st.booleans())
    def says(self, marked: bool) -> None:
        word = self.word()
        self.do(Said(word, ref=f"{self.typed}" if marked else ""))

    @rule(back=st.integers(0, 12))
    def writes_an_earlier_message_anew(self, back: int) -> None:
        ref = f"{self.typed - back}"
        self.do(Edited(self.word(), ref))

    @rule(asked=st.sampled_from([*QUESTIONS, "=home_settled", ".pin"]))
    def answers_an_older_message(self, asked: str) -> None:
        self.child.conversation = replace(self.child.conversation, shown=(("an older message", asked),))
        self.do(Said(self.word(), reply_to="an older message"))

    @rule(question=st.sampled_from(QUESTIONS), rewriting=st.sampled_from(["", "="]))
    def says_to_a_named_question(self, question: str, rewriting: str) -> None:
        self.do(Said(self.word(), rewriting + question))

    @precondition(lambda self: self.child.conversation.place.screen in PIN_SCREENS)
    @rule(pin=st.sampled_from(["1234", "۱۲۳۴", "9999", "12"]))
    def types_a_pin(self, pin: str) -> None:
        self.do(Said(pin, ".pin"))

    @rule(data=st.data(), typing=st.booleans())
    def taps_a_button_on_the_screen(self, data: st.DataObject, typing: bool) -> None:
        buttons = [button.id for message in self.messages for button in message.buttons]
        if not buttons:
            return
        _, place, choice = data.draw(st.sampled_from(buttons)).split(":", 2)
        field = next((each.field.place for each in self.messages if each.field and each.field.kind == "words"), "")
        welcome = typing and bool(field)
        self.do(self.tap(place, choice, self.word() if welcome else "", field if welcome else ""))

    @precondition(lambda self: self.child.conversation.begun)
    @rule(choice=st.sampled_from([".pin", ".helper", ".gone", ".unfold", ".check", ".stop", ".easier", ".usual"]))
    def takes_one_of_the_ways_aside(self, choice: str) -> None:
        self.do(self.tap(".go", choice))

    @rule(place=st.sampled_from(PLACES), choice=st.sampled_from(COMMANDS))
    def taps_anything_from_any_time(self, place: str, choice: str) -> None:
        self.do(self.tap(place, choice))

    @rule(place=st.sampled_from(QUESTIONS))
    def taps_for_another_child(self, place: str) -> None:
        self.do(Tapped("somebody", place, "good", self.word()))
        assert f"word{self.typed}x" not in pieces_of(self.child.conversation)

    @rule()
    def does_the_same_again(self) -> None:
        if isinstance(self.last, Tapped) and self.last.place == ".send":
            assert not happened(self.do(self.last), Dispatched)

    @precondition(lambda self: self.child.conversation.begun)
    @rule()
    def sends_what_there_is(self) -> None:
        self.do(self.tap(".go", ".check"))
        button = next((each.id for each in self.child.buttons() if ":.send:" in each.id), None)
        if button:
            turn = self.do(self.tap(".send", button.rpartition(":")[2]))
            assert happened(turn, Dispatched), "what was shown just now can be sent"

    @precondition(lambda self: self.child.conversation.begun)
    @rule(change=st.sampled_from([".later", "good", "everyone", "nobody"]))
    def sends_with_the_button_of_an_older_page(self, change: str) -> None:
        self.do(self.tap(".go", ".check"))
        self.marks += [each.id.rpartition(":")[2] for each in self.child.buttons() if ":.send:" in each.id]
        self.do(self.tap(".s.feelings_now", change) if len(change) > 4 else self.tap("feelings_now", change))
        if self.marks:
            self.do(self.tap(".send", self.marks[-1]))

    @precondition(lambda self: self.child.conversation.place.screen is Screen.ASKING)
    @rule(passing=st.sampled_from([".next", ".skip", ".rather_not", ".later"]), typing=st.booleans())
    def passes_by(self, passing: str, typing: bool) -> None:
        question = self.child.conversation.place.about
        self.do(self.tap(question, passing, self.word() if typing else ""))

    @precondition(lambda self: self.child.conversation.begun)
    @rule(pin=st.sampled_from(["1234", "9999"]))
    def sets_a_pin_or_gives_one(self, pin: str) -> None:
        self.do(self.tap(".go", ".pin"))
        self.do(self.tap(".go", ".unfold"))
        for _ in range(2):
            if self.child.conversation.place.screen in PIN_SCREENS:
                self.do(Said(pin, ".pin"))
                for picture in ("dog", "dog", "cat" if pin == "1234" else "dog"):
                    self.do(self.tap(".pin", picture))

    @precondition(lambda self: self.child.conversation.begun and self.child.conversation.helper is None)
    @rule(typing=st.sampled_from(["me", "mine", "theirs"]))
    def somebody_sits_down(self, typing: str) -> None:
        self.do(self.tap(".go", ".helper"))
        self.do(self.tap(".helper", "carer"))
        self.do(self.tap(".typing", typing))
        assert self.child.conversation.helper or happened(self.child.turns[-1], WindowShut)

    @precondition(lambda self: self.child.conversation.begun)
    @rule()
    def goes_aside_and_returns(self) -> None:
        here = self.child.conversation
        self.do(self.tap(".go", ".stop"))
        if here.pin:
            assert not self.child.conversation.answers or not here.proven, "with a PIN, what was said is put away"
        paused = any(place.screen is Screen.PAUSED for place in (here.place, *here.way_back))
        told_beside = here.helper is not None and here.place.screen is Screen.ALARM  # that room is left for good
        if not (here.pin or paused or told_beside or happened(self.child.turns[-1], WindowShut)):
            self.do(self.tap(".go", ".on"))
            back = self.child.conversation
            assert (back.place, back.way_back) == (here.place, here.way_back[: len(back.way_back)])

    @rule(by=st.sampled_from(["link", "code", "reissued", "another door"]))
    def comes_back(self, by: str) -> None:
        match by:
            case "reissued":
                self.do(Arrived("code", self.child.now))
            case "another door":
                self.do(HandedOver("a mark that nobody made"))
            case _:
                self.do(Arrived(by))

    @precondition(lambda self: self.child.conversation.begun)
    @rule()
    def opens_a_way_to_another_door(self) -> None:
        until = self.child.now + timedelta(minutes=10)
        self.child.later(elsewhere=Elsewhere("telegram", "https://…", "7KQ2-M8ZX", f"way {self.typed}", until))
        self.do(self.tap(".go", ".move"))
        self.child.later(elsewhere=None)

    @rule()
    def comes_by_the_way_that_was_opened(self) -> None:
        way, before = self.account.moving, self.child.conversation
        if way is None:
            return
        turn = self.do(HandedOver(way.mark))
        if self.child.now < way.until and not happened(turn, WindowShut):
            assert self.child.conversation.answers == before.answers, "what could be seen there can be seen here"

    @rule(event=st.sampled_from([ReminderDue(), Tidied(), Tidied(late=True)]))
    def the_clock_says_something(self, event: Event) -> None:
        self.do(event)

    @rule()
    def was_not_heard_for_a_while(self) -> None:
        self.do(Unheard(self.child.now - timedelta(days=2)))

    @rule(command=st.sampled_from([".help", ".stop", ".check", ".pin", ".on", ".here", ".tidy", ".nonsense"]))
    def asks_without_a_button(self, command: str) -> None:
        self.do(Asked(command))

    @rule(question=st.sampled_from(QUESTIONS), followed=st.booleans())
    def a_visit_that_is_over_writes_its_last_word(self, question: str, followed: bool) -> None:
        before = self.child.conversation
        self.do(LastWord(self.word(), question, followed=followed))
        assert not followed or self.child.conversation.answers == before.answers or before.sent

    @rule(place=st.sampled_from([".go:.tell", "safe_now:no", ".go:.talk", "advocate:wants_one", "advocate:no"]))
    def says_what_cannot_wait(self, place: str) -> None:
        self.do(self.tap(*place.split(":")))

    @precondition(lambda self: self.child.conversation.place.screen in (Screen.ALARM, Screen.ASK_NOW))
    @rule(choice=st.sampled_from(["officer", "carer", ".mistake", ".on", ".stop", "talk", "advocate", ".no"]))
    def answers_what_is_asked_then(self, choice: str) -> None:
        self.do(self.tap(f".{self.child.conversation.place.screen}", choice))

    @precondition(lambda self: self.account.alerts.open)
    @rule(data=st.data(), closes=st.booleans())
    def a_person_has_it(self, data: st.DataObject, closes: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.account.alerts.open)))
        closed = self.child.now if closes else None
        others = tuple(each for each in self.child.around.alerts if each.number != number)
        self.child.later(alerts=(*others, AlertSeen(number, self.child.now, closed)))
        self.account.alerts.held.add(number)

    @rule(question=st.sampled_from(["safe_now", "advocate"]), followed=st.booleans())
    def a_visit_that_is_over_chooses_last(self, question: str, followed: bool) -> None:
        self.do(LastWord("", question, "no", followed=followed))

    @rule(kind=st.sampled_from(["sticker", "photo", "contact", "dice", ""]))
    def sends_something_unreadable(self, kind: str) -> None:
        self.do(Unreadable(kind))

    @rule(event=st.sampled_from([Looked(), Left(), WindowClosed()]))
    def looks_or_leaves(self, event: Event) -> None:
        self.do(event)

    @rule(hours=st.sampled_from([0.02, 2, 30]))
    def time_goes_by(self, hours: float) -> None:
        self.child.waits(hours=hours)
        self.time_went_by = True

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
        assert self.child.conversation.place == here.place or happened(self.child.turns[-1], WindowShut)

    @invariant()
    def folded_shows_nothing(self) -> None:
        if not hasattr(self, "child"):
            return
        conversation = self.child.conversation
        seen = shown(self.messages).split()
        visible = {piece for answer in conversation.answers for piece in answer.pieces}
        hidden = {piece for answer in conversation.hidden for piece in answer.pieces} - visible
        handed_back = {words_in(self.last)}
        assert not (hidden - handed_back) & set(seen)

    @invariant()
    def beside_a_helper_nothing_said_alone_is_shown_and_nothing_private_asked(self) -> None:
        if not hasattr(self, "child") or self.child.conversation.helper is None:
            return
        conversation = self.child.conversation
        assert all(answer.beside for answer in conversation.answers)
        assert not PRIVATE & {answer.question for answer in conversation.answers}
        waits = screen_at(conversation, Setting(BOOK, self.child.around, self.child.now))
        assert not isinstance(waits, Ask) or waits.question not in PRIVATE

    @invariant()
    def what_is_only_counted_is_never_an_answer(self) -> None:
        if hasattr(self, "child"):
            assert not FEEDBACK & {answer.question for answer in all_of(self.child.conversation)}

    @invariant()
    def each_question_has_one_answer_that_can_be_seen(self) -> None:
        if hasattr(self, "child"):
            seen = [answer.question for answer in self.child.conversation.answers]
            assert len(seen) == len(set(seen))

    @invariant()
    def every_answer_can_be_shown_in_the_words_it_was_asked_in(self) -> None:
        if not hasattr(self, "child"):
            return
        for answer in all_of(self.child.conversation):
            question = BOOK.asked(answer.set, answer.version).question(answer.question)
            assert question is not None
            assert answer.choice is None or question.choice(answer.choice) is not None

    @invariant()
    def not_sent_is_said_exactly_while_it_is_so(self) -> None:
        if not hasattr(self, "child") or not self.child.conversation.begun or isinstance(self.last, Left):
            return
        conversation = self.child.conversation
        setting = Setting(BOOK, self.child.around, self.child.now)
        unsent = conversation.standing is None or changed_since_sending(conversation, setting)
        if conversation.place.screen is Screen.ALARM:
            return  # what was told just now is told
        if not self.time_went_by and self.messages[-1].kind != "unasked":
            told = shown(self.messages)
            assert ("Not sent yet" in told or "Nothing is sent now" in told) == unsent


AnyEventInAnyState.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyEventInAnyState = AnyEventInAnyState.TestCase
