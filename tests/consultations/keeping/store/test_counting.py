"""Counters count right from everywhere at once; and the one row that says which deployment this is."""

from __future__ import annotations

import asyncio

from consultations.keeping.store import Store
from consultations.keeping.store.people import Entry
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.store.tally import Count
from tests.consultations.keeping.store.cast import DAY, NOW


async def test_tries_at_once_are_all_counted(store: Store) -> None:
    counted = await asyncio.gather(*(store.counters.count("selector", NOW) for _ in range(12)))

    assert sorted(counted) == list(range(1, 13))
    assert await store.counters.tries("selector", NOW) == 12


async def test_every_key_and_every_stretch_counts_for_itself(store: Store) -> None:
    await store.counters.count("one", NOW)
    await store.counters.count("one", NOW)
    await store.counters.count("one", NOW + DAY)
    await store.counters.count("two", NOW)

    tries = [await store.counters.tries(key, since) for key in ("one", "two") for since in (NOW, NOW + DAY)]
    assert tries == [2, 1, 1, 0]


async def test_who_was_right_after_all_starts_anew(store: Store) -> None:
    await store.counters.count("one", NOW)
    await store.counters.count("two", NOW)

    await store.counters.forgive("one")

    assert (await store.counters.tries("one", NOW), await store.counters.tries("two", NOW)) == (0, 1)


async def test_old_counters_go(store: Store) -> None:
    await store.counters.count("one", NOW)
    await store.counters.count("one", NOW + DAY)

    await store.counters.forget_before(NOW + DAY)

    assert (await store.counters.tries("one", NOW), await store.counters.tries("one", NOW + DAY)) == (0, 1)


async def test_whatever_is_typed_can_be_counted(store: Store) -> None:
    assert [await store.counters.count(key, NOW) for key in ("\0", "\ud800x", "", "🙂" * 200)] == [1, 1, 1, 1]


async def test_what_children_thought_of_it_is_only_counted(store: Store) -> None:
    await asyncio.gather(*(store.tally.count("ages_8_11", 1, "yes") for _ in range(5)))
    await store.tally.count("ages_8_11", 2, "yes")
    await store.tally.count("ages_8_11", 1, "not_really")

    assert await store.tally.counts() == (
        Count("ages_8_11", 1, "not_really", 1),
        Count("ages_8_11", 1, "yes", 5),
        Count("ages_8_11", 2, "yes", 1),
    )


async def test_a_deployment_is_made_once(store: Store) -> None:
    facts = SiteFacts("deployment", Entry("recovery", b"public", b"signature"), NOW)

    assert await store.site.facts() is None
    assert await store.site.make(facts)
    assert not await store.site.make(SiteFacts("another", Entry("recovery", b"other", b"signature"), NOW))
    assert await store.site.facts() == facts
