"""An advocate helps on a device of their own: what the child says yes to there is kept, and nothing else can happen."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from consultations.circumstances import Advocate as AnAdvocate
from consultations.circumstances import Circumstances, StaffVisit
from consultations.conversation import commands, finishing
from consultations.conversation.advance import advance
from consultations.conversation.events import Event, LastWord, Left, Looked, Said, SatDown, Tapped
from consultations.conversation.happened import Alarmed, Departed, Happened, KeptFrom, SittingAgreed, SittingEnded
from consultations.conversation.letting_read import let_read
from consultations.conversation.replies import AlarmRaised, Ask, ReadBack, SittingAsked, SittingDone
from consultations.conversation.state import Conversation, Hidden, Passed, Place, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.rendering.headings import StaffHeadings, company
from consultations.sending import Kind, Sending
from consultations.wording import sending_of
from tests.consultations.conversation.cast import (
    AROUND,
    BOOK,
    MORNING,
    WORDING,
    Child,
    a_child,
    dispatched,
    notices,
    said_to,
    screen,
    shown,
)

ALONE = "badgerlantern"
"""What the child said alone, and no advocate may ever read."""

TYPED = "Saturday is too long"


@dataclass
class Advocate:
    """Priya at her own screen, beside a child."""

    child: Child
    around: Circumstances
    turn: Turn | None = None

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

    def may_help(self) -> Advocate:
        """The child said yes, and it is in the child's words."""
        self.taps(".sit", ".yes")
        self.taps(".sit", ".mine")
        return self

    def at(self, question: str) -> Advocate:
        while self.about != question:
            here = self.place
            self.taps(self.about, ".skip")
            assert self.place != here, "the way does not lead there"
        return self

    @property
    def place(self) -> object:
        sat = self.child.conversation.sitting
        return sat.place if sat else None

    @property
    def about(self) -> str:
        sat = self.child.conversation.sitting
        assert sat is not None
        return sat.place.about

    def sees(self) -> str:
        assert self.turn is not None
        return shown(WORDING.of(self.turn, Setting(BOOK, self.around, self.child.now)))

    def choices(self) -> set[str]:
        assert self.turn is not None
        said = WORDING.of(self.turn, Setting(BOOK, self.around, self.child.now))
        return {button.id.partition(":")[2] for message in said for button in message.buttons}


def sits_down(child: Child, name: str = "Priya Nair", number: int = 1) -> Advocate:
    """An advocate came in by a pass and the code."""
    sitting = StaffVisit(
        f"sitting {number}", f"visit {number}", name, child.now + timedelta(hours=2), f"staff {number}"
    )
    advocate = Advocate(child, replace(AROUND, sitting=sitting))
    advocate.does(SatDown())
    return advocate


def a_child_alone(pin: bool = True) -> Child:
    """Amal, who said something alone."""
    child = a_child().starts()
    if pin:
        child.sets_pin("2468")
    child.goes_to("home_settled").says(ALONE)
    child.taps("home_settled", ".next")
    return child


def answered(child: Child, question: str) -> str:
    answer = child.conversation.answer(question)
    return answer.words if answer else ""


def happened(turn: Turn) -> tuple[Happened, ...]:
    return turn.happened


def test_nothing_changes_before_the_child_says_yes() -> None:
    child = a_child_alone()
    before = child.conversation
    advocate = sits_down(child)

    asked = advocate.turn
    advocate.taps("people_see", "more", TYPED)
    advocate.says(TYPED, "people_see")
    advocate.taps("people_see", ".next")

    assert asked is not None
    assert isinstance(screen(asked), SittingAsked)
    assert replace(child.conversation, sitting=None) == before
    assert ALONE not in advocate.sees()


def test_a_child_who_says_no_is_left_alone() -> None:
    child = a_child_alone()
    before = child.conversation
    advocate = sits_down(child)

    turn = advocate.taps(".sit", ".no")

    assert child.conversation == before
    assert happened(turn) == (Departed(), SittingEnded("sitting 1"))


def test_with_the_childs_yes_what_was_said_alone_is_folded_and_who_helps_is_shown() -> None:
    child = a_child_alone()
    advocate = sits_down(child)

    turn = advocate.taps(".sit", ".yes")
    child.does(Looked())

    assert happened(turn) == (SittingAgreed("sitting 1"),)
    assert [each.words for each in child.conversation.folded] == [ALONE]
    assert child.conversation.sat == (("Priya Nair", MORNING, "staff 1"),)
    assert "Priya Nair" in child.sees()
    assert ALONE not in child.sees()


