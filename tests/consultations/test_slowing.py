"""A try waits the longer the more there were, and never more than five seconds: see the tests of both ways in."""

from __future__ import annotations

import pytest

from consultations.slowing import wait_for


@pytest.mark.parametrize(
    ("over", "of_all", "seconds"),
    [
        pytest.param(0, 0, 0, id="a slip or two"),
        pytest.param(1, 9, 1, id="one more than is free"),
        pytest.param(5, 9, 5, id="five more"),
        pytest.param(198, 99, 5, id="a guesser"),
        pytest.param(0, 200, 0, id="a busy hour"),
        pytest.param(0, 201, 5, id="an attack from everywhere"),
        pytest.param(10**9, 10**9, 5, id="never locked"),
    ],
)
def test_a_try_waits_a_second_longer_each_time_and_never_more_than_five(over: int, of_all: int, seconds: float) -> None:
    assert wait_for(over, of_all) == seconds
