"""An officer sees how far their own children have come, and of anybody else's nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consultations.keeping.store import Store, StoreBusy
from consultations.keeping.store.reviews import KeptReview, KnownReview, State
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, BILLIE, DAY, JO, NOW, REVIEW_ON, SAM


async def amals(store: Store) -> KeptReview:
    row = await store.reviews.review_for(SAM, "R-1")
    assert row is not None
    return row


async def test_a_review_comes_back_as_it_was_brought_in(store: Store) -> None:
    await cast.reviews(store)

    assert await amals(store) == KeptReview(
        id=AMAL,
        reference="R-1",
        officer=SAM,
        officer_name="Sam",
        officer_enrolled=True,
        question_set="ages_8_11",
        review_on=REVIEW_ON,
        held_on=None,
        details=b"for the portal",
        state=State.UNTOUCHED,
        invited_at=None,
        last_sent_at=None,
        opened_at=None,
        unopened=0,
    )


async def test_an_officer_sees_their_own_reviews_the_next_one_first(store: Store) -> None:
    await cast.reviews(store)
    earlier, other = cast.review("c0c0c0c0", "R-3", on=date(2026, 12, 1)), cast.review("d0d0d0d0", "R-4", JO)
    await store.reviews.bring_in([earlier, other], NOW)

    assert [row.reference for row in await store.reviews.reviews_of(SAM)] == ["R-3", "R-1", "R-2"]
    assert [row.reference for row in await store.reviews.reviews_of(JO)] == ["R-4"]
    assert [row.reference for row in await store.reviews.all_reviews()] == ["R-3", "R-1", "R-2", "R-4"]


async def test_somebody_elses_review_is_as_unknown_as_one_that_never_was(store: Store) -> None:
    await cast.reviews(store)

    found = {
        "somebody else's": await store.reviews.review_for(JO, "R-1"),
        "none at all": await store.reviews.review_for(SAM, "R-9"),
        "another spelling": await store.reviews.review_for(SAM, "r-1"),
        "nobody's": await store.reviews.review_for("", "R-1"),
        "a NUL": await store.reviews.review_for(SAM, "R-1\0"),
        "a lone surrogate": await store.reviews.review_for(SAM, "\ud800"),
        "a wildcard": await store.reviews.review_for(SAM, "%"),
    }

    assert {why for why, row in found.items() if row is not None} == set()


async def test_a_review_that_changed_hands_is_the_new_officers_alone(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW)

    await store.reviews.bring_in([cast.review(AMAL, "R-1", officer=JO)], NOW)

    assert await store.reviews.review_for(SAM, "R-1") is None
    row = await store.reviews.review_for(JO, "R-1")
    assert row is not None
    assert (row.state, row.opened_at, row.unopened) == (State.SENT, None, 1)


async def test_the_list_follows_what_happens(store: Store) -> None:
    await cast.reviews(store)
    seen = [await amals(store)]
    consultation = await cast.come_in(store)
    seen.append(await amals(store))
    await cast.send(store, consultation, "s1")
    seen.append(await amals(store))
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW + DAY)
    seen.append(await amals(store))
    await cast.send(store, consultation, "s2", kind="addition")
    seen.append(await amals(store))
    await store.sendings.note("00000002", "s2", SAM, "opened", NOW + 2 * DAY)
    seen.append(await amals(store))
    await store.sendings.take_back(consultation, await cast.version(store, consultation), b"", NOW)
    seen.append(await amals(store))
    await cast.send(store, consultation, "s3")
    seen.append(await amals(store))

    assert [(row.state.value, row.opened_at, row.unopened) for row in seen] == [
        ("untouched", None, 0),
        ("began", None, 0),
        ("sent", None, 1),
        ("sent", NOW + DAY, 0),
        ("sent", NOW + DAY, 1),
        ("sent", NOW + DAY, 0),
        ("taken_back", None, 0),
        ("sent", None, 1),
    ]
    assert (seen[0].invited_at, seen[1].invited_at) == (None, NOW)


async def test_a_replacement_is_unopened_until_it_is_opened_itself(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await store.sendings.note("00000001", "s1", SAM, "opened", NOW)
    await cast.send(store, consultation, "s2", replaces="s1")

    row = await amals(store)

    assert (row.state, row.opened_at, row.unopened) == (State.SENT, None, 1)


async def test_only_the_officers_own_opening_counts(store: Store) -> None:
    consultation = await cast.consultation(store)
    await cast.send(store, consultation, "s1")
    await store.sendings.note("00000001", "s1", JO, "opened", NOW)
    await store.sendings.note("00000002", "s1", SAM, "meeting", NOW)

    assert (await amals(store)).unopened == 1


async def test_an_officer_who_cannot_open_is_not_enrolled(store: Store) -> None:
    await cast.reviews(store)
    await store.people.add("0e0e0e0e", "new", "New", "officer", "stamp", NOW)
    await store.reviews.bring_in([cast.review(BILLIE, "R-2", officer="0e0e0e0e")], NOW)
    await store.people.disable(SAM, "stamp", NOW)

    assert [row.officer_enrolled for row in await store.reviews.all_reviews()] == [False, False]
    await store.people.enable(SAM, NOW)
    await cast.enrol(store, "0e0e0e0e")
    assert [row.officer_enrolled for row in await store.reviews.all_reviews()] == [True, True]


async def test_bringing_in_again_changes_the_review_and_not_what_happened(store: Store) -> None:
    await cast.consultation(store)
    again = replace(cast.review(AMAL, "R-1"), review_on=date(2026, 12, 16), details_for_portal=b"new details")

    await store.reviews.bring_in([again], NOW)

    row = await amals(store)
    assert (row.review_on, row.details, row.state) == (date(2026, 12, 16), b"new details", State.BEGAN)
    assert len(await store.reviews.all_reviews()) == 2


async def test_one_bad_row_and_nothing_is_brought_in(store: Store) -> None:
    await cast.reviews(store)

    with pytest.raises(StoreBusy, match="Nothing was changed"):
        await store.reviews.bring_in(
            [cast.review("c0c0c0c0", "R-3"), cast.review(AMAL, "R-1", JO), cast.review("e0e0e0e0", "R-2")], NOW
        )

    assert [(row.reference, row.officer) for row in await store.reviews.all_reviews()] == [("R-1", SAM), ("R-2", SAM)]


async def test_an_import_knows_what_is_there(store: Store) -> None:
    await cast.consultation(store)
    await store.reviews.mark_held(BILLIE, REVIEW_ON, NOW)

    assert await store.reviews.known() == {
        "R-1": KnownReview(
            AMAL, "R-1", None, cast.review(AMAL, "R-1").details_for_portal, SAM, REVIEW_ON, invited=True
        ),
        "R-2": KnownReview(
            BILLIE, "R-2", REVIEW_ON, cast.review(BILLIE, "R-2").details_for_portal, SAM, REVIEW_ON, invited=False
        ),
    }


async def test_a_review_is_held_once(store: Store) -> None:
    await cast.reviews(store)

    assert await store.reviews.mark_held(AMAL, REVIEW_ON, NOW)
    assert not await store.reviews.mark_held(AMAL, date(2026, 12, 20), NOW)
    assert (await amals(store)).held_on == REVIEW_ON
