"""A whole site to attack: made by the same verbs as any other, with officers enrolled and children invited.

It is made once and then copied, because an attack leaves nothing as it was. Everything that is shown to somebody once
is remembered here, for the hunt: it must be found nowhere else.

Sam is the officer of four children of one age, and of some more; Jo is an officer who must see none of them, and has
one child of her own.
"""

from __future__ import annotations

import copy
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import settings
from bot.app import Ground, ground
from consultations.access import Role
from consultations.founding import found
from consultations.keeping.vault.one_time import seal_secret
from consultations.reviews_file import COLUMNS
from consultations.signing_in import Waiting
from consultations.vouching import enrolled, entered
from tests.attacks.clocked import Hands
from tests.bot.portal import phones
from tests.bot.running import AUTHORITY, Running, environment, running

TODAY = datetime.now(UTC)
"""Attacks happen today: the product's own time is the machine's, unless a test moves it."""

OFFICERS = {"sam": "Sam Okafor", "jo": "Jo Lindqvist"}
CHILDREN = {
    "AT-1": ("Amal Quillfeather", "2016-03-14", "sam"),
    "AT-2": ("Billie Thistledown", "2016-05-21", "sam"),
    "AT-3": ("Esi Marlinspike", "2016-07-02", "sam"),
    "AT-4": ("Finn Applegarth", "2016-01-30", "sam"),
    "AT-5": ("Chidi Windlestraw", "2016-09-09", "jo"),
}
"""Reference: name, date of birth, officer. Names that occur nowhere by themselves."""

MORE_CHILDREN = {f"AT-{number}": (f"Robin Nightingale {number}", "2016-04-04", "sam") for number in range(11, 31)}
"""For tests that need a child each, in one running product."""


@dataclass
class Site:
    """One site. `told` is the environment its processes get."""

    folder: Path
    told: dict[str, str]
    phrases: dict[str, str] = field(default_factory=dict)
    recovery_codes: dict[str, str] = field(default_factory=dict)
    enrolment_codes: dict[str, str] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)  # username: id
    sheets: tuple[str, ...] = ()
    codes: dict[str, str] = field(default_factory=dict)  # by reference
    links: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """What the product writes."""
        return Path(self.told["FOREWORD_DATA_DIR"])

    @property
    def keys(self) -> Path:
        """The two key files."""
        return Path(self.told["FOREWORD_KEY_DIR"])

    @property
    def database(self) -> Path:
        """The SQLite file, where it is one."""
        return self.data / "foreword.db"

    @property
    def hands(self) -> Hands:
        """The hands of the clock it runs on."""
        return Hands(self.folder / "time")

    def copied(self, folder: Path, **more: str) -> Site:
        """The same site in another folder, on ports of its own."""
        shutil.copytree(self.folder, folder)
        return replace(copy.deepcopy(self), folder=folder, told=_told(folder) | more)

    @contextmanager
    def running(self, *arguments: str, sides: int = 2) -> Iterator[Running]:
        """The product, serving this site."""
        if not self.hands.file.exists():
            self.hands.later(seconds=0)
        with running(self.told, *arguments, sides=sides, program=self.hands.program) as run:
            assert run.events.count("listening") == sides, run.log
            phones.CLOCKS[run.portal] = self.hands.now
            yield run

    @asynccontextmanager
    async def ground(self) -> AsyncIterator[Ground]:
        """What its verbs stand on, in this process."""
        async with ground(settings.read(self.told), chat=True, portal=True) as standing:
            yield standing


async def made(folder: Path, url: str = "") -> Site:
    """A new site with everybody in it, on SQLite in its folder or on the database at `url`."""
    folder.mkdir(parents=True)
    (folder / "authority.toml").write_text(AUTHORITY)
    site = Site(folder, _told(folder) | ({"FOREWORD_DATABASE_URL": url} if url else {}))
    told = settings.read(site.told)
    founded = await found(
        url=told.database_url,
        data_dir=told.data_dir,
        key_dir=told.need_key_dir,
        manager="mo",
        name="Mo Abara",
        now=TODAY,
        random=secrets.token_bytes,
    )
    site.sheets = tuple(" ".join(words) for words in founded.sheets.words)
    site.enrolment_codes["mo"] = founded.enrolment_code
    async with site.ground() as standing:
        for username, name in OFFICERS.items():
            await _enrol(site, standing, username, name)
        await standing.inviting.import_reviews(reviews_csv(), TODAY)
        await standing.for_commands.site.drilled(TODAY)
        for reference in CHILDREN | MORE_CHILDREN:
            invited = await standing.inviting.invite(reference, TODAY)
            site.codes[reference], site.links[reference] = invited.code.shown, invited.link.text
    return site


def reviews_csv() -> bytes:
    """Everybody's review, as the case system would hand it over."""
    since, last = (TODAY - timedelta(days=days) for days in (500, 150))
    on = TODAY + timedelta(days=20)
    rows = [
        f"{reference},{name},{born},{since:%Y-%m-%d},{last:%Y-%m-%d},{on:%Y-%m-%d},{officer},C2,English"
        for reference, (name, born, officer) in (CHILDREN | MORE_CHILDREN).items()
    ]
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


async def _enrol(site: Site, standing: Ground, username: str, name: str) -> None:
    code = await standing.staffing.add(username, name, Role.OFFICER, TODAY)
    once = await standing.enrolling.begin(code, "a page", TODAY)
    assert once is not None
    waiting = await standing.enrolling.confirm(once.prepared, once.phrase, "a page", TODAY)
    assert isinstance(waiting, Waiting)
    await confirm(standing, username)
    factor = seal_secret(standing.portal_keys, waiting.person.id, phones.secret_of(username))
    assert await standing.for_portal.factors.set_up(waiting.person.id, factor, 0, TODAY)
    site.enrolment_codes[username] = code
    site.phrases[username], site.recovery_codes[username] = once.phrase, once.recovery_code
    site.staff[username] = waiting.person.id


async def confirm(standing: Ground, username: str) -> None:
    """What a manager does in the portal."""
    person = await standing.store.people.by_username(username)
    assert person is not None
    assert await standing.for_portal.people.confirm(entered(standing.portal_keys, enrolled(person)), None, TODAY)


def _told(folder: Path) -> dict[str, str]:
    private = folder / "tmp"
    private.mkdir(exist_ok=True)
    return environment(folder, FOREWORD_AUTHORITY=str(folder / "authority.toml"), TMPDIR=str(private))


Copies = Callable[..., Site]
"""A copy of the site, as many as a test needs."""
