"""Whom a child does not want told that they are not safe: who is kept off, from which tap on, and what is sealed."""

from __future__ import annotations

import pytest

from consultations.answers import Sharing
from consultations.conversation.events import (
    LastWord,
    Looked,
)
from consultations.conversation.happened import Alarmed, KeptFrom
from consultations.conversation.replies import AlarmRaised, Ask
from tests.consultations.conversation.alarms import BANDS, has_it, in_visit, last_choice, not_safe, said, told
from tests.consultations.conversation.cast import a_child, dispatched, notices, screen


class TestKeptFrom:
    def test_each_tap_says_all_who_are_not_to_be_told(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")

        first = child.taps(".alarm", "teacher")
        second = child.taps(".alarm", "carer")
        third = child.taps(".alarm", "-teacher")

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

        (kept,) = child.taps(".alarm", "-officer").happened

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

    def test_a_page_that_shows_nobody_as_chosen_takes_nobody_off_the_list(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        shows_nobody = [each for each in child.choices() if each.startswith(".alarm:")]
        child.taps(".alarm", "carer")

        again = child.taps(".alarm", "carer")

        assert ".alarm:carer" in shows_nobody
        assert ".alarm:-carer" in child.choices()
        assert again.happened == ()
        assert child.conversation.alarms[0].kept_from == ("carer",)

    def test_what_was_said_to_be_a_mistake_keeps_its_list_when_another_alarm_has_one_of_its_own(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        for kind in ("officer", "carer"):
            child.taps(".alarm", kind)
        child.taps(".alarm", ".mistake")
        child.taps(".go", ".tell")

        child.taps(".alarm", "teacher")
        for kind in ("officer", "-officer", "-teacher"):
            child.taps(".alarm", kind)

        mistaken, latest = child.conversation.alarms
        assert set(mistaken.kept_from) >= {"officer", "carer"}
        assert latest.kept_from == ()

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
