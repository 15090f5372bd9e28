"""The stand-in refuses what the real server refuses; a bot that gets on with it gets on with Telegram."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientError, ClientSession, web

from tests.telegram_stand_in import SECRET, TOKEN, WEBHOOK, Fails, Hold, Person, StandIn, standing_in
from tests.telegram_stand_in.chats import BEGINS


@dataclass
class Bot:
    """The barest bot there is."""

    telegram: StandIn
    session: ClientSession
    amal: Person
    token: str = TOKEN

    async def asks(self, method: str, **given: object) -> tuple[int, Any]:
        """Status, and the result or what went wrong."""
        url = f"{self.telegram.url}/bot{self.token}/{method}"
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        async with self.session.post(url, data=form) as answer:
            said = await answer.json(content_type=None)
            assert said["ok"] == (answer.status == 200)
            return answer.status, said.get("result", said.get("description"))

    async def sends(self, text: str = "Hello", **more: object) -> tuple[int, Any]:
        return await self.asks("sendMessage", **{"chat_id": self.amal.chat.id, "text": text, **more})


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[Bot]:
    async with standing_in() as telegram, ClientSession() as session:
        amal = telegram.person("Amal")
        amal.chat.started = True
        yield Bot(telegram, session, amal)


def keyboard(data: str, text: str = "Go") -> dict[str, object]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]]}


@pytest.mark.parametrize(
    ("given", "description"),
    [
        pytest.param({"text": ""}, "text is empty", id="nothing"),
        pytest.param({"text": "x" * 4097}, "too long", id="4,097 letters"),
        pytest.param({"text": "🙂" * 2049}, "too long", id="4,098 units in 2,049 signs"),
        pytest.param({"reply_markup": keyboard("x" * 65)}, "BUTTON_DATA_INVALID", id="65 bytes"),
        pytest.param({"reply_markup": keyboard("ب" * 33)}, "BUTTON_DATA_INVALID", id="66 bytes in 33 letters"),
        pytest.param({"reply_markup": keyboard("")}, "BUTTON_DATA_INVALID", id="no data"),
        pytest.param({"reply_markup": keyboard("x", " ")}, "text of a button", id="a button that says nothing"),
        pytest.param({"entities": [{"type": "bold", "offset": 3, "length": 9}]}, "entity", id="bold past the end"),
        pytest.param({"chat_id": 5}, "chat not found", id="nobody"),
    ],
)
async def test_a_message_that_telegram_would_not_take_is_refused(
    bot: Bot, given: dict[str, object], description: str
) -> None:
    status, said = await bot.sends(**{"text": "Hello", **given})  # type: ignore[arg-type]

    assert status == 400
    assert description in said
    assert bot.amal.shown == []


async def test_the_longest_text_and_the_longest_data_are_taken(bot: Bot) -> None:
    status, _ = await bot.sends("🙂" * 2048, reply_markup=keyboard("x" * 64))

    assert status == 200


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    _, sent = await bot.sends(reply_markup=keyboard("a"))
    where = {"chat_id": bot.amal.chat.id, "message_id": sent["message_id"]}

    assert await bot.asks("editMessageReplyMarkup", **where, reply_markup=keyboard("a")) == (
        400,
        "Bad Request: message is not modified",
    )
    assert (await bot.asks("editMessageReplyMarkup", **where, reply_markup=keyboard("b")))[0] == 200


async def test_both_sides_messages_are_deleted_together_and_what_is_gone_already_is_passed_over(bot: Bot) -> None:
    _, sent = await bot.sends()
    ids = [sent["message_id"], bot.amal.says("Hello")["message"]["message_id"]]

    assert await bot.asks("deleteMessages", chat_id=bot.amal.chat.id, message_ids=[*ids, 999]) == (200, True)
    assert await bot.asks("deleteMessages", chat_id=bot.amal.chat.id, message_ids=ids) == (200, True)
    assert bot.amal.chat.messages == []
    assert bot.amal.chat.removed == ids


@pytest.mark.parametrize("hours", [47, 48])
async def test_after_48_hours_a_message_is_deleted_no_more_and_spares_the_others(bot: Bot, hours: int) -> None:
    old = bot.amal.says("Hello")["message"]["message_id"]
    bot.telegram.now = lambda: BEGINS + timedelta(hours=hours)
    new = bot.amal.says("Hello")["message"]["message_id"]
    status, _ = await bot.asks("deleteMessages", chat_id=bot.amal.chat.id, message_ids=[old, new])

    assert status == (200 if hours < 48 else 400)
    assert len(bot.amal.chat.messages) == (0 if hours < 48 else 2)
    one, _ = await bot.asks("deleteMessage", chat_id=bot.amal.chat.id, message_id=old)
    assert one == 400


async def test_more_than_a_hundred_at_once_none_at_all_and_those_of_another_chat_are_refused(bot: Bot) -> None:
    other = bot.telegram.person("Kofi").says("Hello")["message"]["message_id"]
    mine = bot.amal.says("Hello")["message"]["message_id"]
    for ids in (list(range(1000, 1101)), [], [mine, other]):
        assert (await bot.asks("deleteMessages", chat_id=bot.amal.chat.id, message_ids=ids))[0] == 400

    assert len(bot.amal.chat.messages) == 1


async def test_a_callback_is_answered_once(bot: Bot) -> None:
    await bot.sends(reply_markup=keyboard("a"))
    id = bot.amal.taps("a", bot.amal.last)["callback_query"]["id"]

    assert (await bot.asks("answerCallbackQuery", callback_query_id=id))[0] == 200
    assert (await bot.asks("answerCallbackQuery", callback_query_id=id))[0] == 400
    assert (await bot.asks("answerCallbackQuery", callback_query_id="another"))[0] == 400


async def test_an_unconfirmed_update_comes_again(bot: Bot) -> None:
    first, second = bot.amal.says("one"), bot.amal.says("two")

    assert (await bot.asks("getUpdates"))[1] == [first, second]
    assert (await bot.asks("getUpdates", offset=second["update_id"]))[1] == [second]
    assert (await bot.asks("getUpdates", offset=second["update_id"] + 1))[1] == []


async def test_two_pollers_and_a_poller_beside_a_webhook_are_a_conflict(bot: Bot) -> None:
    waiting = asyncio.create_task(bot.asks("getUpdates", timeout=1))
    await asyncio.sleep(0.05)

    assert (await bot.asks("getUpdates"))[0] == 200
    assert (await waiting)[0] == 409
    await bot.asks("setWebhook", url="http://127.0.0.1:1/nobody")
    assert (await bot.asks("getUpdates"))[0] == 409


async def test_a_blocked_bot_a_deleted_account_and_a_revoked_token_are_told(bot: Bot) -> None:
    bot.amal.chat.blocked = True
    assert await bot.sends() == (403, "Forbidden: bot was blocked by the user")
    bot.amal.chat.blocked, bot.amal.chat.deleted = False, True
    assert await bot.sends() == (403, "Forbidden: user is deactivated")
    bot.telegram.revoked = True
    assert (await bot.sends())[0] == 401


async def test_too_many_at_once_are_told_to_wait(bot: Bot) -> None:
    bot.telegram.per_chat = 5.0

    assert [(await bot.sends())[0] for _ in range(2)] == [200, 429]


async def test_it_fails_when_it_is_told_to(bot: Bot) -> None:
    bot.telegram.fails("sendMessage", Fails(status=502), Fails(status=429, retry_after=3), Fails(status=500, done=True))

    assert [(await bot.sends())[0] for _ in range(4)] == [502, 429, 500, 200]
    assert len(bot.amal.shown) == 2  # the one that was carried out, and the one that went well


async def test_a_menu_is_for_everybody_for_a_language_or_for_one_chat(bot: Bot) -> None:
    one, two, three = ([{"command": "help", "description": label}] for label in ("Help", "مساعدة", "Trợ giúp"))
    for given in ({}, {"language_code": "ar"}, {"scope": {"type": "chat", "chat_id": bot.amal.chat.id}}):
        menu = one if not given else two if "language_code" in given else three
        assert (await bot.asks("setMyCommands", commands=menu, **given))[0] == 200

    assert bot.telegram.commands == {"": one, "ar": two}
    assert bot.amal.chat.commands == three


@pytest.mark.parametrize(
    ("command", "description"),
    [
        pytest.param("Help", "Help", id="a capital"),
        pytest.param("/help", "Help", id="a stroke"),
        pytest.param("h" * 33, "Help", id="33 letters"),
        pytest.param("help", "", id="nothing said of it"),
        pytest.param("help", "x" * 257, id="257 letters said of it"),
    ],
)
async def test_a_menu_that_telegram_would_not_take_is_refused(bot: Bot, command: str, description: str) -> None:
    status, _ = await bot.asks("setMyCommands", commands=[{"command": command, "description": description}])

    assert status == 400
    assert bot.telegram.commands == {}


@pytest.mark.parametrize("done", [False, True], ids=["before it is done", "before it is answered"])
async def test_it_stands_still_where_it_is_told_to(bot: Bot, done: bool) -> None:
    hold = bot.telegram.hold = Hold("sendMessage", lambda given: given["text"] == "two", done=done)
    await bot.sends("one")
    waiting = asyncio.create_task(bot.sends("two"))
    await hold.reached.wait()

    assert [each.text for each in bot.amal.shown] == ["one", "two"][: 1 + done]
    hold.let_go.set()
    if done:
        assert (await waiting)[0] == 200
    else:
        with pytest.raises(ClientError):
            await waiting
    assert [each.text for each in bot.amal.shown] == ["one", "two"][: 1 + done]


@dataclass
class Called:
    """A webhook that takes what it is told to."""

    answers: list[int]
    calls: list[tuple[str, Any]] = field(default_factory=list)

    async def __call__(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.calls.append((given, await request.json()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@asynccontextmanager
async def called(*answers: int) -> AsyncIterator[tuple[Called, str]]:
    """A webhook, and where it is."""
    webhook = Called(list(answers))
    app = web.Application()
    app.router.add_post("/here", webhook.__call__)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield webhook, f"http://127.0.0.1:{runner.addresses[0][1]}/here"
    await runner.cleanup()


async def test_a_webhook_is_called_with_its_secret_until_it_takes_the_update(bot: Bot) -> None:
    async with called(500, 404) as (webhook, url):
        await bot.asks("setWebhook", url=url, secret_token=SECRET, allowed_updates=["message"])
        said = bot.amal.says("one")
        await bot.telegram.heard()
        bot.amal.blocks()  # not among what was asked for
        await asyncio.sleep(0.05)

    assert webhook.calls == [(SECRET, said)] * 3


async def test_it_tells_how_many_updates_a_webhook_has_not_taken(bot: Bot) -> None:
    async with called(*[500] * 1_000) as (webhook, url):
        await bot.asks("setWebhook", url=url)
        before = (await bot.asks("getWebhookInfo"))[1]
        bot.amal.says("one")
        after = (await bot.asks("getWebhookInfo"))[1]
        webhook.answers.clear()
        await bot.telegram.heard()

        assert [each["url"] for each in (before, after)] == [url, url]
        assert [each["pending_update_count"] for each in (before, after)] == [0, 1]
        assert (await bot.asks("getWebhookInfo"))[1] == before


async def test_what_a_webhook_answered_can_be_lost(bot: Bot) -> None:
    hold = bot.telegram.hold = Hold(WEBHOOK, done=True)
    async with called() as (webhook, url):
        await bot.asks("setWebhook", url=url)
        said = bot.amal.says("one")
        await hold.reached.wait()
        hold.let_go.set()
        await bot.telegram.heard()

    assert webhook.calls == [("", said)] * 2
