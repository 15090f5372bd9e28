"""The web chat: what a browser posts becomes an event, and the messages that come back become a page.

    GET  /          one field for a code; script fills it from the link's fragment. Looking at it uses nothing up
    POST /start     a code or a link's token: in, or a sentence why not
    GET  /chat      where the child is
    POST /say       one event; answers with the whole page, in one round trip, to plain forms and to script alike
    GET  /sit        where an advocate comes in; script fills in their pass from the fragment
    POST /sit        a pass and a child's code: beside the child, or a sentence why not
    POST /leave     what was half typed is kept, the visit ends, here and on the server, and the browser goes
                    somewhere dull
    GET  /health    for whoever watches over the service

There is one rendering: script asks for the same page as a form does, and takes the new messages out of it.
Nothing in here knows what a consultation is; `hear` does.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot import pages
from bot.chat.web import visits
from bot.chat.web.drawing import Drawing, Resend
from bot.chat.web.reading import wished
from bot.chat.web.visits import Mark, May, Visit
from bot.health import nobody_is_called, tell_health
from bot.logs import places
from consultations.admitting import Admitted, NotAdmitted, SentOn
from consultations.conversation.events import TELL, Event, LastWord, Left, Looked, Said, Tapped
from consultations.listening import Heard, Last
from consultations.messages import Message

log = structlog.get_logger(__name__)

MOST_WORDS = 64 * pages.KIB
LARGEST_FORM = 4 * MOST_WORDS
"""A letter of Arabic or Amharic is two or three bytes, and each byte three signs in a form."""

SMALL_FORM = 4 * pages.KIB
SORRY = {403: "web_elsewhere", 404: "web_nothing_here", 405: "web_nothing_here", 413: "too_long", 415: "web_not_clear"}

FORM: web.RequestKey[dict[str, str]] = web.RequestKey("form", dict[str, str])
"""Where a request keeps its form, once read, so that a page that says sorry can hold it."""

NOTHING = LastWord("", "")
OF_ALERTS = ("told_last", "alarm_noted", "tell_lost")
"""What became of *Tell someone*, said wherever it was pressed."""

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PLACE = re.compile(r"[!-9;-~]{1,40}")
_BUTTON = re.compile(r"([!-9;-~]{1,40}):([!-9;-~]{1,40}):([!-9;-~]{1,40})")
"""`consultation:place:choice`, of signs that are no colon. Whether they mean anything is not for a door to say."""


Proxies = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


class Hears(Protocol):
    """consultations.listening, as far as a door knows it."""

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        """One event in, what to show out."""

    async def hear_last(self, address: str, event_id: str, said: LastWord, now: datetime) -> Last:
        """One last answer to a question, from a visit that may no longer read; what became of it."""

    async def is_of_staff(self, address: str) -> bool:
        """Whether the visit at this address, over or not, is no child's."""


class Admits(Protocol):
    """consultations.admitting, as far as a door knows it."""

    async def admit(self, typed: str, address: str, caller: str, now: datetime) -> Admitted | NotAdmitted | SentOn:
        """Let whoever typed this in, at this address; or say why not."""


class SitsDown(Protocol):
    """consultations.sitting_down, as far as a door knows it."""

    async def sit_down(
        self, typed_pass: str, typed_code: str, address: str, caller: str, now: datetime
    ) -> Admitted | NotAdmitted:
        """Let an advocate in beside a child, at this address; or say why not."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything the door is given; nothing in it is made here."""

    site: pages.Site
    listening: Hears
    admitting: Admits
    sitting_down: SitsDown
    drawing: Drawing
    mark: Mark
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    leave_url: str
    healthy: Callable[[], Awaitable[bool]]
    mail: Callable[[], Awaitable[str]] = nobody_is_called
    proxies: Proxies = ()


