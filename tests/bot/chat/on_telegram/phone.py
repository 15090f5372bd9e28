"""A child at their phone, a real door of a real site, and a Bot API server between them: only Telegram is missing."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.chat.on_telegram.running import Parts, Telegram
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_telegram.sending import Limits
from bot.chat.on_terminal import BEGINS, CHILDREN, EARLIER
from consultations.addresses import WEB
from consultations.carrying import Carrying
from consultations.conversation.events import Arrived, Event, Left, Looked, Said, Tapped, Unreadable
from consultations.inviting import Invited, Inviting
from consultations.languages import Language
from consultations.listening import Listening
from consultations.messages import Message
from consultations.reminding import Reminding
from consultations.reviews_file import COLUMNS
from consultations.tidying import Tidying
from consultations.wording import Wording
from tests.consultations import chat
from tests.consultations.chat import BOOK, WORDING, Site
from tests.journeys.playing import Beside, Journey
from tests.telegram_stand_in import SECRET, TOKEN, Person, Shown, StandIn, standing_in

CAST_DAY = BEGINS.replace(hour=0, minute=0)
"""The beginning of the day on which journeys begin."""

AT_ONCE = Limits(chat=0.0, overall=0.0, tries=3, backoff=0.0)
CONTENT: dict[str, dict[str, Any]] = {
    "sticker": {
        "sticker": {
            "file_id": "1",
            "file_unique_id": "1",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
    "photo": {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]},
    "voice": {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 3}},
    "video": {"video": {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1, "duration": 3}},
    "file": {"document": {"file_id": "1", "file_unique_id": "1"}},
    "contact": {"contact": {"phone_number": "+440000", "first_name": "Somebody"}},
    "location": {"location": {"longitude": 1.0, "latitude": 2.0}},
}


async def soon(seconds: float) -> None:
    """Nobody waits in a test; but others get their turn."""
    await asyncio.sleep(min(seconds, 0.01))


@dataclass
class Place:
    """A site with Telegram, and the Bot API it talks to. `running` is the process of now."""

    site: Site
    api: StandIn
    by: str
    chat_url: str = ""
    out_of_reach: bool = False  # Telegram's calls do not come through
    links: MutableMapping[str, str] = field(default_factory=dict)
    limits: Limits = AT_ONCE
    wording: Wording = WORDING
    running: Telegram | None = None
    listening: Listening | None = None
    _route: web.Response | None = None

    @property
    def telegram(self) -> Telegram:
        assert self.running is not None
        return self.running

    def made(self) -> Telegram:
        """A process on the same database and keys."""
        site, cast = self.site, self.site.cast
        site.has_doors(self.links, self.wording)
        return Telegram(
            Parts(
                token=TOKEN,
                api=self.api.url,
                secret=SECRET if self.by == "webhook" else "",
                chat_url=self.chat_url,
                listening=site.listening,
                admitting=site.admitting,
                carrying=Carrying(cast.store, cast.chat_keys, secrets.token_bytes),
                reminding=Reminding(cast.store),
                tidying=Tidying(cast.store),
                sayings=Sayings(BOOK, self.wording),
                links=self.links,
                now=lambda: site.now,
                limits=self.limits,
                sleep=soon,
                long_poll=1,
            )
        )

    async def start(self) -> None:
        self.running = self.made()
        await self.running.start()
        async with asyncio.timeout(20):
            await self.running.ready.wait()

    async def stop(self) -> None:
        if self.running is not None:
            await self.running.stop()
            self.running = None

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Telegram's call, for whichever process there is."""
        if self.out_of_reach or self.running is None or self.running.webhook is None:
            return web.Response(status=502)
        return await self.running.webhook.answer(request)

    async def quiet(self) -> None:
        """Until everything is heard and everything is sent."""
        await self.api.heard()
        await self.telegram.door.answering.sender.idle()

    async def child(self, set: str = "ages_16_17", id: int = 0, language: str = "en") -> Phone:
        """A child who was invited, with an account, whose Telegram speaks this language."""
        await self.site.review(set)
        return Phone(self, self.api.person(CHILDREN[set], id, language), await self.site.invite())

    async def billie(self) -> Phone:
        """A second child, of another review."""
        return Phone(self, self.api.person("Billie"), await self.billie_is_invited())

    async def billie_is_invited(self) -> Invited:
        row = "NB-999,Billie,03/02/2009,02/06/2025,30/06/2026,14/12/2026,sam.j,C2,English"
        await self.site.inviting.import_reviews(f"{','.join(COLUMNS)}\n{row}".encode(), self.site.now)
        return await self.site.inviting.invite("NB-999", self.site.now)


@asynccontextmanager
async def place(
    url: str,
    folder: Path,
    by: str = "polling",
    *,
    start: bool = True,
    limits: Limits = AT_ONCE,
    wording: Wording = WORDING,
) -> AsyncIterator[Place]:
    """Telegram by polling or by webhook, for children of every age."""
    async with chat.site(url, folder) as site, standing_in() as api:
        cast = site.cast
        site.inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes, 0)
        api.now = lambda: site.now
        made = Place(site, api, by, limits=limits, wording=wording)
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/telegram", made.call)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.chat_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made.links[WEB] = f"{made.chat_url}/#"
        try:
            if start:
                await made.start()
            yield made
        finally:
            await made.stop()
            await runner.cleanup()


