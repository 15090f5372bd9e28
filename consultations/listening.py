"""A child's event in, replies out: one read, one decision, one write.

    1. the thread is read, with everything true around it             1st statement
    2. the vault opens the draft; `advance` decides; the vault seals
    3. the new state is kept where the version still holds             2nd statement, durable when it returns
    4. the replies are put into words

Only then does a door acknowledge. Events of one address are heard one at a time, in the order they came; where two
doors meet, the version tells, and the later one is worked out again. An event heard before changes nothing: its reply
is where the child is now.

One visit reads at a time, the one that came last. Otherwise whoever had come in with a found code, and left that page
open, would see what the child unfolds with their PIN on another device. A visit that is over, or that another has
followed, may still write one last word to the question its form names, and is shown nothing.

An account (Telegram) is one visit until it leaves. What is answered there is sent afterwards and may not arrive, so the
state remembers what is owed, by the event's mark alone; a door says when it arrived.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

import structlog

from consultations.addresses import LAST_WORD, VISIT, door_of, is_account
from consultations.circumstances import Circumstances, Reading
from consultations.conversation.advance import advance
from consultations.conversation.dispatching import window_is_due
from consultations.conversation.events import (
    Arrived,
    Event,
    HandedOver,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Said,
    Unheard,
    WindowClosed,
)
from consultations.conversation.replies import Counted, Departed, Dispatched, MovedOn, Notice, TookBack, WindowShut
from consultations.conversation.screens import stay
from consultations.conversation.state import (
    EVENTS_REMEMBERED,
    MESSAGES_REMEMBERED,
    OWED_REMEMBERED,
    PIN_SCREENS,
    Conversation,
    begin,
)
from consultations.conversation.turn import Setting, Turn
from consultations.details import KIND, ChatDetails
from consultations.handing_over import HandingOver
from consultations.interpreting import to_book
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.threads import ChatSession, Thread
from consultations.keeping.vault import drafts
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.messages import Message
from consultations.questions.sets import QuestionBook
from consultations.sealing import CannotSeal, Sealing, sending_number
from consultations.timescales import day_in_england
from consultations.wording import Wording, sending_of

log = structlog.get_logger(__name__)

TIMES_OVER = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """What to show. `ended`: this address reads no more, and there is nothing to show.

    `again`: this was heard before, and what came of it arrived. `mark`: what the answer is owed under, at a door that
    says so by `delivered`. `hide`: what was typed is a PIN, and must not stay to be read. `elsewhere`: another visit
    has come since.
    """

    messages: tuple[Message, ...]
    ended: bool = False
    again: bool = False
    mark: str = ""
    hide: bool = False
    elsewhere: bool = False


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
        self._store, self._keys, self._seasons = store, keys, seasons
        self._book, self._wording, self._random = book, wording, random
        self._sealing = Sealing(store, keys, random)
        self._forgot = forgot
        self._handing_over = handing_over
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        """Hear one event from a door. When this returns, what was said is on the disk."""
        async with self._lane(address):
            for _ in range(TIMES_OVER):
                thread = await self._store.threads.thread(address)
                if thread is None or not _reads(thread, now):
                    return Heard((), ended=True)
                try:
                    return await self._turn(thread, event_id, event, now)
                except Collided:
                    continue
        raise Collided

    async def hear_last(self, address: str, event_id: str, said: LastWord, now: datetime) -> bool:
        """The one answer a visit that is over may still write, to the question its form names. It reads nothing.

        True when it is kept, and again for the very same form.
        """
        async with self._lane(address):
            for _ in range(TIMES_OVER):
                thread = await self._store.threads.thread(address)
                if thread is None:
                    return False
                try:
                    return await self._last_word(thread, event_id, said, now)
                except Collided:
                    continue
        raise Collided

    async def delivered(self, address: str, mark: str, shown: tuple[tuple[str, str], ...], now: datetime) -> None:
        """The answer owed under this mark arrived, and every one before it. `shown`: messages that ask for words."""
        async with self._lane(address):
            for _ in range(TIMES_OVER):
                thread = await self._store.threads.thread(address)
                if thread is None:
                    return
                try:
                    key, conversation = self._opened(thread)
                except Refused:
                    return  # told when it was heard
                after = _delivered(conversation, mark, shown)
                if after == conversation:
                    return
                try:
                    await self._keep(thread, self._sealed(thread, key, after), now)
                except Collided:
                    continue
                return
        raise Collided

    async def owing(self, address: str, now: datetime) -> Heard | None:
        """What is still owed at this address: where the child is. None where everything arrived, or they went on."""
        async with self._lane(address):
            thread = await self._store.threads.thread(address)
            if thread is None or not _reads(thread, now):
                return None
            try:
                setting = Setting(self._book, self._here(thread, now), now)
                _, conversation = self._opened(thread)
            except Refused:
                log.error("draft_refused", consultation=thread.consultation)
                return None
            if not conversation.owed or conversation.visit not in ("", _visit(thread)):
                return None
            turn = advance(conversation, Looked(), self._book, setting.around, now)
            return Heard(self._wording.of(turn, setting), mark=conversation.owed[-1])

    async def close_window(self, consultation: str, now: datetime) -> bool:
        """Close a window that is due, without a child: what was sent is no longer here in any form."""
        for _ in range(TIMES_OVER):
            thread = await self._store.threads.thread_of(consultation)
            if thread is None:
                return False
            try:
                _, conversation = self._opened(thread)
            except Refused:
                log.error("draft_refused", consultation=consultation)
                return False
            if not window_is_due(conversation, now):
                return False
            try:
                await self._shut(thread, conversation, now)
            except Collided:
                continue
            return True
        raise Collided

    async def _turn(self, thread: Thread, event_id: str, event: Event, now: datetime) -> Heard:
        try:
            setting = Setting(self._book, self._here(thread, now), now)
            key, conversation = self._opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            return self._cannot_open(thread, now)
        if window_is_due(conversation, now):
            await self._shut(thread, conversation, now)
            raise Collided
        mark, visit, account = _mark(event_id), _visit(thread), is_account(_address(thread))
        if mark in conversation.heard and not isinstance(event, Left):
            if account and mark not in conversation.owed:
                return Heard((), again=True)
            event = Looked()
        elif account and isinstance(event, Arrived) and conversation.visit == visit:
            event = Looked()  # the same account coming in where it is
        if not isinstance(event, _FROM_ANYWHERE) and conversation.visit not in ("", visit):
            return Heard((), ended=True, elsewhere=True)
        turn = advance(conversation, event, self._book, setting.around, now)
        after = turn.conversation
        if account or not isinstance(event, Looked):
            after = _having_heard(after, mark)
        if account and not isinstance(event, _UNASKED):
            after = _owing(after, mark)
        if isinstance(event, Arrived | HandedOver):
            after = replace(after, visit=visit)
        elif account and isinstance(event, Left):
            after = replace(after, visit=NOBODY)  # the account comes in again as anybody would
        turn = await self._kept(thread, key, conversation, replace(turn, conversation=after), setting)
        await self._noted(thread, turn.conversation)
        return Heard(
            self._wording.of(turn, setting),
            ended=any(isinstance(each, Departed) for each in turn.happened),
            mark=mark,
            hide=isinstance(event, Said) and not event.reply_to and conversation.place.screen in PIN_SCREENS,
        )

    async def _last_word(self, thread: Thread, event_id: str, said: LastWord, now: datetime) -> bool:
        try:
            key, conversation = self._opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            return False
        mark = _mark(event_id)
        if mark in conversation.heard:
            return True
        if thread.session is None or not _may_write_once(thread.session, now):
            return False
        if window_is_due(conversation, now):
            await self._shut(thread, conversation, now)
            raise Collided
        said = replace(said, followed=conversation.visit != _visit(thread))
        after = advance(conversation, said, self._book, self._around(thread), now).conversation
        if after == conversation:
            return False
        await self._keep(thread, self._sealed(thread, key, _having_heard(after, mark)), now)
        await self._store.threads.spend_last_word(thread.session.address, now)
        return True

    async def _kept(self, thread: Thread, key: DraftKey, before: Conversation, turn: Turn, setting: Setting) -> Turn:
        """Whatever the turn says must happen, with the new state, in one commit."""
        for each in turn.happened:
            if isinstance(each, MovedOn) and self._handing_over is not None:
                place = thread.consultation
                if not await self._handing_over.open(each.way, setting.now, consultation=place):
                    raise Collided
        sealed = self._sealed(thread, key, turn.conversation)
        match [each for each in turn.happened if isinstance(each, Dispatched | TookBack | WindowShut)]:
            case []:
                if turn.conversation != before:
                    await self._keep(thread, sealed, setting.now)
            case [Dispatched() as dispatched]:
                speaker = self._wording.speaker(turn.conversation, setting)
                words = sending_of(dispatched.answers, dispatched.kind, speaker)
                try:
                    await self._sealing.send(thread, dispatched, words, sealed, setting.now)
                except CannotSeal:
                    log.error("no_reader_to_seal_to", review=thread.review)
                    return stay(before, setting, Notice("cannot_send"))
            case [TookBack()]:
                if not await self._store.sendings.take_back(thread.consultation, thread.version, sealed, setting.now):
                    raise Collided
            case [WindowShut()]:
                await self._close(thread, turn.conversation, setting.now)
            case both:
                raise RuntimeError(f"{len(both)} things cannot happen in one turn.")
        for each in turn.happened:
            if isinstance(each, Counted):
                await self._store.tally.count(each.set, each.version, each.choice)
            elif isinstance(each, Departed) and thread.session is not None:
                await self._store.threads.end_session(thread.session.address, setting.now)
        return turn

    async def _noted(self, thread: Thread, conversation: Conversation) -> None:
        """The language an interpreter is to be booked for: a statement of its own, in the turn that changes it."""
        language = to_book(conversation)
        if language != thread.language and (language or not conversation.sent):
            await self._store.threads.note_language(thread.consultation, language)

    async def _keep(self, thread: Thread, sealed: bytes, now: datetime) -> None:
        if not await self._store.threads.keep(thread.consultation, thread.version, sealed, now):
            raise Collided

    async def _shut(self, thread: Thread, conversation: Conversation, now: datetime) -> None:
        turn = advance(conversation, WindowClosed(), self._book, self._around(thread), now)
        await self._close(thread, turn.conversation, now)

    async def _close(self, thread: Thread, conversation: Conversation, now: datetime) -> None:
        """What is left goes under a new key; the old key is thrown away, and with it every state it ever sealed."""
        key = drafts.new_draft_key(self._keys, random=self._random)
        wrapped = drafts.wrap_draft_key(self._keys, self._seasons, thread.consultation, key, random=self._random)
        sealed = self._sealed(thread, key, conversation)
        if not await self._store.sendings.close_window(thread.consultation, thread.version, sealed, wrapped, now):
            raise Collided
        self._forgot()

    def _opened(self, thread: Thread) -> tuple[DraftKey, Conversation]:
        key = drafts.unwrap_draft_key(self._keys, self._seasons, thread.consultation, thread.wrapped_key)
        return key, Conversation.from_bytes(drafts.open_draft(key, thread.consultation, thread.version, thread.sealed))

    def _sealed(self, thread: Thread, key: DraftKey, conversation: Conversation) -> bytes:
        plain = conversation.to_bytes()
        return drafts.seal_draft(key, thread.consultation, thread.version + 1, plain, random=self._random)

    def _here(self, thread: Thread, now: datetime) -> Circumstances:
        """The circumstances at this door, with a way to another one where the child may use that."""
        around, account, elsewhere = self._named(thread), is_account(_address(thread)), None
        if self._handing_over and (account or self._child(thread).may_use_telegram(day_in_england(now))):
            elsewhere = self._handing_over.way(door_of(_address(thread)), now)
        return replace(around, overheard=account, remembered=account, elsewhere=elsewhere)

    def _named(self, thread: Thread) -> Circumstances:
        """The circumstances with the child's name in them. Refused when what is kept of them is another child's."""
        child = self._child(thread)
        return replace(self._around(thread), child=child.name, reads_best=child.language)

    def _child(self, thread: Thread) -> ChatDetails:
        return ChatDetails.from_bytes(open_details(self._keys, KIND, thread.review, thread.details))

    def _around(self, thread: Thread) -> Circumstances:
        """The circumstances without a name: enough for what shows nothing, and it happens whatever became of that."""
        return Circumstances(
            child="",
            officer=thread.officer.name,
            review_on=thread.review_on,
            reference=thread.reference,
            held_on=thread.held_on,
            officer_mark=_officer_mark(thread),
            readings=tuple(
                Reading(each.reader_name, each.what, each.at, sending_number(each.sending)) for each in thread.readings
            ),
            languages=tuple(self._wording.spoken),
        )

    def _cannot_open(self, thread: Thread, now: datetime) -> Heard:
        nobody = begin(thread.consultation, thread.question_set, next(iter(self._wording.spoken)))
        setting = Setting(self._book, Circumstances("", thread.officer.name, thread.review_on), now)
        return Heard(self._wording.of(Turn(nobody, (Notice("cannot_open"),)), setting))

    @asynccontextmanager
    async def _lane(self, address: str) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(address, asyncio.Lock())
        async with lane:
            yield


_FROM_ANYWHERE = (Arrived, HandedOver, Left, ReminderDue)
"""What may happen although another visit has come since."""

_UNASKED = (ReminderDue, Unheard)
"""What is said by itself, and not owed: said again, it would be too much."""

NOBODY = "-"
"""In the place of a visit's mark: whoever comes next has to come in."""


