"""A static file has an address of its own bytes, and no other file is served."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.static_files import Files


async def test_a_static_file_may_be_kept_for_ever_under_the_address_it_has_today(tmp_path: Path) -> None:
    (tmp_path / "look.css").write_text("p { color: red }" * 40)
    files, app = Files.load(tmp_path), web.Application()
    files.serve(app)
    before = files["look.css"]

    async with TestServer(app) as server, ClientSession(server.make_url("/"), auto_decompress=False) as raw:
        async with raw.get(before, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Content-Type"].startswith("text/css")
            assert gzip.decompress(await answer.read()) == (tmp_path / "look.css").read_bytes()
        async with raw.get("/static/look.css") as answer:
            assert answer.status == 404
    (tmp_path / "look.css").write_text("p { color: blue }")
    assert Files.load(tmp_path)["look.css"] != before


def test_a_stray_file_among_the_static_ones_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"")

    with pytest.raises(ValueError, match=r"notes\.docx"):
        Files.load(tmp_path)
