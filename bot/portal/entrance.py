"""Who gets past: everything but a few open pages needs a session, and every form one that was made in it.

Whoever has none is shown the sign-in form in place of the page, which remembers where they were going: a path of this
site, never an address. A browser that only guesses where its reader goes next is turned away, because opening a
summary is noted as opened by a person. Whoever is let in is told, on whatever page, of a child nobody has answered.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.pages import small_form, token_holds
from bot.portal.desk import DESK, POSTED, SESSION, SIGNED_IN, UNREHEARSED, WAITING, Desk, session_token
from consultations.signing_in import SignedIn

SECOND_FACTOR = "/second-factor"
OPEN = frozenset(
    {
        "/health",
        "/health/mail",
        "/static/{name}",
        "/sign-in",
        "/recover",
        "/recover/confirm",
        "/enrol",
        "/enrol/confirm",
        SECOND_FACTOR,
    }
)
OUR_PATHS = re.compile(
    r"/(?:reviews|alerts|key-in|staff)(?:/[A-Za-z0-9._%-]{1,200})?|/phrase|/sessions|/children|/hand-over"
)
FIRST_PAGE = "/reviews"


def entrance() -> Middleware:
    """The middleware that asks everybody who they are."""

    @web.middleware
    async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
            return web.Response(status=503)
        desk = request.app[DESK]
        token = session_token(desk, request)
        signed_in = await desk.signing_in.who(token, desk.now()) if token else None
        if signed_in is not None:
            request[SIGNED_IN] = signed_in
        resource = request.match_info.route.resource
        if resource is not None and resource.canonical in OPEN:
            return await handler(request)
        if signed_in is None and request.path == "/" and not token:
            raise web.HTTPSeeOther("/sign-in")
        if signed_in is None and token and await desk.signing_in.halfway(token, desk.now()) is not None:
            raise web.HTTPSeeOther(second_factor(where_they_were(request)))
        if signed_in is None:
            return sign_in_instead(desk, request, ended=bool(token), typed=await _typed(request, token))
        request[UNREHEARSED] = not desk.authority.demo and await desk.rehearsing.overdue(desk.now())
        request[WAITING] = await desk.attending.alerts(signed_in, desk.now(), waiting=True)
        if request.method == "POST":
            form = await small_form(request)
            if not desk.made_here(request, form):
                raise web.HTTPForbidden
            request[POSTED] = form
        return await handler(request)

    return enter


async def let_in(
    desk: Desk, request: web.Request, signed_in: SignedIn, to: str, *, passed: bool = False
) -> web.Response:
    """A session of theirs, under a new cookie; the one this browser had before is locked.

    Where a second factor is wanted and was not `passed`, it comes first.
    """
    before = session_token(desk, request)
    if before:
        await desk.signing_in.end(before, desk.now())
    passed = passed or not desk.proving.wanted
    response = web.Response(status=303, headers={"Location": to if passed else second_factor(to)})
    desk.site.set_cookie(response, SESSION, await desk.signing_in.begin(signed_in, desk.now(), passed=passed))
    return response


def second_factor(to: str) -> str:
    """Where the second factor is asked for, on the way to a page of ours."""
    return f"{SECOND_FACTOR}?{urlencode({'next': to})}" if to else SECOND_FACTOR


def sign_in_instead(desk: Desk, request: web.Request, *, ended: bool, typed: str = "") -> web.Response:
    """The sign-in form in place of the page that was asked for; `ended` when there was a session, and `typed` what was
    written in it and came too late."""
    response = desk.draw(
        request,
        "signing_in/sign_in.html",
        403,
        ended=ended,
        typed=typed,
        next=where_they_were(request),
        problem="",
        username="",
        shown=request.query.get("show") == "words",
    )
    if ended:
        desk.site.drop_cookie(response, SESSION)
    return response


async def _typed(request: web.Request, token: str) -> str:
    """What was done about an alert, written in a session that ended meanwhile: for whoever sent it, and nobody else."""
    if request.method != "POST" or not token or not request.path.endswith("/close"):
        return ""
    form = await small_form(request)
    return form.get("done", "") if token_holds(token, form.get("csrf", "")) else ""


def where_they_were(request: web.Request) -> str:
    """The page to come back to. What was being posted is not repeated by itself: the page it was posted from is."""
    return our_path(re.sub("/(?:confirm|copies|why|hold|close|said|end|end-others)$", "", request.rel_url.raw_path))


def our_path(text: str) -> str:
    """The text, if it is the path of a page of ours that somebody may be sent to; else nothing."""
    return text if OUR_PATHS.fullmatch(text) else ""
