"""When the database will not: a sentence, nothing half-kept, no value in it, and the next good turn works."""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import StatementError

from consultations.keeping.store import Store, StoreBusy, StoreFull, StoreProblem, tables
from tests import pens
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, NOW, SAM
from tests.postgres import Postgres

SECRET = b"marzipanladder" * 20


@pytest_asyncio.fixture
async def on_sqlite(sqlite_url: str) -> AsyncIterator[Store]:
    store = await pens.opened(sqlite_url, create=True, patience=0.1)
    yield store
    await store.close()


@pytest_asyncio.fixture
async def on_postgresql(postgresql_url: str) -> AsyncIterator[Store]:
    store = await pens.opened(postgresql_url, create=True, patience=0.1)
    yield store
    await store.close()


async def test_a_file_somebody_else_holds_is_busy_and_then_works(on_sqlite: Store, sqlite_url: str) -> None:
    consultation = await cast.consultation(on_sqlite)
    with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await on_sqlite.threads.keep(consultation, 1, SECRET, NOW)
        with pytest.raises(StoreBusy):
            await cast.send(on_sqlite, consultation, "s1")

    await on_sqlite.threads.keep(consultation, 1, b"next", NOW)


async def test_a_row_somebody_else_holds_is_busy_and_then_works(on_postgresql: Store, postgresql_url: str) -> None:
    consultation = await cast.consultation(on_postgresql)
    other = await pens.opened(postgresql_url)
    async with other.database.writing() as connection:
        await connection.exec_driver_sql("SELECT * FROM draft FOR UPDATE")
        with pytest.raises(StoreBusy):
            await on_postgresql.threads.keep(consultation, 1, SECRET, NOW)
    await other.close()

    await on_postgresql.threads.keep(consultation, 1, b"next", NOW)


async def test_a_full_disk_is_told_and_what_was_kept_can_still_be_read(on_sqlite: Store) -> None:
    consultation = await cast.consultation(on_sqlite)
    async with on_sqlite.database.keeping() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreFull, match="full"):
        await on_sqlite.threads.keep(consultation, 1, SECRET * 1000, NOW)
    with pytest.raises(StoreFull, match="full"):
        await cast.send(on_sqlite, consultation, "s1", mark=SECRET * 1000)
    thread = await on_sqlite.threads.thread("web:1")
    assert thread is not None
    assert (thread.version, thread.sealed) == (1, b"sealed 1")
    assert await on_sqlite.sendings.sendings_of(AMAL) == ()

    async with on_sqlite.database.keeping() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}")
    await on_sqlite.threads.keep(consultation, 1, SECRET * 1000, NOW)


async def test_what_postgresql_says_is_told_by_what_can_be_done(on_postgresql: Store) -> None:
    consultation = await cast.consultation(on_postgresql)
    expected = {
        "53100": StoreFull,  # disk full
        "58030": StoreFull,  # the disk fails
        "25006": StoreFull,  # read-only
        "53300": StoreBusy,  # too many connections
        "40001": StoreBusy,  # serialization failure
        "40P01": StoreBusy,  # deadlock
        "57P01": StoreBusy,  # shutting down
        "XX000": StoreProblem,  # something else altogether
    }
    told = {}
    for state in expected:
        await _refuse(on_postgresql, state)
        with pytest.raises(StoreProblem) as raised:
            await on_postgresql.threads.keep(consultation, 1, SECRET, NOW)
        told[state] = type(raised.value)
        assert "marzipanladder" not in "".join(traceback.format_exception(raised.value))

    assert told == expected


async def _refuse(store: Store, state: str) -> None:
    """From now on the server refuses to change a draft, with this SQLSTATE, and prints what it must not."""
    async with store.database.keeping() as connection:
        await connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'marzipanladder' USING ERRCODE = '{state}', DETAIL = 'marzipanladder'; END $$"
        )
        await connection.exec_driver_sql(
            "CREATE OR REPLACE TRIGGER refuse BEFORE UPDATE ON draft FOR EACH ROW EXECUTE FUNCTION refuse()"
        )


async def test_a_server_that_comes_back_is_found_again(
    on_postgresql: Store, postgresql_url: str, postgres: Postgres
) -> None:
    consultation = await cast.consultation(on_postgresql)
    await asyncio.gather(*(on_postgresql.threads.thread("web:1") for _ in range(8)))

    name = make_url(postgresql_url).database
    postgres.say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    with pytest.raises(StoreBusy):
        await on_postgresql.threads.keep(consultation, 1, b"lost", NOW)

    await on_postgresql.threads.keep(consultation, 1, b"next", NOW)
    assert await on_postgresql.threads.thread("web:1") is not None


