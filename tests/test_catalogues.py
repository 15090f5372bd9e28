"""The catalogues in the tree: the template is what the English says today, and nothing in a catalogue could harm."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from consultations.languages.__main__ import ROOT, main, portal_template, template
from consultations.languages.catalogues import CHILDREN, PORTAL, merged, path_of, read, write
from consultations.languages.faults import breaking, faults
from consultations.languages.loading import LOCALES, unsafe
from consultations.languages.progress import progress
from consultations.languages.table import LANGUAGES, Language

WORDS = ROOT / "consultations" / "questions"
PAGES = sorted([*(ROOT / "bot").rglob("*.html"), *(ROOT / "consultations").rglob("*.html")])
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


def test_the_portal_s_template_is_what_its_pages_say_today(tmp_path: Path) -> None:
    write(tmp_path / "portal.pot", portal_template())

    assert len(portal_template()) > 100
    assert (LOCALES / f"{PORTAL}.pot").read_text() == (tmp_path / "portal.pot").read_text(), "Run `make words`."


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_stands_beside_the_english_of_today(language: Language, tmp_path: Path) -> None:
    path = path_of(LOCALES, language)

    write(tmp_path / "today.po", merged(read(path, language), template()))

    assert path.read_text() == (tmp_path / "today.po").read_text(), "Run `make words`."


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_in_a_catalogue_could_harm(language: Language) -> None:
    assert [str(fault) for fault in breaking(read(path_of(LOCALES, language), language), language)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_child_reads_all_of_it_in_a_language_that_is_offered(language: Language) -> None:
    """Nothing is left in English, and nothing that a reader beside the English would put right."""
    catalogue = read(path_of(LOCALES, language), language)
    so_far = progress(catalogue)

    assert unsafe(catalogue) or so_far.translated == so_far.of, f"{language.english}: {so_far}"
    assert [str(fault) for fault in faults(catalogue, language)] == []


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


@pytest.mark.parametrize("page", [pytest.param(each, id=each.relative_to(ROOT).as_posix()) for each in PAGES])
def test_no_word_on_a_page_stands_outside_of_gettext(page: Path) -> None:
    """Children's pages say phrases, staff's pages say `_()`; a template by itself says nothing but our name."""
    assert [words for words in _plain_words(page) if words not in ("Foreword", "– Foreword")] == []


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


def _plain_words(page: Path) -> Iterator[str]:
    """What a template says by itself: text and attributes that people read, outside of tags and `trans` blocks."""
    text, tag, translated = "", "", False
    for _, kind, value in jinja2.Environment(extensions=["jinja2.ext.i18n"]).lex(page.read_text()):
        if kind == "block_begin":
            tag = ""
        elif kind == "name" and not tag:
            tag = value
            translated = (translated or value == "trans") and value != "endtrans"
        elif kind == "data" and not translated:
            text += value
    read = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', text) + re.sub(r"<[^>]*>", "\n", text).split(
        "\n"
    )
    yield from (each.strip() for each in read if re.search("[A-Za-z]{2}", re.sub(r"&\w+;", "", each)))


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
