"""A child changes the language at every question, from each to each other, and nothing they said is lost or moved."""

from __future__ import annotations

from itertools import permutations

import pytest

from consultations.answers import Answer
from consultations.conversation.replies import Ask, Check
from consultations.conversation.state import Screen, begin
from consultations.languages import LANGUAGES, load_words
from consultations.languages.loading import LOCALES
from consultations.messages import Role
from consultations.wording import Wording
from tests import pseudo
from tests.consultations.conversation.cast import BOOK, NUMBERS, Child, screen

SPOKEN = {**pseudo.spoken(), **load_words(LOCALES)}
"""Every language children are offered; while there is no catalogue of one yet, what nobody speaks in its place."""

SETS = [each.id for each in BOOK]
PAIRS = [pytest.param(*pair, id=" to ".join(pair)) for pair in permutations(SPOKEN, 2)]


def begun(set: str, language: str) -> Child:
    child = Child(begin("k3v9x2mq", set, "en_GB"), wording=Wording(SPOKEN, NUMBERS))
    child.later(languages=tuple(SPOKEN))
    child.taps(".language", language)
    for step in ("what", "safety", "how"):
        child.taps(".opening", step)
    child.taps(".go", ".here")
    return child


def answers(child: Child) -> list[tuple[str, str | None, str, str]]:
    return [(each.question, each.choice, each.words, each.language) for each in child.conversation.answers]


def change_to(child: Child, language: str) -> None:
    child.taps(".go", ".languages")
    child.taps(".language", language)


@pytest.mark.parametrize("set", SETS)
@pytest.mark.parametrize(("theirs", "other"), PAIRS)
def test_at_every_question_and_back(set: str, theirs: str, other: str) -> None:
    child = begun(set, theirs)
    said = 0
    while (here := child.conversation.place).screen is not Screen.CHECK:
        if here.screen is Screen.PIN_OFFER:
            child.taps(".pin", ".no")
            continue
        if here.screen is Screen.ASK_NOW:
            child.not_now()
            continue
        question = BOOK.current(set).question(here.about)
        assert question is not None
        if question.choices:
            child.taps(here.about, question.choices[0].id)
        else:
            child.says(f"words {said}")
        at = child.conversation.place
        before = answers(child)

        change_to(child, other)

        assert child.conversation.place == at
        assert answers(child) == before
        shown = child.messages()[-1]
        assert (shown.language, shown.direction) == (LANGUAGES[other].tag, LANGUAGES[other].direction)
        if at.screen is Screen.ASKING:
            assert isinstance(screen(child.turns[-1]), Ask)
            child.says(f"more {said}") if question.words and at == here else None
        change_to(child, theirs)
        assert child.conversation.place == at
        if child.conversation.place == here:
            child.taps(here.about, ".next")
        said += 1

    assert isinstance(screen(child.turns[-1]), Check)
    assert said >= 12
    assert {each.language for each in child.conversation.answers} <= {theirs, other}


@pytest.mark.parametrize(("theirs", "other"), PAIRS)
def test_what_was_said_keeps_its_own_language_on_the_check_page(theirs: str, other: str) -> None:
    child = begun("ages_12_15", theirs)
    child.says("the words of a child")
    change_to(child, other)
    child.taps(".go", ".check")

    lines = [line for message in child.messages() for line in message.lines]
    (own,) = [line for line in lines if line.role is Role.CHILD]
    (answer,) = child.conversation.answers
    assert (own.text, own.language) == ("the words of a child", theirs)
    assert isinstance(answer, Answer)
    assert answer.language == theirs


def test_a_language_nobody_offers_changes_nothing() -> None:
    child = begun("ages_8_11", "ar")

    for nonsense in ("so", "tlh", "", "../ar", "AR"):
        child.taps(".language", nonsense)
        assert child.conversation.language == "ar"


def test_a_language_that_is_not_offered_any_more_becomes_english_and_says_so_by_speaking_it() -> None:
    child = begun("ages_8_11", "ar")
    child.says("كلام")

    child.later(languages=("en_GB", "vi"))
    child.taps(".go", ".here")

    assert child.conversation.language == "en_GB"
    assert child.messages()[-1].language == "en-GB"
    assert answers(child) == [("feelings_now", None, "كلام", "ar")]
