"""Two at one thread: the version tells, and whoever comes second reads again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

TIMES_OVER = 20


class Collided(Exception):
    """The thread's version moved on: read it again and work the turn out anew."""


async def again_on_collision(work: Callable[[], Awaitable[T]]) -> T:
    """What came of `work`, which reads the thread and keeps it; once more where somebody else kept it meanwhile."""
    for _ in range(TIMES_OVER - 1):
        try:
            return await work()
        except Collided:
            continue
    return await work()
