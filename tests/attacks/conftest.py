"""One site, made once on each database, and copies of it to attack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attacks import site as sites
from tests.attacks.door import Door, open_door
from tests.attacks.site import Copies, Site
from tests.attacks.stage import Stage, on_stage
from tests.postgres import Postgres

_numbers = count(1)


@pytest_asyncio.fixture(scope="session")
async def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site nobody has touched, on SQLite. Copy it."""
    return await sites.made(tmp_path_factory.mktemp("attacked") / "site")


@pytest_asyncio.fixture(scope="session")
async def on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Site:
    """The same on PostgreSQL, in the database `attacked`. Copy it."""
    return await sites.made(tmp_path_factory.mktemp("attacked") / "site", postgres.create("attacked"))


@pytest_asyncio.fixture(scope="session")
async def stage(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A running product whose database somebody can write to. They put back what they change."""
    async with on_stage(on_sqlite.copied(tmp_path_factory.mktemp("stage") / "site")) as stage:
        yield stage


@pytest_asyncio.fixture(scope="session")
async def opened(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    """A running product with a child in it."""
    async with open_door(on_sqlite.copied(tmp_path_factory.mktemp("door") / "site")) as opened:
        yield opened


@pytest_asyncio.fixture
async def door(opened: Door) -> AsyncIterator[Door]:
    """The same, and after the test the child has noticed nothing."""
    yield opened
    await opened.still_well()


@pytest.fixture
def copies(on_sqlite: Site, tmp_path: Path) -> Copies:
    """Copies of the site on SQLite."""
    return lambda **more: on_sqlite.copied(tmp_path / f"site{next(_numbers)}", **more)


@pytest.fixture
def site(copies: Copies) -> Site:
    """One copy."""
    return copies()


@pytest.fixture
def postgresql_site(on_postgresql: Site, postgres: Postgres, tmp_path: Path) -> Iterator[Site]:
    """One copy on PostgreSQL."""
    name = f"attacked_{next(_numbers)}"
    yield on_postgresql.copied(tmp_path / "site", FOREWORD_DATABASE_URL=postgres.create(name, like="attacked"))
    postgres.drop(name)
