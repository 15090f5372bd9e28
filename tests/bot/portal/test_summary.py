"""One review: what was sent, that it was opened, and the copies of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from consultations.answers import Sharing
from consultations.keeping.store.tables import Bundle, Sending, Wrap
from consultations.sending import Kind
from tests.bot.portal.cast import Answer, Visitor
from tests.consultations.staff import SENT, WORDS, Cast, about_coming, about_home, said


async def _amal(cast: Cast) -> str:
    return await cast.begin(await cast.review("R-1"))


async def _readings(cast: Cast, consultation: str) -> list[str]:
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    return sorted(each.what for each in thread.readings)


async def test_the_childs_words_are_on_the_page_and_the_opening_is_noted(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said(), about_home("The dog."), about_coming("no", "I don’t want to be there", "no"))

    page = await sam.get("/reviews/R-1")

    assert page.status == 200
    for says in ("Amal", WORDS, "The dog.", "Only Sam Okafor", "PN6", "Monday 14 December 2026"):
        assert says in page.text
    assert re.search(r"Thursday 10 December 2026:\s+Sam Okafor opened it", page.text)
    assert await _readings(cast, consultation) == ["opened"]


async def test_who_read_what_before_is_told_after_a_change_and_after_taking_back(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    await sam.get("/reviews/R-1")
    await sam.post("/reviews/R-1/copies", copy="file", format="txt")
    cast.clock.later(minutes=1)
    await cast.send(consultation, about_home("No."), at=cast.clock())

    changed = (await sam.get("/reviews/R-1")).text
    await cast.take_back(consultation, cast.clock())
    taken_back = (await sam.get("/reviews/R-1")).text

    for page in (changed, taken_back):
        assert "The child is shown the same." in page
        told = re.findall(r"<li>Thursday 10 December 2026:\s+([^<]+?)\s*</li>", page)
        assert told == [
            "Sam Okafor opened what was sent before",
            "Sam Okafor made a file copy of what was sent before",
            "Sam Okafor opened it",
        ]


async def test_what_a_child_wrote_is_text(cast: Cast, sam: Visitor) -> None:
    await cast.send(await _amal(cast), said('<script>alert(1)</script> <b onclick="x">&amp; {{ 7*7 }}'))

    page = await sam.get("/reviews/R-1")

    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "{{ 7*7 }}" in page.text


async def test_somebody_elses_review_and_one_that_never_was_are_the_same_page(cast: Cast, sam: Visitor) -> None:
    await cast.send(await cast.begin(await cast.review("R-2", "Chidi", officer="jo")))

    paths = ("R-2", "R-3", "%00", "r-2%20", "R-2/why", "R-3/why")
    pages = [await sam.get(f"/reviews/{path}") for path in paths]
    copies = [
        await sam.post(f"/reviews/{reference}/copies", copy="officer", format="pdf", reason=reason)
        for reference in ("R-2", "R-3")
        for reason in ("", "why not")
    ]

    assert {page.status for page in (*pages, *copies)} == {404}
    assert len({_without_marks(page) for page in (*pages, *copies)}) == 1


@pytest.mark.parametrize(
    ("arrange", "says"),
    [
        pytest.param("not invited", "has not been invited yet", id="not invited"),
        pytest.param("began", "has begun and has not sent anything", id="began"),
        pytest.param("taken back", "took back what they had sent, on Friday 4 December 2026", id="taken back"),
    ],
)
async def test_where_nothing_came_the_page_says_exactly_how_it_stands(
    cast: Cast, sam: Visitor, arrange: str, says: str
) -> None:
    review = await cast.review("R-1")
    if arrange != "not invited":
        consultation = await cast.begin(review)
        if arrange == "taken back":
            await cast.send(consultation)
            await cast.take_back(consultation, SENT + timedelta(days=1))

    page = await sam.get("/reviews/R-1")

    assert says in page.text
    assert "PN7" in page.text
    assert "Copies" not in page.text


async def test_a_sending_that_does_not_match_its_seal_is_named_and_the_rest_is_shown(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    forged = await cast.send(consultation, about_home("Forged."), at=SENT + timedelta(days=2), kind=Kind.ADDITION)
    await cast.by_hand(update(Sending).where(col(Sending.id) == forged).values(signature=b"forged"))

    page = await sam.get("/reviews/R-1")

    assert page.status == 200
    assert WORDS in page.text
    assert "Forged." not in page.text
    assert "One sending could not be opened" in page.text
    assert "It does not match its seal. Nothing from it is shown." in page.text


async def test_when_nothing_opens_the_page_says_so(cast: Cast, sam: Visitor) -> None:
    await cast.send(await _amal(cast))
    await cast.by_hand(delete(Wrap), delete(Bundle))

    page = await sam.get("/reviews/R-1")

    assert page.status == 200
    assert "none of it could be opened here" in page.text
    assert WORDS not in page.text


async def test_what_was_sealed_to_the_officer_before_is_said(cast: Cast, sam: Visitor) -> None:
    review = await cast.review("R-1", officer="jo")
    await cast.send(await cast.begin(review))
    await cast.hand_over(review, "R-1", "sam")

    page = await sam.get("/reviews/R-1")

    assert "sealed to the officer before you" in page.text
    assert WORDS not in page.text


@pytest.mark.parametrize("format", ["pdf", "html", "json", "txt"])
@pytest.mark.parametrize("copy", ["officer", "meeting", "file"])
async def test_each_copy_comes_as_each_kind_of_file_named_by_its_reference_alone(
    cast: Cast, sam: Visitor, copy: str, format: str
) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("Onlyforsam."), about_home("Foreveryone."))
    await sam.get("/reviews/R-1")

    file = await sam.post("/reviews/R-1/copies", copy=copy, format=format, reason="No signal there.")

    assert file.status == 200
    assert file.headers["Content-Disposition"] == f'attachment; filename="R-1-{copy}.{format}"'
    assert file.headers["Cache-Control"] == "no-store"
    assert await _readings(cast, consultation) == sorted(["opened", copy])
    if format == "pdf":
        assert file.body.startswith(b"%PDF-")
    else:
        assert "Foreveryone." in file.text
        assert ("Onlyforsam." in file.text) == (copy == "officer")
    if format == "json":
        assert json.loads(file.text)


async def test_the_officers_copy_asks_why_first(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    await sam.get("/reviews/R-1")

    asked = await sam.get("/reviews/R-1/why?format=txt")
    blank = await sam.post("/reviews/R-1/copies", copy="officer", format="txt", reason="  ")
    none = await sam.post("/reviews/R-1/copies", copy="officer", format="txt")

    assert (asked.status, blank.status, none.status) == (200, 422, 422)
    assert "Why do you need the officer’s copy?" in asked.text
    assert "Please say why" not in asked.text
    assert "Please say why" in blank.text
    assert await _readings(cast, consultation) == ["opened"]


async def test_a_page_to_print_is_the_copy_and_is_noted(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("Onlyforsam."), about_home("Foreveryone.", Sharing.EVERYONE))
    await sam.get("/reviews/R-1")

    page = await sam.post("/reviews/R-1/copies", copy="meeting", format="page")

    assert page.status == 200
    assert "Foreveryone." in page.text
    assert "Onlyforsam." not in page.text
    assert await _readings(cast, consultation) == ["meeting", "opened"]


@pytest.mark.parametrize(
    "fields",
    [
        {"copy": "everything", "format": "pdf"},
        {"copy": "meeting", "format": "exe"},
        {"copy": "", "format": ""},
        {},
    ],
)
async def test_a_copy_there_is_none_of_is_refused(cast: Cast, sam: Visitor, fields: dict[str, str]) -> None:
    await cast.send(await _amal(cast))
    await sam.get("/reviews")

    assert (await sam.post("/reviews/R-1/copies", **fields)).status == 400


async def test_a_copy_of_nothing_is_not_found(cast: Cast, sam: Visitor) -> None:
    await _amal(cast)
    await sam.get("/reviews")

    assert (await sam.post("/reviews/R-1/copies", copy="meeting", format="pdf")).status == 404


async def test_asking_for_the_head_of_a_page_opens_nothing(cast: Cast, sam: Visitor) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)

    async with sam.client.head(f"{sam.url}/reviews/R-1") as came:
        assert came.status == 405

    assert await _readings(cast, consultation) == []


def _without_marks(page: Answer) -> str:
    """The page, but for the forms' marks, which are different every time."""
    return re.sub(r'name="csrf" value="[^"]*"', "", page.text)
