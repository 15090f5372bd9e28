"""`foreword invite`: letters that are shown once, and where they do not come to be, what is left and what is said."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno

from bot.cli import invite, saying
from tests.bot.cli.conftest import Shell, csv, drilled, enrol


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


def test_without_the_childrens_address_no_letter_is_made_and_the_earlier_one_goes_on_working(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    site.done("invite", "LW-1042-3")
    site.set(FOREWORD_CHAT_URL="")
    refused = site.refused("invite", "LW-1042-3", code=2)
    with closing(sqlite3.connect(site.folder / "var" / "foreword.db")) as database:
        kept = database.execute("SELECT revoked_at FROM invitation").fetchall()

    assert "FOREWORD_CHAT_URL is not set" in refused
    assert kept == [(None,)]


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
    drilled()
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


def test_no_letter_is_made_about_a_day_that_is_over_and_it_is_said_how_to_go_on(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder, days=-3))
    on = datetime.now(UTC).date() - timedelta(days=3)
    refused = site.refused("invite", "LW-1042-3")

    assert f"was to be held on {on:%d/%m/%Y}" in refused
    assert f"foreword reviews held LW-1042-3 --on {on}" in refused
    assert "import it again" in refused


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
    enrol("sam.okafor", confirmed=False)
    assert "None is confirmed yet" in site.run("doctor").out
    assert "under Staff" in site.refused("invite", "LW-1042-3")
    assert "(not enrolled)" in site.done("reviews", "list")


def test_the_qr_code_is_the_link() -> None:
    link = "https://voice.example.gov.uk/#AAECAwQFBgcICQoLDA0ODw"
    rows = [
        row for line in invite.qr(link).splitlines() for row in ([c in "█▀" for c in line], [c in "█▄" for c in line])
    ]
    modules = [[not light for light in row[2:-2]] for row in rows[2:]]

    right = [[bool(module) for module in row] for row in segno.make(link, error="m", micro=False).matrix]
    assert modules[: len(right)] == right
