"""Which questions a child is asked, in which order, and which answers still belong.

Only what the child may see now decides the way: a folded answer opens no question, so that the questions asked never
tell an onlooker what was said before.
"""

from __future__ import annotations

from collections.abc import Iterable

from consultations.answers import Answer
from consultations.conversation.state import Conversation, Passed
from consultations.questions.sets import Question, QuestionBook, QuestionSet


def questions_on_the_way(conversation: Conversation, book: QuestionBook) -> tuple[Question, ...]:
    """Every question that applies now, in order. Private ones wait while a helper is here; feedback is not one."""
    asked = book.current(conversation.set)
    return tuple(
        question
        for question in asked.questions
        if not question.feedback
        and not (question.private and conversation.helper)
        and _applies(question, asked, conversation.answers)
    )


def following(conversation: Conversation, book: QuestionBook, question: str) -> str | None:
    """The question after this one; None at the end of the way."""
    order = [each.id for each in book.current(conversation.set).questions]
    here = order.index(question) if question in order else -1
    return next(
        (each.id for each in questions_on_the_way(conversation, book) if order.index(each.id) > here),
        None,
    )


def preceding(conversation: Conversation, book: QuestionBook, question: str) -> str | None:
    """The question before this one; None at the beginning."""
    order = [each.id for each in book.current(conversation.set).questions]
    here = order.index(question) if question in order else len(order)
    return next(
        (each.id for each in reversed(questions_on_the_way(conversation, book)) if order.index(each.id) < here),
        None,
    )


def first_open(conversation: Conversation, book: QuestionBook) -> str | None:
    """The first question still to be asked: one never reached, and then those for "ask me later"."""
    still = [each.id for each in questions_on_the_way(conversation, book) if _open(conversation, each)]
    return min(still, key=lambda id: conversation.how_passed(id) is Passed.LATER, default=None)


def still_to_come(conversation: Conversation, book: QuestionBook, question: str) -> int:
    """How many questions besides this one are still to be asked, "ask me later" among them."""
    return sum(
        1 for each in questions_on_the_way(conversation, book) if each.id != question and _open(conversation, each)
    )


def without_an_answer(conversation: Conversation, book: QuestionBook) -> tuple[Question, ...]:
    """Every question on the way that nothing was said to, now or before."""
    return tuple(each for each in questions_on_the_way(conversation, book) if not said_before(conversation, each))


def said_before(conversation: Conversation, question: Question) -> bool:
    """Whether this was answered, now or out of sight."""
    return conversation.answer(question.id) is not None or _said_out_of_sight(conversation, question)


def answered_out_of_sight(conversation: Conversation, book: QuestionBook, question: str) -> bool:
    """Whether this question has an answer that may not be shown now."""
    asked = book.current(conversation.set).question(question)
    return asked is not None and _said_out_of_sight(conversation, asked)


def _said_out_of_sight(conversation: Conversation, question: Question) -> bool:
    # A hidden follow-up counts for nothing: to leave it out, or to say so, would tell what opened it.
    return not question.after and any(answer.question == question.id for answer in conversation.hidden)


def not_going(conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """Answers kept although their question no longer applies: shown, and not sent unless it applies again."""
    return tuple(answer for answer in conversation.answers if not _belongs(answer, conversation.answers, book))


def shown_going(conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """The answers that are shown and still belong, in the order of the questions."""
    shown = tuple(answer for answer in conversation.answers if _belongs(answer, conversation.answers, book))
    return in_order(shown, conversation, book)


def hidden_going(conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """The answers that are hidden and still belong."""
    return tuple(answer for answer in conversation.hidden if _belongs(answer, conversation.hidden, book))


def going(conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """Every answer that would be sent, hidden ones before new ones, in the order of the questions."""
    hidden = hidden_going(conversation, book)
    return in_order((*hidden, *shown_going(conversation, book)), conversation, book)


def in_order(answers: Iterable[Answer], conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """Answers in the order of the child's set; what only another set asks comes after, in that set's order."""
    place = {each.id: number for number, each in enumerate(book.current(conversation.set).questions)}

    def key(answer: Answer) -> tuple[int, str, int]:
        if answer.question in place:
            return (place[answer.question], "", 0)
        theirs = [each.id for each in book.asked(answer.set, answer.version).questions]
        return (len(place), answer.set, theirs.index(answer.question) if answer.question in theirs else len(theirs))

    return tuple(sorted(answers, key=key))


def _open(conversation: Conversation, question: Question) -> bool:
    if said_before(conversation, question):
        return False
    return conversation.how_passed(question.id) in (None, Passed.LATER)


def _belongs(answer: Answer, among: tuple[Answer, ...], book: QuestionBook) -> bool:
    asked = book.asked(answer.set, answer.version)
    question = asked.question(answer.question)
    return question is not None and _applies(question, asked, among)


def _applies(question: Question, asked: QuestionSet, answers: tuple[Answer, ...]) -> bool:
    if not question.after:
        return True
    chosen = {(answer.question, answer.choice) for answer in answers}
    for opener in question.after:
        parent_id, _, choice = opener.partition(":")
        parent = asked.question(parent_id)
        if parent and (parent_id, choice) in chosen and _applies(parent, asked, answers):
            return True
    return False
