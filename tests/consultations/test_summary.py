"""What each reader sees, in which order, and that nobody learns anything of what is withheld from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.answers import Sharing
from consultations.sending import Kind, Sending, SentAnswer
from consultations.summary import Copy, CopyKind, OpenedSending, ReviewFacts, build, copy, preview
from tests.consultations.rendering import cast

FACTS = ReviewFacts("NW-0412", date(2017, 12, 14), date(2026, 12, 14), "Sam")
SENT = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)
LATER = datetime(2026, 12, 8, 19, 5, tzinfo=UTC)


def answer(question: str, theme: str = "home", words: str = "The dog.", **more: object) -> SentAnswer:
    asked = f"What about {question}?"
    about = cast.answer(words, question=question, theme=theme, theme_heading=f"About {theme}", asked=asked)
    return replace(about, theme_heading_english="", asked_english=asked, **more)  # type: ignore[arg-type]


def sent(*answers: SentAnswer, id: str = "one", at: datetime = SENT, kind: Kind = Kind.REPLACEMENT) -> OpenedSending:
    return OpenedSending(id, at, Sending("en_GB", "ages_8_11", 1, kind, (), answers))


def added(*answers: SentAnswer, id: str = "two", at: datetime = LATER) -> OpenedSending:
    return sent(*answers, id=id, at=at, kind=Kind.ADDITION)


def officers(*sendings: OpenedSending) -> Copy:
    return copy(build(sendings, FACTS), CopyKind.OFFICER)


def questions(shown: Copy) -> list[str]:
    return [each.question for each in shown.answers]


def test_what_they_most_want_to_say_comes_first_then_the_themes_then_their_review() -> None:
    shown = officers(
        sent(
            answer("home_best"),
            answer("review_come", "review"),
            answer("school_best", "school"),
            answer("most_want", "most", most_wanted=True),
            answer("home_change"),
            answer("anything_else", "end"),
        )
    )

    assert questions(shown) == ["most_want", "home_best", "home_change", "school_best", "anything_else", "review_come"]
    assert [section.theme for section in shown.sections] == ["home", "school", "end"]
    assert shown.review is not None
    assert shown.review.theme == "review"


def test_an_addition_stands_after_what_it_adds_to_and_keeps_its_date() -> None:
    shown = officers(
        sent(answer("home_best"), answer("home_change"), answer("most_want", "most", most_wanted=True)),
        added(answer("home_best", words="And the cat."), answer("most_want", "most", most_wanted=True), id="two"),
        added(
            answer("home_best", words="And the fish."), answer("home_space"), at=LATER + timedelta(days=1), id="three"
        ),
    )

    home = shown.sections[0].answers
    assert [(each.question, each.words, each.addition) for each in home] == [
        ("home_best", "The dog.", False),
        ("home_best", "And the cat.", True),
        ("home_best", "And the fish.", True),
        ("home_change", "The dog.", False),
        ("home_space", "The dog.", True),
    ]
    assert [each.sent_at for each in home[:3]] == [SENT, LATER, LATER + timedelta(days=1)]
    assert [each.addition for each in shown.most_wanted] == [False, True]
    assert [note.kind for note in shown.sent] == ["replacement", "addition", "addition"]
    assert len({note.id for note in shown.sent}) == 3


def test_where_a_copy_comes_from_says_nothing_of_how_many_sendings_there_were_before() -> None:
    """What an alert sealed is numbered among them, and its officer may be the one who must not know."""
    first, third = (officers(sent(answer("home_best"), id=f"c5a1-{number}")).sent[0].id for number in (1, 3))

    assert officers(sent(answer("home_best"), id="c5a1-1")).sent[0].id == first != third
    assert "-" not in first + third
    assert len(first) == len(third)


def test_a_replacement_supersedes_everything_sent_before_it_wholly() -> None:
    first, second = (
        sent(answer("home_best"), answer("school_best")),
        sent(answer("home_best", words="Nothing."), id="two"),
    )

    assert officers(first, second) == officers(second)
    assert officers(first, added(answer("home_change"), id="in between"), second) == officers(second)


def test_a_sending_in_several_bundles_is_one_sending() -> None:
    apart = officers(sent(answer("home_best")), sent(answer("home_change")), added(answer("school_best")))

    assert apart == officers(sent(answer("home_best"), answer("home_change")), added(answer("school_best")))


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        pytest.param(CopyKind.OFFICER, ["only_sam", "social_worker", "everyone"], id="officer: everything sent"),
        pytest.param(CopyKind.FILE, ["social_worker", "everyone"], id="file: officer-only answers left out"),
        pytest.param(CopyKind.MEETING, ["everyone"], id="meeting: only what is shared with everyone there"),
    ],
)
def test_each_copy_shows_what_the_child_agreed_to(kind: CopyKind, shown: list[str]) -> None:
    sendings = [
        sent(
            answer("nobody", sharing=Sharing.NOBODY),
            answer("only_sam", sharing=Sharing.OFFICER),
            answer("social_worker", sharing=Sharing.SOCIAL_WORKER),
            answer("everyone", sharing=Sharing.EVERYONE),
        )
    ]

    assert questions(copy(build(sendings, FACTS), kind)) == shown


@pytest.mark.parametrize(
    ("review_on", "age"),
    [
        pytest.param(date(2026, 12, 13), 8, id="the day before the birthday"),
        pytest.param(date(2026, 12, 14), 9, id="on the birthday"),
    ],
)
def test_the_age_is_the_age_on_the_day_of_the_review(review_on: date, age: int) -> None:
    shown = copy(build([sent(answer("home_best"))], replace(FACTS, review_on=review_on)), CopyKind.OFFICER)

    assert shown.age_on_review == age


@pytest.mark.parametrize(
    ("languages", "language", "needs_interpreter"),
    [
        pytest.param(("en_GB", "en_GB"), "en_GB", False, id="English"),
        pytest.param(("ar", "ar"), "ar", True, id="Arabic"),
        pytest.param(("ar", "en_GB"), "ar", True, id="half of it is Arabic"),
        pytest.param(("en_GB", "ar", "en_GB"), "en_GB", False, id="one answer is Arabic"),
        pytest.param(("ar", "cy", "ar", "en_GB"), "ar", True, id="most of it is Arabic"),
        pytest.param(("en_GB", "cy"), "cy", True, id="Welsh, changed to on the way"),
    ],
)
def test_an_interpreter_is_for_the_language_of_the_end_or_of_most_of_it(
    languages: tuple[str, ...], language: str, needs_interpreter: bool
) -> None:
    shown = officers(sent(*(answer(f"q{place}", language=each) for place, each in enumerate(languages))))

    assert (shown.language, shown.needs_interpreter) == (language, needs_interpreter)


def test_helpers_are_those_of_the_answers_shown() -> None:
    shown = officers(
        sent(
            answer("a", beside="carer"),
            answer("b", typed_by="interpreter", beside="interpreter"),
            answer("c", typed_by="carer", own_words=False),
        )
    )

    assert shown.helpers == ("carer", "interpreter")


def test_the_preview_is_the_officers_copy_but_for_when_it_was_sent() -> None:
    sending = sent(
        answer("home_best", typed_by="carer"), answer("review_come", "review"), answer("m", most_wanted=True)
    )

    before, after = preview(sending.sending, FACTS), officers(sending)

    def unsent(shown: Copy) -> list[object]:
        return [replace(each, sent_at=None) for each in shown.answers]

    assert unsent(before) == unsent(after)
    assert replace(after, sent=(), most_wanted=(), sections=(), review=None) == replace(
        before, most_wanted=(), sections=(), review=None
    )


def test_an_empty_copy_says_nothing_but_what_everyone_knows() -> None:
    empty = copy(build([], FACTS), CopyKind.MEETING)

    assert copy(build([sent(answer("a", sharing=Sharing.OFFICER))], FACTS), CopyKind.MEETING) == empty
    assert (empty.language, empty.helpers, empty.sent, empty.question_sets, empty.latest) == ("", (), (), (), None)


def test_the_hash_is_the_same_for_the_same_copy_and_another_for_another_word() -> None:
    one, same = officers(sent(answer("a"))), officers(sent(answer("a")))

    assert one.hash == same.hash
    assert len(one.hash) == 64
    assert one.hash != officers(sent(answer("a", words="The dog!"))).hash
    assert one.hash != copy(build([sent(answer("a"))], FACTS), CopyKind.MEETING).hash
    assert officers(sent(answer("a", words="\ud800 half a pair"))).hash != one.hash


# -- Who was granted nothing learns nothing (P6) -------------------------------------------------------------------

QUESTIONS = ["most_want", "home_best", "home_change", "school_best", "review_come", "end"]
THEMES = {
    "most_want": "most",
    "home_best": "home",
    "home_change": "home",
    "school_best": "school",
    "review_come": "review",
}

answers = st.builds(
    answer,
    question=st.sampled_from(QUESTIONS),
    words=st.text(max_size=8),
    sharing=st.sampled_from([Sharing.OFFICER, Sharing.SOCIAL_WORKER, Sharing.EVERYONE]),
    typed_by=st.sampled_from(["child", "carer", "interpreter"]),
    helper_name=st.sampled_from(["", "Priya"]),
    through=st.sampled_from(["", "interpreter"]),
    beside=st.sampled_from(["", "carer", "teacher"]),
    own_words=st.booleans(),
    language=st.sampled_from(["en_GB", "ar", "cy"]),
    set=st.sampled_from(["ages_8_11", "ages_4_7"]),
    version=st.integers(1, 3),
    evidence=st.sampled_from(["", "attends"]),
).map(lambda each: replace(each, theme=THEMES.get(each.question, "end"), most_wanted=each.question == "most_want"))


@st.composite
def histories(draw: st.DrawFn) -> list[list[SentAnswer]]:
    return draw(st.lists(st.lists(answers, max_size=4), min_size=1, max_size=4))


def consultation(history: list[list[SentAnswer]]) -> list[OpenedSending]:
    """A sending for each list that has an answer: the first replaces nothing, the others add to it."""
    sendings: list[OpenedSending] = []
    for place, each in enumerate(history):
        if each:
            kind = Kind.ADDITION if sendings else Kind.REPLACEMENT
            sendings.append(sent(*each, id=f"sending {place}", at=SENT + timedelta(days=place), kind=kind))
    return sendings


@given(histories(), answers, st.data(), st.sampled_from([CopyKind.MEETING, CopyKind.FILE]))
def test_two_consultations_that_differ_in_one_withheld_answer_give_the_same_copy(
    history: list[list[SentAnswer]], withheld: SentAnswer, data: st.DataObject, kind: CopyKind
) -> None:
    """The withheld answer stands anywhere, also alone in a sending of its own, or first of all."""
    withheld = replace(withheld, sharing=data.draw(st.sampled_from(sorted(set(Sharing) - kind.shows))))
    place = data.draw(st.integers(0, len(history) - 1))
    within = data.draw(st.integers(0, len(history[place])))
    told = [list(each) for each in history]
    told[place].insert(within, withheld)

    without = copy(build(consultation(history), FACTS), kind)
    withheld_from = copy(build(consultation(told), FACTS), kind)

    assert withheld_from == without
    assert withheld_from.hash == without.hash


@given(histories(), st.sampled_from(list(CopyKind)))
def test_a_copy_shows_every_answer_it_may_and_no_other(history: list[list[SentAnswer]], kind: CopyKind) -> None:
    sendings = consultation(history)

    shown = copy(build(sendings, FACTS), kind)

    granted = [each for opened in sendings for each in opened.sending.answers if each.sharing in kind.shows]
    assert sorted((each.question, each.words) for each in shown.answers) == sorted(
        (each.question, each.words) for each in granted
    )
    assert {note.at for note in shown.sent} == {each.sent_at for each in shown.answers}
    assert set(shown.question_sets) == {(each.set, each.version) for each in granted}
