"""What every page of ours owes, whoever it is for."""

from __future__ import annotations

import ipaddress
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from structlog.testing import capture_logs

from bot import pages
from bot.pages import LARGEST_BODY, NotAForm, Site, TooLong
from bot.static_files import Files

HTTPS = Site("https://foreword.example.org")
HTTP = Site("http://127.0.0.1:8080")
OURS = {"Origin": HTTPS.origin}
FORM = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
Client = TestClient[web.Request, web.Application]


async def failed(request: web.Request, status: int) -> web.Response:
    return web.Response(text=f"sorry {status}", status=status)


async def echo(request: web.Request) -> web.Response:
    try:
        fields = await pages.small_form(request)
    except TooLong as problem:
        return web.json_response({"too long": problem.read and sorted(problem.read)}, status=413)
    return web.json_response(fields)


async def hello(request: web.Request) -> web.Response:
    return pages.page("<p>hello" + " " * 2000)


async def fault(request: web.Request) -> web.Response:
    words = "zanzibarkettle"
    raise ValueError(f"cannot read {words!r}")


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    (tmp_path / "look.css").write_text("p { color: red }" * 40)
    app = web.Application(middlewares=[pages.guarded(HTTPS, failed)])
    pages.owe_headers(app, HTTPS)
    app.router.add_get("/", hello)
    app.router.add_post("/form", echo)
    app.router.add_get("/fault", fault)
    Files.load(tmp_path).serve(app)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/", 200, id="a page"),
        pytest.param("GET", "/nothing", 404, id="no page"),
        pytest.param("POST", "/", 405, id="no such thing"),
        pytest.param("GET", "/fault", 500, id="a fault"),
        pytest.param("GET", "/static/../pages.py", 404, id="out of the folder"),
    ],
)
async def test_every_answer_carries_the_headers(client: Client, method: str, path: str, status: int) -> None:
    async with client.request(method, path, headers=OURS) as answer:
        headers = answer.headers

        assert answer.status == status
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Server" not in headers


async def test_plain_http_promises_no_https_and_says_so_in_the_log() -> None:
    app = web.Application()
    with capture_logs() as log:
        pages.owe_headers(app, HTTP)
    async with TestClient(TestServer(app)) as client, client.get("/") as answer:
        assert "Strict-Transport-Security" not in answer.headers
    assert [entry["event"] for entry in log] == ["pages_without_https"]


async def test_a_fault_is_logged_by_its_kind_and_place_and_never_by_its_words(client: Client) -> None:
    with capture_logs() as log:
        async with client.get("/fault?words=zanzibarkettle") as answer:
            shown = await answer.text()

    assert shown == "sorry 500"
    assert [(entry["event"], entry["route"], entry["fault"]) for entry in log] == [
        ("page_failed", "GET /fault", "ValueError")
    ]
    assert "zanzibarkettle" not in str(log)
    assert any("test_pages.py" in place for place in log[0]["at"])


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, True, id="our own page"),
        pytest.param({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True, id="our own page, origin hidden"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": HTTPS.origin}, False, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, False, id="a neighbour's subdomain"),
        pytest.param({"Sec-Fetch-Site": "none"}, False, id="out of nowhere"),
        pytest.param({"Origin": HTTPS.origin}, True, id="an older browser"),
        pytest.param({"Origin": "https://evil.example"}, False, id="an older browser on another site"),
        pytest.param({"Origin": "null"}, False, id="a sandboxed frame"),
        pytest.param({"Origin": HTTPS.origin + ".evil.example"}, False, id="a lookalike"),
        pytest.param({"Referer": HTTPS.origin + "/chat"}, True, id="only a referrer"),
        pytest.param({"Referer": HTTPS.origin + ".evil.example/"}, False, id="a lookalike's referrer"),
        pytest.param({}, False, id="says nothing"),
    ],
)
async def test_a_post_is_let_in_only_from_our_own_pages(client: Client, headers: dict[str, str], let_in: bool) -> None:
    async with client.post("/form", data={"words": "hello"}, headers=headers) as answer:
        assert answer.status == (200 if let_in else 403)


