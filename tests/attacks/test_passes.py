"""A pass lets one member of staff sit down beside one child, once: not a used one, nor one that was made by hand."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, update
from structlog.testing import capture_logs

from consultations.admitting import EMPTY, MISTYPED, Admitted
from consultations.conversation.events import SatDown
from consultations.helping import Helping
from consultations.invitation import new_code
from consultations.keeping.store import tables
from consultations.keeping.store.sittings import KeptPass
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.signing import sign
from consultations.passing import LASTS
from consultations.sitting_down import UNKNOWN
from consultations.slowing import FREE_ON_A_CODE
from tests.attacks.staff_screen import Advocate, a_child_alone
from tests.consultations import chat
from tests.consultations.chat import ON_BOTH, Site


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a child to be; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    async with chat.asked_for(request, tmp_path) as made:
        yield made


@ON_BOTH
async def test_a_wrong_a_used_and_an_old_pass_and_a_wrong_code_read_the_same(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    code, unknown = child.invited.code.shown, new_code(secrets.token_bytes).shown
    used, old, unused = await nia.pass_of(), "", ""
    assert await nia.tries(used, code) == Admitted(SatDown())
    old = await nia.pass_of()
    site.now += LASTS
    unused = await nia.pass_of()

    answers = [
        await nia.tries(own, typed, f"web:{number}")
        for number, (own, typed) in enumerate([(unknown, code), (used, code), (old, code), (unused, unknown)])
    ]

    assert set(answers) == {UNKNOWN}
    assert await nia.tries(unused, code, "web:after") == Admitted(SatDown())


async def test_a_slip_of_the_finger_is_told_and_is_no_try(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    own, code = await nia.pass_of(), child.invited.code.shown

    assert await nia.tries(own[:-1], code) == MISTYPED
    assert await nia.tries(own, code[:-1]) == MISTYPED
    assert await nia.tries("", code) == EMPTY
    assert await nia.tries(own, code) == Admitted(SatDown())


async def test_guessing_a_childs_code_with_a_good_pass_is_slowed_as_a_childs_own_guesses_are(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    own, selector = await nia.pass_of(), child.invited.code.selector
    guess = next(
        each.shown
        for each in (type(child.invited.code)(selector + new_code(secrets.token_bytes).secret) for _ in range(9))
        if each != child.invited.code
    )

    for number in range(FREE_ON_A_CODE + 2):
        assert await nia.tries(own, guess, f"web:{number}") == UNKNOWN

    assert site.cast.waits.seconds


async def test_the_same_form_sent_twice_is_one_sitting_and_another_browser_gets_nothing(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    own, code = await nia.pass_of(), child.invited.code.shown

    first = await nia.tries(own, code)
    again = await nia.tries(own, code)
    elsewhere = await nia.tries(own, code, "web:another browser")

    assert (first, again, elsewhere) == (Admitted(SatDown()), Admitted(SatDown()), UNKNOWN)
    assert await site.cast.store.threads.thread("web:another browser") is None


@ON_BOTH
async def test_one_pass_used_by_many_browsers_at_once_lets_one_in(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    own, code = await nia.pass_of(), child.invited.code.shown

    answers = await asyncio.gather(*(nia.tries(own, code, f"web:{number}") for number in range(6)))

    assert sorted(answers, key=repr) == [Admitted(SatDown()), *[UNKNOWN] * 5]


async def test_an_officer_and_a_manager_get_no_pass(site: Site) -> None:
    helping = Helping(site.cast.store, site.cast.portal_keys)

    assert await helping.begin(site.sam, site.now) is None
    assert await helping.children(site.sam) == ()


@ON_BOTH
async def test_a_pass_written_into_the_database_by_hand_lets_nobody_in_and_the_log_says_so(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    code = new_code(secrets.token_bytes)
    mark, until = link_mark(code.symbols), site.now + LASTS
    own_key = sign(Secret(secrets.token_bytes(32)), b"a pass, honestly")
    row = {"mark": mark, "staff_id": nia.signed_in.id, "expires_at": until, "signature": own_key}
    await site.cast.by_hand(insert(tables.SittingPass).values(**row))

    with capture_logs() as logs:
        answer = await nia.tries(code.shown, child.invited.code.shown)

    assert answer == UNKNOWN
    assert "pass_forged" in [each["event"] for each in logs]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("longer", id="made to last longer"),
        pytest.param("anothers", id="given to another advocate"),
        pytest.param("mark", id="put under a mark of one's own"),
    ],
)
async def test_a_genuine_pass_that_somebody_changed_in_the_database_lets_nobody_in(site: Site, change: str) -> None:
    child = await a_child_alone(site)
    nia, ossian = await Advocate.enrolled(site), await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    own, table = await nia.pass_of(), tables.SittingPass
    mine = new_code(secrets.token_bytes)
    values: dict[str, dict[str, Any]] = {
        "longer": {"expires_at": site.now + timedelta(days=9)},
        "anothers": {"staff_id": ossian.signed_in.id},
        "mark": {"mark": link_mark(mine.symbols)},
    }
    await site.cast.by_hand(update(table).values(**values[change]))

    assert await nia.tries(mine.shown if change == "mark" else own, child.invited.code.shown) == UNKNOWN


async def test_a_pass_of_somebody_disabled_since_lets_nobody_in(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    own = await nia.pass_of()
    await site.cast.store.people.disable(nia.signed_in.id, "another stamp", site.now)

    assert await nia.tries(own, child.invited.code.shown) == UNKNOWN


@ON_BOTH
async def test_passes_that_are_over_are_forgotten(site: Site) -> None:
    nia = await Advocate.enrolled(site)
    await nia.pass_of()
    site.now += LASTS

    await site.cast.store.sittings.forget_before(site.now)

    gone = delete(tables.SittingPass)
    async with site.cast.store.database.writing() as connection:
        assert (await connection.execute(gone)).rowcount == 0


async def test_a_pass_is_kept_as_a_mark_alone(site: Site) -> None:
    nia = await Advocate.enrolled(site)
    own = await nia.pass_of()

    kept = await site.cast.store.sittings.pass_of(link_mark(own.replace("-", "")[:-1]), site.now)

    assert isinstance(kept, KeptPass)
    assert own not in repr(kept)
    assert own.replace("-", "") not in repr(kept)
