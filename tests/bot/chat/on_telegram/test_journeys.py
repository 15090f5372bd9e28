"""Every journey reads the same on Telegram, by polling and by webhook, in every language, and leaves no word behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from consultations.languages import SOURCE
from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import OnTheWay
from tests.hunt import hunt
from tests.journeys.playing import EVERY_LANGUAGE, LANGUAGES, Journey, journeys
from tests.telegram_stand_in import SECRET, TOKEN


def _played() -> Iterator[Any]:
    """Each journey in English and in another language, one after the other; in all of them by `make attack`."""
    others = [code for code in LANGUAGES if code != SOURCE]
    for number, journey in enumerate(journeys()):
        for language in LANGUAGES:
            always = language in (SOURCE, others[number % len(others)])
            marks = () if always else pytest.mark.attack
            yield pytest.param(journey, language, id=f"{journey.name}-{language}", marks=marks)


@pytest.mark.parametrize(("journey", "language"), _played())
async def test_a_child_reads_the_same_by_polling_and_by_webhook_and_leaves_no_word_in_any_file(
    journey: Journey, language: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """On a site each, at the same time: most of it is waiting for a disk."""
    caplog.set_level(logging.DEBUG)
    by_polling, by_webhook = tmp_path / "polling", tmp_path / "webhook"

    with capture_logs() as logged:
        async with (
            phone.place(_url(by_polling), by_polling, "polling", wording=EVERY_LANGUAGE) as polling,
            phone.place(_url(by_webhook), by_webhook, "webhook", wording=EVERY_LANGUAGE) as webhook,
        ):
            places = (polling, webhook)
            children = [await OnTheWay.of(place, journey.set, LANGUAGES[language]) for place in places]
            await asyncio.gather(*(child.plays(journey) for child in children))

    came_by = [secret for child in children for secret in child.secrets]
    assert not hunt([*journey.planted, *came_by, TOKEN, SECRET], tmp_path, caplog.text, repr(logged))
    assert all(answered for place in places for answered in place.api.answered.values())


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'data' / 'foreword.db'}"
