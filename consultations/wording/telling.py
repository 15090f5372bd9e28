"""*Help now*, an alarm and what cannot wait, in words: fixed, written by people, and true of what is done.

Who is told, and when they work, is the authority's own. Nothing asks what happened (field facts §6).
"""

from __future__ import annotations

from collections.abc import Iterator

from consultations.conversation.replies import AlarmRaised, AskNow, HelpNow
from consultations.kept_from import AGAIN, KEEP_FROM, OFFICER
from consultations.messages import Button, Line, Message, Role
from consultations.wording.speaking import Speaker


def help_messages(reply: HelpNow, speaker: Speaker) -> Iterator[Message]:
    """Who always answers and *Tell someone*, and what became of it; then the authority's own numbers.

    In a messenger it is one message, because messages there come a second apart.
    """
    authority = speaker.council
    first, always, *numbers = speaker.lines(
        "help_lines",
        Role.PLAIN,
        advocacy=authority.advocacy,
        advocacy_phone=authority.advocacy_phone,
        complaints=authority.complaints,
        complaints_phone=authority.complaints_phone,
        **_hours(speaker),
    )
    told: tuple[Line, ...] = ()
    if reply.told:
        told = speaker.lines("alarm_seen" if reply.seen else "alarm_not_seen")
    urgent = (Line(speaker.phrase("help_title"), Role.HEADING), *told, first, always)
    if not reply.tell:
        yield speaker.message(*urgent, *numbers, kind="help", buttons=(speaker.back(),))
        return
    explained, tell = speaker.lines("tell_explain"), speaker.button(".go", ".tell", "b_tell", "primary")
    if speaker.around.overheard:
        yield speaker.message(*urgent, *numbers, *explained, kind="help", buttons=(tell, speaker.back()))
        return
    yield speaker.message(*urgent, *explained, kind="help", buttons=(tell,))
    yield speaker.message(*numbers, kind="help", buttons=(speaker.back(),))


def alarm_message(reply: AlarmRaised, speaker: Speaker) -> Message:
    """A few short lines, and the one choice; after that what it changed, and the choice."""
    told = "alarm_told" if OFFICER in reply.kept_from else "alarm_told_people"
    who = speaker.lines("alarm_told_officer" if reply.officer else told)
    said = (
        *speaker.lines("alarm_believed"),
        *who,
        *(speaker.lines("alarm_tap_seen") if reply.tapped else ()),
        *(speaker.lines("alarm_words_stay") if reply.unsent else ()),
        *speaker.lines("alarm_numbers", Role.PLAIN, **_hours(speaker)),
    )
    if reply.changed:
        said = who if reply.changed == OFFICER else speaker.lines("alarm_noted")
    lines = (
        *said,
        Line(speaker.phrase("alarm_kept_from"), Role.ASKED),
        speaker.note("alarm_kept_from_told"),
    )
    choices = tuple(
        Button(
            speaker.id(".alarm", AGAIN + kind if kind in reply.kept_from else kind),
            speaker.phrase("kept_from_officer" if kind == OFFICER else f"helper_{kind}"),
            chosen=kind in reply.kept_from,
            kind="choice",
        )
        for kind in KEEP_FROM
    )
    buttons = [*choices, speaker.button(".alarm", ".on", "b_carry_on", "primary")]
    if reply.stop:
        buttons.append(speaker.button(".alarm", ".stop", "b_stop"))
    if not reply.mistaken:
        buttons.append(speaker.button(".alarm", ".mistake", "b_mistake", "quiet"))
    return speaker.message(*lines, kind="question", buttons=tuple(buttons))


def ask_now_message(reply: AskNow, speaker: Speaker) -> Message:
    """Tell them now, or not: both are as easy."""
    lines = (Line(speaker.phrase(f"ask_now_{reply.kind}"), Role.ASKED), *speaker.lines("ask_now_told"))
    buttons = (
        speaker.button(".ask_now", reply.kind, "b_ask_now_yes", "choice"),
        speaker.button(".ask_now", ".no", "b_ask_now_no", "choice"),
    )
    return speaker.message(*lines, kind="question", buttons=buttons)


def _hours(speaker: Speaker) -> dict[str, str]:
    authority = speaker.council
    return {
        "duty_phone": authority.duty_phone,
        "duty_hours": authority.duty_hours,
        "out_phone": authority.out_of_hours_phone,
        "out_hours": authority.out_of_hours_hours,
    }
