"""Replies put into words: ids and values in, whole sentences in the child's language out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from consultations.answers import ADVOCATE
from consultations.circumstances import Authority, Circumstances
from consultations.conversation.advance import REWRITE
from consultations.conversation.alarming import officer_can_see
from consultations.conversation.checking import changed_since_sending, keyed_to_check, only_adds, sendable
from consultations.conversation.happened import Departed
from consultations.conversation.keying import as_spoken_to
from consultations.conversation.out_of_sight import known, raised_by
from consultations.conversation.replies import (
    AfterSending,
    AlarmRaised,
    Ask,
    Check,
    Cleared,
    HelpNow,
    NotHeard,
    Notice,
    Reminder,
    WhoHasRead,
)
from consultations.conversation.state import Conversation, begin
from consultations.conversation.turn import Setting, Turn
from consultations.languages import Words
from consultations.messages import Button, Line, Message, Role
from consultations.questions.sets import QuestionBook
from consultations.wording.reviewing import send_button
from consultations.wording.screens import messages
from consultations.wording.sent_words import sending_let_read, sending_of
from consultations.wording.speaking import Speaker

__all__ = ["Speaker", "Wording", "sending_let_read", "sending_of"]


@dataclass(frozen=True, slots=True)
class Wording:
    """Every language there is, and the authority whose numbers stand under *Help now*."""

    spoken: Mapping[str, Words]
    authority: Authority

    def speaker(self, conversation: Conversation, setting: Setting) -> Speaker:
        """Someone to speak with this child."""
        spoken_to = as_spoken_to(conversation, setting)
        return Speaker(setting.book, self.spoken, self.authority, setting.around, spoken_to)

    def help(self, book: QuestionBook, language: str) -> Message:
        """*Help now* for somebody who is in no conversation: the numbers, in this language, and nothing to tap."""
        nobody, nowhere = begin("", book.sets[-1].id, language), Circumstances("", "", date.max)
        (told,) = messages(HelpNow(), Speaker(book, self.spoken, self.authority, nowhere, nobody))
        return replace(told, buttons=())

    def of(self, turn: Turn, setting: Setting) -> tuple[Message, ...]:
        """A turn's replies as messages; the last one waits for the child, and says what is not sent yet."""
        speaker = self.speaker(turn.conversation, setting)
        said = [message for reply in turn.replies for message in messages(reply, speaker)]
        if not said:
            return ()
        for place, reply in enumerate(turn.replies[:-1]):  # a notice is one message, and they all come first
            if isinstance(reply, Notice) and reply.text:
                said[place], said[-1] = _handed_back(reply, said[place], said[-1])
            if isinstance(reply, Notice) and reply.phrase == "changed_answer":
                said[place] = _as_it_now_is(reply, said[place], turn, setting, speaker)
        told = {line for message in said[:-1] for line in message.lines}
        not_sent = (line for line in _not_sent(turn, setting, speaker) if line not in told)
        buttons = (*said[-1].buttons, *_help(said[-1], speaker))
        said[-1] = replace(said[-1], lines=(*said[-1].lines, *not_sent), buttons=buttons)
        said[0] = replace(said[0], lines=(*_whose(turn, setting), *said[0].lines))
        return tuple(_sent_first(said, turn))


def _whose(turn: Turn, setting: Setting) -> tuple[Line, ...]:
    """Whose form or talk somebody keys in: by its reference; for an advocate, who is told none, by the child's name."""
    sat = turn.conversation.sitting
    if setting.around.sitting is None or sat is None or not sat.how:
        return ()
    whose = setting.around.child if sat.kind == ADVOCATE else setting.around.reference
    return (Line(whose, Role.NOTE),) if whose else ()


