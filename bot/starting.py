"""What is started, and stopped again when its block ends: a side that takes requests, Telegram, a clock.

And what says that the time has come: a signal.
"""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot import pages
from bot.clock import Clock
from bot.settings import Listen, SettingsProblem

if TYPE_CHECKING:
    from bot.chat.on_telegram.running import Telegram

log = structlog.get_logger(__name__)


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """What is set at the first SIGINT or SIGTERM. A second one ends the process as it always does."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def first() -> None:
        told.set()
        again()

    def again() -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, first)
    try:
        yield told
    finally:
        again()


@asynccontextmanager
async def reachable(side: str, app: web.Application, listen: Listen, url: str) -> AsyncIterator[None]:
    """One side, taking requests."""
    runner = pages.runner(app)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, listen.host, listen.port).start()
        except OSError as problem:
            raise _cannot_listen(side, listen, problem) from None
        log.info("listening", side=side, url=url)
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def on_telegram(telegram: Telegram) -> AsyncIterator[None]:
    """Telegram, until the block ends; what can still be sent is sent."""
    await telegram.start()
    try:
        yield
    finally:
        await telegram.stop()


@asynccontextmanager
async def ticking(clock: Clock) -> AsyncIterator[None]:
    """The clock, until the block ends; a tick in hand is finished."""
    ticking = asyncio.create_task(clock.run())
    try:
        yield
    finally:
        clock.stop()
        await ticking


def _cannot_listen(side: str, listen: Listen, problem: OSError) -> SettingsProblem:
    setting = f"FOREWORD_{side.upper()}_LISTEN"
    where = f"{listen.host}:{listen.port}"
    match problem.errno:
        case errno.EADDRINUSE:
            says = f"{where} is already in use: is Foreword running already? Stop what uses it, or set {setting}."
        case errno.EACCES:
            says = f"This user may not listen on {where}. Choose a port from 1024 on in {setting}."
        case errno.EADDRNOTAVAIL:
            says = f"This machine has no address {listen.host}. Correct {setting}."
        case _:
            says = f"{where} cannot be listened on ({problem.strerror}). Correct {setting}."
    return SettingsProblem(says)
