"""`python -m consultations.languages`, which `make words` runs: keeps the catalogues beside the English.

It takes every word a child can read out of the question sets and phrases into the template, brings each language's
catalogue up to date with it, and reports how far each is. `ar so` as arguments begins a catalogue for each of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.extract import extract

from consultations.languages.catalogues import CHILDREN, SAFETY, Catalogue, merged, path_of, read, write
from consultations.languages.table import LANGUAGES, Language, language_of
from consultations.questions.loading import EARLIER, HERE, PHRASES, load

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "locales"
METHOD = "consultations.questions.loading:messages"  # as pyproject.toml names it
PGETTEXT = {"pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}

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


def main(begun: list[str]) -> int:
    """Extract and merge. Returns what the program ends with."""
    words = template()
    write(LOCALES / f"{CHILDREN}.pot", words)
    for language in _languages(begun):
        path = path_of(LOCALES, language)
        write(path, merged(read(path, language) if path.exists() else Catalogue(language), words))
    return 0


def _languages(begun: list[str]) -> list[Language]:
    """Those that have a catalogue, and those that get one now."""
    new = [language for code in begun if (language := language_of(code))]
    return [each for each in LANGUAGES.values() if path_of(LOCALES, each).exists() or each in new]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
