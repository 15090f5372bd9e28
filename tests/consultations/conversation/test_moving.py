"""One question at a time, back from everywhere, and only what a change touches is asked again."""

from __future__ import annotations

import pytest

from consultations.conversation.events import Looked
from consultations.conversation.replies import AfterSending, Ask, Check, Opening, Paused, PinEntry, PinOffer
from consultations.conversation.route import questions_on_the_way
from consultations.conversation.state import Conversation, Place, Screen
from consultations.conversation.turn import Setting
from tests.consultations.conversation.cast import BOOK, Child, a_child, notices, screen

SETS = [each.id for each in BOOK]


def asks(child: Child) -> str:
    waits = screen(child.turns[-1])
    return waits.question if isinstance(waits, Ask) else ""


def walk(child: Child) -> list[str]:
    """Next, until the check page; the questions that were asked."""
    walked = []
    while (here := child.conversation.place).screen is Screen.ASKING:
        walked.append(here.about)
        child.taps(here.about, ".next")
    return walked


def test_the_opening_is_at_most_four_screens_and_back_leads_through_all_of_them() -> None:
    child = a_child()
    child.later(languages=("en_GB", "ar"))
    seen = []
    for place, choice in [(".language", "ar"), (".opening", "what"), (".opening", "safety"), (".opening", "how")]:
        seen.append(screen(child.taps(".go", ".here")))
        child.taps(place, choice)

    assert [each.step for each in seen if isinstance(each, Opening)] == ["language", "what", "safety", "how"]
    assert asks(child) == "feelings_now"
    back = [screen(child.taps("feelings_now", ".back"))]
    back += [screen(child.taps(".opening", ".back")) for _ in range(3)]
    assert [each.step for each in back if isinstance(each, Opening)] == ["how", "safety", "what", "language"]


@pytest.mark.parametrize("set", SETS)
def test_back_from_any_question_and_forward_again_is_the_same_place(set: str) -> None:
    child = a_child(set).starts()
    while child.conversation.place.screen is Screen.ASKING:
        here = child.conversation.place
        child.taps(here.about, ".back")
        before = child.conversation.place
        child.taps(*((".opening", "how") if before.screen is Screen.OPENING else (before.about, ".next")))

        assert child.conversation.place == here
        child.taps(here.about, ".next")

    assert isinstance(screen(child.turns[-1]), Check)


@pytest.mark.parametrize("set", SETS)
def test_the_way_asks_every_main_question_once_in_order(set: str) -> None:
    child = a_child(set).starts()

    main = [each.id for each in BOOK.current(set).questions if not each.after and not each.feedback]
    assert walk(child) == main


@pytest.mark.parametrize("set", SETS)
def test_the_length_that_is_told_is_the_length_there_is(set: str) -> None:
    child = a_child(set).starts()
    told, last = [], []
    while isinstance(waits := screen(child.turns[-1]), Ask):
        told.append(waits.remaining)
        last.append(waits.last)
        child.taps(waits.question, ".next")

    assert told == list(range(len(told) - 1, -1, -1))
    assert last == [False] * (len(told) - 1) + [True]


def test_ask_me_later_counts_as_still_to_come_and_comes_round_once() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    turn = child.taps("home_settled", ".later")
    assert notices(turn) == ("later_ok",)
    child.goes_to("anything_else")
    waits = screen(child.turns[-1])
    assert isinstance(waits, Ask)
    assert (waits.remaining, waits.last) == (1, False)

    child.taps("anything_else", ".skip")
    again = screen(child.turns[-1])
    child.taps("home_settled", ".later")

    assert isinstance(again, Ask)
    assert (again.question, again.remaining, again.last) == ("home_settled", 0, True)
    assert isinstance(check := screen(child.turns[-1]), Check)
    assert not check.open


def test_nothing_calls_itself_the_last_question_while_others_follow() -> None:
    child = a_child().starts()
    walk(child)

    child.taps(".check", ".back")
    child.taps("anything_else", ".back")

    waits = screen(child.turns[-1])
    assert isinstance(waits, Ask)
    assert (waits.remaining, waits.last) == (0, False)


