"""How updates come in: Telegram calls us (webhook), or we ask it (polling). In both they are kept before they are
acknowledged; what was not kept comes again.

The library's own Updater confirms first and handles later, and compares the webhook's secret with `!=`. So this is our
own.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest

from bot.chat.on_telegram.door import Door, NotNow
from bot.chat.on_telegram.reading import ALLOWED
from consultations.keeping.store.problems import StoreProblem

log = structlog.get_logger(__name__)

PATH = "/telegram"
"""Where Telegram calls us: nothing of the token stands in it."""

REFUSED = (
    "Telegram refuses the bot's token. Ask @BotFather for it, set FOREWORD_TELEGRAM_TOKEN and start again."
    " The children's pages are there without it."
)
SOMEBODY_ELSE = "Another program asks Telegram for what is written to this bot. Stop it, or give each a bot of its own."

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024
LONG_POLL = 25
BATCH = 100
A_MINUTE = 60.0


@dataclass
class Webhook:
    """The route. Until a door stands behind it, everything is told to come again."""

    secret: str = field(repr=False)
    bot: Bot
    door: Door | None = None

    async def answer(self, request: web.Request) -> web.Response:
        """200 once it is kept; 401 without the secret, before a byte of the body is read; empty bodies throughout."""
        given = request.headers.getall(HEADER, [])
        said = "".join(given).encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(said, self.secret.encode()) or len(given) != 1:
            return web.Response(status=401)
        if request.content_type != "application/json":
            return web.Response(status=415)
        raw = await _body(request)
        if raw is None:
            return web.Response(status=413)
        update = understood(raw, self.bot)
        if update is None:
            return web.Response(status=400)
        if self.door is None:
            return web.Response(status=503)
        try:
            await self.door.take(update)
        except NotNow:
            return web.Response(status=503)
        return web.Response()


@dataclass
class Polling:
    """Asks for updates until it is cancelled. The offset moves past what is kept, and no further."""

    bot: Bot
    requests: BaseRequest
    door: Door
    heard: Callable[[], Awaitable[None]]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    wait: int = LONG_POLL
    pause: float = 1.0
    longest: float = 60.0
    patience: float = 1.0  # with those who are slow
    offset: int = 0
    _noted: float = float("-inf")
    _kept: set[int] = field(default_factory=set)  # those from the offset on
    _taking: dict[int, asyncio.Task[bool]] = field(default_factory=dict)  # by chat

    async def run(self) -> None:
        """Ask, keep, ask again."""
        try:
            await self._run()
        finally:
            for taking in self._taking.values():
                taking.cancel()
            if self._taking:
                await asyncio.wait(self._taking.values())

    async def _run(self) -> None:
        pause = self.pause
        while True:
            try:
                updates = await self._ask()
            except Conflict:
                log.error("telegram_somebody_else_asks", says=SOMEBODY_ELSE)
                pause = min(2 * pause, self.longest)
            except InvalidToken:
                log.error("telegram_token_refused", says=REFUSED)
                pause = self.longest
            except TelegramError as fault:
                log.warning("telegram_not_reached", fault=type(fault).__name__, tries=1)
                pause = min(2 * pause, self.longest)
            else:
                if await self._keep(updates):
                    await self._note()
                    pause = self.pause
                    continue
            await self.sleep(pause)

    async def _note(self) -> None:
        """That Telegram is heard, once a minute at most."""
        now = asyncio.get_running_loop().time()
        if now < self._noted + A_MINUTE:
            return
        self._noted = now
        try:
            await self.heard()
        except StoreProblem:  # it is noted a minute later
            log.warning("telegram_not_noted")

    async def _ask(self) -> list[dict[str, Any]]:
        """As it comes: one update that makes no sense must not hide the others."""
        asked = {"offset": self.offset, "timeout": self.wait, "limit": BATCH, "allowed_updates": json.dumps(ALLOWED)}
        url = f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
        answer: object = await self.requests.post(url, read_timeout=self.wait + 10)
        if not isinstance(answer, list):
            raise NetworkError("An answer that makes no sense.")
        return [each for each in answer if isinstance(each, dict) and isinstance(each.get("update_id"), int)]

    async def _keep(self, updates: list[dict[str, Any]]) -> bool:
        """Take them in, each chat's in order and the chats side by side. False when one could not be kept just now.

        Whoever is slow, as guessed codes are, holds up nobody else: what is not kept yet comes again with the next. But
        Telegram gives no more than BATCH at once, from the oldest not kept: where one account guesses so many before
        the first are answered (at LONGEST_WAIT each, `slowing`), whoever wrote after them waits for those in excess.
        """
        rows: dict[int, list[Update]] = {}
        for raw in updates:
            if raw["update_id"] in self._kept:
                continue
            update = parsed(raw, self.bot)
            if update is None:
                log.error("telegram_update_unclear", number=raw["update_id"])
                self._kept.add(raw["update_id"])
                continue
            rows.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)
        for chat in rows.keys() - self._taking.keys():
            self._taking[chat] = asyncio.create_task(self._take(rows[chat]))
        if self._taking:
            await asyncio.wait(self._taking.values(), timeout=self.patience)
        done = [self._taking.pop(chat).result() for chat, taking in list(self._taking.items()) if taking.done()]
        for raw in updates:
            if raw["update_id"] not in self._kept:
                break
            self.offset = max(self.offset, raw["update_id"] + 1)
        self._kept = {number for number in self._kept if number >= self.offset}
        return all(done)

    async def _take(self, row: Sequence[Update]) -> bool:
        """One chat's updates; behind one that must come again, none is heard before it."""
        for update in row:
            try:
                await self.door.take(update)
            except NotNow:
                return False
            self._kept.add(update.update_id)
        return True


