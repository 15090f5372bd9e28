"""Signing in with a code from a phone: nothing is reached without it, and neither factor stands in for the other."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from consultations.keeping.vault.one_time import STEP, code_at
from consultations.keeping.vault.secret import Secret
from tests.bot.portal import cast as portal
from tests.bot.portal.cast import Answer, Visitor
from tests.bot.portal.test_look import looked_at
from tests.consultations.staff import Cast

PAGES = ("/reviews", "/reviews/LW-1", "/alerts", "/phrase", "/staff", "/staff/jo", "/key-in", "/children")


@pytest_asyncio.fixture
async def url(cast: Cast) -> AsyncIterator[str]:
    """The portal of a council, which is no demo."""
    cast.second_factor = True
    async with portal.served(cast) as url:
        yield url


@pytest_asyncio.fixture
async def mo(url: str) -> AsyncIterator[Visitor]:
    """The manager's browser, not signed in."""
    visitor = Visitor(url)
    yield visitor
    await visitor.client.close()


async def words(cast: Cast, visitor: Visitor, username: str = "sam") -> Answer:
    """The first step."""
    await visitor.get("/sign-in")
    return await visitor.post("/sign-in", username=username, phrase=cast.phrases[username])


async def set_up(cast: Cast, visitor: Visitor, username: str = "sam") -> Secret:
    """Both steps, for the first time."""
    page = await visitor.get((await words(cast, visitor, username)).headers["Location"])
    secret = Secret(base64.b32decode(page.secret("factor").replace(" ", "")))
    code = code_at(secret, _step(cast))
    done = await visitor.post("/second-factor", code=code, prepared=page.field("prepared"), next="//elsewhere.example")
    assert (done.status, done.headers["Location"]) == (303, "/reviews"), "never to somebody else's page"
    assert (await visitor.get("/phrase")).status == 200
    return secret


def _step(cast: Cast) -> int:
    return int(cast.clock().timestamp()) // STEP


async def test_words_alone_reach_no_page_and_post_no_form(cast: Cast, visitor: Visitor) -> None:
    await cast.review("LW-1")
    half = await words(cast, visitor)
    page = await visitor.get(half.headers["Location"])

    for path in PAGES:
        answer = await visitor.get(path)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/second-factor")
    for path in ("/reviews/LW-1/copies", "/phrase", "/phrase/confirm", "/staff/jo/reset", "/children"):
        answer = await visitor.post(path, csrf=page.field("csrf"))
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/second-factor")


async def test_the_code_leads_on_to_the_page_that_was_asked_for(cast: Cast, visitor: Visitor) -> None:
    secret = await set_up(cast, visitor)
    await visitor.post("/sign-out")
    await visitor.get("/reviews/LW-1")
    fields = {"next": visitor.page.field("next"), "username": "sam", "phrase": cast.phrases["sam"]}
    half = await visitor.post("/sign-in", **fields)
    before = visitor.cookies()["foreword-staff"]
    page = await visitor.get(half.headers["Location"])
    cast.clock.later(seconds=STEP)

    done = await visitor.post("/second-factor", code=code_at(secret, _step(cast)), next=page.field("next"))

    assert (done.status, done.headers["Location"]) == (303, "/reviews/LW-1")
    assert visitor.cookies()["foreword-staff"] != before, "a session that somebody else may have begun is not let in"
    assert (await visitor.get("/reviews")).status == 200
    assert (await visitor.get_as(before, "/reviews")).status == 403


async def test_wrong_and_used_codes_read_the_same(cast: Cast, visitor: Visitor) -> None:
    secret = await set_up(cast, visitor)
    used = code_at(secret, _step(cast))
    await visitor.post("/sign-out")
    await visitor.get((await words(cast, visitor)).headers["Location"])

    answers = [await visitor.post("/second-factor", code=code, next="") for code in (used, "", "000000", "x" * 5000)]

    assert {answer.status for answer in answers} == {422}
    assert len({answer.text.replace(answer.field("csrf"), "") for answer in answers}) == 1