@dataclass
class Phone:
    """One child with their phone in hand."""

    place: Place
    person: Person
    invited: Invited
    seen: int = 0

    @property
    def address(self) -> str:
        return Carrying(self.place.site.cast.store, self.place.site.cast.chat_keys, secrets.token_bytes).address(
            self.person.chat.id
        )

    async def starts(self) -> Phone:
        """In, by the link; through the opening, without a PIN."""
        await self.says(f"/start {self.invited.link.text}")
        for screen in ("what", "safety", "how"):
            await self.taps(f".opening:{screen}")
        await self.taps(":.next")
        await self.taps(".pin:.no")
        return self

    async def says(self, text: str, reply_to: Shown | None = None) -> dict[str, Any]:
        update = self.person.says(text, reply_to)
        await self.place.quiet()
        return update

    async def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        edited = self.person.edits(update, text)
        await self.place.quiet()
        return edited

    async def sends(self, **content: Any) -> dict[str, Any]:
        update = self.person.sends(**content)
        await self.place.quiet()
        return update

    async def taps(self, ends: str, *, late: bool = False) -> dict[str, Any]:
        """The newest button whose data ends so, or begins so after the consultation."""
        shown, data = await self.finds(ends, late=late)
        update = self.person.taps(data, shown)
        await self.place.quiet()
        return update

    async def finds(self, ends: str, *, late: bool = False) -> tuple[Shown, str]:
        """The button, turning pages where the message has some."""
        async for shown in self._everywhere():
            keyboards = [shown.keyboard, *(shown.before if late else [])]
            for data in (button["callback_data"] for keys in keyboards for row in keys for button in row):
                if data.endswith(ends) or f"{data}:".partition(":")[2].startswith(f"{ends.rstrip(':')}:"):
                    return shown, data
        raise LookupError(f"{ends}: {[button['text'] for button in self.person.last.buttons]}")

    async def _everywhere(self) -> AsyncIterator[Shown]:
        """The newest message as it is, then every page of it, then the older ones."""
        *older, last = self.person.shown
        yield last
        if _turns(last):
            async for _ in self._pages(last):
                yield last
        for shown in reversed(older):
            yield shown

    async def reads(self) -> str:
        """Everything written since it was last read, every page of it."""
        new = self.person.shown[self.seen :]
        self.seen = len(self.person.shown)
        text = [part for shown in new for part in _read(shown)]
        if new and _turns(new[-1]):
            text += [part async for part in self._pages(new[-1])]
        return "\n".join(text)

    async def _pages(self, shown: Shown) -> AsyncIterator[str]:
        for page in range(30):
            before = shown.edits
            self.person.taps(f"page:{page}", shown)
            await self.place.quiet()
            for part in _read(shown):
                yield part
            if page and shown.edits == before:
                return


def _turns(shown: Shown) -> bool:
    return any(button["callback_data"].startswith("page:") for button in shown.buttons)


def _read(shown: Shown) -> Iterator[str]:
    yield shown.text
    yield from (f"[{button['text']}]" for button in shown.buttons)


@dataclass
class OnTheWay:
    """Plays a journey on the phone, and beside it through the engine, and compares what can be read."""

    phone: Phone
    beside: Beside
    language: Language
    invitations: list[Invited] = field(default_factory=list)
    left: bool = False

    @property
    def secrets(self) -> set[str]:
        """What let the child in, and who they are there: to be hunted for."""
        ways = {way for each in self.invitations for way in (each.link.text, each.code.shown)}
        return {str(self.phone.person.chat.id), *ways}

    @classmethod
    async def of(cls, place: Place, set: str, language: Language) -> OnTheWay:
        """A child of this set who was invited, at a place where this language is offered."""
        phone = await place.child(set, language=language.code.partition("_")[0])
        return cls(phone, Beside.of(set, overheard=True), language)

    async def plays(self, journey: Journey) -> None:
        """From the link to the journey's last line, in the language the child chooses first of all."""
        self.invitations.append(self.phone.invited)
        await self.phone.says(f"/start {self.phone.invited.link.text}")
        await self._compares(self.beside.hear(Arrived("link")), "the link")
        await self.phone.taps(f".language:{self.language.code}")
        await self._compares(self.beside.choose(self.language.code), self.language.english)
        for does in journey.does:
            event = self.beside.step(does)
            if await self.phone.place.site.happens(does):
                continue
            assert event is not None
            await self._does(event, late=does.startswith(EARLIER))
            messages = self.beside.hear(event)
            if isinstance(event, Left):
                await self.phone.reads()
            else:
                await self._compares(messages, does)

    async def _does(self, event: Event, *, late: bool) -> None:
        phone = self.phone
        match event:
            case Arrived(reissued_at=reissued_at):
                if reissued_at is not None:
                    phone.invited = await phone.place.site.invite()
                    self.invitations.append(phone.invited)
                if not self.left:
                    await phone.says("/leave")
                    await phone.reads()
                await phone.says(phone.invited.code.shown)
                self.left = False
            case Left():
                await phone.says("/leave")
                self.left = True
            case Looked():
                await phone.says("/start")
            case Unreadable(kind=kind):
                await phone.sends(**CONTENT[kind])
            case Said(words=words, question=question):
                to = None
                if question is not None:
                    to = next(
                        shown
                        for shown in reversed(phone.person.shown)
                        for keys in (shown.keyboard, *shown.before)
                        if any(f":{question}:" in button["callback_data"] for row in keys for button in row)
                    )
                await phone.says(words, to)
            case Tapped(place=place, choice=choice):
                await phone.taps(f"{place}:" if place == ".send" else f"{place}:{choice}", late=late)
            case other:
                raise AssertionError(other)

    async def _compares(self, messages: tuple[Message, ...], does: str) -> None:
        read = _plain(await self.phone.reads())
        for message in messages:
            for line in message.lines:
                for part in line.text.splitlines():
                    assert _plain(part) in read, f"after {does!r}: {part!r} is not in {read!r}"
            for button in message.buttons:
                assert button.label in read, f"after {does!r}: no button {button.label!r} in {read!r}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u200f", "")).strip()
