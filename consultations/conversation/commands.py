"""What each button does. A command that no longer applies shows where the child is, and harms nothing."""

from __future__ import annotations

from dataclasses import replace

from consultations.conversation import alarming, asking_now, company, consequences, finishing, pins
from consultations.conversation.answering import choose, confirmed, fits, pass_by, start_over
from consultations.conversation.folding import may_unfold
from consultations.conversation.happened import Counted, Mistaken, MovedOn
from consultations.conversation.moving import (
    AFTER_THE_REST,
    CHECK,
    aside,
    backward,
    beyond,
    forward,
    home,
    opening_steps,
    start_asking,
    straight,
    to,
)
from consultations.conversation.out_of_sight import known
from consultations.conversation.replies import Cleared, Languages, More, MoveOn, Notice, Opening
from consultations.conversation.route import first_open, questions_on_the_way
from consultations.conversation.screens import stay
from consultations.conversation.state import Conversation, Passed, Place, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.kept_from import AGAIN, KEEP_FROM


def at_question(conversation: Conversation, setting: Setting, question: str, choice: str) -> Turn:
    """A choice of this question, or a command under it."""
    asked = next((each.question(question) for each in setting.book if each.question(question)), None)
    here = conversation.place == Place(Screen.ASKING, question)
    if asked is not None and asked.feedback:
        return _count(conversation, setting, question, choice)
    if not choice.startswith("."):
        chosen = _chosen(conversation, setting, question, choice, here)
        return consequences.after_a_choice(conversation, chosen, setting, question, choice)
    if conversation.place == Place(Screen.REWRITING, question):
        conversation, here = to(conversation, Screen.ASKING, question), True
    if not here:
        return stay(conversation, setting)
    match choice:
        case ".next":
            return stay(forward(_seen(conversation, question), setting), setting)
        case ".skip" | ".rather_not" | ".later":
            how = {".skip": Passed.SKIPPED, ".rather_not": Passed.RATHER_NOT, ".later": Passed.LATER}[choice]
            if conversation.answer(question):
                return stay(forward(conversation, setting), setting)
            if how is Passed.LATER and not _may_wait(conversation):
                how = Passed.SKIPPED
            left = pass_by(conversation, question, how)
            told = Notice("later_ok" if how is Passed.LATER else "skipped_ok")
            return stay(forward(left, setting), setting, told)
        case ".back":
            return stay(backward(conversation, setting), setting)
        case ".rewrite" if (answer := conversation.answer(question)) and answer.pieces:
            return stay(to(conversation, Screen.REWRITING, question), setting)
        case ".over":
            after, happened = asking_now.follow(conversation, start_over(conversation, question), setting, question)
            return replace(stay(after, setting), happened=happened)
        case ".more":
            return Turn(conversation, (_more(conversation, setting),))
    return stay(conversation, setting)


def after_rewriting(conversation: Conversation, setting: Setting, question: str, choice: str, rewrote: bool) -> Turn:
    """Out of the box that held the words so far: *Next* moves on, *Back* is back at the question.

    An emptied box takes nothing away: whether it was meant cannot be told, so the words stay and that is said.
    """
    if conversation.place == Place(Screen.REWRITING, question):
        conversation = to(conversation, Screen.ASKING, question)
    if conversation.place != Place(Screen.ASKING, question) or choice == ".back":
        return stay(conversation, setting)
    if choice == ".next" and not rewrote:
        return stay(conversation, setting, Notice("still_kept"))
    return at_question(conversation, setting, question, choice)


def at_screen(conversation: Conversation, setting: Setting, screen: str, choice: str) -> Turn:
    """A command of a screen, or of the menu that is open everywhere."""
    match screen:
        case ".go":
            return _anywhere(conversation, setting, choice)
        case ".opening":
            return _opening(conversation, setting, choice)
        case ".language":
            return _language(conversation, setting, choice)
        case ".pin":
            return _pin(conversation, setting, choice)
        case ".helper" | ".typing":
            return company.named(conversation, setting, screen, choice)
        case ".private":
            return company.private(conversation, setting, choice)
        case ".check" | ".preview" if choice == ".back":
            return stay(backward(conversation, setting), setting)
        case ".check":
            return finishing.check(conversation, setting, choice)
        case ".change":
            return finishing.change(conversation, setting, choice)
        case ".share":
            return finishing.open_sharing(conversation, setting, choice)
        case ".let" | ".unlet":
            return finishing.let_read(conversation, setting, choice, let=screen == ".let")
        case ".right":
            return stay(confirmed(conversation, choice), setting)
        case ".send":
            return finishing.send(conversation, setting, choice)
        case ".alarm":
            return _at_alarm(conversation, setting, choice)
        case ".ask_now":
            after, happened = asking_now.answer(conversation, setting, choice)
            told = (Notice("asked_now"),) if happened else ()
            return replace(stay(after, setting, *told), happened=happened)
        case ".after" | ".take":
            return finishing.once_sent(conversation, setting, choice)
    if screen.startswith(".s."):
        return finishing.share(conversation, setting, screen.removeprefix(".s."), choice)
    return stay(conversation, setting)


