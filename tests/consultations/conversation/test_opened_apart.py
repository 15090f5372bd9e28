"""What a choice made on our own page opens is told to no messenger: not asked there, not shown, not counted.

It is asked on our own page, goes with whatever is sent, and nobody shares it wider from where it is not shown.
"""

from __future__ import annotations

import pytest

from consultations.answers import Sharing
from consultations.conversation.events import Looked, ReminderDue
from consultations.conversation.state import Place, Screen
from tests.consultations.conversation.cast import Child, a_child, dispatched, in_telegram, on_our_page, said_to

SECRET = "zanzibarkettle"


def unhappy_apart(follow_up: str = "") -> Child:
    """A child who chose "no" on our own page, and was asked there what would be better."""
    child = a_child("ages_16_17").starts().goes_to("home_settled")
    child.taps("home_settled", "no")
    assert child.conversation.place.about == "home_change"
    if follow_up:
        child.says(follow_up)
    return child


def happy_apart() -> Child:
    """A child who chose "good" there, and was asked nothing more about it."""
    child = a_child("ages_16_17").starts().goes_to("home_settled")
    child.taps("home_settled", "good")
    return child


def checks_in_telegram(child: Child) -> Child:
    in_telegram(child).taps(".go", ".check")
    return child


def test_a_follow_up_of_what_was_chosen_apart_is_asked_on_our_own_page_and_not_in_the_messenger() -> None:
    child = checks_in_telegram(unhappy_apart())

    in_the_messenger = child.choices()
    on_our_page(child).does(Looked())
    on_the_page = child.choices()
    child.taps(".check", ".on")

    assert ".change:home_change" in on_the_page - in_the_messenger
    assert child.conversation.place.about == "home_change"


def test_a_follow_up_answered_apart_goes_with_what_is_sent_from_the_messenger_and_is_shown_nowhere_there() -> None:
    child = checks_in_telegram(unhappy_apart(SECRET))

    cards = [button for button in child.choices() if button.startswith((".change:", ".share:"))]
    sent = dispatched(child.sends()).answers

    assert not any("home_change" in button for button in cards)
    assert [answer.question for answer in sent] == ["home_settled", "home_change"]


def test_a_follow_up_the_messenger_knows_of_stands_there_as_answered_when_it_was_answered_apart() -> None:
    child = in_telegram(a_child("ages_16_17").starts()).goes_to("home_settled")
    child.taps("home_settled", "no")
    on_our_page(child).says(SECRET)

    in_telegram(child).taps(".go", ".check")

    assert ".share:home_change" in child.choices()
    assert SECRET not in child.sees()


@pytest.mark.parametrize("late", [(".change", "home_change"), (".share", "home_change"), ("home_change", ".rewrite")])
def test_a_late_tap_on_a_follow_up_tells_nothing_of_a_choice_changed_apart(late: tuple[str, str]) -> None:
    children = []
    for choice, words in (("mixed", SECRET), ("good", "")):
        child = in_telegram(a_child("ages_16_17").starts()).goes_to("home_settled")
        child.taps("home_settled", "no")
        child.taps("home_change", ".skip")
        on_our_page(child).taps("home_settled", choice)
        if words:
            child.says(words, "home_change")
        child.says("hello", "feelings_now")
        checks_in_telegram(child).taps(".change", "feelings_now")
        child.taps("feelings_now", ".back")
        child.taps(*late)
        children.append(child)

    assert children[0].messages() == children[1].messages()


def test_a_follow_up_answered_in_the_messenger_is_not_shown_there_once_its_opener_was_changed_apart() -> None:
    children = []
    for choice in ("mixed", "good"):
        child = in_telegram(a_child("ages_16_17").starts()).goes_to("home_settled")
        child.taps("home_settled", "no")
        child.says("from here")
        on_our_page(child).taps("home_settled", choice)
        children.append(checks_in_telegram(child))

    assert children[0].messages() == children[1].messages()
    assert "from here" not in children[0].sees()


