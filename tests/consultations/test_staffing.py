"""Who may sign in: what an operator may do with a list of staff, and what they are told."""

from __future__ import annotations

import pytest

from consultations.signing_in import SignedIn
from consultations.staffing import NotDone, Staffing, Standing
from tests.consultations.staff import MORNING, Cast


@pytest.fixture
def staffing(cast: Cast) -> Staffing:
    return Staffing(cast.store, cast.enrolling)


async def test_somebody_new_gets_a_code_that_lets_them_enrol(cast: Cast, staffing: Staffing) -> None:
    code = await staffing.add(" Priya.Shah ", "Priya  Shah", "officer", MORNING)
    once = await cast.enrolling.begin(code, "page", MORNING)
    listed = {each.username: each for each in await staffing.everyone()}

    assert once is not None
    assert (once.username, once.name) == ("priya.shah", "Priya Shah")
    assert (listed["priya.shah"].role, listed["priya.shah"].standing) == ("officer", Standing.INVITED)
    assert listed["sam"].standing is Standing.CONFIRMED


WRONG = [
    pytest.param("", "Priya", "officer", "cannot be a username", id="no username"),
    pytest.param("p", "Priya", "officer", "cannot be a username", id="one letter"),
    pytest.param("=cmd", "Priya", "officer", "cannot be a username", id="a formula"),
    pytest.param("priya shah", "Priya", "officer", "cannot be a username", id="a space"),
    pytest.param("p" * 41, "Priya", "officer", "cannot be a username", id="too long"),
    pytest.param("priya", " ", "officer", "one line", id="no name"),
    pytest.param("priya", "Pri\u202eya", "officer", "one line", id="a name that turns the text round"),
    pytest.param("priya", "Priya", "king", "officer, manager, advocate", id="no such role"),
]


@pytest.mark.parametrize(("username", "name", "role", "says"), WRONG)
async def test_nonsense_is_refused_in_a_sentence(
    staffing: Staffing, username: str, name: str, role: str, says: str
) -> None:
    with pytest.raises(NotDone, match=says):
        await staffing.add(username, name, role, MORNING)


async def test_a_username_is_given_once(staffing: Staffing) -> None:
    with pytest.raises(NotDone, match="foreword staff code sam"):
        await staffing.add("SAM", "Another Sam", "officer", MORNING)


async def test_a_new_code_ends_the_one_before(cast: Cast, staffing: Staffing) -> None:
    first = await staffing.add("priya", "Priya", "officer", MORNING)
    second = await staffing.new_code("priya", False, MORNING)

    assert await cast.enrolling.begin(first, "page", MORNING) is None
    assert await cast.enrolling.begin(second, "page", MORNING) is not None


async def test_new_keys_for_somebody_who_has_keys_have_to_be_meant(staffing: Staffing) -> None:
    with pytest.raises(NotDone, match="--new-keys"):
        await staffing.new_code("sam", False, MORNING)

    assert await staffing.new_code("sam", True, MORNING)


async def test_who_is_disabled_gets_no_code_until_they_are_let_in_again(staffing: Staffing) -> None:
    await staffing.add("priya", "Priya", "officer", MORNING)
    assert await staffing.disable("priya", MORNING) == 0
    with pytest.raises(NotDone, match="staff enable priya"):
        await staffing.new_code("priya", False, MORNING)
    await staffing.enable("priya", MORNING)

    assert await staffing.new_code("priya", False, MORNING)


async def test_disabling_says_how_many_reviews_are_left_behind_and_locks_every_session(
    cast: Cast, staffing: Staffing
) -> None:
    await cast.review("LW-1")
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)
    session = await cast.signing_in.begin(sam, MORNING, passed=True)

    assert await staffing.disable("sam", MORNING) == 1
    assert await cast.signing_in.who(session, MORNING) is None


async def test_nobody_is_told_in_a_sentence(staffing: Staffing) -> None:
    for act in (staffing.disable("nobody", MORNING), staffing.new_code("\x00\ud800", False, MORNING)):
        with pytest.raises(NotDone, match="foreword staff list"):
            await act
