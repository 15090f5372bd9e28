"""Where the child goes next: on, back, aside and home again. Nothing here touches an answer."""

from __future__ import annotations

from dataclasses import replace

from consultations.conversation.answering import pass_by
from consultations.conversation.out_of_sight import known
from consultations.conversation.route import (
    asked_for,
    first_open,
    following,
    preceding,
    questions_on_the_way,
    would_tell,
)
from consultations.conversation.state import Conversation, Passed, Place, Screen
from consultations.conversation.turn import Setting

CHECK = Place(Screen.CHECK)
AFTER_THE_REST = Place(Screen.CHECK, "rest")  # on the way there, everything still open is asked first


def opening_steps(setting: Setting) -> tuple[str, ...]:
    """At most four screens before the first question; one language needs no screen to choose it."""
    return (*(("language",) if len(setting.around.languages) > 1 else ()), "what", "safety", "how")


def to(conversation: Conversation, screen: Screen, about: str = "") -> Conversation:
    """Straight there, in the same trip."""
    return replace(conversation, place=Place(screen, about), pin_entry=())


def aside(conversation: Conversation, screen: Screen, about: str = "") -> Conversation:
    """A side trip: afterwards the child is here again. A room already on the way back is not entered twice."""
    there = Place(screen, about)
    way_back = (*conversation.way_back, conversation.place)
    if there in way_back:
        way_back = way_back[: way_back.index(there)]
    return replace(conversation, place=there, way_back=way_back, pin_entry=())


def home(conversation: Conversation) -> Conversation:
    """The end of a side trip."""
    if not conversation.way_back:
        return conversation
    *before, place = conversation.way_back
    return replace(conversation, place=place, way_back=tuple(before), pin_entry=())


def straight(conversation: Conversation, place: Place) -> Conversation:
    """There, with every side trip over."""
    return replace(conversation, place=place, way_back=(), pin_entry=())


def start_asking(conversation: Conversation, setting: Setting) -> Conversation:
    """The opening is read: the first question, or the first still open after a change of set."""
    begun = replace(conversation, begun=True)
    way = questions_on_the_way(begun, setting)
    return straight(begun, Place(Screen.ASKING, way[0].id) if way else CHECK)


def forward(conversation: Conversation, setting: Setting) -> Conversation:
    """On from the question the child is at: the way's next, then what is still open, then the check page."""
    question = conversation.place.about
    order = [each.id for each in setting.questions(conversation).questions]
    conversation = _behind(conversation, setting, order.index(question) if question in order else -1)
    if conversation.way_back:
        opened = _just_opened(conversation, setting, question)
        if opened is None and conversation.way_back[-1] == AFTER_THE_REST:
            return on_to_the_rest(conversation, setting)
        return to(conversation, Screen.ASKING, opened) if opened else home(conversation)
    offered = conversation.may_choose_pin and not conversation.pin_settled
    if offered and preceding(conversation, setting, question) is None:
        return to(conversation, Screen.PIN_OFFER, question)
    return beyond(conversation, setting, question)


def beyond(conversation: Conversation, setting: Setting, question: str) -> Conversation:
    """What comes after this question, with no PIN offered in between."""
    following_one = following(conversation, setting, question)
    if following_one is not None:
        return to(conversation, Screen.ASKING, following_one)
    return on_to_the_rest(conversation, setting)


def past_private(conversation: Conversation, setting: Setting) -> Conversation:
    """A private question on the screen makes way, beside somebody, for the next that is not; it waits."""
    question = conversation.place.about
    if question in {each.id for each in questions_on_the_way(conversation, setting)}:
        return conversation
    after = beyond(conversation, setting, question)
    order = [each.id for each in setting.questions(conversation).questions]
    there = order.index(after.place.about) if after.place.about in order else len(order)
    return _behind(after, setting, there - 1)


def on_to_the_rest(conversation: Conversation, setting: Setting) -> Conversation:
    """To what is still open, and to the check page after it."""
    question = first_open(conversation, setting)
    if question is None:
        return straight(conversation, CHECK)
    return replace(
        _asked_once_more(conversation, question), place=Place(Screen.ASKING, question), way_back=(AFTER_THE_REST,)
    )


