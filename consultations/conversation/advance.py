"""One event in, one turn out: the whole behaviour of the conversation, as a pure function.

Whatever arrives in whatever state has an answer; a child is never left without a screen. What a button means never
depends on which screen is open, only whether it still applies: a late tap on a choice changes that answer, a late tap
on anything else shows where the child is.

A button's place is a question's id or a screen's name with a dot before it; its choice is a choice's id or a command
with a dot before it. `k3v9x2mq:home_best:.next`
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from consultations.circumstances import Circumstances
from consultations.conversation import (
    alarming,
    commands,
    company,
    consequences,
    keying,
    out_of_sight,
    pins,
    sitting,
    staff_screen,
)
from consultations.conversation.answering import asked_in, choose, edit_words, fits, join_words, rewrite_words
from consultations.conversation.dispatching import shut_window, window_is_due
from consultations.conversation.events import (
    TELL,
    Arrived,
    Asked,
    Edited,
    Event,
    HandedOver,
    LastWord,
    Left,
    Looked,
    ReminderDue,
    Said,
    SatDown,
    Tapped,
    Tidied,
    Unheard,
    Unreadable,
    WindowClosed,
)
from consultations.conversation.folding import come_back, keep_aside, tries_left
from consultations.conversation.happened import Departed, WindowShut
from consultations.conversation.moving import aside, opening_steps, to
from consultations.conversation.replies import Cleared, HelpNow, NotHeard, Notice, Paused, Reminder, Reply
from consultations.conversation.screens import stay
from consultations.conversation.state import PIN_SCREENS, Conversation, Place, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.invitation import is_given_away
from consultations.languages import SOURCE
from consultations.own_words import tidy
from consultations.questions.sets import Question, QuestionBook
from consultations.worrying import finds

PIN_FIELD = ".pin"
"""The place a form for a PIN names."""

REWRITE = "="
"""Before a question's id in a form that holds the words so far: what comes back takes their place."""


def advance(conversation: Conversation, event: Event, book: QuestionBook, around: Circumstances, now: datetime) -> Turn:
    """What comes of one event. Pure: the same arguments give the same turn. `now` is aware."""
    setting = Setting(book, around, now)
    if isinstance(event, LastWord) and event.kept_from:
        turn = alarming.keep_off(conversation, setting, event.kept_from)
        return replace(stay(turn.conversation, setting), happened=turn.happened)
    if around.sitting is not None and keying.keys_in(conversation, event, setting):
        return staff_screen.noted(conversation, keying.heard(conversation, event, setting, _usual))
    if around.sitting is not None:
        return staff_screen.noted(conversation, sitting.heard(conversation, event, setting, _usual))
    turn = _with_news(_of_the_child(conversation, event, setting), event, setting)
    return staff_screen.noted(conversation, sitting.of_the_child(conversation, turn))


def _of_the_child(conversation: Conversation, event: Event, setting: Setting) -> Turn:
    if not window_is_due(conversation, setting.now):
        return _usual(conversation, event, setting)
    turn = _heard(_settled(shut_window(conversation, setting), setting), _for_the_screen(event, conversation), setting)
    return replace(turn, happened=(WindowShut(), *turn.happened))


def _usual(conversation: Conversation, event: Event, setting: Setting) -> Turn:
    return _heard(_settled(conversation, setting), event, setting)


def _with_news(turn: Turn, event: Event, setting: Setting) -> Turn:
    """Told with what the child asked for, and never by itself: a person has seen that they are not safe."""
    if isinstance(event, Left | LastWord | WindowClosed | ReminderDue | Unheard | Tidied) or not turn.replies:
        return turn
    told, new = alarming.news(turn.conversation, setting)
    if not new or isinstance(turn.replies[-1], HelpNow | Paused | Cleared):
        # Two say it themselves, the third stays for whoever looks.
        return turn if isinstance(turn.replies[-1], Cleared) else replace(turn, conversation=told)
    return replace(turn, conversation=told, replies=(Notice("alarm_seen"), *turn.replies))


