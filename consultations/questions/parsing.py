"""One file of questions or phrases, read strictly into values: every key known, every value of its kind.

What a file may hold stands in the tables below; anything else is refused with its file, its place and a sentence.
Whether the questions make sense together is asked in `checking`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consultations.questions.sets import Choice, Phrase, Question, QuestionSet, Theme
from consultations.worrying import plain

SET = {
    "id": str, "version": int, "ages": list, "reading_grade": int, "longest_sentence": int,
    "picture_pin": bool, "share_together": bool, "easier": str, "themes": list, "questions": list,
}  # fmt: skip
THEME = {"id": str, "heading": str}
QUESTION = {
    "id": str, "theme": str, "text": str, "note": str, "words": bool, "words_hint": str, "after": list,
    "private": bool, "needs": str, "evidence": str, "most_wanted": bool, "anything_else": bool, "feedback": bool,
    "choices": list,
}  # fmt: skip
CHOICE = {"id": str, "text": str, "picture": str, "alarm": bool, "ask_now": str, "evidence": str}
PHRASE = {"id": str, "text": str, "note": str, "bands": dict, "one": str}

KINDS = {str: "text in quotes", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


class BrokenSet(ValueError):
    """A file of questions or phrases that cannot be used: which file, where in it, and why, in a sentence."""

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(f"{file}: {where}: {reason}")
        self.file = file
        self.where = where
        self.reason = reason


def question_set(path: Path) -> QuestionSet:
    """The set in this file. Its name is its id (`ages_8_11.toml`), or id and version for a former one."""
    raw = _table(path.name, "the set", _read(path), SET, required=set(SET) - {"picture_pin", "share_together"})
    named = (f"{raw['id']}.toml", f"{raw['id']}.{raw['version']}.toml")
    if path.name not in named:
        raise BrokenSet(path.name, "the set", f"its id is {raw['id']!r}, so its file should be {named[0]}")
    ages = raw["ages"]
    if len(ages) != 2 or not all(type(age) is int for age in ages):
        raise BrokenSet(path.name, "the set", "ages should be the youngest and the oldest, like [8, 11]")
    return QuestionSet(
        id=raw["id"],
        version=raw["version"],
        ages=(ages[0], ages[1]),
        reading_grade=raw["reading_grade"],
        longest_sentence=raw["longest_sentence"],
        themes=tuple(_theme(path.name, each) for each in raw["themes"]),
        questions=tuple(_question(path.name, each) for each in raw["questions"]),
        picture_pin=raw.get("picture_pin", False),
        share_together=raw.get("share_together", False),
        easier=raw["easier"],
    )


def phrases(path: Path) -> tuple[Phrase, ...]:
    """The phrases in this file, in its order."""
    raw = _table(path.name, "the file", _read(path), {"phrases": list}, required={"phrases"})
    return tuple(_phrase(path.name, each) for each in raw["phrases"])


def worrying(path: Path) -> tuple[str, ...]:
    """The words in this file, of every language in it, as they are compared."""
    found: dict[str, str] = {}
    for language, raw in _read(path).items():
        table = _table(path.name, f"language {language}", raw, {"words": list}, required={"words"})
        for each in table["words"]:
            compared = plain(each) if isinstance(each, str) else ""
            if not compared:
                raise BrokenSet(path.name, f"language {language}", f"{each!r} is no word")
            if compared in found:
                raise BrokenSet(path.name, f"language {language}", f"{each!r} is there already, as {found[compared]!r}")
            found[compared] = each
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ToTranslate:
    """One sentence for translators: where it stands, what it is, and what they are told about it."""

    line: int
    context: str
    english: str
    notes: tuple[str, ...]
    one: str = ""  # its words for one, where it is counted


def to_translate(content: str) -> Iterator[ToTranslate]:
    """Everything to translate in a file's content. Each sentence says for which ages it is."""
    raw = tomllib.loads(content)
    line = _finder(content)
    ages = (f"For ages {raw['ages'][0]} to {raw['ages'][1]}.",) if "ages" in raw else ()
    for theme in raw.get("themes", ()):
        yield ToTranslate(line(theme), f"theme.{theme['id']}", theme["heading"], (*ages, "Heading."))
    for question in raw.get("questions", ()):
        here, asked, note = line(question), f"Question: “{question['text']}”", question["note"]
        yield ToTranslate(here, question["id"], question["text"], (*ages, note))
        if question.get("words_hint"):
            notes = (*ages, f"Above the field for words. {asked}", note)
            yield ToTranslate(here, f"{question['id']}.hint", question["words_hint"], notes)
        for choice in question.get("choices", ()):
            notes = (*ages, f"Choice. {asked}", note)
            yield ToTranslate(line(choice), f"{question['id']}.{choice['id']}", choice["text"], notes)
    for phrase in raw.get("phrases", ()):
        here, note, bands = line(phrase), phrase["note"], phrase.get("bands", {})
        for english in dict.fromkeys((phrase["text"], *bands.values())):
            told = (_whose(english, bands), note) if bands else (note,)
            yield ToTranslate(here, f"phrase.{phrase['id']}", english, told, phrase.get("one", ""))


