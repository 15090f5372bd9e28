"""The demo as somebody meets it: made by itself, gone on with, started over; and what `demo.json` promises."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.app import ABILITIES
from bot.demo import cast, make, show
from bot.settings import read
from consultations.invitation import read_code, read_token
from consultations.languages.table import language_of
from consultations.questions import loading
from consultations.reviews_file import Known, overdue
from consultations.reviews_file import read as read_reviews
from consultations.timescales import working_day
from tests.attacks.people import Officer
from tests.bot.cli.conftest import Shell, shell  # noqa: F401 - a fixture
from tests.bot.running import PATIENCE, Running, environment, running, status
from tests.hunt import hunt
from tests.telegram_stand_in import TOKEN, standing_in

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
        (person,) = [each for each in self.json["staff"] if each["role"] == "officer"]
        return f"{person['username']}\n{person['phrase']}\n"


def shown(told: dict[str, Any], width: int = 160) -> str:
    """What stands in a terminal so wide."""
    out = StringIO()
    show(told, [], Path("demo.json"), Console(file=out, width=width, force_terminal=True, no_color=True))
    return re.sub("\x1b\\[[0-9;]*m", "", out.getvalue())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    told = environment(folder, FOREWORD_CHAT_URL="", FOREWORD_PORTAL_URL="")
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
    assert [list(person) for person in found["staff"]] == [["username", "role", "phrase"]] * 3
    assert [person["role"] for person in found["staff"]] == ["officer", "manager", "advocate"]
    assert [len(person["phrase"].split()) for person in found["staff"]] == [5, 5, 5]


def test_six_children_of_all_four_ages_have_come_so_far(demo: Demo) -> None:
    children = demo.json["children"]

    assert {child["set"] for child in children} == {each.id for each in loading.load()}
    assert sorted(child["state"] for child in children) == ["begun", *["sent"] * 2, *["untouched"] * 3]


def test_they_read_the_four_languages_there_are() -> None:
    reads = {language.code for child in cast.CHILDREN if (language := language_of(child.reads))}

    assert reads == {"en_GB", "ar", "fa_AF", "vi"}
    assert {visit.language for child in cast.CHILDREN for visit in child.visits} == {"en_GB", "ar", "vi"}


def shown_whole(run: Running) -> str:
    """What the terminal shows, once its last line stands there: it is printed after both sides listen."""
    end = time.monotonic() + PATIENCE
    while not any("Ctrl-C ends it" in line for line in run.out):
        assert time.monotonic() < end, run.log
        time.sleep(0.05)
    return "".join(run.out)


def test_the_terminal_shows_what_a_person_needs(demo: Demo) -> None:
    out = shown_whole(demo.run)

    assert "This is a demo" in out
    assert all(child["code"] in out and child["link"] in out for child in demo.json["children"])
    assert all(person["phrase"] in out for person in demo.json["staff"])
    assert demo.run.chat in out
    assert demo.run.portal in out
    assert "Nobody has checked these translations yet: Arabic, Dari, Vietnamese." in out
    assert "An earlier Foreword made it" not in out


def test_the_table_is_whole_in_a_terminal_of_80_columns(demo: Demo) -> None:
    out = shown(demo.json, width=80)

    assert all(each in out for child in demo.json["children"] for each in (child["reference"], child["code"]))
    assert max(len(line) for line in out.splitlines() if "LW-" in line) <= 80


def test_one_that_an_earlier_version_made_is_shown_as_it_is_and_says_so(demo: Demo) -> None:
    children = [{**child, "reference": f"LW-OLD-{child['age']}"} for child in demo.json["children"]]
    out = shown({**demo.json, "children": children})

    assert "LW-OLD-17" in out
    assert "--fresh makes today's" in out


def test_what_the_children_said_is_in_no_file_and_in_no_log(demo: Demo) -> None:
    secrets = [*(person["phrase"] for person in demo.json["staff"]), *(each["code"] for each in demo.json["children"])]

    assert hunt(SAID, demo.folder, "".join(demo.run.log), shown_whole(demo.run)) == []
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


def test_a_child_who_wrote_in_arabic_is_read_as_they_wrote_with_their_choices_in_english(
    demo: Demo,
    shell: Shell,  # noqa: F811
) -> None:
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    text = shell.done("summary", "LW-0893-4", "--format", "txt", stdin=demo.officer)

    assert all(says.words in text for says in cast.YOUSEF.says.values())
    assert "Needs an interpreter: Arabic" in text
    assert "Language: Arabic (draft translation)" in text
    assert "What do you most want to say before your review?" in text
    assert "(Yes, in the room)" in text


def test_the_meeting_copy_leaves_out_what_is_for_the_officer_alone(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    text = shell.done("summary", "LW-1042-3", "--copy", "meeting", "--format", "txt", stdin=demo.officer)

    assert "eleven kinds of fox" in text
    assert "Sam writes down" not in text


async def test_an_alert_waits_for_the_officer_and_the_manager_and_both_can_say_that_they_have_it(demo: Demo) -> None:
    told = {person["username"]: person["phrase"] for person in demo.json["staff"]}
    pages = {}
    for username in (cast.OFFICER, cast.MANAGER):
        async with Officer(demo.run.portal) as visitor:
            await visitor.sign_in(username, told[username])
            link = re.search(r'class="alarm".*?href="(/alerts/[^"]+)"', visitor.page.text, re.DOTALL)
            assert link is not None
            pages[username] = (await visitor.get(link[1])).text

    assert all("Linh may not be safe" in text and "I have it" in text for text in pages.values())
    assert all("Needs an interpreter: Vietnamese" in text for text in pages.values())
    assert all("nobody is e-mailed" in text for text in pages.values())
    assert "Open it" in pages[cast.OFFICER]
    assert "Open it" not in pages[cast.MANAGER]


def test_a_summary_is_saved_for_this_user_alone(demo: Demo, shell: Shell) -> None:  # noqa: F811
    shell.set(FOREWORD_PORTAL_URL=demo.run.portal)
    (shell.folder / "phrase.txt").write_text(demo.json["staff"][0]["phrase"])
    saved = shell.folder / "yousef.pdf"
    arguments = ["--format", "pdf", "--copy", "file", "--out", str(saved), "--username", cast.OFFICER]
    shell.done("summary", "LW-0893-4", *arguments, "--phrase-file", str(shell.folder / "phrase.txt"))

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


async def test_with_a_bot_those_old_enough_get_a_telegram_start_and_a_wrong_token_stops_nothing(tmp_path: Path) -> None:
    async with standing_in(revoked=True) as telegram:
        told = environment(tmp_path, FOREWORD_TELEGRAM_TOKEN=TOKEN, FOREWORD_TELEGRAM_API=telegram.url)
        with ExitStack() as stack:
            run = await asyncio.to_thread(lambda: stack.enter_context(running(told, "--demo")))
            async with asyncio.timeout(20):
                while "telegram_token_refused" not in run.events:
                    await asyncio.sleep(0.01)
            answers = await asyncio.to_thread(lambda: (status(run.chat), status(run.portal)))
            children = json.loads((tmp_path / "var/demo/demo.json").read_text())["children"]
            assert await asyncio.to_thread(run.stop) == 0

    starts = {child["age"]: child["telegram_start"] for child in children}
    assert answers == (200, 200)
    assert [age for age, start in starts.items() if start] == [16, 17]
    assert all(child["telegram_start"] == f"/start {child['link'][-22:]}" for child in children if child["age"] >= 16)
    assert f"On Telegram Dana writes to your bot: {starts[17]}" in shown_whole(run)
    assert TOKEN not in "".join((*run.log, *run.out))


@pytest.mark.parametrize("days", range(0, 400, 13))
def test_the_cast_fits_the_law_on_any_day_it_is_made(days: int) -> None:
    today = TODAY + timedelta(days=days)
    rows = read_reviews(cast.reviews_csv(today), Known(today - cast.BEGAN, {cast.OFFICER}, {}))

    assert [(row.name, row.age_on_review) for row in rows] == [(child.name, child.age) for child in cast.CHILDREN]
    assert [row.name for row in rows if overdue(row)] == []
    assert all(working_day(row.review_on) and row.review_on > today for row in rows)


def test_what_the_cast_says_is_asked_and_offered() -> None:
    book = loading.load(abilities=ABILITIES)
    for child in cast.CHILDREN:
        asked = book.for_age(child.age)
        for visit in child.visits:
            for id, says in visit.says.items():
                question = asked.question(id)
                assert question is not None, (child.name, id)
                assert not says.choice or question.choice(says.choice), (child.name, id, says.choice)
