"""The list: one's own, the next first, how far each has come."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.bot.portal.cast import Visitor, served
from tests.consultations.staff import REVIEW_ON, WORDS, Cast


async def test_an_empty_list_says_what_will_stand_there(sam: Visitor) -> None:
    page = await sam.get("/reviews")

    assert "You have no reviews here yet" in page.text
    assert "<table" not in page.text


async def test_seventy_reviews_with_long_names_stand_in_order(cast: Cast, sam: Visitor) -> None:
    long = "Maximiliana-Konstantinopolitanische von und zu Featherstonehaugh-Cholmondeley " * 2
    for number in range(70):
        await cast.review(f"R-{number:02}", f"{long}{number}", on=REVIEW_ON + timedelta(days=(number * 31) % 70))

    page = await sam.get("/reviews")

    rows = re.findall(r'<a href="/reviews/(R-\d\d)">', page.text)
    days = [(int(row[2:]) * 31) % 70 for row in rows]
    assert len(rows) == 70
    assert days == sorted(days)


async def test_each_state_reads_differently_and_no_word_is_on_the_page(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1")
    await cast.begin(await cast.review("R-2"))
    await cast.send(await cast.begin(await cast.review("R-3")))
    taken = await cast.begin(await cast.review("R-4"))
    await cast.send(taken)
    await cast.take_back(taken, cast.clock())
    await cast.review("R-5", on=date(2026, 12, 1))

    text = (await sam.get("/reviews")).text

    for says in ("Not begun", "Began, and not sent", "Words waiting, not opened", "Taken back", "Overdue"):
        assert says in text
    assert WORDS not in text


async def test_an_officer_is_warned_before_what_was_said_goes(cast: Cast, sam: Visitor) -> None:
    """Held nine months ago, but for a week; the other yesterday; and one of which nothing was sent."""
    for reference, held in (("R-1", date(2026, 3, 17)), ("R-2", date(2026, 12, 9)), ("R-3", date(2026, 3, 17))):
        review = await cast.review(reference, reference, on=held)
        if reference != "R-3":
            await cast.send(await cast.begin(review))
        assert await cast.store.reviews.mark_held(review, held, cast.clock())

    text = (await sam.get("/reviews")).text

    assert text.count("What was said goes on") == 1
    assert "Thursday 17 December 2026" in text.split("What was said goes on")[1][:40]


async def test_an_interpreter_can_be_booked_before_anything_is_sent(cast: Cast) -> None:
    await cast.review("R-1")
    consultation = await cast.begin(await cast.review("R-2"))
    await cast.store.threads.note_language(consultation, "fa_AF")

    async with served(cast, drafts=["fa_AF"]) as url:
        sam = Visitor(url)
        await sam.sign_in("sam", cast.phrases["sam"])
        text = (await sam.get("/reviews")).text
        await sam.client.close()

    assert text.count("Needs an interpreter: Dari (draft translation)") == 1
    assert text.count("Needs an interpreter") == 1


async def test_an_interpreter_can_be_booked_before_a_child_has_begun(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1", language="fa_AF")
    begun = await cast.begin(await cast.review("R-2", language="fa_AF"))
    await cast.store.threads.note_language(begun, "ar")
    english = await cast.begin(await cast.review("R-3", language="fa_AF"))
    await cast.store.threads.note_language(english, "en_GB")

    text = (await sam.get("/reviews")).text

    assert re.findall("Needs an interpreter: [A-Z][a-z]+", text) == [
        "Needs an interpreter: Dari",
        "Needs an interpreter: Arabic",
    ]


async def test_opened_additions_and_held_reviews_are_told_apart(cast: Cast, sam: Visitor) -> None:
    from consultations.sending import Kind

    consultation = await cast.begin(await cast.review("R-1"))
    await cast.send(consultation)
    await sam.get("/reviews/R-1")
    assert "Sent, and opened by you" in (await sam.get("/reviews")).text

    await cast.send(consultation, kind=Kind.ADDITION)
    text = (await sam.get("/reviews")).text
    assert "1 addition not opened" in text
    assert "Adds to what you opened on Thursday 10 December 2026, 08:00" in text

    await cast.send(consultation)
    text = (await sam.get("/reviews")).text
    assert "Words waiting, not opened" in text
    assert "Replaces what you opened on Thursday 10 December 2026, 08:00" in text

    held = await cast.review("R-2", on=date(2026, 12, 1))
    await cast.store.reviews.mark_held(held, date(2026, 12, 2), cast.clock())
    text = (await sam.get("/reviews")).text
    assert "Held on Wednesday 2 December 2026" in text
    assert "Overdue" not in text


async def test_the_list_is_narrowed_by_a_part_of_the_reference(cast: Cast, sam: Visitor) -> None:
    await cast.review("LW-2041")
    await cast.review("LW-2042", "Billie")

    found = (await sam.get("/reviews?find=w-2042")).text
    none = (await sam.get("/reviews?find=%3Cb%3E")).text

    assert "LW-2042" in found
    assert "LW-2041" not in found
    assert "No review of yours has “&lt;b&gt;” in its reference." in none


async def test_nobody_elses_review_is_in_the_list(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1", "Chidi", officer="jo")

    page = await sam.get("/reviews")

    assert "Chidi" not in page.text
    assert "R-1" not in page.text


async def test_a_manager_is_told_why_there_is_nothing(cast: Cast, visitor: Visitor) -> None:
    await cast.review("R-1")
    await visitor.sign_in("mo", cast.phrases["mo"])

    assert "you are not the officer of any" in visitor.page.text
