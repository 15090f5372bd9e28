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

from collections.abc import Callable
from dataclasses import replace

from consultations.answers import Answer
from consultations.conversation.answering import confirmed, fits, start_over
from consultations.conversation.company import past_private
from consultations.conversation.events import TELL, Event, LastWord, Left, Looked, Said, SatDown, Tapped
from consultations.conversation.folding import helper_here
from consultations.conversation.moving import aside, home, opening_steps, straight, to
from consultations.conversation.replies import Ask, Departed, More, Notice, Reply, SittingAgreed, SittingEnded
from consultations.conversation.route import first_open, in_order
from consultations.conversation.screens import screen, stay
from consultations.conversation.state import Conversation, Helper, Hidden, Place, Screen, Sitter
from consultations.conversation.turn import Setting, Turn
from consultations.own_words import tidy

ADVOCATE = "advocate"

SIT = ".sit"
"""The place of a sitting's own buttons."""

ANYWHERE = (".help", ".languages", ".here")
UNDER_A_QUESTION = (".next", ".skip", ".rather_not", ".later", ".back", ".rewrite", ".over", ".more")
ASKED, DONE = Place(Screen.SITTING_ASKED), Place(Screen.SITTING_DONE)
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

Usual = Callable[[Conversation, Event, Setting], Turn]
"""What comes of an event at a child's own screen."""


def sits(conversation: Conversation, setting: Setting) -> bool:
    """Whether the advocate who speaks still sits beside this child. How long, is for the listener."""
    sat, here = conversation.sitting, setting.around.sitting
    return sat is not None and here is not None and (sat.id, sat.visit) == (here.id, here.visit)


def heard(conversation: Conversation, event: Event, setting: Setting, usual: Usual) -> Turn:
    """What comes of an event at an advocate's screen."""
    if isinstance(event, SatDown):
        return _sat_down(conversation, setting)
    sat = conversation.sitting
    if sat is None or not sits(conversation, setting) or setting.around.held_on is not None:
        return Turn(conversation, (), (Departed(),))
    ends = Tapped(conversation.id, SIT, ".done" if sat.agreed else ".no")
    if isinstance(event, Left) or (isinstance(event, Tapped) and replace(event, words="", field="") == ends):
        kept = conversation
        if sat.agreed and isinstance(event, Tapped) and event.words:  # what stood in the box goes nowhere else
            kept = _turn(conversation, sat, Said(event.words, event.field or None), setting, usual).conversation
        left = (Notice("left"),) if isinstance(event, Left) else ()
        return Turn(replace(kept, sitting=None), left, (Departed(),))
    if not sat.agreed:
        return _asked(conversation, sat, event, setting, usual)
    return _turn(conversation, sat, event, setting, usual)


def noted(before: Conversation, turn: Turn) -> Turn:
    """The turn, with what became of a sitting in it."""
    was, now = before.sitting, turn.conversation.sitting
    happened = list(turn.happened)
    if was is not None and (now is None or now.id != was.id):
        happened.append(SittingEnded(was.id))
    if now is not None and now.agreed and not now.how and not (was is not None and was.id == now.id and was.agreed):
        happened.append(SittingAgreed(now.id))
    return replace(turn, happened=tuple(happened))


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
        return Turn(conversation, (), (Departed(),))
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
    return Turn(conversation, (less(screen(_seen(conversation, setting), setting)),))


