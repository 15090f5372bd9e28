"""A child says they are not safe: who is told in that turn, in which words, and what joins it or takes it back."""

from __future__ import annotations

import pytest

from consultations.answers import Sharing
from consultations.circumstances import AlertSeen
from consultations.conversation.alarming import ALARMS_REMEMBERED, unsealed
from consultations.conversation.events import (
    Arrived,
    Asked,
    LastWord,
    Looked,
    Tapped,
)
from consultations.conversation.happened import Alarmed, AlertSending, KeptFrom, Mistaken
from consultations.conversation.replies import AlarmRaised, Ask, Check, Closed, HelpNow, TakeBack
from consultations.conversation.state import Place, Screen
from consultations.sending import Kind
from tests.consultations.conversation.alarms import BANDS, has_it, not_safe, told
from tests.consultations.conversation.cast import a_child, dispatched, notices, screen


class TestTheChoice:
    @pytest.mark.parametrize("set", BANDS)
    def test_it_is_told_in_that_turn_and_its_answer_is_sealed_to_the_officer(self, set: str) -> None:
        child = a_child(set).starts().goes_to("safe_now")

        turn = child.taps("safe_now", "no")

        (alarmed,) = turn.happened
        assert isinstance(alarmed, Alarmed)
        assert (alarmed.number, alarmed.beside, alarmed.again) == (1, "", False)
        assert alarmed.sealing is not None
        assert (alarmed.sealing.number, alarmed.sealing.replaces, alarmed.sealing.officer) == (1, None, True)
        assert (alarmed.sealing.answer.question, alarmed.sealing.answer.choice) == ("safe_now", "no")
        assert isinstance(screen(turn), AlarmRaised)

    @pytest.mark.parametrize("choice", ["yes", "mostly", "unsure"])
    def test_no_other_choice_tells_anybody(self, choice: str) -> None:
        child = a_child("ages_12_15").starts().goes_to("safe_now")

        turn = child.taps("safe_now", choice)

        assert not turn.happened
        assert isinstance(screen(turn), Ask)

    def test_they_are_told_before_they_choose_that_no_is_told(self) -> None:
        child = a_child().starts().goes_to("safe_now")

        assert "If you say no here, we tell people who can help, straight away." in child.sees()

    def test_the_answer_is_an_answer_too_and_carrying_on_goes_on(self) -> None:
        child = not_safe()
        following = child.conversation.way_back

        turn = child.taps(".alarm", ".on")

        assert child.conversation.answer("safe_now") is not None
        assert following == (child.conversation.place,)
        assert isinstance(screen(turn), Ask)

    def test_what_is_sent_later_has_a_number_of_its_own_and_takes_nothing_of_it_away(self) -> None:
        child = not_safe()
        child.taps(".alarm", ".on")

        sent = dispatched(child.sends())

        assert (sent.number, sent.replaces) == (2, None)
        assert child.conversation.sent[0].kind is Kind.ALERT
        assert not child.conversation.sent[0].replaced

    def test_keeping_the_answer_for_nobody_does_not_take_it_from_the_officer(self) -> None:
        child = not_safe()
        child.taps(".alarm", ".on")

        turn = child.shares("safe_now", Sharing.NOBODY)

        assert not turn.happened
        assert not child.conversation.sent[0].taken_back

    def test_a_late_tap_tells_as_well_and_leaves_the_child_where_they_were(self) -> None:
        child = a_child().starts().goes_to("most_want")

        turn = child.taps("safe_now", "no")
        child.taps(".alarm", ".on")

        assert told(turn, Alarmed)
        assert child.conversation.place == Place(Screen.ASKING, "most_want")

    def test_no_room_for_one_more_answer_is_no_reason_not_to_tell(self) -> None:
        child = a_child().starts().goes_to("safe_now")
        child.taps("safe_now", ".back")
        for size in (4_000, 100, 1):
            while "no_room" not in notices(child.says("x" * size, "me")):
                pass
        child.does(Asked(".stop"))  # so that what is left is not by chance the one byte that a choice alone takes less

        turn = child.taps("safe_now", "no")

        assert "no_room" in notices(turn)
        (alarmed,) = told(turn, Alarmed)
        assert isinstance(alarmed, Alarmed)
        assert alarmed.sealing is not None
        assert alarmed.sealing.answer.choice == "no"

    def test_a_form_from_before_somebody_sat_down_tells_and_shows_them_nothing(self) -> None:
        child = a_child().starts()
        child.helped()
        child.does(Looked())
        before = child.sees()

        turn = child.taps("safe_now", "no")
        child.does(Looked())

        (alarmed,) = turn.happened
        assert isinstance(alarmed, Alarmed)
        assert alarmed.beside == "carer"
        assert notices(turn) == ("private_waits",)
        assert child.sees() == before
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)

    def test_in_the_last_word_of_a_visit_that_is_over_it_is_told_as_well(self) -> None:
        child = a_child().starts()

        turn = child.does(LastWord("", "safe_now", "no"))

        assert told(turn, Alarmed)
        assert child.conversation.place.screen is Screen.ASKING

    def test_where_another_visit_came_since_that_visit_learns_nothing_of_it(self) -> None:
        child = a_child().starts()

        turn = child.does(LastWord("", "safe_now", "no", followed=True))
        has_it(child)
        seen = child.does(Looked())

        assert told(turn, Alarmed)
        assert notices(seen) == ()
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)


