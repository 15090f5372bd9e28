"""Once the child has touched on their own screen what was keyed in, it is theirs: unseen and unsent where it was keyed.

Robin is at her own phone while Sam keys in her form; Amal while Sam keys in what she said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from consultations.answers import PAPER, SPOKEN, Sharing
from consultations.conversation.events import Looked, Said
from consultations.conversation.happened import Departed
from consultations.conversation.replies import Notice, SittingDone
from consultations.conversation.state import WINDOW
from consultations.rendering.headings import StaffHeadings, company
from tests.consultations.conversation.cast import (
    Child,
    a_child,
    dispatched,
    in_telegram,
    notices,
    on_our_page,
    said_to,
    screen,
)
from tests.consultations.conversation.staff_screen import Staff, keys_in, sits_down

KEYED, ALSO_KEYED = "PAPER-1", "PAPER-2"
OWN = "ROBIN-1"


def at_the_end(child: Child) -> Staff:
    """Sam has keyed in two answers, and looks at them."""
    keyer = keys_in(child)
    keyer.taps("people_see", "more", KEYED)
    keyer.says(ALSO_KEYED, "school")
    return keyer.ends()


def marks(child: Child, question: str = "people_see") -> list[str]:
    return [mark for _, mark in company(said_to(child, question), StaffHeadings())]


def rewrites(child: Child, words: str = OWN) -> None:
    child.says(words, "=people_see")


TOUCHES: dict[str, Callable[[Child], object]] = {
    "words added": lambda child: child.says(OWN, "people_see"),
    "words rewritten": rewrites,
    "another choice": lambda child: child.taps("people_see", "less"),
    "for nobody": lambda child: child.shares("people_see", "nobody"),
    "for everyone": lambda child: child.shares("people_see", "everyone"),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_what_the_child_touched_is_gone_from_the_officers_page_and_does_not_go_with_the_form(touch: str) -> None:
    child = a_child().starts()
    keyer = at_the_end(child)
    child.taps(".go", ".check")
    TOUCHES[touch](child)
    theirs = said_to(child, "people_see")

    keyer.does(Looked())
    page, buttons = keyer.sees(), keyer.choices()
    keyer.taps(".sit", "=people_see")
    keyer.taps(".s.people_see", "everyone")
    keyer.taps(".sit", "people_see")
    sent = dispatched(keyer.taps(".sit", ".send"))

    assert KEYED not in page
    assert OWN not in page + keyer.sees()
    assert {".sit:people_see", ".sit:=people_see"}.isdisjoint(buttons)
    assert [(each.question, each.words) for each in sent.answers] == [("school", ALSO_KEYED)]
    assert said_to(child, "people_see") == theirs


@pytest.mark.parametrize("how", [PAPER, SPOKEN])
def test_words_the_child_adds_are_not_shown_by_going_back_nor_to_a_later_visit_and_take_no_more_from_there(
    how: str,
) -> None:
    child = a_child().starts()
    keyer = keys_in(child, how)
    keyer.taps(".sit", ".mine")
    keyer.says(KEYED, "people_see")
    keyer.at("people_see").taps("people_see", ".next")
    child.says(OWN, "people_see")
    theirs = said_to(child, "people_see")

    keyer.taps(keyer.about, ".back")
    back = keyer.sees()
    refused = keyer.says("And this", "people_see")
    later = keys_in(child, how, number=2)
    later.taps(".sit", ".mine")

    assert OWN not in back
    assert notices(refused) == ("words_not_kept",)
    assert OWN not in later.ends().sees()
    assert said_to(child, "people_see") == theirs


def test_what_nobody_touched_is_there_for_the_same_officer_another_time_as_it_was_keyed_and_shared() -> None:
    child = a_child().starts()
    keyer = at_the_end(child)
    keyer.taps(".sit", "=school")
    keyer.taps(".s.school", "everyone")
    keyer.taps(".sit", ".done")

    again = keys_in(child, number=2).ends()
    sent = dispatched(again.taps(".sit", ".send"))

    assert [(each.choice, each.words, each.goes_to) for each in sent.answers] == [
        ("more", KEYED, Sharing.OFFICER),
        (None, ALSO_KEYED, Sharing.EVERYONE),
    ]


def test_the_marks_say_of_keyed_words_that_only_some_are_and_of_rewritten_ones_that_they_are_the_childs() -> None:
    child = a_child().starts()
    keyer = keys_in(child)
    keyer.says(KEYED, "people_see")
    whole = marks(child)
    child.says(OWN, "people_see")
    partly = marks(child)
    rewrites(child)

    assert whole == [
        "From the child's paper form, keyed in by Sam Okafor (the officer) on Thursday 3 December 2026",
    ]
    assert partly == ["Partly typed by Sam Okafor (the officer); the child's own words"]
    assert marks(child) == []
    assert (said_to(child, "people_see").typed_by, said_to(child, "people_see").keyed) == ("child", "")


@pytest.mark.parametrize("whose", [".mine", ".theirs"])
def test_of_an_answer_whose_words_the_child_rewrote_a_keyed_choice_is_still_said_to_be_keyed(whose: str) -> None:
    child = a_child().starts()
    keyer = keys_in(child, SPOKEN)
    keyer.taps(".sit", whose)
    keyer.taps("people_see", "more", KEYED)

    rewrites(child)

    assert marks(child)[0] == "Partly typed by Sam Okafor (the officer); the child's own words"


def test_an_answer_the_officer_adds_to_themselves_is_all_keyed() -> None:
    child = a_child()
    keyer = keys_in(child)
    keyer.says(KEYED, "people_see")
    keyer.says(ALSO_KEYED, "people_see")

    answer = said_to(child, "people_see")

    assert (answer.pieces, answer.partly) == ((KEYED, ALSO_KEYED), False)
    assert ALSO_KEYED in keyer.ends().sees()


def test_in_a_sitting_a_choice_is_no_words_of_the_advocates_once_the_child_alone_has_replaced_them_all() -> None:
    child = a_child().starts()
    advocate = sits_down(child)
    advocate.taps(".sit", ".yes")
    advocate.taps(".sit", ".theirs")
    advocate.at("people_see").taps("people_see", "more")
    advocate.says(KEYED, "people_see")
    child.taps(".go", ".gone")
    child.says(OWN, "people_see")
    joined = marks(child)

    rewrites(child)
    answer = said_to(child, "people_see")

    assert joined[0] == "Partly typed by Priya Nair (an advocate); that part is not the child's own words"
    assert (answer.choice, answer.words, answer.typed_by, answer.own_words) == ("more", OWN, "child", True)
    assert answer.confirmed
    assert marks(child) == ["With Priya Nair (an advocate) there"]


def sent_before(child: Child) -> Child:
    """The child has sent something of their own, and the day is over."""
    child.says("The dog", "feelings_now")
    child.sends()
    child.waits(seconds=WINDOW.total_seconds())
    return child


def test_a_talk_is_not_sent_before_the_child_says_that_each_answer_is_right() -> None:
    child = sent_before(a_child().starts())
    keyer = keys_in(child, SPOKEN)
    keyer.taps(".sit", ".mine")
    keyer.says(KEYED, "people_see")
    keyer.taps(".sit", ".done")

    child.does(Looked())
    first = child.choices()
    child.taps(".after", ".change")
    page, offered = child.sees(), child.choices()
    child.taps(".right", "people_see")
    after = keyer_sees_again(child)
    sent = dispatched(child.sends())

    assert not any(each.startswith(".send:") for each in first | offered)
    assert ".after:.change" in first
    assert KEYED in page
    assert "It won't be sent until you say it's right." in page
    assert KEYED not in after
    assert [each.words for each in sent.answers] == [KEYED]


def test_what_is_not_shown_in_a_messenger_is_not_said_to_be_right_there() -> None:
    child = a_child().starts()
    keyer = keys_in(child, SPOKEN)
    keyer.taps(".sit", ".mine")
    keyer.says(KEYED, "people_see")
    in_telegram(child).taps(".go", ".check")
    there, offered = child.sees(), child.choices()
    on_our_page(child).taps(".go", ".check")

    assert KEYED not in there
    assert ".right:people_see" not in offered
    assert ".right:people_see" in child.choices()


def keyer_sees_again(child: Child) -> str:
    later = keys_in(child, SPOKEN, number=2)
    later.taps(".sit", ".mine")
    page = later.ends().sees()
    later.taps(".sit", ".done")
    return page


def test_a_form_that_was_keyed_in_after_the_child_had_sent_is_seen_before_it_goes_too() -> None:
    child = sent_before(a_child().starts())
    keys_in(child).says(KEYED, "people_see")

    child.does(Looked())
    first = child.choices()
    child.taps(".after", ".change")
    page = child.sees()
    sent = dispatched(child.sends())

    assert not any(each.startswith(".send:") for each in first)
    assert KEYED in page
    assert [each.words for each in sent.answers] == [KEYED]


@pytest.mark.parametrize("pin", ["", "2468"])
def test_a_talk_that_is_hidden_from_whoever_comes_in_is_not_sent_and_that_is_said(pin: str) -> None:
    child = a_child().starts()
    if pin:
        child.sets_pin(pin)
    sent_before(child)
    keyer = keys_in(child, SPOKEN)
    keyer.taps(".sit", ".mine")
    keyer.says(KEYED, "people_see")
    keyer.taps(".sit", ".done")

    told = child.comes_back()
    if pin:
        child.taps(".pin", ".without")
    at_once = child.choices()
    child.taps(".go", ".check")

    assert ("keyed_here_spoken" if pin else "keyed_hidden_spoken") in notices(told)
    assert KEYED not in child.sees()
    assert not any(each.startswith(".send:") for each in at_once | child.choices())


def test_whose_form_it_is_stands_first_on_the_screen_and_nothing_is_said_to_be_unseen_by_who_keys_it_in() -> None:
    child = a_child().starts()
    keyer = keys_in(child)
    pages = [keyer.sees()]
    keyer.says(KEYED, "people_see")
    pages.append(keyer.sees())
    pages.append(keyer.ends().sees())
    keyer.taps("people_see", "more")
    pages.append(keyer.sees())
    gone = keyer.taps(".sit", ".done")
    by_an_advocate = keys_in(a_child(), SPOKEN, "advocate", "Priya Nair").sees()

    assert all(page.startswith("NB-104") for page in pages)
    assert "can't see this" not in "".join(pages)
    assert Departed() in gone.happened
    assert "NB-104" not in keyer.sees()
    assert by_an_advocate.startswith("Amal")
    assert "NB-104" not in by_an_advocate


def test_what_the_child_sent_before_is_not_told_where_something_is_keyed_in_out_of_turn() -> None:
    child = sent_before(a_child().starts())
    child.now -= timedelta(hours=1)
    keyer = keys_in(child).ends()

    keyer.does(Said(KEYED, "people_see"))

    assert "changed_answer" in notices(keyer.turn)
    assert "sent" not in keyer.sees()
    assert not any(each.startswith(".send:") for each in keyer.choices())


def test_saying_it_is_finished_leads_to_the_end_first_where_the_form_can_be_sent() -> None:
    child = a_child()
    keyer = keys_in(child)

    first = keyer.taps(".sit", ".done", KEYED, "people_see")
    offered = keyer.choices()
    then = keyer.taps(".sit", ".done")

    end = screen(first)
    assert isinstance(end, SittingDone)
    assert [each.words for each in end.answers] == [KEYED]
    assert {".sit:.send", ".sit:=people_see", ".sit:.done"} <= offered
    assert then.replies == (Notice("keyed_finished"),)
    assert child.conversation.sitting is None
