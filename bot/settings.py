"""What an operator can set: read once, from a mapping, into one frozen value. Nonsense is refused in a sentence.

    FOREWORD_DATA_DIR        what Foreword writes (default: var)
    FOREWORD_DATABASE_URL    sqlite:///… or postgresql://… (default: foreword.db in the data directory)
    FOREWORD_KEY_DIR         where `foreword init` put the two key files; not inside the data directory
    FOREWORD_AUTHORITY       the council's own names and numbers, a TOML file; without it only the demo starts
    FOREWORD_CHAT_URL        the children's address, as they type it      (default on this machine: from the next)
    FOREWORD_CHAT_LISTEN     where the children's side listens            (default: 127.0.0.1:8080)
    FOREWORD_PORTAL_URL      the staff's address; another host than the chat's, because cookies know no ports
    FOREWORD_PORTAL_LISTEN   where the staff's side listens               (default: 127.0.0.1:8081)
    FOREWORD_LEAVE_URL       where *Leave now* goes: somewhere dull
    FOREWORD_PROXY           networks whose X-Forwarded-For is believed, e.g. 10.0.0.0/24   (default: nobody's)
    FOREWORD_TELEGRAM_TOKEN  a bot's token, as @BotFather gives it; without one there is no Telegram
    FOREWORD_TELEGRAM_API    another Bot API server                      (default: https://api.telegram.org)
    FOREWORD_TELEGRAM_WEBHOOK_SECRET  set: Telegram calls the children's address; not set: we ask Telegram
    FOREWORD_TELEGRAM_MIN_AGE  Telegram's own minimum age                (default: 16)
    FOREWORD_LANGUAGES       what is offered to children, e.g. "vi, ar!"; the ! accepts a translation that is a draft
                             (default: every language whose translation a person has checked; English always)
    FOREWORD_LOG             debug, info, warning or error, and json or console, e.g. "info,json"

An empty one counts as not set.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot import authority
from bot.authority import BrokenAuthority
from consultations.circumstances import Authority
from consultations.languages import LANGUAGES, SOURCE, Words
from consultations.languages.table import language_of

NAMES = (
    "FOREWORD_DATA_DIR",
    "FOREWORD_DATABASE_URL",
    "FOREWORD_KEY_DIR",
    "FOREWORD_AUTHORITY",
    "FOREWORD_CHAT_URL",
    "FOREWORD_CHAT_LISTEN",
    "FOREWORD_PORTAL_URL",
    "FOREWORD_PORTAL_LISTEN",
    "FOREWORD_LEAVE_URL",
    "FOREWORD_PROXY",
    "FOREWORD_TELEGRAM_TOKEN",
    "FOREWORD_TELEGRAM_API",
    "FOREWORD_TELEGRAM_WEBHOOK_SECRET",
    "FOREWORD_TELEGRAM_MIN_AGE",
    "FOREWORD_LANGUAGES",
    "FOREWORD_LOG",
)

_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{30,60}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_SHAPES = ("json", "console")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsProblem(Exception):
    """A setting is missing or wrong. Its text is a sentence for the operator, and says what to do."""


@dataclass(frozen=True, slots=True)
class Listen:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def local(self) -> bool:
        """True when only this machine can reach it."""
        return _is_local(self.host)

    @property
    def url(self) -> str:
        """How a browser on this machine reaches it."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot children may write to. With a secret Telegram calls us at the children's address; else we ask it."""

    token: str = field(repr=False)
    api: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, checked. What a command cannot do without it asks for by `need_…`."""

    data_dir: Path
    database_url: str = field(repr=False)  # may hold a password
    key_dir: Path | None
    authority: Authority | None
    chat_url: str  # "" when it was not said and cannot be guessed
    chat_listen: Listen
    portal_url: str  # likewise
    portal_listen: Listen
    leave_url: str
    proxies: tuple[Network, ...]
    languages: tuple[str, ...]  # () when nothing was said
    drafts: frozenset[str]  # those of them that are offered even as a draft
    log_level: str
    log_shape: str  # "" leaves it to the terminal: people get lines, machines get JSON
    telegram: Telegram | None = None
    telegram_age: int = 16
    demo: bool = False

    @property
    def need_key_dir(self) -> Path:
        """The folder of the key files. SettingsProblem when it is not set."""
        if self.key_dir is None:
            raise SettingsProblem(
                "FOREWORD_KEY_DIR is not set. Set it to a folder for the two key files that is not inside"
                f" {self.data_dir}, for example /etc/foreword/keys, and run `foreword init` once."
            )
        return self.key_dir

    @property
    def need_authority(self) -> Authority:
        """The authority's names and numbers. SettingsProblem when they are not set: children are shown them."""
        if self.authority is None:
            raise SettingsProblem(
                "FOREWORD_AUTHORITY is not set. Set it to the TOML file with your council's name and numbers"
                " (children see them under “Help now”). To try Foreword without one: foreword run --demo"
            )
        return self.authority

    @property
    def need_chat_url(self) -> str:
        """The children's address. SettingsProblem when it was not said: links are built on it."""
        return _said("FOREWORD_CHAT_URL", self.chat_url)

    @property
    def need_portal_url(self) -> str:
        """The staff's address. SettingsProblem when it was not said: forms are only taken from it."""
        return _said("FOREWORD_PORTAL_URL", self.portal_url)

    def offered(self, spoken: Mapping[str, Words]) -> Mapping[str, Words]:
        """What children are offered of the languages there are: field facts §8. The demo offers them all.

        SettingsProblem when FOREWORD_LANGUAGES names one that cannot be offered, or a draft without accepting it.
        """
        if self.demo:
            return spoken
        if not self.languages:
            return {code: words for code, words in spoken.items() if words.checked}
        for code in self.languages:
            if code not in spoken:
                raise SettingsProblem(
                    f"FOREWORD_LANGUAGES names “{code}”, and there is no translation with all safety words in it yet."
                    f" There are: {', '.join(spoken)}."
                )
            if not spoken[code].checked and code not in self.drafts:
                raise SettingsProblem(
                    f"FOREWORD_LANGUAGES names “{code}”, and that translation is a draft: nobody has put their name to"
                    f" it. To offer it all the same, write “{code}!”. Staff are told that it is a draft."
                )
        return {code: words for code, words in spoken.items() if code in (SOURCE, *self.languages)}

    def for_demo(self) -> Settings:
        """The same addresses, on data, keys and an authority that belong to the demo alone."""
        return self.demo_in(self.data_dir / "demo")

    def demo_in(self, folder: Path) -> Settings:
        """The demo in this folder."""
        return replace(
            self,
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'foreword.db'}",
            key_dir=folder / "keys",
            authority=authority.DEMO,
            demo=True,
        )


