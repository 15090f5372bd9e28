"""A form is keyed in at /sit by a pass alone, without JavaScript; the child then finds it, marked, and changes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from consultations.answers import PAPER
from consultations.keying_in import KeyingIn
from tests.bot.chat.web.playing import Place, place
from tests.bot.chat.web.test_in_browser import no_wider_than_the_screen
from tests.bot.chat.web.test_sitting import to_people_see
from tests.browser import PHONE

WRITTEN = "Saterday is to long"


@pytest_asyncio.fixture
async def here(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """The real thing behind the door."""
    async with place(sqlite_url, tmp_path) as made:
        yield made


async def comes_in(here: Place, page: Page) -> None:
    """Sam, by a pass for the one review there is."""
    site = here.site
    (review,) = await site.cast.store.reviews.all_reviews()
    keying = KeyingIn(site.cast.store, site.cast.portal_keys)
    made = await keying.begin(site.sam, review.reference, PAPER, site.now)
    assert made is not None
    await page.goto(f"{here.url}/sit")
    await page.locator("#pass").fill(made.shown)
    await page.get_by_role("button", name="Start").click()


async def keys_in(page: Page) -> None:
    await to_people_see(page)
    await page.locator("#words").fill(WRITTEN)
    await page.get_by_role("button", name="Next", exact=True).click()
    while await page.get_by_role("button", name="Skip", exact=True).count():
        await page.get_by_role("button", name="Skip", exact=True).click()
        await page.wait_for_load_state()


async def test_a_form_is_keyed_in_and_sent_and_the_child_finds_it_without_javascript(
    here: Place, plain: Page, browser: Browser
) -> None:
    await here.site.review("ages_8_11")
    invited = await here.site.invite()
    await comes_in(here, plain)
    await keys_in(plain)
    await expect(plain.get_by_text(WRITTEN)).to_be_visible()
    await plain.get_by_role("button", name="Choose who may see this").first.click()
    await plain.get_by_role("button", name="Everyone at my meeting").click()
    await plain.get_by_role("button", name="Send as the form says").click()
    await expect(plain.get_by_text("It's sent.").first).to_be_visible()
    await plain.get_by_role("button", name="We've finished").click()
    await expect(plain.get_by_role("status")).to_have_text("You've finished here. It's kept, and the child can see it.")

    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    child = await context.new_page()
    await child.goto(here.url)
    await child.locator("#code").fill(invited.code.shown)
    await child.get_by_role("button", name="Start").click()
    await expect(child.get_by_text("typed in your paper form")).to_be_visible()
    for button in ("English", "Go on", "Go on", "Start"):
        await child.locator("button", has_text=button).first.click()
    await child.get_by_role("button", name="Skip", exact=True).click()
    await child.get_by_role("button", name="No PIN").click()
    await to_people_see(child)

    await expect(child.get_by_text(WRITTEN)).to_be_visible()
    await context.close()


async def test_the_screen_where_a_form_is_keyed_in_is_for_everybody(here: Place, page: Page) -> None:
    await here.site.review("ages_8_11")
    await here.site.invite()
    await comes_in(here, page)
    await page.locator("#words").first.wait_for()

    found = await Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert await no_wider_than_the_screen(page)
