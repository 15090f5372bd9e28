"""The chat as a child meets it: a real browser, with script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Request, Route, expect

from consultations.conversation.events import Arrived, LastWord, Said, Tapped
from tests.bot.chat.web.conftest import DOG, Chat, enter
from tests.bot.chat.web.small_listener import HERE, ORDER
from tests.browser import PHONE


async def everywhere(chat: Chat, page: Page) -> AsyncIterator[str]:
    """Every page there is, one after the other."""
    await page.goto(chat.url)
    yield "code"
    await page.get_by_label(chat.says("code_label")).fill("4MK7-W2Q9-TZX0-3")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label(chat.says("code_label"))).to_be_focused()
    yield "slip"
    await page.goto(chat.url + "/nothing")
    yield "nothing here"
    await enter(page, chat)
    for place in ORDER:
        chat.listener.place(place)
        await page.goto(chat.url + "/chat")
        yield place


async def no_wider_than_the_screen(page: Page) -> bool:
    width: bool = await page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        " && [...document.querySelectorAll('body *')].every(e => e.getBoundingClientRect().right <= innerWidth + 1"
        " && e.getBoundingClientRect().left >= -1)"
    )
    return width


async def overlapping(page: Page) -> list[list[str]]:
    """Which buttons of the bar lie over each other, or out of the window at its sides, or spill their words."""
    found: list[list[str]] = await page.evaluate(
        """() => {
          const all = [...document.querySelectorAll(".bar button:not([aria-hidden]), .leave button")]
          const boxes = all.map(each => [each.textContent.trim(), each.getBoundingClientRect(), each])
          const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
          const out = ([, box, each]) =>
            box.left < 0 || box.right > innerWidth || each.scrollWidth > each.clientWidth + 1
          const after = (n, a) => boxes.slice(n + 1).filter(([, b]) => over(a, b)).map(([two]) => two)
          return [...boxes.filter(out).map(([name]) => [name]),
            ...boxes.flatMap(([one, a], n) => after(n, a).map(two => [one, two]))]
        }"""
    )
    return found


async def test_a_link_is_taken_out_of_the_address_and_opens_with_one_tap(chat: Chat, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{chat.url}/#{chat.link}")
    await expect(page.get_by_text(chat.says("web_ready"))).to_be_visible()

    assert page.url == chat.url + "/"
    await expect(page.get_by_label(chat.says("code_label"))).to_be_hidden()
    await page.get_by_role("button", name=chat.says("b_start")).click()
    await expect(page.get_by_text("Hello, Amal.")).to_be_visible()
    assert chat.listener.events == [Arrived("link")]
    assert page.url == chat.url + "/chat"
    assert all(chat.link not in url for url in asked)
    assert chat.link not in await page.evaluate("JSON.stringify(history.state) + location.href")


async def test_a_slip_in_the_code_is_said_beside_the_field_and_can_be_mended(chat: Chat, page: Page) -> None:
    await page.goto(chat.url)
    await page.get_by_label(chat.says("code_label")).fill(chat.code[:-1] + ("2" if chat.code[-1] != "2" else "3"))
    await page.keyboard.press("Enter")

    field = page.get_by_label(chat.says("code_label"))
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile(re.escape(chat.says("code_mistyped"))))
    await field.fill(chat.code.lower())
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Hello, Amal.")).to_be_visible()


async def test_a_turn_is_one_round_trip_and_only_the_new_message_is_added_to_the_log(chat: Chat, child: Page) -> None:
    requests: list[Request] = []
    child.on("request", lambda request: requests.append(request))
    await child.evaluate(
        "window.added = []; new MutationObserver(all => all.forEach(each => each.addedNodes.forEach("
        "node => node.nodeType === 1 && added.push(node.className)))).observe(document.getElementById('log'),"
        " {childList: true})"
    )
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()

    assert [(request.method, request.url) for request in requests] == [("POST", chat.url + "/say")]
    assert chat.listener.events[-1] == Tapped(HERE, "home", "next", DOG, "home")
    assert await child.evaluate("added") == ["message question"]
    assert await child.get_by_role("log").locator("article").count() == 1  # what was said before is off the screen
    assert await child.evaluate("document.activeElement.id") == "say"
    assert await child.evaluate("scrollY") == 0


async def test_the_keyboard_alone_is_enough(chat: Chat, child: Page) -> None:
    async def pressing(key: str, times: int) -> list[str]:
        names = []
        for _ in range(times):
            await child.keyboard.press(key)
            names.append(await child.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        return names

    assert await pressing("Shift+Tab", 2) == ["Someone is here", "Help now"]
    assert await pressing("Tab", 9) == [
        "Someone is here", "My room", "The garden", "The people I live with", "words", "Next", "Back", "Skip", "More",
    ]  # fmt: skip
    await child.keyboard.press("Tab")
    await expect(child.get_by_role("button", name=chat.says("leave_now"))).to_be_focused()
    for _ in range(5):
        await child.keyboard.press("Shift+Tab")
    await child.keyboard.type(DOG)
    await child.keyboard.press("Tab")
    await child.keyboard.press("Enter")
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    await child.keyboard.press("Tab")
    await expect(child.get_by_role("button", name="Good", exact=True)).to_be_focused()
    await child.keyboard.press("Space")
    await expect(child.get_by_text("What’s your PIN?")).to_be_visible()
    assert chat.listener.events[-2:] == [Tapped(HERE, "home", "next", DOG, "home"), Tapped(HERE, "faces", "good")]


async def test_a_pin_shows_as_dots_and_enter_sends_it(chat: Chat, child: Page) -> None:
    chat.listener.place("number")
    await child.goto(chat.url + "/chat")
    field = child.get_by_label("Your PIN")
    await field.fill("1234")

    assert await field.evaluate("each => getComputedStyle(each).webkitTextSecurity") == "disc"
    async with child.expect_response("**/say"):
        await field.press("Enter")
    assert chat.listener.words["number"] == "1234"
    assert chat.listener.events[-1] == Said("1234", "number"), "and presses nothing else, such as Help now"


async def test_no_browser_offers_to_keep_a_pin(chat: Chat, child: Page) -> None:
    """A field that a browser takes for a password is kept by it, for whoever has the phone next."""
    chat.listener.place("number")
    await child.goto(chat.url + "/chat")
    field = child.get_by_label("Your PIN")

    assert await child.locator("input[type=password]").count() == 0
    assert await field.get_attribute("autocomplete") == "off"
    assert await field.get_attribute("inputmode") == "numeric"


async def test_words_that_were_typed_go_along_with_a_tap_on_a_choice(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="My room").click()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[-1] == Tapped(HERE, "home", "room", DOG, "home")


@pytest.mark.parametrize("width", range(320, 400, 8))
async def test_grown_ups_are_never_broken_in_two(chat: Chat, child: Page, width: int) -> None:
    chat.listener.place("done")
    await child.set_viewport_size({"width": width, "height": 400})
    await child.goto(chat.url + "/chat")

    assert await child.locator(".unbroken", has_text="grown-ups").evaluate("each => each.getClientRects().length") == 1


@pytest.mark.parametrize("width", [320, 360])
async def test_the_example_of_a_code_is_never_broken_in_two(chat: Chat, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 740})
    await page.goto(chat.url)

    example = page.locator("#hint .unbroken")
    await expect(example).to_have_text("4MK7-W2Q9-TZX0-2")
    assert await example.evaluate("each => each.getClientRects().length") == 1


async def test_the_first_page_says_where_help_is_before_anybody_is_in(chat: Chat, page: Page) -> None:
    await page.goto(chat.url)

    await expect(page.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    await expect(page.get_by_role("link", name="0800 1111")).to_have_attribute("href", "tel:08001111")


async def test_a_double_tap_sends_once(chat: Chat, child: Page) -> None:
    requests: list[Request] = []
    child.on("request", lambda request: requests.append(request))
    chat.listener.slow = 0.3
    await child.get_by_role("button", name="My room").dblclick()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()

    assert len(requests) == 1
    assert chat.listener.events[1:] == [Tapped(HERE, "hello", "next"), Tapped(HERE, "home", "room", "", "home")]


async def test_a_double_tap_on_start_makes_one_visit(chat: Chat, page: Page) -> None:
    await page.goto(f"{chat.url}/#{chat.link}")
    await page.get_by_role("button", name=chat.says("b_start")).dblclick()
    await expect(page.get_by_text("Hello, Amal.")).to_be_visible()

    assert chat.listener.events == [Arrived("link")]


async def test_a_lost_network_keeps_what_was_typed_and_try_again_counts_once(chat: Chat, child: Page) -> None:
    async def answer_is_lost(route: Route) -> None:
        await route.fetch()
        await route.abort("connectionreset")

    await child.route("**/say", answer_is_lost, times=1)
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_role("alert")).to_contain_text(chat.says("went_wrong"))
    await expect(child.get_by_label("Say it here")).to_have_value(DOG)
    await expect(child.get_by_label("Say it here")).to_be_editable()
    await expect(child.get_by_role("button", name=chat.says("web_try_again"))).to_be_focused()
    await child.keyboard.press("Enter")
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[2:] == [Tapped(HERE, "home", "next", DOG, "home")]


async def test_words_changed_before_trying_again_are_the_ones_that_are_sent(chat: Chat, child: Page) -> None:
    await child.context.set_offline(True)
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="My room").click()
    await expect(child.get_by_role("button", name=chat.says("web_try_again"))).to_be_visible()
    await child.get_by_label("Say it here").fill("My cat.")
    await child.context.set_offline(False)
    await child.get_by_role("button", name=chat.says("web_try_again")).click()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[2:] == [Tapped(HERE, "home", "room", "My cat.", "home")]


async def test_a_fault_of_ours_keeps_what_was_typed(chat: Chat, child: Page) -> None:
    chat.listener.broken = True
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("alert")).to_contain_text(chat.says("went_wrong"))
    chat.listener.broken = False
    await child.get_by_role("button", name=chat.says("web_try_again")).click()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.words["home"] == DOG


async def test_words_that_are_too_long_stay_in_the_field(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill("x" * 70_000)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_role("alert")).to_contain_text(chat.says("too_long"))
    await expect(child.get_by_role("button", name=chat.says("web_try_again"))).to_be_hidden()
    assert len(await child.get_by_label("Say it here").input_value()) == 70_000
    await child.get_by_label("Say it here").fill("Short.")
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()


async def test_while_it_is_on_its_way_the_page_says_so_and_takes_no_words_it_would_lose(
    chat: Chat, child: Page
) -> None:
    chat.listener.slow = 1.0
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_role("status")).to_have_text(chat.says("web_waiting"))
    await expect(child.get_by_label("Say it here")).not_to_be_editable()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    await expect(child.get_by_role("status")).to_have_text("")


async def test_loading_the_page_again_sends_nothing_twice(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    before = list(chat.listener.events)
    await child.reload()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events == before


async def test_two_tabs_share_one_conversation(chat: Chat, child: Page) -> None:
    tab = await child.context.new_page()
    await tab.goto(chat.url + "/chat")
    await child.get_by_role("button", name="My room").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    await tab.get_by_label("Say it here").fill(DOG)
    await tab.get_by_role("button", name="Next").click()
    await expect(tab.get_by_text("What’s your PIN?")).to_be_visible()

    assert chat.listener.events[2:] == [
        Tapped(HERE, "home", "room", "", "home"),
        Tapped(HERE, "home", "next", DOG, "home"),
    ]


@pytest.mark.parametrize("height", [740, 256])
async def test_leave_now_is_always_in_view(chat: Chat, child: Page, height: int) -> None:
    await child.set_viewport_size({"width": 320, "height": height})
    async for _ in everywhere(chat, child):
        for scrolled in (0, 10_000):
            await child.mouse.wheel(0, scrolled)
            await expect(child.locator("#leave button")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [160, 320, 360])
async def test_help_and_who_is_here_stand_on_every_page_once_and_nothing_lies_over_them(
    chat: Chat, child: Page, width: int
) -> None:
    """At 320 px they stay in sight; with words twice as large, which is half of that, they go away with the page."""
    await child.set_viewport_size({"width": width, "height": 740})
    kinds = []
    async for _ in everywhere(chat, child):
        shown = child.locator("button.help, button.company")
        kinds += [await each.get_attribute("class") for each in await shown.all()]
        await child.mouse.wheel(0, 10_000 if width > 300 else -10_000)
        for each in await shown.all():
            await expect(each).to_be_in_viewport(ratio=1)

        assert await overlapping(child) == []

    assert (kinds.count("help"), kinds.count("company")) == (5, 3)


async def test_a_page_left_lying_about_shows_nothing_after_a_while(chat: Chat, child: Page) -> None:
    await child.clock.install()
    await child.goto(chat.url + "/chat")
    chat.pass_by(minutes=16)
    await child.clock.fast_forward("15:01")

    await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
    await expect(child.get_by_text(chat.says("session_ended"))).to_be_visible()


async def test_words_being_typed_when_the_visit_ends_are_kept_and_nothing_more_is_shown(
    chat: Chat, child: Page
) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    chat.pass_by(minutes=20)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_text(chat.says("kept_one_more"))).to_be_visible()
    await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
    assert chat.listener.last_words == [LastWord(DOG, "home", "next")]
    assert child.url == chat.url + "/"
    await child.get_by_label(chat.says("code_label")).fill(chat.code)
    await child.get_by_role("button", name=chat.says("b_start")).click()
    await expect(child.get_by_text("Hello, Amal.")).to_be_visible()


async def test_nothing_is_stored_in_the_browser_but_one_cookie(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()

    kept = await child.evaluate(
        "(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,"
        " (await caches.keys()).length, document.cookie])()"
    )
    cookies = await child.context.cookies()
    assert kept == [0, 0, 0, 0, ""]
    assert [(each["name"], each["httpOnly"], each["sameSite"]) for each in cookies] == [("visit", True, "Strict")]
    assert cookies[0]["expires"] == -1
    assert await child.title() == "Notes"


async def test_no_string_ever_becomes_markup(chat: Chat, page: Page) -> None:
    await enter(page, chat)
    run = await page.evaluate(
        "(() => { try { document.body.innerHTML = '<p>'; return 'markup'; } catch (error) { return error.name; } })()"
    )

    assert run == "TypeError"  # trusted types


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_wrong(chat: Chat, browser: Browser, scheme: str) -> None:
    context = await browser.new_context(
        viewport=PHONE, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    page = await context.new_page()
    chat.listener.words["home"] = DOG
    wrong = {}
    async for place in everywhere(chat, page):
        found = await Axe().run(page)
        if found.violations_count:
            wrong[place] = found.generate_report()
    await context.close()

    assert wrong == {}


@pytest.mark.parametrize(
    ("width", "height"), [pytest.param(320, 568, id="320 px"), pytest.param(320, 256, id="1280 by 1024 at 400%")]
)
async def test_nothing_is_wider_than_a_small_screen(chat: Chat, page: Page, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    chat.listener.words["home"] = "🦊" * 4096 + "W" * 500

    assert [place async for place in everywhere(chat, page) if not await no_wider_than_the_screen(page)] == []


async def test_everything_that_can_be_tapped_is_big_enough_for_a_thumb(chat: Chat, page: Page) -> None:
    small = {
        place: await page.evaluate(
            "[...document.querySelectorAll('button, input:not([type=hidden]), textarea')].filter(e => e.offsetParent)"
            ".map(e => [e.textContent.trim() || e.id, e.getBoundingClientRect()])"
            ".filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name)"
        )
        async for place in everywhere(chat, page)
    }

    assert {place: names for place, names in small.items() if names} == {}


async def test_a_right_to_left_page_runs_from_the_right(chat: Chat, child: Page) -> None:
    chat.listener.place("arabic")
    await child.goto(chat.url + "/chat")

    assert await child.evaluate("document.documentElement.dir") == "rtl"
    leave = await child.get_by_role("button", name=chat.say("ar", "leave_now")).bounding_box()
    assert leave is not None
    assert leave["x"] < 100
    assert await child.locator("p.child").evaluate("each => getComputedStyle(each).direction") == "ltr"


async def test_a_turn_into_another_language_turns_the_page_round(chat: Chat, child: Page) -> None:
    chat.listener.place("check")
    await child.get_by_role("button", name="Skip").click()
    await expect(child.get_by_role("heading", name="ما هو أفضل شيء")).to_be_visible()

    assert await child.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]


async def test_the_check_page_opens_where_the_child_just_was(chat: Chat, child: Page) -> None:
    chat.listener.place("check")
    await child.goto(chat.url + "/chat")

    third = child.get_by_role("article").filter(has_text="3. I want to see my brother more.")
    await expect(third.get_by_role("button").last).to_be_focused()
    await expect(third).to_be_in_viewport()
