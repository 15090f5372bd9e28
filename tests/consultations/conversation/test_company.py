"""Someone is here, and alone again: one tap, who they are, and the questions that wait for a moment alone."""

from __future__ import annotations

import pytest

from consultations.answers import Answer, Sharing
from consultations.conversation.company import HELPERS
from consultations.conversation.events import Arrived
from consultations.conversation.replies import AfterSending, Ask, HelperWho, PinEntry, PrivateNow
from consultations.conversation.state import Passed, Place, Screen
from consultations.messages import Button
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, notices, screen

SETS = [each.id for each in BOOK]
SECRET = "zanzibarkettle"


def company(child: Child) -> list[Button]:
    return [button for button in child.buttons() if button.kind == "company"]


def helped_past_home(pin: str = "") -> Child:
    """A child beside whom somebody sat down at a private question, and who went on from there."""
    child = a_child().starts()
    if pin:
        child.sets_pin(pin)
    child.taps("feelings_now", "no", SECRET)
    child.helped()
    child.goes_to("me")
    return child


class TestOneTap:
    @pytest.mark.parametrize("set", SETS)
    def test_it_is_on_every_question_on_the_check_page_and_on_the_pause(self, set: str) -> None:
        child = a_child(set).starts()
        while isinstance(waits := screen(child.turns[-1]), Ask):
            assert [button.id.rpartition(":")[2] for button in company(child)] == [".helper"], waits.question
            child.taps(waits.question, ".next")
        for place in (".check", ".stop"):
            child.taps(".go", place)
            assert [button.id.rpartition(":")[2] for button in company(child)] == [".helper"], place

    def test_and_wherever_else_an_answer_is_shown_or_it_is_sent(self) -> None:
        child = a_child().starts()
        child.says("The dog.")
        ways = [("feelings_now", ".rewrite"), (".go", ".check"), (".share", "feelings_now"), (".check", ".preview")]
        for place, choice in ways:
            if place == ".check":
                child.taps(".s.feelings_now", ".back")
            child.taps(place, choice)
            assert [button.id.rpartition(":")[2] for button in company(child)] == [".helper"], choice
        child.sends()
        assert [button.id.rpartition(":")[2] for button in company(child)][:1] == [".helper"]

    @pytest.mark.parametrize("set", SETS)
    def test_and_while_they_are_there_that_they_have_gone(self, set: str) -> None:
        child = a_child(set).starts()
        child.helped()
        while isinstance(waits := screen(child.turns[-1]), Ask):
            assert [button.id.rpartition(":")[2] for button in company(child)] == [".gone"], waits.question
            child.taps(waits.question, ".next")
        for place in (".check", ".stop"):
            child.taps(".go", place)
            assert [button.id.rpartition(":")[2] for button in company(child)] == [".gone"], place

    def test_a_child_can_begin_with_somebody_there(self) -> None:
        child = a_child()
        for step in ("what", "safety"):
            child.taps(".opening", step)
        assert ".opening:.with" in child.choices()

        child.taps(".opening", ".with")
        child.taps(".helper", "carer")
        turn = child.taps(".typing", "me")

        assert isinstance(screen(turn), Ask)
        assert child.conversation.helper is not None

    def test_or_think_better_of_it(self) -> None:
        child = a_child()
        for step in ("what", "safety", ".with"):
            child.taps(".opening", step)

        child.taps(".helper", ".back")

        assert child.conversation.place == Place(Screen.ASKING, "feelings_now")
        assert child.conversation.helper is None

    def test_before_the_last_screen_of_the_opening_nobody_is_named(self) -> None:
        child = a_child()

        child.taps(".opening", ".with")

        assert child.conversation.place.screen is Screen.OPENING

    @pytest.mark.parametrize("pin", [("2580",), ()])
    def test_with_a_pin_what_was_said_is_out_of_sight_from_the_tap_on(self, pin: tuple[str, ...]) -> None:
        child = a_child().starts()
        if pin:
            child.sets_pin(*pin)
        child.says(SECRET)

        child.taps(".go", ".helper")
        back = child.taps(".helper", ".back")

        assert (SECRET in child.sees()) is not bool(pin), "whoever sat down can tap Back as well"
        assert isinstance(screen(back), PinEntry if pin else Ask)
        if pin:
            child.says(pin[0], ".pin")
            assert SECRET in child.sees()

    def test_words_half_typed_when_somebody_comes_are_kept_first(self) -> None:
        child = a_child().starts()

        child.taps(".go", ".helper", SECRET, "feelings_now")
        child.taps(".helper", "carer")
        child.taps(".typing", "theirs")

        (hidden,) = child.conversation.hidden
        assert (hidden.words, hidden.typed_by, hidden.beside) == (SECRET, "child", "")


