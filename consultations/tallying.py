"""What children thought of being asked: "Was this OK to use?", told roughly, and only once enough of them have said.

It is told for each version of a question set by itself, and for none that fewer than ENOUGH have answered. There is no
sum over all of them either: whoever takes away what is shown would be left with what is not.

Counts are told to the nearest five, so that two looks, before and after a child has sent, are mostly the same. That
does not hide everything: about one answer in five moves a count, and whoever looked just before it and just after
knows which it was. And where all said the same, everybody knows what each of them said.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from consultations.keeping.store import Store
from consultations.keeping.store.tally import Count
from consultations.questions.sets import QuestionBook

ENOUGH = 10
ROUGHLY = 5


@dataclass(frozen=True, slots=True)
class Thought:
    """What those said who were asked from one version of a set. Every number is to the nearest five."""

    question_set: str
    version: int
    answered: int | None  # of about how many; None while too few have
    said: tuple[tuple[str, int], ...] = ()  # each choice in English, as it stands in the set, and about how many


async def thoughts(store: Store, book: QuestionBook) -> tuple[Thought, ...]:
    """What children thought of each version of a set that anybody has answered about."""
    counted = groupby(await store.tally.counts(), key=lambda each: (each.question_set, each.version))
    return tuple(_thought(book, *asked, list(counts)) for asked, counts in counted)


def _thought(book: QuestionBook, question_set: str, version: int, counts: list[Count]) -> Thought:
    answered = sum(each.count for each in counts)
    if answered < ENOUGH:
        return Thought(question_set, version, None)
    by_choice = {each.choice: each.count for each in counts}
    (asked,) = (each for each in book.asked(question_set, version).questions if each.feedback)
    said = tuple((each.text, _roughly(by_choice.get(each.id, 0))) for each in asked.choices)
    return Thought(question_set, version, _roughly(answered), said)


def _roughly(count: int) -> int:
    return (count + ROUGHLY // 2) // ROUGHLY * ROUGHLY
