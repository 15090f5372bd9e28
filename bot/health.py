"""Whether a side can answer, for whoever watches over the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web


def tell_health(app: web.Application, healthy: Callable[[], Awaitable[bool]]) -> None:
    """GET /health: 200 while this side can answer, 503 while it cannot."""

    async def health(_: web.Request) -> web.Response:
        well = await healthy()
        return web.json_response({"status": "ok" if well else "unwell"}, status=200 if well else 503)

    app.router.add_get("/health", health)
