"""A form or a talk is keyed in without the child: marked, theirs to change, and nothing they said alone is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.answers import PAPER, SPOKEN, Sharing
from consultations.conversation.events import Arrived, Looked, Said, Tapped
from consultations.conversation.happened import Alarmed, Departed, SittingEnded
from consultations.conversation.replies import Ask, HelpNow, Notice, Opening, SittingDone, SittingWords
from consultations.conversation.state import Place, Screen
from tests.consultations.conversation.cast import (
    AROUND,
    BOOK,
    Child,
    a_child,
    dispatched,
    happened,
    notices,
    said_to,
    screen,
    shown,
)
from tests.consultations.conversation.staff_screen import keys_in

ALONE = "badgerlantern"
"""What the child said by themselves, and nobody who keys in may ever read."""

WRITTEN = "Saterday is to long"


def a_child_alone(pin: bool = True) -> Child:
    child = a_child().starts()
    if pin:
        child.sets_pin("2468")
    child.goes_to("people_see").says(ALONE)
    child.taps("people_see", "more")
    return child


def test_a_paper_form_is_kept_exactly_as_written_with_who_keyed_it_in_and_the_day() -> None:
    child = a_child()

    keys_in(child).says(WRITTEN, "people_see")
    answer = said_to(child, "people_see")

    assert (answer.words, answer.typed_by, answer.helper_name, answer.own_words) == (
        WRITTEN,
        "officer",
        "Sam Okafor",
        True,
    )
    assert (answer.keyed, answer.keyed_on, answer.beside) == (PAPER, "2026-12-03", "")
    assert answer.goes_to is Sharing.OFFICER
    assert answer.may_go


@pytest.mark.parametrize(("whose", "own"), [(".mine", True), (".theirs", False)])
def test_of_a_talk_it_is_asked_whose_words_they_are(whose: str, own: bool) -> None:
    child = a_child()
    keyer = keys_in(child, SPOKEN, "advocate", "Priya Nair")
    asked = screen(keyer.turn)

    keyer.taps(".sit", whose)
    keyer.says(WRITTEN, "people_see")
    answer = said_to(child, "people_see")

    assert asked == SittingWords(keyed=True)
    assert (answer.keyed, answer.own_words, answer.beside, answer.typed_by) == (SPOKEN, own, "advocate", "advocate")


def test_there_is_no_opening_and_no_reading_back() -> None:
    child = a_child()
    keyer = keys_in(child)
    first = screen(keyer.turn)

    keyer.says(WRITTEN, "people_see")
    after = keyer.taps("people_see", ".next")

    assert isinstance(first, Ask)
    assert isinstance(screen(after), Ask)
    assert said_to(child, "people_see").confirmed


def test_on_their_first_visit_the_child_is_told_and_sees_it_all_with_its_mark_after_the_opening() -> None:
    child = a_child()
    keyer = keys_in(child)
    keyer.says(WRITTEN, "people_see")
    keyer.taps(".sit", ".done")

    arrived = child.does(Arrived("code"))
    opening = screen(arrived)
    child.starts()
    child.taps(".go", ".check")

    assert notices(arrived) == ("keyed_here_paper",)
    assert isinstance(opening, Opening)
    assert WRITTEN in child.sees()
    assert "From my paper form. Typed in by: The person who runs my meeting, Sam Okafor" in child.sees()
    assert "Thursday 3 December 2026" in child.sees()


def test_after_their_first_visit_it_is_folded_as_everything_is() -> None:
    child = a_child()
    keys_in(child).says(WRITTEN, "people_see")
    child.does(Arrived("code"))
    child.starts()

    again = child.does(Arrived("code"))

    assert "keyed_hidden_paper" in notices(again)
    assert child.conversation.answers == ()
    assert [each.words for each in child.conversation.hidden] == [WRITTEN]


def test_the_child_may_change_it_and_then_it_is_their_own() -> None:
    child = a_child()
    keys_in(child).says(WRITTEN, "people_see")
    child.does(Arrived("code"))
    child.starts()

    child.says("Sundays are better", "=people_see")
    answer = said_to(child, "people_see")

    assert (answer.words, answer.typed_by, answer.keyed, answer.helper_name) == ("Sundays are better", "child", "", "")


def test_words_the_child_puts_after_it_do_not_make_what_was_keyed_in_theirs() -> None:
    child = a_child()
    keys_in(child).says(WRITTEN, "people_see")
    child.does(Arrived("code"))
    child.starts()

    child.says("And Sunday too", "people_see")
    answer = said_to(child, "people_see")

    assert answer.words == f"{WRITTEN}\nAnd Sunday too"
    assert (answer.keyed, answer.typed_by) == (PAPER, "officer")


def test_the_child_may_strike_it() -> None:
    child = a_child()
    keys_in(child).says(WRITTEN, "people_see")
    child.does(Arrived("code"))
    child.starts()
    child.goes_to("people_see")

    child.taps("people_see", ".over")

    assert child.conversation.answer("people_see") is None


@pytest.mark.parametrize("pin", [True, False])
@pytest.mark.parametrize("how", [PAPER, SPOKEN])
def test_nothing_the_child_said_alone_is_shown_changed_or_told_of_where_something_is_keyed_in(
    how: str, pin: bool
) -> None:
    child, untouched = a_child_alone(pin), a_child()
    told, plain = keys_in(child, how), keys_in(untouched, how)
    for event in (
        Tapped(child.conversation.id, ".sit", ".mine"),
        Said(WRITTEN, "people_see"),
        Tapped(child.conversation.id, "people_see", ".more"),
        Tapped(child.conversation.id, "people_see", ".next"),
        Tapped(child.conversation.id, ".go", ".check"),
        Tapped(child.conversation.id, ".go", ".unfold"),
        Tapped(child.conversation.id, ".check", ".preview"),
        Tapped(child.conversation.id, ".go", ".stop"),
        Looked(),
    ):
        told.does(event)
        plain.does(event)

        assert told.sees() == plain.sees()
    told.ends()
    plain.ends()

    assert told.sees() == plain.sees()
    assert ALONE not in told.sees()
    assert ALONE in [each.words for each in child.conversation.hidden]


def test_what_the_child_had_said_to_the_same_question_is_kept_beside_it_and_goes_as_they_shared_it() -> None:
    child = a_child_alone()
    child.taps(".go", ".check")
    child.shares("people_see", "everyone")

    keys_in(child).says(WRITTEN, "people_see")
    child.taps(".go", ".unfold")
    child.says("2468", ".pin")

    assert said_to(child, "people_see").pieces == (ALONE, WRITTEN)


def test_the_child_stays_where_they_are_in_their_language_and_nobody_is_said_to_be_beside_them() -> None:
    child = a_child_alone()
    before = child.conversation

    keyer = keys_in(child)
    keyer.says(WRITTEN, "school")
    keyer.taps("school", ".next")
    after = child.conversation

    assert (after.place, after.language, after.helper, after.begun, after.visit) == (
        before.place,
        before.language,
        before.helper,
        before.begun,
        before.visit,
    )
    assert after.passed == before.passed
    assert "Sam Okafor" not in shown(child.messages(child.does(Looked())))


def test_what_somebody_else_keyed_in_is_not_changed() -> None:
    child = a_child()
    keys_in(child, PAPER, "coordinator", "Jo Hill").says(WRITTEN, "people_see")

    other = keys_in(child, SPOKEN, number=2)
    other.taps(".sit", ".mine")
    turn = other.says("Something else", "people_see")

    assert notices(turn) == ("words_not_kept",)
    assert said_to(child, "people_see").words == WRITTEN
    assert WRITTEN not in other.sees()


def test_a_choice_that_raises_an_alarm_is_neither_asked_nor_kept_nor_raised() -> None:
    child = a_child()
    keyer = keys_in(child)
    alarms = {
        (each.id, choice.id) for each in BOOK.current("ages_8_11").questions for choice in each.choices if choice.alarm
    }
    asked = set()
    for _ in range(60):
        sat = child.conversation.sitting
        assert sat is not None
        if sat.place.screen is not Screen.ASKING:
            break
        asked.add(sat.place.about)
        keyer.taps(sat.place.about, ".skip")
    turns = [keyer.taps(question, choice) for question, choice in sorted(alarms)]

    assert alarms
    assert asked.isdisjoint({question for question, _ in alarms})
    assert not any(happened(turn, Alarmed) for turn in turns)
    assert child.conversation.answers == ()


def test_the_officer_sends_a_paper_form_as_it_says_and_nothing_of_the_childs_own_goes_with_it() -> None:
    child = a_child_alone()
    keyer = keys_in(child)
    keyer.says(WRITTEN, "school")
    keyer.taps("school", ".next")
    keyer.ends()
    keyer.taps(".sit", "=school")
    keyer.taps(".s.school", "everyone")
    before = keyer.choices()

    sent = dispatched(keyer.taps(".sit", ".send"))

    assert "school:.send" not in before
    assert ".sit:.send" in before
    assert [(each.question, each.words, each.sharing) for each in sent.answers] == [
        ("school", WRITTEN, Sharing.EVERYONE)
    ]
    assert child.conversation.standing is not None
    assert ".sit:.send" not in keyer.choices()
    assert said_to(child, "school").sent


@pytest.mark.parametrize(
    ("how", "kind"), [(SPOKEN, "officer"), (PAPER, "coordinator"), (PAPER, "advocate"), (SPOKEN, "advocate")]
)
def test_nobody_else_and_nothing_from_a_talk_is_sent(how: str, kind: str) -> None:
    child = a_child()
    keyer = keys_in(child, how, kind)
    keyer.taps(".sit", ".mine")
    keyer.says(WRITTEN, "school")
    keyer.taps("school", ".next")
    keyer.ends()

    turn = keyer.taps(".sit", ".send")
    forged = keyer.taps(".send", child.send_button() if child.conversation.begun else "0" * 16)

    assert turn.happened == forged.happened == ()
    assert ".sit:.send" not in keyer.choices()
    assert child.conversation.standing is None


def test_what_the_child_has_sent_is_not_replaced_by_their_form() -> None:
    child = a_child_alone()
    child.taps(".go", ".check")
    child.sends()
    keyer = keys_in(child)
    keyer.says(WRITTEN, "school")
    keyer.taps("school", ".next")

    turn = keyer.ends().taps(".sit", ".send")

    assert turn.happened == ()
    assert len(child.conversation.sendings) == 1


def test_within_the_day_the_child_can_send_their_own_instead() -> None:
    child = a_child()
    keyer = keys_in(child)
    keyer.says(WRITTEN, "people_see")
    keyer.taps("people_see", ".next")
    keyer.ends().taps(".sit", ".send")
    keyer.taps(".sit", ".done")
    told = child.does(Arrived("code"))
    child.starts()
    child.says("Sundays are better", "=people_see")
    child.taps(".go", ".check")

    sent = dispatched(child.sends())

    assert notices(told) == ("keyed_here_paper", "sent_next")
    assert sent.replaces == 1
    assert [each.words for each in sent.answers] == ["Sundays are better"]


def test_saying_it_is_finished_ends_it_with_what_stood_in_the_box() -> None:
    child = a_child()
    keyer = keys_in(child, PAPER, "coordinator", "Jo Hill")

    turn = keyer.does(Tapped(child.conversation.id, ".sit", ".done", WRITTEN, "people_see"))

    assert turn.happened == (Departed(), SittingEnded("sitting 1"))
    assert said_to(child, "people_see").words == WRITTEN
    assert child.conversation.sitting is None


def test_what_cannot_be_kept_is_handed_back_before_it_is_finished() -> None:
    child = a_child()
    keyer = keys_in(child)
    much = "a" * 200_000

    turn = keyer.does(Tapped(child.conversation.id, ".sit", ".done", much, "people_see"))

    assert Departed() not in turn.happened
    assert [reply.text for reply in turn.replies if isinstance(reply, Notice) and reply.text] == [much]


def test_the_child_coming_in_ends_it() -> None:
    child = a_child()
    keyer = keys_in(child)
    child.does(Arrived("code"))

    turn = keyer.says(WRITTEN, "people_see")

    assert turn.happened == (Departed(),)
    assert child.conversation.answers == ()


def test_help_is_there_and_tells_of_no_alarm() -> None:
    child = a_child_alone()
    child.taps(".go", ".tell")
    keyer = keys_in(child)

    turn = keyer.taps(".go", ".help")

    assert turn.replies == (HelpNow(),)


def test_once_the_review_was_held_nothing_is_keyed_in() -> None:
    child = a_child()
    keyer = keys_in(child)
    keyer.around = replace(keyer.around, held_on=AROUND.review_on)

    turn = keyer.says(WRITTEN, "people_see")

    assert turn.happened == (Departed(),)
    assert child.conversation.answers == ()


def test_the_end_shows_everything_that_was_keyed_in_and_each_can_be_changed() -> None:
    child = a_child()
    keyer = keys_in(child)
    keyer.says(WRITTEN, "people_see")
    keyer.taps("people_see", ".next")

    done = screen(keyer.ends().turn)
    keyer.taps(".sit", "people_see")
    sat = child.conversation.sitting

    assert isinstance(done, SittingDone)
    assert [each.words for each in done.answers] == [WRITTEN]
    assert sat is not None
    assert sat.place == Place(Screen.ASKING, "people_see")
