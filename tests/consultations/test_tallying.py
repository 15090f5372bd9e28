"""What children thought of being asked is told as counts, and never where one of them could be recognised."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from consultations.keeping.store import Store
from consultations.questions import loading
from consultations.tallying import Thought, thoughts

BOOK = loading.load()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(database_url, create=True)
    yield opened
    await opened.close()


async def count(store: Store, question_set: str, version: int, **choices: int) -> None:
    for choice, times in choices.items():
        for _ in range(times):
            await store.tally.count(question_set, version, choice)


async def test_enough_answers_are_told_choice_by_choice_in_the_order_of_the_set(store: Store) -> None:
    await count(store, "ages_8_11", 1, no=3, yes=9)

    (told,) = await thoughts(store, BOOK)

    assert told == Thought("ages_8_11", 1, 10, (("Yes", 10), ("Some of it", 0), ("Not really", 5)))


async def test_a_look_before_and_one_after_a_child_has_answered_see_the_same(store: Store) -> None:
    await count(store, "ages_8_11", 1, no=1, yes=9)
    before = await thoughts(store, BOOK)
    await count(store, "ages_8_11", 1, no=1)

    assert await thoughts(store, BOOK) == before


@pytest.mark.parametrize(
    ("said", "told"), [(10, 10), (11, 10), (12, 10), (13, 15), (17, 15), (18, 20), (100, 100), (104, 105)]
)
async def test_how_many_is_told_to_the_nearest_five(sqlite_url: str, said: int, told: int) -> None:
    store = await Store.open(sqlite_url, create=True)
    await count(store, "ages_8_11", 1, yes=said)
    (found,) = await thoughts(store, BOOK)
    await store.close()

    assert found.answered == dict(found.said)["Yes"] == told


async def test_of_fewer_than_ten_nothing_is_told_not_even_how_many(store: Store) -> None:
    await count(store, "ages_8_11", 1, yes=10)
    await count(store, "ages_12_15", 1, yes=8, no=1)
    told = await thoughts(store, BOOK)

    assert [(each.question_set, each.answered) for each in told] == [("ages_12_15", None), ("ages_8_11", 10)]
    assert told[0] == Thought("ages_12_15", 1, None)


async def test_before_anybody_answered_there_is_nothing(store: Store) -> None:
    assert await thoughts(store, BOOK) == ()
