"""The commands an operator lives with: what they print, and how they say no."""

from __future__ import annotations

import asyncio
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno

from bot import authority
from bot.app import Ground, ground
from bot.cli import invite, saying, standing
from bot.settings import from_environment
from consultations.access import Role
from consultations.invitation import read_code
from consultations.keeping.vault import recovery
from consultations.reviews_file import COLUMNS
from consultations.signing_in import SignedIn
from tests.bot.cli.conftest import Shell

CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")


def csv(folder: Path, *, born: str = "2016-03-14", days: int = 20, language: str = "") -> str:
    file = folder / "reviews.csv"
    on = datetime.now(UTC).date() + timedelta(days=days)
    last = on - timedelta(days=150)
    row = f"LW-1042-3,Amal,{born},2020-06-02,{last},{on},sam.okafor,C2,{language}"
    file.write_text(f"{','.join(COLUMNS)}\n{row}\n")
    return str(file)


def enrol(username: str) -> None:
    """What the portal does with a code, without a browser."""

    async def do() -> None:
        async with ground(from_environment(), chat=False, portal=True) as standing:
            code = await standing.enrolling.offer_again(username, datetime.now(UTC))
            assert code is not None
            once = await standing.enrolling.begin(code, "page", datetime.now(UTC))
            assert once is not None
            confirmed = await standing.enrolling.confirm(once.prepared, once.phrase, "page", datetime.now(UTC))
            assert isinstance(confirmed, SignedIn)

    asyncio.run(do())


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
    assert CODE.search(pages[3])


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


def test_staff_are_added_with_a_code_alone_on_standard_output(site: Shell) -> None:
    out = site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    listed = site.done("staff", "list")

    assert CODE.fullmatch(out.strip())
    assert re.search(r"sam\.okafor +Sam Okafor +officer +no +yes", listed)


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

    assert re.search(r"sam\.okafor .* no +no", site.done("staff", "list"))
    assert "staff enable" in site.refused("staff", "code", "sam.okafor")

    site.done("staff", "enable", "sam.okafor")

    assert CODE.fullmatch(site.done("staff", "code", "sam.okafor").strip())


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
    assert re.search(r"\nhttp://127\.0\.0\.1:8080/#[A-Za-z0-9_-]{22}\n", letter)
    assert code is not None
    assert read_code(code[1])
    assert re.search(r"LW-1042-3 .* Sam Okafor +ages_8_11 +untouched", listed)

    site.done("reviews", "held", "LW-1042-3", "--on", datetime.now(UTC).date().isoformat())

    assert "LW-1042-3" not in site.done("reviews", "list")
    assert "LW-1042-3" in site.done("reviews", "list", "--all")
    assert "was held" in site.refused("invite", "LW-1042-3")


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


def test_a_second_invitation_says_that_the_first_is_over(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    site.done("invite", "LW-1042-3")

    assert "don't work any more" in site.done("invite", "LW-1042-3", "LW-1042-3")


@pytest.mark.parametrize(
    ("offered", "says"),
    [
        pytest.param("ar!", "The Arabic is a draft translation", id="a draft that is accepted"),
        pytest.param("", "children are not offered Arabic here", id="a draft that is not"),
    ],
)
def test_whoever_hands_a_letter_over_is_told_what_its_translation_is_worth(
    site: Shell, offered: str, says: str
) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder, language="Arabic"))
    site.set(FOREWORD_LANGUAGES=offered)
    ran = site.run("invite", "LW-1042-3")

    assert ran.code == 0
    assert says in ran.err