class TestTellSomeone:
    @pytest.mark.parametrize("set", BANDS)
    def test_it_is_under_help_now_and_one_tap_tells(self, set: str) -> None:
        child = a_child(set)
        child.does(Arrived("link"))
        child.does(Asked(".help"))

        assert ".go:.tell" in child.choices()
        turn = child.taps(".go", ".tell")
        assert turn.happened == (Alarmed(1, "", again=False, sealing=None),)
        assert isinstance(screen(turn), AlarmRaised)

    def test_before_the_opening_is_read_one_can_carry_on_there(self) -> None:
        child = a_child()
        child.does(Arrived("link"))
        child.taps(".go", ".tell")

        assert ".alarm:.stop" not in child.choices()
        child.taps(".alarm", ".on")
        assert child.conversation.place == Place(Screen.OPENING, "what")

    def test_once_the_review_is_held_it_is_still_there(self) -> None:
        child = a_child().starts()
        child.later(held_on=child.now.date())
        child.does(Asked(".help"))
        assert ".go:.tell" in child.choices()

        turn = child.taps(".go", ".tell")
        kept = child.taps(".alarm", "family")
        mistaken = child.taps(".alarm", ".mistake")

        assert told(turn, Alarmed)
        assert kept.happened == (KeptFrom(1, ("family",), None),)
        assert mistaken.happened == (Mistaken(1),)
        assert isinstance(screen(mistaken), Closed)

    def test_beside_a_helper_it_says_who_was_there(self) -> None:
        child = a_child().starts()
        child.helped("family")

        turn = child.taps(".go", ".tell")

        assert turn.happened == (Alarmed(1, "family", again=False, sealing=None),)

    def test_a_button_of_another_child_tells_nobody_and_shows_the_one_that_does(self) -> None:
        child = a_child().starts()

        turn = child.does(Tapped("somebody", ".go", ".tell"))

        assert not turn.happened
        assert notices(turn) == ("other_consultation",)
        assert screen(turn) == HelpNow(tell=True)

    def test_stopping_there_is_a_pause_at_the_question(self) -> None:
        child = a_child().starts()
        here = child.conversation.place
        child.taps(".go", ".tell")

        child.taps(".alarm", ".stop")
        assert child.conversation.place.screen is Screen.PAUSED
        child.taps(".go", ".on")
        assert child.conversation.place == here

    def test_from_a_question_that_an_easier_set_does_not_ask_there_is_a_way_on(self) -> None:
        child = a_child("ages_16_17").starts()
        own = {each.id for each in child.book.current("ages_16_17").questions}
        easier = {each.id for each in child.book.current("ages_12_15").questions}
        (here, *_) = sorted(own - easier)
        child.goes_to(here)
        child.taps(".go", ".tell")
        child.taps(".go", ".easier")

        child.taps(".alarm", ".on")

        assert child.conversation.place.screen in (Screen.ASKING, Screen.CHECK)


