"""Telegram, from its start to its end: who we are there, the menu, what is owed, and then what comes in.

It starts beside the web chat, which waits for nothing of it: with a wrong token or without a network the children's
pages are there all the same, and it tries again.

    1. who are we?                  the bot's name, for links that lead here
    2. the menu, in each language
    3. what is owed is sent         before anything comes in, so that nothing is sent twice
    4. was there a gap?             then every open chat is told; with a webhook, once Telegram reaches us
    5. what comes in                webhook or polling
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp.typedefs import Handler
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.chat.on_telegram import ingress
from bot.chat.on_telegram.answering import Surroundings
from bot.chat.on_telegram.door import Door
from bot.chat.on_telegram.ingress import Polling, Webhook
from bot.chat.on_telegram.reading import ALLOWED
from bot.chat.on_telegram.requests import Requests, pin_loggers
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_telegram.sending import LIMITS, Limits
from bot.logs import places
from consultations.addresses import TELEGRAM
from consultations.admitting import Admitting
from consultations.carrying import Carrying
from consultations.conversation.events import ReminderDue, Unheard
from consultations.listening import Listening
from consultations.reminding import Reminding
from consultations.tidying import Tidying

log = structlog.get_logger(__name__)

PAUSE = 5.0
LONGEST_PAUSE = 60.0
OWED_WAITS = 10.0
LAST_SENDS = 5.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What it is made of; nothing in it is made here. `links` learns how a link leads to us."""

    token: str = field(repr=False)
    api: str
    secret: str = field(repr=False)
    chat_url: str
    listening: Listening
    admitting: Admitting
    carrying: Carrying
    reminding: Reminding
    tidying: Tidying
    sayings: Sayings
    links: MutableMapping[str, str]
    now: Callable[[], datetime]
    limits: Limits = LIMITS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    long_poll: int = ingress.LONG_POLL


class Telegram:
    """One bot. `webhook` is the route for Telegram's calls, where a secret is set."""

    def __init__(self, parts: Parts) -> None:
        pin_loggers()
        self._parts = parts
        base = f"{parts.api}/bot"
        self._asking, self._sending = Requests(), Requests()
        self._bot = Bot(parts.token, base_url=base, request=self._sending, get_updates_request=self._asking)
        self.door = Door(
            Surroundings(
                bot=self._bot,
                listening=parts.listening,
                admitting=parts.admitting,
                carrying=parts.carrying,
                tidying=parts.tidying,
                sayings=parts.sayings,
                now=parts.now,
                sleep=parts.sleep,
                limits=parts.limits,
            )
        )
        self.webhook = Webhook(parts.secret, self._bot) if parts.secret else None
        self._running: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()

    @property
    def calls(self) -> Mapping[str, Handler]:
        """What Telegram posts to at the children's address; nothing where we ask it ourselves."""
        return {ingress.PATH: self.webhook.answer} if self.webhook else {}

    async def start(self) -> None:
        """Begin; returns at once."""
        await self._asking.initialize()
        await self._sending.initialize()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Take nothing more in, and send what can still be sent."""
        if self.webhook is not None:
            self.webhook.door = None
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        await self.door.answering.sender.stop(LAST_SENDS)
        await self._asking.shutdown()
        await self._sending.shutdown()

    async def tick(self, now: datetime) -> None:
        """What the clock asks for: what is owed, who is due a nudge, and chats that are due to be cleared."""
        if not self.ready.is_set():
            return
        if self.webhook is not None and await self._reaches_us():  # polling knows by itself
            await self._heard()
        await self.door.answering.settle()
        for address in await self._parts.reminding.due(now):
            await self.door.tell(address, "reminder", ReminderDue())
        await self.door.clearing.clear_due()

    async def _run(self) -> None:
        """All of it; what nobody thought of is told, and it begins again."""
        while True:
            try:
                await self._listen()
                return
            except Exception as fault:  # noqa: BLE001 - told by kind and place
                log.error("telegram_failed", fault=type(fault).__name__, at=places(fault))
            await self._parts.sleep(LONGEST_PAUSE)

    async def _listen(self) -> None:
        await self._until_done(self._introduced)
        await self._until_done(self._menus)
        await self.door.answering.settle_all()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.door.answering.sender.idle()), OWED_WAITS)
        if self.webhook is not None:
            await self._until_done(self._called)
            self.webhook.door = self.door
            self._ready("webhook")
            return
        await self._heard()
        await self._until_done(self._not_called)
        self._ready("polling")
        await Polling(
            self._bot, self._asking, self.door, self._heard, sleep=self._parts.sleep, wait=self._parts.long_poll
        ).run()

    def _ready(self, by: str) -> None:
        self.ready.set()
        log.info("telegram_listening", by=by)

    async def _until_done(self, step: Callable[[], Awaitable[None]]) -> None:
        """One step of the start, until Telegram has taken it."""
        pause = PAUSE
        while True:
            try:
                await step()
                return
            except InvalidToken:
                log.error("telegram_token_refused", says=ingress.REFUSED)
                pause = LONGEST_PAUSE
            except TelegramError as fault:
                log.warning("telegram_not_reached", fault=type(fault).__name__, tries=1)
            await self._parts.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _introduced(self) -> None:
        me = await self._bot.get_me()
        self._parts.links[TELEGRAM] = f"https://t.me/{me.username}?start="

    async def _menus(self) -> None:
        """The menu in every language, by that of the phone, and English for every other. Telegram knows two letters
        of a language. Whoever has come in sees it in the language they chose (answering)."""
        says = self._parts.sayings
        done: set[str] = set()
        for language in says.languages:
            code = language.partition("_")[0]
            if not done:
                await self._bot.set_my_commands(says.menu(language))
            if code not in done:
                await self._bot.set_my_commands(says.menu(language), language_code=code)
            done.add(code)

    async def _called(self) -> None:
        await self._bot.set_webhook(
            self._parts.chat_url + ingress.PATH,
            allowed_updates=ALLOWED,
            secret_token=self._parts.secret,
            drop_pending_updates=False,
        )

    async def _reaches_us(self) -> bool:
        """Whether nothing waits for us at Telegram. That nobody wrote is no gap; that nobody could reach us is one."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as fault:
            log.info("telegram_not_reached", fault=type(fault).__name__, tries=1)
            return False
        return info.url == self._parts.chat_url + ingress.PATH and info.pending_update_count == 0

    async def _not_called(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _heard(self) -> None:
        """Telegram is heard. Where it was not for so long that it dropped what was typed, every open chat is told.

        That it is heard is noted last: whoever was told of a gap before we were stopped is not told again.
        """
        now = self._parts.now()
        since = await self._parts.carrying.gap(now)
        if since is not None:
            log.warning("telegram_gap", since=since.date().isoformat())
            for address in await self._parts.carrying.open():
                await self.door.tell(address, f"unheard:{since.isoformat()}", Unheard(since))
        await self._parts.carrying.listens(now)
