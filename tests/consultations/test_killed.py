"""Killed after any message, or in the middle of one: nothing acknowledged is missing, and the next question is right.

Beside the listener that is killed, the same conversation is carried on without a database, where nothing can be lost.
What a child sees after each death is what they would see there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import sleep

import pytest
import pytest_asyncio

from bot.chat.on_terminal import CHILDREN, Terminal
from consultations.conversation.events import Event, Looked
from consultations.conversation.state import begin
from consultations.languages import SOURCE
from consultations.listening import Heard
from consultations.listening.gathering import Gathering
from consultations.messages import Message
from tests.consultations import chat
from tests.consultations.chat import BOOK, WORDING, Played, Site
from tests.consultations.mortal import Mortal, light, mortal
from tests.hunt import hunt
from tests.journeys.playing import Journey, journeys

SHORT = next(journey for journey in journeys() if journey.name == "ages_8_11_changes_their_mind")


@dataclass
class Doomed(Played):
    """A child whose listener dies after every so many messages; with `chance`, before it has answered, or heard."""

    listener: Mortal | None = None
    chance: Random | None = None
    every: int = 1
    unharmed: Terminal = field(default_factory=lambda: Terminal(BOOK, WORDING, begin("", "ages_8_11", SOURCE)))

    async def does(self, event: Event, id: str = "", address: str = "") -> Heard:
        assert self.listener is not None
        self.events += 1
        said = (self.address, id or f"event {self.events}", event, self.site.now)
        dying = self.events % self.every == 0
        if dying and self.chance is not None:
            self.listener.say(*said)
            sleep(max(0.0, self.chance.uniform(-0.01, 0.02)))
            self.listener.dies()
        self.heard = self.listener.hear(*said)
        if not self.unharmed.conversation.id:
            self._begins()
        around = Gathering(self.site.cast.chat_keys, tuple(WORDING.spoken))
        self.unharmed.around = around.here(await self.site.thread(self.address), self.site.now)
        expected = self._unharmed(event)
        if self.chance is None:
            assert self.heard == light(Heard(expected, self.heard.ended))
            if dying:
                self.listener.dies()

        again = self.listener.hear(self.address, f"look {self.events}", Looked(), self.site.now)

        if not self.heard.ended:
            assert again == light(Heard(self._unharmed(Looked())))
        self.heard = Heard(expected, self.heard.ended)
        return self.heard

    def _begins(self) -> None:
        self.unharmed = Terminal.open(BOOK, WORDING, self.site.set, SOURCE)
        self.unharmed.conversation = begin(self.consultation, self.site.set, SOURCE)

    def _unharmed(self, event: Event) -> tuple[Message, ...]:
        self.unharmed.now = self.site.now
        return self.unharmed.hear(event)


@pytest_asyncio.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with chat.site(sqlite_url, tmp_path) as made:
        yield made


async def played(
    site: Site, journey: Journey, listener: Mortal, *, chance: Random | None = None, every: int = 1
) -> Doomed:
    """The whole journey, dying all the way."""
    await site.review(journey.set)
    child = Doomed(site, await site.invite(), listener=listener, chance=chance, every=every)
    child.terminal = Terminal.open(BOOK, WORDING, journey.set, SOURCE)
    assert child.terminal.around.child == CHILDREN[journey.set]
    await child.arrives(child.invited.link.text)
    assert await child.plays(journey.steps) == journey.transcript
    return child


async def test_nothing_acknowledged_is_missing_after_kill_9(site: Site, sqlite_url: str, tmp_path: Path) -> None:
    with mortal(tmp_path, sqlite_url) as listener:
        child = await played(site, SHORT, listener, every=3)

    assert listener.deaths == child.events // 3 > 12
    assert not hunt([words for words in SHORT.said if len(words) >= 8], tmp_path)


async def test_what_was_cut_off_and_is_said_again_counts_once(site: Site, sqlite_url: str, tmp_path: Path) -> None:
    with mortal(tmp_path, sqlite_url) as listener:
        child = await played(site, SHORT, listener, chance=Random(SHORT.name), every=3)

    assert listener.deaths == child.events // 3 > 12


@pytest.mark.attack
@pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
@pytest.mark.parametrize("how", ["after each", "within each"])
async def test_every_journey_survives_kill_9(
    site: Site, sqlite_url: str, tmp_path: Path, journey: Journey, how: str
) -> None:
    with mortal(tmp_path, sqlite_url) as listener:
        child = await played(site, journey, listener, chance=Random(journey.name) if how == "within each" else None)

    assert listener.deaths == child.events
    assert not hunt([words for words in journey.said if len(words) >= 8], tmp_path)
