"""An open store on a fresh database, SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from consultations.keeping.store import Store


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An empty store that gives up on a lock after half a second."""
    store = await Store.open(database_url, create=True, patience=0.5)
    yield store
    await store.close()
