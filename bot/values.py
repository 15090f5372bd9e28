"""One setting's text as a value. Nonsense is refused in a sentence that names the setting and says what would be right.

Each function takes the setting's name and its text, and never repeats a password or a token.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot import authority as authority_file
from bot.authority import BrokenAuthority
from consultations.circumstances import Authority
from consultations.duty import is_address
from consultations.languages import LANGUAGES
from consultations.languages.table import language_of

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_SHAPES = ("json", "console")

Tls = Literal["at once", "by STARTTLS", "none"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsProblem(Exception):
    """Settings are missing or wrong. Its text is a sentence for each, a line each, and says what to do."""


@dataclass(frozen=True, slots=True)
class Listen:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def local(self) -> bool:
        """True when only this machine can reach it."""
        return is_local(self.host)

    @property
    def url(self) -> str:
        """How a browser on this machine reaches it."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "by STARTTLS"


def folder(name: str, text: str) -> Path:
    """A folder, which need not be there."""
    return Path(text)


def key_folder(name: str, text: str) -> Path | None:
    """The folder of the key files; None where nothing is said."""
    return Path(text) if text else None


def authority(name: str, text: str) -> Authority | None:
    """What the authority file at this path says; None where nothing is said."""
    try:
        return authority_file.read(Path(text)) if text else None
    except BrokenAuthority as problem:
        raise SettingsProblem(f"{name}: {problem}") from None


def database(name: str, text: str) -> str:
    """The address of one of the two databases there can be."""
    scheme, separator, rest = text.partition("://")
    known = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg", "postgres")
    if not separator or scheme not in known or rest in ("", "/"):
        raise SettingsProblem(f"{name} has to look like sqlite:///var/foreword.db or postgresql://user@host/foreword")
    return text


def listen(name: str, text: str) -> Listen:
    """A host and a port of this machine."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise SettingsProblem(f"{name} is “{text}”. It has to be an address and a port, such as 127.0.0.1:8080.")
    if host != "localhost":
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise SettingsProblem(
                f"{name} is “{text}”. Before the port it needs an IP address of this machine: 127.0.0.1 for this"
                " machine alone, 0.0.0.0 for every network it is on."
            ) from None
    return Listen(host, int(port))


def address(name: str, text: str) -> str:
    """A site's public address without a path: links are built on it, and forms are only taken from it. "": not said."""
    if not text:
        return ""
    url = _host_alone(name, text)
    if url.scheme == "http" and not is_local(url.hostname or ""):
        raise SettingsProblem(f"{name} has to start with https://: what children write travels over it.")
    return f"{url.scheme}://{url.netloc.lower()}"


def leave(name: str, text: str) -> str:
    """Any address, spelt plainly enough for a header."""
    _split(name, text)
    if not text.isascii() or any(c in text for c in " \"'<>;,"):
        raise SettingsProblem(f"{name} has signs in it that an address cannot have. Write it plainly.")
    return text


