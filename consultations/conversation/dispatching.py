"""Sending, adding and taking back, as the conversation sees it: what must be sealed, and what is thrown away when.

Within the window a sending replaces the one before; after it, what was sent is gone from here and a new sending only
adds. Nothing here seals: `sealing` does, in the transaction that keeps this conversation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from consultations.answers import Answer
from consultations.conversation.checking import (
    contents_mark,
    next_kind,
    only_adds,
    replaced_by_next,
    to_send,
    unsent,
)
from consultations.conversation.happened import Dispatched
from consultations.conversation.letting_read import advocate_of
from consultations.conversation.moving import straight
from consultations.conversation.out_of_sight import raised_by
from consultations.conversation.state import Alarm, Conversation, Place, Screen, Sent
from consultations.conversation.turn import Setting
from consultations.sending import Kind


def dispatch(conversation: Conversation, setting: Setting) -> tuple[Conversation, Dispatched]:
    """The conversation once it is sent, and what is to be sealed."""
    after, dispatched = dispatch_these(conversation, setting, to_send(conversation, setting))
    return straight(after, Place(Screen.SENT)), dispatched


def dispatch_these(
    conversation: Conversation, setting: Setting, going: tuple[Answer, ...]
) -> tuple[Conversation, Dispatched]:
    """The conversation once these answers are sent, where the child is as before; and what is to be sealed."""
    number = len(conversation.sent) + 1
    kind = next_kind(conversation, setting.now)
    replaces = replaced_by_next(conversation, setting.now)
    dispatched = Dispatched(number, kind, replaces, going)
    earlier = tuple(replace(each, replaced=each.replaced or each.number == replaces) for each in conversation.sent)
    contents = contents_mark(going, advocate_of(conversation, setting.around))
    sent = Sent(number, kind, setting.now, contents, added=only_adds(conversation, setting))
    after = replace(
        conversation,
        answers=_as_sent(conversation.answers, going),
        folded=_as_sent(conversation.folded, going),
        shut=_as_sent(conversation.shut, going),
        sent=(*earlier, sent),
    )
    return after, dispatched


def window_is_due(conversation: Conversation, now: datetime) -> bool:
    """Whether a window stands open past its time."""
    standing = conversation.standing
    return standing is not None and not standing.final and not standing.window_open(now)


def shut_window(conversation: Conversation, setting: Setting) -> Conversation:
    """What was sent is no longer here in any form, nor as what raised an alarm; what was not sent, or kept for nobody,
    stays."""
    sent = tuple(_unless_alert(each, final=True) for each in conversation.sent)
    left = replace(
        conversation,
        answers=_unsent(conversation.answers),
        folded=_unsent(conversation.folded),
        shut=_unsent(conversation.shut),
        passed=(),
        passed_folded=(),
        asked=(),
        waits=(),
        together=None,  # whoever may see what was sent, what is added is the officer's alone until the child says so
        sent=sent,
    )
    left = replace(left, alarms=tuple(_unless_gone(each, (*left.hidden, *left.answers)) for each in left.alarms))
    return left if unsent(left, setting) else straight(left, Place(Screen.SENT))


def take_back(conversation: Conversation) -> Conversation:
    """No sending stands any more. What is still here is the child's own, and not sent."""
    return straight(
        replace(
            conversation,
            answers=_not_sent(conversation.answers),
            folded=_not_sent(conversation.folded),
            shut=_not_sent(conversation.shut),
            sent=tuple(_unless_alert(each, taken_back=True) for each in conversation.sent),
        ),
        Place(Screen.SENT),
    )


def _unless_gone(alarm: Alarm, here: tuple[Answer, ...]) -> Alarm:
    """The choice that raised an alarm is sealed with its alert; it is kept here only as long as that answer is."""
    return alarm if any(raised_by(answer, (alarm,)) for answer in here) else replace(alarm, said=None)


def _unless_alert(sent: Sent, *, final: bool = False, taken_back: bool = False) -> Sent:
    """An alert's answer stands whatever becomes of what was sent."""
    if sent.kind is Kind.ALERT:
        return sent
    return replace(sent, final=sent.final or final, taken_back=sent.taken_back or taken_back, contents="")


def _as_sent(answers: tuple[Answer, ...], going: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(replace(answer, sent=answer in going) for answer in answers)


def _not_sent(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(replace(answer, sent=False) for answer in answers)


def _unsent(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if not answer.sent)
