"""Each reply in words: one function a screen, and the notices that come before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consultations.answers import SPOKEN
from consultations.conversation.company import HELPERS
from consultations.conversation.replies import (
    AfterSending,
    AlarmRaised,
    Ask,
    AskNow,
    Check,
    Cleared,
    Closed,
    HelperTyping,
    HelperWho,
    HelpNow,
    Languages,
    More,
    MoveOn,
    NoMoreChanges,
    NotHeard,
    Notice,
    Opening,
    Paused,
    PinEntry,
    PinOffer,
    Preview,
    PrivateNow,
    ReadBack,
    Reminder,
    Reply,
    ShareChoice,
    SittingAsked,
    SittingDone,
    SittingWords,
    TakeBack,
    WhoHasRead,
)
from consultations.conversation.staff_screen import SIT
from consultations.languages import LANGUAGES, SOURCE
from consultations.messages import Button, Field, Line, Message, Role
from consultations.pin import PICTURES
from consultations.wording.once_sent import after_sending_messages, read_by, take_back_message
from consultations.wording.reviewing import check_messages, preview_messages, sharing_message
from consultations.wording.sitting import sitting_messages
from consultations.wording.speaking import Speaker
from consultations.wording.telling import alarm_message, ask_now_message, help_messages


def messages(reply: Reply, speaker: Speaker) -> Iterator[Message]:
    """A reply in the child's words."""
    match reply:
        case Notice():
            yield _notice(reply, speaker)
        case Opening():
            yield _opening(reply, speaker)
        case Ask():
            yield _ask(reply, speaker)
        case PinOffer() | PinEntry():
            yield _pin(reply, speaker)
        case HelperWho() | HelperTyping():
            yield _helper(reply, speaker)
        case PrivateNow():
            yield _private_now(speaker)
        case More():
            yield _more(reply, speaker)
        case Languages():
            yield _languages(speaker, speaker.back())
        case HelpNow():
            yield from help_messages(reply, speaker)
        case AlarmRaised():
            yield alarm_message(reply, speaker)
        case AskNow():
            yield ask_now_message(reply, speaker)
        case Paused():
            yield _paused(reply, speaker)
        case SittingAsked() | SittingWords() | ReadBack() | SittingDone():
            yield from sitting_messages(reply, speaker)
        case Check():
            yield from check_messages(reply, speaker)
        case ShareChoice():
            yield sharing_message(reply, speaker)
        case Preview():
            yield from preview_messages(reply, speaker)
        case AfterSending():
            yield from after_sending_messages(reply, speaker)
        case NoMoreChanges():
            done = speaker.button(".after", ".final", "b_final")
            yield speaker.message(*speaker.lines("final_explain"), buttons=(done, speaker.back()))
        case TakeBack():
            yield take_back_message(reply, speaker)
        case WhoHasRead():
            yield speaker.message(*read_by(reply, speaker), buttons=(speaker.back(),))
        case MoveOn():
            yield _move_on(reply, speaker)
        case Reminder() | NotHeard() | Cleared():
            yield _unasked(reply, speaker)
        case Closed():
            held = "review_held" if reply.sent else "review_held_unsent"
            yield speaker.message(*speaker.lines(held))


def _notice(notice: Notice, speaker: Speaker) -> Message:
    named: dict[str, object] = {}
    if notice.question:
        asked = speaker.asked_now(notice.question)
        named["question"] = speaker.text_of(asked) if asked else ""
    if notice.day is not None:
        named["day"] = speaker.day(notice.day)
    if notice.reader:
        named["reader"] = notice.reader
    if notice.phrase == "helper_here" and speaker.conversation.helper:
        named["helper"] = speaker.helper(speaker.conversation.helper.kind, speaker.conversation.helper.name)
    if notice.count is not None:
        text = speaker.counted(notice.phrase, notice.count, **named)
    else:
        text = speaker.phrase(notice.phrase, **named)
    buttons = (speaker.button(".go", ".tell", "b_tell"),) if notice.phrase == "maybe_tell" else ()
    return speaker.message(*(Line(line) for line in text.splitlines()), kind="notice", buttons=buttons)


