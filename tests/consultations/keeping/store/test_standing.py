"""What stands in a chat is kept by number and hour, for accounts that came in, and goes when the message has."""

from __future__ import annotations

from datetime import timedelta

import pytest_asyncio

from consultations.keeping.store import Store
from consultations.standing import Standing, Whose
from tests.consultations.keeping.store.cast import DAY, NOW

MINE, OTHER = "telegram:mine", "telegram:other"
HOUR = NOW.replace(minute=0, second=0, microsecond=0)


@pytest_asyncio.fixture(autouse=True)
async def two_accounts(store: Store) -> None:
    for address in (MINE, OTHER):
        await store.doors.remember(address, b"sealed")


def standing(number: int, whose: Whose = Whose.CHILD, *, wanted: bool = False) -> Standing:
    return Standing(number, HOUR, whose, wanted)


async def test_a_message_noted_twice_stands_there_once(store: Store) -> None:
    for number, whose in ((7, Whose.CHILD), (8, Whose.OURS), (7, Whose.CHILD)):
        await store.standing.note(MINE, standing(number, whose))

    assert set(await store.standing.of(MINE)) == {standing(7), standing(8, Whose.OURS)}
    assert await store.standing.of(OTHER) == ()


async def test_of_an_account_that_never_came_in_nothing_is_kept(store: Store) -> None:
    await store.standing.note("telegram:nobody", standing(7))

    assert await store.standing.of("telegram:nobody") == ()


async def test_a_chat_is_due_with_its_oldest_message_or_at_once_when_its_child_asks(store: Store) -> None:
    await store.standing.note(MINE, standing(7))
    await store.standing.note(OTHER, standing(8))

    assert await store.standing.due(HOUR - timedelta(hours=1)) == ()
    assert await store.standing.due(HOUR) == (MINE, OTHER)
    await store.standing.want(OTHER)
    assert await store.standing.due(HOUR - timedelta(hours=1)) == (OTHER,)
    assert await store.standing.of(OTHER) == (standing(8, wanted=True),)


async def test_what_comes_after_the_child_asked_is_not_asked_for(store: Store) -> None:
    await store.standing.note(MINE, standing(7))
    await store.standing.want(MINE)
    await store.standing.note(MINE, standing(8))

    assert set(await store.standing.of(MINE)) == {standing(7, wanted=True), standing(8)}


async def test_what_is_gone_is_forgotten_there_and_nowhere_else(store: Store) -> None:
    for number in (7, 8):
        await store.standing.note(MINE, standing(number))
    await store.standing.note(OTHER, standing(7))
    await store.standing.gone(MINE, (7, 9))

    assert await store.standing.of(MINE) == (standing(8),)
    assert await store.standing.of(OTHER) == (standing(7),)


async def test_an_account_that_left_is_kept_until_its_chat_is_clear(store: Store) -> None:
    await store.standing.note(MINE, standing(7))
    await store.doors.forget_before(NOW, NOW)
    assert await store.doors.account(MINE) is not None
    assert await store.doors.account(OTHER) is None

    await store.standing.gone(MINE, (7,))
    await store.doors.forget_before(NOW, NOW)
    assert await store.doors.account(MINE) is None


async def test_what_nobody_came_to_clear_is_forgotten_in_the_end(store: Store) -> None:
    await store.standing.note(MINE, standing(7))

    await store.standing.forget_before(HOUR)
    assert await store.standing.of(MINE) == (standing(7),)
    await store.standing.forget_before(HOUR + DAY)
    assert await store.standing.of(MINE) == ()


async def test_a_number_larger_than_any_database_counts_to_is_kept(store: Store) -> None:
    await store.standing.note(MINE, standing(10**30))

    assert await store.standing.of(MINE) == (standing(10**30),)
