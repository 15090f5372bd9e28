"""Keying in: a returned paper form, or a talk, typed by a member of staff at a screen of their own.

The child is not there. So nothing of theirs moves: not where they are, not their language, not who may see what. The
screen shows what was keyed in there, by this person and from the same, and nothing else; not which questions the child
has left out or answered. What is keyed in stands with the child's answers, marked, until they change it or strike it.
From then on it is the child's: it is neither shown nor sent nor changed where it was keyed in. What was said in a talk
is not sent before the child has said that it is right.

Where the child had said something to the same question, that is put out of sight beside it, and goes to its readers as
well: nothing of theirs is lost, and whoever keys in learns nothing. What somebody else keyed in stays as it is.

A choice that raises an alarm is not keyed in: a person who reads it on a form has to tell somebody now.

Only a paper form, which the child handed in to be read, may be sent from here: by the officer, with the sharing that
stands on it, and only while the child has sent nothing. Of the child's own draft nothing goes with it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from consultations.access import Act, may
from consultations.answers import PAPER, SPOKEN, Answer
from consultations.conversation.answering import fits, pass_by
from consultations.conversation.checking import shown_to_send
from consultations.conversation.dispatching import dispatch_these
from consultations.conversation.events import Event, Left, Looked, Said, SatDown, Tapped
from consultations.conversation.finishing import share
from consultations.conversation.folding import put_out_of_sight
from consultations.conversation.moving import aside, beyond, straight
from consultations.conversation.replies import HelpNow, More, Notice, Reply, SittingDone, SittingWords
from consultations.conversation.route import in_order, opened_by
from consultations.conversation.screens import screen, stay
from consultations.conversation.staff_screen import (
    DONE,
    SIT,
    Usual,
    allowed,
    among,
    as_usual,
    finished,
    first,
    in_sight,
    less,
    over,
    own_button,
    presses,
    said_to,
    sits,
    tells,
    words_of,
    writes,
)
from consultations.conversation.state import Conversation, Passed, Place, Screen, Sitter
from consultations.conversation.turn import Setting, Turn
from consultations.languages import SOURCE
from consultations.timescales import day_in_england

SHARING = ".s."
ROOMS = (Screen.ASKING, Screen.REWRITING, Screen.SITTING_WORDS, Screen.SITTING_DONE, Screen.SHARING)


def keys_in(conversation: Conversation, event: Event, setting: Setting) -> bool:
    """Whether this screen is one where something is keyed in."""
    if isinstance(event, SatDown) and event.how:
        return True
    return conversation.sitting is not None and bool(conversation.sitting.how) and sits(conversation, setting)


def heard(conversation: Conversation, event: Event, setting: Setting, usual: Usual) -> Turn:
    """What comes of an event at such a screen."""
    if isinstance(event, SatDown) and not sits(conversation, setting):
        conversation = _begun(conversation, event.how, setting)
    sat = conversation.sitting
    if sat is None or not sits(conversation, setting) or setting.around.held_on is not None:
        return over(conversation)
    if isinstance(event, Tapped) and presses(event, conversation, ".done") and sat.place != DONE:
        said = Said(event.words, event.field or None) if event.words else Looked()
        turn = _turn(conversation, sat, said, setting, usual)
        if not any(isinstance(reply, Notice) and reply.text for reply in turn.replies):
            at_the_end = _at_the_end(turn.conversation, setting)
            if at_the_end is not None:
                return at_the_end
    if isinstance(event, Left) or presses(event, conversation, ".done"):
        return finished(conversation, event, lambda said: _turn(conversation, sat, said, setting, usual))
    if presses(event, conversation, ".send"):
        return _sent(conversation, sat, setting)
    return _turn(conversation, sat, event, setting, usual)


def here(conversation: Conversation, setting: Setting, *told: Reply) -> Turn:
    """Where this screen is, after what there is to tell."""
    sat = conversation.sitting
    if sat is None:
        return Turn(conversation, told)
    return Turn(conversation, (*told, _screen(_seen(conversation, sat), conversation, setting)))


def as_spoken_to(conversation: Conversation, setting: Setting) -> Conversation:
    """The conversation as the words on this screen are chosen for: in the language of whoever keys in."""
    sat = conversation.sitting
    if setting.around.sitting is None or sat is None or not sat.how:
        return conversation
    return replace(conversation, language=sat.language, helper=None)


def what_was_keyed(conversation: Conversation) -> tuple[Notice, ...]:
    """What was keyed in last, for whoever comes in; and that it was sent, where the child has not been here yet."""
    away = {each.keyed for each in conversation.shut if not each.sent and (each.keyed == PAPER or not each.confirmed)}
    away -= {each.keyed for each in (*conversation.folded, *conversation.answers)}
    told = tuple(
        Notice(f"keyed_{'hidden' if how in away else 'here'}_{how}", reader=name, day=at)
        for how, name, at in conversation.keyed[-1:]
    )
    return (*told, Notice("sent_next")) if conversation.standing and not conversation.begun else told


def only_keyed(conversation: Conversation) -> bool:
    """Whether nobody has come in and begun: what was keyed in is still to be seen by the child a first time."""
    return not conversation.begun and not conversation.hidden and all(each.keyed for each in conversation.answers)


def _begun(conversation: Conversation, how: str, setting: Setting) -> Conversation:
    around = setting.around.sitting
    if around is None or not how:
        return conversation
    sat = Sitter(around.id, around.visit, around.name, around.until, agreed=True, how=how)
    sat = replace(sat, staff=around.staff, kind=around.kind, language=SOURCE, place=Place(Screen.SITTING_WORDS))
    begun = replace(conversation, sitting=sat)
    if how == SPOKEN:
        return begun
    seen = _seen(begun, sat)
    start = _on_the_way(straight(seen, first(seen, setting)), setting)
    return replace(begun, sitting=replace(sat, place=start.place))


def _sent(conversation: Conversation, sat: Sitter, setting: Setting) -> Turn:
    """The form as it was handed in, and nothing else."""
    going = shown_to_send(_seen(conversation, sat), setting)
    if sat.place != DONE or not going or not _may_send(conversation, sat):
        return here(conversation, setting)
    after, dispatched = dispatch_these(conversation, setting, going)
    return replace(here(after, setting), happened=(dispatched,))


def _at_the_end(conversation: Conversation, setting: Setting) -> Turn | None:
    """Where who may see it is chosen, and a form is sent, before the one who keyed it in is gone; None with neither."""
    sat = conversation.sitting
    if sat is None or not _may_send(conversation, sat) or not shown_to_send(_seen(conversation, sat), setting):
        return None
    return here(replace(conversation, sitting=replace(sat, place=DONE, way_back=())), setting)


def _may_send(conversation: Conversation, sat: Sitter) -> bool:
    return sat.how == PAPER and may(sat.kind, Act.SEND_A_FORM) and not conversation.sendings


def _turn(conversation: Conversation, sat: Sitter, event: Event, setting: Setting, usual: Usual) -> Turn:
    """1. The conversation as this screen may show it. 2. The turn, where it is one of its own. 3. What is kept."""
    seen = _seen(conversation, sat)
    words = words_of(event)
    question = said_to(event, seen)
    if writes(event, words) and (question in _of_others(conversation, sat) or _alarms(question, seen, setting)):
        turn = stay(seen, setting, *((Notice("words_not_kept", text=words),) if words else ()))
    elif words and not fits(conversation, words):
        turn = stay(seen, setting, Notice("no_room", question, text=words))
    elif isinstance(event, Tapped) and event.place == SIT and event.consultation == conversation.id:
        sat, turn = _own(seen, sat, event.choice, setting)
    elif isinstance(event, Tapped) and sat.how == PAPER and _shares(event, seen):
        turn = share(seen, setting, event.place.removeprefix(SHARING), event.choice)
    else:
        has = isinstance(event, Tapped) and allowed(event) and not tells(event)
        turn = as_usual(seen, event, setting, usual, has=has)
    there = _on_the_way(turn.conversation, setting)
    after = _kept(conversation, sat, _marked(seen, there, sat, setting), setting)
    shown = _seen(after, after.sitting or sat)
    *told, last = turn.replies
    if isinstance(last, More):
        last = replace(last, keyed=sat.how)
    elif last == screen(turn.conversation, setting):
        last = _screen(shown, after, setting)
    return Turn(after, (*told, HelpNow() if isinstance(last, HelpNow) else less(last)))


def _own(seen: Conversation, sat: Sitter, choice: str, setting: Setting) -> tuple[Sitter, Turn]:
    """A button that only this screen has: who may see an answer of a paper form."""
    question = choice.removeprefix("=")
    if sat.how == PAPER and choice != question and seen.place == DONE and seen.answer(question) is not None:
        return sat, stay(aside(seen, Screen.SHARING, question), setting)
    return own_button(seen, sat, choice, setting)


def _seen(conversation: Conversation, sat: Sitter) -> Conversation:
    """The conversation as this screen may show it."""
    own = tuple(each for each in conversation.answers if _is_own(each, sat))
    seen = in_sight(conversation, sat, own, None)
    return replace(seen, language=sat.language, begun=True, together=None, sent=(), alarms=())


def _is_own(answer: Answer, sat: Sitter) -> bool:
    """Keyed in by this person, from the same; and as it was then, untouched by the child."""
    by = (answer.keyed, answer.typed_by, answer.helper_name) == (sat.how, sat.kind, sat.name)
    return by and answer.keyed_as == _as_it_stands(answer)


def _as_it_stands(answer: Answer) -> str:
    """A mark of all that a child can change of an answer on their own screen."""
    stands = [answer.choice, answer.pieces, answer.goes_to, answer.to_advocate, answer.confirmed]
    return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:12]


def _of_others(conversation: Conversation, sat: Sitter) -> set[str]:
    """The questions whose answers somebody else keyed in, or from something else, or the child has changed since."""
    return {each.question for each in conversation.answers if each.keyed and not _is_own(each, sat)}


def _alarms(question: str, seen: Conversation, setting: Setting) -> bool:
    asked = setting.questions(seen).question(question)
    return asked is not None and any(choice.alarm for choice in asked.choices)


def _shares(event: Tapped, seen: Conversation) -> bool:
    return event.consultation == seen.id and seen.place == Place(Screen.SHARING, event.place.removeprefix(SHARING))


def _marked(seen: Conversation, there: Conversation, sat: Sitter, setting: Setting) -> Conversation:
    """What was said now, marked: from what, by whom, and on which day."""
    before = {each.question: each for each in seen.answers}
    spoken = sat.how == SPOKEN

    def marked(answer: Answer) -> Answer:
        old = before.get(answer.question)
        if old is not None and (old.choice, old.pieces) == (answer.choice, answer.pieces):
            return replace(answer, keyed_as=_as_it_stands(answer))
        answer = replace(answer, confirmed=not spoken)
        return replace(
            answer,
            typed_by=sat.kind,
            partly=False,
            own_words=not spoken or (sat.own_words and (old is None or old.own_words or not answer.pieces)),
            beside=sat.kind if spoken else "",
            helper_name=sat.name,
            keyed=sat.how,
            keyed_on=day_in_england(setting.now).isoformat(),
            keyed_as=_as_it_stands(answer),
        )

    return replace(there, answers=tuple(map(marked, there.answers)))


def _kept(conversation: Conversation, sat: Sitter, there: Conversation, setting: Setting) -> Conversation:
    """What such a screen may change: what is keyed in there, and where it is itself."""
    before = {each for each in conversation.answers if _is_own(each, sat)}
    new = {each.question for each in there.answers if each not in before}
    theirs = [each for each in conversation.answers if not _is_own(each, sat)]
    aside_too = _with_what_they_opened(new, theirs, setting)
    away = tuple(replace(each, sharing=each.goes_to) for each in theirs if each.question in aside_too)
    stays = (each for each in theirs if each.question not in aside_too)
    sat = replace(sat, place=there.place, way_back=there.way_back, language=there.language, passed=there.passed)
    after = replace(conversation, answers=in_order((*stays, *there.answers), conversation, setting.book), sitting=sat)
    if not new:
        return after
    passed = tuple(each for each in conversation.passed if each[0] not in new)
    told = (sat.how, sat.name, setting.now)
    days = [(how, name, day_in_england(at)) for how, name, at in conversation.keyed]
    keyed = conversation.keyed if (*told[:2], day_in_england(told[2])) in days else (*conversation.keyed, told)
    return put_out_of_sight(replace(after, passed=passed, keyed=keyed), away)


def _with_what_they_opened(new: set[str], theirs: list[Answer], setting: Setting) -> set[str]:
    """The child's own answers to the same questions, and to those that their choices opened."""
    questions = {each.question for each in theirs if each.question in new}
    while more := {each.question for each in theirs if opened_by(each, setting.book) & questions} - questions:
        questions |= more
    return questions


def _on_the_way(there: Conversation, setting: Setting) -> Conversation:
    """A room that is not one of this screen's is its end; what would raise an alarm is not asked."""
    there = among(ROOMS, there)
    if there.place.screen is Screen.ASKING and _alarms(there.place.about, there, setting):
        question = there.place.about
        left = pass_by(there, question, Passed.SKIPPED)
        return _on_the_way(beyond(replace(left, way_back=()), setting, question), setting)
    return there


def _screen(seen: Conversation, conversation: Conversation, setting: Setting) -> Reply:
    sat = conversation.sitting
    assert sat is not None, "Nobody keys in here."
    if seen.place.screen is Screen.SITTING_WORDS:
        return SittingWords(keyed=True)
    if seen.place == DONE:
        form = sat.how == PAPER and may(sat.kind, Act.SEND_A_FORM)
        sent = form and bool(seen.answers) and all(e.sent for e in seen.answers)
        send = bool(shown_to_send(seen, setting)) and _may_send(conversation, sat)
        return SittingDone(seen.answers, sat.how, send, sent)
    return screen(seen, setting)
