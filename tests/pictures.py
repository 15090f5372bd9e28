"""`make pictures`: the pictures in the README, taken anew. Look at each of them before you commit it.

A demo of its own is made in a temporary folder and served on free ports; three of its children answer on a phone, one
begins on Telegram's stand-in, its officer signs in and makes a copy, and Debian's Chromium shows what they see. Nothing
is drawn but the conversation on Telegram, and that says so: it is the transcript of the stand-in.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FloatRect, Page, ViewportSize, expect

from tests import browser as browsers
from tests.bot.running import PATIENCE, environment, running
from tests.telegram_stand_in import TOKEN, Person, StandIn, standing_in
from tests.transcript import drawn

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 120_000
"""Bytes: whoever clones the repository fetches every picture there ever was."""

PHONE: ViewportSize = {"width": 360, "height": 860}
DESK: ViewportSize = {"width": 960, "height": 860}
PAPER = "80"  # dots an inch
CAPTION = "A transcript of a conversation with Foreword's bot. Not a picture of Telegram."


async def take(into: Path) -> None:
    """Take every picture and put it into this folder."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as made:
        async with standing_in() as telegram, browsers.running() as browser:
            bot = {"FOREWORD_TELEGRAM_TOKEN": TOKEN, "FOREWORD_TELEGRAM_API": telegram.url}
            with running(environment(Path(made), **bot), "--demo"):
                told = json.loads((Path(made) / "var" / "demo" / "demo.json").read_text(encoding="utf-8"))
                children = {child["name"]: child for child in told["children"]}
                await _five_year_old(browser, children["Robin"], into)
                private = await _seventeen_year_old(browser, telegram, children["Dana"], into)
                await _in_private(browser, private, into)
                await _in_arabic(browser, children["Nilofar"], into)
                await _officer(browser, told, into)


async def _five_year_old(browser: Browser, child: Any, into: Path) -> None:
    """The first question, with faces."""
    phone = await _begun(browser, child["link"], "en_GB")
    await phone.screenshot(path=into / "faces.png")


async def _seventeen_year_old(browser: Browser, telegram: StandIn, child: Any, into: Path) -> str:
    """A question on Telegram; then the link to go on in private."""
    chat = telegram.person("Dana")
    await _answered(chat, lambda: chat.says(child["telegram_start"]))
    for label in ("✓ English", "Go on", "Go on", "Start", "OK", "No PIN"):
        await _answered(chat, partial(_press, chat, label))
    await _answered(chat, lambda: chat.says("I like my room. The stairs are loud at night."))
    await _answered(chat, partial(_press, chat, "Yes, it is"))
    first = chat.last
    await _answered(chat, lambda: chat.says("I'd like to see Kit more often, not just on birthdays."))
    kept = chat.last
    await _answered(chat, partial(_press, chat, "I'd like to see someone more"))
    await _until(lambda: len(kept.buttons) == 1)  # the child's pick stays, the other buttons go
    page = await browser.new_page(viewport={"width": 736, "height": 400})
    shown = chat.chat.messages[chat.chat.messages.index(first) :]
    await page.set_content(drawn(shown, CAPTION))
    await page.screenshot(path=into / "telegram.png", full_page=True)
    for label in ("More", "Answer in private"):
        await _answered(chat, partial(_press, chat, label))
    (link,) = re.findall(r"http\S+#\S+", chat.last.text)
    return str(link)


async def _in_private(browser: Browser, link: str, into: Path) -> None:
    """The next questions on the web; then what was said so far, and who may see it."""
    phone = await _opened(browser, PHONE, link, dots=1.5)
    await phone.locator("#start button").click()
    await expect(phone.locator("#words")).to_be_visible()
    await phone.locator("#words").fill("I fix bikes. People bring me theirs.")
    await _tap(phone, "me:.next")
    await phone.locator("#words").fill("The course is good. The bus takes an hour.")
    await phone.screenshot(path=into / "question.png")
    await _tap(phone, "school:good")
    await _check(phone, ".more", "home_settled", into / "check.png")


