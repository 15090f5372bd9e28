"""The catalogues in the tree: the template is what the English says today, and nothing in a catalogue could harm."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from consultations.languages.__main__ import LOCALES, ROOT, main, template
from consultations.languages.catalogues import CHILDREN, merged, path_of, read, write
from consultations.languages.faults import breaking
from consultations.languages.table import LANGUAGES, Language

WORDS = ROOT / "consultations" / "questions"
TRANSLATED = [
    pytest.param(language, id=language.code) for language in LANGUAGES.values() if path_of(LOCALES, language).exists()
]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """As any program that reads pyproject.toml's own mapping finds it: Weblate, `pybabel extract`."""
    made = tmp_path_factory.mktemp("catalogue") / "children.pot"
    extract = ["-m", "babel.messages.frontend", "-q", "extract", "--mapping", "pyproject.toml", "-o", str(made), "."]
    subprocess.run([sys.executable, *extract], cwd=ROOT, check=True, capture_output=True)
    with made.open("rb") as file:
        return read_po(file)


def test_the_template_is_what_the_english_says_today(tmp_path: Path) -> None:
    write(tmp_path / "children.pot", template())

    assert (LOCALES / f"{CHILDREN}.pot").read_text() == (tmp_path / "children.pot").read_text(), "Run `make words`."


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_stands_beside_the_english_of_today(language: Language, tmp_path: Path) -> None:
    path = path_of(LOCALES, language)

    write(tmp_path / "today.po", merged(read(path, language), template()))

    assert path.read_text() == (tmp_path / "today.po").read_text(), "Run `make words`."


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_in_a_catalogue_could_harm(language: Language) -> None:
    assert [str(fault) for fault in breaking(read(path_of(LOCALES, language), language), language)] == []


def test_make_words_reports_every_language_and_writes_nothing_when_it_is_only_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = {path: path.read_bytes() for path in LOCALES.rglob("*.po*")}

    ended = main(["--check"])

    said = capsys.readouterr().out
    assert ended == 0
    assert all(f"\n{param.id} " in said for param in TRANSLATED)
    assert {path: path.read_bytes() for path in LOCALES.rglob("*.po*")} == before


def test_make_words_begins_no_language_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "tlh"]) == 2
    assert "“tlh” is no language" in capsys.readouterr().out


def test_other_programs_find_the_same_words(extracted: Catalog) -> None:
    ours = {(entry.context, entry.id) for entry in template().entries()}

    assert {(entry.context, entry.id) for entry in extracted if entry.id} == ours


def test_every_question_choice_and_hint_is_in_it_with_its_note(extracted: Catalog) -> None:
    missing = [
        (context, english)
        for file in sorted(WORDS.glob("ages_*.toml"))
        for question in tomllib.loads(file.read_text())["questions"]
        for context, english in _said(question)
        if question["note"] not in _notes(extracted, context, english)
    ]

    assert sum(1 for message in extracted if message.context) > 200
    assert missing == []


def test_every_phrase_is_in_it_as_each_age_reads_it(extracted: Catalog) -> None:
    phrases = tomllib.loads((WORDS / "phrases.toml").read_text())["phrases"]
    missing = [
        (phrase["id"], english)
        for phrase in phrases
        for english in (phrase["text"], *phrase.get("bands", {}).values())
        if phrase["note"] not in _notes(extracted, f"phrase.{phrase['id']}", phrase.get("one", english))
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