def _reads(thread: Thread, now: datetime) -> bool:
    session = thread.session
    if session is None or session.ended_at is not None:
        return False
    return is_account(session.address) or now < session.created_at + VISIT


def _address(thread: Thread) -> str:
    return thread.session.address if thread.session else ""


def _may_write_once(session: ChatSession, now: datetime) -> bool:
    return session.last_word_at is None and now < session.created_at + VISIT + LAST_WORD


def _mark(event_id: str) -> str:
    """Enough of an event's id to know it again: 48 bits, among the last few hundred of one conversation."""
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _visit(thread: Thread) -> str:
    """A mark of the visit that speaks; "" for what happens without one."""
    return _mark(thread.session.address) if thread.session else ""


def _having_heard(conversation: Conversation, mark: str) -> Conversation:
    return replace(conversation, heard=(*conversation.heard, mark)[-EVENTS_REMEMBERED:])


def _owing(conversation: Conversation, mark: str) -> Conversation:
    owed = tuple(each for each in conversation.owed if each != mark)
    return replace(conversation, owed=(*owed, mark)[-OWED_REMEMBERED:])


def _delivered(conversation: Conversation, mark: str, shown: tuple[tuple[str, str], ...]) -> Conversation:
    owed = conversation.owed
    left = owed[owed.index(mark) + 1 :] if mark in owed else owed
    return replace(conversation, owed=left, shown=(*conversation.shown, *shown)[-MESSAGES_REMEMBERED:])


def _officer_mark(thread: Thread) -> str:
    officer = thread.officer
    facts = repr((officer.id, officer.enabled, officer.entry.public if officer.entry else b""))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]
