"""Who uses the product over HTTP: a child without JavaScript, and whoever sends what no browser would.

An officer is `tests.bot.portal.cast.Visitor`.
"""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientSession, ClientTimeout, CookieJar

from tests.bot.portal.cast import Answer, Visitor

NO_ANSWER = Answer(0, {}, b"")
FORM = "application/x-www-form-urlencoded"
MOST_STEPS = 80
_BUTTON = re.compile(r'<button\b[^>]*\bname="(choice|button)" value="([^":]+):([^":]+):([^":]+)"')


@dataclass(frozen=True, slots=True)
class Says:
    """An answer: a choice, words, or both."""

    words: str = ""
    choice: str = ""


class Child:
    """A browser without script: keeps cookies, presses buttons of the page it is on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = ClientSession(cookie_jar=CookieJar(unsafe=True), timeout=ClientTimeout(total=60))
        self.page = NO_ANSWER

    async def __aenter__(self) -> Child:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    async def get(self, path: str, **headers: str) -> Answer:
        """Go to a page."""
        async with self.client.get(self.url + path, headers=headers, allow_redirects=False) as came:
            self.page = Answer(came.status, dict(came.headers), await came.read())
        return self.page

    async def post(
        self, path: str, fields: Mapping[str, str] | bytes, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post a form, or any bytes. What comes back is the page the child is on."""
        sent = {"Content-Type": FORM, **({"Origin": self.url} if headers is None else headers)}
        body = BytesIO(fields if isinstance(fields, bytes) else urlencode(fields, errors="surrogatepass").encode())
        async with self.client.post(self.url + path, data=body, headers=sent, allow_redirects=False) as came:
            self.page = Answer(came.status, dict(came.headers), await came.read())
        return self.page

    async def come_in(self, code: str) -> Answer:
        """By the typed code."""
        await self.get("/")
        return await self.post("/start", {"code": code, "link": "", "event": self.page.field("event")})

    async def look(self) -> Answer:
        """Where we are."""
        return await self.get("/chat")

    def form(self, words: str = "", button: tuple[str, str, str] | None = None) -> dict[str, str]:
        """What pressing a button of this page sends."""
        fields = {name: self.page.field(name) for name in ("token", "event", "place")}
        fields["words"] = words
        if button is not None:
            name, place, choice = button
            fields[name] = f"{self.consultation}:{place}:{choice}"
        return fields

    async def tap(self, place: str, choice: str = "", words: str = "") -> Answer:
        """Press a button, with words in the field where there is one."""
        return await self.post("/say", self.form(words, self.needed(place, choice)))

    async def opening(self) -> None:
        """Through the screens before the first question, without a PIN."""
        while self.has(".opening"):
            await self.tap(".opening", next(choice for _, place, choice in self.buttons() if place == ".opening"))

    async def say(self, says: Mapping[str, Says], until: str = "", steps: int = 0) -> None:
        """Answer what is named, skip the rest, as far as the check page, the question `until`, or so many steps."""
        await self.opening()
        for step in range(MOST_STEPS):
            question = self.question
            if self.has(".send") or question == until != "" or step == steps != 0:
                return
            if self.has(".pin", ".no"):
                await self.tap(".pin", ".no")
            elif question in says:
                await self.tap(question, says[question].choice or ".next", says[question].words)
            else:
                await self.tap(question, ".skip")
        raise AssertionError(f"The child does not get past {self.question}.")

    async def share(self, question: str, sharing: str) -> None:
        """On the check page: choose who may see this answer."""
        await self.tap(".share", question)
        await self.tap(f".s.{question}", sharing)

    async def send(self) -> Answer:
        """On the check page: send."""
        return await self.tap(".send")

    async def settle(self) -> None:
        """Once it is sent: no more changes."""
        await self.tap(".after", ".no_more")
        await self.tap(".after", ".final")

    async def add(self, words: str) -> None:
        """After the window: add something, and send it."""
        await self.tap(".after", ".add")
        await self.tap(self.question, ".next", words)
        await self.send()

    @property
    def consultation(self) -> str:
        """The consultation's id, which stands in every button."""
        found = _BUTTON.search(self.page.text)
        assert found is not None, self.page.text
        return found[2]

    @property
    def question(self) -> str:
        """The question on the page, or nothing."""
        return next((place for _, place, choice in self.buttons() if place[0] not in ".=" and choice == ".back"), "")

    def buttons(self) -> Iterator[tuple[str, str, str]]:
        """Every button of the page: name, place, choice."""
        for name, _, place, choice in _BUTTON.findall(self.page.text):
            yield name, place, choice

    def has(self, place: str, choice: str = "") -> bool:
        """Whether there is such a button."""
        return any(at == place and choice in ("", its) for _, at, its in self.buttons())

    def needed(self, place: str, choice: str = "") -> tuple[str, str, str]:
        """The button, which has to be there."""
        for name, at, its in self.buttons():
            if at == place and choice in ("", its):
                return name, at, its
        raise AssertionError(f"There is no {place} {choice} on this page: {self.read}")

    @property
    def read(self) -> str:
        """What can be read on the page."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.page.text)))

    def cookie(self, name: str = "visit") -> str:
        """What this browser keeps."""
        return next((cookie.value for cookie in self.client.cookie_jar if cookie.key == name), "")


class Officer(Visitor):
    """A visitor of the portal who can leave."""

    async def __aenter__(self) -> Officer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    @property
    def read(self) -> str:
        """What can be read on the page."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.page.text)))

    async def copy(self, reference: str, kind: str, format: str, reason: str = "") -> Answer:
        """Download a copy."""
        await self.get("/reviews")
        return await self.post(f"/reviews/{reference}/copies", copy=kind, format=format, reason=reason)


def raw(url: str, request: bytes, patience: float = 20.0) -> bytes:
    """Whatever a server answers to these very bytes until it closes, or has said nothing for so many seconds."""
    where = urlsplit(url)
    answered = b""
    with socket.create_connection((where.hostname, where.port), timeout=patience) as connection:
        connection.sendall(request)
        try:
            while chunk := connection.recv(65536):
                answered += chunk
        except (TimeoutError, ConnectionResetError):
            return answered
    return answered
