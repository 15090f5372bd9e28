"""What a child says becomes an answer: typed words join it, a choice settles it, and nothing else moves on by itself.

Any split of the words into messages gives the same answer, because a piece is put after those that were written before
it, in whatever order a messenger brings them.
"""

from __future__ import annotations

import json
from dataclasses import replace

from consultations.answers import ADVOCATE, CHILD, Answer
from consultations.conversation.route import in_order
from consultations.conversation.state import Conversation, Passed
from consultations.conversation.turn import Setting
from consultations.languages import SOURCE
from consultations.questions.sets import QuestionSet

ROOM = 100_000
"""Bytes a draft may have before more is said: below the largest padded draft of 128 KiB, with room for
what must always fit, such as another sending and the ids of the last events."""

FRAME = 900
"""Bytes that no answer takes more of besides its words: also one that names an advocate in 80 letters of four bytes."""


def join_words(conversation: Conversation, setting: Setting, question: str, words: str, ref: str = "") -> Conversation:
    """The words put after what was already said to this question; before messages that were written later."""
    answer = conversation.answer(question) or _fresh(conversation, question)
    pieces, marks = answer.pieces, answer.marked
    here = len(pieces)
    while here and _is_later(marks[here - 1], ref):
        here -= 1
    refs = (*marks[:here], ref, *marks[here:]) if ref or answer.refs else ()
    return keep(conversation, setting, replace(answer, pieces=(*pieces[:here], words, *pieces[here:]), refs=refs))


def rewrite_words(
    conversation: Conversation, setting: Setting, question: str, words: str, ref: str = ""
) -> Conversation:
    """The words in the place of what was typed before; a choice stays."""
    answer = conversation.answer(question) or _fresh(conversation, question)
    return keep(conversation, setting, replace(answer, pieces=(words,) if words else (), refs=(ref,) if ref else ()))


def edit_words(conversation: Conversation, setting: Setting, answer: Answer, ref: str, words: str) -> Conversation:
    """The words of one message in the place of what it said before."""
    here = answer.marked.index(ref)
    pieces = (*answer.pieces[:here], words, *answer.pieces[here + 1 :])
    after = keep(conversation, setting, replace(answer, pieces=pieces))
    if after == conversation:
        return conversation
    # What somebody else typed is not the child's own because a word of it was put right.
    edited = tuple(
        _still_partly_theirs(each, answer) if each.question == answer.question else each for each in after.answers
    )
    return replace(after, answers=edited)


def choose(conversation: Conversation, setting: Setting, question: str, choice: str) -> Conversation:
    """The choice settled; typed words stay."""
    answer = conversation.answer(question) or _fresh(conversation, question)
    return keep(conversation, setting, replace(answer, choice=choice))


def confirmed(conversation: Conversation, question: str) -> Conversation:
    """The child says that what somebody typed for them is right."""
    answers = (replace(each, confirmed=each.confirmed or each.question == question) for each in conversation.answers)
    return replace(conversation, answers=tuple(answers))


def start_over(conversation: Conversation, question: str) -> Conversation:
    """The answer to this question taken out, because the child said so."""
    return replace(
        conversation, answers=tuple(answer for answer in conversation.answers if answer.question != question)
    )


def pass_by(conversation: Conversation, question: str, how: Passed) -> Conversation:
    """The question left without an answer. An answer that is there stays: skipping never throws away."""
    if conversation.answer(question):
        return conversation
    return replace(conversation, passed=(*_without(conversation.passed, question), (question, how)))


def last_word(conversation: Conversation, setting: Setting, question: str, words: str, choice: str) -> Answer:
    """What was said in a visit that is over, as an answer of its own."""
    alone = replace(conversation, helper=None, together=None)
    fresh = replace(_fresh(conversation, question), pieces=(words,) if words else (), choice=choice or None)
    # Which visit it was, and whether that had given the PIN, nobody knows any more.
    return replace(_as_said_now(alone, setting, fresh), without_pin=bool(conversation.pin))


def fits(conversation: Conversation, words: str) -> bool:
    """Whether there is room for these words as well, as they will be written."""
    written = len(json.dumps(words, ensure_ascii=False).encode())
    return len(conversation.to_bytes()) + written + FRAME <= ROOM


def keep(conversation: Conversation, setting: Setting, answer: Answer) -> Conversation:
    """The conversation with this answer in it, as said now: in today's words, language and company."""
    old = conversation.answer(answer.question)
    others = tuple(each for each in conversation.answers if each.question != answer.question)
    if answer.empty:
        return replace(conversation, answers=others)
    if old is not None and (old.choice, old.pieces) == (answer.choice, answer.pieces):
        return conversation
    said = _as_said_now(conversation, setting, answer)
    if old is not None:
        said = _with_what_stays(said, old)
    answers = in_order((*others, said), conversation, setting.book)
    return replace(conversation, answers=answers, passed=_without(conversation.passed, answer.question))


