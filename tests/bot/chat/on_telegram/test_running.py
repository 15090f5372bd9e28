"""The whole product with a bot: it starts, a child comes in, and after `kill -9` nothing acknowledged is missing."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bot.running import Running, environment, running, status
from tests.hunt import hunt
from tests.telegram_stand_in import TOKEN, Person, standing_in

WORDS = "zanzibarkettle sings in the morning"


async def until_shown(amal: Person, text: str) -> None:
    """Until the bot has written this."""
    for _ in range(2_000):
        if any(text in each.text for each in amal.shown):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{text!r} is not in {[each.text for each in amal.shown]}")


async def started(stack: ExitStack, told: dict[str, str]) -> Running:
    """The demo, in a process of its own."""
    return await asyncio.to_thread(lambda: stack.enter_context(running(told, "--demo")))


def start_of_a_child(folder: Path) -> str:
    """What the demo says somebody old enough writes to the bot, before they have said anything."""
    kept = json.loads((folder / "var" / "demo" / "demo.json").read_text())
    young = [each for each in kept["children"] if each["age"] < 16]
    assert all(each["telegram_start"] is None for each in young)
    old = [each for each in kept["children"] if each["telegram_start"] and each["state"] == "untouched"]
    return str(old[0]["telegram_start"])


async def tap(amal: Person, holds: str) -> None:
    """The newest button that brings this back, and what comes of it."""
    buttons = ((shown, each["callback_data"]) for shown in reversed(amal.shown) for each in shown.buttons)
    shown, data = next((shown, data) for shown, data in buttons if holds in data)
    many = len(amal.shown)
    amal.taps(data, shown)
    for _ in range(2_000):
        if len(amal.shown) > many:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"nothing came of {data}")


@pytest.mark.parametrize("by", ["polling", "webhook"])
async def test_a_child_writes_to_the_demo_and_nothing_they_wrote_is_lost_or_left_about(tmp_path: Path, by: str) -> None:
    async with standing_in(now=lambda: datetime.now(UTC)) as telegram:  # a process of its own knows no other time
        secret = {"FOREWORD_TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-webhook"} if by == "webhook" else {}
        told = environment(tmp_path, FOREWORD_TELEGRAM_TOKEN=TOKEN, FOREWORD_TELEGRAM_API=telegram.url, **secret)
        amal = telegram.person()
        with ExitStack() as stack:
            first = await started(stack, told)
            amal.says(start_of_a_child(tmp_path))
            await until_shown(amal, "Choose your language")
            for step in (":.language:en_GB", ":.opening:what", ":.opening:safety", ":.opening:how"):
                await tap(amal, step)
            amal.says(WORDS)
            await telegram.heard()
            first.process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(first.ended)
            second = await started(stack, told)
            amal.says("/start")
            await until_shown(amal, WORDS)
            logs = "".join((*first.log, *second.log))
            assert await asyncio.to_thread(second.stop) == 0

        assert not hunt([WORDS, "zanzibarkettle", str(amal.chat.id), TOKEN], tmp_path / "var", logs)


async def test_with_a_token_that_telegram_refuses_the_start_says_so_and_the_web_carries_on(tmp_path: Path) -> None:
    async with standing_in(revoked=True) as telegram:
        told = environment(tmp_path, FOREWORD_TELEGRAM_TOKEN=TOKEN, FOREWORD_TELEGRAM_API=telegram.url)
        with ExitStack() as stack:
            started_so = await started(stack, told)
            async with asyncio.timeout(30):
                while "telegram_token_refused" not in started_so.events:
                    await asyncio.sleep(0.01)
            page = await asyncio.to_thread(status, started_so.chat + "/")
            assert await asyncio.to_thread(started_so.stop) == 0

    (line,) = [line for line in started_so.log if "telegram_token_refused" in line]
    assert page == 200
    assert "set FOREWORD_TELEGRAM_TOKEN and start again" in line
    assert TOKEN not in "".join((*started_so.log, *started_so.out))
