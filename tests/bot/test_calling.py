"""A running site calls the duty list by itself, whichever side runs, and says of itself whether it can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest_asyncio

from consultations.keeping.vault.seasons import Seasons
from tests.bot.running import AUTHORITY, PATIENCE, Running, environment, running, status
from tests.consultations import staff
from tests.consultations.staff import Cast
from tests.hunt import hunt
from tests.mail import Server, mail_server

CHILD, KIM = "Amalzanzibarkettle", "kim.marmaladebucket@council.example"


@dataclass
class Site:
    """A site on which Amal may not be safe."""

    cast: Cast
    told: dict[str, str]

    async def raises(self) -> str:
        """She says so now; the alert's id."""
        review = await self.cast.review("LW-1042-3", CHILD, "sam", social_worker=KIM)
        now = datetime.now(UTC)
        return await self.cast.alarm(await self.cast.begin(review, now), at=now)


@pytest_asyncio.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    (tmp_path / "authority.toml").write_text(AUTHORITY)
    told = environment(
        tmp_path,
        FOREWORD_DATABASE_URL=sqlite_url,
        FOREWORD_AUTHORITY=str(tmp_path / "authority.toml"),
    )
    async with staff.cast(sqlite_url, tmp_path) as cast:
        (tmp_path / "var").mkdir()
        Seasons.create(tmp_path / "var" / "seasons.json", cast.chat_keys.site, datetime.now(UTC))
        yield Site(cast, told)


async def test_both_sides_running_apart_call_once_and_say_that_they_can(site: Site, tmp_path: Path) -> None:
    async with mail_server() as server:
        id = await site.raises()
        told = site.told | {"FOREWORD_SMTP_URL": server.url}
        with ExitStack() as stack:
            chat = await asyncio.to_thread(begun, stack, told, "--only", "chat", sides=1)
            portal = await asyncio.to_thread(begun, stack, told, "--only", "portal", sides=1)
            await _taken(server)
            well = [await asyncio.to_thread(said, f"{url}/health") for url in (chat.chat, portal.portal)]
            mail = await asyncio.to_thread(status, f"{chat.chat}/health/mail")
            ended = [await asyncio.to_thread(each.stop) for each in (chat, portal)]

    alert = await site.cast.store.alerts.one(id)
    assert alert is not None
    assert server.called == ["maya@council.example"]
    assert (alert.calls, alert.called_who) == (1, "Maya Lind")
    assert f"{site.told['FOREWORD_PORTAL_URL']}/alerts/{id}" in server.taken[0].text
    assert well == [{"status": "ok", "mail": "ok"}] * 2
    assert (mail, ended) == (200, [0, 0])
    assert not hunt([CHILD, "marmaladebucket", "maya@council"], *chat.log, *portal.log)
    assert (chat.events + portal.events).count("duty_called") == 1


async def test_without_its_mail_server_a_site_answers_children_and_says_that_mail_fails(site: Site) -> None:
    await site.raises()
    with ExitStack() as stack:
        run = await asyncio.to_thread(begun, stack, site.told)
        async with asyncio.timeout(PATIENCE):
            while not {"duty_not_called", "mail_failing"} <= set(run.events):
                await asyncio.sleep(0.1)
        health = await asyncio.to_thread(said, f"{run.chat}/health")
        mail = [await asyncio.to_thread(status, f"{url}/health/mail") for url in (run.chat, run.portal)]

    assert health == {"status": "ok", "mail": "failing"}
    assert mail == [503, 503]
    assert not hunt([CHILD, "marmaladebucket", "maya@council", "foreword@council"], *run.log)
    failing = await site.cast.store.alerts.failing_since()
    assert failing is not None
    assert datetime.now(UTC) - failing < timedelta(minutes=5)


def begun(stack: ExitStack, told: dict[str, str], *arguments: str, sides: int = 2) -> Running:
    """A process that runs until the stack is left."""
    return stack.enter_context(running(told, *arguments, sides=sides))


async def _taken(server: Server) -> None:
    async with asyncio.timeout(PATIENCE):
        while not server.taken:
            await asyncio.sleep(0.1)


def said(url: str) -> object:
    """What a page says as JSON."""
    with urlopen(url, timeout=10) as answer:
        return json.load(answer)
