"""Staff become readers by a code that works once, and what locks their keys is theirs alone."""

from __future__ import annotations

import asyncio

import pytest

from consultations.keeping.store import Store
from consultations.keeping.store.people import Custody, Entry, Person
from consultations.keeping.store.portal_sessions import PortalSession
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import DAY, JO, NOW, SAM

ENTRY = Entry(SAM, b"public", b"signature")
CUSTODIES = [Custody("k1", "phrase", b"locked 1"), Custody("k2", "recovery code", b"locked 2")]


@pytest.fixture
async def sam(store: Store) -> Person:
    """Sam, added and not yet enrolled; the code is "code", for a day."""
    await store.people.add(SAM, "sam", "Sam", "officer", "stamp 1", NOW)
    await store.people.offer_enrolment("e1", SAM, "code", NOW + DAY, NOW)
    person = await store.people.by_id(SAM)
    assert person is not None
    return person


async def _reader(store: Store) -> Person:
    """Sam, enrolled and confirmed."""
    assert await store.people.enrol("code", SAM, b"public", CUSTODIES, "stamp 2", NOW)
    assert await store.people.confirm(ENTRY, None, NOW)
    person = await store.people.by_id(SAM)
    assert person is not None
    return person


async def test_somebody_new_is_no_reader_yet(store: Store, sam: Person) -> None:
    assert sam == Person(SAM, "sam", "Sam", "officer", True, "stamp 1", None)
    assert await store.people.by_username("sam") == sam
    assert await store.people.everyone() == (sam,)


async def test_a_username_is_one_persons(store: Store, sam: Person) -> None:
    assert not await store.people.add("other", "sam", "Sam Other", "officer", "stamp", NOW)
    assert await store.people.everyone() == (sam,)


async def test_nobody_has_another_spelling(store: Store, sam: Person) -> None:
    typed = ("", "SAM", "sam ", "sam\0", "\ud800", "s%", "x" * 100_000)

    assert [await store.people.by_username(each) for each in typed] == [None] * len(typed)


async def test_enrolling_makes_a_reader(store: Store, sam: Person) -> None:
    assert await store.people.enrolling("code", NOW) == sam

    waiting = await store.people.enrol("code", SAM, b"public", CUSTODIES, "stamp 2", NOW)
    assert waiting == Person(SAM, "sam", "Sam", "officer", True, "stamp 2", None, b"public")
    assert await store.people.confirm(ENTRY, JO, NOW)

    assert await store.people.by_id(SAM) == Person(SAM, "sam", "Sam", "officer", True, "stamp 2", ENTRY)
    assert await store.people.custodies(SAM) == tuple(CUSTODIES)


async def test_only_the_keys_that_wait_are_confirmed_and_only_once(store: Store, sam: Person) -> None:
    assert not await store.people.confirm(ENTRY, JO, NOW), "nothing waits yet"
    await store.people.enrol("code", SAM, b"public", CUSTODIES, "stamp 2", NOW)

    assert not await store.people.confirm(Entry(SAM, b"others", b"signature"), JO, NOW)
    assert [await store.people.confirm(ENTRY, JO, NOW) for _ in range(2)] == [True, False]


async def test_who_was_disabled_meanwhile_is_not_confirmed(store: Store, sam: Person) -> None:
    await store.people.enrol("code", SAM, b"public", CUSTODIES, "stamp 2", NOW)
    await store.people.disable(SAM, "stamp 3", NOW)

    assert not await store.people.confirm(ENTRY, JO, NOW)


async def test_a_code_works_once_however_many_try_at_once(store: Store, sam: Person) -> None:
    enrolled = await asyncio.gather(
        *(
            store.people.enrol("code", SAM, b"public", [Custody(f"k{number}", "phrase", b"")], f"stamp {number}", NOW)
            for number in range(6)
        )
    )

    [person] = [each for each in enrolled if each is not None]
    assert await store.people.by_id(SAM) == person
    assert len(await store.people.custodies(SAM)) == 1
    assert await store.people.enrolling("code", NOW) is None


async def test_a_code_stops_working_after_its_day(store: Store, sam: Person) -> None:
    assert await store.people.enrolling("code", NOW + DAY) is None
    assert await store.people.enrol("code", SAM, b"public", CUSTODIES, "stamp 2", NOW + DAY) is None
    assert await store.people.by_id(SAM) == sam


async def test_a_newer_code_stops_the_earlier_one(store: Store, sam: Person) -> None:
    await store.people.offer_enrolment("e2", SAM, "newer", NOW + DAY, NOW)

    assert await store.people.enrolling("code", NOW) is None
    assert await store.people.enrolling("newer", NOW) == sam


