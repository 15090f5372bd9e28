"""The dates the law sets: Care Planning, Placement and Case Review (England) Regulations 2010, regs 33 and 48."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.timescales import (
    age_on,
    day_in_england,
    first_review_due,
    later_review_due,
    months_after,
    second_review_due,
    working_day,
)


@pytest.mark.parametrize(
    ("became_looked_after", "due"),
    [
        pytest.param(date(2026, 9, 7), date(2026, 10, 5), id="reg 33(1): a Monday, no holiday, 28 days"),
        pytest.param(date(2026, 9, 5), date(2026, 10, 2), id="reg 33(1): a Saturday, 27 days"),
        pytest.param(date(2026, 9, 6), date(2026, 10, 2), id="reg 33(1): a Sunday, 26 days, the fewest there are"),
        pytest.param(
            date(2026, 12, 1), date(2026, 12, 31), id="Christmas Day, and Boxing Day's substitute on Monday 28"
        ),
        pytest.param(date(2025, 12, 24), date(2026, 1, 26), id="Christmas, Boxing Day, New Year: 33 days"),
        pytest.param(date(2026, 3, 16), date(2026, 4, 15), id="Good Friday and Easter Monday"),
        pytest.param(date(2011, 4, 20), date(2011, 5, 24), id="Easter, the royal wedding, May Day: 34 days"),
        pytest.param(date(2022, 5, 16), date(2022, 6, 15), id="the two bank holidays of June 2022"),
        pytest.param(date(2023, 4, 24), date(2023, 5, 24), id="1 May and the coronation, 8 May 2023"),
    ],
)
def test_the_first_review_is_due_within_20_working_days(became_looked_after: date, due: date) -> None:
    assert first_review_due(became_looked_after) == due


@given(st.dates(date(2011, 4, 1), date(2035, 12, 31)))
def test_20_working_days_are_26_to_33_calendar_days_and_end_on_a_working_day(start: date) -> None:
    """34 only around Easter where the Crown adds a bank holiday: the wedding of 2011, the coronation of 2023."""
    due = first_review_due(start)

    assert timedelta(26) <= due - start <= timedelta(34)
    assert working_day(due)
    assert sum(working_day(start + timedelta(day)) for day in range(1, (due - start).days + 1)) == 20


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 12, 25), False, id="Christmas Day"),
        pytest.param(date(2026, 4, 3), False, id="Good Friday"),
        pytest.param(date(2026, 8, 31), False, id="summer bank holiday, England"),
        pytest.param(date(2026, 8, 3), True, id="summer bank holiday of Scotland only"),
        pytest.param(date(2026, 7, 13), True, id="12 July's substitute, Northern Ireland only"),
        pytest.param(date(2026, 11, 21), False, id="Saturday"),
        pytest.param(date(2026, 11, 20), True, id="an ordinary Friday"),
    ],
)
def test_a_working_day_is_what_regulation_2_says(day: date, works: bool) -> None:
    assert working_day(day) is works


@pytest.mark.parametrize(
    ("held", "second", "later"),
    [
        pytest.param(
            date(2026, 1, 15), date(2026, 4, 15), date(2026, 7, 15), id="reg 33(2): the same day of the month"
        ),
        pytest.param(
            date(2026, 8, 31), date(2026, 11, 30), date(2027, 2, 28), id="the last day where there is no 31st"
        ),
        pytest.param(date(2027, 8, 29), date(2027, 11, 29), date(2028, 2, 29), id="29 February in a leap year"),
        pytest.param(date(2026, 11, 30), date(2027, 2, 28), date(2027, 5, 30), id="over the end of a year"),
        pytest.param(date(2026, 12, 1), date(2027, 3, 1), date(2027, 6, 1), id="from December"),
    ],
)
def test_the_second_review_is_due_in_three_months_and_later_ones_in_six(held: date, second: date, later: date) -> None:
    assert second_review_due(held) == second
    assert later_review_due(held) == later


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 24))
def test_months_are_counted_in_calendar_months(start: date, months: int) -> None:
    later = months_after(start, months)

    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later + timedelta(1)).day == 1


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        pytest.param(date(2022, 12, 14), date(2026, 12, 13), 3, id="the day before the fourth birthday"),
        pytest.param(date(2022, 12, 14), date(2026, 12, 14), 4, id="on the fourth birthday"),
        pytest.param(date(2020, 2, 29), date(2024, 2, 28), 3, id="born 29 February: 3 on the 28th"),
        pytest.param(date(2020, 2, 29), date(2024, 2, 29), 4, id="born 29 February: 4 on 29 February"),
        pytest.param(date(2020, 2, 29), date(2027, 2, 28), 6, id="born 29 February: still 6 on 28 February"),
        pytest.param(date(2020, 2, 29), date(2027, 3, 1), 7, id="born 29 February: 7 on 1 March of a common year"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 20), 0, id="on the day of birth"),
    ],
)
def test_an_age_is_reached_at_the_start_of_the_birthday(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param(
            datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2), id="summer time: past midnight already"
        ),
        pytest.param(datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1), id="winter: the same day"),
    ],
)
def test_a_day_is_the_day_in_england(at: datetime, day: date) -> None:
    assert day_in_england(at) == day
