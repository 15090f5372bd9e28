"""Every language with its own name, direction, digits and plural forms: field facts §8 and the Unicode CLDR.

Plural rules stand here and not in a library: the catalogue headers that `pybabel init` writes are wrong for Tigrinya,
Dari, Farsi, Amharic, Turkish, Portuguese, Bengali, Welsh and Arabic. The forms are in CLDR's order (zero, one, two,
few, many, other), and a test holds each rule against CLDR for every number a child could meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SOURCE = "en_GB"

NOT_ONE = "(n != 1)"
ABOVE_ONE = "(n > 1)"
FEW_MANY = "(n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
MILLIONS = "(n != 0 && n%1000000 == 0)"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code here, its own name, which way it runs, its digits and its plural forms."""

    code: str
    own_name: str
    direction: str = "ltr"
    forms: int = 2
    plural: str = NOT_ONE  # which form a number takes, in C as gettext wants it
    digits: str = "0123456789"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for `lang` attributes: ar, fa-AF, en-GB."""
        return self.code.replace("_", "-")

    @property
    def plural_forms(self) -> str:
        """The header `Plural-Forms` of its catalogues."""
        return f"nplurals={self.forms}; plural={self.plural};"


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
        Language("en_GB", "English"),
        Language("cy", "Cymraeg", "ltr", 6, WELSH),
        Language("ar", "العربية", "rtl", 6, ARABIC, ARABIC_DIGITS),
        Language("fa", "فارسی", "rtl", 2, ABOVE_ONE, PERSIAN_DIGITS),
        Language("fa_AF", "دری", "rtl", 2, ABOVE_ONE, PERSIAN_DIGITS),
        Language("ps", "پښتو", "rtl", 2, NOT_ONE, PERSIAN_DIGITS),
        Language("ckb", "کوردیی ناوەندی", "rtl", 2, NOT_ONE, ARABIC_DIGITS),
        Language("ur", "اردو", "rtl"),
        Language("ti", "ትግርኛ", "ltr", 2, ABOVE_ONE),
        Language("am", "አማርኛ", "ltr", 2, ABOVE_ONE),
        Language("so", "Soomaali"),
        Language("vi", "Tiếng Việt", "ltr", 1, "0"),
        Language("sq", "shqip"),
        Language("uk", "українська", "ltr", 4, UKRAINIAN),
        Language("pl", "polski", "ltr", 4, POLISH),
        Language("ro", "română", "ltr", 3, ROMANIAN),
        Language("tr", "Türkçe"),
        Language("bn", "বাংলা", "ltr", 2, ABOVE_ONE, BENGALI_DIGITS),
        Language("pt", "português", "ltr", 3, FRENCH),
        Language("fr", "français", "ltr", 3, FRENCH),
        Language("es", "español", "ltr", 3, SPANISH),
        Language("zh_Hans", "简体中文", "ltr", 1, "0"),
    )
}
"""Every language with its own name and direction (field facts §8), in the order in which they are offered."""

OTHER_NAMES: Mapping[str, str] = {"prs": "fa_AF", "en": "en_GB", "zh": "zh_Hans"}
"""Codes other programs use for the same language. `prs` (ISO 639-3 Dari) is unknown to CLDR."""


def language_of(code: str) -> Language | None:
    """The language a code means, however it is written (`prs`, `fa-AF`, `AR`), or None when we do not speak it."""
    known = {each.lower(): language for each, language in LANGUAGES.items()}
    known |= {name.lower(): LANGUAGES[each] for name, each in OTHER_NAMES.items()}
    return known.get(code.strip().replace("-", "_").lower())
