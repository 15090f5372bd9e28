"""What every page of ours owes: headers, where a post may come from, cookies and small forms.

Both web doors use this and each brings its own words: there is not a sentence for anybody in here.

    site = Site("https://foreword.example.org")
    app = web.Application(middlewares=[guarded(site, failed)])      # failed(request, status) -> the door's own page
    owe_headers(app, site)

A body is read by `small_form` and by nothing else: aiohttp's own `request.post()` keeps uploads over 1 MiB in a file,
in the clear. An application is started by `runner`, which keeps no log of addresses, because a path, a network address
and a browser's name are nobody's business.

What can be wrong with a post:

    BadForm
    ├── NotAForm      not a form in UTF-8, or one with far too many fields
    └── TooLong       more than this page takes; what could still be read is in `read`
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jinja2
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.logs import places

log = structlog.get_logger(__name__)

KIB = 1024
LARGEST_BODY = 1024 * KIB
"""Nothing larger is ever held in memory; the rest is let go by, unread."""

MOST_FIELDS = 200
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Only our own files, nothing inline, and no string that becomes markup. `form-action 'self'` also stops a redirect
to somewhere else after a post (CSP Level 3, 6.4.1), so a way out answers 200 with a `Refresh`."""

NO_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-create",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)

Failed = Callable[[web.Request, int], Awaitable[web.StreamResponse]]


class BadForm(Exception):
    """A post this page cannot take. Its message never holds what was posted."""


class NotAForm(BadForm):
    """The body is not a plain form in UTF-8."""


class TooLong(BadForm):
    """The body is larger than the page takes. `read` holds the form when it could still be read, else None."""

    def __init__(self, read: dict[str, str] | None) -> None:
        super().__init__("The form is longer than this page takes.")
        self.read = read


@dataclass(frozen=True, slots=True)
class Site:
    """One application's own address, as people type it; cookies, origins and HSTS follow from it."""

    url: str

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them in `Origin` (RFC 6454, 6.1)."""
        parts = urlsplit(self.url)
        default = {"https": 443, "http": 80}.get(parts.scheme)
        host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, default) else "")

    @property
    def secure(self) -> bool:
        """True when the address is https; only then do the cookies' `__Host-` and `Secure` work."""
        return urlsplit(self.url).scheme == "https"

    def cookie_name(self, name: str) -> str:
        """The cookie's full name: bound to this host by its prefix (RFC 6265bis, 4.1.3.2) where that works."""
        return f"__Host-{name}" if self.secure else name

    def cookie(self, request: web.Request, name: str) -> str:
        """The value this browser sent; nothing for one that we cannot have made, because ours are plain letters."""
        value = request.cookies.get(self.cookie_name(name), "")
        return value if value.isascii() else ""

    def set_cookie(self, response: web.StreamResponse, name: str, value: str) -> None:
        """Give this browser a cookie that no script reads, that no other site sends, and that closing forgets."""
        response.set_cookie(
            self.cookie_name(name), value, path="/", secure=self.secure, httponly=True, samesite="Strict"
        )

    def drop_cookie(self, response: web.StreamResponse, name: str) -> None:
        """Take the cookie back at once."""
        response.del_cookie(self.cookie_name(name), path="/", secure=self.secure, httponly=True, samesite="Strict")


