"""Every journey reads as it is written: the same words, in the same order, with the conversation put away between.

And it goes the same way in every language, where nothing is left in English.
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.authority import DEMO
from bot.chat.on_terminal import CAST, CHILDREN
from consultations.conversation.events import Arrived
from consultations.languages import SOURCE
from consultations.languages.faults import KEPT
from consultations.messages import Message
from consultations.rendering.layout import parts
from tests.journeys.playing import BOOK, LANGUAGES, Beside, Journey, journeys

ALL = journeys()
NAMES = [CAST.officer, "Priya", *CHILDREN.values(), *filter(str, map(str, dataclasses.asdict(DEMO).values()))]
"""What reads the same in every language: people, and what the council calls itself and its hours."""


@pytest.mark.parametrize("journey", ALL, ids=lambda journey: journey.name)
def test_a_child_reads_exactly_this(journey: Journey) -> None:
    """When it is meant to change: `python -m tests.journeys`, then read the difference."""
    assert journey.played() == journey.transcript


@pytest.mark.parametrize("journey", ALL, ids=lambda journey: journey.name)
def test_a_journey_says_who_the_child_is_and_what_happens(journey: Journey) -> None:
    intro = [line for line in journey.head.splitlines() if line.startswith("# ")]

    assert journey.terminal().around.child in intro[0]
    assert len(" ".join(intro)) > 80


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != SOURCE])
@pytest.mark.parametrize("journey", ALL, ids=lambda journey: journey.name)
def test_a_journey_goes_the_same_way_in_every_language_and_leaves_nothing_in_english(
    journey: Journey, language: str
) -> None:
    own = LANGUAGES[language]

    for does, english, read in _in_both(journey, language):
        after = f"after {does!r}"
        assert _ways(read) == _ways(english), after
        assert {(message.language, message.direction) for message in read} == {(own.tag, own.direction)}, after
        assert not _left_in_english(read, english, journey, own.script), after


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


def _in_both(journey: Journey, language: str) -> Iterator[tuple[str, tuple[Message, ...], tuple[Message, ...]]]:
    """Each screen from the language on: what happened, what a child reads in English, and in their own language."""
    beside = Beside.of(journey.set)
    beside.hear(Arrived("link"))
    read = beside.choose(language)
    yield language, beside.english.screen, read
    for does in journey.does:
        event = beside.step(does)
        if event is not None:
            read = beside.hear(event)
            yield does, beside.english.screen, read


def _ways(messages: tuple[Message, ...]) -> list[tuple[object, ...]]:
    """What a screen asks and where it leads, but for the words."""
    return [
        (
            message.kind,
            message.here,
            [
                (_without_mark(button.id), button.picture, button.chosen, button.kind)
                for button in message.buttons
                if not button.id.endswith(WRITTEN_IN_ENGLISH)
            ],
            message.field and (message.field.place, message.field.kind, bool(message.field.value)),
            message.copy and len(message.copy.answers),
        )
        for message in messages
    ]


WRITTEN_IN_ENGLISH = ":.typing:english"
"""Offered to a child who speaks another language alone."""


def _without_mark(id: str) -> str:
    """What is sent has a mark over the languages of its answers too."""
    return id.partition(":.send:")[0]


def _left_in_english(
    read: tuple[Message, ...], english: tuple[Message, ...], journey: Journey, script: str
) -> list[str]:
    """What reads as in English, or holds an English sentence; in other scripts, anything in Latin letters."""
    stays = sorted([*journey.said, *NAMES], key=len, reverse=True)
    in_english = {_words(text, stays) for text in _texts(english)} - {""}
    said = [_words(text, stays) for text in _texts(read)]
    return [
        text
        for text in said
        if text in in_english
        or any(" " in sentence and sentence in text for sentence in in_english)
        or (script != "Latin" and set(re.findall("[A-Za-z]+", text)) - KEPT)
    ]


def _texts(messages: tuple[Message, ...]) -> Iterator[str]:
    """Everything there is to read, but for languages, which are called what they call themselves."""
    for message in messages:
        yield from (line.text for line in message.lines)
        yield from (button.label for button in message.buttons if ":.language:" not in button.id)
        if message.field:
            yield from (message.field.label, message.field.hint)
        if message.copy and message.headings:
            for part in parts(message.copy, message.headings):
                yield part.heading
                for given in part.answers:
                    yield from (given.asked, given.choice)
                    yield from (text for mark in given.marks for text in (mark.text, mark.label))


def _words(text: str, stays: list[str]) -> str:
    """The words of a text, without what stays as it is, without digits and signs."""
    for each in stays:
        text = text.replace(each, " ")
    return " ".join(re.findall(r"[^\W\d_']+", text))
