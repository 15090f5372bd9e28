"""What a child hears of an alarm later: that a person has seen it, once, and where it shows to nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.conversation.events import (
    Arrived,
    Asked,
    HandedOver,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Tidied,
    Unheard,
    WindowClosed,
)
from consultations.conversation.replies import Ask, HelpNow
from tests.consultations.conversation.alarms import has_it, not_safe
from tests.consultations.conversation.cast import a_child, notices, screen


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
