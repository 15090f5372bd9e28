"""`foreword doctor` finds everything that is missing at once, each with what to do."""

from __future__ import annotations

import sqlite3
import textwrap
from contextlib import closing
from dataclasses import replace

import pytest

from bot import authority
from bot.cli import doctor
from bot.settings import Telegram
from consultations.backing_up import FOLDER
from tests.bot.cli.conftest import Shell, csv, drilled, enrol
from tests.mail import mail_server_aside
from tests.telegram_stand_in import TOKEN, Fails, standing_in


def todo(shell: Shell) -> dict[str, str]:
    """What the doctor finds to do, by what it looked at."""
    ran = shell.run("doctor")
    lines = [(line[:6].strip(), line[7:20].strip(), line[21:]) for line in ran.out.splitlines()]
    assert ran.code == (1 if any(mark == "TO DO" for mark, _, _ in lines) else 0)
    return {what: says for mark, what, says in lines if mark == "TO DO"}


def has_authority(shell: Shell) -> None:
    """The example of an authority file is this site's."""
    file = shell.folder / "authority.toml"
    file.write_text(textwrap.dedent((authority.__doc__ or "").split("\n\n")[1]))
    shell.set(FOREWORD_AUTHORITY=str(file))


def test_doctor_says_that_the_recovery_sheets_were_never_tried(shell: Shell) -> None:
    shell.done("init")
    before = todo(shell)
    drilled()

    assert "foreword recovery drill" in before["drill"]
    assert "drill" not in todo(shell)


def test_doctor_says_that_there_has_been_no_backup_for_days(site: Shell) -> None:
    fresh = todo(site)
    folder = site.folder / "var" / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / "foreword-2026-01-02.backup").touch()
    (made,) = [line for line in site.run("doctor").out.splitlines() if "backups" in line]

    assert "backups" not in fresh
    assert "TO DO" in made
    assert "02/01/2026" in made
    assert "foreword backup" in made


def test_doctor_is_content_with_a_site_that_can_ask_children(site: Shell) -> None:
    has_authority(site)
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    site.done("staff", "add", "maya.lind", "--name", "Maya Lind", "--role", "manager")
    with mail_server_aside() as server:
        site.set(FOREWORD_SMTP_URL=server.url)
        before = todo(site)
        enrol("sam.okafor")
        after = todo(site)

    assert list(before) == ["officers"]
    assert after == {}
    assert server.taken == []


def test_doctor_says_that_mail_would_not_be_taken_and_what_is_not_well_with_the_duty_list(site: Shell) -> None:
    before = todo(site)
    has_authority(site)
    file = site.folder / "authority.toml"
    file.write_text(file.read_text().partition("[[duty_list]]")[0])
    nobody = todo(site)
    file.write_text(file.read_text() + '[[duty_list]]\nname = "Jo"\nemail = "jo@council.example"\nfrom = "09:00"\n')
    with mail_server_aside() as server:
        server.refuses_senders = True
        site.set(FOREWORD_SMTP_URL=server.url)
        found = todo(site)
    site.set(FOREWORD_SMTP_URL="smtp://foreword:zanzibarkettle@127.0.0.1:1/?from=foreword@council.example")
    away = site.run("doctor").out

    assert "FOREWORD_SMTP_URL is not set" in before["mail"]
    assert "nobody on the duty list" in nobody["duty list"]
    assert "Nobody on it works on Monday 00:00 to 09:00, Tuesday 00:00 to 09:00" in found["duty list"]
    assert "and 3 more times" in found["duty list"]
    assert "takes no mail from foreword@council.example (SMTPSenderRefused 550)" in found["mail"]
    assert "127.0.0.1 takes no mail" in away
    assert "zanzibarkettle" not in away


def test_doctor_names_an_address_that_the_mail_server_refuses(site: Shell) -> None:
    has_authority(site)
    with mail_server_aside() as server:
        server.refuses.add("maya.lind@council.example")
        site.set(FOREWORD_SMTP_URL=server.url)
        found = todo(site)

    assert "refuses maya.lind@council.example" in found["mail"]
    assert server.taken == []


def test_doctor_names_who_is_on_duty_by_an_account_that_there_is_not_or_that_is_shut(site: Shell) -> None:
    has_authority(site)

    nobody = todo(site)["duty list"]
    site.done("staff", "add", "maya.lind", "--name", "Maya Lind", "--role", "manager")
    well = todo(site)
    site.done("staff", "disable", "maya.lind")
    shut = todo(site)["duty list"]

    assert "Maya Lind stands on it as “maya.lind”, who is nobody here" in nobody
    assert "duty list" not in well
    assert "Maya Lind stands on it as “maya.lind”, who may not sign in" in shut


