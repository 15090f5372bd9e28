"""What cannot wait until a child sends is told at once if they say yes, and no word of theirs with it."""

from __future__ import annotations

import pytest

from consultations.conversation.events import LastWord
from consultations.conversation.happened import Asking
from consultations.conversation.replies import AfterSending, Ask, AskNow, More
from consultations.conversation.state import Place, Screen
from tests.consultations.conversation.cast import BOOK, Child, a_child, notices, screen

BANDS = [each.id for each in BOOK]
BY_CHOICE = [("advocate", "wants_one", "advocate"), ("review_good", "someone_away", "someone_away")]


@pytest.mark.parametrize("set", BANDS)
@pytest.mark.parametrize(("question", "choice", "kind"), BY_CHOICE)
def test_once_it_is_chosen_they_are_asked_and_yes_tells_it(set: str, question: str, choice: str, kind: str) -> None:
    child = a_child(set).starts().goes_to(question)

    chosen = child.taps(question, choice)
    yes = child.taps(".ask_now", kind)

    assert screen(chosen) == AskNow(kind)
    assert not chosen.happened
    assert yes.happened == (Asking((kind,)),)
    assert notices(yes) == ("asked_now",)
    assert child.conversation.place.screen is Screen.ASKING
    assert child.conversation.place.about != question


def test_no_tells_nobody_and_goes_on() -> None:
    child = a_child().starts().goes_to("advocate")
    child.taps("advocate", "wants_one")

    turn = child.taps(".ask_now", ".no")

    assert not turn.happened
    assert isinstance(screen(turn), Ask)


def test_the_same_choice_again_does_not_ask_again_and_neither_does_what_was_told() -> None:
    child = a_child().starts().goes_to("advocate")
    child.taps("advocate", "wants_one")
    child.taps(".ask_now", ".no")

    again = child.taps("advocate", "wants_one")

    assert isinstance(screen(again), Ask)
    child.taps("advocate", "no")
    child.taps("advocate", "wants_one")
    assert child.taps(".ask_now", "advocate").happened == (Asking(("advocate",)),)
    child.taps("review_good", "someone_away")
    assert child.taps(".ask_now", "someone_away").happened == (Asking(("advocate", "someone_away")),)


@pytest.mark.parametrize("choice", ["no", "has_one", ".over"])
def test_another_answer_in_its_place_takes_it_back(choice: str) -> None:
    child = a_child().starts().goes_to("advocate")
    child.taps("advocate", "wants_one")
    child.taps(".ask_now", "advocate")
    child.taps(child.conversation.place.about, ".back")

    turn = child.taps("advocate", choice)

    assert turn.happened == (Asking(()),)
    assert child.conversation.asks == ()


class TestATalk:
    def test_it_can_be_asked_for_under_more_once(self) -> None:
        child = a_child().starts()
        here = child.conversation.place
        more = screen(child.taps(here.about, ".more"))
        assert isinstance(more, More)
        assert more.talk

        child.taps(".go", ".talk")
        told = child.taps(".ask_now", "talk")

        assert told.happened == (Asking(("talk",)),)
        assert child.conversation.place == here
        assert ".go:.talk" not in _more(child)
        assert not child.taps(".go", ".talk").happened

    def test_and_after_sending(self) -> None:
        child = a_child().starts()
        child.says("a dog", "me")
        child.sends()
        after = screen(child.turns[-1])
        assert isinstance(after, AfterSending)
        assert after.talk

        child.taps(".go", ".talk")
        told = child.taps(".ask_now", "talk")

        assert told.happened == (Asking(("talk",)),)
        assert child.conversation.place == Place(Screen.SENT)

    def test_not_before_the_opening_is_read_nor_once_the_review_is_held(self) -> None:
        child = a_child()
        assert child.taps(".go", ".talk").conversation.place.screen is Screen.OPENING
        child.starts()
        child.later(held_on=child.now.date())

        assert not child.taps(".go", ".talk").happened
        assert child.conversation.place.screen is Screen.ASKING


class TestOutOfSight:
    def test_whoever_comes_later_does_not_learn_of_it_and_takes_nothing_back(self) -> None:
        child = a_child().starts().goes_to("advocate")
        child.taps("advocate", "wants_one")
        child.taps(".ask_now", "advocate")
        child.taps(".go", ".talk")
        child.taps(".ask_now", "talk")
        child.comes_back()

        assert ".go:.talk" in _more(child)
        assert not child.taps("advocate", "no").happened
        assert screen(child.taps("advocate", "wants_one")) == AskNow("advocate")
        assert child.taps(".ask_now", "advocate").happened == (Asking(("advocate", "talk")),)
        assert not child.taps("advocate", "no").happened

    def test_with_the_pin_it_is_known_again(self) -> None:
        child = a_child().starts().sets_pin("2580")
        child.taps(".go", ".talk")
        child.taps(".ask_now", "talk")
        child.comes_back()

        child.says("2580", ".pin")

        assert ".go:.talk" not in _more(child)

    def test_the_question_whether_to_tell_is_not_shown_to_a_helper_who_sits_down(self) -> None:
        child = a_child().starts().goes_to("review_good")
        child.taps("review_good", "someone_away")

        child.helped()

        assert child.conversation.place.screen is not Screen.ASK_NOW
        assert "stay away" not in child.sees()

    def test_nor_on_telegram_where_it_was_chosen_on_our_own_page(self) -> None:
        child = a_child().starts().goes_to("review_good")
        child.taps("review_good", "someone_away")
        child.later(overheard=True)

        child.taps(".go", ".here")

        assert "stay away" not in child.sees()

    def test_a_last_word_asks_nobody_anything(self) -> None:
        child = a_child().starts()

        turn = child.does(LastWord("", "advocate", "wants_one"))

        assert not turn.happened
        assert isinstance(screen(turn), Ask)


def test_a_yes_from_an_old_page_tells_nobody() -> None:
    child = a_child().starts()

    for kind in ("advocate", "talk", "someone_away", ".no", "nonsense"):
        assert not child.taps(".ask_now", kind).happened


def _more(child: Child) -> set[str]:
    child.taps(child.conversation.place.about, ".more")
    return child.choices()
