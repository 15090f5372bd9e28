"""The facts and marks that stand around a child's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consultations.evidence import gather
from consultations.participation import propose
from consultations.rendering.headings import StaffHeadings, language_name
from consultations.rendering.layout import parts, sheet
from consultations.summary import CopyKind, Summary, copy
from tests.consultations.rendering.cast import SUMMARY, answer, summed

STAFF = StaffHeadings()


def facts(summary: Summary) -> dict[str, str]:
    return dict(sheet(copy(summary, CopyKind.OFFICER), propose(gather(summary))).facts)


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        pytest.param({}, [], id="the child, alone"),
        pytest.param({"beside": "carer"}, ["With a carer there"], id="the child typed, somebody was there"),
        pytest.param(
            {"typed_by": "interpreter", "beside": "interpreter"},
            ["Typed by an interpreter; the child's own words"],
            id="a helper typed the child's words",
        ),
        pytest.param(
            {"typed_by": "carer", "own_words": False},
            ["Typed by a carer; not the child's own words"],
            id="a helper's words",
        ),
        pytest.param(
            {"typed_by": "advocate", "beside": "advocate", "helper_name": "Priya"},
            ["Typed by Priya (an advocate); the child's own words"],
            id="a helper with a name typed",
        ),
        pytest.param(
            {"beside": "advocate", "helper_name": "Priya"}, ["With Priya (an advocate) there"], id="or was there"
        ),
        pytest.param(
            {"typed_by": "advocate", "beside": "carer", "helper_name": "Priya"},
            ["Typed by Priya (an advocate); the child's own words", "With a carer there"],
            id="one typed and another was there when it was added to: the name is the typist's",
        ),
        pytest.param(
            {"typed_by": "interpreter", "beside": "interpreter", "through": "interpreter"},
            ["The child's words, written in English by an interpreter"],
            id="an interpreter wrote what the child said",
        ),
        pytest.param(
            {"typed_by": "family", "beside": "family", "through": "someone_translating", "language": "ar"},
            ["The child's words, written in Arabic by someone in the family", "Needs an interpreter"],
            id="whoever was there did",
        ),
        pytest.param(
            {"typed_by": "family", "through": "someone_translating", "own_words": False},
            ["Typed by someone in the family; not the child's own words"],
            id="words that are not the child's are not said to be, whoever translated some of them",
        ),
        pytest.param(
            {"typed_by": "officer", "helper_name": "Sam", "keyed": "paper", "keyed_on": "2026-12-03"},
            ["From the child's paper form, keyed in by Sam (the officer) on Thursday 3 December 2026"],
            id="keyed in from a paper form",
        ),
        pytest.param(
            {"typed_by": "advocate", "beside": "advocate", "keyed": "spoken", "keyed_on": "2026-12-03"},
            ["From a talk, in the child's words, keyed in by an advocate on Thursday 3 December 2026"],
            id="keyed in from a talk",
        ),
        pytest.param(
            {"typed_by": "officer", "own_words": False, "keyed": "spoken", "keyed_on": "2026-12-03"},
            ["From a talk, not in the child's own words, keyed in by the officer on Thursday 3 December 2026"],
            id="in somebody else's words",
        ),
        pytest.param(
            {"without_pin": True},
            ["Said in a visit that did not give the child's PIN"],
            id="whoever said it had the code and not the PIN",
        ),
        pytest.param(
            {"beside": "teacher", "without_pin": True},
            ["With a teacher there", "Said in a visit that did not give the child's PIN"],
            id="and named somebody",
        ),
        pytest.param({"typed_by": "neighbour"}, ["Typed by someone else; the child's own words"], id="a kind unknown"),
        pytest.param({"language": "ti"}, ["Needs an interpreter"], id="words that are not English"),
        pytest.param({"language": "ti", "words": ""}, [], id="a choice alone has its English beside it"),
    ],
)
def test_whose_words_they_are_is_marked(said: dict[str, object], marked: list[str]) -> None:
    words = {"words": "The dog.", **said}
    (part,) = parts(copy(summed(answer(**words)), CopyKind.OFFICER), STAFF)  # type: ignore[arg-type]

    assert [mark.text for mark in part.answers[0].marks if mark.kind != "sharing"] == marked


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        pytest.param(("en_GB", "en_GB"), "", id="English"),
        pytest.param(("en_GB", "ar", "en_GB"), "Some answers are in Arabic", id="one answer"),
        pytest.param(("ar", "ar"), "Needs an interpreter: Arabic", id="all of it"),
        pytest.param(("en_GB", "cy", "ar"), "Needs an interpreter: Arabic. Some answers are in Welsh", id="three"),
    ],
)
def test_an_interpreter_is_asked_for_where_one_is_needed(languages: tuple[str, ...], told: str) -> None:
    answers = [answer("…", question=f"q{place}", language=each) for place, each in enumerate(languages)]

    assert sheet(copy(summed(*answers), CopyKind.OFFICER)).interpreter == told


def test_the_participation_code_is_told_at_a_glance_before_it_is_argued() -> None:
    assert facts(SUMMARY)["Participation"] == (
        "PN1 if they come and speak; PN6 if they stay away. Their answers point to PN6."
    )
    assert facts(summed(answer("The dog.")))["Participation"] == "PN1 if they come and speak; PN6 if they stay away."


def test_a_child_under_four_is_pn0_at_a_glance() -> None:
    summary = summed(answer("Dog."))
    young = replace(summary, facts=replace(summary.facts, date_of_birth=date(2023, 6, 1)))

    assert facts(young)["Participation"] == "PN0: child under 4 at the time of the review"


def test_a_translation_nobody_has_checked_is_called_a_draft() -> None:
    asked = summed(answer("a", language="ar", draft=True), answer("b"), answer("c", language="vi"))

    assert facts(asked)["Language"] == "Arabic (draft translation); English; Vietnamese"


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en_GB", "English"),
        ("cy", "Welsh"),
        ("fa", "Farsi"),
        pytest.param("fa_AF", "Dari", id="fa_AF: Dari is not Farsi, and another interpreter"),
        ("ckb", "Kurdish (Sorani)"),
        ("ti", "Tigrinya"),
        ("zh_Hans", "Chinese"),
        pytest.param("tlh_XX_nonsense", "tlh_XX_nonsense", id="one there is no name for is shown as it is"),
    ],
)
def test_a_language_is_named_as_its_interpreter_is_booked(language: str, name: str) -> None:
    assert language_name(language) == name
