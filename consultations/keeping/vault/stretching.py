"""Argon2id (RFC 9106): making a guess at a phrase or a code slow and large, and off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Secret

P = ParamSpec("P")
T = TypeVar("T")

SALT = 16
_LENGTH = 32
_LARGEST = (256 * 1024, 10, 8)  # so that a changed row cannot make us spend a day on it


@dataclass(frozen=True, slots=True)
class Cost:
    """How much work one guess is. Kept beside what it protects, six bytes."""

    memory_kib: int
    iterations: int
    lanes: int

    def to_bytes(self) -> bytes:
        """Six bytes: memory 4, iterations 1, lanes 1."""
        return self.memory_kib.to_bytes(4, "big") + bytes((self.iterations, self.lanes))

    @classmethod
    def from_bytes(cls, kept: bytes) -> Cost:
        """The cost again. Refused when it is out of reason."""
        if len(kept) != COST:
            raise Refused("This is cut short.")
        cost = cls(int.from_bytes(kept[:4], "big"), kept[4], kept[5])
        memory, iterations, lanes = _LARGEST
        if not (8 * cost.lanes <= cost.memory_kib <= memory and 1 <= cost.iterations <= iterations):
            raise Refused("The cost kept here is out of reason.")
        if not 1 <= cost.lanes <= lanes:
            raise Refused("The cost kept here is out of reason.")
        return cost


COST = 6
PHRASE = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)
"""For five words chosen for a person: RFC 9106's second recommendation."""

CODE = Cost(memory_kib=19 * 1024, iterations=2, lanes=1)
"""For sixty random bits (OWASP's least for Argon2id): a phone's code must not make a queue."""


_SEVERAL_LANES = threading.Lock()
"""One derivation of several lanes at a time in this process, whoever asks for it: OpenSSL runs lanes on threads of its
own, and two such derivations at once fail for want of memory or never finish (met with cryptography 50, OpenSSL 4.0.3).
Derivations of one lane are free to run beside it."""


def stretch(typed: str, *, salt: bytes, bound_to: bytes, pepper: Secret, cost: Cost) -> Secret:
    """One Argon2id run over what was typed: `bound_to` as associated data, the pepper as secret."""
    argon = Argon2id(
        salt=salt,
        length=_LENGTH,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        ad=bound_to,
        secret=pepper.reveal(),
    )
    with _SEVERAL_LANES if cost.lanes > 1 else nullcontext():
        return Secret(argon.derive(typed.encode("utf-8", "replace")))


class Aside:
    """Runs slow derivations in threads, a few at once, so that nobody's turn waits for somebody's sign-in."""

    def __init__(self, at_once: int = 2) -> None:
        self._room = asyncio.Semaphore(at_once)

    async def run(self, slow: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `slow` returns or raises, when there was room for it."""
        async with self._room:
            return await asyncio.to_thread(slow, *args, **kwargs)
