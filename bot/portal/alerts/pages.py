"""Alerts: the list, one alert, "I have it", what the child said, and closing it with what was done.

An alert that somebody may not see and one that never was are the same plain page.
"""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, WAITING, officer, posted
from consultations.access import Act, may
from consultations.attending import LONGEST_DONE, Alert, NotClosed, Opened, Shut
from consultations.reading import ChangedByHand


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/alerts", alerts, allow_head=False)
    router.add_get("/alerts/{id}", alert, allow_head=False)
    router.add_post("/alerts/{id}/hold", hold)
    router.add_post("/alerts/{id}/close", close)
    router.add_get("/alerts/{id}/said", said, allow_head=False)


async def alerts(request: web.Request) -> web.Response:
    """Every alert of theirs: those nobody has first. That mail fails may come of one an officer must not know of."""
    desk = request.app[DESK]
    every = await desk.attending.alerts(officer(request), desk.now())
    return desk.draw(
        request,
        "alerts/alerts.html",
        locks=True,
        here="all",
        mail=await desk.mail() if may(officer(request).role, Act.SEE_EVERY_ALERT) else "",
        open=[each for each in every if each.open],
        closed=[each for each in every if not each.open],
    )


async def alert(request: web.Request) -> web.Response:
    """One alert: what is known, who has it, and what to do now."""
    desk = request.app[DESK]
    found = await desk.attending.alert(officer(request), request.match_info["id"], desk.now())
    if found is None:
        raise web.HTTPNotFound
    return _alert(request, found)


async def hold(request: web.Request) -> web.Response:
    """They have it. Whoever was a moment later is told who has it, and that it is not them."""
    desk, instead_of = request.app[DESK], posted(request).get("instead_of", "")
    found = await desk.attending.hold(officer(request), request.match_info["id"], instead_of, desk.now())
    if found is None:
        raise web.HTTPNotFound
    if found.mine:
        raise web.HTTPSeeOther(f"/alerts/{found.kept.id}")
    return await _as_it_stands(request, found)


async def close(request: web.Request) -> web.Response:
    """What was done, and nobody needs to do anything more."""
    desk, id, done = request.app[DESK], request.match_info["id"], posted(request).get("done", "")
    try:
        closed = await desk.attending.close(officer(request), id, done, desk.now())
    except ChangedByHand:
        return await _not_closed(request, id, 500, "changed", done)
    match closed:
        case NotClosed.NOT_FOUND:
            raise web.HTTPNotFound
        case NotClosed.NOT_YOURS:
            return await _not_closed(request, id, 409, "late", done)
        case NotClosed():
            return await _not_closed(request, id, 422, closed.value, done)
        case Alert():
            raise web.HTTPSeeOther(f"/alerts/{closed.kept.id}")


async def said(request: web.Request) -> web.Response:
    """What the child said with it, noted as opened before it is shown."""
    desk = request.app[DESK]
    opened = await desk.attending.said(officer(request), request.match_info["id"], desk.now())
    match opened:
        case Shut.NOT_FOUND:
            raise web.HTTPNotFound
        case Shut():
            return desk.draw(request, "alerts/shut.html", 500 if opened is Shut.REFUSED else 200, why=opened.value)
        case Opened():
            return desk.draw(request, "alerts/said.html", locks=True, opened=opened, alert=opened.alert)


async def _as_it_stands(request: web.Request, found: Alert, status: int = 409, problem: str = "late") -> web.Response:
    """The page after something was not done, with the bar as it now is."""
    desk = request.app[DESK]
    request[WAITING] = await desk.attending.alerts(officer(request), desk.now(), waiting=True)
    return _alert(request, found, status, problem)


async def _not_closed(request: web.Request, id: str, status: int, problem: str, done: str) -> web.Response:
    """The page again, with what was typed: it was not kept anywhere."""
    desk = request.app[DESK]
    found = await desk.attending.alert(officer(request), id, desk.now())
    if found is None:
        raise web.HTTPNotFound
    return _alert(request, found, status, problem, done)


def _alert(request: web.Request, found: Alert, status: int = 200, problem: str = "", done: str = "") -> web.Response:
    return request.app[DESK].draw(
        request,
        "alerts/alert.html",
        status,
        locks=True,
        here=found.kept.id,
        alert=found,
        problem=problem,
        done=done,
        longest=LONGEST_DONE,
    )
