"""The children's door on Telegram: an update in, heard and committed, and the answer put in line to be sent.

It decides nothing about a consultation. What it knows by itself is who has come in at all: a chat that has not is told
how, one whose child went on elsewhere is told that, and neither is shown anything.

    take(update)    1. what it means (reading)
                    2. one update of a chat after another: heard, and on the disk
                    3. the answer in line (sending); only now does whoever brought the update acknowledge it
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.chat.on_telegram import saying
from bot.chat.on_telegram.reading import Blocked, Came, Page, Start, read
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_telegram.sending import LIMITS, Gone, Job, Limits, Sender, Undelivered
from bot.chat.on_telegram.showing import Key, Sheet, Turning, is_paged, picked, screens
from bot.logs import places
from consultations.admitting import Admitted, NotAdmitted, SentOn
from consultations.conversation.events import Edited, Event, Left, Looked, ReminderDue, Said, Tapped, Unheard
from consultations.keeping.store.problems import StoreProblem
from consultations.listening import Heard
from consultations.messages import Message

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
TYPING_WAITS = 0.3
LONGEST_CODE = 40


class NotNow(Exception):
    """It could not be kept just now: the same update is to come again."""


class Hears(Protocol):
    """consultations.listening, as far as this door knows it."""

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        """One event in, what to show out."""

    async def delivered(self, address: str, mark: str, shown: tuple[tuple[str, str], ...], now: datetime) -> None:
        """The answer arrived."""

    async def owing(self, address: str, now: datetime) -> Heard | None:
        """What is still owed."""


class Admits(Protocol):
    """consultations.admitting, as far as this door knows it."""

    async def admit(self, typed: str, address: str, caller: str, now: datetime) -> Admitted | NotAdmitted | SentOn:
        """Let whoever typed this in, say why not, or where to."""


class Carries(Protocol):
    """consultations.carrying, as far as this door knows it."""

    async def wrote(self, account: int) -> str:
        """Their address."""

    async def came_in(self, account: int) -> None:
        """They came in: they are to be written to."""

    async def where(self, address: str) -> int | None:
        """Where they are written to."""

    async def unreachable(self, address: str, now: datetime) -> None:
        """They are gone."""

    async def open(self) -> tuple[str, ...]:
        """Everybody who has come in and can be written to."""

    async def give_up(self, number: int, now: datetime) -> bool:
        """An update failed once more."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything the door is given."""

    bot: Bot
    listening: Hears
    admitting: Admits
    carrying: Carries
    sayings: Sayings
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Answer:
    """What to show, and what must be noted once it arrived."""

    messages: Sequence[Message]
    mark: str = ""
    page: int | None = None


