"""A child says they are not safe: what is raised in that turn, what they are asked, and what they hear of it later.

Nothing is asked before it and nothing but one thing after it: "Is there someone we should not tell?" (field facts §6).
An alarm that nobody has answered is joined by the next one that the same visit raises. One that this visit does not
know of, because it is folded or was raised where no messenger overhears, is not: a second alert is better than a
screen that tells of the first. But whoever was not to be told then is not told now, unless that was a mistake; so where
the visit may not know of it, the words name no officer as told, whether there was one or not.

Raising happens exactly once a turn, in the transaction that keeps this conversation. That a person has seen it is said
at most once by itself, and whenever the child opens *Help now*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from consultations.answers import Answer, Sharing
from consultations.conversation.happened import Alarmed, AlertSending, Happened, KeptFrom, Mistaken
from consultations.conversation.moving import aside, home
from consultations.conversation.out_of_sight import is_known, known
from consultations.conversation.replies import AlarmRaised, HelpNow, Notice
from consultations.conversation.state import Alarm, Conversation, Hidden, Place, Screen, Sent
from consultations.conversation.turn import Setting, Turn
from consultations.kept_from import AGAIN, KEEP_FROM, OFFICER, in_order
from consultations.sending import Kind

ALARMS_REMEMBERED = 16
VISITS_REMEMBERED = 8

ROOM = Place(Screen.ALARM)


def raise_alarm(
    conversation: Conversation, setting: Setting, said: Answer | None = None, hidden: Hidden = Hidden.NOT
) -> tuple[Conversation, tuple[Happened, ...]]:
    """The conversation with an alarm raised now, and what is to be done at once. Nobody is moved by it.

    `said` is the choice that raised it; None is *Tell someone*. Hidden, it is not told of on this visit's screen.
    """
    joined = None if hidden else _to_join(conversation, setting)
    alarm = _of_this_visit(joined or _new(conversation, setting, hidden), setting)
    others = tuple(each for each in conversation.alarms if each.number != alarm.number)
    before = replace(conversation, alarms=_remembered((*others, alarm)))
    sealing = None
    if said is not None and (alarm.sending == 0 or not _same_choice(alarm.said, said)):
        before, sealing = _sealed(before, alarm, said, setting)
        before = _kept_back(before, replace(alarm, said=said))
    beside = conversation.helper.kind if conversation.helper else ""
    happened: list[Happened] = [Alarmed(alarm.number, beside, joined is not None, sealing)]
    if joined is None and _not_told(alarm):
        happened.append(KeptFrom(alarm.number, _not_told(alarm), None))
    return before, tuple(happened)


def tell(conversation: Conversation, setting: Setting) -> Turn:
    """*Tell someone*: raised, and the fixed words about it."""
    after, happened = raise_alarm(conversation, setting)
    there = aside(after, Screen.ALARM)
    return Turn(there, (alarm_page(there, setting),), happened)


def answered(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    """Who is not to be told, *I tapped this by mistake*, and on from there, as long as this visit knows of an alarm."""
    alarms, kind = known(conversation, setting), choice.removeprefix(AGAIN)
    if choice in KEEP_FROM and conversation.place != ROOM:  # a page from before, in a chat or another tab
        return keep_off(conversation, setting, choice)
    if not alarms or conversation.place != ROOM:
        return Turn(conversation, ())
    if choice in KEEP_FROM:  # off every alarm that this visit knows of, beside whoever was kept off each before
        return _chosen(conversation, setting, {each.number: in_order((*each.kept_from, kind)) for each in alarms})
    if kind in KEEP_FROM:  # what was said to be a mistake keeps its list: it is not what the page shows
        meant = [each for each in alarms if not each.mistaken or each.number == alarms[-1].number]
        back = {each.number: tuple(other for other in each.kept_from if other != kind) for each in meant}
        return _chosen(conversation, setting, back)
    if choice == ".mistake" and not alarms[-1].mistaken:
        latest = alarms[-1].number
        told = tuple(replace(each, mistaken=each.mistaken or each.number == latest) for each in conversation.alarms)
        return Turn(home(replace(conversation, alarms=told)), (), (Mistaken(latest),))
    if choice in (".on", ".mistake"):
        return Turn(home(conversation), ())
    return Turn(conversation, ())


def keep_off(conversation: Conversation, setting: Setting, kind: str) -> Turn:
    """Whom not to tell, said on a page that is not the child's any more: they are kept off the alarms its visit raised.

    That page does not show who was chosen since, so nobody is let back in by it. Nothing is shown of it, and nothing
    of an alarm that somebody else raised is changed.
    """
    here = setting.around.visit
    mine = [each for each in conversation.alarms if here and here in each.visits and kind not in _not_told(each)]
    chosen = {each.number: in_order((*each.kept_from, kind)) for each in mine}
    return _chosen(conversation, setting, chosen, put_away=True)


def is_kept_off(conversation: Conversation, setting: Setting, kind: str) -> bool:
    """Whether they are kept off an alarm that this visit raised."""
    return any(setting.around.visit in each.visits and kind in _not_told(each) for each in conversation.alarms)


def officer_can_see(alarm: Alarm) -> bool:
    """Whether the choice that raised it was sealed to the officer."""
    return alarm.sending > 0 and OFFICER not in _not_told(alarm)


def kept_from_officer(conversation: Conversation) -> set[str]:
    """The questions whose answer the officer is not told: one choice for everything leaves them alone."""
    alarms = (each for each in conversation.alarms if OFFICER in _not_told(each))
    return {each.said.question for each in alarms if each.said is not None}


def alarm_page(conversation: Conversation, setting: Setting) -> AlarmRaised:
    """What stands in the room of an alarm."""
    latest, alone = known(conversation, setting)[-1], conversation.helper is None
    open = conversation.begun and setting.around.held_on is None
    officer = alone and conversation.proven and not setting.around.overheard and OFFICER not in _not_told(latest)
    unsent = alone and open and any(each.pieces and not each.sent for each in conversation.answers)
    tapped = officer and latest.sending > 0
    return AlarmRaised(latest.kept_from, latest.mistaken, open, officer, unsent, tapped)


def help_now(conversation: Conversation, setting: Setting) -> HelpNow:
    """The numbers, *Tell someone*, and what became of the alarm that this visit knows of."""
    latest = _latest(conversation, setting)
    return HelpNow(tell=True, told=latest is not None, seen=latest is not None and _seen(latest, setting))


def became(conversation: Conversation, setting: Setting) -> str:
    """The phrase that says what became of the alarm that this visit knows of, to a child who is alone; or nothing."""
    latest = _latest(conversation, setting)
    if latest is None:
        return ""
    return "alarm_seen" if _seen(latest, setting) else "alarm_not_seen"


def told_once_more(conversation: Conversation, setting: Setting) -> tuple[Notice, ...]:
    """That people were told, on the way on from it. That a person has seen it `news` says, where it was not said."""
    latest = _latest(conversation, setting)
    if latest is None or (_seen(latest, setting) and not latest.told_seen):
        return ()
    if conversation.place.screen is Screen.PAUSED:
        return ()  # that page says so itself
    return (Notice(became(conversation, setting)),)


def news(conversation: Conversation, setting: Setting) -> tuple[Conversation, bool]:
    """Whether it is to be said now that a person has seen it; and the conversation, in which that is said."""
    alarms = known(conversation, setting) if conversation.helper is None else ()
    new = {each.number for each in alarms if not each.told_seen and _seen(each, setting)}
    if not new:
        return conversation, False
    told = (replace(each, told_seen=each.told_seen or each.number in new) for each in conversation.alarms)
    return replace(conversation, alarms=tuple(told)), True


def unsealed(conversation: Conversation, sealing: AlertSending) -> Conversation:
    """The conversation where this could not be sealed: the alarm stands, and what was sealed before still does."""
    sent = tuple(
        replace(each, replaced=each.replaced and each.number != sealing.replaces)
        for each in conversation.sent
        if each.number != sealing.number
    )
    alarms = tuple(
        replace(each, sending=sealing.replaces or 0) if each.sending == sealing.number else each
        for each in conversation.alarms
    )
    return replace(conversation, sent=sent, alarms=alarms)


def _chosen(
    conversation: Conversation, setting: Setting, chosen: Mapping[int, tuple[str, ...]], *, put_away: bool = False
) -> Turn:
    """These alarms, by number, with who is kept off each as far as it is open."""
    after, happened = conversation, []
    for alarm in conversation.alarms:
        if alarm.number not in chosen or _closed(alarm, setting):
            continue
        keeping = replace(alarm, kept_from=chosen[alarm.number])
        after = _with(after, keeping)
        if OFFICER not in _not_told(alarm):
            after = _kept_back(after, keeping, put_away=put_away)
        sealing = None
        if alarm.said and alarm.sending and (OFFICER in _not_told(alarm)) != (OFFICER in _not_told(keeping)):
            after, sealing = _sealed(after, keeping, alarm.said, setting)
        if _not_told(keeping) != _not_told(alarm):
            happened.append(KeptFrom(alarm.number, _not_told(keeping), sealing))
    return Turn(after, (), tuple(happened))


def _kept_back(conversation: Conversation, alarm: Alarm, *, put_away: bool = False) -> Conversation:
    """What the officer is not told goes to them with nothing else either, unless the child shares it on purpose.

    `put_away`: nor where it was put away since.
    """
    if alarm.said is None or OFFICER not in _not_told(alarm):
        return conversation

    def kept(each: Answer, *, back: bool) -> Answer:
        return replace(each, sharing=Sharing.NOBODY, sent=False) if back else each

    def put_aside(each: Answer) -> Answer:
        # A last word was put aside in this very turn. What was there before is as it was chosen.
        return kept(each, back=_same_choice(alarm.said, each) if put_away else each == alarm.said)

    return replace(
        conversation,
        answers=tuple(kept(each, back=_same_choice(alarm.said, each)) for each in conversation.answers),
        folded=tuple(put_aside(each) for each in conversation.folded),
        shut=tuple(put_aside(each) for each in conversation.shut),
    )


def _to_join(conversation: Conversation, setting: Setting) -> Alarm | None:
    latest = next(reversed(conversation.alarms), None)
    if latest is None or not is_known(latest, setting) or latest.mistaken or _seen(latest, setting):
        return None
    return latest


def _new(conversation: Conversation, setting: Setting, hidden: Hidden) -> Alarm:
    meant = [each for each in conversation.alarms if not each.mistaken]
    kept_from = in_order(kind for each in meant if is_known(each, setting) for kind in each.kept_from)
    out_of_sight = [kind for each in meant if not is_known(each, setting) for kind in each.kept_from]
    carried = (kind for each in conversation.alarms for kind in each.also)  # from what was meant, when it was carried
    also = in_order((*out_of_sight, *carried))
    numbers = (*(each.number for each in conversation.alarms), *(each.number for each in setting.around.alerts))
    number = max(numbers, default=0) + 1
    apart = not setting.around.overheard
    return Alarm(number, setting.now, kept_from=kept_from, also=also, apart=apart, hidden=hidden)


def _of_this_visit(alarm: Alarm, setting: Setting) -> Alarm:
    here = setting.around.visit
    visits = (*(each for each in alarm.visits if each != here), *([here] if here else []))
    return replace(alarm, visits=visits[-VISITS_REMEMBERED:])


def _remembered(alarms: tuple[Alarm, ...]) -> tuple[Alarm, ...]:
    """As many as are kept. What was said to be a mistake goes first: it carries nobody who is not to be told."""
    if len(alarms) <= ALARMS_REMEMBERED:
        return alarms
    gone = next((each for each in alarms[:-1] if each.mistaken), alarms[0])
    return tuple(each for each in alarms if each != gone)


def _latest(conversation: Conversation, setting: Setting) -> Alarm | None:
    """The alarm that this visit may be told of now: none while a helper is here, nor one said to be a mistake."""
    alarms = known(conversation, setting) if conversation.helper is None else ()
    return next((each for each in reversed(alarms) if not each.mistaken), None)


def _sealed(
    conversation: Conversation, alarm: Alarm, said: Answer, setting: Setting
) -> tuple[Conversation, AlertSending]:
    number, replaces = max((sent.number for sent in conversation.sent), default=0) + 1, alarm.sending or None
    earlier = tuple(replace(each, replaced=each.replaced or each.number == replaces) for each in conversation.sent)
    after = replace(conversation, sent=(*earlier, Sent(number, Kind.ALERT, setting.now)))
    after = _with(after, replace(alarm, said=said, sending=number))
    return after, AlertSending(number, replaces, said, officer=OFFICER not in _not_told(alarm))


def _with(conversation: Conversation, alarm: Alarm) -> Conversation:
    alarms = tuple(alarm if each.number == alarm.number else each for each in conversation.alarms)
    return replace(conversation, alarms=alarms)


def _not_told(alarm: Alarm) -> tuple[str, ...]:
    return in_order((*alarm.kept_from, *alarm.also))


def _same_choice(one: Answer | None, other: Answer) -> bool:
    return one is not None and (one.question, one.choice) == (other.question, other.choice)


def _seen(alarm: Alarm, setting: Setting) -> bool:
    return any(each.number == alarm.number and (each.held_at or each.closed_at) for each in setting.around.alerts)


def _closed(alarm: Alarm, setting: Setting) -> bool:
    return any(each.number == alarm.number and each.closed_at for each in setting.around.alerts)
