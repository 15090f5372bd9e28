"""Question sets and phrases, read from their files and refused if anything in them is broken.

Authors write TOML; this module turns a folder of it into a QuestionBook, once, at start. Three steps, each in a
module of its own: `parsing` reads one file strictly (an unknown key is a mistake, not an extra), `checking` asks
whether the questions make sense together, and here the book is put together. A mistake is never guessed around:

    BrokenSet: ages_8_11.toml: question home_worry: it is opened by "home_settled:nope", and home_settled has no such
    choice

In the folder: one file a set, named after it, `phrases.toml` and `worrying.toml`. `earlier/` keeps the sets of former
versions (`ages_8_11.1.toml`), so that the exact words asked can be shown years later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from consultations.questions import checking, parsing
from consultations.questions.parsing import BrokenSet
from consultations.questions.sets import QuestionBook, QuestionSet

__all__ = ["HERE", "BrokenSet", "load", "messages"]

HERE = Path(__file__).parent
PHRASES = "phrases.toml"
WORRYING = "worrying.toml"
EARLIER = "earlier"


def load(folder: Path = HERE, abilities: frozenset[str] = frozenset(), word_lists: bool = True) -> QuestionBook:
    """Every set and phrase in the folder, checked. BrokenSet names the file, the question and the reason.

    Questions that need an ability not in `abilities` are left out, and follow-ups that only they open.
    Sets of earlier versions keep every question: they are never asked, only shown. Without `word_lists` no word a
    child types makes a difference to what is offered.
    """
    files = sorted(path for path in folder.glob("*.toml") if path.name not in (PHRASES, WORRYING))
    if not files:
        raise BrokenSet(folder.name, "the folder", "there is no question set in it")
    sets = [checking.checked_set(path.name, parsing.question_set(path)) for path in files]
    sets.sort(key=lambda each: each.ages)
    checking.check_together(sets)
    phrases = parsing.phrases(folder / PHRASES)
    checking.check_phrases(PHRASES, phrases, frozenset(each.id for each in sets))
    return QuestionBook(
        sets=tuple(_asked_with(each, abilities) for each in sets),
        earlier=_earlier(folder / EARLIER, sets),
        phrases={phrase.id: phrase for phrase in phrases},
        worrying=parsing.worrying(folder / WORRYING) if word_lists and (folder / WORRYING).exists() else (),
    )


def messages(
    fileobj: IO[bytes],
    keywords: object = None,
    comment_tags: object = None,
    options: object = None,
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """Everything to translate in one file, as Babel's extraction wants it: line, pgettext, (context, English), notes.

    The last three arguments are Babel's, for programs; nothing in these files depends on them.
    The context is the question's id (`home_best`, `home_best.good`, `home_best.hint`), `theme.home` or
    `phrase.not_sent_yet`. Translators are told the ages it is for, the author's note, and what each placeholder is.
    A sentence with a number in it is npgettext: (context, English for one, English).
    """
    for each in parsing.to_translate(fileobj.read().decode("utf-8")):
        notes = [*each.notes, *checking.explained(each.english)]
        if each.one:
            yield each.line, "npgettext", (each.context, each.one, each.english), notes
        else:
            yield each.line, "pgettext", (each.context, each.english), notes


def _asked_with(full: QuestionSet, abilities: frozenset[str]) -> QuestionSet:
    """The set as it is asked today: parents stand before their follow-ups, so one pass is enough."""
    kept = []
    there: set[str] = set()
    for question in full.questions:
        if question.needs and question.needs not in abilities:
            continue
        after = tuple(opening for opening in question.after if opening.partition(":")[0] in there)
        if question.after and not after:
            continue
        there.add(question.id)
        kept.append(replace(question, after=after))
    asked = {question.theme for question in kept}
    return replace(full, questions=tuple(kept), themes=tuple(theme for theme in full.themes if theme.id in asked))


def _earlier(folder: Path, current: Sequence[QuestionSet]) -> tuple[QuestionSet, ...]:
    """Former versions, oldest first. Each stands in `<set>.<version>.toml` and is older than the set of today."""
    versions = {each.id: each.version for each in current}
    kept = []
    for path in sorted(folder.glob("*.toml")):
        former = checking.checked_set(f"{EARLIER}/{path.name}", parsing.question_set(path))
        if former.id in versions and former.version >= versions[former.id]:
            reason = f"version {former.version} is not older than today's version {versions[former.id]}"
            raise BrokenSet(f"{EARLIER}/{path.name}", "the set", reason)
        kept.append(former)
    return tuple(sorted(kept, key=lambda each: (each.ages, each.version)))
