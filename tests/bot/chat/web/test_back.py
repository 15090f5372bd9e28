"""A phone's Back: it stays in the conversation, and what is over or was left is not behind it."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from consultations.conversation.events import LastWord, Left, Tapped
from tests.bot.chat.web.conftest import DOG, Chat
from tests.bot.chat.web.small_listener import HERE


async def test_a_phone_s_back_is_the_page_s_own_and_loses_no_words(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    async with child.expect_response("**/say"):
        await child.go_back()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[-1] == Tapped(HERE, "home", "back", DOG, "home")
    assert child.url == chat.url + "/chat"


async def test_a_phone_s_back_stays_where_a_page_has_none_of_its_own(chat: Chat, child: Page) -> None:
    await child.get_by_role("button", name="My room").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    before = list(chat.listener.events)
    for _ in range(3):
        await child.go_back()
        await child.wait_for_function("!navigation.canGoForward")

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert child.url == chat.url + "/chat"
    assert chat.listener.events == before


async def test_a_phone_s_back_is_the_page_s_own_after_it_was_loaded_again(chat: Chat, child: Page) -> None:
    await child.reload()
    async with child.expect_response("**/say"):
        await child.go_back()

    assert chat.listener.events[-1] == Tapped(HERE, "home", "back", "", "home")
    assert await child.evaluate("history.state") is None  # nothing says where anybody was


async def test_a_phone_s_back_after_the_visit_is_over_shows_nothing_of_it(chat: Chat, child: Page) -> None:
    chat.pass_by(minutes=20)
    for _ in range(3):
        await child.go_back()
        await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
        await child.wait_for_url(chat.url + "/")
        assert "best thing" not in await child.content()


async def test_the_first_page_leads_back_to_a_visit_that_may_read_and_to_no_other(chat: Chat, child: Page) -> None:
    way = child.get_by_role("link", name=chat.says("web_back"))
    await child.goto(chat.url)
    await way.click()
    await expect(child.get_by_role("heading", name="What’s the best thing")).to_be_visible()

    await child.goto(f"{chat.url}/#{chat.link}")  # perhaps another child's
    await expect(child.get_by_text(chat.says("web_ready"))).to_be_visible()
    await expect(way).to_be_hidden()
    chat.pass_by(minutes=16)
    await child.goto(chat.url + "/?")
    await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
    assert await way.count() == 0


async def test_leave_now_blanks_the_screen_ends_the_visit_and_back_does_not_return(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")
    for _ in range(100):  # the server hears of it on the side
        if chat.listener.events[-1] == Left() and not await child.context.cookies():
            break
        await asyncio.sleep(0.02)

    assert chat.listener.events[-1] == Left()
    assert await child.context.cookies() == []
    await child.go_back()
    await child.wait_for_load_state()
    assert child.url == chat.url + "/"  # the chat's own entry in the history is gone
    assert await child.locator("#say").count() == 0
    assert DOG not in await child.content()
    await child.go_forward()
    await child.go_forward()
    await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
    assert DOG not in await child.content()


async def test_leave_now_keeps_what_was_half_typed_before_the_visit_ends(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")
    await left(chat)

    assert chat.listener.last_words == [LastWord(DOG, "home")]


async def test_what_was_on_its_way_when_the_child_left_counts_once(chat: Chat, child: Page) -> None:
    chat.listener.slow = 0.2
    await child.get_by_label("Say it here").fill(DOG)
    async with child.expect_request("**/say"):
        await child.get_by_role("button", name="Next").click()
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")
    await left(chat)

    heard = [event for event in chat.listener.events if isinstance(event, Tapped) and event.words]
    assert len([*heard, *chat.listener.last_words]) == 1


async def test_leave_now_waits_for_nothing_though_the_server_is_slow(chat: Chat, child: Page) -> None:
    chat.listener.slow = 2
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health", timeout=1500)

    assert Left() not in chat.listener.events
    await left(chat)
    assert chat.listener.last_words == [LastWord(DOG, "home")]


async def left(chat: Chat) -> None:
    """The server hears of it on the side."""
    for _ in range(300):
        if chat.listener.events[-1] == Left():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(chat.listener.events)


async def test_leave_now_works_without_a_network(chat: Chat, child: Page) -> None:
    await child.route("**/leave", lambda route: route.abort())
    await child.get_by_role("button", name=chat.says("leave_now")).click()

    await child.wait_for_url(chat.url + "/health")


async def test_a_page_from_the_back_forward_cache_is_asked_for_again(chat: Chat, child: Page) -> None:
    await child.evaluate("window.marked = true")
    asked: list[str] = []
    child.on("request", lambda request: asked.append(request.url))
    await child.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")

    assert await child.evaluate("getComputedStyle(document.documentElement).display") == "none"
    async with child.expect_navigation():
        await child.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert asked[0] == chat.url + "/chat"
    assert await child.evaluate("window.marked") is None
    await expect(child.get_by_role("heading", name="What’s the best thing")).to_be_visible()
