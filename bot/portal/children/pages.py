"""The children an advocate helps: who said yes to them and when they sat there, and a pass to sit down again."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer
from consultations.access import Role


def add_routes(router: web.UrlDispatcher) -> None:
    """Where this page is."""
    router.add_get("/children", children, allow_head=False)
    router.add_post("/children", begin)


async def children(request: web.Request) -> web.Response:
    """The list, and the button that begins a sitting. There is no such page for anybody else."""
    desk, person = request.app[DESK], officer(request)
    if person.role is not Role.ADVOCATE:
        raise web.HTTPNotFound
    return desk.draw(
        request,
        "children/children.html",
        locks=True,
        children=await desk.helping.children(person),
    )


async def begin(request: web.Request) -> web.Response:
    """A pass, shown this once; loading the page again makes another."""
    desk = request.app[DESK]
    made = await desk.helping.begin(officer(request), desk.now())
    if made is None:
        raise web.HTTPNotFound
    return desk.draw(request, "children/pass.html", locks=True, made=made, chat=desk.chat_url)
