"""PN0 to PN7: what is proposed for each way a review can go, and the sentence that says why.

The rules: DfE's guide to the SSDA903 collection, Reviews (method of participation); field practice where it says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.answers import Sharing
from consultations.circumstances import ReadBy
from consultations.evidence import Evidence, Said, Sent, gather
from consultations.participation import MEANING, Branch, Code, Way, propose
from consultations.questions.checking import EVIDENCE
from consultations.sending import Kind, Sending, SentAnswer
from consultations.summary import OpenedSending, ReviewFacts, build

SENT = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)
OPENED = datetime(2026, 12, 5, 8, 2, tzinfo=UTC)
REVIEW = date(2026, 12, 14)

AMAL = Evidence("Amal", date(2017, 3, 1), REVIEW)
WORDS = Sent(SENT)
READ = Sent(SENT, opened_at=OPENED)


def said(**values: str) -> tuple[Said, ...]:
    return tuple(Said(name, value, f"About {name}?", f"{value}.") for name, value in values.items())


def amal(*sent: Sent, taken_back_at: datetime | None = None) -> Evidence:
    return replace(AMAL, sent=sent, taken_back_at=taken_back_at)


def branch(evidence: Evidence, way: Way) -> Branch:
    return {each.way: each for each in propose(evidence)}[way]


def test_every_code_says_what_it_means() -> None:
    assert list(MEANING) == list(Code)


@pytest.mark.parametrize(
    ("way", "codes"),
    [
        pytest.param(Way.SPEAKS, (Code.PN1,), id="PN1: attends and speaks for themselves"),
        pytest.param(Way.SPOKEN_FOR, (Code.PN2,), id="PN2: attends, an advocate or the officer speaks for them"),
        pytest.param(Way.SHOWS, (Code.PN3,), id="PN3: attends and conveys their view without words"),
        pytest.param(Way.SILENT, (Code.PN4,), id="PN4: attends, does none of these"),
        pytest.param(Way.AWAY_SPOKEN_FOR, (Code.PN5,), id="PN5: stays away, briefs an advocate or the officer"),
        pytest.param(Way.AWAY, (Code.PN6,), id="PN6: stays away, their words reached the review"),
    ],
)
def test_each_way_the_meeting_can_go_has_its_code(way: Way, codes: tuple[Code, ...]) -> None:
    assert branch(amal(READ), way).codes == codes


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        pytest.param(amal(), Code.PN7, id="nothing sent, or kept for nobody: not conveyed"),
        pytest.param(amal(WORDS), Code.PN7, id="sent and not opened: it has not reached the review"),
        pytest.param(amal(READ), Code.PN6, id="sent and opened before the review: conveyed"),
        pytest.param(
            amal(replace(WORDS, opened_at=datetime(2026, 12, 14, 8, 0, tzinfo=UTC))),
            Code.PN6,
            id="opened on the morning of the review: conveyed",
        ),
        pytest.param(
            amal(replace(WORDS, opened_at=datetime(2026, 12, 14, 23, 59, tzinfo=UTC))),
            Code.PN6,
            id="opened late on the day of the review: the officer is told to look",
        ),
        pytest.param(
            amal(replace(WORDS, opened_at=datetime(2026, 12, 15, 0, 0, tzinfo=UTC))),
            Code.PN7,
            id="opened the day after the review: too late",
        ),
        pytest.param(
            amal(READ, taken_back_at=datetime(2026, 12, 6, tzinfo=UTC)),
            Code.PN7,
            id="opened, then taken back before the review: not conveyed",
        ),
        pytest.param(
            amal(READ, taken_back_at=datetime(2026, 12, 16, tzinfo=UTC)),
            Code.PN6,
            id="taken back after the review: it had been there",
        ),
        pytest.param(
            amal(
                replace(READ, at=datetime(2026, 12, 1, tzinfo=UTC)),
                READ,
                taken_back_at=datetime(2026, 12, 2, tzinfo=UTC),
            ),
            Code.PN6,
            id="taken back, then sent again and opened: conveyed",
        ),
        pytest.param(
            amal(replace(READ, officer_only=True)), Code.PN6, id="for the officer only: conveyed all the same"
        ),
        pytest.param(amal(READ, replace(WORDS, at=OPENED)), Code.PN6, id="an addition not opened takes nothing away"),
        pytest.param(amal(WORDS, replace(READ, at=OPENED)), Code.PN6, id="one of two opened is enough"),
        pytest.param(amal(replace(READ, own_words=False)), Code.PN6, id="choices without words are a view too"),
        pytest.param(
            amal(replace(READ, said=said(speaker="carer"))), Code.PN6, id="a carer to speak, and words opened"
        ),
    ],
)
def test_a_child_who_stays_away_is_pn6_only_if_their_words_reached_the_review(evidence: Evidence, code: Code) -> None:
    assert branch(evidence, Way.AWAY).codes == (code,)


@pytest.mark.parametrize(
    ("evidence", "way", "sentence"),
    [
        pytest.param(
            amal(READ),
            Way.SPEAKS,
            "If Amal comes and speaks: PN1. Only speaking there makes it PN1; what was sent does not.",
            id="sent answers never make PN1",
        ),
        pytest.param(
            amal(READ),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN6, because their own words were sent on "
            "Thursday 3 December 2026 and you opened them on Saturday 5 December 2026.",
            id="PN6 says when it was sent and opened",
        ),
        pytest.param(
            amal(replace(READ, own_words=False)),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN6, because their answers were sent on "
            "Thursday 3 December 2026 and you opened them on Saturday 5 December 2026.",
            id="choices alone are not called their own words",
        ),
        pytest.param(
            amal(replace(READ, officer_only=True)),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN6, because their own words were sent on "
            "Thursday 3 December 2026 and you opened them on Saturday 5 December 2026. They were for you only: "
            "you can say that they told you, and not what they said.",
            id="PN6 says that the answers were for the officer only",
        ),
        pytest.param(
            amal(WORDS),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN7, because what was sent on Thursday 3 December 2026 "
            "has not been opened. If it is opened before the review, or read out there, it is PN6.",
            id="PN7 says that opening it would change it",
        ),
        pytest.param(
            amal(replace(WORDS, opened_at=datetime(2026, 12, 16, 9, 0, tzinfo=UTC))),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN7, because what was sent on Thursday 3 December 2026 "
            "was opened on Wednesday 16 December 2026, after the review. If it was read out at the review, it is PN6.",
            id="PN7 says that it was opened too late",
        ),
        pytest.param(
            amal(taken_back_at=OPENED),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN7, because what they had sent was taken back on "
            "Saturday 5 December 2026.",
            id="PN7 says that it was taken back",
        ),
        pytest.param(
            amal(),
            Way.AWAY,
            "If Amal stays away and nobody speaks for them: PN7, because nothing has been sent.",
            id="PN7 says that nothing was sent, and not why",
        ),
        pytest.param(
            amal(replace(READ, said=said(speaker="officer"))),
            Way.AWAY_SPOKEN_FOR,
            "If Amal stays away and you or an advocate, briefed by them, speaks for them: PN5. They asked you to.",
            id="PN5: the child asked the officer",
        ),
        pytest.param(
            amal(READ),
            Way.SPOKEN_FOR,
            "If Amal comes and you or an advocate speaks for them: PN2. "
            "It counts only if they told that person what to say.",
            id="PN2: nobody was named",
        ),
        pytest.param(
            amal(replace(READ, said=said(speaker="carer"))),
            Way.CARRIED,
            "If Amal comes and their carer speaks for them: PN1 or PN4, and you decide. It is not PN2: only an "
            "advocate or you can speak for a child. PN1 if they also say for themselves what they think; PN4 if not.",
            id="a carer speaks: the officer is asked, and told why",
        ),
        pytest.param(
            amal(replace(READ, said=said(speaker="carer"))),
            Way.AWAY_CARRIED,
            "If Amal stays away and their carer speaks for them: PN6, because whoever is not an advocate or you "
            "carries their words as a letter would. It is not PN5.",
            id="a carer carries the words of a child who stays away",
        ),
    ],
)
def test_the_reason_is_a_plain_exact_sentence(evidence: Evidence, way: Way, sentence: str) -> None:
    assert branch(evidence, way).reason == sentence


def test_opened_on_the_day_of_the_review_asks_whether_it_was_before_the_meeting() -> None:
    evidence = amal(replace(WORDS, opened_at=datetime(2026, 12, 14, 13, 0, tzinfo=UTC)))

    assert "it is PN6 if you opened them before the meeting" in branch(evidence, Way.AWAY).reason


@pytest.mark.parametrize(
    ("born", "review_on", "code"),
    [
        pytest.param(date(2022, 12, 15), REVIEW, Code.PN0, id="440: three, the day before the fourth birthday"),
        pytest.param(date(2022, 12, 14), REVIEW, Code.PN1, id="441: the fourth birthday itself"),
        pytest.param(date(2024, 2, 29), date(2028, 2, 28), Code.PN0, id="born 29 February: three on the 28th"),
        pytest.param(date(2024, 2, 29), date(2028, 2, 29), Code.PN1, id="born 29 February: four on the 29th"),
        pytest.param(date(2026, 11, 30), REVIEW, Code.PN0, id="a baby"),
    ],
)
def test_under_four_on_the_review_date_is_always_pn0(born: date, review_on: date, code: Code) -> None:
    evidence = replace(amal(READ), date_of_birth=born, review_on=review_on)

    assert propose(evidence)[0].codes == (code,)
    assert (len(propose(evidence)) == 1) is (code is Code.PN0)


def test_a_review_that_moves_past_the_fourth_birthday_leaves_pn0() -> None:
    evidence = replace(amal(READ), date_of_birth=date(2022, 12, 20))
    assert propose(evidence)[0].reason == (
        "Amal is under 4 on the day of the review, Monday 14 December 2026: PN0, however the meeting goes."
    )

    moved = replace(evidence, review_on=date(2026, 12, 21))

    assert Code.PN0 not in {code for each in propose(moved) for code in each.codes}


@pytest.mark.parametrize(
    ("values", "way"),
    [
        pytest.param({"attends": "yes", "manner": "speak"}, Way.SPEAKS, id="will come and say it"),
        pytest.param({"attends": "yes", "speaker": "self"}, Way.SPEAKS, id="will come; me"),
        pytest.param({"attends": "yes", "manner": "drawing_or_signs"}, Way.SHOWS, id="will come and show it"),
        pytest.param({"attends": "yes", "speaker": "officer"}, Way.SPOKEN_FOR, id="will come; the officer says it"),
        pytest.param({"attends": "yes", "speaker": "advocate"}, Way.SPOKEN_FOR, id="will come; an advocate says it"),
        pytest.param({"attends": "yes", "speaker": "carer"}, Way.CARRIED, id="will come; a carer says it"),
        pytest.param({"attends": "yes", "speaker": "unsure"}, None, id="will come, unsure who speaks: no guess"),
        pytest.param({"attends": "yes"}, None, id="will come, and no more is known: no guess"),
        pytest.param({"attends": "video"}, Way.BY_VIDEO, id="by video"),
        pytest.param({"attends": "no"}, Way.AWAY, id="stays away"),
        pytest.param({"attends": "next_door"}, Way.AWAY, id="next door is not attending"),
        pytest.param({"attends": "no", "speaker": "officer"}, Way.AWAY_SPOKEN_FOR, id="away; the officer says it"),
        pytest.param({"attends": "no", "speaker": "friend"}, Way.AWAY_CARRIED, id="away; a friend says it"),
        pytest.param({"attends": "unsure", "speaker": "officer"}, None, id="unsure: no guess"),
        pytest.param({"speaker": "officer"}, None, id="not said whether they come: no guess"),
        pytest.param({}, None, id="nothing said about it"),
    ],
)
def test_the_way_the_child_expects_is_marked_and_never_guessed(values: dict[str, str], way: Way | None) -> None:
    branches = propose(amal(replace(READ, said=said(**values))))

    assert [each.way for each in branches if each.expected] == ([way] if way else [])


def test_what_was_said_last_counts_and_both_are_quoted() -> None:
    evidence = amal(replace(READ, said=said(attends="no")), Sent(OPENED, opened_at=OPENED, said=said(attends="unsure")))

    assert [each.way for each in propose(evidence) if each.expected] == []
    assert branch(evidence, Way.AWAY).evidence == (
        "Asked “About attends?”, they said “no.” (Thursday 3 December 2026).",
        "Asked “About attends?”, they said “unsure.” (Saturday 5 December 2026).",
        "Sent on Thursday 3 December 2026; opened on Saturday 5 December 2026.",
        "Added on Saturday 5 December 2026; opened on Saturday 5 December 2026.",
    )


@pytest.mark.parametrize(
    ("video_attends", "code"),
    [
        pytest.param(True, Code.PN1, id="by video counts as attending"),
        pytest.param(False, Code.PN6, id="an authority that does not count it: a medium"),
    ],
)
def test_joining_by_video_counts_as_attending_unless_the_authority_says_not(video_attends: bool, code: Code) -> None:
    evidence = replace(amal(replace(READ, said=said(attends="video"))), video_attends=video_attends)

    assert branch(evidence, Way.BY_VIDEO).codes == (code,)


@pytest.mark.parametrize("speaker", ["carer", "social_worker", "friend"])
def test_only_an_advocate_or_the_officer_can_speak_for_a_child(speaker: str) -> None:
    branches = propose(amal(replace(READ, said=said(speaker=speaker))))

    assert all(
        set(each.codes).isdisjoint({Code.PN2, Code.PN5})
        for each in branches
        if each.way in (Way.CARRIED, Way.AWAY_CARRIED)
    )


@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(sorted(values)) for name, values in EVIDENCE.items()}),
    st.sampled_from([None, OPENED, datetime(2026, 12, 20, tzinfo=UTC)]),
)
def test_whatever_a_question_can_ask_is_argued(values: dict[str, str], opened_at: datetime | None) -> None:
    """Every value a question set may use gives branches for coming and for staying away, each with its reason."""
    branches = propose(amal(Sent(SENT, opened_at, said(**values))))

    assert {Way.SPEAKS, Way.SILENT, Way.AWAY} <= {each.way for each in branches}
    assert all(each.code in each.reason for each in branches)
    assert sum(each.expected for each in branches) <= 1
    assert all(each.codes == (Code.PN1,) for each in branches if each.way is Way.SPEAKS)
    assert Code.PN0 not in {code for each in branches for code in each.codes}


FACTS = ReviewFacts("NW-0412", date(2017, 3, 1), REVIEW, "Sam")
COME = SentAnswer(
    question="review_come",
    theme="review",
    theme_heading="My meeting",
    asked="Möchtest du kommen?",
    asked_english="Would you like to be there?",
    set="ages_8_11",
    version=1,
    language="de",
    choice="no",
    choice_text="Nein",
    choice_english="No",
    picture="",
    words="Not with him there.",
    sharing=Sharing.OFFICER,
    typed_by="child",
    own_words=True,
    evidence="attends",
    evidence_value="no",
)


def test_the_evidence_is_gathered_from_what_stands_and_when_it_was_opened() -> None:
    first = OpenedSending("one", SENT, Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (COME,)))
    later = OpenedSending(
        "two", OPENED, Sending("en_GB", "ages_8_11", 1, Kind.ADDITION, (), (replace(COME, sharing=Sharing.EVERYONE),))
    )
    summary = build([first, later], FACTS, [ReadBy("sam", "opened", datetime(2026, 12, 4, tzinfo=UTC))])

    evidence = gather(summary)

    opened = datetime(2026, 12, 4, tzinfo=UTC)
    quoted = (Said("attends", "no", "Would you like to be there?", "No"),)
    assert evidence == Evidence(
        "NW-0412",
        date(2017, 3, 1),
        REVIEW,
        sent=(Sent(SENT, opened, quoted, officer_only=True), Sent(OPENED, None, quoted, officer_only=False)),
    )
    assert propose(evidence) == propose(gather(summary, name="NW-0412"))


def test_opening_the_earlier_words_is_not_opening_their_replacement() -> None:
    summary = build(
        [
            OpenedSending("one", SENT, Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (COME,))),
            OpenedSending("two", OPENED, Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (COME,))),
        ],
        FACTS,
        [ReadBy("sam", "opened", datetime(2026, 12, 4, tzinfo=UTC))],
    )

    assert branch(gather(summary), Way.AWAY).codes == (Code.PN7,)


def briefed(*answers: SentAnswer) -> Evidence:
    summary = build(
        [OpenedSending("one", SENT, Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), answers))],
        FACTS,
        [ReadBy("sam", "opened", datetime(2026, 12, 4, tzinfo=UTC))],
    )
    return gather(summary, name="Amal")


ALONE = replace(COME, evidence="", evidence_value="")
TYPED = replace(ALONE, typed_by="advocate", beside="advocate")
THERE = replace(ALONE, beside="advocate")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param((ALONE,), [], id="nobody was there"),
        pytest.param(
            (TYPED, TYPED, THERE),
            ["An advocate typed 2 answers and was there for 1 more that they sent on Thursday 3 December 2026."],
            id="an advocate typed some, and was there for another",
        ),
        pytest.param(
            (TYPED, replace(TYPED, partly=True)),
            ["An advocate typed 1 answer and was there for 1 more that they sent on Thursday 3 December 2026."],
            id="what the child partly said themselves the advocate did not type",
        ),
        pytest.param(
            (replace(TYPED, helper_name="Priya"),),
            ["An advocate, Priya, typed 1 answer that they sent on Thursday 3 December 2026."],
            id="by name where it is known",
        ),
        pytest.param(
            (replace(TYPED, helper_name="Priya"), replace(THERE, helper_name="Ola")),
            [
                "An advocate, Priya, typed 1 answer that they sent on Thursday 3 December 2026.",
                "An advocate, Ola, was there for 1 answer that they sent on Thursday 3 December 2026.",
            ],
            id="two of them are two",
        ),
        pytest.param(
            (replace(ALONE, typed_by="carer", beside="advocate", helper_name="Jo"),),
            ["An advocate was there for 1 answer that they sent on Thursday 3 December 2026."],
            id="the name of whoever else typed is not theirs",
        ),
        pytest.param((replace(ALONE, typed_by="carer", beside="carer"),), [], id="a carer cannot speak for them"),
        pytest.param(
            (replace(ALONE, typed_by="social_worker", beside="social_worker"),), [], id="nor can a social worker"
        ),
        pytest.param((replace(ALONE, typed_by="interpreter"),), [], id="nor an interpreter"),
        pytest.param(
            (replace(TYPED, keyed="paper", keyed_on="2026-12-02"),), [], id="who keys in a form was told nothing"
        ),
        pytest.param(
            (replace(TYPED, keyed="spoken", keyed_on="2026-12-02"),),
            ["An advocate typed 1 answer that they sent on Thursday 3 December 2026."],
            id="an advocate heard it in a talk",
        ),
        pytest.param(
            (replace(ALONE, typed_by="coordinator", beside="coordinator", keyed="spoken", keyed_on="2026-12-02"),),
            [],
            id="a coordinator cannot speak for them",
        ),
    ],
)
@pytest.mark.parametrize("way", [Way.SPOKEN_FOR, Way.AWAY_SPOKEN_FOR])
def test_who_heard_it_from_the_child_is_evidence_that_an_advocate_can_speak_for_them(
    way: Way, answers: tuple[SentAnswer, ...], told: list[str]
) -> None:
    """PN2 and PN5: only an advocate or the officer, briefed by the child; it is asked for, not assumed."""
    ask = " Ask whether the child wants them to say it at the review."

    argued = branch(briefed(*answers), way)

    assert list(argued.evidence) == [f"{sentence}{ask}" for sentence in told]
    assert argued.codes == ((Code.PN2,) if way is Way.SPOKEN_FOR else (Code.PN5,))


@pytest.mark.parametrize("way", [Way.SPOKEN_FOR, Way.AWAY_SPOKEN_FOR])
def test_what_a_child_told_the_officer_in_a_talk_is_evidence_that_the_officer_can_speak_for_them(way: Way) -> None:
    """PN2 and PN5 (field facts §1): an advocate or the officer, briefed by the child."""
    typed = replace(ALONE, typed_by="officer", beside="officer", helper_name="Sam")
    keyed = replace(typed, keyed="spoken", keyed_on="2026-12-02")

    argued = branch(briefed(keyed, replace(keyed, keyed="paper", beside="")), way)

    assert argued.evidence == (
        "The officer, Sam, keyed in 1 answer from a talk, sent on Thursday 3 December 2026. "
        "Ask whether the child wants you to say it at the review.",
    )


@pytest.mark.parametrize(("keyed", "said"), [("paper", True), ("spoken", False), ("", False)])
def test_a_paper_form_that_was_opened_is_a_medium_that_conveys(keyed: str, said: bool) -> None:
    """PN6: writing is a facilitative medium (field facts §1)."""
    away = branch(briefed(replace(ALONE, keyed=keyed, keyed_on="2026-12-02" if keyed else "")), Way.AWAY)

    assert away.codes == (Code.PN6,)
    assert ("on their paper form" in away.reason) is said


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param((replace(ALONE, typed_by="carer", own_words=False),), True, id="all of it"),
        pytest.param((replace(ALONE, typed_by="carer", own_words=False), ALONE), False, id="some is the child's"),
        pytest.param((replace(ALONE, typed_by="carer", own_words=False, words=""),), False, id="a choice has no words"),
        pytest.param((replace(ALONE, typed_by="carer"),), False, id="typed for them, in their words"),
    ],
)
def test_that_the_words_are_a_helpers_is_said_beside_the_code(answers: tuple[SentAnswer, ...], said: bool) -> None:
    """Conveyed by a medium all the same (PN6): the officer is told what it is that was conveyed."""
    away = branch(briefed(*answers), Way.AWAY)

    assert away.codes == (Code.PN6,)
    assert ("in a helper's words, not in theirs" in away.reason) is said
