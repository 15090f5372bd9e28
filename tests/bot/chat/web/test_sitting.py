"""An advocate sits down at /sit, with and without JavaScript; the child's own screen and theirs stand side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from consultations.access import Role
from consultations.helping import Helping
from consultations.signing_in import SignedIn
from tests.bot.chat.web.conftest import Chat
from tests.bot.chat.web.playing import Place, place
from tests.bot.chat.web.test_in_browser import no_wider_than_the_screen
from tests.browser import PHONE

ALONE = "badgerlantern"
TYPED = "Saturday is too long"


@pytest_asyncio.fixture
async def here(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """The real thing behind the door."""
    async with place(sqlite_url, tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def nia(here: Place) -> SignedIn:
    """An advocate who enrolled."""
    return await here.site.cast.enrol("nia", "Nia Advocate", Role.ADVOCATE)


async def a_pass(here: Place, nia: SignedIn) -> str:
    made = await Helping(here.site.cast.store, here.site.cast.portal_keys).begin(nia, here.site.now)
    assert made is not None
    return made.shown


async def a_child(here: Place, page: Page) -> str:
    """A child who came in on their own phone and said something alone; their code."""
    await here.site.review("ages_8_11")
    invited = await here.site.invite()
    await page.goto(here.url)
    await page.locator("#code").fill(invited.code.shown)
    await page.get_by_role("button", name="Start").click()
    for button in ("English", "Go on", "Go on", "Start"):
        await page.locator("button", has_text=button).first.click()
    await page.locator("#words").fill(ALONE)
    await page.get_by_role("button", name="Next", exact=True).click()
    await page.get_by_role("button", name="No PIN").click()
    await page.locator("#words").wait_for()
    return invited.code.shown


async def sits_down(page: Page, here: Place, own: str, code: str) -> None:
    await page.goto(f"{here.url}/sit")
    await page.locator("#pass").fill(own)
    await page.locator("#code").fill(code)
    await page.get_by_role("button", name="Start").click()


async def to_people_see(page: Page) -> None:
    """Past what comes first, to a question with words."""
    while not await page.get_by_role("heading", name="people who matter").count():
        await page.get_by_role("button", name="Skip", exact=True).click()
        await page.wait_for_load_state()


async def test_two_screens_side_by_side_without_javascript(
    here: Place, nia: SignedIn, plain: Page, browser: Browser
) -> None:
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    child = await context.new_page()
    code = await a_child(here, child)

    await sits_down(plain, here, await a_pass(here, nia), code)
    await expect(plain.get_by_text("Nia Advocate").first).to_be_visible()
    await plain.get_by_role("button", name="Yes, that's OK").click()
    await plain.get_by_role("button", name="They are, in my words").click()
    await to_people_see(plain)
    await plain.locator("#words").fill(TYPED)
    await plain.get_by_role("button", name="Next", exact=True).click()
    await expect(plain.get_by_text("Is this right?")).to_be_visible()
    await plain.get_by_role("button", name="Yes, that's right").click()
    seen = await plain.content()

    await child.goto(f"{here.url}/chat")
    await expect(child.get_by_text("Nia Advocate").first).to_be_visible()
    await child.get_by_role("button", name="I'm alone now").click()
    await plain.locator("#words").fill("one more")
    await plain.get_by_role("button", name="Next", exact=True).click()

    assert ALONE not in seen
    await expect(plain.locator("#yours")).to_have_value("one more")
    await expect(plain.get_by_role("alert")).to_contain_text("To go on, you need a new pass.")
    await expect(plain.get_by_role("link", name="Help a child to answer")).to_have_attribute("href", "/sit")
    await expect(plain.locator("#code")).to_have_count(0)
    await context.close()


async def test_whoever_has_finished_or_was_refused_is_told_so_and_asked_for_no_code(
    here: Place, nia: SignedIn, plain: Page, page: Page, browser: Browser
) -> None:
    code = await a_child(here, await browser.new_page())
    for advocate, answer, finish, told in (
        (plain, "No, thank you", "", "That's fine. They can't see anything here."),
        (page, "Yes, that's OK", "We've finished", "You've finished here. It's kept. Only you can send it."),
    ):
        await sits_down(advocate, here, await a_pass(here, nia), code)
        await advocate.get_by_role("button", name=answer).click()
        if finish:
            await advocate.get_by_role("button", name="They are, in my words").click()
            await advocate.get_by_role("button", name=finish).click()

        await expect(advocate.get_by_role("status")).to_have_text(told)
        await expect(advocate.locator("#code")).to_have_count(0)


async def test_script_takes_the_pass_out_of_the_address(chat: Chat, page: Page) -> None:
    await page.goto(f"{chat.url}/sit#{chat.code}")

    await expect(page.locator("#pass")).to_have_value(chat.code)
    assert page.url == f"{chat.url}/sit"


async def test_without_script_the_pass_is_typed_and_the_page_says_so(chat: Chat, plain: Page) -> None:
    await plain.goto(f"{chat.url}/sit#{chat.code}")

    await expect(plain.locator("#pass")).to_have_value("")
    await expect(plain.get_by_text(chat.says("sit_pass_help"))).to_be_visible()


async def test_what_did_not_work_is_told_and_what_was_typed_still_stands_there(chat: Chat, plain: Page) -> None:
    await plain.goto(f"{chat.url}/sit")
    await plain.locator("#pass").fill("0000-0000-0001-2")
    await plain.locator("#code").fill(chat.code)
    await plain.keyboard.press("Enter")

    await expect(plain.get_by_role("alert")).to_have_text(chat.says("sit_unknown"))
    await expect(plain.locator("#code")).to_have_value(chat.code)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_the_page_where_an_advocate_comes_in_is_for_everybody(chat: Chat, page: Page, colours: str) -> None:
    await page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    await page.goto(f"{chat.url}/sit")

    found = await Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert await no_wider_than_the_screen(page)


async def test_a_post_from_elsewhere_sits_nobody_down(chat: Chat) -> None:
    async with ClientSession(chat.url, headers={"Origin": "https://elsewhere.example"}) as session:
        answer = await session.post("/sit", data={"pass": chat.code, "code": chat.code})

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


async def test_without_javascript_a_child_lets_the_advocate_read_one_answer_and_they_read_that_alone(
    here: Place, nia: SignedIn, plain: Page, browser: Browser
) -> None:
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    child = await context.new_page()
    code = await a_child(here, child)
    await sits_down(plain, here, await a_pass(here, nia), code)
    await plain.get_by_role("button", name="Yes, that's OK").click()
    await child.goto(f"{here.url}/chat")
    await child.get_by_role("button", name="I'm alone now").click()
    await child.get_by_role("button", name="Later", exact=True).click()
    await to_people_see(child)
    await child.locator("#words").fill(TYPED)
    await child.get_by_role("button", name="Next", exact=True).click()
    await child.get_by_role("button", name="More", exact=True).click()
    await child.get_by_role("button", name="See what I've said").click()

    await expect(child.get_by_text("Nia Advocate reads nothing here unless you let them.")).to_be_visible()
    await child.get_by_role("button", name="Let Nia Advocate read this").first.click()
    await expect(child.get_by_text("Nia Advocate may read this too.")).to_be_visible()
    assert await no_wider_than_the_screen(child)
    await child.get_by_role("button", name="Send it to Sam").click()
    helping = Helping(here.site.cast.store, here.site.cast.portal_keys)
    [helped] = await helping.children(nia)
    read = await helping.read(nia, helped.review, here.site.now)

    assert read is not None
    assert [each.words for each in read.said.answers] == [TYPED]
    await context.close()
