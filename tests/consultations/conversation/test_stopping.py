"""Stopping, waiting for another try, and being told once: what somebody who picks up the phone meets."""

from __future__ import annotations

from datetime import timedelta

from consultations.circumstances import ReadBy
from consultations.conversation.events import Arrived
from consultations.conversation.happened import Dispatched
from consultations.conversation.replies import AfterSending, Ask, PinEntry, TakeBack, WhoHasRead
from tests.consultations.conversation.cast import MORNING, a_child, notices, screen


def test_carrying_on_after_stopping_asks_for_the_pin_there_is() -> None:
    child = a_child().starts()
    child.sets_pin("2580")
    child.says("The dog", "feelings_now")
    child.taps(".go", ".stop")

    asked = screen(child.taps(".go", ".on"))
    assert isinstance(asked, PinEntry)
    assert list(child.conversation.answers) == []

    back = screen(child.says("2580"))
    assert isinstance(back, Ask)
    assert [answer.words for answer in child.conversation.answers] == ["The dog"]


def test_without_a_pin_stopping_hides_nothing_for_good() -> None:
    child = a_child().starts()
    child.says("The dog", "feelings_now")
    child.taps(".go", ".stop")
    child.taps(".go", ".on")

    assert [answer.words for answer in child.conversation.answers] == ["The dog"]


def test_after_five_wrong_pins_taking_back_says_when_it_can_be_tried_again() -> None:
    child = a_child().starts()
    child.sets_pin("2580")
    child.says("The dog", "feelings_now")
    child.sends()
    child.does(Arrived("code"))
    for _ in range(5):
        child.says("1111")

    turn = child.taps(".after", ".take")
    assert notices(turn) == ("pin_wait",)
    assert isinstance(screen(turn), AfterSending)

    child.waits(hours=1, minutes=1)
    assert isinstance(screen(child.taps(".after", ".take")), PinEntry)
    assert isinstance(screen(child.says("2580")), AfterSending)


def test_what_was_done_often_on_one_day_is_told_once() -> None:
    child = a_child().starts()
    child.says("The dog", "feelings_now")
    child.sends()
    done = ["opened"] + ["meeting"] * 20
    day = [ReadBy("Sam", what, MORNING + timedelta(minutes=n), 1) for n, what in enumerate(done)]
    child.later(readings=(*day, ReadBy("Sam", "meeting", MORNING + timedelta(days=1), 1)))

    read = child.taps(".after", ".who").replies[-1]
    assert isinstance(read, WhoHasRead)
    assert [(each.what, each.at.day) for each in read.readings] == [("opened", 3), ("meeting", 3), ("meeting", 4)]
    told = screen(child.taps(".after", ".take"))
    assert isinstance(told, TakeBack)
    assert len(told.readings) == 3


def test_unsent_changes_can_be_sent_from_where_the_child_is_told_that_it_is_sent() -> None:
    child = a_child().starts()
    child.says("The dog", "feelings_now")
    child.sends()
    child.says("and the cat", "feelings_now")

    after = screen(child.turns[-1])
    assert isinstance(after, AfterSending)
    assert any(isinstance(each, Dispatched) for each in child.taps(".send", after.mark).happened)
