"""Two real sheets open what is sealed to the recovery key, and the day of it is known. Nothing less will do (P7)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from consultations.keeping.store import tables
from consultations.keeping.vault import recovery
from consultations.keeping.vault.notes import seal_note
from consultations.keeping.vault.problems import SheetProblem
from consultations.rehearsing import EVERY, Drilled, NotRehearsed
from consultations.trail import Deed
from consultations.vouching import entered
from tests.consultations import staff
from tests.consultations.staff import MORNING, ON_BOTH, SENT, Cast

SITE = tables.METADATA.tables["site"]


@pytest_asyncio.fixture
async def cast(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cast]:
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    async with staff.cast(url, tmp_path) as made:
        yield made


async def drill(cast: Cast, *sheets: str) -> Drilled:
    return await cast.rehearsing.drill(await cast.rehearsing.unlocked(*sheets), cast.clock())


@ON_BOTH
async def test_two_sheets_make_a_drill_which_is_good_for_ninety_days_and_in_the_trail(cast: Cast) -> None:
    await cast.by_hand(SITE.update().values(drilled_at=None))
    never = await cast.rehearsing.overdue(MORNING)
    await drill(cast, *cast.sheets[1:])  # where there was no canary yet, this makes one
    cast.clock.later(days=1)
    await drill(cast, *cast.sheets[:2])
    last = MORNING + timedelta(days=1)

    links = await cast.store.trail.links("command", 0, 100)
    assert never
    assert not await cast.rehearsing.overdue(last + EVERY)
    assert await cast.rehearsing.overdue(last + EVERY + timedelta(seconds=1))
    assert [each.entry.deed for each in links if each.entry.deed == Deed.DRILLED] == [Deed.DRILLED] * 2


@ON_BOTH
async def test_a_drill_tries_all_that_stands_sent_and_says_what_would_not_open(cast: Cast) -> None:
    first, second = [await cast.begin(await cast.review(each)) for each in ("R-1", "R-2")]
    await cast.send(first)
    await cast.send(first)  # in place of the one before
    await cast.send(second)
    whole = await drill(cast, *cast.sheets[:2])
    wraps = tables.METADATA.tables["wrap"]
    await cast.by_hand(wraps.update().where(wraps.c.sending_id == f"{second}-1").values(sealed=b"\x06\x01" + bytes(80)))
    changed = await drill(cast, *cast.sheets[:2])

    assert whole == Drilled(2, 2)
    assert changed == Drilled(1, 2)


def anothers(cast: Cast) -> tuple[str, ...]:
    _, sheets = recovery.new()
    return tuple(" ".join(words) for words in sheets.words)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param(lambda cast: cast.sheets[:1], "One sheet is not enough", id="one sheet alone"),
        pytest.param(lambda cast: (cast.sheets[0], cast.sheets[0]), "the same sheet", id="one sheet twice"),
        pytest.param(lambda cast: anothers(cast)[:2], "not this site's", id="two of another site"),
        pytest.param(lambda cast: (cast.sheets[0], anothers(cast)[1]), "different sets", id="one of another site"),
    ],
)
async def test_other_sheets_make_no_drill(cast: Cast, typed: Callable[[Cast], tuple[str, ...]], says: str) -> None:
    with pytest.raises(SheetProblem, match=f"(?i){says}"):
        await drill(cast, *typed(cast))

    facts = await cast.store.site.facts()
    assert facts is not None
    assert facts.drilled_at == SENT


async def test_sheets_that_do_not_open_the_canary_make_no_drill(cast: Cast) -> None:
    await drill(cast, *cast.sheets[:2])
    other = seal_note("site-of-amal", "canary", "site-of-amal", b"something else", [cast.recovery.public])
    await cast.by_hand(SITE.update().values(canary=other))
    cast.clock.later(days=1)

    with pytest.raises(NotRehearsed, match="changed the database"):
        await drill(cast, *cast.sheets[:2])
    facts = await cast.store.site.facts()
    assert facts is not None
    assert facts.drilled_at == MORNING


async def test_a_recovery_key_that_somebody_put_there_is_not_drilled_with_their_sheets(cast: Cast) -> None:
    public, sheets = recovery.new()
    forged = entered(cast.portal_keys, public).signature[:-1] + b"\0"
    await cast.by_hand(SITE.update().values(recovery_public=public.to_bytes(), recovery_signature=forged))

    with pytest.raises(NotRehearsed, match="not the one this site was made with"):
        await drill(cast, *(" ".join(words) for words in sheets.words[:2]))
