"""The screen that waits for the child at each place: the same place always shows the same."""

from __future__ import annotations

from dataclasses import replace

from consultations.answers import INTERPRETER
from consultations.circumstances import LET, ReadBy
from consultations.conversation.alarming import alarm_page, became
from consultations.conversation.asking_now import may_ask
from consultations.conversation.checking import (
    check_mark,
    check_page,
    hidden_to_send,
    keyed_to_check,
    next_kind,
    only_adds,
    replaced_by_next,
    sendable,
    shown_to_send,
    together_now,
    waits_for_a_yes,
)
from consultations.conversation.folding import may_be_final, may_unfold, tries_left
from consultations.conversation.moving import AFTER_THE_REST, in_sight
from consultations.conversation.out_of_sight import beside_a_helper, known
from consultations.conversation.replies import (
    AfterSending,
    Ask,
    AskNow,
    Closed,
    HelperTyping,
    HelperWho,
    Opening,
    Paused,
    PinEntry,
    PinOffer,
    Preview,
    PrivateNow,
    ReadBack,
    Reply,
    ShareChoice,
    SittingAsked,
    SittingDone,
    SittingWords,
    TakeBack,
)
from consultations.conversation.route import following, still_to_come, told_here
from consultations.conversation.state import WINDOW, Conversation, Passed, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.languages import SOURCE
from consultations.sending import Kind
from consultations.timescales import day_in_england


def stay(conversation: Conversation, setting: Setting, *notices: Reply) -> Turn:
    """A turn that ends where the child is, or may be seen to be at this door, after what there is to tell."""
    here = beside_a_helper(in_sight(conversation, setting))
    return Turn(here, (*notices, screen(here, setting)))


def screen(conversation: Conversation, setting: Setting) -> Reply:
    """What the child sees at the place they are."""
    if conversation.place.screen is Screen.ALARM:
        return alarm_page(conversation, setting)
    if setting.around.held_on is not None:
        return Closed(sent=conversation.standing is not None)
    pictures = setting.questions(conversation).picture_pin
    about = conversation.place.about
    match conversation.place.screen:
        case Screen.OPENING:
            return Opening(about)
        case Screen.ASKING | Screen.REWRITING:
            return _ask(conversation, setting)
        case Screen.PIN_OFFER:
            return PinOffer(pictures)
        case Screen.PIN_NEW:
            return PinEntry("new", pictures, conversation.pin_entry)
        case Screen.PIN_AGAIN:
            return PinEntry("again", pictures, conversation.pin_entry)
        case Screen.PIN_ASK:
            return PinEntry("ask", conversation.pin_pictures, conversation.pin_entry)
        case Screen.HELPER_WHO:
            no_pin = conversation.may_choose_pin
            return HelperWho(no_pin=no_pin and bool(told_here(conversation.answers, setting)))
        case Screen.HELPER_TYPING:
            return HelperTyping(about, may_write_english(conversation, setting, about))
        case Screen.PRIVATE:
            return PrivateNow()
        case Screen.CHECK:
            return check_page(conversation, setting)
        case Screen.SHARING:
            return _sharing(conversation, setting)
        case Screen.PREVIEW:
            return _preview(conversation, setting)
        case Screen.PAUSED:
            gone = any(sent.final and sent.taken_back for sent in conversation.sendings)
            return Paused(sendable(conversation, setting), gone, became(conversation, setting))
        case Screen.TAKING_BACK:
            gone = any(sent.final and not sent.taken_back for sent in conversation.sendings)
            return TakeBack(*readings(conversation, setting), gone=gone, alarmed=bool(known(conversation, setting)))
        case Screen.ASK_NOW:
            return AskNow(about)
        case Screen.SITTING_ASKED:
            return SittingAsked(conversation.sitting.name if conversation.sitting else "")
        case Screen.SITTING_WORDS:
            return SittingWords()
        case Screen.READ_BACK if (answer := conversation.answer(about)) is not None:
            return ReadBack(answer)
        case Screen.READ_BACK | Screen.SITTING_DONE:
            return SittingDone(conversation.answers)
        case Screen.SENT:
            return _after_sending(conversation, setting)


def may_write_english(conversation: Conversation, setting: Setting, kind: str) -> bool:
    """Whether this helper may be asked to write in English what the child says in another language."""
    if conversation.language != SOURCE:
        return True
    # On a page in English that is what an interpreter does anyway.
    return kind != INTERPRETER and setting.around.reads_best not in ("", SOURCE)


