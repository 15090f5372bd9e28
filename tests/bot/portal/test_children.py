"""An advocate's page: who said yes to them, a pass to sit down, and nothing else. For anybody else it is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from consultations.access import Role
from consultations.answers import Sharing
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.sittings import NewSitting
from consultations.keeping.vault.codes import link_mark
from tests.bot.portal.cast import Answer, Visitor
from tests.consultations.staff import REVIEW_ON, WORDS, Cast, about_coming, about_home, said


async def nia(cast: Cast, visitor: Visitor) -> Visitor:
    """An advocate, signed in."""
    await cast.enrol("nia", "Nia Advocate", Role.ADVOCATE)
    await visitor.sign_in("nia", cast.phrases["nia"])
    return visitor


async def sat(cast: Cast, own: str, review: str, agreed: bool = True) -> None:
    """An advocate sat down by this pass beside the child of this review, who said yes, or has not yet."""
    mark, now = f"mark of {review}", cast.clock()
    assert await cast.store.invitations.issue(NewInvitation(mark, review, mark, b"verifier", mark), now)
    found = await cast.store.invitations.by_selector(mark)
    assert found is not None
    sitting = NewSitting(review[::-1], link_mark(own.replace("-", "")[:-1]), cast.ids["nia"], now + timedelta(hours=2))
    beginning = Beginning(f"c {review}", b"sealed", b"wrapped")
    assert await cast.store.sittings.sit_down(sitting, found, f"web:{review}", beginning, now) == "in"
    if agreed:
        await cast.store.sittings.keep(f"c {review}", 1, b"sealed 2", now, agreed=sitting.id)


async def test_an_advocate_is_led_to_their_own_page_and_finds_no_list_of_reviews(cast: Cast, visitor: Visitor) -> None:
    await cast.review("LW-1")
    await nia(cast, visitor)

    led = await visitor.get("/reviews")
    page = await visitor.get("/children")
    summary = await visitor.get("/reviews/LW-1")

    assert (led.status, led.headers["Location"]) == (303, "/children")
    assert "No child has said yes to you yet" in page.text
    assert "LW-1" not in page.text
    assert 'href="/reviews"' not in page.text
    assert summary.status == 404


async def test_a_pass_is_shown_once_with_the_way_to_the_childs_questions(cast: Cast, visitor: Visitor) -> None:
    await nia(cast, visitor)
    await visitor.get("/children")

    page = await visitor.post("/children")
    shown = page.secret("pass")
    again = await visitor.get("/children")

    assert f'href="http://127.0.0.1:1/sit#{shown}"' in page.text
    assert shown not in again.text
    assert await cast.store.sittings.pass_of(link_mark(shown.replace("-", "")[:-1]), cast.clock()) is not None


async def test_another_pass_takes_the_one_before_away(cast: Cast, visitor: Visitor) -> None:
    await nia(cast, visitor)
    await visitor.get("/children")
    first = (await visitor.post("/children")).secret("pass")
    await visitor.post("/children")

    assert await cast.store.sittings.pass_of(link_mark(first.replace("-", "")[:-1]), cast.clock()) is None


async def test_the_children_who_said_yes_stand_there_by_first_name_with_the_day_and_nothing_of_what_they_said(
    cast: Cast, visitor: Visitor
) -> None:
    await nia(cast, visitor)
    for reference, child, agreed in (("LW-1", "Amal Quillfeather", True), ("LW-2", "Billie Thistledown", False)):
        await visitor.get("/children")
        own = (await visitor.post("/children")).secret("pass")
        await sat(cast, own, await cast.review(reference, child), agreed)
    thread = await cast.store.threads.thread_of(f"c {(await cast.store.sittings.of_staff(cast.ids['nia']))[0].review}")
    assert thread is not None
    await cast.send(thread.consultation)

    page = await visitor.get("/children")

    assert "Amal" in page.text
    assert f"{REVIEW_ON.day} December" in page.text or str(REVIEW_ON.day) in page.text
    for never in ("Quillfeather", "Billie", "LW-1", "LW-2", WORDS, "waiting, not opened", "Sent"):
        assert never not in page.text


LET = about_home("The badgerlantern in the hall.", Sharing.OFFICER)


async def amal(cast: Cast, visitor: Visitor, reference: str = "LW-1") -> str:
    """A child who said yes to Nia; their review."""
    await visitor.get("/children")
    own = (await visitor.post("/children")).secret("pass")
    review = await cast.review(reference, "Amal Quillfeather")
    await sat(cast, own, review)
    return review


async def test_what_a_child_lets_an_advocate_read_is_a_page_of_its_own_and_no_copy_can_be_made_of_it(
    cast: Cast, visitor: Visitor
) -> None:
    await nia(cast, visitor)
    review = await amal(cast, visitor)
    await cast.send(f"c {review}", replace(LET, let_read="Nia Advocate"), said(), let=[LET])

    listed = await visitor.get("/children")
    page = await visitor.get(f"/children/{review}")
    copied = await visitor.post("/reviews/LW-1/copies", copy="meeting", format="txt")
    readings = await cast.store.sendings.readings_of(review)

    assert f'href="/children/{review}">Open what Amal lets you read</a>' in listed.text
    assert LET.words in page.text
    for never in (WORDS, "Quillfeather", "LW-1", "PN", "SHA-256", "Copies", f"c {review}"):
        assert never not in page.text
    assert copied.status == 404
    assert [(each.reader, each.what) for each in readings] == [("Nia Advocate", "let")]


async def test_what_is_withheld_from_an_advocate_leaves_not_a_byte_on_their_pages(cast: Cast, visitor: Visitor) -> None:
    """P6: two children who differ only in what the advocate may not read."""
    await nia(cast, visitor)
    first, second = await amal(cast, visitor, "LW-1"), await amal(cast, visitor, "LW-2")
    await cast.send(f"c {first}", LET, let=[LET])
    await cast.send(f"c {second}", said("first of all"), LET, let=[LET])
    await cast.send(f"c {second}", said("more"), LET, about_coming("no", "No", "no"), let=[LET])

    pages = [plain(await visitor.get(f"/children/{review}"), review) for review in (first, second)]
    rows = plain(await visitor.get("/children"), first).replace(second.encode(), b"").split(b"<tr>")[2:]

    assert LET.words.encode() in pages[0]
    assert pages[0] == pages[1]
    assert len(rows) == 2
    assert rows[0].split(b"</tr>")[0] == rows[1].split(b"</tr>")[0]


async def test_nothing_to_read_and_somebody_elses_read_like_what_never_was(cast: Cast, visitor: Visitor) -> None:
    await nia(cast, visitor)
    review, others = await amal(cast, visitor), await cast.review("LW-2", "Billie Thistledown")
    await cast.send(f"c {review}", said(), LET)

    pages = [await visitor.get(f"/children/{each}") for each in (review, others, "0123456789abcdef")]

    assert [page.status for page in pages] == [404] * 3
    assert len({plain(page, review) for page in pages}) == 1
    assert "lets you read" not in (await visitor.get("/children")).text


async def test_the_officer_sees_quietly_which_answers_the_advocate_may_read_too(cast: Cast, visitor: Visitor) -> None:
    await nia(cast, visitor)
    review = await amal(cast, visitor)
    await cast.send(f"c {review}", replace(LET, let_read="Nia Advocate"), said(), let=[LET])
    await visitor.get(f"/children/{review}")
    await visitor.sign_in("sam", cast.phrases["sam"])

    page = await visitor.get("/reviews/LW-1")
    meeting = await visitor.post("/reviews/LW-1/copies", copy="meeting", format="txt")

    assert page.text.count("Nia Advocate may read this too") == 1
    assert "Nia Advocate opened what the child lets them read" in page.text
    assert "Nia" not in meeting.text


def plain(page: Answer, review: str) -> bytes:
    """A page without its forms' marks, which are different every time, and without its own address."""
    return re.sub(rb'name="csrf" value="[^"]*"', b"", page.body).replace(review.encode(), b"")


async def test_for_an_officer_and_a_manager_there_is_no_such_page(cast: Cast, visitor: Visitor) -> None:
    for username in ("sam", "mo"):
        await visitor.sign_in(username, cast.phrases[username])
        looked = await visitor.get("/children")
        await visitor.get("/phrase")
        posted = await visitor.post("/children")

        let = await visitor.get("/children/0123456789abcdef")

        assert (looked.status, posted.status, let.status) == (404, 404, 404)


async def test_a_sitting_of_an_account_that_was_disabled_is_over_also_when_the_account_is_enabled_again(
    cast: Cast, visitor: Visitor
) -> None:
    await nia(cast, visitor)
    await amal(cast, visitor)
    assert ">now</span>" in (await visitor.get("/children")).text

    await cast.store.people.disable(cast.ids["nia"], "another stamp", cast.clock())
    await cast.store.people.enable(cast.ids["nia"], cast.clock())
    await visitor.sign_in("nia", cast.phrases["nia"])
    page = await visitor.get("/children")

    assert "Amal" in page.text
    assert ">now</span>" not in page.text
