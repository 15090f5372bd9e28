"""`foreword run` as it really runs: a process of its own, on free ports of this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

PATIENCE = 60.0
PROGRAM = "from bot.cli import main; main()"
AUTHORITY = """
name = "Little Wallop Council"
duty = {phone = "01632 960101", hours = "Monday to Friday"}
out_of_hours = {phone = "01632 960102", hours = "nights and weekends"}
advocacy = {name = "Little Wallop Advocacy", phone = "01632 960103"}
complaints = {name = "the Complaints Officer", phone = "01632 960104"}
duty_list = [{name = "Maya Lind", email = "maya@council.example"}, {name = "the desk", email = "desk@council.example"}]
"""
NO_MAIL = "smtp://127.0.0.1:1/?from=foreword@council.example"
"""Where no mail server listens: a site starts, and says that mail fails."""


@dataclass
class Running:
    """One process. `log` is what it has logged so far, `out` what it has printed."""

    process: subprocess.Popen[str]
    chat: str
    portal: str
    log: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [str(json.loads(line)["event"]) for line in self.log if line.startswith("{")]

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(by)
        return self.ended()

    def ended(self) -> int:
        """Its exit code, once it has ended by itself."""
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a process of ours is told: everything in this folder, free ports, a log for machines."""
    chat, portal = (f"127.0.0.1:{port}" for port in free_ports(2))
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith("FOREWORD_")},
        "FOREWORD_DATA_DIR": str(folder / "var"),
        "FOREWORD_KEY_DIR": str(folder / "keys"),
        "FOREWORD_CHAT_URL": f"http://{chat}",
        "FOREWORD_CHAT_LISTEN": chat,
        "FOREWORD_PORTAL_URL": f"http://{portal}",
        "FOREWORD_PORTAL_LISTEN": portal,
        "FOREWORD_SMTP_URL": NO_MAIL,
        "FOREWORD_LOG": "debug,json",
        **more,
    }


@contextmanager
def running(told: Mapping[str, str], *arguments: str, sides: int = 2, program: str = PROGRAM) -> Iterator[Running]:
    """`foreword run` with these arguments, once it listens on so many sides, or has ended."""
    command = [sys.executable, "-c", program, "run", *arguments]
    process = subprocess.Popen(
        command, env=dict(told), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    run = Running(process, f"http://{told['FOREWORD_CHAT_LISTEN']}", f"http://{told['FOREWORD_PORTAL_LISTEN']}")
    ready = threading.Event()

    def read(stream: Any, into: list[str]) -> None:
        for line in stream:
            into.append(line)
            if into is run.log and run.events.count("listening") >= sides:
                ready.set()
        ready.set()

    run._readers = [
        threading.Thread(target=read, args=(process.stderr, run.log)),
        threading.Thread(target=read, args=(process.stdout, run.out)),
    ]
    for reader in run._readers:
        reader.start()
    try:
        assert ready.wait(PATIENCE), run.log
        yield run
    finally:
        if process.poll() is None:
            process.kill()
        run.ended()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def status(url: str) -> int:
    """What a page answers with."""
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as refused:
        refused.close()
        return refused.code
