"""What the product stands on is missing, broken, another site's, full, locked or gone. At the start it says so in one
sentence and leaves everything as it was; while it runs nothing acknowledged is lost, the child gets their words back,
and the next good input works."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import MORE_CHILDREN, Site
from tests.bot.cli.conftest import Shell, shell  # noqa: F401 - a fixture
from tests.bot.running import PROGRAM, Running
from tests.postgres import Postgres

ROOT = Path(__file__).parents[2]
KEPT = "My zanzibarkettle sings on Sundays"
MORE = "onemorethingthatmustnotgetlost"
WENT_WRONG = "That didn't go through. Your other answers are safe. Try once more."


# At the start

Breaks = Callable[[Site], None]


def _rewritten(file: Path, text: str | bytes) -> None:
    mode = file.stat().st_mode
    file.chmod(0o600)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)


def _key(name: str, change: Callable[[dict[str, object]], object]) -> Breaks:
    def breaks(site: Site) -> None:
        file = site.keys / name
        kept = json.loads(file.read_text())
        change(kept)
        _rewritten(file, json.dumps(kept))

    return breaks


def _sql(*statements: str) -> Breaks:
    def breaks(site: Site) -> None:
        with closing(sqlite3.connect(site.database, isolation_level=None)) as opened:
            for statement in statements:
                opened.execute(statement)

    return breaks


def _authority(change: Callable[[str], str | bytes]) -> Breaks:
    def breaks(site: Site) -> None:
        file = Path(site.told["FOREWORD_AUTHORITY"])
        _rewritten(file, change(file.read_text()))

    return breaks


def _told(**settings: str) -> Breaks:
    return lambda site: site.told.update(settings)


def _swapped_keys(site: Site) -> None:
    chat, portal = site.keys / "chat.key", site.keys / "portal.key"
    chat.rename(site.keys / "aside")
    portal.rename(chat)
    (site.keys / "aside").rename(portal)


def _a_folder_for_a_key(site: Site) -> None:
    (site.keys / "chat.key").unlink()
    (site.keys / "chat.key").mkdir()


STARTS: dict[str, tuple[Breaks, str]] = {
    "no chat key": (lambda site: (site.keys / "chat.key").unlink(), "chat.key is missing"),
    "no portal key": (lambda site: (site.keys / "portal.key").unlink(), "portal.key is missing"),
    "no key folder": (lambda site: shutil.rmtree(site.keys), "cannot be used"),
    "an empty key file": (lambda site: _rewritten(site.keys / "chat.key", ""), "chat.key is empty"),
    "half a key file": (
        lambda site: _rewritten(site.keys / "portal.key", (site.keys / "portal.key").read_bytes()[:90]),
        "portal.key is damaged",
    ),
    "a key file that is none": (lambda site: _rewritten(site.keys / "chat.key", b"\x7fELF" * 900), "chat.key"),
    "one symbol of a key": (
        _key("chat.key", lambda kept: kept.update(secret=base64.b64encode(bytes(32)).decode())),
        "its check does not match",
    ),
    "a key of another site": (_key("portal.key", lambda kept: kept.update(site="0" * 16)), "portal.key"),
    "the two key files swapped": (_swapped_keys, "is the portal key file, not the chat one"),
    "a key file anybody may read": (lambda site: (site.keys / "chat.key").chmod(0o444), "chmod 0400"),
    "a key file of a newer Foreword": (_key("chat.key", lambda kept: kept.update(format=2)), "newer Foreword"),
    "a folder in place of a key": (_a_folder_for_a_key, "is not a file"),
    "no season": (lambda site: (site.data / "seasons.json").unlink(), "seasons.json"),
    "a broken season": (lambda site: _rewritten(site.data / "seasons.json", "{"), "seasons.json is damaged"),
    "a season of another site": (
        lambda site: _rewritten(
            site.data / "seasons.json",
            re.sub('"site": "[^"]*"', '"site": "x"', (site.data / "seasons.json").read_text()),
        ),
        "belongs to another site",
    ),
    "no database": (lambda site: site.database.unlink(), "There is no Foreword database yet"),
    "a database that is none": (lambda site: _rewritten(site.database, "not a database " * 900), "is not a database"),
    "half a database": (
        lambda site: _rewritten(site.database, site.database.read_bytes()[:20_000]),
        "The database file is damaged",
    ),
    "a database from the future": (
        _sql("UPDATE alembic_version SET version_num = 'from_tomorrow'"),
        "was changed by a newer Foreword",
    ),
    "another program's database": (_sql("DELETE FROM alembic_version"), "belongs to another program"),
    "a database of no site": (_sql("DELETE FROM site"), "belongs to no site yet"),
    "a database of another site": (_sql("UPDATE site SET deployment = 'elsewhere'"), "belongs to another site"),
    "no authority": (_told(FOREWORD_AUTHORITY=""), "FOREWORD_AUTHORITY is not set"),
    "no mail server": (_told(FOREWORD_SMTP_URL=""), "FOREWORD_SMTP_URL is not set"),
    "nobody on the duty list": (_authority(lambda text: re.sub("duty_list.*", "", text)), "nobody on the duty list"),
    "an authority file that is not there": (_told(FOREWORD_AUTHORITY="/nosuch.toml"), "is not there"),
    "an authority file that is no TOML": (_authority(lambda text: text + "\n= ="), "is not TOML"),
    "an authority file in another encoding": (_authority(lambda text: text.encode("utf-16")), "is not text in UTF-8"),
    "an authority without a night number": (
        _authority(lambda text: re.sub("out_of_hours.*", "", text)),
        "“phone” under [out_of_hours] is missing",
    ),
    "an authority whose number is words": (_authority(lambda text: text.replace("01632 960101", "ask Sam")), "phone"),
    "an authority with a slip": (_authority(lambda text: text.replace("complaints =", "complaint =")), "complaint"),
    "a setting with a slip": (_told(FOREWORD_PORTAL_LISTENS="127.0.0.1:1"), "Did you mean FOREWORD_PORTAL_LISTEN"),
    "keys among the data": (
        lambda site: site.told.update(FOREWORD_KEY_DIR=str(site.data / "keys")),
        "FOREWORD_KEY_DIR",
    ),
}


AT_ONCE = (
    "no chat key",
    "one symbol of a key",
    "a key of another site",
    "the two key files swapped",
    "no season",
    "a season of another site",
    "no database",
    "a database that is none",
    "a database from the future",
    "a database of another site",
    "no authority",
    "an authority file that is no TOML",
    "an authority without a night number",
    "a setting with a slip",
)
"""In the ordinary run; the others in the long one."""


@pytest.mark.parametrize(
    "what", [pytest.param(each, marks=[] if each in AT_ONCE else [pytest.mark.attack]) for each in STARTS]
)
def test_a_start_that_cannot_be_is_refused_in_a_sentence_and_changes_nothing(
    site: Site,
    shell: Shell,  # noqa: F811
    what: str,
) -> None:
    breaks, says = STARTS[what]
    breaks(site)
    before = _print(site.folder)
    shell.set(**{name: text for name, text in site.told.items() if name.startswith("FOREWORD_")})
    ran = shell.run("run")
    said = [line for line in ran.err.splitlines() if not line.startswith("{")]

    assert ran.code in (1, 2)
    assert len(said) == 1, ran.err
    assert says in said[0]
    assert "Traceback" not in ran.err
    assert "fault of ours" not in ran.err
    assert _print(site.folder) == before


def _print(folder: Path) -> dict[str, str]:
    """Every file that matters, as it is. SQLite's own helpers come and go."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in (".db-wal", ".db-shm", ".lock")
    }