def test_an_unhappy_choice_opens_one_follow_up_and_a_happy_one_none() -> None:
    for choice, then in (("no", "home_change"), ("mixed", "home_change"), ("good", "people_see"), ("ok", "people_see")):
        child = a_child().starts()
        child.taps("feelings_now", "good")

        child.taps("home_settled", choice)

        assert asks(child) == then


def test_a_change_on_the_check_page_asks_only_what_it_opened_and_returns() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "good")
    walk(child)

    child.taps(".change", "home_settled")
    child.taps("home_settled", "no")
    assert asks(child) == "home_change"
    child.taps("home_change", ".next", "a lamp")

    assert isinstance(screen(child.turns[-1]), Check)


def test_a_change_that_opens_nothing_returns_at_once() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    walk(child)

    child.taps(".change", "feelings_now")
    turn = child.taps("feelings_now", "ok")

    assert isinstance(screen(turn), Check)


def test_what_no_longer_applies_is_kept_not_going_and_goes_again_when_it_applies_again() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "no")
    child.taps("home_change", ".next", "a lamp")

    child.taps("home_settled", "good")
    kept = screen(child.taps(".go", ".check"))
    child.taps("home_settled", "mixed")
    again = screen(child.taps(".go", ".check"))

    assert isinstance(kept, Check)
    assert isinstance(again, Check)
    assert [each.question for each in kept.not_going] == ["home_change"]
    assert [each.question for each in kept.going] == ["feelings_now", "home_settled"]
    assert not again.not_going
    assert [each.question for each in again.going] == ["feelings_now", "home_settled", "home_change"]


def test_more_questions_is_offered_only_while_some_are_open() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps(".go", ".check")
    assert ".check:.on" in child.choices()

    child.taps(".check", ".on")
    walk(child)

    assert isinstance(screen(child.turns[-1]), Check)
    assert ".check:.on" not in child.choices()
    assert ".change:school" in child.choices()


def test_on_the_way_through_the_rest_the_length_is_told() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps(".go", ".check")

    waits = screen(child.taps(".check", ".on"))

    assert isinstance(waits, Ask)
    assert not waits.returning
    assert waits.remaining == len(questions_on_the_way(child.conversation, Setting(BOOK, child.around, child.now))) - 2


@pytest.mark.parametrize("aside", [".check", ".stop", ".pin", ".helper"])
def test_from_every_side_trip_the_way_back_is_where_the_child_was(aside: str) -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "good")
    here = child.conversation.place

    child.taps(".go", aside)
    back = {".check": (".check", ".back"), ".stop": (".go", ".on"), ".pin": (".pin", ".back")}
    child.taps(*back.get(aside, (".helper", ".back")))

    assert child.conversation.place == here
    assert child.conversation.way_back == ()


def test_the_check_page_is_found_again_where_it_was_left_to_change_an_answer() -> None:
    child = a_child().starts()
    child.taps("home_settled", "good")
    child.taps(".go", ".check")
    child.taps(".change", "home_settled")

    child.taps(".go", ".check")

    assert child.conversation.place == Place(Screen.CHECK, "home_settled")


def test_back_from_the_check_page_that_a_pause_led_to_is_the_question_before_the_pause() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps(".go", ".stop")
    assert isinstance(screen(child.turns[-1]), Paused)

    child.taps(".go", ".check")
    child.taps(".check", ".back")

    assert child.conversation.place == Place(Screen.ASKING, "home_settled")


def test_an_easier_set_asks_the_same_question_where_both_ask_it() -> None:
    child = a_child("ages_12_15").starts()
    child.taps("feelings_now", "good")

    child.taps(".go", ".easier")

    assert child.conversation.set == "ages_8_11"
    assert asks(child) == "home_settled"


def test_an_easier_set_goes_on_at_what_is_open_where_it_does_not_ask_the_question() -> None:
    child = a_child("ages_16_17").starts()
    for question in ("feelings_now", "home_settled", "people_see", "me", "school"):
        child.taps(question, ".next", "said")
    assert asks(child) == "living_18"

    child.taps(".go", ".easier")

    assert asks(child) == "worries"


