"""What is folded shows nothing: two children who said different things leave the same pages to whoever comes next.

Amal and Billie came equally far, and stopped at the same place. On the way each answered, skipped, put off or refused
what they liked, with whatever choices and words, and shared it as they liked. Somebody comes in with their code, or
sits down beside them, and does whatever they like but for giving the right PIN. Page after page, down to every button's
id, the two are the same. One answer of each goes to somebody: that there is something to send is all that may be told.
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
    """Two children of one set at one place, who came there by the same way and did with the questions what they liked.

    Of some, somebody had been beside them for a while, and left before they stopped.
    """
    set = draw(st.sampled_from(list(BOOK)))
    main = [question for question in asked(set) if not question.after]
    with_pin, sent = draw(st.booleans()), draw(st.booleans())
    alone_until = draw(st.integers(1, len(main)))
    helped = draw(st.booleans())
    helped_until = draw(st.integers(alone_until, len(main))) if helped else alone_until
    at = draw(st.sampled_from(["there", "check", "paused"]))
    children = []
    for name in ("amal", "billie"):
        child = Child(begin("k3v9x2mq", set.id, "en_GB")).starts()
        if with_pin:
            child.sets_pin(*PIN.get(set.id, (DIGITS,)))
        child.taps(main[0].id, draw(st.sampled_from(main[0].choices)).id)
        while _to_come(child, main[:alone_until]):
            _does_as_they_like(draw, child, name)
        if helped:
            child.helped()
            while _to_come(child, main[:helped_until]):
                child.taps(child.conversation.place.about, ".skip")
            child.taps(".go", ".gone")
            _alone_again(draw, child, with_pin)
        child.taps(".go", ".check")  # where a choice changes an answer, and moves nobody
        for question in draw(st.lists(st.sampled_from(asked(set)), max_size=3)):
            if question.choices:
                child.taps(question.id, draw(st.sampled_from(question.choices)).id)
            else:
                child.does(Said(f"{name} again", question.id))
            _whatever_is_asked_at_once(draw, child)
        for answer in child.conversation.answers[1:]:
            child.shares(answer.question, draw(st.sampled_from(list(Sharing))).value)
        child.shares(main[0].id, draw(st.sampled_from(SHARINGS)).value)
        if sent:
            child.sends()
        last = main[min(helped_until, len(main) - 1)].id
        place = Place(Screen.CHECK) if at == "check" else Place(Screen.ASKING, last)
        child.conversation = replace(child.conversation, place=place, way_back=())
        if at == "paused":
            child.conversation = replace(child.conversation, place=Place(Screen.PAUSED), way_back=(place,))
        children.append(child)
    return children[0], children[1]


def _to_come(child: Child, these: list[Question]) -> bool:
    """Whether this child is still at one of these on the way, or at what one of them opened."""
    place = child.conversation.place
    question = BOOK.current(child.conversation.set).question(place.about)
    assert place.screen in (Screen.ASKING, Screen.CHECK)
    if place.screen is Screen.CHECK or child.conversation.way_back or question is None:
        return False
    return question in these or bool(question.after and child.conversation.asked[-1] in {each.id for each in these})


def _does_as_they_like(draw: st.DrawFn, child: Child, name: str) -> None:
    """With the question they are at: says something to it, or leaves it in one of the ways there are."""
    question = BOOK.current(child.conversation.set).question(child.conversation.place.about)
    assert question is not None
    ways = [".next", ".skip", ".rather_not", ".later", *(["words"] if question.words else [])]
    way = draw(st.sampled_from([*ways, *(choice.id for choice in question.choices)]))
    if way == "words":
        child.does(Said(f"{name}{question.id}", question.id, ref=f"m {question.id}"))
        way = ".next"
    child.taps(question.id, way)
    _whatever_is_asked_at_once(draw, child)


def _whatever_is_asked_at_once(draw: st.DrawFn, child: Child) -> None:
    place = child.conversation.place
    if place.screen is Screen.ALARM:
        for kind in draw(st.lists(st.sampled_from(["carer", "teacher"]), max_size=1)):
            child.taps(".alarm", kind)
        child.taps(".alarm", draw(st.sampled_from([".on", ".mistake"])))
    if place.screen is Screen.ASK_NOW:
        child.taps(".ask_now", draw(st.sampled_from([".no", place.about])))


def _alone_again(draw: st.DrawFn, child: Child, with_pin: bool) -> None:
    """The PIN, where there is one, and the private questions that waited: now, later or on another day."""
    if with_pin:
        for digits in PIN.get(child.conversation.usual, (DIGITS,)):
            child.taps(".pin", digits) if child.conversation.pin_pictures else child.says(digits, ".pin")
    if child.conversation.place.screen is Screen.PRIVATE:
        child.taps(".private", draw(st.sampled_from([".now", ".later", ".day"])))
        private = {each.id for each in BOOK.current(child.conversation.set).questions if each.private}
        while child.conversation.way_back and child.conversation.place.about in private:
            _does_as_they_like(draw, child, "x")


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
    """What of these goes, and to whom."""
    return {(each.question, each.choice, each.pieces, each.goes_to) for each in answers if each.may_go}


def _events(child: Child) -> st.SearchStrategy[Event]:
    """Anything on the screen, with or without words, and what may come from elsewhere."""
    questions = [question.id for question in BOOK.current(child.conversation.set).questions]
    main_line = [question.id for question in asked(BOOK.current(child.conversation.set)) if not question.after]
    buttons = [button.id for button in child.buttons()] or [f"{child.conversation.id}:.go:.here"]
    taps = st.builds(_tapped, st.sampled_from(buttons), st.one_of(st.just(""), WORDS))
    return st.one_of(
        taps,
        taps,
        taps,
        st.builds(Said, WORDS, st.one_of(st.none(), st.sampled_from([*questions, ".pin"]))),
        st.builds(_tapped, st.sampled_from([f"{child.conversation.id}:{id}:good" for id in questions]), st.just("")),
        st.builds(LastWord, WORDS, st.sampled_from(main_line), followed=st.just(True)),
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