def _for_the_screen(event: Event, conversation: Conversation) -> Event:
    """Words typed while the window closed are for the question that was on the screen then."""
    asked = conversation.place.screen in (Screen.ASKING, Screen.REWRITING)
    if isinstance(event, Said) and asked and not event.question and not event.reply_to:
        return replace(event, question=conversation.place.about)
    return event


def _heard(conversation: Conversation, event: Event, setting: Setting) -> Turn:
    match event:
        case Left():
            return Turn(_not_moving(conversation), (Notice("left"),), (Departed(),))
        case WindowClosed() | Looked() | SatDown():
            return stay(conversation, setting)
        case ReminderDue():
            return _remind(conversation, setting)
        case Unheard(since=since):
            return Turn(conversation, (NotHeard(since),) if setting.around.held_on is None else ())
        case Tidied(late=late):
            return Turn(conversation, (Cleared(late),))
        case LastWord(tell=True):
            return _last_word(conversation, event, setting)
        case _ if setting.around.held_on is not None:
            return _closed(conversation, event, setting)
        case Arrived():
            return _arrived(_not_moving(conversation), event, setting)
        case HandedOver():
            return _handed_over(conversation, event, setting)
        case Asked(command=command):
            return commands.at_screen(conversation, setting, ".go", command)
        case Edited():
            return _edited(conversation, event, setting)
        case Said():
            return _said(conversation, event, setting)
        case Tapped():
            return _tapped(conversation, event, setting)
        case LastWord():
            return _last_word(conversation, event, setting)
        case Unreadable(kind=kind):
            return stay(conversation, setting, Notice(f"unreadable_{kind}" if kind in _KINDS else "unreadable_other"))


_KINDS = frozenset({"sticker", "photo", "voice", "video", "file", "contact", "location", "poll"})


def _closed(conversation: Conversation, event: Event, setting: Setting) -> Turn:
    """The review was held. Help stays; words are handed back."""
    overheard = setting.around.overheard
    match event:
        case Asked(command=".help") | Tapped(consultation=conversation.id, place=".go", choice=".help"):
            return Turn(conversation, (alarming.help_now(conversation, setting),))
        case Asked(command=".tell") | Tapped(consultation=conversation.id, place=".go", choice=".tell"):
            return alarming.tell(conversation, setting)
        case Tapped(consultation=conversation.id, place=".alarm", choice=choice):
            return commands.at_screen(conversation, setting, ".alarm", choice)
        case Asked(command=".tidy") | Tapped(consultation=conversation.id, place=".go", choice=".tidy") if overheard:
            return Turn(conversation, (Cleared(),))
        case Said(words=typed) | Tapped(words=typed) if words := tidy(typed):
            return stay(conversation, setting, Notice("words_not_kept", text=words))
    return stay(conversation, setting)


def _settled(conversation: Conversation, setting: Setting) -> Conversation:
    """A place that is there today: a first step for the opening, a question the set still asks, a language spoken.

    And beside a helper no alarm but in its own room.
    """
    conversation = out_of_sight.beside_a_helper(conversation)
    if conversation.language not in setting.around.languages:
        conversation = replace(conversation, language=SOURCE, language_chosen=False)
    place = conversation.place
    if place.screen is Screen.OPENING and place.about not in opening_steps(setting):
        return to(conversation, Screen.OPENING, opening_steps(setting)[0])
    asked = setting.questions(conversation)
    if place.screen in (Screen.ASKING, Screen.REWRITING) and asked.question(place.about) is None:
        return commands.nearest(conversation, setting)
    return conversation


def _arrived(conversation: Conversation, event: Arrived, setting: Setting) -> Turn:
    if keying.only_keyed(conversation):
        first = _at_the_opening(conversation, event)
        return stay(first, setting, *sitting.who_sat(first), *keying.what_was_keyed(first))
    back = company.another_visit(come_back(conversation, setting, event.reissued_at), setting)
    sat = (*sitting.who_sat(back), *keying.what_was_keyed(back))
    if back.pin and tries_left(back, setting.now):
        return stay(aside(back, Screen.PIN_ASK), setting, *sat)
    return stay(back, setting, Notice("came_back"), *sat, *pins.hidden_notices(back, setting))


