"""What an advocate's own screen cannot do, and the one thing it can as everywhere: telling that a child is not safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.conversation.events import LastWord, Looked, Said, Tapped
from consultations.conversation.happened import Alarmed, Departed, KeptFrom
from consultations.conversation.replies import AlarmRaised, Ask, SittingAsked, SittingDone
from consultations.conversation.state import Hidden, Place, Screen
from tests.consultations.conversation.cast import (
    BOOK,
    MORNING,
    a_child,
    dispatched,
    screen,
)
from tests.consultations.conversation.staff_screen import COMMANDS, sits_down
from tests.consultations.conversation.test_sitting import ALONE, TYPED, a_child_alone


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


def test_tell_someone_as_a_last_word_of_an_advocates_screen_is_raised() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")

    turn = advocate.does(LastWord("", "", tell=True))

    assert any(isinstance(each, Alarmed) for each in turn.happened)
    assert [each.number for each in child.conversation.alarms] == [1]


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


def test_who_is_told_of_an_alarm_stands_beside_no_word_that_they_cannot_see_it() -> None:
    advocate = sits_down(a_child_alone()).may_help()
    before = advocate.sees()
    advocate.taps(".go", ".tell")

    assert "Not sent yet" in before
    assert "Not sent yet" not in advocate.sees()