def _as_it_now_is(notice: Notice, told: Message, turn: Turn, setting: Setting, speaker: Speaker) -> Message:
    """An answer was changed out of turn: what it says now; of one that was sent, that the change is not, and how."""
    answer = turn.conversation.answer(notice.question)
    if answer is None:
        return told
    veiled = speaker.veils(answer)
    lines = (*told.lines, *(() if veiled else (speaker.note("you_said"),)), *speaker.said(answer))
    if turn.conversation.standing is None or not changed_since_sending(turn.conversation, setting):
        return replace(told, lines=lines)
    here_already = isinstance(turn.replies[-1], AfterSending) or not sendable(turn.conversation, setting)
    # Of staff's screen nothing of a child's is sent, nor told; and what was keyed in is seen first.
    here_already |= setting.around.sitting is not None or keyed_to_check(turn.conversation, setting)
    return replace(
        told,
        lines=(*_not_sent(turn, setting, speaker), *lines),
        buttons=() if here_already else (send_button(turn.conversation, setting, speaker),),
    )


def _sent_first(said: list[Message], turn: Turn) -> list[Message]:
    """What is sent is told before words that were handed back: after them it would read as told of them."""
    handed_back = sum(isinstance(reply, Notice) and bool(reply.text) for reply in turn.replies)
    if not handed_back or not isinstance(turn.replies[-1], AfterSending):
        return said
    notices = len(turn.replies) - 1
    stands = said[notices]
    lines = (*stands.lines, *(line for message in said[:notices] for line in message.lines))
    return [replace(stands, lines=lines), *said[notices + 1 :]]


def _handed_back(notice: Notice, told: Message, waits: Message) -> tuple[Message, Message]:
    """Words that could not be kept: in their own field, ready to be made shorter, or else below what is told."""
    field = waits.field
    if field is not None and field.place.removeprefix(REWRITE) == notice.question:
        return told, replace(waits, field=replace(field, value=notice.text))
    return replace(told, lines=(*told.lines, Line(notice.text, Role.CHILD))), waits


def _help(waits: Message, speaker: Speaker) -> tuple[Button, ...]:
    """*Help now* on every page a child is at; not on what is said unasked, or once they have gone."""
    if waits.kind in ("help", "unasked", "notice"):
        return ()
    return (speaker.button(".go", ".help", "b_help", "help"),)


def _not_sent(turn: Turn, setting: Setting, speaker: Speaker) -> tuple[Line, ...]:
    """On every page and pause until it is sent: nobody can see this yet."""
    conversation = turn.conversation
    if any(isinstance(each, Departed) for each in turn.happened):
        return ()  # somebody may be looking: the last screen says nothing of what this was
    if any(isinstance(each, Reminder | NotHeard | Cleared) for each in turn.replies):
        return ()  # said unasked, so it may show on a locked screen: not a name, and nothing of what this is
    if setting.around.sitting is not None:  # whether anything was sent before is not the advocate's to know
        sat = conversation.sitting
        alarm = isinstance(turn.replies[-1], AlarmRaised)  # it says who is told, the officer among them
        agreed = sat is not None and sat.agreed and not sat.how and not alarm
        return (Line(speaker.phrase("not_sent_yet"), Role.NOTE),) if agreed else ()
    if not conversation.begun or setting.around.held_on is not None:
        return ()
    here = turn.replies[-1]
    if isinstance(here, AlarmRaised):
        return ()  # what was told just now is told
    told = _told_already(turn, setting, speaker) if isinstance(here, Check) else ()
    if isinstance(here, Ask) and _went_already(here, turn, setting):
        return (speaker.note("alarm_answer_seen"),)
    if conversation.standing is None:
        if isinstance(here, AfterSending | WhoHasRead):
            return ()  # they say so themselves
        return (Line(speaker.phrase("not_sent_yet"), Role.NOTE), *told)
    if changed_since_sending(conversation, setting):
        added = only_adds(conversation, setting)
        return (Line(speaker.phrase("added_not_sent" if added else "changes_not_sent"), Role.NOTE), *told)
    return ()


def _went_already(ask: Ask, turn: Turn, setting: Setting) -> bool:
    """Whether the answer on the screen is the one that did not wait."""
    seen = [each for each in known(turn.conversation, setting) if officer_can_see(each)]
    return ask.answer is not None and raised_by(ask.answer, seen)


def _told_already(turn: Turn, setting: Setting, speaker: Speaker) -> tuple[Line, ...]:
    """The one answer that did not wait to be sent."""
    went = any(officer_can_see(each) for each in known(turn.conversation, setting))
    return (speaker.note("alarm_answer_seen"),) if went else ()
