"""What was sealed to one reader opens to the next, and to the one before no more; nothing is opened on the way (P7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from consultations.access import Role
from consultations.auditing import Wrong, audit
from consultations.conversation.happened import Dispatched
from consultations.keeping.store import Collided, tables
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.notes import open_note
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader
from consultations.keeping.vault.secret import token_bytes
from consultations.keeping.vault.trail import command_trail
from consultations.sealing import Sealing
from consultations.sending import ADVOCATES, OFFICERS, Kind, Sending
from consultations.signing_in import SignedIn
from consultations.staffing import NotDone
from consultations.summary import CopyKind
from consultations.trail import COMMAND, Deed
from consultations.unsealing import Unsealing
from tests.consultations import staff
from tests.consultations.staff import ON_BOTH, SENT, WORDS, Cast, not_safe, said

TABLES = tables.METADATA.tables
STAFF, REVIEW, WRAP, BUNDLE = (TABLES[name] for name in ("staff", "review", "wrap", "bundle"))


@pytest_asyncio.fixture
async def cast(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cast]:
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    async with staff.cast(url, tmp_path) as made:
        yield made


async def signed_in(cast: Cast, username: str) -> SignedIn:
    came = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(came, SignedIn)
    return came


async def private(cast: Cast, username: str) -> PrivateReader:
    return (await signed_in(cast, username)).private


async def sent(cast: Cast, review: str) -> tuple[KeptSending, ...]:
    return await cast.store.sendings.sendings_of(review)


async def opens(cast: Cast, reader: PrivateReader, review: str, group: str = OFFICERS) -> list[str]:
    """The words of this review that open to this key, whatever the portal would let anybody see."""
    unsealed = Unsealing(cast.portal_keys, reader, review, group).unseal(await sent(cast, review))
    assert not unsealed.refused
    return [answer.words for each in unsealed.sendings for answer in each.sending.answers]


async def reads(cast: Cast, username: str, reference: str) -> list[str] | None:
    """What somebody reads in the portal."""
    opened = await cast.reading.open(await signed_in(cast, username), reference, cast.clock())
    if opened is None:
        return None
    assert not opened.for_others
    assert not opened.refused
    return [answer.words for each in opened.summary.standing for answer in each.sending.answers]


async def shapes(cast: Cast) -> tuple[object, ...]:
    """How many wraps and bundles there are, and of what sizes."""
    async with cast.store.database.reading() as connection:
        wraps = await connection.execute(select(WRAP.c.sending_id, WRAP.c.bundle, WRAP.c.place, WRAP.c.sealed))
        return tuple(sorted((*row[:3], len(row[3])) for row in wraps))


async def hand_over(cast: Cast, giver: PrivateReader, review: str, before: str = "sam", to: str = "jo") -> int:
    """How many bundles were passed on."""
    done = await cast.passing_on.hand_over(giver, review, cast.ids[before], cast.ids[to], COMMAND, cast.clock())
    assert done is not None
    assert not done.refused
    return done.bundles


@ON_BOTH
@pytest.mark.parametrize("by", ["their own key", "two sheets"])
async def test_what_was_sent_opens_to_the_next_officer_and_to_the_one_before_no_more(cast: Cast, by: str) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    await cast.send(consultation)
    await cast.send(consultation, said("And zanzibartea."), kind=Kind.ADDITION)
    sam, jo, before = await private(cast, "sam"), await private(cast, "jo"), await shapes(cast)
    if by == "two sheets":
        await cast.store.people.disable(cast.ids["sam"], "away", cast.clock())
    passed = await hand_over(cast, sam if by == "their own key" else cast.recovery, review)

    audited = await audit(cast.store, [command_trail(cast.portal_keys)], [])
    assert passed == 2
    assert Wrong.UNRECORDED not in {each.wrong for each in audited.faults}
    assert await shapes(cast) == before
    assert await opens(cast, sam, review) == []
    for reader in (jo, cast.recovery):
        assert await opens(cast, reader, review) == [WORDS, "And zanzibartea."]
    assert await cast.store.reviews.review_for(cast.ids["sam"], "R-1") is None
    assert await reads(cast, "jo", "R-1") == [WORDS, "And zanzibartea."]
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    assert {(each.reader, each.what, each.sending) for each in thread.readings if not each.read} == {
        ("Jo Lindqvist", "passed_on", 1),
        ("Jo Lindqvist", "passed_on", 2),
    }
    deeds = [each.entry.deed for each in await cast.store.trail.links("command", 0, 100)]
    assert deeds[-2:] == [Deed.ASSIGNED, Deed.HANDED_OVER]


@ON_BOTH
async def test_what_is_sent_after_a_hand_over_is_sealed_to_the_new_officer(cast: Cast) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    await hand_over(cast, await private(cast, "sam"), review)
    await cast.send(consultation)

    assert await reads(cast, "jo", "R-1") == [WORDS]
    assert await opens(cast, await private(cast, "sam"), review) == []


async def test_nothing_is_sent_to_the_officer_of_an_older_check_page(cast: Cast) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    shown = await cast.store.threads.thread_of(consultation)
    assert shown is not None
    await hand_over(cast, cast.recovery, review)
    words = Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), (said(),))

    with pytest.raises(Collided):
        await Sealing(cast.store, cast.chat_keys, token_bytes).send(
            shown, Dispatched(1, Kind.REPLACEMENT, None, ()), words, b"a draft that knows of it", cast.clock()
        )
    assert await sent(cast, review) == ()


async def test_a_review_that_comes_in_again_with_another_officer_is_that_ones(cast: Cast) -> None:
    review = await cast.review("R-1")
    await hand_over(cast, cast.recovery, review)
    await cast.hand_over(review, "R-1", "sam")
    await cast.send(await cast.begin(review))

    assert await reads(cast, "sam", "R-1") == [WORDS]


async def test_what_the_file_gave_to_another_officer_is_passed_on_to_them_by_the_one_before(cast: Cast) -> None:
    review = await cast.review("R-1")
    await cast.send(await cast.begin(review))
    await cast.hand_over(review, "R-1", "jo")
    unread = await opens(cast, await private(cast, "jo"), review)
    await hand_over(cast, await private(cast, "sam"), review)

    assert unread == []
    assert await reads(cast, "jo", "R-1") == [WORDS]
    assert await opens(cast, await private(cast, "sam"), review) == []


@ON_BOTH
async def test_an_open_alert_and_what_was_done_about_others_follow_the_review(cast: Cast) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    sam, jo = await signed_in(cast, "sam"), await signed_in(cast, "jo")
    closed = await cast.alarm(consultation, 1, choosing=not_safe())
    held = await cast.alarm(consultation, 2)
    for each in (closed, held):
        await cast.attending.hold(sam, each, "", cast.clock())
    await cast.attending.close(sam, closed, "I rang zanzibarhome.", cast.clock())
    await hand_over(cast, sam.private, review)

    alerts = {each.kept.id: each for each in await cast.attending.alerts(jo, cast.clock())}
    assert alerts[held].mine
    assert alerts[closed].done == "I rang zanzibarhome."
    assert await cast.attending.alerts(sam, cast.clock()) == ()
    assert [await cast.attending.alert(sam, each, cast.clock()) for each in (closed, held)] == [None, None]


async def test_a_reason_for_a_copy_follows_the_review(cast: Cast) -> None:
    review = await cast.review("R-1")
    await cast.send(await cast.begin(review))
    sam = await signed_in(cast, "sam")
    await cast.reading.copy(sam, "R-1", CopyKind.OFFICER, "for the zanzibarfile", cast.clock())
    await hand_over(cast, sam.private, review)

    async with cast.store.handovers.holding(review) as held:
        assert held is not None
        (reason,) = held.reasons
    jo = await private(cast, "jo")
    assert open_note("site-of-amal", "reading", reason.id, reason.sealed, jo) == b"for the zanzibarfile"
    with pytest.raises(Refused):
        open_note("site-of-amal", "reading", reason.id, reason.sealed, sam.private)


@ON_BOTH
async def test_what_the_child_did_not_want_their_officer_told_is_passed_on_to_no_officer(cast: Cast) -> None:
    review = await cast.review("R-1")
    await cast.alarm(await cast.begin(review), choosing=not_safe(), kept_from=["officer"])
    await hand_over(cast, cast.recovery, review)

    kept = await sent(cast, review)
    standing = next(each.id for each in kept if each.stands)
    unsealing = Unsealing(cast.portal_keys, await private(cast, "jo"), review)
    assert unsealing.unseal_alert(kept, standing) is None
    assert Unsealing(cast.portal_keys, cast.recovery, review).unseal_alert(kept, standing) is not None


@ON_BOTH
async def test_a_lost_phrase_and_code_are_made_good_by_two_sheets(cast: Cast) -> None:
    """The officer's and the advocate's alike; what was handed over to them before, too."""
    priya = await cast.enrol("priya", "Priya Nair", Role.ADVOCATE)
    mine, given = await cast.review("R-1"), await cast.review("R-2", officer="jo")
    consultation = await cast.begin(mine)
    sat = {"began_at": SENT, "ends_at": SENT, "agreed_at": SENT, "ended_at": SENT}
    sitting = TABLES["sitting"].insert().values(id="s", consultation_id=consultation, staff_id=priya.id, how="", **sat)
    await cast.by_hand(sitting)
    await cast.send(consultation, said(WORDS), let=[said("For zanzibarpriya.")])
    await cast.send(await cast.begin(given))
    await hand_over(cast, cast.recovery, given, "jo", "sam")
    await cast.alarm(consultation, choosing=not_safe())
    for username in ("sam", "priya"):
        await cast.new_keys(username)
        group = OFFICERS if username == "sam" else ADVOCATES
        assert await opens(cast, await private(cast, username), mine, group) == []
    restored = {
        username: [
            await cast.passing_on.restore(cast.recovery, each, cast.ids[username], cast.clock())
            for each in await cast.store.handovers.with_wraps()
        ]
        for username in ("sam", "priya")
    }

    assert sorted(each.bundles for each in restored["sam"] if each) == [1, 2]
    assert [each.bundles for each in restored["priya"] if each] == [1]
    assert await reads(cast, "sam", "R-1") == [WORDS]
    assert await reads(cast, "sam", "R-2") == [WORDS]
    assert await opens(cast, await private(cast, "priya"), mine, ADVOCATES) == ["For zanzibarpriya."]


async def test_what_was_cut_off_half_way_is_whole_before_and_after(cast: Cast) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    await cast.send(consultation)
    await cast.send(consultation, said("More."), kind=Kind.ADDITION)
    sam = await private(cast, "sam")
    left = 12

    def fails(many: int) -> bytes:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return token_bytes(many)

    killed = replace(cast.passing_on, random=fails)
    with pytest.raises(KeyboardInterrupt):
        await killed.hand_over(sam, review, cast.ids["sam"], cast.ids["jo"], COMMAND, cast.clock())
    in_between = await reads(cast, "sam", "R-1")
    await hand_over(cast, sam, review)

    assert in_between == [WORDS, "More."]
    assert await reads(cast, "jo", "R-1") == [WORDS, "More."]


@pytest.mark.parametrize("who", ["mo", "nobody", "disabled", "not enrolled"])
async def test_nobody_who_could_not_open_it_is_given_a_review(cast: Cast, who: str) -> None:
    review = await cast.review("R-1")
    to = cast.ids.get(who, "00" * 16)
    if who == "disabled":
        await cast.store.people.disable(to := cast.ids["jo"], "away", cast.clock())
    if who == "not enrolled":
        await cast.by_hand(STAFF.update().where(STAFF.c.id == (to := cast.ids["jo"])).values(public=None))

    with pytest.raises(NotDone):
        await cast.passing_on.hand_over(cast.recovery, review, cast.ids["sam"], to, COMMAND, cast.clock())
    assert await cast.store.reviews.review_for(cast.ids["sam"], "R-1") is not None
