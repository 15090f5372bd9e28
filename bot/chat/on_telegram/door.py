"""The children's door on Telegram: an update in, heard and committed, and the answer put in line to be sent.

It decides nothing about a consultation. What it knows by itself is who has come in at all: a chat that has not is told
how, one whose child went on elsewhere is told that, and neither is shown anything.

    take(update)    1. what it means (reading)
                    2. one update of a chat after another: heard, and on the disk
                    3. the answer in line (answering); only now does whoever brought the update acknowledge it
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.chat.on_telegram import saying
from bot.chat.on_telegram.answering import PASSING, Answer, Answering, Surroundings
from bot.chat.on_telegram.clearing import Clearing
from bot.chat.on_telegram.reading import Blocked, Came, Page, Start, read
from bot.chat.on_telegram.showing import is_paged
from bot.logs import places
from consultations import invitation
from consultations.admitting import Admitted, NotAdmitted, SentOn
from consultations.conversation.events import (
    TELL,
    Asked,
    Edited,
    Event,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Said,
    Tapped,
    Unheard,
)
from consultations.keeping.store.problems import StoreProblem
from consultations.listening import Last
from consultations.standing import Whose

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
SHORTEST_CODE, LONGEST_CODE = 6, 15


class NotNow(Exception):
    """It could not be kept just now: the same update is to come again."""


_SAYS = {Last.TOLD: saying.TOLD, Last.NOTED: saying.NOTED}


@dataclass
class Door:
    """Takes updates. One a process."""

    around: Surroundings
    _done: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _lanes: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def __post_init__(self) -> None:
        self.answering = Answering(self.around)
        self.clearing = Clearing(self.around, self.answering.sender)

    async def take(self, update: Update) -> None:
        """Hear one update. When this returns it is kept for good, or set aside; NotNow when it must come again."""
        came = read(update)
        if came is None:
            await self._let_be(update)
            return
        silent = came.number in self._done or isinstance(came.what, Blocked | Page)
        typing = None if silent else self.answering.shows_typing(came.chat)
        async with self._lane(came.chat):
            if came.number in self._done:
                return
            try:
                await self._heard(came, typing)
            except PASSING:
                raise NotNow from None
            except Exception as fault:  # noqa: BLE001 - told by kind and place; it is tried again, and then set aside
                log.error("telegram_update_failed", number=came.number, fault=type(fault).__name__, at=places(fault))
                if not await self._set_aside(came):
                    raise NotNow from None
            self._done[came.number] = None
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)

    async def _heard(self, came: Came, typing: asyncio.Task[None] | None) -> None:
        now = self.around.now()
        address = await self.around.carrying.wrote(came.chat)
        await self._note(came, address)
        match came.what:
            case Blocked(blocked=True):
                await self.around.carrying.unreachable(address, now)
            case Blocked():
                self.answering.owed.add(address)
            case Start(typed=typed):
                answer = await self._come_in(came, address, typed)
                self.answering.answer(came, address, answer, typing)
            case Page(number=page):
                await self._turn_page(came, address, page)
            case tuple() as events:
                for number, event in enumerate(events):
                    id = f"telegram:{came.number}" + (f".{number}" if number else "")
                    answer = await self._hear(came, address, id, event)
                    if number + 1 == len(events):
                        await self._answer(came, address, answer, typing)

    async def _answer(self, came: Came, address: str, answer: Answer | None, typing: asyncio.Task[None] | None) -> None:
        """Put the answer in line, and the clearing of the chat behind it where that is wanted, once."""
        clears = answer is not None and answer.clears
        if clears:
            await self.clearing.wanted(came.chat, address)
        self.answering.answer(came, address, answer, typing)
        if clears:
            self.clearing.clear(came.chat, address)

    async def _note(self, came: Came, address: str) -> None:
        """What the child wrote stands in the chat."""
        if came.sent is not None:
            await self.around.tidying.note(address, came.message, came.sent, Whose.CHILD)

    async def _hear(self, came: Came, address: str, id: str, event: Event) -> Answer | None:
        """One event heard; None for what was heard and answered before."""
        heard = await self.around.listening.hear(address, id, event, self.around.now())
        if heard.again:
            return None
        if heard.hide:
            self.answering.hide(came)
        if isinstance(event, Left) and heard.ended:
            return replace(self._says(came, saying.LEFT), clears=True)
        if not heard.ended:
            return Answer(heard.messages, heard.mark, heard.clears)
        return await self._not_in(came, address, id, event, heard.elsewhere)

    async def _not_in(self, came: Came, address: str, id: str, event: Event, elsewhere: bool) -> Answer | None:
        """Nobody is in at this chat: what was typed may be a code, or a cry for help that nobody reads. A button may
        still say that the child is not safe."""
        if isinstance(event, Edited):
            return None
        match event:
            case Asked(command=".help") | Tapped(place=".go", choice=".help"):
                return Answer((self.around.sayings.help(came.language),))
            case Tapped(consultation=consultation, place=place, choice=choice):
                last = LastWord("", place, choice, tell=(place, choice) == TELL, consultation=consultation)
                became = await self.around.listening.hear_last(address, id, last, self.around.now())
                if became in _SAYS:
                    return self._says(came, _SAYS[became], saying.NUMBERS)
                if (place, choice) == TELL:
                    return Answer((self.around.sayings.help(came.language),))
        typed = event.words.strip() if isinstance(event, Said) else ""
        if _looks_like_a_code(typed) or invitation.read(typed) is not None:
            answer = await self._come_in(came, address, typed)
            if answer is not None:
                return answer
        phrase = saying.ELSEWHERE if elsewhere else saying.HELLO
        return self._says(came, phrase, saying.NUMBERS) if typed else self._says(came, phrase)

    async def _come_in(self, came: Came, address: str, typed: str) -> Answer | None:
        """By the token of a link, or a code."""
        admitted = await self.around.admitting.admit(typed, address, address, self.around.now())
        match admitted:
            case Admitted(arrived):
                await self.around.carrying.came_in(came.chat)
                await self._note(came, address)
                id = f"telegram:{came.number}"
                heard = await self.around.listening.hear(address, id, arrived, self.around.now())
                if heard.again:
                    return None
                if heard.ended:
                    return self._says(came, saying.ELSEWHERE if heard.elsewhere else saying.HELLO)
                return Answer(heard.messages, heard.mark)
            case NotAdmitted(phrase):
                return self._says(came, phrase, saying.NUMBERS)
            case SentOn(way):
                self.answering.hide(came)  # it is as good as before, and nobody would clear it: nothing is kept of them
                return self._says(came, saying.NOT_YET, link=way.link, code=way.code)

    async def _turn_page(self, came: Came, address: str, page: int) -> None:
        """The same message, a page further on; where the child is elsewhere by now, that is shown instead."""
        heard = await self.around.listening.hear(address, f"telegram:{came.number}", Looked(), self.around.now())
        self.answering.answered(came)
        if heard.again:
            return
        if heard.ended:
            answer = self._says(came, saying.ELSEWHERE if heard.elsewhere else saying.HELLO)
            self.answering.answer(came, address, answer, None, answered=True)
            return
        if not is_paged(heard.messages):
            self.answering.answer(came, address, Answer(heard.messages, heard.mark), None, answered=True)
            return
        self.answering.turn(came, address, Answer(heard.messages, heard.mark), page)

    async def _let_be(self, update: Update) -> None:
        """What gets no answer; a button's little clock is stopped all the same."""
        query = update.callback_query
        if query is not None:
            try:
                await self.around.bot.answer_callback_query(query.id)
            except TelegramError:  # nobody waits for it
                log.info("telegram_callback_too_old")

    async def _set_aside(self, came: Came) -> bool:
        """Count the failure. True when it is given up, and the child was told."""
        try:
            if not await self.around.carrying.give_up(came.number, self.around.now()):
                return False
            address = await self.around.carrying.wrote(came.chat)
        except StoreProblem:
            return False
        log.error("telegram_update_set_aside", number=came.number)
        self.answering.answered(came)
        self.answering.send(came.chat, address, self._says(came, saying.WENT_WRONG))
        return True

    async def tell(self, address: str, id: str, event: ReminderDue | Unheard) -> None:
        """Something that is said unasked, if the conversation has it to say. One that fails holds up nobody else's."""
        chat = await self.around.carrying.where(address)
        if chat is None:
            return
        try:
            heard = await self.around.listening.hear(address, id, event, self.around.now())
        except PASSING:
            raise
        except Exception as fault:  # noqa: BLE001 - told by kind and place
            log.error("telegram_failed", fault=type(fault).__name__, at=places(fault))
            return
        if heard.messages and not heard.again and not heard.ended:
            self.answering.send(chat, address, Answer(heard.messages))

    def _says(self, came: Came, *phrases: str, **named: str) -> Answer:
        return Answer((self.around.sayings.message(came.language, *phrases, **named),))

    @asynccontextmanager
    async def _lane(self, chat: int) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(chat, asyncio.Lock())
        async with lane:
            yield


def _looks_like_a_code(typed: str) -> bool:
    """A code with a slip in it: about as long as one, and with a digit. "17, and my code doesn't work" is none."""
    signs = re.sub(r"[\s-]", "", typed)
    return SHORTEST_CODE <= len(signs) <= LONGEST_CODE and signs.isalnum() and any(sign.isdigit() for sign in signs)
