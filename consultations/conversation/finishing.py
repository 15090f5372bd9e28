"""From the check page on: changing what was said, who may see it, sending, adding, taking back."""

from __future__ import annotations

from dataclasses import replace

from consultations.answers import Answer, Sharing
from consultations.conversation.alarming import kept_from_officer
from consultations.conversation.checking import (
    check_mark,
    kept_for_nobody,
    only_adds,
    same_readers,
    sendable,
)
from consultations.conversation.dispatching import dispatch, shut_window, take_back
from consultations.conversation.folding import may_be_final, may_unfold, tries_left
from consultations.conversation.happened import TookBack, WindowShut
from consultations.conversation.letting_read import letting, to_let
from consultations.conversation.moving import CHECK, aside, backward, home, on_to_the_rest, straight
from consultations.conversation.replies import NoMoreChanges, Notice, WhoHasRead
from consultations.conversation.route import opened_by, questions_on_the_way, told_here
from consultations.conversation.screens import passed_on, readings, stay, told_of
from consultations.conversation.state import Conversation, Place, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.sending import Kind

EVERYTHING = "*"


def check(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    """A button of the check page itself: what the officer will see, or more questions."""
    if conversation.place.screen not in (Screen.CHECK, Screen.PREVIEW):
        return stay(conversation, setting)
    match choice:
        case ".preview":
            return stay(aside(conversation, Screen.PREVIEW), setting)
        case ".on":
            return stay(on_to_the_rest(conversation, setting), setting)
    return stay(conversation, setting)


def change(conversation: Conversation, setting: Setting, question: str) -> Turn:
    """An answer, or a question without one, from the check page and back to it."""
    if not conversation.begun:
        return stay(conversation, setting)
    if question not in {each.id for each in questions_on_the_way(conversation, setting)}:
        answer = _in_sight(conversation, setting, question)
        if answer is None:
            return stay(conversation, setting)
        # Asked in another set: it is changed there. One that is not going stays as it is.
        there = replace(conversation, set=answer.set)
        if question not in {each.id for each in questions_on_the_way(there, setting)}:
            return stay(conversation, setting, Notice("stale_button"))
        conversation = there
    return stay(aside(straight(conversation, Place(Screen.CHECK, question)), Screen.ASKING, question), setting)


def open_sharing(conversation: Conversation, setting: Setting, question: str) -> Turn:
    """Who may see this answer, or everything at once?"""
    if conversation.place.screen is not Screen.CHECK:
        return stay(conversation, setting)
    if question != EVERYTHING and _in_sight(conversation, setting, question) is None:
        return stay(conversation, setting)
    here = replace(conversation, place=Place(Screen.CHECK, question))
    return stay(aside(here, Screen.SHARING, question), setting)


def share(conversation: Conversation, setting: Setting, question: str, choice: str) -> Turn:
    """The choice of who may see it. Hidden answers keep theirs: nobody widens what they cannot see."""
    if choice == ".back" or choice not in list(Sharing):
        here = conversation.place.screen is Screen.SHARING
        return stay(backward(conversation, setting) if here else conversation, setting)
    sharing = Sharing(choice)
    together = setting.questions(conversation).share_together
    in_sight = told_here(conversation.answers, setting)
    meant = {question}
    if question == EVERYTHING:
        kept_back = (set() if together else kept_for_nobody(in_sight)) | kept_from_officer(conversation)
        meant = {answer.question for answer in in_sight} - kept_back

    def chosen(answer: Answer) -> Answer:
        if answer in in_sight:
            return _shared(answer, sharing) if answer.question in meant else answer
        # What this door may not tell of goes no further than what opened it, and no further than it did.
        narrower = Sharing.NOBODY.width < sharing.width < answer.goes_to.width
        return _shared(answer, sharing) if narrower and opened_by(answer, setting.book) & meant else answer

    after = replace(conversation, answers=tuple(map(chosen, conversation.answers)))
    if question == EVERYTHING and together:
        after = replace(after, together=sharing)
    if after.place == Place(Screen.SHARING, question):
        after = home(after)
    return stay(after, setting, Notice("sharing_kept"))


def let_read(conversation: Conversation, setting: Setting, question: str, *, let: bool) -> Turn:
    """*Let them read this*, or not, on the check page: for one answer, or for everything where that is one choice."""
    advocate = to_let(conversation, setting)
    known = (question == EVERYTHING) if setting.questions(conversation).share_together else question != EVERYTHING
    if conversation.place.screen is not Screen.CHECK or advocate is None or not known:
        return stay(conversation, setting)
    if question != EVERYTHING and _in_sight(conversation, setting, question) is None:
        return stay(conversation, setting)
    here = replace(conversation, place=Place(Screen.CHECK, question))
    return stay(letting(here, setting, question, advocate, let), setting, Notice("sharing_kept"))


def _shared(answer: Answer, sharing: Sharing) -> Answer:
    return replace(answer, sharing=sharing, sent=answer.sent and answer.goes_to is sharing)


def _in_sight(conversation: Conversation, setting: Setting, question: str) -> Answer | None:
    """The answer to this question, where this door may tell of it."""
    return next((each for each in told_here(conversation.answers, setting) if each.question == question), None)


def send(conversation: Conversation, setting: Setting, mark: str) -> Turn:
    """Send what the page showed, to whom it showed; if either is no longer so, the page again."""
    if not conversation.begun:
        return stay(conversation, setting)
    if not sendable(conversation, setting):
        sent_already = conversation.standing is not None and conversation.place.screen is Screen.SENT
        return stay(conversation, setting, *(() if sent_already else (Notice("nothing_to_send"),)))
    if mark != check_mark(conversation, setting):
        moved = "check_moved" if same_readers(mark, conversation, setting) else "check_changed"
        return stay(straight(conversation, CHECK), setting, Notice(moved))
    after, dispatched = dispatch(conversation, setting)
    kind = Kind.ADDITION if only_adds(conversation, setting) else Kind.REPLACEMENT
    standing = conversation.standing
    again = dispatched.replaces is not None and not (kind is Kind.ADDITION and standing is not None and standing.away)
    said = (_SENT_AGAIN_AS if again else _SENT_AS)[kind]
    told = (Notice(phrase, day=each.at, reader=each.reader) for phrase, each in told_of(dispatched.replaces, setting))
    return replace(stay(after, setting, Notice(said), *told), happened=(dispatched,))


_SENT_AS = {Kind.REPLACEMENT: "sent_title", Kind.ADDITION: "addition_sent"}
_SENT_AGAIN_AS = {Kind.REPLACEMENT: "sent_again", Kind.ADDITION: "added_again"}


def once_sent(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    """Once it is sent: change, add, that's final, who has read it, take it back."""
    screen = conversation.place.screen
    if screen is Screen.TAKING_BACK:
        if choice == ".yes":
            return replace(stay(take_back(conversation), setting, Notice("taken_back")), happened=(TookBack(),))
        return stay(home(conversation), setting)
    if screen is not Screen.SENT:
        return stay(conversation, setting)
    standing = conversation.standing
    match choice:
        case ".change":
            there = straight(conversation, CHECK)
            # Where all of it is hidden there is nothing to change before the PIN.
            ask = not told_here(conversation.answers, setting) and may_unfold(conversation, setting)
            return stay(aside(there, Screen.PIN_ASK) if ask else there, setting)
        case ".add":
            return stay(_adding(conversation, setting), setting)
        case ".no_more" | ".final" if may_be_final(conversation, setting):
            if _takes_the_pin(conversation):
                return _pin_first(conversation, setting)
            if choice == ".no_more":
                return Turn(conversation, (NoMoreChanges(),))
            shut = shut_window(conversation, setting)
            return replace(stay(shut, setting, Notice("final_done")), happened=(WindowShut(),))
        case ".who":
            given = passed_on(conversation, setting)
            told = WhoHasRead(*readings(conversation, setting), sent=standing is not None, given=given)
            return Turn(conversation, (told,))
        case ".take" if standing is not None:
            if conversation.helper is not None:
                return stay(conversation, setting, Notice("take_back_waits"))
            if _takes_the_pin(conversation):
                return _pin_first(conversation, setting, Notice("pin_to_take_back"))
            return stay(aside(conversation, Screen.TAKING_BACK), setting)
    return stay(conversation, setting)


def _takes_the_pin(conversation: Conversation) -> bool:
    """What throws away takes the PIN where there is one; without one the code is all there is."""
    return bool(conversation.pin) and not conversation.proven


def _pin_first(conversation: Conversation, setting: Setting, *told: Notice) -> Turn:
    if not tries_left(conversation, setting.now):
        return stay(conversation, setting, Notice("pin_wait"))
    return stay(aside(conversation, Screen.PIN_ASK), setting, *told)


def _adding(conversation: Conversation, setting: Setting) -> Conversation:
    question = next(each.id for each in setting.questions(conversation).questions if each.anything_else)
    return replace(conversation, place=Place(Screen.ASKING, question), way_back=(CHECK,))
