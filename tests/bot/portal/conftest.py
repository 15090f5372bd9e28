"""A site on SQLite, the portal serving it, and a browser without a window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.portal import cast as portal
from tests.bot.portal.cast import Visitor
from tests.consultations import staff
from tests.consultations.staff import Cast


@pytest_asyncio.fixture
async def cast(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Cast]:
    """Sam, Jo and Mo, and no review yet."""
    async with staff.cast(sqlite_url, tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def url(cast: Cast) -> AsyncIterator[str]:
    """Where the portal answers."""
    async with portal.served(cast) as url:
        yield url


@pytest_asyncio.fixture
async def visitor(url: str) -> AsyncIterator[Visitor]:
    """Somebody at the portal, not signed in."""
    visitor = Visitor(url)
    yield visitor
    await visitor.client.close()


@pytest_asyncio.fixture
async def sam(cast: Cast, visitor: Visitor) -> Visitor:
    """Sam, signed in."""
    await visitor.sign_in("sam", cast.phrases["sam"])
    return visitor