@pytest.mark.parametrize(
    "taps",
    [
        pytest.param([(".change", "home_settled"), ("home_settled", ".over"), (".go", ".check")], id="taken out"),
        pytest.param([(".s.*", "nobody"), (".s.*", "officer")], id="kept for nobody, and let go again"),
        pytest.param(
            [
                (".s.home_settled", "nobody"),
                (".go", ".helper"),
                (".helper", "carer"),
                (".typing", "me"),
                (".go", ".check"),
            ],
            id="folded",
        ),
    ],
)
def test_what_is_done_in_the_messenger_to_the_answer_that_opened_a_follow_up_tells_nothing_of_that(
    taps: list[tuple[str, str]],
) -> None:
    children = [checks_in_telegram(unhappy_apart(SECRET)), checks_in_telegram(happy_apart())]

    for place, choice in taps:
        for child in children:
            child.taps(place, choice)
        assert children[0].messages() == children[1].messages()


def test_a_follow_up_sent_from_our_own_page_leaves_no_change_to_send_in_the_messenger() -> None:
    children = [unhappy_apart(SECRET), happy_apart()]

    for child in children:
        child.says("hello", "feelings_now")
        child.shares("home_settled", "nobody")
        child.sends()
        in_telegram(child).does(Looked())

    assert children[0].messages() == children[1].messages()


@pytest.mark.parametrize(
    ("taps", "screen", "about"),
    [
        pytest.param([("home_change", ".rewrite")], Screen.ASKING, "people_see", id="rewriting it"),
        pytest.param([(".go", ".stop"), (".go", ".on")], Screen.ASKING, "people_see", id="a pause"),
        pytest.param([(".go", ".check"), (".change", "home_change")], Screen.CHECK, "", id="changing it"),
        pytest.param([(".go", ".check"), (".share", "home_change")], Screen.CHECK, "", id="sharing it"),
    ],
)
def test_a_page_left_at_a_follow_up_goes_on_in_the_messenger_as_if_it_had_not_been_asked(
    taps: list[tuple[str, str]], screen: Screen, about: str
) -> None:
    child = unhappy_apart(SECRET)

    for place, choice in taps:
        child.taps(place, choice)
    in_telegram(child).does(Looked())

    assert child.conversation.place == Place(screen, about)
    assert not any("home_change" in choice for choice in child.choices())


def test_a_reminder_in_the_messenger_leaves_the_page_at_its_follow_up() -> None:
    child = a_child("ages_16_17").starts().goes_to("home_settled")
    child.taps("home_settled", "no")

    in_telegram(child).does(ReminderDue())

    assert child.conversation.place.about == "home_change"


@pytest.mark.parametrize("question", ["*", "home_settled"])
def test_what_is_not_shown_in_the_messenger_is_shared_no_wider_from_there(question: str) -> None:
    child = checks_in_telegram(unhappy_apart(SECRET))

    child.shares(question, "everyone")

    assert said_to(child, "home_settled").goes_to is Sharing.EVERYONE
    assert said_to(child, "home_change").goes_to is Sharing.OFFICER


def test_what_is_not_shown_in_the_messenger_keeps_its_readers_when_another_answer_is_given_fewer() -> None:
    child = unhappy_apart(SECRET)
    child.says("hello", "feelings_now")
    child.shares("*", "everyone")

    in_telegram(child).shares("feelings_now", "officer")

    assert said_to(child, "home_change").goes_to is Sharing.EVERYONE


@pytest.mark.parametrize("question", ["*", "home_settled"])
def test_what_is_not_shown_in_the_messenger_goes_no_further_than_what_opened_it_is_let_go_there(question: str) -> None:
    child = unhappy_apart(SECRET)
    child.shares("*", "everyone")

    in_telegram(child).shares(question, "officer")

    assert said_to(child, "home_change").goes_to is Sharing.OFFICER


def test_a_follow_up_of_an_answer_for_nobody_is_sent_from_where_it_is_shown() -> None:
    child = checks_in_telegram(unhappy_apart(SECRET))
    child.says("hello", "feelings_now")
    child.shares("home_settled", "nobody")

    (from_telegram,) = dispatched(child.sends()).answers
    offered = any(":.send:" in button.id for button in child.buttons())
    from_our_page = dispatched(on_our_page(child).sends()).answers

    assert from_telegram.question == "feelings_now"
    assert not offered
    assert [answer.question for answer in from_our_page] == ["feelings_now", "home_change"]


def test_kept_for_nobody_in_the_messenger_and_let_go_again_takes_its_follow_up_along() -> None:
    child = checks_in_telegram(unhappy_apart(SECRET))
    child.shares("*", "nobody")
    child.taps(".go", ".check")
    assert not any(":.send:" in button.id for button in child.buttons())

    child.shares("home_settled", "officer")

    assert [answer.question for answer in dispatched(child.sends()).answers] == ["home_settled", "home_change"]
