"""Keying in a form or a talk: for one review, which is looked up with whoever asks; and a coordinator's list."""

from __future__ import annotations

from aiohttp import web

from bot.portal.desk import DESK, officer, own_list, posted
from consultations.access import Act, may


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/key-in", references, allow_head=False)
    router.add_get("/key-in/{review}", one, allow_head=False)
    router.add_post("/key-in/{review}", begin)


async def references(request: web.Request) -> web.Response:
    """A coordinator's own page. There is no such page for anybody else."""
    desk, person = request.app[DESK], officer(request)
    if not may(person.role, Act.KEY_IN_FOR_ANYBODY):
        raise web.HTTPNotFound
    find = request.query.get("find", "").strip()[:100]
    every = await desk.keying_in.references(person)
    found = [each for each in every if find.casefold() in each.at.casefold()]
    return desk.draw(request, "keying_in/references.html", locks=True, every=every, found=found, find=find)


async def one(request: web.Request) -> web.Response:
    """From what: a form or a talk? Or, plainly, that the child has to be invited first."""
    desk, at = request.app[DESK], request.match_info["review"]
    found = await desk.keying_in.one(officer(request), at)
    if found is None:
        raise web.HTTPNotFound
    return desk.draw(request, "keying_in/key_in.html", locks=True, found=found, back=own_list(officer(request)))


async def begin(request: web.Request) -> web.Response:
    """A pass, shown this once; loading the page again makes another."""
    desk, person, at = request.app[DESK], officer(request), request.match_info["review"]
    made = await desk.keying_in.begin(person, at, posted(request).get("how", ""), desk.now())
    if made is None:
        raise web.HTTPNotFound
    back = own_list(person)
    return desk.draw(request, "keying_in/pass.html", locks=True, made=made, chat=desk.chat_url, back=back)
