"""Once it is sent: what can still be done, by whom, and what is truly said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consultations.circumstances import ReadBy
from consultations.conversation.folding import TRIES
from consultations.conversation.happened import WindowShut
from consultations.conversation.replies import (
    AfterSending,
    Check,
    HelperWho,
    NoMoreChanges,
    PinEntry,
    TakeBack,
    WhoHasRead,
)
from consultations.conversation.state import Screen
from tests.consultations.conversation.cast import Child, a_child, happened, notices, screen

HIDDEN = "hidden here"


def sent(pin: str = "", set: str = "ages_8_11") -> Child:
    """A child who has said one thing and sent it."""
    child = a_child(set).starts()
    if pin:
        child.sets_pin(pin)
    child.says("The dog", "feelings_now")
    child.sends()
    return child


def came_back(pin: str = "", set: str = "ages_8_11") -> Child:
    """The same child's conversation, for somebody who has come by the code alone."""
    child = sent(pin, set)
    child.comes_back()
    if pin:
        child.taps(".pin", ".without")
    return child


class TestNoMoreChanges:
    def test_what_it_does_is_told_before_it_is_done(self) -> None:
        child = sent()

        told = child.taps(".after", ".no_more")
        page = child.sees()
        done = child.taps(".after", ".final")

        assert isinstance(screen(told), NoMoreChanges)
        assert not told.happened
        assert "won't be able to change it" in page
        assert "add something, or take it back" in page
        assert happened(done, WindowShut)
        assert notices(done) == ("final_done",)

    def test_going_back_leaves_it_as_it_is(self) -> None:
        child = sent()
        before = child.conversation
        child.taps(".after", ".no_more")

        turn = child.taps(".go", ".here")

        assert isinstance(after := screen(turn), AfterSending)
        assert after.change
        assert replace(child.conversation, heard=before.heard) == before

    def test_with_a_pin_it_takes_the_pin(self) -> None:
        child = came_back(pin="2580")
        assert ".after:.no_more" in child.choices()

        forged = child.taps(".after", ".final")
        assert isinstance(screen(forged), PinEntry)
        child.taps(".pin", ".without")
        asked = child.taps(".after", ".no_more")
        child.says("2580", ".pin")
        told = child.taps(".after", ".no_more")
        done = child.taps(".after", ".final")

        assert isinstance(screen(asked), PinEntry)
        assert isinstance(screen(told), NoMoreChanges)
        assert [happened(turn, WindowShut) for turn in (forged, asked, told, done)] == [False, False, False, True]

    def test_after_five_wrong_pins_it_says_when_it_can_be_tried_again(self) -> None:
        child = came_back(pin="2580")
        child.taps(".after", ".no_more")
        for _ in range(TRIES):
            child.says("1111", ".pin")

        turn = child.taps(".after", ".no_more")

        assert notices(turn) == ("pin_wait",)
        assert isinstance(screen(turn), AfterSending)

    @pytest.mark.parametrize("who", ["comes by the code", "comes by a new code", "helps", "has helped"])
    def test_nobody_says_it_of_words_that_they_cannot_see(self, who: str) -> None:
        child = sent(pin="2580" if who == "comes by a new code" else "")
        if who in ("helps", "has helped"):
            child.helped()
        else:
            child.comes_back(reissued=who == "comes by a new code")
        if who == "has helped":
            child.taps(".go", ".gone")
            child.taps(".private", ".later")

        turns = [child.taps(".after", choice) for choice in (".no_more", ".final")]

        assert ".after:.no_more" not in child.choices()
        assert [isinstance(screen(turn), AfterSending) for turn in turns] == [True, True]
        assert not [turn for turn in turns if turn.happened]

    def test_once_there_are_none_it_is_not_offered_again(self) -> None:
        child = sent()

        child.taps(".after", ".final")

        assert ".after:.no_more" not in child.choices()
        assert isinstance(screen(child.taps(".after", ".no_more")), AfterSending)


