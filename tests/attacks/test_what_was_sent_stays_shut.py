"""P2: what was sent cannot be opened with everything the server has, once the change-my-mind window has closed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consultations.keeping.vault import recovery
from consultations.keeping.vault.custody import By
from consultations.keeping.vault.problems import SheetProblem
from consultations.keeping.vault.sendings import BUNDLES, WRAPS
from tests.attacks import tables
from tests.attacks.clocked import TICK
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.attacks.thief import Booty, Hoard, says, steal
from tests.bot.running import PATIENCE, Running
from tests.postgres import Postgres

SENT = ("My zanzibarkettle sings on Sundays", "I miss my brother Quillonius")
TAKEN_OUT, FOR_NOBODY = "takenoutbyareplacement", "nobodymayreadthisone"
MIDWAY = "onlyevertypedhalfway"

STILL = 4
Closes = Callable[[Site, Child], Awaitable[None]]


async def told(site: Site, run: Running, hoard: Hoard) -> tuple[Child, Child]:
    """Amal has sent twice and may still change it; Billie is in the middle. The hoard knows every row there was."""
    amal, billie = Child(run.chat), Child(run.chat)
    await amal.come_in(site.codes["AT-1"])
    await amal.say({"home_settled": Says(SENT[0], "good"), "people_see": Says(SENT[1]), "me": Says(TAKEN_OUT)})
    await hoard.copy(site)
    await amal.send()
    await hoard.copy(site)
    await amal.tap(".after", ".change")
    await amal.share("me", "nobody")
    await amal.tap(".change", "me")
    await amal.tap("me", ".more")
    await amal.tap("me", ".rewrite")
    await amal.tap("=me", ".next", FOR_NOBODY)
    await hoard.copy(site)
    await amal.send()
    await hoard.copy(site)
    await billie.come_in(site.codes["AT-2"])
    await billie.say({"people_see": Says(MIDWAY)}, until="me")
    await hoard.copy(site)
    return amal, billie


async def renewed(site: Site) -> None:
    """Wait until every renewal that is due is done: one season, and for many ticks the same."""
    patience = time.monotonic() + PATIENCE
    seen: list[list[str]] = []
    while len(seen) < STILL or any(each != seen[-1] for each in seen[-STILL:]) or len(seen[-1]) > 1:
        assert time.monotonic() < patience, seen
        forward = site.hands.now() - datetime.now(UTC)
        site.hands.later(seconds=forward.total_seconds() + 61)
        await asyncio.sleep(2.5 * TICK)
        seasons = json.loads((site.data / "seasons.json").read_text())["seasons"]
        seen.append([each["id"] for each in seasons])


async def by_saying_final(site: Site, amal: Child) -> None:
    """*No more changes*."""
    await amal.settle()
    assert not amal.has(".after", ".no_more")


async def by_waiting_a_day(site: Site, amal: Child) -> None:
    """24 hours."""
    site.hands.later(hours=24, minutes=5)
    patience = time.monotonic() + PATIENCE
    while any(row["window_closes_at"] for row in await tables.ask(site, "SELECT window_closes_at FROM consultation")):
        assert time.monotonic() < patience
        await asyncio.sleep(0.1)


async def robbed(site: Site, workshop: Path, closes: Closes | None, *elsewhere: Path, killed: bool = False) -> Booty:
    """The whole story with an officer signed in all the while; then everything is copied away."""
    hoard = Hoard()
    with site.running() as run:
        amal, billie = await told(site, run, hoard)
        async with Officer(run.portal) as sam, amal, billie:
            await sam.sign_in("sam", site.phrases["sam"])
            await sam.get("/reviews/AT-1")
            if closes is None:
                return await steal(site, hoard, workshop, *elsewhere)
            await closes(site, amal)
            if not killed:
                await renewed(site)
                await sam.sign_in("sam", site.phrases["sam"])
                return await steal(site, hoard, workshop, *elsewhere)
            run.process.kill()
    with site.running():
        await renewed(site)
        return await steal(site, hoard, workshop, *elsewhere)


def nothing_sent_opens(booty: Booty) -> None:
    """The thief opens what is not sent yet, so his tools are good; and not a word of what is."""
    opened = booty.opened_drafts()

    assert says(opened, MIDWAY) == {MIDWAY}
    assert says(opened, *SENT, TAKEN_OUT) == set()
    assert booty.opened_sendings() == []
    assert booty.opened_custodies() == []
    assert booty.opened_sessions() == []


def the_officers_phrase_opens_it(booty: Booty, site: Site) -> None:
    phrase = booty.private_of(site.staff["sam"], By.PHRASE, site.phrases["sam"])
    code = booty.private_of(site.staff["sam"], By.RECOVERY_CODE, site.recovery_codes["sam"])
    somebody_elses = booty.private_of(site.staff["jo"], By.PHRASE, site.phrases["jo"])

    assert says(booty.with_private(phrase), *SENT, TAKEN_OUT, FOR_NOBODY) == set(SENT)
    assert says(booty.with_private(code), *SENT) == set(SENT)
    assert booty.with_private(somebody_elses) == []


def two_of_three_sheets_open_it(booty: Booty, site: Site) -> None:
    for pair in ((0, 1), (0, 2), (1, 2)):
        private = recovery.combine([site.sheets[each] for each in pair])
        assert says(booty.with_private(private), *SENT, TAKEN_OUT, FOR_NOBODY) == set(SENT)
    with pytest.raises(SheetProblem):
        recovery.combine([site.sheets[0]])


def no_old_byte_is_left(booty: Booty) -> None:
    """Of what SQLite was told to delete: no part of an old draft or of a sending that was replaced, and no old key,
    even wrapped."""
    columns = (("draft", "sealed"), ("draft_key", "wrapped"), ("bundle", "sealed"), ("wrap", "sealed"))
    now = {bytes(row[column]) for table, column in columns for row in booty.rows[table]}
    amals = next(row["consultation_id"] for row in booty.rows["sending"])
    drafts = {sealed for consultation, _, sealed in booty.hoard.drafts if consultation == amals} - now
    keys, sent = {wrapped for _, wrapped in booty.hoard.wrapped} - now, booty.hoard.sent - now

    assert len(drafts) > 3
    assert keys
    assert len(sent) == BUNDLES + BUNDLES * WRAPS
    # A long row is cut into pages, so pieces of it are looked for, one in every page it can have stood on.
    old = drafts | keys | sent
    pieces = [each[at : at + 32] for each in old for at in range(2, len(each) - 31, 2048)] + [
        each[-32:] for each in old
    ]
    assert [name for name, content in booty.files.items() if any(piece in content for piece in pieces)] == []


@pytest.mark.attack
async def test_while_the_window_is_open_the_same_thief_reads_the_draft(site: Site, tmp_path: Path) -> None:
    booty = await robbed(site, tmp_path / "workshop", None)

    assert says(booty.opened_drafts(), *SENT, MIDWAY) == {*SENT, MIDWAY}
    assert booty.opened_sendings() == []


async def test_after_no_more_changes_no_sent_answer_opens_but_to_the_officer_and_two_sheets(
    site: Site, tmp_path: Path
) -> None:
    booty = await robbed(site, tmp_path / "workshop", by_saying_final)

    nothing_sent_opens(booty)
    the_officers_phrase_opens_it(booty, site)
    two_of_three_sheets_open_it(booty, site)
    no_old_byte_is_left(booty)


@pytest.mark.attack
async def test_after_a_day_no_sent_answer_opens(site: Site, tmp_path: Path) -> None:
    booty = await robbed(site, tmp_path / "workshop", by_waiting_a_day)

    nothing_sent_opens(booty)
    the_officers_phrase_opens_it(booty, site)
    no_old_byte_is_left(booty)


@pytest.mark.attack
async def test_nor_when_the_process_was_killed_the_moment_the_window_closed(site: Site, tmp_path: Path) -> None:
    booty = await robbed(site, tmp_path / "workshop", by_saying_final, killed=True)

    nothing_sent_opens(booty)
    no_old_byte_is_left(booty)


@pytest.mark.attack
@pytest.mark.parametrize("closes", [by_saying_final, by_waiting_a_day])
async def test_on_postgresql_no_sent_answer_opens_with_all_that_lingers_there(
    postgresql_site: Site, postgres: Postgres, tmp_path: Path, closes: Closes
) -> None:
    booty = await robbed(postgresql_site, tmp_path / "workshop", closes, postgres.folder)

    nothing_sent_opens(booty)
    the_officers_phrase_opens_it(booty, postgresql_site)
    two_of_three_sheets_open_it(booty, postgresql_site)
