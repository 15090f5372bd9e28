"""Alerts: the list, one alert, "I have it", what the child said, and closing it with what was done.

An alert that somebody may not see and one that never was are the same plain page.
"""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, posted
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
    if not may(officer(request).role, Act.ANSWER_ALERTS):
        raise web.HTTPNotFound
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
    late = "late" in request.query and not found.mine
    return await _alert(request, found, problem="late" if late else "")


async def hold(request: web.Request) -> web.Response:
    """They have it. Whoever was a moment later is told who has it, and that it is not them."""
    desk, instead_of = request.app[DESK], posted(request).get("instead_of", "")
    found = await desk.attending.hold(officer(request), request.match_info["id"], instead_of, desk.now())
    if found is None:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther(f"/alerts/{found.kept.id}" + ("" if found.mine else "?late"))


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


async def _not_closed(request: web.Request, id: str, status: int, problem: str, done: str) -> web.Response:
    """The page again, with what was typed: it was not kept anywhere."""
    desk = request.app[DESK]
    found = await desk.attending.alert(officer(request), id, desk.now())
    if found is None:
        raise web.HTTPNotFound
    return await _alert(request, found, status, problem, done)


async def _alert(
    request: web.Request, found: Alert, status: int = 200, problem: str = "", done: str = ""
) -> web.Response:
    desk = request.app[DESK]
    return desk.draw(
        request,
        "alerts/alert.html",
        status,
        locks=True,
        here=found.kept.id,
        alert=found,
        others=await desk.attending.others(officer(request), found, desk.now()),
        problem=problem,
        done=done,
        longest=LONGEST_DONE,
    )
