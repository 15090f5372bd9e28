"""P3: somebody can write to the database, and changes a draft, a name, a lock or a session.

Another child's, an older one, half of one, one of their own making is refused in a sentence; everybody else goes on;
and put right again, everything is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from typing import Any

import pytest

from consultations.keeping.vault import aead
from consultations.keeping.vault.formats import Format, header
from consultations.keeping.vault.secret import Secret
from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.attacks.stage import (
    AMAL,
    BILLIE,
    ESI,
    ESIS,
    FINN,
    FINNS,
    STANDS,
    Stage,
    Tamper,
    flipped,
    tampers,
)
from tests.bot.running import PATIENCE

# What a child has written and not sent


async def _sealed(stage: Stage, reference: str) -> dict[str, Any]:
    asked = "SELECT * FROM draft JOIN draft_key USING (consultation_id) WHERE consultation_id = $1"
    return (await tables.ask(stage.site, asked, stage.consultations[reference]))[0]


async def _put(stage: Stage, reference: str, **values: object) -> None:
    for column, value in values.items():
        table = "draft_key" if column == "wrapped" else "draft"
        await tables.do(
            stage.site,
            f"UPDATE {table} SET {column} = $1 WHERE consultation_id = $2",
            value,
            stage.consultations[reference],
        )


async def _anothers_draft(stage: Stage) -> None:
    await _put(stage, ESI, sealed=(await _sealed(stage, FINN))["sealed"])


async def _anothers_draft_with_its_version(stage: Stage) -> None:
    finns = await _sealed(stage, FINN)
    await _put(stage, ESI, sealed=finns["sealed"], version=finns["version"])


async def _anothers_draft_with_its_version_and_key(stage: Stage) -> None:
    finns = await _sealed(stage, FINN)
    await _put(stage, ESI, sealed=finns["sealed"], version=finns["version"], wrapped=finns["wrapped"])


async def _anothers_key(stage: Stage) -> None:
    await _put(stage, ESI, wrapped=(await _sealed(stage, FINN))["wrapped"])


async def _another_version(stage: Stage) -> None:
    await _put(stage, ESI, version=(await _sealed(stage, ESI))["version"] - 1)


async def _an_older_draft(stage: Stage) -> None:
    older = (await _sealed(stage, ESI))["sealed"]
    await stage.reads(ESI)
    child = stage.children[ESI]
    await child.tap(child.question, ".next")
    await _put(stage, ESI, sealed=older)


async def _cut_short(stage: Stage) -> None:
    await _put(stage, ESI, sealed=(await _sealed(stage, ESI))["sealed"][:-1])


async def _cut_to_the_next_smaller_size(stage: Stage) -> None:
    await _put(stage, ESI, sealed=(await _sealed(stage, ESI))["sealed"][: 8 * 1024 - 1])


async def _nothing_at_all(stage: Stage) -> None:
    await _put(stage, ESI, sealed=b"")


async def _one_bit_of_the_nonce(stage: Stage) -> None:
    await _put(stage, ESI, sealed=flipped((await _sealed(stage, ESI))["sealed"], 5))


async def _one_bit_in_the_middle(stage: Stage) -> None:
    await _put(stage, ESI, sealed=flipped((await _sealed(stage, ESI))["sealed"], 4000))


async def _one_bit_of_the_last_byte(stage: Stage) -> None:
    await _put(stage, ESI, sealed=flipped((await _sealed(stage, ESI))["sealed"], -1))


async def _a_suite_nobody_knows(stage: Stage) -> None:
    await _put(stage, ESI, sealed=b"\x01\x02" + (await _sealed(stage, ESI))["sealed"][2:])


async def _one_bit_of_the_key(stage: Stage) -> None:
    await _put(stage, ESI, wrapped=flipped((await _sealed(stage, ESI))["wrapped"], -20))


async def _a_season_that_never_was(stage: Stage) -> None:
    wrapped = (await _sealed(stage, ESI))["wrapped"]
    await _put(stage, ESI, wrapped=wrapped[:2] + bytes(8) + wrapped[10:])


async def _half_a_key(stage: Stage) -> None:
    await _put(stage, ESI, wrapped=(await _sealed(stage, ESI))["wrapped"][:9])


async def _forged_with_a_key_of_their_own(stage: Stage) -> None:
    plain = b'{"format": 1, "id": "%s"}' % stage.consultations[ESI].encode()
    key = Secret(secrets.token_bytes(32))
    await _put(stage, ESI, sealed=header(Format.DRAFT) + aead.seal(key, plain, b"", secrets.token_bytes))


DRAFTS = (
    _anothers_draft,
    _anothers_draft_with_its_version,
    _anothers_draft_with_its_version_and_key,
    _anothers_key,
    _another_version,
    _an_older_draft,
    _cut_short,
    _cut_to_the_next_smaller_size,
    _nothing_at_all,
    _one_bit_of_the_nonce,
    _one_bit_in_the_middle,
    _one_bit_of_the_last_byte,
    _a_suite_nobody_knows,
    _one_bit_of_the_key,
    _a_season_that_never_was,
    _half_a_key,
    _forged_with_a_key_of_their_own,
)


@tampers(*DRAFTS)
async def test_a_draft_that_is_not_exactly_the_childs_latest_is_not_opened(stage: Stage, tamper: Tamper) -> None:
    assert ESIS in await stage.reads(ESI)
    async with tables.put_back(stage.site, "draft", "draft_key"):
        await tamper(stage)

        tampered = await stage.reads(ESI)
        child = stage.children[ESI]
        typed = await child.post("/say", {**child.form("a word more"), "place": "people_see"})
        others = await stage.reads(FINN)

    assert "We can't open this right now." in tampered
    assert "Please tell the person who gave you the code." in tampered
    assert ESIS not in tampered
    assert FINNS not in tampered
    assert typed.status == 200
    assert "We can't open this right now." in typed.text.replace("&#39;", "'")
    assert FINNS in others
    assert stage.logged("draft_refused", consultation=stage.consultations[ESI])
    assert ESIS in await stage.reads(ESI), "put back, everything is there"


# What is known of a child


@pytest.mark.parametrize("column", ["details_for_chat", "details_for_portal"])
async def test_anothers_name_is_shown_to_nobody(stage: Stage, column: str) -> None:
    finns = (await tables.ask(stage.site, f"SELECT {column} AS it FROM review WHERE reference = $1", FINN))[0]["it"]
    mine = (await tables.ask(stage.site, f"SELECT {column} AS it FROM review WHERE reference = $1", ESI))[0]["it"]
    await tables.do(stage.site, f"UPDATE review SET {column} = $1 WHERE reference = $2", finns, ESI)
    try:
        child = await stage.children[ESI].look()
        childs = stage.children[ESI].read
        officers_list = await stage.sam.get("/reviews")
        page = await stage.sam.get(f"/reviews/{ESI}")
    finally:
        await tables.do(stage.site, f"UPDATE review SET {column} = $1 WHERE reference = $2", mine, ESI)

    assert officers_list.status == 200
    assert "Finn Applegarth" not in childs
    assert page.text.count("Finn Applegarth") == 0
    if column == "details_for_chat":
        assert child.status == 200
        assert "We can't open this right now." in childs
    else:
        assert ESIS in childs
        assert "Name cannot be opened" in officers_list.text
        assert "does not match its seal" in stage.sam.read
    assert ESIS in await stage.reads(ESI)


@pytest.mark.attack
async def test_a_changed_row_keeps_no_window_open(site: Site) -> None:
    """Not its own, and not another child's: what was sent has to go from here, whatever somebody writes."""
    with site.running() as run:
        async with Child(run.chat) as amal, Child(run.chat) as billie, Child(run.chat) as esi:
            for reference, child in ((AMAL, amal), (BILLIE, billie), (ESI, esi)):
                await child.come_in(site.codes[reference])
                await child.say({"me": Says(STANDS)})
                await child.send()
            due = "SELECT reference FROM review r JOIN consultation c ON c.review_id = r.id WHERE window_closes_at > $1"
            assert len(await tables.ask(site, due, "2000")) == 3
            await tables.do(site, "UPDATE review SET details_for_chat = $1 WHERE reference = $2", b"nonsense", AMAL)
            await tables.do(site, "UPDATE draft SET sealed = $1 WHERE consultation_id = $2", b"", billie.consultation)
            site.hands.later(hours=25)
            patience = time.monotonic() + PATIENCE
            while len(left := await tables.ask(site, due, "2000")) > 1:
                assert time.monotonic() < patience, left
                await asyncio.sleep(0.05)

    assert [row["reference"] for row in left] == [BILLIE], "hers cannot even be opened"
    assert any('"windows_closed"' in line for line in run.log)


