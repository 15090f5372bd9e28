"""The account taken of every turn: of words, of choices, of what is hidden, of who may see it, and of what was sent.

Nothing is lost, and nothing is told to who does not know of it. The words typed are unique, so that it can be told
where they went.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from consultations.answers import Sharing
from consultations.circumstances import Elsewhere
from consultations.conversation.checking import check_mark
from consultations.conversation.events import (
    Arrived,
    Edited,
    Event,
    HandedOver,
    LastWord,
    Left,
    ReminderDue,
    Said,
    Tidied,
    Unheard,
)
from consultations.conversation.happened import Alarmed, Asking, Dispatched, KeptFrom, MovedOn, TookBack, WindowShut
from consultations.conversation.out_of_sight import known
from consultations.conversation.replies import AlarmRaised
from consultations.conversation.route import going
from consultations.conversation.state import PIN_SCREENS, Conversation, Screen
from consultations.conversation.turn import Setting, Turn
from consultations.messages import Message
from tests.consultations.conversation.alerts import Alerts, raises
from tests.consultations.conversation.cast import BOOK, Child, happened, shown
from tests.consultations.conversation.telling import (
    QUESTIONS,
    all_of,
    choice_in,
    edited_by,
    facts_of,
    has_a_question,
    named_by,
    pieces_of,
    pin_in,
    place_in,
    rewrites,
    words_in,
)

UNASKED = (ReminderDue, Tidied, Unheard)


@dataclass
class Account:
    """Of one child's conversation, from its first turn on."""

    child: Child
    alerts: Alerts = field(default_factory=Alerts)
    dispatched: list[Dispatched] = field(default_factory=list)
    moving: Elsewhere | None = None
    pin: str = ""

    def take(self, event: Event, before: Conversation, turn: Turn, messages: tuple[Message, ...]) -> None:
        self.of_words(event, before, turn)
        self.of_choices(event, before, turn)
        self.of_what_is_hidden(event, before, turn)
        self.of_sending(event, before, turn)
        self.of_what_is_told_at_once(event, before, turn, messages)
        self.of_the_place(event, before, turn)
        self.of_the_way_to_another_door(event, turn)

    def of_words(self, event: Event, before: Conversation, turn: Turn) -> None:
        """Words go when the child takes them out or puts others in their place; what was sent goes with its window."""
        gone = pieces_of(before) - pieces_of(turn.conversation)
        come = pieces_of(turn.conversation) - pieces_of(before)
        cleared = (
            before.answer(place_in(event)) if choice_in(event) == ".over" and place_in(event) in QUESTIONS else None
        )
        rewritten = before.answer(named_by(event, before)) if rewrites(event, before) else None
        for taken_out in (cleared, rewritten):
            gone -= Counter(taken_out.pieces if taken_out else ())
        gone -= Counter(edited_by(event, before))
        if happened(turn, WindowShut):
            gone -= Counter(piece for answer in all_of(before) if answer.sent for piece in answer.pieces)
        assert not gone, "no words are lost but by the child's own change"
        assert come <= Counter([words_in(event)]), "and none come but what was typed"
        if has_a_question(event, before):
            assert words_in(event) in pieces_of(turn.conversation), "and what was typed to a question is kept"

    def of_choices(self, event: Event, before: Conversation, turn: Turn) -> None:
        """A choice goes when another is made in its place, or the child clears it."""
        if happened(turn, WindowShut):
            return
        answered_before = {answer.question for answer in all_of(before)}
        lost = answered_before - {answer.question for answer in all_of(turn.conversation)}
        assert lost <= {place_in(event)}, "no answer is lost but by the child's own change"
        assert not lost or choice_in(event) == ".over"
        for answer in before.answers:
            now = turn.conversation.answer(answer.question)
            if answer.choice and now and now.choice != answer.choice and not self.opened(before, turn.conversation):
                assert now.choice == choice_in(event)
                assert answer.question == place_in(event)

    def of_what_is_hidden(self, event: Event, before: Conversation, turn: Turn) -> None:
        """Nothing goes into hiding but by arriving, a helper, a last word, or stopping with a PIN; nothing comes out of
        it but by the right PIN."""
        after = turn.conversation
        if happened(turn, WindowShut) or isinstance(event, LastWord):
            return
        put_away = {".stop", ".helper", ".with"} & {choice_in(event), getattr(event, "command", "")}
        stopped = bool(before.pin) and bool(put_away)
        came = isinstance(event, Arrived | HandedOver) or stopped
        came_or_helped = came or (before.helper is None) != (after.helper is None)
        opened = self.opened(before, after)
        if after.pin != before.pin:
            self.pin = pin_in(event, before)
            assert before.proven or not after.pin, "a PIN is chosen by whoever began, and changed by whoever knows it"
        if opened:
            assert before.place.screen is Screen.PIN_ASK
            assert pin_in(event, before) == self.pin, "only the PIN opens"
            assert after.helper is None, "and nothing said alone is opened beside somebody"
            assert facts_of(before.shut) == facts_of(after.shut)[: len(before.shut)], "what is shut stays shut"
        elif not came_or_helped:
            same = facts_of(before.hidden) == facts_of(after.hidden)
            assert same or self.kept_back(before, turn), "hidden is not changed, and not shared wider"
        wider = {each.question for each in before.hidden if each.goes_to is Sharing.NOBODY}
        assert wider <= {each.question for each in after.hidden if each.goes_to is Sharing.NOBODY} or opened

    @staticmethod
    def kept_back(before: Conversation, turn: Turn) -> bool:
        """Whether all that changed is that the officer, named as not to be told, gets the answer that was the alarm
        with nothing else either."""
        narrower = (
            after in (each, replace(each, sharing=Sharing.NOBODY, sent=False))
            for each, after in zip(before.hidden, turn.conversation.hidden, strict=True)
        )
        return happened(turn, KeptFrom) and all(narrower)

    @staticmethod
    def opened(before: Conversation, after: Conversation) -> bool:
        return bool(before.folded) and not after.folded and after.proven

    def of_sending(self, event: Event, before: Conversation, turn: Turn) -> None:
        """Sent is sent once, by the button that sends, and everything that goes is in it."""
        sent = [each for each in turn.happened if isinstance(each, Dispatched)]
        setting = Setting(BOOK, self.child.around, self.child.now)
        if sent:
            assert place_in(event) == ".send"
            assert choice_in(event) == check_mark(before, setting), "what goes is what the page showed"
        assert not happened(turn, TookBack) or (place_in(event) in (".take", ".after") and choice_in(event) == ".yes")
        for each in sent:
            assert each.number not in [other.number for other in self.dispatched], "sent is sent once"
            replaced = next((other for other in self.dispatched if other.number == each.replaces), None)
            assert replaced is None or facts_of(each.answers) != facts_of(replaced.answers), (
                "and again only when changed"
            )
            self.dispatched.append(each)
            kept = [answer for answer in going(turn.conversation, BOOK) if answer.goes_to is not Sharing.NOBODY]
            assert facts_of(each.answers) == facts_of(kept), "all of it goes, and nothing for nobody"
            assert all(answer.sent for answer in kept)

    def of_what_is_told_at_once(
        self, event: Event, before: Conversation, turn: Turn, messages: tuple[Message, ...]
    ) -> None:
        """An alarm is raised by the child's own tap, each time, and told of to nobody who does not know of it."""
        assert happened(turn, Alarmed) == raises(event, before), "it is told exactly when they say so"
        self.alerts.hear(turn, [sent.number for sent in before.sent])
        setting = Setting(BOOK, self.child.around, self.child.now)
        if not known(turn.conversation, setting):
            assert not isinstance(turn.replies[-1], AlarmRaised), "who does not know of it is not told of it"
            assert "need help" not in shown(messages)
        asked = {each.kind for each in turn.conversation.asks}
        hidden = {each.kind for each in before.asks if each.hidden}
        assert hidden <= asked, "what was asked for out of sight stays asked for"
        told = [each for each in turn.happened if isinstance(each, Asking)]
        assert (asked != {each.kind for each in before.asks}) == bool(told)
        assert all(set(each.kinds) == asked for each in told)

    def of_the_place(self, event: Event, before: Conversation, turn: Turn) -> None:
        """Typed words do not move the conversation on, and neither does what nobody asked for."""
        typed = isinstance(event, Said) and before.place.screen not in (*PIN_SCREENS, Screen.REWRITING)
        if typed or isinstance(event, (Edited, *UNASKED)):
            assert happened(turn, WindowShut) or turn.conversation.place == before.place

    def of_the_way_to_another_door(self, event: Event, turn: Turn) -> None:
        """Whoever comes by it sees what the visit that made it saw, if nobody else came in since and it is not late."""
        way = self.moving
        if isinstance(event, HandedOver):
            good = way is not None and way.mark == event.mark and self.child.now < way.until
            assert good or not turn.conversation.answers, "a way that is no way any more opens nothing"
        opened = [each.way for each in turn.happened if isinstance(each, MovedOn)]
        if opened:
            self.moving = opened[-1]
        elif isinstance(event, Arrived | HandedOver | Left):
            self.moving = None
