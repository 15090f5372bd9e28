"""Do the questions make sense together? Every rule an author can break by accident, and the sentence they then read.

Pure: a set in, the same set out, or BrokenSet.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from consultations.asks import ASKS
from consultations.questions.parsing import BrokenSet
from consultations.questions.sets import Phrase, Question, QuestionSet

ABILITIES = frozenset({"alerts"})
"""What a question can need. Anything else would never be asked."""

EVIDENCE = {
    "attends": {"yes", "no", "unsure", "next_door", "video"},
    "manner": {"speak", "written", "read_out", "drawing_or_signs", "someone_says_it"},
    "speaker": {"self", "officer", "advocate", "carer", "social_worker", "friend", "nobody", "unsure"},
    "advocate": {"has_one", "wants_one", "no", "unsure"},
    "chair": {"yes", "share", "no", "unsure"},
}
"""What choices can say about taking part: the values of participation.Evidence (field facts, section 1)."""

QUESTION_NAMES = frozenset({"officer", "review_day"})
"""The placeholders a question, its hint and its choices may hold."""

NAMES = {
    "advocacy": "the name of the advocacy service",
    "advocacy_phone": "its number",
    "authority": "the council's name",
    "child": "the child's first name",
    "code": "a short code to type, e.g. 7KQ2-M8ZX",
    "complaints": "who takes complaints",
    "complaints_phone": "their number",
    "count": "a number",
    "day": "a day with its date, e.g. Monday 14 December 2026",
    "duty_hours": "the hours of the council's duty team",
    "duty_phone": "the number of the council's duty team",
    "helper": "who is helping, one of the phrases helper_…",
    "language": "the name of a language, in that language, e.g. English",
    "link": "a web address",
    "name": "the name of the person who is helping, e.g. Priya",
    "officer": "the name of the officer, the person who runs the meeting, e.g. Sam",
    "out_hours": "the hours of the council's out-of-hours team",
    "out_phone": "the number of the council's out-of-hours team",
    "question": "the words of a question",
    "reader": "the name of a person who opened it",
    "review_day": "the day of the meeting with its date, e.g. Monday 14 December 2026",
    "theme": "a heading",
    "time": "a time",
    "until": "a day with its date, and mostly a time",
    "who": "who may see it, one of the phrases share_…",
}
"""Every placeholder there is, and what it stands for: translators are told."""

PHRASE_NAMES = frozenset(NAMES)
"""The placeholders a phrase may hold. Each phrase's own are the same in every band."""

ON_CHOICES = frozenset(ASKS) - {"talk"}
"""What a choice can ask for that cannot wait. A talk with the officer has a button of its own."""

LONGEST_ID = 24
"""With a consultation's own short id in front, `consultation:question:choice` stays within Telegram's 64 bytes."""

MOST_CHOICES = 8
FIXED = {"most_wanted": "most_want", "anything_else": "anything_else", "feedback": "was_this_ok"}


def checked_set(file: str, each: QuestionSet) -> QuestionSet:
    """The same set, once every rule has been asked."""
    _check_frame(file, each)
    _check_once(file, "theme", [theme.id for theme in each.themes])
    _check_once(file, "question", [question.id for question in each.questions])
    for theme in each.themes:
        _check_id(file, f"theme {theme.id}", theme.id)
        _check_text(file, f"theme {theme.id}", theme.heading, frozenset())
    for question in each.questions:
        _check_question(file, question)
    _check_themes(file, each)
    _check_reached(file, each)
    _check_fixed(file, each)
    _check_evidence_once(file, each)
    return each