class TestWhoTypes:
    def said(self, kind: str, typing: str, language: str = "en_GB", reads_best: str = "") -> Answer:
        child = a_child().starts()
        child.later(languages=("en_GB", "vi"), reads_best=reads_best)
        child.taps(".language", language)
        child.helped(kind, typing)
        child.says("Kit")
        (answer,) = child.conversation.answers
        return answer

    @pytest.mark.parametrize(
        ("kind", "typing", "through", "language"),
        [
            pytest.param("interpreter", "mine", "interpreter", "vi", id="an interpreter writes as the child's page is"),
            pytest.param("interpreter", "english", "interpreter", "en_GB", id="or in English"),
            pytest.param("interpreter", "me", "", "vi", id="the child types, an interpreter explains"),
            pytest.param("interpreter", "theirs", "", "vi", id="an interpreter's own words are nobody's translation"),
            pytest.param("family", "english", "someone_translating", "en_GB", id="somebody of the family translates"),
            pytest.param("family", "mine", "", "vi", id="or writes down"),
        ],
    )
    def test_through_whom_and_in_which_language_is_kept(
        self, kind: str, typing: str, through: str, language: str
    ) -> None:
        answer = self.said(kind, typing, "vi")

        assert (answer.through, answer.language) == (through, language)

    @pytest.mark.parametrize(
        ("kind", "language", "reads_best", "offered"),
        [
            pytest.param("carer", "en_GB", "", False, id="who reads English needs nobody to translate"),
            pytest.param("carer", "en_GB", "en_GB", False, id="nor whom the case system knows to"),
            pytest.param("carer", "en_GB", "ti", True, id="whose language is not offered"),
            pytest.param("interpreter", "en_GB", "ti", False, id="an interpreter writes English there anyway"),
            pytest.param("carer", "vi", "", True, id="who reads another language"),
            pytest.param("interpreter", "vi", "", True, id="with an interpreter, too"),
        ],
    )
    def test_writing_in_english_is_offered_where_the_child_speaks_another_language(
        self, kind: str, language: str, reads_best: str, offered: bool
    ) -> None:
        child = a_child().starts()
        child.later(languages=("en_GB", "vi"), reads_best=reads_best)
        child.taps(".language", language)
        child.taps(".go", ".helper")
        child.taps(".helper", kind)

        assert (".typing:english" in child.choices()) is offered
        child.taps(".typing", "english")
        assert (child.conversation.helper is not None) is offered

    def test_words_of_the_child_s_own_put_after_it_do_not_hide_that_it_came_through_somebody(self) -> None:
        child = a_child().starts()
        child.helped("interpreter", "mine")
        child.says("She likes Kit")
        child.taps(".go", ".gone")

        child.says("and Momo")

        (answer,) = child.conversation.answers
        assert (answer.typed_by, answer.through) == ("interpreter", "interpreter")

    @pytest.mark.parametrize("kind", HELPERS)
    def test_whoever_is_offered_can_be_said_to_be_there_in_the_child_s_words(self, kind: str) -> None:
        child = a_child().starts()

        child.helped(kind)

        assert BOOK.phrases[f"helper_{kind}"].text in child.sees()


