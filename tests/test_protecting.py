"""What `docs/protecting.md` says of formats, times and commands is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import typer
from typer.main import get_command

from bot import cli
from consultations.keeping.vault.formats import Format
from consultations.rehearsing import EVERY
from consultations.retention import LONGEST, WARNED

TEXT = Path("docs/protecting.md").read_text(encoding="utf-8")


def test_every_format_is_told_by_its_number() -> None:
    told = {int(number): name for number, name in re.findall(r"^\| (\d+) \| ([a-z ]+) \|$", TEXT, re.MULTILINE)}

    assert told == {each.value: each.name.lower().replace("_", " ") for each in Format}


def test_every_command_it_names_exists() -> None:
    known = get_command(cli.app)
    assert isinstance(known, typer.core.TyperGroup)
    named = {tuple(each.split()) for each in re.findall(r"`foreword ([a-z -]+?)(?: --[^`]*)?`", TEXT)}

    assert len(named) > 5
    for first, *second in named:
        group = known.commands[first]
        for each in second:
            assert isinstance(group, typer.core.TyperGroup)
            assert each in group.commands


def test_the_times_are_those_that_are_kept() -> None:
    assert f"every {EVERY.days} days" in TEXT
    assert f"goes {LONGEST.draft_days} days after" in TEXT
    assert {9: "nine months at the latest"}[LONGEST.sending_months] in " ".join(TEXT.split())
    assert f"{LONGEST.after_care_days} days after the child left care" in TEXT
    assert f"told {WARNED.days} days before" in TEXT


def test_every_promise_it_leans_on_is_made() -> None:
    promised = Path(".github/SECURITY.md").read_text(encoding="utf-8")

    assert [f"P{number}" for number in range(1, 10)] == re.findall(r"\*\*(P\d)\*\*", promised)