def owe_headers(app: web.Application, site: Site) -> None:
    """Every answer of this application, errors too, carries the headers below."""
    owed = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # `no-referrer` would make the browser write `Origin: null` on our own forms.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": NO_PERMISSIONS,
        "X-Robots-Tag": "noindex, nofollow",
    }
    if site.secure:
        owed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    else:
        log.warning("pages_without_https", site=site.origin, meaning="cookies carry neither __Host- nor Secure")

    async def pay(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(owed)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        response.headers.popall(hdrs.SERVER, None)

    app.on_response_prepare.append(pay)


def guarded(site: Site, failed: Failed, apart: Collection[str] = ()) -> Middleware:
    """Let no post in that another site made, and turn whatever goes wrong into the door's own page.

    What is at an address `apart` is no page: another machine calls it, and it looks after itself.

    `failed(request, status)` makes that page: 403 for a post from elsewhere, 404, 405, 413, 415, 500 and so on.
    A fault is logged by its kind and place; never with its message, which may quote what somebody wrote.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in apart:
            return await handler(request)
        if request.method not in SAFE_METHODS and not ours(request, site):
            log.info("post_from_elsewhere", route=route(request))
            return await failed(request, 403)
        try:
            return await handler(request)
        except web.HTTPException as answer:
            if answer.status < 400:
                raise
            return await failed(request, answer.status)
        except NotAForm:
            return await failed(request, 415)
        except TooLong:
            return await failed(request, 413)
        except Exception as fault:  # noqa: BLE001 - told below; nobody is left with a bare error
            log.error("page_failed", route=route(request), fault=type(fault).__name__, at=places(fault))
            return await failed(request, 500)

    return guard


def ours(request: web.Request, site: Site) -> bool:
    """True when one of our own pages made this request: `Sec-Fetch-Site`, else `Origin`, else `Referer` says so.

    A request that says none of the three is nobody's.
    """
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None:
        return origin == site.origin
    return request.headers.get(hdrs.REFERER, "").startswith(site.origin + "/")


def form_token(session: str, nonce: bytes) -> str:
    """A token for one page's forms, made of the session's secret; different on every page, so that compressing
    a page tells nothing about it (the BREACH attack). `nonce` is 16 random bytes."""
    return nonce.hex() + hmac.new(session.encode(), b"form" + nonce, hashlib.sha256).hexdigest()


def token_holds(session: str, token: str) -> bool:
    """True when `token` was made by `form_token` for this session."""
    try:
        nonce = bytes.fromhex(token[:32])
    except ValueError:
        return False
    return hmac.compare_digest(form_token(session, nonce).encode(), token.encode())


async def small_form(request: web.Request, limit: int = 64 * KIB) -> dict[str, str]:
    """The fields of a plain form; of a field that stands twice the last one. NotAForm or TooLong otherwise.

    `limit` is in bytes of the body as it was sent. Bytes that are no UTF-8 become U+FFFD; nothing else is changed.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        await _let_by(request)
        raise NotAForm("The body is not a plain form.")
    body = bytearray()
    async for chunk in request.content.iter_chunked(16 * KIB):
        body += chunk
        if len(body) > LARGEST_BODY:
            await _let_by(request)
            raise TooLong(None)
    fields = _fields(bytes(body))
    if len(body) > limit:
        raise TooLong(fields)
    return fields


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(
            parse_qsl(
                body.decode("utf-8", "replace"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="replace",
                max_num_fields=MOST_FIELDS,
            )
        )
    except ValueError:
        raise NotAForm("The form has too many fields.") from None


async def _let_by(request: web.Request) -> None:
    """Read on without keeping: a browser shows an answer only once it has said everything. Up to 16 MiB."""
    left = 16 * LARGEST_BODY
    async for chunk in request.content.iter_chunked(64 * KIB):
        left -= len(chunk)
        if left < 0:
            return


def network_of(request: web.Request, proxies: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network] = ()) -> str:
    """The network a request comes from, coarse enough to be nobody's: /24 of IPv4, /56 of IPv6. Never stored as it is.

    `X-Forwarded-For` counts only as far back as it was written by the configured proxies.
    """
    trusted = tuple(proxies)
    hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", ()) for hop in line.split(",")]
    nearest = _address(request.remote or "")
    while nearest is not None and any(nearest in network for network in trusted) and hops:
        nearest = _address(hops.pop())
    if nearest is None:
        return "unknown"
    return str(ipaddress.ip_network((nearest, 24 if nearest.version == 4 else 56), strict=False))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def route(request: web.Request) -> str:
    """The route's pattern, for a log line: never the path, which may hold what somebody typed."""
    resource = request.match_info.route.resource
    return f"{request.method if request.method in hdrs.METH_ALL else '?'} {resource.canonical if resource else '-'}"


def templates(*folders: Path) -> jinja2.Environment:
    """Templates where every value is text unless it says otherwise, and where a missing value is a fault."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def page(html: str, status: int = 200) -> web.Response:
    """A page of ours, compressed for slow networks."""
    response = web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
    response.enable_compression()
    return response


def runner(app: web.Application) -> web.AppRunner:
    """How an application of ours is started: no log of addresses, and 20 seconds to finish what was begun."""
    return web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=20.0)