def test_the_childs_own_screen_leaves_a_private_question_when_an_advocate_sits_down() -> None:
    child = a_child().starts().goes_to("home_settled")

    sits_down(child).may_help()

    about = child.conversation.place.about
    assert not next(each for each in child.book.current("ages_8_11").questions if each.id == about).private


def test_words_an_advocate_typed_are_read_back_and_kept_with_the_name_once_the_child_says_yes() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    before = child.conversation.answer("people_see")
    read = advocate.turn
    advocate.taps(".sit", ".right")

    after = child.conversation.answer("people_see")

    assert read is not None
    assert before is not None
    assert after is not None
    assert screen(read) == ReadBack(before)
    assert (before.confirmed, after.confirmed) == (False, True)
    assert (after.words, after.typed_by, after.helper_name, after.own_words) == (TYPED, "advocate", "Priya Nair", True)
    assert isinstance(screen(advocate.does(Looked())), Ask)
    assert advocate.about != "people_see"


def test_whose_words_they_are_is_kept_as_the_child_says() -> None:
    child = a_child().starts()
    advocate = sits_down(child)
    advocate.taps(".sit", ".yes")
    advocate.taps(".sit", ".theirs")
    advocate.at("people_see").taps("people_see", ".next", TYPED)
    advocate.taps(".sit", ".right")

    answer = child.conversation.answer("people_see")

    assert answer is not None
    assert not answer.own_words


def test_what_was_read_back_can_be_changed_and_is_read_back_again() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    advocate.taps(".sit", ".change")

    turn = advocate.taps("=people_see", ".next", "Saturday is too short")

    assert isinstance(screen(turn), ReadBack)
    assert answered(child, "people_see") == "Saturday is too short"


def test_what_was_read_back_can_be_taken_out() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)

    advocate.taps(".sit", ".out")

    assert child.conversation.answer("people_see") is None


def test_words_the_child_has_not_said_yes_to_are_not_sent_until_they_do() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", "more")
    advocate.at("me").taps("me", ".next", TYPED)
    child.taps(".go", ".check")
    asked = child.choices()
    without = dispatched(child.sends())
    child.taps(".after", ".change")
    child.taps(".right", "me")
    with_it = dispatched(child.sends())

    assert ".right:me" in asked
    assert [each.question for each in without.answers] == ["people_see"]
    assert [each.question for each in with_it.answers] == ["people_see", "me"]


def test_words_that_wait_for_a_yes_are_in_no_preview_and_change_no_mark() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", "more")
    child.taps(".go", ".check")
    mark = child.send_button()
    advocate.at("me").taps("me", ".next", TYPED)
    child.taps(".check", ".preview")

    assert TYPED not in child.sees()
    child.taps(".preview", ".back")
    assert child.send_button() == mark


def test_the_child_strikes_what_an_advocate_typed_on_their_own_screen() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    child.taps(".go", ".check")
    child.taps(".change", "people_see")
    child.taps("people_see", ".over")

    turn = advocate.does(Looked())

    assert child.conversation.answer("people_see") is None
    assert isinstance(screen(turn), Ask)


def test_what_the_child_rewrites_themselves_needs_no_yes() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    child.taps(".go", ".check")
    child.taps(".change", "people_see")
    child.taps("people_see", ".rewrite")
    child.taps("=people_see", ".next", "my own words")

    answer = child.conversation.answer("people_see")

    assert answer is not None
    assert (answer.words, answer.typed_by, answer.confirmed) == ("my own words", "child", True)


@pytest.mark.parametrize("by", ["next", "message", "half typed"])
def test_words_typed_under_a_question_the_child_answered_meanwhile_are_kept_and_show_the_advocate_nothing(
    by: str,
) -> None:
    child = a_child().starts()
    child.goes_to("people_see")
    advocate = sits_down(child).may_help()
    child.taps("people_see", ".next", "mine alone")
    advocate.at("people_see")
    read = [advocate.sees()]
    match by:
        case "next":
            turn = advocate.taps("people_see", ".next", TYPED)
        case "message":
            turn = advocate.says(TYPED, "people_see")
        case _:
            turn = advocate.does(LastWord(TYPED, "people_see"))
    if by != "half typed":
        read.append(advocate.sees())
    answer = child.conversation.answer("people_see")

    assert "mine alone" not in "".join(read)
    assert "words_not_kept" not in notices(turn)
    assert answer is not None
    assert (answer.pieces, answer.confirmed) == (("mine alone", TYPED), False)
    assert (answer.typed_by, answer.helper_name, answer.partly) == ("advocate", "Priya Nair", True)