def proxies(name: str, text: str) -> tuple[Network, ...]:
    """The networks of one's own proxy."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingsProblem(
            f"{name} is “{text}”. It has to be the network of your own proxy, such as 10.0.0.0/24."
        ) from None


def mail_server(name: str, text: str) -> MailServer | None:
    """A mail server to hand mail in to; None where nothing is said. Nothing of it stands in what is said about it.

    smtps:// speaks TLS at once, smtp:// from STARTTLS on, without which nothing is sent (RFC 8314 §3.3). Only to this
    machine it may be without.
    """
    if not text:
        return None
    shape = f"{name} has to look like smtp://user:password@mail.council.example:587/?from=foreword@council.example"
    try:
        url = urlsplit(text)
        port = url.port
        (url.hostname or "").encode("idna")  # what no server can be called would only be found by a child's alert
    except ValueError:
        raise SettingsProblem(f"{shape}; signs such as / @ : in a password are written as %2F %40 %3A.") from None
    if url.scheme not in ("smtp", "smtps") or not url.hostname or port == 0 or url.path not in ("", "/"):
        raise SettingsProblem(f"{shape}; signs such as / @ : in a password are written as %2F %40 %3A.")
    asked = parse_qs(url.query)
    sender = "".join(asked.pop("from", []))
    if not is_address(sender) or asked or url.fragment:
        raise SettingsProblem(f"{shape}; after the question mark stands the address mail comes from, and nothing else.")
    if bool(url.username) != bool(url.password):
        raise SettingsProblem(f"{name} has a user without a password, or a password without a user.")
    tls: Tls = "by STARTTLS"
    if url.scheme == "smtps":
        tls = "at once"
    elif is_local(url.hostname):
        tls = "none"
    usual = 465 if url.scheme == "smtps" else 587  # RFC 8314 §7.3, RFC 6409 §3.1
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return MailServer(url.hostname, port or usual, sender, user, password, tls)


def token(name: str, text: str) -> str:
    """A bot's token; "" for none. Nothing of it stands in what is said about it."""
    if text and not re.fullmatch(r"[0-9]{3,20}:[A-Za-z0-9_-]{30,60}", text):
        raise SettingsProblem(f"{name} is not a bot's token. @BotFather gives it: a number, a colon and 35 signs.")
    return text


def secret(name: str, text: str) -> str:
    """A webhook's secret, as Telegram takes it; "" for none."""
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise SettingsProblem(f"{name} has to be 16 to 256 letters, digits, _ or - and hard to guess.")
    return text


def age(name: str, text: str) -> int:
    """An age at which a messenger may take a child."""
    if not text.isascii() or not text.isdigit() or not 13 <= int(text) <= 18:
        raise SettingsProblem(f"{name} is “{text}”. It has to be an age from 13 to 18.")
    return int(text)


def yes_or_no(name: str, text: str) -> bool:
    """Yes or no."""
    if text.lower() not in ("yes", "no"):
        raise SettingsProblem(f"{name} is “{text}”. It has to be yes or no.")
    return text.lower() == "yes"


def languages(name: str, text: str) -> dict[str, bool]:
    """Each with whether it is offered even as a draft."""
    found: dict[str, bool] = {}
    for said in (each.strip() for each in text.split(",") if each.strip()):
        called = said.removesuffix("!").strip()
        language = language_of(called)
        if language is None:
            raise SettingsProblem(
                f"{name} names “{called}”, which is no language Foreword knows. It knows: {', '.join(LANGUAGES)}."
            )
        found[language.code] = found.get(language.code, False) or said.endswith("!")
    return found


def log(name: str, text: str) -> tuple[str, str]:
    """A level and a shape."""
    level, shape = "info", ""
    for word in (word.strip().lower() for word in text.split(",") if word.strip()):
        if word in LOG_LEVELS:
            level = word
        elif word in LOG_SHAPES:
            shape = word
        else:
            raise SettingsProblem(
                f"{name} names “{word}”. It can be {', '.join(LOG_LEVELS)}, and {' or '.join(LOG_SHAPES)}."
            )
    return level, shape


def is_local(host: str) -> bool:
    """True for a host only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_alone(name: str, text: str) -> SplitResult:
    url = _split(name, text)
    if url.path not in ("", "/") or url.query or url.fragment or url.username is not None:
        there = f"{url.scheme}://{url.hostname}"
        raise SettingsProblem(f"{name} is “{there}” with more behind it. Leave only https:// and the host.")
    return url


def _split(name: str, text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise SettingsProblem(f"{name} is not an address. It looks like https://foreword.example.gov.uk") from None
    if url.scheme not in ("http", "https") or not url.hostname or port == 0 or not text.isprintable() or " " in text:
        raise SettingsProblem(f"{name} is not an address. It looks like https://foreword.example.gov.uk")
    return url
