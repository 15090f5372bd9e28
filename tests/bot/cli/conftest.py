"""`foreword` as a person runs it, in this process: what it prints, what it complains of, and how it exits."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot import cli
from bot.app import ground
from bot.settings import from_environment
from consultations.reviews_file import COLUMNS
from consultations.signing_in import Waiting
from consultations.vouching import enrolled, entered


@dataclass(frozen=True)
class Ran:
    """One command that has ended."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """Runs commands in one environment."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def set(self, **environment: str) -> None:
        for name, text in environment.items():
            self.monkeypatch.setenv(name, text)

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        printed = self.capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, printed.out, printed.err)

    def done(self, *arguments: str, stdin: str = "") -> str:
        """What a command printed that had to succeed."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran.out

    def refused(self, *arguments: str, code: int = 1, stdin: str = "") -> str:
        """What a command complained of that had to fail: sentences, and no traceback."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.code == code, (ran.out, ran.err)
        assert "Traceback" not in ran.err
        assert "fault of ours" not in ran.err
        return ran.err


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """An empty folder, and nothing set but where things go and what people type."""
    for name in [name for name in os.environ if name.startswith("FOREWORD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOREWORD_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("FOREWORD_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("FOREWORD_CHAT_URL", "https://voice.example")
    monkeypatch.setenv("FOREWORD_PORTAL_URL", "https://staff.example")
    handlers, level = logging.root.handlers[:], logging.root.level
    with warnings.catch_warnings():
        yield Shell(tmp_path, monkeypatch, capsys)
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.root.handlers[:], logging.root.level = handlers, level


@pytest.fixture
def site(shell: Shell) -> Shell:
    """A site that was made a moment ago, whose recovery sheets were tried."""
    shell.done("init")
    drilled()
    return shell


def csv(folder: Path, *, born: str = "2016-03-14", days: int = 20, language: str = "") -> str:
    """A file with one review, so many days from today."""
    file = folder / "reviews.csv"
    on = datetime.now(UTC).date() + timedelta(days=days)
    last = on - timedelta(days=150)
    row = f"LW-1042-3,Amal,{born},2020-06-02,{last},{on},sam.okafor,C2,{language}"
    file.write_text(f"{','.join(COLUMNS)}\n{row}\n")
    return str(file)


def drilled() -> None:
    """What `foreword recovery drill` does with two good sheets, without anybody who types."""

    async def do() -> None:
        async with ground(from_environment(), chat=False, portal=True) as standing:
            await standing.for_commands.site.drilled(datetime.now(UTC))

    asyncio.run(do())


def enrol(username: str, *, confirmed: bool = True) -> str:
    """What the portal does with a code, and with a manager's word, without a browser. The number of the key."""

    async def do() -> str:
        async with ground(from_environment(), chat=False, portal=True) as standing:
            code = await standing.enrolling.offer_again(username, datetime.now(UTC))
            assert code is not None
            once = await standing.enrolling.begin(code, "page", datetime.now(UTC))
            assert once is not None
            waiting = await standing.enrolling.confirm(once.prepared, once.phrase, "page", datetime.now(UTC))
            assert isinstance(waiting, Waiting)
            if confirmed:
                entry = entered(standing.portal_keys, enrolled(waiting.person))
                assert await standing.for_portal.people.confirm(entry, None, datetime.now(UTC))
            return waiting.key_number

    return asyncio.run(do())
