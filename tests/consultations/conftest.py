"""What tests of the verbs ask for by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.consultations import staff
from tests.consultations.staff import Cast


@pytest_asyncio.fixture
async def cast(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cast]:
    """A whole site with Sam, Jo and Mo, and no review yet; on SQLite, or also on PostgreSQL by `staff.ON_BOTH`."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    async with staff.cast(url, tmp_path) as made:
        yield made