def _turn(conversation: Conversation, sat: Sitter, event: Event, setting: Setting, usual: Usual) -> Turn:
    """1. The conversation as this screen may show it. 2. The turn, where it is one of a sitting's. 3. What is kept."""
    seen = _seen(conversation, setting)
    words = tidy(event.words) if isinstance(event, Said | Tapped | LastWord) else ""
    at_once = isinstance(event, Tapped | LastWord) and tells(event)
    question = said_to(event, seen)
    theirs = next((each for each in _of_the_child(conversation) if each.question == question), None)
    if words and not fits(conversation, words):
        # That they are not safe is told whatever stands in the box.
        turn = usual(seen, _wordless(event), setting) if at_once else stay(seen, setting)
        turn = replace(turn, replies=(Notice("no_room", question, text=words), *turn.replies))
    elif theirs is not None and writes(event, words):
        return _beneath(conversation, sat, theirs, event, setting, usual)
    elif isinstance(event, Tapped) and event.place == SIT and event.consultation == conversation.id:
        turn = _own(seen, event.choice, setting)
    elif isinstance(event, Tapped) and not allowed(event):
        turn = stay(seen, setting) if not words else usual(seen, Said(words, event.field or event.place), setting)
    elif isinstance(event, Tapped | Said | Looked | LastWord):
        turn = usual(seen, _followed_by_nobody(event), setting)
    else:
        turn = stay(seen, setting)
    there = _on_the_way(_unconfirmed(seen, turn.conversation), sat)
    replies = turn.replies
    if there.place != turn.conversation.place and not isinstance(event, LastWord):
        replies = (*replies[:-1], screen(there, setting))
    shown = tuple(less(each) for each in replies)
    after = _kept(conversation, sat, there, setting)
    return Turn(_told(conversation, after, there), shown, turn.happened) if at_once else Turn(after, shown)


def _wordless(event: Event) -> Event:
    event = _followed_by_nobody(event)
    return replace(event, words="") if isinstance(event, Tapped | LastWord) else event


def _followed_by_nobody(event: Event) -> Event:
    """A visit's last word here is no child's, and is not put where theirs are."""
    return replace(event, followed=False) if isinstance(event, LastWord) else event


def _beneath(
    conversation: Conversation, sat: Sitter, theirs: Answer, event: Event, setting: Setting, usual: Usual
) -> Turn:
    """Said to a question that the child answered on their own screen meanwhile: their answer does not show here.

    Their choice stays. Words join theirs, and wait there for the child's yes.
    """
    words = tidy(event.words) if isinstance(event, Said | Tapped | LastWord) else ""
    told: tuple[Reply, ...] = ()
    if words:
        seen = _seen(conversation, setting)
        said = usual(replace(seen, answers=(*seen.answers, theirs)), Said(words, theirs.question), setting)
        both = said.conversation.answer(theirs.question)
        if both is None or not _differ(both, theirs):
            told = said.replies[:-1]
            if not (isinstance(event, Tapped | LastWord) and tells(event)):
                return Turn(conversation, (*told, less(screen(seen, setting))))
        else:
            told = (Notice("joined"),) if isinstance(event, Said) else ()
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


def _own(seen: Conversation, choice: str, setting: Setting) -> Turn:
    """A button that only a sitting has."""
    place = seen.place
    match choice:
        case ".words":
            return stay(aside(seen, Screen.SITTING_WORDS), setting)
        case ".mine" | ".theirs" if place.screen is Screen.SITTING_WORDS:
            after = home(seen) if seen.way_back else straight(seen, _first(seen, setting))
            # `_kept` takes the words' owner from here.
            helper = replace(seen.helper, own_words=choice == ".mine") if seen.helper else None
            return stay(replace(after, helper=helper), setting)
        case ".right" if place.screen is Screen.READ_BACK:
            return stay(home(confirmed(seen, place.about)), setting)
        case ".out" if place.screen is Screen.READ_BACK:
            return stay(home(start_over(seen, place.about)), setting)
        case ".change" if place.screen is Screen.READ_BACK:
            return stay(to(seen, Screen.REWRITING, place.about), setting)
        case _ if place == DONE and seen.answer(choice) is not None:
            return stay(aside(seen, Screen.ASKING, choice), setting)
    return stay(seen, setting)


def _seen(conversation: Conversation, setting: Setting) -> Conversation:
    """The conversation as the advocate's screen may show it."""
    sat = conversation.sitting
    assert sat is not None, "Nobody sits here."
    theirs = _of_the_child(conversation)
    typed = tuple(each for each in conversation.answers if each not in theirs) if sat.agreed else ()
    raised_here = sat.alarms if sat.place.screen is Screen.ALARM else ()  # and this room was not left since
    # Nothing hidden counts here, answered or left out: how many are still to come would tell what was said alone.
    seen = replace(
        conversation,
        place=sat.place,
        way_back=sat.way_back,
        answers=typed,
        folded=(),
        shut=(),
        passed=sat.passed,
        helper=Helper(ADVOCATE, typing=True, own_words=sat.own_words, name=sat.name),
        alarms=tuple(
            each if each.number in raised_here else replace(each, hidden=Hidden.SHUT) for each in conversation.alarms
        ),
        asks=(),
        pin=b"",
        pin_settled=True,
        counted=True,
    )
    if sat.place.screen is Screen.READ_BACK and not _waits(seen, sat.place.about):
        return home(seen)  # the child settled it on their own screen
    return seen