def _at_the_opening(conversation: Conversation, event: Arrived) -> Conversation:
    """Somebody comes to what was not begun: nothing tells that an alarm was raised there before."""
    away = out_of_sight.hide(conversation)
    opening = next((each for each in away.way_back if each.screen is Screen.OPENING), away.place)
    return replace(away, place=opening, way_back=(), helper=None, sitting=None, reissued_at=event.reissued_at)


def _handed_over(conversation: Conversation, event: HandedOver, setting: Setting) -> Turn:
    """The same child through another door: nothing is folded, because the visit that could read made this way.

    Where somebody came in since, or the time is over, it vouches for nobody any more.
    """
    until = conversation.moving_until
    vouched = event.mark and event.mark == conversation.moving_on and until is not None and setting.now < until
    here = _not_moving(conversation)
    return stay(here, setting, Notice("moved_here")) if vouched else _arrived(here, Arrived("code"), setting)


def _not_moving(conversation: Conversation) -> Conversation:
    return replace(conversation, moving_on="", moving_until=None)


def _remind(conversation: Conversation, setting: Setting) -> Turn:
    """Once, if the child said yes, and while there is something to finish."""
    open = setting.around.held_on is None and conversation.standing is None
    if not open or not conversation.reminder or conversation.reminded:
        return Turn(conversation, ())
    return Turn(replace(conversation, reminded=True), (Reminder(),))


def _edited(conversation: Conversation, event: Edited, setting: Setting) -> Turn:
    """A message says something else now. What is folded, sent for good or was never kept is not changed by it."""
    words = tidy(event.words)
    answer = next((each for each in conversation.answers if event.ref and event.ref in each.marked), None)
    if answer is None or not words:
        return stay(conversation, setting, Notice("edit_too_late"))
    if is_given_away(words):
        return stay(conversation, setting, Notice("code_not_kept"))
    if company.waits_for_alone(conversation, setting, answer.question):
        return stay(conversation, setting, Notice("private_waits", answer.question))
    if not fits(conversation, words):
        return stay(conversation, setting, Notice("no_room", answer.question))
    after = edit_words(conversation, setting, answer, event.ref, words)
    if after == conversation:
        return stay(conversation, setting)
    return stay(after, setting, Notice("changed_answer", question=answer.question))


def _said(conversation: Conversation, event: Said, setting: Setting) -> Turn:
    words = tidy(event.words)
    if not words:
        return stay(conversation, setting, Notice("empty_words"))
    if is_given_away(words):  # an officer would find it in the answer, and so would whoever reads a copy
        return stay(conversation, setting, Notice("code_not_kept"))
    place = conversation.place
    question = event.question or conversation.asked_by(event.reply_to) or ""
    named = question.removeprefix(REWRITE)
    if named and asked_in(conversation, setting, named):
        return _answered(conversation, setting, named, words, question.startswith(REWRITE), event.ref)
    if place.screen in PIN_SCREENS:
        return pins.typed(conversation, setting, words)
    if question == PIN_FIELD:  # from a page of before: a PIN is no answer, and is not shown again
        return stay(conversation, setting)
    if place.screen in (Screen.ASKING, Screen.REWRITING):
        return _answered(conversation, setting, place.about, words, place.screen is Screen.REWRITING, event.ref)
    return stay(conversation, setting, Notice("words_not_kept", text=words))


