"""A site whose listener is tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.consultations import chat
from tests.consultations.chat import Site


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site of its own; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    async with chat.asked_for(request, tmp_path) as made:
        yield made
