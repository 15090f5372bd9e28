"""How long what a child said is kept, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from consultations.retention import LONGEST, Retention, Standing, draft_goes, sendings_go, warned_on

ON = date(2026, 12, 14)
HELD = Standing(ON, ON)


@pytest.mark.parametrize(
    ("standing", "times", "draft", "sendings"),
    [
        pytest.param(HELD, LONGEST, date(2026, 12, 28), date(2027, 9, 14), id="two weeks, and nine months"),
        pytest.param(
            Standing(ON, date(2027, 5, 31)), LONGEST, date(2027, 6, 14), date(2028, 2, 29), id="a month that is shorter"
        ),
        pytest.param(
            Standing(ON, ON, next_held_on=date(2027, 6, 9)),
            LONGEST,
            date(2026, 12, 28),
            date(2027, 7, 7),
            id="the next review, once it is filed: 20 working days",
        ),
        pytest.param(
            Standing(ON, ON, next_held_on=date(2027, 9, 1)),
            LONGEST,
            date(2026, 12, 28),
            date(2027, 9, 14),
            id="a next review so late that nine months are sooner",
        ),
        pytest.param(
            Standing(ON, ON, left_care_on=date(2026, 12, 20)),
            LONGEST,
            date(2026, 12, 28),
            date(2027, 1, 17),
            id="28 days after the child left care",
        ),
        pytest.param(
            Standing(ON, None, left_care_on=date(2026, 12, 1)),
            LONGEST,
            date(2026, 12, 29),
            date(2026, 12, 29),
            id="left care before a review that was never held",
        ),
        pytest.param(Standing(ON, None), LONGEST, date(2027, 9, 14), date(2027, 9, 14), id="never marked held"),
        pytest.param(
            HELD, Retention(7, 3, 10), date(2026, 12, 21), date(2027, 3, 14), id="an authority's shorter times"
        ),
    ],
)
def test_what_was_said_goes_on_its_day(standing: Standing, times: Retention, draft: date, sendings: date) -> None:
    assert draft_goes(standing, times) == draft
    assert sendings_go(standing, times) == sendings


def test_an_officer_is_warned_two_weeks_before_and_not_earlier() -> None:
    assert warned_on(HELD, LONGEST, date(2027, 8, 30)) is None
    assert warned_on(HELD, LONGEST, date(2027, 8, 31)) == date(2027, 9, 14)


def test_nobody_is_warned_of_what_an_open_alert_holds() -> None:
    assert warned_on(Standing(ON, ON, alert_open=True), LONGEST, date(2027, 9, 14)) is None
