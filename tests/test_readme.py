"""The README says what is so: everything in it that could drift away from the product is held against the product."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot import authority, cli, settings
from consultations.languages import SOURCE, load_words
from consultations.reviews_file import COLUMNS
from tests.bot.cli.conftest import Shell, shell, site  # noqa: F401 - fixtures
from tests.pictures import LARGEST, PICTURES, take

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP_WORDS = 33
"""Where the words begin on a line of the map."""

EXPLAINED = [Path(each) for each in (".", "bot", "bot/chat", "consultations", "consultations/keeping")]
PAGES = ["README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md"]


def test_it_can_be_read_in_ten_minutes() -> None:
    assert len(README.splitlines()) <= 265


def test_it_begins_with_what_it_is_then_the_words_then_the_two_commands() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)

    assert headings[:4] == ["The words", "Two commands", "What it looks like", "What is kept, and who can open it"]
    assert headings[-2:] == ["The map", "Changing what is asked"]


def test_every_make_target_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|: )make ([a-z]+)", README, re.MULTILINE))

    assert {"run", "test"} <= named <= targets


def test_the_commands_are_those_there_are() -> None:
    told = {line.removeprefix("foreword ") for row in _table("command") for line in _quoted(row[0])}

    assert told == set(_commands())


def test_every_command_line_could_be_typed() -> None:
    commands = _commands()
    lines = [*_block("sh").splitlines(), *(each for each in _quoted(README) if each.startswith("foreword "))]
    for line in lines:
        words = shlex.split(line.partition("#")[0])[1:]
        name = next((name for length in (2, 1) if (name := " ".join(words[:length])) in commands), None)
        assert name is not None, line
        offered = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= offered, line


def test_the_settings_are_those_there_are() -> None:
    told = [name for row in _table("setting") for name in _quoted(row[0])]

    assert sorted(told) == sorted(settings.NAMES)


def test_the_defaults_of_addresses_are_those_there_are() -> None:
    found = settings.read({})
    (listens,) = [row[1] for row in _table("setting") if "FOREWORD_CHAT_LISTEN" in row[0]]

    assert _quoted(listens) == [f"{each.host}:{each.port}" for each in (found.chat_listen, found.portal_listen)]
    assert f"<{found.for_demo().chat_url}> for children" in README.replace("\n", " ")
    assert f"<{found.for_demo().portal_url}> for staff" in README.replace("\n", " ")


def test_the_example_of_languages_can_be_offered_and_every_language_there_is_is_named() -> None:
    spoken = load_words()
    (row,) = [row for row in _table("setting") if "FOREWORD_LANGUAGES" in row[0]]
    *codes, example, _ = _quoted(row[1])

    assert sorted(codes) == sorted(code for code in spoken if code != SOURCE)
    assert set(settings.read({"FOREWORD_LANGUAGES": example}).offered(spoken)) == {SOURCE, "vi", "ar"}


def test_the_authority_file_loads(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(_block("toml"), encoding="utf-8")

    assert authority.read(file).name == "Little Wallop Council"


def test_the_reviews_come_in_as_they_stand(site: Shell) -> None:  # noqa: F811
    (site.folder / "reviews.csv").write_text(_block("csv"), encoding="utf-8")
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")

    assert "1 new" in site.done("reviews", "import", "reviews.csv")
    assert "LW-1042-3" in site.done("reviews", "list")


def test_every_column_is_told() -> None:
    assert sorted(name for row in _table("column") for name in _quoted(row[0])) == sorted(COLUMNS)


def test_every_picture_is_shown_told_and_small() -> None:
    shown = dict(_pictures())

    assert {ROOT / place for place in shown} == set(PICTURES.iterdir())
    assert all(len(told) > 100 for told in shown.values())
    assert {place: size for place in shown if (size := (ROOT / place).stat().st_size) > LARGEST} == {}
    assert all((ROOT / place).read_bytes().startswith(b"\x89PNG") for place in shown)


@pytest.mark.attack
async def test_the_pictures_can_be_taken_anew(tmp_path: Path) -> None:
    await take(tmp_path)

    assert {each.name for each in tmp_path.iterdir()} == {each.name for each in PICTURES.iterdir()}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for place in re.findall(r"\]\(([^)]+)\)", text):
        assert place.startswith("#") or ((ROOT / page).parent / place).exists(), place
        assert not place.startswith("#") or place[1:] in anchors, place


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    kept = ("bot/", "consultations/", "tests/", "locales/", "requirements/", "docs/", ".ci/", ".github/")
    for place in re.findall(r"[\w./-]+", text):
        if place.startswith(kept) and "*" not in place:
            assert (ROOT / place.rstrip(".")).exists(), place


def test_everything_on_the_map_is_there_and_everything_there_is_on_the_map() -> None:
    mapped = set(_mapped())

    assert {place for place in mapped if not (ROOT / place).exists()} == set()
    assert _to_be_mapped() - mapped == set()


def _mapped() -> Iterator[str]:
    """Every path on the map: names before the words, indented under their folder."""
    folders: list[str] = []
    for line in _block("", README.partition("## The map")[2]).splitlines():
        left = line[:MAP_WORDS].rstrip()
        if not left:
            continue
        depth = (len(left) - len(left.lstrip())) // 2
        names = line.split() if len(line) > MAP_WORDS and line[MAP_WORDS - 1] != " " else left.split()
        folders[depth:] = [names[0]]
        yield from ("".join([*folders[:depth], name]).rstrip("/") for name in names)


def _to_be_mapped() -> set[str]:
    """What stands at the top, and what stands in the packages, as far as it is ours to explain."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    tracked = [Path(each) for each in listing.split("\0") if each and (ROOT / each).exists()]
    below = [(folder, each) for folder in EXPLAINED for each in tracked if folder in each.parents]
    found = {Path(*each.parts[: len(folder.parts) + 1]) for folder, each in below}
    return {str(each) for each in found if each.name not in ("__init__.py", ".gitignore", ".dockerignore")}


def _table(first: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    (found,) = re.findall(rf"^\| {first} \|.*\n\|[ |-]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in found.splitlines()]


def _block(language: str, text: str = README) -> str:
    """The fenced block in this language; there is one."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def _quoted(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def _pictures() -> Iterator[tuple[str, str]]:
    """Each picture and what is told to those who cannot see it."""
    for told, place in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README):
        yield place, told
    for place, told in re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]*)">', README):
        yield place, told


def _commands() -> dict[str, Any]:
    """Every command by its name, groups by the names of theirs."""
    top: Any = typer.main.get_command(cli.app)
    return {
        f"{name} {below}".strip(): one
        for name, command in top.commands.items()
        for below, one in (command.commands.items() if hasattr(command, "commands") else [("", command)])
    }
