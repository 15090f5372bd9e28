"""Temporary: screenshots."""

import pytest
from playwright.async_api import Browser

from tests.bot.chat.web.conftest import Chat, enter


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_shots(chat: Chat, browser: Browser, scheme, width) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    page = await context.new_page()
    page.on("console", lambda m: print("CONSOLE", m.text))
    page.on("pageerror", lambda m: print("ERROR", m))
    chat.pass_by(seconds=1)
    await page.goto(chat.url)
    await page.screenshot(path=f"/tmp/shots/{width}-{scheme}-code.png")
    await page.get_by_label("Your code").fill("4MK7-W2Q9-TZX0-3")
    await page.get_by_role("button", name="Start").click()
    await page.wait_for_load_state()
    await page.screenshot(path=f"/tmp/shots/{width}-{scheme}-slip.png")
    await enter(page, chat)
    for place in ("hello", "home", "faces", "number", "check", "arabic", "done"):
        chat.listener.place(place)
        await page.goto(chat.url + "/chat")
        if place == "home":
            await page.locator("#words").fill("My dog sleeps on my bed.")
        await page.screenshot(path=f"/tmp/shots/{width}-{scheme}-{place}.png", full_page=True)
    await context.close()
