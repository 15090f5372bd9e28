"""A child's way past every kind of screen there is, and every notice on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from consultations.circumstances import Elsewhere, ReadBy
from consultations.conversation.events import (
    Arrived,
    Asked,
    Edited,
    Event,
    Left,
    Looked,
    ReminderDue,
    Said,
    Tapped,
    Tidied,
    Unheard,
    Unreadable,
    WindowClosed,
)
from consultations.messages import Message
from tests.consultations.conversation.cast import BOOK, Child


def every_screen(child: Child) -> Iterator[tuple[Message, ...]]:
    """Every kind of screen a child can come to, and every notice on the way."""
    yield from _opened(child)
    yield from _asked(child)
    yield from _beside_a_helper(child)
    yield from _sent(child)
    yield from _after_the_window(child)
    yield from _came_back(child)
    child.later(held_on=child.now.date())
    yield _looks(child)
    yield _said(child, "هنا")


def wander(child: Child, steps: int) -> Iterator[tuple[Message, ...]]:
    """Taps on whatever button there is, words, and all that can arrive, in an order that is the same every time."""
    dice = Random(f"{child.conversation.set} {steps}")
    for _ in range(steps):
        buttons = child.buttons() if child.turns else ()
        if buttons and dice.random() < 0.8:
            _, place, choice = dice.choice(buttons).id.split(":")
            shown = child.taps(place, choice, dice.choice(("", "", "كلام")))
        else:
            shown = child.does(dice.choice(_happening(child, dice)))
        yield child.messages(shown)
        child.later(held_on=None)


def _happening(child: Child, dice: Random) -> tuple[Event, ...]:
    """What a child does without a button, and what happens to them; time goes by."""
    if dice.random() < 0.1:
        child.waits(hours=dice.choice((1, 12, 30)))
        readings = [ReadBy("Sam", what, child.now, 1) for what in ("opened", "meeting", "file", "officer")]
        child.later(readings=tuple(readings[: dice.randrange(5)]))
    child.later(overheard=dice.random() < 0.5, remembered=dice.random() < 0.5, elsewhere=_another_door(child, dice))
    if dice.random() < 0.02:
        child.later(held_on=child.now.date())
    return (
        Said(dice.choice(("كلام", "1234", "", "ك" * 5_000))),
        Said("كلام", dice.choice(("school", "feelings_now", "=school"))),
        Unreadable(dice.choice(("sticker", "photo", "voice", "video", "file", "contact", "location", "poll", "dice"))),
        Asked(dice.choice((".help", ".stop", ".check", ".languages", ".helper", ".leave"))),
        Arrived("code", child.now if dice.random() < 0.5 else None),
        Tapped("another", "school", "good"),
        Unheard(child.now),
        Tidied(dice.random() < 0.5),
        Edited("غيره", "unknown"),
        ReminderDue(),
        WindowClosed(),
        Looked(),
        Left(),
    )


def _another_door(child: Child, dice: Random) -> Elsewhere:
    door = dice.choice(("web", "telegram"))
    return Elsewhere(door, "https://…", "7KQ2-M8ZX", "mark", child.now + timedelta(minutes=10))


def _opened(child: Child) -> Iterator[tuple[Message, ...]]:
    yield _taps(child, ".go", ".languages")
    for step in ("what", "safety", "how"):
        yield _taps(child, ".opening", ".more")
        yield _taps(child, ".opening", ".back")
        child.taps(".opening", child.conversation.place.about if child.conversation.place.about != step else step)
        yield _looks(child)
        if child.conversation.place.about == step:
            yield _taps(child, ".opening", step)
    while not child.conversation.begun:
        yield _taps(child, ".opening", child.conversation.place.about)
    yield _taps(child, ".go", ".help")


def _asked(child: Child) -> Iterator[tuple[Message, ...]]:
    opens = {opener for question in BOOK.current(child.conversation.set).questions for opener in question.after}
    while (here := child.conversation.place.about) and child.conversation.place.screen.value in ("asking", "pin_offer"):
        if child.conversation.place.screen.value == "pin_offer":
            yield _taps(child, ".pin", ".yes")
            yield _said(child, "12") if not BOOK.current(child.conversation.set).picture_pin else _said(child, "x")
            for pictures in (("dog", "cat"), ("cat", "cat"), ("dog", "dog"), ("dog", "dog")):
                for picture in (*pictures, "dog"):
                    yield _taps(child, ".pin", picture)
                yield _said(child, {"dog": "1111", "cat": "2222"}[pictures[0]])
                if child.conversation.pin:
                    break
            yield _taps(child, ".go", ".stop")
            yield _taps(child, ".go", ".on")
            continue
        question = BOOK.current(child.conversation.set).question(here)
        assert question is not None
        yield _said(child, "كلام")
        yield _taps(child, here, ".more")
        yield _taps(child, here, ".rewrite")
        yield _taps(child, f"={here}", ".back")
        yield _taps(child, here, ".over")
        opening = next((choice.id for choice in question.choices if f"{here}:{choice.id}" in opens), ".skip")
        yield _taps(child, here, opening if opening != ".skip" or here != "school" else ".later")
        if child.conversation.place.screen.value == "ask_now":
            yield _taps(child, ".ask_now", child.conversation.place.about)
        if child.conversation.place.about == here:
            yield _taps(child, here, ".skip")
    yield _taps(child, "feelings_now", "good")
    yield _said(child, "آخر", "feelings_now")


def _beside_a_helper(child: Child) -> Iterator[tuple[Message, ...]]:
    for command in (".easier", ".usual", ".helper"):
        yield _taps(child, ".go", command)
    yield _taps(child, ".helper", "interpreter")
    yield _taps(child, ".typing", "theirs")
    yield _said(child, "هي", "school")
    yield _taps(child, "home_settled", "good")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".go", ".gone")
    yield _taps(child, ".pin", ".without")
    yield _taps(child, ".private", ".day")
    yield _taps(child, ".go", ".helper")
    yield _taps(child, ".helper", "interpreter")
    yield _taps(child, ".typing", "mine")
    yield _said(child, "أنا", "friends")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".go", ".gone")


def _sent(child: Child) -> Iterator[tuple[Message, ...]]:
    for _ in range(3):
        yield _taps(child, ".pin", "dog")
    yield _said(child, "1111", ".pin")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".share", "*")
    yield _taps(child, ".s.*", "nobody")
    yield _taps(child, ".share", "school")
    yield _taps(child, ".s.school", "everyone")
    yield _taps(child, ".check", ".preview")
    yield _taps(child, ".send", "0" * 16)
    yield _taps(child, ".send", child.send_button())
    readings = [ReadBy("Sam", what, child.now, 1) for what in ("opened", "meeting", "file", "officer")]
    child.later(readings=tuple(readings))
    yield _taps(child, "was_this_ok", "yes")
    yield _taps(child, ".after", ".who")
    yield _said(child, "تغيير", "school")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _taps(child, ".after", ".who")
    yield _taps(child, ".after", ".take")
    yield _taps(child, ".take", ".no")


def _after_the_window(child: Child) -> Iterator[tuple[Message, ...]]:
    yield _taps(child, ".after", ".no_more")
    yield _taps(child, ".after", ".final")
    yield _taps(child, ".after", ".add")
    yield _said(child, "المزيد")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _said(child, "أكثر", "anything_else")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _taps(child, ".after", ".take")
    yield _taps(child, ".take", ".yes")
    yield _taps(child, ".after", ".change")


def _came_back(child: Child) -> Iterator[tuple[Message, ...]]:
    child.does(Arrived("code"))
    yield _looks(child)
    for _ in range(5):
        yield _said(child, "9999")
        for _ in range(3):
            yield _taps(child, ".pin", "boat")
    yield _taps(child, ".go", ".check")
    child.does(Arrived("code", child.now))
    yield child.messages()
    yield _taps(child, ".go", ".helper")


def _taps(child: Child, place: str, choice: str) -> tuple[Message, ...]:
    return child.messages(child.taps(place, choice))


def _said(child: Child, words: str, question: str | None = None) -> tuple[Message, ...]:
    return child.messages(child.says(words, question))


def _looks(child: Child) -> tuple[Message, ...]:
    return child.messages(child.does(Looked()))
