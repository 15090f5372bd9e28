"""Every page in a real Chromium, without JavaScript: nothing axe finds, nothing too wide, everything by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from sqlalchemy import update

from consultations.access import Role
from consultations.keeping.store.tables import Sending
from consultations.sending import Kind
from tests.bot.portal import test_children as children
from tests.bot.portal.cast import Visitor
from tests.bot.portal.test_children import nia, sat
from tests.bot.portal.test_keying_in import invited
from tests.consultations.staff import SENT, Cast, about_coming, about_home, not_safe, said

NARROW, DESK = 320, 1280
LONG_NAME = "Chidi Maximilian-Featherstonehaugh Okonkwo-Worthingtonsworthington the Third"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest_asyncio.fixture
async def tab(browser: Browser, url: str) -> AsyncIterator[Page]:
    """A tab where no page's own script runs; `page.evaluate`, which axe needs, still does."""
    context = await browser.new_context(base_url=url, locale="en-GB", timezone_id="Europe/London")
    tab = await context.new_page()
    foreign: list[str] = []
    tab.on("request", lambda asked: None if asked.url.startswith(url) else foreign.append(asked.url))
    refused: list[str] = []
    tab.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    yield tab
    await context.close()
    assert foreign == [], "a page asked somebody else for something"
    assert [text for text in refused if "Content Security Policy" in text] == []


async def looked_at(tab: Page) -> None:
    """Light and dark, narrow and wide: no violation, and nothing to scroll sideways for."""
    for width, colours in ((DESK, "light"), (NARROW, "light"), (NARROW, "dark")):
        await tab.set_viewport_size({"width": width, "height": 800})
        await tab.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        await fits(tab)
        found = (await Axe().run(tab, options={"runOnly": {"type": "tag", "values": TAGS}})).response["violations"]
        assert [_told(each) for each in found] == [], f"{tab.url} at {width}, {colours}"
    await tab.emulate_media(color_scheme="light")


async def fits(tab: Page) -> None:
    """Nothing on the page is wider than the window (WCAG 2.2, 1.4.10)."""
    wide = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{tab.url} is {wide} px too wide"


async def by_keyboard(tab: Page, pressed: str) -> None:
    """On to it from the top of the page with Tab, where its focus shows, and Enter."""
    await tab.evaluate("document.activeElement.blur()")
    for _ in range(40):
        await tab.keyboard.press("Tab")
        if await tab.locator(pressed).evaluate("each => each === document.activeElement"):
            outline = await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{pressed} does not show that it has the focus"
            return await tab.keyboard.press("Enter")
    raise AssertionError(f"{pressed} is not to be reached with Tab")


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"


async def signed_in(tab: Page, cast: Cast, username: str = "sam", to: str = "/reviews") -> None:
    """By the keyboard alone."""
    await tab.goto(to)
    await tab.focus("#username")
    await tab.keyboard.type(username)
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Tab")  # past "Show what I type"
    await tab.keyboard.type(cast.phrases[username])
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("text=Sign out")


async def amal(cast: Cast) -> None:
    """Amal has sent something, and added to it."""
    consultation = await cast.begin(await cast.review("LW-2041"))
    await cast.send(
        consultation,
        said("I want to see my brother every Sunday.\nNot just in the holidays."),
        about_home("The dog. " + "Averylongwordthatneverends" * 6),
        about_coming("no", "I don’t want to be there", "no"),
    )
    await cast.send(consultation, about_home("And a swing."), at=SENT + timedelta(days=2), kind=Kind.ADDITION)


async def test_signing_in_and_what_stands_before_it(cast: Cast, tab: Page) -> None:
    for path in ("/sign-in", "/sign-in?show=words", "/recover", "/enrol", "/reviews/LW-2041"):
        await tab.goto(path)
        await looked_at(tab)
    await tab.fill("#username", "sam")
    await tab.fill("#phrase", "not these")
    await tab.click("main button")
    assert await tab.locator("role=alert").count() == 1
    await looked_at(tab)


