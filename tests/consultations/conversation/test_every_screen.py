"""What holds on every screen there is, and on every way a child may take through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from consultations.conversation.advance import advance
from consultations.conversation.events import Tapped
from consultations.messages import Message, Role
from tests.consultations.conversation.cast import BOOK, Child, a_child
from tests.consultations.conversation.walk import every_screen, wander

OVER_AN_ANSWER = {BOOK.phrases[id].text for id in ("you_said", "said_apart")}
"""What stands over, or for, an answer: of one that was just changed, and of the one on the screen."""

Way = Callable[[Child], Iterator[tuple[Message, ...]]]


@pytest.fixture(params=[each.id for each in BOOK])
def child(request: pytest.FixtureRequest) -> Child:
    return a_child(request.param)


@pytest.fixture(params=[every_screen, partial(wander, steps=600)], ids=["every screen", "wandering"])
def way(request: pytest.FixtureRequest) -> Way:
    walk: Way = request.param
    return walk


def test_help_is_on_every_screen_a_child_is_at(child: Child, way: Way) -> None:
    without = set()
    for messages in way(child):
        shown = [button.id.partition(":")[2] for message in messages for button in message.buttons]
        if messages and shown.count(".go:.help") != 1:
            without.add((messages[-1].kind, messages[-1].lines[0].text))

    helping = {each for each in without if each[0] == "help"}
    unasked = {each for each in without if each[0] == "unasked"}
    assert helping
    assert without - helping - unasked <= {("notice", "Bye for now.")}


def test_no_screen_has_two_ways_back_and_each_changes_nothing_that_was_said(child: Child, way: Way) -> None:
    for messages in way(child):
        back = [button for message in messages for button in message.buttons if button.back]
        assert len(back) <= 1
        if back:
            _, place, choice = back[0].id.split(":")
            before = child.conversation
            after = advance(before, Tapped(before.id, place, choice), child.book, child.around, child.now)
            assert not after.happened
            assert (after.conversation.answers, after.conversation.hidden) == (before.answers, before.hidden)


def test_no_screen_says_the_same_line_twice(child: Child, way: Way) -> None:
    twice = set()
    for messages in way(child):
        ours = Counter(
            line.text
            for message in messages
            if message.kind != "card"
            for line in message.lines
            if line.role is not Role.CHILD and line.text not in OVER_AN_ANSWER
        )
        twice |= {text for text, count in ours.items() if count > 1}

    assert twice == set()
