"""P3: somebody can write to the database, and changes a sending.

Another child's, an older one, half of one, one of their own making is refused in a sentence; everybody else goes on;
and put right again, everything is there.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from consultations.keeping.vault import aead, hpke, keys
from consultations.keeping.vault.context import pack
from consultations.keeping.vault.directory import enter
from consultations.keeping.vault.formats import HEADER, Format, header
from consultations.keeping.vault.padding import BUNDLE_SIZES, pad
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Group, _Place, seal_sending
from consultations.sending import Kind, Sending
from tests.attacks import tables
from tests.attacks.stage import (
    ADDED,
    AMAL,
    BILLIE,
    BILLIES,
    FIRST,
    FORGED,
    STANDS,
    Stage,
    Tamper,
    flipped,
    tampers,
)
from tests.consultations.staff import said


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
    await _set(stage, 2, manifest=flipped((await _sending(stage, AMAL, 2))["manifest"], 100))


async def _half_a_manifest(stage: Stage) -> None:
    await _set(stage, 2, manifest=(await _sending(stage, AMAL, 2))["manifest"][:200])


async def _one_bit_of_the_signature(stage: Stage) -> None:
    await _set(stage, 2, signature=flipped((await _sending(stage, AMAL, 2))["signature"], -1))


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
        await _put_bundle(stage, row["place"], flipped(row["sealed"], 9000))


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


async def test_all_the_while_nothing_was_unhandled_and_no_word_was_logged(stage: Stage) -> None:
    stage.nothing_was_unhandled_and_no_word_logged()
