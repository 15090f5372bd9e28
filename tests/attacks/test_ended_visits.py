"""A visit that is over, on a device that others use too: whatever is tried with it, it shows nothing. One more answer
that was being written is kept, once, and reaches the officer; anything after that is handed back."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import MORE_CHILDREN, Site
from tests.bot.running import Running

KEPT = "My zanzibarkettle sings on Sundays"
LAST, TOO_LATE = "keptfromavisitthatended", "onewordtoomany"
CLOSED = "To go on, put in your code again."
NOT_KEPT = "This page was closed, so we couldn't keep this. Copy your words, put in your code, and say it again."
CODE_FIELD = 'name="code"'


@dataclass
class Visit:
    """A child who has said something and sits at the next question, with that page's form and the cookie."""

    site: Site
    run: Running
    reference: str
    child: Child
    start: dict[str, str]  # the form they came in by
    form: dict[str, str]
    cookie: str

    async def posts(self, path: str, fields: dict[str, str], cookie: str | None = None) -> str:
        """From the same browser, or a copy of it; what comes back."""
        async with Child(self.run.chat) as browser:
            if cookie is None or cookie:
                browser.client.cookie_jar.update_cookies({"visit": cookie or self.cookie})
            page = await browser.post(path, fields)
        assert page.status == 200
        return html.unescape(page.text)

    async def looks(self) -> str:
        """Open the page again."""
        async with Child(self.run.chat) as browser:
            browser.client.cookie_jar.update_cookies({"visit": self.cookie})
            return html.unescape((await browser.look()).text)


@pytest_asyncio.fixture(scope="module")
async def product(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, Running]]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("visits") / "site")
    with site.running() as run:
        yield site, run


_children = iter(MORE_CHILDREN)


@pytest_asyncio.fixture
async def visit(product: tuple[Site, Running]) -> AsyncIterator[Visit]:
    site, run = product
    reference = next(_children)
    async with Child(run.chat) as child:
        await child.get("/")
        start = {"code": site.codes[reference], "link": "", "event": child.page.field("event")}
        await child.post("/start", start)
        await child.say({"home_settled": Says(KEPT, "good")}, until="me")
        form = child.form(LAST, ("button", "me", ".next"))
        await child.tap("me", ".back")
        await child.tap("people_see", ".back")
        assert KEPT in child.read
        yield Visit(site, run, reference, child, start, form, child.cookie())


async def left_in_another_tab(visit: Visit) -> None:
    await visit.posts("/leave", {})


async def followed_by_another_visit(visit: Visit) -> None:
    async with Child(visit.run.chat) as other:
        await other.come_in(visit.site.codes[visit.reference])
        assert KEPT not in other.read


async def idle(visit: Visit) -> None:
    visit.site.hands.forward(minutes=16)


Ends = Callable[[Visit], Awaitable[None]]
each_end = pytest.mark.parametrize("ends", [left_in_another_tab, followed_by_another_visit, idle])


@each_end
async def test_one_answer_is_kept_a_second_is_handed_back_and_nothing_is_shown(visit: Visit, ends: Ends) -> None:
    await ends(visit)

    first = await visit.posts("/say", visit.form)
    again = await visit.posts("/say", visit.form)
    second = await visit.posts("/say", {**visit.form, "words": TOO_LATE, "event": "b" * 22})
    looked = await visit.looks()

    for page in (first, again, second, looked):
        assert CODE_FIELD in page
        assert KEPT not in page
    assert CLOSED in first
    assert CLOSED in again, "the same form sent twice was kept once, and is told so twice"
    assert LAST not in first
    assert NOT_KEPT in second
    assert TOO_LATE in second
    async with Child(visit.run.chat) as child, Officer(visit.run.portal) as sam:
        await child.come_in(visit.site.codes[visit.reference])
        assert KEPT not in child.read
        assert LAST not in child.read
        await child.say({})
        assert LAST not in child.read
        await child.send()
        await sam.sign_in("sam", visit.site.phrases["sam"])
        await sam.get(f"/reviews/{visit.reference}")
    assert sam.read.count(LAST) == 1
    assert KEPT in sam.read
    assert TOO_LATE not in sam.read


@each_end
@pytest.mark.parametrize("with_cookie", [True, False])
async def test_the_form_they_came_in_by_does_not_open_it_again(visit: Visit, ends: Ends, with_cookie: bool) -> None:
    """Somebody presses Back until the browser asks whether to send the form once more, and says yes."""
    await ends(visit)

    page = await visit.posts("/start", visit.start, None if with_cookie else "")

    assert KEPT not in page
    assert KEPT not in await visit.looks()


async def test_two_hours_are_the_end_however_busy_the_child_is(visit: Visit) -> None:
    for minutes in range(10, 120, 10):
        visit.site.hands.forward(minutes=10)
        await visit.child.look()
        assert KEPT in visit.child.read, minutes
    visit.site.hands.forward(minutes=11)
    page = await visit.child.look()

    assert CODE_FIELD in page.text
    assert KEPT not in page.text
    assert KEPT not in await visit.posts("/start", visit.start)


async def test_after_a_day_not_even_a_last_answer_is_kept(visit: Visit) -> None:
    visit.site.hands.forward(hours=27)

    page = await visit.posts("/say", visit.form)

    assert NOT_KEPT in page
    assert LAST in page


async def test_leaving_clears_the_browser_and_goes_somewhere_dull(visit: Visit) -> None:
    async with Child(visit.run.chat) as browser:
        browser.client.cookie_jar.update_cookies({"visit": visit.cookie})
        page = await browser.post("/leave", b"")

    assert page.status == 200
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert page.headers["Refresh"].startswith("0; url=https://")
    assert page.headers["Cache-Control"] == "no-store"
    assert KEPT not in page.text
    assert page.headers["Set-Cookie"].startswith('visit=""; expires=Thu, 01 Jan 1970')
    assert KEPT not in await visit.looks()
