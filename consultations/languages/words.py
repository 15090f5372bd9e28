"""Sentences, days and numbers in one language: whole sentences with named places, never glued together."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from gettext import NullTranslations
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from consultations.languages.table import SOURCE, Language

LONDON = ZoneInfo("Europe/London")
ISOLATE, POP = "\u2068", "\u2069"  # Unicode TR 9: a name or number keeps its own direction inside the sentence
FROM_THE_RIGHT = "\u2067"  # what ends at the next POP runs from right to left, whatever it begins with
_SET_APART = re.compile(f"{ISOLATE}[^{ISOLATE}{POP}]*{POP}")
TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Marks that turn or isolate words (Unicode TR 9). We set our own; nobody else's reach a child."""

# "0800 1111", "4MK7-W2Q9", "/leave": in a sentence from right to left their groups would stand in the wrong order.
_GROUPS = re.compile(r"[0-9]+(?: [0-9]+)+|[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+|/[a-z]+")


class Words:
    """Sentences in one language. Where it runs from right to left, names and numbers in them stand apart."""

    def __init__(
        self, language: Language, catalogue: NullTranslations, *, checked: bool = True, letters: str = ""
    ) -> None:
        self.language = language
        self.letters = letters  # every one its sentences are written with, for whoever prints them
        self.checked = checked  # by a person, who put their name to it (field facts §8); else it is a draft
        self._catalogue = catalogue
        self._locale = Locale.parse(language.code)
        self._digits = str.maketrans("0123456789", language.digits)

    def say(self, context: str, english: str, **named: object) -> str:
        """The sentence for this context, with its named placeholders filled in."""
        return self._filled(self._catalogue.pgettext(context, english) if english else "", named)

    def count(self, context: str, one: str, english: str, count: int, **named: object) -> str:
        """The sentence for this many, in the plural form the language has for it."""
        return self._filled(self._catalogue.npgettext(context, one, english, count), {**named, "count": count})

    def number(self, number: int) -> str:
        """A whole number in the language's own digits. (What is dialled or typed is no number: it stays as it is.)"""
        return str(number).translate(self._digits)

    def day(self, day: date) -> str:
        """A date with its weekday, in the Gregorian calendar: Monday 14 December 2026."""
        return _written(self.language, day)

    def moment(self, at: datetime) -> str:
        """A day and a time in Europe/London: Monday 14 December at 16:20."""
        local = at.astimezone(LONDON)
        if self.language.code == SOURCE:
            return f"{format_date(local, 'EEEE d MMMM', locale=self._locale)} at {self._time(local.time())}"
        both = str(self._locale.datetime_formats["full"])
        return TURNING.sub("", both).replace("{1}", self.day(local.date())).replace("{0}", self._time(local.time()))

    def _time(self, at: time) -> str:
        return format_time(at, "HH:mm", locale=self._locale).translate(self._digits)

    def _filled(self, sentence: str, named: dict[str, object]) -> str:
        if self.language.direction == "rtl":
            sentence = _GROUPS.sub(rf"{ISOLATE}\g<0>{POP}", sentence)
        names = (name for name in named if f"{{{name}}}" in sentence)
        return sentence.format(**{name: self._isolated(named[name]) for name in names})

    def _isolated(self, value: object) -> str:
        still = self.number(value) if isinstance(value, int) else _still(str(value))
        if self.language.direction == "ltr" or still.startswith(("https://", "http://")):
            return still  # a mark beside an address would become a part of it where somebody taps or copies it
        return f"{FROM_THE_RIGHT if _is_all_set_apart(still) else ISOLATE}{still}{POP}"


@lru_cache(maxsize=1024)  # every sentence is offered the day of the review, and writing one takes long
def _written(language: Language, day: date) -> str:
    pattern = "EEEE d MMMM y" if language.code == SOURCE else "full"
    return format_date(day, pattern, locale=language.code).translate(str.maketrans("0123456789", language.digits))


def _is_all_set_apart(value: str) -> bool:
    """Whether it is names and what stands between them ("my advocate, Priya"): with no letter outside of an isolate to
    tell by, it would run from left to right (UAX #9, P2)."""
    between = _SET_APART.sub("", value)
    return between != value and not any(bidirectional(sign) in ("L", "R", "AL") for sign in between)


def _still(value: str) -> str:
    """A value that does not turn the words around it: no override, and no isolate that is left open."""
    value = re.sub("[\u202a-\u202e\u2066\u2067]", "", value)
    depth = 0
    for sign in value:
        depth += (sign == ISOLATE) - (sign == POP)
        if depth < 0:
            break
    return value if depth == 0 else value.replace(ISOLATE, "").replace(POP, "")
