"""The children's door of a running product, and a child in the middle of it, whom no bad input may disturb."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from tests.attacks.people import Child, Says
from tests.attacks.site import TODAY, Site
from tests.bot.portal.cast import Answer
from tests.bot.running import Running

KEPT = "My zanzibarkettle sings on Sundays"
BAD = "horribilissimum"

_networks = count(1)


def from_elsewhere(url: str) -> dict[str, str]:
    """Headers of somebody in a network of their own, so that one test's wrong tries do not slow the next."""
    number = next(_networks)
    return {"Origin": url, "X-Forwarded-For": f"198.51.{number}.7"}


@dataclass
class Door:
    """The running product, and Amal at a question, who has answered one before."""

    site: Site
    run: Running
    amal: Child
    used: str  # a code that was issued, and then another
    held: str  # a code of a review that was held

    async def still_well(self) -> None:
        """Everything said before is there, the next good input works, and not a word of the bad one was logged."""
        page = await self.amal.look()
        assert page.status == 200
        assert self.amal.question == "people_see"
        await self.amal.tap("people_see", ".back")
        assert KEPT in self.amal.read
        await self.amal.tap("home_settled", ".next")
        log = "".join(self.run.log)
        assert BAD not in log
        assert KEPT not in log
        assert all(line.startswith("{") for line in self.run.log)
        assert '"page_failed"' not in log


@asynccontextmanager
async def open_door(site: Site) -> AsyncIterator[Door]:
    """Amal is at a question and has answered one before; two codes are of no use any more."""
    site.told["FOREWORD_PROXY"] = "127.0.0.1/32"
    used, held = site.codes["AT-2"], site.codes["AT-3"]
    async with site.ground() as standing:
        site.codes["AT-2"] = (await standing.inviting.invite("AT-2", TODAY)).code.shown
        await standing.inviting.held("AT-3", TODAY.date() - timedelta(days=1), TODAY)
    with site.running() as run:
        async with Child(run.chat) as amal:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(KEPT, "good")}, until="people_see")
            yield Door(site, run, amal, used, held)


def kindly(page: Answer, *sentences: str, status: int = 200) -> str:
    """It is one of our pages, with these sentences in it; what can be read on it."""
    read = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)))
    assert page.status == status, read
    assert page.text.startswith("<!doctype html>")
    assert "Leave now" in read
    for sentence in sentences:
        assert sentence in read
    for machine in ("Traceback", "Exception", "Error", "aiohttp", "sqlite", "Internal Server"):
        assert machine not in read
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"
    return read
