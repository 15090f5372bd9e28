"""How the store holds its database: four ways to be connected, the same on SQLite and PostgreSQL.

    reading    one SELECT
    snapshot   several SELECTs that see one moment
    keeping    one statement that changes something and is durable when it returns
    writing    a write transaction, all or nothing

On SQLite a write transaction begins IMMEDIATE: reading first and writing later fails as soon as two do it
(https://www.sqlite.org/lang_transaction.html). On PostgreSQL it locks the rows it depends on.

Statements never appear in an error with the values they carried (`hide_parameters`, and `problems.told_plainly`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import CursorResult, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from consultations.keeping.store.chains import append
from consultations.keeping.store.forgotten import Forgotten, Step, What
from consultations.keeping.store.problems import AWAY, StoreBusy, StoreProblem, told_plainly
from consultations.trail import Pen, Record

T = TypeVar("T")

log = structlog.get_logger(__name__)

CHECKPOINT_PATIENCE = 250  # milliseconds


class Connection:
    """A connection whose statements, once begun, are finished, also when the task is cancelled meanwhile.

    What went wrong before: a statement left half-way kept its locks, on SQLite until the garbage was collected, and
    nobody else could write.
    """

    def __init__(self, connection: AsyncConnection, *, atomic: bool = False) -> None:
        self._connection = connection
        self.atomic = atomic  # in a write transaction: all or nothing
        self.going: list[tuple[What, tuple[str, ...]]] = []
        """What this transaction forgets."""

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
    pen: Pen | None = field(default=None, repr=False)
    forgotten: Forgotten | None = None  # the list; without it nothing can be forgotten

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
        async with _connected(self.writers) as connection:
            async with _transaction(connection, begin):
                connection.atomic = True
                try:
                    yield connection
                except BaseException:
                    await self._noted(connection, Step.STAYS)
                    raise
            await self._noted(connection, Step.GONE)

    async def forgets(self, connection: Connection, what: What, ids: Iterable[str]) -> None:
        """This transaction forgets these: they are on the list, on the disk, when this returns."""
        if self.forgotten is None:
            raise StoreProblem("Nothing can be forgotten where no list of it is kept.")
        going = tuple(ids)
        await finished(asyncio.to_thread(self.forgotten.add, Step.GOING, what, going))
        connection.going.append((what, going))

    async def _noted(self, connection: Connection, step: Step) -> None:
        """What became of what the transaction forgets. It is too late to fail: "going" is on the list by then."""
        for what, ids in connection.going:
            try:
                assert self.forgotten is not None
                await finished(asyncio.to_thread(self.forgotten.add, step, what, ids))
            except StoreProblem as problem:
                log.warning("store.forgetting_failed", problem=str(problem))

    async def record(self, connection: Connection, record: Record, now: datetime, *more: Record) -> None:
        """Write this act, and more like it, into the trail, last in its own write transaction: no record, no act.

        RuntimeError outside such a transaction, and on a store that was opened to write no chain.
        """
        if self.pen is None or not connection.atomic:
            raise RuntimeError(f"{record.deed} was about to happen without a record.")
        await append(connection, self.pen, (record, *more), now)

    async def forget_bytes(self) -> bool:
        """Empty SQLite's journal, so that what was deleted is in no file. True when nothing is left.

        False when somebody was reading an older moment all the while: ask again later. True at once on PostgreSQL,
        where old rows linger in pages and journals whatever one does: old drafts open no more once the vault has
        renewed the season, and an old wrap needs its reader's secret.
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


async def inserted(connection: Connection, table: type[SQLModel], row: Mapping[str, object]) -> bool:
    """Insert the row, unless one of its unique values is taken: then False, and nothing has changed."""
    dialect = sqlite if connection.sqlite else postgresql
    kept = await connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())
    return bool(kept.rowcount)