def _answered(
    conversation: Conversation, setting: Setting, question: str, words: str, rewriting: bool, ref: str = ""
) -> Turn:
    asked = _question(conversation, setting, question)
    if asked is None or not asked.words:
        return stay(conversation, setting, Notice("words_not_kept", text=words))
    if company.waits_for_alone(conversation, setting, question):
        return stay(conversation, setting, Notice("private_waits", question, text=words))
    if not fits(rewrite_words(conversation, setting, question, "") if rewriting else conversation, words):
        alone = fits(replace(conversation, answers=(), folded=(), shut=()), words)
        return stay(conversation, setting, Notice("no_room" if alone else "too_long", question, text=words))
    put = rewrite_words if rewriting else join_words
    after = put(conversation, setting, question, words, ref)
    if conversation.place == Place(Screen.REWRITING, question):
        after = to(after, Screen.ASKING, question)
    offered = _offer_to_tell(after, setting, words)
    if after.place == Place(Screen.ASKING, question):
        return stay(after, setting, Notice("joined"), *offered)
    return stay(after, setting, Notice("changed_answer", question=question), *offered)


def _offer_to_tell(conversation: Conversation, setting: Setting, words: str) -> tuple[Notice, ...]:
    """Not while somebody is here, who would see it; nor to a child who has told us already."""
    if conversation.helper is not None or out_of_sight.known(conversation, setting):
        return ()
    return (Notice("maybe_tell"),) if finds(setting.book.worrying, words) else ()


def _last_word(conversation: Conversation, event: LastWord, setting: Setting) -> Turn:
    question = event.question.removeprefix(REWRITE)
    held = setting.around.held_on is not None
    after = conversation if held else _with_last_word(conversation, event, setting)
    choice = "" if held else event.choice
    return consequences.after_a_last_word(conversation, after, setting, question, choice, tell=event.tell)


def _with_last_word(conversation: Conversation, event: LastWord, setting: Setting) -> Conversation:
    """Kept or not: the conversation tells. Nobody is moved, and who came since does not see it."""
    question = event.question.removeprefix(REWRITE)
    found = _question(conversation, setting, question)
    if found is None or found.feedback:
        return conversation
    words = tidy(event.words) if found.words else ""
    if is_given_away(words):
        words = ""
    choice = event.choice if found.choice(event.choice) else ""
    if not (words or choice) or not fits(conversation, words):
        return conversation
    if event.followed or company.waits_for_alone(conversation, setting, question):
        return keep_aside(conversation, setting, question, words, choice)
    if words:
        put = rewrite_words if event.question.startswith(REWRITE) else join_words
        conversation = put(conversation, setting, question, words)
    return choose(conversation, setting, question, choice) if choice else conversation


def _question(conversation: Conversation, setting: Setting, id: str) -> Question | None:
    asked = asked_in(conversation, setting, id)
    return asked.question(id) if asked else None


def _tapped(conversation: Conversation, event: Tapped, setting: Setting) -> Turn:
    if event.consultation != conversation.id:
        elsewhere = stay(conversation, setting, Notice("other_consultation"))
        if (event.place, event.choice) != TELL:
            return elsewhere
        # It may be about another child. Whoever needs somebody finds the numbers here, and the button for this one.
        return replace(elsewhere, replies=(*elsewhere.replies[:-1], alarming.help_now(conversation, setting)))
    question = event.place.removeprefix(REWRITE)
    words = tidy(event.words)
    if event.place == PIN_FIELD and event.choice == ".enter":
        return _said(conversation, Said(words, PIN_FIELD), setting) if words else pins.empty(conversation, setting)
    before: tuple[Reply, ...] = ()
    if words and (event.field or event.place) != PIN_FIELD:  # digits beside any other button are no try
        first = _said(conversation, Said(words, event.field or event.place), setting)
        conversation, before = first.conversation, first.replies[:-1]
        lost = any(isinstance(notice, Notice) and notice.text for notice in before)
        if lost and not consequences.raises(conversation, setting, event.place, event.choice):
            return first
    if event.place.startswith(REWRITE):
        turn = commands.after_rewriting(conversation, setting, question, event.choice, bool(words))
    elif asked_in(conversation, setting, question):
        turn = commands.at_question(conversation, setting, question, event.choice)
    else:
        turn = commands.at_screen(conversation, setting, event.place, event.choice)
    kept = tuple(notice for notice in before if isinstance(notice, Notice) and notice.phrase != "joined")
    return replace(turn, replies=(*kept, *turn.replies))
