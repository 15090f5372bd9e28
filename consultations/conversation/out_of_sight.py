"""What was told at once, out of sight: an alarm or an ask is folded and shut with the answers said in the same visit.

Whoever comes without the PIN, or sits down beside the child, is not told that there was one. What it did stays done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consultations.answers import Answer
from consultations.conversation.state import Alarm, Conversation, Hidden, Screen, Wanted
from consultations.conversation.turn import Setting
from consultations.kept_from import in_order


def known(conversation: Conversation, setting: Setting) -> tuple[Alarm, ...]:
    """The alarms this visit may be told of at this door."""
    return tuple(each for each in conversation.alarms if is_known(each, setting))


def is_known(told: Alarm | Wanted, setting: Setting) -> bool:
    """Whether this visit, at this door, may be told of it."""
    return not told.hidden and not (told.apart and setting.around.overheard)


def raised_by(answer: Answer, alarms: Iterable[Alarm]) -> bool:
    """Whether this answer, as it stands, raised one of these."""
    raised = {(each.said.question, each.said.choice) for each in alarms if each.said is not None}
    return (answer.question, answer.choice) in raised


def anything_to_hide(conversation: Conversation) -> bool:
    """Whether this visit knows of something that was told at once."""
    return any(not alarm.hidden for alarm in conversation.alarms) or any(not ask.hidden for ask in conversation.asks)


def hide(conversation: Conversation) -> Conversation:
    """All of it out of sight: with a PIN until that is given, without one for good."""
    how = Hidden.FOLDED if conversation.pin else Hidden.SHUT
    return _told_as(conversation, {Hidden.NOT: how})


def hide_alarms(conversation: Conversation) -> Conversation:
    """Every alarm out of sight, as `hide` does; what was asked for stays."""
    return replace(conversation, alarms=hide(conversation).alarms)


def beside_a_helper(conversation: Conversation) -> Conversation:
    """An alarm raised beside a helper is known in its own room, in that moment: once that is left, to nobody here.

    Without a PIN it is told of never again, nor that a person has seen it: a helper who takes the phone and says that
    the child is alone now looks the same as the child. *Tell someone* stands on *Help now* for either of them.
    """
    if conversation.helper is None or conversation.place.screen is Screen.ALARM:
        return conversation
    return hide_alarms(conversation)


def shut(conversation: Conversation) -> Conversation:
    """What the old PIN would have shown stays hidden for good."""
    return _told_as(conversation, {Hidden.FOLDED: Hidden.SHUT})


def reveal(conversation: Conversation) -> Conversation:
    """The PIN was right: whom the child had not wanted told is chosen again on what they see."""
    seen = _told_as(conversation, {Hidden.FOLDED: Hidden.NOT})
    stand = [each.number for each in seen.alarms if not each.hidden and not each.mistaken]
    chosen = in_order({kind for each in seen.alarms if each.number in stand for kind in each.kept_from})
    return replace(
        seen,
        alarms=tuple(replace(each, kept_from=chosen) if each.number in stand else each for each in seen.alarms),
    )


def _told_as(conversation: Conversation, becomes: dict[Hidden, Hidden]) -> Conversation:
    def hidden(each: Alarm | Wanted) -> Hidden:
        return becomes.get(each.hidden, each.hidden)

    return replace(
        conversation,
        alarms=tuple(replace(each, hidden=hidden(each)) for each in conversation.alarms),
        asks=tuple(replace(each, hidden=hidden(each)) for each in conversation.asks),
    )