def application(around: Surroundings, calls: Mapping[str, Handler] | None = None) -> web.Application:
    """The web chat, ready to be started by `pages.runner`. `calls`: what other machines post to at this address."""
    door = Door(around)
    calls = calls or {}
    app = web.Application(middlewares=[pages.guarded(around.site, door.failed, calls.keys())])
    for path, call in calls.items():
        app.router.add_post(path, call)
    pages.owe_headers(app, around.site)
    app.router.add_get("/", door.open)
    app.router.add_post("/start", door.start)
    app.router.add_get("/chat", door.look)
    app.router.add_post("/say", door.say)
    app.router.add_get("/sit", door.sit_form)
    app.router.add_post("/sit", door.sit)
    app.router.add_post("/leave", door.leave)
    tell_health(app, around.healthy, around.mail)
    around.drawing.files.serve(app)
    return app


class Door:
    """What a browser can ask for."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._site, self._draw = around.site, around.drawing

    async def open(self, request: web.Request) -> web.Response:
        """The first page. It reads nothing and changes nothing, so that a preview of a link uses nothing up.

        Whoever came here by a phone's Back finds the way to where they were, for as long as their visit may read.
        """
        _, may = self._visit(request)
        return pages.page(self._draw.code(self._new_id(), _wished(request), back=may is May.READ))

    async def start(self, request: web.Request) -> web.Response:
        """A code or a link's token: the chat, or the first page with a sentence.

        The same form sent twice (a double tap, a reload) makes one visit, because the visit is made of the form.
        """
        fields = await _form(request, SMALL_FORM)
        typed = fields.get("link") or fields.get("code", "")
        form = self._form_id(fields)
        visit = visits.begin(self._around.mark(f"visit:{form}:{typed}".encode()), self._around.now())
        caller = pages.network_of(request, self._around.proxies)
        match await self._around.admitting.admit(typed, visit.address, caller, self._around.now()):
            case Admitted(arrived):
                await self._end_earlier_visit(request, visit)
                heard = await self._around.listening.hear(visit.address, form, arrived, self._around.now())
                return await self._show(request, visit, heard)
            case not_in:  # a visit is never sent on: this is where others are sent on to
                slip = not_in.phrase if isinstance(not_in, NotAdmitted) else "code_unknown"
                again = "" if fields.get("link") else typed[:64]
                return pages.page(self._draw.code(self._new_id(), _wished(request), slip=slip, code=again))

    async def sit_form(self, request: web.Request) -> web.Response:
        """Where an advocate comes in. Looking at it uses nothing up."""
        return pages.page(self._draw.sit(self._new_id(), _wished(request)))

    async def sit(self, request: web.Request) -> web.Response:
        """A pass and a child's code: the advocate's own screen beside the child, or the page again with a sentence."""
        fields = await _form(request, SMALL_FORM)
        own, code = fields.get("pass", ""), fields.get("code", "")
        form, now = self._form_id(fields), self._around.now()
        visit = visits.begin(self._around.mark(f"sitting:{form}:{own}:{code}".encode()), now)
        caller = pages.network_of(request, self._around.proxies)
        match await self._around.sitting_down.sit_down(own, code, visit.address, caller, now):
            case Admitted(arrived):
                await self._end_earlier_visit(request, visit)
                heard = await self._around.listening.hear(visit.address, form, arrived, now)
                return await self._show(request, visit, heard)
            case NotAdmitted(phrase):
                again = self._draw.sit(self._new_id(), _wished(request), slip=phrase, own=own[:64], code=code[:64])
                return pages.page(again)

    async def look(self, request: web.Request) -> web.Response:
        """Where the child is; or the first page, when the visit may no longer read."""
        visit, may = self._visit(request)
        if visit is None or may is not May.READ:
            drop = may is May.NOTHING
            return await self._ended(request, visit, drop=drop) if visit else self._closed(request, drop=drop)
        return await self._show(request, visit, await self._hear(visit, self._new_id(), Looked()))

    async def say(self, request: web.Request) -> web.Response:
        """One event from the form: words, a button, or both."""
        fields = await _form(request, LARGEST_FORM)
        words = fields.get("words", "")
        if len(words.encode("utf-8", "replace")) > MOST_WORDS:
            raise pages.TooLong(fields)
        visit, may = self._visit(request)
        if visit is None or not pages.token_holds(visit.token, fields.get("token", "")):
            # Another visit began in this browser, perhaps another child's: these words are not theirs to keep.
            told = _told_last(Last.LOST, _last_word(fields))
            return self._closed(request, drop=False, told=told, words=words)
        id = _event_id(self._form_id(fields), fields)
        if may is May.READ:
            heard = await self._hear(visit, id, _event(fields))
            if not heard.ended:
                return await self._show(request, visit, heard)
            if heard.messages:  # a screen of staff's own was finished with
                return self._parted(heard.messages[-1])
        said, last = _last_word(fields), Last.LOST
        if may is not May.NOTHING:
            last = await self._around.listening.hear_last(visit.address, id, said, self._around.now())
        return await self._ended(request, visit, last, said)

    async def leave(self, request: web.Request) -> web.Response:
        """Away, whatever happens: nothing is asked, and nothing that fails here keeps the child on the page.

        Words that stand half typed are kept first, and nothing is said of it.
        """
        visit, may = self._visit(request)
        if visit is not None:
            try:
                try:
                    await self._keep_typed(request, visit, may)
                finally:
                    await self._hear(visit, self._new_id(), Left())
            except Exception as fault:  # noqa: BLE001 - the browser forgets the visit all the same
                log.error("leaving_not_noted", fault=type(fault).__name__, at=places(fault))
        response = pages.page(self._draw.leaving(_wished(request)))
        # Not a redirect: `form-action 'self'` would stop one that leads away from here.
        response.headers["Refresh"] = f"0; url={self._around.leave_url}"
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        self._site.drop_cookie(response, visits.COOKIE)
        return response

    async def failed(self, request: web.Request, status: int) -> web.Response:
        """A kind page for whatever went wrong; what was in the form stands in it, to be sent once more."""
        fields = request.get(FORM)
        again = None
        if fields and (status == 413 or status >= 500):
            kept = dict(fields)
            words = kept.pop("words", None)
            again = Resend(request.path, kept, words)
        return pages.page(self._draw.sorry(SORRY.get(status, "went_wrong"), again, _wished(request)), status)

    async def _keep_typed(self, request: web.Request, visit: Visit, may: May) -> None:
        """The words in the form, as a last word: to the question it names, so that a PIN is none."""
        try:
            fields = await _form(request, LARGEST_FORM)
        except pages.BadForm:
            return  # a browser that sends no form with it, or more than any answer holds
        if may is not May.NOTHING and pages.token_holds(visit.token, fields.get("token", "")):
            id, said = _event_id(self._form_id(fields), fields), _last_word(fields)
            if said.words or said.choice:
                await self._around.listening.hear_last(visit.address, id, said, self._around.now())

    async def _hear(self, visit: Visit, event_id: str, event: Event) -> Heard:
        return await self._around.listening.hear(visit.address, event_id, event, self._around.now())

    async def _end_earlier_visit(self, request: web.Request, visit: Visit) -> None:
        """Whoever began in this browser before is not here any more."""
        earlier, _ = self._visit(request)
        if earlier is not None and earlier.token != visit.token:
            await self._hear(earlier, self._new_id(), Left())

    def _visit(self, request: web.Request) -> tuple[Visit | None, May]:
        visit = visits.from_cookie(self._site.cookie(request, visits.COOKIE), self._around.mark)
        return visit, visit.may(self._around.now()) if visit else May.NOTHING

    async def _show(self, request: web.Request, visit: Visit, heard: Heard) -> web.Response:
        if heard.ended or not heard.messages:
            return await self._ended(request, visit)
        token = pages.form_token(visit.token, self._around.random(16))
        idle = int(visits.IDLE.total_seconds())
        html = self._draw.chat(heard.messages, token=token, event=self._new_id(), idle=idle)
        response = pages.page(html)
        seen = visit.seen_at(self._around.now())
        self._site.set_cookie(response, visits.COOKIE, visits.to_cookie(seen, self._around.mark))
        return response

    def _parted(self, told: Message) -> web.Response:
        response = pages.page(self._draw.parted(told))
        self._site.drop_cookie(response, visits.COOKIE)
        return response

    async def _ended(
        self, request: web.Request, visit: Visit, last: Last = Last.LOST, said: LastWord = NOTHING, *, drop: bool = True
    ) -> web.Response:
        """A visit is over: what became of the last word, and how to come in again."""
        told, words = _told_last(last, said), "" if last is Last.KEPT else said.words
        if not await self._around.listening.is_of_staff(visit.address):
            return self._closed(request, drop=drop, told=told, words=words)
        told = (*(each for each in told if each in OF_ALERTS), "sit_over", *(("words_not_kept",) if words else ()))
        response = pages.page(self._draw.over(told, _wished(request), words=words))
        if drop:
            self._site.drop_cookie(response, visits.COOKIE)
        return response

    def _closed(self, request: web.Request, *, drop: bool, told: tuple[str, ...] = (), words: str = "") -> web.Response:
        response = pages.page(self._draw.code(self._new_id(), _wished(request), told=told, words=words))
        if drop:
            self._site.drop_cookie(response, visits.COOKIE)
        return response

    def _form_id(self, fields: dict[str, str]) -> str:
        """The random id the page was made with; a new one where it is missing or no id of ours."""
        id = fields.get("event", "")
        return id if _ID.fullmatch(id) else self._new_id()

    def _new_id(self) -> str:
        return _letters(self._around.random(16))


async def _form(request: web.Request, limit: int) -> dict[str, str]:
    """The form of this request, kept with it too; of one that is too long, as much as could be read."""
    try:
        request[FORM] = await pages.small_form(request, limit)
    except pages.TooLong as problem:
        request[FORM] = problem.read or {}
        raise
    return request[FORM]


def _wished(request: web.Request) -> list[str]:
    """The languages whoever asks would read in."""
    return wished(request.get(FORM) or {}, request.headers.get("Accept-Language", ""))


def _event(fields: dict[str, str]) -> Event:
    """What the form says happened. A button that is none of ours leaves the words."""
    said = _said(fields)
    tapped = _BUTTON.fullmatch(fields.get("choice") or fields.get("button", ""))
    return Tapped(tapped[1], tapped[2], tapped[3], said.words, said.question or "") if tapped else said


def _said(fields: dict[str, str]) -> Said:
    """The words of the form, for the place it names."""
    place = fields.get("place", "")
    return Said(fields.get("words", ""), place if _PLACE.fullmatch(place) else None)


def _last_word(fields: dict[str, str]) -> LastWord:
    """The one answer of a form: its words, and the choice where it is of the same question."""
    said, event = _said(fields), _event(fields)
    if not isinstance(event, Tapped):
        return LastWord(said.words, said.question or "")
    question = said.question or event.place
    tell = (event.place, event.choice) == TELL
    return LastWord(said.words, question, event.choice if event.place == question else "", tell=tell)


def _event_id(form: str, fields: dict[str, str]) -> str:
    """One id for one form sent in one way: sent again it is the same event, changed it is another."""
    said = "\0".join(fields.get(name, "") for name in ("place", "choice", "button", "words"))
    return _letters(hmac.digest(form.encode(), said.encode("utf-8", "replace"), "sha256")[:12])


def _told_last(last: Last, said: LastWord) -> tuple[str, ...]:
    match last:
        case Last.TOLD:
            return ("told_last",)
        case Last.NOTED:
            return ("alarm_noted",)
        case Last.KEPT:
            return ("kept_one_more",)
    lost = ("tell_lost",) if said.tell or said.kept_from else ()
    return (*lost, *(("web_not_kept",) if said.words else ())) or ("session_ended",)


def _letters(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode().rstrip("=")
