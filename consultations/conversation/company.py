"""Someone is here now, or the child is alone: who sits down and goes, and the questions that wait for a moment alone.

One tap says either. What is folded meanwhile is `folding`'s; here is who helps and how, and what is offered once they
have gone: the questions that waited, now, later, or on another day.
"""

from __future__ import annotations

from dataclasses import replace

from consultations.answers import INTERPRETER, TRANSLATING
from consultations.conversation import out_of_sight
from consultations.conversation.answering import pass_by
from consultations.conversation.checking import hidden_to_send, next_kind
from consultations.conversation.folding import fold, helper_gone, helper_here, may_unfold
from consultations.conversation.moving import aside, backward, home, on_to_the_rest, past_private, to
from consultations.conversation.replies import Notice
from consultations.conversation.route import questions_on_the_way, told_here
from consultations.conversation.screens import may_write_english, stay
from consultations.conversation.state import Conversation, Helper, Passed, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.languages import SOURCE
from consultations.sending import Kind

HELPERS = ("carer", "social_worker", "family", "teacher", "advocate", "interpreter", "someone")
"""Who may be beside a child."""


def someone_here(conversation: Conversation, setting: Setting) -> Turn:
    """*Someone is here*: what a PIN can bring back is out of sight from this tap on, the rest once they are named."""
    return stay(aside(put_away(conversation, setting), Screen.HELPER_WHO), setting)


def named(conversation: Conversation, setting: Setting, screen: str, choice: str) -> Turn:
    """Who is with the child, and then who types, in whose words. After that they are here."""
    here = conversation.place
    if choice == ".back" and here.screen in (Screen.HELPER_WHO, Screen.HELPER_TYPING):
        return _nobody_here(conversation, setting)
    if screen == ".helper" and here.screen is Screen.HELPER_WHO and choice in HELPERS:
        return stay(to(conversation, Screen.HELPER_TYPING, choice), setting)
    if screen == ".typing" and here.screen is Screen.HELPER_TYPING:
        helper = _helper(conversation, setting, here.about, choice)
        return _sits_down(conversation, setting, helper) if helper else stay(conversation, setting)
    return stay(conversation, setting)


def alone_now(conversation: Conversation, setting: Setting) -> Turn:
    """*I'm alone now*: the PIN, where there is one, and then the questions that waited."""
    alone = _offered(helper_gone(conversation), setting)
    if may_unfold(alone, setting):
        alone = aside(alone, Screen.PIN_ASK)
    return stay(alone, setting, Notice("helper_gone"))


def another_visit(back: Conversation, setting: Setting) -> Conversation:
    """Come back: the questions that waited are offered, whatever became of them in the visits before."""
    open_again = tuple(each for each in back.passed_folded if each[1] is not Passed.ANOTHER_DAY)
    return _offered(replace(back, passed_folded=open_again), setting)


def still_offered(conversation: Conversation, setting: Setting) -> Conversation:
    """Past the offer of the questions that waited, where the PIN has shown that none does."""
    here = conversation.place.screen is not Screen.PRIVATE or _waited(conversation, setting)
    return conversation if here else home(conversation)


def private(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    """Now, later, or on another day? Later is at the end of today's questions; another day is the next visit."""
    if conversation.place.screen is not Screen.PRIVATE:
        return stay(conversation, setting)
    match choice:
        case ".now":
            return stay(on_to_the_rest(conversation, setting), setting)
        case ".later":
            return stay(home(conversation), setting, Notice("later_ok"))
        case ".day":
            back = home(conversation)
            for question in _waited(conversation, setting):
                back = pass_by(back, question, Passed.ANOTHER_DAY)
            return stay(back, setting, Notice("another_day_ok"))
        case ".back":
            return stay(home(conversation), setting)
    return stay(conversation, setting)


def waits_for_alone(conversation: Conversation, setting: Setting, question: str) -> bool:
    """Whether this question waits until nobody is beside the child, also for a form from before they came."""
    return conversation.helper is not None and any(
        asked.private for each in setting.book if (asked := each.question(question))
    )


def put_away(conversation: Conversation, setting: Setting) -> Conversation:
    """With a PIN, what was said put out of sight: whoever carries on is asked for it."""
    if not conversation.pin or not conversation.proven:
        return conversation
    if not (conversation.answers or out_of_sight.anything_to_hide(conversation)):
        return conversation
    return replace(fold(conversation, setting), proven=False)


def _offered(conversation: Conversation, setting: Setting) -> Conversation:
    """At the offer of the questions that waited until the child is alone; here, where there are none."""
    return aside(conversation, Screen.PRIVATE) if _waited(conversation, setting) else conversation


def _nobody_here(conversation: Conversation, setting: Setting) -> Turn:
    """Back from naming somebody. What the PIN hid by then, it shows again."""
    back = backward(conversation, setting)
    if may_unfold(back, setting) and not back.proven:
        back = aside(back, Screen.PIN_ASK)
    return stay(back, setting)


def _helper(conversation: Conversation, setting: Setting, kind: str, choice: str) -> Helper | None:
    interprets = kind == INTERPRETER
    match choice:
        case "me":
            return Helper(kind)
        case "mine":
            return Helper(kind, typing=True, through=INTERPRETER if interprets else "")
        case "theirs":
            return Helper(kind, typing=True, own_words=False)
        case "english" if may_write_english(conversation, setting, kind):
            through = INTERPRETER if interprets else TRANSLATING
            return Helper(kind, typing=True, through=through, language=SOURCE)
    return None


def _sits_down(conversation: Conversation, setting: Setting, helper: Helper) -> Turn:
    with_them = helper_here(conversation, setting, helper)
    if with_them.place.screen is Screen.ASKING:
        with_them = past_private(with_them, setting)
    here_too = () if with_them.place.screen in _SAY_WHO_HELPS else (Notice("helper_here"),)
    folded = told_here(conversation.answers, setting) or hidden_to_send(conversation, setting)
    told = (*here_too, *((Notice("helper_folded"),) if folded else ()), Notice("private_waits"))
    return stay(with_them, setting, *told)


_SAY_WHO_HELPS = (Screen.ASKING, Screen.CHECK, Screen.PAUSED, Screen.SENT)
"""Pages that say themselves who is helping."""


def _waited(conversation: Conversation, setting: Setting) -> tuple[str, ...]:
    """The private questions that were passed over beside somebody, and that nothing is seen to have become of.

    Those ahead come by themselves. None waits once it is sent for good.
    """
    if not conversation.begun or next_kind(conversation, setting.now) is Kind.ADDITION:
        return ()
    return tuple(
        question.id
        for question in questions_on_the_way(conversation, setting)
        if question.id in conversation.waits
        and conversation.how_passed(question.id) is None
        and conversation.answer(question.id) is None
    )
