"""Bad input at the children's door of the running product: each gets a kind sentence, nothing that was kept is lost,
the next good input works, and the log holds no word of it."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from urllib.parse import quote

import pytest
import pytest_asyncio

from bot.pages import LARGEST_BODY, MOST_FIELDS
from consultations.invitation import ALPHABET, new_code, new_link, read_code
from tests.attacks.people import FORM, Child, Says, raw
from tests.attacks.site import TODAY, Site
from tests.bot.portal.cast import Answer
from tests.bot.running import Running

KEPT = "My zanzibarkettle sings on Sundays"
BAD = "horribilissimum"
UNKNOWN = "That code didn't work. Check it, or ask the person who gave it to you."
WENT_WRONG = "That didn't go through. Your other answers are safe. Try once more."
TOO_LONG = "That's too long to keep all at once. Your other answers are safe. Try a shorter piece."
NOT_CLEAR = "Something went wrong with this page. What you said before is safe."
CODE_FIELD = "Your code"

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


@pytest_asyncio.fixture(scope="module")
async def opened(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("door") / "site")
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


@pytest_asyncio.fixture
async def door(opened: Door) -> AsyncIterator[Door]:
    yield opened
    await opened.still_well()


@pytest_asyncio.fixture
async def stranger(door: Door) -> AsyncIterator[Child]:
    async with Child(door.run.chat) as child:
        await child.get("/")
        yield child


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


# Codes


def _swapped(code: str) -> str:
    """One symbol of the code mistaken for another."""
    other = ALPHABET[(ALPHABET.index(code[0]) + 1) % len(ALPHABET)]
    return other + code[1:]


async def _tried(stranger: Child, **fields: str) -> Answer:
    form = {"code": "", "link": "", "event": stranger.page.field("event"), **fields}
    return await stranger.post("/start", form, from_elsewhere(stranger.url))


async def test_unknown_wrong_reissued_and_expired_codes_read_the_same(door: Door, stranger: Child) -> None:
    unknown, right = new_code(secrets.token_bytes), read_code(door.site.codes["AT-2"])
    assert right is not None
    while (wrong := new_code(secrets.token_bytes)).selector != right.selector:
        wrong = type(right)(right.selector + wrong.symbols[4:])
        if wrong != right:
            break
    pages = {}
    for name, code in {"unknown": unknown.shown, "wrong": wrong.shown, "used": door.used, "held": door.held}.items():
        page = await _tried(stranger, code=code)
        kindly(page, UNKNOWN, CODE_FIELD)
        assert code in page.text, "it can be looked at once more"
        pages[name] = re.sub(r'name="event" value="[^"]*"', "", page.text).replace(code, "")
        await stranger.get("/")

    assert len(set(pages.values())) == 1


async def test_an_unknown_and_a_used_link_read_the_same(door: Door, stranger: Child) -> None:
    async with Child(door.run.chat) as billie:
        await billie.get("/")
        page = await billie.post(
            "/start", {"link": door.site.links["AT-4"], "event": billie.page.field("event")}, from_elsewhere(billie.url)
        )
        assert "Hello, Finn" in html.unescape(page.text)
    used = await _tried(stranger, link=door.site.links["AT-4"])
    kindly(used, "A link opens this once. To come back, type the code that came with it.")
    await stranger.get("/")
    unknown = await _tried(stranger, link=new_link(secrets.token_bytes).text)

    strip = re.compile(r'name="event" value="[^"]*"')
    assert strip.sub("", used.text) == strip.sub("", unknown.text)
    assert door.site.links["AT-4"] not in used.text


EMPTY, SLIP = "There's no code in the box yet.", "A letter or number isn't right yet. Look at the code again."
MISTYPED = {
    "nothing": ("", EMPTY),
    "spaces": ("   ", EMPTY),
    "one symbol": (None, SLIP),
    "words": (BAD * 3, ""),
    "nul": ("\0" * 13, ""),
    "lone surrogate": ("\ud800" * 13, ""),
    "turned round": ("\u202e4MK7-W2Q9-TZX0-2\u202c", ""),
    "markup": ('"><script>alert(1)</script>', ""),
    "template": ("{{ 7*7 }}${7*7}", ""),
    "sql": ("' OR 1=1 --", ""),
    "emoji": ("🦊" * 300, ""),
    "digits of another script": ("٤٤٤٤٤٤٤٤٤٤٤٤٤", ""),
}


@pytest.mark.parametrize("what", MISTYPED)
async def test_whatever_is_typed_for_a_code_gets_a_sentence(door: Door, stranger: Child, what: str) -> None:
    typed, says = MISTYPED[what]
    page = await _tried(stranger, code=_swapped(door.site.codes["AT-2"]) if typed is None else typed)

    read = kindly(page, CODE_FIELD, says)
    assert 'class="slip"' in page.text
    assert "<script>alert" not in page.text
    assert "49" not in read
    assert stranger.cookie() == ""


async def test_a_code_of_a_megabyte_gets_a_sentence(door: Door, stranger: Child) -> None:
    page = await _tried(stranger, code=BAD * 70_000)

    kindly(page, status=413)


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

        kindly(page, CODE_FIELD)
        assert BAD in page.text


# Forms


def _fields(door: Door, **more: str) -> dict[str, str]:
    return {**door.amal.form(BAD), **more}


async def _posted(door: Door, body: bytes, content_type: str = FORM) -> Answer:
    return await door.amal.post("/say", body, {"Content-Type": content_type, "Origin": door.amal.url})


NO_FORMS = {
    "json": (b'{"words": "%s"}' % BAD.encode(), "application/json", 415),
    "broken json": (b'{"words": "%s' % BAD.encode(), "application/json", 415),
    "json that says it is a form": (b'{"words": "%s"}' % BAD.encode(), FORM, 200),
    "multipart": (
        b'--x\r\nContent-Disposition: form-data; name="words"; filename="a"\r\n\r\n%s\r\n--x--' % BAD.encode(),
        "multipart/form-data; boundary=x",
        415,
    ),
    "plain text": (BAD.encode(), "text/plain", 415),
    "a kind nobody knows": (BAD.encode(), "\U0001f98a".encode().decode("latin-1"), 415),
    "xml": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "e.txt">]><x>&e;</x>', "application/xml", 415),
    "nothing": (b"", FORM, 200),
    "only signs": (b"&&&===&&&;;;", FORM, 200),
    "broken percents": (b"words=%%%zz%1&place=%&token=%ff%fe", FORM, 200),
    "no utf-8": (b"words=\xff\xfe\x80&token=\xc3\x28", FORM, 200),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(MOST_FIELDS + 1)), FORM, 415),
    "one field a hundred times": (b"&".join([b"words=" + BAD.encode()] * 100), FORM, 200),
    "two megabytes": (b"words=" + BAD.encode() * 140_000, FORM, 413),
    "a name of a megabyte": (b"x" * (LARGEST_BODY + 1), FORM, 413),
}


@pytest.mark.parametrize("what", NO_FORMS)
async def test_what_is_no_form_of_ours_gets_a_sentence(door: Door, what: str) -> None:
    body, content_type, status = NO_FORMS[what]
    await door.amal.look()
    page = await _posted(door, body, content_type)

    kindly(page, *{413: (TOO_LONG,), 415: (NOT_CLEAR,)}.get(status, ()), status=status)
    await door.amal.look()


async def test_a_megabyte_of_text_is_handed_back_to_be_made_shorter(door: Door) -> None:
    await door.amal.look()
    words = f"{BAD} " * 65_000
    page = await door.amal.post("/say", _fields(door, words=words, button=_button(door, ".next")))
    assert len(words) > 1_000_000 * 0.9

    kindly(page, TOO_LONG, status=413)
    assert html.unescape(page.text).count(BAD) > 60_000
    await door.amal.look()
    assert BAD not in door.amal.read


def _button(door: Door, choice: str, place: str = "people_see") -> str:
    return f"{door.amal.consultation}:{place}:{choice}"


STRANGE_WORDS = {
    "nul": "\0",
    "nuls inside": f"a\0{BAD}\0b",
    "lone surrogates": "\ud800 \udfff \udc80",
    "direction override": f"\u202e{BAD}\u202c\u2066\u2069",
    "4096 emoji": "🦊" * 4096,
    "joined emoji": "👩‍👩‍👧‍👦" * 500,
    "combining": "e" + "\u0301" * 3000,
    "every control": "".join(map(chr, range(32))),
    "line ends": "a\r\nb\rc\u2028d\u2029e",
    "private and unassigned": "\ue000\U000e0001\U0010ffff",
    "markup": "<script>alert(1)</script></textarea><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} %(x)s {0} {officer}",
    "formula": '=HYPERLINK("http://x.example","y")',
    "terminal": "\x1b[31mred\x1b]0;title\x07",
}


@pytest.mark.parametrize("what", STRANGE_WORDS)
async def test_strange_words_are_text_and_can_be_taken_out_again(door: Door, what: str) -> None:
    await door.amal.look()
    said = await door.amal.post("/say", _fields(door, words=STRANGE_WORDS[what]))

    read = kindly(said)
    assert "<script>alert(1)" not in said.text
    assert (
        "onerror=alert(1)>" not in html.unescape(said.text).replace(html.unescape("&lt;"), "") or "&lt;img" in said.text
    )
    assert not [sign for sign in said.text if sign < " " and sign not in "\n\t"]
    assert "\u202e" not in read
    assert "Sam Okafor" in read
    if what == "4096 emoji":
        assert said.text.count("🦊") >= 4096
    if what == "template":
        assert "{officer}" in read
        assert "{{ 7*7 }}" in read
    if door.amal.has("people_see", ".more"):
        await door.amal.tap("people_see", ".more")
        if door.amal.has("people_see", ".over"):
            await door.amal.tap("people_see", ".over")


STRANGE_BUTTONS = (
    "::",
    "x:y:z",
    "{id}:people_see:nosuchchoice",
    "{id}:nosuchquestion:.next",
    "{id}:.nosuchscreen:x",
    "{id}:.after:.final",
    "{id}:.take:.yes",
    "{id}:.after:.take",
    "{id}:.s.home_settled:the-world",
    "{id}:.s.home_settled:nobody:everyone",
    "{id}:.language:xx_XX",
    "{id}:.pin:.enter",
    "{id}:.change:../../etc/passwd",
    "{id}:home_settled:" + "x" * 4000,
    "someoneelses:home_settled:no",
    "{id}:=people_see:.next",
    "\0:\0:\0",
    BAD,
)


@pytest.mark.parametrize("button", STRANGE_BUTTONS)
@pytest.mark.parametrize("name", ["button", "choice"])
async def test_a_button_nobody_was_shown_changes_nothing(door: Door, name: str, button: str) -> None:
    await door.amal.look()
    fields = _fields(door, words="")
    fields[name] = button.replace("{id}", door.amal.consultation)
    page = await door.amal.post("/say", fields)

    kindly(page)
    await door.amal.look()
    assert door.amal.question == "people_see"


@pytest.mark.parametrize("place", ["", "nosuch", "was_this_ok", "=people_see", "../..", "x" * 5000, "\0", "🦊"])
async def test_words_for_a_place_there_is_not_are_kept_where_the_child_is_or_handed_back(
    door: Door, place: str
) -> None:
    await door.amal.look()
    page = await door.amal.post("/say", _fields(door, place=place))

    assert BAD in kindly(page)
    await door.amal.look()
    if door.amal.question == "people_see":
        await door.amal.tap("people_see", ".more")
        if door.amal.has("people_see", ".over"):
            await door.amal.tap("people_see", ".over")
    await door.amal.look()


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
