"""A screen where a member of staff types into one consultation: beside the child (`sitting`), or without (`keying`).

It has a place of its own, and shows what was typed there and nothing else that the child said. Here stands what such a
screen has, and what it leaves out; what a turn there may change, each of the two says for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from consultations.answers import PAPER, Answer
from consultations.conversation.events import TELL, Event, LastWord, Left, Looked, Said, Tapped
from consultations.conversation.happened import Departed, SittingAgreed, SittingEnded
from consultations.conversation.moving import aside, home, opening_steps, straight
from consultations.conversation.replies import Ask, More, Notice, Reply
from consultations.conversation.route import first_open
from consultations.conversation.screens import stay
from consultations.conversation.state import Conversation, Helper, Place, Screen, Sitter
from consultations.conversation.turn import Setting, Turn
from consultations.own_words import tidy

SIT = ".sit"
"""The place of such a screen's own buttons."""

ANYWHERE = (".help", ".languages", ".here")
UNDER_A_QUESTION = (".next", ".skip", ".rather_not", ".later", ".back", ".rewrite", ".over", ".more")
DONE = Place(Screen.SITTING_DONE)

Usual = Callable[[Conversation, Event, Setting], Turn]
"""What comes of an event at a child's own screen."""


def sits(conversation: Conversation, setting: Setting) -> bool:
    """Whether the one who speaks still has this screen. How long, is for the listener."""
    sat, here = conversation.sitting, setting.around.sitting
    return sat is not None and here is not None and (sat.id, sat.visit) == (here.id, here.visit)


def noted(before: Conversation, turn: Turn) -> Turn:
    """The turn, with what became of a sitting in it."""
    was, now = before.sitting, turn.conversation.sitting
    happened = list(turn.happened)
    if was is not None and (now is None or now.id != was.id):
        happened.append(SittingEnded(was.id))
    if now is not None and now.agreed and not now.how and not (was is not None and was.id == now.id and was.agreed):
        happened.append(SittingAgreed(now.id))
    return replace(turn, happened=tuple(happened))


def over(conversation: Conversation) -> Turn:
    """Whoever speaks has no screen here any more."""
    return Turn(conversation, (), (Departed(),))


def finished(conversation: Conversation, event: Event, saying: Callable[[Said], Turn]) -> Turn:
    """They have gone. What stood in the box is kept first; where it cannot be, they stay and have it back."""
    if isinstance(event, Tapped) and event.words:
        turn = saying(Said(event.words, event.field or None))
        if any(isinstance(reply, Notice) and reply.text for reply in turn.replies):
            return turn
        conversation = turn.conversation
    return left(conversation, event)


def left(conversation: Conversation, event: Event) -> Turn:
    """They have gone: by *Leave now*, or by the screen's own last button, and are told what became of it."""
    told = "left" if isinstance(event, Left) else _finished(conversation.sitting)
    return Turn(replace(conversation, sitting=None), (Notice(told),), (Departed(),))


def _finished(sat: Sitter | None) -> str:
    if sat is not None and sat.how:
        return "keyed_finished"
    return "sit_finished" if sat is not None and sat.agreed else "sit_refused"


def presses(event: Event, conversation: Conversation, choice: str) -> bool:
    """Whether this is such a screen's own button."""
    return isinstance(event, Tapped) and (event.consultation, event.place, event.choice) == (
        conversation.id,
        SIT,
        choice,
    )


def in_sight(conversation: Conversation, sat: Sitter, typed: tuple[Answer, ...], helper: Helper | None) -> Conversation:
    """The conversation from this screen's place, with what was typed there.

    Nothing hidden counts, answered or left out: how many questions are still to come would tell what was said alone.
    """
    return replace(
        conversation,
        place=sat.place,
        way_back=sat.way_back,
        answers=typed,
        folded=(),
        shut=(),
        passed=sat.passed,
        helper=helper,
        asks=(),
        pin=b"",
        pin_settled=True,
        counted=True,
    )


