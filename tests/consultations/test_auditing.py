"""Whoever can write in the database, and has no key, changes nothing in the trail that is not told, and told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from consultations.auditing import Audited, Fault, Wrong, audit
from consultations.keeping.store import Store, StoreProblem
from consultations.signing_in import SignedIn
from consultations.trail import CHAINS, CLOCK, Deed, Head, Record
from tests import pens
from tests.consultations.staff import ON_BOTH, Cast

NOW = datetime(2026, 11, 20, 10, 30, 15, 123456, tzinfo=UTC)
SAM = "5a5a5a5a"
PORTAL = "portal"


@dataclass(frozen=True)
class Site:
    """Three chains that were begun with the site. The portal's comes to 11, is joined to the chat's, and to 14."""

    stores: Mapping[str, Store]

    async def acts(self, times: int, chain: str = PORTAL) -> None:
        """So many acts, each of something else."""
        for _ in range(times):
            of = f"{sum(head.number for head in await self.stores[chain].trail.heads()):08x}"
            await self.stores[chain].trail.note(Record(Deed.SIGNED_IN, SAM, of), NOW)

    async def by_hand(self, *statements: str) -> None:
        """Somebody who can write in the database does."""
        async with self.stores[PORTAL].database.writing() as connection:
            for each in statements:
                await connection.exec_driver_sql(each)

    async def audited(self, *anchors: Head) -> Audited:
        return await audit(self.stores[PORTAL], [pens.pen(chain) for chain in CHAINS], anchors)

    async def faults(self, *anchors: Head) -> set[Fault]:
        return set((await self.audited(*anchors)).faults)


@pytest_asyncio.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    store = await pens.opened(database_url, create=True)
    made = Site({chain: store.written_by(pens.pen(chain)) for chain in CHAINS})
    for each in made.stores.values():
        await each.trail.begin(pens.SITE, NOW)
    await made.acts(10)
    await made.stores["chat"].trail.join(NOW)
    await made.acts(3)
    yield made
    await store.close()


HERE = "WHERE chain = 'portal' AND number"
COPIED = "SELECT 'portal', {number}, at, deed, \"by\", \"of\", more, seal, mark FROM trail_entry WHERE chain = 'portal'"


def put_in(number: int) -> str:
    """An entry like the fourth, put in with this number."""
    return f"INSERT INTO trail_entry {COPIED.format(number=number)} AND number = 4"


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        pytest.param([], [], id="left alone"),
        pytest.param([f"UPDATE trail_entry SET deed = 'signed_out' {HERE} = 5"], [(Wrong.ALTERED, 5, 5, 0)], id="deed"),
        pytest.param(
            [f"UPDATE trail_entry SET \"by\" = '70707070' {HERE} = 5"], [(Wrong.ALTERED, 5, 5, 0)], id="by whom"
        ),
        pytest.param(
            [f"UPDATE trail_entry SET more = 'phrase' {HERE} = 14"], [(Wrong.ALTERED, 14, 14, 0)], id="the last"
        ),
        pytest.param([put_in(15)], [(Wrong.ALTERED, 15, 15, 0)], id="one put in at the end, as an earlier one was"),
        pytest.param([f"DELETE FROM trail_entry {HERE} = 5"], [(Wrong.REMOVED, 5, 5, 0)], id="one removed"),
        pytest.param(
            [f"DELETE FROM trail_entry {HERE} IN (1, 5, 6)"],
            [(Wrong.REMOVED, 1, 1, 0), (Wrong.REMOVED, 5, 6, 0)],
            id="several removed",
        ),
        pytest.param(
            [f"UPDATE trail_entry SET number = {to} {HERE} = {of}" for of, to in ((5, 99), (6, 5), (99, 6))],
            [(Wrong.MOVED, 5, 5, 6), (Wrong.MOVED, 6, 6, 5)],
            id="two swapped",
        ),
        pytest.param(
            [f"DELETE FROM trail_entry {HERE} = 13", f"UPDATE trail_entry SET number = 13 {HERE} = 14"],
            [(Wrong.REMOVED, 13, 13, 0), (Wrong.MOVED, 13, 13, 14)],
            id="one removed and the gap closed",
        ),
        pytest.param(
            [f"DELETE FROM trail_entry {HERE} > 8"], [(Wrong.CUT, 8, 8, 11)], id="cut to before it was joined"
        ),
        pytest.param(
            [f"DELETE FROM trail_entry {HERE} > 0"], [(Wrong.CUT, 0, 0, 11), (Wrong.CUT, 0, 0, 1)], id="emptied"
        ),
    ],
)
async def test_what_was_done_to_the_trail_is_told_apart(
    site: Site, statements: list[str], faults: list[tuple[Wrong, int, int, int]]
) -> None:
    await site.by_hand(*statements)

    assert await site.faults() == {Fault(wrong, PORTAL, first, last, said) for wrong, first, last, said in faults}


async def test_a_chain_written_anew_without_the_key_is_told(site: Site) -> None:
    await site.by_hand(f"DELETE FROM trail_entry {HERE} > 0")
    forger = site.stores[PORTAL].written_by(pens.pen(PORTAL, b"another key, of thirty-two bytes"))
    await forger.trail.begin(pens.SITE, NOW)
    for _ in range(13):
        await forger.trail.note(Record(Deed.SIGNED_IN, SAM, "0a0a0a0a"), NOW)

    assert await site.faults() == {Fault(Wrong.ALTERED, PORTAL, 1, 14)}


async def test_a_chain_that_was_emptied_and_goes_on_is_told_to_have_begun_again(site: Site) -> None:
    await site.by_hand(f"DELETE FROM trail_entry {HERE} > 0")
    await site.acts(12)

    assert await site.faults() == {Fault(Wrong.BEGUN_AGAIN, PORTAL, 1, 1), Fault(Wrong.BEGUN_AGAIN, PORTAL, 11, 11)}


async def test_a_chain_put_back_to_an_earlier_moment_that_goes_on_is_told_to_go_on_otherwise(site: Site) -> None:
    await site.by_hand(f"DELETE FROM trail_entry {HERE} > 8")
    for _ in range(6):
        await site.stores[PORTAL].trail.note(Record(Deed.SIGNED_OUT, SAM, "0b0b0b0b"), NOW)

    assert await site.faults() == {Fault(Wrong.BEGUN_AGAIN, PORTAL, 11, 11)}


async def test_a_piece_of_another_history_is_told_where_it_does_not_follow(site: Site) -> None:
    kept = await site.stores[PORTAL].trail.links(PORTAL, 12, 2)
    await site.by_hand(f"DELETE FROM trail_entry {HERE} > 11")
    await site.stores[PORTAL].trail.note(Record(Deed.SIGNED_OUT, SAM, "0b0b0b0b"), NOW)
    assert (await site.faults()) == set()
    await site.acts(2)
    for link in kept:
        await site.by_hand(
            f"UPDATE trail_entry SET \"of\" = '{link.entry.of}', seal = {_raw(link.seal, site)},"
            f" mark = {_raw(link.mark, site)} {HERE} = {link.entry.number}"
        )

    assert await site.faults() == {Fault(Wrong.BEGUN_AGAIN, PORTAL, 13, 13)}


async def test_a_whole_older_database_put_back_is_told_by_an_anchor_and_by_nothing_else(site: Site) -> None:
    anchors = await site.stores[PORTAL].trail.heads()
    await site.by_hand(
        "DELETE FROM trail_entry WHERE chain = 'chat' AND number > 1", f"DELETE FROM trail_entry {HERE} > 8"
    )

    assert await site.faults() == set()
    assert await site.faults(*anchors) == {Fault(Wrong.CUT, PORTAL, 8, 8, 14), Fault(Wrong.CUT, "chat", 1, 1, 3)}

    await site.acts(9)
    assert Fault(Wrong.BEGUN_AGAIN, PORTAL, 14, 14) in await site.faults(*anchors)


async def test_tries_that_were_refused_are_one_entry_a_minute_however_many_there_were(site: Site) -> None:
    portal = site.stores[PORTAL].trail
    for _ in range(7):
        await portal.refused("sign-in", NOW)
    await portal.refused("code", NOW)
    await portal.settle(NOW)
    unsettled = len(await portal.links(PORTAL, 14, 9))
    for _ in range(2):
        await portal.settle(NOW.replace(minute=31))

    refused = [(each.entry.deed, each.entry.more) for each in await portal.links(PORTAL, 14, 9)]
    assert unsettled == 0
    assert refused == [("refused", "code.1"), ("refused", "sign-in.7")]


async def test_other_settings_are_recorded_once(site: Site) -> None:
    portal = site.stores[PORTAL].trail
    for digest in ("0a0a0a0a", "0a0a0a0a", "0b0b0b0b"):
        await portal.note_settings(digest, NOW)

    assert [each.entry.of for each in await portal.links(PORTAL, 14, 9)] == ["0a0a0a0a", "0b0b0b0b"]


@ON_BOTH
async def test_who_read_and_what_is_recorded_of_it_say_the_same_or_it_is_told(cast: Cast) -> None:
    review = await cast.review("R-1")
    await cast.send(await cast.begin(review))
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(sam, SignedIn)
    await cast.reading.open(sam, "R-1", cast.clock())

    async def about_readings() -> list[tuple[Wrong, str]]:
        found = await audit(cast.store, [pens.pen()], [])
        return [(each.wrong, each.of) for each in found.faults if each.of]

    assert await about_readings() == []
    async with cast.store.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE reading SET what = 'meeting'")
    assert await about_readings() == [(Wrong.UNRECORDED, review), (Wrong.UNNOTED, review)]
    async with cast.store.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM reading")
    assert await about_readings() == [(Wrong.UNNOTED, review)]
    await cast.store.trail.note(Record(Deed.FORGOTTEN, CLOCK, review, "sending"), cast.clock())
    assert await about_readings() == []


def _raw(value: bytes, site: Site) -> str:
    return f"x'{value.hex()}'" if site.stores[PORTAL].database.sqlite else f"'\\x{value.hex()}'::bytea"


@ON_BOTH
@pytest.mark.parametrize("gone", ["reading", "trail_entry"])
async def test_whoever_takes_one_account_of_a_reading_away_hides_it_from_neither_child_nor_officer(
    cast: Cast, gone: str
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    await cast.send(consultation)
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(sam, SignedIn)
    before = await cast.reading.open(sam, "R-1", cast.clock())
    async with cast.store.database.writing() as connection:
        await connection.exec_driver_sql(f"DELETE FROM {gone}")

    thread = await cast.store.threads.thread_of(consultation)
    after = await cast.reading.open(sam, "R-1", cast.clock())
    assert thread is not None
    assert before is not None
    assert after is not None
    assert [(each.reader, each.what, each.sending) for each in thread.readings] == [("Sam Okafor", "opened", 1)]
    assert after.done == before.done


async def test_nobody_reads_signs_in_or_sends_what_cannot_be_recorded(cast: Cast) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    await cast.send(consultation)
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(sam, SignedIn)
    await cast.breaks("INSERT", "trail_entry")

    with pytest.raises(StoreProblem):
        await cast.reading.open(sam, "R-1", cast.clock())
    with pytest.raises(StoreProblem):
        await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    with pytest.raises(StoreProblem):
        await cast.signing_in.begin(sam, cast.clock(), passed=True)
    with pytest.raises(StoreProblem):
        await cast.send(consultation)
    await cast.mended()
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    assert thread.readings == ()
    assert len(await cast.store.sendings.sendings_of(review)) == 1
