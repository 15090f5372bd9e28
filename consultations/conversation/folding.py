"""Who is at the screen: coming back, the PIN, and a helper beside the child. What was said before is folded.

Folded is kept and sendable, and shows nothing: not the words, not how many, not which questions were answered, left out
or put off, nor what they opened. It can go to the readers already chosen; it cannot be read, changed, shared wider or
thrown away. So nobody who issues or finds a code can read, and nobody who sits down beside a child reads what was said
alone.

What is told is where the child stopped and how far they had come, and whether there is something to send. So every
question that is behind is treated alike, answered or not: it is not asked again by itself, its page says that anything
said there before is kept, and something new can be said to it. Those ahead are asked. A private question that was
passed over beside somebody is offered again at each such visit, because whether it was answered alone since would be
told by leaving it out. With the PIN all is as the child left it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from consultations.answers import Answer, Sharing
from consultations.conversation import out_of_sight
from consultations.conversation.answering import last_word, with_more
from consultations.conversation.checking import hidden_to_send
from consultations.conversation.moving import AFTER_THE_REST, CHECK, straight
from consultations.conversation.route import in_order
from consultations.conversation.state import Conversation, Helper, Passed, Place, Screen
from consultations.conversation.turn import Setting

TRIES = 5  # five wrong PINs fold
TRIES_WITHIN = timedelta(hours=1)


def come_back(conversation: Conversation, setting: Setting, reissued_at: datetime | None) -> Conversation:
    """A visit that has proven nothing yet: everything said before is out of sight.

    A code issued again since the last visit shuts it for good, and the old PIN with it: whoever issued the code
    could otherwise try the PIN.
    """
    away = fold(conversation, setting)
    again = reissued_at is not None and reissued_at != conversation.reissued_at
    if again:
        away = replace(out_of_sight.shut(away), shut=away.hidden, folded=(), passed_folded=(), pin=b"")
    return replace(
        away,
        proven=not conversation.begun,  # whoever begins proves nothing: it is theirs
        came_back=conversation.begun,
        helper=None,
        sitting=None,
        reissued_at=reissued_at,
        pin_first=b"",
    )


def fold(conversation: Conversation, setting: Setting) -> Conversation:
    """Everything said put out of sight; with a PIN it can be opened again, without one it cannot."""
    # Who may see it is settled now: one choice for everything, made later and by somebody else, is not for these.
    away = tuple(replace(answer, sharing=answer.goes_to) for answer in conversation.answers)
    behind = (question for question in conversation.asked if question not in conversation.waits)
    told = replace(
        out_of_sight.hide(put_out_of_sight(conversation, away)),
        answers=(),
        passed=tuple((question, Passed.BEFORE) for question in behind),
        passed_folded=_passed_so_far(conversation) if conversation.pin else (),
        together=None,
        sent=tuple(replace(each, away=True) for each in conversation.sent),
    )
    return _out_of_the_rooms(told, setting)


def keep_aside(
    conversation: Conversation, setting: Setting, question: str, words: str, choice: str = ""
) -> Conversation:
    """What was said in a visit that is over: whoever is here now does not see it."""
    return put_out_of_sight(conversation, (last_word(conversation, setting, question, words, choice),))


def unfold(conversation: Conversation, setting: Setting) -> Conversation:
    """The PIN was right: what it kept is back, with what was said since its being asked joined to it.

    Where several visits answered one question, the words of all are put after one another, to be seen and rewritten;
    the first choice stands and another gives way, so that a visit without the PIN changes nothing, and nothing goes in
    the child's name that they cannot see. What was kept for nobody stays by itself, or it would take back what was to
    go to somebody.
    """
    first: dict[str, Answer] = {}
    others: list[Answer] = []
    for answer in (*conversation.folded, *conversation.answers):
        earlier = first.setdefault(answer.question, answer)
        if earlier is answer:
            continue
        if answer.goes_to is Sharing.NOBODY and earlier.goes_to is not Sharing.NOBODY:
            others.append(answer)
        else:
            first[answer.question] = _joined(earlier, answer)
    return replace(
        out_of_sight.reveal(conversation),
        answers=in_order(first.values(), conversation, setting.book),
        folded=(),
        shut=(*conversation.shut, *others),
        passed=tuple(each for each in _passed_so_far(conversation) if each[0] not in first),
        passed_folded=(),
        together=None,
        sent=tuple(replace(each, away=False, added=False) for each in conversation.sent),
        proven=True,
        came_back=False,
        wrong_pins=(),
    )


def chosen_otherwise(conversation: Conversation) -> tuple[str, ...]:
    """The questions where a choice that the PIN opens will stand against another that was made since."""
    chosen = [each for each in (*conversation.folded, *conversation.answers) if each.choice is not None]
    first = {answer.question: answer for answer in reversed(chosen)}
    return tuple(dict.fromkeys(each.question for each in chosen if _against(first[each.question], each)))


def wrong_pin(conversation: Conversation, now: datetime) -> Conversation:
    """One more wrong try, remembered for an hour."""
    return replace(conversation, wrong_pins=(*_recent(conversation, now), now), pin_entry=())


def tries_left(conversation: Conversation, now: datetime) -> int:
    """How many more PINs may be tried within the hour."""
    return max(TRIES - len(_recent(conversation, now)), 0)


def may_unfold(conversation: Conversation, setting: Setting) -> bool:
    """Whether the PIN is asked for: alone, and with tries left."""
    if conversation.helper is not None or not conversation.pin:
        return False
    # Whoever has not given it is not told whether there is anything to open.
    if conversation.proven and not conversation.folded:
        return False
    return tries_left(conversation, setting.now) > 0


def may_be_final(conversation: Conversation, setting: Setting) -> bool:
    """Whether this visit may say that there are no more changes: not of what it cannot see, nor by a code alone."""
    standing = conversation.standing
    if standing is None or standing.final or conversation.helper is not None:
        return False
    if conversation.pin and not conversation.proven:
        return True  # once the PIN was given
    return conversation.proven and not hidden_to_send(conversation, setting)


def helper_here(conversation: Conversation, setting: Setting, helper: Helper) -> Conversation:
    """A helper sat down: what was said alone is folded, and private questions wait. A PIN is chosen alone."""
    proven = conversation.proven and not conversation.pin
    return replace(fold(conversation, setting), helper=helper, pin_first=b"", proven=proven)


def helper_gone(conversation: Conversation) -> Conversation:
    """Alone again, or so somebody says: what was told beside a helper comes back as what is folded does.

    Who may see what is said now is no longer what was chosen beside somebody.
    """
    return replace(out_of_sight.hide_alarms(conversation), helper=None, sitting=None, together=None)


def _joined(earlier: Answer, later: Answer) -> Answer:
    later = replace(later, choice=None) if _against(earlier, later) else later
    return earlier if later.empty else with_more(earlier, later)


def _against(earlier: Answer, later: Answer) -> bool:
    return earlier.choice is not None and later.choice not in (None, earlier.choice)


def put_out_of_sight(conversation: Conversation, answers: tuple[Answer, ...]) -> Conversation:
    """These answers kept, and not shown: until the PIN is given, or for good where there is none."""
    if conversation.pin:
        return replace(conversation, folded=(*conversation.folded, *answers))
    return replace(conversation, shut=(*conversation.shut, *answers))


def _passed_so_far(conversation: Conversation) -> tuple[tuple[str, Passed], ...]:
    """How each question was left without an answer, as far as that is kept: the latest time counts."""
    now = ((question, how) for question, how in conversation.passed if how is not Passed.BEFORE)
    return tuple({**dict(conversation.passed_folded), **dict(now)}.items())


def _recent(conversation: Conversation, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in conversation.wrong_pins if now - at < TRIES_WITHIN)


def _out_of_the_rooms(conversation: Conversation, setting: Setting) -> Conversation:
    """A place that shows, or tells of, an answer is left for one that does not."""
    place = conversation.place
    match place.screen:
        case Screen.ASKING | Screen.REWRITING | Screen.PIN_OFFER:
            return _asked(conversation, setting, place.about)
        case Screen.CHECK:
            return straight(conversation, CHECK)
        case Screen.OPENING | Screen.SENT:
            return straight(conversation, place)
        case Screen.TAKING_BACK:
            return straight(conversation, Place(Screen.SENT))
    asking = (Screen.ASKING, Screen.REWRITING, Screen.PIN_OFFER)
    inner = next((each for each in reversed(conversation.way_back) if each.screen in asking), None)
    if inner is not None:
        return _asked(conversation, setting, inner.about)
    return straight(conversation, conversation.way_back[0] if conversation.way_back else CHECK)


def _asked(conversation: Conversation, setting: Setting, question: str) -> Conversation:
    """At this question; from the check page, which shows nothing hidden, it is still a side trip."""
    check = [
        place if place == AFTER_THE_REST else CHECK for place in conversation.way_back if place.screen is Screen.CHECK
    ]
    there = straight(conversation, Place(Screen.ASKING, _main_line_from(conversation, setting, question)))
    return replace(there, way_back=tuple(check[-1:]))


def _main_line_from(conversation: Conversation, setting: Setting, question: str) -> str:
    """This question, or the next that everybody is asked: a follow-up would tell what opened it."""
    order = setting.questions(conversation).questions
    here = next((number for number, each in enumerate(order) if each.id == question), 0)
    later = (each.id for each in order[here:] if not each.after and not each.feedback)
    return next(later, order[0].id)
