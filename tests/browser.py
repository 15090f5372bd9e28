"""A real Chromium for the tests: Debian's, without a window, that asks nobody for anything but the page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, ViewportSize, async_playwright

PROGRAMS = ("chromium-headless-shell", "chromium")
PHONE: ViewportSize = {"width": 360, "height": 740}
# Left to itself, Chromium looks up its maker's hosts at every start.
ALONE = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


class NoBrowser(Exception):
    """Chromium is not here."""


@asynccontextmanager
async def running() -> AsyncIterator[Browser]:
    """A browser for as long as the block lasts."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoBrowser("Chromium is not installed; `make test` installs it, or says how")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=list(ALONE),
            chromium_sandbox=False,  # it sees our own pages only; root and many containers can't have one
        )
        try:
            yield browser
        finally:
            await browser.close()
