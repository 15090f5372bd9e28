"""An officer leaves: one click for a review, one for all of them; what was sent opens to the next, to them no more."""

from __future__ import annotations

import pytest

from consultations.access import Role
from consultations.leaving import BATCH
from tests.bot.portal.cast import Visitor
from tests.consultations.staff import WORDS, Cast, said


async def jo_reads(cast: Cast, visitor: Visitor, reference: str) -> str:
    await visitor.post("/sign-out")
    await visitor.sign_in("jo", cast.phrases["jo"])
    return (await visitor.get(f"/reviews/{reference}")).text


async def test_a_review_is_handed_over_with_one_click(cast: Cast, sam: Visitor) -> None:
    for reference in ("R-1", "R-2"):
        await cast.send(await cast.begin(await cast.review(reference)))
    await sam.get("/hand-over")
    done = await sam.post("/hand-over", to="jo", one="R-1")

    assert "1 review is Jo Lindqvist’s now" in done.text
    assert "R-2" in done.text
    assert "R-1" not in done.text
    assert (await sam.get("/reviews/R-1")).status == 404
    assert WORDS in (await sam.get("/reviews/R-2")).text
    page = await jo_reads(cast, sam, "R-1")
    assert WORDS in page
    assert "It was handed over to Jo Lindqvist" in page
    assert "sealed to" not in page
    assert (await sam.get("/reviews/R-2")).status == 404


async def test_all_reviews_are_handed_over_batch_by_batch_and_the_page_says_how_far_it_has_come(
    cast: Cast, sam: Visitor
) -> None:
    for number in range(BATCH + 2):
        await cast.review(f"R-{number}")
    await sam.get("/hand-over")
    first = await sam.post("/hand-over", to="jo", all="yes")
    then = await sam.post("/hand-over", to="jo", all="yes")

    assert f"{BATCH} reviews are Jo Lindqvist’s now" in first.text
    assert "2 are still yours: go on below" in first.text
    assert "2 reviews are Jo Lindqvist’s now" in then.text
    assert "You have no reviews to hand over" in then.text


async def test_what_the_file_gave_to_another_officer_is_passed_on(cast: Cast, sam: Visitor) -> None:
    review = await cast.review("R-1")
    await cast.send(await cast.begin(review))
    await cast.hand_over(review, "R-1", "jo")
    page = await sam.get("/hand-over")
    done = await sam.post("/hand-over", **{"left-over": "yes"})

    assert "1 review was given to another officer" in page.text
    assert "What was sent for 1 review opens to its officer now" in done.text
    assert "was given to another officer" not in done.text
    assert WORDS in await jo_reads(cast, sam, "R-1")


@pytest.mark.parametrize("to", ["", "sam", "mo", "priya", "nobody", "jo\0"])
async def test_nothing_is_handed_over_to_who_is_no_other_officer(cast: Cast, sam: Visitor, to: str) -> None:
    await cast.enrol("priya", "Priya Nair", Role.ADVOCATE)
    await cast.send(await cast.begin(await cast.review("R-1")))
    await sam.get("/hand-over")
    answer = await sam.post("/hand-over", to=to, one="R-1")

    assert answer.status == 422
    assert WORDS in (await sam.get("/reviews/R-1")).text


async def test_nobody_hands_over_what_is_not_theirs(cast: Cast, visitor: Visitor) -> None:
    """Not another officer's, not with more in the form; for others than officers there is no such page."""
    await cast.send(await cast.begin(await cast.review("R-1")), said())
    await cast.enrol("kit", "Kit Byrne")
    await visitor.sign_in("jo", cast.phrases["jo"])
    await visitor.get("/hand-over")
    tried = await visitor.post("/hand-over", to="kit", one="R-1", officer="sam", giver="sam")
    left = await visitor.post("/hand-over", **{"left-over": "yes"})
    await visitor.post("/sign-out")
    await visitor.sign_in("mo", cast.phrases["mo"])
    manager = [await visitor.get("/hand-over")]
    await visitor.get("/reviews")
    manager.append(await visitor.post("/hand-over", to="kit", one="R-1"))
    manager.append(await visitor.post("/hand-over", **{"left-over": "yes"}))

    assert "R-1" not in tried.text + left.text
    assert "Kit Byrne’s now" not in tried.text
    assert [each.status for each in manager] == [404] * 3
    assert await cast.store.reviews.review_for(cast.ids["sam"], "R-1") is not None
