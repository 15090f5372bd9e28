"""What is wrong with a catalogue: what may not reach a child, and what somebody should look at.

A fault that `breaks` stops Foreword at the start: a placeholder that is never filled in, a plural form that is missing,
a mark that turns the words around it, the numbers for help without their digits. The others are for people to judge.
Nothing is asked of an entry that is empty or fuzzy: those are shown to nobody, and counted.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Message

from consultations.languages.catalogues import CHECKED, DRAFT, Catalogue, strings
from consultations.languages.table import Language
from consultations.languages.words import TURNING

BUTTON = 28
"""How many letters wide a button's words may be before a narrow phone breaks them; more where the English has more."""

TELEGRAM_BUTTON = 64
"""What a Telegram button shows of its words at most."""

BUTTONS = frozenset({
    "helper_carer", "helper_social_worker", "helper_family", "helper_teacher", "helper_advocate", "helper_interpreter",
    "helper_someone", "share_officer", "share_social_worker", "share_everyone", "share_nobody", "leave_now",
    "web_try_again",
})  # fmt: skip
"""Phrases that stand on buttons, besides those that are called so (b_…)."""

KEPT = frozenset({"Childline", "PIN", "Telegram"})
"""Latin words that may stand as they are in any script."""

SAME_NUMBERS = ("999", "0800 1111")
"""What a child dials: the same digits in every language."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_CODE = re.compile(r"/[a-z]+|[0-9A-Z]+(?:-[0-9A-Z]+)+")
_TAG = re.compile(r"</?\w+[^>]*>")
_NEVER = {"ar": "\u06cc\u06a9", "fa": "\u064a\u0643", "fa_AF": "\u064a\u0643"}
"""Letters that look right and are another language's: Persian yeh and kaf in Arabic, and the other way about."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which entry, and what, in a sentence."""

    where: str
    reason: str
    breaks: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def faults(catalogue: Catalogue, language: Language) -> Iterator[Fault]:
    """Everything that is wrong with it, the header first and then in the catalogue's order."""
    yield from breaking(catalogue, language)
    yield from _review(catalogue)
    buttons = _buttons(catalogue)
    for entry, _, said in _said(catalogue):
        where = entry.context or ""
        yield from (Fault(where, reason) for reason in _unlike(entry, said, language))
        yield from (Fault(where, reason) for reason in _misnamed(entry, said, buttons))


def breaking(catalogue: Catalogue, language: Language) -> Iterator[Fault]:
    """What may not reach a child. A catalogue with any of it is not used."""
    yield from _header(catalogue, language)
    for entry, form, said in _said(catalogue):
        yield from (Fault(entry.context or "", reason, True) for reason in _breaks(entry, form, said, language))
    for entry in catalogue.entries():
        if len(strings(entry)) > 1 and any(strings(entry)) and not entry.fuzzy:
            for form in sorted(language.taken):
                if not "".join(strings(entry)[form : form + 1]):
                    yield Fault(entry.context or "", f"its plural form msgstr[{form}] is missing", True)


def is_button(context: str) -> bool:
    """Whether these words stand on a button."""
    place, _, id = context.partition(".")
    if place == "phrase":
        return id.startswith(("b_", "typing_", "picture_")) or id in BUTTONS
    return bool(id) and place != "theme" and id != "hint"


def width(text: str) -> int:
    """How many letters wide a text is: marks take no room, and Chinese signs take two. A name counts as Samantha."""
    filled = re.sub(r"\{\w+\}", "Samantha", text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in filled)
    return wide + sum(unicodedata.category(sign) not in ("Mn", "Me", "Cf") for sign in filled)


def _header(catalogue: Catalogue, language: Language) -> Iterator[Fault]:
    said = catalogue.said
    if (named := said.get("Language", "")) != language.code:
        yield Fault("the header", f"Language is “{named}”; in this folder it should be {language.code}", breaks=True)
    if "".join(said.get("Plural-Forms", "").split()) != "".join(language.plural_forms.split()):
        yield Fault("the header", f"Plural-Forms should be “{language.plural_forms}”", breaks=True)


def _review(catalogue: Catalogue) -> Iterator[Fault]:
    state = catalogue.said.get("X-Review-State", DRAFT).strip()
    if state not in (DRAFT, CHECKED):
        yield Fault("the header", f"X-Review-State is “{state}”; it can be {DRAFT} or {CHECKED}")
    if state == CHECKED and catalogue.checked is None:
        yield Fault("the header", "it says checked, without a person's X-Reviewed-By and a day as X-Reviewed-On")


def _said(catalogue: Catalogue) -> Iterator[tuple[Message, int, str]]:
    """Every translation there is, each plural form by itself."""
    for entry in catalogue.entries():
        if not entry.fuzzy:
            yield from ((entry, form, said) for form, said in enumerate(strings(entry)) if said)


