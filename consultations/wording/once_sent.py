"""Once it is sent, in words: what happens next, who has read it, and what taking it back does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from consultations.circumstances import GIVEN_BACK, LET, ReadBy
from consultations.conversation.replies import AfterSending, TakeBack, WhoHasRead
from consultations.conversation.screens import OF_BEFORE, OF_BEFORE_OTHERWISE
from consultations.messages import Button, Line, Message, Role
from consultations.wording.speaking import Speaker


def after_sending_messages(after: AfterSending, speaker: Speaker) -> Iterator[Message]:
    """It is sent: what happens next, and what can still be done."""
    lines: list[Line] = []
    buttons: list[Button] = []
    if after.mark and after.sent:
        label = "b_send_changes" if after.until is not None else "b_send_more"
        buttons.append(speaker.button(".send", after.mark, label, "primary"))
    if after.keyed and after.sent:
        buttons.append(speaker.button(".after", ".change", "b_check", "primary"))
    if after.sent:
        lines += speaker.lines("sent_next")
        if after.until is not None and after.change:
            until = speaker.until(after.until)
            lines += speaker.lines("added_window" if after.added else "sent_window", until=until)
            change = "b_change_added" if after.added else "b_change_sent"
            buttons += [] if after.keyed else [speaker.button(".after", ".change", change)]
        else:
            lines += speaker.lines("pin_wait" if after.pin_waits else "window_closed")
            buttons.append(speaker.button(".after", ".add", "b_add"))
        if after.final:
            buttons.append(speaker.button(".after", ".no_more", "b_final"))
        buttons += [
            speaker.button(".after", ".who", "b_who_read", "quiet"),
            speaker.button(".after", ".take", "b_take_back", "quiet"),
        ]
    else:
        lines += speaker.lines("nothing_sent_now")
        buttons.append(speaker.button(".after", ".change", "b_check"))
        buttons.append(speaker.button(".after", ".add", "b_add"))
        if after.read:
            buttons.append(speaker.button(".after", ".who", "b_who_read", "quiet"))
    if after.talk:
        buttons.append(speaker.button(".go", ".talk", "b_talk"))
    if after.hidden:
        lines.append(speaker.note("folded_notice" if after.hidden_unsent else "folded_sent"))
    if after.waits:
        lines.append(speaker.note("some_not_confirmed"))
    lines += speaker.helping()
    yield speaker.message(*lines, buttons=(*buttons, *speaker.company()))
    question = speaker.asked.question(after.feedback) if after.feedback else None
    if question is not None:
        choices = tuple(
            Button(
                speaker.id(question.id, choice.id),
                speaker.choice_of(question, choice.id),
                picture=choice.picture,
                kind="choice",
            )
            for choice in question.choices
        )
        yield speaker.message(Line(speaker.text_of(question), Role.ASKED), kind="question", buttons=choices)


def take_back_message(reply: TakeBack, speaker: Speaker) -> Message:
    """What taking back does, and what it cannot undo."""
    alarm = speaker.lines("take_back_alarm") if reply.alarmed else ()
    lines = [*speaker.lines("take_back_explain"), *alarm, *(speaker.lines("take_back_gone") if reply.gone else ())]
    if not _opened(reply.readings):
        lines += speaker.lines("not_read_yet")
    lines += _each_once(reply.readings, _CANNOT_UNDO, "take_back_copies", speaker)
    lines += _each_once(reply.before, OF_BEFORE, OF_BEFORE_OTHERWISE, speaker)
    buttons = (
        speaker.button(".take", ".yes", "b_take_back_yes"),
        replace(speaker.button(".take", ".no", "b_keep_it"), back=True),
    )
    return speaker.message(*lines, buttons=buttons)


def read_by(read: WhoHasRead, speaker: Speaker) -> Iterator[Line]:
    """Who has read it, and what they did with it, a line each."""
    if read.sent and not _opened(read.readings):
        yield from speaker.lines("not_read_yet")
    yield from _each_once(read.readings, _HAPPENED, "read_copy", speaker)
    yield from _each_once(read.before, OF_BEFORE, OF_BEFORE_OTHERWISE, speaker)
    yield from _each_once(read.given, {GIVEN_BACK: "given_back"}, "passed_on", speaker)
    if not read.sent:
        yield from speaker.lines("nothing_sent_now")


def _opened(readings: tuple[ReadBy, ...]) -> bool:
    return any(each.what == "opened" for each in readings)


def _each_once(
    readings: tuple[ReadBy, ...], phrases: Mapping[str, str], other: str, speaker: Speaker
) -> Iterable[Line]:
    """A line for each reading; what reads the same (two kinds of copy on one day) is said once."""
    said = [
        speaker.lines(phrases.get(each.what, other), reader=each.reader, day=speaker.day(each.at)) for each in readings
    ]
    return dict.fromkeys(line for lines in said for line in lines)


_ALIKE = {"opened_before": "read_before", LET: "read_let"}  # of what was added to; by an advocate
_CANNOT_UNDO = {"opened": "take_back_read", "meeting": "take_back_meeting", "file": "take_back_file", **_ALIKE}
_HAPPENED = {"opened": "read_by", "meeting": "read_meeting", "file": "read_file", **_ALIKE}
