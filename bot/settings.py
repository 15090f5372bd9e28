"""What an operator can set: read once, from a mapping, into one frozen value. What is wrong is told at once.

    FOREWORD_DATA_DIR        what Foreword writes (default: var)
    FOREWORD_DATABASE_URL    sqlite:///… or postgresql://… (default: foreword.db in the data directory)
    FOREWORD_KEY_DIR         where `foreword init` put the two key files; not inside the data directory
    FOREWORD_AUTHORITY       the council's own names and numbers, a TOML file; without it only the demo starts
    FOREWORD_CHAT_URL        the children's address, as they type it: letters carry it   (in the demo: from the next)
    FOREWORD_CHAT_LISTEN     where the children's side listens            (default: 127.0.0.1:8080)
    FOREWORD_PORTAL_URL      the staff's address, likewise; another host than the chat's, because cookies know no ports
    FOREWORD_PORTAL_LISTEN   where the staff's side listens               (default: 127.0.0.1:8081)
    FOREWORD_LEAVE_URL       where *Leave now* goes: somewhere dull
    FOREWORD_PROXY           networks whose X-Forwarded-For is believed, e.g. 10.0.0.0/24   (default: nobody's)
    FOREWORD_TELEGRAM_TOKEN  a bot's token, as @BotFather gives it; without one there is no Telegram
    FOREWORD_TELEGRAM_API    another Bot API server                      (default: https://api.telegram.org)
    FOREWORD_TELEGRAM_WEBHOOK_SECRET  set: Telegram calls the children's address; not set: we ask Telegram
    FOREWORD_TELEGRAM_MIN_AGE  Telegram's own minimum age                (default: 16)
    FOREWORD_LANGUAGES       what is offered to children, e.g. "vi, ar!"; the ! accepts a translation that is a draft
                             (default: every language whose translation a person has checked; English always)
    FOREWORD_SMTP_URL        where mail to the duty list is handed in, and whom it comes from:
                             smtp://user:password@host:587/?from=…, or smtps://…; without it only the demo starts
    FOREWORD_WORD_LISTS      whether worrying words make the next page offer *Tell someone* (default: yes)
    FOREWORD_VIDEO_ATTENDS   whether joining a review by video counts as attending, for its code (default: yes)
    FOREWORD_LOG             debug, info, warning or error, and json or console, e.g. "info,json"

An empty one counts as not set.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot import authority, values
from bot.values import Listen, MailServer, Network, SettingsProblem, is_local
from consultations.circumstances import Authority
from consultations.duty import OnDuty
from consultations.languages import SOURCE, Words

__all__ = ["NAMES", "Listen", "Settings", "SettingsProblem", "Telegram", "from_environment", "read"]

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
    "FOREWORD_SMTP_URL",
    "FOREWORD_WORD_LISTS",
    "FOREWORD_VIDEO_ATTENDS",
    "FOREWORD_LOG",
)

T = TypeVar("T")


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
    chat_url: str  # "" when it was not said
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
    video_attends: bool = True
    mail: MailServer | None = None
    word_lists: bool = True
    demo: bool = False

    @property
    def in_force(self) -> str:
        """Everything that was set, passwords and tokens left out: the same text for the same settings."""
        return f"{replace(self, drafts=frozenset())!r} {sorted(self.drafts)}"

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
    def need_duty_list(self) -> tuple[OnDuty, ...]:
        """Who is called when a child is not safe. SettingsProblem where there is nobody."""
        duty_list = self.need_authority.duty_list
        if not duty_list:
            raise SettingsProblem(
                "There is nobody on the duty list, so nobody would be told when a child is not safe. Add them to the"
                " authority file (FOREWORD_AUTHORITY), each under [[duty_list]], with name and email."
            )
        return duty_list

    @property
    def need_mail(self) -> MailServer:
        """The mail server. SettingsProblem where none is set: the duty list is called by mail."""
        if self.mail is None:
            raise SettingsProblem(
                "FOREWORD_SMTP_URL is not set, so nobody would be told when a child is not safe. Set it to your mail"
                " server: smtp://user:password@mail.council.example:587/?from=foreword@council.example"
            )
        return self.mail

    @property
    def need_chat_url(self) -> str:
        """The children's address. SettingsProblem when it was not said: links are built on it."""
        return _said("FOREWORD_CHAT_URL", self.chat_url)

    @property
    def need_portal_url(self) -> str:
        """The staff's address. SettingsProblem when it was not said: forms are only taken from it."""
        return _said("FOREWORD_PORTAL_URL", self.portal_url)

    @property
    def portal_here(self) -> str:
        """Where somebody at this machine finds the portal: its address, or where it listens."""
        return self.portal_url or _here(self.portal_listen)

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
        """The same addresses, this machine's where none is said, on data, keys and an authority of the demo's own."""
        return self.demo_in(self.data_dir / "demo")

    def demo_in(self, folder: Path) -> Settings:
        """The demo in this folder."""
        return replace(
            self,
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'foreword.db'}",
            key_dir=folder / "keys",
            authority=authority.DEMO,
            chat_url=self.chat_url or _here(self.chat_listen),
            portal_url=self.portal_here,
            mail=None,  # nobody is called in the demo, and its pages say so
            demo=True,
        )


