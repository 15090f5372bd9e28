"""P3: somebody can write to the database. Whatever they put there, another child's, an older one, half of one, one of
their own making, is refused in a sentence; everybody else goes on; and put right again, everything is there."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from consultations.keeping.vault import aead, hpke, keys
from consultations.keeping.vault.context import pack
from consultations.keeping.vault.formats import HEADER, Format, header
from consultations.keeping.vault.padding import BUNDLE_SIZES, pad
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Group, _Place, seal_sending
from consultations.sending import Kind, Sending
from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.bot.running import PATIENCE, Running
from tests.consultations.staff import said

AMAL, BILLIE, ESI, FINN = "AT-1", "AT-2", "AT-3", "AT-4"
FIRST, STANDS, ADDED = "sentatfirstandtakenout", "My zanzibarkettle sings", "oneaddedlater"
BILLIES, ESIS, FINNS = "billieslostumbrella", "esisunfinishedsentence", "finnsunfinishedsentence"
FORGED = "thiswasneverwrittenbyachild"


@dataclass
class Stage:
    """A running product in the middle of things: two children have sent, two are writing, their officer is in."""

    site: Site
    run: Running
    children: dict[str, Child]
    sam: Officer
    consultations: dict[str, str]
    reviews: dict[str, str]

    def logged(self, event: str, **fields: str) -> bool:
        """Whether the log says so."""
        lines = [line for line in self.run.log if f'"{event}"' in line]
        return any(all(f'"{text}"' in line for text in fields.values()) for line in lines)

    async def reads(self, reference: str) -> str:
        """What the child reads now."""
        page = await self.children[reference].look()
        assert page.status == 200
        return self.children[reference].read

    async def officer_reads(self, reference: str) -> str:
        """What the officer reads about this child now; the service is up, and so is their list."""
        assert (await self.sam.get("/reviews")).status == 200
        assert (await self.sam.get(f"/reviews/{reference}")).status == 200
        return self.sam.read


@pytest_asyncio.fixture(scope="module")
async def stage(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("stage") / "site")
    with site.running() as run:
        children = {reference: Child(run.chat) for reference in (AMAL, BILLIE, ESI, FINN)}
        async with Officer(run.portal) as sam, children[AMAL], children[BILLIE], children[ESI], children[FINN]:
            for reference, child in children.items():
                await child.come_in(site.codes[reference])
            await children[AMAL].say({"home_settled": Says(STANDS, "good"), "me": Says(FIRST)})
            await children[AMAL].send()
            await children[AMAL].tap(".after", ".change")
            await children[AMAL].share("me", "nobody")
            await children[AMAL].send()
            await children[AMAL].tap(".after", ".final")
            await children[AMAL].add(ADDED)
            await children[BILLIE].say({"me": Says(BILLIES)})
            await children[BILLIE].send()
            await children[ESI].say({"home_settled": Says(ESIS)}, until="people_see")
            await children[FINN].say({"home_settled": Says(FINNS)}, until="people_see")
            for child in (children[ESI], children[FINN]):
                await child.tap(".go", ".check") if child.has(".go", ".check") else await child.tap(
                    "people_see", ".back"
                )
            await sam.sign_in("sam", site.phrases["sam"])
            rows = await tables.ask(
                site, "SELECT r.reference, r.id AS review, c.id FROM review r JOIN consultation c ON c.review_id = r.id"
            )
            yield Stage(
                site,
                run,
                children,
                sam,
                {row["reference"]: row["id"] for row in rows},
                {row["reference"]: row["review"] for row in rows},
            )


Tamper = Callable[[Stage], Awaitable[None]]


def tampers(*each: Tamper) -> pytest.MarkDecorator:
    """Once for each way of tampering."""
    return pytest.mark.parametrize("tamper", [pytest.param(one, id=one.__name__.lstrip("_")) for one in each])


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
    await _put(stage, ESI, sealed=_flipped((await _sealed(stage, ESI))["sealed"], 5))


async def _one_bit_in_the_middle(stage: Stage) -> None:
    await _put(stage, ESI, sealed=_flipped((await _sealed(stage, ESI))["sealed"], 4000))


async def _one_bit_of_the_last_byte(stage: Stage) -> None:
    await _put(stage, ESI, sealed=_flipped((await _sealed(stage, ESI))["sealed"], -1))


async def _a_suite_nobody_knows(stage: Stage) -> None:
    await _put(stage, ESI, sealed=b"\x01\x02" + (await _sealed(stage, ESI))["sealed"][2:])


async def _one_bit_of_the_key(stage: Stage) -> None:
    await _put(stage, ESI, wrapped=_flipped((await _sealed(stage, ESI))["wrapped"], -20))


async def _a_season_that_never_was(stage: Stage) -> None:
    wrapped = (await _sealed(stage, ESI))["wrapped"]
    await _put(stage, ESI, wrapped=wrapped[:2] + bytes(8) + wrapped[10:])


async def _half_a_key(stage: Stage) -> None:
    await _put(stage, ESI, wrapped=(await _sealed(stage, ESI))["wrapped"][:9])


async def _forged_with_a_key_of_their_own(stage: Stage) -> None:
    plain = b'{"format": 1, "id": "%s"}' % stage.consultations[ESI].encode()
    key = Secret(secrets.token_bytes(32))
    await _put(stage, ESI, sealed=header(Format.DRAFT) + aead.seal(key, plain, b"", secrets.token_bytes))


def _flipped(blob: bytes, at: int) -> bytes:
    changed = bytearray(blob)
    changed[at] ^= 1
    return bytes(changed)


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


# What was sent


def _numbered(stage: Stage, reference: str, number: int) -> str:
    return f"{stage.consultations[reference]}-{number}"


async def _sending(stage: Stage, reference: str, number: int) -> dict[str, Any]:
    id = _numbered(stage, reference, number)
    return (await tables.ask(stage.site, "SELECT * FROM sending WHERE id = $1", id))[0]


async def _set(stage: Stage, number: int, **values: object) -> None:
    for column, value in values.items():
        await tables.do(
            stage.site, f"UPDATE sending SET {column} = $1 WHERE id = $2", value, _numbered(stage, AMAL, number)
        )


async def _swap_bundles_with_another_child(stage: Stage) -> None:
    await _swap(stage, "bundle")


async def _swap_wraps_with_another_child(stage: Stage) -> None:
    await _swap(stage, "wrap")


async def _swap_both_with_another_child(stage: Stage) -> None:
    await _swap(stage, "bundle")
    await _swap(stage, "wrap")


async def _swap(stage: Stage, table: str) -> None:
    amals, billies = _numbered(stage, AMAL, 2), _numbered(stage, BILLIE, 1)
    for old, new in ((amals, "aside"), (billies, amals), ("aside", billies)):
        await tables.do(stage.site, f"UPDATE {table} SET sending_id = $1 WHERE sending_id = $2", new, old)


async def _anothers_manifest(stage: Stage) -> None:
    billies = await _sending(stage, BILLIE, 1)
    await _set(stage, 2, manifest=billies["manifest"], signature=billies["signature"])


async def _anothers_sending_whole(stage: Stage) -> None:
    await _swap_both_with_another_child(stage)
    await _anothers_manifest(stage)


async def _anothers_signature(stage: Stage) -> None:
    await _set(stage, 2, signature=(await _sending(stage, BILLIE, 1))["signature"])


async def _the_additions_manifest(stage: Stage) -> None:
    addition = await _sending(stage, AMAL, 3)
    await _set(stage, 2, manifest=addition["manifest"], signature=addition["signature"])


async def _one_bit_of_the_manifest(stage: Stage) -> None:
    await _set(stage, 2, manifest=_flipped((await _sending(stage, AMAL, 2))["manifest"], 100))


async def _half_a_manifest(stage: Stage) -> None:
    await _set(stage, 2, manifest=(await _sending(stage, AMAL, 2))["manifest"][:200])


async def _one_bit_of_the_signature(stage: Stage) -> None:
    await _set(stage, 2, signature=_flipped((await _sending(stage, AMAL, 2))["signature"], -1))


async def _no_signature(stage: Stage) -> None:
    await _set(stage, 2, signature=b"")


async def _bundles(stage: Stage) -> list[dict[str, Any]]:
    id = _numbered(stage, AMAL, 2)
    return await tables.ask(stage.site, "SELECT * FROM bundle WHERE sending_id = $1 ORDER BY place", id)


async def _put_bundle(stage: Stage, place: int, sealed: bytes) -> None:
    id = _numbered(stage, AMAL, 2)
    await tables.do(stage.site, "UPDATE bundle SET sealed = $1 WHERE sending_id = $2 AND place = $3", sealed, id, place)


async def _bundles_in_another_order(stage: Stage) -> None:
    for row in await _bundles(stage):
        await _put_bundle(stage, 1 - row["place"], row["sealed"])


async def _one_bit_of_a_bundle(stage: Stage) -> None:
    for row in await _bundles(stage):
        await _put_bundle(stage, row["place"], _flipped(row["sealed"], 9000))


async def _a_bundle_cut_short(stage: Stage) -> None:
    for row in await _bundles(stage):
        await _put_bundle(stage, row["place"], row["sealed"][:-100])


async def _a_bundle_missing(stage: Stage) -> None:
    await tables.do(stage.site, "DELETE FROM bundle WHERE sending_id = $1 AND place = 1", _numbered(stage, AMAL, 2))


async def _a_wrap_missing(stage: Stage) -> None:
    await tables.do(stage.site, "DELETE FROM wrap WHERE sending_id = $1 AND place = 0", _numbered(stage, AMAL, 2))


async def _forged_bundle_wrapped_to_the_officer(stage: Stage) -> None:
    """Anybody can seal to a public key: bundle and wrap are perfect, and only the manifest does not know them."""
    await _forge_bundles(stage)


async def _forged_and_signed_by_somebody_else(stage: Stage) -> None:
    """The same with a manifest to it, by a chat that is not this site's."""
    site, workshop = stage.site, stage.site.folder / f"forge-{secrets.token_hex(4)}"
    chat, portal = keys.create(workshop, keys.load_chat(site.keys).site)
    row = (await tables.ask(site, "SELECT id, public, signature FROM staff WHERE username = 'sam'"))[0]
    from consultations.keeping.vault.directory import enter

    entry = enter(portal, PublicReader.from_bytes(row["id"], row["public"]))
    forged = Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (said(FORGED),))
    sealed = seal_sending(
        chat,
        review=stage.reviews[AMAL],
        sending=_numbered(stage, AMAL, 2),
        kind=Kind.REPLACEMENT,
        sent_at=datetime.now(UTC),
        groups=[Group("officer", forged.to_bytes(), (entry,))],
    )
    await _set(stage, 2, manifest=sealed.manifest, signature=sealed.signature)
    for place, bundle in enumerate(sealed.bundles):
        await _put_bundle(stage, place, bundle)
        for number, wrap in enumerate(sealed.wraps[place]):
            await _put_wrap(stage, place, number, wrap)