async def test_a_code_enrols_nobody_but_its_owner(store: Store, sam: Person) -> None:
    await store.people.add(JO, "jo", "Jo", "officer", "stamp", NOW)

    assert await store.people.enrol("code", JO, b"public", [], "stamp 2", NOW) is None

    jo = await store.people.by_id(JO)
    assert jo is not None
    assert (jo.entry, jo.waiting) == (None, b"")
    assert await store.people.enrolling("code", NOW) == sam


async def test_enrolling_again_replaces_every_lock_and_ends_every_session(store: Store, sam: Person) -> None:
    person = await _reader(store)
    await store.portal_sessions.keep("session", person, b"sealed", NOW)
    await store.people.offer_enrolment("e2", SAM, "newer", NOW + DAY, NOW)

    new = [Custody("k3", "phrase", b"locked 3")]
    again = await store.people.enrol("newer", SAM, b"new public", new, "stamp 3", NOW)

    assert again is not None
    assert (again.entry, again.waiting) == (None, b"new public"), "somebody has to confirm them anew"
    assert await store.people.custodies(SAM) == tuple(new)
    assert await store.portal_sessions.get("session") is None


async def test_a_new_phrase_locks_the_same_keys_and_ends_every_session(store: Store, sam: Person) -> None:
    person = await _reader(store)
    await store.portal_sessions.keep("session", person, b"sealed", NOW)

    await store.people.change_custody(SAM, [Custody("k3", "phrase", b"locked 3")], "stamp 3", NOW + DAY)

    changed = await store.people.by_id(SAM)
    assert changed == Person(SAM, "sam", "Sam", "officer", True, "stamp 3", ENTRY)
    assert await store.people.custodies(SAM) == (CUSTODIES[1], Custody("k3", "phrase", b"locked 3"))
    assert await store.portal_sessions.get("session") is None


async def test_who_is_disabled_has_no_session_and_no_code_and_keeps_their_locks(store: Store) -> None:
    await cast.officers(store)
    sam = await store.people.by_id(SAM)
    assert sam is not None
    await store.portal_sessions.keep("session", sam, b"sealed", NOW)
    await store.people.offer_enrolment("e9", SAM, "code", NOW + DAY, NOW)

    assert await store.people.disable(SAM, "stamp 3", NOW)

    disabled = await store.people.by_id(SAM)
    assert disabled is not None
    assert not disabled.enabled
    assert await store.portal_sessions.get("session") is None
    assert await store.people.enrolling("code", NOW) is None
    assert len(await store.people.custodies(SAM)) == 2


async def test_a_session_kept_while_its_owner_is_disabled_is_good_for_nothing(store: Store) -> None:
    await cast.officers(store)
    before = await store.people.by_id(SAM)
    assert before is not None
    await store.people.disable(SAM, "stamp 3", NOW)
    await store.portal_sessions.keep("late", before, b"sealed", NOW)
    await store.people.enable(SAM, NOW)

    assert await store.portal_sessions.get("late") is None


async def test_nobody_is_disabled_by_a_name_nobody_has(store: Store) -> None:
    assert not await store.people.disable("unknown", "stamp", NOW)
    assert not await store.people.enable("unknown", NOW)


async def test_a_session_comes_back_with_whose_it_is(store: Store) -> None:
    await cast.officers(store)
    sam = await store.people.by_id(SAM)
    assert sam is not None
    await store.portal_sessions.keep("session", sam, b"sealed", NOW)
    await store.portal_sessions.touch("session", NOW + DAY)
    await store.portal_sessions.keep("halfway", sam, b"sealed", NOW, passed=False)

    assert await store.portal_sessions.get("session") == PortalSession("session", sam, b"sealed", NOW, NOW + DAY, True)
    assert await store.portal_sessions.get("halfway") == PortalSession("halfway", sam, b"sealed", NOW, NOW, False)
    assert await store.portal_sessions.get("another") is None


async def test_a_deleted_session_is_locked(store: Store) -> None:
    await cast.officers(store)
    sam = await store.people.by_id(SAM)
    assert sam is not None
    for id in ("one", "two"):
        await store.portal_sessions.keep(id, sam, b"sealed", NOW)

    await store.portal_sessions.delete("one")

    assert [await store.portal_sessions.get(id) is not None for id in ("one", "two")] == [False, True]


async def test_sessions_idle_or_open_for_too_long_are_locked(store: Store) -> None:
    await cast.officers(store)
    sam = await store.people.by_id(SAM)
    assert sam is not None
    for id, begun, used in (("old", 0, 3), ("idle", 2, 2), ("good", 2, 3)):
        await store.portal_sessions.keep(id, sam, b"sealed", NOW + begun * DAY)
        await store.portal_sessions.touch(id, NOW + used * DAY)

    await store.portal_sessions.delete_idle(seen_before=NOW + 3 * DAY, created_before=NOW + DAY)

    left = [id for id in ("old", "idle", "good") if await store.portal_sessions.get(id)]
    assert left == ["good"]
