"""What a child is told at once: a change is not sent, words were not kept, who had read what it was before."""

from __future__ import annotations

import pytest

from consultations.circumstances import ReadBy
from consultations.conversation.replies import AfterSending
from tests.consultations.conversation.cast import Child, a_child, dispatched, notices, screen


def answered() -> Child:
    child = a_child("ages_16_17").starts()
    child.taps("feelings_now", "good", "fine")
    child.taps("home_settled", "no")
    return child


def test_every_copy_of_what_they_changed_is_told_of_at_once_and_for_as_long_as_they_ask() -> None:
    child = answered()
    child.sends()
    child.later(readings=tuple(ReadBy("Sam", what, child.now, 1) for what in ("opened", "meeting", "officer")))
    child.says("no", "feelings_now")

    again = child.sends()
    told = child.sees()
    child.taps(".after", ".who")
    listed = child.sees()
    child.taps(".after", ".take")

    assert notices(again) == ("sent_again", "read_before", "take_back_meeting", "copied_before")
    for page in (told, listed, child.sees()):
        assert "Sam opened what you sent before, on Thursday 3 December 2026." in page
        assert "Sam made a copy for your review on Thursday 3 December 2026. The copy stays." in page
        assert "Sam made a copy on Thursday 3 December 2026. It is of what you sent before." in page


def test_a_change_out_of_turn_says_at_once_that_it_is_not_sent_and_offers_to_send_it() -> None:
    child = answered()
    child.sends()
    child.taps(".go", ".check")

    child.says("and the bus", "feelings_now")
    first = child.messages()[0]
    (sends,) = first.buttons
    sent = dispatched(child.taps(".send", sends.id.rpartition(":")[2]))

    assert [line.text for line in first.lines][:1] == ["Not sent yet: Sam can't see your changes."]
    assert [line.text for line in first.lines][-1] == "fine\nand the bus"
    assert sends.label == "Send my changes"
    assert sent.answers[0].words == "fine\nand the bus"


def test_a_change_out_of_turn_before_anything_is_sent_shows_the_answer_as_it_now_is() -> None:
    child = answered()

    child.taps("feelings_now", "no")
    first = child.messages()[0]

    assert "fine" in [line.text for line in first.lines]
    assert not first.buttons


def test_words_that_were_not_kept_stand_below_what_is_true_of_what_was_sent() -> None:
    child = answered()
    child.sends()

    child.says("I forgot: driving lessons")
    lines = [line.text for line in child.messages()[0].lines]

    opens = next(place for place, line in enumerate(lines) if line.startswith("Sam can open it now"))
    assert lines.index("I forgot: driving lessons") > opens
    assert lines[lines.index("I forgot: driving lessons") - 1].endswith("we didn't keep these words:")


@pytest.mark.parametrize("also", ["", "a change to it"])
def test_of_what_was_sent_for_good_nobody_is_told_that_it_was_not_answered(also: str) -> None:
    child = answered()
    child.sends()
    child.waits(hours=25)
    child.says("and this", "anything_else")
    if also:
        child.sends()

    child.taps(".go", ".check")

    assert "You can say something to any of these:" in child.sees()
    assert "You didn't answer these" not in child.sees()


@pytest.mark.parametrize("taken_back", [False, True])
def test_an_easier_set_waits_until_there_is_a_question_to_be_seen(taken_back: bool) -> None:
    child = answered()
    child.sends()
    if taken_back:
        child.taps(".after", ".take")
        child.taps(".take", ".yes")

    turn = child.taps(".go", ".easier")

    assert isinstance(screen(turn), AfterSending)
    assert child.conversation.set == "ages_16_17"
