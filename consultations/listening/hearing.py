"""One turn: the draft is opened, `advance` decides, what came of it is kept, and the replies are put into words.

An event heard before changes nothing: its reply is where the child is now. Only the visit that came last is answered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from consultations.addresses import is_account
from consultations.circumstances import Circumstances
from consultations.conversation import keying
from consultations.conversation.advance import REWRITE, advance
from consultations.conversation.consequences import raises
from consultations.conversation.events import (
    ALARM,
    Arrived,
    Asked,
    Edited,
    Event,
    HandedOver,
    Left,
    Looked,
    ReminderDue,
    Said,
    SatDown,
    Tapped,
    Tidied,
    Unheard,
)
from consultations.conversation.happened import (
    Counted,
    Departed,
    Dispatched,
    MovedOn,
    SittingAgreed,
    SittingEnded,
    TookBack,
    WindowShut,
)
from consultations.conversation.marks import having_heard, is_owed, mark_of, owed_now, owing, visit_mark
from consultations.conversation.replies import Cleared, HelpNow, Notice
from consultations.conversation.screens import stay
from consultations.conversation.staff_screen import sits
from consultations.conversation.state import PIN_SCREENS, Conversation, begin
from consultations.conversation.turn import Setting, Turn
from consultations.drafting import Drafting
from consultations.interpreting import needed, to_note
from consultations.invitation import is_given_away
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.problems import Refused
from consultations.kept_from import KEEP_FROM
from consultations.languages import SOURCE
from consultations.listening.at_once import AtOnce, Told
from consultations.listening.closing import Closing
from consultations.listening.gathering import Gathering
from consultations.messages import Message
from consultations.questions.sets import QuestionBook
from consultations.sealing import CannotSeal, Sealing
from consultations.wording import Wording, sending_let_read, sending_of

log = structlog.get_logger(__name__)

FROM_ANYWHERE = (Arrived, HandedOver, Left, ReminderDue)
"""What may happen although another visit has come since."""

UNASKED = (ReminderDue, Unheard, Tidied)
"""What is said by itself, and not owed: said again, it would be too much."""

NOBODY = "-"
"""In the place of a visit's mark: whoever comes next has to come in."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What to show. `ended`: this address reads no more, and there is nothing to show.

    `again`: this was heard before, and what came of it arrived. `mark`: what the answer is owed under, at a door that
    says so by `delivered`. `hide`: what was typed is a PIN or a code, and must not stay to be read. `clears`: nor must
    anything that stood in that chat. `elsewhere`: another visit has come since.
    """

    messages: tuple[Message, ...]
    ended: bool = False
    again: bool = False
    mark: str = ""
    hide: bool = False
    clears: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """Works out a turn, and keeps what came of it."""

    store: Store
    drafting: Drafting
    gathering: Gathering
    closing: Closing
    sealing: Sealing
    at_once: AtOnce
    book: QuestionBook
    wording: Wording

    async def hear(self, thread: Thread, event_id: str, event: Event, now: datetime) -> Heard:
        """What came of one event, kept. Collided where the thread moved on."""
        try:
            setting = Setting(self.book, self.gathering.here(thread, now), now)
            key, conversation = self.drafting.opened(thread)
        except Refused:
            log.error("draft_refused", consultation=thread.consultation)
            return await self._cannot_open(thread, event, now)
        await self.closing.before_a_turn(thread, conversation, now)
        mark, visit, account = mark_of(event_id), visit_mark(thread.address), is_account(thread.address)
        back_in = account and conversation.visit == visit
        if mark in conversation.heard and (back_in or not isinstance(event, Left)):  # leaving that was cut off is ended
            if account and not is_owed(conversation, mark):
                return Heard((), again=True)
            if not account:
                event = Looked()
            elif not _asks_to_clear(event):
                event = owed_now(conversation)
        elif back_in and isinstance(event, Arrived):
            event = Looked()  # the same account coming in where it is
        if setting.around.sitting is not None:
            if not isinstance(event, SatDown) and not sits(conversation, setting):
                return Heard((), ended=True)
        elif not isinstance(event, FROM_ANYWHERE) and conversation.visit not in ("", visit):
            return Heard((), ended=True, elsewhere=True)
        turn = advance(conversation, event, self.book, setting.around, now)
        after = turn.conversation
        if account or not isinstance(event, Looked):
            after = having_heard(after, mark)
        if account and not isinstance(event, UNASKED):
            after = owing(after, mark, event)
        if isinstance(event, Arrived | HandedOver):
            after = replace(after, visit=visit)
        elif account and isinstance(event, Left):
            after = replace(after, visit=NOBODY)  # the account comes in again as anybody would
        turn = await self._kept(thread, key, conversation, replace(turn, conversation=after), setting)
        await self._noted(thread, turn.conversation, setting.around)
        return Heard(
            self.wording.of(turn, setting),
            ended=any(isinstance(each, Departed) for each in turn.happened),
            mark=mark,
            hide=_is_secret(event, conversation),
            clears=any(isinstance(each, Cleared) for each in turn.replies),
        )

    async def _kept(self, thread: Thread, key: DraftKey, before: Conversation, turn: Turn, setting: Setting) -> Turn:
        """The new state, in one commit with whatever is sent, taken back, closed or told at once.

        A way to another door stands before it, and leads nowhere without it. A count, the end of a visit and the
        interpreter's language follow it: where they are cut off, a count is lost, *Leave now* is said again, and the
        language is noted by the next turn.
        """
        for each in turn.happened:
            if isinstance(each, MovedOn) and self.gathering.handing_over is not None:
                place = thread.consultation
                if not await self.gathering.handing_over.open(each.way, setting.now, consultation=place):
                    raise Collided
        sealed = self.drafting.sealed(thread, key, turn.conversation)
        match [each for each in turn.happened if isinstance(each, Dispatched | TookBack | WindowShut | Told)]:
            case []:
                await self._keep(thread, before, turn, sealed, setting.now)
            case [Dispatched() as dispatched]:
                if not await self._sent(thread, dispatched, turn, sealed, setting):
                    told = Notice("cannot_send")
                    return keying.here(before, setting, told) if setting.around.sitting else stay(before, setting, told)
            case [TookBack()]:
                await self.store.sendings.take_back(thread.consultation, thread.version, sealed, setting.now)
            case [WindowShut()]:
                await self.closing.keep(thread, turn.conversation, setting.now)
            case told if all(isinstance(each, Told) for each in told):
                turn = await self.at_once.keep(thread, key, turn, setting)
            case both:
                raise RuntimeError(f"{len(both)} things cannot happen in one turn.")
        for each in turn.happened:
            if isinstance(each, Counted):
                await self.store.tally.count(each.set, each.version, each.choice)
            elif isinstance(each, Departed):
                await self.store.threads.end_session(thread.address, setting.now)
        return turn

    async def _keep(self, thread: Thread, before: Conversation, turn: Turn, sealed: bytes, now: datetime) -> None:
        """The new state alone, or with what became of a sitting."""
        agreed = next((each.id for each in turn.happened if isinstance(each, SittingAgreed)), "")
        ended = next((each.id for each in turn.happened if isinstance(each, SittingEnded)), "")
        at = thread.consultation, thread.version, sealed, now
        if agreed or ended:
            await self.store.sittings.keep(*at, agreed=agreed, ended=ended)
        elif turn.conversation != before:
            await self.store.threads.keep(*at)

    async def _sent(self, thread: Thread, dispatched: Dispatched, turn: Turn, sealed: bytes, setting: Setting) -> bool:
        """The new state with what is sent. False where there is nobody it could be sealed to."""
        speaker = self.wording.speaker(turn.conversation, setting)
        words = sending_of(dispatched.answers, dispatched.kind, speaker)
        theirs = sending_let_read(dispatched.answers, dispatched.kind, speaker)
        try:
            await self.sealing.send(thread, dispatched, words, sealed, setting.now, let_read=theirs)
        except CannotSeal:
            log.error("no_reader_to_seal_to", review=thread.review)
            return False
        return True

    async def _noted(self, thread: Thread, conversation: Conversation, around: Circumstances) -> None:
        """The language an interpreter is to be booked for: a statement of its own, in the turn that changes it.

        Whoever came by the code alone sends no interpreter away.
        """
        language = to_note(conversation, around)
        if not conversation.proven and not needed(language):
            return
        if language != thread.language and (needed(language) or not conversation.sendings):
            await self.store.threads.note_language(thread.consultation, language)

    async def _cannot_open(self, thread: Thread, event: Event, now: datetime) -> Heard:
        """A kind sentence, and the numbers. That the child is not safe is told by the consultation alone.

        In the child's language; where nobody knows it, in English, and where help is in every other one too.
        """
        reads = self.gathering.reads(thread)
        nobody = begin(thread.consultation, thread.question_set, reads or SOURCE)
        setting = Setting(self.book, Circumstances("", thread.officer.name, thread.review_on), now)
        phrase = "cannot_open"
        match event:
            case Tapped(nobody.id, place, choice) if raises(nobody, setting, place.removeprefix(REWRITE), choice):
                await self.at_once.alone(thread, now)
                phrase = "told_last"
            case Tapped(nobody.id, place, kind) if place == ALARM and kind in KEEP_FROM:
                phrase = "alarm_noted" if await self.at_once.keep_off_alone(thread, kind, now) else phrase
        told, *rest = self.wording.of(Turn(nobody, (Notice(phrase), HelpNow(tell=True))), setting)
        others = [] if reads else [replace(nobody, language=code) for code in self.wording.spoken if code != SOURCE]
        numbers = (self.wording.of(Turn(each, (Notice("letter_safety"),)), setting) for each in others)
        return Heard((told, *(message for each in numbers for message in each), *rest))


def _is_secret(event: Event, before: Conversation) -> bool:
    match event:
        case Said(words=words) | Edited(words=words) if is_given_away(words):
            return True
        case Said(reply_to=""):
            return before.place.screen in PIN_SCREENS
    return False


def _asks_to_clear(event: Event) -> bool:
    """Heard twice it changes nothing; cut off and not heard again, it would leave everything standing in the chat."""
    match event:
        case Asked(command=".tidy") | Tapped(place=".go", choice=".tidy"):
            return True
    return False