def _opening(opening: Opening, speaker: Speaker) -> Message:
    step = opening.step
    if step == "language":
        return _languages(speaker)
    go_on = speaker.button(".opening", step, "b_start" if step == "how" else "b_go_on", "primary")
    if opening.more:
        phrases = ("tell_more", "tell_not_safe", *(("tell_cleared",) if speaker.around.overheard else ()))
        told = (line for phrase in phrases for line in speaker.lines(phrase))
        kept = speaker.authority.retention
        goes = (
            Line(speaker.counted("tell_sent_goes", kept.sending_months)),
            Line(speaker.counted("tell_not_sent_goes", kept.draft_days)),
        )
        return speaker.message(*told, *goes, buttons=(go_on, speaker.back()))
    lines = list(speaker.lines(f"open_{step}"))
    if step == "what":
        lines += speaker.lines("open_who")
        if speaker.words.language.code != SOURCE:
            lines += speaker.lines("open_interpreter")
        elif speaker.around.reads_best not in ("", *speaker.around.languages):
            lines.append(speaker.note("language_missing"))
    if step == "safety" and speaker.around.overheard:
        lines += [*speaker.lines("open_overheard"), *speaker.lines("open_cleared")]
    if step == "how" and speaker.around.remembered:
        lines += speaker.lines("open_reminder")
    buttons = [go_on]
    if step == "what":
        buttons.append(speaker.button(".opening", ".more", "b_tell_more", "quiet"))
    if step == "how" and speaker.around.remembered:
        buttons.append(speaker.button(".opening", ".remind", "b_start_remind"))
    if step == "how" and speaker.around.sitting is None:
        buttons.append(speaker.button(".opening", ".with", "b_with_me"))
    if step == "safety" and speaker.around.overheard and speaker.around.elsewhere is not None:
        buttons.append(speaker.button(".go", ".move", "b_move_to_web"))
    if step != "what" or len(speaker.around.languages) > 1:  # where there is a screen before it
        buttons.append(speaker.button(".opening", ".back", "b_back", "quiet"))
    return speaker.message(*lines, buttons=tuple(buttons))


def _move_on(move: MoveOn, speaker: Speaker) -> Message:
    way = move.way
    lines = speaker.lines(f"move_to_{way.door}", link=way.link, code=way.code)
    return speaker.message(*lines, buttons=(speaker.back(),))


def _unasked(reply: Reminder | NotHeard | Cleared, speaker: Speaker) -> Message:
    carry_on = speaker.button(".go", ".on", "b_carry_on", "primary")
    if isinstance(reply, NotHeard):
        lines = speaker.lines("not_heard", day=speaker.day(reply.since))
    elif isinstance(reply, Cleared):
        lines = speaker.lines("cleared_late" if reply.late else "cleared")
    else:
        lines = speaker.lines("reminder")
    return speaker.message(*lines, kind="unasked", buttons=(carry_on,))


def _languages(speaker: Speaker, *back: Button) -> Message:
    buttons = tuple(
        Button(
            speaker.id(".language", code),
            LANGUAGES[code].own_name,
            chosen=code == speaker.words.language.code,
            language=LANGUAGES[code].tag,
        )
        for code in speaker.around.languages
    )
    lines = (Line(speaker.phrase("language_title"), Role.HEADING), speaker.note("language_missing"))
    return speaker.message(*lines, buttons=(*buttons, *back))


