"""A child's event in, replies out: one read, one decision, one write.

    1. the thread is read, with everything true around it             1st statement
    2. the vault opens the draft; `advance` decides; the vault seals
    3. the new state is kept where the version still holds             2nd statement, durable when it returns
    4. the replies are put into words

Only then does a door acknowledge. Events of one address are heard one at a time, in the order they came; where two
doors meet, the version tells, and the later one is worked out again.

One visit reads at a time, the one that came last. Otherwise whoever had come in with a found code, and left that page
open, would see what the child unfolds with their PIN on another device. A visit that is over, or that another has
followed, may still write one last word to the question its form names, and is shown nothing.

An account (Telegram) is one visit until it leaves. What is answered there is sent afterwards and may not arrive, so the
state remembers what is owed, by the event's mark alone; a door says when it arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from consultations.addresses import VISIT, is_account
from consultations.conversation.events import Event, LastWord
from consultations.drafting import Drafting
from consultations.handing_over import HandingOver
from consultations.keeping.store import Store
from consultations.keeping.store.collisions import again_on_collision
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.listening.at_once import AtOnce
from consultations.listening.closing import Closing
from consultations.listening.gathering import Gathering
from consultations.listening.hearing import Heard, Hearing
from consultations.listening.last_word import Last, LastWords
from consultations.listening.owing import Owing
from consultations.questions.sets import QuestionBook
from consultations.sealing import Sealing
from consultations.wording import Wording

__all__ = ["Heard", "Last", "Listening"]


class Listening:
    """Hears children. It opens drafts, and nothing that was sent."""

    def __init__(
        self,
        store: Store,
        keys: ChatKeys,
        seasons: Seasons,
        book: QuestionBook,
        wording: Wording,
        *,
        random: Random = token_bytes,
        forgot: Callable[[], None] = lambda: None,
        handing_over: HandingOver | None = None,
    ) -> None:
        drafting = Drafting(keys, seasons, random)
        gathering = Gathering(keys, tuple(wording.spoken), handing_over)
        sealing = Sealing(store, keys, random)
        self._closing = Closing(store, drafting, gathering, book, forgot)
        at_once = AtOnce(store, drafting, sealing, wording)
        self._hearing = Hearing(store, drafting, gathering, self._closing, sealing, at_once, book, wording)
        self._last_words = LastWords(store, drafting, gathering, self._closing, at_once, book)
        self._owing = Owing(store, drafting, gathering, book, wording)
        self._threads = store.threads
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        """Hear one event from a door. When this returns, what was said is on the disk."""

        async def turn() -> Heard:
            thread = await self._threads.thread(address)
            if thread is None or not _reads(thread, now):
                return Heard((), ended=True)
            return await self._hearing.hear(thread, event_id, event, now)

        async with self._lane(address):
            return await again_on_collision(turn)

    async def hear_last(self, address: str, event_id: str, said: LastWord, now: datetime) -> Last:
        """The one answer a visit that is over may still write, to the question its form names. It reads nothing.

        What became of it, and the same again for the very same form.
        """

        async def turn() -> Last:
            thread = await self._threads.thread(address)
            return Last.LOST if thread is None else await self._last_words.hear(thread, event_id, said, now)

        async with self._lane(address):
            return await again_on_collision(turn)

    async def is_of_staff(self, address: str) -> bool:
        """Whether the visit at this address, over or not, is no child's: an advocate sits there, or something is keyed
        in."""
        thread = await self._threads.thread(address)
        return thread is not None and thread.session is not None and thread.session.sitting is not None

    async def delivered(self, address: str, mark: str, shown: tuple[tuple[str, str], ...], now: datetime) -> None:
        """The answer owed under this mark arrived, and every one before it. `shown`: messages that ask for words."""

        async def turn() -> None:
            thread = await self._threads.thread(address)
            if thread is not None:
                await self._owing.arrived(thread, mark, shown, now)

        async with self._lane(address):
            await again_on_collision(turn)

    async def owing(self, address: str, now: datetime) -> Heard | None:
        """What is still owed at this address: where the child is. None where everything arrived, or they went on."""
        async with self._lane(address):
            thread = await self._threads.thread(address)
            return self._owing.still(thread, now) if thread is not None and _reads(thread, now) else None

    async def close_window(self, consultation: str, now: datetime) -> bool:
        """Close a window that is due, without a child: what was sent is no longer here in any form."""
        return await self._closing.close_due(consultation, now)

    @asynccontextmanager
    async def _lane(self, address: str) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(address, asyncio.Lock())
        async with lane:
            yield


def _reads(thread: Thread, now: datetime) -> bool:
    """Whether whoever is at this address may be shown anything."""
    session = thread.session
    if session is None or session.ended_at is not None:
        return False
    if session.sitting is not None and not session.sitting.open(now):
        return False
    return is_account(session.address) or now < session.created_at + VISIT