async def _forge_bundles(stage: Stage) -> None:
    site = keys.load_chat(stage.site.keys).site
    row = (await tables.ask(stage.site, "SELECT id, public FROM staff WHERE username = 'sam'"))[0]
    sam = PublicReader.from_bytes(row["id"], row["public"])
    forged = Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (said(FORGED),)).to_bytes()
    content = pad(pack(b"officer", forged), BUNDLE_SIZES[0] - HEADER - aead.OVERHEAD)
    for slot in (0, 1):
        key = Secret(secrets.token_bytes(32))
        place = _Place(site, stage.reviews[AMAL], _numbered(stage, AMAL, 2), Kind.REPLACEMENT, slot)
        bundle = header(Format.BUNDLE) + aead.seal(key, content, place.context("bundle"), secrets.token_bytes)
        await _put_bundle(stage, slot, bundle)
        wrap = header(Format.WRAP) + hpke.seal_to(sam.sealing, key, place.context("wrap", sam.id))
        await _put_wrap(stage, slot, 0, wrap)


async def _put_wrap(stage: Stage, bundle: int, place: int, sealed: bytes) -> None:
    await tables.do(
        stage.site,
        "UPDATE wrap SET sealed = $1 WHERE sending_id = $2 AND bundle = $3 AND place = $4",
        sealed,
        _numbered(stage, AMAL, 2),
        bundle,
        place,
    )


