"""What is sent is sent whole or not at all, and what is taken away is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import col

from consultations.keeping.store import Collided, Store, tables
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.store.people import Entry
from consultations.keeping.store.sendings import KeptSending, NewSending, SealedBundle
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.store.threads import WrappedKey
from tests import pens
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, DAY, JO, NOW, SAM

RECOVERY = Entry("recovery", b"public", b"signature")


async def rows(store: Store, table: type[tables.Row]) -> int:
    async with store.database.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def test_a_sending_comes_back_as_it_was_kept(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await cast.send(store, consultation, "s2", kind="addition")
    one, two = cast.new_sending("s1"), cast.new_sending("s2")

    assert await store.sendings.sendings_of(AMAL) == (
        KeptSending("s1", 1, "replacement", one.manifest, b"signature", NOW, None, None, one.bundles),
        KeptSending("s2", 2, "addition", two.manifest, b"signature", NOW, None, None, two.bundles),
    )


async def test_bundles_and_wraps_keep_their_places_however_many_there_are(store: Store) -> None:
    consultation = await cast.consultation(store)
    many = tuple(SealedBundle(b"b%d" % b, tuple(b"w%d %d" % (b, w) for w in range(12))) for b in range(12))
    async with store.sendings.sending(consultation, 1) as sending:
        await sending.keep([NewSending("s1", "replacement", b"m", b"s", many)], b"sealed 2", NOW, NOW + DAY)

    [kept] = await store.sendings.sendings_of(AMAL)

    assert kept.bundles == many


async def test_who_sends_sees_what_is_true_and_what_went_before(store: Store) -> None:
    await store.site.make(SiteFacts("deployment", RECOVERY, NOW))
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await cast.send(store, consultation, "s2", replaces="s1")

    async with store.sendings.sending(consultation, 3) as sending:
        assert sending.thread == await store.threads.thread_of(consultation)
        assert sending.recovery == RECOVERY
        assert [(each.id, each.manifest, each.stands) for each in sending.earlier] == [
            ("s1", b"manifest s1", False),
            ("s2", b"manifest s2", True),
        ]


async def test_sending_moves_the_conversation_and_opens_the_window(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    thread = await store.threads.thread_of(consultation)

    assert thread is not None
    assert (thread.version, thread.sealed) == (2, b"sealed, sent")
    assert await store.threads.windows_due(NOW + DAY) == (consultation,)


async def test_nothing_is_sent_from_a_page_that_is_out_of_date(store: Store) -> None:
    consultation = await cast.consultation(store)
    await store.threads.keep(consultation, 1, b"sealed 2", NOW)

    with pytest.raises(Collided):
        async with store.sendings.sending(consultation, 1) as sending:
            await sending.keep([cast.new_sending("s1")], b"never", NOW, NOW + DAY)

    assert await store.sendings.sendings_of(AMAL) == ()


async def test_leaving_early_sends_nothing(store: Store) -> None:
    consultation = await cast.consultation(store)

    async with store.sendings.sending(consultation, 1):
        pass

    assert await store.sendings.sendings_of(AMAL) == ()
    assert await cast.version(store, consultation) == 1


async def test_a_fault_after_recording_undoes_it_all(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    async def send() -> None:
        async with store.sendings.sending(consultation, 2) as sending:
            await sending.keep([cast.new_sending("s2", replaces="s1")], b"sealed 3", NOW, NOW + DAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await send()

    [kept] = await store.sendings.sendings_of(AMAL)
    assert (kept.id, kept.stands, len(kept.bundles)) == ("s1", True, 2)
    assert await cast.version(store, consultation) == 2


async def test_of_two_that_send_at_once_one_sends(store: Store) -> None:
    consultation = await cast.consultation(store)

    async def send(id: str) -> bool:
        try:
            async with store.sendings.sending(consultation, 1) as sending:
                await sending.keep([cast.new_sending(id)], b"sealed 2", NOW, NOW + DAY)
        except Collided:
            return False
        return True

    sent = await asyncio.gather(*(send(f"s{number}") for number in range(6)))

    assert sent.count(True) == 1
    assert [each.id for each in await store.sendings.sendings_of(AMAL)] == [f"s{sent.index(True)}"]


async def test_while_something_is_sent_no_word_gets_in_between(store: Store) -> None:
    consultation = await cast.consultation(store)
    async with store.sendings.sending(consultation, 1) as sending:
        late = asyncio.create_task(cast.keeps(store, consultation, 1, b"late"))
        await asyncio.sleep(0.1)
        await sending.keep([cast.new_sending("s1")], b"sealed 2", NOW, NOW + DAY)

    assert not await late
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    assert thread.sealed == b"sealed 2"


async def test_sending_and_coming_in_never_wait_for_each_other_for_ever(store: Store) -> None:
    consultation = await cast.consultation(store)
    session = {"address": "web:2", "consultation_id": consultation, "created_at": NOW}

    # The two steps of coming in to a consultation that has begun, with the sending between them.
    async with store.database.writing() as coming_in:
        review = select(col(tables.Review.id)).where(col(tables.Review.id) == AMAL)
        await coming_in.execute(review.with_for_update(key_share=True))
        sending = asyncio.create_task(cast.send(store, consultation, "s1"))
        await asyncio.sleep(0.3)
        await coming_in.execute(insert(tables.ChatSession).values(**session))
    await sending

    assert await store.threads.thread("web:2") is not None
    assert len(await store.sendings.sendings_of(AMAL)) == 1


async def test_a_replacement_takes_the_earlier_one_away_and_leaves_the_fact(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await cast.send(store, consultation, "s2", replaces="s1")

    first, second = await store.sendings.sendings_of(AMAL)

    assert (first.replaced_by, first.manifest, first.bundles) == ("s2", b"manifest s1", ())
    assert second.bundles == cast.new_sending("s2").bundles
    assert (await rows(store, tables.Bundle), await rows(store, tables.Wrap)) == (2, 6)


async def test_taking_back_takes_every_sending_and_keeps_the_new_state(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await cast.send(store, consultation, "s2", kind="addition")

    await store.sendings.take_back(consultation, 3, b"taken back", NOW + DAY)

    kept = await store.sendings.sendings_of(AMAL)
    assert [(each.id, each.taken_back_at, each.bundles) for each in kept] == [
        ("s1", NOW + DAY, ()),
        ("s2", NOW + DAY, ()),
    ]
    assert (await rows(store, tables.Bundle), await rows(store, tables.Wrap)) == (0, 0)
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    assert (thread.version, thread.sealed) == (4, b"taken back")
    assert await store.threads.windows_due(NOW + 2 * DAY) == ()


async def test_taking_back_from_a_page_that_is_out_of_date_changes_nothing(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    with pytest.raises(Collided):
        await store.sendings.take_back(consultation, 1, b"never", NOW)

    [kept] = await store.sendings.sendings_of(AMAL)
    assert kept.stands
    assert await cast.version(store, consultation) == 2


async def test_what_was_taken_back_can_be_sent_anew(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await store.sendings.take_back(consultation, 2, b"taken back", NOW)
    await cast.send(store, consultation, "s2")

    assert [(each.number, each.stands) for each in await store.sendings.sendings_of(AMAL)] == [(1, False), (2, True)]


async def test_closing_the_window_changes_state_and_key_together(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    with pytest.raises(Collided):
        await store.sendings.close_window(consultation, 1, b"never", b"never", NOW)
    await store.sendings.close_window(consultation, 2, b"closed", b"wrapped 2", NOW)

    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    assert (thread.version, thread.sealed, thread.wrapped_key) == (3, b"closed", b"wrapped 2")
    assert await store.threads.live_draft_keys() == (WrappedKey(consultation, b"wrapped 2"),)
    [kept] = await store.sendings.sendings_of(AMAL)
    assert kept.stands


async def test_taken_back_bytes_are_in_no_file(sqlite_url: str, tmp_path: Path) -> None:
    store = await pens.opened(sqlite_url, create=True, forgotten=Forgotten(tmp_path / NAME))
    consultation = await cast.consultation(store)
    mark = b"marzipanladder" * 300
    await cast.send(store, consultation, "s1", mark=mark)
    await cast.send(store, consultation, "s2", replaces="s1", mark=mark)
    there = in_files(tmp_path)
    await store.sendings.take_back(consultation, 3, b"taken back", NOW)
    left = in_files(tmp_path)
    await store.close()

    assert there
    assert not left


async def test_replaced_bytes_are_in_no_file(sqlite_url: str, tmp_path: Path) -> None:
    store = await pens.opened(sqlite_url, create=True, forgotten=Forgotten(tmp_path / NAME))
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1", mark=b"marzipanladder" * 300)
    await cast.send(store, consultation, "s2", replaces="s1")
    left = in_files(tmp_path)
    await store.close()

    assert not left


async def test_a_closed_window_leaves_neither_the_old_states_nor_the_old_key_in_any_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = await pens.opened(sqlite_url, create=True, forgotten=Forgotten(tmp_path / NAME))
    consultation = await cast.consultation(store)
    [key] = await store.threads.live_draft_keys()
    await store.threads.rewrap(key, b"marzipanladder")
    for version in range(1, 20):
        await store.threads.keep(consultation, version, b"marzipanladder" * 600, NOW)
    there = in_files(tmp_path)
    await store.sendings.close_window(consultation, 20, b"closed", b"wrapped 2", NOW)
    left = in_files(tmp_path)
    await store.close()

    assert there
    assert not left


async def test_forgetting_waits_for_no_slow_reader_and_is_made_good_later(sqlite_url: str, tmp_path: Path) -> None:
    store = await pens.opened(sqlite_url, create=True, forgotten=Forgotten(tmp_path / NAME))
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1", mark=b"marzipanladder" * 300)
    async with store.database.snapshot() as reader:
        await reader.exec_driver_sql("SELECT * FROM review")
        await store.sendings.take_back(consultation, 2, b"taken back", NOW)
        done = await store.forget_bytes()
    done_later = await store.forget_bytes()
    left = in_files(tmp_path)
    await store.close()

    assert (done, done_later) == (False, True)
    assert not left


def in_files(folder: Path) -> list[str]:
    """The names of the files that hold the mark."""
    return [each.name for each in folder.rglob("*") if each.is_file() and b"marzipanladder" in each.read_bytes()]


async def test_opening_is_noted_once_and_copies_every_time(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    noted = [
        await store.sendings.note("00000001", "s1", SAM, "opened", NOW),
        await store.sendings.note("00000002", "s1", SAM, "opened", NOW + DAY),
        await store.sendings.note("00000003", "s1", JO, "opened", NOW + DAY),
        await store.sendings.note("00000004", "s1", SAM, "officer", NOW + DAY, b"sealed reason"),
        await store.sendings.note("00000005", "s1", SAM, "officer", NOW + 2 * DAY, b"sealed reason"),
    ]

    readings = await store.sendings.readings_of(AMAL)
    assert noted == [True, False, True, True, True]
    assert [(each.reader, each.what, each.at) for each in readings] == [
        ("Sam", "opened", NOW),
        ("Jo", "opened", NOW + DAY),
        ("Sam", "officer", NOW + DAY),
        ("Sam", "officer", NOW + 2 * DAY),
    ]


async def test_a_review_nobody_began_has_no_sendings(store: Store) -> None:
    await cast.reviews(store)

    assert await store.sendings.sendings_of(AMAL) == ()
    assert await store.sendings.sendings_of("unknown") == ()
