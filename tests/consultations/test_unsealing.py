"""P3: what was said with an alert is refused when it is not exactly what the chat sealed for it; the rest goes on."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, select, update

from consultations.keeping.store import tables
from consultations.keeping.vault import aead, hpke, keys
from consultations.keeping.vault.context import pack
from consultations.keeping.vault.directory import enter
from consultations.keeping.vault.formats import HEADER, Format, header
from consultations.keeping.vault.padding import BUNDLE_SIZES, pad
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Group, _Place, seal_sending
from consultations.reading import OpenedReview
from consultations.sending import Kind, Sending
from consultations.signing_in import SignedIn
from consultations.unsealing import Unsealing
from tests.consultations.staff import ON_BOTH, SENT, WORDS, Cast, not_safe

FORGED = Sending("en_GB", "ages_8_11", 1, Kind.ALERT, (), (not_safe(choice="forged"),))
ALERT, SENDING, BUNDLE, WRAP = (tables.METADATA.tables[name] for name in ("alert", "sending", "bundle", "wrap"))


@dataclass
class Stage:
    """Amal raised an alert and then sent something, Billie raised one; Sam is the officer of both."""

    cast: Cast
    folder: Path
    sam: SignedIn
    review: str  # Amal's
    amal: str  # their consultations
    billie: str

    @property
    def alert(self) -> str:
        """What Amal chose, sealed."""
        return f"{self.amal}-1"

    @property
    def sent(self) -> str:
        """What Amal sent."""
        return f"{self.amal}-2"

    async def opened(self) -> list[str | None]:
        """What Sam finds that Amal chose, by the alert's row."""
        [alert] = [each for each in await self.cast.store.alerts.of_everybody() if each.review == self.review]
        assert alert.sending is not None
        kept = await self.cast.store.sendings.sendings_of(self.review)
        words = Unsealing(self.cast.portal_keys, self.sam.private, self.review).unseal_alert(kept, alert.sending)
        return [each.choice for each in words.answers] if words else []

    async def summary(self) -> OpenedReview:
        """What Sam reads of what Amal sent."""
        review = await self.cast.reading.open(self.sam, "R-1", self.cast.clock())
        assert review is not None
        return review

    async def rows(self, table: Any, sending: str) -> list[dict[str, Any]]:
        """As they are kept."""
        async with self.cast.store.database.reading() as connection:
            found = await connection.execute(select(table).where(table.c[_key(table)] == sending))
            return [dict(row) for row in found.mappings()]

    async def sets(self, table: Any, sending: str, *, place: int | None = None, **values: object) -> None:
        """Somebody who can write to the database does."""
        here = [table.c[_key(table)] == sending]
        if place is not None:
            here.append((table.c.bundle if table is WRAP else table.c.place) == place)
        await self.cast.by_hand(update(table).where(*here).values(**values))


def _key(table: Any) -> str:
    return "id" if table is SENDING else "sending_id"


@pytest_asyncio.fixture
async def stage(cast: Cast, tmp_path: Path) -> Stage:
    reviews = (await cast.review("R-1"), await cast.review("R-2", "Billie"))
    amal, billie = [await cast.begin(review) for review in reviews]
    await cast.alarm(amal, choosing=not_safe())
    await cast.send(amal)
    await cast.alarm(billie, choosing=not_safe(choice="billies"))
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(sam, SignedIn)
    return Stage(cast, tmp_path, sam, reviews[0], amal, billie)


async def _what_was_sent(stage: Stage) -> None:
    await stage.sets(ALERT, stage.alert, sending_id=stage.sent)


async def _another_childs(stage: Stage) -> None:
    await stage.sets(ALERT, stage.alert, sending_id=f"{stage.billie}-1")


async def _another_childs_moved_here(stage: Stage) -> None:
    await _another_childs(stage)
    await stage.sets(SENDING, f"{stage.billie}-1", consultation_id=stage.amal, number=3)


async def _another_childs_under_this_ones_name(stage: Stage) -> None:
    [billies] = await stage.rows(SENDING, f"{stage.billie}-1")
    await stage.sets(SENDING, stage.alert, manifest=billies["manifest"], signature=billies["signature"])
    for table in (BUNDLE, WRAP):
        for row in await stage.rows(table, f"{stage.billie}-1"):
            places = [name for name in ("bundle", "place") if name in row]
            here = [table.c.sending_id == stage.alert, *(table.c[name] == row[name] for name in places)]
            await stage.cast.by_hand(update(table).where(*here).values(sealed=row["sealed"]))


async def _one_bit_of_the_manifest(stage: Stage) -> None:
    [row] = await stage.rows(SENDING, stage.alert)
    await stage.sets(SENDING, stage.alert, manifest=_flipped(row["manifest"]))


async def _no_signature(stage: Stage) -> None:
    await stage.sets(SENDING, stage.alert, signature=b"")


async def _one_bit_of_each_bundle(stage: Stage) -> None:
    for row in await stage.rows(BUNDLE, stage.alert):
        await stage.sets(BUNDLE, stage.alert, place=row["place"], sealed=_flipped(row["sealed"]))


