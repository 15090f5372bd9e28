"""Other sites, other tabs and other people's pages against the running product: headers on every answer there is,
cookies nobody else sends or reads, posts from elsewhere, links that look and are not, and nothing loaded from anywhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from tests.attacks.people import FORM, Child, Officer, Says, raw
from tests.attacks.site import Site
from tests.bot.portal import phones
from tests.bot.running import Running

WORDS = "My zanzibarkettle sings on Sundays"
FORGED = "notwrittenbythechild"
OWED = {
    "content-security-policy": (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ),
    "x-content-type-options": ("nosniff",),
    "x-frame-options": ("DENY",),
    "referrer-policy": ("same-origin",),
    "cross-origin-opener-policy": ("same-origin",),
    "cross-origin-resource-policy": ("same-origin",),
    "permissions-policy": ("camera=()", "microphone=()", "geolocation=()"),
    "x-robots-tag": ("noindex",),
}
CHAT = "https://voice.example.gov.uk"
AWAY = "https://www.bbc.co.uk/weather"  # where *Leave now* leads
PORTAL = "https://staff.example.gov.uk"


@dataclass
class Town:
    """The product behind a proxy that speaks https for it, with a child and an officer inside."""

    site: Site
    run: Running
    child: str  # their cookie, as a header
    officer: str
    page: dict[str, str]  # the child's form

    def ask(self, side: str, line: str, *headers: str, body: bytes = b"") -> tuple[int, dict[str, str], list[str], str]:
        """What one request gets: status, headers, cookies set, body."""
        head = "\r\n".join(
            [line + " HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}", *headers]
        )
        url = self.run.chat if side == "chat" else self.run.portal
        answered = raw(url, head.encode() + b"\r\n\r\n" + body)
        top, _, rest = answered.partition(b"\r\n\r\n")
        status, *lines = top.decode().split("\r\n")
        pairs = [line.partition(": ")[::2] for line in lines]
        given = {name.lower(): value for name, value in pairs}
        return int(status.split()[1]), given, [value for name, value in pairs if name == "Set-Cookie"], rest.decode()


@pytest_asyncio.fixture(scope="module")
async def town(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    site = on_sqlite.copied(
        tmp_path_factory.mktemp("town") / "site", FOREWORD_CHAT_URL=CHAT, FOREWORD_PORTAL_URL=PORTAL
    )
    with site.running() as run:
        town = Town(site, run, "", "", {})
        _, _, _, page = town.ask("chat", "GET /")
        form = f"code={site.codes['AT-1']}&event={_field(page, 'event')}".encode()
        _, _, cookies, page = town.ask("chat", "POST /start", f"Origin: {CHAT}", f"Content-Type: {FORM}", body=form)
        town.child = "Cookie: " + cookies[0].partition(";")[0]
        town.page = {name: _field(page, name) for name in ("token", "event", "place")}
        _, _, cookies, page = town.ask("portal", "GET /sign-in")
        visitor = "Cookie: " + cookies[0].partition(";")[0]
        form = f"csrf={_field(page, 'csrf')}&username=sam&phrase={site.phrases['sam'].replace(' ', '+')}".encode()
        post = (f"Origin: {PORTAL}", f"Content-Type: {FORM}", visitor)
        _, _, cookies, _ = town.ask("portal", "POST /sign-in", *post, body=form)
        post = (*post[:2], f"{visitor}; {cookies[0].partition(';')[0]}")
        page = town.ask("portal", "GET /second-factor", post[2])[3]
        code = await anext(phones.codes(run.portal, "sam"))
        form = f"csrf={_field(page, 'csrf')}&next=&code={code}".encode()
        _, _, cookies, _ = town.ask("portal", "POST /second-factor", *post, body=form)
        town.officer = "Cookie: " + cookies[0].partition(";")[0]
        yield town


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1])


ANSWERS = (
    ("chat", "GET /", ()),
    ("chat", "GET /chat", ("child",)),
    ("chat", "GET /chat", ()),
    ("chat", "GET /health", ()),
    ("chat", "GET /nosuch", ()),
    ("chat", "GET /static/nosuch.css", ()),
    ("chat", "PUT /say", ("child", "ours")),
    ("chat", "DELETE /chat", ("child", "ours")),
    ("chat", "POST /say", ("child", "ours")),
    ("chat", "POST /say", ("child",)),
    ("chat", "POST /start", ("ours", "form")),
    ("chat", "POST /leave", ("ours",)),
    ("chat", "OPTIONS /say", ()),
    ("chat", "HEAD /", ()),
    ("portal", "GET /", ()),
    ("portal", "GET /", ("officer",)),
    ("portal", "GET /reviews", ("officer",)),
    ("portal", "GET /reviews/AT-1", ("officer",)),
    ("portal", "GET /reviews/nosuch", ("officer",)),
    ("portal", "GET /sign-in", ()),
    ("portal", "GET /recover", ()),
    ("portal", "GET /enrol", ()),
    ("portal", "GET /phrase", ("officer",)),
    ("portal", "GET /health", ()),
    ("portal", "GET /nosuch", ()),
    ("portal", "POST /sign-in", ("ours", "form")),
    ("portal", "POST /sign-out", ("officer",)),
    ("portal", "PATCH /reviews", ("officer", "ours")),
    ("portal", "OPTIONS /reviews", ()),
)


@pytest.mark.parametrize(("side", "line", "sent"), ANSWERS)
async def test_every_answer_there_is_carries_every_header(
    town: Town, side: str, line: str, sent: tuple[str, ...]
) -> None:
    headers = {
        "child": town.child,
        "officer": town.officer,
        "ours": f"Origin: {CHAT if side == 'chat' else PORTAL}",
        "form": f"Content-Type: {FORM}",
    }
    _, given, _, body = town.ask(side, line, *(headers[each] for each in sent))

    for name, values in OWED.items():
        for value in values:
            assert value in given.get(name, ""), f"{name} of {line}"
    assert "unsafe" not in given["content-security-policy"]
    assert "http" not in given["content-security-policy"]
    assert given["strict-transport-security"].startswith("max-age=31536000")
    assert given["cache-control"] == "no-store"
    assert "server" not in given
    assert "access-control-allow-origin" not in given
    for inline in ("<script>", " style=", " onclick=", " onload=", "javascript:", "<iframe", "<object", "<base"):
        assert inline not in body.lower()
    for address in re.findall(r'(?:src|href|action)="([^"]*)"', body.replace(f'"{AWAY}"', '"/away"')):
        assert address.startswith(("/", "#", "?", "tel:")), address
        assert not address.startswith("//")


def test_the_childs_cookie_is_bound_to_this_host_and_to_no_script(town: Town) -> None:
    _, _, cookies, _ = town.ask("chat", "GET /chat", town.child)

    assert town.child.startswith("Cookie: __Host-visit=")
    (cookie,) = cookies
    flags = {flag.strip() for flag in cookie.split(";")[1:]}
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= flags
    assert not [flag for flag in flags if flag.startswith(("Domain", "Max-Age", "expires"))]


def test_so_are_the_officers(town: Town) -> None:
    _, _, cookies, _ = town.ask("portal", "GET /sign-in")

    assert town.officer.startswith("Cookie: __Host-foreword-staff=")
    (cookie,) = cookies
    flags = {flag.strip() for flag in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-foreword-staff-form=")
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= flags
    assert not [flag for flag in flags if flag.startswith(("Domain", "Max-Age", "expires"))]


def test_a_cookie_without_the_prefix_is_nobodys(town: Town) -> None:
    """A neighbouring host can set cookies for this one, but none that begins so."""
    looked = town.ask("chat", "GET /chat", town.child.replace("__Host-", ""))[3]
    listed = town.ask("portal", "GET /reviews", town.officer.replace("__Host-", ""))[3]

    assert "Amal" not in looked
    assert 'name="code"' in looked
    assert "AT-1" not in listed


ELSEWHERE = {
    "another origin": ("Origin: https://elsewhere.example",),
    "no origin at all": (),
    "a null origin": ("Origin: null",),
    "an origin that begins like ours": ("Origin: https://voice.example.gov.uk.elsewhere.example",),
    "ours without its lock": ("Origin: http://voice.example.gov.uk",),
    "ours on another port": ("Origin: https://voice.example.gov.uk:8443",),
    "cross-site": ("Sec-Fetch-Site: cross-site", f"Origin: {CHAT}"),
    "same-site": ("Sec-Fetch-Site: same-site", f"Origin: {CHAT}"),
    "typed into the address bar": ("Sec-Fetch-Site: none", f"Origin: {CHAT}"),
    "a referer that begins like ours": (f"Referer: {CHAT}.elsewhere.example/",),
    "a referer elsewhere": (f"Referer: https://elsewhere.example/?{CHAT}/",),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_a_post_that_another_site_made_does_nothing(town: Town, what: str) -> None:
    body = "&".join(f"{name}={value}" for name, value in {**town.page, "words": FORGED}.items()).encode()
    form = (f"Content-Type: {FORM}", town.child)
    for path in ("/say", "/start", "/leave"):
        status, _, cookies, page = town.ask("chat", f"POST {path}", *ELSEWHERE[what], *form, body=body)
        assert status == 403
        assert cookies == []
        assert "Go back, and try once more." in page
    theirs = [each.replace(CHAT, PORTAL).replace("voice.", "staff.") for each in ELSEWHERE[what]]
    for path in ("/sign-in", "/sign-out", "/enrol", "/reviews/AT-1/copies", "/phrase"):
        status, _, cookies, _ = town.ask("portal", f"POST {path}", *theirs, form[0], town.officer, body=body)
        assert status == 403
        assert not [cookie for cookie in cookies if "foreword-staff=" in cookie]

    looked = town.ask("chat", "GET /chat", town.child)[3]
    assert "Hello, Amal" in looked
    assert FORGED not in looked
    assert "AT-1" in town.ask("portal", "GET /reviews", town.officer)[3]


@pytest.mark.parametrize("token", ["", "0" * 96, "x", "é" * 40, "a" * 5000])
def test_a_form_of_our_own_without_this_visits_mark_is_not_taken(town: Town, token: str) -> None:
    fields = {**town.page, "token": token, "words": FORGED}
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    status, _, _, page = town.ask(
        "chat", "POST /say", f"Origin: {CHAT}", f"Content-Type: {FORM}", town.child, body=body
    )

    assert status == 200
    assert "couldn&#39;t keep this" in page or "couldn't keep this" in html.unescape(page)
    assert "Hello, Amal" in town.ask("chat", "GET /chat", town.child)[3]


def test_looking_at_a_link_uses_nothing_up(town: Town) -> None:
    """A preview, a scanner, a crawler: whatever a GET carries, it comes in nowhere."""
    link, code = town.site.links["AT-2"], town.site.codes["AT-2"]
    for line in (f"GET /?link={link}", f"GET /start?code={code}&link={link}", f"HEAD /?code={code}", f"GET /{link}"):
        _, _, cookies, page = town.ask("chat", line)
        assert cookies == []
        assert "Billie" not in page
        assert link not in page
        assert code not in page
    form = f"link={link}&event={'e' * 22}".encode()
    _, _, _, page = town.ask("chat", "POST /start", f"Origin: {CHAT}", f"Content-Type: {FORM}", body=form)
    assert "Hello, Billie" in page


def test_the_name_of_another_host_comes_back_nowhere(town: Town) -> None:
    for side, line in (("chat", "GET /"), ("chat", "GET /nosuch"), ("portal", "GET /sign-in"), ("portal", "GET /")):
        _, given, _, page = town.ask(
            side, line, "X-Forwarded-Host: elsewhere.example", "Forwarded: host=elsewhere.example"
        )
        assert "elsewhere.example" not in page + repr(given)


@pytest.mark.parametrize(
    "to",
    [
        "//elsewhere.example",
        "https://elsewhere.example/reviews",
        "/\\elsewhere.example",
        "/reviews/..//elsewhere.example",
        "/%2f%2felsewhere.example",
        "/reviews%0d%0aLocation:%20//elsewhere.example",
        "\t//elsewhere.example",
        "javascript:alert(1)",
    ],
)
async def test_signing_in_leads_nowhere_else(site_of_its_own: Running, on_sqlite: Site, to: str) -> None:
    async with Officer(site_of_its_own.portal) as sam:
        await sam.get("/sign-in")
        answer = await sam.post("/sign-in", username="sam", phrase=on_sqlite.phrases["sam"], next=to)
        assert answer.status == 303
        path, _, query = answer.headers["Location"].partition("?")
        leads = dict(parse_qsl(query))["next"]
        assert path == "/second-factor"
        assert re.fullmatch(r"/reviews(/[\w.%-]+)?", leads)
        assert "elsewhere.example" not in leads.replace("%2f", "/").removeprefix("/reviews/")


@pytest_asyncio.fixture(scope="module")
async def site_of_its_own(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    with on_sqlite.copied(tmp_path_factory.mktemp("own") / "site").running() as run:
        yield run


async def test_nothing_secret_stands_in_a_page_or_an_address(site_of_its_own: Running, on_sqlite: Site) -> None:
    async with Child(site_of_its_own.chat) as amal, Officer(site_of_its_own.portal) as sam:
        await amal.come_in(on_sqlite.codes["AT-4"])
        token = amal.cookie().partition(".")[0]
        pages = [amal.page.text]
        await amal.say({"home_settled": Says(WORDS, "good")})
        pages.append(amal.page.text)
        await amal.send()
        pages.append(amal.page.text)
        await sam.sign_in("sam", on_sqlite.phrases["sam"])
        pages += [(await sam.get(path)).text for path in ("/reviews", "/reviews/AT-4", "/phrase")]
        secrets = [token, on_sqlite.codes["AT-4"], on_sqlite.phrases["sam"], *sam.cookies().values()]

    for page in pages:
        assert not [secret for secret in secrets if secret in page]
        assert not re.search(r'(?:href|action|src)="[^"]*(?:zanzibar|Amal|Finn)', page)