def _kept(conversation: Conversation, sat: Sitter, there: Conversation, setting: Setting) -> Conversation:
    """What a sitting may change: what was typed there, what was left out, where it is, and the language."""
    own_words = there.helper.own_words if there.helper else sat.own_words
    typed = tuple(each.question for each in there.answers) if sat.agreed else sat.typed
    here = sat.alarms if there.place.screen is Screen.ALARM else ()
    left = tuple(each for each in there.passed if each not in sat.passed)
    sat = replace(sat, passed=there.passed)
    after = replace(
        conversation,
        language=there.language,
        begun=there.begun,
        sitting=replace(sat, place=there.place, way_back=there.way_back, own_words=own_words, typed=typed, alarms=here),
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
    if there.place.screen is Screen.ASK_NOW:  # told at once is only what the child taps on their own screen
        there = home(there)
    if there.place.screen not in ROOMS:
        there = replace(there, place=DONE if sat.agreed else ASKED, way_back=())
    at = there.place
    if at.screen in NOT_LEFT_FOR_READING:
        return there
    here = at.about if at.screen in (Screen.ASKING, Screen.REWRITING) else ""
    question = next((each.question for each in there.answers if not each.confirmed and each.question != here), None)
    return aside(there, Screen.READ_BACK, question) if question else there


def _waits(seen: Conversation, question: str) -> bool:
    answer = seen.answer(question)
    return answer is not None and not answer.confirmed


def _first(seen: Conversation, setting: Setting) -> Place:
    """Where a sitting begins: at the opening, where nobody has read it, or at the first question not answered there."""
    if not seen.begun:
        return Place(Screen.OPENING, opening_steps(setting)[0])
    question = first_open(seen, setting)
    return Place(Screen.ASKING, question) if question else DONE


def _of_the_child(conversation: Conversation) -> tuple[Answer, ...]:
    """What is in sight of the child and does not stand as their advocate typed it."""
    typed = conversation.sitting.typed if conversation.sitting else ()
    return tuple(each for each in conversation.answers if each.question not in typed)


def allowed(event: Tapped) -> bool:
    """Whether a sitting's screen has such a button."""
    if event.place == ".go":
        return event.choice in ANYWHERE or tells(event)
    if event.place == ".opening":
        return event.choice in (".back", ".more") or not event.choice.startswith(".")
    if event.place == ".language" or tells(event):
        return True
    if event.place.startswith("."):
        return False
    return not event.choice.startswith(".") or event.choice in UNDER_A_QUESTION


def tells(event: Tapped | LastWord) -> bool:
    """*Tell someone*, and what is asked after it."""
    if isinstance(event, LastWord):
        return event.tell
    return event.place == ".alarm" or (event.place, event.choice) == TELL


def said_to(event: Event, seen: Conversation) -> str:
    """The question this would say something to."""
    match event:
        case Said(question=question) | LastWord(question=question):
            return (question or seen.place.about).removeprefix("=")
        case Tapped(place=place, field=field):
            return (field or place).removeprefix("=")
    return ""


def writes(event: Event, words: str) -> bool:
    """Whether this says something, in words or by a choice."""
    chosen = event.choice if isinstance(event, Tapped | LastWord) else ""
    return bool(words) or (bool(chosen) and not chosen.startswith("."))


def less(reply: Reply) -> Reply:
    """The reply without what an advocate's screen has not: buttons, and whether anything was said or sent before."""
    if isinstance(reply, Ask):
        return replace(reply, adding=False, hidden=False)
    if not isinstance(reply, More):
        return reply
    return replace(
        reply,
        easier=False,
        usual=False,
        pin=False,
        unfold=False,
        elsewhere="",
        reminder=False,
        talk=False,
        sitting=True,
    )
