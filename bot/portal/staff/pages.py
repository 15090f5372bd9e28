"""Staff, for managers: who may sign in and how far they have come; and one of them, to be confirmed."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, posted
from consultations.confirming import NotConfirmed


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/staff", everyone, allow_head=False)
    router.add_get("/staff/{username}", one, allow_head=False)
    router.add_post("/staff/{username}/confirm", confirm)
    router.add_post("/staff/{username}/reset", reset)


async def everyone(request: web.Request) -> web.Response:
    """The list. There is no such page for anybody but a manager."""
    desk = request.app[DESK]
    found = await desk.confirming.everyone(officer(request))
    if found is None:
        raise web.HTTPNotFound
    return desk.draw(request, "staff/everyone.html", staff=found)


async def one(request: web.Request) -> web.Response:
    """One of them."""
    return await _one(request)


async def confirm(request: web.Request) -> web.Response:
    """The number they read out."""
    desk, username = request.app[DESK], request.match_info["username"]
    typed = posted(request).get("number", "")
    match await desk.confirming.confirm(officer(request), username, typed, desk.now()):
        case NotConfirmed.NOT_FOUND:
            raise web.HTTPNotFound
        case NotConfirmed.NOT_WAITING:
            return await _one(request, 409)
        case NotConfirmed.ANOTHER_NUMBER:
            return await _one(request, 422, problem="another number")
    raise web.HTTPSeeOther("/staff")


async def reset(request: web.Request) -> web.Response:
    """Their phone is lost: what it shared with us is taken away."""
    desk, username = request.app[DESK], request.match_info["username"]
    if not await desk.proving.reset(officer(request), username, desk.now()):
        raise web.HTTPNotFound
    raise web.HTTPSeeOther(f"/staff/{username}")


async def _one(request: web.Request, status: int = 200, *, problem: str = "") -> web.Response:
    desk = request.app[DESK]
    found = await desk.confirming.one(officer(request), request.match_info["username"])
    if found is None:
        raise web.HTTPNotFound
    return desk.draw(request, "staff/member.html", status, member=found, problem=problem)
