"""A real PostgreSQL for the tests: Debian's, in a folder of its own, heard on a unix socket only, gone afterwards.

PostgreSQL refuses to run as root, so root lends it to Debian's `postgres` user. It dies with the tests, however they
end: the kernel interrupts it when its parent is gone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "postgres"  # who runs it when the tests run as root
USER = "foreword"
PORT = 5432  # names the socket; nothing listens on the network


class NoPostgres(Exception):
    """PostgreSQL is not here, or would not start; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `folder` holds every file it writes: tables, journal, log."""

    folder: Path
    programs: Path

    def create(self, name: str, like: str = "template0") -> str:
        """Makes a database, empty or a copy of another (to which nobody may be connected); its address."""
        self.say(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def drop(self, name: str) -> None:
        """Takes a database away, whoever is still connected."""
        self.say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def say(self, sql: str, database: str = "postgres") -> str:
        """Runs one statement as the database's owner, from outside the code under test; what it printed."""
        command = [f"{self.programs}/psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
        where = ["--host", str(self.folder), "--username", USER, "--dbname", database]
        done = subprocess.run([*command, *where, "--command", sql], capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise NoPostgres(f"{sql}: {done.stderr.strip()}")
        return done.stdout.strip()


@contextmanager
def running() -> Iterator[Postgres]:
    """A server for as long as the block lasts."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path holds 107 bytes
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _make(programs, folder)
        server = _start(programs, folder)
        try:
            yield Postgres(folder, programs)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The folder of the newest PostgreSQL here: Debian keeps it off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    if debian:
        return debian[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise NoPostgres("PostgreSQL is not installed; `make test` installs it, or says how")
    return Path(elsewhere).resolve().parent


def _make(programs: Path, folder: Path) -> None:
    command = [f"{programs}/initdb", "--pgdata", f"{folder}/data", "--username", USER, "--auth", "trust"]
    options = ["--encoding", "UTF8", "--locale", "C", "--no-sync"]
    user = OWNER if os.geteuid() == 0 else None
    done = subprocess.run([*command, *options], capture_output=True, text=True, cwd="/", user=user, group=user)
    if done.returncode:
        raise NoPostgres(f"initdb: {done.stderr.strip()}")


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    run_as = ["--reuid", OWNER, "--regid", OWNER, "--clear-groups"] if os.geteuid() == 0 else []
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "port": str(PORT),
        "fsync": "off",  # the machine is not going to lose power; the code under test can't tell
        "log_statement": "all",  # so that the hunt for a child's words finds them here, were they ever in a statement
    }
    server = [f"{programs}/postgres", "-D", f"{folder}/data", *(f"--{name}={said}" for name, said in settings.items())]
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "INT", *run_as, *server],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            cwd="/",
        )
    patience = time.monotonic() + 30
    ready = [f"{programs}/pg_isready", "--quiet", "--host", str(folder)]
    while subprocess.run(ready).returncode:
        if process.poll() is not None or time.monotonic() > patience:
            process.kill()
            raise NoPostgres(log.read_text())
        time.sleep(0.02)
    return process


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # "fast": it ends whoever is still connected
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
