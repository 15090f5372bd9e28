"""Two browsers that a child comes in by: plain forms, filled in here, and a real Chromium with script or without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientSession, CookieJar
from playwright.async_api import Browser, ConsoleMessage, Page

from consultations.languages import Language
from tests.bot.chat.web import seeing
from tests.bot.chat.web.seeing import Element
from tests.browser import PHONE

DULL = "/health"
"""Where *Leave now* goes: somewhere that this machine has."""


class Browses(Protocol):
    """A child's browser, and another one where they come in anew."""

    async def opens(self, *, anew: bool, link: str = "") -> None:
        """Go to the first page, by its address or by a link; `anew` in a browser that was never here."""

    async def starts(self, code: str = "") -> None:
        """Press *Start*, with a code in its field or with the link's own token."""

    async def presses(self, button: str, words: str | None = None) -> None:
        """Press a button by what it brings back, with these words in the box, where they are any."""

    async def enters(self, pin: str) -> None:
        """Type a PIN, and press the Enter key."""

    async def looks(self) -> None:
        """Load the page again."""

    async def leaves(self, words: str | None = None) -> None:
        """Leave now, with these words in the box; and see that the browser is elsewhere and keeps nothing."""

    async def keeps(self) -> None:
        """Leave this page open, and go on in another tab."""

    async def turns_to_kept(self) -> None:
        """Go on with the page that was left open."""

    async def page(self) -> Element:
        """The page the child is on."""

    async def cookies(self) -> list[str]:
        """What the browser keeps of us."""


@dataclass
class Forms:
    """Reads pages and fills their forms in by itself, as any browser without script does."""

    http: ClientSession
    here: Element = field(default_factory=lambda: seeing.read(""))
    kept: Element = field(default_factory=lambda: seeing.read(""))

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, language: Language) -> AsyncIterator[Forms]:
        """A browser that reads in this language."""
        headers = {"Origin": url, "Accept-Language": language.tag}
        async with ClientSession(url, headers=headers, cookie_jar=CookieJar(unsafe=True)) as http:
            yield cls(http)

    async def opens(self, *, anew: bool, link: str = "") -> None:
        assert not link, "What stands after the # is for script alone."
        if anew:
            self.http.cookie_jar.clear()
        await self._asks("GET", "/")

    async def starts(self, code: str = "") -> None:
        await self._asks("POST", "/start", {**self._form("start"), "code": code})

    async def presses(self, button: str, words: str | None = None) -> None:
        name = self.here.needed("button", value=button)["name"]
        written = {} if words is None else {"words": words}
        await self._asks("POST", "/say", {**self._form("say"), **written, name: button})

    async def enters(self, pin: str) -> None:
        first = self.here.needed("button", form="say")  # HTML §4.10.21.2: implicit submission
        await self.presses(first["value"], pin)

    async def looks(self) -> None:
        await self._asks("GET", "/chat")

    async def leaves(self, words: str | None = None) -> None:
        button = self.here.needed("form", id="leave").needed("button")
        along = self._form(button["form"]) if button["form"] else {}
        await self._asks("POST", "/leave", along if words is None else {**along, "words": words})

        assert not await self.cookies()

    async def keeps(self) -> None:
        self.kept = self.here

    async def turns_to_kept(self) -> None:
        self.here = self.kept

    async def page(self) -> Element:
        return self.here

    async def cookies(self) -> list[str]:
        return [cookie.value for cookie in self.http.cookie_jar]

    def _form(self, id: str) -> dict[str, str]:
        """Every field of a form, as it stands there."""
        return {each["name"]: each.value for each in self.here.needed("form", id=id).all("input", "textarea")}

    async def _asks(self, method: str, path: str, fields: dict[str, str] | None = None) -> None:
        async with self.http.request(method, path, data=fields) as answer:
            self.here = seeing.read(await answer.text())

            assert answer.status == 200, self.here.text


@dataclass
class Chromium:
    """A real browser, with script or without."""

    browser: Browser
    url: str
    language: Language
    script: bool
    stack: AsyncExitStack
    complaints: list[str] = field(default_factory=list)
    _here: Page | None = None
    _kept: Page | None = None

    @classmethod
    @asynccontextmanager
    async def at(cls, browser: Browser, url: str, language: Language, *, script: bool) -> AsyncIterator[Chromium]:
        """A phone that reads in this language; whatever it complains about fails the test."""
        async with AsyncExitStack() as stack:
            made = cls(browser, url, language, script, stack)
            yield made
        assert made.complaints == []

    @property
    def here(self) -> Page:
        assert self._here is not None, "Nothing has been opened."
        return self._here

    async def opens(self, *, anew: bool, link: str = "") -> None:
        if anew:
            await self._another()
        await self.here.goto(f"{self.url}/#{link}" if link else self.url)

    async def starts(self, code: str = "") -> None:
        if code:
            await self.here.locator("#code").fill(code)
        await self.here.locator("#start button").click()
        await self.here.locator("#say").wait_for()

    async def presses(self, button: str, words: str | None = None) -> None:
        async with self._turn():
            if words is not None:
                await self.here.locator("#words").fill(words)
            await self.here.locator(f'button[value="{button}"]').click()

    async def enters(self, pin: str) -> None:
        async with self._turn():
            await self.here.locator("#words").fill(pin)
            await self.here.locator("#words").press("Enter")

    async def looks(self) -> None:
        await self.here.reload()

    async def leaves(self, words: str | None = None) -> None:
        if words is not None:
            await self.here.locator("#words").fill(words)
        await self.here.locator("#leave button").click()
        await self.here.wait_for_url(self.url + DULL)
        for _ in range(200):  # with script, the server hears of it on the side
            if not await self.cookies():
                break
            await asyncio.sleep(0.02)

        assert not await self.cookies()

    async def keeps(self) -> None:
        self._kept = self._here
        self._here = await self.here.context.new_page()
        await self._here.goto(f"{self.url}/chat")

    async def turns_to_kept(self) -> None:
        self._here = self._kept

    async def page(self) -> Element:
        unseen = await self.here.evaluate(
            "[...document.querySelectorAll('#log *, #say [class]')].filter(e => !e.checkVisibility())"
            ".map(e => e.textContent)"
        )

        assert unseen == []
        return seeing.read(await self.here.content())

    async def cookies(self) -> list[str]:
        return [cookie["value"] for cookie in await self.here.context.cookies()]

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Until the answer stands there: every page has an id of its own."""
        id = await self.here.locator("#say [name=event]").get_attribute("value")
        yield
        await self.here.locator(f'#say [name=event]:not([value="{id}"])').wait_for(state="attached")

    async def _another(self) -> None:
        context = await self.browser.new_context(
            viewport=PHONE, java_script_enabled=self.script, locale=self.language.tag, reduced_motion="reduce"
        )
        self.stack.push_async_callback(context.close)
        context.on("console", self._hears)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self._here = await context.new_page()

    def _hears(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)
