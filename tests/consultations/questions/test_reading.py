"""The measure itself: a grade that means what Flesch and Kincaid meant by it."""

from __future__ import annotations

import pytest

from tests.consultations.questions.reading import grade, sentences, syllables, words


def test_the_grade_is_flesch_and_kincaids() -> None:
    three_sentences = ["The cat sat on the mat. The dog ran to the park. I like my bed."]  # 16 words of one syllable

    assert grade(three_sentences) == pytest.approx(0.39 * 16 / 3 + 11.8 * 1 - 15.59)


def test_officialese_is_graded_hard() -> None:
    officialese = (
        "Your accommodation arrangements will be considered at the forthcoming statutory review, "
        "following consultation with relevant professionals."
    )

    assert grade([officialese]) > 15


@pytest.mark.parametrize(
    ("word", "count"), [("live", 1), ("review,", 2), ("Advocate", 3), ("I'm", 1), ("0800", 1), ("officer's", 3)]
)
def test_syllables_are_those_people_say(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_word_nobody_can_count_is_refused() -> None:
    with pytest.raises(KeyError, match="zzyzxian"):
        syllables("zzyzxian")


def test_names_and_days_count_at_full_length() -> None:
    assert words(sentences("{officer} opened it on {day}.")[0]) == [
        "Priya", "Sharma", "opened", "it", "on", "Monday", "14", "December", "2026.",
    ]  # fmt: skip
