"""Handing over one's reviews: one by its button, or all of them, and how far it has come."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, posted
from consultations.leaving import HandedOver
from consultations.staffing import NotDone


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get("/hand-over", what, allow_head=False)
    router.add_post("/hand-over", hand_over)


async def what(request: web.Request) -> web.Response:
    """What could be handed over. There is no such page for who chairs no reviews."""
    return await _page(request)


async def hand_over(request: web.Request) -> web.Response:
    """One review, all of them, or what is left over; then the page again, which says what was done."""
    desk, form = request.app[DESK], posted(request)
    if form.get("left-over"):
        passed = await desk.leaving.pass_on_left_over(officer(request), desk.now())
        return await _page(request, passed=passed)
    found = await desk.leaving.what(officer(request))
    if found is None:
        raise web.HTTPNotFound
    one = form.get("one", "")
    references = {one} if one else {each.reference for each in found.reviews}
    try:
        done = await desk.leaving.hand_over(officer(request), references, form.get("to", ""), desk.now())
    except NotDone:
        return await _page(request, 422, nobody=True)
    return await _page(request, done=done, to=form.get("to", ""), all=not one)


async def _page(
    request: web.Request,
    status: int = 200,
    *,
    done: HandedOver | None = None,
    passed: int | None = None,
    to: str = "",
    all: bool = False,
    nobody: bool = False,
) -> web.Response:
    desk = request.app[DESK]
    found = await desk.leaving.what(officer(request))
    if found is None:
        raise web.HTTPNotFound
    return desk.draw(
        request,
        "leaving/hand_over.html",
        status,
        locks=True,
        found=found,
        done=done,
        passed=passed,
        to=to,
        going_on=all,
        nobody=nobody,
    )
