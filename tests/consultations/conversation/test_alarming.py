"""A child says they are not safe: who is told in that turn, who is not, and what the child hears of it and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.answers import Sharing
from consultations.circumstances import AlertSeen
from consultations.conversation.alarming import ALARMS_REMEMBERED, unsealed
from consultations.conversation.events import (
    Arrived,
    Asked,
    HandedOver,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Tapped,
    Tidied,
    Unheard,
    WindowClosed,
)
from consultations.conversation.happened import Alarmed, AlertSending, Happened, KeptFrom, Mistaken
from consultations.conversation.replies import AlarmRaised, Ask, Check, Closed, HelpNow, TakeBack
from consultations.conversation.state import Place, Screen
from consultations.conversation.turn import Turn
from consultations.sending import Kind
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, notices, screen

BANDS = [each.id for each in BOOK]


def not_safe(set: str = "ages_8_11", pin: str = "") -> Child:
    """A child who has just said that they are not safe, and nothing else."""
    child = a_child(set).starts()
    if pin:
        child.sets_pin(pin)
    child.goes_to("safe_now").taps("safe_now", "no")
    return child


def in_visit(child: Child, mark: str) -> Child:
    """The same child, in a visit with this mark."""
    child.conversation = replace(child.conversation, visit=mark)
    child.later(visit=mark)
    return child


def last_choice(child: Child, visit: str, choice: str) -> Turn:
    """What was tapped under an alarm on a page of that visit, which is over."""
    here = child.around.visit
    child.later(visit=visit)
    turn = child.does(LastWord("", ".alarm", choice, followed=visit != here))
    child.later(visit=here)
    return turn


def said(child: Child) -> list[str]:
    """The lines on the screen."""
    return [line.text for message in child.messages() for line in message.lines]


def told(turn: Turn, kind: type[Happened]) -> list[Happened]:
    return [each for each in turn.happened if isinstance(each, kind)]


def has_it(child: Child, number: int = 1) -> None:
    """A person pressed *I have it*."""
    child.later(alerts=(*child.around.alerts, AlertSeen(number, child.now)))


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
    def test_five_short_lines_and_then_only_one_thing_is_asked(self, set: str) -> None:
        child = not_safe(set)

        (message,) = child.messages()
        said = [line.text for line in message.lines if line.role.value == "plain"]
        asked = [line.text for line in message.lines if line.role.value == "asked"]

        assert len(said) == 5
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


class TestKeptFrom:
    def test_each_tap_says_all_who_are_not_to_be_told(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")

        first = child.taps(".alarm", "teacher")
        second = child.taps(".alarm", "carer")
        third = child.taps(".alarm", "teacher")

        assert first.happened == (KeptFrom(1, ("teacher",), None),)
        assert second.happened == (KeptFrom(1, ("carer", "teacher"), None),)
        assert third.happened == (KeptFrom(1, ("carer",), None),)
        assert screen(third) == AlarmRaised(("carer",), mistaken=False, stop=True, changed="teacher")

    @pytest.mark.parametrize("set", BANDS)
    def test_only_what_a_tap_changed_is_said_then_and_all_of_it_when_the_page_is_opened_again(self, set: str) -> None:
        child = not_safe(set)
        child.taps(".alarm", "carer")
        of_the_carer = said(child)
        child.taps(".alarm", "officer")
        of_the_officer = said(child)
        child.does(Looked())

        assert (len(of_the_carer), len(of_the_officer)) == (3, 3), "a line, what is asked, and the small print"
        assert "can see that now" in of_the_carer[0]
        assert "Sam can't see it here" in of_the_officer[0]
        assert ".go:.help" in child.choices()
        assert said(child)[0].startswith("We believe you.")

    def test_what_was_sealed_to_the_officer_is_sealed_anew_without_them(self) -> None:
        child = not_safe()

        (kept,) = child.taps(".alarm", "officer").happened

        assert isinstance(kept, KeptFrom)
        assert kept.sealing is not None
        assert (kept.sealing.number, kept.sealing.replaces, kept.sealing.officer) == (2, 1, False)
        assert kept.sealing.answer.choice == "no"
        assert child.conversation.sent[0].replaced

    def test_and_with_them_again_where_the_child_says_so(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")

        (kept,) = child.taps(".alarm", "officer").happened

        assert isinstance(kept, KeptFrom)
        assert kept.kinds == ()
        assert kept.sealing is not None
        assert (kept.sealing.number, kept.sealing.replaces, kept.sealing.officer) == (3, 2, True)

    def test_keeping_anybody_else_out_seals_nothing(self) -> None:
        child = not_safe()

        assert child.taps(".alarm", "social_worker").happened == (KeptFrom(1, ("social_worker",), None),)

    def test_who_was_not_to_be_told_before_is_not_told_of_the_next_one(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")
        has_it(child)
        child.taps(".alarm", ".on")

        alarmed, kept = child.taps("safe_now", "no").happened

        assert isinstance(alarmed, Alarmed)
        assert (alarmed.number, alarmed.again) == (2, False)
        assert alarmed.sealing is not None
        assert not alarmed.sealing.officer
        assert kept == KeptFrom(2, ("officer",), None)
        assert screen(child.turns[-1]) == AlarmRaised(("officer",), mistaken=False, stop=True, officer=False)

    def test_nor_where_this_visit_does_not_know_of_it_and_it_is_not_shown(self) -> None:
        child = not_safe()
        child.taps(".alarm", "social_worker")
        child.comes_back()

        turn = child.taps(".go", ".tell")
        then = child.taps(".alarm", "carer")

        assert turn.happened == (
            Alarmed(2, "", again=False, sealing=None),
            KeptFrom(2, ("social_worker",), None),
        )
        assert screen(turn) == AlarmRaised((), mistaken=False, stop=True, officer=False)
        assert then.happened == (KeptFrom(2, ("social_worker", "carer"), None),)
        chosen = child.taps(".alarm", "social_worker")
        assert screen(chosen) == AlarmRaised(
            ("social_worker", "carer"), mistaken=False, stop=True, officer=False, changed="social_worker"
        )
        assert chosen.happened == (), "they were kept off already, and the screen does not tell"

    def test_and_the_answer_does_not_reach_the_officer_with_the_rest_unless_the_child_shares_it(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")
        child.taps(".alarm", ".on")
        child.says("a dog", "me")

        assert [each.question for each in dispatched(child.sends()).answers] == ["me"]
        child.shares("safe_now", "officer")
        assert "safe_now" in [each.question for each in dispatched(child.sends()).answers]

    def test_one_choice_for_everything_leaves_it_where_it_is(self) -> None:
        child = not_safe("ages_4_7")
        child.taps(".alarm", "officer")
        child.taps(".alarm", ".on")
        child.says("a dog", "feelings_now")

        child.shares("*", "everyone")

        assert [each.question for each in dispatched(child.sends()).answers] == ["feelings_now"]

    def test_nor_where_it_is_said_again_after_that(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")
        has_it(child)
        child.taps("safe_now", "yes")
        child.shares("safe_now", "everyone")

        child.taps("safe_now", "no")

        answer = child.conversation.answer("safe_now")
        assert answer is not None
        assert answer.goes_to is Sharing.NOBODY

    def test_nor_by_the_last_word_of_a_visit_that_is_over(self) -> None:
        child = not_safe()
        child.taps(".alarm", "officer")
        child.comes_back()
        child.says("a dog", "me")

        turn = child.does(LastWord("", "safe_now", "no", followed=True))

        (alarmed,) = told(turn, Alarmed)
        assert isinstance(alarmed, Alarmed)
        assert alarmed.sealing is not None
        assert not alarmed.sealing.officer
        assert [each.question for each in dispatched(child.sends()).answers] == ["me"]

    def test_a_visit_that_does_not_know_of_an_alarm_keeps_nobody_off_it(self) -> None:
        child = not_safe()
        child.comes_back()
        child.taps(".go", ".tell")

        assert child.taps(".alarm", "officer").happened == (KeptFrom(2, ("officer",), None),)
        assert child.conversation.alarms[0].also == ()

    def test_a_tap_on_an_old_page_keeps_them_off_and_lets_nobody_back_in(self) -> None:
        child = in_visit(a_child().starts().goes_to("safe_now"), "one")
        child.taps("safe_now", "no")
        child.taps(".alarm", ".on")

        first = child.taps(".alarm", "officer")
        again = child.taps(".alarm", "officer")

        (kept,) = first.happened
        assert isinstance(kept, KeptFrom)
        assert kept.kinds == ("officer",)
        assert notices(first) == ("alarm_noted",)
        assert isinstance(screen(first), Ask)
        assert again.happened == ()


class TestKeptFromOnAPageThatIsOver:
    @pytest.mark.parametrize("pin", ["", "2580"])
    def test_it_is_obeyed_whoever_came_since_and_they_learn_nothing_of_it(self, pin: str) -> None:
        child = a_child().starts()
        if pin:
            child.sets_pin(pin)
        in_visit(child.goes_to("safe_now"), "one").taps("safe_now", "no")
        child.comes_back()
        child.says("a dog", "me")
        in_visit(child, "two").does(Looked())
        seen = child.sees()

        turn = last_choice(child, "one", "officer")

        (kept,) = turn.happened
        assert isinstance(kept, KeptFrom)
        assert kept.kinds == ("officer",)
        assert kept.sealing is not None
        assert not kept.sealing.officer
        child.does(Looked())
        assert child.sees() == seen
        assert [each.question for each in dispatched(child.sends()).answers] == ["me"]

    def test_nobody_is_kept_off_an_alarm_that_another_visit_raised(self) -> None:
        child = in_visit(a_child().starts(), "one")
        child.taps(".go", ".tell")
        child.comes_back()
        in_visit(child, "two").taps(".go", ".tell")

        assert last_choice(child, "three", "officer").happened == ()
        assert last_choice(child, "two", "officer").happened == (KeptFrom(2, ("officer",), None),)
        assert last_choice(child, "one", "carer").happened == (KeptFrom(1, ("carer",), None),)

    def test_the_same_once_more_lets_nobody_back_in(self) -> None:
        child = in_visit(a_child().starts(), "one")
        child.taps(".go", ".tell")

        assert last_choice(child, "one", "carer").happened == (KeptFrom(1, ("carer",), None),)
        assert last_choice(child, "one", "carer").happened == ()

    @pytest.mark.parametrize("choice", [".mistake", ".on", "nobody"])
    def test_nothing_else_of_that_page_counts(self, choice: str) -> None:
        child = in_visit(a_child().starts(), "one")
        child.taps(".go", ".tell")

        assert last_choice(child, "one", choice).happened == ()


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


class TestAPersonHasSeenIt:
    def test_it_is_said_when_one_has_once_and_then_under_help(self) -> None:
        child = not_safe()
        child.taps(".alarm", ".on")
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True, told=True),)
        has_it(child)

        first = child.does(Looked())
        again = child.does(Looked())

        assert notices(first) == ("alarm_seen",)
        assert notices(again) == ()
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True, told=True, seen=True),)

    def test_help_says_it_where_nothing_said_it_before_and_it_is_not_said_twice(self) -> None:
        child = not_safe()
        has_it(child)

        child.does(Asked(".help"))

        assert "A person has seen that." in child.sees()
        assert notices(child.does(Looked())) == ()

    @pytest.mark.parametrize("event", [ReminderDue(), Tidied(), WindowClosed(), Left(), LastWord("", "me")])
    def test_it_is_said_to_nobody_unasked(self, event: object) -> None:
        child = not_safe()
        has_it(child)

        turn = child.does(event)  # type: ignore[arg-type]

        assert "alarm_seen" not in [getattr(each, "phrase", "") for each in turn.replies]
        assert not child.conversation.alarms[0].told_seen

    def test_what_was_not_heard_is_said_without_it(self) -> None:
        child = not_safe()
        has_it(child)

        turn = child.does(Unheard(child.now))

        assert len(turn.replies) == 1
        assert not child.conversation.alarms[0].told_seen

    def test_whoever_comes_without_the_pin_is_not_told_and_who_gives_it_is(self) -> None:
        child = not_safe(pin="2580")
        has_it(child)
        back = child.comes_back()
        helped = child.does(Asked(".help"))

        opened = child.says("2580", ".pin")

        assert notices(back) == ()
        assert helped.replies == (HelpNow(tell=True),)
        assert notices(opened) == ("alarm_seen", "pin_right")

    def test_without_a_pin_nobody_who_comes_later_is_told(self) -> None:
        child = not_safe()
        has_it(child)

        back = child.comes_back()

        assert "alarm_seen" not in notices(back)
        assert not any("alarm" in each for each in child.choices())

    def test_a_helper_who_sits_down_is_not_told_nor_shown_where_it_was_asked(self) -> None:
        child = not_safe()
        has_it(child)
        child.later(alerts=())
        child.taps(".go", ".check")
        child.helped()
        has_it(child)

        turn = child.does(Looked())

        assert notices(turn) == ()
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)

    def test_on_telegram_nothing_tells_of_what_was_raised_on_our_own_page(self) -> None:
        child = not_safe()
        has_it(child)
        child.later(overheard=True)

        turn = child.does(Looked())

        assert notices(turn) == ()
        assert isinstance(screen(turn), Ask)
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)

    def test_nobody_who_comes_to_an_opening_learns_that_it_was_raised_there(self) -> None:
        fresh, child = a_child(), a_child()
        for each in (fresh, child):
            each.does(Arrived("link"))
        child.taps(".go", ".tell")
        has_it(child)

        for each in (fresh, child):
            each.comes_back()

        assert child.messages() == fresh.messages()
        assert child.turns[-1].replies == fresh.turns[-1].replies


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


def test_a_child_who_comes_from_another_door_of_theirs_knows_of_it_there() -> None:
    child = a_child().starts()
    child.later(overheard=True)
    child.taps(".go", ".tell")
    child.taps(".alarm", ".on")
    child.conversation = replace(child.conversation, moving_on="mark", moving_until=child.now.replace(hour=23))
    child.later(overheard=False)
    child.does(HandedOver("mark"))
    has_it(child)

    assert notices(child.does(Looked())) == ("alarm_seen",)