async def test_a_server_lost_while_sending_has_sent_nothing(
    on_postgresql: Store, postgresql_url: str, postgres: Postgres
) -> None:
    consultation = await cast.consultation(on_postgresql)
    name = make_url(postgresql_url).database

    async def send() -> None:
        async with on_postgresql.sendings.sending(consultation, 1) as sending:
            await sending.keep([cast.new_sending("s1")], b"sealed 2", NOW, NOW + cast.DAY)
            postgres.say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    with pytest.raises(StoreBusy):
        await send()

    assert await on_postgresql.sendings.sendings_of(AMAL) == ()
    await cast.send(on_postgresql, consultation, "s1")


async def test_a_turn_cut_off_in_the_middle_leaves_nothing_behind(store: Store) -> None:
    consultation = await cast.consultation(store)
    reached = asyncio.Event()

    async def send() -> None:
        async with store.sendings.sending(consultation, 1) as sending:
            await sending.keep([cast.new_sending("s1")], b"sealed 2", NOW, NOW + cast.DAY)
            reached.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(send())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await store.sendings.sendings_of(AMAL) == ()
    await cast.send(store, consultation, "s1")


async def test_a_statement_that_was_begun_is_finished_before_its_turn_is_cut_off(store: Store) -> None:
    await cast.reviews(store)
    lost: list[object] = []
    event.listen(store.database.writers.sync_engine, "invalidate", lambda *connection: lost.append(connection))
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n"

    async def turn() -> None:
        async with store.database.writing() as connection:
            await connection.exec_driver_sql("UPDATE review SET held_on = review_on")
            await connection.exec_driver_sql(slow)

    task = asyncio.create_task(turn())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert lost == []
    assert [row.held_on for row in await store.reviews.all_reviews()] == [None, None]


async def test_turns_cut_off_anywhere_never_block_the_next(store: Store) -> None:
    consultation = await cast.consultation(store)
    for moment in range(30):
        version = await cast.version(store, consultation)
        task = asyncio.create_task(store.threads.keep(consultation, version, b"cut off", NOW))
        sent = asyncio.create_task(cast.send(store, consultation, f"s{moment}"))
        await asyncio.sleep(moment / 10_000)
        task.cancel()
        sent.cancel()
        await asyncio.gather(task, sent, return_exceptions=True)

    version = await cast.version(store, consultation)
    await store.threads.keep(consultation, version, b"next", NOW)
    assert await store.forget_bytes()


async def test_a_fault_of_ours_tells_the_rule_and_not_the_row(store: Store) -> None:
    await cast.officers(store)
    row = {"id": "c1", "staff_id": "marzipanladder", "kind": "marzipanladder", "locked": SECRET, "made_at": NOW}

    with pytest.raises(StoreProblem) as raised:
        async with store.database.writing() as connection:
            await connection.execute(insert(tables.Custody).values(**row))

    told = "".join(traceback.format_exception(raised.value))
    assert "marzipanladder" not in told
    assert SECRET.hex() not in told
    assert "refused" in str(raised.value)


async def test_the_wrong_kind_of_value_is_not_told_either(on_postgresql: Store) -> None:
    words: Any = SECRET.decode()
    with pytest.raises(StoreProblem) as raised:
        await on_postgresql.threads.keep("c", words, b"", NOW)

    assert words not in "".join(traceback.format_exception(raised.value))


async def test_a_moment_without_a_zone_is_never_kept(store: Store) -> None:
    await cast.reviews(store)

    with pytest.raises(StatementError, match="without a time zone"):
        await store.people.disable(SAM, "stamp", datetime(2026, 11, 20))  # noqa: DTZ001

    person = await store.people.by_id(SAM)
    assert person is not None
    assert person.enabled


async def test_a_connection_for_reading_cannot_write(on_sqlite: Store) -> None:
    await cast.reviews(on_sqlite)

    with pytest.raises(StoreProblem):
        async with on_sqlite.database.reading() as connection:
            await connection.exec_driver_sql("DELETE FROM review")

    assert len(await on_sqlite.reviews.all_reviews()) == 2
