"""What translators wrote: one gettext catalogue a language, read as it is at start.

    locales/children.pot                     every word a child can read, with the author's notes
    locales/ar/LC_MESSAGES/children.po       the same in Arabic

There is no compiled file, so none can be older than its source. A catalogue's header says who has read it: it is a
draft until a person's name and a date stand there (field facts §8), and no program writes those two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, write_po

from consultations.languages.table import Language

CHILDREN, PORTAL = "children", "portal"
"""The domains: every word a child can read, and every word staff read on a page."""

DRAFT, CHECKED = "draft", "checked"
ALIKE = 0.6
"""How much of a sentence is still there after it was reworded, if its translation is offered again as fuzzy."""


class BrokenCatalogue(ValueError):
    """A catalogue that cannot be used: which file, where in it, and why, in a sentence."""

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(f"{file}: {where}: {reason}")


class Catalogue(Catalog):
    """A gettext catalogue whose headers are ours: plural forms from our own table, and who has checked it.

    Babel's would write other plural forms, drop headers it does not know, and change with every run.
    """

    def __init__(self, language: Language | None = None, domain: str = CHILDREN) -> None:
        super().__init__(domain=domain, fuzzy=False, header_comment=_comment(language))
        self.language = language
        self.said: dict[str, str] = {}
        if language:
            self._count_forms(language.plural_forms)

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        """The header as it is written: what a translator's program added stays, and what is ours is ours."""
        ours = {"Project-Id-Version": "Foreword", "Language": "", "Plural-Forms": ""}
        unsaid = {"X-Review-State": DRAFT, "X-Reviewed-By": "", "X-Reviewed-On": ""} if self.language else {}
        if self.language:
            ours |= {"Language": self.language.code, "Plural-Forms": self.language.plural_forms}
        ours |= {
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
        }
        theirs = {name: value for name, value in self.said.items() if name not in ours}
        headers = [(name, value) for name, value in (ours | unsaid | theirs).items() if self.language or value]
        return [*headers[:-1], (headers[-1][0], f"{headers[-1][1]}\n")]  # each line of a header ends, the last as well

    def _set_mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """The header as a file has it: its entries were written for the plural forms that it names."""
        self.said |= dict(headers)
        if "Plural-Forms" in self.said:
            self._count_forms(self.said["Plural-Forms"])

    mime_headers = property(_get_mime_headers, _set_mime_headers)

    def _count_forms(self, plural_forms: str) -> None:
        super()._set_mime_headers([("Plural-Forms", plural_forms)])

    @property
    def checked(self) -> tuple[str, date] | None:
        """Who has read every sentence of it beside the English, and when. None while it is a draft."""
        name = self.said.get("X-Reviewed-By", "").strip()
        if self.said.get("X-Review-State", DRAFT).strip() != CHECKED or not name:
            return None
        try:
            return name, date.fromisoformat(self.said.get("X-Reviewed-On", "").strip())
        except ValueError:
            return None

    def entries(self) -> list[Message]:
        """Every entry but the header."""
        return [message for message in self if message.id]


def _comment(language: Language | None) -> str:
    whose = f"Every word a child can read, in {language.code}." if language else "Every word a child can read."
    return f"# {whose}\n# Made by `make words` from consultations/questions/. How to translate: locales/README.md.\n#"


def path_of(folder: Path, language: Language, domain: str = CHILDREN) -> Path:
    """Where a language's catalogue stands."""
    return folder / language.code / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, language: Language | None = None) -> Catalogue:
    """The catalogue in this file. BrokenCatalogue when it cannot be read as one."""
    catalogue = Catalogue(language)
    try:
        with path.open("rb") as file:
            PoFileParser(catalogue, abort_invalid=True).parse(file)
    except UnicodeDecodeError:
        raise BrokenCatalogue(str(path), "the file", "it is not UTF-8 text") from None
    except (PoFileError, ValueError, IndexError) as fault:
        raise BrokenCatalogue(str(path), "the file", f"it is not a catalogue: {fault}") from None
    return catalogue


def write(path: Path, catalogue: Catalogue) -> None:
    """Put it in this file, the same catalogue always as the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = BytesIO()
    write_po(made, catalogue, width=110, include_lineno=False)
    path.write_bytes(made.getvalue())


def merged(catalogue: Catalogue, template: Catalogue) -> Catalogue:
    """The catalogue with exactly the template's entries, and every translation that still belongs to one.

    A sentence that was reworded keeps its translation as *fuzzy*, which is offered to translators and shown to nobody;
    only within its own context, because the same words for another age or another question are not the same.
    What belongs to no entry any more is kept as obsolete.
    """
    new = Catalogue(catalogue.language, catalogue.domain or CHILDREN)
    new.said = dict(catalogue.said)
    old = {(each.context, _text(each)): each for each in (*catalogue.obsolete.values(), *catalogue.entries())}
    left = dict(old)
    for wanted in template.entries():
        before = left.pop((wanted.context, _text(wanted)), None)
        reworded = before is None
        if before is None and (key := _closest(wanted, left)):
            before = left.pop(key)
        entry = wanted.clone()
        entry.string, fuzzy = _fitted(before, entry, new.num_plurals) if before else (_empty(entry, new), False)
        if before:
            entry.user_comments = before.user_comments
            entry.flags = {*entry.flags, *before.flags}
        if fuzzy or (before and reworded):
            entry.flags = {*entry.flags, "fuzzy"}
        new[entry.id] = entry
    for (context, english), each in left.items():
        if any(strings(each)):
            new.obsolete[(english, context) if context else english] = each
    return new


def _text(message: Message) -> str:
    """The English an entry is known by: the words for one, where it is counted."""
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> tuple[str, ...]:
    """Every form of the translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def translated(message: Message, language: Language | None) -> bool:
    """Whether it is shown: not fuzzy, and in every form that a number of ours takes."""
    said = strings(message)
    needed = language.taken if language and not isinstance(message.id, str) else (0,)
    return not message.fuzzy and all(len(said) > form and said[form] for form in needed)


def _empty(message: Message, catalogue: Catalogue) -> str | tuple[str, ...]:
    return "" if isinstance(message.id, str) else ("",) * catalogue.num_plurals


def _fitted(before: Message, entry: Message, forms: int) -> tuple[str | tuple[str, ...], bool]:
    """A translation in as many forms as the entry wants, and whether that left something to look at."""
    said = strings(before)
    if isinstance(entry.id, str):
        return said[0] if said else "", len(said) > 1
    return (*said, *("",) * forms)[:forms], len(said) != forms


def _closest(wanted: Message, left: Mapping[tuple[str | None, str], Message]) -> tuple[str | None, str] | None:
    """The sentence this one was before it was reworded, if there is one in its context."""
    here = [key for key, each in left.items() if key[0] == wanted.context and any(strings(each))]
    rated = [(SequenceMatcher(None, key[1], _text(wanted)).ratio(), key) for key in here]
    best = max(rated, key=lambda each: each[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None