def asked_in(conversation: Conversation, setting: Setting, question: str) -> QuestionSet | None:
    """The set whose words this question was asked in: the child's own first, for forms from before a switch."""
    own = setting.questions(conversation)
    usual = setting.book.current(conversation.usual)
    return next((each for each in (own, usual, *setting.book) if each.question(question)), None)


def _as_said_now(conversation: Conversation, setting: Setting, answer: Answer) -> Answer:
    asked = asked_in(conversation, setting, answer.question) or setting.questions(conversation)
    helper = conversation.helper
    return replace(
        answer,
        set=asked.id,
        version=asked.version,
        language=(helper.language if helper else "") or conversation.language,
        sharing=answer.sharing or conversation.together,
        typed_by=helper.kind if helper and helper.typing else CHILD,
        own_words=helper.own_words if helper else True,
        partly=False,
        beside=helper.kind if helper else "",
        helper_name=helper.name if helper else "",
        through=helper.through if helper else "",
        confirmed=True,
        keyed="",
        keyed_on="",
        keyed_as="",
        sent=False,
        apart=not setting.around.overheard,
        without_pin=_without_pin(conversation),
    )


def with_more(earlier: Answer, later: Answer) -> Answer:
    """Two answers to one question as one: the later choice, all the words in order, the narrower sharing."""
    both = replace(
        later,
        choice=later.choice or earlier.choice,
        pieces=(*earlier.pieces, *later.pieces),
        refs=(*earlier.marked, *later.marked) if earlier.refs or later.refs else (),
        sharing=min(earlier.goes_to, later.goes_to, key=lambda sharing: sharing.width),
        to_advocate=later.to_advocate if later.to_advocate == earlier.to_advocate else "",
        sent=False,
    )
    return _with_what_stays(both, replace(earlier, choice=None if later.choice else earlier.choice))


def _with_what_stays(said: Answer, old: Answer) -> Answer:
    """A choice that stays keeps the words it was made in, and words that stay keep their language and their author."""
    choice_stays = old.choice is not None and said.choice == old.choice
    words_stay = bool(old.pieces) and _stand_in(old.pieces, said.pieces)
    if choice_stays:
        said = replace(said, set=old.set, version=old.version)
    if words_stay and (said.pieces == old.pieces or old.language != SOURCE):
        said = replace(said, language=old.language)
    if words_stay:
        return _still_partly_theirs(said, old)
    return _with_the_choice(said, old) if choice_stays else said


def _with_the_choice(said: Answer, old: Answer) -> Answer:
    """Of what stood there only the choice is left: that is nobody's words.

    Where the child themselves typed all the words there are, a choice from a sitting, which they were asked for and
    agreed to, is theirs as well. Of a choice that was keyed in without them, or tapped by another helper, the mark
    stays that some of it was.
    """
    if said.typed_by == CHILD and old.typed_by != CHILD and said.pieces:
        old = replace(old, own_words=said.own_words)
        if old.typed_by == ADVOCATE and old.helper_name and not old.keyed:
            old = replace(old, typed_by=CHILD, partly=False, confirmed=True)
    return _still_partly_theirs(said, old)


def _still_partly_theirs(said: Answer, old: Answer) -> Answer:
    """Words put after a helper's do not make the helper's the child's; nor is what was said apart said to everybody."""
    return replace(
        said,
        typed_by=old.typed_by if said.typed_by == CHILD else said.typed_by,
        own_words=old.own_words and said.own_words,
        partly=said.partly
        or old.partly
        or (said.typed_by == CHILD) != (old.typed_by == CHILD)
        or said.own_words != old.own_words,
        beside=said.beside or old.beside,
        helper_name=_name_of_helper(said, old),
        through=said.through or old.through,
        confirmed=said.confirmed and old.confirmed,
        keyed=said.keyed or old.keyed,
        keyed_on=said.keyed_on or old.keyed_on,
        apart=said.apart or old.apart,
        without_pin=said.without_pin or old.without_pin,
    )


def _without_pin(conversation: Conversation) -> bool:
    """Whether a PIN stands that this visit has not given. Who sits down beside a child who gave it is named instead."""
    beside = conversation.helper is not None and not conversation.came_back
    return bool(conversation.pin) and not conversation.proven and not beside


def _name_of_helper(said: Answer, old: Answer) -> str:
    """Of the one who typed, whichever time that was; where nobody did, of who was there last."""
    theirs = said if said.typed_by != CHILD or (old.typed_by == CHILD and said.beside) else old
    return theirs.helper_name


def _stand_in(pieces: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether all of them are among the others, in the same order: a late message is put before or between them."""
    left = iter(others)
    return all(piece in left for piece in pieces)


def _is_later(mark: str, than: str) -> bool:
    """Whether one message was written after another: a messenger counts them."""
    return mark.isdecimal() and than.isdecimal() and int(mark) > int(than)


def _fresh(conversation: Conversation, question: str) -> Answer:
    return Answer(question, conversation.set, 0, conversation.language)


def _without(passed: tuple[tuple[str, Passed], ...], question: str) -> tuple[tuple[str, Passed], ...]:
    return tuple(each for each in passed if each[0] != question)
