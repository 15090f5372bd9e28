"""What tests ask for by name: real databases, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests import browser as browsers
from tests import postgres as postgresql
from tests.postgres import Postgres

pytest.register_assert_rewrite("tests.hunt")

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, started once, gone at the end."""
    with postgresql.running() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'foreword.db'}"


@pytest.fixture
def postgresql_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database, gone after the test."""
    name = f"test_{next(_numbers)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database_files(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Path:
    """The folder of everything the database of `database_url` writes: tables, journal, log. For the hunt."""
    if database_url.startswith("sqlite"):
        return tmp_path / "data"
    server: Postgres = request.getfixturevalue("postgres")
    return server.folder


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium, started once."""
    async with browsers.running() as running:
        yield running


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of the width of a small phone, in a browser that remembers nothing of other tests."""
    context = await browser.new_context(viewport=browsers.PHONE, locale="en-GB", timezone_id="Europe/London")
    yield await context.new_page()
    await context.close()
