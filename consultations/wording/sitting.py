"""An advocate's screen beside a child: the words for what only it shows."""

from __future__ import annotations

from collections.abc import Iterator

from consultations.answers import PAPER, Answer
from consultations.conversation.replies import ReadBack, SittingAsked, SittingDone, SittingWords
from consultations.conversation.staff_screen import SIT
from consultations.messages import Line, Message, Role
from consultations.rendering.headings import company
from consultations.wording.speaking import ChildHeadings, Speaker


def sitting_messages(
    reply: SittingAsked | SittingWords | ReadBack | SittingDone, speaker: Speaker
) -> Iterator[Message]:
    """What stands on an advocate's screen, in the child's language: it is for both of them."""
    match reply:
        case SittingAsked():
            yield _asked(reply, speaker)
        case SittingWords(keyed=keyed):
            whose = _WHOSE_KEYED if keyed else _WHOSE
            choices = tuple(speaker.button(SIT, f".{id}", phrase, "choice") for id, phrase in whose[1:])
            helping = () if keyed else speaker.helping()  # who "they" are
            yield speaker.message(*helping, Line(speaker.phrase(whose[0][1]), Role.ASKED), buttons=choices)
        case ReadBack(answer=answer):
            yield _read_back(answer, speaker)
        case SittingDone():
            yield from _done(reply, speaker)


_WHOSE = (("", "helper_typing"), ("mine", "typing_my_words"), ("theirs", "typing_their_words"))
_WHOSE_KEYED = (("", "key_whose"), ("mine", "key_their_words"), ("theirs", "key_own_words"))


def _asked(reply: SittingAsked, speaker: Speaker) -> Message:
    first = speaker.lines("helper_no_pin", Role.NOTE) if reply.may_choose_pin else ()
    for_good = speaker.lines("sit_no_pin", Role.NOTE) if reply.for_good else ()
    buttons = (speaker.button(SIT, ".yes", "b_sit_yes"), speaker.button(SIT, ".no", "b_sit_no"))
    return speaker.message(*speaker.lines("sit_asked", helper=reply.name), *first, *for_good, buttons=buttons)


def _read_back(answer: Answer, speaker: Speaker) -> Message:
    _, question = speaker.question(answer)
    lines = [Line(speaker.text_of(question), Role.ASKED), *speaker.said(answer), *_marks(answer, speaker)]
    buttons = (
        speaker.button(SIT, ".right", "b_right", "primary"),
        speaker.button(SIT, ".change", "b_change_words"),
        speaker.button(SIT, ".out", "b_start_over"),
    )
    return speaker.message(*lines, Line(speaker.phrase("read_back")), kind="question", buttons=buttons)


def _done(reply: SittingDone, speaker: Speaker) -> Iterator[Message]:
    for answer in reply.answers:
        _, question = speaker.question(answer)
        lines = [Line(speaker.text_of(question), Role.ASKED), *speaker.said(answer), *_marks(answer, speaker)]
        buttons = [speaker.button(SIT, answer.question, "b_change", "quiet")]
        if reply.keyed == PAPER:
            lines.append(speaker.note("sharing_now", who=speaker.sharing(answer.goes_to)))
            buttons.append(speaker.button(SIT, f"={answer.question}", "b_who_sees", "quiet"))
        yield speaker.message(*lines, kind="card", buttons=tuple(buttons))
    done = speaker.button(SIT, ".done", "b_sit_done", "quiet" if reply.send else "primary")
    if reply.send:
        send = speaker.button(SIT, ".send", "b_key_send", "primary")
        yield speaker.message(*speaker.lines("key_done_paper"), buttons=(send, done))
    elif reply.sent:
        yield speaker.message(*speaker.lines("keyed_sent"), buttons=(done,))
    else:
        yield speaker.message(*speaker.lines("key_done" if reply.keyed else "sit_done"), buttons=(done,))


def _marks(answer: Answer, speaker: Speaker) -> Iterator[Line]:
    return (Line(mark, Role.NOTE) for _, mark in company(answer, ChildHeadings(speaker)))
