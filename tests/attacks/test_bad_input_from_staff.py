"""Bad input at the staff's door of the running product: a clear sentence, nothing changed, the session goes on, and the
log holds no word of it. What each page does with each field is in tests/bot/portal."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.attacks.people import FORM, Child, Officer, Says, raw
from tests.attacks.site import Site
from tests.bot.running import Running

WORDS = "My zanzibarkettle sings on Sundays"
BAD = "horribilissimum"
STRANGE = {
    "nul": "\0",
    "lone surrogate": "\ud800",
    "direction override": "\u202e" + BAD,
    "4096 emoji": "🦊" * 4096,
    "markup": '"><script>alert(1)</script>',
    "template": "{{ 7*7 }}${7*7}",
    "sql": "' OR 1=1 --",
    "line ends": "a\r\nSet-Cookie: x=y\r\n\r\n",
    "60 kB": BAD * 1_000,
}


@dataclass
class Desk:
    """The running product, and Sam signed in with something to read."""

    site: Site
    run: Running
    sam: Officer

    async def still_well(self) -> None:
        """Sam is still in, what was sent still opens, and nothing of the bad input was logged."""
        page = await self.sam.get("/reviews/AT-1")
        assert page.status == 200
        assert WORDS in page.text
        log = "".join(self.run.log)
        assert BAD not in log
        assert WORDS not in log
        assert '"page_failed"' not in log
        assert all(line.startswith("{") for line in self.run.log)

    def asked(self, cookies: bytes, path: str = "/reviews") -> bytes:
        """What somebody with these cookies gets."""
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        return raw(self.run.portal, head + b"Cookie: " + cookies + b"\r\n\r\n")


@pytest_asyncio.fixture(scope="module")
async def opened(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("desk") / "site")
    with site.running() as run:
        async with Child(run.chat) as amal, Officer(run.portal) as sam:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(WORDS, "good")})
            await amal.send()
            await sam.sign_in("sam", site.phrases["sam"])
            yield Desk(site, run, sam)


@pytest_asyncio.fixture
async def desk(opened: Desk) -> AsyncIterator[Desk]:
    yield opened
    await opened.still_well()


def clearly(answered: bytes, *status: int) -> str:
    """One of our pages, with one of these statuses; what can be read on it."""
    head, _, body = answered.partition(b"\r\n\r\n")
    assert int(answered[9:12]) in status, answered[:200]
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"Set-Cookie: x=y" not in answered
    read = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body.decode())))
    assert "Foreword" in read
    for machine in ("Traceback", "Error", "sqlite", "aiohttp"):
        assert machine not in read
    return read


FORGED = {
    "nothing": b"",
    "nonsense": BAD.encode(),
    "bytes above 127": b"\xff\xfe\x80",
    "half a letter": b"\xc3",
    "utf-8": "ü🦊".encode(),
    "quoted": b'"\\377\\000"',
    "very long": b"A" * 3000,
    "as long as a token": b"A" * 43,
    "sql": b"' OR 1=1 --",
}


@pytest.mark.parametrize("cookie", ["foreword-staff", "foreword-staff-form"])
@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_cookie_gets_the_sign_in_form(desk: Desk, cookie: str, what: str) -> None:
    for path in ("/reviews", "/sign-in", "/enrol", "/recover", "/nosuch"):
        read = clearly(desk.asked(cookie.encode() + b"=" + FORGED[what], path), 200, 403)

        assert WORDS not in read
        assert "Amal" not in read
        assert "sign" in read.casefold()


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_cookie_and_a_form_get_a_sentence(desk: Desk, what: str) -> None:
    body = f"csrf={'0' * 96}&username=sam&phrase={BAD}".encode()
    head = f"Host: x\r\nOrigin: {desk.run.portal}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
    cookies = b"Cookie: foreword-staff=" + FORGED[what] + b"; foreword-staff-form=" + FORGED[what] + b"\r\n"
    for path in ("/sign-in", "/recover", "/enrol", "/enrol/confirm", "/phrase/confirm", "/sign-out"):
        request = f"POST {path} HTTP/1.1\r\nConnection: close\r\n{head}".encode() + cookies + b"\r\n" + body

        clearly(raw(desk.run.portal, request), 403)


@pytest.mark.parametrize("what", STRANGE)
async def test_strange_words_in_any_field_are_refused_in_a_sentence(desk: Desk, what: str) -> None:
    typed = STRANGE[what].encode("utf-8", "replace").decode()
    async with Officer(desk.run.portal) as nobody:
        await nobody.get("/sign-in")
        answers = [
            await nobody.post("/sign-in", username=typed, phrase=typed, next=typed),
            await nobody.post("/recover", username=typed, recovery=typed),
            await nobody.post("/enrol", code=typed),
            await nobody.post("/enrol/confirm", prepared=typed, phrase=typed),
            await nobody.post("/recover/confirm", prepared=typed, phrase=typed),
        ]

    assert {answer.status for answer in answers} <= {403, 413, 422}
    assert all("<script>alert" not in answer.text for answer in answers)
    assert all("49" not in re.sub(r'"[^"]*"', "", answer.text) for answer in answers)


@pytest.mark.parametrize("what", STRANGE)
async def test_strange_words_in_an_officers_own_fields_change_nothing(desk: Desk, what: str) -> None:
    typed = STRANGE[what].encode("utf-8", "replace").decode()
    await desk.sam.get("/reviews")
    answers = [
        await desk.sam.post("/reviews/AT-1/copies", copy=typed, format="txt"),
        await desk.sam.post("/reviews/AT-1/copies", copy="meeting", format=typed),
        await desk.sam.post("/phrase/confirm", prepared=typed, phrase=typed),
        await desk.sam.post("/alerts/none/hold", instead_of=typed),
        await desk.sam.post(f"/alerts/{quote(typed[:40], safe='')}/close", done=typed),
    ]

    assert {answer.status for answer in answers} <= {400, 403, 404, 413, 422}
    assert all("<script>alert" not in answer.text for answer in answers)


@pytest.mark.parametrize(
    "find", ["%00", "%ff", "%ED%A0%80", "%F0%9F%A6%8A", "%22%3E%3Cscript%3Ealert(1)", "x" * 5000, "%"]
)
async def test_looking_for_strange_things_finds_nothing(desk: Desk, find: str) -> None:
    session = f"foreword-staff={desk.sam.cookies()['foreword-staff']}".encode()
    read = clearly(desk.asked(session, f"/reviews?find={find}"), 200)

    assert "Signed in as Sam Okafor" in read


@pytest.mark.parametrize(
    "path",
    [
        "/reviews/%00",
        "/reviews/%ff%fe",
        "/reviews/%ED%A0%80",
        "/reviews/..%2f..%2fetc%2fpasswd",
        "/reviews/../../etc/passwd",
        "/reviews/%0d%0aSet-Cookie:%20x=y",
        "/reviews/" + "x" * 5000,
        "/reviews/AT-1/../AT-5",
        "/reviews/AT-5",
        "/reviews/at-1%20",
        "/reviews/' OR 1=1 --".replace(" ", "%20"),
        "/alerts/%00",
        "/alerts/%ED%A0%80/said",
        "/alerts/..%2freviews%2fAT-5",
        "/alerts/" + "x" * 5000,
        "/static/..%2f..%2fsettings.py",
        "/static/../desk.py",
        "/.git/config",
        f"/{quote(BAD)}",
    ],
)
async def test_no_path_leads_to_anything_else(desk: Desk, path: str) -> None:
    session = f"foreword-staff={desk.sam.cookies()['foreword-staff']}".encode()
    answered = desk.asked(session, path)

    assert answered[9:12] in (b"404", b"403", b"400")
    clearly(answered, 404, 403, 400)
    assert b"root:" not in answered
    assert b"Chidi" not in answered


async def test_one_officers_session_shows_nothing_of_anothers(desk: Desk) -> None:
    async with Officer(desk.run.portal) as jo:
        await jo.sign_in("jo", desk.site.phrases["jo"])
        assert "Chidi" in jo.page.text
        assert "Amal" not in jo.page.text
        never_was, sams = await jo.get("/reviews/AT-9"), await jo.get("/reviews/AT-1")
        copies = [await jo.copy("AT-1", kind, "txt", "Why not.") for kind in ("meeting", "file", "officer")]

    strip = re.compile(r'name="csrf" value="[^"]*"')
    assert {answer.status for answer in (never_was, sams, *copies)} == {404}
    assert len({strip.sub("", answer.text) for answer in (never_was, sams, *copies)}) == 1
    assert "Jo Lindqvist opened it" not in desk.sam.read