SENDINGS = (
    _swap_bundles_with_another_child,
    _swap_both_with_another_child,
    _anothers_manifest,
    _anothers_sending_whole,
    _anothers_signature,
    _the_additions_manifest,
    _one_bit_of_the_manifest,
    _half_a_manifest,
    _one_bit_of_the_signature,
    _no_signature,
    _bundles_in_another_order,
    _one_bit_of_a_bundle,
    _a_bundle_cut_short,
    _a_bundle_missing,
    _a_wrap_missing,
    _forged_bundle_wrapped_to_the_officer,
    _forged_and_signed_by_somebody_else,
)
SENT = ("sending", "bundle", "wrap")


@tampers(*SENDINGS)
async def test_a_sending_that_is_not_exactly_what_the_chat_sealed_is_not_shown(stage: Stage, tamper: Tamper) -> None:
    async with tables.put_back(stage.site, *SENT):
        await tamper(stage)

        tampered = await stage.officer_reads(AMAL)
        amal = await stage.reads(AMAL)

    assert "could not be opened" in tampered or "do not match" in tampered
    assert "Tell whoever runs Foreword for you today" in tampered
    assert not {word for word in (STANDS, FIRST, BILLIES, FORGED) if word in tampered}
    assert ADDED in tampered, "what is genuine is shown"
    assert "Sam Okafor can open it now." in amal
    assert stage.logged("sending_refused", sending=_numbered(stage, AMAL, 2))
    back = await stage.officer_reads(AMAL)
    assert STANDS in back
    assert "could not be opened" not in back
    assert BILLIES in await stage.officer_reads(BILLIE)