def _ask(ask: Ask, speaker: Speaker) -> Message:
    question = speaker.asked.question(ask.question)
    if question is None:
        raise KeyError(ask.question)
    veiled = ask.answer is not None and speaker.veils(ask.answer)
    lines = [Line(speaker.text_of(question), Role.ASKED)]
    if ask.adding:
        lines = [*speaker.lines("adding_intro", Role.NOTE), *lines]
    if ask.answer is not None:
        # In the box that holds the words so far they stand only once.
        said = speaker.said(replace(ask.answer, pieces=()) if ask.rewriting else ask.answer)
        lines += [*(() if veiled else (speaker.note("you_said"),)), *said] if said else []
    if any(choice.alarm for choice in question.choices):
        lines.append(speaker.note("alarm_before"))
    if ask.hidden:
        lines.append(speaker.note("folded_here"))
    lines += speaker.helping()
    if ask.remaining and not ask.returning:
        lines.append(Line(speaker.counted("about_more", ask.remaining), Role.NOTE))
    elif ask.last and not ask.returning:
        lines.append(speaker.note("last_question"))
    choices = tuple(
        Button(
            speaker.id(question.id, choice.id),
            speaker.choice_of(question, choice.id),
            picture=choice.picture,
            chosen=ask.answer is not None and not veiled and ask.answer.choice == choice.id,
            kind="choice",
        )
        for choice in question.choices
    )
    if ask.rewriting and ask.answer is not None:
        words = "" if veiled else ask.answer.words
        # A messenger has no box with words in it to be changed: whatever comes next takes their place.
        label = "rewriting_whole" if speaker.around.overheard else "rewriting"
        said_before = Field(f"={question.id}", speaker.phrase(label), value=words)
        keep = speaker.button(f"={question.id}", ".next", "b_next", "primary")
        back = speaker.button(f"={question.id}", ".back", "b_back", "quiet")
        clear = speaker.button(question.id, ".over", "b_start_over")
        buttons = (keep, clear, back, *speaker.company())
        return replace(speaker.message(*lines, kind="question", buttons=buttons), field=said_before)
    place = question.id
    moves = []
    if question.words or ask.answer is not None:
        moves.append(speaker.button(place, ".next", "b_next", "primary"))
    if ask.answer is None:
        moves.append(speaker.button(place, ".skip", "b_skip", "quiet"))
    elif ask.returning:  # they came to change it
        if ask.answer.pieces:
            moves.append(speaker.button(place, ".rewrite", "b_change_words"))
        moves.append(speaker.button(place, ".over", "b_start_over"))
    moves += [speaker.button(place, ".back", "b_back", "quiet"), speaker.button(place, ".more", "b_more", "quiet")]
    moves += speaker.company()
    if speaker.around.sitting is not None:
        moves.append(speaker.button(SIT, ".done", "b_sit_done", "quiet"))
    label = "say_more_here" if question.choices or ask.answer is not None else "say_here"
    hint = speaker.hint_of(question) if ask.answer is None else ""
    field = Field(place, speaker.phrase(label), hint=hint) if question.words else None
    return replace(speaker.message(*lines, kind="question", buttons=(*choices, *moves)), field=field)


def _pin(pin: PinOffer | PinEntry, speaker: Speaker) -> Message:
    pictures = "_pictures" if pin.pictures else ""
    if isinstance(pin, PinOffer):
        buttons = (
            speaker.button(".pin", ".yes", "b_pin_yes"),
            speaker.button(".pin", ".no", "b_pin_no"),
            speaker.button(".pin", ".back", "b_back", "quiet"),
        )
        return speaker.message(*speaker.lines(f"pin_offer{pictures}"), buttons=buttons)
    asked = {"new": f"pin_choose{pictures}", "again": "pin_again", "ask": f"pin_ask{pictures}"}[pin.why]
    leave = (
        speaker.button(".pin", ".without", "b_pin_without", "quiet")
        if pin.why == "ask"
        else speaker.button(".pin", ".back", "b_back", "quiet")
    )
    if not pin.pictures:
        enter = speaker.button(".pin", ".enter", "b_next", "primary")
        message = speaker.message(*speaker.lines(asked, Role.ASKED), kind="question", buttons=(enter, leave))
        return replace(message, field=Field(".pin", speaker.phrase("pin_label"), kind="pin"))
    lines = list(speaker.lines(asked, Role.ASKED))
    if pin.tapped:
        lines.append(Line(speaker.counted("pictures_tapped", len(pin.tapped))))
    choices = tuple(
        Button(speaker.id(".pin", id), speaker.phrase(f"picture_{id}"), picture=emoji, kind="choice")
        for id, emoji in PICTURES.items()
    )
    over = (speaker.button(".pin", ".over", "b_pin_over", "quiet"),) if pin.tapped else ()
    return speaker.message(*lines, kind="question", buttons=(*choices, *over, leave))