def words_of(event: Event) -> str:
    """What was typed."""
    return tidy(event.words) if isinstance(event, Said | Tapped | LastWord) else ""


def said_to(event: Event, seen: Conversation) -> str:
    """The question this would say something to."""
    match event:
        case Said(question=question) | LastWord(question=question):
            return (question or seen.place.about).removeprefix("=")
        case Tapped(place=place, field=field):
            return (field or place).removeprefix("=")
    return ""


def writes(event: Event, words: str) -> bool:
    """Whether this says something, in words or by a choice."""
    chosen = event.choice if isinstance(event, Tapped | LastWord) else ""
    return bool(words) or (bool(chosen) and not chosen.startswith("."))


def tells(event: Event) -> bool:
    """*Tell someone*, and what is asked after it."""
    match event:
        case LastWord(tell=tell):
            return tell
        case Tapped(place=place, choice=choice):
            return place == ".alarm" or (place, choice) == TELL
    return False


def allowed(event: Tapped) -> bool:
    """Whether such a screen has this button of a child's."""
    if event.place == ".go":
        return event.choice in ANYWHERE or tells(event)
    if event.place == ".opening":
        return event.choice in (".back", ".more") or not event.choice.startswith(".")
    if event.place == ".language" or tells(event):
        return True
    if event.place.startswith("."):
        return False
    return not event.choice.startswith(".") or event.choice in UNDER_A_QUESTION


def as_usual(seen: Conversation, event: Event, setting: Setting, usual: Usual, *, has: bool) -> Turn:
    """The turn of a child's own screen. Of a tap that this one has not, only the words."""
    match event:
        case Tapped() if not has:
            if words := words_of(event):
                return usual(seen, Said(words, event.field or event.place), setting)
        case Tapped() | Said() | Looked() | LastWord():
            return usual(seen, followed_by_nobody(event), setting)
    return stay(seen, setting)


def followed_by_nobody(event: Event) -> Event:
    """A visit's last word here is no child's, and is not put where theirs are."""
    return replace(event, followed=False) if isinstance(event, LastWord) else event


def own_button(seen: Conversation, sat: Sitter, choice: str, setting: Setting) -> tuple[Sitter, Turn]:
    """Whose words are typed; and, from the list at the end, back to one answer."""
    match choice:
        case ".words" if sat.how != PAPER:
            return sat, stay(aside(seen, Screen.SITTING_WORDS), setting)
        case ".mine" | ".theirs" if seen.place.screen is Screen.SITTING_WORDS:
            after = home(seen) if seen.way_back else straight(seen, first(seen, setting))
            return replace(sat, own_words=choice == ".mine"), stay(after, setting)
        case _ if seen.place == DONE and seen.answer(choice) is not None:
            return sat, stay(aside(seen, Screen.ASKING, choice), setting)
    return sat, stay(seen, setting)


def first(seen: Conversation, setting: Setting) -> Place:
    """Where such a screen begins: at the opening, where nobody has read it, or at the first question not answered."""
    if not seen.begun:
        return Place(Screen.OPENING, opening_steps(setting)[0])
    question = first_open(seen, setting)
    return Place(Screen.ASKING, question) if question else DONE


def among(rooms: Collection[Screen], there: Conversation, otherwise: Place = DONE) -> Conversation:
    """A room that such a screen has not is its end. What is told at once, the child taps on their own screen."""
    if there.place.screen is Screen.ASK_NOW:
        there = home(there)
    return there if there.place.screen in rooms else replace(there, place=otherwise, way_back=())


def less(reply: Reply) -> Reply:
    """The reply without what such a screen has not: buttons, and whether anything was said or sent before."""
    if isinstance(reply, Ask):
        return replace(reply, adding=False, hidden=False)
    if not isinstance(reply, More):
        return reply
    return replace(
        reply,
        easier=False,
        usual=False,
        pin=False,
        unfold=False,
        elsewhere="",
        reminder=False,
        talk=False,
        sitting=True,
    )
