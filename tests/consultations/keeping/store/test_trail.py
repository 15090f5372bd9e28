"""The trail: no record, no act; one chain, however many write it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from consultations.keeping.store import Store, StoreProblem
from consultations.keeping.store.databases import Database
from consultations.trail import CHAINS, CHILD, Deed, Head, Record, head_of
from tests import pens
from tests.consultations.keeping.store.cast import NOW

SAM = "5a5a5a5a"
ACT = Record(Deed.SIGNED_IN, SAM)


async def act(database: Database, record: Record = ACT) -> None:
    """Something is done, and recorded."""
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO listened (door, at) VALUES ('web', '2026-11-20 10:30') ON CONFLICT DO NOTHING"
        )
        await database.record(connection, record, NOW)


async def done(database: Database) -> int:
    async with database.reading() as connection:
        return int((await connection.exec_driver_sql("SELECT count(*) FROM listened")).scalar_one())


async def test_a_chain_says_that_it_begins_and_every_link_follows_the_one_before(store: Store) -> None:
    await store.trail.begin(pens.SITE, NOW)
    await act(store.database)
    await act(store.database, Record(Deed.SENT, CHILD))

    links = await store.trail.links("chat", 0, 10)
    assert [(each.entry.number, each.entry.deed) for each in links] == [(1, "began"), (2, "signed_in"), (3, "sent")]
    previous = b""
    for each in links:
        assert each.seal == pens.pen().seal(each.entry)
        assert each.mark == (previous := pens.pen().mark(previous, each.seal))


async def test_a_chain_that_was_emptied_says_that_it_begins_later(store: Store) -> None:
    await act(store.database)

    first, _ = await store.trail.links("chat", 0, 10)
    assert (first.entry.deed, first.entry.more) == ("began", "later")


@asynccontextmanager
async def taking_no_record(database: Database) -> AsyncIterator[None]:
    """The trail takes no link meanwhile."""
    if database.sqlite:
        refuse = "CREATE TRIGGER refuse BEFORE INSERT ON trail_entry BEGIN SELECT RAISE(ABORT, 'no'); END"
        again = "DROP TRIGGER refuse"
    else:
        refuse = "ALTER TABLE trail_entry ADD CONSTRAINT refuse CHECK (number < 0) NOT VALID"
        again = "ALTER TABLE trail_entry DROP CONSTRAINT refuse"
    async with database.keeping() as connection:
        await connection.exec_driver_sql(refuse)
    yield
    async with database.keeping() as connection:
        await connection.exec_driver_sql(again)


async def test_what_cannot_be_recorded_does_not_happen(store: Store) -> None:
    async with taking_no_record(store.database):
        with pytest.raises(StoreProblem):
            await act(store.database)

    assert await done(store.database) == 0
    await act(store.database)
    assert await done(store.database) == 1


async def test_nothing_is_recorded_by_a_store_without_a_chain_nor_outside_a_transaction(store: Store) -> None:
    without = Store.on(Database(store.database.readers, store.database.writers))
    with pytest.raises(RuntimeError, match="without a record"):
        await act(without.database)
    with pytest.raises(RuntimeError, match="without a record"):
        async with store.database.keeping() as connection:
            await store.database.record(connection, ACT, NOW)

    assert await done(store.database) == 0
    assert await store.trail.heads() == ()


async def test_many_that_write_one_chain_at_once_never_fork_it(store: Store, store_url: str) -> None:
    stores = [store, *[await pens.opened(store_url) for _ in range(2)]]
    await asyncio.gather(*(act(each.database) for each in stores for _ in range(8)))
    for other in stores[1:]:
        await other.close()

    links = await store.trail.links("chat", 0, 100)
    assert [each.entry.number for each in links] == list(range(1, 26))
    previous = b""
    for each in links:
        assert each.mark == (previous := pens.pen().mark(previous, each.seal))


async def test_other_chains_are_joined_where_more_than_joining_has_happened(store: Store) -> None:
    chains = {chain: store.written_by(pens.pen(chain)) for chain in CHAINS}
    for each in chains.values():
        await each.trail.begin(pens.SITE, NOW)
    for _ in range(3):
        await chains["chat"].trail.join(NOW)
        await chains["portal"].trail.join(NOW)
    await act(chains["command"].database)
    await chains["chat"].trail.join(NOW)

    chat = [each.entry.more for each in await store.trail.links("chat", 1, 10)]
    portal = [each.entry.more for each in await store.trail.links("portal", 1, 10)]
    first = {chain: head_of((await store.trail.links(chain, 0, 1))[0]).joined() for chain in CHAINS}
    _, last = await store.trail.links("command", 0, 10)
    assert chat == [first["portal"], first["command"], head_of(last).joined()]
    assert [more.split(".")[0] for more in portal] == ["chat", "command"]
    assert {head.chain for head in await store.trail.heads()} == set(CHAINS)


async def test_what_an_attempt_to_make_a_site_had_written_goes(store: Store) -> None:
    other = store.written_by(pens.pen(key=b"x" * 32))
    await other.trail.begin(pens.SITE, NOW)
    await store.trail.begin(pens.SITE, NOW)

    (head,) = await store.trail.heads()
    (link,) = await store.trail.links("chat", 0, 10)
    assert head == Head("chat", 1, link.mark[:8].hex())
    assert link.seal == pens.pen().seal(link.entry)
