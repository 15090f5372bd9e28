"""How much work a guess is: every Argon2id derivation, seen while it happens. Nothing is changed by looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import ParamSpec, TypeVar

from consultations.keeping.vault.stretching import Aside, Cost, stretch

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def derivations() -> Iterator[list[Cost]]:
    """The cost of every derivation that this thread does in the block."""
    seen: list[Cost] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is stretch.__code__:
            seen.append(frame.f_locals["cost"])

    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)


class Counting(Aside):
    """Runs slow derivations aside, and keeps what each of them cost."""

    def __init__(self) -> None:
        super().__init__()
        self.costs: list[Cost] = []

    async def run(self, slow: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        def looked_at() -> T:
            with derivations() as seen:
                try:
                    return slow(*args, **kwargs)
                finally:
                    self.costs += seen

        return await super().run(looked_at)