def readings(conversation: Conversation, setting: Setting) -> tuple[tuple[ReadBy, ...], tuple[ReadBy, ...]]:
    """Who read what stands sent, and who had read what it replaced: in order, and opened before it was copied.

    The same thing on the same day is told once, however many sendings and tries there were. Where an addition is the
    latest, what was opened of the sendings that it adds to was "opened_before": it may not have been opened itself.
    """
    standing = conversation.standing
    sealed_at_once = {sent.number for sent in conversation.sent if sent.kind is Kind.ALERT}
    gone = {sent.number for sent in conversation.sent if sent.replaced or (sent.taken_back and standing is not None)}
    in_order = sorted(setting.around.readings, key=lambda each: (each.at, each.what != "opened"))
    in_order = [each for each in in_order if each.read and each.sending not in sealed_at_once]
    stands = [each for each in in_order if each.sending not in gone]
    if standing is not None and standing.kind is Kind.ADDITION:
        stands = [
            replace(each, what="opened_before") if each.what == "opened" and each.sending != standing.number else each
            for each in stands
        ]
    return _once_a_day(stands), _once_a_day([each for each in in_order if each.sending in gone])


def passed_on(conversation: Conversation, setting: Setting) -> tuple[ReadBy, ...]:
    """To whom what stands sent was given since, in order: nobody has read it by that."""
    gone = {sent.number for sent in conversation.sent if sent.replaced or sent.taken_back}
    given = sorted((each for each in setting.around.readings if not each.read), key=lambda each: each.at)
    return _once_a_day([each for each in given if each.sending not in gone])


OF_BEFORE = {"opened": "read_before", LET: "read_let", "meeting": "take_back_meeting", "file": "take_back_file"}
OF_BEFORE_OTHERWISE = "copied_before"
"""What is told of what was replaced: that it was opened, and every kind of copy of it, because they all stay."""


def told_of(number: int | None, setting: Setting) -> tuple[tuple[str, ReadBy], ...]:
    """The phrases for what was done with this sending, which is replaced: opened first, and each kind of copy once."""
    first: dict[tuple[str, str], ReadBy] = {}
    for each in sorted(setting.around.readings, key=lambda each: (each.what != "opened", each.at)):
        if each.read and each.sending == number:
            first.setdefault((each.reader, each.what), each)
    return tuple((OF_BEFORE.get(what, OF_BEFORE_OTHERWISE), each) for (_, what), each in first.items())


def _once_a_day(readings: list[ReadBy]) -> tuple[ReadBy, ...]:
    told = {(each.reader, each.what, day_in_england(each.at)): each for each in reversed(readings)}
    return tuple(reversed(told.values()))


def _ask(conversation: Conversation, setting: Setting) -> Ask:
    question = conversation.place.about
    remaining = still_to_come(conversation, setting, question)
    rest = AFTER_THE_REST in conversation.way_back
    return Ask(
        question=question,
        answer=conversation.answer(question),
        remaining=remaining,
        last=not remaining and (rest or following(conversation, setting, question) is None),
        rewriting=conversation.place.screen is Screen.REWRITING,
        hidden=conversation.how_passed(question) is Passed.BEFORE,
        returning=bool(conversation.way_back) and not rest,
        adding=only_adds(conversation, setting),
    )


def _sharing(conversation: Conversation, setting: Setting) -> ShareChoice:
    question = conversation.place.about
    answer = conversation.answer(question)
    if answer is None:
        return ShareChoice("*", together_now(conversation, setting))
    return ShareChoice(question, answer.goes_to)


def _preview(conversation: Conversation, setting: Setting) -> Preview:
    return Preview(
        answers=shown_to_send(conversation, setting),
        kind=next_kind(conversation, setting.now),
        again=replaced_by_next(conversation, setting.now) is not None,
        hidden=bool(hidden_to_send(conversation, setting)),
        mark=check_mark(conversation, setting),
        waits=waits_for_a_yes(conversation, setting),
    )


def _after_sending(conversation: Conversation, setting: Setting) -> AfterSending:
    standing = conversation.standing
    until = standing.at + WINDOW if standing and standing.window_open(setting.now) else None
    feedback = next((each.id for each in setting.questions(conversation).questions if each.feedback), "")
    hidden = hidden_to_send(conversation, setting)
    keyed = keyed_to_check(conversation, setting)
    return AfterSending(
        sent=standing is not None,
        until=until,
        pin_waits=bool(conversation.pin) and not conversation.proven and not tries_left(conversation, setting.now),
        change=not hidden or bool(told_here(conversation.answers, setting)) or may_unfold(conversation, setting),
        final=may_be_final(conversation, setting),
        feedback="" if conversation.counted or standing is None else feedback,
        hidden=bool(hidden),
        hidden_unsent=any(not answer.sent for answer in hidden),
        added=standing is not None and (standing.kind is Kind.ADDITION or (standing.added and bool(hidden))),
        mark=check_mark(conversation, setting) if sendable(conversation, setting) and not keyed else "",
        read=any(readings(conversation, setting)),
        talk=may_ask(conversation, setting, "talk"),
        waits=waits_for_a_yes(conversation, setting),
        keyed=keyed,
    )
