"""Cookies of somebody's own making and requests that are hardly requests, at the children's door: they open nothing,
lead nowhere, and disturb nobody."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.attacks.door import BAD, KEPT, Door, from_elsewhere, kindly
from tests.attacks.people import FORM, Child, raw

# Cookies


def _forged(door: Door) -> dict[str, bytes]:
    good = door.amal.cookie().encode()
    token, began, seen, mark = good.split(b".")
    later = str(int(seen) + 600).encode()
    return {
        "nothing": b"",
        "nonsense": BAD.encode(),
        "dots": b"....",
        "another mark": b".".join((token, began, seen, mark[:-1] + (b"0" if mark[-1:] != b"0" else b"1"))),
        "no mark": b".".join((token, began, seen, b"")),
        "a later time": b".".join((token, began, later, mark)),
        "an earlier beginning": b".".join((token, b"0", seen, mark)),
        "another token": b".".join((b"A" * 43, began, seen, mark)),
        "cut short": good[:-5],
        "doubled": good + b"." + good,
        "bytes above 127": b"\xff\xfe" + good,
        "utf-8": "visit=ü".encode(),
        "quoted": b'"' + good[:-1] + b'x"',
        "very long": b"A" * 7000,
        "sql": b"' OR 1=1 --",
        "not a number": b".".join((token, b"x", b"y", mark)),
        "a huge number": b".".join((token, b"9" * 4000, seen, mark)),
    }


FORGED = (
    "nothing",
    "nonsense",
    "dots",
    "another mark",
    "no mark",
    "a later time",
    "an earlier beginning",
    "another token",
    "cut short",
    "doubled",
    "bytes above 127",
    "utf-8",
    "quoted",
    "very long",
    "sql",
    "not a number",
    "a huge number",
)


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_cookie_opens_nothing_and_keeps_nothing(door: Door, what: str) -> None:
    cookie = b"Cookie: visit=" + _forged(door)[what] + b"\r\n"
    host = b"Host: x\r\nOrigin: " + door.run.chat.encode() + b"\r\nConnection: close\r\n"
    looked = raw(door.run.chat, b"GET /chat HTTP/1.1\r\n" + host + cookie + b"\r\n")
    form = f"words={BAD}&place=people_see&token=x&event={'a' * 20}".encode()
    length = f"Content-Type: {FORM}\r\nContent-Length: {len(form)}\r\n\r\n".encode()
    said = raw(door.run.chat, b"POST /say HTTP/1.1\r\n" + host + cookie + length + form)
    left = raw(door.run.chat, b"POST /leave HTTP/1.1\r\n" + host + cookie + b"Content-Length: 0\r\n\r\n")

    for answer in (looked, said, left):
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer[:200]
        assert KEPT.encode() not in answer
    assert b'name="code"' in looked
    assert b'name="code"' in said
    assert BAD.encode() in said, "what was typed is handed back"


async def test_another_childs_form_is_not_taken_for_this_ones(door: Door) -> None:
    """The page of one child, posted with the cookie of another, as a shared tablet does it."""
    async with Child(door.run.chat) as billie:
        await billie.get("/")
        await billie.post(
            "/start",
            {"code": door.site.codes["AT-2"], "event": billie.page.field("event")},
            from_elsewhere(billie.url),
        )
        await billie.opening()
        theirs = billie.form(BAD)
        await door.amal.look()
        page = await door.amal.post("/say", {**theirs, "place": "people_see"})

        kindly(page, "Your code")
        assert BAD in page.text


# Requests that are hardly requests


NO_REQUESTS = {
    "nonsense": b"\x00\x01\x02 horribilissimum\r\n\r\n",
    "no version": b"GET /horribilissimum\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a bad header": b"GET / HTTP/1.1\r\nHost: x\r\nhorribilissimum\r\n\r\n",
    "a nul in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: horri\x00bilissimum\r\n\r\n",
    "a header of 100 kB": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "a path of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a length and chunks": (
        b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "bad chunks": b"POST /say HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nhorribilissimum\r\n",
    "a negative length": b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "broken compression": (
        b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 15\r\n\r\nhorribilissimum"
    ),
    "less than it says": b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhorribilissimum",
}


@pytest.mark.parametrize("what", NO_REQUESTS)
async def test_what_is_hardly_a_request_disturbs_nobody(door: Door, what: str) -> None:
    answered = raw(door.run.chat, NO_REQUESTS[what], patience=0.2)

    assert answered == b"" or re.match(rb"HTTP/\d\.\d [34]\d\d ", answered)
    assert b"Traceback" not in answered


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ["/", "/start", "/chat", "/say", "/leave"])
async def test_no_other_method_does_anything(door: Door, method: str, path: str) -> None:
    headers = f"Host: x\r\nOrigin: {door.run.chat}\r\nCookie: visit={door.amal.cookie()}\r\nConnection: close\r\n"
    answered = raw(door.run.chat, f"{method} {path} HTTP/1.1\r\n{headers}Content-Length: 0\r\n\r\n".encode())

    assert answered[9:12] in (b"403", b"404", b"405", b"400")
    assert KEPT.encode() not in answered


@pytest.mark.parametrize(
    "path",
    [
        "/static/../door.py",
        "/static/..%2fdoor.py",
        "/static/%2e%2e/door.py",
        "/static/..%5cdoor.py",
        "/static//etc/passwd",
        "/static/....//door.py",
        "/static/chat.css",
        "/static/chat.js%00.css",
        "/static/",
        "/static",
        "/../../etc/passwd",
        "//etc/passwd",
        "/chat/../static/x",
        "/.git/config",
        "/var/foreword.db",
        f"/{quote(BAD)}?{quote(BAD)}=1",
        "/%00",
        "/%ff%fe",
        "/%ED%A0%80",
        "/robots.txt",
        "/favicon.ico",
    ],
)
async def test_there_is_no_way_to_any_other_file(door: Door, path: str) -> None:
    answered = raw(door.run.chat, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    assert answered.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answered[:100]
    assert b"root:" not in answered
    assert BAD.encode() not in answered