@dataclass
class Door:
    """Takes updates. One a process."""

    around: Surroundings
    owed: set[str] = field(default_factory=set)  # addresses that something could not be sent to
    _done: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _lanes: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _typing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sender = Sender(self.around.limits, self.around.sleep, self._undelivered)

    async def take(self, update: Update) -> None:
        """Hear one update. When this returns it is kept for good, or set aside; NotNow when it must come again."""
        came = read(update)
        if came is None:
            await self._let_be(update)
            return
        typing = None if came.what == () or isinstance(came.what, Blocked | Page) else self._shows_typing(came.chat)
        async with self._lane(came.chat):
            if came.number in self._done:
                return
            try:
                await self._heard(came, typing)
            except StoreProblem:
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
        match came.what:
            case Blocked(blocked=True):
                await self.around.carrying.unreachable(address, now)
            case Blocked():
                self.owed.add(address)
            case Start(typed=typed):
                answer = await self._come_in(came, address, typed)
                self._answer(came, address, answer, typing)
            case Page(number=page):
                await self._turn_page(came, address, page)
            case tuple() as events:
                for number, event in enumerate(events):
                    id = f"telegram:{came.number}" + (f".{number}" if number else "")
                    answer = await self._hear(came, address, id, event)
                    if number + 1 == len(events):
                        self._answer(came, address, answer, typing)

    async def _hear(self, came: Came, address: str, id: str, event: Event) -> Answer | None:
        """One event heard; None for what was heard and answered before."""
        heard = await self.around.listening.hear(address, id, event, self.around.now())
        if heard.again:
            return None
        if heard.hide:
            self._hide(came)
        if isinstance(event, Left) and heard.ended:
            return self._says(came, saying.LEFT)
        if not heard.ended:
            return Answer(heard.messages, heard.mark)
        return await self._not_in(came, address, event, heard.elsewhere)

    async def _not_in(self, came: Came, address: str, event: Event, elsewhere: bool) -> Answer | None:
        """Nobody is in at this chat: what was typed may be a code."""
        if isinstance(event, Edited):
            return None
        typed = event.words.strip() if isinstance(event, Said) else ""
        if typed and len(typed) <= LONGEST_CODE and any(sign.isdigit() for sign in typed):
            answer = await self._come_in(came, address, typed)
            if answer is not None:
                return answer
        return self._says(came, saying.ELSEWHERE if elsewhere else saying.HELLO)

    async def _come_in(self, came: Came, address: str, typed: str) -> Answer | None:
        """By the token of a link, or a code."""
        admitted = await self.around.admitting.admit(typed, address, address, self.around.now())
        match admitted:
            case Admitted(arrived):
                await self.around.carrying.came_in(came.chat)
                id = f"telegram:{came.number}"
                heard = await self.around.listening.hear(address, id, arrived, self.around.now())
                if heard.again:
                    return None
                if heard.ended:
                    return self._says(came, saying.ELSEWHERE if heard.elsewhere else saying.HELLO)
                return Answer(heard.messages, heard.mark)
            case NotAdmitted(phrase):
                return self._says(came, phrase)
            case SentOn(way):
                return self._says(came, saying.NOT_YET, link=way.link, code=way.code)

    async def _turn_page(self, came: Came, address: str, page: int) -> None:
        """The same message, a page further on; where the child is elsewhere by now, that is shown instead."""
        heard = await self.around.listening.hear(address, f"telegram:{came.number}", Looked(), self.around.now())
        self._answered(came)
        if heard.again:
            return
        if heard.ended:
            answer = self._says(came, saying.ELSEWHERE if heard.elsewhere else saying.HELLO)
            self._answer(came, address, answer, None, answered=True)
            return
        if not is_paged(heard.messages):
            self._answer(came, address, Answer(heard.messages, heard.mark), None, answered=True)
            return
        sheet = screens(heard.messages, self._turning(heard.messages), page)[-1]

        async def turn() -> None:
            await self.around.bot.edit_message_text(
                sheet.text,
                came.chat,
                came.message,
                entities=_entities(sheet),
                reply_markup=_keyboard(sheet.rows),
                link_preview_options=_NO_PREVIEW,
            )
            await self.around.listening.delivered(address, heard.mark, (), self.around.now())

        self.sender.queue(came.chat, Job(turn, minor=True))

    def _answer(
        self,
        came: Came,
        address: str,
        answer: Answer | None,
        typing: asyncio.Task[None] | None,
        *,
        answered: bool = False,
    ) -> None:
        """Put the answer in line, the callback's own first and the child's pick last."""
        if not answered:
            self._answered(came)
        if answer is None:
            return
        if typing is not None:
            self.sender.queue(came.chat, Job(lambda: _waited(typing), minor=True))
        self._send(came.chat, address, answer)
        self._show_pick(came)

    def _send(self, chat: int, address: str, answer: Answer) -> None:
        """The messages of an answer, one job each, and the note that they arrived."""
        shown: list[tuple[str, str]] = []

        def sending(sheet: Sheet) -> Job:
            async def send() -> None:
                sent = await self.around.bot.send_message(
                    chat,
                    sheet.text,
                    entities=_entities(sheet),
                    reply_markup=_keyboard(sheet.rows),
                    disable_notification=True,
                    link_preview_options=_NO_PREVIEW,
                )
                if sheet.asks:
                    shown.append((str(sent.message_id), sheet.asks))

            return Job(send, message=True)

        async def arrived() -> None:
            if answer.mark:
                await self.around.listening.delivered(address, answer.mark, tuple(shown), self.around.now())

        sheets = screens(answer.messages, self._turning(answer.messages), answer.page) if answer.messages else ()
        self.sender.queue(chat, *(sending(sheet) for sheet in sheets), Job(arrived))

    def _show_pick(self, came: Came) -> None:
        """The tapped message shows what was picked, and offers the rest no longer."""
        query, what = came.query, came.what
        message = query.message if query is not None else None
        markup = getattr(message, "reply_markup", None)
        if query is None or markup is None or not (isinstance(what, tuple) and isinstance(what[0], Tapped)):
            return
        rows = [[Key(button.text, str(button.callback_data or "")) for button in row] for row in markup.inline_keyboard]
        after = picked(rows, query.data or "")
        if after is None or [list(row) for row in after] == rows:
            return

        async def show() -> None:
            await self.around.bot.edit_message_reply_markup(came.chat, came.message, reply_markup=_keyboard(after))

        self.sender.queue(came.chat, Job(show, minor=True))

    def _answered(self, came: Came) -> None:
        """The little clock on the button stops."""
        query = came.query
        if query is None:
            return

        async def answer() -> None:
            try:
                await self.around.bot.answer_callback_query(query.id)
            except BadRequest:  # too old, or answered before a restart: the clock has stopped by itself
                log.info("telegram_callback_too_old")

        self.sender.queue(came.chat, Job(answer, minor=True))

    def _hide(self, came: Came) -> None:
        """A PIN does not stay to be read by whoever looks at this chat later."""

        async def hide() -> None:
            await self.around.bot.delete_message(came.chat, came.message)

        self.sender.queue(came.chat, Job(hide, minor=True))

    def _shows_typing(self, chat: int) -> asyncio.Task[None]:
        task = asyncio.create_task(self._type(chat))
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)
        return task

    async def _type(self, chat: int) -> None:
        try:
            await self.around.bot.send_chat_action(chat, ChatAction.TYPING)
        except TelegramError as fault:  # only a courtesy; what matters is sent, and told of, elsewhere
            log.debug("telegram_not_reached", fault=type(fault).__name__, tries=1)

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
        self._answered(came)
        self._send(came.chat, address, self._says(came, saying.WENT_WRONG))
        return True

    # -- what is said without being asked --

    async def settle(self) -> None:
        """Send what is owed since an earlier process, or since Telegram could not be reached."""
        owed, self.owed = self.owed, set()
        for address in sorted(owed):
            await self._settle(address)

    async def settle_all(self) -> None:
        """After a start nobody remembers what arrived: everybody's state is asked."""
        self.owed |= set(await self.around.carrying.open())
        await self.settle()

    async def tell(self, address: str, id: str, event: ReminderDue | Unheard) -> None:
        """Something that is said unasked, if the conversation has it to say."""
        chat = await self.around.carrying.where(address)
        if chat is None:
            return
        heard = await self.around.listening.hear(address, id, event, self.around.now())
        if heard.messages and not heard.again and not heard.ended:
            self._send(chat, address, Answer(heard.messages))

    async def _settle(self, address: str) -> None:
        chat = await self.around.carrying.where(address)
        heard = await self.around.listening.owing(address, self.around.now()) if chat is not None else None
        if chat is not None and heard is not None:
            self._send(chat, address, Answer(heard.messages, heard.mark))

    async def _undelivered(self, chat: int, why: Undelivered) -> None:
        address = await self.around.carrying.wrote(chat)
        if isinstance(why, Gone):
            log.info("telegram_account_gone")
            await self.around.carrying.unreachable(address, self.around.now())
        else:
            self.owed.add(address)

    def _says(self, came: Came, phrase: str, **named: str) -> Answer:
        return Answer((self.around.sayings.message(came.language, phrase, **named),))

    def _turning(self, messages: Sequence[Message]) -> Turning:
        language = messages[-1].language
        say = self.around.sayings.say
        return Turning(
            say(language, saying.PAGE_NEXT), say(language, saying.PAGE_BEFORE), say(language, saying.PAGE_LAST)
        )

    @asynccontextmanager
    async def _lane(self, chat: int) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(chat, asyncio.Lock())
        async with lane:
            yield


_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _entities(sheet: Sheet) -> list[MessageEntity]:
    return [MessageEntity(each.style, each.offset, each.length) for each in sheet.styles]


def _keyboard(rows: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in rows]
    )


async def _waited(typing: asyncio.Task[None]) -> None:
    """ "typing…" comes before what was typed; but nobody waits long for it."""
    await asyncio.wait({typing}, timeout=TYPING_WAITS)
