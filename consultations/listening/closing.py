"""Windows closing: what was sent is no longer here in any form, and what is left goes under a new key.

The old key is thrown away, and with it every state it ever sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from consultations.conversation.advance import advance
from consultations.conversation.dispatching import window_is_due
from consultations.conversation.events import WindowClosed
from consultations.conversation.state import Conversation
from consultations.drafting import Drafting
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.collisions import again_on_collision
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.problems import Refused
from consultations.listening.gathering import Gathering
from consultations.questions.sets import QuestionBook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes windows. `forgot` is told whenever one was."""

    store: Store
    drafting: Drafting
    gathering: Gathering
    book: QuestionBook
    forgot: Callable[[], None]

    async def close_due(self, consultation: str, now: datetime) -> bool:
        """Close a window that is due, without a child; whether it was."""
        return await again_on_collision(lambda: self._look_and_close(consultation, now))

    async def before_a_turn(self, thread: Thread, conversation: Conversation, now: datetime) -> None:
        """Close the window first where it is due: then Collided, because the thread has moved on."""
        if window_is_due(conversation, now):
            await self._shut(thread, conversation, now)
            raise Collided

    async def keep(self, thread: Thread, after: Conversation, now: datetime) -> None:
        """Keep what is left, in place of everything this draft ever was. Collided where the thread moved on."""
        version = thread.version + 1
        sealed, wrapped = self.drafting.under_a_new_key(thread.consultation, version, after)
        await self.store.sendings.close_window(thread.consultation, thread.version, sealed, wrapped, now)
        self.forgot()

    async def _look_and_close(self, consultation: str, now: datetime) -> bool:
        thread = await self.store.threads.thread_of(consultation)
        if thread is None:
            return False
        try:
            _, conversation = self.drafting.opened(thread)
        except Refused:
            log.error("draft_refused", consultation=consultation)
            return False
        if not window_is_due(conversation, now):
            return False
        await self._shut(thread, conversation, now)
        return True

    async def _shut(self, thread: Thread, conversation: Conversation, now: datetime) -> None:
        turn = advance(conversation, WindowClosed(), self.book, self.gathering.nameless(thread), now)
        await self.keep(thread, turn.conversation, now)
