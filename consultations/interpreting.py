"""Which language an interpreter is to be booked for: known from the moment a child chooses it, days before they send.

It is the language the child reads in now, or else the one most of their words are in. A child who reads English and
said one thing in Arabic needs nobody booked for them: it is enough that the page says which language that is in.

English is noted too once a child has chosen it where their own language was on offer, and then it counts, whatever the
reviews file says. Before anything is noted the file is followed, as it is where their language is not offered at all.

Of everything in a conversation this alone is kept outside its seal, as the code of a language in a column of its own:
the officer's list shows it while nothing can be opened yet. It says no word of what was said, not even that anything
was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from consultations.circumstances import Circumstances
from consultations.conversation.state import Conversation
from consultations.languages import SOURCE


def english(language: str) -> bool:
    """True for English of any country."""
    return language.partition("_")[0] == "en"


def needed(noted: str, on_file: str = "") -> str:
    """The language to book an interpreter for: as noted, or until then as the reviews file says; "" for none."""
    language = noted or on_file
    return "" if english(language) else language


def to_note(conversation: Conversation, around: Circumstances) -> str:
    """What is noted of it: a language, English where the child chose that; "" for nothing yet."""
    offered = around.reads_best in ("", *around.languages)
    return to_book(conversation) or (SOURCE if conversation.language_chosen and offered else "")


def to_book(conversation: Conversation) -> str:
    """The language to book an interpreter for; "" for none. What the child reads in counts, or else what they typed in.

    Once something was sent it stays as it is until another language is chosen: what was sent is to be read still.
    """
    said = (*conversation.shut, *conversation.folded, *conversation.answers)
    return _needed(conversation.language, [answer.language for answer in said if answer.pieces])


def to_book_for(languages: Sequence[str]) -> str:
    """The language to book an interpreter for, to read answers in these languages, the last one last; "" for none."""
    return _needed(languages[-1], languages) if languages else ""


def _needed(at_the_end: str, languages: Sequence[str]) -> str:
    if not english(at_the_end):
        return at_the_end
    other, count = max(Counter(languages).items(), key=lambda each: (not english(each[0]), each[1]), default=("en", 0))
    return "" if english(other) or 2 * count < len(languages) else other
