"""Every page a child can come to, in each language they are offered, in a real browser on the smallest phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import socket

import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from bot import pages
from bot.chat.web.door import Surroundings, application
from bot.chat.web.drawing import Drawing, Frame, phrases
from consultations.conversation.events import Event, LastWord
from consultations.conversation.state import begin
from consultations.languages import LANGUAGES, load_words
from consultations.languages.loading import LOCALES
from consultations.listening import Heard, Last
from consultations.messages import Message
from consultations.wording import Wording
from tests.bot.chat.web.small_listener import SmallAdmitting
from tests.bot.chat.web.test_in_browser import no_wider_than_the_screen, overlapping
from tests.consultations.conversation.cast import BOOK, NUMBERS, Child
from tests.consultations.conversation.walk import every_screen

SPOKEN = load_words(LOCALES)
OFFERED = [pytest.param(code, id=code) for code in SPOKEN]
CODE = "4MK7-W2Q9-TZX0-2"


def layouts(language: str) -> Iterator[tuple[Message, ...]]:
    """The first screen of each layout: with other buttons than those before."""
    child = Child(begin("k3v9x2mq", "ages_8_11", language), wording=Wording(SPOKEN, NUMBERS))
    child.later(languages=tuple(SPOKEN), officer="Wilhelmina Featherstonehaugh-Cholmondeley")
    child.taps(".language", language)
    seen = set()
    for messages in every_screen(child):
        buttons = [button.id.split(":") for message in messages for button in message.buttons]
        layout = frozenset(place if place[0] == "." else "a question" for _, place, _ in buttons)
        if layout not in seen:
            seen.add(layout)
            yield messages


@dataclass
class Shows:
    """Whatever happens, it shows this."""

    messages: tuple[Message, ...] = field(default=())

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        return Heard(self.messages)

    async def hear_last(self, address: str, event_id: str, said: LastWord, now: datetime) -> Last:
        return Last.LOST

    async def is_of_staff(self, address: str) -> bool:
        return False


@pytest.mark.parametrize("language", OFFERED)
async def test_every_page_runs_its_own_way_fits_a_small_phone_and_has_nothing_wrong(
    browser: Browser, language: str
) -> None:
    tag, direction = LANGUAGES[language].tag, LANGUAGES[language].direction
    shows, screens = Shows(), list(layouts(language))
    port = socket()
    port.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{port.getsockname()[1]}"
    frame = Frame(f"{url}/health", languages={each.language.tag: each.language.direction for each in SPOKEN.values()})
    runner = pages.runner(application(_around(url, shows, Drawing(phrases(BOOK, SPOKEN), frame))))
    await runner.setup()
    await web.SockSite(runner, port).start()
    context = await browser.new_context(viewport={"width": 320, "height": 640}, locale=tag, reduced_motion="reduce")
    page = await context.new_page()

    wrong: dict[str, object] = {}
    await page.goto(url)
    wrong["the first page"] = await _wrong(page, tag, direction)
    shows.messages = screens[0]
    await page.locator("#code").fill(CODE)
    await page.locator("#start button").click()
    for number, shows.messages in enumerate(screens):
        await page.goto(f"{url}/chat")
        wrong[f"{number}: {shows.messages[-1].lines[0].text}"] = await _wrong(page, tag, direction)
    await context.close()
    await runner.cleanup()

    assert len(wrong) > 15
    assert {where: what for where, what in wrong.items() if what} == {}


async def _wrong(page: Page, tag: str, direction: str) -> list[str]:
    found = await Axe().run(page)
    said = await page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    return [
        *([found.generate_report()] if found.violations_count else []),
        *(["it is wider than the screen"] if not await no_wider_than_the_screen(page) else []),
        *[f"{two} lie over each other" for two in await overlapping(page)],
        *([f"it says it is {said}"] if said != [tag, direction] else []),
    ]


def _around(url: str, shows: Shows, drawing: Drawing) -> Surroundings:
    async def well() -> bool:
        return True

    return Surroundings(
        site=pages.Site(url),
        listening=shows,
        admitting=SmallAdmitting(CODE, ""),
        sitting_down=SmallAdmitting(CODE, ""),
        drawing=drawing,
        mark=lambda said: said[:32].ljust(32, b"."),
        now=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC),
        random=lambda length: bytes(length),
        leave_url=f"{url}/health",
        healthy=well,
    )
