"""Whether a side can answer, and whether the duty list can be called, for whoever watches over the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web


async def nobody_is_called() -> str:
    """How calling the duty list goes where there is none, as in the demo."""
    return "none"


def tell_health(
    app: web.Application,
    healthy: Callable[[], Awaitable[bool]],
    mail: Callable[[], Awaitable[str]] = nobody_is_called,
) -> None:
    """GET /health: 200 while this side can answer, 503 while it cannot.

    GET /health/mail: 503 while a call to the duty list would not go out, else 200. The first says it too, as
    {"status": "ok", "mail": "failing"}, and stays at 200: a child can still be answered.
    """

    async def health(_: web.Request) -> web.Response:
        well = await healthy()
        found = {"status": "ok" if well else "unwell", "mail": await mail()}
        return web.json_response(found, status=200 if well else 503)

    async def mail_health(_: web.Request) -> web.Response:
        goes = await mail()
        return web.json_response({"mail": goes}, status=503 if goes == "failing" else 200)

    app.router.add_get("/health", health)
    app.router.add_get("/health/mail", mail_health)