def test_letters_to_print_are_saved_for_this_user_alone_and_never_over_others(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    ran = site.run("invite", "LW-1042-3", "--out", "letters.pdf")
    file = site.folder / "letters.pdf"
    before = file.read_bytes()

    assert (ran.code, ran.out) == (0, "")
    assert "delete it" in ran.err
    assert before.startswith(b"%PDF-")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "is there already" in site.refused("invite", "LW-1042-3", "--out", "letters.pdf", code=2)
    assert file.read_bytes() == before


def test_where_no_letter_could_be_made_or_saved_nothing_is_left_and_no_earlier_one_stops(site: Shell) -> None:
    site.refused("invite", "LW-9", "--out", "letters.pdf")

    assert not (site.folder / "letters.pdf").exists()
    assert "cannot be written" in site.refused("invite", "LW-9", "--out", "nowhere/letters.pdf")


def test_letters_that_cannot_be_made_leave_no_file_in_the_way_of_the_next_try(site: Shell) -> None:
    site.set(FOREWORD_DATABASE_URL=f"sqlite:///{site.folder}/nowhere.db")
    site.refused("invite", "LW-1042-3", "--out", "letters.pdf")

    assert not (site.folder / "letters.pdf").exists()


def test_letters_that_do_not_fit_on_the_disk_leave_none_cut_off_and_it_is_said_that_they_are_nowhere(
    shell: Shell, postgresql_url: str
) -> None:
    shell.set(FOREWORD_DATABASE_URL=postgresql_url)
    shell.done("init")
    shell.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    shell.done("reviews", "import", csv(shell.folder))
    free, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
    try:
        err = shell.refused("invite", "LW-1042-3", "--out", "letters.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (free, most))

    assert "cannot be written" in err
    assert "those just made are nowhere" in err
    assert not (shell.folder / "letters.pdf").exists()


def test_a_file_that_others_could_read_is_for_this_user_alone_once_a_copy_is_saved_in_it(tmp_path: Path) -> None:
    out = tmp_path / "summary.txt"
    out.touch()
    out.chmod(0o644)

    saying.save(out, b"a dog")

    assert (out.stat().st_mode & 0o777, out.read_bytes()) == (0o600, b"a dog")


def test_an_invitation_to_a_review_whose_day_has_passed_says_so_and_how_to_mark_it_held(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder, days=-3))
    ran = site.run("invite", "LW-1042-3")
    on = datetime.now(UTC).date() - timedelta(days=3)

    assert ran.code == 0
    assert "Amal" in ran.out
    assert f"was due on {on:%a %d %b %Y}" in ran.err
    assert f"foreword reviews held LW-1042-3 --on {on}" in ran.err


def test_every_invitation_that_can_be_made_is_made(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    ran = site.run("invite", "LW-9", "LW-1042-3")

    assert ran.code == 1
    assert "There is no review “LW-9”" in ran.err
    assert "Amal" in ran.out


def test_letters_that_were_made_are_shown_although_the_database_failed_at_a_later_one(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    file = csv(site.folder)
    site.done("reviews", "import", file)
    Path(file).write_text(Path(file).read_text().replace("LW-1042-3", "LW-2"))
    site.done("reviews", "import", file)
    with closing(sqlite3.connect(site.folder / "var" / "foreword.db")) as database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON invitation WHEN NEW.review_id IN"
            " (SELECT id FROM review WHERE reference = 'LW-2') BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    ran = site.run("invite", "LW-1042-3", "LW-2")

    assert ran.code == 1
    assert "Amal" in ran.out
    assert ran.err.startswith("LW-2: ")


def test_there_is_no_invitation_before_the_officer_has_enrolled(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    site.done("reviews", "import", csv(site.folder))

    assert "has not enrolled yet" in site.refused("invite", "LW-1042-3")
    assert "(not enrolled)" in site.done("reviews", "list")


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


def test_the_qr_code_is_the_link() -> None:
    link = "https://voice.example.gov.uk/#AAECAwQFBgcICQoLDA0ODw"
    rows = [
        row for line in invite.qr(link).splitlines() for row in ([c in "█▀" for c in line], [c in "█▄" for c in line])
    ]
    modules = [[not light for light in row[2:-2]] for row in rows[2:]]

    right = [[bool(module) for module in row] for row in segno.make(link, error="m", micro=False).matrix]
    assert modules[: len(right)] == right


def todo(shell: Shell) -> dict[str, str]:
    """What the doctor finds to do, by what it looked at."""
    ran = shell.run("doctor")
    lines = [(line[:6].strip(), line[7:20].strip(), line[21:]) for line in ran.out.splitlines()]
    assert ran.code == (1 if any(mark == "TO DO" for mark, _, _ in lines) else 0)
    return {what: says for mark, what, says in lines if mark == "TO DO"}


def test_doctor_is_content_with_a_site_that_can_ask_children(site: Shell) -> None:
    file = site.folder / "authority.toml"
    file.write_text((authority.__doc__ or "").split("\n\n")[1])
    site.set(FOREWORD_AUTHORITY=str(file))
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    before = todo(site)
    enrol("sam.okafor")

    assert list(before) == ["officers"]
    assert todo(site) == {}


def test_doctor_says_everything_that_a_new_machine_needs_at_once(shell: Shell) -> None:
    found = todo(shell)

    assert set(found) == {"authority", "database", "chat.key", "portal.key"}
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
    site.set(FOREWORD_KEY_DIR="", FOREWORD_CHAT_LISTEN="0.0.0.0:8080")
    found = todo(site)

    assert set(found) == {"children", "authority", "key files", "officers"}
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


def test_a_draft_nobody_accepted_stops_a_command_with_what_to_write(site: Shell) -> None:
    site.set(FOREWORD_LANGUAGES="ar")

    assert "write “ar!”" in site.refused("staff", "list", code=2)


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
    assert "no answer that is not sent yet can be opened" in found["season"]
    assert "not the one this site was made with" in found["recovery key"]


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
