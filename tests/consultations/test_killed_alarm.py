"""Killed while a child says that they are not safe: a person is to be called, once for each time it was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
import pytest_asyncio

from consultations.conversation.events import Event, Looked, Tapped
from tests.consultations import chat
from tests.consultations.chat import AtTheDoor, Site
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, said, sendings
from tests.consultations.mortal import Mortal, mortal
from tests.hunt import hunt

TELL = (".go", ".tell")
PATIENCE = 30.0
WAYS = pytest.mark.parametrize("way", [UNSAFE, TELL], ids=["the choice", "tell someone"])


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest_asyncio.fixture
async def site(url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with chat.site(url, tmp_path) as made:
        yield made


async def committed(site: Site, so_many: int) -> None:
    """Wait until so many alerts are on the disk."""
    patience = monotonic() + PATIENCE
    while len(await alerts(site)) < so_many:
        assert monotonic() < patience
        await asyncio.sleep(0)


def tapped(child: AtTheDoor, way: tuple[str, str]) -> Event:
    return Tapped(child.consultation, *way)


async def agree(site: Site, child: AtTheDoor, listener: Mortal) -> None:
    """Conversation, alerts and what was sealed tell of the same things, and the child is answered."""
    conversation, kept, sealed = await child.conversation(), await alerts(site), await sendings(site, child)
    assert [each.number for each in conversation.alarms] == [each.number for each in kept]
    assert [each.number for each in conversation.sent] == [each.number for each in sealed]
    assert [each.sending for each in conversation.alarms] == [
        next((one.number for one in sealed if one.id == each.sending), 0) for each in kept
    ]
    assert listener.hear(child.address, f"look {listener.said}", Looked(), site.now).messages


@WAYS
async def test_killed_between_commit_and_reply_it_is_raised_once_and_the_child_is_answered(
    site: Site, url: str, tmp_path: Path, way: tuple[str, str]
) -> None:
    child = await asked_whether_safe(site)
    with mortal(tmp_path, url) as listener:
        listener.say(child.address, "the tap", tapped(child, way), site.now)
        await committed(site, 1)
        listener.dies()
        before = await alerts(site)
        heard = listener.hear(child.address, "the tap", tapped(child, way), site.now)
        await agree(site, child, listener)

    [alert] = await alerts(site)
    assert [alert] == list(before)
    assert (alert.again_at, alert.calls) == (None, 0)
    assert heard.messages
    assert [each.id for each in await site.cast.store.alerts.due(site.now)] == [alert.id]
    if way == UNSAFE:
        opened = await said(site, child, alert, site.sam.private)
        assert opened is not None
        assert [each.choice for each in opened.answers] == ["no"]


@WAYS
async def test_killed_at_any_moment_it_is_raised_and_sealed_whole_or_not_at_all(
    site: Site, url: str, tmp_path: Path, way: tuple[str, str]
) -> None:
    chance = Random(" ".join(way))
    child = await asked_whether_safe(site)
    with mortal(tmp_path, url) as listener:
        for number in range(1, 9):
            before = len(await alerts(site))
            listener.say(child.address, f"tap {number}", tapped(child, way), site.now)
            sleep(chance.uniform(0.0, 0.03))
            listener.dies()
            await agree(site, child, listener)
            listener.hear(child.address, f"tap {number}", tapped(child, way), site.now)
            await agree(site, child, listener)
            assert len(await alerts(site)) == before + 1
            await site.cast.store.alerts.hold((await alerts(site))[-1].id, site.cast.ids["priya"], site.now)

    assert listener.deaths == 8


async def test_killed_while_the_officer_is_kept_off_they_are_kept_off_all_of_it_or_it_is_said_again(
    site: Site, url: str, tmp_path: Path
) -> None:
    chance, sam = Random("officer"), site.cast.ids["sam.j"]
    child = await asked_whether_safe(site)
    with mortal(tmp_path, url) as listener:
        listener.hear(child.address, "unsafe", tapped(child, UNSAFE), site.now)
        for number in range(1, 9):
            tap = Tapped(child.consultation, ".alarm", "officer" if number % 2 == 1 else "-officer")
            listener.say(child.address, f"tap {number}", tap, site.now)
            sleep(chance.uniform(0.0, 0.03))
            listener.dies()
            listener.hear(child.address, f"tap {number}", tap, site.now)
            await agree(site, child, listener)
            [alert] = await alerts(site)
            by_sam = await said(site, child, alert, site.sam.private)
            assert alert.kept_off(sam) == (number % 2 == 1)
            assert (by_sam is None) == alert.kept_off(sam)
            assert await said(site, child, alert, site.cast.recovery) is not None

    assert listener.deaths == 8


async def test_nothing_of_what_was_chosen_is_left_after_kill_9(
    site: Site, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    child = await asked_whether_safe(site)
    with mortal(tmp_path, url) as listener:
        listener.say(child.address, "the tap", tapped(child, UNSAFE), site.now)
        await committed(site, 1)
        listener.dies()

    server = request.getfixturevalue("postgres").folder if "postgresql" in request.node.name else tmp_path
    assert not hunt(["safe_now", "feel safe"], tmp_path, server)
