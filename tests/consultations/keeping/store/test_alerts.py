"""An alert is kept with the turn that raised it, and somebody is called about it until somebody has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from consultations.circumstances import AlertSeen
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.alerts import KeptAlert, KeptAsk
from consultations.keeping.store.telling import Telling
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, BILLIE, DAY, JO, NOW, SAM
from tests.consultations.keeping.store.test_threads import statements

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)


@asynccontextmanager
async def telling(store: Store, consultation: str, now: datetime = NOW) -> AsyncIterator[Telling]:
    """A turn that tells something, whatever the version is."""
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    async with store.alerts.telling(thread, b"sealed, told", now) as told:
        yield told


async def raised(store: Store, consultation: str, number: int = 1, now: datetime = NOW, sending: str = "") -> str:
    """An alert is raised; its id."""
    id = f"{consultation}-alert-{number}"
    async with telling(store, consultation, now) as told:
        await told.raise_alert(id, number, "carer", sending)
    return id


async def closed(store: Store, id: str, staff: str, at: datetime) -> None:
    """They have it, and close it."""
    assert await store.alerts.hold(id, staff, at)
    assert await store.alerts.close(id, staff, at, b"sealed")


async def kept(store: Store, id: str) -> KeptAlert:
    alert = await store.alerts.one(id)
    assert alert is not None
    return alert


async def test_an_alert_is_kept_with_the_turn_and_somebody_is_to_be_called_at_once(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))

    [due] = await store.alerts.due(NOW)

    assert (due.id, due.review, due.reference, due.officer) == (id, AMAL, "R-1", "sam")
    assert (due.raised_at, due.again_at, due.calls, due.kept_from) == (NOW, None, 0, ())
    assert (due.called_who, (await kept(store, id)).beside) == ("", "carer")
    assert (due.details_for_chat, due.details_for_portal) == (b"for the chat", b"for the portal")
    assert await store.alerts.due(NOW - MINUTE) == ()
    thread = await store.threads.thread("web:1")
    assert thread is not None
    assert (thread.version, thread.sealed) == (2, b"sealed, told")


async def test_a_turn_that_came_too_late_tells_nothing_and_a_fault_keeps_neither(store: Store) -> None:
    consultation = await cast.consultation(store)
    thread = await store.threads.thread("web:1")
    assert thread is not None

    async def tell(fault: Exception | None = None) -> None:
        async with store.alerts.telling(thread, b"never", NOW) as told:
            await told.raise_alert("never", 1)
            if fault is not None:
                raise fault

    with pytest.raises(ZeroDivisionError):
        await tell(ZeroDivisionError())
    await store.threads.keep(consultation, 1, b"sealed 2", NOW)
    with pytest.raises(Collided):
        await tell()

    assert await store.alerts.of_everybody() == ()
    assert await cast.version(store, consultation) == 2


async def test_of_many_turns_at_once_that_raise_it_one_does(store: Store) -> None:
    consultation = await cast.consultation(store)
    thread = await store.threads.thread("web:1")
    assert thread is not None

    async def tries(number: int) -> bool:
        try:
            async with store.alerts.telling(thread, b"sealed", NOW) as told:
                await told.raise_alert(f"a{number}", 1)
        except Collided:
            return False
        return True

    tried = await asyncio.gather(*(tries(number) for number in range(8)))

    assert tried.count(True) == 1
    assert [each.id for each in await store.alerts.of_everybody()] == [f"a{tried.index(True)}"]
    assert await cast.version(store, consultation) == 2


async def test_raised_again_before_anybody_has_it_is_the_same_alert(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    await store.alerts.called(id, "Maya", NOW, NOW + QUARTER)
    async with telling(store, consultation, NOW + MINUTE) as told:
        await told.raise_alert("another id", 1)

    [alert] = await store.alerts.of_everybody()

    assert (alert.id, alert.raised_at, alert.again_at, alert.calls) == (id, NOW, NOW + MINUTE, 1)
    assert await store.alerts.due(NOW + MINUTE) == (), "calls go on in their quarters of an hour"


@pytest.mark.parametrize("how", ["held", "closed"])
async def test_raised_again_when_somebody_has_it_by_now_is_worked_out_anew(store: Store, how: str) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    if how == "held":
        await store.alerts.hold(id, SAM, NOW)
    else:
        await closed(store, id, SAM, NOW)

    with pytest.raises(Collided):
        async with telling(store, consultation) as told:
            await told.raise_alert("another id", 1)
    second = await raised(store, consultation, number=2, now=NOW + DAY)

    assert await cast.version(store, consultation) == 3
    assert [each.id for each in await store.alerts.due(NOW + DAY)] == [second]


async def test_one_of_many_who_would_call_calls_and_another_once_that_one_is_silent(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))

    at_once = await asyncio.gather(*(store.alerts.lease(id, NOW + MINUTE, NOW) for _ in range(6)))
    meanwhile = await store.alerts.due(NOW + MINUTE / 2)
    [left] = await store.alerts.due(NOW + MINUTE)
    later = await store.alerts.lease(id, NOW + 2 * MINUTE, NOW + MINUTE)

    assert at_once.count(True) == 1
    assert meanwhile == ()
    assert (left.id, later) == (id, True)


async def test_the_next_call_is_due_when_the_caller_says(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))
    await store.alerts.lease(id, NOW + MINUTE, NOW)
    await store.alerts.called(id, "Maya", NOW, NOW + QUARTER)

    alert = await kept(store, id)
    [due] = await store.alerts.due(NOW + QUARTER)

    assert (alert.calls, alert.called_at, alert.called_who) == (1, NOW, "Maya")
    assert await store.alerts.due(NOW + QUARTER - MINUTE) == ()
    assert (due.calls, due.called_who) == (1, "Maya")
    assert await store.alerts.lease(id, NOW + QUARTER + MINUTE, NOW + QUARTER)


async def test_that_calling_fails_is_known_since_it_first_did_until_somebody_is_called(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))
    before = await store.alerts.failing_since()
    for minute in range(3):
        at = NOW + minute * MINUTE
        assert await store.alerts.lease(id, at + MINUTE, at)
        await store.alerts.failed(id, at, at + MINUTE)

    failing, [due] = await store.alerts.failing_since(), await store.alerts.due(NOW + 3 * MINUTE)
    await store.alerts.called(id, "Maya", NOW + 3 * MINUTE, NOW + QUARTER)

    assert (before, failing, due.failing_since, due.calls) == (None, NOW, NOW, 0)
    assert await store.alerts.failing_since() is None
    assert (await kept(store, id)).failing_since is None


async def test_of_many_who_would_have_it_one_has_it_and_nobody_is_called_any_more(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))

    at_once = await asyncio.gather(*(store.alerts.hold(id, staff, NOW) for staff in (SAM, JO) * 3))

    alert = await kept(store, id)
    assert at_once.count(True) == 1
    assert (alert.holder, alert.held_at) == ((SAM, JO)[at_once.index(True) % 2], NOW)
    assert alert.holder_name in ("Sam", "Jo")
    assert await store.alerts.due(NOW + DAY) == ()
    assert not await store.alerts.lease(id, NOW + DAY, NOW)


@pytest.mark.parametrize("how", ["called", "failed"])
async def test_a_call_under_way_when_somebody_took_it_leads_to_no_other(store: Store, how: str) -> None:
    id = await raised(store, await cast.consultation(store))
    await store.alerts.lease(id, NOW + MINUTE, NOW)
    await store.alerts.hold(id, JO, NOW)
    if how == "called":
        await store.alerts.called(id, "Maya", NOW, NOW + QUARTER)
    else:
        await store.alerts.failed(id, NOW, NOW + QUARTER)

    assert await store.alerts.due(NOW + DAY) == ()
    assert await store.alerts.failing_since() is None
    assert (await kept(store, id)).held_at == NOW


async def test_it_is_closed_once_with_what_was_done_by_whoever_has_it(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))
    nobodys = await store.alerts.close(id, SAM, NOW, b"none")
    await store.alerts.hold(id, SAM, NOW)

    ways = ((JO, b"not hers"), (SAM, b"one"), (SAM, b"two"))
    done = [nobodys, *[await store.alerts.close(id, staff, NOW + DAY, words) for staff, words in ways]]

    alert = await kept(store, id)
    assert done == [False, False, True, False]
    assert (alert.holder, alert.held_at, alert.closer_name, alert.closed_at) == (SAM, NOW, "Sam", NOW + DAY)
    assert alert.done == b"one"
    assert await store.alerts.due(NOW + 2 * DAY) == ()
    assert not await store.alerts.hold(id, JO, NOW + 2 * DAY)


async def test_who_must_not_be_told_any_more_ends_no_calls_by_closing_what_they_had(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    await store.alerts.hold(id, SAM, NOW)
    async with telling(store, consultation, NOW + MINUTE) as told:
        await told.keep_from(1, ["officer"])

    assert not await store.alerts.close(id, SAM, NOW + MINUTE, b"sealed"), "written while the child said so"
    assert [each.id for each in await store.alerts.due(NOW + MINUTE)] == [id]


async def test_an_alert_that_is_none_is_not_there(store: Store) -> None:
    await cast.consultation(store)

    for id in ("unknown", "", "\0"):
        assert await store.alerts.one(id) is None
        assert not await store.alerts.hold(id, SAM, NOW)
        assert not await store.alerts.close(id, SAM, NOW, b"sealed")
        assert not await store.alerts.lease(id, NOW, NOW)


async def test_whom_not_to_tell_is_kept_as_it_last_stood(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    for kinds in (("carer",), ("carer", "social_worker"), ("social_worker",)):
        async with telling(store, consultation) as told:
            await told.keep_from(1, kinds)

    alert, [due] = await kept(store, id), await store.alerts.due(NOW)

    assert alert.kept_from == due.kept_from == ("social_worker",)
    assert alert.kept_officer is None
    assert await store.alerts.of_officer(SAM) == (alert,)


async def test_for_the_officer_who_must_not_be_told_there_is_no_alert_also_when_they_are_the_officer_again(
    store: Store,
) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    async with telling(store, consultation) as told:
        await told.keep_from(1, ("officer",))
    before = await store.alerts.of_officer(SAM)
    await store.reviews.bring_in([cast.review(AMAL, "R-1", officer=JO)], NOW)
    async with telling(store, consultation) as told:
        await told.keep_from(1, ("officer", "teacher"))

    [by_jo], [due] = await store.alerts.of_officer(JO), await store.alerts.due(NOW)
    await store.reviews.bring_in([cast.review(AMAL, "R-1", officer=SAM)], NOW)

    assert before == await store.alerts.of_officer(SAM) == ()
    assert (by_jo.id, by_jo.kept_officer, by_jo.kept_off(SAM), by_jo.kept_off(JO)) == (id, SAM, True, False)
    assert (due.officer, due.kept_from) == ("sam", ("officer", "teacher")), "who is not called is who was meant"
    assert [each.id for each in await store.alerts.of_everybody()] == [id]


async def test_what_was_said_of_an_earlier_alert_is_of_the_officer_of_then_and_what_is_said_anew_of_todays(
    store: Store,
) -> None:
    consultation = await cast.consultation(store)
    ids = [await raised(store, consultation, number) for number in (1, 2, 3)]
    async with telling(store, consultation) as told:
        await told.keep_from(1, ("officer",))
    await store.reviews.bring_in([cast.review(AMAL, "R-1", officer=JO)], NOW)
    async with telling(store, consultation) as told:
        await told.keep_from(2, ("officer",), as_before=True)
        await told.keep_from(3, ("officer",))

    assert [(await kept(store, id)).kept_officer for id in ids] == [SAM, SAM, JO]
    assert [each.id for each in await store.alerts.of_officer(JO)] == ids[:2]


async def test_what_was_said_of_no_earlier_alert_is_of_todays_officer(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    async with telling(store, consultation) as told:
        await told.keep_from(1, ("officer",), as_before=True)

    assert (await kept(store, id)).kept_officer == SAM


async def test_an_officer_who_may_be_told_after_all_is_told(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    for kinds in (("officer",), ()):
        async with telling(store, consultation) as told:
            await told.keep_from(1, kinds)

    assert [(each.id, each.kept_from) for each in await store.alerts.of_officer(SAM)] == [(id, ())]


async def test_a_mistake_is_noted_once_and_calls_go_on(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    for at in (NOW + MINUTE, NOW + DAY):
        async with telling(store, consultation, at) as told:
            await told.mistaken(1)

    assert (await kept(store, id)).mistaken_at == NOW + MINUTE
    assert [each.id for each in await store.alerts.due(NOW)] == [id]


async def test_what_was_said_is_the_sending_that_was_sealed_last(store: Store) -> None:
    consultation = await cast.consultation(store)
    for id in ("s1", "s2", "s3"):
        await cast.send(store, consultation, id)
    id = await raised(store, consultation, sending="s1")
    said = [(await kept(store, id)).sending]
    await raised(store, consultation)
    said.append((await kept(store, id)).sending)
    await raised(store, consultation, sending="s2")
    said.append((await kept(store, id)).sending)
    async with telling(store, consultation) as told:
        await told.keep_from(1, ("officer",), "s3")
    said.append((await kept(store, id)).sending)

    assert said == ["s1", "s1", "s2", "s3"]


async def test_what_nobody_has_stands_first_and_what_was_closed_last(store: Store) -> None:
    amals = await cast.consultation(store)
    billies = await cast.come_in(store, BILLIE, "web:2")
    ids = [await raised(store, amals, number, NOW + number * MINUTE) for number in (1, 2, 3, 4)]
    ids.append(await raised(store, billies, 1, NOW))
    await closed(store, ids[0], SAM, NOW)
    await closed(store, ids[1], SAM, NOW + DAY)
    await store.alerts.hold(ids[2], SAM, NOW)

    listed = [each.id for each in await store.alerts.of_everybody()]

    assert listed == [ids[4], ids[3], ids[2], ids[1], ids[0]]
    assert [each.id for each in await store.alerts.of_officer(SAM)] == listed
    assert await store.alerts.of_officer(JO) == ()


async def test_what_cannot_wait_stands_as_it_was_last_said_each_since_it_was_first(store: Store) -> None:
    consultation = await cast.consultation(store)
    for day, kinds in enumerate((("advocate",), ("advocate", "talk"), ("talk", "someone_away"), ("talk",))):
        async with telling(store, consultation, NOW + day * DAY) as told:
            await told.asks(kinds)

    asks = await store.alerts.asks_of(SAM)
    async with telling(store, consultation) as told:
        await told.asks(())

    assert asks == {"R-1": (KeptAsk("talk", NOW + DAY),)}
    assert await store.alerts.asks_of(JO) == {}
    assert await store.alerts.asks_of(SAM) == {}


async def test_somebody_takes_it_over_from_who_has_it_and_from_nobody_else(store: Store) -> None:
    id = await raised(store, await cast.consultation(store))
    await store.alerts.hold(id, SAM, NOW)

    assert not await store.alerts.hold(id, JO, NOW + MINUTE), "it was Sam's, and Jo thought it was nobody's"
    assert not await store.alerts.hold(id, JO, NOW + MINUTE, instead_of=JO)
    assert await store.alerts.hold(id, JO, NOW + MINUTE, instead_of=SAM)
    assert not await store.alerts.hold(id, SAM, NOW + DAY, instead_of=SAM)
    alert = await kept(store, id)
    assert (alert.holder, alert.held_at) == (JO, NOW + MINUTE)
    assert await store.alerts.due(NOW + DAY) == ()
    await store.alerts.close(id, JO, NOW + DAY, b"sealed")
    assert not await store.alerts.hold(id, SAM, NOW + DAY, instead_of=JO)


async def test_an_officer_who_must_not_be_told_does_not_have_it_and_others_are_called_again(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    await store.alerts.hold(id, SAM, NOW)
    async with telling(store, consultation, NOW + MINUTE) as told:
        await told.keep_from(1, ["officer"])

    assert [each.id for each in await store.alerts.due(NOW + MINUTE)] == [id]
    assert (await kept(store, id)).holder is None
    assert not await store.alerts.hold(id, SAM, NOW + MINUTE)
    assert await store.alerts.hold(id, JO, NOW + MINUTE)
    async with telling(store, consultation, NOW + DAY) as told:
        await told.keep_from(1, ["officer", "carer"])
    assert (await kept(store, id)).holder == JO, "whoever may be told goes on having it"


async def test_an_alert_of_somebody_who_is_disabled_is_nobodys_and_what_they_closed_stays_closed(store: Store) -> None:
    consultation = await cast.consultation(store)
    ids = [await raised(store, consultation, number) for number in (1, 2)]
    await closed(store, ids[0], SAM, NOW)
    await store.alerts.hold(ids[1], SAM, NOW)
    await store.people.disable(SAM, "another stamp", NOW + MINUTE)

    assert [each.id for each in await store.alerts.due(NOW + MINUTE)] == [ids[1]]
    assert (await kept(store, ids[0])).closer == SAM


async def test_what_became_of_every_alert_comes_with_the_thread_in_the_same_statement(store: Store) -> None:
    consultation = await cast.consultation(store)
    later = NOW + timedelta(hours=3, microseconds=-3456)
    for number in (1, 2, 3):
        await raised(store, consultation, number, later)
    await store.alerts.hold(f"{consultation}-alert-1", SAM, later)
    await closed(store, f"{consultation}-alert-2", SAM, later + DAY)

    with statements(store) as given:
        thread = await store.threads.thread("web:1")

    assert thread is not None
    assert thread.alerts == (
        AlertSeen(1, later),
        AlertSeen(2, later + DAY, later + DAY),
        AlertSeen(3),
    )
    assert len(given) == 1


async def test_of_another_child_no_alert_is_told(store: Store) -> None:
    await raised(store, await cast.consultation(store))
    billies = await cast.come_in(store, BILLIE, "web:2")

    thread = await store.threads.thread_of(billies)

    assert thread is not None
    assert thread.alerts == ()