@pytest.mark.parametrize(
    ("file", "was", "becomes", "says"),
    [
        ("ages_8_11.toml", 'id = "home_settled"', 'id = "feelings_now"', "ages_8_11.toml: question feelings_now"),
        pytest.param(
            "ages_4_7.toml",
            "version = 1",
            "version = ",
            "ages_4_7.toml",
            marks=pytest.mark.attack,
        ),
        pytest.param("phrases.toml", "{officer}", "{offizier}", "phrases.toml", marks=pytest.mark.attack),
    ],
)
def test_a_broken_question_set_stops_the_start_with_file_and_reason(
    site: Site, tmp_path: Path, file: str, was: str, becomes: str, says: str
) -> None:
    tree = tmp_path / "tree"
    for package in ("bot", "consultations", "locales"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tree / "consultations" / "questions" / file
    text = broken.read_text()
    assert was in text
    broken.write_text(text.replace(was, becomes, 1))

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run"], env=site.told, cwd=tree, capture_output=True, text=True
    )

    assert ran.returncode == 1, ran.stderr
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


# While it runs


@pytest_asyncio.fixture(scope="module")
async def product(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, Running]]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("surroundings") / "site")
    with site.running() as run:
        yield site, run


_children = iter(MORE_CHILDREN)


@pytest_asyncio.fixture
async def talking(product: tuple[Site, Running]) -> AsyncIterator[tuple[Site, Running, Child]]:
    """A child who has said something and is at the next question."""
    site, run = product
    async with Child(run.chat) as child:
        await child.come_in(site.codes[next(_children)])
        await child.say({"home_settled": Says(KEPT, "good")}, until="me")
        yield site, run, child


