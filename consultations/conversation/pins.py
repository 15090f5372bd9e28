"""Choosing a PIN and giving it: typed digits, or three pictures tapped one after another."""

from __future__ import annotations

from dataclasses import replace

from consultations.conversation import company
from consultations.conversation.checking import hidden_to_send
from consultations.conversation.folding import chosen_otherwise, tries_left, unfold, wrong_pin
from consultations.conversation.moving import beyond, home, to
from consultations.conversation.replies import Notice, Reply
from consultations.conversation.route import told_here
from consultations.conversation.screens import stay
from consultations.conversation.state import PIN_SCREENS, Conversation, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.pin import PICTURES, PICTURES_NEEDED, digits, matches, verifier


def typed(conversation: Conversation, setting: Setting, words: str) -> Turn:
    """Digits at a PIN screen."""
    asks = conversation.place.screen is Screen.PIN_ASK
    if conversation.pin_pictures if asks else setting.questions(conversation).picture_pin:
        return stay(conversation, setting, Notice("pin_tap_pictures"))
    pin = digits(words)
    if pin is None:
        return stay(conversation, setting, Notice("pin_not_four"))
    return entered(conversation, setting, pin)


def empty(conversation: Conversation, setting: Setting) -> Turn:
    """*Next* without a digit."""
    if conversation.place.screen not in PIN_SCREENS:
        return stay(conversation, setting)
    return typed(conversation, setting, "")


def tapped(conversation: Conversation, setting: Setting, picture: str) -> Turn:
    """One picture; the third makes the PIN."""
    if picture not in PICTURES or conversation.place.screen not in PIN_SCREENS:
        return stay(conversation, setting)
    entry = (*conversation.pin_entry, picture)
    if len(entry) < PICTURES_NEEDED:
        return stay(replace(conversation, pin_entry=entry), setting)
    return entered(replace(conversation, pin_entry=()), setting, " ".join(entry))


def entered(conversation: Conversation, setting: Setting, pin: str) -> Turn:
    """A whole PIN: chosen, repeated, or given on coming back."""
    match conversation.place.screen:
        case Screen.PIN_NEW | Screen.PIN_AGAIN if not conversation.may_choose_pin:
            return stay(settled(conversation, setting), setting)
        case Screen.PIN_NEW:
            first = verifier(pin, conversation.id)
            return stay(to(replace(conversation, pin_first=first), Screen.PIN_AGAIN, conversation.place.about), setting)
        case Screen.PIN_AGAIN if matches(conversation.pin_first, pin, conversation.id):
            chosen = replace(
                conversation,
                pin=conversation.pin_first,
                pin_pictures=" " in pin,
                pin_first=b"",
                pin_settled=True,
                proven=True,
            )
            return stay(settled(chosen, setting), setting, Notice("pin_kept"))
        case Screen.PIN_AGAIN:
            afresh = to(replace(conversation, pin_first=b""), Screen.PIN_NEW, conversation.place.about)
            return stay(afresh, setting, Notice("pin_differs"))
        case Screen.PIN_ASK if tries_left(conversation, setting.now):
            return _given(conversation, setting, pin)
        case Screen.PIN_ASK:
            return stay(home(conversation), setting, Notice("pin_wait"))
    return stay(conversation, setting)


def settled(conversation: Conversation, setting: Setting) -> Conversation:
    """The offer is answered: back from a side trip, or on from the question it stood after."""
    question = conversation.place.about
    if conversation.way_back:
        return home(conversation)
    return beyond(conversation, setting, question)


def hidden_notices(conversation: Conversation, setting: Setting) -> tuple[Reply, ...]:
    """What to say where something is kept and not shown, and the page itself does not say so."""
    hidden = hidden_to_send(conversation, setting)
    if not hidden:
        return ()
    unsent = any(not answer.sent for answer in hidden)
    if conversation.shut and conversation.reissued_at is not None:
        return (Notice("folded_reissued" if unsent else "folded_reissued_sent", day=conversation.reissued_at),)
    if conversation.place.screen in (Screen.CHECK, Screen.SENT):
        return ()
    return (Notice("folded_notice" if unsent else "folded_sent"),)


def _given(conversation: Conversation, setting: Setting, pin: str) -> Turn:
    if matches(conversation.pin, pin, conversation.id):
        opened = unfold(conversation, setting)
        told = {answer.question for answer in told_here(opened.answers, setting)}
        stands = (Notice("first_stands", question=each) for each in chosen_otherwise(conversation) if each in told)
        back = company.still_offered(home(opened), setting)
        return stay(back, setting, Notice("pin_right"), *stands)
    after = wrong_pin(conversation, setting.now)
    left = tries_left(after, setting.now)
    if left:
        return stay(after, setting, Notice("pin_wrong", count=left))
    back = home(after)
    return stay(back, setting, Notice("pin_used_up"), *hidden_notices(back, setting))
