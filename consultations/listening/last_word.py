"""The last word: a visit that is over, or that another has followed, may still write one answer, and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from consultations.addresses import LAST_WORD, VISIT
from consultations.conversation.advance import advance
from consultations.conversation.events import LastWord
from consultations.conversation.marks import having_heard, mark_of, visit_mark
from consultations.conversation.turn import Setting
from consultations.drafting import Drafting
from consultations.keeping.store import Store
from consultations.keeping.store.threads import ChatSession, Thread
from consultations.keeping.vault.problems import Refused
from consultations.listening.at_once import AtOnce
from consultations.listening.closing import Closing
from consultations.listening.gathering import Gathering, sitting_of
from consultations.questions.sets import QuestionBook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LastWords:
    """Takes in what is said last."""

    store: Store
    drafting: Drafting
    gathering: Gathering
    closing: Closing
    at_once: AtOnce
    book: QuestionBook

    async def hear(self, thread: Thread, event_id: str, said: LastWord, now: datetime) -> bool:
        """True when it is kept, and again for the very same form. Collided where the thread moved on.

        *Tell someone* is never too many: where the one answer was written it is raised all the same, and where
        somebody is being called already it is true without another alert.
        """
        try:
            key, conversation = self.drafting.opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            return False
        mark = mark_of(event_id)
        if mark in conversation.heard:
            return True
        if thread.session is None or not _may_write(thread.session, now):
            return False
        told = said.tell and any(each.held_at is None and each.closed_at is None for each in thread.alerts)
        said = replace(said, tell=said.tell and not told)
        spent = thread.session.last_word_at is not None
        if spent and not said.tell:
            return told
        if spent:
            said = replace(said, words="", choice="")
        await self.closing.before_a_turn(thread, conversation, now)
        said = replace(said, followed=conversation.visit != visit_mark(thread.address))
        around = replace(self.gathering.nameless(thread), sitting=sitting_of(thread))
        setting = Setting(self.book, around, now)
        turn = advance(conversation, said, self.book, around, now)
        if turn.conversation == conversation:
            return told
        turn = replace(turn, conversation=having_heard(turn.conversation, mark))
        if turn.happened:
            await self.at_once.keep(thread, key, turn, setting, "" if spent else thread.address)
        else:
            sealed = self.drafting.sealed(thread, key, turn.conversation)
            await self.store.threads.keep_last_word(thread.address, thread.consultation, thread.version, sealed, now)
        return True


def _may_write(session: ChatSession, now: datetime) -> bool:
    if session.sitting is not None and not (session.sitting.enabled and session.sitting.ended_at is None):
        return False
    return now < session.created_at + VISIT + LAST_WORD
