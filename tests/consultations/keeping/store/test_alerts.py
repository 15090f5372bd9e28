"""An alert is kept with the turn that raised it, and somebody is called about it until somebody has it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from consultations.circumstances import AlertSeen
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.alerts import KeptAsk
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.alerts import MINUTE, QUARTER, closed, kept, raised, telling
from tests.consultations.keeping.store.cast import AMAL, DAY, JO, NOW, SAM
from tests.consultations.keeping.store.test_threads import statements


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
            await told.raise_alert("deadbeef", 1)
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
                await told.raise_alert(f"a1e2700{number}", 1)
        except Collided:
            return False
        return True

    tried = await asyncio.gather(*(tries(number) for number in range(8)))

    assert tried.count(True) == 1
    assert [each.id for each in await store.alerts.of_everybody()] == [f"a1e2700{tried.index(True)}"]
    assert await cast.version(store, consultation) == 2


async def test_raised_again_before_anybody_has_it_is_the_same_alert(store: Store) -> None:
    consultation = await cast.consultation(store)
    id = await raised(store, consultation)
    await store.alerts.called(id, "Maya", NOW, NOW + QUARTER)
    async with telling(store, consultation, NOW + MINUTE) as told:
        await told.raise_alert("0a0a0a0a", 1)

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
            await told.raise_alert("0a0a0a0a", 1)
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


async def test_what_became_of_every_alert_comes_with_the_thread_in_the_same_statement(store: Store) -> None:
    consultation = await cast.consultation(store)
    later = NOW + timedelta(hours=3, microseconds=-3456)
    first, second, _ = [await raised(store, consultation, number, later) for number in (1, 2, 3)]
    await store.alerts.hold(first, SAM, later)
    await closed(store, second, SAM, later + DAY)

    with statements(store) as given:
        thread = await store.threads.thread("web:1")

    assert thread is not None
    assert thread.alerts == (
        AlertSeen(1, later),
        AlertSeen(2, later + DAY, later + DAY),
        AlertSeen(3),
    )
    assert len(given) == 1
