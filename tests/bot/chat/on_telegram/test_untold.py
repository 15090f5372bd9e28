"""Whatever goes wrong with Telegram, and however much is logged: no token, no account, no word of a child."""

from __future__ import annotations

import asyncio
import logging

import pytest
from structlog.testing import capture_logs

from tests.bot.chat.on_telegram.phone import Place
from tests.hunt import hunt
from tests.telegram_stand_in import SECRET, TOKEN, Fails

FAULTS = (
    Fails(),
    Fails(status=400),
    Fails(status=401),
    Fails(status=403),
    Fails(status=404),
    Fails(status=409),
    Fails(status=500),
    Fails(status=200, body="zanzibarkettle"),
    Fails(status=200, body='{"ok": true, "result": {"zanzibarkettle": ['),
    Fails(status=502, body='{"ok": false, "description": "zanzibarkettle"}'),
)


@pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)
async def test_whatever_goes_wrong_no_log_holds_a_token_an_account_or_a_word(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "aiohttp", "aiosqlite", "asyncio", "sqlalchemy"):
        caplog.set_level(logging.DEBUG, name)
    kofi = await (await place.child()).starts()
    methods = ("sendMessage", "answerCallbackQuery", "editMessageReplyMarkup", "sendChatAction", "getUpdates")
    with capture_logs() as logged:
        for fault in FAULTS:
            for method in methods:
                place.api.fails(method, fault)
            kofi.person.says("The zanzibarkettle sings.")
            kofi.person.taps(kofi.person.last.buttons[0]["callback_data"], kofi.person.last)
            nonsense = kofi.person.sends(text="zanzibarkettle", date="zanzibarkettle")
            async with asyncio.timeout(20):
                while [each for each in place.api.pending if each != nonsense]:
                    await asyncio.sleep(0.002)
            await place.telegram.door.answering.sender.idle()
            place.api.faults.clear()
            place.api.pending.clear()
            await place.telegram.tick(place.site.now)
            await place.quiet()

    told = caplog.text + repr(logged) + "".join(capfd.readouterr())
    assert logged
    assert not hunt(["zanzibarkettle", str(kofi.person.chat.id), kofi.invited.link.text, TOKEN, SECRET], told)
