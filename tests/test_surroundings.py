"""The real things that tests lean on are real, alone on this machine, and gone afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import postgres as postgresql
from tests.hunt import hunt
from tests.postgres import Postgres

PLANTED = "zanzibarkettle"


async def test_each_test_has_a_database_of_its_own_that_keeps_what_is_written(
    database_url: str, database_files: Path
) -> None:
    if database_url.startswith("sqlite"):
        database_files.mkdir()
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE said (words text)"))
        await connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": PLANTED})
    async with engine.connect() as connection:
        said = (await connection.execute(text("SELECT words FROM said"))).scalars().all()
    await engine.dispose()

    assert said == [PLANTED]
    assert hunt([PLANTED], database_files), "the hunt looks where the database really writes"


async def test_plain_asyncpg_reaches_it_too(postgresql_url: str) -> None:
    connection = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    version = await connection.fetchval("SHOW server_version_num")
    heard_on = await connection.fetchval("SHOW listen_addresses")
    await connection.close()

    assert int(version) >= 150000
    assert heard_on == ""


async def test_a_database_can_be_copied(postgres: Postgres) -> None:
    postgres.create("pattern")
    postgres.say("CREATE TABLE said AS SELECT 1 AS words", database="pattern")
    postgres.create("copy", like="pattern")
    copied = postgres.say("SELECT words FROM said", database="copy")
    postgres.drop("copy")
    postgres.drop("pattern")

    assert copied == "1"


async def test_nothing_of_postgresql_is_left_behind() -> None:
    with postgresql.running() as server:
        process = int((server.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        assert Path(f"/proc/{process}").exists()
    await asyncio.sleep(0)

    assert not server.folder.exists()
    assert not Path(f"/proc/{process}").exists()


async def test_the_browser_is_real_and_the_accessibility_check_bites(page: Page) -> None:
    async def bad_page(_: web.Request) -> web.Response:
        html = "<html><title>x</title><input><script>document.title = 'ran'</script>"
        return web.Response(text=html, content_type="text/html")

    application = web.Application()
    application.router.add_get("/", bad_page)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await page.goto(f"http://127.0.0.1:{port}/")
    title = await page.title()
    faults = await Axe().run(page)
    await runner.cleanup()

    assert title == "ran"
    assert {"html-has-lang", "label"} <= {fault["id"] for fault in faults.response["violations"]}