def from_environment(**said: str) -> Settings:
    """Every setting, from this process's environment: the one place that reads it. What is `said` counts more."""
    return read(os.environ | {name: text for name, text in said.items() if text})


def read(environment: Mapping[str, str]) -> Settings:
    """Every setting from a mapping of names to texts. SettingsProblem for the first that is wrong."""
    _refuse_near_misses(environment)
    said = {name: environment.get(name, "").strip() for name in NAMES}
    data_dir = Path(said["FOREWORD_DATA_DIR"] or "var")
    chat_listen = _listen("FOREWORD_CHAT_LISTEN", said["FOREWORD_CHAT_LISTEN"] or "127.0.0.1:8080")
    portal_listen = _listen("FOREWORD_PORTAL_LISTEN", said["FOREWORD_PORTAL_LISTEN"] or "127.0.0.1:8081")
    if chat_listen == portal_listen:
        raise SettingsProblem(
            "FOREWORD_CHAT_LISTEN and FOREWORD_PORTAL_LISTEN are the same. Give each side a port of its own."
        )
    chat_url = _address("FOREWORD_CHAT_URL", said["FOREWORD_CHAT_URL"], chat_listen)
    portal_url = _address("FOREWORD_PORTAL_URL", said["FOREWORD_PORTAL_URL"], portal_listen)
    _refuse_shared_host(chat_url, portal_url)
    languages = _languages(said["FOREWORD_LANGUAGES"])
    level, shape = _log(said["FOREWORD_LOG"])
    return Settings(
        data_dir=data_dir,
        database_url=_database(said["FOREWORD_DATABASE_URL"] or f"sqlite:///{data_dir / 'foreword.db'}"),
        key_dir=_key_dir(said["FOREWORD_KEY_DIR"], data_dir),
        authority=_authority(said["FOREWORD_AUTHORITY"]),
        chat_url=chat_url,
        chat_listen=chat_listen,
        portal_url=portal_url,
        portal_listen=portal_listen,
        leave_url=_leave(said["FOREWORD_LEAVE_URL"] or "https://www.bbc.co.uk/weather"),
        proxies=_proxies(said["FOREWORD_PROXY"]),
        languages=tuple(languages),
        drafts=frozenset(code for code, draft in languages.items() if draft),
        log_level=level,
        log_shape=shape,
        telegram=_telegram(
            said["FOREWORD_TELEGRAM_TOKEN"],
            said["FOREWORD_TELEGRAM_API"] or "https://api.telegram.org",
            said["FOREWORD_TELEGRAM_WEBHOOK_SECRET"],
            chat_url,
        ),
        telegram_age=_age(said["FOREWORD_TELEGRAM_MIN_AGE"] or "16"),
    )


