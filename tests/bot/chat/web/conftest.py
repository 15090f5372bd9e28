"""The web chat on a real port of this machine, against a listener with a short memory."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

import pytest
import pytest_asyncio
from aiohttp import ClientSession, DummyCookieJar, web
from playwright.async_api import Browser, Page

from bot import pages
from bot.chat.web.door import Surroundings, application
from bot.chat.web.drawing import Drawing, Frame, Say, phrases
from consultations.invitation import new_code, new_link
from consultations.languages import load_words
from consultations.questions.loading import load
from tests.bot.chat.web.small_listener import SmallAdmitting, SmallListener
from tests.browser import PHONE

DOG = "My dog sleeps on my bed."
ELSEWHERE = "/health"  # somewhere dull that this machine has
NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)


@dataclass
class Chat:
    """The running door, what it hears, and the time in it."""

    url: str
    listener: SmallListener
    admitting: SmallAdmitting
    code: str
    link: str
    say: Say
    time: datetime = NOON
    well: bool = True
    chance: int = 0
    site: pages.Site = field(default_factory=lambda: pages.Site("http://127.0.0.1"))

    def says(self, phrase: str) -> str:
        """A phrase, as its author left it last."""
        return self.say("en-GB", phrase)

    def pass_by(self, **much: float) -> None:
        """Time goes by."""
        self.time += timedelta(**much)

    def random(self, length: int) -> bytes:
        self.chance += 1
        return hmac.digest(b"chance", str(self.chance).encode(), "sha512")[:length]

    async def is_well(self) -> bool:
        return self.well


@pytest.fixture(scope="session")
def say() -> Say:
    """Every phrase there really is; one that is not there is a KeyError."""
    return phrases(load(), load_words(Path("locales")))


@pytest_asyncio.fixture
async def chat(say: Say) -> AsyncIterator[Chat]:
    """A chat of its own for each test."""
    port = socket()
    port.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{port.getsockname()[1]}"
    code, link = new_code(lambda n: bytes(range(n))).shown, new_link(lambda n: bytes(range(n))).text
    chat = Chat(url, SmallListener(), SmallAdmitting(code, link), code, link, say, site=pages.Site(url))
    around = Surroundings(
        site=chat.site,
        listening=chat.listener,
        admitting=chat.admitting,
        sitting_down=chat.admitting,
        drawing=Drawing(say, Frame(leave_url=url + ELSEWHERE)),
        mark=lambda said: hmac.digest(b"cookie-time", said, "sha256"),
        now=lambda: chat.time,
        random=chat.random,
        leave_url=url + ELSEWHERE,
        healthy=chat.is_well,
    )
    runner = pages.runner(application(around))
    await runner.setup()
    await web.SockSite(runner, port).start()
    yield chat
    await runner.cleanup()


@pytest_asyncio.fixture
async def http(chat: Chat) -> AsyncIterator[ClientSession]:
    """A browser as a server sees one: says where its posts come from, and keeps no cookie by itself."""
    async with ClientSession(chat.url, headers={"Origin": chat.url}, cookie_jar=DummyCookieJar()) as session:
        yield session


@pytest_asyncio.fixture
async def plain(browser: Browser) -> AsyncIterator[Page]:
    """A phone without JavaScript."""
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    yield await context.new_page()
    await context.close()


@pytest.fixture
def inside(chat: Chat, page: Page) -> Callable[[str], object]:
    """Go in by the code, and to a place."""

    async def go(place: str) -> Page:
        await enter(page, chat)
        if place != "hello":
            chat.listener.place(place)
            await page.goto(chat.url + "/chat")
        return page

    return go


async def enter(page: Page, chat: Chat) -> None:
    """Type the code and start."""
    await page.goto(chat.url)
    await page.get_by_label(chat.says("code_label")).fill(chat.code)
    await page.get_by_role("button", name=chat.says("b_start")).click()
    await page.get_by_text("Hello, Amal.").wait_for()


@pytest_asyncio.fixture
async def child(chat: Chat, page: Page) -> AsyncIterator[Page]:
    """A child at the question about home; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await enter(page, chat)
    await page.get_by_role("button", name="Next").click()
    await page.get_by_role("heading", name="What’s the best thing").wait_for()
    yield page
    assert [each for each in complaints if "net::ERR" not in each and "status of" not in each] == []
