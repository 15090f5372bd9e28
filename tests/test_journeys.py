"""Every journey reads as it is written: the same words, in the same order, with the conversation put away between."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.journeys.playing import BOOK, Journey, journeys

ALL = journeys()


@pytest.mark.parametrize("journey", ALL, ids=lambda journey: journey.name)
def test_a_child_reads_exactly_this(journey: Journey) -> None:
    """When it is meant to change: `python -m tests.journeys`, then read the difference."""
    assert journey.played() == journey.transcript


@pytest.mark.parametrize("journey", ALL, ids=lambda journey: journey.name)
def test_a_journey_says_who_the_child_is_and_what_happens(journey: Journey) -> None:
    intro = [line for line in journey.head.splitlines() if line.startswith("# ")]

    assert journey.terminal().around.child in intro[0]
    assert len(" ".join(intro)) > 80


def test_there_are_journeys_for_every_set() -> None:
    assert {journey.set for journey in ALL} == {each.id for each in BOOK}


@pytest.mark.parametrize("journey", ALL[::3], ids=lambda journey: journey.name)
def test_the_command_prints_the_same(journey: Journey) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "talk", journey.set, "--transcript"],
        input=journey.text(journey.transcript),
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.rstrip() == journey.transcript.rstrip()
