"""Translators are given every word a child reads: what `pybabel extract` finds with pyproject.toml's own mapping."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "consultations" / "questions"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    made = tmp_path_factory.mktemp("catalogue") / "questions.pot"
    extract = ["-m", "babel.messages.frontend", "-q", "extract", "--mapping", "pyproject.toml", "-o", str(made), "."]
    subprocess.run([sys.executable, *extract], cwd=ROOT, check=True, capture_output=True)
    with made.open("rb") as file:
        return read_po(file)


def test_every_question_choice_and_hint_is_in_it_with_its_note(catalogue: Catalog) -> None:
    missing = [
        (context, english)
        for file in sorted(WORDS.glob("ages_*.toml"))
        for question in tomllib.loads(file.read_text())["questions"]
        for context, english in _said(question)
        if question["note"] not in _notes(catalogue, context, english)
    ]

    assert sum(1 for message in catalogue if message.context) > 200
    assert missing == []


def test_every_phrase_is_in_it_as_each_age_reads_it(catalogue: Catalog) -> None:
    phrases = tomllib.loads((WORDS / "phrases.toml").read_text())["phrases"]
    missing = [
        (phrase["id"], english)
        for phrase in phrases
        for english in (phrase["text"], *phrase.get("bands", {}).values())
        if phrase["note"] not in _notes(catalogue, f"phrase.{phrase['id']}", phrase.get("one", english))
    ]

    assert phrases
    assert missing == []


def _said(question: dict[str, object]) -> list[tuple[str, str]]:
    choices = question.get("choices", [])
    assert isinstance(choices, list)
    said = [(f"{question['id']}", f"{question['text']}")]
    said += [(f"{question['id']}.{each['id']}", each["text"]) for each in choices]
    said += [(f"{question['id']}.hint", f"{question['words_hint']}")] if question.get("words_hint") else []
    return said


def _notes(catalogue: Catalog, context: str, english: str) -> str:
    """What translators are told about it, its lines joined: Babel wraps them."""
    message = catalogue.get(english, context)
    return " ".join(message.auto_comments) if message else ""
