"""Languages nobody speaks, made in memory: whatever is shown in them came out of a catalogue, whole.

In the first every sentence is accented and stands in brackets, so that a word left in English, or a sentence glued
together from pieces, can be seen: `[Ŷöû çáñ šķíþ ţĥíš.]`. In the second it is in Arabic letters, from right to left.
They stand in the place of a real language, with its plural forms, digits and dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import NullTranslations

from consultations.languages.__main__ import template
from consultations.languages.catalogues import Catalogue
from consultations.languages.loading import compiled
from consultations.languages.table import LANGUAGES, SOURCE
from consultations.languages.words import Words
from consultations.questions.checking import NAMES

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "áƀçðéƒĝĥíĵķļɱñöþɋŕšţûṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ"
ARABIC = "ابتدهفجحيزكلمنوعقرسطثشصخضظ" * 2


def accented(english: str) -> str:
    """Every line in brackets, every letter with an accent; placeholders and digits as they are."""
    return "\n".join(f"[{_turned(line, ACCENTED)}]" for line in english.splitlines())


def arabic(english: str) -> str:
    """Letters as Arabic ones; placeholders, digits, signs and pictures as they are."""
    return _turned(english, ARABIC)


def catalogue(code: str, said: Callable[[str], str]) -> Catalogue:
    """Every word there is to translate, said in this way; counted sentences in every form the language has."""
    language = LANGUAGES[code]
    made = Catalogue(language)
    for entry in _template().entries():
        if isinstance(entry.id, str):
            made.add(entry.id, said(entry.id), context=entry.context)
        else:
            made.add(entry.id, (said(entry.id[1]),) * language.forms, context=entry.context)
    made.said = dict(made.mime_headers)
    return made


def words(code: str, said: Callable[[str], str]) -> Words:
    """Words in the place of a real language."""
    return Words(LANGUAGES[code], compiled(catalogue(code, said)), checked=False)


@cache
def spoken() -> Mapping[str, Words]:
    """English, and in the places of our first three catalogues what nobody speaks."""
    return {
        SOURCE: Words(LANGUAGES[SOURCE], NullTranslations()),
        "ar": words("ar", arabic),
        "fa_AF": words("fa_AF", arabic),
        "vi": words("vi", accented),
    }


def _turned(english: str, letters: str) -> str:
    places = "|".join(rf"\{{{name}\}}" for name in NAMES)
    parts = re.split(f"({places})", english)
    return "".join(part if part.startswith("{") else part.translate(str.maketrans(PLAIN, letters)) for part in parts)


@cache
def _template() -> Catalogue:
    return template()
