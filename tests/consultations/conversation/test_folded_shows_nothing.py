"""What is folded shows nothing: two children who said different things leave the same pages to whoever comes next.

Amal and Billie answered the same questions, with other choices, other words and other sharings, and stopped at the same
place. Somebody comes in with their code, or sits down beside them, and does whatever they like but for giving the
right PIN. Page after page, down to every button's id, the two are the same.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.answers import Answer, Sharing
from consultations.conversation.events import (
    Arrived,
    Asked,
    Edited,
    Event,
    HandedOver,
    LastWord,
    Looked,
    ReminderDue,
    Said,
    Tapped,
    Tidied,
    Unheard,
    Unreadable,
)
from consultations.conversation.happened import Dispatched, WindowShut
from consultations.conversation.route import going
from consultations.conversation.state import Place, Screen, begin
from consultations.questions.sets import Question, QuestionSet
from tests.consultations.conversation.cast import BOOK, MORNING, Child, a_child, happened, shown

PIN = {"ages_4_7": ("dog", "cat", "fish")}
DIGITS = "1234"
SHARINGS = [sharing for sharing in Sharing if sharing is not Sharing.NOBODY]


def asked(set: QuestionSet) -> list[Question]:
    return [question for question in set.questions if not question.feedback]


@st.composite
def two_children(draw: st.DrawFn) -> tuple[Child, Child]:
    """Two children of one set at one place, who answered the same main questions differently."""
    set = draw(st.sampled_from(list(BOOK)))
    main = [question for question in asked(set) if not question.after]
    answered = draw(st.lists(st.sampled_from(main), min_size=1, max_size=6, unique_by=lambda each: each.id))
    with_pin = draw(st.booleans())
    sent = draw(st.booleans())
    at = draw(st.sampled_from([Place(Screen.ASKING, main[2].id), Place(Screen.CHECK), Place(Screen.PAUSED)]))
    children = []
    for name in ("amal", "billie"):
        child = Child(begin("k3v9x2mq", set.id, "en_GB")).starts()
        if with_pin:
            child.sets_pin(*PIN.get(set.id, (DIGITS,)))
        for question in answered:
            taps = draw(st.booleans())
            if question.choices and (taps or not question.words):
                child.taps(question.id, draw(st.sampled_from(question.choices)).id)
            else:
                child.does(Said(f"{name}{question.id}", question.id, ref=f"m {question.id}"))
            child.shares(question.id, draw(st.sampled_from(SHARINGS)).value)
        for follow_up in (each for each in asked(set) if each.after):
            if draw(st.booleans()):
                child.does(Said(f"{name}{follow_up.id}", follow_up.id, ref=f"m {follow_up.id}"))
        if sent:
            child.sends()
        way_back = (Place(Screen.ASKING, main[1].id),) if at.screen is Screen.PAUSED else ()
        child.conversation = replace(child.conversation, place=at, way_back=way_back)
        children.append(child)
    return children[0], children[1]


FIRST = st.sampled_from(["link", "code", "a new code", "a helper"])
WORDS = st.sampled_from(["hello", "9999", "5678", "x"])


@settings(max_examples=40, deadline=None)
@given(two_children(), FIRST, st.data())
def test_whoever_comes_next_reads_the_same_whatever_was_said(
    children: tuple[Child, Child], first: str, data: st.DataObject
) -> None:
    amal, billie = children
    for child in children:
        if first == "a helper":
            child.helped()
        else:
            child.does(Arrived("link" if first == "link" else "code", child.now if first == "a new code" else None))
    kept = [_sharings(going(child.conversation, BOOK)) for child in children]
    assert amal.messages() == billie.messages()

    for _ in range(data.draw(st.integers(5, 25))):
        event = data.draw(_events(amal))
        if _gives_the_pin(amal, event):
            continue
        if data.draw(st.integers(0, 7)) == 0:
            hours = data.draw(st.sampled_from([1, 30]))
            amal.waits(hours=hours)
            billie.waits(hours=hours)
        turns = [child.does(event) for child in children]

        assert amal.messages() == billie.messages()
        for turn, sharings in zip(turns, kept, strict=True):
            for sending in turn.happened:
                if isinstance(sending, Dispatched):
                    assert sharings <= _sharings(sending.answers), "it goes, to those it was for and no more"
            if happened(turn, WindowShut):
                sharings.clear()


@pytest.mark.parametrize("set", [each.id for each in BOOK])
@pytest.mark.parametrize("how", ["comes back", "is helped"])
def test_the_same_is_asked_whatever_was_chosen(set: str, how: str) -> None:
    """Of each question that may open another, with each of its choices."""
    book = BOOK.current(set)
    for opener in {opener.partition(":")[0] for question in book.questions for opener in question.after}:
        question = book.question(opener)
        assert question is not None
        walks = []
        for choice in question.choices:
            child = a_child(set).starts()
            child.taps(opener, choice.id)
            child.helped() if how == "is helped" else child.comes_back()
            walks.append([child.messages(child.taps(".go", ".check")), child.messages(child.taps(".check", ".on"))])
            while child.conversation.place.screen is Screen.ASKING:
                walks[-1].append(child.messages(child.taps(child.conversation.place.about, ".next")))
        assert all(walk == walks[0] for walk in walks)


@pytest.mark.parametrize("how", ["comes back", "is helped"])
def test_whoever_opens_the_follow_up_anew_does_not_see_whether_it_was_answered(how: str) -> None:
    pages = []
    for said in ("a lamp", ""):
        child = a_child("ages_16_17").starts()
        child.taps("review_how", "says_it")
        child.says(said, "review_speaker")
        child.helped() if how == "is helped" else child.comes_back()
        child.taps("review_how", "says_it")
        walk = [(".change", "review_how"), ("review_how", "says_it"), ("review_how", "read_out"), (".go", ".check")]
        pages.append([child.messages(child.taps(place, asked)) for place, asked in walk])
        assert "Who would you like to say it" in "".join(map(shown, pages[-1]))

    assert pages[0] == pages[1]


def test_what_was_kept_and_not_sent_is_not_told_of_when_the_window_is_closed() -> None:
    """Only one of the two had a follow-up that was not going: it stays hers, and nobody sees that it is there."""
    pages = []
    for choice in ("good", "no"):
        child = a_child().starts()
        child.taps("home_settled", "no")
        child.says("a lamp", "home_change")
        child.taps("home_settled", choice)
        child.sends()
        child.comes_back()
        child.waits(hours=25)
        pages.append([child.messages(child.taps(place, asked)) for place, asked in _A_WALK])

    assert pages[0] == pages[1]


_A_WALK = [(".go", ".here"), (".go", ".check"), (".check", ".back"), (".after", ".add"), ("anything_else", ".more")]


def _sharings(answers: tuple[Answer, ...]) -> set[tuple[object, ...]]:
    return {(each.question, each.choice, each.pieces, each.goes_to) for each in answers}


def _events(child: Child) -> st.SearchStrategy[Event]:
    """Anything on the screen, with or without words, and what may come from elsewhere."""
    questions = [question.id for question in BOOK.current(child.conversation.set).questions]
    buttons = [button.id for button in child.buttons()] or [f"{child.conversation.id}:.go:.here"]
    taps = st.builds(_tapped, st.sampled_from(buttons), st.one_of(st.just(""), WORDS))
    return st.one_of(
        taps,
        taps,
        taps,
        st.builds(Said, WORDS, st.one_of(st.none(), st.sampled_from([*questions, ".pin"]))),
        st.builds(_tapped, st.sampled_from([f"{child.conversation.id}:{id}:good" for id in questions]), st.just("")),
        st.builds(LastWord, WORDS, st.sampled_from(questions), followed=st.just(True)),
        st.builds(Edited, WORDS, st.sampled_from([f"m {id}" for id in questions])),
        st.builds(Asked, st.sampled_from([".help", ".stop", ".check", ".on", ".helper", ".easier", ".usual", ".tidy"])),
        st.sampled_from([Looked(), Unreadable("sticker"), Arrived("code"), HandedOver("nobody's"), Tidied()]),
        st.sampled_from([ReminderDue(), Unheard(MORNING)]),
    )


def _tapped(id: str, words: str) -> Tapped:
    consultation, place, choice = id.split(":", 2)
    return Tapped(consultation, place, choice, words)


def _gives_the_pin(child: Child, event: Event) -> bool:
    """Whether this is the last picture of the right three; the right digits are never typed."""
    conversation = child.conversation
    right = PIN.get(conversation.usual, ())
    asks = conversation.place.screen is Screen.PIN_ASK and conversation.pin_pictures
    return asks and isinstance(event, Tapped) and (*conversation.pin_entry, event.choice) == right
