"""What an event tells of itself, and what a conversation holds: read for the account that a test takes of both."""

from __future__ import annotations

from collections import Counter

from consultations.answers import Answer
from consultations.conversation.events import Edited, Event, LastWord, Said, Tapped
from consultations.conversation.state import Conversation, Screen
from consultations.pin import digits
from tests.consultations.conversation.cast import BOOK

QUESTIONS = sorted({question.id for each in BOOK for question in each.questions})
FEEDBACK = {question.id for each in BOOK for question in each.questions if question.feedback}
WORDLESS = {question.id for each in BOOK for question in each.questions if not question.words}
PRIVATE = {question.id for each in BOOK for question in each.questions if question.private}


def all_of(conversation: Conversation) -> tuple[Answer, ...]:
    return (*conversation.hidden, *conversation.answers)


def pieces_of(conversation: Conversation) -> Counter[str]:
    return Counter(piece for each in all_of(conversation) for piece in each.pieces)


def facts_of(answers: tuple[Answer, ...] | list[Answer]) -> list[object]:
    """Answers but for whether they were sent."""
    return [(each.question, each.choice, each.pieces, each.goes_to, each.beside, each.typed_by) for each in answers]


def pin_in(event: Event, before: Conversation) -> str:
    """The PIN this event completes, if it does: digits, or three pictures."""
    match event:
        case Said(words=words) | Tapped(choice=".enter", words=words):
            return digits(words) or ""
        case Tapped(choice=picture):
            return " ".join((*before.pin_entry, picture))
    return ""


def place_in(event: Event) -> str:
    match event:
        case Tapped(place=place) | LastWord(question=place):
            return place
    return ""


def choice_in(event: Event) -> str:
    return event.choice if isinstance(event, Tapped | LastWord) else ""


def words_in(event: Event) -> str:
    return event.words if isinstance(event, Said | Edited | Tapped | LastWord) else ""


def edited_by(event: Event, before: Conversation) -> list[str]:
    """What the message said that this writes anew, where it can be seen."""
    if not isinstance(event, Edited):
        return []
    return [
        piece
        for each in before.answers
        for mark, piece in zip(each.marked, each.pieces, strict=True)
        if mark == event.ref
    ]


def field_of(event: Event, before: Conversation) -> str:
    match event:
        case Said(question=question):
            return question or before.asked_by(event.reply_to) or ""
        case Tapped():
            return event.field or event.place
        case LastWord(question=question):
            return question
    return ""


def named_by(event: Event, before: Conversation) -> str:
    """The question its words are for: the one the form names, or the one on the screen."""
    named = field_of(event, before).removeprefix("=")
    return named if named in QUESTIONS else before.place.about


def has_a_question(event: Event, before: Conversation) -> bool:
    """Whether these words are for a question that takes words, with nobody beside the child who may not hear it."""
    if not isinstance(event, Said | Tapped) or not event.words:
        return False
    if isinstance(event, Tapped) and (event.consultation != before.id or event.choice == ".over"):
        return False
    question = named_by(event, before)
    asking = before.place.screen in (Screen.ASKING, Screen.REWRITING) and field_of(event, before) != ".pin"
    open = field_of(event, before).removeprefix("=") in QUESTIONS or asking
    return open and question not in WORDLESS and not (before.helper and question in PRIVATE)


def rewrites(event: Event, before: Conversation) -> bool:
    if not words_in(event):
        return False
    named = field_of(event, before)
    return named.startswith("=") or (
        named not in QUESTIONS and before.place.screen is Screen.REWRITING and not isinstance(event, LastWord)
    )
