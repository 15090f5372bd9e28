"""What a command can show of a child: every command there is has a row, and none but one opens what was sent."""

from __future__ import annotations

import ast
from pathlib import Path

import typer

from bot import cli

FOLDER = Path(cli.__file__).parent
NOTHING, REFERENCES, NAMES = "nothing of a child", "references, and how far each has come", "names, in a letter"
AS_SIGNED_IN = "a copy, through the portal, as the officer who signs in"
SHOWS = {
    "run": NOTHING,
    "init": NOTHING,
    "doctor": NOTHING,
    "staff add": NOTHING,
    "staff code": NOTHING,
    "staff confirm": NOTHING,
    "staff disable": NOTHING,
    "staff enable": NOTHING,
    "staff list": NOTHING,
    "staff lost-phone": NOTHING,
    "recovery drill": NOTHING,
    "recovery restore": NOTHING,
    "recovery hand-over": NOTHING,
    "trail verify": NOTHING,
    "keys rotate": NOTHING,
    "backup": NOTHING,
    "restore": NOTHING,
    "forget": REFERENCES,
    "reviews import": REFERENCES,
    "reviews list": REFERENCES,
    "reviews held": REFERENCES,
    "reviews left-care": REFERENCES,
    "reviews feedback": NOTHING,
    "invite": NAMES,
    "summary": AS_SIGNED_IN,
    "talk": "what is typed there, and kept nowhere",
}
"""Written by hand, command by command."""

OPENS = ("reading", "unsealing", "helping", "drafting", "listening", "attending", "evidence")
"""What opens a sending, a draft or an alert, or is told what was in it."""


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    commands = {f"{group} {name}".strip() for group, commands in _groups().items() for name in commands}

    missing, gone = sorted(commands - SHOWS.keys()), sorted(SHOWS.keys() - commands)
    assert not missing, f"Say in SHOWS what {', '.join(missing)} can show of a child."
    assert not gone, f"There is no such command any more: take {', '.join(gone)} out of SHOWS."


def test_no_command_opens_what_a_child_said_and_summary_goes_through_the_portal() -> None:
    """`talk` holds a conversation of its own, that nobody's words are in."""
    opens = {
        f"{module.stem}: {name}"
        for module in FOLDER.glob("*.py")
        for name in _imported(module)
        if name.startswith(tuple(f"consultations.{verb}" for verb in OPENS))
    }
    of_summary = {
        name for name in _imported(FOLDER / "summary.py") if not name.startswith(("consultations.summary", "bot.cli"))
    }

    assert not opens
    assert not [name for name in of_summary if name.startswith(("consultations", "bot.app"))]


def _groups() -> dict[str, list[str]]:
    found = {"": [each.name or "" for each in cli.app.registered_commands]}
    for group in cli.app.registered_groups:
        assert isinstance(group.typer_instance, typer.Typer)
        found[group.name or ""] = [each.name or "" for each in group.typer_instance.registered_commands]
    return found


def _imported(module: Path) -> set[str]:
    """Every module that this one names in an import, wherever in it."""
    tree = ast.walk(ast.parse(module.read_text()))
    return {
        name
        for node in tree
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{each.name}" for each in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
