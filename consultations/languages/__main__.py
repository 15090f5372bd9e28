"""`python -m consultations.languages`, which `make words` runs: keeps the catalogues beside the English.

It takes every word a child can read out of the question sets and phrases into the template, brings each language's
catalogue up to date with it, says how far each is, and what is wrong with it. Codes as arguments (`so sq`) begin a
catalogue for each of them; `--check` writes nothing. It ends with 1 where a catalogue could not be used.

Staff's words, out of the portal's pages, have a template of their own. They are in English alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

from consultations.languages.catalogues import (
    CHILDREN,
    PORTAL,
    BrokenCatalogue,
    Catalogue,
    merged,
    path_of,
    read,
    write,
)
from consultations.languages.faults import Fault, faults
from consultations.languages.loading import LOCALES, SAFETY, unsafe
from consultations.languages.progress import progress
from consultations.languages.table import LANGUAGES, SOURCE, Language, language_of
from consultations.questions.loading import EARLIER, HERE, PHRASES, load

ROOT = Path(__file__).parents[2]
METHOD = "consultations.questions.loading:messages"  # as pyproject.toml names it
PGETTEXT = {"pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
NEWSTYLE = {"newstyle_gettext": "true", "silent": "false"}
EXACTLY = "SAFETY WORDS: say exactly what the English says, no more, no less."


def template() -> Catalogue:
    """Every word a child can read, in the order of the files, with what translators are told about it."""
    made = Catalogue()
    sets = [HERE / f"{each.id}.toml" for each in load()]
    for path in (HERE / PHRASES, *sets, *sorted((HERE / EARLIER).glob("*.toml"))):
        with path.open("rb") as file:
            for _, english, notes, context in extract(METHOD, file, keywords=PGETTEXT):
                told = [EXACTLY, *notes] if context in {f"phrase.{id}" for id in SAFETY} else notes
                where = [(path.relative_to(ROOT).as_posix(), 0)]
                made.add(english, locations=where, auto_comments=told, context=context)
    return made


def portal_template() -> Catalogue:
    """Every word staff read on a page of the portal."""
    made = Catalogue(domain=PORTAL)
    made.header_comment = "# Every word staff read on a page of the portal. Made by `make words`.\n#"
    for path in sorted((ROOT / "bot" / "portal").rglob("*.html")):
        with path.open("rb") as file:
            for _, english, notes, context in extract("jinja2.ext:babel_extract", file, options=NEWSTYLE):
                where = [(path.relative_to(ROOT).as_posix(), 0)]
                made.add(english, locations=where, auto_comments=notes, context=context)
    return made


def main(arguments: list[str]) -> int:
    """Extract, merge, report. Returns what the program ends with."""
    begun, check = [each for each in arguments if each != "--check"], "--check" in arguments
    for code in begun:
        if language_of(code) in (None, LANGUAGES[SOURCE]):
            _say(f"“{code}” is no language to translate into. There are: {', '.join(list(LANGUAGES)[1:])}.")
            return 2
    words = template()
    _say(f"{len(words)} sentences in English")
    if not check:
        write(LOCALES / f"{CHILDREN}.pot", words)
        write(LOCALES / f"{PORTAL}.pot", portal_template())
    broken = False
    for language in _languages(begun):
        path = path_of(LOCALES, language)
        try:
            catalogue = merged(read(path, language) if path.exists() else Catalogue(language), words)
        except BrokenCatalogue as problem:
            _say(str(problem))
            broken = True
            continue
        if not check:
            write(path, catalogue)
        found = list(faults(catalogue, language))
        broken = broken or any(fault.breaks for fault in found)
        for line in _report(catalogue, language, found):
            _say(line)
    return 1 if broken else 0


def _report(catalogue: Catalogue, language: Language, found: list[Fault]) -> Iterator[str]:
    yield f"{language.code:<8}{progress(catalogue)}"
    if young := unsafe(catalogue):
        yield f"        is not offered yet; safety words are missing: {', '.join(young)}"
    for fault in found:
        yield f"        {'BROKEN ' if fault.breaks else ''}{fault}"


def _languages(begun: list[str]) -> list[Language]:
    """Those that have a catalogue, and those that get one now."""
    new = [language_of(code) for code in begun]
    return [each for each in LANGUAGES.values() if path_of(LOCALES, each).exists() or each in new]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
