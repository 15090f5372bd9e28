"""My children's reviews: alerts above everything, then the next review first, and how far each child has come.

Never what they said.
"""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, own_list


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get("/reviews", reviews, allow_head=False)


async def reviews(request: web.Request) -> web.Response:
    """The list, or the part of it whose reference holds what is looked for."""
    desk, theirs = request.app[DESK], own_list(officer(request))
    if theirs != request.path:
        raise web.HTTPSeeOther(theirs)
    every = await desk.reading.reviews(officer(request), desk.now())
    alerts = await desk.attending.alerts(officer(request), desk.now())
    goes = await desk.expiring.warnings(officer(request).id, desk.now())
    find = request.query.get("find", "").strip()[:100]
    found = [each for each in every if find.casefold() in each.reference.casefold()]
    return desk.draw(
        request,
        "reviews/reviews.html",
        locks=True,
        find=find,
        every=every,
        goes=goes,
        alerts=[each for each in alerts if each.open],
        to_come=[each for each in found if each.held_on is None],
        held=[each for each in reversed(found) if each.held_on is not None],
        waiting=sum(each.waiting for each in every),
        additions=sum(each.additions_unopened for each in every),
        overdue=sum(each.overdue for each in every),
    )
