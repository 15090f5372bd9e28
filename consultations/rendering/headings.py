"""The words around a child's own: headings and marks, in the child's language for them, in plain English for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from consultations.answers import CHILD, PAPER
from consultations.interpreting import english
from consultations.languages.table import language_of
from consultations.rendering.characters import line
from consultations.timescales import in_words


class Headings(Protocol):
    """What a renderer asks for: a sentence for a phrase's id, and a day in words.

    Phrases: h_most_wanted, h_review, who_may_see, mark_officer, mark_social_worker, mark_everyone (officer),
    let_read_now (name), typed_by_helper, their_words, typed_partly, their_words_partly,
    beside_helper (helper), said_through (helper, language),
    keyed_paper, keyed_spoken, keyed_spoken_theirs (helper, day), without_pin, helper_… (a kind of helper),
    helper_named (helper, name), added_on (day), needs_interpreter.
    """

    @property
    def language(self) -> str:
        """The language these words are in, such as `en_GB`."""

    def say(self, phrase_id: str, **named: str) -> str:
        """The whole sentence, with its names filled in."""

    def theme(self, id: str, english: str) -> str:
        """The heading of a theme, out of its English."""

    def day(self, on: date) -> str:
        """The date with its weekday, as this language writes it."""

    def tongue(self, language: str) -> str:
        """What a language is called here, by its code."""


class Helped(Protocol):
    """An answer as far as company goes: the child's own, as it was sent, or as a reader meets it."""

    @property
    def typed_by(self) -> str:
        """Who typed it."""

    @property
    def own_words(self) -> bool:
        """Whether they are the child's own words."""

    @property
    def partly(self) -> bool:
        """Whether somebody else typed only some of it."""

    @property
    def beside(self) -> str:
        """The kind of helper who was there."""

    @property
    def helper_name(self) -> str:
        """What they are called, where it is known."""

    @property
    def through(self) -> str:
        """By whom it was put into this language."""

    @property
    def language(self) -> str:
        """The language it is in."""

    @property
    def keyed(self) -> str:
        """From what a member of staff keyed it in: answers.PAPER or answers.SPOKEN."""

    @property
    def keyed_on(self) -> str:
        """And on which day, as YYYY-MM-DD."""

    @property
    def without_pin(self) -> bool:
        """Whether some of it was said in a visit that had not given the child's PIN."""


def company(answer: Helped, headings: Headings) -> Iterator[tuple[str, str]]:
    """Who typed it and in whose words, who else was there, and whether the PIN was not given: each mark's kind and its
    sentence.

    The same for the child on the check page, in the preview, and for every reader of every copy.
    """
    yield from [("typed", _keyed(answer, headings))] if answer.keyed else _helped(answer, headings)
    if answer.without_pin:
        yield "without-pin", headings.say("without_pin")


def _helped(answer: Helped, headings: Headings) -> Iterator[tuple[str, str]]:
    helpers = iter(helpers_of(answer, headings))
    if answer.typed_by != CHILD and answer.through and answer.own_words:
        written = headings.tongue(answer.language)
        yield "typed", headings.say("said_through", helper=next(helpers), language=written)
    elif answer.typed_by != CHILD:
        typed = "typed_partly" if answer.partly else "typed_by_helper"
        theirs = "their_words_partly" if answer.partly else "their_words"
        yield "typed", headings.say(typed if answer.own_words else theirs, helper=next(helpers))
    for helper in helpers:
        yield "beside", headings.say("beside_helper", helper=helper)


def _keyed(answer: Helped, headings: Headings) -> str:
    """From what it was keyed in, by whom and when; where the child said some of it since, that some of it was."""
    who = next(iter(_by_name(answer, headings)), "")
    if answer.partly:
        return headings.say("typed_partly" if answer.own_words else "their_words_partly", helper=who)
    how = "keyed_spoken_theirs" if answer.keyed != PAPER and not answer.own_words else f"keyed_{answer.keyed}"
    return headings.say(how, helper=who, day=headings.day(date.fromisoformat(answer.keyed_on)))


def helpers_of(answer: Helped, headings: Headings) -> tuple[str, ...]:
    """Who typed it, if that was not the child, and who else was there; the one whose name is known by name.

    Whoever keys in a form helped nobody to answer.
    """
    return () if answer.keyed == PAPER else _by_name(answer, headings)


def _by_name(answer: Helped, headings: Headings) -> tuple[str, ...]:
    kinds = dict.fromkeys(kind for kind in (answer.typed_by, answer.beside) if kind not in ("", CHILD))
    helpers = [headings.say(f"helper_{kind}") for kind in kinds]
    if helpers and answer.helper_name:
        helpers[0] = headings.say("helper_named", helper=helpers[0], name=line(answer.helper_name))
    return tuple(helpers)


class StaffHeadings:
    """The words staff read. Headings stay in the child's voice, as the themes are; marks are plain and exact."""

    language = "en_GB"

    def say(self, phrase_id: str, **named: str) -> str:
        """The staff's sentence for this phrase. A kind of helper there is no word for is *someone else*."""
        if phrase_id.startswith("helper_") and phrase_id not in STAFF:
            return HELPERS.get(phrase_id.removeprefix("helper_"), HELPERS["other"])
        return STAFF[phrase_id].format_map(named)

    def theme(self, id: str, english: str) -> str:
        """As it is in English: whatever language the child was asked in."""
        return english

    def day(self, on: date) -> str:
        """As in "Thursday 3 December 2026"."""
        return in_words(on)

    def tongue(self, language: str) -> str:
        """Its name in English."""
        return language_name(language)


STAFF: Mapping[str, str] = {
    "h_most_wanted": "What I most want to say",
    "h_review": "How I want my review to be",
    "who_may_see": "Who may see this",
    "mark_officer": "Only {officer}",
    "mark_social_worker": "{officer} and the social worker",
    "mark_everyone": "Everyone at the review",
    "let_read_now": "{name} may read this too",
    "typed_by_helper": "Typed by {helper}; the child's own words",
    "their_words": "Typed by {helper}; not the child's own words",
    "typed_partly": "Partly typed by {helper}; the child's own words",
    "their_words_partly": "Partly typed by {helper}; that part is not the child's own words",
    "beside_helper": "With {helper} there",
    "said_through": "The child's words, written in {language} by {helper}",
    "keyed_paper": "From the child's paper form, keyed in by {helper} on {day}",
    "keyed_spoken": "From a talk, in the child's words, keyed in by {helper} on {day}",
    "keyed_spoken_theirs": "From a talk, not in the child's own words, keyed in by {helper} on {day}",
    "without_pin": "Said in a visit that did not give the child's PIN",
    "helper_named": "{name} ({helper})",
    "added_on": "Added on {day}",
    "needs_interpreter": "Needs an interpreter",
}

HELPERS: Mapping[str, str] = {
    "advocate": "an advocate",
    "officer": "the officer",
    "coordinator": "a coordinator",
    "carer": "a carer",
    "social_worker": "a social worker",
    "interpreter": "an interpreter",
    "family": "someone in the family",
    "teacher": "a teacher",
    "other": "someone else",
}


def language_name(language: str) -> str:
    """A language's name in English, as an interpreter is booked for it; its code where we do not speak it."""
    known = language_of(language)
    return known.english if known else "English" if english(language) else language
