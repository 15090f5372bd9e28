"""The words around a child's own: headings and marks, in the child's language for them, in plain English for staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from consultations.interpreting import english
from consultations.languages.table import language_of
from consultations.timescales import in_words


class Headings(Protocol):
    """What a renderer asks for: a sentence for a phrase's id, and a day in words.

    Phrases: h_most_wanted, h_review, who_may_see, mark_officer, mark_social_worker, mark_everyone (officer),
    typed_by_helper, their_words, beside_helper (helper), helper_… (a kind of helper), added_on (day),
    needs_interpreter.
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


class StaffHeadings:
    """The words staff read. Headings stay in the child's voice, as the themes are; marks are plain and exact."""

    language = "en_GB"

    def say(self, phrase_id: str, **named: str) -> str:
        """The staff's sentence for this phrase. A kind of helper there is no word for is *someone else*."""
        if phrase_id.startswith("helper_"):
            return HELPERS.get(phrase_id.removeprefix("helper_"), HELPERS["other"])
        return STAFF[phrase_id].format_map(named)

    def theme(self, id: str, english: str) -> str:
        """As it is in English: whatever language the child was asked in."""
        return english

    def day(self, on: date) -> str:
        """As in "Thursday 3 December 2026"."""
        return in_words(on)


STAFF: Mapping[str, str] = {
    "h_most_wanted": "What I most want to say",
    "h_review": "How I want my review to be",
    "who_may_see": "Who may see this",
    "mark_officer": "Only {officer}",
    "mark_social_worker": "{officer} and the social worker",
    "mark_everyone": "Everyone at the review",
    "typed_by_helper": "Typed by {helper}; the child's own words",
    "their_words": "Typed by {helper}; not the child's own words",
    "beside_helper": "With {helper} there",
    "added_on": "Added on {day}",
    "needs_interpreter": "Needs an interpreter",
}

HELPERS: Mapping[str, str] = {
    "advocate": "an advocate",
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
