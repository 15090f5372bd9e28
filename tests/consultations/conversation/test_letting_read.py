"""An advocate reads exactly what the child chose: nothing by itself, nothing wider beside somebody, nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.answers import Answer
from consultations.circumstances import Advocate, ReadBy
from consultations.conversation.turn import Setting
from consultations.sending import Kind
from consultations.wording import sending_let_read, sending_of
from tests.consultations.conversation.cast import (
    BOOK,
    MORNING,
    WORDING,
    Child,
    a_child,
    dispatched,
    in_telegram,
    notices,
    said_to,
)

PRIYA = Advocate("staff 1", "Priya Nair", "priya's key")
JO = Advocate("staff 2", "Jo Lark", "jo's key")


def helped(child: Child, *advocates: Advocate) -> Child:
    """Alone again, after these advocates sat beside the child."""
    sat = tuple((each.name, MORNING, each.id) for each in advocates or (PRIYA,))
    child.conversation = replace(child.conversation, sat=sat)
    child.later(advocate=(advocates or (PRIYA,))[-1])
    return child


def answered(set: str = "ages_8_11") -> Child:
    """A child with two answers, at the check page."""
    child = helped(a_child(set).starts())
    child.taps("feelings_now", "good", "badgerlantern")
    child.taps("home_settled", "no", "copperumbrella")
    child.taps(".go", ".check")
    return child


def read_by(child: Child) -> list[str]:
    """What the advocate would get of what is sent now."""
    return of(dispatched(child.sends()).answers, child)


def of(answers: tuple[Answer, ...], child: Child) -> list[str]:
    speaker = WORDING.speaker(child.conversation, Setting(BOOK, child.around, child.now))
    sending = sending_let_read(answers, Kind.REPLACEMENT, speaker)
    return [each.question for each in sending.answers] if sending else []


def lets(child: Child) -> set[str]:
    return {choice for choice in child.choices() if choice.startswith((".let:", ".unlet:"))}


def test_nothing_is_let_read_by_itself() -> None:
    child = answered()

    assert lets(child) == {".let:feelings_now", ".let:home_settled"}
    assert "Priya Nair may read this" not in child.sees()
    assert read_by(child) == []


def test_an_advocate_reads_the_answer_the_child_chose_and_the_page_says_so() -> None:
    child = answered()

    child.taps(".let", "home_settled")

    assert lets(child) == {".let:feelings_now", ".unlet:home_settled"}
    assert child.sees().count("Priya Nair may read this too.") == 1
    assert read_by(child) == ["home_settled"]


def test_the_child_can_take_it_away_again() -> None:
    child = answered()
    child.taps(".let", "home_settled")

    child.taps(".unlet", "home_settled")

    assert read_by(child) == []


def test_what_the_officer_will_see_says_what_the_advocate_may_read_too() -> None:
    child = answered()
    child.taps(".let", "home_settled")

    child.taps(".check", ".preview")

    [copy] = [message.copy for message in child.messages() if message.copy]
    assert {each.question: each.let_read for each in copy.answers} == {
        "feelings_now": "",
        "home_settled": "Priya Nair",
    }


def test_without_an_advocate_nothing_of_it_is_shown_and_nothing_can_be_let() -> None:
    child = answered()
    child.later(advocate=None)

    child.taps(".let", "home_settled")

    assert lets(child) == set()
    assert "Priya" not in child.sees()
    assert said_to(child, "home_settled").to_advocate == ""


def test_whoever_the_child_never_said_yes_to_is_no_advocate_of_theirs() -> None:
    child = answered()
    child.later(advocate=JO)

    child.taps(".let", "home_settled")

    assert lets(child) == set()
    assert "Jo Lark" not in child.sees()
    assert read_by(child) == []


def test_another_advocate_who_comes_later_reads_nothing_that_was_not_let_to_them() -> None:
    child = answered()
    child.taps(".let", "home_settled")

    helped(child, PRIYA, JO)
    child.taps(".go", ".check")

    assert lets(child) == {".let:feelings_now", ".let:home_settled"}
    assert "may read this" not in child.sees()
    assert read_by(child) == []


def test_what_is_for_nobody_is_for_no_advocate_either() -> None:
    child = answered()
    child.taps(".let", "home_settled")

    child.shares("home_settled", "nobody")

    assert lets(child) == {".let:feelings_now"}
    assert "may read this" not in child.sees()
    assert read_by(child) == []


def test_beside_a_helper_nothing_is_let_read_nor_taken_away() -> None:
    child = answered()
    child.helped()
    child.taps("school", "good", "with them")
    child.taps(".go", ".check")

    child.taps(".let", "school")

    assert lets(child) == set()
    assert said_to(child, "school").to_advocate == ""


def test_folded_answers_keep_what_was_chosen_for_them() -> None:
    child = answered()
    child.taps(".let", "home_settled")
    child.comes_back()
    child.taps(".go", ".check")

    child.taps(".let", "feelings_now")
    child.taps(".unlet", "home_settled")

    assert "Priya Nair may read" not in child.sees()
    assert read_by(child) == ["home_settled"]


def test_what_was_said_since_and_joins_what_was_said_before_is_not_let_read_with_it() -> None:
    child = answered()
    child.sets_pin("2468")
    child.comes_back()
    child.taps(".go", ".check")
    child.taps(".change", "home_settled")
    child.says("something else", "home_settled")
    child.taps(".go", ".check")
    child.taps(".let", "home_settled")

    child.taps(".go", ".unfold")
    child.says("2468")
    child.taps(".go", ".check")

    assert said_to(child, "home_settled").words == "copperumbrella\nsomething else"
    assert read_by(child) == []


def chooses(child: Child) -> str:
    """The first choice of the question on the screen; the question."""
    question = child.book.current(child.conversation.set).question(child.conversation.place.about)
    assert question is not None
    child.taps(question.id, question.choices[0].id)
    return question.id


def test_where_one_choice_holds_for_everything_there_is_one_choice_here_too() -> None:
    child = helped(a_child("ages_4_7").starts())
    question = chooses(child)
    child.taps(".go", ".check")
    before = lets(child)

    child.taps(".let", question)
    alone = said_to(child, question).to_advocate
    child.taps(".let", "*")

    assert (before, alone) == ({".let:*"}, "")
    assert lets(child) == {".unlet:*"}
    assert read_by(child) == [question]


def test_what_the_youngest_say_afterwards_is_not_let_read_and_both_ways_stay_open() -> None:
    child = helped(a_child("ages_4_7").starts())
    first = chooses(child)
    child.taps(".go", ".check")
    child.taps(".let", "*")
    child.taps(".check", ".on")
    chooses(child)
    child.taps(".go", ".check")

    assert lets(child) == {".let:*", ".unlet:*"}
    assert read_by(child) == [first]


def test_letting_read_is_a_change_that_is_not_sent_yet() -> None:
    child = answered()
    child.sends()
    child.taps(".after", ".change")

    child.taps(".let", "home_settled")
    again = dispatched(child.sends())

    assert again.replaces == 1
    assert of(again.answers, child) == ["home_settled"]


def test_taking_it_away_after_sending_is_a_change_as_well() -> None:
    child = answered()
    child.taps(".let", "home_settled")
    child.sends()
    child.taps(".after", ".change")

    child.taps(".unlet", "home_settled")

    assert read_by(child) == []


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(replace(PRIYA, mark="another key"), id="another key"),
        pytest.param(None, id="an account that was switched off"),
    ],
)
def test_when_the_advocate_is_not_who_the_page_named_the_page_comes_again(now: Advocate | None) -> None:
    child = answered()
    child.taps(".let", "home_settled")
    mark = child.send_button()

    child.later(advocate=now)
    turn = child.taps(".send", mark)

    assert (turn.happened, notices(turn)) == ((), ("check_moved",))
    assert read_by(child) == (["home_settled"] if now else [])


def test_after_the_time_for_changes_what_is_added_is_let_read_by_itself() -> None:
    child = answered()
    child.taps(".let", "home_settled")
    child.sends()
    child.waits(hours=25)
    child.taps(".after", ".add")
    child.says("one more thing")
    child.taps(".go", ".check")

    assert lets(child) == {".let:anything_else"}
    assert read_by(child) == []


def test_nothing_that_is_withheld_leaves_a_trace_in_what_the_advocate_gets() -> None:
    """P6, in the value itself: who was there, which set and which language come from what is let read alone."""

    def let(child: Child) -> bytes:
        answers = dispatched(child.sends()).answers
        speaker = WORDING.speaker(child.conversation, Setting(BOOK, child.around, child.now))
        sending = sending_let_read(answers, Kind.REPLACEMENT, speaker)
        assert sending is not None
        assert len(sending_of(answers, Kind.REPLACEMENT, speaker).answers) == len(answers)
        return sending.to_bytes()

    alone, more = (helped(a_child().starts()) for _ in range(2))
    for child in (alone, more):
        child.taps("feelings_now", "good", "badgerlantern")
        child.taps(".go", ".check")
        child.taps(".let", "feelings_now")
    more.taps("home_settled", "no", "copperumbrella")
    more.taps(".go", ".easier")
    more.taps("school", "good")

    assert len(more.conversation.answers) > len(alone.conversation.answers)
    assert let(more) == let(alone)


def test_on_telegram_it_is_the_same_choice() -> None:
    child = in_telegram(helped(a_child().starts()))
    child.taps("feelings_now", "good", "badgerlantern")
    child.taps(".go", ".check")

    child.taps(".let", "feelings_now")

    assert read_by(child) == ["feelings_now"]
    assert max(len(button.id.encode()) for button in child.buttons()) <= 64


def test_who_has_read_this_names_the_advocate_and_says_what_they_read() -> None:
    child = answered()
    child.taps(".let", "home_settled")
    child.sends()
    child.later(readings=(ReadBy("Priya Nair", "let", MORNING, 1),))

    child.taps(".after", ".who")

    assert "Priya Nair opened what you let them read, on Thursday 3 December" in child.sees()
    assert "Sam hasn't opened it yet" in child.sees()