async def hands_the_words_back(amal: Child) -> dict[str, str]:
    """Pressing Next does not go through: a kind sentence, and the words in a form that sends them again; that form."""
    form = amal.form(MORE, ("button", "me", ".next"))
    page = await amal.post("/say", form)

    assert page.status == 500
    assert WENT_WRONG in amal.read
    assert MORE in page.text
    assert 'action="/say"' in page.text
    assert "Traceback" not in page.text
    return form


async def and_then_it_works(run: Running, amal: Child, form: dict[str, str]) -> None:
    """The form, sent again, twice even, is kept once; nothing said before is missing; nothing was logged of it."""
    await amal.post("/say", form)
    await amal.post("/say", form)
    await amal.say({})

    assert amal.page.text.count(MORE) == 1
    assert KEPT in amal.read
    log = "".join(run.log)
    assert MORE not in log
    assert KEPT not in log
    assert '"page_failed"' in log


@contextmanager
def no_room(run: Running) -> Iterator[None]:
    """Not another byte for any file of this process: what a full disk is to it."""
    before = resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (512, before[1]))
    yield
    if run.process.poll() is None:
        resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_loses_nothing_that_was_acknowledged(talking: tuple[Site, Running, Child]) -> None:
    site, run, amal = talking
    with no_room(run):
        form = await hands_the_words_back(amal)
        async with Child(run.chat) as billie:
            page = await billie.come_in(site.codes["AT-2"])
            assert page.status == 500
            assert WENT_WRONG in billie.read
        async with Officer(run.portal) as sam:
            await sam.get("/sign-in")
            answer = await sam.post("/sign-in", username="sam", phrase=site.phrases["sam"])
            assert answer.status == 500
            assert "Something went wrong on our side" in answer.text

    await and_then_it_works(run, amal, form)
    async with Child(run.chat) as billie:
        await billie.come_in(site.codes["AT-2"])
        assert "Hello, Billie" in billie.read


@pytest.mark.attack
async def test_nor_when_the_process_dies_of_it(site: Site) -> None:
    with site.running() as run:
        async with Child(run.chat) as amal:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(KEPT, "good")}, until="me")
            with no_room(run):
                await hands_the_words_back(amal)
                run.stop(signal.SIGKILL)
    with site.running() as again:
        async with Child(again.chat) as back:
            back.client.cookie_jar.update_cookies({"visit": amal.cookie()})
            await back.look()
            await back.say({})
            assert KEPT in back.read


async def test_a_database_somebody_else_holds_makes_a_child_wait_and_try_once_more(
    talking: tuple[Site, Running, Child],
) -> None:
    site, run, amal = talking
    with tables.locked(site):
        form = await hands_the_words_back(amal)

    await and_then_it_works(run, amal, form)


@pytest.mark.parametrize("how", ["gone", "broken", "another site's"])
async def test_a_season_file_that_goes_away_is_told_and_put_back_all_is_well(
    talking: tuple[Site, Running, Child], how: str
) -> None:
    site, run, amal = talking
    file = site.data / "seasons.json"
    text = file.read_text()
    if how == "gone":
        file.unlink()
    else:
        file.write_text("{" if how == "broken" else re.sub('"site": "[^"]*"', '"site": "x"', text))
    form = await hands_the_words_back(amal)
    (site.data / "seasons.back").write_text(text)
    (site.data / "seasons.back").rename(file)

    await and_then_it_works(run, amal, form)


@pytest.mark.attack
async def test_postgresql_going_away_and_coming_back_read_only_and_well(
    postgresql_site: Site, postgres: Postgres
) -> None:
    """A failover to a replica: connections are cut, new ones may only read, and then all is well."""
    site = postgresql_site
    name = site.told["FOREWORD_DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with site.running() as run:
        async with Child(run.chat) as amal:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(KEPT, "good")}, until="me")
            postgres.say(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            postgres.say(cut)
            for _ in range(20):  # each cut connection is noticed once
                await amal.look()
                if amal.page.status == 200:
                    break
            assert KEPT not in "".join(run.log)
            form = await hands_the_words_back(amal)
            postgres.say(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            postgres.say(cut)
            for _ in range(20):
                await amal.look()
                if amal.page.status == 200:
                    break
            await and_then_it_works(run, amal, form)


@pytest.mark.attack
def test_a_start_on_a_database_somebody_holds_is_refused_in_a_sentence(
    site: Site,
    shell: Shell,  # noqa: F811
) -> None:
    shell.set(**{name: text for name, text in site.told.items() if name.startswith("FOREWORD_")})
    with tables.locked(site):
        ran = shell.run("doctor")

    assert ran.code == 1
    assert "busy or locked by another program" in ran.out
    assert "Traceback" not in ran.err
