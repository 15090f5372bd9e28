"""What was said on our own page is shown to no messenger: not its words, not its choice, on no screen and in no button.

Amal and Billie said different things on our own page and went on in Telegram. Whatever they do there, the two read the
same, down to every button's id; and back on our page each finds their own words.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.conversation.events import Asked, Edited, Event, Looked, Said, Tapped
from consultations.conversation.state import Conversation, Screen, begin
from consultations.questions.sets import Question, QuestionSet
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, in_telegram, on_our_page, said_to

NOT_HERE = "You answered this on our own page. It isn't shown here."
SECRET = "zanzibarkettle"


def main_line(set: QuestionSet) -> list[Question]:
    """What everybody is asked."""
    return [each for each in set.questions if not (each.feedback or each.after)]


def opened(set: QuestionSet, question: Question, choice: str) -> list[Question]:
    """The follow-ups that this choice opens."""
    return [each for each in set.questions if f"{question.id}:{choice}" in each.after]


def answered_apart(set: str = "ages_16_17") -> Child:
    """A child who chose and said something on our own page, and is at the check page in Telegram."""
    child = a_child(set).starts()
    child.taps("feelings_now", "no", SECRET)
    in_telegram(child).taps(".go", ".check")
    return child


@st.composite
def two_children(draw: st.DrawFn) -> tuple[Child, Child, frozenset[str]]:
    """Two who answered the same questions apart, each in their own way, and what follow-ups that brought."""
    set = draw(st.sampled_from(list(BOOK)))
    asked = main_line(set)
    openers = [each for each in asked if any(opened(set, each, choice.id) for choice in each.choices)]
    others = draw(st.lists(st.sampled_from(asked), max_size=3, unique_by=lambda each: each.id))
    answered = {each.id: each for each in (draw(st.sampled_from(openers)), *others)}
    way = draw(st.sampled_from(["walking", "late", "changing"]))
    last = draw(st.sampled_from(["", ".stop", ".check", "sent"]))
    children = []
    for name in ("amal", "billie"):
        child = Child(begin("k3v9x2mq", set.id, "en_GB")).starts()
        for question in (each for each in asked if each.id in answered):
            if way == "walking":
                child.goes_to(question.id)
            elif way == "changing":
                child.taps(".go", ".check")
                child.taps(".change", question.id)
            _answers(child, question, name, draw)
        if last == "sent":
            child.sends()
        elif last:
            child.taps(".go", last)
        children.append(in_telegram(child))
    return children[0], children[1], frozenset(answered)


def _answers(child: Child, question: Question, name: str, draw: st.DrawFn) -> None:
    """A choice and words; and the same for what they open, or not."""
    if question.words:
        child.says(f"{name} {question.id}", question.id)
    if not question.choices:
        return
    choice = draw(st.sampled_from(question.choices)).id
    child.taps(question.id, choice)
    for each in opened(BOOK.current(child.conversation.set), question, choice):
        if draw(st.booleans()):
            _answers(child, each, name, draw)


@settings(max_examples=40, deadline=None)
@given(two_children(), st.data())
def test_a_messenger_carries_the_same_whatever_was_said_apart(
    children: tuple[Child, Child, frozenset[str]], data: st.DataObject
) -> None:
    amal, billie, answered = children
    said = [_pieces(child) for child in (amal, billie)]
    event: Event = Looked()
    for _ in range(data.draw(st.integers(5, 25))):
        if not _chooses(event, answered):
            for child in (amal, billie):
                child.does(event)
        assert amal.messages() == billie.messages()
        assert "amal" not in amal.sees()
        event = data.draw(_events(amal))

    for child, pieces in zip((amal, billie), said, strict=True):
        on_our_page(child).taps(".go", ".check")
        kept = pieces & _pieces(child)
        if child.conversation.place.screen is Screen.CHECK:
            assert all(piece in child.sees() for piece in kept), "here all of it is shown"


def _pieces(child: Child) -> set[str]:
    return {piece for answer in child.conversation.answers for piece in answer.pieces}


def _events(child: Child) -> st.SearchStrategy[Event]:
    """Anything on the screen, with or without words; late taps, replies, edits, commands."""
    questions = [each.id for each in main_line(BOOK.current(child.conversation.set))]
    buttons = [button.id for button in child.buttons()]
    taps = st.builds(_tapped, st.sampled_from(buttons), st.sampled_from(["", "", "from here"]))
    late = [f"{child.conversation.id}:{id}:{choice}" for id in questions for choice in (".over", ".more", ".rewrite")]
    return st.one_of(
        taps,
        taps,
        taps,
        st.builds(Said, st.just("from here"), st.sampled_from([None, *questions, *(f"={id}" for id in questions)])),
        st.builds(_tapped, st.sampled_from(late), st.just("")),
        st.builds(Edited, st.just("else"), st.sampled_from(["", "1", "2"])),
        st.builds(Asked, st.sampled_from([".check", ".stop", ".on", ".easier", ".usual", ".languages", ".here"])),
    )


def _chooses(event: Event, answered: frozenset[str]) -> bool:
    """A choice made anew in the messenger is said to it; for one of the two it may be no change."""
    return isinstance(event, Tapped) and event.place in answered and not event.choice.startswith(".")


def _tapped(id: str, words: str) -> Tapped:
    consultation, place, choice = id.split(":", 2)
    return Tapped(consultation, place, choice, words)


def test_every_page_says_that_it_was_answered_and_does_not_show_it() -> None:
    child = answered_apart()

    for place, choice in [(".share", "feelings_now"), (".go", ".check"), (".check", ".preview"), (".preview", ".back")]:
        assert NOT_HERE in child.sees()
        assert SECRET not in child.sees()
        child.taps(place, choice)
    child.taps(".change", "feelings_now")
    child.taps("feelings_now", ".rewrite")

    assert NOT_HERE in child.sees()
    assert SECRET not in child.sees()
    assert not any(button.chosen for button in child.buttons())


def test_it_is_shown_on_our_own_page_as_ever() -> None:
    child = on_our_page(answered_apart())

    child.does(Looked())

    assert SECRET in child.sees()
    assert NOT_HERE not in child.sees()


def test_what_is_sent_from_the_messenger_carries_the_words_and_nothing_of_where_they_were_said() -> None:
    child = answered_apart()
    child.shares("feelings_now", "everyone")

    (answer,) = dispatched(child.sends()).answers

    assert (answer.choice, answer.words, answer.goes_to) == ("no", SECRET, "everyone")


def test_words_added_in_the_messenger_bring_nothing_of_the_others_to_it() -> None:
    child = answered_apart()

    child.says("and this", "feelings_now")

    assert said_to(child, "feelings_now").pieces == (SECRET, "and this")
    assert SECRET not in child.sees()
    assert NOT_HERE in child.sees()


@pytest.mark.parametrize("anew", ["cleared", "rewritten"])
def test_answered_anew_in_the_messenger_it_is_an_answer_like_any_other(anew: str) -> None:
    child = a_child("ages_16_17").starts()
    child.says(SECRET, "feelings_now")
    in_telegram(child).taps(".go", ".check")
    child.taps(".change", "feelings_now")
    child.taps("feelings_now", ".over" if anew == "cleared" else ".rewrite")
    child.says("from here")

    child.taps(".go", ".check")

    assert said_to(child, "feelings_now").pieces == ("from here",)
    assert "from here" in child.sees()
    assert NOT_HERE not in child.sees()


def test_what_was_said_in_the_messenger_and_changed_on_our_page_is_not_shown_there_again() -> None:
    child = in_telegram(a_child("ages_16_17").starts())
    child.says("from here", "feelings_now")
    on_our_page(child).says(SECRET, "feelings_now")

    in_telegram(child).taps(".go", ".check")

    assert SECRET not in child.sees()
    assert NOT_HERE in child.sees()


def test_an_answer_from_before_this_was_remembered_is_shown() -> None:
    child = answered_apart()
    kept = json.loads(child.conversation.to_bytes())
    for answer in kept["answers"]:
        del answer["apart"]
    child.conversation = Conversation.from_bytes(json.dumps(kept).encode())

    child.does(Looked())

    assert SECRET in child.sees()


def test_the_button_that_sends_says_nothing_of_it_to_the_messenger() -> None:
    children = [answered_apart(), answered_apart()]
    other = tuple(replace(each, choice="good", pieces=("other",)) for each in children[1].conversation.answers)
    children[1].conversation = replace(children[1].conversation, answers=other)

    for child in children:
        child.does(Looked())

    assert children[0].send_button() == children[1].send_button()
