"""The check page: everything said, who may see it, and the mark that sending holds it to."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from consultations.answers import Answer, Sharing
from consultations.conversation.replies import Check
from consultations.conversation.route import going, in_order, not_going, questions_on_the_way
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Setting
from consultations.sending import Kind


def check_page(conversation: Conversation, setting: Setting) -> Check:
    """Everything the child said, in order, with what is not going and what has no answer yet."""
    left_out = not_going(conversation, setting.book)
    said = {answer.question for answer in conversation.answers}
    return Check(
        going=tuple(
            answer for answer in in_order(conversation.answers, conversation, setting.book) if answer not in left_out
        ),
        not_going=left_out,
        unanswered=tuple(
            question.id for question in questions_on_the_way(conversation, setting.book) if question.id not in said
        ),
        hidden=bool(conversation.hidden),
        together=_together(conversation) if setting.questions(conversation).share_together else None,
        mark=check_mark(conversation, setting),
        sendable=sendable(conversation, setting),
        kind=next_kind(conversation, setting.now),
        again=replaced_by_next(conversation, setting.now) is not None,
    )


def to_send(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """The answers a sending would carry now. What is kept for nobody goes into no bundle."""
    return tuple(answer for answer in going(conversation, setting.book) if answer.goes_to is not Sharing.NOBODY)


def sendable(conversation: Conversation, setting: Setting) -> bool:
    """Whether sending would tell the readers anything new. Within the window, keeping everything back does."""
    if replaced_by_next(conversation, setting.now) is not None:
        return changed_since_sending(conversation, setting)
    return conversation.unsent and bool(to_send(conversation, setting))


def changed_since_sending(conversation: Conversation, setting: Setting) -> bool:
    """Whether what would go now differs from what the readers were sent."""
    standing = conversation.standing
    if standing is not None and standing.window_open(setting.now):
        return contents_mark(conversation, setting) != standing.contents
    return conversation.unsent


def next_kind(conversation: Conversation, now: datetime) -> Kind:
    """What the next sending would be: it replaces while the window is open, and adds after it."""
    standing = conversation.standing
    if standing is None:
        return Kind.REPLACEMENT
    return standing.kind if standing.window_open(now) else Kind.ADDITION


def replaced_by_next(conversation: Conversation, now: datetime) -> int | None:
    """The number of the sending the next one takes away, if its window is still open."""
    standing = conversation.standing
    return standing.number if standing and standing.window_open(now) else None


def check_mark(conversation: Conversation, setting: Setting) -> str:
    """What sending is held to: sixteen hex digits over what would be sent, how, and to whom."""
    what = _digest([contents_mark(conversation, setting), next_kind(conversation, setting.now)])
    return what[:8] + _digest([setting.around.officer_mark])[:8]


def same_readers(mark: str, conversation: Conversation, setting: Setting) -> bool:
    """Whether this mark was made for the readers of now."""
    return mark[8:] == check_mark(conversation, setting)[8:]


def contents_mark(conversation: Conversation, setting: Setting) -> str:
    """What would be sent, as twelve hex digits."""
    return _digest(
        [
            [each.question, each.set, each.version, each.language, each.choice, each.pieces, each.goes_to]
            for each in to_send(conversation, setting)
        ]
    )


def _digest(seen: list[object]) -> str:
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:12]


def _together(conversation: Conversation) -> Sharing:
    return conversation.together or Sharing.OFFICER