async def test_enrolling_from_the_code_to_the_list(cast: Cast, tab: Page) -> None:
    code = await cast.enrolling.add("pat", "Pat Nowak", Role.OFFICER, cast.clock())
    assert code is not None
    await tab.goto("/enrol")
    await tab.fill("#code", "nonsense")
    await tab.click("main button")
    await looked_at(tab)
    await tab.fill("#code", code)
    await tab.click("main button")
    await looked_at(tab)
    phrase = await tab.inner_text("#shown-phrase")
    await tab.fill("#phrase", "not these")
    await tab.click("main button")
    await looked_at(tab)
    await tab.fill("#phrase", phrase.upper())
    await tab.click("main button")
    number = await tab.inner_text("#key-number")
    await looked_at(tab)
    await cast.enrolling.add("kit", LONG_NAME, Role.COORDINATOR, cast.clock())
    await signed_in(tab, cast, "mo", "/staff")
    await looked_at(tab)
    await tab.click("text=Pat Nowak")
    await tab.fill("#number", "1234")
    await tab.click("main button")
    await looked_at(tab)
    await tab.fill("#number", number)
    await tab.click("main button")
    await tab.click("text=Sign out")
    cast.phrases["pat"] = phrase
    await signed_in(tab, cast, "pat")
    assert "You have no reviews here yet" in await tab.inner_text("main")
    await looked_at(tab)
    await tab.click("text=Your sign-in")
    await looked_at(tab)
    await tab.click("text=New five words")
    await looked_at(tab)
    await tab.click("text=Sign out")
    await looked_at(tab)


async def test_the_list_is_a_table_on_a_desk_and_cards_on_a_phone(cast: Cast, tab: Page) -> None:
    await amal(cast)
    await cast.review("LW-2042", LONG_NAME, on=date(2026, 12, 1))
    await cast.begin(await cast.review("LW-2043", "Dilys"))
    held = await cast.review("LW-2044", "Ewa")
    await cast.store.reviews.mark_held(held, date(2026, 12, 2), cast.clock())
    await signed_in(tab, cast)

    await looked_at(tab)

    await tab.set_viewport_size({"width": DESK, "height": 800})
    assert await tab.evaluate("getComputedStyle(document.querySelector('td')).display") == "table-cell"
    await tab.set_viewport_size({"width": NARROW, "height": 800})
    assert await tab.evaluate("getComputedStyle(document.querySelector('td')).display") == "block"
    await tab.goto("/reviews?find=nothing")
    await looked_at(tab)


