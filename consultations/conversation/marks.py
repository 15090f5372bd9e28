"""Events as the conversation remembers them: by a mark alone, those it has heard and those whose answer is owed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from consultations.conversation.state import (
    EVENTS_REMEMBERED,
    MESSAGES_REMEMBERED,
    OWED_REMEMBERED,
    Conversation,
)


def mark_of(event_id: str) -> str:
    """Enough of an event's id to know it again: 48 bits, among the last few hundred of one conversation."""
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def visit_mark(address: str) -> str:
    """A mark of the visit that speaks; "" for what happens without one."""
    return mark_of(address) if address else ""


def having_heard(conversation: Conversation, mark: str) -> Conversation:
    """The conversation, which has now heard this."""
    return replace(conversation, heard=(*conversation.heard, mark)[-EVENTS_REMEMBERED:])


def owing(conversation: Conversation, mark: str) -> Conversation:
    """The conversation, whose answer to this is now owed."""
    owed = tuple(each for each in conversation.owed if each != mark)
    return replace(conversation, owed=(*owed, mark)[-OWED_REMEMBERED:])


def delivered(conversation: Conversation, mark: str, shown: tuple[tuple[str, str], ...]) -> Conversation:
    """The conversation once this answer arrived, and every one before it; `shown` are messages that ask for words."""
    owed = conversation.owed
    left = owed[owed.index(mark) + 1 :] if mark in owed else owed
    return replace(conversation, owed=left, shown=(*conversation.shown, *shown)[-MESSAGES_REMEMBERED:])
