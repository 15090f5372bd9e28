"""What an account is owed: an answer that was sent to a messenger may not arrive, until its door says that it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from consultations.conversation.advance import advance
from consultations.conversation.marks import delivered, owed_now, visit_mark
from consultations.conversation.turn import Setting
from consultations.drafting import Drafting
from consultations.keeping.store import Store
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.problems import Refused
from consultations.listening.gathering import Gathering
from consultations.listening.hearing import Heard
from consultations.questions.sets import QuestionBook
from consultations.wording import Wording

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Owing:
    """Knows which answers have not been seen to arrive, by their marks alone."""

    store: Store
    drafting: Drafting
    gathering: Gathering
    book: QuestionBook
    wording: Wording

    async def arrived(self, thread: Thread, mark: str, shown: tuple[tuple[str, str], ...], now: datetime) -> None:
        """The answer owed under this mark arrived, and every one before it. Collided where the thread moved on."""
        try:
            key, conversation = self.drafting.opened(thread)
        except Refused:
            return  # told when it was heard
        after = delivered(conversation, mark, shown)
        if after == conversation:
            return
        sealed = self.drafting.sealed(thread, key, after)
        await self.store.threads.keep(thread.consultation, thread.version, sealed, now)

    def still(self, thread: Thread, now: datetime) -> Heard | None:
        """Where the child is, or help, if that is still owed. None where everything arrived, or they left."""
        try:
            setting = Setting(self.book, self.gathering.here(thread, now), now)
            _, conversation = self.drafting.opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            return None
        if not conversation.owed or conversation.visit not in ("", visit_mark(thread.address)):
            return None
        turn = advance(conversation, owed_now(conversation), self.book, setting.around, now)
        return Heard(self.wording.of(turn, setting), mark=conversation.owed[-1])