def from_environment(**said: str) -> Settings:
    """Every setting, from this process's environment: the one place that reads it. What is `said` counts more."""
    return read(os.environ | {name: text for name, text in said.items() if text})


def read(environment: Mapping[str, str]) -> Settings:
    """Every setting from a mapping of names to texts. SettingsProblem, with a sentence for each one that is wrong.

    What settings say together is looked at once each is right by itself.
    """
    wrong = list(_near_misses(environment))

    def said(name: str, value: Callable[[str, str], T], usual: str = "") -> T:
        try:
            return value(name, environment.get(name, "").strip() or usual)
        except SettingsProblem as problem:
            wrong.append(str(problem))
            return value(name, usual)

    data_dir = said("FOREWORD_DATA_DIR", values.folder, "var")
    chat_listen = said("FOREWORD_CHAT_LISTEN", values.listen, "127.0.0.1:8080")
    portal_listen = said("FOREWORD_PORTAL_LISTEN", values.listen, "127.0.0.1:8081")
    languages = said("FOREWORD_LANGUAGES", values.languages)
    level, shape = said("FOREWORD_LOG", values.log)
    telegram = Telegram(
        token=said("FOREWORD_TELEGRAM_TOKEN", values.token),
        api=said("FOREWORD_TELEGRAM_API", values.address, "https://api.telegram.org"),
        secret=said("FOREWORD_TELEGRAM_WEBHOOK_SECRET", values.secret),
    )
    found = Settings(
        data_dir=data_dir,
        database_url=said("FOREWORD_DATABASE_URL", values.database, f"sqlite:///{data_dir / 'foreword.db'}"),
        key_dir=said("FOREWORD_KEY_DIR", values.key_folder),
        authority=said("FOREWORD_AUTHORITY", values.authority),
        chat_url=said("FOREWORD_CHAT_URL", values.address),
        chat_listen=chat_listen,
        portal_url=said("FOREWORD_PORTAL_URL", values.address),
        portal_listen=portal_listen,
        leave_url=said("FOREWORD_LEAVE_URL", values.leave, "https://www.bbc.co.uk/weather"),
        proxies=said("FOREWORD_PROXY", values.proxies),
        languages=tuple(languages),
        drafts=frozenset(code for code, draft in languages.items() if draft),
        log_level=level,
        log_shape=shape,
        telegram=telegram if telegram.token else None,
        telegram_age=said("FOREWORD_TELEGRAM_MIN_AGE", values.age, "16"),
        video_attends=said("FOREWORD_VIDEO_ATTENDS", values.yes_or_no, "yes"),
        mail=said("FOREWORD_SMTP_URL", values.mail_server),
        word_lists=said("FOREWORD_WORD_LISTS", values.yes_or_no, "yes"),
    )
    if wrong := wrong or list(_do_not_go_together(found, telegram)):
        raise SettingsProblem("\n".join(wrong))
    return found


def _near_misses(environment: Mapping[str, str]) -> Iterator[str]:
    """A setting with a slip in its name would be a setting that silently does nothing."""
    for name in sorted(environment):
        if not name.startswith("FOREWORD_") or name in NAMES:
            continue
        meant = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.9)
        if meant:
            yield f"{name} is not a setting of Foreword. Did you mean {meant[0]}?"


def _do_not_go_together(found: Settings, telegram: Telegram) -> Iterator[str]:
    """What is wrong about settings that are right one by one."""
    if found.chat_listen == found.portal_listen:
        yield "FOREWORD_CHAT_LISTEN and FOREWORD_PORTAL_LISTEN are the same. Give each side a port of its own."
    # Cookies are shared between ports of one host (RFC 6265 §8.5): the two sides need two names.
    chat, portal = urlsplit(found.chat_url).hostname or "", urlsplit(found.portal_url).hostname or ""
    if chat and chat == portal and not is_local(chat):
        yield (
            f"FOREWORD_CHAT_URL and FOREWORD_PORTAL_URL are both on {chat}. Give the staff's side a host name of its"
            " own, so that no cookie of the one ever reaches the other."
        )
    # Whoever copies the data away must not get the keys in the same copy.
    if found.key_dir and found.key_dir.resolve().is_relative_to(found.data_dir.resolve()):
        yield (
            f"FOREWORD_KEY_DIR is inside the data directory {found.data_dir}. Keep the keys elsewhere: a backup of the"
            " data must not carry them."
        )
    if telegram.secret and not telegram.token:
        yield "FOREWORD_TELEGRAM_WEBHOOK_SECRET is set and FOREWORD_TELEGRAM_TOKEN is not. Set both."
    here = is_local(urlsplit(telegram.api).hostname or "")
    if telegram.secret and telegram.token and not here and not found.chat_url.startswith("https://"):
        yield (
            "FOREWORD_TELEGRAM_WEBHOOK_SECRET is set, so Telegram has to reach FOREWORD_CHAT_URL: that has to start"
            " with https://. Without the secret we ask Telegram instead, and it need not."
        )


def _here(listen: Listen) -> str:
    """The address of a side that only this machine can reach; "" for others, which have to say theirs."""
    return listen.url if listen.local else ""


def _said(name: str, url: str) -> str:
    if not url:
        raise SettingsProblem(
            f"{name} is not set. Set it to the address people will type, such as https://foreword.example.gov.uk"
        )
    return url
