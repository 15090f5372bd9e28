"""The door's own few sentences: for chats that have no conversation, and for the buttons that turn a page.

They are phrases like any other. Everything else a child reads comes in messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.on_telegram.showing import Turning
from consultations.languages import SOURCE, Words
from consultations.messages import Line, Message
from consultations.questions.sets import QuestionBook
from consultations.wording import Wording

HELLO = "telegram_hello"
NOT_YET = "telegram_not_yet"
ELSEWHERE = "telegram_elsewhere"
LEFT = "telegram_left"
TOLD = "told_last"
NOTED = "alarm_noted"
NUMBERS = "letter_safety"
WENT_WRONG = "went_wrong"

PAGE_NEXT = "b_page_next"
PAGE_BEFORE = "b_page_before"
PAGE_LAST = "b_page_last"

COMMANDS: Mapping[str, str] = {
    "help": "b_help",
    "check": "b_check",
    "language": "b_language",
    "easier": "b_easier",
    "private": "b_move_to_web",
    "stop": "b_stop",
    "tidy": "b_tidy",
    "leave": "leave_now",
}
"""The menu beside the field: a command, and the phrase that says what it does."""

LONGEST_MENU = 256


@dataclass(frozen=True, slots=True)
class Sayings:
    """Says a phrase in a language, by its code or its tag; English where there is no catalogue for it."""

    book: QuestionBook
    wording: Wording

    def say(self, language: str, id: str, **named: str) -> str:
        """One phrase, in its usual wording: nobody's band is known here."""
        return self._words(language).say(f"phrase.{id}", self.book.phrases[id].text, **named)

    def message(self, language: str, *ids: str, **named: str) -> Message:
        """These phrases as a message of their own."""
        spoken = self._words(language).language
        lines = tuple(Line(line) for id in ids for line in self.say(language, id, **named).splitlines())
        return Message(lines, spoken.tag, spoken.direction, kind="unasked")

    def help(self, language: str) -> Message:
        """*Help now*, wherever somebody asks for it."""
        return self.wording.help(self.book, self._words(language).language.code)

    def menu(self, language: str) -> list[tuple[str, str]]:
        """The commands, each with what it does."""
        return [(command, self.say(language, phrase)[:LONGEST_MENU]) for command, phrase in COMMANDS.items()]

    def turning(self, language: str) -> Turning:
        """What the buttons that turn a page say."""
        return Turning(*(self.say(language, phrase) for phrase in (PAGE_NEXT, PAGE_BEFORE, PAGE_LAST)))

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language there is, English first."""
        return (SOURCE, *(code for code in self.wording.spoken if code != SOURCE))

    def _words(self, language: str) -> Words:
        spoken, code = self.wording.spoken, language.replace("-", "_")
        found = spoken.get(code) or next(
            (words for each, words in spoken.items() if each.partition("_")[0] == code), None
        )
        return found or spoken[SOURCE]
