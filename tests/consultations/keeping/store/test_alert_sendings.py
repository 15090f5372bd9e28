"""What was said when an alert was raised is a sending of its own kind: it stands whatever is sent and taken back."""

from __future__ import annotations

import pytest

from consultations.circumstances import ReadBy
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.reviews import State
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.alerts import kept
from tests.consultations.keeping.store.cast import AMAL, DAY, NOW, SAM


async def sealed(store: Store, consultation: str, id: str, replaces: str = "", mark: bytes = b"") -> None:
    """What an alert seals: a sending of its own kind, that opens no window."""
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    async with store.sendings.sending(consultation, thread.version) as sending:
        await sending.keep([cast.new_sending(id, "alert", mark, replaces)], b"sealed, told", NOW)
        await sending.telling(NOW).raise_alert("a1e27001", 1, sending=id)


async def test_an_alert_and_what_was_said_are_kept_with_the_turn_or_none_of_them_is(store: Store) -> None:
    consultation = await cast.consultation(store)
    await sealed(store, consultation, "s1")
    await store.alerts.hold("a1e27001", SAM, NOW)
    with pytest.raises(Collided):
        await sealed(store, consultation, "s2", replaces="s1")

    [sending] = await store.sendings.sendings_of(AMAL)

    assert (sending.id, sending.kind, sending.number, sending.stands) == ("s1", "alert", 1, True)
    assert sending.bundles == cast.new_sending("s1").bundles
    assert (await kept(store, "a1e27001")).sending == "s1"
    assert await cast.version(store, consultation) == 2


async def test_what_an_alert_sealed_opens_no_window_and_neither_moves_nor_closes_one(store: Store) -> None:
    consultation = await cast.consultation(store)
    await sealed(store, consultation, "s1")
    before = await store.threads.windows_due(NOW + 9 * DAY)
    await cast.send(store, consultation, "s2")
    await sealed(store, consultation, "s3", replaces="s1")

    assert before == ()
    assert await store.threads.windows_due(NOW + DAY) == (consultation,)


async def test_taking_back_leaves_an_alert_and_what_was_said_where_they_are(store: Store) -> None:
    consultation = await cast.consultation(store)
    await sealed(store, consultation, "s1")
    await cast.send(store, consultation, "s2")

    await store.sendings.take_back(consultation, await cast.version(store, consultation), b"taken back", NOW)
    await store.sendings.close_window(
        consultation, await cast.version(store, consultation), b"closed", b"wrapped 2", NOW
    )

    alert, taken_back = await store.sendings.sendings_of(AMAL)
    assert (alert.id, alert.stands, alert.bundles) == ("s1", True, cast.new_sending("s1").bundles)
    assert (taken_back.id, taken_back.stands) == ("s2", False)
    assert [each.id for each in await store.alerts.due(NOW)] == ["a1e27001"]
    assert (await kept(store, "a1e27001")).sending == "s1"


async def test_for_the_officers_list_what_an_alert_sealed_was_not_sent(store: Store) -> None:
    consultation = await cast.consultation(store)

    async def listed() -> tuple[object, ...]:
        row = await store.reviews.review_for(SAM, "R-1")
        assert row is not None
        return (row.state, row.last_sent_at, row.opened_at, row.unopened, row.opened_before)

    await sealed(store, consultation, "s1")
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW)
    alone = await listed()
    await sealed(store, consultation, "s2", replaces="s1")
    again = await listed()
    await cast.send(store, consultation, "s3")
    beside = await listed()

    assert alone == again == (State.BEGAN, None, None, 0, None)
    assert beside == (State.SENT, NOW, None, 1, None)


async def test_who_opened_what_an_alert_sealed_has_not_read_what_was_sent(store: Store) -> None:
    consultation = await cast.consultation(store)
    await sealed(store, consultation, "s1")
    await cast.send(store, consultation, "s2")
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW)
    await store.sendings.note("00000002", "s2", SAM, "opened", NOW + DAY)

    thread = await store.threads.thread("web:1")

    assert thread is not None
    assert thread.readings == await store.sendings.readings_of(AMAL) == (ReadBy("Sam", "opened", NOW + DAY, 2),)
