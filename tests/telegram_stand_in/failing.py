"""How a Bot API server fails when it is told to: with an error, with nonsense, by silence, or by standing still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.telegram_stand_in.chats import Refuses

WEBHOOK = "webhook"


@dataclass(frozen=True)
class Fails:
    """The next call of this method goes wrong so. `done`: it is carried out all the same, and nobody hears of it."""

    status: int = 0  # 0: no answer at all
    retry_after: int = 0
    body: str = ""  # nonsense instead of JSON
    hang: float = 0.0
    done: bool = False


@dataclass
class Hold:
    """The next call that fits stands still until it is let go: `done` and not yet answered; or else it is never done.

    WEBHOOK is a call of the server's own: what it was answered with is lost.
    """

    method: str
    fits: Callable[[dict[str, Any]], bool] = lambda given: True
    done: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def stands(self, method: str, given: dict[str, Any], *, done: bool) -> bool:
        """Whether it stood still here."""
        if self.reached.is_set() or (method, done) != (self.method, self.done) or not self.fits(given):
            return False
        self.reached.set()
        await self.let_go.wait()
        return True


def no(refused: Refuses) -> web.Response:
    """What the server answers when it says no."""
    said: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.retry_after:
        said["parameters"] = {"retry_after": refused.retry_after}
    return web.json_response(said, status=refused.status)


async def failed(request: web.Request, fault: Fails) -> web.Response:
    """What comes of a call that goes wrong; of some, nothing at all."""
    await asyncio.sleep(fault.hang)
    if fault.body:
        return web.Response(text=fault.body, status=fault.status or 200)
    if fault.status == 0:
        if request.transport is not None:  # whoever called may be gone already
            request.transport.abort()
        return web.Response()
    return no(Refuses(fault.status, "Something went wrong", fault.retry_after))