async def test_the_summary_and_its_copies(cast: Cast, tab: Page) -> None:
    await amal(cast)
    await signed_in(tab, cast, to="/reviews/LW-2041")
    assert tab.url.endswith("/reviews/LW-2041"), "two taps: signed in, and there"

    await looked_at(tab)
    loudest = await tab.evaluate(
        """() => Math.max(...[...document.querySelectorAll('main .words, main .chosen')]
            .map(each => parseFloat(getComputedStyle(each).fontSize)))
            - Math.max(...[...document.querySelectorAll('main p:not(.words *), main li, main dd, main .asked')]
            .filter(each => !each.closest('.words') && !each.matches('.chosen'))
            .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
    )
    assert loudest > 0, "the child's words are the loudest thing on the page"
    await tab.click('form[action$="/why"] button[value="page"]')
    await looked_at(tab)
    await tab.evaluate("document.querySelector('main form').noValidate = true")
    await tab.click("main .button")
    await looked_at(tab)
    await tab.goto("/reviews/LW-2041/why?format=page")
    await tab.fill("#reason", "Reading it together tomorrow.")
    await tab.click("main .button")
    await looked_at(tab)
    await tab.go_back()
    assert await tab.locator("#reason").count() == 1, "Back is never a dead end"
    async with tab.expect_download() as coming:
        await tab.goto("/reviews/LW-2041")
        await tab.click('form:has(input[value="meeting"]) button[value="pdf"]')
    assert (await coming.value).suggested_filename == "LW-2041-meeting.pdf"


async def test_an_alert_from_the_bar_to_what_was_done(cast: Cast, tab: Page) -> None:
    consultation = await cast.begin(await cast.review("LW-2041", LONG_NAME, language="fa_AF"))
    asked = {"asked": "هل تشعر بالأمان؟", "choice_text": "لا، لا أشعر بالأمان", "language": "ar"}
    kept_from = ["social_worker", "carer", "family", "teacher", "someone"]
    await cast.alarm(consultation, beside="carer", kept_from=kept_from, choosing=not_safe(**asked))
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    async with cast.store.alerts.telling(thread, b"a draft", SENT) as telling:
        await telling.mistaken(1)
        await telling.asks(["advocate", "talk", "someone_away"])
    await cast.store.alerts.failed(f"{consultation[2:]}01", SENT, SENT)
    await signed_in(tab, cast)

    await looked_at(tab)
    await tab.click(".alarm a")
    await looked_at(tab)
    await tab.click("main a.button")
    await looked_at(tab)
    await tab.click("text=Back to the alert")
    await tab.click("text=I have it")
    assert "You have it." in await tab.inner_text("main")
    await tab.evaluate("document.querySelector('main form').noValidate = true")
    await tab.click("text=Close the alert")
    assert "Please say what was done" in await tab.inner_text("role=alert")
    await looked_at(tab)
    await tab.fill("#done", "Averylongwordthatneverends" * 6)
    await tab.click("text=Close the alert")
    await looked_at(tab)
    await tab.click("text=All alerts")
    await looked_at(tab)


async def test_an_alert_that_somebody_else_has(cast: Cast, tab: Page) -> None:
    id = await cast.alarm(await cast.begin(await cast.review("LW-2041")), kept_from=["officer"])
    await signed_in(tab, cast, "mo", f"/alerts/{id}")
    await tab.set_viewport_size({"width": 360, "height": 640})
    assert await tab.evaluate(
        "document.querySelector('.urgent button').getBoundingClientRect().bottom < innerHeight"
    ), "what there is to press is on a phone's first screen"
    assert await cast.store.alerts.hold(id, cast.ids["jo"], SENT)

    await tab.click("text=I have it")
    assert "You do not have it" in await tab.inner_text("role=alert")
    await looked_at(tab)
    await tab.click("text=I have it now, in place of Jo Lindqvist")

    assert "You have it." in await tab.inner_text("main")
    await tab.emulate_media(media="print")
    on_paper = await tab.inner_text("body")
    assert "Do not tell" in on_paper
    assert "Close it" not in on_paper
    assert "What was done?" not in on_paper


async def test_an_advocates_page_and_the_pass_it_shows(cast: Cast, tab: Page) -> None:
    await cast.enrol("nia", "Nia Advocate", Role.ADVOCATE)
    await signed_in(tab, cast, "nia")
    await looked_at(tab)
    await tab.click("text=Begin a sitting")
    own = await tab.inner_text("#pass")
    await looked_at(tab)
    await sat(cast, own, await cast.review("LW-2041", LONG_NAME))
    await tab.goto("/children")

    await looked_at(tab)
    assert "Chidi" in await tab.inner_text("main")


async def test_keying_in_from_the_references_to_the_pass(cast: Cast, tab: Page) -> None:
    await cast.enrol("ivy", "Ivy Hill", Role.COORDINATOR)
    await signed_in(tab, cast, "ivy", "/key-in")
    await looked_at(tab)
    await cast.review("LW-2040")
    await invited(cast, "LW-2041-" + "F" * 50)
    for path in ("/key-in", "/key-in?find=nothing", "/key-in/LW-2040", "/key-in"):
        await tab.goto(path)
        await looked_at(tab)

    await by_keyboard(tab, "main li a >> nth=1")
    await looked_at(tab)
    await by_keyboard(tab, "text=Key in a talk")
    await looked_at(tab)

    assert await tab.inner_text("#pass")
    await tab.emulate_media(media="print")
    await fits(tab)


async def test_handing_over_from_the_list_to_what_was_done(cast: Cast, tab: Page) -> None:
    await cast.review("LW-2040", LONG_NAME)
    given = await cast.review("LW-2041")
    await cast.send(await cast.begin(given))
    await cast.hand_over(given, "LW-2041", "jo")
    await signed_in(tab, cast)
    await by_keyboard(tab, "text=Hand over reviews")
    await looked_at(tab)
    await by_keyboard(tab, "text=Pass on what was sent")
    await looked_at(tab)
    await tab.select_option("#to", "jo")
    await by_keyboard(tab, "button[name=one]")
    await looked_at(tab)

    assert "Jo Lindqvist’s now" in await tab.inner_text("main")


@pytest.mark.parametrize("state", ["not invited", "began", "taken back", "refused"])
async def test_a_review_where_there_is_nothing_to_read(cast: Cast, tab: Page, state: str) -> None:
    review = await cast.review("LW-2041", LONG_NAME)
    consultation = await cast.begin(review) if state != "not invited" else ""
    if state in ("taken back", "refused"):
        await cast.send(consultation)
    if state == "taken back":
        await cast.take_back(consultation, SENT)
    if state == "refused":
        await cast.by_hand(update(Sending).values(signature=b"forged"))
    await signed_in(tab, cast, to="/reviews/LW-2041")

    await looked_at(tab)


async def test_what_is_not_there_and_what_was_refused(cast: Cast, tab: Page) -> None:
    await signed_in(tab, cast)
    await tab.goto("/reviews/LW-1")
    await looked_at(tab)
    cast.clock.later(minutes=20)
    await tab.goto("/reviews")
    assert "Your session ended" in await tab.inner_text("main")
    await looked_at(tab)


async def test_the_first_tab_skips_to_the_page(cast: Cast, tab: Page) -> None:
    await signed_in(tab, cast)
    await tab.goto("/reviews")

    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.textContent") == "Skip to the page"
    await tab.keyboard.press("Enter")

    assert await tab.evaluate("document.activeElement.id") == "main"


async def test_everything_that_can_be_tapped_is_large_enough_on_a_phone(cast: Cast, tab: Page) -> None:
    await amal(cast)
    await signed_in(tab, cast, to="/reviews/LW-2041")
    await tab.set_viewport_size({"width": NARROW, "height": 800})

    small = await tab.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), .bar a')]
            .map(each => [each.textContent, each.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""
    )

    assert small == []


async def test_four_times_as_large_nothing_is_cut_off(cast: Cast, tab: Page) -> None:
    """400% of a 1280 px window is 320 px wide and 256 px high (WCAG 2.2, 1.4.10)."""
    await amal(cast)
    await signed_in(tab, cast, to="/reviews/LW-2041")
    await tab.set_viewport_size({"width": NARROW, "height": 256})

    await fits(tab)


async def test_on_paper_the_officers_page_asks_for_a_copy_and_a_copy_shows_the_words(cast: Cast, tab: Page) -> None:
    await amal(cast)
    await signed_in(tab, cast, to="/reviews/LW-2041")
    await tab.emulate_media(media="print")
    on_paper = await tab.inner_text("body")
    await tab.emulate_media(media="screen")
    await tab.click('form:has(input[value="meeting"]) button[value="page"]')
    await tab.emulate_media(media="print")
    copy_on_paper = await tab.inner_text("body")

    assert "every Sunday" not in on_paper
    assert "The officer’s copy asks why" in on_paper
    assert "The dog." in copy_on_paper
    assert "Sign out" not in copy_on_paper


async def test_an_advocates_own_pages_and_what_a_child_lets_them_read(cast: Cast, tab: Page, visitor: Visitor) -> None:
    await nia(cast, visitor)
    review = await children.amal(cast, visitor)
    let = [about_home("The dog. " + "Averylongwordthatneverends" * 6), said("مرحبا", language="ar")]
    await cast.send(f"c {review}", *let, let=let)
    await signed_in(tab, cast, "nia", "/children")
    await looked_at(tab)

    await tab.click("text=Open what Amal lets you read")

    await looked_at(tab)
    await tab.emulate_media(media="print")
    await fits(tab)
    assert await tab.locator("text=The dog.").first.is_visible()
