"""Whatever arrives, wherever the child is: there is a row for it, and it says what is answered.

A cell is what is told first; "-" is nothing but the screen itself. Where the screen changes, the new one is named after
an arrow. Nothing in the table loses an answer.
"""

from __future__ import annotations

import pytest

from consultations.conversation.events import (
    Arrived,
    Asked,
    Edited,
    Event,
    Left,
    Looked,
    Said,
    Tapped,
    Tidied,
    Unreadable,
    WindowClosed,
)
from consultations.conversation.state import Screen
from tests.consultations.conversation.cast import Child, a_child, notices, shown

STATES = (
    "opening asking rewriting pin_offer pin_new pin_ask helper_who private check sharing preview paused sent "
    "taking_back alarm ask_now held"
)
TABLE = """
words                | words_not_kept, asking joined, rewriting joined>asking, pin_new pin_not_four,pin_ask pin_not_four
words for a field    | changed_answer, held words_not_kept
digits for a pin     | -, pin_new ->pin_again, pin_ask pin_wrong, held words_not_kept
nothing              | empty_words, held -
a sticker            | unreadable_sticker, held -
a contact            | unreadable_contact, held -
a dice               | unreadable_other, held -
another's button     | other_consultation, held -
a choice there isn't | stale_button, held -
a place there isn't  | -
a late choice        | changed_answer, held -
an edit of before    | edit_too_late, held -
help by its command  | -
a look               | -
the clock            | -
help                 | -
a chat to be cleared | -
a chat too old for it | -
clear by its command | -
"""

EVENTS: dict[str, Event] = {
    "words": Said("hello there"),
    "words for a field": Said("still raining", "plan"),
    "digits for a pin": Said("4321", ".pin"),
    "nothing": Said("  \n"),
    "a sticker": Unreadable("sticker"),
    "a contact": Unreadable("contact"),
    "a dice": Unreadable("dice"),
    "another's button": Tapped("somebody", "feelings_now", "good"),
    "a choice there isn't": Tapped("k3v9x2mq", "school", "chocolate"),
    "a place there isn't": Tapped("k3v9x2mq", "chocolate", ".next"),
    "a late choice": Tapped("k3v9x2mq", "plan", "unknown"),
    "an edit of before": Edited("The cat.", "9"),
    "help by its command": Asked(".help"),
    "a look": Looked(),
    "the clock": WindowClosed(),
    "help": Tapped("k3v9x2mq", ".go", ".help"),
    "a chat to be cleared": Tidied(),
    "a chat too old for it": Tidied(late=True),
    "clear by its command": Asked(".tidy"),
}


def _cells() -> list[tuple[str, str, str]]:
    """Kind, state and cell; the first cell of a row is for every state that has none of its own."""
    cells = []
    for row in TABLE.strip().splitlines():
        kind, _, columns = row.partition("|")
        usual, *others = columns.split(",")
        own = dict(each.split() for each in others)
        cells += [(kind.strip(), state, own.get(state, usual.strip())) for state in STATES.split()]
    return cells


def at(state: str) -> Child:
    """A child who has said a little, and is there now."""
    child = a_child()
    child.does(Arrived("link"))
    if state == "opening":
        return child
    child.starts()
    child.says("a dog", "me")
    match state:
        case "rewriting":
            child.says("a cat")
            child.taps("feelings_now", ".rewrite")
        case "pin_offer":
            child.conversation = a_child().conversation
            for step in ("what", "safety", "how"):
                child.taps(".opening", step)
            child.says("a dog", "me")
            child.taps("feelings_now", ".next")
        case "pin_new":
            child.taps(".go", ".pin")
        case "pin_ask":
            child.sets_pin("1234").comes_back()
        case "check" | "sharing" | "preview":
            child.taps(".go", ".check")
            if state == "sharing":
                child.taps(".share", "me")
            elif state == "preview":
                child.taps(".check", ".preview")
        case "paused":
            child.taps(".go", ".stop")
        case "sent" | "taking_back":
            child.sends()
            if state == "taking_back":
                child.taps(".after", ".take")
        case "alarm":
            child.taps(".go", ".tell")
        case "ask_now":
            child.taps(".go", ".talk")
        case "helper_who":
            child.taps(".go", ".helper")
        case "private":
            child.goes_to("home_settled").helped()
            child.taps(".go", ".gone")
        case "held":
            child.later(held_on=child.now.date())
    return child