class TestTheWords:
    @pytest.mark.parametrize("set", BANDS)
    def test_six_short_lines_and_then_only_one_thing_is_asked(self, set: str) -> None:
        child = not_safe(set)

        (message,) = child.messages()
        said = [line.text for line in message.lines if line.role.value == "plain"]
        asked = [line.text for line in message.lines if line.role.value == "asked"]

        assert len(said) == 6
        assert asked == ["Is there someone we should not tell?"]
        assert sum(text.count("?") for text in said) == 0
        for named in ("Northbrook", "Sam", "9 to 5", "01", "nights", "02", "999", "0800 1111"):
            assert any(named in text for text in said)

    def test_it_is_not_said_there_that_nobody_can_see_it(self) -> None:
        child = not_safe()

        assert "Not sent yet" not in child.sees()

    def test_the_check_page_says_which_answer_has_gone(self) -> None:
        child = not_safe()
        child.taps(".alarm", ".on")
        assert "One thing went straight away" not in child.sees()

        assert isinstance(screen(child.taps(".go", ".check")), Check)
        assert "One thing went straight away: Sam can see that you don't feel safe." in child.sees()

    def test_an_officer_who_is_not_to_be_told_is_not_named_as_told(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")

        assert "and Sam" not in child.sees()
        assert "From now on, Sam can't see it here." in child.sees()

    def test_taking_back_says_that_this_is_not_taken_back_if_this_visit_knows_of_it(self) -> None:
        child = not_safe(pin="2580")
        child.taps(".alarm", ".on")
        child.taps("helpers", "always")
        child.sends()
        knows = screen(child.taps(".after", ".take"))
        child.comes_back()
        child.taps(".pin", ".without")

        assert isinstance(knows, TakeBack)
        assert knows.alarmed
        assert "We can't take back" not in child.sees()


class TestMistaken:
    def test_it_is_said_once_and_the_child_goes_on(self) -> None:
        child = a_child().starts()
        here = child.conversation.place
        child.taps(".go", ".tell")

        turn = child.taps(".alarm", ".mistake")

        assert turn.happened == (Mistaken(1),)
        assert notices(turn) == ("alarm_mistaken",)
        assert child.conversation.place == here
        assert not child.taps(".alarm", ".mistake").happened

    def test_after_it_the_next_one_is_an_alert_of_its_own(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", ".mistake")

        (alarmed,) = child.taps(".go", ".tell").happened

        assert isinstance(alarmed, Alarmed)
        assert (alarmed.number, alarmed.again) == (2, False)

    def test_whoever_comes_later_cannot_say_that_it_was_one(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.comes_back()
        child.taps(".go", ".tell")

        assert child.taps(".alarm", ".mistake").happened == (Mistaken(2),)


class TestAgain:
    def test_while_nobody_has_it_the_next_one_joins_it(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")

        (alarmed,) = child.taps(".go", ".tell").happened

        assert alarmed == Alarmed(1, "", again=True, sealing=None)
        assert child.conversation.way_back.count(Place(Screen.ALARM)) == 0

    def test_a_choice_that_joins_it_is_sealed_and_the_same_choice_only_once(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", ".on")

        (first,) = child.taps("safe_now", "no").happened
        (second,) = child.taps("safe_now", "no").happened

        assert isinstance(first, Alarmed)
        assert isinstance(first.sealing, AlertSending)
        assert (first.again, first.sealing.number) == (True, 1)
        assert isinstance(second, Alarmed)
        assert (second.again, second.sealing) == (True, None)

    @pytest.mark.parametrize("closed", [False, True])
    def test_once_a_person_has_it_the_next_one_is_an_alert_of_its_own(self, closed: bool) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.later(alerts=(AlertSeen(1, child.now, child.now if closed else None),))

        (alarmed,) = child.taps(".go", ".tell").happened

        assert isinstance(alarmed, Alarmed)
        assert (alarmed.number, alarmed.again) == (2, False)

    def test_however_often_it_is_tapped_the_draft_stays_small(self) -> None:
        child = not_safe()
        for _ in range(ALARMS_REMEMBERED * 4):
            child.taps(".go", ".tell")
            child.taps(".alarm", ".mistake")

        assert len(child.conversation.alarms) == ALARMS_REMEMBERED
        assert len(child.conversation.to_bytes()) < 20_000
        assert child.conversation.alarms[-1].number == ALARMS_REMEMBERED * 4


class TestWhereItCouldNotBeSealed:
    def test_the_alarm_stands_and_no_number_is_taken(self) -> None:
        child = not_safe()
        (alarmed,) = child.turns[-1].happened
        assert isinstance(alarmed, Alarmed)
        assert alarmed.sealing is not None

        child.conversation = unsealed(child.conversation, alarmed.sealing)

        assert child.conversation.sent == ()
        assert [each.sending for each in child.conversation.alarms] == [0]
        assert child.taps(".alarm", "officer").happened == (KeptFrom(1, ("officer",), None),)

    def test_what_was_sealed_before_it_still_stands(self) -> None:
        child = not_safe()
        (kept,) = child.taps(".alarm", "officer").happened
        assert isinstance(kept, KeptFrom)
        assert kept.sealing is not None

        child.conversation = unsealed(child.conversation, kept.sealing)

        assert [(each.number, each.replaced) for each in child.conversation.sent] == [(1, False)]
        assert [each.sending for each in child.conversation.alarms] == [1]
