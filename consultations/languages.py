"""The languages Foreword speaks, and words in one of them.

A language's own name, direction and code are field facts §8. English is the source: its words stand in the question
sets and phrases, and are the msgids of every catalogue. A catalogue is `locales/<language>/LC_MESSAGES/*.po`, read in
memory at start, so that no compiled file can be older than its source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE = "en_GB"
LONDON = ZoneInfo("Europe/London")
ISOLATE, POP = "\u2068", "\u2069"  # Unicode TR 9: a name or number keeps its own direction inside the sentence


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code here, its own name, and which way it runs."""

    code: str
    own_name: str
    direction: str = "ltr"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for `lang` attributes: ar, fa-AF, en-GB."""
        return self.code.replace("_", "-")


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en_GB", "English"),
        Language("cy", "Cymraeg"),
        Language("ar", "العربية", "rtl"),
        Language("fa", "فارسی", "rtl"),
        Language("fa_AF", "دری", "rtl"),
        Language("ps", "پښتو", "rtl"),
        Language("ckb", "کوردیی ناوەندی", "rtl"),
        Language("ur", "اردو", "rtl"),
        Language("ti", "ትግርኛ"),
        Language("am", "አማርኛ"),
        Language("so", "Soomaali"),
        Language("vi", "Tiếng Việt"),
        Language("sq", "shqip"),
        Language("uk", "українська"),
        Language("pl", "polski"),
        Language("ro", "română"),
    )
}
"""Every language with its own name and direction (field facts §8)."""


class Words:
    """Sentences in one language. Named values are isolated where the language runs from right to left."""

    def __init__(self, language: Language, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue
        self._locale = Locale.parse(language.code)

    def say(self, context: str, english: str, **named: object) -> str:
        """The sentence for this context, with its named placeholders filled in."""
        sentence = self._catalogue.pgettext(context, english) if english else ""
        return sentence.format(**{name: self._isolated(str(value)) for name, value in named.items()})

    def day(self, day: date) -> str:
        """A date with its weekday, in the Gregorian calendar: Monday 14 December 2026."""
        return format_date(day, "EEEE d MMMM y" if self.language.code == SOURCE else "full", locale=self._locale)

    def moment(self, at: datetime) -> str:
        """A day and a time in Europe/London: Monday 14 December at 16:20."""
        pattern = "EEEE d MMMM 'at' HH:mm" if self.language.code == SOURCE else "EEEE d MMMM, HH:mm"
        return format_datetime(at, pattern, tzinfo=LONDON, locale=self._locale)

    def _isolated(self, value: str) -> str:
        still = _still(value)
        return f"{ISOLATE}{still}{POP}" if self.language.direction == "rtl" else still


def _still(value: str) -> str:
    """A value that does not turn the words around it: no override, and no isolate that is left open."""
    value = re.sub("[\u202a-\u202e\u2066\u2067]", "", value)
    depth = 0
    for sign in value:
        depth += (sign == ISOLATE) - (sign == POP)
        if depth < 0:
            break
    return value if depth == 0 else value.replace(ISOLATE, "").replace(POP, "")


def load_words(folder: Path) -> Mapping[str, Words]:
    """Every language there is a catalogue for in this folder, and English, which needs none."""
    spoken = {SOURCE: Words(LANGUAGES[SOURCE], NullTranslations())}
    for code, language in LANGUAGES.items():
        catalogues = sorted((folder / code / "LC_MESSAGES").glob("*.po"))
        if catalogues:
            spoken[code] = Words(language, _read(catalogues))
    return spoken


def _read(catalogues: list[Path]) -> Translations:
    joined = Translations()
    for path in catalogues:
        with path.open("rb") as file:
            catalogue = read_po(file)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        joined.merge(Translations(compiled))
    return joined
