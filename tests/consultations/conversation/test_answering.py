"""What a child says is kept as they said it, where they said it, in the words they were asked in."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.answers import SPOKEN, THROUGH, Answer, Sharing
from consultations.conversation.answering import FRAME
from consultations.conversation.company import HELPERS
from consultations.conversation.events import Edited, Event, Looked, Said, Unreadable
from consultations.conversation.replies import Ask
from consultations.conversation.state import Place, Screen
from consultations.invitation import new_code, read_code
from consultations.languages import LANGUAGES, load_words
from consultations.staffing import as_kept
from tests.consultations.conversation.cast import BOOK, Child, a_child, dispatched, notices, screen

LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Zs"]), min_size=1, max_size=12)
DRAGONS = "I draw dragons"
CODE = new_code(lambda many: bytes(range(many))).shown


@settings(max_examples=80, deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=8), data=st.data())
def test_any_split_of_the_words_into_messages_gives_the_same_answer(lines: list[str], data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(1, max(len(lines) - 1, 1)), max_size=len(lines)))
    whole, split = a_child().starts(), a_child().starts()
    whole.says("\n".join(lines))

    start = 0
    for end in [*sorted(cut for cut in cuts if cut < len(lines)), len(lines)]:
        split.says("\n".join(lines[start:end]))
        start = end
        between: list[Event] = data.draw(st.lists(st.sampled_from([Looked(), Unreadable("sticker")]), max_size=2))
        for event in between:
            split.does(event)
    whole.taps("feelings_now", ".next")
    split.taps("feelings_now", ".next")

    (one,), (other,) = whole.conversation.answers, split.conversation.answers
    assert one.words == other.words
    assert replace(one, pieces=()) == replace(other, pieces=())
    assert whole.sees() == split.sees()


@pytest.mark.parametrize("set", [each.id for each in BOOK])
def test_typed_words_never_move_the_conversation_on(set: str) -> None:
    child = a_child(set).starts()

    for words in ("one", "two", "1", "next", "skip"):
        child.says(words)

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.words == "one\ntwo\n1\nnext\nskip"
    assert child.conversation.place == Place(Screen.ASKING, "feelings_now")


def test_a_choice_moves_on_and_takes_the_words_of_its_form_along() -> None:
    child = a_child().starts()

    turn = child.taps("feelings_now", "good", "the sun is out")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert (answer.choice, answer.words) == ("good", "the sun is out")
    assert isinstance(ask := screen(turn), Ask)
    assert ask.question == "home_settled"


def test_a_later_choice_leaves_the_words_and_later_words_leave_the_choice() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good", "the sun is out")

    child.taps("feelings_now", "mixed")
    child.says("and then it rained", "feelings_now")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert (answer.choice, answer.words) == ("mixed", "the sun is out\nand then it rained")


@pytest.mark.parametrize("passing", [".skip", ".rather_not", ".later", ".next"])
def test_passing_a_question_by_throws_away_nothing_that_was_said_to_it(passing: str) -> None:
    child = a_child().starts()

    child.taps("feelings_now", passing, "so so")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.words == "so so"
    assert child.conversation.place.about == "home_settled"


def test_however_a_question_was_left_without_an_answer_a_reader_sees_no_difference() -> None:
    sent = []
    for passing in (".skip", ".rather_not", ".later", ".next"):
        child = a_child().starts()
        child.taps("feelings_now", passing)
        child.taps("home_settled", "good")
        sent.append(dispatched(child.sends()))

    assert sent[0].answers
    assert all(each == sent[0] for each in sent)


def test_a_late_tap_changes_that_answer_says_so_and_stays() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "good")

    turn = child.taps("feelings_now", "no")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.choice == "no"
    assert notices(turn) == ("changed_answer",)
    assert child.conversation.place == Place(Screen.ASKING, "people_see")


def test_a_late_tap_names_the_question_as_this_child_was_asked_it() -> None:
    child = a_child("ages_16_17").starts()
    child.taps("feelings_now", "good")
    child.taps("home_settled", "good")

    child.taps("home_settled", "no")

    asked = BOOK.current("ages_16_17").question("home_settled")
    assert asked is not None
    assert asked.text in child.sees()


def test_the_words_of_an_older_page_go_to_the_question_it_names() -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")

    turn = child.says("still raining", "feelings_now")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.words == "still raining"
    assert notices(turn) == ("changed_answer",)
    assert child.conversation.place == Place(Screen.ASKING, "home_settled")


@pytest.mark.parametrize(("place", "choice"), [(".go", ".help"), (".go", ".stop"), ("home_settled", ".more")])
def test_words_beside_any_button_go_to_the_question_their_field_is_for(place: str, choice: str) -> None:
    child = a_child().starts()
    child.taps("feelings_now", "good")

    child.taps(place, choice, "typed above", "feelings_now")

    answer = child.conversation.answer("feelings_now")
    assert answer is not None
    assert answer.words == "typed above"
    assert child.conversation.answer("home_settled") is None


def test_a_pin_typed_on_an_older_page_is_no_answer_and_is_not_shown() -> None:
    child = a_child().starts()

    child.says("2580", ".pin")
    child.taps(".pin", ".enter", "2580")
    child.taps(".pin", ".without", "2580")

    assert child.conversation.answers == ()
    assert "2580" not in child.sees()


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        f" {CODE.lower()} ",
        CODE.replace("-", ""),
        "https://chat.example/#AAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_code_or_a_link_is_no_answer_and_is_not_shown(typed: str) -> None:
    child = a_child().starts()

    turn = child.says(typed)

    assert notices(turn) == ("code_not_kept",)
    assert child.conversation.answers == ()
    assert typed.strip() not in child.sees()


def test_nor_is_an_answer_changed_into_one() -> None:
    child = a_child().starts()
    child.does(Said(DRAGONS, ref="7"))

    turn = child.does(Edited(CODE, "7"))

    (answer,) = child.conversation.answers
    assert notices(turn) == ("code_not_kept",)
    assert answer.words == DRAGONS


def test_a_word_that_only_could_be_a_code_is_an_answer() -> None:
    word = next(f"relationship{last}" for last in "abcdefghjkmnpqrstvwxyz" if read_code(f"relationship{last}"))
    child = a_child().starts()

    child.says(word)

    (answer,) = child.conversation.answers
    assert answer.words == word


def test_the_question_that_is_only_counted_takes_no_words() -> None:
    child = a_child().starts()

    turn = child.says("it was fine", "was_this_ok")

    assert child.conversation.answers == ()
    assert notices(turn) == ("words_not_kept",)
    assert "it was fine" in child.sees()


class TestRewriting:
    """The box that holds the words so far."""

    def child(self) -> Child:
        child = a_child().starts()
        child.says("I draw a lot")
        child.taps("feelings_now", ".rewrite")
        assert child.messages()[-1].field is not None
        return child

    @pytest.mark.parametrize("choice", [".next", ".back"])
    def test_what_is_in_the_box_takes_the_place_of_what_was_there(self, choice: str) -> None:
        child = self.child()

        child.taps("=feelings_now", choice, DRAGONS)

        (answer,) = child.conversation.answers
        assert answer.words == DRAGONS

    def test_back_is_back_at_the_question_and_next_goes_on(self) -> None:
        there, on = self.child(), self.child()

        there.taps("=feelings_now", ".back", DRAGONS)
        on.taps("=feelings_now", ".next", DRAGONS)

        assert there.conversation.place == Place(Screen.ASKING, "feelings_now")
        assert on.conversation.place == Place(Screen.ASKING, "home_settled")

    @pytest.mark.parametrize("empty", ["", "   ", "\n"])
    def test_an_emptied_box_takes_nothing_away_and_that_is_said(self, empty: str) -> None:
        child = self.child()

        turn = child.taps("=feelings_now", ".next", empty)

        (answer,) = child.conversation.answers
        assert answer.words == "I draw a lot"
        assert notices(turn) == ("still_kept",)
        assert child.conversation.place == Place(Screen.ASKING, "feelings_now")

    def test_clearing_takes_the_answer_out_and_asks_it_again(self) -> None:
        child = self.child()

        child.taps("=feelings_now", ".back")
        child.taps("feelings_now", ".over")

        assert child.conversation.answers == ()
        assert child.conversation.place == Place(Screen.ASKING, "feelings_now")

    def test_the_box_itself_offers_to_clear_the_answer(self) -> None:
        child = self.child()

        assert "feelings_now:.over" in child.choices()
        child.taps("feelings_now", ".over", "I draw a lot", "=feelings_now")

        assert child.conversation.answers == ()
        assert child.conversation.place == Place(Screen.ASKING, "feelings_now")

    def test_whoever_comes_from_the_check_page_finds_changing_and_clearing_on_the_page_itself(self) -> None:
        child = a_child().starts()
        child.taps("feelings_now", "good", "I draw a lot")
        child.taps(".go", ".check")

        child.taps(".change", "feelings_now")
        assert {"feelings_now:.rewrite", "feelings_now:.over"} <= child.choices()
        child.taps("feelings_now", ".over")
        assert "feelings_now:.over" not in child.choices()
        child.taps("feelings_now", ".next")

        assert child.conversation.answers == ()
        assert child.conversation.place.screen is Screen.CHECK

    def test_a_choice_without_words_can_be_cleared_and_has_no_words_to_change(self) -> None:
        child = a_child().starts()
        child.taps("feelings_now", "good")
        child.taps(".change", "feelings_now")

        assert "feelings_now:.rewrite" not in child.choices()
        assert "feelings_now:.over" in child.choices()
        child.taps("feelings_now", ".rewrite")
        assert child.conversation.place == Place(Screen.ASKING, "feelings_now")


class TestAnotherSetOrLanguage:
    """An answer remembers the words and the language it was asked in."""

    def test_a_choice_keeps_the_words_it_was_made_in_when_more_is_said_in_another_set(self) -> None:
        child = a_child("ages_8_11").starts()
        child.taps("feelings_now", "good")
        child.taps("home_settled", "mixed")
        child.taps(".go", ".easier")

        child.says("my room is nice", "home_settled")

        answer = child.conversation.answer("home_settled")
        assert answer is not None
        assert (answer.set, answer.choice, answer.words) == ("ages_8_11", "mixed", "my room is nice")
        child.taps(".go", ".check")
        assert "Some good bits, some not" in child.sees()

    def test_a_choice_made_in_the_other_set_is_that_set_s(self) -> None:
        child = a_child("ages_8_11").starts()
        child.taps("feelings_now", "good")
        child.taps(".go", ".easier")

        child.taps("feelings_now", "sad")

        answer = child.conversation.answer("feelings_now")
        assert answer is not None
        assert (answer.set, answer.choice) == ("ages_4_7", "sad")

    def test_answers_are_kept_and_sent_through_any_change_of_set(self) -> None:
        child = a_child("ages_16_17").starts()
        child.taps("feelings_now", "good")
        child.taps("living_18", "own")
        for choice in (".easier", ".easier", ".easier", ".usual"):
            child.taps(".go", choice)

        sent = dispatched(child.sends())

        assert {(each.question, each.choice) for each in sent.answers} == {
            ("feelings_now", "good"),
            ("living_18", "own"),
        }
        assert child.conversation.set == "ages_16_17"

    def test_words_keep_their_language_when_a_choice_is_made_in_another(self, tmp_path: Path) -> None:
        child = self.in_arabic()
        child.says("كلب")
        child.taps(".language", "en_GB")

        child.taps("feelings_now", "good")

        answer = child.conversation.answer("feelings_now")
        assert answer is not None
        assert (answer.language, answer.choice) == ("ar", "good")

    def test_words_joined_in_english_leave_the_others_needing_an_interpreter(self) -> None:
        child = self.in_arabic()
        child.says("كلب")
        child.taps(".language", "en_GB")

        child.says("and a cat")

        answer = child.conversation.answer("feelings_now")
        assert answer is not None
        assert answer.language == "ar"

    def test_words_keep_their_language_when_a_late_message_is_put_before_them(self) -> None:
        child = self.in_arabic()
        child.does(Said("قطة", "feelings_now", ref="900"))
        child.taps(".language", "en_GB")

        child.does(Said("one more", "feelings_now", ref="899"))

        (answer,) = child.conversation.answers
        assert (answer.pieces, answer.language) == (("one more", "قطة"), "ar")

    def test_an_answer_is_in_the_language_it_was_asked_in(self) -> None:
        child = self.in_arabic()
        child.taps("feelings_now", "good")
        child.taps(".language", "en_GB")
        child.taps("home_settled", "good")

        assert [answer.language for answer in child.conversation.answers] == ["ar", "en_GB"]

    def in_arabic(self) -> Child:
        words = load_words(Path("there are no catalogues here"))
        arabic = type(words["en_GB"])(LANGUAGES["ar"], words["en_GB"]._catalogue)
        child = a_child()
        child.wording = replace(child.wording, spoken={**words, "ar": arabic})
        child.later(languages=("en_GB", "ar"))
        child.taps(".language", "ar")
        for step in ("what", "safety", "how"):
            child.taps(".opening", step)
        child.conversation = replace(child.conversation, pin_settled=True)
        return child


class TestRoom:
    """A draft has an end; what does not fit is handed back, and everything before it stays."""

    @pytest.mark.parametrize("huge", ["x" * 1_000_000, '"' * 60_000, "\\" * 60_000, "ش" * 60_000, "😀" * 30_000])
    def test_words_that_never_fit_are_handed_back(self, huge: str) -> None:
        child = a_child().starts()
        child.says("a dog")

        turn = child.says(huge)

        (answer,) = child.conversation.answers
        assert answer.words == "a dog"
        assert notices(turn) == ("too_long",)
        field = child.messages()[-1].field
        assert field is not None
        assert field.value == huge

    def test_when_it_is_full_the_next_words_are_handed_back_and_a_choice_says_so(self) -> None:
        child = a_child().starts()
        for much in (9_000, 300, 1):
            while notices(child.says("y" * much)) == ("joined",):
                continue
        child.taps("school", "good")
        before = child.conversation.answers

        said, chosen = child.says("z" * 9_000), child.taps("home_settled", "good")

        assert child.conversation.answers == before
        assert (notices(said), notices(chosen)) == (("no_room",), ("no_room",))

    @pytest.mark.parametrize("piece", ["a", '"', "\\\n", "ش"])
    def test_a_full_draft_still_fits_its_largest_padding(self, piece: str) -> None:
        child = a_child().starts()
        for much in (20_000, 500, 1):
            while notices(child.says(piece * much)) == ("joined",):
                continue

        assert len(child.conversation.to_bytes()) < 110_000

    def test_an_answer_with_every_mark_there_is_takes_no_more_room_than_is_kept_for_it(self) -> None:
        ids = {each.id: [choice.id for choice in each.choices] for set in BOOK for each in set.questions}
        longest = Answer(
            question=max(ids, key=len),
            set=max((set.id for set in BOOK), key=len),
            version=999,
            language=max(LANGUAGES, key=len),
            choice=max(chain.from_iterable(ids.values()), key=len),
            pieces=("",),
            refs=("9" * 19,),  # a messenger's number of a message
            sharing=max(Sharing, key=len),
            typed_by=max(HELPERS, key=len),
            own_words=False,
            beside=max(HELPERS, key=len),
            helper_name=as_kept("nia", "\U00010330" * 80)[1],
            through=max(THROUGH, key=len),
            confirmed=False,
            keyed=SPOKEN,
            keyed_on="2026-12-03",
            to_advocate="f" * 32,
        )
        child = a_child().conversation

        assert len(replace(child, answers=(longest,)).to_bytes()) - len(child.to_bytes()) <= FRAME

    def test_words_put_in_the_place_of_others_need_no_room_for_both(self) -> None:
        child = a_child().starts()
        child.says("y" * 60_000)

        child.says("z" * 60_000, "=feelings_now")

        (answer,) = child.conversation.answers
        assert answer.words == "z" * 60_000


def test_no_event_at_all_is_as_good_as_words() -> None:
    child = a_child().starts()

    turns = [child.does(Said(nothing)) for nothing in ("", " ", "\n\t", "\u202e", "\ud800", "\x00")]

    assert child.conversation.answers == ()
    assert all(notices(turn) == ("empty_words",) for turn in turns)
