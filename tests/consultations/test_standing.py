"""What is due to be cleared in a chat: after 40 hours, at once where the child asks, and always with a way on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from consultations.standing import Due, Standing, Whose, due, hour_of

NOW = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)
CHILD, OURS, PLAIN = Whose.CHILD, Whose.OURS, Whose.PLAIN


def sent(number: int, hours: float, whose: Whose, *, wanted: bool = False) -> Standing:
    """A message sent so many hours ago."""
    return Standing(number, hour_of(NOW - timedelta(hours=hours)), whose, wanted)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param([], Due(), id="nothing stands there"),
        pytest.param([sent(1, 39, CHILD), sent(2, 39, OURS)], Due(), id="nothing is old enough"),
        pytest.param([sent(1, 40, CHILD), sent(2, 39, OURS)], Due((1,)), id="a child's words after 40 hours"),
        pytest.param([sent(1, 40, OURS), sent(2, 1, OURS)], Due((1,)), id="ours too, where a newer one leads on"),
        pytest.param([sent(1, 41, OURS), sent(2, 40, CHILD)], Due((2,), 1), id="the last of ours makes way"),
        pytest.param([sent(1, 41, OURS), sent(2, 1, CHILD)], Due((), 1), id="also below newer words of the child"),
        pytest.param([sent(1, 41, OURS), sent(2, 40, PLAIN)], Due((1,), None, (2,)), id="what is plain stays"),
        pytest.param([sent(1, 41, PLAIN), sent(2, 40, OURS)], Due((1,), 2), id="but for an older one"),
        pytest.param(
            [sent(1, 2, OURS, wanted=True), sent(2, 1, CHILD, wanted=True), sent(3, 0, PLAIN)],
            Due((1, 2)),
            id="everything a child asked for, at any age",
        ),
        pytest.param([sent(1, 2, OURS, wanted=True)], Due((1,)), id="also the last of ours"),
        pytest.param([sent(1, 2, PLAIN, wanted=True)], Due((1,)), id="also what is plain"),
        pytest.param([sent(1, 48, CHILD), sent(2, 48, OURS)], Due((1,), 2), id="tried until Telegram refuses"),
        pytest.param(
            [sent(1, 49, CHILD), sent(2, 49, OURS)], Due((), None, (), (1, 2)), id="after that it is too late"
        ),
        pytest.param(
            [sent(1, 50, CHILD), sent(2, 47, OURS)],
            Due((2,), None, (), (1,)),
            id="where something stays the child is written to, and that leads on",
        ),
        pytest.param([sent(1, 50, PLAIN), sent(2, 1, OURS)], Due((), None, (1,)), id="nobody is told of what is plain"),
        pytest.param(
            [sent(1, 50, OURS, wanted=True), sent(2, 1, PLAIN)],
            Due((), None, (), (1,)),
            id="too late also for what was asked for",
        ),
        pytest.param([sent(3, 40, CHILD), sent(1, 40, CHILD)], Due((1, 3)), id="in their order"),
    ],
)
def test_what_is_due(standing: list[Standing], expected: Due) -> None:
    assert due(standing, NOW) == expected
    assert due(standing[::-1], NOW) == expected


def test_of_the_time_only_the_hour_is_kept() -> None:
    assert hour_of(datetime(2026, 12, 5, 12, 59, 59, 9, tzinfo=UTC)) == NOW
