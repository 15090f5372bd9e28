"""Question sets and phrases as values: what may be asked, and in which words. Loaded once by `loading`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice on offer. `picture` is one emoji code point, always shown with its words."""

    id: str
    text: str
    picture: str = ""
    alarm: bool = False  # it says that the child is not safe: a person is called in that turn
    ask_now: str = ""  # what it asks for that cannot wait: asks.ASKS
    evidence: str = ""  # what it says about taking part: see participation.Evidence


@dataclass(frozen=True, slots=True)
class Question:
    """One question: a list of choices, optional words, or words alone.

    `after` names the choices ("question:choice") that open it; empty means it stands in the main line.
    `private` questions wait for a moment without a helper. `needs` names an ability ("alerts") without which
    it is not asked. `note` tells translators and reviewers what it is for.
    """

    id: str
    theme: str
    text: str
    note: str
    choices: tuple[Choice, ...] = ()
    words: bool = True
    words_hint: str = ""  # shown above the field, e.g. "You can say more if you want to."
    after: tuple[str, ...] = ()
    private: bool = False
    needs: str = ""
    evidence: str = ""  # "attends", "manner", "speaker", "chair", "advocate" …: what its choices are evidence of
    most_wanted: bool = False  # the officer reads this one first
    anything_else: bool = False  # where an addition begins
    feedback: bool = False  # kept only as a count, never with the answers

    def choice(self, id: str) -> Choice | None:
        """The choice with this id, or None."""
        return next((choice for choice in self.choices if choice.id == id), None)


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of questions under one heading, in the order of the summary."""

    id: str
    heading: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions for one age band, one version. Ids are stable for ever."""

    id: str
    version: int
    ages: tuple[int, int]
    reading_grade: int
    longest_sentence: int
    themes: tuple[Theme, ...]
    questions: tuple[Question, ...]
    picture_pin: bool = False  # three pictures instead of four digits
    share_together: bool = False  # one choice of who may see it, for everything
    easier: str = ""  # the set offered as an easier one, if any

    def question(self, id: str) -> Question | None:
        """The question with this id, or None."""
        return next((question for question in self.questions if question.id == id), None)

    def theme(self, id: str) -> Theme | None:
        """The theme with this id, or None."""
        return next((theme for theme in self.themes if theme.id == id), None)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One fixed thing Foreword says, with the wording a band needs where it differs.

    A phrase with a number in it, `{count}`, has words of its own for one; other languages have as many forms as they
    need (see `languages`).
    """

    id: str
    text: str
    note: str
    bands: Mapping[str, str]  # set id -> its own English
    one: str = ""

    def english(self, set: str) -> str:
        """The English for this band."""
        return self.bands.get(set, self.text)


@dataclass(frozen=True, slots=True)
class QuestionBook:
    """Every set in every version kept, and every phrase. What `abilities` allow is already settled."""

    sets: tuple[QuestionSet, ...]  # the current version of each, youngest first
    earlier: tuple[QuestionSet, ...]
    phrases: Mapping[str, Phrase]
    worrying: tuple[str, ...] = ()  # words that make the next page offer *Tell someone*, as worrying.plain has them

    def __iter__(self) -> Iterator[QuestionSet]:
        return iter(self.sets)

    def current(self, set: str) -> QuestionSet:
        """The version that is asked today. KeyError for a set there never was."""
        for each in self.sets:
            if each.id == set:
                return each
        raise KeyError(set)

    def asked(self, set: str, version: int) -> QuestionSet:
        """The version an answer was given to, however old. KeyError when it was never kept."""
        for each in (*self.sets, *self.earlier):
            if (each.id, each.version) == (set, version):
                return each
        raise KeyError(f"{set} version {version}")

    def for_age(self, age: int) -> QuestionSet:
        """The set whose band holds this age; the nearest band outside them. Consulted from 4 (field facts)."""
        return min(self.sets, key=lambda each: max(each.ages[0] - age, age - each.ages[1], 0))
