"""An open, empty store, on SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from consultations.keeping.store import Store, tables
from consultations.keeping.store.forgotten import NAME, Forgotten
from tests import pens
from tests.postgres import Postgres

DATABASE = "store_tests"


@pytest.fixture(scope="session")
def shared_url(postgres: Postgres) -> Iterator[str]:
    """One PostgreSQL database for all of these tests: emptying it is quicker than making another."""
    yield postgres.create(DATABASE)
    postgres.drop(DATABASE)


@pytest.fixture
def emptied_url(shared_url: str, postgres: Postgres) -> Iterator[str]:
    """Its address, empty again after the test."""
    yield shared_url
    postgres.say(f"TRUNCATE {', '.join(tables.METADATA.tables)}", DATABASE)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where the store of the test is kept."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "emptied_url"}[request.param])
    return url


@pytest_asyncio.fixture
async def store(store_url: str, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    store = await pens.opened(store_url, create=True, forgotten=Forgotten(tmp_path / NAME))
    yield store
    await store.close()
