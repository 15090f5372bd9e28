"""What a turn tells people at once is kept with it: that the child is not safe, and what cannot wait.

    1. the choice that raised an alarm is sealed to its readers
    2. the conversation is kept, the alert with it, whom it is kept from, and what is asked for; one commit

So each is told exactly once. A turn that was cut off before the commit told nobody, and the child, who was not
answered, taps once more; after it, the same event is known again and tells nothing new. Calling people about it comes
later and is at least once (see the store's `alerts`).

An alarm does not fail for want of a reader: where there is none that its choice could be sealed to, it is raised
without.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

import structlog

from consultations.conversation.alarming import unsealed
from consultations.conversation.happened import Alarmed, AlertSending, Asking, Happened, KeptFrom, Mistaken
from consultations.conversation.turn import Setting, Turn
from consultations.drafting import Drafting
from consultations.keeping.store import Store
from consultations.keeping.store.telling import Telling
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.drafts import DraftKey
from consultations.sealing import CannotSeal, Sealing, sending_id
from consultations.sending import Kind
from consultations.wording import Wording, sending_of

log = structlog.get_logger(__name__)

Told = Alarmed | KeptFrom | Mistaken | Asking


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Keeps the turns that tell something at once."""

    store: Store
    drafting: Drafting
    sealing: Sealing
    wording: Wording

    async def keep(self, thread: Thread, key: DraftKey, turn: Turn, setting: Setting, last_word: str = "") -> Turn:
        """The turn as it was kept, with all it tells. Collided where the thread moved on, or somebody has the alert.

        `last_word`: the address of a session that writes its last.
        """
        try:
            async with self._kept(thread, key, turn, setting, last_word) as telling:
                raised = {each.number for each in turn.happened if isinstance(each, Alarmed) and not each.again}
                for each in turn.happened:
                    if isinstance(each, Told):
                        await self._tell(telling, thread, each, raised)
        except CannotSeal:
            log.error("no_reader_to_seal_to", review=thread.review)
            return await self.keep(thread, key, _without_sealing(turn), setting, last_word)
        return turn

    async def alone(self, thread: Thread, now: datetime) -> None:
        """*Tell someone*, where the conversation cannot be opened: raised, and nothing of it is touched.

        It joins an alert that nobody has. Collided where somebody has it by now.
        """
        waiting = (each.number for each in thread.alerts if each.held_at is None and each.closed_at is None)
        number = max(waiting, default=max((each.number for each in thread.alerts), default=0) + 1)
        async with self.store.alerts.telling_alone(thread, now) as telling:
            await telling.raise_alert(self.sealing.random(16).hex(), number)
            await telling.keep_from_as_before(number)

    async def keep_off_alone(self, thread: Thread, kind: str, now: datetime) -> bool:
        """Whom not to tell, where the conversation cannot be opened: of any alert that is open. Whether there is one.

        What was sealed with it stays sealed as it was; whoever is kept off is not shown the alert that leads to it.
        """
        open = [each.number for each in thread.alerts if each.closed_at is None]
        async with self.store.alerts.telling_alone(thread, now) as telling:
            for number in open:
                await telling.keep_from_too(number, kind)
        return bool(open)

    def _kept(
        self, thread: Thread, key: DraftKey, turn: Turn, setting: Setting, last_word: str
    ) -> AbstractAsyncContextManager[Telling]:
        sealed = self.drafting.sealed(thread, key, turn.conversation)
        speaker = self.wording.speaker(turn.conversation, setting)
        said = [(each, sending_of((each.answer,), Kind.ALERT, speaker)) for each in _to_seal(turn.happened)]
        if said:
            return self.sealing.at_once(thread, said, sealed, setting.now, last_word)
        return self.store.alerts.telling(thread, sealed, setting.now, last_word)

    async def _tell(self, telling: Telling, thread: Thread, told: Told, raised: Set[int]) -> None:
        match told:
            case Alarmed():
                id = self.sealing.random(16).hex()
                await telling.raise_alert(id, told.number, told.beside, _sealed_as(thread, told.sealing))
            case KeptFrom():
                as_before = told.number in raised  # nobody was asked yet: it was said of an earlier alert
                sealed = _sealed_as(thread, told.sealing)
                await telling.keep_from(told.number, told.kinds, sealed, as_before=as_before)
            case Mistaken():
                await telling.mistaken(told.number)
            case Asking():
                await telling.asks(told.kinds)


def _to_seal(happened: Iterable[Happened]) -> tuple[AlertSending, ...]:
    return tuple(each.sealing for each in happened if isinstance(each, Alarmed | KeptFrom) and each.sealing)


def _sealed_as(thread: Thread, sealing: AlertSending | None) -> str:
    return sending_id(thread, sealing.number) if sealing else ""


def _without_sealing(turn: Turn) -> Turn:
    """The same told, and nothing sealed for it."""
    happened = (replace(each, sealing=None) if isinstance(each, Alarmed | KeptFrom) else each for each in turn.happened)
    left = reduce(unsealed, _to_seal(turn.happened), turn.conversation)
    return replace(turn, conversation=left, happened=tuple(happened))
