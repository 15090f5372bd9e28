"""What a child says is on the disk before they are answered, and nobody else reads it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.consultations import chat
from tests.consultations.chat import Played, Site
from tests.hunt import hunt
from tests.journeys.playing import Journey, journeys

ON_BOTH = pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
SECRET = "zanzibarkettle"


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site of its own; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    async with chat.site(url, tmp_path) as made:
        yield made


class TestJourneys:
    """The same words as in the transcript, through real doors and databases; and then the hunt."""

    @pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
    async def test_a_child_reads_the_same_and_leaves_no_word_in_any_file(
        self, site: Site, journey: Journey, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)

        with capture_logs() as logged:
            child = await Played.of(site, journey.set)
            assert isinstance(child, Played)
            read = await child.plays(journey.steps)

        assert read == journey.transcript
        typed = [words for words in journey.said if len(words) >= 8]
        assert not hunt([*typed, SECRET], tmp_path, caplog.text, repr(logged))
