"""Events as the conversation remembers them: by a mark alone, those it has heard and those whose answer is owed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from consultations.conversation.events import Asked, Event, Looked, Tapped
from consultations.conversation.state import (
    EVENTS_REMEMBERED,
    MESSAGES_REMEMBERED,
    OWED_REMEMBERED,
    Conversation,
)

HELP = "!"
"""Behind the mark of an event that asked for help: a question in its place would be no answer."""


def mark_of(event_id: str) -> str:
    """Enough of an event's id to know it again: 48 bits, among the last few hundred of one conversation."""
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def visit_mark(address: str) -> str:
    """A mark of the visit that speaks; "" for what happens without one."""
    return mark_of(address) if address else ""


def having_heard(conversation: Conversation, mark: str) -> Conversation:
    """The conversation, which has now heard this."""
    return replace(conversation, heard=(*conversation.heard, mark)[-EVENTS_REMEMBERED:])


def owing(conversation: Conversation, mark: str, event: Event) -> Conversation:
    """The conversation, whose answer to this is now owed."""
    owed = tuple(each for each in conversation.owed if _mark(each) != mark)
    return replace(conversation, owed=(*owed, mark + HELP * _asks_for_help(event))[-OWED_REMEMBERED:])


def is_owed(conversation: Conversation, mark: str) -> bool:
    """Whether the answer to this may not have arrived."""
    return any(_mark(each) == mark for each in conversation.owed)


def owed_now(conversation: Conversation) -> Event:
    """What is shown instead of all that is owed: where the child is, or help, if they asked for that and got none."""
    return Asked(".help") if any(each.endswith(HELP) for each in conversation.owed) else Looked()


def delivered(conversation: Conversation, mark: str, shown: tuple[tuple[str, str], ...]) -> Conversation:
    """The conversation once this answer arrived, and every one before it; `shown` are messages that ask for words."""
    owed = conversation.owed
    here = next((number for number, each in enumerate(owed, 1) if _mark(each) == _mark(mark)), 0)
    left = owed[here:]
    return replace(conversation, owed=left, shown=(*conversation.shown, *shown)[-MESSAGES_REMEMBERED:])


def _asks_for_help(event: Event) -> bool:
    match event:
        case Asked(command=".help") | Tapped(place=".go", choice=".help"):
            return True
    return False


def _mark(owed: str) -> str:
    return owed.removesuffix(HELP)
