"""A Bot API server of our own: what a bot asks for goes in by HTTP, and people write to it by calling methods.

It is as strict as the real one (https://core.telegram.org/bots/api), where we know how that is:

- an update comes again until it is confirmed: by a higher offset, or by a webhook that answers 2xx
- the webhook carries its secret in X-Telegram-Bot-Api-Secret-Token
- a callback is answered once; its data has 1 to 64 bytes
- a text has at most 4,096 UTF-16 units; an edit that changes nothing is refused
- a message is deleted for 48 hours, and 100 of a chat at once; one that may not be deleted spares all of them
- two pollers: 409; a poller beside a webhook: 409; a blocked bot or a deleted account: 403; too many: 429

And it fails, or stands still, when it is told to: see `Fails` and `Hold`.

    async with standing_in() as telegram:
        amal = telegram.person("Amal")
        await amal.says("/start 4MK7-W2Q9-TZX0-2")
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.telegram_stand_in.chats import (
    AT_ONCE,
    BEGINS,
    Chat,
    Refuses,
    Shown,
    checked_commands,
    checked_entities,
    checked_keyboard,
    checked_text,
)
from tests.telegram_stand_in.failing import WEBHOOK, Fails, Hold, failed, no
from tests.telegram_stand_in.people import Person

__all__ = ["SECRET", "TOKEN", "USERNAME", "WEBHOOK", "Fails", "Hold", "Person", "Shown", "StandIn", "standing_in"]

TOKEN = "7000000001:AAF-zanzibarkettle-token-of-nobody-12345"
USERNAME = "foreword_test_bot"
SECRET = "zanzibarkettle-webhook-secret"


@dataclass
class StandIn:
    """One server with one bot."""

    token: str = TOKEN
    url: str = ""
    now: Callable[[], datetime] = lambda: BEGINS
    per_chat: float = 0.0  # seconds between two messages to one chat, before 429
    chats: dict[int, Chat] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: dict[str, deque[Fails]] = field(default_factory=dict)
    pending: list[dict[str, Any]] = field(default_factory=list)
    webhook: str = ""
    secret: str = ""
    allowed: list[str] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    revoked: bool = False
    answered: dict[str, bool] = field(default_factory=dict)
    webhook_statuses: list[int] = field(default_factory=list)
    hold: Hold | None = None
    _update: int = 500
    _message: int = 0
    _poller: asyncio.Event | None = None
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _last: dict[int, float] = field(default_factory=dict)

    # -- people --

    def person(self, name: str = "Amal", id: int = 0, language: str = "en") -> Person:
        """Somebody with an account, who has not written to the bot yet."""
        chat = Chat(id or 900_000_001 + len(self.chats), name, language)
        self.chats[chat.id] = chat
        return Person(self, chat)

    def update(self, **content: Any) -> dict[str, Any]:
        """A new update, waiting to be heard."""
        self._update += 1
        update = {"update_id": self._update, **content}
        kind = next(iter(content))
        if not self.allowed or kind in self.allowed:
            self.pending.append(update)
            self._more.set()
        return update

    def again(self, update: dict[str, Any]) -> None:
        """The same update comes once more."""
        self.pending.append(update)
        self._more.set()

    def next_message(self) -> int:
        self._message += 1
        return self._message

    def next_callback(self) -> str:
        """The name of a tap that waits for its answer."""
        id = f"callback-{len(self.answered) + 1}"
        self.answered[id] = False
        return id

    def fails(self, method: str, *faults: Fails) -> None:
        """The next calls of this method go wrong, one after another."""
        self.faults.setdefault(method, deque()).extend(faults)

    def made(self, method: str) -> list[dict[str, str]]:
        """Every call of this method."""
        return [parameters for name, parameters in self.calls if name == method]

    @property
    def bot(self) -> dict[str, Any]:
        return {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "Chat", "username": USERNAME}

    async def heard(self, patience: float = 20.0) -> None:
        """Until every update is confirmed."""
        async with asyncio.timeout(patience):
            while self.pending:
                await asyncio.sleep(0.002)

    # -- the server --

    async def call(self, request: web.Request) -> web.Response:
        """One method of the Bot API."""
        if request.match_info["token"] != self.token or self.revoked:
            return no(Refuses(401, "Unauthorized"))
        method = request.match_info["method"]
        parameters = await _parameters(request)
        self.calls.append((method, parameters))
        if self.hold is not None and await self.hold.stands(method, parameters, done=False):
            return await failed(request, Fails())
        waiting = self.faults.get(method)
        fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.done:
            return await failed(request, fault)
        try:
            result = await self._done(method, parameters)
        except Refuses as refused:
            return no(refused)
        if fault is not None:
            return await failed(request, fault)
        if self.hold is not None:
            await self.hold.stands(method, parameters, done=True)
        return web.json_response({"ok": True, "result": result})

    async def _done(self, method: str, given: dict[str, str]) -> Any:
        match method:
            case "getMe":
                return {**self.bot, "can_join_groups": False}
            case "getUpdates":
                return await self._poll(given)
            case "setWebhook":
                self.webhook, self.secret = given["url"], given.get("secret_token", "")
                self.allowed = json.loads(given.get("allowed_updates", "[]"))
                return True
            case "deleteWebhook":
                assert given.get("drop_pending_updates", "false") == "false", "what children wrote is not dropped"
                self.webhook = ""
                return True
            case "getWebhookInfo":
                waiting = len(self.pending)
                return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": waiting}
            case "setMyCommands":
                return self._set_menu(given)
            case "sendMessage":
                return self._send(given)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(given)
            case "deleteMessage":
                return self._delete(given)
            case "deleteMessages":
                return self._delete_many(given)
            case "sendChatAction":
                self._chat(given).typed += 1
                return True
            case "answerCallbackQuery":
                return self._answer(given)
        raise Refuses(404, "Not Found")

    def _chat(self, given: dict[str, str]) -> Chat:
        chat = self.chats.get(int(given["chat_id"]))
        if chat is None or not chat.started:
            raise Refuses(400, "Bad Request: chat not found")
        if chat.deleted:
            raise Refuses(403, "Forbidden: user is deactivated")
        if chat.blocked:
            raise Refuses(403, "Forbidden: bot was blocked by the user")
        return chat

    def _send(self, given: dict[str, str]) -> dict[str, Any]:
        chat = self._chat(given)
        self._not_too_often(chat)
        text = checked_text(given.get("text", ""))
        shown = Shown(
            self.next_message(),
            text,
            from_bot=True,
            sent=self.now(),
            entities=checked_entities(given.get("entities", ""), text),
            keyboard=checked_keyboard(given.get("reply_markup", "")),
            silent=given.get("disable_notification") == "true",
            preview_off=json.loads(given.get("link_preview_options", "{}")).get("is_disabled", False),
        )
        chat.messages.append(shown)
        return shown.as_json(chat.as_json, self.bot)

    def _edit(self, given: dict[str, str]) -> dict[str, Any]:
        chat = self._chat(given)
        shown = chat.message(int(given["message_id"]))
        if shown is None or not shown.from_bot:
            raise Refuses(400, "Bad Request: message to edit not found")
        text = checked_text(given["text"]) if "text" in given else shown.text
        entities = checked_entities(given.get("entities", ""), text) if "text" in given else shown.entities
        keyboard = checked_keyboard(given.get("reply_markup", ""))
        if (text, entities, keyboard) == (shown.text, shown.entities, shown.keyboard):
            raise Refuses(400, "Bad Request: message is not modified")
        shown.before.append(shown.keyboard)
        shown.text, shown.entities, shown.keyboard = text, entities, keyboard
        shown.edits += 1
        return shown.as_json(chat.as_json, self.bot)

    def _delete(self, given: dict[str, str]) -> bool:
        chat = self._chat(given)
        shown = chat.to_delete(int(given["message_id"]), self.now())
        if shown is None:
            raise Refuses(400, "Bad Request: message to delete not found")
        chat.delete(shown)
        return True

    def _delete_many(self, given: dict[str, str]) -> bool:
        """Those that are not there (any more) are passed over; one of another chat is nothing a bot should ask for."""
        chat, ids = self._chat(given), json.loads(given["message_ids"])
        if not 1 <= len(ids) <= AT_ONCE:
            raise Refuses(400, "Bad Request: too many message identifiers specified")
        if any(each.message(id) for id in ids for each in self.chats.values() if each is not chat):
            raise Refuses(400, "Bad Request: (stand-in) message of another chat")
        chat.delete(*[shown for id in ids if (shown := chat.to_delete(id, self.now())) is not None])
        return True

    def _set_menu(self, given: dict[str, str]) -> bool:
        """Commands for everybody, for phones of a language, or for one chat."""
        commands = checked_commands(given["commands"])
        scope = json.loads(given.get("scope", '{"type": "default"}'))
        if scope["type"] == "chat":
            self._chat({"chat_id": scope["chat_id"]}).commands = commands
        elif scope["type"] == "default":
            self.commands[given.get("language_code", "")] = commands
        else:
            raise Refuses(400, "Bad Request: (stand-in) this scope is not for private chats")
        return True

    def _answer(self, given: dict[str, str]) -> bool:
        id = given["callback_query_id"]
        if self.answered.get(id, True):
            raise Refuses(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered[id] = True
        return True

    def _not_too_often(self, chat: Chat) -> None:
        now = asyncio.get_running_loop().time()
        last = self._last.get(chat.id)
        if last is not None and now - last < self.per_chat:
            raise Refuses(429, "Too Many Requests: retry after 1", retry_after=1)
        self._last[chat.id] = now

    async def _poll(self, given: dict[str, str]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refuses(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poller is not None:
            self._poller.set()
        mine = self._poller = asyncio.Event()
        self.allowed = json.loads(given.get("allowed_updates", "[]"))
        offset = int(given.get("offset", 0))
        self.pending = [each for each in self.pending if each["update_id"] >= offset]
        patience = asyncio.get_running_loop().time() + min(float(given.get("timeout", 0)), 1.0)
        try:
            while not self.pending and asyncio.get_running_loop().time() < patience:
                if mine.is_set():
                    break
                await asyncio.sleep(0.002)
            if mine.is_set():
                raise Refuses(409, "Conflict: terminated by other getUpdates request")
            return self.pending[: int(given.get("limit", 100))]
        finally:
            if self._poller is mine:
                self._poller = None

    async def deliver(self) -> None:
        """Calls the webhook, while there is one: each update again until it is taken."""
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            while True:
                if not self.webhook or not self.pending:
                    await asyncio.sleep(0.002)
                    continue
                for update in list(self.pending):
                    headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
                    try:
                        async with session.post(self.webhook, json=update, headers=headers) as answer:
                            self.webhook_statuses.append(answer.status)
                            taken = 200 <= answer.status < 300
                    except (ClientError, TimeoutError):
                        taken = False
                    if taken and self.hold is not None and await self.hold.stands(WEBHOOK, update, done=True):
                        continue
                    if taken and update in self.pending:
                        self.pending.remove(update)
                    elif not taken:
                        await asyncio.sleep(0.02)


@asynccontextmanager
async def standing_in(**given: Any) -> AsyncIterator[StandIn]:
    """A server on a free port of this machine."""
    telegram = StandIn(**given)
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", telegram.call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    telegram.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    delivering = asyncio.create_task(telegram.deliver())
    try:
        yield telegram
    finally:
        delivering.cancel()
        await asyncio.wait({delivering})
        await runner.cleanup()


async def _parameters(request: web.Request) -> dict[str, str]:
    raw = (await request.read()).decode()
    if request.content_type == "application/json":
        given = json.loads(raw or "{}")
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return {**request.query, **dict(parse_qsl(raw, keep_blank_values=True))}
