"""What a phone has to load: under 60 kB compressed before the first page stands (issue: web chat)."""

from __future__ import annotations

import gzip

from aiohttp import ClientSession

from tests.bot.chat.web.conftest import Chat

FIRST_LOAD = 60_000
OURS_TODAY = 12_000
"""What it weighs in earnest: whoever adds to it should notice."""


async def test_the_first_load_is_light(chat: Chat, http: ClientSession) -> None:
    headers = {"Accept-Encoding": "gzip"}
    weights = {}
    async with ClientSession(chat.url, auto_decompress=False, headers=headers) as raw:
        async with raw.get("/") as answer:
            page = await answer.read()
            weights["/"] = len(page)
            html = gzip.decompress(page).decode()
        for url in {part.partition('"')[0] for part in html.split('="')[1:] if part.startswith("/static/")}:
            async with raw.get(url) as answer:
                weights[url] = len(await answer.read())

    assert len(weights) == 4  # the page, its look, its script, its icon
    assert sum(weights.values()) < OURS_TODAY < FIRST_LOAD
