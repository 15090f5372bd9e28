"""What an alarm tells, and to whom: a carer who sits beside, a visit that does not know of it, and a child alone."""

from __future__ import annotations

import pytest

from consultations.answers import Sharing
from consultations.circumstances import AlertSeen
from consultations.conversation.alarming import ALARMS_REMEMBERED
from consultations.conversation.events import Asked, Looked
from consultations.conversation.happened import Alarmed, Mistaken
from consultations.conversation.replies import AlarmRaised, HelpNow
from consultations.conversation.state import Screen
from tests.consultations.conversation.cast import BOOK, Child, a_child, notices, screen, shown

BANDS = [each.id for each in BOOK]
SEEN = "A person has seen that."
NOT_SEEN = "Nobody has said yet that they have seen it."


def has_it(child: Child, number: int = 1) -> None:
    """A person pressed *I have it*."""
    child.later(alerts=(*child.around.alerts, AlertSeen(number, child.now)))


def told_beside_a_carer(pin: str = "") -> Child:
    """A child who told someone with their carer beside them, named the carer as not to be told, and carried on."""
    child = a_child().starts()
    if pin:
        child.sets_pin(pin)
    child.helped()
    child.taps(".go", ".tell")
    child.taps(".alarm", "carer")
    child.taps(".alarm", ".on")
    return child


class TestWhoIsTold:
    def test_a_visit_that_may_not_know_says_that_the_officer_may_be_told(self) -> None:
        child = a_child().starts()
        child.comes_back()
        child.taps(".go", ".tell")

        assert "and maybe Sam." in child.sees()

    @pytest.mark.parametrize("set", BANDS)
    def test_the_choice_that_was_the_alarm_is_said_to_be_seen_as_long_as_the_officer_can_see_it(self, set: str) -> None:
        child = a_child(set).starts().goes_to("safe_now")
        child.taps("safe_now", "no")
        told = child.sees()
        child.taps(".alarm", ".on")
        child.taps(child.conversation.place.about, ".back")

        assert "Sam can see what you tapped." in told
        assert "feel safe" in child.sees()
        assert "Not sent yet" not in child.sees()

        child.taps(".go", ".tell")
        child.taps(".alarm", "officer")
        assert "can see what you tapped" not in child.sees()

    def test_who_always_answers_and_tell_someone_stand_before_every_other_number(self) -> None:
        child = a_child().starts()
        child.does(Asked(".help"))

        first, *others = child.messages()
        assert [button.label for button in first.buttons] == ["Tell someone"]
        assert "999" in shown((first,))
        assert "Childline" in shown((first,))
        assert "complain" in shown(tuple(others))


class TestBesideAHelper:
    def test_once_its_room_is_left_no_page_and_no_help_tells_of_it_though_a_person_has_it(self) -> None:
        child = told_beside_a_carer()
        assert "alarm" not in " ".join(notices(child.turns[-1]))
        has_it(child)

        looked = child.does(Looked())
        helped = child.does(Asked(".help"))

        assert notices(looked) == ()
        assert helped.replies == (HelpNow(tell=True),)
        assert child.conversation.place.screen is not Screen.ALARM
        child.taps(".go", ".stop")
        assert SEEN not in child.sees()
        assert NOT_SEEN not in child.sees()

    def test_telling_again_shows_no_tick_of_before_and_mistake_takes_back_nothing_of_it(self) -> None:
        child = told_beside_a_carer()

        again = child.taps(".go", ".tell")
        mistaken = child.taps(".alarm", ".mistake")

        assert screen(again) == AlarmRaised((), mistaken=False, stop=True, officer=False)
        assert mistaken.happened == (Mistaken(2),)
        assert not child.conversation.alarms[0].mistaken

    def test_in_its_own_room_it_is_not_said_that_a_person_has_it(self) -> None:
        child = a_child().starts()
        child.helped()
        child.taps(".go", ".tell")
        has_it(child)

        assert notices(child.does(Looked())) == ()
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)

    @pytest.mark.parametrize("left", [True, False])
    def test_a_carer_who_says_that_the_child_is_alone_now_is_not_told_either(self, left: bool) -> None:
        child = a_child().starts()
        child.helped()
        child.taps(".go", ".tell")
        if left:
            child.taps(".alarm", ".on")
        child.taps(".go", ".gone")
        assert child.conversation.helper is None
        has_it(child)

        assert notices(child.does(Looked())) == ()
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True),)
        assert not any(each.startswith(".alarm") for each in child.choices())

    def test_the_pin_brings_it_back_to_the_child(self) -> None:
        child = told_beside_a_carer("2580")
        has_it(child)
        child.taps(".go", ".gone")

        opened = child.says("2580", ".pin")

        assert "alarm_seen" in notices(opened)
        assert child.does(Asked(".help")).replies == (HelpNow(tell=True, told=True, seen=True),)


