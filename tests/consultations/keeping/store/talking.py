"""A process of its own that keeps turns and says so, a line each, until it is killed: `talking URL CONSULTATION…`.

A line is written only after the store has said that the turn is kept: "CONSULTATION VERSION".
"""

from __future__ import annotations

import asyncio
import os
import sys

from consultations.keeping.store import Store
from tests import pens
from tests.consultations.keeping.store.cast import keeps


async def talk(store: Store, consultation: str) -> None:
    """Keep one turn after another, whoever else does."""
    while True:
        thread = await store.threads.thread_of(consultation)
        assert thread is not None
        words = f"{consultation} {thread.version + 1} {os.getpid()}"
        if await keeps(store, consultation, thread.version, words.encode()):
            os.write(1, f"{words}\n".encode())  # one write: a line is whole or not there


async def main(url: str, consultations: list[str]) -> None:
    """All of them at once."""
    store = await pens.opened(url)
    await asyncio.gather(*(talk(store, consultation) for consultation in consultations))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
