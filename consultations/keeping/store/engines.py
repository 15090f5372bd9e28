"""The engines behind the store's four ways of being connected: what an address means, and how each connection is set.

SQLite: one connection writes, a few read (WAL). `synchronous=FULL`, so that an acknowledged word survives the power
cut; `secure_delete`, so that what is deleted is overwritten.
PostgreSQL: one pool, `synchronous_commit` on whatever the server's habit is. `sslmode` and `sslrootcert` mean what they
mean to libpq (https://www.postgresql.org/docs/current/libpq-ssl.html), but that without a certificate of its own
`verify-ca` and `verify-full` trust whom the machine trusts.
"""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from consultations.keeping.store.problems import StoreProblem

READERS = 4  # SQLite connections that read
POOL = 10  # PostgreSQL connections, and as many again in a rush
OPTIONS = ("host", "port", "sslmode", "sslrootcert")  # after the question mark
SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def engines(url: str, patience: float) -> tuple[AsyncEngine, AsyncEngine]:
    """What reads and what writes at `url`; connects to nothing yet. `patience`: seconds to wait for a lock."""
    parsed = _parsed(url)
    if parsed.drivername == "sqlite+aiosqlite":
        return _sqlite(parsed, patience, "ON", READERS), _sqlite(parsed, patience, "OFF", 1)
    engine = _postgresql(parsed, patience)
    return engine, engine


def file_of(url: str) -> Path | None:
    """The SQLite file `url` names; None on PostgreSQL. StoreProblem for an address that is neither."""
    parsed = _parsed(url)
    return Path(parsed.database or "") if parsed.drivername == "sqlite+aiosqlite" else None


def is_there(file: Path) -> bool:
    """Whether there is anything at this path. StoreProblem when we may not even look."""
    try:
        return file.exists()
    except OSError as error:
        raise StoreProblem(f"The database file {file} could not be looked at: {error.strerror}.") from None


def make_private(file: Path) -> None:
    """Make an empty database file, and its folder where missing, that only this user can open."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreProblem(f"The database file {file} could not be made: {error.strerror}.") from None


def _parsed(url: str) -> URL:
    nonsense = StoreProblem(
        "FOREWORD_DATABASE_URL must look like sqlite:///var/foreword.db or postgresql://user@host/foreword."
    )
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number, a bracket that is not closed
        raise nonsense from None
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        _look_at(parsed)
        return parsed.set(drivername="postgresql+asyncpg")
    if kind != "sqlite" or not parsed.database or parsed.query or re.match(r":memory:|file:", parsed.database):
        raise nonsense
    return parsed.set(drivername="sqlite+aiosqlite")


def _look_at(url: URL) -> None:
    """StoreProblem for an option or a port that the driver would choke on. Nothing of a password is repeated."""
    for name, said in url.query.items():
        if name not in OPTIONS or not isinstance(said, str):
            raise StoreProblem(
                f"FOREWORD_DATABASE_URL says something after the question mark that Foreword does not take. It takes"
                f" each of {', '.join(OPTIONS)} once."
            )
    port = url.query.get("port", url.port)
    if port is not None and not (str(port).isascii() and str(port).isdigit() and 1 <= int(str(port)) <= 65535):
        raise StoreProblem("The port in FOREWORD_DATABASE_URL has to be a number from 1 to 65535.")
    if url.query.get("sslmode", SSLMODES[0]) not in SSLMODES:
        raise StoreProblem(f"sslmode in FOREWORD_DATABASE_URL has to be one of {', '.join(SSLMODES)}.")


def _tls(mode: str, root: str) -> str | ssl.SSLContext:
    """What asyncpg is told about TLS; libpq, too, checks a certificate with `require` where a root is named."""
    if not mode.startswith("verify-") and not (mode == "require" and root):
        return mode
    try:
        context = ssl.create_default_context(cafile=root or None)
    except OSError:
        raise StoreProblem("sslrootcert in FOREWORD_DATABASE_URL has to name a file of certificates (PEM).") from None
    context.check_hostname = mode == "verify-full"
    return context


def _sqlite(url: URL, patience: float, query_only: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=max(patience * 4, 1),
        pool_reset_on_return=None,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {int(patience * 1000)}",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
            f"query_only = {query_only}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _postgresql(url: URL, patience: float) -> AsyncEngine:
    mode, root = (str(url.query.get(name, "")) for name in ("sslmode", "sslrootcert"))
    return create_async_engine(
        url.difference_update_query(("sslmode", "sslrootcert")),
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=max(patience * 4, 1),
        connect_args={
            **({"ssl": _tls(mode, root)} if mode else {}),
            "timeout": max(patience * 2, 1),
            "server_settings": {
                "application_name": "foreword",
                "synchronous_commit": "on",
                "lock_timeout": f"{int(patience * 1000)}",
                "idle_in_transaction_session_timeout": "60000",
                "jit": "off",
            },
        },
    )
