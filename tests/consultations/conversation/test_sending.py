"""What goes is what was shown, once, to whom it was shown; and what can be changed, added and taken back when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.answers import Sharing
from consultations.circumstances import ReadBy
from consultations.conversation.events import Looked, WindowClosed
from consultations.conversation.happened import Counted, Dispatched, TookBack, WindowShut
from consultations.conversation.replies import AfterSending, Check, Preview, TakeBack, WhoHasRead
from consultations.conversation.state import Conversation, Screen
from consultations.sending import Kind
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, happened, notices, screen


def answered(set: str = "ages_8_11") -> Child:
    child = a_child(set).starts()
    child.taps("feelings_now", "good", "fine")
    child.taps("home_settled", "no")
    child.says("a lamp")
    return child


def said(child: Child) -> list[str]:
    return [answer.question for answer in child.conversation.answers]


class TestOnce:
    def test_sent_is_sent_once_however_often_the_button_is_tapped(self) -> None:
        child = answered()
        child.taps(".go", ".check")
        mark = child.send_button()

        turns = [child.taps(".send", mark) for _ in range(4)]

        assert [happened(turn, Dispatched) for turn in turns] == [True, False, False, False]
        assert child.conversation.place.screen is Screen.SENT
        assert len(child.conversation.sent) == 1

    def test_with_nothing_said_there_is_nothing_to_send(self) -> None:
        child = a_child().starts()

        child.taps(".go", ".check")

        assert not any(choice.startswith(".send:") for choice in child.choices())
        assert "nothing to send" in child.sees()
        assert not child.taps(".send", "0123456789abcdef").happened

    @pytest.mark.parametrize("change", ["an answer", "a sharing", "a clearing", "another officer", "another key"])
    def test_what_changed_between_the_check_page_and_the_button_is_shown_again_first(self, change: str) -> None:
        child = answered()
        child.taps(".go", ".check")
        mark = child.send_button()
        match change:
            case "an answer":
                child.says("more", "feelings_now")
            case "a sharing":
                child.shares("feelings_now", "everyone")
            case "a clearing":
                child.taps(".change", "feelings_now")
                child.taps("feelings_now", ".over")
            case "another officer" | "another key":
                child.later(officer="Priya", officer_mark="changed")

        turn = child.taps(".send", mark)

        assert not turn.happened
        assert notices(turn) == ("check_changed" if change.startswith("another") else "check_moved",)
        assert isinstance(screen(turn), Check)
        assert happened(child.taps(".send", child.send_button()), Dispatched)

    def test_the_preview_sends_what_it_shows(self) -> None:
        child = answered()
        child.shares("feelings_now", "nobody")
        child.taps(".go", ".check")

        preview = screen(child.taps(".check", ".preview"))
        sent = dispatched(child.taps(".send", child.send_button()))

        assert isinstance(preview, Preview)
        assert preview.answers == sent.answers

    def test_the_mark_in_the_button_says_nothing_of_what_is_hidden(self) -> None:
        marks = set()
        for choice in ("good", "ok", "no", "mixed"):
            child = a_child().starts()
            child.taps("feelings_now", choice)
            child.comes_back()
            child.taps(".go", ".check")
            marks.add(child.send_button())

        assert len(marks) == 1


class TestForNobody:
    def test_it_goes_into_no_sending_and_stays_the_child_s(self) -> None:
        child = answered()
        child.shares("feelings_now", "nobody")

        sent = dispatched(child.sends())
        child.waits(hours=25)
        child.does(WindowClosed())

        assert [each.question for each in sent.answers] == ["home_settled", "home_change"]
        assert said(child) == ["feelings_now"]
        assert not child.conversation.answers[0].sent

    def test_when_everything_is_for_nobody_that_is_said(self) -> None:
        child = answered()
        child.shares("*", "nobody")

        child.taps(".go", ".check")

        assert not any(choice.startswith(".send:") for choice in child.choices())
        assert "nobody may see" in child.sees()

    def test_within_the_window_keeping_everything_back_can_be_sent(self) -> None:
        child = answered()
        child.sends()
        child.shares("*", "nobody")

        sent = dispatched(child.sends())

        assert (sent.answers, sent.replaces) == ((), 1)

    def test_what_is_not_going_goes_into_no_sending_and_stays(self) -> None:
        child = answered()
        child.taps("home_settled", "good")

        sent = dispatched(child.sends())
        child.waits(hours=25)
        child.does(Looked())

        assert [each.question for each in sent.answers] == ["feelings_now", "home_settled"]
        assert said(child) == ["home_change"]


class TestTheWindow:
    def test_within_a_day_everything_can_be_changed_and_the_earlier_one_goes(self) -> None:
        child = answered()
        first = dispatched(child.sends())
        child.taps(".after", ".change")
        child.says("no, bad", "feelings_now")

        again = child.sends()

        assert notices(again) == ("sent_again",)
        second = dispatched(again)
        assert (first.number, first.kind, first.replaces) == (1, Kind.REPLACEMENT, None)
        assert (second.number, second.kind, second.replaces) == (2, Kind.REPLACEMENT, 1)
        assert [each.words for each in second.answers] == ["fine\nno, bad", "", "a lamp"]

    def test_without_a_change_there_is_nothing_to_send_again(self) -> None:
        child = answered()
        child.sends()

        child.taps(".after", ".change")

        assert not any(choice.startswith(".send:") for choice in child.choices())
        assert "Not sent yet" not in child.sees()

    @pytest.mark.parametrize("how", ["a day goes by", "that's final", "the clock"])
    def test_once_it_is_closed_what_was_sent_is_not_here_any_more(self, how: str) -> None:
        child = answered()
        child.sends()
        child.says("unsent", "school")
        match how:
            case "a day goes by":
                child.waits(hours=24)
                turn = child.does(Looked())
            case "that's final":
                turn = child.taps(".after", ".final")
            case _:
                child.waits(hours=24)
                turn = child.does(WindowClosed())

        assert happened(turn, WindowShut)
        assert said(child) == ["school"]
        assert "lamp" not in child.conversation.to_bytes().decode()

    def test_just_before_it_closes_it_is_open(self) -> None:
        child = answered()
        child.sends()

        child.waits(hours=23, minutes=59, seconds=59)

        assert not happened(child.does(Looked()), WindowShut)
        assert said(child) == ["feelings_now", "home_settled", "home_change"]

    def test_it_closes_once(self) -> None:
        child = answered()
        child.sends()
        child.waits(hours=30)

        turns = [child.does(Looked()), child.does(Looked()), child.taps(".after", ".final")]

        assert [happened(turn, WindowShut) for turn in turns] == [True, False, False]

    def test_words_typed_while_it_closes_are_kept_for_the_question_they_were_typed_to(self) -> None:
        child = answered()
        child.sends()
        child.taps(".after", ".change")
        child.taps(".change", "school")
        child.waits(hours=25)

        child.says("one more thing")

        assert [(each.question, each.words) for each in child.conversation.answers] == [("school", "one more thing")]

    def test_after_it_an_addition_carries_only_what_is_new(self) -> None:
        child = answered()
        child.sends()
        child.waits(hours=30)
        child.taps(".after", ".add")
        child.says("come and see me")

        sent = child.sends()

        assert notices(sent) == ("addition_sent",)
        addition = dispatched(sent)
        assert (addition.number, addition.kind, addition.replaces) == (2, Kind.ADDITION, None)
        assert [each.words for each in addition.answers] == ["come and see me"]

    def test_an_addition_has_a_window_of_its_own(self) -> None:
        child = answered()
        child.sends()
        child.waits(hours=30)
        child.taps(".after", ".add")
        child.says("come and see me")
        child.sends()
        assert "what you added" in child.sees()
        child.waits(hours=1)
        child.says("soon", "anything_else")

        again = child.sends()

        assert notices(again) == ("added_again",)
        assert (dispatched(again).kind, dispatched(again).replaces) == (Kind.ADDITION, 2)

    def test_the_button_of_a_page_from_before_the_window_closed_sends_nothing(self) -> None:
        child = answered()
        child.sends()
        child.says("more", "school")
        child.taps(".go", ".check")
        mark = child.send_button()
        child.waits(hours=25)

        turn = child.taps(".send", mark)

        assert not happened(turn, Dispatched)
        assert isinstance(screen(turn), Check)

    def test_a_child_is_told_when_what_they_changed_had_been_opened(self) -> None:
        child = answered()
        child.sends()
        child.later(readings=(ReadBy("Sam", "opened", child.now, 1),))
        child.says("no", "feelings_now")

        again = child.sends()
        who = screen(child.taps(".after", ".who"))

        assert notices(again) == ("sent_again", "read_before")
        assert isinstance(who, WhoHasRead)
        assert (who.readings, len(who.before)) == ((), 1)
        assert "hasn't opened it" in child.sees()

    @pytest.mark.parametrize("what", ["passed_on", "given_back"])
    def test_a_child_sees_to_whom_it_was_given_and_that_nobody_has_opened_it_by_that(self, what: str) -> None:
        child = answered()
        child.sends()
        child.later(readings=(ReadBy("Jo Lindqvist", what, child.now, 1),))
        taking_back = screen(child.taps(".after", ".take"))
        child.taps(".take", ".no")

        who = screen(child.taps(".after", ".who"))
        seen = child.sees()

        assert isinstance(taking_back, TakeBack)
        assert isinstance(who, WhoHasRead)
        assert (taking_back.readings, who.readings, len(who.given)) == ((), (), 1)
        assert "Jo Lindqvist" in seen
        assert "hasn't opened it" in seen


class TestTakingBack:
    def test_it_asks_nothing_twice_and_says_what_it_cannot_undo(self) -> None:
        child = answered()
        child.sends()
        child.later(readings=(ReadBy("Sam", "opened", child.now, 1), ReadBy("Sam", "file", child.now, 1)))

        page = screen(child.taps(".after", ".take"))
        assert "file" in child.sees()
        turn = child.taps(".take", ".yes")

        assert isinstance(page, TakeBack)
        assert happened(turn, TookBack)
        assert isinstance(after := screen(turn), AfterSending)
        assert not after.sent

    def test_within_the_window_it_is_all_still_here_and_can_be_sent_again(self) -> None:
        child = answered()
        child.sends()
        child.taps(".after", ".take")
        child.taps(".take", ".yes")

        again = dispatched(child.sends())

        assert (again.number, again.kind, again.replaces) == (2, Kind.REPLACEMENT, None)
        assert len(again.answers) == 3

    def test_after_the_window_it_is_gone_and_that_is_said_first(self) -> None:
        child = answered()
        child.sends()
        child.waits(hours=30)

        page = screen(child.taps(".after", ".take"))
        child.taps(".take", ".yes")

        assert isinstance(page, TakeBack)
        assert page.gone
        assert child.conversation.answers == ()
        assert child.conversation.standing is None

    def test_who_had_opened_what_was_taken_back_had_not_opened_what_is_sent_next(self) -> None:
        child = answered()
        child.sends()
        monday = ReadBy("Sam", "opened", child.now, 1)
        child.later(readings=(monday,))
        child.taps(".after", ".take")
        child.taps(".take", ".yes")

        taken_back = screen(child.taps(".after", ".who"))
        child.sends()
        sent_again = screen(child.taps(".after", ".who"))

        assert taken_back == WhoHasRead((monday,), sent=False)
        assert sent_again == WhoHasRead((), (monday,))

    def test_what_was_taken_back_is_not_called_not_sent_yet(self) -> None:
        """Sam may have read it: that nothing is sent now is what is true."""
        child = answered()
        child.sends()
        child.taps(".after", ".take")
        child.taps(".take", ".yes")

        assert "Nothing is sent now." in child.sees()
        assert "Not sent yet" not in child.sees()

    def test_a_pause_promises_to_keep_nothing_that_was_taken_back_for_good(self) -> None:
        kept, gone = answered(), answered()
        for child in (kept, gone):
            child.sends()
            if child is gone:
                child.taps(".after", ".final")
            child.taps(".after", ".take")
            child.taps(".take", ".yes")
            child.taps(".go", ".stop")

        assert "Everything you said is kept." in kept.sees()
        assert "kept" not in gone.sees()

    def test_leaving_it_sent_leaves_it(self) -> None:
        child = answered()
        child.sends()
        child.taps(".after", ".take")

        turn = child.taps(".take", ".no")

        assert not turn.happened
        assert isinstance(after := screen(turn), AfterSending)
        assert after.sent

    def test_with_a_pin_it_takes_the_pin(self) -> None:
        child = answered().sets_pin("2580")
        child.sends()
        child.comes_back()
        child.taps(".pin", ".without")

        asked = child.taps(".after", ".take")
        forged = child.taps(".take", ".yes")

        assert notices(asked) == ("pin_to_take_back",)
        assert not happened(forged, TookBack)

    def test_without_a_sending_there_is_nothing_to_take_back(self) -> None:
        child = answered()

        assert not child.taps(".after", ".take").happened
        assert not child.taps(".take", ".yes").happened


class TestSharing:
    @pytest.mark.parametrize("set", [each.id for each in BOOK])
    def test_what_nobody_chose_for_goes_to_the_officer_alone(self, set: str) -> None:
        child = a_child(set).starts()
        child.says("something")

        assert [each.goes_to for each in dispatched(child.sends()).answers] == [Sharing.OFFICER]

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["feelings_now", "home_settled", "*"]), st.sampled_from(list(Sharing)))))
    def test_each_answer_goes_to_whom_was_chosen_last(self, chosen: list[tuple[str, Sharing]]) -> None:
        child = answered()
        expected = dict.fromkeys(said(child), Sharing.OFFICER)
        for question, sharing in chosen:
            child.shares(question, sharing.value)
            kept_back = {each for each, now in expected.items() if now is Sharing.NOBODY}
            if len(kept_back) == len(expected):
                kept_back = set()  # it is for all of them, or for none
            meant = expected.keys() - kept_back if question == "*" else {question}
            expected |= dict.fromkeys(meant, sharing)

        assert {answer.question: answer.goes_to for answer in child.conversation.answers} == expected

    def test_one_choice_for_all_leaves_what_is_for_nobody(self) -> None:
        child = answered("ages_16_17")
        child.shares("home_settled", "nobody")
        child.taps(".go", ".check")
        child.taps(".share", "*")

        child.taps(".s.*", "everyone")

        sharings = {answer.question: answer.goes_to for answer in child.conversation.answers}
        assert sharings.pop("home_settled") is Sharing.NOBODY
        assert set(sharings.values()) == {Sharing.EVERYONE}
        child.taps(".share", "*")
        assert [button.id for button in child.buttons() if button.chosen] == ["k3v9x2mq:.s.*:everyone"]

    def test_one_choice_for_all_is_for_those_for_nobody_where_there_are_no_others(self) -> None:
        child = answered("ages_16_17")
        child.shares("*", "nobody")

        child.shares("*", "social_worker")

        assert {answer.goes_to for answer in child.conversation.answers} == {Sharing.SOCIAL_WORKER}

    def test_a_change_of_words_leaves_the_choice_of_who_may_see_them(self) -> None:
        child = answered()
        child.shares("feelings_now", "everyone")

        child.says("really", "feelings_now")
        child.taps("feelings_now", "ok")

        assert child.conversation.answers[0].goes_to is Sharing.EVERYONE

    def test_for_the_youngest_one_choice_is_for_everything_and_for_what_comes_after(self) -> None:
        child = a_child("ages_4_7").starts()
        child.taps("feelings_now", "good")
        child.taps(".go", ".check")
        assert not any(choice.startswith(".share:") and choice != ".share:*" for choice in child.choices())

        child.shares("*", "social_worker")
        child.taps("fun", "make")

        assert {answer.goes_to for answer in child.conversation.answers} == {Sharing.SOCIAL_WORKER}

    def test_a_sharing_changed_after_sending_is_a_change_to_send(self) -> None:
        child = answered()
        child.sends()

        child.shares("feelings_now", "everyone")

        assert "can't see your changes" in child.sees()
        assert dispatched(child.sends()).answers[0].goes_to is Sharing.EVERYONE


class TestWasThisOk:
    def test_it_is_counted_once_and_kept_nowhere(self) -> None:
        child = answered()
        child.sends()
        before = child.conversation

        turns = [child.taps("was_this_ok", choice) for choice in ("no", "yes")]

        assert [each for turn in turns for each in turn.happened] == [Counted("ages_8_11", 1, "no")]
        assert child.conversation.answers == before.answers
        assert "was_this_ok" not in child.choices()

    def test_before_anything_is_sent_it_is_not_asked(self) -> None:
        child = answered()

        assert not child.taps("was_this_ok", "no").happened
        assert not child.conversation.counted


def test_a_sending_is_remembered_without_a_word_of_it() -> None:
    child = answered()
    child.sends()
    child.taps(".after", ".final")

    kept = child.conversation.to_bytes()

    assert Conversation.from_bytes(kept).sent[0].contents == ""
    assert not [word for word in (b"fine", b"lamp", b"feelings_now") if word in kept]