class TestWhoIsKeptOffLater:
    def test_nobody_for_an_alarm_that_was_a_mistake(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", "officer")
        child.taps(".alarm", ".mistake")

        assert child.taps(".go", ".tell").happened == (Alarmed(2, "", again=False, sealing=None),)

    def test_nobody_where_the_mistake_is_not_known_either(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", "officer")
        child.taps(".alarm", ".mistake")
        child.comes_back()

        assert child.taps(".go", ".tell").happened == (Alarmed(2, "", again=False, sealing=None),)

    def test_any_number_of_mistakes_in_between_lets_nobody_back_in(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", "officer")
        has_it(child)
        child.comes_back()
        for _ in range(2 * ALARMS_REMEMBERED):
            child.taps(".go", ".tell")
            child.taps(".alarm", ".mistake")

        child.taps(".go", ".tell")

        assert child.conversation.alarms[-1].also == ("officer",)

    @pytest.mark.parametrize("set", BANDS)
    @pytest.mark.parametrize("kept_off", [True, False])
    def test_a_visit_without_the_pin_reads_the_same_words_and_that_the_officer_may_be_told(
        self, set: str, kept_off: bool
    ) -> None:
        child, other = a_child(set).starts(), a_child(set).starts()
        for each in (child, other):
            each.sets_pin(*(("dog", "cat", "fish") if set == "ages_4_7" else ("2580",)))
        child.taps(".go", ".tell")
        if kept_off:
            child.taps(".alarm", "officer")
        for each in (child, other):
            each.comes_back()
            each.taps(".go", ".tell")

        assert child.messages() == other.messages()
        assert "and maybe Sam." in child.sees()
        assert "people at Northbrook" in child.sees()


class TestAlone:
    def test_carrying_on_and_stopping_say_once_each_that_people_were_told(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")

        child.taps(".alarm", ".on")
        assert NOT_SEEN in child.sees()
        child.taps(".go", ".stop")
        assert child.sees().count(NOT_SEEN) == 1
        has_it(child)
        child.does(Looked())
        assert child.sees().count(SEEN) == 1

    def test_words_that_were_not_sent_are_said_to_stay_unless_somebody_is_here(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        assert "Your words are not sent with this." not in child.sees()
        child.taps(".alarm", ".on")
        child.says("he hits me", "me")
        child.taps(".go", ".tell")
        assert "Your words are not sent with this. They stay here until you send them." in child.sees()
        child.taps(".alarm", ".on")

        child.helped()
        child.says("a dog", "school_like")
        child.taps(".go", ".tell")

        assert "Your words" not in child.sees()

    def test_the_check_page_says_under_the_answer_kept_for_nobody_that_people_were_told(self) -> None:
        child = a_child().starts().goes_to("safe_now")
        child.taps("safe_now", "no")
        child.taps(".alarm", "officer")
        child.taps(".alarm", ".on")
        answer = child.conversation.answer("safe_now")
        assert answer is not None
        assert answer.goes_to is Sharing.NOBODY

        child.taps(".go", ".check")

        (card,) = [each for each in child.messages() if any("feel safe" in line.text for line in each.lines)]
        assert card.lines[-1].text == "We told people at Northbrook straight away."

    def test_the_numbers_that_always_answer_come_first(self) -> None:
        child = a_child("ages_4_7").starts()
        child.taps(".go", ".tell")

        said = child.sees()

        assert said.index("999") < said.index("0800 1111") < said.index("01 (9 to 5)") < said.index("02 (nights)")
