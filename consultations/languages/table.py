"""Every language with its own name, script, digits and plural forms: field facts §8 and the Unicode CLDR.

Plural rules stand here and not in a library: the catalogue headers that `pybabel init` writes are wrong for Tigrinya,
Dari, Farsi, Amharic, Turkish, Portuguese, Bengali, Welsh and Arabic. The forms are in CLDR's order (zero, one, two,
few, many, other), and a test holds each rule against CLDR for every number a child could meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py

SOURCE = "en_GB"

COUNTED = range(1, 201)
"""What a child can meet where something is counted: never nothing, and never more than two hundred."""

NOT_ONE = "(n != 1)"
ABOVE_ONE = "(n > 1)"
FEW_MANY = "(n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
MILLIONS = "(n != 0 && n%1000000 == 0)"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code here, its own name and what staff call it, and how it is written and counted."""

    code: str
    own_name: str
    english: str  # as an interpreter is booked
    script: str = "Latin"  # as the Unicode names of its letters begin
    forms: int = 2
    plural: str = NOT_ONE  # which form a number takes, in C as gettext wants it
    digits: str = "0123456789"

    @property
    def direction(self) -> str:
        """ "rtl" or "ltr"."""
        return "rtl" if self.script == "Arabic" else "ltr"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for `lang` attributes: ar, fa-AF, en-GB."""
        return self.code.replace("_", "-")

    @property
    def taken(self) -> Mapping[int, int]:
        """Which plural forms are ever needed, and by how many numbers."""
        return _taken(self.plural)

    @property
    def plural_forms(self) -> str:
        """The header `Plural-Forms` of its catalogues."""
        return f"nplurals={self.forms}; plural={self.plural};"


@cache
def _taken(plural: str) -> Mapping[int, int]:
    return Counter(map(c2py(plural), COUNTED))


ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
WELSH = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5)"
UKRAINIAN = f"(n%10==1 && n%100!=11 ? 0 : {FEW_MANY})"
POLISH = f"(n==1 ? 0 : {FEW_MANY})"
ROMANIAN = "(n==1 ? 0 : n==0 || (n%100>=1 && n%100<=19) ? 1 : 2)"
SPANISH = f"(n==1 ? 0 : {MILLIONS} ? 1 : 2)"
FRENCH = f"(n<2 ? 0 : {MILLIONS} ? 1 : 2)"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
BENGALI_DIGITS = "০১২৩৪৫৬৭৮৯"

# Arabic as it is written in Sudan, Syria, Iraq and Egypt, whose children come to us: with its own digits. (CLDR's plain
# `ar` takes European ones since 2022; ar_SD, ar_SY, ar_IQ and ar_EG keep these.)
# Ukrainian's and Polish's last form is for fractions. No number of ours takes it, and no catalogue needs to fill it.
LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en_GB", "English", "English"),
        Language("cy", "Cymraeg", "Welsh", "Latin", 6, WELSH),
        Language("ar", "العربية", "Arabic", "Arabic", 6, ARABIC, ARABIC_DIGITS),
        Language("fa", "فارسی", "Farsi", "Arabic", 2, ABOVE_ONE, PERSIAN_DIGITS),
        Language("fa_AF", "دری", "Dari", "Arabic", 2, ABOVE_ONE, PERSIAN_DIGITS),
        Language("ps", "پښتو", "Pashto", "Arabic", 2, NOT_ONE, PERSIAN_DIGITS),
        Language("ckb", "کوردیی ناوەندی", "Kurdish (Sorani)", "Arabic", 2, NOT_ONE, ARABIC_DIGITS),
        Language("ur", "اردو", "Urdu", "Arabic"),
        Language("ti", "ትግርኛ", "Tigrinya", "Ethiopic", 2, ABOVE_ONE),
        Language("am", "አማርኛ", "Amharic", "Ethiopic", 2, ABOVE_ONE),
        Language("so", "Soomaali", "Somali"),
        Language("vi", "Tiếng Việt", "Vietnamese", "Latin", 1, "0"),
        Language("sq", "shqip", "Albanian"),
        Language("uk", "українська", "Ukrainian", "Cyrillic", 4, UKRAINIAN),
        Language("pl", "polski", "Polish", "Latin", 4, POLISH),
        Language("ro", "română", "Romanian", "Latin", 3, ROMANIAN),
        Language("tr", "Türkçe", "Turkish"),
        Language("bn", "বাংলা", "Bengali", "Bengali", 2, ABOVE_ONE, BENGALI_DIGITS),
        Language("pt", "português", "Portuguese", "Latin", 3, FRENCH),
        Language("fr", "français", "French", "Latin", 3, FRENCH),
        Language("es", "español", "Spanish", "Latin", 3, SPANISH),
        Language("zh_Hans", "简体中文", "Chinese", "CJK", 1, "0"),
    )
}
"""Every language of field facts §8, in the order in which they are offered."""

OTHER_NAMES: Mapping[str, str] = {"prs": "fa_AF", "en": "en_GB", "zh": "zh_Hans", "sorani": "ckb", "persian": "fa"}
"""What else the same language is called. `prs` (ISO 639-3 Dari) is unknown to CLDR; `ku` is Kurmanji, not Sorani."""


def language_of(said: str) -> Language | None:
    """The language that a code or an English name means (`prs`, `fa-AF`, `Dari`); None when we do not speak it."""
    return _known().get(said.strip().replace("-", "_").lower())


@cache
def _known() -> Mapping[str, Language]:
    known = {code.lower(): language for code, language in LANGUAGES.items()}
    known |= {language.english.lower(): language for language in LANGUAGES.values()}
    return known | {name: LANGUAGES[code] for name, code in OTHER_NAMES.items()}
