"""The duty list: who is called next, at whatever hour; who never is; and what a call says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import duty
from consultations.duty import EVERY_DAY, Gap, OnDuty, gaps, in_turn, is_address, kept_off

WEEK = (0, 1, 2, 3, 4)
MAYA = OnDuty("Maya", "maya@council.example", WEEK, time(9), time(17), bank_holidays=False, staff="maya.lind")
SAM = OnDuty("Sam", "sam@council.example", WEEK, time(9), time(17), bank_holidays=False, staff="sam.okafor")
NIGHT = OnDuty("Night desk", "night@council.example", EVERY_DAY, time(17), time(9))
WEEKEND = OnDuty("Weekend desk", "weekend@council.example", (5, 6), time(9), time(17), bank_holidays=True)
ALWAYS = OnDuty("Emergency desk", "desk@council.example")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("who", "at", "works"),
    [
        pytest.param(MAYA, "2026-11-20T09:00+00:00", True, id="the first minute"),
        pytest.param(MAYA, "2026-11-20T08:59+00:00", False, id="a minute before"),
        pytest.param(MAYA, "2026-11-20T16:59+00:00", True, id="the last minute"),
        pytest.param(MAYA, "2026-11-20T17:00+00:00", False, id="the first minute after"),
        pytest.param(MAYA, "2026-11-21T12:00+00:00", False, id="a Saturday"),
        pytest.param(MAYA, "2026-07-03T08:00+00:00", True, id="summer: 09:00 by the wall is 08:00 in UTC"),
        pytest.param(MAYA, "2026-07-03T16:00+00:00", False, id="summer: and 17:00 is 16:00"),
        pytest.param(MAYA, "2026-10-23T08:30+00:00", True, id="the Friday before the clocks go back"),
        pytest.param(MAYA, "2026-10-26T08:30+00:00", False, id="the Monday after they went back"),
        pytest.param(MAYA, "2026-03-27T08:30+00:00", False, id="the Friday before they go forward"),
        pytest.param(MAYA, "2026-03-30T08:30+00:00", True, id="the Monday after they went forward"),
        pytest.param(MAYA, "2026-12-25T12:00+00:00", False, id="Christmas Day, a Friday"),
        pytest.param(MAYA, "2026-12-28T12:00+00:00", False, id="Boxing Day's substitute, a Monday"),
        pytest.param(ALWAYS, "2026-12-25T03:00+00:00", True, id="always is always"),
        pytest.param(NIGHT, "2026-11-20T17:00+00:00", True, id="a night begins"),
        pytest.param(NIGHT, "2026-11-21T00:00+00:00", True, id="midnight within it"),
        pytest.param(NIGHT, "2026-11-21T08:59+00:00", True, id="its last minute"),
        pytest.param(NIGHT, "2026-11-21T09:00+00:00", False, id="the morning after"),
        pytest.param(NIGHT, "2026-10-25T01:30+00:00", True, id="the hour that comes twice"),
        pytest.param(
            OnDuty("Fridays", "f@council.example", (4,), time(17), time(9)),
            "2026-11-21T08:00+00:00",
            True,
            id="a Friday night lasts into Saturday",
        ),
        pytest.param(
            OnDuty("Fridays", "f@council.example", (4,), time(17), time(9)),
            "2026-11-20T08:00+00:00",
            False,
            id="and does not begin on Thursday",
        ),
        pytest.param(
            OnDuty("Off then", "o@council.example", EVERY_DAY, time(17), time(9), bank_holidays=False),
            "2026-12-26T03:00+00:00",
            False,
            id="no night begins on Christmas Day for who is off then",
        ),
        pytest.param(
            OnDuty("Round", "r@council.example", (4,), time(9), time(9)),
            "2026-11-21T08:00+00:00",
            True,
            id="from nine until nine is a whole day",
        ),
    ],
)
def test_hours_are_those_of_a_wall_clock_in_england(who: OnDuty, at: str, works: bool) -> None:
    assert who.works(datetime.fromisoformat(at)) is works


def test_the_next_one_is_called_each_time_and_after_the_last_the_first_again() -> None:
    called, last = [], ""
    for _ in range(5):
        last = in_turn((MAYA, SAM, ALWAYS), last, FRIDAY_NOON, ())[0].name
        called.append(last)

    assert called == ["Maya", "Sam", "Emergency desk", "Maya", "Sam"]


def test_whose_hours_it_is_not_is_passed_over_and_comes_last() -> None:
    at_night = datetime(2026, 11, 20, 23, tzinfo=UTC)

    assert in_turn((MAYA, SAM, NIGHT, ALWAYS), "", at_night, ()) == (NIGHT, ALWAYS, MAYA, SAM)
    assert in_turn((MAYA, SAM, NIGHT, ALWAYS), "Night desk", at_night, ()) == (ALWAYS, NIGHT, MAYA, SAM)


def test_where_it_is_nobodys_hours_they_are_called_in_order_all_the_same() -> None:
    on_christmas_day = datetime(2026, 12, 25, 12, tzinfo=UTC)

    assert in_turn((MAYA, SAM), "", on_christmas_day, ()) == (MAYA, SAM)
    assert in_turn((MAYA, SAM), "Maya", on_christmas_day, ()) == (SAM, MAYA)


def test_somebody_who_left_the_list_since_they_were_called_leaves_it_in_order() -> None:
    assert in_turn((MAYA, SAM), "Jo, who has left", FRIDAY_NOON, ()) == (MAYA, SAM)


def test_nobody_is_called_where_everybody_is_kept_off_or_the_list_is_empty() -> None:
    assert in_turn((MAYA,), "", FRIDAY_NOON, ("Maya",)) == ()
    assert in_turn((), "", FRIDAY_NOON, ()) == ()


@pytest.mark.parametrize(
    ("kept_from", "off"),
    [
        pytest.param((), set(), id="nobody"),
        pytest.param(("officer",), {"Sam"}, id="the officer of this review, by their account"),
        pytest.param(("social_worker",), {"Maya"}, id="the social worker, by their address"),
        pytest.param(("officer", "social_worker", "family"), {"Sam", "Maya"}, id="both"),
        pytest.param(("carer", "family", "teacher", "someone"), set(), id="people who are on no list of ours"),
    ],
)
def test_whom_the_child_keeps_off_is_off(kept_from: tuple[str, ...], off: set[str]) -> None:
    assert kept_off((MAYA, SAM, ALWAYS), kept_from, "sam.okafor", " Maya@Council.Example") == off


def test_without_a_social_workers_address_or_an_account_nobody_is_kept_off_by_chance() -> None:
    assert kept_off((MAYA, SAM, ALWAYS), ("officer", "social_worker"), "", "") == frozenset()


LISTS = st.lists(st.sampled_from([MAYA, SAM, NIGHT, WEEKEND, ALWAYS]), unique=True)
MOMENTS = st.integers(0, 1_000_000).map(lambda minutes: FRIDAY_NOON + timedelta(minutes=minutes))


@given(LISTS, MOMENTS, st.sets(st.sampled_from(["Maya", "Sam"])))
def test_everybody_who_may_be_called_is_reached_in_so_many_calls_and_nobody_else_ever(
    on_duty: list[OnDuty], moment: datetime, off: set[str]
) -> None:
    """While hours do not change: those whose hours it is are gone round, each once, before anybody is called twice."""
    may = [each for each in on_duty if each.name not in off]
    working = [each for each in may if each.works(moment)] or may
    called: list[OnDuty] = []
    for _ in working:
        called.append(in_turn(on_duty, called[-1].name if called else "", moment, off)[0])

    assert sorted(each.name for each in called) == sorted(each.name for each in working)
    assert set(in_turn(on_duty, "", moment, off)) == set(may)


def test_a_list_without_gaps_has_none() -> None:
    assert gaps((ALWAYS,), date(2026, 11, 20)) == ()
    assert (
        gaps((MAYA, NIGHT, OnDuty("Days", "d@council.example", EVERY_DAY, time(9), time(17))), date(2026, 11, 20)) == ()
    )


def test_gaps_are_found_in_the_week_and_on_the_next_bank_holiday() -> None:
    found = gaps((MAYA, NIGHT, OnDuty("Weekend", "w@council.example", (5, 6), time(9), time(12))), date(2026, 11, 20))

    assert [str(each) for each in found] == [
        "Saturday 12:00 to 17:00",
        "Sunday 12:00 to 17:00",
        "Friday 25 December 2026 09:00 to 17:00",
    ]
    assert found[-1] == Gap(date(2026, 12, 25), time(9), time(17), once=True)


def test_a_gap_lasts_to_the_end_of_the_day() -> None:
    only_maya = gaps((OnDuty("Maya", "m@council.example", EVERY_DAY, time(9), time(17)),), date(2026, 11, 20))

    assert [str(each) for each in only_maya[:2]] == ["Monday 00:00 to 09:00", "Monday 17:00 to 24:00"]


def test_an_empty_list_is_one_gap() -> None:
    assert [str(each) for each in gaps((), date(2026, 11, 20))][:1] == ["Monday 00:00 to 24:00"]


def test_a_call_says_which_review_and_when_and_where_to_answer() -> None:
    said = duty.call(
        "a1", 1, "LW-1042-3", datetime(2026, 7, 3, 22, 5, tzinfo=UTC), None, "https://staff.example/alerts/a1"
    )

    assert "LW-1042-3" in said.subject
    assert "LW-1042-3" in said.text
    assert "Friday 3 July 2026 at 23:05" in said.text
    assert "https://staff.example/alerts/a1" in said.text
    assert "whom the child does not want told" in said.text
    assert "call 1" not in said.text
    assert max(len(line) for line in said.text.splitlines()) <= 78
    assert (said.subject + said.text).count("\n\n\n") == 0


def test_a_later_call_says_that_nobody_has_it_and_when_the_child_said_it_again() -> None:
    raised = FRIDAY_NOON
    said = duty.call("a1", 3, "LW-1042-3", raised, raised + timedelta(minutes=20), "https://staff.example/alerts/a1")

    assert "call 3: nobody has said yet that they have it" in said.text
    assert "Told us again Friday 20 November 2026 at 12:20" in said.text
    assert (said.subject + said.text).count("\n\n\n") == 0


def test_the_same_call_sent_twice_is_known_to_be_the_same_and_another_is_another() -> None:
    first, again, second = (duty.call("a1", number, "LW-1", FRIDAY_NOON, None, "u") for number in (1, 1, 2))

    assert first == again
    assert first.id != second.id


@pytest.mark.parametrize("text", ["duty@council.example", "o'neill+duty@a-b.gov.uk", "desk@localhost"])
def test_an_address_is_taken(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "duty",
        "@council",
        "duty@",
        "a b@council.example",
        "a@b@c",
        "a@b\r\nBcc: c@d",
        "Sam <s@c.example>",
        "a@b,c@d",
    ],
)
def test_what_is_no_address_is_not(text: str) -> None:
    assert not is_address(text)
