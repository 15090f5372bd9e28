"""The commands an operator lives with: what they print, and how they say no."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.app import Ground
from bot.cli import saying, standing
from consultations.access import Role
from consultations.invitation import read_code
from consultations.keeping.vault import recovery
from tests.bot.cli.conftest import Shell, csv, enrol
from tests.bot.running import AUTHORITY

CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")


def test_init_prints_three_sheets_a_page_each_and_the_first_managers_code(shell: Shell) -> None:
    pages = shell.done("init", "--manager", "maya.lind", "--name", "Maya Lind").split("\f")
    words = [re.findall(r"\b\d{1,2}  ([a-z]+)", page) for page in pages[:3]]
    in_order = [
        [word for _, word in sorted(re.findall(r"\b(\d{1,2})  ([a-z]+)", page), key=lambda p: int(p[0]))]
        for page in pages[:3]
    ]

    assert [len(sheet) for sheet in words] == [33, 33, 33]
    assert recovery.combine([" ".join(in_order[0]), " ".join(in_order[2])]).id == "recovery"
    assert "maya.lind" in pages[3]
    assert "https://staff.example/enrol" in pages[3]
    assert CODE.search(pages[3])


def test_the_first_managers_username_is_one_that_staff_add_would_take(shell: Shell) -> None:
    assert "cannot be a username" in shell.refused("init", "--manager", "Maya Lind")
    assert not list(shell.folder.iterdir())


def test_init_overwrites_nothing(site: Shell) -> None:
    before = {path: path.read_bytes() for path in site.folder.rglob("*.key")}

    assert "already there" in site.refused("init")
    assert {path: path.read_bytes() for path in site.folder.rglob("*.key")} == before


def test_the_key_files_are_for_this_user_alone(site: Shell) -> None:
    assert {path.stat().st_mode & 0o777 for path in site.folder.rglob("*.key")} == {0o400}


def test_a_command_before_init_says_what_to_do(shell: Shell) -> None:
    assert "foreword init" in shell.refused("staff", "list")
    assert "foreword init" in shell.refused("reviews", "list")


def test_a_wrong_setting_exits_with_2_and_a_sentence(shell: Shell) -> None:
    shell.set(FOREWORD_CHAT_LISTEN="nowhere")

    assert "FOREWORD_CHAT_LISTEN" in shell.refused("staff", "list", code=2)


def test_a_missing_key_dir_says_what_to_do(shell: Shell) -> None:
    shell.set(FOREWORD_KEY_DIR="")

    for command in (["init"], ["staff", "list"]):
        assert "FOREWORD_KEY_DIR is not set" in shell.refused(*command, code=2)


@pytest.mark.parametrize("setting", ["FOREWORD_CHAT_URL", "FOREWORD_PORTAL_URL"])
def test_without_the_addresses_people_type_nothing_is_made(shell: Shell, setting: str) -> None:
    shell.set(**{setting: ""})

    assert f"{setting} is not set" in shell.refused("init", code=2)
    assert not list(shell.folder.iterdir())


def test_staff_are_added_with_a_code_alone_on_standard_output(site: Shell) -> None:
    out = site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    listed = site.done("staff", "list")

    assert CODE.fullmatch(out.strip())
    assert re.search(r"sam\.okafor +Sam Okafor +officer +invited", listed)


def test_square_brackets_in_a_name_are_letters(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam [/bold] [red]Okafor")

    assert "Sam [/bold] [red]Okafor" in site.done("staff", "list")


def test_a_folder_that_may_not_be_written_to_is_told_in_a_sentence(shell: Shell) -> None:
    (shell.folder / "file").write_text("")
    shell.set(FOREWORD_DATA_DIR=str(shell.folder / "file"), FOREWORD_DATABASE_URL=f"sqlite:///{shell.folder}/x.db")

    assert "file" in shell.refused("init")
    assert not list(shell.folder.rglob("*.key"))


def test_staff_are_disabled_and_let_in_again(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    site.done("staff", "disable", "sam.okafor")

    assert re.search(r"sam\.okafor .* disabled", site.done("staff", "list"))
    assert "staff enable" in site.refused("staff", "code", "sam.okafor")

    site.done("staff", "enable", "sam.okafor")

    assert CODE.fullmatch(site.done("staff", "code", "sam.okafor").strip())


def test_the_first_manager_is_confirmed_at_the_server_and_nobody_else(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    number, officers = enrol("manager", confirmed=False), enrol("sam.okafor", confirmed=False)
    assert re.search(r"manager .* enrolled", site.done("staff", "list"))

    def confirm(username: str, number: str) -> tuple[str, ...]:
        return "staff", "confirm", username, "--key-number", number

    assert "no manager" in site.refused(*confirm("sam.okafor", officers))
    assert "not the number" in site.refused(*confirm("manager", officers))
    assert "can sign in" in site.done(*confirm("manager", f" {number.replace(' ', '-')} "))
    assert re.search(r"manager .* confirmed", site.done("staff", "list"))
    assert "no phone set up" in site.refused("staff", "lost-phone", "manager")
    assert "Manager can do that, at the portal" in site.refused("staff", "lost-phone", "sam.okafor")
    assert "Manager can do that, at the portal" in site.refused(*confirm("sam.okafor", officers))


def test_nobody_and_somebody_twice_are_told_in_a_sentence(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")

    assert "foreword staff list" in site.refused("staff", "disable", "nobody")
    assert "already" in site.refused("staff", "add", "sam.okafor", "--name", "Sam")
    assert "not one of" in site.refused("staff", "add", "kit", "--name", "Kit", "--role", "king")


def test_a_review_comes_in_is_invited_and_is_held(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    assert site.done("reviews", "import", csv(site.folder)) == "1 new, 0 brought up to date.\n"
    letter = site.done("invite", "LW-1042-3")
    listed = site.done("reviews", "list")
    code = re.search(r"\n(\w{4}-\w{4}-\w{4}-\w)\n", letter)

    assert "Amal" in letter
    assert re.search(r"\nhttps://voice\.example/#[A-Za-z0-9_-]{22}\n", letter)
    assert code is not None
    assert read_code(code[1])
    assert re.search(r"LW-1042-3 .* Sam Okafor +ages_8_11 +untouched", listed)

    site.done("reviews", "held", "LW-1042-3", "--on", f"{datetime.now(UTC):%d/%m/%Y}")

    assert "LW-1042-3" not in site.done("reviews", "list")
    assert "LW-1042-3" in site.done("reviews", "list", "--all")
    assert "was held" in site.refused("invite", "LW-1042-3")
    assert site.done("reviews", "held", "LW-1042-3", "--not-held") == "LW-1042-3 is open again.\n"
    assert "LW-1042-3" in site.done("reviews", "list")


def test_a_backup_goes_back_into_an_empty_database_and_into_no_other(site: Shell) -> None:
    path = site.done("backup").strip()
    assert "already" in site.refused("backup")
    assert "not overwritten" in site.refused("restore", path)
    site.set(FOREWORD_DATABASE_URL=f"sqlite:///{site.folder / 'other.db'}")
    assert "is as it was" in site.done("restore", path)
    assert "manager" in site.done("staff", "list")


def test_the_keys_are_changed_and_everything_goes_on(site: Shell) -> None:
    before = (site.folder / "keys" / "chat.key").read_text()
    assert "anew" in site.done("keys", "rotate")
    assert (site.folder / "keys" / "chat.key").read_text() != before
    assert "manager" in site.done("staff", "list")


def test_what_is_due_is_told_and_forgotten(site: Shell) -> None:
    (site.folder / "authority.toml").write_text(AUTHORITY)
    site.set(FOREWORD_AUTHORITY=str(site.folder / "authority.toml"))
    assert "dry run" in site.done("forget", "--dry-run")
    assert "0 forgotten" in site.done("forget")
    assert "LW-9" in site.refused("reviews", "left-care", "LW-9", "--on", "2026-11-01")


def test_feedback_is_told_roughly_and_of_how_many_once_ten_have_answered(site: Shell) -> None:
    async def answer(ground: Ground) -> None:
        for choice in ("yes",) * 9 + ("no",):
            await ground.store.tally.count("ages_8_11", 1, choice)
        await ground.store.tally.count("ages_4_7", 1, "yes")

    assert site.done("reviews", "feedback") == "Nobody has answered yet.\n"

    standing.on_ground(answer, chat=False, portal=False)
    out = site.done("reviews", "feedback")

    assert re.search(r"ages_8_11 +1 +Yes: about 10, Some of it: about 0, Not really: about 0, of about 10", out)
    assert re.search(r"ages_4_7 +1 +fewer than 10 have answered", out)


def test_a_faulty_file_is_told_fault_by_fault(site: Shell) -> None:
    err = site.refused("reviews", "import", csv(site.folder, born="31/02/2016"))

    assert err == (
        "Nothing was imported. 2 things have to be put right:\n"
        "  Row 2, date_of_birth: There is no such day as 31/02/2016.\n"
        "  Row 2, officer: “sam.okafor” is not the username of an officer. Add them first: foreword staff add\n"
    )
    assert "LW-1042-3" not in site.done("reviews", "list")


def test_a_file_that_is_not_there_is_told_in_a_sentence(site: Shell) -> None:
    assert "cannot be read: No such file" in site.refused("reviews", "import", "none.csv")


def test_a_day_that_is_none_is_told_in_a_sentence(site: Shell) -> None:
    assert "2026-12-14" in site.refused("reviews", "held", "LW-1", "--on", "yesterday", code=2)
    assert "no such day" in site.refused("reviews", "held", "LW-1", "--on", "31/11/2026", code=2)
    assert "--not-held" in site.refused("reviews", "held", "LW-1", code=2)


def test_a_draft_nobody_accepted_stops_a_command_with_what_to_write(site: Shell) -> None:
    site.set(FOREWORD_LANGUAGES="ar")

    assert "write “ar!”" in site.refused("staff", "list", code=2)


def test_a_broken_database_and_a_key_others_can_read_are_told_in_a_sentence(site: Shell) -> None:
    (site.folder / "keys" / "portal.key").chmod(0o444)
    assert "chmod 0400" in site.refused("staff", "list")
    (site.folder / "var" / "foreword.db").write_bytes(b"this is no database, it is a letter" * 100)
    assert "not a database" in site.refused("staff", "list")


def test_a_fault_of_ours_is_told_by_kind_and_place_without_what_it_was_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        raise KeyError("I miss my dog")
    except KeyError as problem:
        code = saying.told(problem)
    err = capsys.readouterr().err

    assert code == 70
    assert err.startswith("This is a fault of ours: KeyError at ")
    assert "dog" not in err


def test_talk_plays_a_journey_from_a_pipe(shell: Shell) -> None:
    out = shell.done("talk", "ages_8_11", "--transcript", stdin="> Go on\n")

    assert "> Go on" in out
    assert out.count("[Help now]") == 2


def test_talk_holds_a_conversation_until_q(shell: Shell) -> None:
    out = shell.done("talk", "ages_12_15", stdin="1\nq\n")

    assert re.search(r" 1 +Go on\n", out)


def test_talk_says_which_sets_and_languages_there_are(shell: Shell) -> None:
    assert "ages_4_7, ages_8_11" in shell.refused("talk", "ages_99", code=2)
    assert "en_GB" in shell.refused("talk", "--language", "tlh", code=2)
    assert "no button" in shell.refused("talk", "--transcript", stdin="> Fly away\n")


def test_help_is_quick_because_nothing_slow_is_loaded() -> None:
    names = ["sqlmodel", "sqlalchemy", "cryptography", "aiohttp", "typst", "holidays"]
    script = f"import sys, bot.cli; print([name for name in {names} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"


def test_roles_are_the_ones_the_help_names(shell: Shell) -> None:
    help = " ".join(shell.done("staff", "add", "--help").split())

    assert all(role.value in help for role in Role)
