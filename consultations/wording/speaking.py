"""Ids become sentences: one speaker for one child, in their language and the words of their band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from consultations.answers import CHILD, Answer, Sharing
from consultations.circumstances import Authority, Circumstances
from consultations.conversation.state import Conversation
from consultations.languages import LANGUAGES, LONDON, SOURCE, Words
from consultations.messages import Button, Line, Message, Role
from consultations.questions.sets import Question, QuestionBook, QuestionSet

_SHARING = {
    Sharing.OFFICER: "share_officer",
    Sharing.SOCIAL_WORKER: "share_social_worker",
    Sharing.EVERYONE: "share_everyone",
    Sharing.NOBODY: "share_nobody",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says anything Foreword may say to this child. What it names comes from circumstances, never from a catalogue."""

    book: QuestionBook
    spoken: Mapping[str, Words]
    authority: Authority
    around: Circumstances
    conversation: Conversation

    @property
    def words(self) -> Words:
        """The child's language; English where its catalogue has gone away."""
        return self.spoken.get(self.conversation.language, self.spoken[SOURCE])

    @property
    def council(self) -> Authority:
        """The authority, as far as it says itself in the child's language."""
        return self.authority.read_in(self.words.language.code)

    @property
    def asked(self) -> QuestionSet:
        """The set the child is asked from."""
        return self.book.current(self.conversation.set)

    def phrase(self, id: str, **named: object) -> str:
        """A fixed phrase, in the band's own words."""
        english = self.book.phrases[id].english(self.conversation.set)
        return self.words.say(f"phrase.{id}", english, **self._named(named))

    def counted(self, id: str, count: int, **named: object) -> str:
        """A phrase with a number in it, in the form the language has for that many."""
        phrase = self.book.phrases[id]
        if not phrase.one:
            return self.phrase(id, count=count, **named)
        return self.words.count(f"phrase.{id}", phrase.one, phrase.text, count, **self._named(named))

    def lines(self, id: str, role: Role = Role.PLAIN, **named: object) -> tuple[Line, ...]:
        """A phrase of several lines."""
        return tuple(Line(line, role) for line in self.phrase(id, **named).splitlines() if line.strip())

    def note(self, id: str, **named: object) -> Line:
        """A phrase in small print."""
        return Line(self.phrase(id, **named), Role.NOTE)

    def text_of(self, question: Question, words: Words | None = None) -> str:
        """The words of a question, in the child's language or another."""
        return self.say(question.id, question.text, words)

    def choice_of(self, question: Question, choice: str | None, words: Words | None = None) -> str:
        """The words of a choice; "" when there is none."""
        chosen = question.choice(choice) if choice else None
        return self.say(f"{question.id}.{chosen.id}", chosen.text, words) if chosen else ""

    def hint_of(self, question: Question) -> str:
        """What stands above the field."""
        return self.say(f"{question.id}.hint", question.words_hint)

    def theme(self, asked: QuestionSet, question: Question, words: Words | None = None) -> str:
        """The heading a question stands under."""
        theme = asked.theme(question.theme)
        return self.say(f"theme.{question.theme}", theme.heading, words) if theme else ""

    def say(self, context: str, english: str, words: Words | None = None) -> str:
        """A question set's own words, with the officer and the day in them."""
        speaking = words or self.words
        return speaking.say(
            context, english, officer=self.around.officer, review_day=speaking.day(self.around.review_on)
        )

    def asked_now(self, question: str) -> Question | None:
        """A question by its id, as this child is asked it, or else as others are."""
        sets = (self.asked, self.book.current(self.conversation.usual), *self.book)
        return next((found for each in sets if (found := each.question(question))), None)

    def question(self, answer: Answer) -> tuple[QuestionSet, Question]:
        """The set and question this answer was given to, in the version it was asked in."""
        asked = self.book.asked(answer.set, answer.version)
        question = asked.question(answer.question)
        if question is None:
            raise KeyError(f"{answer.set} version {answer.version} asks no {answer.question}")
        return asked, question

    def said(self, answer: Answer) -> tuple[Line, ...]:
        """An answer in the child's own words: the choice in the language it was made in, then what was typed."""
        if self.veils(answer):
            return (self.note("said_apart"),)
        _, question = self.question(answer)
        chosen = question.choice(answer.choice) if answer.choice else None
        lines = []
        if chosen:
            label = self.choice_of(question, answer.choice)
            lines.append(Line(f"{chosen.picture} {label}".strip(), Role.CHILD))
        if answer.pieces:
            lines.append(Line(answer.words, Role.CHILD, answer.language))
        return tuple(lines)

    def veils(self, answer: Answer) -> bool:
        """Whether somebody overhears this door who did not overhear the answer: nothing of it is shown."""
        return answer.apart and self.around.overheard

    def sharing(self, sharing: Sharing) -> str:
        """Who may see it, as the child chose it."""
        return self.phrase(_SHARING[sharing])

    def helper(self, kind: str, name: str = "") -> str:
        """A helper by what they are to the child, and by name where it is known."""
        if kind in ("", CHILD):
            return ""
        told = self.phrase(f"helper_{kind}")
        return self.phrase("helper_named", helper=told, name=name) if name else told

    def helping(self) -> tuple[Line, ...]:
        """Who is beside the child, on every page while they are."""
        here = self.conversation.helper
        return (self.note("helper_here", helper=self.helper(here.kind, here.name)),) if here else ()

    def company(self) -> tuple[Button, ...]:
        """One tap, small and beside no answer: somebody is here now, or the child is alone again."""
        if self.around.sitting is not None:
            return ()  # that is said on the child's own screen
        if self.conversation.helper:
            return (self.button(".go", ".gone", "b_helper_gone", "company"),)
        return (self.button(".go", ".helper", "b_helper", "company"),)

    def day(self, at: date | datetime) -> str:
        """The day something happened or will."""
        return self.words.day(at.astimezone(LONDON).date() if isinstance(at, datetime) else at)

    def until(self, at: datetime) -> str:
        """When something ends: the day and the time, or the day alone for those who do not read clocks."""
        return self.day(at) if self.asked.share_together else self.words.moment(at)

    def button(self, place: str, choice: str, phrase: str, kind: str = "action", **named: object) -> Button:
        """A button that says a phrase and brings back a command."""
        leads_back = choice in (".back", ".here")
        return Button(self.id(place, choice), self.phrase(phrase, **named), kind=kind, back=leads_back)

    def back(self, phrase: str = "b_back") -> Button:
        """The button from a page that is nowhere on the way to where the child is."""
        return self.button(".go", ".here", phrase, "quiet")

    def id(self, place: str, choice: str) -> str:
        """What a button brings back: at most 64 bytes, and never a label."""
        return f"{self.conversation.id}:{place}:{choice}"

    def message(self, *lines: Line, kind: str = "says", buttons: tuple[Button, ...] = ()) -> Message:
        """A message in the child's language and direction."""
        language = self.words.language
        return Message(lines, language.tag, language.direction, buttons, kind=kind)

    def _named(self, named: dict[str, object]) -> dict[str, object]:
        everywhere = {
            "officer": self.around.officer,
            "child": self.around.child,
            "review_day": self.words.day(self.around.review_on),
            "authority": self.council.name,
        }
        return {**everywhere, **named}


@dataclass(frozen=True, slots=True)
class ChildHeadings:
    """A summary's headings and marks in the child's own language: what the preview is rendered under."""

    speaker: Speaker

    @property
    def language(self) -> str:
        """The child's language."""
        return self.speaker.words.language.code

    def say(self, phrase_id: str, **named: str) -> str:
        """The child's phrase."""
        return self.speaker.phrase(phrase_id, **named)

    def theme(self, id: str, english: str) -> str:
        """The heading in the child's language, whatever language they were asked in."""
        return self.speaker.say(f"theme.{id}", english)

    def day(self, on: date) -> str:
        """The day with its weekday."""
        return self.speaker.day(on)

    def tongue(self, language: str) -> str:
        """Its name in itself: whoever speaks it knows it so."""
        return LANGUAGES[language].own_name if language in LANGUAGES else language
