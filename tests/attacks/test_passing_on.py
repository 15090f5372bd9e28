"""Handing over and restoring, attacked: by one sheet, by who writes to the database, by who was never given anything.

Each of these passes words on to nobody when it is tried, and would if what stands in its way were taken out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from consultations.access import Role
from consultations.keeping.store import tables
from consultations.keeping.vault import hpke, recovery
from consultations.keeping.vault.directory import enter
from consultations.keeping.vault.formats import HEADER
from consultations.keeping.vault.problems import SheetProblem
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.secret import Secret, token_bytes
from consultations.keeping.vault.sendings import SealedSending, content_keys
from consultations.passing_on import Passed
from consultations.reading import ChangedByHand
from consultations.sealing import CannotSeal
from consultations.signing_in import SignedIn
from consultations.staffing import NotDone
from consultations.trail import COMMAND
from consultations.unsealing import Unsealing
from tests.consultations import staff
from tests.consultations.staff import WORDS, Cast

STAFF, REVIEW, WRAP = (tables.METADATA.tables[name] for name in ("staff", "review", "wrap"))


@pytest_asyncio.fixture
async def cast(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Cast]:
    async with staff.cast(sqlite_url, tmp_path) as made:
        await made.enrol("kit", "Kit Byrne")
        yield made


@pytest_asyncio.fixture
async def review(cast: Cast) -> str:
    """Sam's, for which something was sent."""
    review = await cast.review("R-1")
    await cast.send(await cast.begin(review))
    return review


async def hands_over(
    cast: Cast, giver: PrivateReader, review: str, to: str = "jo", before: str = "sam"
) -> Passed | None:
    return await cast.passing_on.hand_over(giver, review, cast.ids[before], cast.ids[to], COMMAND, cast.clock())


async def key(cast: Cast, username: str) -> PrivateReader:
    came = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(came, SignedIn)
    return came.private


async def opens(cast: Cast, reader: PrivateReader, review: str) -> list[str]:
    unsealed = Unsealing(cast.portal_keys, reader, review).unseal(await cast.store.sendings.sendings_of(review))
    return [answer.words for each in unsealed.sendings for answer in each.sending.answers]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(lambda mine, others: mine[:1], id="one sheet alone"),
        pytest.param(lambda mine, others: [mine[0], mine[0]], id="one sheet twice"),
        pytest.param(lambda mine, others: others[:2], id="two sheets of another site"),
        pytest.param(lambda mine, others: [mine[0], others[1]], id="one of each"),
    ],
)
async def test_less_than_two_sheets_of_this_site_unlock_nothing(
    cast: Cast, typed: Callable[[list[str], list[str]], list[str]]
) -> None:
    _, others = recovery.new()

    with pytest.raises(SheetProblem):
        await cast.rehearsing.unlocked(*typed(list(cast.sheets), [" ".join(words) for words in others.words]))


async def test_who_was_given_nothing_passes_nothing_on(cast: Cast, review: str) -> None:
    """A manager, an officer of others, sheets of another site: with their keys nothing opens to the next either."""
    public, others = recovery.new()
    stranger = recovery.combine([" ".join(words) for words in others.words[:2]], public)
    for giver in (await key(cast, "mo"), await key(cast, "jo"), stranger):
        passed = await hands_over(cast, giver, review, "kit")
        assert passed is None or not passed.bundles
        await cast.hand_over(review, "R-1", "sam")

    assert await opens(cast, await key(cast, "kit"), review) == []
    assert await opens(cast, await key(cast, "sam"), review) == [WORDS]


async def test_the_leaver_passes_nothing_on_again(cast: Cast, review: str) -> None:
    sam = await key(cast, "sam")
    await hands_over(cast, sam, review)

    assert await hands_over(cast, sam, review, "kit") is None
    assert await opens(cast, await key(cast, "kit"), review) == []
    assert await opens(cast, sam, review) == []


