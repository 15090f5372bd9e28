"""What can go wrong between us and the database, grouped by what the caller can do about it.

    StoreProblem          str() is a sentence for a person; nothing that was acknowledged is lost
    ├─ StoreBusy          passing (locked, lost, too many at once): once more may work
    └─ StoreFull          somebody must make room, or make the database writable, before anything can be kept

Two at one thread is not a problem: see `collisions`.

No message here, and no cause chained to one, holds a value that was on its way to the database: drivers print
offending rows and arguments, so whatever is not recognised is told by its kind alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StoreProblem(Exception):
    """The store could not be opened, or could not do what was asked. str() says what to do, in a sentence."""


class StoreBusy(StoreProblem):
    """Nothing was kept this time; the same thing once more may work."""


class StoreFull(StoreProblem):
    """Nothing was kept, and nothing will be until somebody acts: no room left, or not writable."""


BUSY = "The database is busy or locked by another program. Nothing was changed: try once more in a moment."
AWAY = "The database cannot be reached. Check that it is running and that FOREWORD_DATABASE_URL is right."
FULL = "The disk that holds the database is full. Make room; nothing that was acknowledged is lost."
READ_ONLY = "The database is read-only. Give this user the right to write to it (the folder around a file too)."
NOT_A_DATABASE = "The file FOREWORD_DATABASE_URL names is not a database. Name another file, or restore a backup."
DAMAGED = "The database file is damaged. Stop Foreword, keep the file, and restore a backup."
NO_ENTRY = "The database refused our name or password. Check the user and password in FOREWORD_DATABASE_URL."
NO_SUCH_DATABASE = "That server has no such database. Create it first, or correct its name in FOREWORD_DATABASE_URL."

# https://www.sqlite.org/rescode.html (the primary code is the low byte)
SQLITE: dict[int, StoreProblem] = {
    5: StoreBusy(BUSY),  # SQLITE_BUSY
    6: StoreBusy(BUSY),  # SQLITE_LOCKED
    8: StoreFull(READ_ONLY),  # SQLITE_READONLY
    10: StoreFull("The disk that holds the database could not be read or written. Check the disk."),  # SQLITE_IOERR
    11: StoreFull(DAMAGED),  # SQLITE_CORRUPT
    13: StoreFull(FULL),  # SQLITE_FULL
    14: StoreProblem("The database file could not be opened. Check that the folder exists and may be written to."),
    26: StoreProblem(NOT_A_DATABASE),  # SQLITE_NOTADB
}

# PostgreSQL, appendix A: error codes; the longest matching beginning counts
POSTGRESQL: dict[str, StoreProblem] = {
    "08": StoreBusy(AWAY),  # connection exception
    "25006": StoreFull(READ_ONLY),  # read only sql transaction
    "28": StoreProblem(NO_ENTRY),  # invalid authorization
    "3D000": StoreProblem(NO_SUCH_DATABASE),
    "40": StoreBusy(BUSY),  # serialization failure, deadlock
    "42501": StoreFull(READ_ONLY),  # insufficient privilege
    "53": StoreBusy(BUSY),  # insufficient resources
    "53100": StoreFull(FULL),  # disk full
    "55": StoreBusy(BUSY),  # lock not available
    "57": StoreBusy(AWAY),  # operator intervention: shutting down, starting up
    "58030": StoreFull("The database's disk could not be read or written. Check the disk."),  # io error
}


@contextmanager
def told_plainly() -> Iterator[None]:
    """Whatever the database says inside the block comes out as a StoreProblem, without a value in it."""
    try:
        yield
    except DBAPIError as error:
        raise recognised(error.orig) or unrecognised(error) from None
    except PoolTimeout:
        raise StoreBusy(BUSY) from None
    except (TimeoutError, ConnectionError):
        raise StoreBusy(AWAY) from None


def recognised(error: BaseException | None) -> StoreProblem | None:
    """The problem behind a driver's error, if it is one a person can do something about."""
    if isinstance(error, sqlite3.Error):
        found = SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    else:
        state = getattr(error, "sqlstate", None) or ""
        found = next((POSTGRESQL[state[:n]] for n in (5, 2) if state[:n] in POSTGRESQL), None)
    return type(found)(*found.args) if found else None


def unrecognised(error: DBAPIError) -> StoreProblem:
    """A fault of ours: told by its kind and the rule it broke, never by the row."""
    if error.connection_invalidated:
        return StoreBusy(AWAY)
    driver = error.orig.__cause__ or error.orig if error.orig else error
    rule = getattr(driver, "constraint_name", None) or getattr(driver, "sqlite_errorname", None) or ""
    return StoreProblem(f"The database refused this: {type(driver).__name__} {rule}".rstrip() + ".")