def test_changing_a_stale_answer_of_another_set_does_not_change_the_set() -> None:
    child = a_child("ages_8_11").starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "no")
    child.says("a lamp", "home_change")
    child.taps("home_settled", "good")
    child.taps(".go", ".easier")
    child.taps(".go", ".check")

    turn = child.taps(".change", "home_change")

    assert notices(turn) == ("stale_button",)
    assert child.conversation.set == "ages_4_7"


def test_the_pin_is_offered_once_after_the_first_question_and_no_is_one_tap() -> None:
    child = a_child()
    for step in ("what", "safety", "how"):
        child.taps(".opening", step)

    offered = screen(child.taps("feelings_now", "good"))
    after = screen(child.taps(".pin", ".no"))
    child.taps("home_settled", ".back")
    again = screen(child.taps("feelings_now", ".next"))

    assert isinstance(offered, PinOffer)
    assert isinstance(after, Ask)
    assert isinstance(again, Ask)


@pytest.mark.parametrize("set", SETS)
def test_every_question_offers_a_way_back(set: str) -> None:
    child = a_child(set).starts()
    while child.conversation.place.screen is Screen.ASKING:
        here = child.conversation.place.about
        assert {f"{here}:.back", f"{here}:.more"} <= child.choices()
        question = BOOK.current(set).question(here)
        assert question is not None
        if not question.words:
            child.taps(here, question.choices[0].id)
            continue
        child.says("something")
        child.taps(here, ".rewrite")
        assert f"={here}:.back" in child.choices()
        child.taps(f"={here}", ".next", "something")


def test_a_language_tapped_by_mistake_is_one_tap_back() -> None:
    one, many = a_child(), a_child()
    many.later(languages=("en_GB", "vi"))
    many.does(Looked())
    many.taps(".language", "vi")
    one.does(Looked())

    assert ".opening:.back" in many.choices()
    assert ".opening:.back" not in one.choices()
    assert screen(many.taps(".opening", ".back")) == Opening("language")


def test_more_to_tell_is_told_without_the_screen_it_was_asked_on() -> None:
    child = a_child()
    told_before = {line.text for message in child.messages(child.does(Looked())) for line in message.lines}

    child.taps(".opening", ".more")
    told = {line.text for message in child.messages() for line in message.lines}
    child.taps(".go", ".here")

    assert told
    assert not told & told_before
    assert screen(child.turns[-1]) == Opening("what")


def test_help_is_there_from_the_first_screen_and_returns_to_it() -> None:
    child = a_child()

    child.taps(".go", ".help")
    assert "01" in child.sees()

    assert screen(child.taps(".go", ".here")) == Opening("what")


def test_when_the_review_is_held_help_stays_and_words_are_handed_back() -> None:
    child = a_child().starts()
    child.later(held_on=child.now.date())

    helped = child.taps(".go", ".help")
    assert "999" in child.sees()
    said = child.says("are you there")

    assert not helped.happened
    assert notices(said) == ("words_not_kept",)
    assert "are you there" in child.sees()
    assert child.conversation.answers == ()


def test_a_conversation_put_away_and_taken_back_is_the_same() -> None:
    child = a_child("ages_4_7").starts().sets_pin("dog", "cat", "fish")
    child.helped("interpreter", "theirs")
    child.says("vier Wörter auf Deutsch")
    child.comes_back(reissued=True)
    child.taps("feelings_now", ".later")
    child.sends()

    assert isinstance(screen(child.turns[-1]), AfterSending)
    assert Conversation.from_bytes(child.conversation.to_bytes()) == child.conversation


def test_a_draft_of_a_format_nobody_wrote_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        Conversation.from_bytes(a_child().conversation.to_bytes().replace(b'"format":1', b'"format":2'))


def test_a_pin_chosen_in_digits_is_asked_for_in_digits_whatever_set_is_asked_now() -> None:
    child = a_child("ages_8_11").starts().sets_pin("2580")
    child.taps(".go", ".easier")

    asked = screen(child.comes_back())
    right = child.says("2580", ".pin")

    assert isinstance(asked, PinEntry)
    assert not asked.pictures
    assert notices(right) == ("pin_right",)
