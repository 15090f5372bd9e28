"""Everything that is sent for a turn, in the order in which it is sent: the clock on a tapped button stops, the
messages come, it is noted that they did, and the tapped button shows the pick.

What did not arrive is owed, and sent afresh later: in full, because nobody knows how much of it was read.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from telegram import Bot, BotCommandScopeChat
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.chat.on_telegram.reading import Came
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_telegram.sending import LIMITS, Gone, Job, Limits, Sender, Undelivered
from bot.chat.on_telegram.showing import Key, Sheet, picked, screens
from bot.chat.on_telegram.writing import keyboard, write, write_over
from bot.logs import places
from consultations.admitting import Admitting
from consultations.carrying import Carrying
from consultations.conversation.events import Tapped
from consultations.keeping.store.problems import StoreBusy, StoreFull, StoreProblem
from consultations.listening import Listening
from consultations.messages import Message
from consultations.standing import Whose
from consultations.tidying import Tidying

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
TYPING_WAITS = 0.3

PASSING = (StoreBusy, StoreFull)
"""What keeps us from everybody's conversations, for a while; any other fault is one conversation's."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that hearing and answering is given."""

    bot: Bot
    listening: Listening
    admitting: Admitting
    carrying: Carrying
    tidying: Tidying
    sayings: Sayings
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Answer:
    """What to show, and what must be noted once it arrived. `clears`: what stood in the chat goes before it stands."""

    messages: Sequence[Message]
    mark: str = ""
    clears: bool = False

    @property
    def whose(self) -> Whose:
        """What nobody asked for, and what the door says by itself, says nothing of the child."""
        plain = all(each.kind == "unasked" for each in self.messages)
        return Whose.PLAIN if plain else Whose.OURS


@dataclass
class Answering:
    """Puts answers in line. `owed`: addresses that something could not be sent to."""

    around: Surroundings
    owed: set[str] = field(default_factory=set)
    _typing: set[asyncio.Task[None]] = field(default_factory=set)
    _menus: OrderedDict[int, str] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.sender = Sender(self.around.limits, self.around.sleep, self._undelivered)

    def answer(
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
            self.answered(came)
        if answer is None:
            return
        if typing is not None:
            self.sender.queue(came.chat, Job(lambda: _waited(typing), minor=True))
        self.send(came.chat, address, answer)
        self._show_pick(came)
        if answer.mark and answer.messages:
            self._show_menu(came.chat, answer.messages[-1].language)

    def send(self, chat: int, address: str, answer: Answer) -> None:
        """The messages of an answer, one job each, and the note that they arrived."""
        shown: list[tuple[str, str]] = []

        def sending(sheet: Sheet) -> Job:
            async def send() -> None:
                number = await written(self.around, chat, address, sheet, answer.whose)
                if sheet.asks:
                    shown.append((str(number), sheet.asks))

            return Job(send, message=True)

        async def arrived() -> None:
            if answer.mark:
                await self.around.listening.delivered(address, answer.mark, tuple(shown), self.around.now())

        self.sender.queue(chat, *(sending(sheet) for sheet in self._sheets(answer)), Job(arrived))

    def turn(self, came: Came, address: str, answer: Answer, page: int) -> None:
        """The same message, a page further on; written anew where it is gone."""
        *_, sheet = self._sheets(answer, page)

        async def turn() -> None:
            try:
                await write_over(self.around.bot, came.chat, came.message, sheet)
            except BadRequest as refused:
                if "not found" in refused.message.lower():
                    self.send(came.chat, address, answer)
                    return
                raise
            await self.around.listening.delivered(address, answer.mark, (), self.around.now())

        self.sender.queue(came.chat, Job(turn, minor=True))

    def answered(self, came: Came) -> None:
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

    def hide(self, came: Came) -> None:
        """A PIN, or a code that is still good, does not stay to be read by whoever looks at this chat later."""

        async def hide() -> None:
            await self.around.bot.delete_message(came.chat, came.message)

        self.sender.queue(came.chat, Job(hide, minor=True))

    def shows_typing(self, chat: int) -> asyncio.Task[None]:
        """ "typing…", beside everything else."""
        task = asyncio.create_task(self._type(chat))
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)
        return task

    async def settle(self) -> None:
        """Send what is owed since an earlier process, or since Telegram could not be reached.

        What fails is owed on, and holds up nobody else unless it would fail for everybody.
        """
        for address in sorted(self.owed):
            try:
                await self._settle(address)
            except PASSING:
                raise
            except Exception as fault:  # noqa: BLE001 - told by kind and place
                log.error("telegram_failed", fault=type(fault).__name__, at=places(fault))
            else:
                self.owed.discard(address)

    async def settle_all(self) -> None:
        """After a start nobody remembers what arrived: everybody's state is asked."""
        self.owed |= set(await self.around.carrying.open())
        await self.settle()

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
            await self.around.bot.edit_message_reply_markup(came.chat, came.message, reply_markup=keyboard(after))

        self.sender.queue(came.chat, Job(show, minor=True))

    def _show_menu(self, chat: int, language: str) -> None:
        """The commands in the language the child chose: once in a process, and whenever they choose another."""
        if self._menus.get(chat) == language:
            return

        async def show() -> None:
            await self.around.bot.set_my_commands(self.around.sayings.menu(language), BotCommandScopeChat(chat))
            self._menus[chat] = language
            if len(self._menus) > REMEMBERED:
                self._menus.popitem(last=False)

        self.sender.queue(chat, Job(show, minor=True))

    async def _type(self, chat: int) -> None:
        try:
            await self.around.bot.send_chat_action(chat, ChatAction.TYPING)
        except TelegramError as fault:  # only a courtesy; what matters is sent, and told of, elsewhere
            log.debug("telegram_not_reached", fault=type(fault).__name__, tries=1)

    async def _settle(self, address: str) -> None:
        chat = await self.around.carrying.where(address)
        heard = await self.around.listening.owing(address, self.around.now()) if chat is not None else None
        if chat is not None and heard is not None:
            self.send(chat, address, Answer(heard.messages, heard.mark))

    async def _undelivered(self, chat: int, why: Undelivered) -> None:
        address = self.around.carrying.address(chat)
        if isinstance(why, Gone):
            log.info("telegram_account_gone")
            await self.around.carrying.unreachable(address, self.around.now())
        else:
            self.owed.add(address)

    def _sheets(self, answer: Answer, page: int | None = None) -> Sequence[Sheet]:
        if not answer.messages:
            return ()
        return screens(answer.messages, self.around.sayings.turning(answer.messages[-1].language), page)


async def written(around: Surroundings, chat: int, address: str, sheet: Sheet, whose: Whose) -> int:
    """A new message, and the note that it stands there; its number. What cannot be noted is taken back, for nobody
    would ever clear it."""
    sent = await write(around.bot, chat, sheet)
    try:
        await around.tidying.note(address, sent.message_id, sent.date, whose)
    except StoreProblem:
        try:
            await around.bot.delete_message(chat, sent.message_id)
        except TelegramError:  # two things went wrong at once; the first is what is told
            log.warning("telegram_not_deleted")
        raise
    return sent.message_id


async def _waited(typing: asyncio.Task[None]) -> None:
    """ "typing…" comes before what was typed; but nobody waits long for it."""
    await asyncio.wait({typing}, timeout=TYPING_WAITS)
