"""Where somebody is signed in stands on a page of theirs, and each place can be ended from any other."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from consultations.access import Role
from consultations.keeping.vault.sessions import session_id
from tests.bot.portal.cast import Visitor
from tests.bot.portal.test_look import looked_at, signed_in
from tests.consultations.staff import Cast


@pytest_asyncio.fixture
async def elsewhere(cast: Cast, url: str) -> AsyncIterator[Visitor]:
    """Sam at another machine."""
    visitor = Visitor(url)
    await visitor.sign_in("sam", cast.phrases["sam"])
    yield visitor
    await visitor.client.close()


def others(page: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]+)"', page)


async def test_one_of_them_is_ended_from_another(cast: Cast, sam: Visitor, elsewhere: Visitor) -> None:
    page = await sam.get("/sessions")
    [other] = others(page.text)

    assert page.text.count("This one") == 1
    assert (await sam.post("/sessions/end", session=other)).headers["Location"] == "/sessions"
    assert (await elsewhere.get("/reviews")).status == 403
    assert others((await sam.get("/sessions")).text) == []


async def test_all_the_others_end_and_this_one_goes_on(cast: Cast, sam: Visitor, elsewhere: Visitor) -> None:
    await sam.get("/sessions")

    await sam.post("/sessions/end-others")

    assert [(await each.get("/reviews")).status for each in (sam, elsewhere)] == [200, 403]


async def test_nobody_ends_or_sees_somebody_elses(cast: Cast, url: str, sam: Visitor) -> None:
    jo = Visitor(url)
    try:
        await jo.sign_in("jo", cast.phrases["jo"])
        token = jo.cookies()["foreword-staff"]
        assert others((await sam.get("/sessions")).text) == []
        for posted in ({"session": session_id(token)}, {"session": token}, {"session": "\0"}, {}):
            await sam.post("/sessions/end", **posted)
        await sam.post("/sessions/end-others")

        assert (await jo.get("/reviews")).status == 200
    finally:
        await jo.client.close()


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.ADMINISTRATOR])
async def test_whose_work_is_at_the_server_sees_their_own_sign_in_and_no_more(
    cast: Cast, visitor: Visitor, role: Role
) -> None:
    await cast.begin(await cast.review("R-1", "Amalzanzibar"))
    await cast.enrol("kim", "Kim Oduya", role)

    await visitor.sign_in("kim", cast.phrases["kim"])

    assert (await visitor.get("/reviews")).headers["Location"] == "/sessions"
    assert (await visitor.get("/sessions")).status == 200
    assert set(re.findall(r'<a href="(/[^"]*)"', visitor.page.text)) == {"/sessions", "/phrase"}
    for path in ("/reviews/R-1", "/alerts", "/children", "/key-in", "/key-in/R-1", "/staff", "/staff/sam"):
        answer = await visitor.get(path)
        assert (answer.status, "Amalzanzibar" in answer.text) == (404, False), path


async def test_what_has_locked_by_itself_is_not_listed(cast: Cast, sam: Visitor, elsewhere: Visitor) -> None:
    cast.clock.later(minutes=10)
    await sam.get("/reviews")
    cast.clock.later(minutes=10)

    assert others((await sam.get("/sessions")).text) == []


async def test_what_it_looks_like(cast: Cast, url: str, browser: Browser, elsewhere: Visitor) -> None:
    context = await browser.new_context(base_url=url, locale="en-GB")
    tab = await context.new_page()
    try:
        await signed_in(tab, cast, to="/sessions")
        await looked_at(tab)
        await tab.click("button:has-text('End it')")
        assert await tab.locator("button:has-text('End it')").count() == 0
    finally:
        await context.close()