async def test_a_reader_key_put_in_the_database_is_given_nothing(cast: Cast, review: str) -> None:
    """Also not one that the portal vouched for as somebody else's."""
    thief = new_reader(cast.ids["jo"])
    kits = enter(cast.portal_keys, new_reader(cast.ids["kit"]).public)
    for public, signature in (
        (thief.public.to_bytes(), kits.signature),
        (kits.reader.to_bytes(), kits.signature),
    ):
        change = STAFF.update().where(STAFF.c.id == cast.ids["jo"]).values(public=public, signature=signature)
        await cast.by_hand(change)
        with pytest.raises(NotDone):
            await hands_over(cast, cast.recovery, review)

    assert await opens(cast, thief, review) == []


async def test_a_review_pointed_at_another_officer_is_passed_on_to_nobody(cast: Cast, review: str) -> None:
    await cast.by_hand(REVIEW.update().values(officer_id=cast.ids["kit"]))

    with pytest.raises(ChangedByHand):
        await hands_over(cast, cast.recovery, review, to="kit")
    with pytest.raises(ChangedByHand):
        await hands_over(cast, cast.recovery, review, to="jo", before="kit")
    with pytest.raises(ChangedByHand):
        await cast.passing_on.restore(cast.recovery, review, cast.ids["kit"], cast.clock())
    for username in ("jo", "kit"):
        assert await opens(cast, await key(cast, username), review) == []


async def test_an_assignment_of_another_review_or_of_one_brought_in_anew_is_worth_nothing(
    cast: Cast, review: str
) -> None:
    other = await cast.review("R-2")
    await hands_over(cast, cast.recovery, other)
    async with cast.store.database.reading() as connection:
        asked = select(REVIEW.c.assigned).where(REVIEW.c.id == other)
        signature = (await connection.execute(asked)).scalar_one()
    pointed = {"officer_id": cast.ids["jo"], "assigned": signature}
    await cast.by_hand(REVIEW.update().where(REVIEW.c.id == review).values(**pointed))
    await cast.hand_over(other, "R-2", "sam")
    await cast.by_hand(REVIEW.update().where(REVIEW.c.id == other).values(**pointed))

    for each in (review, other):
        with pytest.raises(ChangedByHand):
            await cast.passing_on.restore(cast.recovery, each, cast.ids["jo"], cast.clock())
    with pytest.raises(CannotSeal):
        await cast.send(await cast.begin(other))


async def test_a_key_the_chat_did_not_commit_to_is_passed_on_to_nobody(cast: Cast, review: str) -> None:
    """Whoever writes to the database can seal a key of their own to the officer or the recovery key."""
    (kept,) = await cast.store.sendings.sendings_of(review)
    sealed = SealedSending(
        kept.manifest, kept.signature, tuple(b.sealed for b in kept.bundles), tuple(b.wraps for b in kept.bundles)
    )
    keys = cast.portal_keys
    (right,) = content_keys(cast.recovery, sealed, keys.chat_public, site=keys.site, review=review, sending=kept.id)
    info = right.place.context("wrap", recovery.READER)
    header = sealed.wraps[right.bundle][0][:HEADER]
    forged = header + hpke.seal_to(cast.recovery.public.sealing, Secret(token_bytes(32)), info)
    every = WRAP.update().where(WRAP.c.sending_id == kept.id, WRAP.c.bundle == right.bundle)
    await cast.by_hand(every.values(sealed=forged))

    passed = await hands_over(cast, cast.recovery, review)

    assert passed == Passed(bundles=0, refused=1)
    async with cast.store.database.reading() as connection:
        left = set((await connection.execute(select(WRAP.c.sealed).where(WRAP.c.bundle == right.bundle))).scalars())
    assert left == {forged}


async def test_an_advocate_is_given_no_officers_words_by_another_role_in_the_database(cast: Cast, review: str) -> None:
    priya = await cast.enrol("priya", "Priya Nair", Role.ADVOCATE)
    await cast.by_hand(STAFF.update().where(STAFF.c.id == cast.ids["sam"]).values(role="advocate"))
    await cast.passing_on.restore(cast.recovery, review, priya.id, cast.clock())

    assert await opens(cast, priya.private, review) == []