def understood(raw: bytes, bot: Bot) -> Update | None:
    """The update in these bytes; None for what is none."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return parsed(data, bot)


def parsed(data: object, bot: Bot) -> Update | None:
    """The update in this JSON; None for what is none. Nothing of it is quoted anywhere.

    Where the library does not understand something in a message (a newer Telegram), the words in it still count, and
    as what they are.
    """
    if not isinstance(data, dict) or type(data.get("update_id")) is not int:
        return None
    return _parsed(data, bot) or _parsed({name: _plain(each) for name, each in data.items()}, bot)


def _parsed(data: dict[str, Any], bot: Bot) -> Update | None:
    try:
        return Update.de_json(data, bot)
    except Exception:  # noqa: BLE001 - the library's faults quote what they choked on; that it made no sense is told
        return None


def _plain(part: object) -> object:
    """A message without anything but its words, whose they are, and what makes them anything else than an answer here:
    that they are a command, somebody else's, or said to an older message."""
    if not isinstance(part, dict):
        return part
    plain = {name: part[name] for name in _WORDS if name in part}
    entities, to = part.get("entities"), part.get("reply_to_message")
    if isinstance(entities, list) and any(_begins_with_a_command(each) for each in entities):
        plain["entities"] = [{"type": "bot_command", "offset": 0, "length": 1}]
    if part.get("forward_origin") is not None:
        plain["forward_origin"] = {"type": "hidden_user", "date": 0, "sender_user_name": ""}
    if isinstance(to, dict) and type(to.get("message_id")) is int:
        plain["reply_to_message"] = {"message_id": to["message_id"], "date": 0, "chat": part.get("chat")}
    return plain


def _begins_with_a_command(entity: object) -> bool:
    return isinstance(entity, dict) and entity.get("type") == "bot_command" and entity.get("offset") == 0


_WORDS = ("message_id", "date", "edit_date", "chat", "from", "text", "caption")


async def _body(request: web.Request) -> bytes | None:
    """All of it, or None where it is more than anything Telegram sends."""
    if request.content_length is not None and request.content_length > LARGEST:
        return None
    raw = b""
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > LARGEST:
            return None
    return raw
