"""The check page, the choice of who may see an answer, and what the officer will see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consultations.answers import Answer, Sharing
from consultations.conversation.checking import check_mark, next_kind, replaced_by_next
from consultations.conversation.letting_read import EVERYTHING, can_be_let, may_read
from consultations.conversation.replies import Check, Preview, ShareChoice
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Setting
from consultations.messages import Button, Line, Message, Role
from consultations.rendering.headings import company
from consultations.sending import Kind
from consultations.summary import ReviewFacts, preview
from consultations.wording.sent_words import sending_of
from consultations.wording.speaking import ChildHeadings, Speaker


def check_messages(check: Check, speaker: Speaker) -> Iterator[Message]:
    """Everything said, a card an answer, then what can be done with it."""
    top = [Line(speaker.phrase("check_title"), Role.HEADING), *(speaker.lines("check_intro") if check.all else ())]
    if check.again and not check.sendable and (not check.all or any(answer.sent for answer in check.all)):
        top += speaker.lines("sent_next")
    if check.adding:
        top += speaker.lines("adding_intro")
    if check.hidden:
        top.append(Line(speaker.phrase("folded_on_check")))
    if check.advocate is not None and check.may_let and any(map(can_be_let, check.going)):
        top += speaker.lines("let_read_intro", name=check.advocate.name)
    yield speaker.message(*top, *speaker.helping())
    theme = ""
    for answer in check.all:
        card = _card(answer, check, speaker)
        heading = speaker.theme(*speaker.question(answer))
        if heading != theme:
            card = replace(card, lines=(Line(heading, Role.HEADING), *card.lines))
            theme = heading
        yield replace(card, here=answer.question == check.at)
    if check.unanswered:
        yield _unanswered(check, speaker)
    yield _what_next(check, speaker)


def sharing_message(choice: ShareChoice, speaker: Speaker) -> Message:
    """Who may see this? The narrow ones first."""
    everything = choice.question == "*"
    lines = [Line(speaker.phrase("share_all_title" if everything else "share_title"), Role.HEADING)]
    answer = None if everything else speaker.conversation.answer(choice.question)
    if answer is not None:
        _, question = speaker.question(answer)
        lines += [Line(speaker.text_of(question), Role.ASKED), *speaker.said(answer)]
    lines += [*speaker.lines("share_intro"), *speaker.lines("check_exception", Role.NOTE), *speaker.helping()]
    options = (Sharing.OFFICER, Sharing.SOCIAL_WORKER, Sharing.EVERYONE, Sharing.NOBODY)
    buttons = tuple(
        Button(
            speaker.id(f".s.{choice.question}", sharing.value),
            speaker.sharing(sharing),
            chosen=sharing is choice.now,
            kind="choice",
        )
        for sharing in options
    )
    back = speaker.button(f".s.{choice.question}", ".back", "b_back", "quiet")
    return speaker.message(*lines, kind="question", buttons=(*buttons, back, *speaker.company()))


def preview_messages(shown: Preview, speaker: Speaker) -> Iterator[Message]:
    """The officer's own copy of what would be sent now: the same value, through the same renderer."""
    top = [Line(speaker.phrase("preview_title"), Role.HEADING), *speaker.lines("preview_intro")]
    if shown.hidden:
        top.append(Line(speaker.phrase("folded_on_check")))
    if shown.waits:
        top.append(speaker.note("some_not_confirmed"))
    around = speaker.around
    # The children's side knows no date of birth; the age is no part of what is shown here.
    facts = ReviewFacts(around.reference, around.review_on, around.review_on, around.officer)
    answers = (_veiled(answer, speaker) for answer in shown.answers)
    copy = preview(sending_of(answers, shown.kind, speaker), facts)
    yield replace(speaker.message(*top), copy=copy, headings=ChildHeadings(speaker))
    yield speaker.message(
        *speaker.lines("check_exception"),
        buttons=(
            _send(shown.mark, shown.kind, shown.again, speaker),
            speaker.button(".preview", ".back", "b_back", "quiet"),
            *speaker.company(),
        ),
    )


def _veiled(answer: Answer, speaker: Speaker) -> Answer:
    """As the preview may show it here."""
    if not speaker.veils(answer):
        return answer
    return replace(answer, choice=None, pieces=(speaker.phrase("said_apart"),), refs=())