class TestChanging:
    def test_without_a_pin_what_is_hidden_is_not_said_to_be_changeable(self) -> None:
        child = came_back()

        assert ".after:.change" not in child.choices()
        assert "You can change it" not in child.sees()
        assert "What you sent stays as it is now." in child.sees()
        assert ".after:.add" in child.choices()

    def test_what_was_added_by_this_visit_can_be_changed_by_it(self) -> None:
        child = came_back()
        child.taps(".after", ".add")
        child.says("and the cat")
        child.sends()

        assert "You can change what you added until" in child.sees()
        check = screen(child.taps(".after", ".change"))

        assert isinstance(check, Check)
        assert [answer.words for answer in check.all] == ["and the cat"]

    def test_what_takes_the_place_of_what_was_sent_is_not_said_to_be_added_to_what_is_hidden(self) -> None:
        child = a_child().starts()
        child.says("The dog", "feelings_now")
        child.helped()
        child.taps(".go", ".gone")
        child.says("Of spiders", "people_see")
        child.sends()
        child.taps("people_see", ".over")
        child.says("Of nothing", "people_see")

        turn = child.sends()

        assert notices(turn) == ("sent_again",)
        assert "You can change it until" in child.sees()

    def test_with_a_pin_it_asks_for_it_first_and_then_shows_what_can_be_changed(self) -> None:
        child = came_back(pin="2580")

        asked = child.taps(".after", ".change")
        check = screen(child.says("2580", ".pin"))

        assert isinstance(screen(asked), PinEntry)
        assert isinstance(check, Check)
        assert [answer.words for answer in check.all] == ["The dog"]

    def test_until_something_is_changed_the_page_says_that_it_is_sent(self) -> None:
        child = sent()
        child.taps(".after", ".change")
        unchanged = child.sees()
        child.taps(".change", "feelings_now")
        child.says("and the cat")

        child.taps("feelings_now", ".next")

        assert child.conversation.place.screen is Screen.CHECK
        assert "Sam can open it now." in unchanged
        assert "Sam can open it now." not in child.sees()
        assert "Sam can't see your changes." in child.sees()

    def test_a_page_with_nothing_on_it_but_what_is_for_nobody_does_not_say_that_it_is_sent(self) -> None:
        child = came_back()
        child.says("and the cat", "school")

        child.shares("school", "nobody")
        child.taps(".go", ".check")

        assert "and the cat" in child.sees()
        assert "Sam can open it now." not in child.sees()


class TestWhoHasOpenedIt:
    def test_what_was_opened_before_is_not_said_of_what_was_added_since(self) -> None:
        child, first = self._opened_and_added_to()

        who = screen(child.taps(".after", ".who"))
        told = child.sees()
        back = screen(child.taps(".after", ".take"))

        before = replace(first, what="opened_before")
        assert who == WhoHasRead((before,))
        assert back == TakeBack((before,), gone=True)
        for page in (told, child.sees()):
            assert "Sam hasn't opened it yet." in page
            assert "Sam opened what you sent before" in page
            assert "Sam opened it on" not in page

    def test_once_the_addition_is_opened_that_is_said_too(self) -> None:
        child, first = self._opened_and_added_to()
        monday = ReadBy("Sam", "opened", first.at + timedelta(days=3), 2)
        child.later(readings=(first, monday))

        child.taps(".after", ".who")

        assert "Sam opened what you sent before, on Thursday 3 December 2026." in child.sees()
        assert "Sam opened it on Sunday 6 December 2026." in child.sees()
        assert "hasn't" not in child.sees()

    def test_a_copy_of_what_was_sent_before_is_no_opening_of_what_was_added(self) -> None:
        child, first = self._opened_and_added_to()
        child.later(readings=(first, replace(first, what="meeting")))

        child.taps(".after", ".who")

        assert "Sam hasn't opened it yet." in child.sees()
        assert "Sam made a copy for the meeting on Thursday 3 December 2026." in child.sees()

    @staticmethod
    def _opened_and_added_to() -> tuple[Child, ReadBy]:
        child = sent()
        opened = ReadBy("Sam", "opened", child.now, 1)
        child.later(readings=(opened,))
        child.taps(".after", ".final")
        child.taps(".after", ".add")
        child.says("and the cat")
        child.sends()
        return child, opened


class TestHidden:
    @pytest.mark.parametrize("how", ["without", "wrong"])
    def test_it_is_said_once_on_a_page(self, how: str) -> None:
        pages = []
        for way in ([], [(".go", ".check")]):
            child = sent(pin="2580")
            for place, choice in way:
                child.taps(place, choice)
            child.comes_back()
            if how == "without":
                child.taps(".pin", ".without")
            for _ in range(TRIES if how == "wrong" else 0):
                child.says("1111", ".pin")
            pages.append((child.conversation.place.screen, child.sees().count(HIDDEN)))

        assert pages == [(Screen.SENT, 1), (Screen.CHECK, 1)]

    def test_a_helper_who_comes_before_a_word_was_said_hides_nothing_and_that_is_not_said(self) -> None:
        pages = []
        for says in ("", "The dog"):
            child = a_child("ages_4_7").starts()
            if says:
                child.says(says)
            pages.append(screen(child.taps(".go", ".helper")))

        assert pages == [HelperWho(no_pin=False), HelperWho(no_pin=True)]