async def test_without_the_words_there_is_no_second_step(cast: Cast, visitor: Visitor) -> None:
    secret = await set_up(cast, visitor)
    await visitor.post("/sign-out")
    await visitor.get("/sign-in")

    looked = await visitor.get("/second-factor")
    await visitor.get("/sign-in")
    given = await visitor.post("/second-factor", code=code_at(secret, _step(cast) + 1), next="")

    assert [each.headers["Location"] for each in (looked, given)] == ["/sign-in", "/sign-in"]


async def test_neither_the_recovery_code_nor_new_words_go_past_the_phone(cast: Cast, visitor: Visitor) -> None:
    secret = await set_up(cast, visitor)
    await visitor.get("/phrase")
    for code in ("", "000000"):
        assert (await visitor.post("/phrase", phrase=cast.phrases["sam"], code=code)).status == 422
    await visitor.post("/sign-out")
    await visitor.get("/recover")
    for code in ("", "000000"):
        answer = await visitor.post("/recover", username="sam", recovery=cast.recovery_codes["sam"], code=code)
        assert answer.status == 422
    cast.clock.later(seconds=STEP)
    fields = {"recovery": cast.recovery_codes["sam"], "code": code_at(secret, _step(cast))}

    shown = await visitor.post("/recover", username="sam", **fields)
    done = await visitor.post("/recover/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))

    assert done.headers["Location"].startswith("/second-factor"), "and they still give a code of their own to come in"


async def test_new_words_end_every_other_session_and_not_the_one_they_were_made_in(
    cast: Cast, visitor: Visitor
) -> None:
    secret = await set_up(cast, visitor)
    await visitor.get("/phrase")
    cast.clock.later(seconds=STEP)
    shown = await visitor.post("/phrase", phrase=cast.phrases["sam"], code=code_at(secret, _step(cast)))

    done = await visitor.post("/phrase/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))

    assert (done.status, done.headers["Location"]) == (303, "/reviews")
    assert (await visitor.get("/reviews")).status == 200


async def test_a_lost_phone_is_taken_away_by_a_manager_and_its_owner_is_told(
    cast: Cast, visitor: Visitor, mo: Visitor
) -> None:
    await set_up(cast, visitor)
    await set_up(cast, mo, "mo")
    assert "Take the old phone away" not in (await mo.get("/staff/mo")).text
    await mo.get("/staff/sam")

    assert (await mo.post("/staff/sam/reset")).status == 303

    assert (await visitor.get("/reviews")).status == 403
    page = await visitor.get((await words(cast, visitor)).headers["Location"])
    assert "taken away on Thursday 10 December 2026, 08:00, by Mo Abara" in page.text
    await set_up(cast, visitor)
    assert (await visitor.get("/reviews")).status == 200
    assert (await visitor.post("/staff/mo/reset")).status == 404


async def test_a_form_of_another_browser_gives_no_code(cast: Cast, visitor: Visitor, mo: Visitor) -> None:
    await visitor.get((await words(cast, visitor)).headers["Location"])
    await mo.get("/sign-in")

    answer = await visitor.post("/second-factor", code="1", next="", csrf=mo.page.field("csrf"))

    assert answer.status == 403


async def test_what_they_look_like(cast: Cast, url: str, browser: Browser) -> None:
    context = await browser.new_context(base_url=url, locale="en-GB", java_script_enabled=True)
    tab = await context.new_page()
    try:
        for again in (False, True):
            await tab.goto("/sign-in")
            await tab.fill("#username", "sam")
            await tab.fill("#phrase", cast.phrases["sam"])
            await tab.click("main button")
            await looked_at(tab)
            await tab.fill("#code", "1")
            await tab.click("main button")
            assert await tab.locator("role=alert").count() == 1
            await looked_at(tab)
            if not again:
                secret = Secret(base64.b32decode((await tab.inner_text("#factor")).replace(" ", "")))
                await tab.fill("#code", code_at(secret, _step(cast)))
                await tab.click("main button")
                assert "My children" in await tab.inner_text("h1")
                await tab.goto("/phrase")
                await looked_at(tab)
                await tab.click("text=Sign out")
    finally:
        await context.close()
