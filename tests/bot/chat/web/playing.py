"""A child in a browser, at the real door of a real site: the journeys as they go on the web.

A page differs from a keyboard in three ways, and a child does here what they would do with a page:

- Words wait in their box for the button that is pressed next. Where that button is not on the page (out of the box that
  holds the words so far) *Back* comes first, which keeps them. A PIN alone has a box that is sent by itself.
- No page takes a sticker, and some have no box: nothing can be sent there, and nothing is.
- Whoever does nothing for fifteen minutes has to come in again. A child who stays for an hour looks now and then.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from socket import socket

from aiohttp import web

from bot import pages
from bot.chat.on_terminal import EARLIER, PASSING
from bot.chat.web.door import Surroundings, application
from bot.chat.web.drawing import Drawing, Frame, phrases
from bot.chat.web.visits import IDLE
from consultations.addresses import WEB
from consultations.conversation.advance import REWRITE
from consultations.conversation.events import Arrived, Event, Left, Looked, Said, Tapped, Unreadable
from consultations.inviting import Invited
from consultations.keeping.vault.sessions import cookie_marks
from consultations.languages import Language
from consultations.messages import Message
from tests.bot.chat.web import seeing
from tests.bot.chat.web.browsers import DULL, Browses
from tests.consultations import chat
from tests.consultations.chat import BOOK, Site
from tests.journeys.playing import EVERY_LANGUAGE, LANGUAGES, Beside, Journey

AN_HOUR = timedelta(hours=1)
A_LOOK = IDLE - timedelta(minutes=1)


@dataclass
class Place:
    """A site with the web chat before it, in every language, and where that answers."""

    site: Site
    url: str


@asynccontextmanager
async def place(url: str, folder: Path) -> AsyncIterator[Place]:
    """The web chat as `bot.app` builds it, but for the clock, which is the site's."""
    async with chat.site(url, folder) as site:
        port = socket()
        port.bind(("127.0.0.1", 0))
        made = Place(site, f"http://127.0.0.1:{port.getsockname()[1]}")
        site.has_doors({WEB: f"{made.url}/#"}, EVERY_LANGUAGE)

        async def well() -> bool:
            return True

        languages = {language.tag: language.direction for language in LANGUAGES.values()}
        around = Surroundings(
            site=pages.Site(made.url),
            listening=site.listening,
            admitting=site.admitting,
            sitting_down=site.sitting_down,
            drawing=Drawing(phrases(BOOK, EVERY_LANGUAGE.spoken), Frame(made.url + DULL, languages=languages)),
            mark=cookie_marks(site.cast.chat_keys),
            now=lambda: site.now,
            random=secrets.token_bytes,
            leave_url=made.url + DULL,
            healthy=well,
        )
        runner = pages.runner(application(around))
        await runner.setup()
        try:
            await web.SockSite(runner, port).start()
            yield made
        finally:
            await runner.cleanup()


@dataclass
class OnTheWeb:
    """Plays a journey in a browser, and beside it through the engine, and compares what can be read.

    `secrets` is what let the child in, to be hunted for.
    """

    place: Place
    browser: Browses
    invited: Invited
    beside: Beside
    secrets: set[str] = field(default_factory=set)
    typed: list[str] = field(default_factory=list)
    left: bool = False

    @classmethod
    async def of(cls, place: Place, browser: Browses, set: str) -> OnTheWeb:
        """A child of this set who was invited."""
        await place.site.review(set)
        return cls(place, browser, await place.site.invite(), Beside.of(set))

    async def plays(self, journey: Journey, language: Language, by: str = "code") -> None:
        """From the first page to the journey's last."""
        await self._comes_in(by, language, anew=True)
        await self._compares(self.beside.hear(Arrived(by)), f"the {by}")
        await self.browser.presses(await self._finds(".language", language.code))
        await self._compares(self.beside.choose(language.code), language.english)
        late = {does.removeprefix(EARLIER) for does in journey.does if does.startswith(EARLIER)}
        for does in journey.does:
            if late & {button.label for button in self.beside.english.buttons()}:
                late = set()
                await self.browser.keeps()
            await self._plays(does, language)

    async def _plays(self, does: str, language: Language) -> None:
        event = self.beside.step(does)
        if PASSING.get(does) == AN_HOUR and not self.left:
            for _ in range(AN_HOUR // A_LOOK):
                self.place.site.now += A_LOOK
                await self.browser.looks()
            self.place.site.now += AN_HOUR % A_LOOK
        elif event is not None:
            done = await self._does(event, language, late=does.startswith(EARLIER))
            messages = self.beside.hear(event)
            if done:
                await self._compares(messages, does)
        else:
            assert await self.place.site.happens(does), does

    async def _does(self, event: Event, language: Language, *, late: bool) -> bool:
        """Do it. False where there is nothing new to read."""
        assert not self.typed or isinstance(event, Said | Tapped | Left), "What waits in the box would be lost."
        match event:
            case Arrived(reissued_at=reissued_at):
                if reissued_at is not None:
                    self.invited = await self.place.site.invite()
                await self._comes_in("code", language, anew=not self.left)
                self.left = False
            case Left():
                await self.browser.leaves("\n".join(self.typed) if self.typed else None)
                self.typed, self.left = [], True
                return False
            case Looked():
                await self.browser.looks()
            case Unreadable():
                return False
            case Said(words=words, question=None):
                return await self._says(words)
            case Tapped(place=place, choice=choice):
                if late:
                    await self.browser.turns_to_kept()
                await self._taps(place, choice)
            case other:
                raise AssertionError(other)
        return True

    async def _comes_in(self, by: str, language: Language, *, anew: bool) -> None:
        """Through the first page, which stands there in the language their browser asks for."""
        link, code = self.invited.link.text, self.invited.code.shown
        self.secrets |= {link, code, code.replace("-", "")}
        await self.browser.opens(anew=anew, link=link if by == "link" else "")
        first = (await self.browser.page()).needed("html")

        assert (first["lang"], first["dir"]) == (language.tag, language.direction)

        await self.browser.starts("" if by == "link" else code)

    async def _says(self, words: str) -> bool:
        asked = seeing.shown(await self.browser.page()).field
        if asked is not None and asked.kind == "pin":
            await self.browser.enters(words)
            return True
        if asked is not None:
            self.typed.append(words)
        return False

    async def _taps(self, place: str, choice: str) -> None:
        words = "\n".join(self.typed) if self.typed else None
        if words and not await self._there(place, choice):
            await self.browser.presses(await self._finds(REWRITE + place, ".back"), words)
            words = None
        await self.browser.presses(await self._finds(place, choice), words)
        self.typed = []

    async def _there(self, place: str, choice: str) -> str | None:
        """The button of the page the child is on, by what it brings back."""
        wanted = {place} if place == ".send" else {f"{place}:{choice}", f"{REWRITE}{place}:{choice}"}
        values = (each["value"] for each in (await self.browser.page()).all("button", form="say"))
        return next((value for value in values if value and seeing.place_and_choice(value) in wanted), None)

    async def _finds(self, place: str, choice: str) -> str:
        found = await self._there(place, choice)
        assert found is not None, f"no {place} {choice}: {(await self.browser.page()).text}"
        return found

    async def _compares(self, messages: tuple[Message, ...], does: str) -> None:
        for cookie in await self.browser.cookies():
            self.secrets |= {cookie, *(part for part in cookie.split(".") if len(part) > 40)}
        different = seeing.differences(seeing.shown(await self.browser.page()), seeing.to_read(messages))

        assert different == [], f"after {does!r}: {different}"
