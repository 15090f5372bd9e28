"""P7: a lost phrase does not lose a voice. Any two of three sheets open what was sent; one does not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import pytest

from consultations.keeping.vault import recovery
from consultations.keeping.vault.problems import SheetProblem
from tests.consultations.keeping.vault.cast import WORDS, Site


@pytest.mark.parametrize("which", list(permutations(range(3), 2)))
def test_any_two_sheets_open_a_sending(site: Site, which: tuple[int, int]) -> None:
    reader = recovery.combine([site.sheets[number] for number in which], site.recovery.public)

    assert site.read(reader, site.sent())[0].plain == WORDS


def test_all_three_sheets_are_welcome(site: Site) -> None:
    assert recovery.combine(site.sheets, site.recovery.public) == site.recovery


def test_one_sheet_opens_nothing(site: Site) -> None:
    for sheet in site.sheets:
        with pytest.raises(SheetProblem, match="One sheet is not enough"):
            recovery.combine([sheet])


def _first_word(sheet: str, word: str) -> str:
    return " ".join([word, *sheet.split()[1:]])


def _swapped(sheet: str) -> str:
    first, second, *others = sheet.split()
    return " ".join([second, first, *others])


def _another_word(sheet: str) -> str:
    *words, last = sheet.split()
    return " ".join([*words, "academic" if last != "academic" else "acid"])


MISTAKES: list[Any] = [
    pytest.param(lambda a, b: [a], "One sheet is not enough", id="one sheet"),
    pytest.param(lambda a, b: [], "not enough", id="no sheet"),
    pytest.param(lambda a, b: [a, a], "same sheet was given twice", id="the same sheet twice"),
    pytest.param(lambda a, b: [a, a.upper()], "same sheet was given twice", id="the same sheet typed otherwise"),
    pytest.param(
        lambda a, b: [a, _first_word(b, "acadmic")],
        "Sheet 2, word 1 is not one of the words used. Is it “academic”?",
        id="a word mistyped",
    ),
    pytest.param(lambda a, b: [_first_word(a, "ж"), b], "Sheet 1, word 1 is not one", id="a word of no language"),
    pytest.param(
        lambda a, b: [a, b.rsplit(" ", 1)[0]], "Sheet 2 has 32 words, and a sheet has 33", id="a word missing"
    ),
    pytest.param(lambda a, b: [a + " acid", b], "Sheet 1 has 34 words, and a sheet has 33", id="a word too many"),
    pytest.param(lambda a, b: ["", b], "Sheet 1 has 0 words", id="an empty sheet"),
    pytest.param(lambda a, b: [a, _swapped(b)], "Sheet 2 has a wrong word, or two in the wrong order", id="swapped"),
    pytest.param(lambda a, b: [a, _another_word(b)], "Sheet 2 has a wrong word", id="a word read for another"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES)
def test_every_mistake_with_the_sheets_is_a_sentence(
    site: Site, mistake: Callable[[str, str], list[str]], sentence: str
) -> None:
    with pytest.raises(SheetProblem) as caught:
        recovery.combine(mistake(site.sheets[0], site.sheets[1]))

    assert sentence in str(caught.value)


def test_sheets_of_two_sets_do_not_combine(site: Site, elsewhere: Site) -> None:
    with pytest.raises(SheetProblem, match="different sets"):
        recovery.combine([site.sheets[0], elsewhere.sheets[1]])
    with pytest.raises(SheetProblem, match="different sets"):
        recovery.combine([site.sheets[0], site.sheets[1], elsewhere.sheets[2]])


def test_sheets_of_another_site_are_said_to_be(site: Site, elsewhere: Site) -> None:
    with pytest.raises(SheetProblem, match="not this site's"):
        recovery.combine(elsewhere.sheets[:2], site.recovery.public)


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        lambda sheet: "\n".join(f"{number}. {word}" for number, word in enumerate(sheet.split(), 1)),
        lambda sheet: " ".join(word[:4] for word in sheet.split()),
        lambda sheet: f"  {sheet.replace(' ', ',  ')}  ",
    ],
)
def test_sheets_may_be_typed_as_they_are_read(site: Site, typed: Callable[[str], str]) -> None:
    assert recovery.combine([typed(sheet) for sheet in site.sheets[:2]], site.recovery.public) == site.recovery


def test_no_two_sites_have_the_same_sheets_and_no_sheet_prints() -> None:
    (one, sheets), (other, _) = recovery.new(), recovery.new()

    assert one != other
    assert len(set(sheets.words)) == 3
    assert repr(sheets) == "Sheets('****')"
    for first, second in combinations(sheets.words, 2):
        assert recovery.combine([" ".join(first), " ".join(second)], one).public == one
