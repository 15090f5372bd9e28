"""The demo as somebody meets it: made by itself, gone on with, started over; and what `demo.json` promises."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import cast, make
from bot.settings import read
from consultations.invitation import read_code, read_token
from consultations.questions import loading
from consultations.reviews_file import overdue
from consultations.reviews_file import read as read_reviews
from consultations.timescales import working_day
from tests.bot.cli.conftest import Shell, shell  # noqa: F401 - a fixture
from tests.bot.running import Running, environment, running
from tests.hunt import hunt

TODAY = datetime.now(UTC).date()
SAID = [says.words for child in cast.CHILDREN for visit in child.visits for says in visit.says.values() if says.words]


@dataclass
class Demo:
    """A demo that is running."""

    folder: Path
    told: dict[str, str]
    run: Running

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "var" / "demo" / "demo.json").read_text())
        return found

    @property
    def officer(self) -> str:
        (person,) = self.json["staff"]
        return f"{person['username']}\n{person['phrase']}\n"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    told = environment(folder)
    with running(told, "--demo") as run:
        assert run.events.count("listening") == 2, run.log
        yield Demo(folder, told, run)
        assert run.stop() == 0
        assert run.events[-1] == "stopped"


def test_demo_json_has_the_shape_scripts_rely_on(demo: Demo) -> None:
    found = demo.json
    sets = {each.id: each for each in loading.load()}

    assert list(found) == ["chat", "portal", "children", "staff"]
    assert (found["chat"], found["portal"]) == (demo.run.chat, demo.run.portal)
    for child in found["children"]:
        assert list(child) == [
            "reference", "name", "age", "set", "link", "code", "telegram_start", "review_on", "state",
        ]  # fmt: skip
        assert sets[child["set"]].ages[0] <= child["age"] <= sets[child["set"]].ages[1]
        assert child["link"].startswith(f"{found['chat']}/#")
        assert read_token(child["link"].partition("#")[2])
        assert read_code(child["code"])
        assert child["telegram_start"] is None
    assert [list(person) for person in found["staff"]] == [["username", "role", "phrase"]]
    assert len(found["staff"][0]["phrase"].split()) == 5


def test_six_children_of_all_four_ages_have_come_so_far(demo: Demo) -> None:
    children = demo.json["children"]

    assert {child["set"] for child in children} == {each.id for each in loading.load()}
    assert sorted(child["state"] for child in children) == ["begun", *["sent"] * 2, *["untouched"] * 3]


def test_the_terminal_shows_what_a_person_needs(demo: Demo) -> None:
    out = "".join(demo.run.out)

    assert "This is a demo" in out
    assert all(child["code"] in out and child["link"] in out for child in demo.json["children"])
    assert demo.json["staff"][0]["phrase"] in out
    assert demo.run.chat in out
    assert demo.run.portal in out


def test_what_the_children_said_is_in_no_file_and_in_no_log(demo: Demo) -> None:
    secrets = [demo.json["staff"][0]["phrase"], *(child["code"] for child in demo.json["children"])]

    assert hunt(SAID, demo.folder, "".join(demo.run.log), "".join(demo.run.out)) == []
    assert hunt(secrets, "".join(demo.run.log)) == []
    assert {found.place.rpartition("/")[2] for found in hunt(secrets, demo.folder)} == {"demo.json"}


def test_only_this_user_can_read_the_phrases(demo: Demo) -> None:
    assert (demo.folder / "var" / "demo").stat().st_mode & 0o077 == 0
    assert (demo.folder / "var" / "demo" / "demo.json").stat().st_mode & 0o077 == 0


def test_a_second_one_at_the_same_time_is_told_in_a_sentence(demo: Demo) -> None:
    with running(demo.told, "--demo", "--fresh") as second:
        assert second.ended() == 2
        assert "The demo is running already" in "".join(second.log)
    assert demo.json["children"]


def test_the_officer_gets_the_summary_of_one_child_and_its_addition(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    drawn = json.loads(shell.done("summary", "LW-1042-3", "--format", "json", stdin=demo.officer))

    assert "My brother can bring his football" in json.dumps(drawn)
    assert "eleven kinds of fox" in json.dumps(drawn)


def test_the_meeting_copy_leaves_out_what_is_for_the_officer_alone(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    text = shell.done("summary", "LW-1042-3", "--copy", "meeting", "--format", "txt", stdin=demo.officer)

    assert "eleven kinds of fox" in text
    assert "Sam writes down" not in text


def test_a_summary_is_saved_for_this_user_alone(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    (shell.folder / "phrase.txt").write_text(demo.json["staff"][0]["phrase"])
    saved = shell.folder / "ivy.pdf"
    arguments = ["--format", "pdf", "--copy", "file", "--out", str(saved), "--username", cast.OFFICER]
    shell.done("summary", "LW-0871-6", *arguments, "--phrase-file", str(shell.folder / "phrase.txt"))

    assert saved.read_bytes().startswith(b"%PDF-1.7")
    assert saved.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_fetched_is_told_in_a_sentence(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)

    assert "do not belong together" in shell.refused(
        "summary", "LW-1042-3", stdin=f"{cast.OFFICER}\nfive wrong words\n"
    )
    assert "do not belong together" in shell.refused("summary", "LW-1042-3", stdin="nobody\nfive wrong words\n")
    assert "no review “LW-9”" in shell.refused("summary", "LW-9", stdin=demo.officer)
    assert "nothing was sent" in shell.refused("summary", "LW-2051-1", stdin=demo.officer)
    assert "no review “../../x”" in shell.refused("summary", "../../x", stdin=demo.officer)
    assert "cannot be written" in shell.refused(
        "summary", "LW-1042-3", "--out", str(shell.folder / "none" / "x"), stdin=demo.officer
    )
    assert "cannot be read" in shell.refused("summary", "LW-1042-3", "--phrase-file", "none", stdin=demo.officer)


def test_the_client_refuses_a_portal_that_is_none_and_one_without_https(demo: Demo, shell: Shell) -> None:  # noqa: F811
    assert "https://" in shell.refused("summary", "LW-1", "--portal", "http://officers.example", code=2)
    assert "not the portal" in shell.refused("summary", "LW-1", "--portal", demo.run.chat, stdin=demo.officer)
    nobody = "http://127.0.0.1:1"
    assert "cannot be reached" in shell.refused("summary", "LW-1", "--portal", nobody, stdin=demo.officer)


def test_it_goes_on_where_it_was_under_todays_addresses_and_fresh_starts_over(tmp_path: Path) -> None:
    with running(environment(tmp_path), "--demo") as first:
        before = json.loads((tmp_path / "var/demo/demo.json").read_text())
        assert first.stop() == 0
    with running(environment(tmp_path), "--demo") as second:
        after = json.loads((tmp_path / "var/demo/demo.json").read_text())
        assert second.stop() == 0
    with running(environment(tmp_path), "--demo", "--fresh") as third:
        fresh = json.loads((tmp_path / "var/demo/demo.json").read_text())
        assert third.stop() == 0

    assert after["chat"] == second.chat != before["chat"]
    assert after["staff"] == before["staff"]
    assert [child["code"] for child in after["children"]] == [child["code"] for child in before["children"]]
    assert {child["link"].partition("#")[0] for child in after["children"]} == {f"{second.chat}/"}
    assert fresh["staff"] != before["staff"]


async def test_a_demo_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    settings = read({"FOREWORD_DATA_DIR": str(tmp_path)}).for_demo()
    await make(settings, datetime.now(UTC))
    (settings.data_dir / "demo.json").unlink()
    shutil.copytree(settings.data_dir, tmp_path / "demo.making")
    await make(settings, datetime.now(UTC))

    assert (settings.data_dir / "demo.json").exists()
    assert not (tmp_path / "demo.making").exists()


@pytest.mark.parametrize("days", range(0, 400, 13))
def test_the_cast_fits_the_law_on_any_day_it_is_made(days: int) -> None:
    today = TODAY + timedelta(days=days)
    rows = read_reviews(cast.reviews_csv(today), today - cast.BEGAN)

    assert [(row.name, row.age_on_review) for row in rows] == [(child.name, child.age) for child in cast.CHILDREN]
    assert [row.name for row in rows if overdue(row)] == []
    assert all(working_day(row.review_on) and row.review_on > today for row in rows)


def test_what_the_cast_says_is_asked_and_offered() -> None:
    book = loading.load()
    for child in cast.CHILDREN:
        asked = book.for_age(child.age)
        for visit in child.visits:
            for id, says in visit.says.items():
                question = asked.question(id)
                assert question is not None, (child.name, id)
                assert not says.choice or question.choice(says.choice), (child.name, id, says.choice)
