"""What is drawn is what the message says, as text."""

from __future__ import annotations

import pytest

from bot.chat.web.drawing import Drawing, Frame, Say, tappable, unbroken
from consultations.messages import Button, Field, Line, Message, Role


@pytest.fixture(scope="module")
def drawing(say: Say) -> Drawing:
    return Drawing(say, Frame("https://dull.example/"))


def drawn(drawing: Drawing, *messages: Message) -> str:
    return drawing.chat(messages, token="t", event="e", idle=900)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Call 999.", 'Call <a href="tel:999" dir="ltr">999</a>.'),
        ("Childline, 0800 1111.", 'Childline, <a href="tel:08001111" dir="ltr">0800 1111</a>.'),
        ("Duty: 01632 960101, 9am", 'Duty: <a href="tel:01632960101" dir="ltr">01632 960101</a>, 9am'),
        ("Text 116 123 & talk", 'Text <a href="tel:116123" dir="ltr">116 123</a> &amp; talk'),
        ("on Monday 14 December 2026", "on Monday 14 December 2026"),
        ("19990 things", "19990 things"),
        ("<999>", '&lt;<a href="tel:999" dir="ltr">999</a>&gt;'),
        ("Code: 9990-X999.", 'Code: <span class="unbroken" dir="ltr">9990-X999</span>.'),
    ],
)
def test_telephone_numbers_can_be_tapped(text: str, html: str) -> None:
    assert tappable(text) == html


BOT = "https://t.me/foreword_test_bot?start=ga2TN9a-01632960101_S8jMA"


def test_our_own_address_on_telegram_can_be_tapped_and_no_other_address() -> None:
    link = f'<a class="address" href="{BOT}" rel="noreferrer" dir="ltr">{BOT}</a>'

    assert tappable(f"Open Telegram here: {BOT}") == f"Open Telegram here: {link}"
    for other in ("https://t.me/a_channel", BOT.replace("https", "http"), BOT.replace("t.me/", "t.me.example/")):
        assert 'href="http' not in tappable(other)


def test_an_address_in_a_childs_words_is_not_one_of_ours(drawing: Drawing) -> None:
    said = Message((Line("?", Role.ASKED), Line(BOT, Role.CHILD)), "en-GB", "ltr", field=Field("home", "Say it", BOT))

    assert "<a " not in drawn(drawing, said)


@pytest.mark.parametrize("code", ["4MK7-W2Q9-TZX0-2", "JEJN-R6WN", "4829-0716"])
def test_a_code_stands_on_one_line_from_left_to_right(code: str) -> None:
    assert unbroken(f"شكله مثل {code}.") == f'شكله مثل <span class="unbroken" dir="ltr">{code}</span>.'


@pytest.mark.parametrize(
    ("text", "kept_whole"),
    [
        ("Do grown-ups listen?", ["grown-ups"]),
        ("“Grown-ups”, and Anne-Marie.", ["Grown-ups", "Anne-Marie"]),
        ("It looks like 4MK7-W2Q9-TZX0-2.", []),
        ("Open https://t.me/little-wallop now.", []),
        ("a-very-long-word-of-many", []),
        ("counterrevolutionary-mindedness", []),
    ],
)
def test_a_short_word_of_two_stays_on_one_line_and_nothing_longer_does(text: str, kept_whole: list[str]) -> None:
    html = unbroken(text)

    assert [part.partition("</span>")[0] for part in html.split('<span class="unbroken">')[1:]] == kept_whole
    assert html.striptags() == text


MEAN = '<script>alert("&")</script><img src=x onerror=a>\'"`{{7*7}}'


def test_nothing_anybody_says_becomes_markup(drawing: Drawing) -> None:
    lines = tuple(Line(MEAN, role, MEAN) for role in Role)
    kinds = ("choice", "primary", "action", "quiet", "help", "company")
    buttons = tuple(Button(MEAN, MEAN, MEAN, True, kind) for kind in kinds)
    mean = Message(lines, MEAN, MEAN, buttons, Field(MEAN, MEAN, MEAN, hint=MEAN), kind=MEAN)

    html = drawn(drawing, mean, mean) + drawing.code(MEAN, code=MEAN, words=MEAN)

    assert "<script>" not in html
    assert "<img" not in html
    assert "{{7*7}}" in html
    assert html.count("&lt;script&gt;") > 30


def test_a_language_is_named_in_itself_and_read_aloud_as_such(drawing: Drawing) -> None:
    dari = Button("c:.language:fa_AF", "دری", language="fa-AF")

    html = drawn(drawing, Message((Line("Choose your language", Role.HEADING),), "en-GB", "ltr", (dari,)))

    assert '<span class="label" lang="fa-AF" dir="auto">دری</span>' in html


@pytest.mark.parametrize("value", ["plain", "\nbegins on a new line", "</textarea><b>", "two\nlines\n"])
def test_a_field_hands_words_back_exactly(drawing: Drawing, value: str) -> None:
    asked = Message((Line("?", Role.ASKED),), "en-GB", "ltr", field=Field("home", "Say it here", value))

    inside = drawn(drawing, asked).partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]

    # A browser drops one line end at the start of a textarea (HTML, 13.2.6.4.7).
    assert inside.removeprefix("\n").replace("&lt;", "<").replace("&gt;", ">") == value
    assert inside.startswith("\n")


def test_every_message_and_line_says_its_language_and_direction(drawing: Drawing) -> None:
    asked = Message(
        (Line("؟", Role.ASKED), Line("The dog", Role.CHILD, "en_GB"), Line("Only Sam", Role.NOTE, "en_GB")), "ar", "rtl"
    )

    html = drawn(drawing, asked)

    assert '<html lang="ar" dir="rtl">' in html
    assert '<h2 class="asked" id="asked" lang="ar" dir="rtl">' in html
    assert '<p class="child" lang="en-GB" dir="auto">The dog</p>' in html
    assert '<p class="note" lang="en-GB" dir="auto">Only Sam</p>' in html


def test_a_button_on_a_card_says_what_it_is_about(drawing: Drawing) -> None:
    card = Message((Line("Best thing?", Role.ASKED),), "en-GB", "ltr", (Button("c:check:change", "Change this"),))

    html = drawn(drawing, card, Message((), "en-GB", "ltr"))

    assert 'id="m1"' in html
    assert 'aria-describedby="m1"' in html


def test_nothing_on_a_page_tells_a_bystander_what_it_is_about(drawing: Drawing) -> None:
    html = drawing.code("e")
    icon = drawing.files.by_name["icon.svg"].body.decode()

    for word in ("care", "social", "review", "meeting", "officer", "council", "foreword"):
        assert word not in html.lower().replace("foreword.", "")
        assert word not in icon.lower()


def test_every_page_of_the_demo_says_that_it_is_only_for_trying_out_and_tells_nobody(say: Say) -> None:
    demo = Drawing(say, Frame("https://dull.example/", demo=True))

    for html in (demo.code("e"), demo.sorry("went_wrong", None), drawn(demo, Message((), "en-GB", "ltr"))):
        assert '<aside class="demo">' in html
        assert say("en-GB", "web_demo_nobody") in html
