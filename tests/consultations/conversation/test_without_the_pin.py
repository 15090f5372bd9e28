"""Whoever holds the code and not the PIN: they choose none, and what they say in the child's name is told and undone.

Somebody who has the letter comes in with the child's code before she is back.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.answers import Answer
from consultations.conversation.events import Arrived, Looked
from consultations.conversation.folding import TRIES
from consultations.conversation.replies import PinEntry
from consultations.conversation.state import Conversation, Place, Screen
from tests.consultations.conversation.cast import Child, a_child, dispatched, notices, said_to, screen

HERS = "feelings_now"


def began(pin: str = "") -> Child:
    """A child who said something on her own device, and went away."""
    child = a_child()
    child.does(Arrived("link"))
    child.starts()
    if pin:
        child.sets_pin(pin)
    child.says("The dog", HERS)
    return child


def with_the_code_only(child: Child, reissued: bool = False) -> Child:
    child.comes_back(reissued)
    if child.conversation.place.screen is Screen.PIN_ASK:
        child.taps(".pin", ".without")
    return child


def tries_to_choose_a_pin(child: Child) -> None:
    child.taps(".go", ".pin")
    for _ in range(2):
        child.says("9999", ".pin")


class TestWhoMayChooseAPin:
    def test_whoever_comes_first_by_the_link_or_the_code(self) -> None:
        child = began()
        child.sets_pin("2580")

        assert child.conversation.pin

    @pytest.mark.parametrize("reissued", [False, True])
    @pytest.mark.parametrize("pin", ["", "2580"])
    @pytest.mark.parametrize("helper", [False, True])
    def test_nobody_who_came_by_the_code_even_after_a_helper_has_gone(
        self, reissued: bool, pin: str, helper: bool
    ) -> None:
        child = with_the_code_only(began(pin), reissued)
        before = child.conversation.pin
        if helper:
            child.helped()
            child.taps(".go", ".gone")
            child.taps(".pin", ".without")
            child.taps(".private", ".later")

        tries_to_choose_a_pin(child)

        assert child.conversation.pin == before
        assert ".go:.pin" not in child.choices()
        child.taps(child.conversation.place.about, ".more")
        assert ".go:.pin" not in child.choices()

    def test_so_what_she_says_later_is_opened_by_no_pin_of_theirs(self) -> None:
        child = with_the_code_only(began())
        tries_to_choose_a_pin(child)
        child = with_the_code_only(child)
        child.says("They shout", "plan")

        child.comes_back()
        child.taps(".go", ".unfold")
        child.says("9999", ".pin")

        assert "They shout" not in child.sees()
        assert "They shout" not in repr((child.conversation.answers, child.conversation.folded))
        assert "They shout" in repr(child.conversation.shut)

    def test_they_are_offered_none_on_the_way_nor_left_at_the_offer_made_to_her(self) -> None:
        for leaves_at_the_offer in (True, False):
            child = a_child()
            for step in ("what", "safety", "how"):
                child.taps(".opening", step)
            first = child.conversation.place.about
            if leaves_at_the_offer:
                child.taps(first, ".next")
                assert child.conversation.place.screen is Screen.PIN_OFFER
            with_the_code_only(child)
            assert child.conversation.place.screen is Screen.ASKING

            child.taps(first, ".next")

            assert child.conversation.place.screen is Screen.ASKING

    @pytest.mark.parametrize("at", [Screen.PIN_OFFER, Screen.PIN_NEW, Screen.PIN_AGAIN])
    def test_a_draft_left_at_a_pin_by_such_a_visit_takes_none(self, at: Screen) -> None:
        child = with_the_code_only(began())
        child.conversation = replace(child.conversation, place=Place(at, HERS), way_back=())

        child.taps(".pin", ".yes")
        child.says("9999", ".pin")

        assert not child.conversation.pin
        assert child.conversation.place.screen is Screen.ASKING

    def test_she_may_still_once_somebody_sat_beside_her_and_went(self) -> None:
        child = began()
        child.helped()
        child.taps(".go", ".gone")
        child.sets_pin("2580")

        assert child.conversation.pin


class TestWhatIsSaidWithoutIt:
    def test_is_marked_and_goes_marked(self) -> None:
        child = with_the_code_only(began("2580"))
        child.taps("home_settled", "good")
        child.taps(".go", ".check")
        assert "Said without the PIN." in child.sees()

        sent = {each.question: each.without_pin for each in dispatched(child.sends()).answers}

        assert sent == {HERS: False, "home_settled": True}

    def test_is_marked_also_where_they_name_a_helper_or_carry_on_after_a_stop(self) -> None:
        child = with_the_code_only(began("2580"))
        child.helped("teacher")
        child.taps("school", "good")
        assert said_to(child, "school").without_pin

        stopped = began("2580")
        stopped.taps(".go", ".stop")
        stopped.taps(".go", ".on")
        stopped.taps(".pin", ".without")
        stopped.taps("school", "good")
        assert said_to(stopped, "school").without_pin

    def test_is_not_marked_where_there_is_no_pin_or_it_was_given_and_somebody_sat_down(self) -> None:
        without_any = with_the_code_only(began())
        without_any.taps("school", "good")
        given = began("2580")
        given.comes_back()
        given.says("2580", ".pin")
        given.helped()
        given.taps("school", "good")

        assert not said_to(without_any, "school").without_pin
        assert not said_to(given, "school").without_pin

    def test_stays_marked_when_more_is_put_to_it_with_the_pin_and_not_when_it_is_said_anew(self) -> None:
        child = with_the_code_only(began("2580"))
        child.says("Fine", "school")
        child.taps(".go", ".unfold")
        child.says("2580", ".pin")

        child.says("Not fine", "school")
        assert said_to(child, "school").without_pin

        child.taps("school", ".over")
        child.goes_to("school").taps("school", ".over")
        child.says("Not fine", "school")
        assert not said_to(child, "school").without_pin

    def test_a_draft_from_before_the_mark_reads(self) -> None:
        kept = began("2580").conversation
        old = kept.to_bytes().replace(b',"without_pin":false', b"").replace(b',"came_back":false', b"")

        assert b"without_pin" not in old
        assert b"came_back" not in old
        assert Conversation.from_bytes(old) == kept


class TestOnceThePinIsGiven:
    def test_nothing_they_chose_goes_out_of_her_sight(self) -> None:
        child = began("2580")
        child.taps("home_settled", "no")
        with_the_code_only(child)
        child.taps("home_settled", "good")
        child.says("All good", "home_settled")
        child.says("Lovely", HERS)
        child.sends()

        child.comes_back()
        turn = child.says("2580", ".pin")

        assert notices(turn) == ("pin_right", "first_stands")
        assert (said_to(child, "home_settled").choice, said_to(child, "home_settled").words) == ("no", "All good")
        assert said_to(child, HERS).words == "The dog\nLovely"
        assert said_to(child, HERS).without_pin
        assert not child.conversation.hidden

        child.taps(".go", ".check")
        assert "Lovely" in child.sees()
        again = dispatched(child.sends())
        assert {(each.question, each.choice) for each in again.answers} == {(HERS, None), ("home_settled", "no")}
        assert all(each in child.conversation.answers for each in map(_as_kept, again.answers))

    def test_she_can_take_out_what_they_answered_first(self) -> None:
        child = with_the_code_only(began("2580"))
        child.taps("home_settled", "good")
        child.sends()
        child.comes_back()
        child.says("2580", ".pin")

        assert said_to(child, "home_settled").without_pin
        child.taps("home_settled", "no")

        assert said_to(child, "home_settled").choice == "no"
        assert {each.choice for each in dispatched(child.sends()).answers} == {None, "no"}

    def test_of_three_visits_every_word_is_there_in_order(self) -> None:
        child = began("2580")
        for words in ("one", "two"):
            with_the_code_only(child)
            child.says(words, HERS)
        child.comes_back()
        assert isinstance(screen(child.turns[-1]), PinEntry)
        child.says("2580", ".pin")

        assert said_to(child, HERS).words == "The dog\none\ntwo"


def _as_kept(answer: Answer) -> Answer:
    return replace(answer, sent=True)


def test_an_open_phone_takes_no_other_pin_in_the_place_of_the_childs() -> None:
    child = a_child().starts()
    child.sets_pin("2580")
    before = child.conversation.pin

    child.taps(".go", ".more")
    offered = child.choices()
    child.taps(".go", ".pin")
    for _ in range(2):
        child.says("9090", ".pin")

    assert ".go:.pin" not in offered
    assert child.conversation.pin == before


def test_once_the_pin_was_wrong_too_often_the_page_says_when_it_can_be_tried_again() -> None:
    child = a_child().starts()
    child.sets_pin("2580")
    child.says("A dog")
    child.sends()
    child.comes_back()
    for _ in range(TRIES):
        child.taps(".go", ".unfold")
        child.says("1111", ".pin")
    child.does(Looked())

    assert "You can try your PIN again in an hour." in child.sees()
    assert "stays as it is now" not in child.sees()
