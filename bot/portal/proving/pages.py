"""The second factor: asked for once the words were right, or set up where there is none yet."""

from __future__ import annotations

import segno
from aiohttp import web
from markupsafe import Markup

from bot.pages import small_form
from bot.portal.desk import DESK, as_nobody, session_token
from bot.portal.entrance import FIRST_PAGE, SECOND_FACTOR, let_in, our_path
from consultations.proving import Offered
from consultations.signing_in import SignedIn


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get(SECOND_FACTOR, form, allow_head=False)
    router.add_post(SECOND_FACTOR, given)


async def form(request: web.Request) -> web.Response:
    """The form for a code; or what a phone is set up with, another each time."""
    person, next = await _halfway(request), our_path(request.query.get("next", ""))
    desk = request.app[DESK]
    if await desk.proving.has(person.person):
        return _code(request, next)
    return await _set_up(request, person, desk.proving.offer(person.person, session_token(desk, request)), next)


async def given(request: web.Request) -> web.Response:
    """The code: they are in, with a session of its own."""
    person = await _halfway(request)
    desk, fields = request.app[DESK], await small_form(request)
    next, code, prepared = our_path(fields.get("next", "")), fields.get("code", ""), fields.get("prepared", "")
    if not desk.made_here(request, fields):
        raise web.HTTPForbidden
    if await desk.proving.has(person.person):
        if not await desk.proving.prove(person.person, code, desk.now()):
            return _code(request, next, problem="wrong")
        return await let_in(desk, request, person, next or FIRST_PAGE, passed=True)
    page = session_token(desk, request)
    if await desk.proving.set_up(person.person, prepared, code, page, desk.now()):
        return await let_in(desk, request, person, next or FIRST_PAGE, passed=True)
    offered = desk.proving.offer_again(person.person, prepared, page)
    if offered is None:
        raise web.HTTPSeeOther(SECOND_FACTOR)
    return await _set_up(request, person, offered, next, problem="wrong")


async def _halfway(request: web.Request) -> SignedIn:
    """Who has given their words here. Everybody else is sent to where they begin."""
    desk = request.app[DESK]
    person = await desk.signing_in.halfway(session_token(desk, request), desk.now())
    if person is None:
        raise web.HTTPSeeOther("/sign-in")
    as_nobody(request)
    return person


def _code(request: web.Request, next: str, *, problem: str = "") -> web.Response:
    return request.app[DESK].draw(request, "proving/code.html", 422 if problem else 200, problem=problem, next=next)


async def _set_up(
    request: web.Request, person: SignedIn, offered: Offered, next: str, *, problem: str = ""
) -> web.Response:
    desk = request.app[DESK]
    square = segno.make(offered.address, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    return desk.draw(
        request,
        "proving/set_up.html",
        422 if problem else 200,
        problem=problem,
        next=next,
        offered=offered,
        square=Markup(square),  # noqa: S704 - a drawing of ours
        reset=await desk.proving.last_reset(person.person),
    )
