"""The chat without JavaScript: plain forms, the same words, nothing less."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Page, Request, expect

from consultations.conversation.events import Arrived, LastWord, Left, Tapped
from tests.bot.chat.web.conftest import DOG, Chat, enter
from tests.bot.chat.web.small_listener import BOT, HERE
from tests.bot.chat.web.test_in_browser import no_wider_than_the_screen


@pytest_asyncio.fixture
async def child(chat: Chat, plain: Page) -> AsyncIterator[Page]:
    """A child at the question about home."""
    await enter(plain, chat)
    await plain.get_by_role("button", name="Next").click()
    await plain.get_by_role("heading", name="What’s the best thing").wait_for()
    yield plain


async def test_a_link_asks_for_the_code_printed_beside_it(chat: Chat, plain: Page) -> None:
    await plain.goto(f"{chat.url}/#{chat.link}")

    await expect(plain.get_by_label(chat.says("code_label"))).to_be_visible()
    await expect(plain.get_by_text(chat.says("web_ready"))).to_be_hidden()
    await plain.get_by_label(chat.says("code_label")).fill(chat.code)
    await plain.keyboard.press("Enter")
    await expect(plain.get_by_text("Hello, Amal.")).to_be_visible()
    assert chat.listener.events == [Arrived("code")]


async def test_a_turn_is_one_round_trip(chat: Chat, child: Page) -> None:
    requests: list[Request] = []
    child.on("request", lambda request: requests.append(request))
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert [(each.method, each.url) for each in requests if "/static/" not in each.url] == [("POST", chat.url + "/say")]
    assert chat.listener.events[-1] == Tapped(HERE, "home", "next", DOG, "home")


async def test_words_that_were_typed_go_along_with_a_tap_on_a_choice(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="My room").click()

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[-1] == Tapped(HERE, "home", "room", DOG, "home")


async def test_a_pin_shows_as_dots_and_is_no_password_to_the_browser(chat: Chat, child: Page) -> None:
    chat.listener.place("number")
    await child.goto(chat.url + "/chat")
    field = child.get_by_label("Your PIN")

    assert await field.evaluate("each => getComputedStyle(each).webkitTextSecurity") == "disc"
    assert await child.locator("input[type=password]").count() == 0
    await field.fill("1234")
    async with child.expect_navigation():
        await field.press("Enter")
    assert chat.listener.words["number"] == "1234"


async def test_whoever_is_back_at_the_first_page_is_one_tap_from_where_they_were(chat: Chat, child: Page) -> None:
    await child.goto(chat.url)
    await child.get_by_role("link", name=chat.says("web_back")).click()

    await expect(child.get_by_role("heading", name="What’s the best thing")).to_be_visible()


async def test_every_button_on_every_page_works(chat: Chat, child: Page) -> None:
    chat.listener.place("check")
    await child.goto(chat.url + "/chat")
    await child.get_by_role("button", name="Change this").nth(2).click()

    await expect(child.get_by_role("heading", name="ما هو أفضل شيء")).to_be_visible()
    assert chat.listener.events[-1] == Tapped(HERE, "check", "change_3")


async def test_the_way_to_telegram_is_a_link_that_fits_a_small_phone_and_reads_from_the_left(
    chat: Chat, child: Page
) -> None:
    await child.set_viewport_size({"width": 320, "height": 640})
    chat.listener.place("arabic")
    await child.goto(chat.url + "/chat")

    way = child.get_by_role("link", name=BOT)
    await expect(way).to_have_attribute("href", BOT)
    await expect(way).to_have_css("direction", "ltr")
    assert await no_wider_than_the_screen(child)
    code = child.locator(".unbroken", has_text="4829-JEJN")
    await expect(code).to_have_css("direction", "ltr")
    await way.focus()
    await expect(way).to_be_focused()


async def test_loading_an_answered_page_again_counts_once(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    await child.reload()  # the browser posts the form again

    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[2:] == [Tapped(HERE, "home", "next", DOG, "home")]


async def test_a_fault_hands_the_words_back_in_a_form_that_sends_them_again(chat: Chat, child: Page) -> None:
    chat.listener.broken = True
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_role("alert")).to_contain_text(chat.says("went_wrong"))
    await expect(child.get_by_label(chat.says("web_your_words"))).to_have_value(DOG)
    chat.listener.broken = False
    await child.get_by_role("button", name=chat.says("web_try_again")).click()
    await expect(child.get_by_role("heading", name="How is it where you live?")).to_be_visible()
    assert chat.listener.events[-1] == Tapped(HERE, "home", "next", DOG, "home")


async def test_words_written_too_late_are_kept_or_handed_back(chat: Chat, child: Page) -> None:
    chat.pass_by(minutes=20)
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()

    await expect(child.get_by_text(chat.says("kept_one_more"))).to_be_visible()
    assert chat.listener.last_words == [LastWord(DOG, "home", "next")]


async def test_leave_now_keeps_what_was_half_typed_before_the_visit_ends(chat: Chat, child: Page) -> None:
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")

    assert chat.listener.last_words == [LastWord(DOG, "home")]
    assert chat.listener.events[-1] == Left()


async def test_leave_now_keeps_words_that_a_fault_handed_back(chat: Chat, child: Page) -> None:
    chat.listener.broken = True
    await child.get_by_label("Say it here").fill(DOG)
    await child.get_by_role("button", name="Next").click()
    await expect(child.get_by_label(chat.says("web_your_words"))).to_have_value(DOG)
    chat.listener.broken = False
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")

    assert chat.listener.last_words == [LastWord(DOG, "home", "next")]


async def test_leave_now_goes_somewhere_dull_and_back_shows_nothing(chat: Chat, child: Page) -> None:
    await child.get_by_role("button", name=chat.says("leave_now")).click()
    await child.wait_for_url(chat.url + "/health")

    assert chat.listener.events[-1] == Left()
    assert await child.context.cookies() == []
    await child.goto(chat.url + "/chat")
    await expect(child.get_by_label(chat.says("code_label"))).to_be_visible()
