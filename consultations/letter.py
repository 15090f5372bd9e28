"""The letter that invites one child: what it is about, a link with its square, a code, and help; in one language.

It is said in phrases, in the words of the child's band, like everything a child reads. It goes out on paper, for the
child's language and for English beside it, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from consultations.invitation import Invited
from consultations.languages import SOURCE, Language, Words
from consultations.questions.sets import Phrase


@dataclass(frozen=True, slots=True)
class Letter:
    """An invitation in one language. Its parts are paragraphs; link and code stand in them on lines of their own."""

    language: Language
    draft: bool  # a translation nobody has put their name to (field facts §8)
    hello: str
    start: str = field(repr=False)
    square: str  # what the square beside `start` is, for somebody who cannot see it
    come_back: str = field(repr=False)
    last: str

    @property
    def text(self) -> str:
        """All of it, as it stands in a terminal."""
        return "\n\n".join((self.hello, self.start, self.come_back, self.last))


def letters(
    invited: Invited, chat_url: str, spoken: Mapping[str, Words], phrases: Mapping[str, Phrase]
) -> tuple[Letter, ...]:
    """The letter in the child's language, where children are offered it, and in English for whoever reads with them."""
    codes = dict.fromkeys(code for code in (invited.language, SOURCE) if code in spoken)
    return tuple(_in(spoken[code], invited, chat_url, phrases) for code in codes)


def _in(words: Words, invited: Invited, chat_url: str, phrases: Mapping[str, Phrase]) -> Letter:
    def say(id: str, link: str = chat_url) -> str:
        return words.say(
            f"phrase.{id}",
            phrases[id].english(invited.question_set),
            child=invited.name,
            officer=invited.officer,
            review_day=words.day(invited.review_on),
            link=link,
            code=invited.code.shown,
        )

    hello = (say("letter_hello"), say("letter_again")) if invited.reissued else (say("letter_hello"),)
    return Letter(
        language=words.language,
        draft=not words.checked,
        hello="\n".join(hello),
        start=say("letter_link", invited.link.address(chat_url)),
        square=say("letter_square"),
        come_back=say("letter_code"),
        last="\n".join((say("letter_yours"), say("letter_safety"))),
    )
