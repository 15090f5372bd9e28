"""What a command stands on: the settings, a quiet log, and for a moment the database and the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bot.settings import Settings, from_environment

if TYPE_CHECKING:
    from bot.app import Ground

T = TypeVar("T")


def settings() -> Settings:
    """The settings, and a log that speaks up only when something is wrong (FOREWORD_LOG=debug says more)."""
    from bot import logs

    found = from_environment()
    logs.configure("warning" if found.log_level == "info" else found.log_level, found.log_shape)
    return found


def on_ground(do: Callable[[Ground], Awaitable[T]], *, chat: bool, portal: bool) -> T:
    """Do one thing on the database and the keys of these sides, and let go of them."""
    return with_settings(settings(), do, chat=chat, portal=portal)


def with_settings(found: Settings, do: Callable[[Ground], Awaitable[T]], *, chat: bool, portal: bool) -> T:
    """The same, with settings that were read already."""
    from bot.app import ground

    async def stood() -> T:
        async with ground(found, chat=chat, portal=portal) as standing:
            return await do(standing)

    return asyncio.run(stood())
