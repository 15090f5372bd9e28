"""How the store holds its database: four ways to be connected, the same on SQLite and PostgreSQL.

    reading    one SELECT
    snapshot   several SELECTs that see one moment
    keeping    one statement that changes something and is durable when it returns
    writing    a write transaction, all or nothing

SQLite: one connection writes, a few read (WAL). `synchronous=FULL`, so that an acknowledged word survives the power
cut; `secure_delete`, so that what is deleted is overwritten. A write transaction begins IMMEDIATE: reading first and
writing later fails as soon as two do it (https://www.sqlite.org/lang_transaction.html).
PostgreSQL: one pool, `synchronous_commit` on whatever the server's habit is.

Statements never appear in an error with the values they carried (`hide_parameters`, and `problems.told_plainly`).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import CursorResult, Executable, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import SQLModel

from consultations.keeping.store.problems import AWAY, StoreBusy, StoreProblem, told_plainly

T = TypeVar("T")

log = structlog.get_logger(__name__)

READERS = 4  # SQLite connections that read
CHECKPOINT_PATIENCE = 250  # milliseconds
POOL = 10  # PostgreSQL connections, and as many again in a rush


class Connection:
    """A connection whose statements, once begun, are finished, also when the task is cancelled meanwhile.

    What went wrong before: a statement left half-way kept its locks, on SQLite until the garbage was collected, and
    nobody else could write.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def sqlite(self) -> bool:
        """True on SQLite, False on PostgreSQL."""
        return self._connection.dialect.name == "sqlite"

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement built from the tables, once for each of `rows` where there are any."""
        return await finished(self._connection.execute(statement, rows))

    async def exec_driver_sql(self, statement: str, values: tuple[object, ...] = ()) -> CursorResult[*tuple[Any, ...]]:
        """Run plain SQL as it is."""
        return await finished(self._connection.exec_driver_sql(statement, values))

    async def run_sync(self, work: Callable[..., T], *more: object) -> T:
        """Let a library that knows nothing of asyncio work on this connection."""
        return await finished(self._connection.run_sync(work, *more))

    async def undo(self) -> None:
        """Roll back; where there is nothing to roll back any more, let the connection go."""
        if self._connection.invalidated:
            return
        try:
            await self.exec_driver_sql("ROLLBACK")
        except (DBAPIError, OSError):  # the database has undone it itself, or is gone: what counts is the first error
            await finished(self._connection.invalidate())


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which runs to its end; a cancellation that came meanwhile is raised after it."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()  # looked at, so that nobody complains that nobody did
        raise asyncio.CancelledError
    return task.result()


@dataclass(frozen=True)
class Database:
    """An open database. Every way in turns the driver's errors into StoreProblem."""

    readers: AsyncEngine
    writers: AsyncEngine

    @property
    def sqlite(self) -> bool:
        """True on SQLite, False on PostgreSQL."""
        return self.readers.dialect.name == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """For one SELECT."""
        async with _connected(self.readers) as connection:
            yield connection

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[Connection]:
        """For one statement that changes something: its own transaction, on disk when it returns."""
        async with _connected(self.writers) as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """For several SELECTs that must see the same moment."""
        begin = "BEGIN" if self.sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        async with _connected(self.readers) as connection, _transaction(connection, begin):
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A write transaction: committed, durably, when the block ends; undone when it raises or is cancelled."""
        begin = "BEGIN IMMEDIATE" if self.sqlite else "BEGIN ISOLATION LEVEL READ COMMITTED"
        async with _connected(self.writers) as connection, _transaction(connection, begin):
            yield connection

    async def forget_bytes(self) -> bool:
        """Empty SQLite's journal, so that what was deleted is in no file. True when nothing is left.

        False when somebody was reading an older moment all the while: ask again later. On PostgreSQL old rows
        linger in pages and journals; there the vault's renewal of the season makes them worthless, and this is
        True at once.
        """
        if not self.sqlite:
            return True
        async with self.keeping() as connection:
            # Everybody who writes waits meanwhile, so not for long.
            usual = (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA busy_timeout = {min(usual, CHECKPOINT_PATIENCE)}")
            try:
                emptied = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {usual}")
        return not emptied[0]

    async def forget_soon(self) -> None:
        """`forget_bytes` after a commit: what was deleted stays deleted, whether or not the files are clean yet."""
        try:
            clean = await self.forget_bytes()
        except StoreProblem as problem:  # too late to fail: it is committed. The clock asks for forget_bytes again.
            clean = False
            log.warning("store.forgetting_failed", problem=str(problem))
        if not clean:
            log.warning("store.bytes_linger")

    async def close(self) -> None:
        """Let go of every connection."""
        await self.readers.dispose()
        await self.writers.dispose()


def connect(url: str, patience: float) -> Database:
    """Prepare the engines for `url`; connects to nothing yet. `patience`: seconds to wait for somebody's lock."""
    parsed = _parsed(url)
    if parsed.drivername == "sqlite+aiosqlite":
        return Database(_sqlite(parsed, patience, "ON", READERS), _sqlite(parsed, patience, "OFF", 1))
    engine = _postgresql(parsed, patience)
    return Database(engine, engine)


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


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[Connection]:
    connection = engine.connect()
    with told_plainly():
        try:
            try:
                await finished(connection.start())
            except OSError:
                raise StoreBusy(AWAY) from None
            yield Connection(connection)
        finally:
            if connection.sync_connection:
                await finished(connection.close())


@asynccontextmanager
async def _transaction(connection: Connection, begin: str) -> AsyncIterator[None]:
    """A transaction of our own on a connection that otherwise commits each statement."""
    try:
        await connection.exec_driver_sql(begin)
        yield
        await connection.exec_driver_sql("COMMIT")
    except BaseException:
        await connection.undo()
        raise


def _parsed(url: str) -> URL:
    nonsense = StoreProblem(
        "FOREWORD_DATABASE_URL must look like sqlite:///var/foreword.db or postgresql://user@host/foreword."
    )
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise nonsense from None
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+asyncpg")
    if kind != "sqlite" or not parsed.database or re.match(r":memory:|file:", parsed.database):
        raise nonsense
    return parsed.set(drivername="sqlite+aiosqlite")


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
            "journal_mode = WAL",
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
    return create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=max(patience * 4, 1),
        pool_pre_ping=False,
        connect_args={
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


async def inserted(connection: Connection, table: type[SQLModel], row: Mapping[str, object]) -> bool:
    """Insert the row, unless one of its unique values is taken: then False, and nothing has changed."""
    dialect = sqlite if connection.sqlite else postgresql
    kept = await connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())
    return bool(kept.rowcount)
