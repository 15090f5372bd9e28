"""One site, made once on each database, and copies of it to attack."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attacks import site as sites
from tests.attacks.site import Copies, Site
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