async def _a_bundle_missing(stage: Stage) -> None:
    await stage.cast.by_hand(delete(BUNDLE).where(BUNDLE.c.sending_id == stage.alert, BUNDLE.c.place == 1))


async def _forged_and_wrapped_to_the_officer(stage: Stage) -> None:
    """Anybody can seal to a public key: bundle and wrap are perfect, and only the manifest does not know them."""
    content = pad(pack(b"officer", FORGED.to_bytes()), BUNDLE_SIZES[0] - HEADER - aead.OVERHEAD)
    sam = stage.sam.private.public
    for slot in (0, 1):
        key = Secret(secrets.token_bytes(32))
        place = _Place(stage.cast.chat_keys.site, stage.review, stage.alert, Kind.ALERT, slot)
        bundle = header(Format.BUNDLE) + aead.seal(key, content, place.context("bundle"), secrets.token_bytes)
        wrap = header(Format.WRAP) + hpke.seal_to(sam.sealing, key, place.context("wrap", sam.id))
        await stage.sets(BUNDLE, stage.alert, place=slot, sealed=bundle)
        await stage.sets(WRAP, stage.alert, place=slot, sealed=wrap)


async def _forged_and_signed_by_another_chat(stage: Stage) -> None:
    chat, portal = keys.create(stage.folder / "forge", stage.cast.chat_keys.site)
    sealed = seal_sending(
        chat,
        review=stage.review,
        sending=stage.alert,
        kind=Kind.ALERT,
        sent_at=SENT,
        groups=[Group("officer", FORGED.to_bytes(), (enter(portal, stage.sam.private.public),))],
    )
    await stage.sets(SENDING, stage.alert, manifest=sealed.manifest, signature=sealed.signature)
    for place, bundle in enumerate(sealed.bundles):
        await stage.sets(BUNDLE, stage.alert, place=place, sealed=bundle)
        for number, wrap in enumerate(sealed.wraps[place]):
            here = [WRAP.c.sending_id == stage.alert, WRAP.c.bundle == place, WRAP.c.place == number]
            await stage.cast.by_hand(update(WRAP).where(*here).values(sealed=wrap))


def _flipped(blob: bytes) -> bytes:
    """The same with one bit changed."""
    return blob[:100] + bytes([blob[100] ^ 1]) + blob[101:]


Tamper = Callable[[Stage], Awaitable[None]]
TAMPERS = (
    _what_was_sent,
    _another_childs,
    _another_childs_moved_here,
    _another_childs_under_this_ones_name,
    _one_bit_of_the_manifest,
    _no_signature,
    _one_bit_of_each_bundle,
    _a_bundle_missing,
    _forged_and_wrapped_to_the_officer,
    _forged_and_signed_by_another_chat,
)


@pytest.mark.parametrize("tamper", [pytest.param(each, id=each.__name__.strip("_")) for each in TAMPERS])
@ON_BOTH
async def test_what_was_not_sealed_for_this_alert_is_refused_and_what_was_sent_goes_on(
    stage: Stage, tamper: Tamper
) -> None:
    assert await stage.opened() == ["no"]

    await tamper(stage)

    with pytest.raises(Refused):
        await stage.opened()
    [sent] = (await stage.summary()).summary.standing
    assert [each.words for each in sent.sending.answers] == [WORDS]


@ON_BOTH
async def test_what_an_officer_must_not_be_told_any_more_stays_shut_when_it_is_put_back(
    stage: Stage,
) -> None:
    """The database of yesterday's rows: what was sealed to them stands again, as it was."""
    kept = [(table, row) for table in (BUNDLE, WRAP) for row in await stage.rows(table, stage.alert)]
    await stage.cast.alarm(stage.amal, choosing=not_safe(), kept_from=("officer",))

    await stage.sets(SENDING, stage.alert, replaced_by=None)
    for table, row in kept:
        await stage.cast.by_hand(insert(table).values(**row))
    await stage.cast.by_hand(update(ALERT).where(ALERT.c.consultation_id == stage.amal).values(sending_id=stage.alert))

    with pytest.raises(Refused):
        await stage.opened()
    assert [each.id for each in (await stage.summary()).summary.standing] == [stage.sent]


@ON_BOTH
async def test_what_is_an_alert_and_what_was_sent_is_what_the_chat_signed_not_what_a_row_says(stage: Stage) -> None:
    await stage.sets(SENDING, stage.alert, kind="replacement")
    await stage.sets(SENDING, stage.sent, kind="alert")

    review = await stage.summary()

    assert [each.id for each in review.summary.standing] == [stage.sent]
    assert (review.refused, review.missing) == (0, False)
    assert await stage.opened() == ["no"]


@ON_BOTH
async def test_that_an_alerts_sending_has_gone_is_missed_among_what_was_sent(stage: Stage) -> None:
    await stage.sets(ALERT, stage.alert, sending_id=None)
    for table in (WRAP, BUNDLE):
        await stage.cast.by_hand(delete(table).where(table.c.sending_id == stage.alert))
    await stage.cast.by_hand(delete(SENDING).where(SENDING.c.id == stage.alert))

    review = await stage.summary()

    assert review.missing
    assert [each.id for each in review.summary.standing] == [stage.sent]