def check_together(sets: Sequence[QuestionSet]) -> None:
    """The sets stand beside each other: bands that do not overlap, easier ones younger, one id one idea."""
    known = {each.id: each for each in sets}
    for each in sets:
        if each.easier and each.easier not in known:
            raise BrokenSet(f"{each.id}.toml", "the set", f"the easier set {each.easier!r} is not there")
        if each.easier and known[each.easier].ages >= each.ages:
            raise BrokenSet(f"{each.id}.toml", "the set", f"the easier set {each.easier!r} is not for younger children")
    for younger, older in pairwise(sets):
        if older.ages[0] <= younger.ages[1]:
            raise BrokenSet(f"{older.id}.toml", "the set", f"its ages overlap those of {younger.id}")
    _check_same_idea(sets)


def check_phrases(file: str, phrases: Sequence[Phrase], sets: frozenset[str]) -> None:
    """Every phrase is there once, says why it exists, and asks for the same names in every band."""
    _check_once(file, "phrase", [phrase.id for phrase in phrases])
    for phrase in phrases:
        where = f"phrase {phrase.id}"
        _check_id(file, where, phrase.id)
        _check_note(file, where, phrase.note)
        names = _check_text(file, where, phrase.text, PHRASE_NAMES, lines=True)
        _check_counted(file, where, phrase, names)
        for band, english in phrase.bands.items():
            if band not in sets:
                raise BrokenSet(file, where, f"there is no set called {band!r}")
            if (own := _check_text(file, where, english, PHRASE_NAMES, lines=True)) != names:
                reason = f"its wording for {band} has {_named(own)} where the usual wording has {_named(names)}"
                raise BrokenSet(file, where, reason)


def explained(text: str) -> Iterator[str]:
    """What each placeholder in a text stands for, for translators."""
    for _, name, _, _ in string.Formatter().parse(text):
        if name in NAMES:
            yield f"{{{name}}} is {NAMES[name]}."


def _check_counted(file: str, where: str, phrase: Phrase, names: frozenset[str]) -> None:
    """A phrase with words for one is the same in every band, and its other words say the number."""
    if not phrase.one:
        return
    if "count" not in names:
        raise BrokenSet(file, where, "it has words for one, and its other words have no {count}")
    if phrase.bands:
        raise BrokenSet(file, where, "it has words for one, so it cannot have words for a band as well")
    if (own := _check_text(file, where, phrase.one, PHRASE_NAMES, lines=True)) - {"count"} != names - {"count"}:
        raise BrokenSet(file, where, f"its words for one have {_named(own)} where the others have {_named(names)}")


def _check_frame(file: str, each: QuestionSet) -> None:
    _check_id(file, "the set", each.id)
    if each.version < 1:
        raise BrokenSet(file, "the set", "its version should be 1 or more")
    if not 0 <= each.ages[0] <= each.ages[1] <= 17:
        raise BrokenSet(file, "the set", "its ages should go from younger to older, at most 17")
    if each.reading_grade < 1 or each.longest_sentence < 1:
        raise BrokenSet(file, "the set", "its reading grade and longest sentence should be 1 or more")
    if not each.questions:
        raise BrokenSet(file, "the set", "it asks nothing")


def _check_question(file: str, question: Question) -> None:
    where = f"question {question.id}"
    _check_id(file, where, question.id)
    _check_text(file, where, question.text, QUESTION_NAMES)
    _check_note(file, where, question.note)
    if question.words_hint:
        _check_text(file, where, question.words_hint, QUESTION_NAMES)
    if question.words_hint and not question.words:
        raise BrokenSet(file, where, "it has a hint for words, and takes no words")
    if not question.words and not question.choices:
        raise BrokenSet(file, where, "it takes neither words nor a choice, so it cannot be answered")
    if len(question.choices) == 1 or len(question.choices) > MOST_CHOICES:
        raise BrokenSet(file, where, f"it has {len(question.choices)} choices; 2 to {MOST_CHOICES}, or none, are right")
    if question.needs and question.needs not in ABILITIES:
        raise BrokenSet(file, where, f"it needs {question.needs!r}, which does not exist, so it would never be asked")
    if question.evidence and question.evidence not in EVIDENCE:
        raise BrokenSet(file, where, f"{question.evidence!r} is not evidence anyone reads")
    if question.evidence and not question.choices:
        raise BrokenSet(file, where, "it is evidence, so it needs choices that say of what")
    _check_choices(file, where, question)


