"""A database is opened ready and up to date, or refused with a sentence and left as it was."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from consultations.keeping.store import Store, StoreBusy, StoreFull, StoreProblem
from consultations.keeping.store.opening import alembic_config
from consultations.keeping.store.tables import METADATA
from tests import pens
from tests.consultations.keeping.store import cast
from tests.ordinary import permissions_hold
from tests.postgres import Postgres


async def opened_and_closed(url: str, *, create: bool = False, patience: float = 0.1) -> None:
    store = await Store.open(url, create=create, patience=patience)
    await store.close()


def of_file(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def somebodys_file(tmp_path: Path) -> Iterator[Path]:
    """A database of ours, for somebody whom file permissions hold back: root they would not."""
    file = tmp_path / "data" / "foreword.db"
    asyncio.run(opened_and_closed(of_file(file), create=True))
    with permissions_hold():
        yield file
    file.parent.chmod(0o700)


async def test_what_was_kept_is_there_when_it_is_opened_again(database_url: str) -> None:
    store = await pens.opened(database_url, create=True)
    await cast.consultation(store)
    await store.close()

    store = await Store.open(database_url)
    thread = await store.threads.thread("web:1")
    await store.close()

    assert thread is not None
    assert thread.sealed == b"sealed 1"


async def test_the_tables_and_the_migrations_agree(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))

    async with store.database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_as_the_first_tables_were_is_brought_up_to_date_with_what_is_in_it(database_url: str) -> None:
    def back(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")

    store = await pens.opened(database_url, create=True)
    await cast.consultation(store)
    async with store.database.writing() as connection:
        await connection.run_sync(back)
    await store.close()

    store = await Store.open(database_url)
    thread, reviews = await store.threads.thread("web:1"), await store.reviews.all_reviews()
    sam = await store.people.by_username("sam")
    await store.close()

    assert thread is not None
    assert thread.sealed == b"sealed 1"
    assert [review.reference for review in reviews] == ["R-1", "R-2"]
    assert sam is not None
    assert sam.entry is not None, "who had enrolled before anybody was confirmed counts as confirmed"


async def test_processes_that_start_together_make_one_database(database_url: str) -> None:
    stores = await asyncio.gather(*(pens.opened(database_url, create=True) for _ in range(4)))

    await cast.consultation(stores[0])
    threads = [await store.threads.thread("web:1") for store in stores]
    for store in stores:
        await store.close()

    assert [thread.version if thread else None for thread in threads] == [1, 1, 1, 1]


async def test_no_database_is_made_unless_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="foreword init"):
        await opened_and_closed(of_file(tmp_path / "data" / "foreword.db"))

    assert list(tmp_path.iterdir()) == []


async def test_an_empty_postgresql_database_is_not_filled_unless_it_is_asked_for(postgresql_url: str) -> None:
    with pytest.raises(StoreProblem, match="foreword init"):
        await opened_and_closed(postgresql_url)


async def test_a_new_file_its_journal_and_its_folder_are_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "data" / "foreword.db"
    before = os.umask(0)
    store = await pens.opened(of_file(file), create=True)
    await cast.consultation(store)

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (file.parent, *file.parent.iterdir())}
    await store.close()
    os.umask(before)

    assert modes == {"data": 0o700, "foreword.db": 0o600, "foreword.db-wal": 0o600, "foreword.db-shm": 0o600}


async def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    await opened_and_closed(of_file(tmp_path / "foreword.db"), create=True)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


async def test_a_database_of_a_newer_foreword_is_refused_and_left_alone(database_url: str) -> None:
    store = await pens.opened(database_url, create=True)
    async with store.database.keeping() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await store.close()

    with pytest.raises(StoreProblem, match="newer Foreword"):
        await opened_and_closed(database_url, create=True)
    with pytest.raises(StoreProblem, match="newer Foreword"):
        await opened_and_closed(database_url)


async def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "recipes.db"
    with closing(sqlite3.connect(file)) as recipes:
        recipes.execute("CREATE TABLE recipe (name TEXT)")

    before = file.read_bytes()

    with pytest.raises(StoreProblem, match="another program"):
        await opened_and_closed(of_file(file), create=True)

    assert file.read_bytes() == before


async def test_an_empty_file_is_no_database_yet(tmp_path: Path) -> None:
    file = tmp_path / "foreword.db"
    file.touch()

    with pytest.raises(StoreProblem, match="foreword init"):
        await opened_and_closed(of_file(file))
    assert file.read_bytes() == b""

    await opened_and_closed(of_file(file), create=True)
    await opened_and_closed(of_file(file))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Dear Sam, this is a letter and no database. " * 40, id="a letter"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 4080, id="only the beginning of a database"),
    ],
)
async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "foreword.db"
    file.write_bytes(content)

    with pytest.raises(StoreProblem, match=r"not a database|damaged"):
        await opened_and_closed(of_file(file), create=True)

    assert file.read_bytes() == content


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="could not be opened"):
        await opened_and_closed(of_file(tmp_path))


async def test_a_locked_file_is_refused_as_busy(sqlite_url: str) -> None:
    await opened_and_closed(sqlite_url, create=True)
    with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match="locked by another program"):
            await opened_and_closed(sqlite_url)

    await opened_and_closed(sqlite_url)


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "sentence"),
    [
        pytest.param(0o400, 0o700, "read-only", id="the file may only be read"),
        pytest.param(0o600, 0o500, "read-only", id="the folder takes no journal"),
        pytest.param(0o000, 0o700, "could not be opened", id="the file may not even be read"),
        pytest.param(0o600, 0o000, "could not be looked at", id="the folder is closed"),
    ],
)
async def test_a_file_we_may_not_write_to_is_refused(
    somebodys_file: Path, file_mode: int, folder_mode: int, sentence: str
) -> None:
    somebodys_file.chmod(file_mode)
    somebodys_file.parent.chmod(folder_mode)

    with pytest.raises(StoreProblem, match=sentence):
        await opened_and_closed(of_file(somebodys_file))

    somebodys_file.parent.chmod(0o700)


async def test_a_folder_that_takes_no_file_is_refused(somebodys_file: Path) -> None:
    somebodys_file.parent.chmod(0o500)

    with pytest.raises(StoreProblem, match="could not be made"):
        await opened_and_closed(of_file(somebodys_file.with_name("new.db")), create=True)

    somebodys_file.parent.chmod(0o700)


async def test_a_read_only_postgresql_database_is_refused(postgresql_url: str, postgres: Postgres) -> None:
    await opened_and_closed(postgresql_url, create=True)
    name = make_url(postgresql_url).database
    postgres.say(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')

    with pytest.raises(StoreFull, match="read-only"):
        await opened_and_closed(postgresql_url)


@pytest.mark.parametrize(
    ("change", "problem", "sentence"),
    [
        pytest.param(("host=/tmp/", "host=/tmp/no-"), StoreBusy, "cannot be reached", id="nobody listens"),
        pytest.param(("@/", "@/no-"), StoreProblem, "no such database", id="no such database"),
        pytest.param(("foreword@", "nobody@"), StoreProblem, "refused our name", id="no such user"),
    ],
)
async def test_a_server_that_does_not_let_us_in_is_told_as_it_is(
    postgresql_url: str, change: tuple[str, str], problem: type[StoreProblem], sentence: str
) -> None:
    with pytest.raises(problem, match=sentence):
        await opened_and_closed(postgresql_url.replace(*change), create=True)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("var/foreword.db", id="a path"),
        pytest.param("mysql://localhost/foreword", id="another database"),
        pytest.param("sqlite://", id="in memory"),
        pytest.param("sqlite:///:memory:", id="in memory, spelled out"),
        pytest.param("sqlite:///file:foreword.db?mode=memory&uri=true", id="in memory, by a file's name"),
        pytest.param("sqlite:///foreword.db?mode=ro", id="an option of SQLite's"),
        pytest.param("postgresql://me:zanzibar@localhost:abc/foreword", id="a port that is no number"),
        pytest.param("postgresql://me:zanzibar@[::1/foreword", id="a bracket that is left open"),
    ],
)
async def test_an_address_we_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(StoreProblem, match="FOREWORD_DATABASE_URL must look like") as refused:
        await opened_and_closed(url, create=True)
    assert "zanzibar" not in str(refused.value)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        pytest.param("localhost:99999/foreword", "from 1 to 65535", id="no such port"),
        pytest.param("/foreword?host=/tmp&port=x", "from 1 to 65535", id="no such port, as an option"),
        pytest.param("localhost/foreword?sslmode=always", "sslmode in FOREWORD_DATABASE_URL", id="no such mode"),
        pytest.param("localhost/foreword?sslmode=require&sslmode=allow", "each of host", id="twice"),
        pytest.param("localhost/foreword?zanzibar=1", "each of host", id="an option nobody knows"),
        pytest.param("localhost/foreword?ssl=true", "each of host", id="the driver's own"),
        pytest.param("localhost/foreword?sslmode=verify-full&sslrootcert=none", "PEM", id="no certificates"),
    ],
)
async def test_what_the_driver_would_choke_on_is_refused_without_a_password(start: str, says: str) -> None:
    with pytest.raises(StoreProblem, match=says) as refused:
        await opened_and_closed(f"postgresql://me:zanzibar@{start}")
    assert "FOREWORD_DATABASE_URL" in str(refused.value)
    assert "zanzibar" not in str(refused.value)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
async def test_every_sslmode_is_understood(postgresql_url: str, mode: str) -> None:
    """On the server's own socket, where there is no TLS, whatever is asked for."""
    await opened_and_closed(f"{postgresql_url}&sslmode={mode}", create=True)


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_a_server_that_has_no_tls_is_not_spoken_to_where_it_was_asked_for(mode: str) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def without_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.read(8))
        writer.write(b"N")  # https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
        heard.put_nowait(await reader.read(1))
        writer.close()

    async with await asyncio.start_server(without_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(StoreBusy):
            await opened_and_closed(f"postgresql://me:zanzibar@127.0.0.1:{port}/foreword?sslmode={mode}")
        all_heard = [await heard.get(), await heard.get()]

    assert all_heard == [bytes.fromhex("00000008 04d2162f"), b""]


@pytest.mark.parametrize("start", ["postgresql://", "postgres://", "postgresql+asyncpg://"])
async def test_however_postgresql_is_spelled_it_is_opened(postgresql_url: str, start: str) -> None:
    await opened_and_closed(start + postgresql_url.partition("://")[2], create=True)


async def test_every_connection_to_a_file_keeps_what_it_promises(sqlite_url: str) -> None:
    store = await pens.opened(sqlite_url, create=True)
    promised = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    kept = []
    for way in (store.database.reading, store.database.keeping, store.database.writing):
        async with way() as connection:
            kept.append({name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in promised})
    await store.close()

    assert kept == [promised] * 3


async def test_postgresql_keeps_what_it_acknowledges_even_where_its_habit_is_not_to(
    postgresql_url: str, postgres: Postgres
) -> None:
    postgres.say(f'ALTER DATABASE "{make_url(postgresql_url).database}" SET synchronous_commit = off')
    store = await pens.opened(postgresql_url, create=True)
    async with store.database.keeping() as connection:
        kept = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one()
    await store.close()

    assert kept == "on"
