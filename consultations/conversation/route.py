"""Which questions a child is asked, in which order, and which answers still belong.

Only what may be shown now decides the way: a folded answer opens no question, so that the questions asked never tell an
onlooker what was said before. Nor does a choice made apart where a messenger overhears: what it opened is neither asked
nor listed there, answered or not, as if it were not. It is sent with the rest, and on our own page all of it is there.
"""

from __future__ import annotations

from collections.abc import Iterable

from consultations.answers import Answer
from consultations.conversation.state import Conversation, Passed
from consultations.conversation.turn import Setting
from consultations.questions.sets import Question, QuestionBook, QuestionSet


def questions_on_the_way(conversation: Conversation, setting: Setting) -> tuple[Question, ...]:
    """Every question that applies now, in order. Private ones wait while a helper is here; feedback is not one."""
    asked = setting.questions(conversation)
    known = _known(conversation.answers, setting)
    return tuple(
        question
        for question in asked.questions
        if not question.feedback and not (question.private and conversation.helper) and _applies(question, asked, known)
    )


def following(conversation: Conversation, setting: Setting, question: str) -> str | None:
    """The question after this one; None at the end of the way."""
    order = [each.id for each in setting.questions(conversation).questions]
    here = order.index(question) if question in order else -1
    return next(
        (each.id for each in questions_on_the_way(conversation, setting) if order.index(each.id) > here),
        None,
    )


def preceding(conversation: Conversation, setting: Setting, question: str) -> str | None:
    """The question before this one; None at the beginning."""
    order = [each.id for each in setting.questions(conversation).questions]
    here = order.index(question) if question in order else len(order)
    return next(
        (each.id for each in reversed(questions_on_the_way(conversation, setting)) if order.index(each.id) < here),
        None,
    )


def first_open(conversation: Conversation, setting: Setting) -> str | None:
    """The first question still to be asked: one never reached, and then those for "ask me later"."""
    still = [each.id for each in questions_on_the_way(conversation, setting) if _open(conversation, each)]
    return min(still, key=lambda id: conversation.how_passed(id) is Passed.LATER, default=None)


def still_to_come(conversation: Conversation, setting: Setting, question: str) -> int:
    """How many questions besides this one are still to be asked, "ask me later" among them."""
    return sum(
        1 for each in questions_on_the_way(conversation, setting) if each.id != question and _open(conversation, each)
    )


def without_an_answer(conversation: Conversation, setting: Setting) -> tuple[Question, ...]:
    """Every question on the way that nothing is seen to have been said to."""
    way = questions_on_the_way(conversation, setting)
    return tuple(each for each in way if conversation.answer(each.id) is None)


def told_here(answers: tuple[Answer, ...], setting: Setting) -> tuple[Answer, ...]:
    """Those of these answers that this door may tell of: without what a choice made apart has opened."""

    def would_tell(answer: Answer) -> bool:
        asked = setting.book.asked(answer.set, answer.version)
        return _would_tell(asked.question(answer.question), asked, answers, setting)

    return tuple(answer for answer in answers if not would_tell(answer))


def opened_by(answer: Answer, book: QuestionBook) -> set[str]:
    """The questions of which a choice opens the one that was answered; none for the main line."""
    question = book.asked(answer.set, answer.version).question(answer.question)
    return _openers(question) if question else set()


def would_tell(conversation: Conversation, setting: Setting, question: str) -> bool:
    """Whether this question, shown at this door, would tell of a choice made apart."""
    asked = setting.questions(conversation)
    return _would_tell(asked.question(question), asked, conversation.answers, setting)


def asked_for(answer: Answer | None, book: QuestionBook) -> str:
    """What the choice in this answer asks for that cannot wait; "" for nothing."""
    if answer is None or answer.choice is None:
        return ""
    question = book.asked(answer.set, answer.version).question(answer.question)
    chosen = question.choice(answer.choice) if question else None
    return chosen.ask_now if chosen else ""


def not_going(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """Answers kept although their question no longer applies: shown, and not sent unless it applies again."""
    going = _belonging(conversation.answers, setting.book)
    return tuple(answer for answer in told_here(conversation.answers, setting) if answer not in going)


def shown_going(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """The answers that are shown and still belong, in the order of the questions."""
    shown = told_here(_belonging(conversation.answers, setting.book), setting)
    return in_order(shown, conversation, setting.book)


def hidden_going(conversation: Conversation, setting: Setting) -> tuple[Answer, ...]:
    """The answers that are hidden and still belong, as far as it may be told that there are any."""
    return told_here(_belonging(conversation.hidden, setting.book), setting)


def going(conversation: Conversation, book: QuestionBook) -> tuple[Answer, ...]:
    """Every answer that would be sent, told of or not: hidden ones before new ones, in the order of the questions."""
    hidden, shown = _belonging(conversation.hidden, book), _belonging(conversation.answers, book)
    return in_order((*hidden, *shown), conversation, book)


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
    if conversation.answer(question.id) is not None:
        return False
    return conversation.how_passed(question.id) in (None, Passed.LATER)


def _belonging(answers: tuple[Answer, ...], book: QuestionBook) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if _belongs(answer, answers, book))


def _belongs(answer: Answer, among: tuple[Answer, ...], book: QuestionBook) -> bool:
    asked = book.asked(answer.set, answer.version)
    question = asked.question(answer.question)
    return question is not None and _applies(question, asked, among)


def _would_tell(question: Question | None, asked: QuestionSet, answers: tuple[Answer, ...], setting: Setting) -> bool:
    if question is None or not setting.around.overheard or _applies(question, asked, _known(answers, setting)):
        return False
    apart = {answer.question for answer in answers if answer.apart}
    return not apart.isdisjoint({question.id, *_openers(question)})


def _openers(question: Question) -> set[str]:
    return {opener.partition(":")[0] for opener in question.after}


def _known(answers: tuple[Answer, ...], setting: Setting) -> tuple[Answer, ...]:
    """The answers whose choices this door may know."""
    return tuple(answer for answer in answers if not (answer.apart and setting.around.overheard))


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