async def test_wraps_of_another_child_open_nothing(stage: Stage) -> None:
    """They prove themselves only by opening: a sending without a wrap that opens is somebody else's to read."""
    async with tables.put_back(stage.site, *SENT):
        await _swap_wraps_with_another_child(stage)

        amals, billies = await stage.officer_reads(AMAL), await stage.officer_reads(BILLIE)

    assert STANDS not in amals
    assert BILLIES not in billies
    assert ADDED in amals
    assert STANDS in await stage.officer_reads(AMAL)


async def test_another_childs_sending_moved_here_is_not_read_as_this_ones(stage: Stage) -> None:
    """Whole, as it is, with its bundles and wraps; they have the same officer."""
    async with tables.put_back(stage.site, *SENT):
        await tables.do(
            stage.site,
            "UPDATE sending SET consultation_id = $1, number = 4 WHERE id = $2",
            stage.consultations[AMAL],
            _numbered(stage, BILLIE, 1),
        )

        page = await stage.officer_reads(AMAL)
        copy = await stage.sam.copy(AMAL, "officer", "txt", "No signal there.")

    assert "One sending could not be opened" in page
    assert BILLIES not in page + copy.text
    assert STANDS in page
    assert stage.logged("sending_refused", sending=_numbered(stage, BILLIE, 1))


async def test_what_a_replacement_took_out_does_not_come_back(stage: Stage) -> None:
    """The database of yesterday's rows: the first sending stands again, with bundles and wraps as they were."""
    id, second = _numbered(stage, AMAL, 1), _numbered(stage, AMAL, 2)
    async with tables.put_back(stage.site, *SENT):
        await tables.do(stage.site, "UPDATE sending SET replaced_by = NULL WHERE id = $1", id)
        for table in ("bundle", "wrap"):
            for row in await tables.ask(stage.site, f"SELECT * FROM {table} WHERE sending_id = $1", second):
                await tables.insert(stage.site, table, {**row, "sending_id": id})

        page = await stage.officer_reads(AMAL)

    assert FIRST not in page
    assert STANDS in page


@pytest.mark.parametrize("number", [1, 2])
async def test_a_sending_that_has_gone_is_missed(stage: Stage, number: int) -> None:
    async with tables.put_back(stage.site, *SENT):
        for table in ("wrap", "bundle"):
            id = _numbered(stage, AMAL, number)
            await tables.do(stage.site, f"DELETE FROM {table} WHERE sending_id = $1", id)
        await tables.do(stage.site, "DELETE FROM sending WHERE id = $1", _numbered(stage, AMAL, number))

        page = await stage.officer_reads(AMAL)

    assert "Something that was sent is missing" in page
    assert ADDED in page
    assert stage.logged("sendings_have_a_gap", review=stage.reviews[AMAL])


async def test_additions_in_another_order_are_noticed(stage: Stage) -> None:
    async with tables.put_back(stage.site, *SENT):
        for number, other in ((2, 9), (3, 2), (9, 3)):
            await tables.do(
                stage.site,
                "UPDATE sending SET number = $1 WHERE number = $2 AND consultation_id = $3",
                other,
                number,
                stage.consultations[AMAL],
            )

        page = await stage.officer_reads(AMAL)

    assert "Something that was sent is missing" in page


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


async def test_all_the_while_nothing_was_unhandled_and_no_word_was_logged(stage: Stage, tmp_path: Path) -> None:
    log = "".join(stage.run.log)

    assert '"page_failed"' not in log
    assert not [word for word in (FIRST, STANDS, ADDED, BILLIES, ESIS, FINNS, FORGED) if word in log]
    assert all(line.startswith("{") for line in stage.run.log)
