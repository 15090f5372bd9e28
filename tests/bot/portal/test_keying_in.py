"""Keying in at the portal: an officer's own reviews, a coordinator's references, an advocate's children; no more."""

from __future__ import annotations

import re

import pytest

from consultations.access import Role
from consultations.keeping.store.invitations import NewInvitation
from consultations.keeping.vault.codes import link_mark
from consultations.timescales import in_words
from tests.bot.portal.cast import Visitor
from tests.bot.portal.test_children import nia, sat
from tests.consultations.staff import REVIEW_ON, WORDS, Cast


async def ivy(cast: Cast, visitor: Visitor) -> Visitor:
    """A coordinator, signed in."""
    await cast.enrol("ivy", "Ivy Hill", Role.COORDINATOR)
    await visitor.sign_in("ivy", cast.phrases["ivy"])
    return visitor


async def invited(cast: Cast, reference: str, child: str = "Amal", officer: str = "sam") -> str:
    """A review whose child was invited; its id."""
    review = await cast.review(reference, child, officer)
    new = NewInvitation(f"i {review}", review, review[:8], b"verifier", f"l {review}")
    assert await cast.store.invitations.issue(new, cast.clock())
    return review


@pytest.mark.parametrize("how", ["paper", "spoken"])
async def test_an_officer_gets_a_pass_for_their_own_review_from_the_list_and_from_its_page(
    cast: Cast, visitor: Visitor, how: str
) -> None:
    review = await invited(cast, "LW-1")
    await visitor.sign_in("sam", cast.phrases["sam"])
    listed = await visitor.get("/reviews")
    own = await visitor.get("/reviews/LW-1")

    asked = await visitor.get("/key-in/LW-1")
    page = await visitor.post("/key-in/LW-1", how=how)
    shown = page.secret("pass")
    kept = await cast.store.sittings.pass_of(link_mark(shown.replace("-", "")[:-1]), cast.clock())

    for each in (listed, own):
        assert 'href="/key-in/LW-1"' in each.text
    assert "Tell the duty team now" in asked.text
    assert f'href="http://127.0.0.1:1/sit#{shown}"' in page.text
    assert kept is not None
    assert (kept.review, kept.how, kept.staff) == (review, how, cast.ids["sam"])


async def test_for_a_child_who_was_not_invited_the_page_says_what_to_do_and_gives_no_pass(
    cast: Cast, visitor: Visitor
) -> None:
    await cast.review("LW-1")
    await visitor.sign_in("sam", cast.phrases["sam"])

    page = await visitor.get("/key-in/LW-1")
    await visitor.get("/phrase")
    posted = await visitor.post("/key-in/LW-1", how="paper")

    assert "Invite the child first, so that they can see and correct it." in page.text
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert posted.status == 404


async def test_somebody_elses_review_and_one_that_never_was_are_the_same_plain_page(
    cast: Cast, visitor: Visitor
) -> None:
    await invited(cast, "LW-1", officer="jo")
    await visitor.sign_in("sam", cast.phrases["sam"])

    theirs, never = await visitor.get("/key-in/LW-1"), await visitor.get("/key-in/LW-9")
    await visitor.get("/phrase")
    posted = await visitor.post("/key-in/LW-1", how="paper")
    await visitor.get("/phrase")
    nonsense = await visitor.post("/key-in/LW-1", how="sideways")

    assert (theirs.status, never.status, posted.status, nonsense.status) == (404, 404, 404, 404)
    assert re.sub(r'value="\w+"', "", theirs.text) == re.sub(r'value="\w+"', "", never.text)


async def test_a_coordinator_is_led_to_references_alone_and_finds_nothing_else(cast: Cast, visitor: Visitor) -> None:
    await invited(cast, "LW-1", "Amal Quillfeather")
    unasked = await cast.review("LW-2", "Billie Thistledown", "jo")
    await cast.send(await cast.begin(unasked))
    await ivy(cast, visitor)

    led = await visitor.get("/reviews")
    page = await visitor.get("/key-in")
    found = await visitor.get("/key-in?find=lw-2")
    others = [(await visitor.get(path)).status for path in ("/reviews/LW-1", "/reviews/LW-1/why", "/children")]
    alerts = await visitor.get("/alerts")
    given = await visitor.get("/key-in/LW-1")
    made = await visitor.post("/key-in/LW-1", how="paper")

    assert (led.status, led.headers["Location"]) == (303, "/key-in")
    assert "LW-1" in page.text
    assert "LW-1" not in found.text
    assert "LW-2" in found.text
    assert others == [404, 404, 404]
    assert made.secret("pass")
    known = ("Quillfeather", "Amal", "Billie", "Thistledown", WORDS, cast.ids["sam"], "Lindqvist", in_words(REVIEW_ON))
    for each in (page, found, given, made, alerts):
        for never in known:
            assert never not in each.text


async def test_an_advocate_keys_in_for_a_child_who_said_yes_and_for_nobody_else(cast: Cast, visitor: Visitor) -> None:
    await nia(cast, visitor)
    reviews = {}
    for reference, agreed in (("LW-1", True), ("LW-2", False)):
        await visitor.get("/children")
        own = (await visitor.post("/children")).secret("pass")
        reviews[reference] = await cast.review(reference)
        await sat(cast, own, reviews[reference], agreed)

    page = await visitor.get("/children")
    theirs = await visitor.get(f"/key-in/{reviews['LW-1']}")
    made = await visitor.post(f"/key-in/{reviews['LW-1']}", how="spoken")
    refused = [(await visitor.get(f"/key-in/{at}")).status for at in (reviews["LW-2"], "LW-1", "LW-2")]
    listed = await visitor.get("/key-in")

    assert f'href="/key-in/{reviews["LW-1"]}"' in page.text
    assert theirs.status == 200
    assert made.secret("pass")
    assert refused == [404, 404, 404]
    assert listed.status == 404


async def test_an_officer_and_a_manager_find_no_list_of_references(cast: Cast, visitor: Visitor) -> None:
    await invited(cast, "LW-1")
    for username in ("sam", "mo"):
        await visitor.sign_in(username, cast.phrases[username])

        assert (await visitor.get("/key-in")).status == 404
