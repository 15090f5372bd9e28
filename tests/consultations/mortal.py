"""A listener that can be killed: one process hears events from a socket, and another takes its place when it is gone.

    python -m tests.consultations.mortal FOLDER URL SOCKET

Everything is imported once; each listener is a fork that opens the database and the keys by itself, as a server does
when it starts. It says its process id first, and then answers every message with a message. The socket keeps messages
whole, so that one is heard entirely or not at all. What is killed is killed for good: nothing is flushed, closed or
said.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from signal import SIGKILL

from consultations.conversation.events import Event
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.vault.keys import load_chat
from consultations.keeping.vault.seasons import Seasons
from consultations.listening import Heard, Listening
from tests import pens
from tests.consultations.chat import BOOK, WORDING

ROOT = Path(__file__).parents[2]
SITE = "site-of-amal"
LARGEST = 1 << 20
PATIENCE = 60.0


@dataclass
class Mortal:
    """The way to whichever listener lives now."""

    way: socket.socket
    pid: int = 0
    deaths: int = 0
    said: int = 0

    def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        """Say it and wait for its answer: it is acknowledged."""
        self.say(address, event_id, event, now)
        while True:
            to, heard = self._answer()
            if to == self.said:
                return heard
            # What the one before died without hearing, the next one heard first.

    def say(self, address: str, event_id: str, event: Event, now: datetime) -> None:
        """Say it, and do not wait."""
        self.said += 1
        self.way.send(pickle.dumps((self.said, address, event_id, event, now)))

    def is_born(self) -> None:
        """Wait for the next listener."""
        while not isinstance(pid := self._next(), int):
            continue  # an answer that was on its way when the one before died
        self.pid = pid

    def dies(self) -> None:
        """kill -9, and another takes its place."""
        os.kill(self.pid, SIGKILL)
        self.deaths += 1
        self.is_born()

    def _answer(self) -> tuple[int, Heard]:
        answer = self._next()
        assert isinstance(answer, tuple)
        to, heard = answer
        assert isinstance(to, int)
        assert isinstance(heard, Heard)
        return to, heard

    def _next(self) -> object:
        said = self.way.recv(LARGEST)
        assert said, "nobody is there"
        return pickle.loads(said)


@contextmanager
def mortal(folder: Path, url: str) -> Iterator[Mortal]:
    """A listener on this site, for as long as the block lasts."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.settimeout(PATIENCE)
        command = [sys.executable, "-m", "tests.consultations.mortal", str(folder), url, str(theirs.fileno())]
        with subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]):
            theirs.close()
            listener = Mortal(ours)
            listener.is_born()
            try:
                yield listener
            finally:
                ours.close()


def main(folder: Path, url: str, way: socket.socket) -> None:
    """One listener after another, until there is nobody to hear."""
    while True:
        pid = os.fork()
        if pid == 0:
            asyncio.run(_lives(folder, url, way))
            os._exit(0)
        _, how = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(how) != -SIGKILL:
            return


async def _lives(folder: Path, url: str, way: socket.socket) -> None:
    store = await pens.opened(url, forgotten=Forgotten(folder / "keys" / NAME))
    listening = Listening(
        store, load_chat(folder / "keys", SITE), Seasons(folder / "seasons.json", SITE), BOOK, WORDING
    )
    way.send(pickle.dumps(os.getpid()))
    while said := way.recv(LARGEST):
        number, address, event_id, event, now = pickle.loads(said)
        way.send(pickle.dumps((number, light(await listening.hear(address, event_id, event, now)))))
    await store.close()


def light(heard: Heard) -> Heard:
    """Without the headings of a preview, which know every question there is: a message has to fit the socket."""
    return Heard(tuple(replace(message, headings=None) for message in heard.messages), heard.ended)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], socket.socket(fileno=int(sys.argv[3])))
