"""Every journey reads the same on the web, in script and without, in every language, and leaves no word behind."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.async_api import Browser
from structlog.testing import capture_logs

from consultations.languages import SOURCE
from tests.bot.chat.web import playing
from tests.bot.chat.web.browsers import Chromium, Forms
from tests.bot.chat.web.playing import OnTheWeb, Place
from tests.hunt import Found, hunt
from tests.journeys.playing import LANGUAGES, Journey, journeys

HALF_TYPED = "Sometimes the kettlezanzibar in the"

EVERY = {journey.name: journey for journey in journeys()}

Left = Callable[[OnTheWeb, Journey], list[Found]]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that is logged, at the level that says most."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as ours:
        yield lambda: caplog.text + repr(ours)


@pytest.fixture
async def place(logged: Callable[[], str], sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """A site of its own for each journey."""
    async with playing.place(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def left(logged: Callable[[], str], tmp_path: Path) -> Left:
    """What the child typed, or came in by, wherever it lies now that the journey is over."""
    return lambda child, journey: hunt([*journey.planted, *child.secrets], tmp_path, logged())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("journey", EVERY.values(), ids=EVERY)
async def test_a_child_reads_the_same_in_plain_forms_and_leaves_no_word(
    journey: Journey, language: str, place: Place, left: Left
) -> None:
    async with Forms.at(place.url, LANGUAGES[language]) as browser:
        child = await OnTheWeb.of(place, browser, journey.set)
        await child.plays(journey, LANGUAGES[language])

    assert left(child, journey) == []


@pytest.mark.parametrize(
    ("name", "script", "by", "language"),
    [
        pytest.param("ages_4_7_helped", False, "code", SOURCE, id="4 to 7, without script"),
        pytest.param("ages_4_7_sends", True, "link", SOURCE, id="4 to 7, by the link"),
        pytest.param("ages_8_11_comes_back", False, "code", SOURCE, id="8 to 11, without script"),
        pytest.param("ages_8_11_changes_their_mind", True, "code", SOURCE, id="8 to 11"),
        pytest.param("ages_8_11_sends", True, "code", "ar", id="8 to 11, in Arabic"),
        pytest.param("ages_12_15_easier", False, "code", SOURCE, id="12 to 15, without script"),
        pytest.param("ages_12_15_easier", True, "code", SOURCE, id="12 to 15"),
        pytest.param("ages_16_17_no_pin", False, "code", SOURCE, id="16 and 17, without script"),
        pytest.param("ages_16_17_sends", True, "code", SOURCE, id="16 and 17"),
    ],
)
async def test_a_child_reads_the_same_in_a_real_browser_and_leaves_no_word(
    name: str, script: bool, by: str, language: str, browser: Browser, place: Place, left: Left
) -> None:
    journey = EVERY[name]
    async with Chromium.at(browser, place.url, LANGUAGES[language], script=script) as phone:
        child = await OnTheWeb.of(place, phone, journey.set)
        await child.plays(journey, LANGUAGES[language], by)

    assert left(child, journey) == []


@pytest.mark.parametrize(
    ("steps", "typed", "kept"),
    [
        pytest.param("> Go on|> Go on|> Start|> Good|> No PIN", HALF_TYPED, [HALF_TYPED], id="an answer"),
        pytest.param("> Go on|> Go on|> Start|> Good|> Yes, set a PIN", "1234", [], id="a PIN"),
    ],
)
@pytest.mark.parametrize("script", [pytest.param(True, id="script"), pytest.param(False, id="plain")])
async def test_what_is_half_typed_when_the_child_leaves_is_kept_and_a_pin_is_not(
    steps: str, typed: str, kept: list[str], script: bool, browser: Browser, place: Place
) -> None:
    begins = replace(EVERY["ages_8_11_sends"], transcript=steps.replace("|", "\n"))
    async with Chromium.at(browser, place.url, LANGUAGES[SOURCE], script=script) as phone:
        child = await OnTheWeb.of(place, phone, begins.set)
        await child.plays(begins, LANGUAGES[SOURCE])
        (cookie,) = await phone.cookies()
        await phone.leaves(typed)

    token = cookie.partition(".")[0]
    draft = place.site.opened(await place.site.thread(f"web:{sha256(token.encode()).hexdigest()}"))
    assert [piece for answer in draft.answers for piece in answer.pieces] == kept
    assert not draft.pin
