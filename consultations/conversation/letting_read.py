"""Letting an advocate read: whom the child could let, and which answers they do.

It is off until the child says so, answer by answer, and names one person: another advocate who comes later reads
nothing by it. Whoever the database points at has to be somebody the child said yes to, as the sealed state knows it.
What goes to nobody goes to no advocate either. Nor does an answer that an advocate typed some of: what the child said
alone is in it, and would be read under the advocate's own name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consultations.answers import Answer
from consultations.circumstances import Advocate, Circumstances
from consultations.conversation.route import opened_by, told_here
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Setting

EVERYTHING = "*"


def advocate_of(conversation: Conversation, around: Circumstances) -> Advocate | None:
    """The child's advocate, where there is one who could read."""
    found = around.advocate
    return found if found and any(id == found.id for _, _, id in conversation.sat) else None


def to_let(conversation: Conversation, setting: Setting) -> Advocate | None:
    """The advocate whom this visit may let read, or not: alone, as anything that is shared wider."""
    alone = conversation.helper is None and setting.around.sitting is None
    return advocate_of(conversation, setting.around) if alone else None


def may_read(answer: Answer, advocate: Advocate | None) -> bool:
    """Whether this advocate is let read this answer, if it is sent now."""
    return advocate is not None and can_be_let(answer) and answer.to_advocate == advocate.id


def can_be_let(answer: Answer) -> bool:
    """Whether an advocate could be let read this answer at all."""
    return answer.may_go and not answer.partly


def let_read(answers: Iterable[Answer], advocate: Advocate | None) -> tuple[Answer, ...]:
    """Of these, what the advocate is let read."""
    return tuple(answer for answer in answers if may_read(answer, advocate))


def letting(conversation: Conversation, setting: Setting, question: str, advocate: Advocate, let: bool) -> Conversation:
    """The advocate let read this answer, or not any more. Hidden answers keep what was chosen for them."""
    in_sight = told_here(conversation.answers, setting)
    meant = {answer.question for answer in in_sight if question in (answer.question, EVERYTHING) and not answer.partly}

    def chosen(answer: Answer) -> Answer:
        if answer in in_sight:
            return _let(answer, advocate.id if let else "") if answer.question in meant else answer
        # What this door may not tell of is read by nobody who may not read what opened it.
        return answer if let or not opened_by(answer, setting.book) & meant else _let(answer, "")

    return replace(conversation, answers=tuple(map(chosen, conversation.answers)))


def _let(answer: Answer, id: str) -> Answer:
    return replace(answer, to_advocate=id, sent=answer.sent and answer.to_advocate == id)