def _card(answer: Answer, check: Check, speaker: Speaker) -> Message:
    _, question = speaker.question(answer)
    who = (Line(mark, Role.NOTE) for _, mark in company(answer, ChildHeadings(speaker)))
    lines = [Line(speaker.text_of(question), Role.ASKED), *speaker.said(answer), *who]
    buttons = [speaker.button(".change", answer.question, "b_change", "quiet")]
    if answer in check.not_going:
        lines.append(speaker.note("not_going"))
        buttons = []
    elif not answer.confirmed:
        lines.append(speaker.note("not_confirmed"))
        if not speaker.veils(answer):  # nobody says that something is right which they are not shown
            buttons.insert(0, speaker.button(".right", answer.question, "b_right"))
    elif not check.share_together:
        lines.append(speaker.note("sharing_now", who=speaker.sharing(answer.goes_to)))
        buttons.append(speaker.button(".share", answer.question, "b_who_sees", "quiet"))
    elif check.together is None:
        lines.append(speaker.note("sharing_now", who=speaker.sharing(answer.goes_to)))
    if answer in check.told:
        lines.append(speaker.note("alarm_people_told"))
    if answer in check.going and may_read(answer, check.advocate) and check.advocate:
        lines.append(speaker.note("let_read_now", name=check.advocate.name))
    if not check.share_together:
        buttons += _letting(check, speaker, answer.question, answer)
    return speaker.message(*lines, kind="card", buttons=tuple(buttons))


def _letting(check: Check, speaker: Speaker, question: str, *answers: Answer) -> Iterator[Button]:
    """Lets the advocate read these, where one of them goes to somebody and they may not yet; and takes it away."""
    going = [may_read(answer, check.advocate) for answer in answers if answer in check.going and can_be_let(answer)]
    if check.advocate is not None and check.may_let:
        name = check.advocate.name
        if not all(going):
            yield speaker.button(".let", question, "b_let_read", "quiet", name=name)
        if any(going):
            yield speaker.button(".unlet", question, "b_dont_let_read", "quiet", name=name)


def _unanswered(check: Check, speaker: Speaker) -> Message:
    asked = (speaker.asked.question(id) for id in check.unanswered)
    buttons = tuple(
        Button(speaker.id(".change", question.id), speaker.text_of(question), kind="quiet")
        for question in asked
        if question is not None
    )
    # Of what is hidden, or was sent before and is not here any more, nothing can be said of which were answered.
    all_here = not check.hidden and check.kind is not Kind.ADDITION and (check.again or not check.before)
    phrase = "not_answered" if all_here else "can_answer"
    return speaker.message(*speaker.lines(phrase, Role.NOTE), kind="card", buttons=buttons)


def _what_next(check: Check, speaker: Speaker) -> Message:
    lines = [*speaker.lines("check_exception")]
    buttons = []
    if check.share_together and check.going:
        if check.together is not None:
            lines.append(speaker.note("sharing_now", who=speaker.sharing(check.together)))
        buttons.append(speaker.button(".share", "*", "b_who_sees"))
        buttons += _letting(check, speaker, EVERYTHING, *check.going)
    elif len(check.going) > 1:
        buttons.append(speaker.button(".share", "*", "b_who_sees_all"))
    if check.sendable:
        buttons.append(speaker.button(".check", ".preview", "b_preview"))
        buttons.append(_send(check.mark, check.kind, check.again, speaker))
    elif not check.again:
        lines += speaker.lines("all_for_nobody" if check.going else "nothing_to_send")
    if check.open and not check.again and check.kind is not Kind.ADDITION:
        buttons.append(speaker.button(".check", ".on", "b_keep_going"))
    buttons += [
        speaker.button(".check", ".back", "b_back", "quiet"),
        speaker.button(".go", ".stop", "b_stop", "quiet"),
        *speaker.company(),
    ]
    return speaker.message(*lines, buttons=tuple(buttons))


def send_button(conversation: Conversation, setting: Setting, speaker: Speaker) -> Button:
    """Sends what there is now, from wherever the child is."""
    again = replaced_by_next(conversation, setting.now) is not None
    return _send(check_mark(conversation, setting), next_kind(conversation, setting.now), again, speaker)


def _send(mark: str, kind: Kind, again: bool, speaker: Speaker) -> Button:
    label = "b_send_changes" if again else "b_send_more" if kind is Kind.ADDITION else "b_send"
    return speaker.button(".send", mark, label, "primary")
