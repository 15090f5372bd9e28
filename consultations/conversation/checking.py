"""The check page: everything said, who may see it, and the mark that sending holds it to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from consultations.answers import Answer, Sharing
from consultations.circumstances import Advocate
from consultations.conversation.letting_read import advocate_of, may_read, to_let
from consultations.conversation.out_of_sight import known, raised_by
from consultations.conversation.replies import Check
from consultations.conversation.route import (
    first_open,
    going,
    hidden_going,
    in_order,
    not_going,
    opened_by,
    shown_going,
    told_here,
    without_an_answer,
)
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Setting
from consultations.sending import Kind


def check_page(conversation: Conversation, setting: Setting) -> Check:
    """Everything the child said, in order, with what is not going and what has no answer yet."""
    return Check(
        going=tuple(answer for answer in shown_going(conversation, setting) if answer.confirmed),
        not_going=not_going(conversation, setting),
        all=in_order(told_here(conversation.answers, setting), conversation, setting.book),
        unanswered=tuple(question.id for question in without_an_answer(conversation, setting)),
        open=first_open(conversation, setting) is not None,
        hidden=bool(hidden_to_send(conversation, setting)),
        share_together=setting.questions(conversation).share_together,
        together=together_now(conversation, setting),
        mark=check_mark(conversation, setting),
        sendable=sendable(conversation, setting),
        kind=next_kind(conversation, setting.now),
        again=replaced_by_next(conversation, setting.now) is not None,
        adding=only_adds(conversation, setting),
        before=bool(conversation.sendings),
        at=conversation.place.about,
        advocate=advocate_of(conversation, setting.around),
        may_let=to_let(conversation, setting) is not None,
        told=tuple(each for each in conversation.answers if raised_by(each, known(conversation, setting))),
    )


def to_send(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """The answers a sending would carry now. What is kept for nobody goes into no bundle; nor does what this door may
    not tell of, where all that can be seen of it, the answer that opened it, is kept for nobody."""
    all = going(conversation, setting.book)
    in_sight, for_somebody = told_here(all, setting), _for_somebody(all)
    too = {answer.question for answer in for_somebody}
    return tuple(each for each in for_somebody if each in in_sight or opened_by(each, setting.book) & too)


def shown_to_send(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """What goes of that which is shown."""
    return _for_somebody(shown_going(conversation, setting))


def waits_for_a_yes(conversation: Conversation, setting: Setting) -> bool:
    """Whether something that was typed for the child, and is shown, goes to nobody before they say that it is right."""
    return not all(answer.confirmed for answer in shown_going(conversation, setting))


def hidden_to_send(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """What goes without being shown. What is hidden and goes nowhere is told of nowhere: that it is there would say
    what it was, a choice of nobody or a follow-up that another choice had opened."""
    return _for_somebody(hidden_going(conversation, setting))


def sendable(conversation: Conversation, setting: Setting) -> bool:
    """Whether sending would tell the readers anything new. Within the window, keeping everything back does."""
    if replaced_by_next(conversation, setting.now) is not None:
        return changed_since_sending(conversation, setting)
    return unsent(conversation, setting)


def changed_since_sending(conversation: Conversation, setting: Setting) -> bool:
    """Whether what would go now differs from what the readers were sent."""
    standing = conversation.standing
    if standing is not None and standing.window_open(setting.now):
        # What was sent from our own page and is kept back here is no change that a messenger may tell of.
        would_go = (to_send(conversation, setting), _for_somebody(going(conversation, setting.book)))
        advocate = advocate_of(conversation, setting.around)
        return standing.contents not in [contents_mark(answers, advocate) for answers in would_go]
    return unsent(conversation, setting)


def unsent(conversation: Conversation, setting: Setting) -> bool:
    """Whether something that would go stands in no sending."""
    return any(not answer.sent for answer in to_send(conversation, setting))


def keyed_to_check(conversation: Conversation, setting: Setting) -> bool:
    """Whether something that was keyed in without the child is not sent: they see it, or that it goes too, on the check
    page before it is."""
    going = (*shown_going(conversation, setting), *to_send(conversation, setting))
    return any(each.keyed and not each.sent and each.goes_to is not Sharing.NOBODY for each in going)


def next_kind(conversation: Conversation, now: datetime) -> Kind:
    """What the next sending would be: it replaces while the window is open, and adds after it."""
    standing = conversation.standing
    if standing is None:
        return Kind.REPLACEMENT
    return standing.kind if standing.window_open(now) else Kind.ADDITION


def only_adds(conversation: Conversation, setting: Setting) -> bool:
    """Whether what was sent stays as it is: it is added to, or is hidden and goes again as it was."""
    standing = conversation.standing
    if standing is None or next_kind(conversation, setting.now) is Kind.ADDITION:
        return standing is not None
    return (standing.away or standing.added) and bool(hidden_to_send(conversation, setting))


def replaced_by_next(conversation: Conversation, now: datetime) -> int | None:
    """The number of the sending the next one takes away, if its window is still open."""
    standing = conversation.standing
    return standing.number if standing and standing.window_open(now) else None


def check_mark(conversation: Conversation, setting: Setting) -> str:
    """What sending is held to: sixteen hex digits over what is shown and would be sent, how, and to whom.

    It stands in a button, so nothing hidden is in it: a few guesses would be enough to find a folded choice. What is
    hidden cannot change without a change of what is shown, of the visit, or of the kind. Of what was said apart, a
    messenger's button holds only which of its own messages are in it.
    """
    shown = shown_to_send(conversation, setting)
    if setting.around.overheard:
        shown = tuple(replace(each, choice=None, pieces=each.marked) if each.apart else each for each in shown)
    # Which of the child's own sendings it replaces; by its number, an alert that took one would be told of.
    replaces = replaced_by_next(conversation, setting.now) and sum(s.kind is not Kind.ALERT for s in conversation.sent)
    hidden = bool(hidden_to_send(conversation, setting))
    advocate = advocate_of(conversation, setting.around)
    who = [advocate.mark] if advocate else []
    what = _digest([_said(shown, advocate), hidden, next_kind(conversation, setting.now), replaces, *who])
    return what[:8] + _digest([setting.around.officer_mark])[:8]


def same_readers(mark: str, conversation: Conversation, setting: Setting) -> bool:
    """Whether this mark was made for the readers of now."""
    return mark[8:] == check_mark(conversation, setting)[8:]


def contents_mark(answers: tuple[Answer, ...], advocate: Advocate | None) -> str:
    """What is sent, and what of it the advocate is let read, as twelve hex digits: to be kept with it, not shown."""
    return _digest(_said(answers, advocate))


def _for_somebody(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if answer.may_go)


def _said(answers: Iterable[Answer], advocate: Advocate | None) -> list[object]:
    return [
        [
            *(each.question, each.set, each.version, each.language, each.choice, each.pieces, each.goes_to),
            *([advocate.mark] if advocate and may_read(each, advocate) else []),
        ]
        for each in answers
    ]


def together_now(conversation: Conversation, setting: Setting) -> Sharing | None:
    """The one choice that holds for everything shown; None where they differ, as after a change of set."""
    shown = shown_going(conversation, setting)
    apart = set() if setting.questions(conversation).share_together else kept_for_nobody(shown)
    chosen = {answer.goes_to for answer in shown if answer.question not in apart}
    chosen = chosen or {conversation.together or Sharing.OFFICER}
    return chosen.pop() if len(chosen) == 1 else None


def kept_for_nobody(answers: tuple[Answer, ...]) -> set[str]:
    """What one choice for everything leaves alone where each answer has its own: the questions whose answers are for
    nobody, as long as others are for somebody."""
    nobody = {answer.question for answer in answers if answer.goes_to is Sharing.NOBODY}
    return nobody if len(nobody) < len(answers) else set()


def _digest(seen: list[object]) -> str:
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:12]
