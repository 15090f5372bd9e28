"""What tests of the Telegram door ask for by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import Phone, Place


@pytest_asyncio.fixture
async def place(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """A site with Telegram; by polling, or by what the test says."""
    async with phone.place(sqlite_url, tmp_path, getattr(request, "param", "polling")) as made:
        yield made


@pytest_asyncio.fixture
async def amal(place: Place) -> Phone:
    """A child who has just come in, and stands at the second question."""
    return await (await place.child()).starts()