def _check_choices(file: str, where: str, question: Question) -> None:
    _check_once(file, f"{where}: choice", [choice.id for choice in question.choices])
    _check_once(file, f"{where}: the words of a choice", [choice.text for choice in question.choices])
    _check_once(file, f"{where}: picture", [choice.picture for choice in question.choices if choice.picture])
    if len({bool(choice.picture) for choice in question.choices}) > 1:
        raise BrokenSet(file, where, "some of its choices have a picture and some have none")
    for choice in question.choices:
        here = f"{where}, choice {choice.id}"
        _check_id(file, here, choice.id)
        _check_text(file, here, choice.text, QUESTION_NAMES)
        if choice.picture and (len(choice.picture) != 1 or unicodedata.category(choice.picture) != "So"):
            raise BrokenSet(file, here, f"its picture {choice.picture!r} is not one emoji of one code point")
        if choice.alarm and question.needs != "alerts":
            raise BrokenSet(file, here, 'it raises an alarm, so its question should have needs = "alerts"')
        if choice.alarm and question.words:
            raise BrokenSet(file, here, "it raises an alarm, and its question takes words: nobody would have read them")
        if choice.ask_now and choice.ask_now not in ON_CHOICES:
            raise BrokenSet(file, here, f"it asks now for {choice.ask_now!r}, which nobody is told of")
        if choice.alarm and choice.ask_now:
            raise BrokenSet(file, here, "it raises an alarm, so it cannot ask for something else as well")
        if choice.evidence and choice.evidence not in EVIDENCE.get(question.evidence, ()):
            raise BrokenSet(file, here, f"it says {choice.evidence!r}, which is no evidence of {question.evidence!r}")
        if not choice.evidence and "unsure" in EVIDENCE.get(question.evidence, ()):
            raise BrokenSet(file, here, f"it does not say what it is as evidence of {question.evidence!r}")


def _check_themes(file: str, each: QuestionSet) -> None:
    """Questions stand in the order of the themes, so that check page, summary and questions agree."""
    order = {theme.id: place for place, theme in enumerate(each.themes)}
    last = 0
    for question in each.questions:
        if question.theme not in order:
            raise BrokenSet(file, f"question {question.id}", f"there is no theme {question.theme!r}")
        if order[question.theme] < last:
            reason = f"it stands after questions of a later theme than {question.theme!r}"
            raise BrokenSet(file, f"question {question.id}", reason)
        last = order[question.theme]
    for theme in each.themes:
        if not any(question.theme == theme.id for question in each.questions):
            raise BrokenSet(file, f"theme {theme.id}", "no question stands under it")


def _check_reached(file: str, each: QuestionSet) -> None:
    """Every follow-up is opened by a choice of a question that stands earlier, so each can be reached."""
    _check_no_circle(file, each)
    places = {question.id: place for place, question in enumerate(each.questions)}
    for place, question in enumerate(each.questions):
        where = f"question {question.id}"
        _check_once(file, f"{where}: after", question.after)
        for opening in question.after:
            parent, colon, choice = opening.partition(":")
            if not colon:
                raise BrokenSet(file, where, f'it is opened by {opening!r}; it should read "question:choice"')
            if parent not in places:
                raise BrokenSet(file, where, f"it is opened by {opening!r}, and there is no question {parent}")
            if places[parent] > place:
                raise BrokenSet(file, where, f"it is opened by {parent}, which stands later, so it is never reached")
            if each.questions[places[parent]].choice(choice) is None:
                raise BrokenSet(file, where, f"it is opened by {opening!r}, and {parent} has no such choice")
            if each.questions[places[parent]].feedback:
                raise BrokenSet(file, where, f"it is opened by {parent}, whose answer is only counted")