def test_an_advocates_tap_leaves_a_choice_the_child_made_meanwhile() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help()
    child.goes_to("people_see").taps("people_see", "more")
    before = child.conversation.answers
    advocate.at("people_see").taps("people_see", "less")

    assert child.conversation.answers == before


def test_when_the_child_is_alone_again_the_sitting_is_over_at_once() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)

    gone = child.taps(".go", ".gone")
    child.says("2468", ".pin")
    before = child.conversation
    after = advocate.says("one more thing", "people_see")

    assert SittingEnded("sitting 1") in happened(gone)
    assert {answered(child, "home_settled"), answered(child, "people_see")} == {ALONE, TYPED}
    assert happened(after) == (Departed(),)
    assert after.replies == ()
    assert child.conversation == before


def test_a_child_who_comes_in_ends_the_sitting_and_is_told_who_was_there() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)

    back = child.comes_back()
    told = child.sees()

    assert SittingEnded("sitting 1") in happened(back)
    assert "sat_here" in notices(back)
    assert "Priya Nair" in told
    assert advocate.does(Looked()).replies == ()


def test_an_advocate_alone_with_a_code_reads_nothing_and_what_they_typed_waits_for_the_child() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help()
    read = [advocate.sees()]
    while advocate.place != Place(Screen.READ_BACK, "people_see"):
        advocate.taps(advocate.about, ".next", TYPED if advocate.about == "people_see" else "")
        read.append(advocate.sees())

    child.comes_back()
    child.says("2468", ".pin")
    child.taps(".go", ".check")

    assert all(ALONE not in each for each in read)
    assert TYPED in child.sees()
    assert ".right:people_see" in child.choices()
    assert dispatched(child.sends()).answers[0].words == ALONE
    assert TYPED not in [each.words for each in dispatched(child.turns[-1]).answers]


def test_finishing_leaves_the_helper_with_the_child_until_the_child_says_they_have_gone() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help()

    turn = advocate.taps(".sit", ".done")

    assert happened(turn) == (Departed(), SittingEnded("sitting 1"))
    assert child.conversation.helper is not None
    assert [each.words for each in child.conversation.folded] == [ALONE]


def test_leaving_keeps_half_typed_words_for_the_child_to_say_yes_to() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")

    advocate.does(LastWord(TYPED, "people_see", followed=True))
    turn = advocate.does(Left())

    answer = child.conversation.answer("people_see")
    assert answer is not None
    assert (answer.words, answer.confirmed, answer.typed_by) == (TYPED, False, "advocate")
    assert child.conversation.sitting is None
    assert happened(turn) == (Departed(), SittingEnded("sitting 1"))


def test_a_last_word_changes_nothing_once_the_child_ended_it() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    child.taps(".go", ".gone")
    before = child.conversation

    advocate.does(LastWord(TYPED, "people_see", followed=True))

    assert child.conversation == before


def test_tell_someone_as_a_last_word_of_an_advocates_screen_is_raised() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")

    turn = advocate.does(LastWord("", "", tell=True))

    assert any(isinstance(each, Alarmed) for each in turn.happened)
    assert [each.number for each in child.conversation.alarms] == [1]


def test_the_same_advocate_on_another_device_finds_what_they_typed_and_the_first_device_is_cut_off() -> None:
    child = a_child().starts()
    first = sits_down(child).may_help().at("people_see")
    first.taps("people_see", ".next", TYPED)
    second = sits_down(child, number=2).may_help()

    assert first.does(Looked()).happened == (Departed(),)
    assert TYPED in second.sees()


def test_an_advocate_before_the_child_reads_the_opening_to_them() -> None:
    child = a_child()
    advocate = sits_down(child).may_help()
    opening = advocate.place
    for step in ("what", "safety", "how"):
        advocate.taps(".opening", step)

    assert opening is not None
    assert child.conversation.begun
    assert child.conversation.place.screen is Screen.OPENING
    assert isinstance(screen(advocate.does(Looked())), Ask)


