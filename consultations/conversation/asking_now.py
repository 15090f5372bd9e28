"""What cannot wait until the child sends: "Tell Sam now?", asked once, and told at once where they say yes.

An ask follows the answer that opened it: another choice in its place takes it back, unless it was made where this visit
cannot see it. It is told in the transaction that keeps this conversation, as the whole set of what is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from consultations.asks import ASKS
from consultations.conversation.happened import Asking, Happened
from consultations.conversation.moving import aside, home
from consultations.conversation.out_of_sight import is_known
from consultations.conversation.route import asked_for
from consultations.conversation.state import Conversation, Place, Screen, Wanted
from consultations.conversation.turn import Setting


def may_ask(conversation: Conversation, setting: Setting, kind: str) -> bool:
    """Whether this can be asked for now: as far as this visit knows, it was not. Never at an advocate's screen."""
    around = setting.around
    open = conversation.begun and around.held_on is None and around.sitting is None
    return open and kind not in _known(conversation, setting)


def ask(conversation: Conversation, kind: str) -> Conversation:
    """Aside to "Tell them now?"."""
    return aside(conversation, Screen.ASK_NOW, kind)


def answer(conversation: Conversation, setting: Setting, choice: str) -> tuple[Conversation, tuple[Happened, ...]]:
    """Yes, tell them now, by the kind it was asked of; or no. Back to where the child was, either way."""
    if conversation.place.screen is not Screen.ASK_NOW:
        return conversation, ()
    if choice not in ASKS or conversation.place != Place(Screen.ASK_NOW, choice):
        return (home(conversation) if choice == ".no" else conversation), ()
    after = replace(home(conversation), asks=(*conversation.asks, Wanted(choice, apart=not setting.around.overheard)))
    return after, (Asking(_all(after)),)


def follow(
    before: Conversation, after: Conversation, setting: Setting, question: str
) -> tuple[Conversation, tuple[Happened, ...]]:
    """What this answer asked for is asked for no longer where it says something else now, or nothing."""
    kind = asked_for(before.answer(question), setting.book)
    if not kind or kind == asked_for(after.answer(question), setting.book) or kind not in _known(after, setting):
        return after, ()
    left = tuple(each for each in after.asks if each.kind != kind or not is_known(each, setting))
    changed = replace(after, asks=left)
    return changed, ((Asking(_all(changed)),) if _all(changed) != _all(after) else ())


def _known(conversation: Conversation, setting: Setting) -> set[str]:
    return {each.kind for each in conversation.asks if is_known(each, setting)}


def _all(conversation: Conversation) -> tuple[str, ...]:
    kinds = {each.kind for each in conversation.asks}
    return tuple(kind for kind in ASKS if kind in kinds)