def _whose(english: str, bands: Mapping[str, str]) -> str:
    """For which ages a wording of a phrase is."""
    ages = [band.replace("_", " ", 1).replace("_", " to ") for band, own in bands.items() if own == english]
    return f"For {' and '.join(ages)}." if ages else "The usual wording: for every age that has none of its own."


def _finder(content: str) -> Callable[[Mapping[str, Any]], int]:
    """The line of each table's id, asked for in the file's order. tomllib does not say where it read something."""
    lines = content.splitlines()
    here = 0

    def line(table: Mapping[str, Any]) -> int:
        nonlocal here
        wanted = re.compile(rf"(^|{{)\s*id = ['\"]{re.escape(table['id'])}['\"]")
        here = next((number for number, text in enumerate(lines[here:], here + 1) if wanted.search(text)), here)
        return here

    return line


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenSet(path.name, "the file", "it is not there") from None
    except UnicodeDecodeError:
        raise BrokenSet(path.name, "the file", "it is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as fault:
        raise BrokenSet(path.name, "the file", f"it is not TOML: {fault}") from None


def _theme(file: str, raw: object) -> Theme:
    table = _table(file, f"theme {_id(raw)}", raw, THEME, required=set(THEME))
    return Theme(id=table["id"], heading=table["heading"])


def _question(file: str, raw: object) -> Question:
    where = f"question {_id(raw)}"
    table = _table(file, where, raw, QUESTION, required={"id", "theme", "text", "note"})
    choices = tuple(_choice(file, f"{where}, choice {_id(each)}", each) for each in table.pop("choices", ()))
    after = table.pop("after", [])
    if not all(isinstance(opening, str) for opening in after):
        raise BrokenSet(file, where, 'after should be a list like ["home_settled:no"]')
    return Question(**table, choices=choices, after=tuple(after))


def _choice(file: str, where: str, raw: object) -> Choice:
    return Choice(**_table(file, where, raw, CHOICE, required={"id", "text"}))


def _phrase(file: str, raw: object) -> Phrase:
    where = f"phrase {_id(raw)}"
    table = _table(file, where, raw, PHRASE, required={"id", "text", "note"})
    bands = table.get("bands", {})
    if not all(isinstance(english, str) for english in bands.values()):
        raise BrokenSet(file, where, "each band's wording should be text in quotes")
    return Phrase(id=table["id"], text=table["text"], note=table["note"], bands=bands, one=table.get("one", ""))


def _table(file: str, where: str, raw: object, known: Mapping[str, type], required: set[str]) -> dict[str, Any]:
    """The table, if every key in it is known and of its kind and none is missing."""
    if not isinstance(raw, dict):
        raise BrokenSet(file, where, "it should be a table")
    for key, value in raw.items():
        if key not in known:
            raise BrokenSet(file, where, f"{key!r} is not something it can have")
        if type(value) is not known[key]:
            raise BrokenSet(file, where, f"{key!r} should be {KINDS[known[key]]}")
    for key in known:
        if key in required and key not in raw:
            raise BrokenSet(file, where, f"{key!r} is missing")
    return dict(raw)


def _id(raw: object) -> str:
    found = raw.get("id", "without an id") if isinstance(raw, dict) else "without an id"
    return str(found)
