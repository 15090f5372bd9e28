"""`make pictures`: the pictures in the README, taken anew. Look at each of them before you commit it.

Nothing in them is drawn: a demo of its own is made in a temporary folder and served on free ports; two of its children
answer on a phone, its officer signs in and makes a copy, and Debian's Chromium shows what they see.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, expect

from tests import browser as browsers
from tests.bot.running import environment, running

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 120_000
"""Bytes: whoever clones the repository fetches every picture there ever was."""

PHONE: ViewportSize = {"width": 360, "height": 860}
DESK: ViewportSize = {"width": 960, "height": 860}
PAPER = "80"  # dots an inch


async def take(into: Path) -> None:
    """Take every picture and put it into this folder."""
    with (
        tempfile.TemporaryDirectory(prefix="pictures-") as made,
        running(environment(Path(made)), "--demo"),
    ):
        told = json.loads((Path(made) / "var" / "demo" / "demo.json").read_text(encoding="utf-8"))
        links = {child["name"]: child["link"] for child in told["children"]}
        async with browsers.running() as browser:
            await _five_year_old(browser, links["Robin"], into)
            await _ten_year_old(browser, links["Jude"], into)
            await _officer(browser, told, into)


async def _five_year_old(browser: Browser, link: str, into: Path) -> None:
    """The first question, with faces."""
    phone = await _begun(browser, link)
    await phone.screenshot(path=into / "faces.png")


async def _ten_year_old(browser: Browser, link: str, into: Path) -> None:
    """A question being answered; later what was said so far, and who may see it."""
    phone = await _begun(browser, link)
    await phone.locator("#words").fill("Fine with Bo and Jan. Tired at school.")
    await phone.screenshot(path=into / "question.png")
    await phone.locator("#words").fill("")
    await _tap(phone, "feelings_now:mixed")
    await _tap(phone, ".pin:.no")
    await phone.locator("#words").fill("The stairs are loud at night.")
    await _tap(phone, "home_settled:good")
    await _tap(phone, "people_see:enough")
    await _tap(phone, "me:.more")
    await _tap(phone, ".go:.check")
    await _tap(phone, ".share:home_settled")
    await _tap(phone, ".s.home_settled:everyone")
    await _tap(phone, ".check:.back")
    await _tap(phone, "me:.more")
    await _tap(phone, ".go:.check")
    await phone.screenshot(path=into / "check.png")


async def _officer(browser: Browser, told: Any, into: Path) -> None:
    """What an officer opens at eight in the morning, the code it argues, and the copy for the meeting."""
    (officer,) = told["staff"]
    desk = await _opened(browser, DESK, told["portal"], dots=1)
    await desk.locator("#username").fill(officer["username"])
    await desk.locator("#phrase").fill(officer["phrase"])
    await desk.locator("main form").get_by_role("button", name="Sign in").click()
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


async def _begun(browser: Browser, link: str) -> Page:
    """A phone on which the link was opened and the opening read: the first question is there."""
    phone = await _opened(browser, PHONE, link, dots=2)
    await phone.locator("#start button").click()
    await expect(phone.locator("#log")).to_be_visible()
    await _tap(phone, ":.language:en_GB")
    while True:
        (first, *_) = await phone.locator("#say .primary").all()
        opening = await first.get_attribute("value")
        if ":.opening:" not in (opening or ""):
            return phone
        await _tap(phone, str(opening))


async def _opened(browser: Browser, size: ViewportSize, address: str, dots: int) -> Page:
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


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(PICTURES))
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.name:<14} {size:>7,}{'   too large' if size > LARGEST else ''}")