def _at_alarm(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    turn = alarming.answered(conversation, setting, choice)
    if choice == ".stop" and turn.conversation.place.screen is Screen.ALARM:
        return at_screen(home(turn.conversation), setting, ".go", ".stop")
    kind = choice.removeprefix(AGAIN)
    if kind in KEEP_FROM and conversation.place == alarming.ROOM and turn.conversation != conversation:
        page = replace(alarming.alarm_page(turn.conversation, setting), changed=kind)
        return replace(turn, replies=(page,))
    told = [Notice("alarm_mistaken") for each in turn.happened if isinstance(each, Mistaken)]
    if choice in KEEP_FROM and turn.happened and conversation.helper is None and known(conversation, setting):
        told.append(Notice("alarm_noted"))
    if choice == ".on" and turn.conversation.place != conversation.place:
        told += alarming.told_once_more(turn.conversation, setting)
    return replace(stay(turn.conversation, setting, *told), happened=turn.happened)


def nearest(conversation: Conversation, setting: Setting) -> Conversation:
    """Where a child goes whose question the set does not ask: to what is still open, or the check page."""
    question = first_open(conversation, setting)
    return straight(conversation, Place(Screen.ASKING, question) if question else CHECK)


def _chosen(conversation: Conversation, setting: Setting, question: str, choice: str, here: bool) -> Turn:
    asked = setting.questions(conversation).question(question)
    if asked is None or asked.choice(choice) is None:
        return stay(conversation, setting, Notice("stale_button"))
    if company.waits_for_alone(conversation, setting, question):
        return stay(conversation, setting, Notice("private_waits"))
    if conversation.answer(question) is None and not fits(conversation, ""):
        return stay(conversation, setting, Notice("no_room"))
    after = choose(conversation, setting, question, choice)
    if here:
        return stay(forward(after, setting), setting)
    if after == conversation:
        return stay(conversation, setting)
    return stay(after, setting, Notice("changed_answer", question=question))


def _count(conversation: Conversation, setting: Setting, question: str, choice: str) -> Turn:
    asked = setting.questions(conversation)
    counted = asked.question(question)
    if conversation.counted or not conversation.sendings or counted is None or counted.choice(choice) is None:
        return stay(conversation, setting)
    after = replace(conversation, counted=True)
    return replace(stay(after, setting, Notice("counted")), happened=(Counted(asked.id, asked.version, choice),))


def _seen(conversation: Conversation, question: str) -> Conversation:
    """Next without an answer leaves the question, as skipping does."""
    if conversation.answer(question) or conversation.how_passed(question):
        return conversation
    return pass_by(conversation, question, Passed.SKIPPED)


def _may_wait(conversation: Conversation) -> bool:
    """Whether this question can come round once more; one that was left and is back at the end already has."""
    at_the_end = AFTER_THE_REST in conversation.way_back
    return not (at_the_end and conversation.how_passed(conversation.place.about))


def _more(conversation: Conversation, setting: Setting) -> More:
    question = conversation.place.about
    answer = conversation.answer(question)
    asked = setting.questions(conversation)
    return More(
        place=question,
        rewrite=answer is not None and bool(answer.pieces),
        clear=answer is not None,
        easier=bool(asked.easier),
        usual=conversation.set != conversation.usual,
        language=len(setting.around.languages) > 1,
        pin=conversation.may_choose_pin,
        unfold=may_unfold(conversation, setting),
        skippable=answer is None,
        later=answer is None and _may_wait(conversation),
        elsewhere=setting.around.elsewhere.door if setting.around.elsewhere else "",
        reminder=conversation.reminder and not conversation.reminded,
        talk=asking_now.may_ask(conversation, setting, "talk"),
    )


def _anywhere(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    if choice == ".help":
        return Turn(conversation, (alarming.help_now(conversation, setting),))
    if choice == ".tell":
        return alarming.tell(conversation, setting)
    if choice == ".tidy" and setting.around.overheard:
        return Turn(conversation, (Cleared(),))
    if choice == ".languages" and len(setting.around.languages) > 1:
        return Turn(conversation, (Languages(),))
    if choice == ".move" and setting.around.elsewhere is not None:
        way = setting.around.elsewhere
        moving = replace(conversation, moving_on=way.mark, moving_until=way.until)
        return Turn(moving, (MoveOn(way),), (MovedOn(way),))
    if choice == ".here" or not conversation.begun:
        return stay(conversation, setting)
    match choice:
        case ".check":
            return stay(_to_check(conversation), setting)
        case ".stop":
            return stay(aside(company.put_away(conversation, setting), Screen.PAUSED), setting)
        case ".on" if conversation.place.screen is Screen.PAUSED:
            back = home(conversation)
            return stay(aside(back, Screen.PIN_ASK) if may_unfold(back, setting) else back, setting)
        case ".pin" if conversation.may_choose_pin:
            return stay(aside(conversation, Screen.PIN_NEW), setting)
        case ".unfold" if may_unfold(conversation, setting):
            return stay(aside(conversation, Screen.PIN_ASK), setting)
        case ".helper" if conversation.helper is None:
            return company.someone_here(conversation, setting)
        case ".talk" if asking_now.may_ask(conversation, setting, "talk"):
            return stay(asking_now.ask(conversation, "talk"), setting)
        case ".gone" if conversation.helper is not None:
            return company.alone_now(conversation, setting)
        case ".easier" | ".usual" if conversation.place.screen in (Screen.SENT, Screen.TAKING_BACK):
            return stay(conversation, setting)  # nothing is asked there, so nobody would see that it was done
        case ".easier" if setting.questions(conversation).easier:
            return _other_set(conversation, setting, setting.questions(conversation).easier)
        case ".no_reminder" if conversation.reminder:
            return stay(replace(conversation, reminder=False), setting, Notice("no_reminder_now"))
        case ".usual" if conversation.set != conversation.usual:
            return _other_set(conversation, setting, conversation.usual)
    return stay(conversation, setting)


def _opening(conversation: Conversation, setting: Setting, step: str) -> Turn:
    here = conversation.place
    steps = opening_steps(setting)
    if here.screen is not Screen.OPENING:
        return stay(conversation, setting)
    if step == ".back":
        return stay(backward(conversation, setting), setting)
    if step == ".more":
        return Turn(conversation, (Opening(here.about, more=True),))
    if step == ".remind" and here.about == steps[-1] and setting.around.remembered:
        return stay(start_asking(replace(conversation, reminder=True), setting), setting)
    if step == ".with" and here.about == steps[-1]:
        return company.someone_here(start_asking(conversation, setting), setting)
    if step != here.about:
        return stay(conversation, setting)
    if step == steps[-1]:
        return stay(start_asking(conversation, setting), setting)
    return stay(to(conversation, Screen.OPENING, steps[steps.index(step) + 1]), setting)


def _language(conversation: Conversation, setting: Setting, language: str) -> Turn:
    if language not in setting.around.languages:
        return stay(conversation, setting)
    after = replace(conversation, language=language, language_chosen=True)
    if after.place == Place(Screen.OPENING, "language"):
        return _opening(after, setting, "language")
    return stay(after, setting)


def _other_set(conversation: Conversation, setting: Setting, set: str) -> Turn:
    """An easier set, or the usual one again: answers kept, and the same question where both ask it."""
    after = replace(conversation, set=set)
    asks = {question.id for question in questions_on_the_way(after, setting)}
    kept = tuple(place for place in after.way_back if place.screen is not Screen.ASKING or place.about in asks)
    if conversation.way_back and not kept:
        kept = (nearest(after, setting).place,)  # where they came from is not asked any more
    after = replace(after, way_back=kept)
    if after.place.screen in (Screen.ASKING, Screen.REWRITING) and after.place.about not in asks:
        after = nearest(after, setting)
    return stay(after, setting)


def _pin(conversation: Conversation, setting: Setting, choice: str) -> Turn:
    screen = conversation.place.screen
    match choice:
        case ".yes" if screen is Screen.PIN_OFFER and conversation.may_choose_pin:
            return stay(to(conversation, Screen.PIN_NEW, conversation.place.about), setting)
        case ".yes" | ".no" if screen is Screen.PIN_OFFER:
            declined = replace(conversation, pin_settled=True)
            return stay(beyond(declined, setting, conversation.place.about), setting, Notice("no_pin_kept"))
        case ".without" if screen is Screen.PIN_ASK:
            back = home(conversation)
            return stay(back, setting, *pins.hidden_notices(back, setting))
        case ".back" if screen in (Screen.PIN_OFFER, Screen.PIN_NEW, Screen.PIN_AGAIN):
            return stay(backward(conversation, setting), setting)
        case ".over":
            return stay(replace(conversation, pin_entry=()), setting)
    return pins.tapped(conversation, setting, choice)


def _to_check(conversation: Conversation) -> Conversation:
    if conversation.place.screen is Screen.PAUSED:
        conversation = home(conversation)
    if conversation.place.screen is Screen.CHECK:
        return conversation
    if conversation.place.screen in (Screen.ASKING, Screen.REWRITING) and not conversation.way_back:
        return replace(to(conversation, Screen.CHECK), way_back=(Place(Screen.ASKING, conversation.place.about),))
    came_from = (each for each in conversation.way_back if each.screen is Screen.CHECK and each != AFTER_THE_REST)
    return straight(conversation, next(came_from, CHECK))
