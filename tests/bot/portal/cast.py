"""Who comes to the portal: a `Visitor` is somebody's browser without a window. It keeps cookies and posts forms."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, CookieJar, DummyCookieJar, web

from bot.health import nobody_is_called
from bot.pages import runner
from bot.portal.application import application
from consultations.circumstances import Authority
from consultations.expiring import Expiring
from consultations.helping import Helping
from consultations.keying_in import KeyingIn
from tests.bot.portal import phones
from tests.consultations.staff import AUTHORITY, Cast


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"there is no field {name} on this page"
        return html.unescape(found[1])

    def secret(self, id: str) -> str:
        """Something shown once."""
        found = re.search(rf'id="{id}">([^<]+)<', self.text)
        assert found is not None, f"{id} is not shown"
        return html.unescape(found[1])


class Visitor:
    """A browser without a window: cookies, and forms posted from the page they were on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.page = Answer(0, {}, b"")

    async def get(self, path: str, **headers: str) -> Answer:
        """Go to a page of ours."""
        async with self.client.get(self.url + path, headers=headers, allow_redirects=False) as came:
            self.page = Answer(came.status, dict(came.headers), await came.read())
        return self.page

    async def get_as(self, session: str, path: str) -> Answer:
        """The page for whoever holds this session cookie, and no other cookie."""
        headers = {"Cookie": f"foreword-staff={session}"}
        async with (
            ClientSession(cookie_jar=DummyCookieJar()) as client,
            client.get(self.url + path, headers=headers, allow_redirects=False) as came,
        ):
            return Answer(came.status, dict(came.headers), await came.read())

    async def post(self, path: str, headers: Mapping[str, str] | None = None, /, **fields: str) -> Answer:
        """Post a form from the page we are on, with its `csrf`, unless the fields say another."""
        if "csrf" not in fields:
            fields["csrf"] = self.page.field("csrf")
        sent = {"Origin": self.url} if headers is None else headers
        async with self.client.post(self.url + path, data=fields, headers=sent, allow_redirects=False) as came:
            answer = Answer(came.status, dict(came.headers), await came.read())
        if answer.status == 200 and "attachment" not in answer.headers.get("Content-Disposition", ""):
            self.page = answer
        return answer

    async def sign_in(self, username: str, phrase: str) -> Answer:
        """By the form, and with a code where one is asked for; then on to the list."""
        await self.get("/sign-in")
        answer = await self.post("/sign-in", username=username, phrase=phrase)
        if answer.headers.get("Location", "").startswith("/second-factor"):
            answer = await self._prove(username, answer.headers["Location"])
        if answer.status == 303:
            await self.get(answer.headers["Location"])
        return answer

    async def _prove(self, username: str, path: str) -> Answer:
        """Set up a phone, or give its code. A code works once, so who comes in often has to wait for the next."""
        page = await self.get(path)
        fields = {"next": page.field("next")}
        if "factor" in (shown := dict(re.findall(r'id="(factor)">([^<]+)<', page.text))):
            phones.remember(username, shown["factor"])
            fields["prepared"] = page.field("prepared")
        async for code in phones.codes(self.url, username):
            answer = await self.post("/second-factor", code=code, **fields)
            if answer.status != 422:
                return answer
        raise AssertionError("No code fits.")

    def cookies(self) -> dict[str, str]:
        """What this browser keeps."""
        return {cookie.key: cookie.value for cookie in self.client.cookie_jar}


def put_together(
    made: Cast,
    url: str,
    authority: Authority = AUTHORITY,
    drafts: Collection[str] = (),
    mail: Callable[[], Awaitable[str]] = nobody_is_called,
) -> web.Application:
    """The portal of this site."""
    return application(
        url=url,
        authority=authority,
        signing_in=made.signing_in,
        enrolling=made.enrolling,
        confirming=made.confirming,
        proving=made.proving,
        reading=made.reading,
        expiring=Expiring(made.store, made.portal_keys, authority.retention),
        attending=made.attending,
        helping=Helping(made.store, made.portal_keys),
        keying_in=KeyingIn(made.store, made.portal_keys),
        rehearsing=made.rehearsing,
        leaving=made.leaving,
        chat_url="http://127.0.0.1:1",
        now=made.clock,
        healthy=made.answers,
        mail=mail,
        drafts=drafts,
    )


@asynccontextmanager
async def served(
    made: Cast,
    authority: Authority = AUTHORITY,
    drafts: Collection[str] = (),
    mail: Callable[[], Awaitable[str]] = nobody_is_called,
) -> AsyncIterator[str]:
    """The portal on a port of this machine; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        running = runner(put_together(made, url, authority, drafts, mail))
        await running.setup()
        try:
            await web.SockSite(running, listening).start()
            yield url
        finally:
            await running.cleanup()
