"""Every journey reads the same on Telegram, by polling and by webhook, and leaves no word behind."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import OnTheWay
from tests.hunt import hunt
from tests.journeys.playing import Journey, journeys
from tests.telegram_stand_in import SECRET, TOKEN


@pytest.mark.parametrize("by", ["polling", "webhook"])
@pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
async def test_a_child_reads_the_same_and_leaves_no_word_in_any_file(
    journey: Journey, by: str, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with capture_logs() as logged:
        async with phone.place(sqlite_url, tmp_path, by) as place:
            on_the_way = await OnTheWay.of(place, journey.set)
            await on_the_way.plays(journey.steps)
            chat_id = str(on_the_way.phone.person.chat.id)
            callbacks = place.api.answered

    typed = [words for words in journey.said if len(words) >= 8]
    assert not hunt([*typed, chat_id, TOKEN, SECRET], tmp_path, caplog.text, repr(logged))
    assert all(callbacks.values())