def _telegram(token: str, api: str, secret: str, chat_url: str) -> Telegram | None:
    """Nothing of a token or a secret stands in what is said about it."""
    if secret and not token:
        raise SettingsProblem("FOREWORD_TELEGRAM_WEBHOOK_SECRET is set and FOREWORD_TELEGRAM_TOKEN is not. Set both.")
    if not token:
        return None
    if not _TOKEN.fullmatch(token):
        raise SettingsProblem(
            "FOREWORD_TELEGRAM_TOKEN is not a bot's token. @BotFather gives it: a number, a colon and 35 signs."
        )
    url = _split("FOREWORD_TELEGRAM_API", api)
    if url.path not in ("", "/") or url.query or url.fragment or url.username is not None:
        raise SettingsProblem("FOREWORD_TELEGRAM_API has more than a host in it. Leave only https:// and the host.")
    if url.scheme == "http" and not _is_local(url.hostname or ""):
        raise SettingsProblem("FOREWORD_TELEGRAM_API has to start with https://: what children write travels over it.")
    if secret and not _SECRET.fullmatch(secret):
        raise SettingsProblem(
            "FOREWORD_TELEGRAM_WEBHOOK_SECRET has to be 16 to 256 letters, digits, _ or - and hard to guess."
        )
    if secret and not chat_url.startswith("https://") and not _is_local(url.hostname or ""):
        raise SettingsProblem(
            "FOREWORD_TELEGRAM_WEBHOOK_SECRET is set, so Telegram has to reach FOREWORD_CHAT_URL: that has to start"
            " with https://. Without the secret we ask Telegram instead, and it need not."
        )
    return Telegram(token, f"{url.scheme}://{url.netloc}", secret)


def _age(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 13 <= int(text) <= 18:
        raise SettingsProblem(f"FOREWORD_TELEGRAM_MIN_AGE is “{text}”. It has to be an age from 13 to 18.")
    return int(text)


def _authority(text: str) -> Authority | None:
    if not text:
        return None
    try:
        return authority.read(Path(text))
    except BrokenAuthority as problem:
        raise SettingsProblem(f"FOREWORD_AUTHORITY: {problem}") from None


def _refuse_near_misses(environment: Mapping[str, str]) -> None:
    """A setting with a slip in its name would be a setting that silently does nothing."""
    for name in sorted(environment):
        if not name.startswith("FOREWORD_") or name in NAMES:
            continue
        meant = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.9)
        if meant:
            raise SettingsProblem(f"{name} is not a setting of Foreword. Did you mean {meant[0]}?")


def _listen(name: str, text: str) -> Listen:
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


