"""The portal, put together: pages, entrance, headers, files. `bot.app` starts what `application` returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from aiohttp import web

from bot.health import nobody_is_called, tell_health
from bot.pages import Site, guarded, owe_headers
from bot.portal.alerts import pages as alerts
from bot.portal.children import pages as children
from bot.portal.desk import DESK, HERE, Desk, templates_of
from bot.portal.enrolling import pages as enrolling
from bot.portal.entrance import FIRST_PAGE, entrance
from bot.portal.keying_in import pages as keying
from bot.portal.leaving import pages as handing
from bot.portal.proving import pages as second_factor
from bot.portal.reviews import pages as reviews
from bot.portal.signing_in import pages as signing_in
from bot.portal.signing_in import sessions
from bot.portal.staff import pages as staff
from bot.portal.summary import pages as summary
from bot.static_files import Files
from consultations.attending import Attending
from consultations.circumstances import Authority
from consultations.confirming import Confirming
from consultations.enrolling import Enrolling
from consultations.expiring import Expiring
from consultations.helping import Helping
from consultations.keying_in import KeyingIn
from consultations.leaving import Leaving
from consultations.proving import Proving
from consultations.reading import Reading
from consultations.rehearsing import Rehearsing
from consultations.rendering import as_html
from consultations.signing_in import SigningIn


def application(
    *,
    url: str,
    authority: Authority,
    signing_in: SigningIn,
    enrolling: Enrolling,
    confirming: Confirming,
    proving: Proving,
    reading: Reading,
    expiring: Expiring,
    attending: Attending,
    helping: Helping,
    keying_in: KeyingIn,
    rehearsing: Rehearsing,
    leaving: Leaving,
    chat_url: str,
    now: Callable[[], datetime],
    healthy: Callable[[], Awaitable[bool]],
    mail: Callable[[], Awaitable[str]] = nobody_is_called,
    drafts: Collection[str] = (),
) -> web.Application:
    """The staff side, ready to be served at `url`. `now` tells the time, in UTC.

    `drafts`: the languages children are offered in a translation that nobody has checked.
    """
    site = Site(url)
    app = web.Application(middlewares=[guarded(site, failed), entrance()])
    owe_headers(app, site)
    files = Files.load(HERE / "static", prefix="/static/", also=[as_html.STYLE])
    files.serve(app)
    drawn = templates_of(drafts=drafts)
    verbs = (signing_in, enrolling, confirming, proving, reading, expiring, attending, helping, keying_in, rehearsing)
    app[DESK] = Desk(site, authority, *verbs, leaving, chat_url, now, files, drawn, mail)
    tell_health(app, healthy, mail)
    _add_routes(app)
    return app


def _add_routes(app: web.Application) -> None:
    app.router.add_get("/", at_the_door, allow_head=False)
    shown = (signing_in, sessions, second_factor, enrolling, staff, alerts, reviews, summary, children, keying, handing)
    for family in shown:
        family.add_routes(app.router)


async def failed(request: web.Request, status: int) -> web.StreamResponse:
    """The page for whatever went wrong: what happened in general, never in particular."""
    return request.app[DESK].draw(request, "looks/problem.html", status, what=status)


async def at_the_door(request: web.Request) -> web.Response:
    """The bare address leads to the list."""
    raise web.HTTPSeeOther(FIRST_PAGE)