def test_doctor_names_an_officer_who_may_not_sign_in_and_the_children_who_can_send_nothing_to_them(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    site.done("invite", "LW-1042-3")
    before = todo(site)
    site.done("staff", "disable", "sam.okafor")
    found = todo(site)

    assert list(before) == ["authority", "duty list", "mail"]
    assert found["officers"].endswith("foreword staff enable sam.okafor")
    assert found["invited"].startswith("LW-1042-3: ")
    assert "Sam Okafor (may not sign in)" in site.done("reviews", "list")
    assert "foreword staff enable sam.okafor" in site.refused("invite", "LW-1042-3")


@pytest.mark.parametrize("open_to_others", ["var", "var/seasons.json", "var/foreword.db", "keys"])
def test_doctor_finds_what_others_on_this_machine_could_open(site: Shell, open_to_others: str) -> None:
    path = site.folder / open_to_others
    before = todo(site)
    path.chmod(path.stat().st_mode | 0o040)

    assert "private" not in before
    assert todo(site)["private"] == f"{path} is open to others on this machine. Run: chmod go= {path}"


def test_doctor_says_everything_that_a_new_machine_needs_at_once(shell: Shell) -> None:
    shell.set(FOREWORD_CHAT_URL="", FOREWORD_PORTAL_URL="")
    found = todo(shell)

    assert set(found) == {"children", "staff", "authority", "duty list", "mail", "database", "chat.key", "portal.key"}
    assert "FOREWORD_CHAT_URL is not set" in found["children"]
    assert "FOREWORD_PORTAL_URL is not set" in found["staff"]
    assert all("foreword init" in found[what] for what in ("database", "chat.key", "portal.key"))
    assert "well   questions" in shell.run("doctor").out


def test_doctor_looks_at_everything_else_where_the_database_opens_and_cannot_be_read(site: Shell) -> None:
    with closing(sqlite3.connect(site.folder / "var" / "foreword.db")) as database:
        database.execute("ALTER TABLE staff RENAME COLUMN username TO called")
    out = site.run("doctor").out

    assert "TO DO  database" in out
    assert "well   chat.key" in out
    assert "well   questions" in out


def test_doctor_without_a_folder_for_keys_looks_at_everything_else(site: Shell) -> None:
    site.set(FOREWORD_KEY_DIR="", FOREWORD_CHAT_URL="")
    found = todo(site)

    assert set(found) == {"children", "authority", "duty list", "mail", "key files", "officers"}
    assert "FOREWORD_KEY_DIR is not set" in found["key files"]
    assert "FOREWORD_CHAT_URL is not set" in found["children"]


def test_doctor_names_every_wrong_setting(shell: Shell) -> None:
    shell.set(FOREWORD_LOG="loud", FOREWORD_CHAT_LISTEN="nowhere", FOREWORD_LANGUAGES="tlh")
    out = shell.run("doctor").out

    assert [name in out for name in ("FOREWORD_LOG", "FOREWORD_CHAT_LISTEN", "FOREWORD_LANGUAGES")] == [True] * 3
    assert "the rest" in todo(shell)


@pytest.mark.parametrize(
    ("languages", "says"),
    [
        pytest.param("", "well   languages     children are offered English", id="none that nobody has checked"),
        pytest.param("ar!", "children are offered English, Arabic (draft translation)", id="a draft that is accepted"),
        pytest.param("ar", "TO DO  languages     FOREWORD_LANGUAGES names “ar”", id="a draft that is not"),
    ],
)
def test_doctor_says_which_languages_children_are_offered(site: Shell, languages: str, says: str) -> None:
    site.set(FOREWORD_LANGUAGES=languages)

    assert says in site.run("doctor").out


def test_doctor_finds_keys_of_another_site_a_lost_season_and_a_changed_recovery_key(site: Shell) -> None:
    keys = site.folder / "keys"
    site.set(FOREWORD_KEY_DIR=str(site.folder / "others"), FOREWORD_DATA_DIR=str(site.folder / "elsewhere"))
    site.done("init")
    (keys / "portal.key").unlink()
    (site.folder / "others" / "portal.key").rename(keys / "portal.key")
    site.set(FOREWORD_KEY_DIR=str(keys), FOREWORD_DATA_DIR=str(site.folder / "var"))
    (site.folder / "var" / "seasons.json").unlink()
    with sqlite3.connect(site.folder / "var" / "foreword.db") as database:
        database.execute("UPDATE site SET recovery_public = zeroblob(66)")
    database.close()
    found = todo(site)

    assert "another site" in found["portal.key"]
    assert "no answer that is not sent yet can be opened. Put it back; until then" in found["season"]
    assert "not the one this site was made with" in found["recovery key"]


async def test_doctor_asks_telegram_once_whether_it_takes_the_token() -> None:
    async with standing_in() as server:
        told = Telegram(TOKEN, server.url, "")
        well = await doctor.telegram(told)
        refused = await doctor.telegram(replace(told, token=TOKEN.replace("7000000001", "7000000002")))
        server.fails("getMe", Fails(502), Fails())
        ill, silent = await doctor.telegram(told), await doctor.telegram(told)

    assert well.well
    assert [each.well for each in (refused, ill, silent)] == [False] * 3
    assert "FOREWORD_TELEGRAM_TOKEN" in refused.says
    assert "502" in ill.says
    assert "cannot be reached" in silent.says
    assert not any("zanzibarkettle" in each.says for each in (well, refused, ill, silent))
