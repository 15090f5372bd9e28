"""One table says who may do what; nothing else asks what somebody's role is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from consultations.access import MAY, Act, Role, may, who_may

ROOT = Path(__file__).parent.parent.parent
ASKED = re.compile(r"\bAct\.([A-Z_]+)")
DECIDED = re.compile(r"\brole\)? (?:[!=]= |is (?:not )?Role|(?:not )?in [\[({]|= ')|[!=]= Role\.")
SAYING = {"bot/portal/staff/saying.html"}
"""What a role is called."""


def test_every_role_has_a_row_and_nobody_else_has() -> None:
    assert set(MAY) == set(Role)


def test_every_act_is_somebodys_and_is_asked_about_somewhere() -> None:
    asked = {act for path, text in _sources() for act in ASKED.findall(text)}

    assert not [act for act in Act if not who_may(act)]
    assert {act.name for act in Act} == asked


def test_what_a_child_sent_is_opened_by_officers_and_what_is_let_by_advocates_alone() -> None:
    """Design 6: a manager sees states and counts; a coordinator keys in; neither reads."""
    assert who_may(Act.OPEN_OWN_SUMMARY) == who_may(Act.MAKE_COPIES) == who_may(Act.CHAIR_REVIEWS) == (Role.OFFICER,)
    assert who_may(Act.READ_WHAT_IS_LET) == (Role.ADVOCATE,)
    assert not may(Role.MANAGER, Act.KEY_IN)


def test_nothing_else_decides_by_a_role() -> None:
    assert DECIDED.search("{% if person.role == 'officer' %}"), "this is how it would look"
    decided = [
        f"{path}: {line.strip()}" for path, text in _sources() for line in text.splitlines() if DECIDED.search(line)
    ]

    assert not decided, "\n".join(decided)


def _sources() -> Iterator[tuple[str, str]]:
    """Every module and template, but the table itself, and those where a role is how a line of a message is set."""
    for path in sorted([*ROOT.glob("bot/**/*"), *ROOT.glob("consultations/**/*")]):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in (".py", ".html") or name == "consultations/access.py" or name in SAYING:
            continue
        text = path.read_text()
        if not re.search(r"messages import .*\bRole\b", text) and not name.startswith("bot/chat/"):
            yield name, text