class TestPrivateQuestions:
    def test_those_passed_over_are_offered_once_the_child_is_alone(self) -> None:
        child = helped_past_home()

        turn = child.taps(".go", ".gone")

        assert isinstance(screen(turn), PrivateNow)
        assert {".private:.now", ".private:.later", ".private:.day", ".go:.helper", ".go:.help"} == child.choices()

    def test_after_the_pin_where_there_is_one(self) -> None:
        child = helped_past_home(pin="2580")

        gone = child.taps(".go", ".gone")
        given = child.says("2580", ".pin")

        assert isinstance(screen(gone), PinEntry)
        assert isinstance(screen(given), PrivateNow)

    def test_now_asks_them_and_then_what_is_still_open(self) -> None:
        child = helped_past_home()
        child.taps(".go", ".gone")

        child.taps(".private", ".now")
        asked = []
        while isinstance(waits := screen(child.turns[-1]), Ask):
            asked.append(waits.question)
            child.taps(waits.question, ".next")

        assert asked[:2] == ["home_settled", "me"]
        assert "helpers" in asked
        assert child.conversation.place.screen is Screen.CHECK

    def test_later_goes_on_where_the_child_was_and_asks_them_at_the_end(self) -> None:
        child = helped_past_home()
        child.taps(".go", ".gone")

        turn = child.taps(".private", ".later")
        there = child.conversation.place
        asked = []
        while isinstance(waits := screen(child.turns[-1]), Ask):
            asked.append(waits.question)
            child.taps(waits.question, ".next")

        assert (notices(turn), there) == (("later_ok",), Place(Screen.ASKING, "me"))
        assert asked[-1] == "home_settled"

    def test_on_another_day_asks_nothing_more_of_it_today_and_offers_it_on_coming_back(self) -> None:
        child = helped_past_home()
        child.taps(".go", ".gone")

        turn = child.taps(".private", ".day")
        asked = []
        while isinstance(waits := screen(child.turns[-1]), Ask):
            asked.append(waits.question)
            child.taps(waits.question, ".next")
        back = child.comes_back()

        assert notices(turn) == ("another_day_ok",)
        assert "home_settled" not in asked
        assert isinstance(screen(back), PrivateNow)
        assert Passed.ANOTHER_DAY not in dict(child.conversation.passed).values()
        assert child.taps(".private", ".now").conversation.place == Place(Screen.ASKING, "home_settled")

    def test_what_is_put_off_can_be_answered_from_the_check_page(self) -> None:
        child = helped_past_home()
        child.taps(".go", ".gone")
        child.taps(".private", ".day")
        child.taps(".go", ".check")

        assert ".change:home_settled" in child.choices()

    def test_coming_back_after_a_helper_who_never_said_that_they_left_offers_them_as_well(self) -> None:
        child = helped_past_home()

        assert isinstance(screen(child.comes_back()), PrivateNow)

    def test_on_coming_back_the_pin_comes_first(self) -> None:
        child = helped_past_home(pin="2580")

        back = child.does(Arrived("code"))
        given = child.says("2580", ".pin")

        assert isinstance(screen(back), PinEntry)
        assert isinstance(screen(given), PrivateNow)

    def test_a_child_who_was_never_helped_is_not_held_up(self) -> None:
        child = a_child().starts()
        child.says("x", "feelings_now")
        child.sends()

        assert isinstance(screen(child.comes_back()), AfterSending)

    def test_those_still_ahead_come_by_themselves(self) -> None:
        child = a_child().starts()
        child.helped()

        assert isinstance(screen(child.taps(".go", ".gone")), Ask)

    def test_those_answered_or_left_out_alone_are_not_offered_again(self) -> None:
        child = a_child().starts()
        child.goes_to("home_settled")
        child.taps("home_settled", ".rather_not")
        child.goes_to("helpers").taps("helpers", "yes")
        child.goes_to("plan").helped()

        assert isinstance(screen(child.taps(".go", ".gone")), Ask)

    def test_after_the_window_is_closed_nothing_is_offered(self) -> None:
        child = helped_past_home()
        child.says("x", "me")
        child.sends()
        child.waits(hours=25)

        assert isinstance(screen(child.taps(".go", ".gone")), AfterSending)

    def test_somebody_who_comes_while_it_is_offered_takes_it_away(self) -> None:
        child = helped_past_home()
        child.taps(".go", ".gone")

        who = child.taps(".go", ".helper")
        child.taps(".helper", "teacher")
        turn = child.taps(".typing", "me")

        assert isinstance(screen(who), HelperWho)
        waits = screen(turn)
        assert isinstance(waits, Ask)
        assert waits.question == "me"


class TestWhatTheyCannotUndo:
    def alone_then_beside(self) -> Child:
        child = a_child().starts().sets_pin("2580")
        child.taps("feelings_now", "no", SECRET)
        child.helped()
        return child

    def again_alone(self, child: Child) -> Answer:
        child.taps(".go", ".gone")
        child.says("2580", ".pin")
        answer = child.conversation.answer("feelings_now")
        assert answer is not None
        return answer

    def test_a_choice_made_alone_stands_against_another_beside_somebody_and_that_is_said(self) -> None:
        child = self.alone_then_beside()
        child.taps("feelings_now", "good")

        answer = self.again_alone(child)

        assert (answer.choice, answer.words, answer.typed_by, answer.beside) == ("no", SECRET, "child", "")
        assert "first_stands" in notices(child.turns[-1])

    def test_where_the_same_was_chosen_or_nothing_nothing_is_said(self) -> None:
        for choice in ("no", ""):
            child = self.alone_then_beside()
            child.taps("feelings_now", choice) if choice else child.says("well", "feelings_now")

            assert self.again_alone(child).choice == "no"
            assert "first_stands" not in notices(child.turns[-1])

    def test_what_was_said_alone_is_not_kept_from_everybody_by_somebody_else(self) -> None:
        """Words put after it beside somebody, and those shared with nobody, would take it along."""
        child = self.alone_then_beside()
        child.says("but fine really", "feelings_now")
        child.shares("feelings_now", "nobody")

        answer = self.again_alone(child)
        sent = dispatched(child.sends())

        assert (answer.words, answer.goes_to) == (SECRET, Sharing.OFFICER)
        assert [(each.question, each.words) for each in sent.answers] == [("feelings_now", SECRET)]

    def test_what_was_for_nobody_stays_for_nobody(self) -> None:
        child = a_child().starts().sets_pin("2580")
        child.taps("feelings_now", "no", SECRET)
        child.shares("feelings_now", "nobody")
        child.helped()
        child.says("fine", "feelings_now")
        child.shares("feelings_now", "everyone")

        assert self.again_alone(child).goes_to is Sharing.NOBODY
