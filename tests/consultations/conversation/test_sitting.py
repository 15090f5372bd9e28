"""An advocate helps on a device of their own: what the child says yes to there is kept, and nothing else can happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.circumstances import Advocate as AnAdvocate
from consultations.conversation.events import LastWord, Left, Looked
from consultations.conversation.happened import Departed, Happened, SittingAgreed, SittingEnded
from consultations.conversation.letting_read import let_read
from consultations.conversation.replies import Ask, ReadBack, SittingAsked, SittingDone
from consultations.conversation.state import Passed, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.rendering.headings import StaffHeadings, company
from consultations.sending import Kind, Sending
from consultations.wording import sending_of
from tests.consultations.conversation.cast import (
    BOOK,
    MORNING,
    WORDING,
    Child,
    a_child,
    dispatched,
    notices,
    said_to,
    screen,
)
from tests.consultations.conversation.staff_screen import sits_down

ALONE = "badgerlantern"
"""What the child said alone, and no advocate may ever read."""

TYPED = "Saturday is too long"


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


@pytest.mark.parametrize("came_back", [False, True])
def test_without_a_pin_the_page_that_asks_says_what_the_yes_hides_for_good(came_back: bool) -> None:
    child = a_child_alone(pin=False)
    if came_back:
        child.comes_back()
        child.says(ALONE)
    told = sits_down(child).sees()

    assert "If you say yes, you can't see or change what you said before." in told
    assert ("You can set a PIN first." in told) is not came_back


def test_where_the_yes_hides_nothing_for_good_the_page_that_asks_warns_of_nothing() -> None:
    with_pin, before = a_child_alone(), a_child()
    twice = a_child_alone(pin=False)
    sits_down(twice).may_help()

    for child, number in ((with_pin, 1), (before, 1), (twice, 2)):
        assert "If you say yes" not in sits_down(child, number=number).sees()


def test_what_is_added_after_a_sitting_hid_what_was_sent_is_said_to_be_added_to_it() -> None:
    child = a_child_alone(pin=False)
    child.sends()
    advocate = sits_down(child).may_help()
    advocate.taps(".sit", ".done")
    child.taps(".go", ".gone")
    told = [child.sees()]
    child.taps(".after", ".add")
    told.append(child.sees())
    child.says("one more thing")
    sent = child.sends()
    told.append(child.sees())
    answers = {each.words for each in dispatched(sent).answers}
    child.taps(".go", ".check")
    child.taps(".change", "anything_else")
    child.taps("anything_else", ".rewrite")
    child.taps("=anything_else", ".next", "another thing")
    changed = child.sends()

    assert "What you sent stays as it is now. You can add something, or take it back." in told[0]
    assert "What you sent stays as it is. What you say now is added to it." in told[1]
    assert notices(sent) == ("addition_sent",)
    assert answers == {ALONE, "one more thing"}
    assert "You can change what you added until" in told[2]
    assert notices(changed) == ("added_again",)


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


def test_an_answer_half_in_the_childs_words_and_half_in_the_advocates_is_said_to_be_partly_so() -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.says("She said this", "people_see")
    advocate.taps(".sit", ".right")
    advocate.taps(".sit", ".words")
    advocate.taps(".sit", ".theirs")
    advocate.says("I think this", "people_see")

    assert [mark for _, mark in company(said_to(child, "people_see"), StaffHeadings())] == [
        "Partly typed by Priya Nair (an advocate); that part is not the child's own words"
    ]


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


@pytest.mark.parametrize("by", ["next", "finishing", "message"])
def test_words_that_were_to_replace_what_the_child_changed_meanwhile_are_handed_back_and_that_is_said(by: str) -> None:
    child = a_child().starts()
    advocate = sits_down(child).may_help().at("people_see")
    advocate.taps("people_see", ".next", TYPED)
    advocate.taps(".sit", ".change")
    child.says("mine alone", "people_see")
    before = child.conversation.answer("people_see")
    match by:
        case "next":
            turn = advocate.taps("=people_see", ".next", f"{TYPED} now")
        case "finishing":
            turn = advocate.taps(".sit", ".done", f"{TYPED} now", "=people_see")
        case _:
            turn = advocate.says(f"{TYPED} now", "=people_see")

    assert child.conversation.answer("people_see") == before
    assert notices(turn) == ("stale_button",)
    asked = screen(turn)
    assert isinstance(asked, Ask)
    assert (asked.question, asked.answer, asked.rewriting) == ("people_see", None, False)
    assert f"{TYPED} now" in advocate.sees()
    assert "mine alone" not in advocate.sees()


def test_words_that_join_what_the_child_said_meanwhile_are_said_to_wait_for_their_yes() -> None:
    child = a_child().starts()
    child.goes_to("people_see")
    advocate = sits_down(child).may_help()
    child.taps("people_see", ".next", "mine alone")

    turn = advocate.at("people_see").taps("people_see", ".next", TYPED)

    assert notices(turn) == ("not_confirmed",)


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
