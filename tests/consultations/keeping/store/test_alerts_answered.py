"""Somebody has an alert, and some must not be told of it: who takes it, who closes it, and whose list it stands in."""

from __future__ import annotations

import asyncio

import pytest

from consultations.keeping.store import Store
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.alerts import MINUTE, QUARTER, closed, kept, raised, telling
from tests.consultations.keeping.store.cast import AMAL, BILLIE, DAY, JO, NOW, SAM


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


async def test_of_another_child_no_alert_is_told(store: Store) -> None:
    await raised(store, await cast.consultation(store))
    billies = await cast.come_in(store, BILLIE, "web:2")

    thread = await store.threads.thread_of(billies)

    assert thread is not None
    assert thread.alerts == ()