def _helper(reply: HelperWho | HelperTyping, speaker: Speaker) -> Message:
    back = speaker.button(".helper", ".back", "b_back", "quiet")
    if isinstance(reply, HelperTyping):
        options = [("me", "typing_me"), ("mine", "typing_my_words"), ("theirs", "typing_their_words")]
        if reply.english:
            options.insert(2, ("english", "typing_english"))
        buttons = tuple(speaker.button(".typing", id, phrase, "choice") for id, phrase in options)
        return speaker.message(Line(speaker.phrase("helper_typing"), Role.ASKED), buttons=(*buttons, back))
    lines = [Line(speaker.phrase("helper_who"), Role.ASKED)]
    buttons = tuple(speaker.button(".helper", kind, f"helper_{kind}", "choice") for kind in HELPERS)
    if reply.no_pin:
        lines += speaker.lines("helper_no_pin", Role.NOTE)
        buttons = (*buttons, speaker.button(".go", ".pin", "b_pin"))
    return speaker.message(*lines, buttons=(*buttons, back))


def _private_now(speaker: Speaker) -> Message:
    ways = ((".now", "b_private_now"), (".later", "b_private_later"), (".day", "b_private_day"))
    buttons = tuple(speaker.button(".private", choice, phrase) for choice, phrase in ways)
    return speaker.message(*speaker.lines("private_now", Role.ASKED), buttons=(*buttons, *speaker.company()))


def _more(more: More, speaker: Speaker) -> Message:
    place = more.place
    offered = (
        (more.skippable, place, ".rather_not", "b_rather_not"),
        (more.later, place, ".later", "b_later"),
        (more.rewrite, place, ".rewrite", "b_change_words"),
        (more.clear, place, ".over", "b_start_over"),
        (not more.sitting, ".go", ".check", "b_check"),
        (more.talk, ".go", ".talk", "b_talk"),
        (more.easier, ".go", ".easier", "b_easier"),
        (more.usual, ".go", ".usual", "b_harder"),
        (more.language, ".go", ".languages", "b_language"),
        (more.pin, ".go", ".pin", "b_pin"),
        (more.unfold, ".go", ".unfold", "b_unfold_pin"),
        (bool(more.elsewhere), ".go", ".move", f"b_move_to_{more.elsewhere or 'web'}"),
        (more.reminder, ".go", ".no_reminder", "b_no_reminder"),
        (more.sitting and not more.keyed, SIT, ".words", "helper_typing"),
        (more.keyed == SPOKEN, SIT, ".words", "key_whose"),
        (more.sitting, SIT, ".done", "b_sit_done"),
        (not more.sitting, ".go", ".stop", "b_stop"),
    )
    buttons = tuple(speaker.button(at, choice, phrase) for shown, at, choice, phrase in offered if shown)
    back = speaker.back("b_back_to_question")
    return speaker.message(Line(speaker.phrase("more_title"), Role.HEADING), buttons=(*buttons, back))


def _paused(paused: Paused, speaker: Speaker) -> Message:
    buttons = [speaker.button(".go", ".on", "b_carry_on", "primary")]
    if paused.sendable:
        buttons.append(speaker.button(".go", ".check", "b_send_now"))
    if speaker.around.overheard:
        buttons.append(speaker.button(".go", ".tidy", "b_tidy"))
    return speaker.message(
        *(speaker.lines(paused.alarm) if paused.alarm else ()),
        *speaker.lines("paused_gone" if paused.gone else "paused"),
        *speaker.helping(),
        buttons=(*buttons, *speaker.company()),
    )