def in_sight(conversation: Conversation, setting: Setting) -> Conversation:
    """Here; but where this question would tell of a choice made apart, on from it, as if it had not been opened."""
    place = conversation.place
    if _tells_of_what_was_told_apart(conversation, setting):
        return in_sight(home(conversation), setting) if conversation.way_back else straight(conversation, CHECK)
    if not would_tell(conversation, setting, place.about):
        return conversation
    match place.screen:
        case Screen.ASKING | Screen.REWRITING:
            return in_sight(forward(conversation, setting), setting)
        case Screen.SHARING:
            return in_sight(home(conversation), setting)
        case Screen.CHECK:
            return to(conversation, Screen.CHECK)
    return conversation


def _tells_of_what_was_told_apart(conversation: Conversation, setting: Setting) -> bool:
    place = conversation.place
    if place.screen is Screen.ALARM:
        return not known(conversation, setting)
    if place.screen is not Screen.ASK_NOW or not setting.around.overheard:
        return False
    return any(each.apart and asked_for(each, setting.book) == place.about for each in conversation.answers)


def backward(conversation: Conversation, setting: Setting) -> Conversation:
    """Back works from everywhere; before the first screen there is nothing, and that is fine."""
    place = conversation.place
    if conversation.way_back and place.screen is not Screen.REWRITING:
        return home(conversation)
    match place.screen:
        case Screen.REWRITING | Screen.PIN_OFFER:
            return to(conversation, Screen.ASKING, place.about)
        case Screen.PIN_NEW:
            return to(conversation, Screen.PIN_OFFER, place.about)
        case Screen.PIN_AGAIN:
            return to(conversation, Screen.PIN_NEW, place.about)
        case Screen.ASKING:
            before = preceding(conversation, setting, place.about)
            return to(conversation, Screen.ASKING, before) if before else to(conversation, Screen.OPENING, "how")
        case Screen.CHECK:
            if conversation.standing is not None:
                return to(conversation, Screen.SENT)
            way = questions_on_the_way(conversation, setting)
            return to(conversation, Screen.ASKING, way[-1].id) if way else conversation
        case Screen.OPENING:
            steps = opening_steps(setting)
            step = steps.index(place.about) if place.about in steps else 0
            return to(conversation, Screen.OPENING, steps[max(step - 1, 0)])
    return conversation


def _behind(conversation: Conversation, setting: Setting, here: int) -> Conversation:
    """The questions of the main line up to this number are behind, whatever was said to them.

    Private ones that are passed over beside somebody wait. Where somebody is only on a side trip nothing changes.
    """
    if conversation.way_back[-1:] not in ((), (AFTER_THE_REST,)):
        return conversation
    order = setting.questions(conversation).questions
    before = max((n for n, each in enumerate(order) if each.id in conversation.asked), default=-1)
    new = [each for each in order[before + 1 : here + 1] if not (each.after or each.feedback)]
    waits = [each.id for each in new if each.private] if conversation.helper else []
    return replace(
        conversation,
        asked=(*conversation.asked, *(each.id for each in new)),
        waits=(*conversation.waits, *waits),
    )


def _just_opened(conversation: Conversation, setting: Setting, question: str) -> str | None:
    """A follow-up this answer opened and nobody asked yet: only what depended on a change is asked again."""
    said = {answer.question for answer in conversation.answers}
    return next(
        (
            each.id
            for each in questions_on_the_way(conversation, setting)
            if each.id not in said
            and conversation.how_passed(each.id) is None
            and any(opener.partition(":")[0] == question for opener in each.after)
        ),
        None,
    )


def _asked_once_more(conversation: Conversation, question: str) -> Conversation:
    """ "Ask me later" comes round once; after that it is a question left out."""
    if conversation.how_passed(question) is Passed.LATER:
        return pass_by(conversation, question, Passed.SKIPPED)
    return conversation