# What lets an officer in


async def test_anothers_lock_lets_nobody_in(stage: Stage) -> None:
    """Jo's lock on Sam's row: Jo's phrase opens nothing of Sam's, and nobody learns more than "wrong"."""
    site = stage.site
    async with tables.put_back(site, "custody"), Officer(stage.run.portal) as jo:
        for row in await tables.ask(site, "SELECT * FROM custody WHERE staff_id = $1", site.staff["jo"]):
            await tables.do(
                site,
                "UPDATE custody SET locked = $1 WHERE staff_id = $2 AND kind = $3",
                row["locked"],
                site.staff["sam"],
                row["kind"],
            )
        answers = [await jo.sign_in("sam", site.phrases[name]) for name in ("jo", "sam")]
        page = await jo.get("/reviews")

    assert [answer.status for answer in answers] == [422, 422]
    assert page.status == 403
    assert (await stage.sam.get("/reviews")).status == 200


async def test_anothers_session_row_ends_it_and_opens_nothing(stage: Stage) -> None:
    site = stage.site
    async with Officer(stage.run.portal) as jo:
        await jo.sign_in("jo", site.phrases["jo"])
        token = next(text for name, text in jo.cookies().items() if name == "foreword-staff")
        id = hashlib.sha256(token.encode()).hexdigest()
        async with tables.put_back(site, "portal_session"):
            sams = await tables.ask(site, "SELECT * FROM portal_session WHERE staff_id = $1", site.staff["sam"])
            await tables.do(
                site,
                "UPDATE portal_session SET sealed = $1, staff_id = $2, stamp = $3 WHERE id = $4",
                sams[0]["sealed"],
                site.staff["sam"],
                sams[0]["stamp"],
                id,
            )
            page = await jo.get(f"/reviews/{AMAL}")

    assert page.status == 403
    assert STANDS not in page.text
    assert stage.logged("portal_session_refused", staff=site.staff["sam"])


async def test_all_the_while_nothing_was_unhandled_and_no_word_was_logged(stage: Stage) -> None:
    stage.nothing_was_unhandled_and_no_word_logged()
