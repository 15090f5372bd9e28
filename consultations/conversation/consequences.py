"""What follows at once from a choice, besides its being an answer: it raises an alarm, or asks for what cannot wait."""

from __future__ import annotations

from dataclasses import replace

from consultations.answers import Answer
from consultations.conversation import alarming, asking_now
from consultations.conversation.answering import asked_in, last_word
from consultations.conversation.events import TELL
from consultations.conversation.moving import aside
from consultations.conversation.replies import Reply
from consultations.conversation.screens import screen, stay
from consultations.conversation.state import Conversation, Hidden, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.questions.sets import Choice


def after_a_choice(before: Conversation, turn: Turn, setting: Setting, question: str, choice: str) -> Turn:
    """The turn in which this was chosen, with what it does at once.

    An alarm is raised even where the choice itself could not be kept. Where the question waits until the child is
    alone, somebody is looking: it is raised, and the screen stays as it was.
    """
    chosen = _choice(before, setting, question, choice)
    if chosen is None:
        return turn
    if not chosen.alarm:
        return _asking(before, turn, setting, question, chosen)
    said = turn.conversation.answer(question)
    kept = said is not None and said.choice == choice
    waits = before.helper is not None and not kept
    answer = said if said is not None and kept else _beside(before, last_word(before, setting, question, "", choice))
    after, happened = alarming.raise_alarm(turn.conversation, setting, answer, _out_of_sight(before, waits))
    after, taken_back = asking_now.follow(before, after, setting, question)
    if waits:
        return replace(turn, conversation=after, happened=(*turn.happened, *happened, *taken_back))
    told: tuple[Reply, ...] = turn.replies[:-1]
    there = aside(after, Screen.ALARM)
    return Turn(there, (*told, screen(there, setting)), (*turn.happened, *happened, *taken_back))


def raises(conversation: Conversation, setting: Setting, place: str, choice: str) -> bool:
    """Whether this tap says that the child is not safe: nothing that came with it may keep it from being heard."""
    chosen = _choice(conversation, setting, place, choice)
    return (place, choice) == TELL or (chosen is not None and chosen.alarm)


def after_a_last_word(
    before: Conversation, after: Conversation, setting: Setting, question: str, choice: str, *, tell: bool = False
) -> Turn:
    """What was chosen in a visit that is over, or *Tell someone*: nobody is moved, and who came since is told of
    nothing."""
    chosen = _choice(before, setting, question, choice) if choice else None
    after, happened = asking_now.follow(before, after, setting, question)
    if chosen is not None and chosen.alarm:
        answer = after.answer(question)
        seen = answer is not None and answer.choice == choice
        said = answer if answer is not None and seen else last_word(before, setting, question, "", choice)
        after, raised = alarming.raise_alarm(after, setting, said, _out_of_sight(before, not seen))
        happened = (*raised, *happened)
    elif tell:
        after, raised = alarming.raise_alarm(after, setting, None, _out_of_sight(before, True))
        happened = (*raised, *happened)
    return replace(stay(after, setting), happened=happened)


def _asking(before: Conversation, turn: Turn, setting: Setting, question: str, chosen: Choice) -> Turn:
    said, earlier = turn.conversation.answer(question), before.answer(question)
    if said is None or said.choice != chosen.id or (earlier is not None and earlier.choice == chosen.id):
        return turn
    after, happened = asking_now.follow(before, turn.conversation, setting, question)
    turn = replace(turn, conversation=after, happened=(*turn.happened, *happened))
    if not chosen.ask_now or not asking_now.may_ask(after, setting, chosen.ask_now):
        return turn
    there = asking_now.ask(after, chosen.ask_now)
    return Turn(there, (*turn.replies[:-1], screen(there, setting)), turn.happened)


def _choice(conversation: Conversation, setting: Setting, question: str, choice: str) -> Choice | None:
    asked = asked_in(conversation, setting, question)
    found = asked.question(question) if asked else None
    return found.choice(choice) if found else None


def _beside(conversation: Conversation, answer: Answer) -> Answer:
    """A tap that could not be kept: whoever was there when it came."""
    return replace(answer, beside=conversation.helper.kind if conversation.helper else "")


def _out_of_sight(conversation: Conversation, hidden: bool) -> Hidden:
    if not hidden:
        return Hidden.NOT
    return Hidden.FOLDED if conversation.pin else Hidden.SHUT
