"""What children thought of being asked: "Was this OK to use?", told once so many have said that no child stands out.

It is told for each version of a question set by itself, and for none that fewer than ENOUGH have answered. There is no
sum over all of them either: whoever takes away what is shown would be left with what is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from consultations.keeping.store import Store
from consultations.keeping.store.tally import Count
from consultations.questions.sets import QuestionBook

ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Thought:
    """What those said who were asked from one version of a set. `said` is None while too few have."""

    question_set: str
    version: int
    said: tuple[tuple[str, int], ...] | None  # each choice in English, as it stands in the set, and how many

    @property
    def answered(self) -> int:
        """Of how many."""
        return sum(count for _, count in self.said or ())


async def thoughts(store: Store, book: QuestionBook) -> tuple[Thought, ...]:
    """What children thought of each version of a set that anybody has answered about."""
    counted = groupby(await store.tally.counts(), key=lambda each: (each.question_set, each.version))
    return tuple(_thought(book, *asked, list(counts)) for asked, counts in counted)


def _thought(book: QuestionBook, question_set: str, version: int, counts: list[Count]) -> Thought:
    if sum(each.count for each in counts) < ENOUGH:
        return Thought(question_set, version, None)
    by_choice = {each.choice: each.count for each in counts}
    (asked,) = (each for each in book.asked(question_set, version).questions if each.feedback)
    return Thought(question_set, version, tuple((each.text, by_choice.get(each.id, 0)) for each in asked.choices))
