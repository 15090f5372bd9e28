"""Who gets past, and what everybody else is shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from yarl import URL

from bot.portal.entrance import our_path
from consultations.keeping.store import tables
from consultations.slowing import FREE
from tests.bot.portal.cast import Visitor, served
from tests.consultations.staff import AUTHORITY, WORDS, Cast

PROTECTED = ("/reviews", "/reviews/R-1", "/alerts", "/alerts/c.1", "/phrase", "/nothing/here")


@pytest.mark.parametrize("path", PROTECTED)
async def test_without_a_session_there_is_a_sign_in_form_and_nothing_else(
    cast: Cast, visitor: Visitor, path: str
) -> None:
    await cast.send(await cast.begin(await cast.review("R-1")))

    page = await visitor.get(path)

    assert page.status == 403
    assert 'name="phrase"' in page.text
    assert "Amal" not in page.text
    assert "ended" not in page.text


async def test_every_page_says_so_when_nobody_tried_the_recovery_sheets_for_ninety_days(
    cast: Cast, sam: Visitor
) -> None:
    pages = ("/reviews", "/alerts", "/phrase", "/nothing/here")
    at_first = [(await sam.get(path)).text for path in pages]
    await cast.by_hand(tables.METADATA.tables["site"].update().values(drilled_at=cast.clock() - timedelta(days=91)))
    later = [(await sam.get(path)).text for path in pages]
    async with served(cast, replace(AUTHORITY, demo=True)) as url:
        demo = Visitor(url)
        await demo.sign_in("sam", cast.phrases["sam"])
        in_the_demo = await demo.get("/reviews")
        await demo.client.close()

    assert not [page for page in at_first if "recovery drill" in page]
    assert not [page for page in later if "recovery drill" not in page]
    assert "recovery drill" not in in_the_demo.text
    assert "nobody is asked to try them" in in_the_demo.text


async def test_signing_in_leads_to_the_list_and_signing_out_locks_it(cast: Cast, sam: Visitor) -> None:
    assert (await sam.get("/reviews")).status == 200
    session = sam.cookies()["foreword-staff"]

    answer = await sam.post("/sign-out")

    assert answer.status == 200
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "foreword-staff" not in sam.cookies()
    assert (await sam.get_as(session, "/reviews")).status == 403


async def test_wrong_words_and_unknown_names_read_the_same(cast: Cast, visitor: Visitor) -> None:
    await visitor.get("/sign-in")
    answers = [
        await visitor.post("/sign-in", username=username, phrase="no such words")
        for username in ("sam", "who", "sam\0", "x" * 5000)
    ]

    assert {answer.status for answer in answers} == {422}
    assert all("do not go together" in answer.text for answer in answers)
    assert all("no such words" not in answer.text for answer in answers)
    assert all("foreword-staff=" not in answer.headers.get("Set-Cookie", "") for answer in answers)


async def test_many_wrong_tries_wait_and_the_right_words_still_work(cast: Cast, visitor: Visitor) -> None:
    await visitor.get("/sign-in")
    for _ in range(FREE + 1):
        await visitor.post("/sign-in", username="sam", phrase="no such words")

    assert cast.waits.seconds == [1.0]
    assert (await visitor.sign_in("sam", cast.phrases["sam"])).status == 303


async def test_an_ended_session_says_so_and_comes_back_to_where_it_was(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1")
    cast.clock.later(minutes=20)

    ended = await sam.get("/reviews/R-1")

    assert ended.status == 403
    assert "Your session ended" in ended.text
    assert "foreword-staff" not in sam.cookies()
    back = await sam.post("/sign-in", username="sam", phrase=cast.phrases["sam"], next=ended.field("next"))
    assert back.status == 303
    assert back.headers["Location"] == "/reviews/R-1"


async def test_a_form_posted_after_the_session_ended_comes_back_to_its_page(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1")
    await sam.get("/reviews/R-1")
    cast.clock.later(minutes=20)

    ended = await sam.post("/reviews/R-1/copies", copy="meeting", format="pdf")

    assert ended.status == 403
    assert ended.field("next") == "/reviews/R-1"


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/reviews",
        "/\\elsewhere.example",
        "/reviews/../sign-out",
        "/alerts/c.1/said",
        "/reviews/R-1?x=1",
        "/reviews/R-1#x",
        "/reviews/a/b",
        "/reviews\r\nX: y",
        "javascript:alert(1)",
        "/sign-out",
        "",
    ],
)
async def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(cast: Cast, visitor: Visitor, path: str) -> None:
    assert our_path(path) == ""

    await visitor.get("/sign-in")
    answer = await visitor.post("/sign-in", username="sam", phrase=cast.phrases["sam"], next=path)

    assert answer.headers["Location"] == "/reviews"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 5000, "\u00fc", "..", "__Host-x"])
async def test_a_forged_cookie_opens_nothing(visitor: Visitor, cookie: str) -> None:
    page = await visitor.get_as(cookie, "/reviews")

    assert page.status == 403
    assert 'name="phrase"' in page.text


async def test_a_post_that_another_site_made_is_refused(cast: Cast, sam: Visitor) -> None:
    await cast.send(await cast.begin(await cast.review("R-1")))
    await sam.get("/reviews")
    fields = {"copy": "meeting", "format": "txt"}

    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": sam.url},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ):
        answer = await sam.post("/reviews/R-1/copies", headers, **fields)

        assert answer.status == 403
        assert WORDS not in answer.text


@pytest.mark.parametrize("csrf", ["", "0" * 96, "nonsense", "ü" * 40])
async def test_a_form_without_its_sessions_mark_is_refused(cast: Cast, sam: Visitor, csrf: str) -> None:
    await cast.send(await cast.begin(await cast.review("R-1")))
    await sam.get("/reviews")

    assert (await sam.post("/reviews/R-1/copies", copy="meeting", format="txt", csrf=csrf)).status == 403
    assert (await sam.post("/sign-out", csrf=csrf)).status == 403
    assert (await sam.get("/reviews")).status == 200, "and the session is as it was"


async def test_the_mark_of_one_session_is_nothing_to_another(cast: Cast, url: str, sam: Visitor) -> None:
    jo = Visitor(url)
    try:
        await jo.sign_in("jo", cast.phrases["jo"])
        of_jo = jo.page.field("csrf")
    finally:
        await jo.client.close()

    assert (await sam.post("/sign-out", csrf=of_jo)).status == 403


async def test_a_sign_in_form_works_only_in_the_browser_it_was_made_for(cast: Cast, url: str, visitor: Visitor) -> None:
    """Otherwise somebody could be signed in as an attacker without noticing."""
    await visitor.get("/sign-in")
    other = Visitor(url)
    try:
        await other.get("/sign-in")
        answer = await other.post(
            "/sign-in", username="sam", phrase=cast.phrases["sam"], csrf=visitor.page.field("csrf")
        )
    finally:
        await other.client.close()

    assert answer.status == 403
    assert "too old" in answer.text


async def test_signing_in_gives_a_new_session_and_locks_the_one_before(cast: Cast, sam: Visitor) -> None:
    before = sam.cookies()["foreword-staff"]

    await sam.sign_in("sam", cast.phrases["sam"])

    assert sam.cookies()["foreword-staff"] != before
    assert (await sam.get_as(before, "/reviews")).status == 403


async def test_a_session_that_somebody_planted_is_not_the_one_they_sign_in_to(cast: Cast, visitor: Visitor) -> None:
    planted = {"foreword-staff": "A" * 43, "foreword-staff-form": "B" * 43}
    visitor.client.cookie_jar.update_cookies(planted, URL(visitor.url))

    await visitor.sign_in("sam", cast.phrases["sam"])

    assert visitor.page.status == 200
    assert visitor.cookies()["foreword-staff"] not in planted.values()
    assert [(await visitor.get_as(each, "/reviews")).status for each in planted.values()] == [403, 403]


async def test_somebody_disabled_is_out_with_their_next_click(cast: Cast, sam: Visitor) -> None:
    await cast.store.people.disable(cast.ids["sam"], "another stamp", cast.clock())

    assert (await sam.get("/reviews")).status == 403
    assert (await sam.sign_in("sam", cast.phrases["sam"])).status == 422


async def test_every_answer_carries_the_headers_it_owes(cast: Cast, sam: Visitor) -> None:
    await cast.review("R-1")
    for path in ("/reviews", "/reviews/R-1", "/reviews/R-2", "/sign-in", "/health", "/static/nothing.css"):
        headers = (await sam.get(path)).headers

        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


async def test_cookies_are_seen_by_no_script_and_no_other_site(cast: Cast, visitor: Visitor) -> None:
    first = (await visitor.get("/sign-in")).headers["Set-Cookie"]
    answer = await visitor.post("/sign-in", username="sam", phrase=cast.phrases["sam"])

    for cookie in (first, answer.headers["Set-Cookie"]):
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie
        assert "Max-Age" not in cookie, "closing the browser forgets it"


async def test_a_browser_that_fetches_ahead_opens_nothing(cast: Cast, sam: Visitor) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    await cast.send(consultation)

    ahead = await sam.get("/reviews/R-1", **{"Sec-Purpose": "prefetch;prerender"})

    assert ahead.status == 503
    assert ahead.body == b""
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    assert thread.readings == ()


async def test_the_static_files_and_errors_are_there_without_signing_in(visitor: Visitor) -> None:
    page = await visitor.get("/sign-in")
    style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert (await visitor.get(style)).status == 200
    assert (await visitor.get("/static/portal.css")).status == 404


async def test_health_tells_whether_staff_can_be_answered(cast: Cast, visitor: Visitor) -> None:
    well = await visitor.get("/health")
    cast.well = False
    unwell = await visitor.get("/health")

    assert (well.status, unwell.status) == (200, 503)


async def test_what_is_too_long_or_no_form_gets_a_page_and_the_next_good_one_works(cast: Cast, sam: Visitor) -> None:
    await sam.get("/reviews")
    too_long = await sam.post("/sign-out", more="x" * 100_000)
    async with sam.client.post(f"{sam.url}/sign-out", json={"csrf": 1}, headers={"Origin": sam.url}) as came:
        no_form = came.status
    async with sam.client.put(f"{sam.url}/reviews", headers={"Origin": sam.url}) as came:
        no_way = came.status

    assert (too_long.status, no_form, no_way) == (413, 415, 405)
    assert (await sam.get("/reviews")).status == 200


async def test_fifty_sign_ins_at_once_are_all_answered(cast: Cast, url: str) -> None:
    visitor = Visitor(url)
    try:
        await visitor.get("/sign-in")
        answers = await asyncio.gather(
            *(visitor.post("/sign-in", username="sam", phrase="no such words") for _ in range(50))
        )
        assert {answer.status for answer in answers} == {422}
        assert (await visitor.sign_in("sam", cast.phrases["sam"])).status == 303
    finally:
        await visitor.client.close()


async def test_the_bare_address_leads_to_the_sign_in_form(visitor: Visitor) -> None:
    page = await visitor.get("/")

    assert page.status == 303
    assert page.headers["Location"] == "/sign-in"
