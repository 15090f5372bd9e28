"""Opening the database: made where asked, brought up to date under a lock, or refused with a sentence.

1. SQLite: the file must be there, or `create` makes it, for this user alone.
2. Everything happens in one transaction that keeps other processes out: BEGIN IMMEDIATE, or an advisory lock.
3. A database that a newer Foreword has changed, or that belongs to another program, is left exactly as it is.
4. Alembic runs in this process; SQLite's foreign keys wait until it is done and are then checked.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from consultations.keeping import migrations
from consultations.keeping.store.databases import Connection, Database
from consultations.keeping.store.engines import engines, file_of, is_there, make_private
from consultations.keeping.store.forgotten import Forgotten
from consultations.keeping.store.problems import StoreBusy, StoreProblem

ADVISORY_LOCK = 0x466F7265776F7264  # "Foreword"
TRIES = 20
MISSING = "There is no Foreword database yet. Run `foreword init` first, or correct FOREWORD_DATABASE_URL."
FROM_THE_FUTURE = (
    "This database was changed by a newer Foreword. Start that one, or restore a backup from before the upgrade."
)
SOMEBODY_ELSES = "This database belongs to another program. Give Foreword one of its own in FOREWORD_DATABASE_URL."


async def open_database(url: str, *, create: bool, patience: float, forgotten: Forgotten | None = None) -> Database:
    """The database at `url`, ready and up to date. StoreProblem, in a sentence, when that cannot be."""
    file = file_of(url)
    if file and not is_there(file):
        if not create:
            raise StoreProblem(MISSING)
        make_private(file)
    database = Database(*engines(url, patience), forgotten=forgotten)
    try:
        await _bring_up_to_date(database, create)
    except BaseException:
        await database.close()
        raise
    return database


async def _bring_up_to_date(database: Database, create: bool) -> None:
    if database.sqlite:
        async with database.keeping() as connection:
            await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    async with database.writing() as connection:
        if not database.sqlite:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        upgraded = await connection.run_sync(_upgrade, create)
        # Changes nothing, but has to be written: better to hear now that it cannot be than with a child's words.
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        if database.sqlite and upgraded:
            await _check_references(connection)
    if database.sqlite:
        async with database.keeping() as connection:
            await connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        await _write_ahead(database)


def _upgrade(connection: sqlalchemy.Connection, create: bool) -> bool:
    """Bring the tables up to date; False when they were. What is not ours to change is refused."""
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    heads = MigrationContext.configure(connection).get_current_heads()
    if set(heads) == set(scripts.get_heads()):
        return False
    if not set(heads) <= {script.revision for script in scripts.walk_revisions()}:
        raise StoreProblem(FROM_THE_FUTURE)
    if not heads and sqlalchemy.inspect(connection).get_table_names():
        raise StoreProblem(SOMEBODY_ELSES)
    if not heads and not create:
        raise StoreProblem(MISSING)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def alembic_config() -> Config:
    """Where the migrations lie; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return config


async def _write_ahead(database: Database) -> None:
    """Give the file its write-ahead journal, now that it is ours; it remembers.

    Where several processes make a new file at once, SQLite does not wait for them here, so we do.
    """
    for attempt in range(TRIES):
        try:
            async with database.keeping() as connection:
                await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except StoreBusy:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(0.05)


async def _check_references(connection: Connection) -> None:
    if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
        raise StoreProblem("The database's own references do not hold. Restore a backup.")
