"""Where somebody is signed in: each place ended alone, or all but this one; and what was done to their sign-in."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, posted, session_token


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get("/sessions", sessions, allow_head=False)
    router.add_post("/sessions/end", end)
    router.add_post("/sessions/end-others", end_others)


async def sessions(request: web.Request) -> web.Response:
    """The list."""
    desk, person = request.app[DESK], officer(request)
    return desk.draw(
        request,
        "signing_in/sessions.html",
        sessions=await desk.signing_in.sessions_of(person, session_token(desk, request), desk.now()),
        reset=await desk.proving.last_reset(person.person),
    )


async def end(request: web.Request) -> web.Response:
    """One of them. Whoever ends the one they look from is asked to sign in."""
    desk = request.app[DESK]
    await desk.signing_in.end_one(officer(request), posted(request).get("session", ""), desk.now())
    raise web.HTTPSeeOther("/sessions")


async def end_others(request: web.Request) -> web.Response:
    """Every one but this."""
    desk = request.app[DESK]
    await desk.signing_in.end_others(officer(request), session_token(desk, request), desk.now())
    raise web.HTTPSeeOther("/sessions")
