"""A turn is one statement to read and one to keep, and what was acknowledged stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from consultations.circumstances import ReadBy
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.people import Entry
from consultations.keeping.store.threads import ChatSession, Officer, WrappedKey
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, DAY, JO, NOW, REVIEW_ON, SAM


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Every statement the store gives its database inside the block."""
    given: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        given.append(statement)

    engines = {store.database.readers.sync_engine, store.database.writers.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield given
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_turn_that_answers_a_question_is_two_statements(store: Store) -> None:
    consultation = await cast.consultation(store)

    with statements(store) as given:
        thread = await store.threads.thread("web:1")
        assert thread is not None
        await store.threads.keep(consultation, thread.version, b"sealed 2", NOW)

    assert [statement.split()[0] for statement in given] == ["SELECT", "UPDATE"]


async def test_one_read_tells_everything_a_turn_needs(store: Store) -> None:
    consultation = await cast.consultation(store)

    thread = await store.threads.thread("web:1")

    assert thread is not None
    assert (thread.consultation, thread.version, thread.sealed, thread.wrapped_key) == (
        consultation,
        1,
        b"sealed 1",
        b"wrapped 1",
    )
    assert (thread.review, thread.reference, thread.question_set) == (AMAL, "R-1", "ages_8_11")
    assert (thread.review_on, thread.held_on) == (REVIEW_ON, None)
    assert thread.details == b"for the chat"
    assert thread.officer == Officer(SAM, "Sam", True, Entry(SAM, b"public", b"signature"))
    assert thread.readings == ()
    assert thread.session == ChatSession("web:1", NOW, None, None)


async def test_a_thread_without_a_door_has_no_session(store: Store) -> None:
    consultation = await cast.consultation(store)

    thread = await store.threads.thread_of(consultation)

    assert thread is not None
    assert thread.session is None
    assert thread.sealed == b"sealed 1"


async def test_who_opened_and_copied_what_was_sent_comes_with_the_thread_in_order(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    later = NOW + timedelta(hours=3, microseconds=-3456)
    await store.sendings.note("00000002", "s1", SAM, "meeting", later)
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW)
    await cast.send(store, consultation, "s2", replaces="s1")

    thread = await store.threads.thread("web:1")

    assert thread is not None
    assert thread.readings == (ReadBy("Sam", "opened", NOW, 1), ReadBy("Sam", "meeting", later, 1))
    assert await store.sendings.readings_of(AMAL) == thread.readings


async def test_the_officer_is_the_one_of_today(store: Store) -> None:
    await cast.consultation(store)
    await store.reviews.bring_in([cast.review(AMAL, "R-1", officer=JO)], NOW)
    await store.people.disable(JO, "new stamp", NOW)

    thread = await store.threads.thread("web:1")

    assert thread is not None
    assert (thread.officer.name, thread.officer.enabled) == ("Jo", False)


async def test_an_address_nobody_has_leads_nowhere(store: Store) -> None:
    await cast.consultation(store)
    addresses = ("web:2", "", "web:1\0", "web:\ud800", "web:1' OR '1'='1", "w" * 1_000_000)

    assert [await store.threads.thread(address) for address in addresses] == [None] * len(addresses)


async def test_a_version_is_kept_once(store: Store) -> None:
    consultation = await cast.consultation(store)

    first = await cast.keeps(store, consultation, 1, b"first")
    second = await cast.keeps(store, consultation, 1, b"second")

    thread = await store.threads.thread("web:1")
    assert (first, second) == (True, False)
    assert thread is not None
    assert (thread.version, thread.sealed) == (2, b"first")


async def test_of_many_turns_at_once_on_one_conversation_exactly_one_is_kept(store: Store) -> None:
    consultation = await cast.consultation(store)

    kept = await asyncio.gather(
        *(cast.keeps(store, consultation, 1, b"%d" % number) for number in range(40)),
    )

    thread = await store.threads.thread("web:1")
    assert kept.count(True) == 1
    assert thread is not None
    assert thread.sealed == b"%d" % kept.index(True)


async def test_many_children_at_once_lose_nothing(store: Store) -> None:
    await cast.officers(store)
    children = [f"{number:08}" for number in range(20)]
    await store.reviews.bring_in([cast.review(child, f"R-{child}") for child in children], NOW)
    consultations = [await cast.come_in(store, child, f"web:{child}") for child in children]

    async def talk(consultation: str) -> None:
        for version in range(1, 11):
            await store.threads.keep(consultation, version, f"{consultation} {version}".encode(), NOW)

    await asyncio.gather(*(talk(consultation) for consultation in consultations))

    for child, consultation in zip(children, consultations, strict=True):
        thread = await store.threads.thread(f"web:{child}")
        assert thread is not None
        assert (thread.version, thread.sealed) == (11, f"{consultation} 10".encode())


async def test_a_session_ends_when_it_first_ends(store: Store) -> None:
    await cast.consultation(store)
    await store.threads.end_session("web:1", NOW)
    await store.threads.end_session("web:1", NOW + DAY)

    thread = await store.threads.thread("web:1")

    assert thread is not None
    assert thread.session == ChatSession("web:1", NOW, NOW, None)


async def test_a_last_word_is_kept_once_however_often_it_is_tried(store: Store) -> None:
    consultation = await cast.consultation(store)

    async def tries(version: int, word: bytes) -> bytes | None:
        try:
            await store.threads.keep_last_word("web:1", consultation, version, word, NOW)
        except Collided:
            return None
        return word

    at_once = await asyncio.gather(*(tries(1, b"word %d" % number) for number in range(8)))
    later = await tries(2, b"another word")

    [kept] = [word for word in at_once if word is not None]
    thread = await store.threads.thread("web:1")
    assert later is None
    assert thread is not None
    assert (thread.version, thread.sealed) == (2, kept)
    assert thread.session == ChatSession("web:1", NOW, None, NOW)


async def test_old_sessions_go_and_conversations_stay(store: Store) -> None:
    consultation = await cast.consultation(store)

    await store.threads.forget_sessions(NOW)
    assert await store.threads.thread("web:1") is not None
    await store.threads.forget_sessions(NOW + DAY)

    assert await store.threads.thread("web:1") is None
    assert await store.threads.thread_of(consultation) is not None


async def test_a_window_is_due_from_the_moment_it_closes_until_it_is_closed(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")

    early = await store.threads.windows_due(NOW + DAY - timedelta(microseconds=1))
    due = await store.threads.windows_due(NOW + DAY)
    await store.sendings.close_window(consultation, 2, b"sealed 3", b"wrapped 2", NOW + DAY)

    assert early == ()
    assert due == (consultation,)
    assert await store.threads.windows_due(NOW + DAY) == ()


async def test_a_draft_key_is_wrapped_anew_only_over_what_was_read(store: Store) -> None:
    consultation = await cast.consultation(store)
    [key] = await store.threads.live_draft_keys()

    assert key == WrappedKey(consultation, b"wrapped 1")
    assert await store.threads.rewrap(key, b"wrapped 2")
    assert not await store.threads.rewrap(key, b"wrapped 3")
    assert await store.threads.live_draft_keys() == (WrappedKey(consultation, b"wrapped 2"),)
