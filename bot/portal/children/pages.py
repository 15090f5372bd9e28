"""The children an advocate helps: who said yes to them and when they sat there, a pass to sit down again, and what a
child lets them read. Where there is nothing to read, and where there is no such child, it is the same plain page."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer
from consultations.access import Act, may
from consultations.rendering import as_html
from consultations.rendering.layout import STAFF
from consultations.timescales import day_in_england


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get("/children", children, allow_head=False)
    router.add_post("/children", begin)
    router.add_get("/children/{review}", let_read, allow_head=False)


async def children(request: web.Request) -> web.Response:
    """The list, and the button that begins a sitting. There is no such page for anybody else."""
    desk, person = request.app[DESK], officer(request)
    if not may(person.role, Act.HELP_CHILDREN):
        raise web.HTTPNotFound
    return desk.draw(
        request,
        "children/children.html",
        locks=True,
        children=await desk.helping.children(person),
    )


async def let_read(request: web.Request) -> web.Response:
    """What this child lets them read. No copy can be made of it."""
    desk = request.app[DESK]
    found = await desk.helping.read(officer(request), request.match_info["review"], desk.now())
    if found is None:
        raise web.HTTPNotFound
    said = as_html.fragment(found.said, STAFF)
    days = dict.fromkeys(day_in_england(note.at) for note in found.said.sent)
    return desk.draw(request, "children/let_read.html", locks=True, child=found, said=said, days=list(days))


async def begin(request: web.Request) -> web.Response:
    """A pass, shown this once; loading the page again makes another."""
    desk = request.app[DESK]
    made = await desk.helping.begin(officer(request), desk.now())
    if made is None:
        raise web.HTTPNotFound
    return desk.draw(request, "children/pass.html", locks=True, made=made, chat=desk.chat_url)
