"""Whoever comes with a code, or sits beside the child, learns nothing and spoils nothing of what was said before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.answers import Sharing
from consultations.conversation.events import Arrived, LastWord, Said
from consultations.conversation.folding import TRIES
from consultations.conversation.happened import TookBack
from consultations.conversation.replies import Ask, Check, PinEntry
from consultations.conversation.state import Place, Screen
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, happened, notices, screen

SECRET = "zanzibarkettle"
PRIVATE = {each.id: [q.id for q in each.questions if q.private] for each in BOOK}


def said_alone(set: str = "ages_8_11", pin: str = "") -> Child:
    """A child who has said a secret, and one thing for nobody."""
    child = a_child(set).starts()
    if pin:
        child.sets_pin(pin)
    child.taps("feelings_now", "no", SECRET)
    child.taps("home_settled", "good", f"{SECRET} too")
    child.shares("home_settled", "nobody")
    return child


class TestComingBack:
    def test_with_the_pin_everything_is_there_again_at_the_same_place(self) -> None:
        child = said_alone(pin="2580")
        before = child.conversation
        child.comes_back()
        assert SECRET not in child.sees()

        turn = child.says("2580", ".pin")

        assert notices(turn) == ("pin_right",)
        assert child.conversation.place == before.place
        assert [(a.question, a.choice, a.pieces, a.goes_to) for a in child.conversation.answers] == [
            (a.question, a.choice, a.pieces, a.goes_to) for a in before.answers
        ]

    def test_without_the_pin_it_is_hidden_and_can_be_sent(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()
        child.taps(".pin", ".without")
        child.taps(".go", ".check")
        assert SECRET not in child.sees()

        sent = dispatched(child.sends())

        assert [(each.question, each.words) for each in sent.answers] == [("feelings_now", SECRET)]

    def test_without_any_pin_it_stays_hidden_for_good(self) -> None:
        child = said_alone()
        child.comes_back()

        assert child.conversation.answers == ()
        assert ".go:.unfold" not in child.choices()
        child.taps(child.conversation.place.about, ".more")
        assert ".go:.unfold" not in child.choices()

    def test_a_code_issued_again_shuts_it_for_good_and_says_when_it_was_issued(self) -> None:
        child = said_alone(pin="2580")

        turn = child.comes_back(reissued=True)

        assert notices(turn) == ("came_back", "folded_reissued")
        assert "Thursday 3 December 2026" in child.sees()
        assert child.conversation.pin == b""
        assert not child.conversation.folded
        assert len(child.conversation.shut) == 2

    def test_the_same_reissued_code_again_is_no_new_reissue(self) -> None:
        child = a_child()
        child.comes_back(reissued=True)
        child.starts().sets_pin("1111")
        child.says("more", "school")

        child.does(Arrived("code", child.conversation.reissued_at))
        child.says("1111", ".pin")

        assert child.conversation.answer("school") is not None

    def test_something_can_be_said_to_every_question_and_what_is_behind_is_not_asked_again(self) -> None:
        child = said_alone()
        child.comes_back()

        check = screen(child.taps(".go", ".check"))
        on = child.taps(".check", ".on").conversation.place

        assert isinstance(check, Check)
        assert {"feelings_now", "home_settled", "school"} <= set(check.unanswered)
        assert on == Place(Screen.ASKING, "people_see")

    def test_a_question_answered_before_says_that_its_answer_is_hidden(self) -> None:
        child = said_alone()
        child.comes_back()
        child.taps(child.conversation.place.about, ".back")

        ask = screen(child.turns[-1])

        assert isinstance(ask, Ask)
        assert (ask.question, ask.hidden, ask.answer) == ("home_settled", True, None)

    def test_the_way_never_tells_which_follow_up_was_open(self) -> None:
        asked = []
        for choice in ("good", "no"):
            child = a_child().starts()
            child.taps("feelings_now", "good")
            child.taps("home_settled", choice)
            child.comes_back()
            asked.append(child.conversation.place)

        assert asked == [Place(Screen.ASKING, "people_see")] * 2


class TestThePin:
    def test_five_wrong_ones_within_an_hour_and_it_is_not_asked_for(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()

        left = [notices(child.says("1111", ".pin")) for _ in range(TRIES)]

        assert left[0] == ("pin_wrong",)
        assert left[-1] == ("pin_used_up", "folded_notice")
        assert SECRET not in child.sees()
        assert child.conversation.place.screen is Screen.ASKING
        child.says("2580", ".pin")
        assert child.conversation.answers == ()

    def test_after_an_hour_it_may_be_tried_again(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()
        for _ in range(TRIES):
            child.says("1111", ".pin")

        child.waits(minutes=61)
        child.taps(".go", ".unfold")
        turn = child.says("2580", ".pin")

        assert notices(turn) == ("pin_right",)
        assert SECRET in repr(child.conversation.answers)

    @pytest.mark.parametrize("typed", ["2580", " 2 5 8 0 ", "2-5-8-0", "۲۵۸۰", "٢٥٨٠", "２５８０"])
    def test_it_is_the_same_in_any_script_and_with_any_space(self, typed: str) -> None:
        child = said_alone(pin="2580")
        child.comes_back()

        assert notices(child.taps(".pin", ".enter", typed)) == ("pin_right",)

    def test_pictures_count_in_their_order(self) -> None:
        child = a_child("ages_4_7").starts().sets_pin("dog", "cat", "fish")
        child.says(SECRET)
        child.comes_back()

        wrong = [child.taps(".pin", picture) for picture in ("cat", "dog", "fish")][-1]
        assert SECRET not in child.sees()
        right = [child.taps(".pin", picture) for picture in ("dog", "cat", "fish")][-1]

        assert (notices(wrong), notices(right)) == (("pin_wrong",), ("pin_right",))
        assert SECRET in child.sees()

    @pytest.mark.parametrize("leave", [".without", ".back"])
    def test_digits_beside_another_button_are_no_try(self, leave: str) -> None:
        child = said_alone(pin="2580")
        child.comes_back()

        child.taps(".pin", leave, "1111", ".pin")

        assert child.conversation.wrong_pins == ()

    def test_a_new_one_cannot_be_set_by_a_visit_that_gave_no_pin(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()
        child.taps(".pin", ".without")

        child.taps(".go", ".pin")

        assert child.conversation.place.screen is Screen.ASKING
        child.taps(child.conversation.place.about, ".more")
        assert ".go:.pin" not in child.choices()

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(["says", "pin", "back", "check", "send", "helper"]), max_size=8))
    def test_a_guest_s_pin_never_opens_what_was_there_before(self, doings: list[str]) -> None:
        child = said_alone()
        child.comes_back()
        child.taps(".go", ".pin")
        child.says("9999", ".pin")
        child.says("9999", ".pin")
        assert not child.conversation.pin
        child.says("guest", "school")
        for does in doings:
            match does:
                case "says":
                    child.says("guest", "plan")
                case "pin":
                    child.taps(".go", ".unfold")
                    child.says("9999", ".pin")
                case "back":
                    child.comes_back()
                    child.says("9999", ".pin")
                case "check":
                    child.taps(".go", ".check")
                case "send":
                    child.taps(".go", ".check")
                    if any(":.send:" in button.id for button in child.buttons()):
                        child.sends()
                case "helper":
                    child.helped()
                    child.taps(".go", ".gone")
                    child.says("9999", ".pin")
            assert SECRET not in child.sees()
            assert SECRET not in repr(child.conversation.answers)
        assert SECRET in repr(child.conversation.shut)

    def test_what_a_visit_without_it_said_is_joined_to_what_it_opens(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()
        child.taps(".pin", ".without")
        child.says("and more", "feelings_now")
        child.taps("feelings_now", "good")

        child.taps(".go", ".unfold")
        turn = child.says("2580", ".pin")

        answer = child.conversation.answer("feelings_now")
        assert answer is not None
        assert (answer.choice, answer.words, answer.goes_to) == ("no", f"{SECRET}\nand more", Sharing.OFFICER)
        assert notices(turn) == ("pin_right", "first_stands")
        assert "How are you feeling" in child.sees()

    def test_of_two_sharings_that_are_joined_the_narrower_holds(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()
        child.taps(".pin", ".without")
        child.says("and more", "home_settled")
        child.shares("home_settled", "everyone")

        child.taps(".go", ".unfold")
        child.says("2580", ".pin")

        answer = child.conversation.answer("home_settled")
        assert answer is not None
        assert answer.goes_to is Sharing.NOBODY


class TestSharing:
    @pytest.mark.parametrize("set", [each.id for each in BOOK])
    @pytest.mark.parametrize("how", ["comes back", "is helped"])
    def test_what_was_chosen_alone_is_not_widened_by_anybody_else(self, set: str, how: str) -> None:
        child = a_child(set).starts().sets_pin(*(("dog", "cat", "fish") if set == "ages_4_7" else ("2580",)))
        child.says(SECRET)
        child.shares("*", "officer")
        child.helped() if how == "is helped" else child.comes_back()

        child.taps(".pin", ".without")
        child.shares("*", "everyone")
        child.shares("feelings_now", "everyone")
        child.says("beside", "school")
        sent = dispatched(child.sends())

        assert [each.goes_to for each in sent.answers if each.words == SECRET] == [Sharing.OFFICER]

    def test_one_choice_for_everything_made_beside_somebody_is_not_for_what_is_said_alone_later(self) -> None:
        child = a_child("ages_4_7").starts()
        child.helped()
        child.shares("*", "everyone")
        child.says("beside")
        child.taps(".go", ".gone")

        child.says("alone", "fun")

        assert [answer.goes_to for answer in child.conversation.answers] == [Sharing.EVERYONE, Sharing.OFFICER]
        check = screen(child.taps(".go", ".check"))
        assert isinstance(check, Check)
        assert check.together is None
        assert "Only Sam" in child.sees()
        assert "Everyone at my meeting" in child.sees()


class TestAHelper:
    @pytest.mark.parametrize("set", [each.id for each in BOOK])
    def test_what_was_said_alone_is_out_of_sight_and_private_questions_wait(self, set: str) -> None:
        child = a_child(set).starts()
        child.says(SECRET)
        child.taps("feelings_now", ".next")

        turn = child.helped()

        assert notices(turn)[-2:] == ("helper_folded", "private_waits")
        assert SECRET not in child.sees()
        asked = []
        while isinstance(waits := screen(child.turns[-1]), Ask):
            asked.append(waits.question)
            child.taps(waits.question, ".next")
        assert asked
        assert not [question for question in asked if question in PRIVATE[set]]

    def test_a_form_from_before_they_came_answers_no_private_question(self) -> None:
        child = a_child().starts()
        child.helped()

        tapped = child.taps("home_settled", "no")
        said = child.says(SECRET, "home_settled")

        assert (notices(tapped), notices(said)) == (("private_waits",), ("private_waits",))
        assert child.conversation.answer("home_settled") is None
        assert SECRET in child.sees()

    @pytest.mark.parametrize(
        ("who", "typed_by", "own_words"),
        [("me", "child", True), ("mine", "carer", True), ("theirs", "carer", False)],
    )
    def test_every_answer_keeps_who_typed_it_and_whose_words_they_are(
        self, who: str, typed_by: str, own_words: bool
    ) -> None:
        child = a_child().starts()
        child.helped("carer", who)

        child.says("swimming")

        (answer,) = child.conversation.answers
        assert (answer.typed_by, answer.own_words, answer.beside) == (typed_by, own_words, "carer")

    def test_words_put_after_a_helper_s_do_not_make_the_helper_s_the_child_s(self) -> None:
        child = a_child().starts()
        child.helped("carer", "theirs")
        child.says("he is fine")
        child.taps(".go", ".gone")

        child.says("no I am not")

        (answer,) = child.conversation.answers
        assert (answer.typed_by, answer.own_words, answer.beside) == ("carer", False, "carer")

    @pytest.mark.parametrize("late", [pytest.param("899", id="before"), pytest.param("901", id="between")])
    def test_nor_do_words_that_come_in_late_and_stand_before_them(self, late: str) -> None:
        child = a_child().starts()
        child.helped("carer", "theirs")
        for ref in ("900", "902"):
            child.does(Said(f"he is fine {ref}", ref=ref))
        child.taps(".go", ".gone")

        child.does(Said("no I am not", ref=late))

        (answer,) = child.conversation.answers
        assert sorted(answer.refs) == list(answer.refs)
        assert (answer.typed_by, answer.own_words, answer.beside) == ("carer", False, "carer")

    def test_when_they_have_gone_the_pin_opens_what_was_said_alone(self) -> None:
        child = said_alone(pin="2580")
        child.helped()
        child.says("beside", "school")

        gone = child.taps(".go", ".gone")
        child.says("2580", ".pin")

        assert notices(gone) == ("helper_gone",)
        assert isinstance(screen(gone), PinEntry)
        assert {answer.question for answer in child.conversation.answers} == {"feelings_now", "home_settled", "school"}

    def test_while_they_are_here_no_pin_opens_and_none_is_chosen(self) -> None:
        child = said_alone(pin="2580")
        child.helped()

        for way in (".unfold", ".pin"):
            child.taps(".go", way)
            child.says("2580", ".pin")

        assert not {".go:.unfold", ".go:.pin"} & child.choices()
        assert SECRET not in repr(child.conversation.answers)

    def test_the_offer_of_a_pin_waits_too(self) -> None:
        child = a_child().starts()
        child.conversation = replace(child.conversation, pin_settled=False)
        child.taps("feelings_now", "good")
        assert ".pin:.yes" in child.choices()

        child.helped()

        assert child.conversation.place.screen is Screen.ASKING

    def test_beside_them_nothing_sent_is_taken_back(self) -> None:
        child = said_alone()
        child.sends()
        child.helped()

        asked = child.taps(".after", ".take")
        done = child.taps(".take", ".yes")

        assert notices(asked) == ("take_back_waits",)
        assert not happened(done, TookBack)

    @pytest.mark.parametrize("where", ["asking", "check", "paused", "sent"])
    def test_that_they_are_here_is_said_everywhere_and_that_they_have_gone_can_be_said(self, where: str) -> None:
        child = said_alone()
        child.helped()
        match where:
            case "check":
                child.taps(".go", ".check")
            case "paused":
                child.taps(".go", ".stop")
            case "sent":
                child.sends()
        assert "With you now" in child.sees()

        assert ".go:.gone" in child.choices()
        child.taps(".go", ".gone")
        assert child.conversation.helper is None


class TestALastWord:
    """Words from a page whose visit is over."""

    def test_they_join_the_answer_while_nobody_else_has_come(self) -> None:
        child = a_child().starts()
        child.says("one")

        child.does(LastWord("two", "feelings_now"))

        (answer,) = child.conversation.answers
        assert answer.words == "one\ntwo"

    def test_whoever_came_since_does_not_see_them_and_they_are_sent(self) -> None:
        child = said_alone()
        child.comes_back()
        place = child.conversation.place

        child.does(LastWord(f"{SECRET} three", "school", followed=True))

        assert SECRET not in child.sees()
        assert child.conversation.place == place
        assert f"{SECRET} three" in {each.words for each in dispatched(child.sends()).answers}

    def test_with_a_pin_they_can_be_opened(self) -> None:
        child = said_alone(pin="2580")
        child.comes_back()

        child.does(LastWord("three", "school", followed=True))
        child.says("2580", ".pin")

        answer = child.conversation.answer("school")
        assert answer is not None
        assert answer.words == "three"

    @pytest.mark.parametrize(
        ("words", "question"),
        [("", "school"), ("x", ""), ("x", ".pin"), ("x", "was_this_ok"), ("y" * 200_000, "school")],
    )
    def test_what_cannot_be_kept_changes_nothing(self, words: str, question: str) -> None:
        child = said_alone()
        before = child.conversation

        child.does(LastWord(words, question, followed=True))

        assert child.conversation == before
