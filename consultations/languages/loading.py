"""Catalogues become words, once, at start. A catalogue that could harm is refused, and one that is too young waits."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.support import Translations

from consultations.languages.catalogues import BrokenCatalogue, Catalogue, path_of, read, strings, translated
from consultations.languages.faults import breaking
from consultations.languages.table import LANGUAGES, SOURCE
from consultations.languages.words import Words

SAFETY = (
    "open_who", "open_safety", "tell_more", "b_help", "help_title", "help_lines", "check_exception", "leave_now",
    "tell_not_safe", "b_tell", "tell_explain", "told_last", "take_back_alarm",
    "alarm_before", "alarm_believed", "alarm_told", "alarm_told_officer", "alarm_told_people", "alarm_numbers",
    "alarm_kept_from",
)  # fmt: skip
"""The phrases a child's safety hangs on: who reads it, that nobody watches, where help is, what cannot be
kept, and what happens when somebody says that they are not safe."""


LOCALES = Path(__file__).parents[2] / "locales"


def load_words(folder: Path = LOCALES) -> Mapping[str, Words]:
    """English, which needs no catalogue, and every language whose catalogue in this folder has all safety words.

    Any other sentence without a translation is said in English. BrokenCatalogue when a catalogue has a fault that may
    not reach a child.
    """
    spoken = {SOURCE: Words(LANGUAGES[SOURCE], NullTranslations())}
    for code, language in LANGUAGES.items():
        path = path_of(folder, language)
        if not path.exists():
            continue
        catalogue = read(path, language)
        for fault in breaking(catalogue, language):
            raise BrokenCatalogue(str(path), fault.where, fault.reason)
        if not unsafe(catalogue):
            checked = catalogue.checked is not None
            spoken[code] = Words(language, compiled(catalogue), checked=checked, letters=letters_of(catalogue))
    return spoken


def unsafe(catalogue: Catalogue) -> tuple[str, ...]:
    """The safety words this catalogue does not say yet, or says in a translation that is to be looked at again."""
    needed = {f"phrase.{id}" for id in SAFETY}
    said = {each.context for each in catalogue.entries() if each.context in needed}
    unsaid = {each.context for each in catalogue.entries() if not translated(each, catalogue.language)}
    return tuple(sorted((needed - said) | (needed & unsaid)))


def letters_of(catalogue: Catalogue) -> str:
    """Every letter and sign its sentences are written with, and the language's own name and digits."""
    said = "".join(each for entry in catalogue.entries() for each in strings(entry) if not entry.fuzzy)
    language = catalogue.language
    return "".join(sorted({*said, *(language.own_name + language.digits if language else "")} - {"\n"}))


def compiled(catalogue: Catalogue) -> Translations:
    """The catalogue as gettext reads it: without what is fuzzy."""
    made = BytesIO()
    write_mo(made, catalogue)
    made.seek(0)
    return Translations(made)
