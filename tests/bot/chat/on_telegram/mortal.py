"""A bot that can be killed: a process of its own that takes updates, and another that takes its place when it is gone.

    python -m tests.bot.chat.on_telegram.mortal FOLDER URL API SECRET LISTENING

Everything is imported once; each bot is a fork that opens the database and the keys by itself, as a server does when it
starts. LISTENING is the file number of a socket that outlives them all: what Telegram posts while nobody lives waits.
What is killed is killed for good: nothing is flushed, closed or said.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aiohttp import web

from bot import logs
from bot.chat.on_telegram.running import Parts, Telegram
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_telegram.sending import Limits
from bot.chat.on_terminal import BEGINS
from consultations.addresses import WEB
from consultations.admitting import Admitting
from consultations.carrying import Carrying
from consultations.handing_over import HandingOver
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.vault.keys import load_chat
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.stretching import Aside
from consultations.listening import Listening
from consultations.reminding import Reminding
from consultations.tidying import Tidying
from tests import pens
from tests.consultations.chat import BOOK, WORDING
from tests.consultations.mortal import SITE
from tests.telegram_stand_in import TOKEN

ROOT = Path(__file__).parents[4]
AT_ONCE = Limits(chat=0.0, overall=0.0, tries=3, backoff=0.0)


@dataclass
class Mortal:
    """Whichever bot lives now."""

    told: IO[str]
    says: IO[str]
    pid: int = 0
    deaths: int = 0

    async def is_born(self) -> None:
        """The next one."""
        self.told.write("live\n")
        self.told.flush()
        self.pid = int(await asyncio.to_thread(self.says.readline))

    async def dies(self) -> None:
        """kill -9, and it is gone."""
        assert await self._ends(signal.SIGKILL) == -signal.SIGKILL
        self.deaths += 1

    async def stops(self) -> None:
        """It sends what it has to send, and ends."""
        assert await self._ends(signal.SIGTERM) == 0

    async def _ends(self, by: signal.Signals) -> int:
        os.kill(self.pid, by)
        self.pid = 0
        return int(await asyncio.to_thread(self.says.readline))


@contextmanager
def mortal(folder: Path, url: str, api: str, secret: str) -> Iterator[Mortal]:
    """The way to bots on this site; none lives yet. With a secret they are called, else they ask."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = str(listening.fileno())
        command = [sys.executable, "-m", "tests.bot.chat.on_telegram.mortal", str(folder), url, api, secret, number]
        with subprocess.Popen(
            command, cwd=ROOT, pass_fds=[listening.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            bot = Mortal(process.stdin, process.stdout)
            try:
                yield bot
            finally:
                if bot.pid:
                    with suppress(ProcessLookupError):  # it ended by itself: its traceback says why
                        os.kill(bot.pid, signal.SIGKILL)


def main(folder: Path, url: str, api: str, secret: str, listening: socket.socket) -> None:
    """One bot after another, until nobody asks for one. They log everything, into the same file."""
    with (folder / "bot.log").open("a", buffering=1) as log:
        logs.configure("debug", "json", log)
        for _ in sys.stdin:
            pid = os.fork()
            if pid == 0:
                asyncio.run(_lives(folder, url, api, secret, listening))
                os._exit(0)
            _say(pid)
            _, how = os.waitpid(pid, 0)
            _say(os.waitstatus_to_exitcode(how))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


async def _lives(folder: Path, url: str, api: str, secret: str, listening: socket.socket) -> None:
    store = await pens.opened(url, forgotten=Forgotten(folder / "keys" / NAME))
    keys, seasons = load_chat(folder / "keys", SITE), Seasons(folder / "seasons.json", SITE)
    chat_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    links = {WEB: f"{chat_url}/#"}
    between = HandingOver(store, keys, secrets.token_bytes, links)
    telegram = Telegram(
        Parts(
            token=TOKEN,
            api=api,
            secret=secret,
            chat_url=chat_url,
            listening=Listening(store, keys, seasons, BOOK, WORDING, handing_over=between),
            admitting=Admitting(
                store,
                keys,
                seasons,
                aside=Aside(),
                random=secrets.token_bytes,
                sleep=asyncio.sleep,
                handing_over=between,
            ),
            carrying=Carrying(store, keys, secrets.token_bytes),
            reminding=Reminding(store),
            tidying=Tidying(store),
            sayings=Sayings(BOOK, WORDING),
            links=links,
            now=lambda: BEGINS,
            limits=AT_ONCE,
            long_poll=1,
        )
    )
    app = web.Application()
    for path, call in telegram.calls.items():
        app.router.add_post(path, call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await telegram.start()
    await told.wait()
    await telegram.stop()
    await runner.cleanup()
    await store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], socket.socket(fileno=int(sys.argv[5])))
