"""The last word: a visit that is over, or that another has followed, may still write one answer, and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

import structlog

from consultations.addresses import LAST_WORD, VISIT, is_account
from consultations.conversation.advance import REWRITE, advance
from consultations.conversation.alarming import is_kept_off
from consultations.conversation.consequences import raises
from consultations.conversation.events import LastWord
from consultations.conversation.happened import Alarmed
from consultations.conversation.marks import having_heard, mark_of, visit_mark
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Setting
from consultations.drafting import Drafting
from consultations.keeping.store import Store
from consultations.keeping.store.threads import ChatSession, Thread
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.problems import Refused
from consultations.listening.at_once import AtOnce
from consultations.listening.closing import Closing
from consultations.listening.gathering import Gathering, sitting_of
from consultations.questions.sets import QuestionBook

log = structlog.get_logger(__name__)


class Last(Enum):
    """What became of a last word."""

    LOST = "lost"
    KEPT = "kept"
    TOLD = "told"  # that the child is not safe: somebody is called
    NOTED = "noted"  # whom not to tell of that


@dataclass(frozen=True, slots=True)
class LastWords:
    """Takes in what is said last."""

    store: Store
    drafting: Drafting
    gathering: Gathering
    closing: Closing
    at_once: AtOnce
    book: QuestionBook

    async def hear(self, thread: Thread, event_id: str, said: LastWord, now: datetime) -> Last:
        """What became of it, and the same again for the very same form. Collided where the thread moved on.

        That a child is not safe is never too many, nor is whom not to tell of it: where the one answer was written, or
        the conversation cannot be opened, somebody is told all the same, and where somebody is being called already,
        and it was not said to be a mistake, it is so without another alert. An account writes nothing else here: what
        is typed into a chat that was followed is answered by where to go on.
        """
        session = thread.session
        if session is None or said.consultation not in ("", thread.consultation):
            return Last.LOST
        try:
            key, conversation = self.drafting.opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            if not _may_write(session, now):
                return Last.LOST
            if said.kept_from:
                return Last.NOTED if await self.at_once.keep_off_alone(thread, said.kept_from, now) else Last.LOST
            if not said.tell:
                return Last.LOST
            await self.at_once.alone(thread, now)
            return Last.TOLD
        around = replace(self.gathering.nameless(thread), sitting=sitting_of(thread))
        setting = Setting(self.book, around, now)
        alarms = said.tell or raises(conversation, setting, said.question.removeprefix(REWRITE), said.choice)
        mark, account = mark_of(event_id), is_account(thread.address)
        if said.kept_from:
            return await self._keep_off(thread, key, conversation, said, setting)
        if mark in conversation.heard:
            return Last.TOLD if alarms else Last.KEPT
        if not _may_write(session, now) or (account and not alarms):
            return Last.LOST
        mistaken = {each.number for each in conversation.alarms if each.mistaken}
        waiting = {each.number for each in thread.alerts if each.held_at is None and each.closed_at is None}
        called = alarms and bool(waiting - mistaken)
        otherwise = Last.TOLD if called else Last.LOST
        spent = session.last_word_at is not None
        if spent:
            said = replace(said, words="", choice="", tell=alarms)
        said = replace(said, tell=said.tell and not called, followed=conversation.visit != visit_mark(thread.address))
        if spent and not said.tell:
            return otherwise
        await self.closing.before_a_turn(thread, conversation, now)
        turn = advance(conversation, said, self.book, around, now)
        if turn.conversation == conversation:
            return otherwise
        turn = replace(turn, conversation=having_heard(turn.conversation, mark))
        if turn.happened:
            await self.at_once.keep(thread, key, turn, setting, "" if spent else thread.address)
        else:
            sealed = self.drafting.sealed(thread, key, turn.conversation)
            await self.store.threads.keep_last_word(thread.address, thread.consultation, thread.version, sealed, now)
        told = called or any(isinstance(each, Alarmed) for each in turn.happened)
        return Last.TOLD if told else Last.KEPT

    async def _keep_off(
        self, thread: Thread, key: DraftKey, conversation: Conversation, said: LastWord, setting: Setting
    ) -> Last:
        """Whom not to tell of an alarm that this visit raised. The same form once more changes nothing."""
        if thread.session is None or not _may_write(thread.session, setting.now):
            return Last.LOST
        await self.closing.before_a_turn(thread, conversation, setting.now)
        turn = advance(conversation, said, self.book, setting.around, setting.now)
        if turn.happened:
            await self.at_once.keep(thread, key, turn, setting)
        return Last.NOTED if is_kept_off(turn.conversation, setting, said.kept_from) else Last.LOST


def _may_write(session: ChatSession, now: datetime) -> bool:
    if session.sitting is not None and not (session.sitting.enabled and session.sitting.ended_at is None):
        return False
    if is_account(session.address):
        return session.ended_at is None or now < session.ended_at + LAST_WORD
    return now < session.created_at + VISIT + LAST_WORD