def _check_no_circle(file: str, each: QuestionSet) -> None:
    parents = {question.id: {opening.partition(":")[0] for opening in question.after} for question in each.questions}
    for start in parents:
        seen: set[str] = set()
        todo = list(parents[start])
        while todo:
            here = todo.pop()
            if here == start:
                reason = "it is opened by itself, round a circle, so it is never reached"
                raise BrokenSet(file, f"question {start}", reason)
            if here not in seen:
                seen.add(here)
                todo.extend(parents.get(here, ()))


def _check_fixed(file: str, each: QuestionSet) -> None:
    """Exactly one question each that the officer reads first, where additions begin, and that is only counted."""
    for mark, id in FIXED.items():
        marked = [question for question in each.questions if getattr(question, mark)]
        if len(marked) != 1:
            raise BrokenSet(file, "the set", f"{len(marked)} questions have {mark} = true; one should")
        if marked[0].id != id:
            raise BrokenSet(file, f"question {marked[0].id}", f"it has {mark} = true, so its id should be {id}")
        if marked[0].after or marked[0].needs:
            raise BrokenSet(file, f"question {id}", "it should stand in the main line and always be asked")
        if marked[0].words == (mark == "feedback"):
            wanted = "take no words: it is kept as a count" if mark == "feedback" else "take words"
            raise BrokenSet(file, f"question {id}", f"it should {wanted}")
    if not each.questions[-1].feedback:
        raise BrokenSet(file, f"question {FIXED['feedback']}", "it should stand last")


def _check_evidence_once(file: str, each: QuestionSet) -> None:
    counted = Counter(question.evidence for question in each.questions if question.evidence)
    for name, count in counted.items():
        if count > 1:
            reason = f"{count} questions are evidence of {name!r}; they could contradict each other"
            raise BrokenSet(file, "the set", reason)


def _check_same_idea(sets: Iterable[QuestionSet]) -> None:
    """One id is one idea: what a question is for does not change when a child moves to an easier set."""
    first: dict[str, tuple[str, Question]] = {}
    for each in sets:
        for question in each.questions:
            band, other = first.setdefault(question.id, (each.id, question))
            for mark in ("theme", "private", "needs", "evidence"):
                if getattr(question, mark) != getattr(other, mark):
                    reason = f"its {mark} differs from that in {band}, and one id is one idea"
                    raise BrokenSet(f"{each.id}.toml", f"question {question.id}", reason)


def _check_once(file: str, what: str, values: Sequence[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise BrokenSet(file, f"{what} {value}", f"it is there {count} times")


def _check_id(file: str, where: str, id: str) -> None:
    if not re.fullmatch(rf"[a-z0-9_]{{1,{LONGEST_ID}}}", id):
        reason = f"an id is made of a-z, 0-9 and _, at most {LONGEST_ID} of them"
        raise BrokenSet(file, where, reason)


def _check_note(file: str, where: str, note: str) -> None:
    if not note.strip():
        raise BrokenSet(file, where, "its note should say what it is for")


def _check_text(file: str, where: str, text: str, allowed: frozenset[str], lines: bool = False) -> frozenset[str]:
    """The names in a text, once it has some words, no stray space, and only names that will be filled in."""
    if not text.strip():
        raise BrokenSet(file, where, "it has no words")
    if text != text.strip() or "  " in text:
        raise BrokenSet(file, where, "there is a space too many in its words")
    if any(unicodedata.category(sign) == "Cc" and not (lines and sign == "\n") for sign in text):
        raise BrokenSet(file, where, "its words should stand in one line")
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise BrokenSet(file, where, "a curly bracket in its words has no partner") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in allowed or form or conversion):
            reason = f"its words hold {{{name}}}, which is never filled in; there is {_named(allowed)}"
            raise BrokenSet(file, where, reason)
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"