@pytest.mark.parametrize(
    ("site", "name"), [pytest.param(HTTPS, "__Host-visit", id="https"), pytest.param(HTTP, "visit", id="localhost")]
)
def test_a_cookie_is_for_this_host_alone_and_for_no_script(site: Site, name: str) -> None:
    response = web.Response()

    site.set_cookie(response, "visit", "t")
    cookie = response.cookies[name]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not {"max-age", "expires", "domain"} & {
        part.partition("=")[0].strip().lower() for part in str(cookie).split(";")
    }
    assert bool(cookie["secure"]) is site.secure


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://foreword.example.org", "https://foreword.example.org"),
        ("https://foreword.example.org:443/", "https://foreword.example.org"),
        ("https://Foreword.example.org:8443", "https://foreword.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert Site(url).origin == origin


def test_a_form_token_holds_for_its_own_session_alone() -> None:
    token = pages.form_token("session", b"n" * 16)

    assert pages.token_holds("session", token)
    assert token != pages.form_token("session", b"m" * 16)
    for wrong in ("", "zz", token[:-1], token + "0", token.upper() + "é", "0" * 96):
        assert not pages.token_holds("session", wrong)
    assert not pages.token_holds("another", token)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(b"words=a+b%21&place=home", {"words": "a b!", "place": "home"}, id="a form"),
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"words=", {"words": ""}, id="an empty field"),
        pytest.param(b"words=a&words=b", {"words": "b"}, id="twice"),
        pytest.param(b"words=%ED%A0%80", {"words": "\ufffd" * 3}, id="a lone surrogate"),
        pytest.param(b"words=\xff\xfe", {"words": "\ufffd" * 2}, id="no UTF-8"),
        pytest.param(b"words=%00", {"words": "\0"}, id="a NUL"),
        pytest.param(b"&&&=&;", {"": "", ";": ""}, id="rubble"),
        pytest.param(b"words=%zz", {"words": "%zz"}, id="a broken escape"),
    ],
)
async def test_a_small_form_is_read_as_it_is(client: Client, body: bytes, fields: dict[str, str]) -> None:
    async with client.post("/form", data=body, headers=FORM) as answer:
        assert await answer.json() == fields


async def test_what_is_no_form_is_refused(client: Client) -> None:
    upload = FormData()
    upload.add_field("words", BytesIO(b"x" * 3_000_000), filename="words.txt")
    many = "&".join(f"a{number}=1" for number in range(1000))

    for data, content_type in ((upload, None), ("{", "application/json"), (many, "application/x-www-form-urlencoded")):
        headers = {**OURS, "Content-Type": content_type} if content_type else OURS
        async with client.post("/form", data=data, headers=headers) as answer:
            assert (answer.status, await answer.text()) == (415, "sorry 415")


async def test_an_upload_leaves_nothing_on_the_disk(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    upload = FormData()
    upload.add_field("words", BytesIO(b"zanzibarkettle" * 300_000), filename="words.txt")

    async with client.post("/form", data=upload, headers=OURS) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    ("length", "readable"),
    [
        pytest.param(70_000, ["words"], id="too long for the page"),
        pytest.param(LARGEST_BODY + 1, None, id="too long to hold"),
        pytest.param(12 * LARGEST_BODY, None, id="far too long"),
    ],
)
async def test_a_form_that_is_too_long_gets_an_answer_and_the_next_one_works(
    client: Client, length: int, readable: list[str] | None
) -> None:
    async with client.post("/form", data=BytesIO(b"words=" + b"x" * length), headers=FORM) as answer:
        assert (answer.status, await answer.json()) == (413, {"too long": readable})
    async with client.post("/form", data={"words": "short"}, headers=OURS) as answer:
        assert await answer.json() == {"words": "short"}


PROXY = ipaddress.ip_network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "network"),
    [
        pytest.param("203.0.113.77", [], [], "203.0.113.0/24", id="a caller"),
        pytest.param("203.0.113.77", ["198.51.100.1"], [], "203.0.113.0/24", id="a caller who lies"),
        pytest.param("10.1.1.1", ["198.51.100.9"], [PROXY], "198.51.100.0/24", id="behind our proxy"),
        pytest.param("10.1.1.1", ["6.6.6.6, 198.51.100.9"], [PROXY], "198.51.100.0/24", id="a lie behind our proxy"),
        pytest.param("10.1.1.1", ["6.6.6.6", "198.51.100.9, 10.2.2.2"], [PROXY], "198.51.100.0/24", id="two proxies"),
        pytest.param("10.1.1.1", ["rubbish"], [PROXY], "unknown", id="rubbish"),
        pytest.param("2001:db8:1:2ff::1", [], [], "2001:db8:1:200::/56", id="IPv6"),
        pytest.param("::ffff:203.0.113.77", [], [], "203.0.113.0/24", id="IPv4 in IPv6"),
    ],
)
def test_a_caller_is_known_by_their_network_alone(
    remote: str, forwarded: list[str], proxies: list[ipaddress.IPv4Network], network: str
) -> None:
    request = make_mocked_request("GET", "/").clone(
        remote=remote, headers=[("X-Forwarded-For", line) for line in forwarded]
    )

    assert pages.network_of(request, proxies) == network


async def test_a_template_shows_values_as_text_and_misses_none(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>{{ words }}</p>")
    template = pages.templates(tmp_path).get_template("a.html")

    assert template.render(words="<script>") == "<p>&lt;script&gt;</p>"
    with pytest.raises(Exception, match="words"):
        template.render()


def test_a_bad_form_never_quotes_what_was_posted() -> None:
    assert "zanzibarkettle" not in str(TooLong({"words": "zanzibarkettle"}))
    assert str(NotAForm("The body is not a plain form.")) == "The body is not a plain form."
