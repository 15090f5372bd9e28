"""A sitting: an advocate beside the child, on a device of the advocate's own.

The advocate's screen is shown the conversation as `_seen` makes it: a place of its own, what was typed there, and
nothing else the child said. Of what a turn there does, `_kept` takes only what a sitting may change; whatever a button
was meant to do, the rest stays as it was. So it shares nothing, sends nothing, takes nothing back, opens and folds
nothing, and has no PIN. One thing works as everywhere: *Tell someone*, and whom not to tell of it.

Until the child says yes, on that device, nothing changes at all. From then on an advocate is here, for the child's own
screen too, until the child says they have gone: not the clock and not the advocate. Words typed there are read back,
and are not sent before the child has said yes to them, there or later. Nothing the child said or left out alone counts
there: it begins at the first question, and "about 5 more" is of the questions that everybody is asked.

Nobody can tell from here that it was the child who tapped: an advocate alone with a code could say yes to themselves.
So every sitting is told to the child when they next come in, by name and day, and its answers are marked with the name.
"""

from __future__ import annotations

from dataclasses import replace

from consultations.answers import ADVOCATE, Answer
from consultations.conversation.answering import confirmed, fits, start_over
from consultations.conversation.consequences import raises
from consultations.conversation.events import Event, LastWord, Left, Looked, Said, SatDown, Tapped
from consultations.conversation.folding import helper_here
from consultations.conversation.moving import aside, home, past_private, to
from consultations.conversation.replies import Notice, Reply, SittingAsked
from consultations.conversation.route import in_order
from consultations.conversation.screens import screen, stay
from consultations.conversation.staff_screen import (
    SIT,
    Usual,
    allowed,
    among,
    as_usual,
    finished,
    followed_by_nobody,
    in_sight,
    left,
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
from consultations.conversation.state import Conversation, Helper, Hidden, Place, Screen, Sitter
from consultations.conversation.turn import Setting, Turn

ASKED = Place(Screen.SITTING_ASKED)
ROOMS = (
    Screen.OPENING,
    Screen.ASKING,
    Screen.REWRITING,
    Screen.ALARM,
    Screen.SITTING_ASKED,
    Screen.SITTING_WORDS,
    Screen.READ_BACK,
    Screen.SITTING_DONE,
)
"""Where an advocate's screen may be."""

NOT_LEFT_FOR_READING = (Screen.READ_BACK, Screen.SITTING_WORDS, Screen.ALARM)


def heard(conversation: Conversation, event: Event, setting: Setting, usual: Usual) -> Turn:
    """What comes of an event at an advocate's screen."""
    if isinstance(event, SatDown):
        return _sat_down(conversation, setting)
    sat = conversation.sitting
    if sat is None or not sits(conversation, setting) or setting.around.held_on is not None:
        return over(conversation)
    if isinstance(event, Left) or presses(event, conversation, ".done" if sat.agreed else ".no"):
        if not sat.agreed:
            return left(conversation, event)
        return finished(conversation, event, lambda said: _turn(conversation, sat, said, setting, usual))
    if not sat.agreed:
        return _asked(conversation, sat, event, setting, usual)
    return _turn(conversation, sat, event, setting, usual)


def of_the_child(before: Conversation, turn: Turn) -> Turn:
    """A turn at the child's own screen: what they change of what was typed for them does not show there any more."""
    sat, after = turn.conversation.sitting, turn.conversation
    if sat is None or not sat.typed:
        return turn
    typed = tuple(id for id in sat.typed if not _differ(before.answer(id), after.answer(id)))
    return replace(turn, conversation=replace(after, sitting=replace(sat, typed=typed)))


def who_sat(conversation: Conversation) -> tuple[Notice, ...]:
    """Who sat here last, for whoever comes in: they may not have been the child's to say yes to."""
    return tuple(Notice("sat_here", reader=name, day=at) for name, at, _ in conversation.sat[-1:])


def _sat_down(conversation: Conversation, setting: Setting) -> Turn:
    here = setting.around.sitting
    if here is None:
        return over(conversation)
    if sits(conversation, setting):  # the same form once more
        return _turn_at(conversation, setting)
    earlier = conversation.sitting
    again = earlier is not None and conversation.helper == Helper(ADVOCATE, name=here.name) == _helper_of(earlier)
    sat = Sitter(here.id, here.visit, here.name, here.until, staff=here.staff)
    if earlier is not None and again:
        sat = replace(sat, typed=earlier.typed, passed=earlier.passed)
    return _turn_at(replace(conversation, sitting=sat), setting)


def _asked(conversation: Conversation, sat: Sitter, event: Event, setting: Setting, usual: Usual) -> Turn:
    """Before the child's yes: the question, help, and the child's language."""
    match event:
        case Tapped(consultation=conversation.id, place=".sit", choice=".yes"):
            return _turn_at(_agreed(conversation, sat, setting), setting)
        case Tapped(consultation=conversation.id, place=".go" | ".language" | ".alarm") if allowed(event):
            return _turn(conversation, sat, event, setting, usual)
    return _turn_at(conversation, setting)


def _agreed(conversation: Conversation, sat: Sitter, setting: Setting) -> Conversation:
    """The child said yes: what was said alone is folded, unless this very helper was beside them all along."""
    helper = _helper_of(sat)
    if conversation.helper != helper:
        conversation = helper_here(conversation, setting, helper)
        if conversation.place.screen is Screen.ASKING:
            conversation = past_private(conversation, setting)
    return replace(
        conversation,
        sitting=replace(sat, agreed=True, place=Place(Screen.SITTING_WORDS)),
        sat=(*conversation.sat, (sat.name, setting.now, sat.staff)),
    )


def _helper_of(sat: Sitter) -> Helper:
    """Who is beside the child, on the child's own screen, where the child types."""
    return Helper(ADVOCATE, name=sat.name)


def _turn_at(conversation: Conversation, setting: Setting) -> Turn:
    """Where the advocate's screen is."""
    return Turn(conversation, (_less(screen(_seen(conversation, setting), setting), conversation),))


def _less(reply: Reply, conversation: Conversation) -> Reply:
    """Before the yes: what it does for good, whatever was said or sent, because that it was is not told there."""
    sat = conversation.sitting
    if not isinstance(reply, SittingAsked) or sat is None or conversation.helper == _helper_of(sat):
        return less(reply)
    no_pin = conversation.begun and not conversation.pin
    return replace(reply, for_good=no_pin, may_choose_pin=no_pin and conversation.may_choose_pin)


def _turn(conversation: Conversation, sat: Sitter, event: Event, setting: Setting, usual: Usual) -> Turn:
    """1. The conversation as this screen may show it. 2. The turn, where it is one of a sitting's. 3. What is kept."""
    seen = _seen(conversation, setting)
    words, not_safe = words_of(event), _says_not_safe(event, seen, setting)
    at_once = not_safe or tells(event)
    question = said_to(event, seen)
    theirs = next((each for each in _of_the_child(conversation) if each.question == question), None)
    if words and not fits(conversation, words):
        # That they are not safe is told whatever stands in the box.
        turn = usual(seen, _wordless(event), setting) if at_once else stay(seen, setting)
        turn = replace(turn, replies=(Notice("no_room", question, text=words), *turn.replies))
    elif theirs is not None and writes(event, words) and not not_safe:
        return _beneath(conversation, sat, theirs, event, setting, usual)
    elif isinstance(event, Tapped) and event.place == SIT and event.consultation == conversation.id:
        sat, turn = _own(seen, sat, event.choice, setting)
    else:
        turn = as_usual(seen, event, setting, usual, has=isinstance(event, Tapped) and allowed(event))
    there = _on_the_way(_unconfirmed(seen, turn.conversation), sat)
    replies = turn.replies
    if there.place != turn.conversation.place and not isinstance(event, LastWord):
        replies = (*replies[:-1], screen(there, setting))
    shown = tuple(_less(each, conversation) for each in replies)
    after = _kept(conversation, sat, there, setting)
    return Turn(_told(conversation, after, there), shown, turn.happened) if at_once else Turn(after, shown)


def _says_not_safe(event: Event, seen: Conversation, setting: Setting) -> bool:
    """By a choice. No sitting asks for that; whatever page it came from, it is told."""
    match event:
        case Tapped(place=place, choice=choice) | LastWord(question=place, choice=choice):
            return raises(seen, setting, place.removeprefix("="), choice) and not tells(event)
    return False


def _wordless(event: Event) -> Event:
    event = followed_by_nobody(event)
    return replace(event, words="") if isinstance(event, Tapped | LastWord) else event


def _beneath(
    conversation: Conversation, sat: Sitter, theirs: Answer, event: Event, setting: Setting, usual: Usual
) -> Turn:
    """Said to a question that the child answered on their own screen meanwhile: their answer does not show here.

    Their choice stays. Words join theirs, and wait there for the child's yes: that is said, for nothing of them can be
    read back here. Words that were to take the place of what the child has changed since take no place, and are handed
    back.
    """
    words, again = words_of(event), f"={theirs.question}"
    told: tuple[Reply, ...] = ()
    if words and _field(event) == again:
        told = (Notice("stale_button", theirs.question, text=words),)  # in the box of that page
        if not isinstance(event, Tapped) or event.place == again:
            event = Tapped(conversation.id, again, ".back")
    elif words:
        seen = _seen(conversation, setting)
        said = usual(replace(seen, answers=(*seen.answers, theirs)), Said(words, theirs.question), setting)
        both = said.conversation.answer(theirs.question)
        if both is None or not _differ(both, theirs):
            told = said.replies[:-1]
            if not tells(event):
                return Turn(conversation, (*told, less(screen(seen, setting))))
        else:
            told = (Notice("not_confirmed"),)
            both = replace(both, confirmed=False)
            answers = (both if each.question == both.question else each for each in conversation.answers)
            conversation = replace(conversation, answers=tuple(answers))
    rest: Event = Looked()
    if isinstance(event, LastWord):
        rest = replace(event, words="", choice="")
    elif isinstance(event, Tapped) and not (event.place == theirs.question and writes(event, "")):
        rest = replace(event, words="", field="")
    turn = _turn(conversation, sat, rest, setting, usual)
    return replace(turn, replies=(*told, *turn.replies))


def _field(event: Event) -> str:
    """The field of the page that this came from."""
    match event:
        case Said(question=question):
            return question or ""
        case Tapped(place=place, field=field):
            return field or place
    return ""


def _own(seen: Conversation, sat: Sitter, choice: str, setting: Setting) -> tuple[Sitter, Turn]:
    """A button that only a sitting has."""
    if seen.place.screen is Screen.READ_BACK:
        question = seen.place.about
        match choice:
            case ".right":
                return sat, stay(home(confirmed(seen, question)), setting)
            case ".out":
                return sat, stay(home(start_over(seen, question)), setting)
            case ".change":
                return sat, stay(to(seen, Screen.REWRITING, question), setting)
    return own_button(seen, sat, choice, setting)


def _seen(conversation: Conversation, setting: Setting) -> Conversation:
    """The conversation as the advocate's screen may show it."""
    sat = conversation.sitting
    assert sat is not None, "Nobody sits here."
    theirs = _of_the_child(conversation)
    typed = tuple(each for each in conversation.answers if each not in theirs) if sat.agreed else ()
    raised_here = sat.alarms if sat.place.screen is Screen.ALARM else ()  # and this room was not left since
    helper = Helper(ADVOCATE, typing=True, own_words=sat.own_words, name=sat.name)
    seen = replace(
        in_sight(conversation, sat, typed, helper),
        alarms=tuple(
            each if each.number in raised_here else replace(each, hidden=Hidden.SHUT) for each in conversation.alarms
        ),
    )
    if sat.place.screen is Screen.READ_BACK and not _waits(seen, sat.place.about):
        return home(seen)  # the child settled it on their own screen
    return seen


def _kept(conversation: Conversation, sat: Sitter, there: Conversation, setting: Setting) -> Conversation:
    """What a sitting may change: what was typed there, what was left out, where it is, and the language."""
    typed = tuple(each.question for each in there.answers) if sat.agreed else sat.typed
    here = sat.alarms if there.place.screen is Screen.ALARM else ()
    left = tuple(each for each in there.passed if each not in sat.passed)
    sat = replace(sat, passed=there.passed)
    after = replace(
        conversation,
        language=there.language,
        language_chosen=there.language_chosen,
        begun=there.begun,
        sitting=replace(sat, place=there.place, way_back=there.way_back, typed=typed, alarms=here),
    )
    if not sat.agreed:
        return replace(after, begun=conversation.begun)
    answers = in_order((*_of_the_child(conversation), *there.answers), conversation, setting.book)
    settled = {question for question, _ in left} | {each.question for each in there.answers}
    passed = (*(each for each in conversation.passed if each[0] not in settled), *left)
    return replace(after, passed=passed, answers=answers)


def _told(before: Conversation, after: Conversation, there: Conversation) -> Conversation:
    """What was told at once is kept too. Of an alarm that was not raised there, nothing shows there that it was."""
    was = {each.number: each.hidden for each in before.alarms}
    alarms = tuple(replace(each, hidden=was.get(each.number, each.hidden)) for each in there.alarms)
    raised = tuple(each.number for each in alarms if each.number not in was)
    sat = after.sitting
    here = replace(sat, alarms=(*sat.alarms, *raised)) if sat else None
    return replace(after, alarms=alarms, sent=there.sent, sitting=here)


def _unconfirmed(before: Conversation, after: Conversation) -> Conversation:
    """Words that were typed now wait for the child's yes."""
    typed = tuple(
        replace(each, confirmed=False) if each.pieces and _differ(each, before.answer(each.question)) else each
        for each in after.answers
    )
    return replace(after, answers=typed)


def _differ(answer: Answer | None, other: Answer | None) -> bool:
    if answer is None or other is None:
        return answer is not other
    return (answer.choice, answer.pieces) != (other.choice, other.pieces)


def _on_the_way(there: Conversation, sat: Sitter) -> Conversation:
    """Words that were left are read back first; a room that is no sitting's is its end."""
    there = among(ROOMS, there) if sat.agreed else among(ROOMS, there, ASKED)
    at = there.place
    if at.screen in NOT_LEFT_FOR_READING:
        return there
    here = at.about if at.screen in (Screen.ASKING, Screen.REWRITING) else ""
    question = next((each.question for each in there.answers if not each.confirmed and each.question != here), None)
    return aside(there, Screen.READ_BACK, question) if question else there


def _waits(seen: Conversation, question: str) -> bool:
    answer = seen.answer(question)
    return answer is not None and not answer.confirmed


def _of_the_child(conversation: Conversation) -> tuple[Answer, ...]:
    """What is in sight of the child and does not stand as their advocate typed it."""
    typed = conversation.sitting.typed if conversation.sitting else ()
    return tuple(each for each in conversation.answers if each.question not in typed)
