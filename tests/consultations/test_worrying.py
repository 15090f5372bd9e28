"""A word that may say a child is in trouble is found whole and however it is written, and makes an offer, no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from consultations.conversation.replies import Ask
from consultations.questions.loading import BrokenSet, load
from consultations.questions.parsing import worrying
from consultations.worrying import finds, plain
from tests.consultations.conversation.cast import Child, a_child, notices, screen

LISTED = ("want to die", "hits me", "dont feel safe", plain("أؤذي نفسي"), plain("tự tử"))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("I want to die", id="as it is listed"),
        pytest.param("I WANT  to\ndie!!", id="in capitals, over two lines"),
        pytest.param("he hits me.", id="before a full stop"),
        pytest.param("I don’t feel safe", id="with a curly apostrophe"),
        pytest.param("i don't feel safe", id="with a straight one"),
        pytest.param("اؤذي نفسي", id="Arabic without the hamza on the alef"),
        pytest.param("أُؤْذِي نَفْسِي", id="Arabic with its vowels"),
        pytest.param("em muốn tự tử", id="Vietnamese"),
    ],
)
def test_it_is_found_however_it_is_written(words: str) -> None:
    assert finds(LISTED, words)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("", id="nothing"),
        pytest.param("I want to diet", id="part of a longer word"),
        pytest.param("she hits meatballs", id="part of the next word"),
        pytest.param("want a die to play with", id="other words between"),
        pytest.param("em đi từ từ", id="slowly, in Vietnamese"),
    ],
)
def test_nothing_is_found_where_it_is_not(words: str) -> None:
    assert not finds(LISTED, words)


class TestTheOffer:
    def test_it_offers_to_tell_and_keeps_and_tells_nothing(self) -> None:
        child = a_child().starts().goes_to("anything_else")

        turn = child.says("sometimes I want to die")

        assert notices(turn) == ("joined", "maybe_tell")
        assert ".go:.tell" in child.choices()
        assert not turn.happened
        assert isinstance(screen(turn), Ask)
        assert child.conversation == replace(child.conversation, alarms=(), asks=())

    def test_nothing_else_in_the_conversation_is_different_for_it(self) -> None:
        with_a_word, without = (a_child().starts() for _ in range(2))
        without.book = load(abilities=frozenset({"alerts"}), word_lists=False)

        for child in (with_a_word, without):
            child.taps("feelings_now", ".next", "I want to die")

        assert with_a_word.conversation == without.conversation
        assert [each.lines for each in without.messages()] == [each.lines for each in with_a_word.messages()[1:]]

    def test_beside_a_helper_nothing_is_offered(self) -> None:
        child = a_child().starts()
        child.helped()

        assert "maybe_tell" not in notices(child.says("I want to die"))

    def test_a_child_who_told_us_is_not_offered_it_again(self) -> None:
        child = a_child().starts()
        child.taps(".go", ".tell")
        child.taps(".alarm", ".on")

        assert notices(child.says("I want to die")) == ("joined",)

    def test_it_is_offered_beside_an_answer_that_was_changed_out_of_turn(self) -> None:
        child: Child = a_child().starts()

        assert notices(child.says("I want to die", "me")) == ("changed_answer", "maybe_tell")


class TestTheFile:
    def test_every_word_in_ours_is_found_in_itself_and_none_is_what_children_say_every_day(self) -> None:
        book = load()

        assert all(finds([each], f"well, {each}.") for each in book.worrying)
        assert not finds(book.worrying, "I want to help my sister, my phone died, I ran to school. I feel safe.")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            pytest.param('[en_GB]\nwords = ["hits me", "Hits me!"]', "there already", id="one word twice"),
            pytest.param('[en_GB]\nwords = ["..."]', "is no word", id="no letters"),
            pytest.param("[en_GB]\nwords = [7]", "is no word", id="a number"),
            pytest.param('[en_GB]\nword = ["hits me"]', "not something it can have", id="a key nobody knows"),
            pytest.param('words = ["hits me"]', "should be a table", id="no language"),
        ],
    )
    def test_a_mistake_in_it_is_told_with_its_place(self, tmp_path: Path, content: str, reason: str) -> None:
        path = tmp_path / "worrying.toml"
        path.write_text(content)

        with pytest.raises(BrokenSet, match=reason):
            worrying(path)