def _address(name: str, text: str, listen: Listen) -> str:
    """A site's public address without a path: links are built on it, and forms are only taken from it."""
    if not text:
        return listen.url if listen.local else ""
    url = _split(name, text)
    if url.path not in ("", "/") or url.query or url.fragment or url.username is not None:
        raise SettingsProblem(f"{name} is “{_clean(url)}” with more behind it. Leave only https:// and the host.")
    if url.scheme == "http" and not _is_local(url.hostname or ""):
        raise SettingsProblem(f"{name} has to start with https://: what children write travels over it.")
    return f"{url.scheme}://{url.netloc.lower()}"


def _said(name: str, url: str) -> str:
    if not url:
        raise SettingsProblem(
            f"{name} is not set. {name.replace('_URL', '_LISTEN')} can be reached from outside this machine, so say"
            " the address people will use, such as https://foreword.example.gov.uk"
        )
    return url


def _leave(text: str) -> str:
    _split("FOREWORD_LEAVE_URL", text)
    if not text.isascii() or any(c in text for c in " \"'<>;,"):
        raise SettingsProblem("FOREWORD_LEAVE_URL has signs in it that an address cannot have. Write it plainly.")
    return text


def _split(name: str, text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise SettingsProblem(f"{name} is not an address. It looks like https://foreword.example.gov.uk") from None
    if url.scheme not in ("http", "https") or not url.hostname or port == 0 or not text.isprintable() or " " in text:
        raise SettingsProblem(f"{name} is not an address. It looks like https://foreword.example.gov.uk")
    return url


def _clean(url: SplitResult) -> str:
    return f"{url.scheme}://{url.hostname}"


def _refuse_shared_host(chat_url: str, portal_url: str) -> None:
    """Cookies are shared between ports of one host (RFC 6265 §8.5): the two sides need two names."""
    chat, portal = urlsplit(chat_url).hostname or "", urlsplit(portal_url).hostname or ""
    if chat and chat == portal and not _is_local(chat):
        raise SettingsProblem(
            f"FOREWORD_CHAT_URL and FOREWORD_PORTAL_URL are both on {chat}. Give the staff's side a host name of its"
            " own, so that no cookie of the one ever reaches the other."
        )


def _database(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    known = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg", "postgres")
    if not separator or scheme not in known or rest in ("", "/"):
        raise SettingsProblem(
            "FOREWORD_DATABASE_URL has to look like sqlite:///var/foreword.db or postgresql://user@host/foreword"
        )
    return text


def _key_dir(text: str, data_dir: Path) -> Path | None:
    """Whoever copies the data away must not get the keys in the same copy."""
    if not text:
        return None
    path = Path(text)
    if path.resolve().is_relative_to(data_dir.resolve()):
        raise SettingsProblem(
            f"FOREWORD_KEY_DIR is inside the data directory {data_dir}. Keep the keys elsewhere: a backup of the data"
            " must not carry them."
        )
    return path


def _proxies(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingsProblem(
            f"FOREWORD_PROXY is “{text}”. It has to be the network of your own proxy, such as 10.0.0.0/24."
        ) from None


def _languages(text: str) -> dict[str, bool]:
    """Each with whether it is offered even as a draft."""
    found: dict[str, bool] = {}
    for said in (each.strip() for each in text.split(",") if each.strip()):
        name = said.removesuffix("!").strip()
        language = language_of(name)
        if language is None:
            raise SettingsProblem(
                f"FOREWORD_LANGUAGES names “{name}”, which is no language Foreword knows."
                f" It knows: {', '.join(LANGUAGES)}."
            )
        found[language.code] = found.get(language.code, False) or said.endswith("!")
    return found


def _log(text: str) -> tuple[str, str]:
    level, shape = "info", ""
    for word in (word.strip().lower() for word in text.split(",") if word.strip()):
        if word in LOG_LEVELS:
            level = word
        elif word in LOG_SHAPES:
            shape = word
        else:
            raise SettingsProblem(
                f"FOREWORD_LOG names “{word}”. It can be {', '.join(LOG_LEVELS)}, and {' or '.join(LOG_SHAPES)}."
            )
    return level, shape


def _is_local(host: str) -> bool:
    """True for a host only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