async def _in_arabic(browser: Browser, child: Any, into: Path) -> None:
    """The same from right to left, at 10."""
    phone = await _begun(browser, child["link"], "ar")
    await phone.locator("#words").fill("أنا بخير مع ليلى وتوم. أتعب في المدرسة.")
    await phone.screenshot(path=into / "arabic-question.png")
    await _tap(phone, "feelings_now:mixed")
    await _tap(phone, ".pin:.no")
    await phone.locator("#words").fill("عندي غرفة لي وحدي.")
    await _tap(phone, "home_settled:good")
    await _tap(phone, "people_see:enough")
    await _check(phone, ".more", "home_settled", into / "arabic-check.png")


async def _check(phone: Page, more: str, shared: str, picture: Path) -> None:
    """The check page, once this answer is shared with everyone."""
    await _tap(phone, more)
    await _tap(phone, ".go:.check")
    await _tap(phone, f".share:{shared}")
    await _tap(phone, f".s.{shared}:everyone")
    await _tap(phone, ".check:.back")
    await _tap(phone, more)
    await _tap(phone, ".go:.check")
    await phone.screenshot(path=picture)


async def _officer(browser: Browser, told: Any, into: Path) -> None:
    """What an officer opens at eight in the morning; the code it argues; the copy for the meeting."""
    (officer,) = [each for each in told["staff"] if each["role"] == "officer"]
    desk = await _opened(browser, DESK, told["portal"], dots=1)
    await desk.locator("#username").fill(officer["username"])
    await desk.locator("#phrase").fill(officer["phrase"])
    await desk.locator("main form").get_by_role("button", name="Sign in").click()
    await desk.get_by_role("link", name="See the alert").click()
    await desk.get_by_role("button", name="I have it").click()  # it stands on every page until somebody has it
    await desk.get_by_role("link", name="My children").click()
    await desk.get_by_role("link", name="Yousef").click()
    await expect(desk.locator(".sheet")).to_be_visible()
    sheet = FloatRect(x=0, y=172, width=736, height=790)
    await desk.screenshot(path=into / "arabic-summary.png", clip=sheet, full_page=True)
    await desk.get_by_role("link", name="Back to").click()
    await desk.get_by_role("link", name="Amal").click()
    await expect(desk.locator(".sheet")).to_be_visible()
    await desk.screenshot(path=into / "summary.png")
    await desk.locator(".proposals").evaluate("codes => scrollTo(0, codes.offsetTop - 16)")
    await desk.screenshot(path=into / "codes.png", clip={"x": 0, "y": 0, "width": 736, "height": 500})
    async with desk.expect_download() as downloading:
        await desk.locator("form:has(#copy-meeting) button[value=pdf]").click()
    pdf = await (await downloading.value).path()
    first_page = ["pdftoppm", "-png", "-r", PAPER, "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*first_page, str(pdf), str(into / "paper")], check=True)


async def _begun(browser: Browser, link: str, language: str) -> Page:
    """A phone on which the link was opened and the opening read: the first question is there."""
    phone = await _opened(browser, PHONE, link, dots=1.5)
    await phone.locator("#start button").click()
    await expect(phone.locator("#log")).to_be_visible()
    await _tap(phone, f":.language:{language}")
    while True:
        (first, *_) = await phone.locator("#say .primary").all()
        opening = await first.get_attribute("value")
        if ":.opening:" not in (opening or ""):
            return phone
        await _tap(phone, str(opening))


async def _opened(browser: Browser, size: ViewportSize, address: str, dots: float) -> Page:
    context = await browser.new_context(
        viewport=size, device_scale_factor=dots, locale="en-GB", timezone_id="Europe/London", color_scheme="light"
    )
    page = await context.new_page()
    await page.goto(address)
    return page


async def _tap(phone: Page, button: str) -> None:
    """Tap the button with this id (or this end of it) and wait for the next screen, which has a form of its own."""
    form = await phone.locator("#say [name=event]").get_attribute("value")
    await phone.locator(f'button[value$="{button}"]').click()
    await expect(phone.locator(f'#say [name=event][value="{form}"]')).to_have_count(0)
    await phone.mouse.move(0, 0)  # a button that is pointed at looks otherwise


def _press(chat: Person, label: str) -> None:
    shown, data = chat.button(label)
    chat.taps(data, shown)


async def _answered(chat: Person, act: Callable[[], object]) -> None:
    """Do this, and wait for what the bot writes."""
    before = len(chat.shown)
    act()
    await _until(lambda: len(chat.shown) > before)


async def _until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not so():
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(PICTURES))
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.name:<14} {size:>7,}{'   too large' if size > LARGEST else ''}")
