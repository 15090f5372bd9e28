"""What Telegram shows: whole sentences, short rows, nothing it would refuse."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.on_telegram.showing import LONGEST, RIGHT_TO_LEFT, Key, Sheet, Turning, picked, screens, units
from consultations.messages import Button, Field, Line, Message, Role
from tests.telegram_stand_in.chats import checked_entities, checked_text

TURNING = Turning("Show more", "Show the part before", "Go to the end")


def message(*lines: Line, kind: str = "says", buttons: tuple[Button, ...] = (), direction: str = "ltr") -> Message:
    return Message(lines, "en-GB", direction, buttons, kind=kind)


def one(*messages: Message) -> Sheet:
    (sheet,) = screens(messages, TURNING)
    return sheet


def test_what_happened_and_what_is_asked_are_one_message() -> None:
    sheet = one(message(Line("That's kept."), kind="notice"), message(Line("And now?", Role.ASKED)))

    assert sheet.text == "That's kept.\n\nAnd now?"
    assert [(each.style, each.offset, each.length) for each in sheet.styles] == [("bold", 14, 8)]


def test_two_groups_of_buttons_are_two_messages() -> None:
    go = (Button("k:.go:.on", "Go on"),)
    first, second = screens([message(Line("Sent."), buttons=go), message(Line("OK to use?"), buttons=go)], TURNING)

    assert (first.text, second.text) == ("Sent.", "OK to use?")


def test_a_long_message_is_cut_after_a_sentence_and_its_buttons_stand_under_the_last_part() -> None:
    sentence = "The dog sleeps on my bed every night and snores. "
    *before, last = screens(
        [message(Line(sentence * 200, Role.CHILD), buttons=(Button("k:.go:.on", "Go on"),))], TURNING
    )

    assert before
    assert all(each.text.endswith("snores.") and not each.rows for each in before)
    assert last.rows


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [
        pytest.param("ينام الكلب على سريري كل ليلة، وهو يشخر. ", "يشخر.", id="Arabic"),
        pytest.param("هل ينام الكلب على سريري كل ليلة؟ ", "ليلة؟", id="an Arabic question"),
        pytest.param("سگ هر شب روی بستر من خواب می‌کند. ", "می‌کند.", id="Dari"),
        pytest.param("کتا ہر رات میرے بستر پر سوتا ہے۔ ", "ہے۔", id="Urdu"),
        pytest.param("Con chó ngủ trên giường em mỗi đêm! ", "đêm!", id="Vietnamese"),
        pytest.param("The dog sleeps on my bed… ", "bed…", id="trailing off"),
    ],
)
def test_a_long_message_is_cut_after_a_sentence_in_any_language(sentence: str, ends: str) -> None:
    *before, last = screens([message(Line(sentence * 300, Role.CHILD))], TURNING)

    assert before
    assert all(each.text.endswith(ends) and units(each.text) > LONGEST - 2 * units(sentence) for each in before)
    assert " ".join(each.text for each in (*before, last)) == (sentence * 300).strip()


@pytest.mark.parametrize("word", ["kettle", "غلاية", "ấm", "🙂🙂🙂", "👩🏽‍🚒"])
def test_without_a_sentence_it_is_cut_between_words_and_never_inside_one(word: str) -> None:
    sheets = screens([message(Line(f"{word} " * 2_000, Role.CHILD))], TURNING)

    assert len(sheets) > 1
    assert all(set(each.text.split(" ")) == {word} for each in sheets)


@pytest.mark.parametrize("sign", ["x", "🙂", "غ"])
def test_a_word_longer_than_a_message_is_cut_between_signs_and_never_inside_one(sign: str) -> None:
    sheets = screens([message(Line(sign * 9_000, Role.CHILD))], TURNING)

    assert "".join(each.text for each in sheets) == sign * 9_000
    assert all(each.text.encode("utf-16-le").decode("utf-16-le") == each.text for each in sheets)
    assert all(units(each.text) <= LONGEST for each in sheets)


@given(st.lists(st.text(alphabet="ab .!?\n🙂ب", max_size=9_000), min_size=1, max_size=3))
def test_whatever_is_said_telegram_takes_it_and_no_word_is_missing(texts: list[str]) -> None:
    sheets = screens([message(*(Line(text, Role.CHILD) for text in texts))], TURNING)

    for sheet in sheets:
        assert units(checked_text(sheet.text)) <= LONGEST
        raw = [{"type": each.style, "offset": each.offset, "length": each.length} for each in sheet.styles]
        assert checked_entities(json.dumps(raw), sheet.text) == raw
    together = "".join("".join(sheet.text.split()) for sheet in sheets)
    assert together.replace("·", "") == "".join("".join(text.split()) for text in texts)


def test_our_words_run_as_our_language_does_and_the_child_s_as_they_were_typed() -> None:
    sheet = one(message(Line("999 هو الرقم"), Line("The dog.", Role.CHILD), direction="rtl"))

    assert sheet.text == f"{RIGHT_TO_LEFT}999 هو الرقم\nThe dog."


def test_short_answers_stand_side_by_side_and_ways_on_below_them() -> None:
    buttons = (
        Button("k:q:a", "Good", picture="🙂", kind="choice"),
        Button("k:q:b", "Bad", kind="choice", chosen=True),
        Button("k:q:c", "Some of it is good and some not", kind="choice"),
        Button("k:q:.next", "Next", kind="primary"),
    )
    rows = one(message(Line("How is it?", Role.ASKED), buttons=buttons)).rows

    assert [[key.label for key in row] for row in rows] == [
        ["🙂 Good", "✓ Bad"],
        ["Some of it is good and some not"],
        ["Next"],
    ]


def test_a_field_says_what_may_be_typed_and_shows_what_is_to_be_changed() -> None:
    asked = Message((Line("And?", Role.ASKED),), "en-GB", "ltr", field=Field("=q", "Change it here", "The dog."))
    sheet = one(asked)

    assert sheet.text == "And?\nThe dog.\nChange it here"
    assert sheet.asks == "=q"


def card(question: str, *, heading: str = "", here: bool = False) -> Message:
    lines = (*((Line(heading, Role.HEADING),) if heading else ()), Line(question, Role.ASKED), Line("Yes", Role.CHILD))
    buttons = (Button(f"k:.change:{question}", "Change this"),)
    return Message(lines, "en-GB", "ltr", buttons, kind="card", here=here)


CHECK = [
    message(Line("Check what you said", Role.HEADING)),
    card("home_best", heading="Where I live"),
    card("home_change"),
    card("school", heading="School", here=True),
    message(Line("You didn't answer these.", Role.NOTE), kind="card", buttons=(Button("k:.change:fun", "Fun?"),)),
    message(Line("If someone is in danger"), buttons=(Button("k:.send:ab", "Send it"),)),
]


def test_the_check_page_is_one_message_a_theme_at_a_time_from_where_the_child_was() -> None:
    pages = [one_of(page) for page in range(3)]

    assert screens(CHECK, TURNING) == (pages[1],)
    assert pages[0].text.startswith("Check what you said")
    assert "1. home_best" in pages[0].text
    assert "2. home_change" in pages[0].text
    assert pages[1].text == "School\nschool\nYes"
    assert [key.label for row in pages[2].rows for key in row] == ["Fun?", "Send it", "Show the part before"]


def test_who_is_here_can_be_said_on_every_page_of_it() -> None:
    here = Button("k:.go:.helper", "Someone is here", kind="company")
    pages = [*CHECK[:-1], replace(CHECK[-1], buttons=(*CHECK[-1].buttons, here))]

    for page in range(3):
        (sheet,) = screens(pages, TURNING, page)
        assert [key.label for row in sheet.rows for key in row].count("Someone is here") == 1, page


def test_what_just_happened_is_told_with_whatever_page_is_shown_and_not_when_it_is_turned() -> None:
    told = [message(Line("That's kept."), kind="notice"), *CHECK]

    assert screens(told, TURNING)[0].text.startswith("That's kept.\n\nSchool")
    assert "kept" not in screens(told, TURNING, 0)[0].text


def one_of(page: int) -> Sheet:
    (sheet,) = screens(CHECK, TURNING, page)
    return sheet


@pytest.mark.parametrize(
    ("data", "left"),
    [
        pytest.param("k:home:good", [["✓ Good"]], id="a choice"),
        pytest.param("k:home:.next", None, id="a command"),
        pytest.param("k:.go:.help", None, id="help"),
        pytest.param("k:.pin:dog", [], id="a picture of a PIN"),
        pytest.param("k:.change:home", None, id="a card's button"),
        pytest.param("k:gone:gone", None, id="a button that is not there"),
    ],
)
def test_what_is_left_of_a_keyboard_once_something_was_tapped(data: str, left: list[list[str]] | None) -> None:
    rows = [[Key("Good", "k:home:good"), Key("Bad", "k:home:bad")], [Key("Next", "k:home:.next")]]
    rows += [[Key("Dog", "k:.pin:dog")]]
    found = picked(rows, data)

    assert (None if found is None else [[key.label for key in row] for row in found]) == left