@pytest.mark.parametrize("set", [each.id for each in BOOK])
def test_no_sitting_asks_whether_the_child_is_safe(set: str) -> None:
    advocate = sits_down(a_child(set).starts()).may_help()
    seen = {advocate.about}
    while not isinstance(screen(advocate.taps(advocate.about, ".skip")), SittingDone):
        seen.add(advocate.about)

    assert len(seen) > 5
    assert "safe_now" not in seen


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("event", [Tapped("k3v9x2mq", "safe_now", "no"), LastWord("", "safe_now", "no")])
def test_that_they_are_not_safe_is_told_from_there_all_the_same_and_the_screen_stays(
    event: Tapped | LastWord, answered: bool
) -> None:
    child = a_child().starts()
    if answered:
        child.goes_to("safe_now").taps("safe_now", "yes")
    advocate = sits_down(child).may_help().at("people_see")
    before = advocate.place

    turn = advocate.does(event)

    (alarmed,) = [each for each in turn.happened if isinstance(each, Alarmed)]
    assert (alarmed.number, alarmed.beside) == (1, "advocate")
    assert alarmed.sealing is not None
    assert advocate.place == before
    assert [each.hidden for each in child.conversation.alarms] == [Hidden.SHUT]
    assert [each.number for each in child.conversation.sent] == [1]
    advocate.does(Looked())
    assert "We believe you" not in advocate.sees()


def test_at_the_end_the_advocate_is_led_to_no_page_that_sends() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help()
    turn = advocate.turn
    for _ in range(40):
        turn = advocate.taps(advocate.about, ".skip")

    assert turn is not None
    assert isinstance(screen(turn), SittingDone)
    assert not {each for each in advocate.choices() if each.startswith((".check", ".send", ".share", ".go:.check"))}


