"""An alarm and an ask are kept with the conversation, and what an alarm sealed is no sending of the child's."""

from __future__ import annotations

import json
from dataclasses import replace

from consultations.answers import Answer
from consultations.circumstances import ReadBy
from consultations.conversation.replies import Check, TakeBack, WhoHasRead
from consultations.conversation.state import Alarm, Conversation, Hidden, Sent, Wanted
from consultations.sending import Kind
from tests.consultations.conversation.cast import MORNING, Child, a_child, dispatched, screen

NO = Answer("safe_now", "ages_8_11", 1, "en_GB", choice="no")
ALARM = Alarm(1, MORNING, ("officer", "carer"), mistaken=True, told_seen=True, said=NO, sending=1, hidden=Hidden.FOLDED)
SEALED = Sent(1, Kind.ALERT, MORNING)


def alarmed() -> Child:
    """A child whose first number went to what an alarm sealed, and who has said something else since."""
    child = a_child().starts()
    child.conversation = replace(child.conversation, sent=(SEALED,))
    child.taps("feelings_now", "good", "fine")
    return child


def test_an_alarm_and_an_ask_are_taken_back_as_they_were_put_away() -> None:
    asks = (Wanted("advocate"), Wanted("talk", apart=True, hidden=Hidden.SHUT))
    before = replace(a_child().conversation, alarms=(ALARM, Alarm(2, MORNING)), asks=asks, sent=(SEALED,))

    assert Conversation.from_bytes(before.to_bytes()) == before


def test_a_draft_from_before_there_were_alarms_has_none() -> None:
    kept = json.loads(a_child().conversation.to_bytes())
    del kept["alarms"], kept["asks"]

    taken = Conversation.from_bytes(json.dumps(kept).encode())

    assert taken == a_child().conversation


def test_what_an_alarm_sealed_is_not_sent_for_the_child_and_keeps_its_number() -> None:
    child = alarmed()

    before = screen(child.taps(".go", ".check"))
    sent = dispatched(child.sends())

    assert isinstance(before, Check)
    assert (before.before, before.kind) == (False, Kind.REPLACEMENT)
    assert (sent.number, sent.kind, sent.replaces) == (2, Kind.REPLACEMENT, None)


def test_neither_taking_back_nor_the_end_of_a_window_touches_what_an_alarm_sealed() -> None:
    child = alarmed()
    child.sends()
    child.taps(".after", ".take")
    took = screen(child.turns[-1])
    child.taps(".take", ".yes")

    assert isinstance(took, TakeBack)
    assert not took.gone
    assert child.conversation.sent[0] == SEALED
    assert child.conversation.standing is None
    child.taps(".after", ".change")
    child.sends()
    child.waits(hours=25)
    child.taps(".go", ".here")
    assert child.conversation.sent[0] == SEALED
    assert child.conversation.sent[-1].final


def test_who_opened_the_answer_behind_an_alarm_has_not_read_what_was_sent() -> None:
    child = alarmed()
    child.sends()
    child.later(readings=(ReadBy("Sam", "opened", child.now, 1),))

    told = screen(child.taps(".after", ".who"))

    assert told == WhoHasRead((), ())


def test_once_its_window_is_closed_the_choice_that_raised_an_alarm_is_no_longer_in_the_draft() -> None:
    child = a_child().starts()
    child.taps("safe_now", "no")
    child.taps(".alarm", ".on")
    child.sends()
    assert child.conversation.alarms[0].said is not None

    child.waits(hours=25)
    child.taps(".go", ".here")

    assert b"safe_now" not in child.conversation.to_bytes()
    assert child.conversation.alarms[0].sending == 1


def test_one_that_is_kept_for_nobody_stays_with_its_answer() -> None:
    """What the officer is not to be told is in no sending of the child's."""
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps("safe_now", "no")
    child.taps(".alarm", "officer")
    child.taps(".alarm", ".on")
    child.sends()

    child.waits(hours=25)
    child.taps(".go", ".here")

    (left,) = child.conversation.answers
    said = child.conversation.alarms[0].said
    assert said is not None
    assert (said.question, said.choice) == (left.question, left.choice) == ("safe_now", "no")