@pytest.mark.parametrize(("kind", "state", "cell"), _cells(), ids=[f"{k}, {s}" for k, s, _ in _cells()])
def test_it_is_answered_as_the_table_says(kind: str, state: str, cell: str) -> None:
    told, _, then = cell.partition(">")
    child = at(state)
    place, before = child.conversation.place, child.conversation

    turn = child.does(EVENTS[kind])

    assert notices(turn) == (() if told in ("-", "") else (told,))
    assert child.conversation.place.screen == (Screen(then) if then else place.screen)
    assert child.messages()[-1].lines
    kept = {answer.question for answer in (*child.conversation.answers, *child.conversation.hidden)}
    assert {answer.question for answer in (*before.answers, *before.hidden)} <= kept


@pytest.mark.parametrize("event", [Tidied(), Tidied(late=True), Asked(".tidy"), Tapped("k3v9x2mq", ".go", ".tidy")])
def test_what_is_left_in_a_cleared_chat_reads_the_same_wherever_the_child_was(event: Event) -> None:
    left = set()
    for state in STATES.split():
        child = at(state)
        child.later(overheard=True)
        left.add(shown(child.messages(child.does(event))))

    assert len(left) == 1
    assert not any(named in text for text in left for named in ("Sam", "Amal", "review", "meeting", "dog"))


def test_only_where_somebody_else_keeps_a_copy_there_is_a_chat_to_clear() -> None:
    for state in STATES.split():
        assert ".tidy" not in {id.split(":")[2] for id in (button.id for button in at(state).buttons())}
    child = at("paused")
    child.later(overheard=True)
    assert ".tidy" in {button.id.split(":")[2] for button in child.buttons()}


def test_the_table_has_every_state_and_every_kind_of_event() -> None:
    rows, states = {kind for kind, _, _ in _cells()}, {state for _, state, _ in _cells()}
    kinds = {type(event) for event in EVENTS.values()} | {Arrived, Left}  # these two leave the screen: tested by name

    assert rows == set(EVENTS)
    advocates = {"sitting_asked", "sitting_words", "read_back", "sitting_done"}  # on no child's screen: test_sitting
    assert {each.value for each in Screen} - states - advocates == {"pin_again", "helper_typing"}  # as their kin
    assert len(kinds) == 10  # who comes from another door, and what the clock says unasked: tests of the Telegram door


@pytest.mark.parametrize("state", sorted({state for _, state, _ in _cells()}))
def test_leaving_asks_nothing_and_says_nothing_of_what_this_was(state: str) -> None:
    child = at(state)
    before = child.conversation

    turn = child.does(Left())

    assert child.conversation == before
    assert [type(each).__name__ for each in turn.happened] == ["Departed"]
    assert child.sees() == "Bye for now."


@pytest.mark.parametrize(
    ("arrives", "kept"),
    [
        pytest.param("a\x00b\x07c", "abc", id="NULs and bells"),
        pytest.param("a\ud800b\udfffc", "abc", id="lone surrogates"),
        pytest.param("\u202eabc\u202c \u2066d\u2069", "abc d", id="direction overrides"),
        pytest.param("\ufeffabc\ufeff", "abc", id="byte order marks"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="line ends of every kind"),
        pytest.param("  a  b  ", "a  b", id="space around, not within"),
        pytest.param("<b>a</b> {officer} %s $1", "<b>a</b> {officer} %s $1", id="what would be markup elsewhere"),
        pytest.param("لا أريد\u200cذلك", "لا أريد\u200cذلك", id="a joiner that Persian and Arabic need"),
        pytest.param("👩‍👩‍👧🏴󠁧󠁢󠁷󠁬󠁳󠁿👍🏽", "👩‍👩‍👧🏴󠁧󠁢󠁷󠁬󠁳󠁿👍🏽", id="emoji made of several"),
        pytest.param("😀" * 4096, "😀" * 4096, id="4,096 emoji"),
        pytest.param("क्षि ที่ 한국 tiếng Việt", "क्षि ที่ 한국 tiếng Việt", id="letters made of several"),
    ],
)
def test_words_are_kept_whole_but_for_what_nobody_could_see(arrives: str, kept: str) -> None:
    child = at("asking")

    child.says(arrives)

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.words == kept
    assert kept.splitlines()[0] in child.sees()


@pytest.mark.parametrize("id", ["", "::", "a:b:c", "x" * 1_000, "\x00", "\ud800", "k3v9x2mq:.send:" + "f" * 16, "🙂"])
def test_a_button_that_is_none_of_ours_changes_nothing(id: str) -> None:
    for state in ("opening", "asking", "check", "sent"):
        child = at(state)
        before = child.conversation
        for place, choice in ((id, id), (id, ".next"), (".go", id), (".change", id), (".share", id), (f".s.{id}", id)):
            turn = child.taps(place, choice)
            assert not turn.happened
        assert child.conversation.answers == before.answers