def literals(*modules: object) -> set[str]:
    """Every text that begins with a dot in these modules: the places and the commands there are."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("."):
                found.add(node.value)
    return found


COMMANDS = sorted(literals(commands, finishing))
MAY = {".help", ".languages", ".here"}


@pytest.mark.parametrize("place", COMMANDS)
def test_a_sitting_does_nothing_by_any_command_that_is_not_its_own(place: str) -> None:
    child = a_child_alone()
    child.sends()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", "more")
    before = child.conversation
    choices = {*COMMANDS, "*", "people_see", "home_settled", "everyone", "nobody", "me", "carer", "ages_4_7"}
    choices |= {button.id.rpartition(":")[2] for button in child.buttons()}
    choices -= {".tell"}  # which works everywhere

    for choice in sorted(choices):
        turn = advocate.taps(f".s.{choice}" if place == ".s." else place, choice)

        assert turn.happened == (), (place, choice)
        assert ALONE not in advocate.sees(), (place, choice)
        assert replace(child.conversation, sitting=None) == replace(before, sitting=None), (place, choice)


def test_tell_someone_works_on_an_advocates_screen_and_leads_back_to_where_they_were() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help().at("people_see")

    advocate.taps(".go", ".help")
    offered = advocate.choices()
    raised = advocate.taps(".go", ".tell")
    kept = advocate.taps(".alarm", "carer")
    advocate.does(Looked())
    chosen = advocate.choices()
    advocate.taps(".alarm", ".on")

    (alarm,) = child.conversation.alarms
    assert ".go:.tell" in offered
    assert raised.happened == (Alarmed(1, "advocate", False, None),)
    assert kept.happened == (KeptFrom(1, ("carer",), None),)
    assert alarm.kept_from == ("carer",)
    assert ".alarm:.on" in chosen
    assert advocate.about == "people_see"


def test_tell_someone_works_whatever_stands_in_the_box() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help().at("people_see")
    child.says("only mine", "people_see")

    raised = advocate.taps(".go", ".tell", words="hello there", field="people_see")

    assert isinstance(raised.happened[0], Alarmed)
    assert "only mine" not in advocate.sees()
    assert [each.pieces for each in child.conversation.answers] == [("only mine", "hello there")]


def test_once_the_room_of_an_alarm_is_left_an_advocates_screen_knows_it_no_more() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps(".go", ".tell")
    advocate.taps(".alarm", "carer")
    advocate.taps(".alarm", ".on")

    again = advocate.taps(".go", ".tell")

    shown = screen(again)
    assert isinstance(shown, AlarmRaised)
    assert shown.kept_from == ()
    assert again.happened == (Alarmed(2, "advocate", False, None), KeptFrom(2, ("carer",), None))


def test_tell_someone_works_before_the_child_has_said_yes() -> None:
    child = a_child_alone()
    advocate = sits_down(child)

    raised = advocate.taps(".go", ".tell")
    advocate.taps(".alarm", ".stop")

    assert isinstance(raised.happened[0], Alarmed)
    assert child.conversation.helper is None
    assert isinstance(screen(advocate.does(Looked())), SittingAsked)


@pytest.mark.parametrize("again", [".help", ".tell"])
def test_an_alarm_the_child_raised_shows_nothing_on_an_advocates_screen(again: str) -> None:
    child = a_child_alone()
    child.taps(".go", ".tell")
    child.taps(".alarm", "officer")
    child.taps(".alarm", ".on")
    fresh = sits_down(a_child_alone()).may_help()
    advocate = sits_down(child).may_help()
    child.taps(".go", ".tell")  # and once more, beside the advocate, on their own screen
    child.taps(".alarm", ".on")

    advocate.taps(".go", again)
    fresh.taps(".go", again)

    assert advocate.sees() == fresh.sees()
    assert {("officer" in each.kept_from) or ("officer" in each.also) for each in child.conversation.alarms} == {True}


def test_a_choice_that_cannot_wait_is_kept_and_not_told_at_once_from_an_advocates_screen() -> None:
    asking = next(
        (question.id, choice.id)
        for question in BOOK.current("ages_8_11").questions
        for choice in question.choices
        if choice.ask_now
    )
    child = a_child().starts()
    advocate = sits_down(child).may_help().at(asking[0])

    turn = advocate.taps(*asking)

    answer = child.conversation.answer(asking[0])
    assert answer is not None
    assert answer.choice == asking[1]
    assert turn.happened == ()
    assert isinstance(screen(turn), Ask)


def test_a_sitting_types_no_pin() -> None:
    child = a_child_alone()
    advocate = sits_down(child).may_help()

    for event in (Said("2468", ".pin"), Tapped(child.conversation.id, ".pin", ".enter", "2468", ".pin")):
        advocate.does(event)

    assert child.conversation.folded
    assert not child.conversation.wrong_pins
    assert ALONE not in advocate.sees()


def test_a_sitting_does_not_count_as_the_childs_own_visit() -> None:
    child = a_child().starts()
    child.conversation = replace(child.conversation, visit="the child's")

    sits_down(child).may_help()

    assert child.conversation.visit == "the child's"


def test_nothing_is_done_in_a_sitting_once_the_review_was_held() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    before = child.conversation
    advocate.around = replace(advocate.around, held_on=MORNING.date())

    turn = advocate.says(TYPED, "people_see")

    assert turn.happened == (Departed(),)
    assert child.conversation == before


@pytest.mark.parametrize("pin", [True, False])
@pytest.mark.parametrize("stopped", ["in the middle", "at the check page", "sent"])
def test_what_was_said_and_left_out_alone_counts_for_nothing_in_a_sitting(stopped: str, pin: bool) -> None:
    child, untouched = a_child_alone(pin), a_child().starts()
    child.goes_to("people_see").taps("people_see", ".later")
    if stopped != "in the middle":
        child.taps(".go", ".check")
    if stopped == "sent":
        child.sends()
    told, plain = sits_down(child).may_help(), sits_down(untouched).may_help()

    assert told.about == untouched.book.current("ages_8_11").questions[0].id
    for _ in range(40):
        assert told.sees() == plain.sees()
        told.taps(told.about, ".skip")
        plain.taps(plain.about, ".skip")
    assert isinstance(screen(told.does(Looked())), SittingDone)


def test_what_is_left_out_in_a_sitting_is_left_out_for_the_child_and_what_they_left_stays_so() -> None:
    child = a_child_alone()
    child.goes_to("people_see").taps("people_see", ".later")
    advocate = sits_down(child).may_help()
    first = advocate.about
    advocate.taps(first, ".rather_not")

    unfolded(child)
    assert child.conversation.how_passed(first) is Passed.RATHER_NOT
    assert child.conversation.how_passed("people_see") is Passed.LATER


def unfolded(child: Child) -> str:
    """Alone again, with the PIN: the check page."""
    child.taps(".go", ".gone")
    child.says("2468", ".pin")
    child.taps(".go", ".check")
    return child.sees()


def test_what_joins_the_childs_own_answer_is_said_to_be_partly_typed_by_the_advocate_to_everybody() -> None:
    child = a_child().starts()
    child.sets_pin("2468")
    child.goes_to("people_see").taps("people_see", "more", ALONE)
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    advocate.taps(".sit", ".right")
    told = unfolded(child)
    answer = said_to(child, "people_see")
    sending = sending_of(
        dispatched(child.sends()).answers,
        Kind.REPLACEMENT,
        WORDING.speaker(child.conversation, Setting(BOOK, child.around, child.now)),
    )
    (sent,) = sending.answers

    assert (answer.choice, answer.pieces, answer.partly) == ("more", (ALONE, TYPED), True)
    assert "Partly typed by: My advocate, Priya Nair." in told
    assert "My words" not in told
    assert Sending.from_bytes(sending.to_bytes()) == sending
    (of_before,) = Sending.from_bytes(sending.to_bytes().replace(b',"partly":true', b"")).answers
    assert of_before == replace(sent, partly=False)
    assert [mark for _, mark in company(sent, StaffHeadings())] == [
        "Partly typed by Priya Nair (an advocate); the child's own words"
    ]


def test_of_what_joins_the_childs_own_answer_only_the_helpers_part_is_said_not_to_be_their_words() -> None:
    child = a_child().starts()
    child.sets_pin("2468")
    child.goes_to("people_see").says(ALONE)
    advocate = sits_down(child).may_help()
    advocate.taps(".sit", ".words")
    advocate.taps(".sit", ".theirs")
    advocate.at("people_see").taps("people_see", ".next", TYPED)
    unfolded(child)

    assert [mark for _, mark in company(said_to(child, "people_see"), StaffHeadings())] == [
        "Partly typed by Priya Nair (an advocate); that part is not the child's own words"
    ]


def test_an_answer_partly_said_alone_cannot_be_let_read() -> None:
    child = a_child().starts()
    child.sets_pin("2468")
    child.goes_to("people_see").says(ALONE)
    advocate = sits_down(child).may_help()
    advocate.at("people_see").taps("people_see", ".next", TYPED)
    advocate.taps(".sit", ".right")
    child.later(advocate=AnAdvocate("staff 1", "Priya Nair", "priya's key"))
    unfolded(child)

    assert not {each for each in child.choices() if each.startswith(".let")}
    child.taps(".let", "people_see")
    child.taps(".let", "*")
    assert let_read(child.conversation.answers, child.around.advocate) == ()


def test_before_and_after_sending_the_child_is_told_what_waits_for_their_yes() -> None:
    child = a_child().starts()
    child.goes_to("home_settled").taps("home_settled", "no")
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    child.taps(".go", ".gone")
    child.taps(".go", ".check")
    child.taps(".check", ".preview")
    waits = "Something typed for you won't be sent until you say it's right."
    before = child.sees()
    child.taps(".preview", ".back")
    child.sends()
    after = child.sees()
    child.taps(".right", "people_see")
    child.taps(".go", ".check")
    child.taps(".right", "people_see")
    child.sends()

    assert waits in before
    assert waits in after
    assert waits not in child.sees()


def test_who_they_are_is_said_where_it_is_asked_whose_words_they_are() -> None:
    advocate = sits_down(a_child_alone())
    advocate.taps(".sit", ".yes")

    assert "Priya Nair" in advocate.sees()


def test_a_sitting_can_be_finished_at_every_question() -> None:
    advocate = sits_down(a_child_alone()).may_help()
    while not isinstance(screen(advocate.does(Looked())), SittingDone):
        assert ".sit:.done" in advocate.choices()
        advocate.taps(advocate.about, ".skip")


def test_who_is_told_of_an_alarm_stands_beside_no_word_that_they_cannot_see_it() -> None:
    advocate = sits_down(a_child_alone()).may_help()
    before = advocate.sees()
    advocate.taps(".go", ".tell")

    assert "Not sent yet" in before
    assert "Not sent yet" not in advocate.sees()