def _breaks(entry: Message, form: int, said: str, language: Language) -> Iterator[str]:
    english = _english(entry)
    try:
        names = _names(said)
    except ValueError:
        yield "a curly bracket in it has no partner"
        return
    wanted = _names(english)
    may_lack = {"count"} if _for_one_number(entry, form, language) else set()
    if names - wanted or wanted - names - may_lack:
        yield f"it has {_listed(names)} where the English has {_listed(wanted)}"
    if turning := TURNING.search(said):
        yield f"it holds U+{ord(turning[0]):04X}, which turns words; the software keeps names and numbers apart itself"
    if any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in said):
        yield "it holds a control character"
    for number in SAME_NUMBERS:
        if said.count(number) < english.count(number):
            yield f"{number} is missing: a child dials it, so it stays in these digits"


def _unlike(entry: Message, said: str, language: Language) -> Iterator[str]:
    """What somebody should look at, beside the English."""
    english, context = _english(entry), entry.context or ""
    if said == english and len(_LATIN.findall(english)) > 1:
        yield "it is the English"
    if _lines(said) != _lines(english):
        yield f"it has {_lines(said)} lines, and the English has {_lines(english)}"
    if sorted(_TAG.findall(said)) != sorted(_TAG.findall(english)):
        yield "its tags differ from those of the English"
    if said != said.strip() or "  " in said:
        yield "there is a space too many in it"
    if is_button(context):
        if width(said) > max(BUTTON, width(english)):
            yield f"it is {width(said)} letters wide; a button has room for {max(BUTTON, width(english))}"
        if len(said) > TELEGRAM_BUTTON:
            yield f"it has {len(said)} letters; a Telegram button takes {TELEGRAM_BUTTON}"
    if strange := _strange(said, english, language):
        yield f"it holds {', '.join(strange)}, in a script that is not {language.english}'s"
    if wrong := sorted({sign for sign in said if sign in _NEVER.get(language.code, "")}):
        yield f"it holds {', '.join(f'U+{ord(sign):04X}' for sign in wrong)}, which {language.english} does not write"
    if any("\ufb50" <= sign <= "\ufdff" or "\ufe70" <= sign <= "\ufefc" for sign in said):
        yield "it holds letters in a fixed shape (Arabic presentation forms), which nothing can search or read aloud"


def _misnamed(entry: Message, said: str, buttons: dict[str, set[str]]) -> Iterator[str]:
    """A button that a sentence names has to be the one the child sees."""
    for english, translated in buttons.items():
        named = rf"“{re.escape(english)}”|\b(?:[Tt]ap|[Uu]nder) {re.escape(english)}\b"
        if re.search(named, _english(entry)) and not any(each in said for each in translated):
            yield f"it names the button “{english}”, which is “{' or '.join(sorted(translated))}” in this language"


def _buttons(catalogue: Catalogue) -> dict[str, set[str]]:
    """What the buttons' words were translated as."""
    found: dict[str, set[str]] = {}
    for entry in catalogue.entries():
        if (entry.context or "").startswith("phrase.b_") and not entry.fuzzy and all(strings(entry)):
            found.setdefault(_english(entry), set()).update(strings(entry))
    return found


def _strange(said: str, english: str, language: Language) -> list[str]:
    """Words with letters of another script than the language's, but for those that stay as they are."""
    left = re.sub(r"\{\w+\}", " ", said)
    for code in _CODE.findall(english):
        left = left.replace(code, " ")
    left = re.sub(rf"\b(?:{'|'.join(sorted(KEPT))})\b", " ", left)
    ours = language.script.upper()
    words = re.findall(r"\w+", left)
    return [word for word in words if any(_letter_of(sign) not in ("", ours) for sign in word)]


def _letter_of(sign: str) -> str:
    """The script a letter belongs to, as its Unicode name begins; "" for what is no letter."""
    if unicodedata.category(sign) not in ("Lu", "Ll", "Lo", "Lt"):
        return ""
    name = unicodedata.name(sign, "")
    return name.split("-")[0].split(" ")[0]


def _for_one_number(entry: Message, form: int, language: Language) -> bool:
    """Whether a plural form is for one number alone (one, two), so that its words can say it themselves."""
    return not isinstance(entry.id, str) and language.taken.get(form, 0) <= 1


def _english(entry: Message) -> str:
    """The English a translation is compared with. Where something is counted: not the words for one."""
    return entry.id if isinstance(entry.id, str) else entry.id[1]


def _names(text: str) -> set[str]:
    """The placeholders in a text. ValueError for a bracket without a partner, or one that asks for more than a name."""
    parsed = list(string.Formatter().parse(text))
    if any(form or conversion for _, _, form, conversion in parsed):
        raise ValueError
    return {name for _, name, _, _ in parsed if name is not None}


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"


def _lines(text: str) -> int:
    return len([line for line in text.splitlines() if line.strip()])
