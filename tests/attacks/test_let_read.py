"""An advocate reads what the child let them read, and learns nothing else; nobody else reads it by that way.

P2 to P6 for the bundle that is theirs, at the real verbs, on both databases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, update
from sqlmodel import col
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.conversation.events import Looked
from consultations.helping import LetRead
from consultations.keeping.store import tables
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.sending import ADVOCATES, OFFICERS, Sending
from consultations.summary import CopyKind, copy
from tests.attacks.staff_screen import Advocate
from tests.consultations import chat
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site

LET, WITHHELD = "badgerlantern", "copperumbrella"


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a child to be; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    async with chat.asked_for(request, tmp_path) as made:
        yield made


async def helped(site: Site) -> tuple[AtTheDoor, Advocate]:
    """A child with two answers, alone again at the check page, and the advocate who sat with them."""
    child = await (await AtTheDoor.of(site)).starts()
    nia = await (await Advocate.enrolled(site)).sits_down(child)
    await child.does(Looked())
    await child.taps(".go", ".gone")
    await child.says(LET, "home_settled")
    await child.says(WITHHELD, "school")
    await child.taps(".go", ".check")
    return child, nia


async def let_and_sent(site: Site) -> tuple[AtTheDoor, Advocate]:
    child, nia = await helped(site)
    await child.taps(".let", "home_settled")
    await child.taps(".send", child.send_button())
    return child, nia


async def reads(nia: Advocate) -> LetRead | None:
    """What the advocate's own page shows of the child's review."""
    thread = await nia.site.thread(nia.address)
    return await nia.helping.read(nia.signed_in, thread.review, nia.site.now)


def words(read: LetRead | None) -> list[str]:
    return [each.words for each in read.said.answers] if read else []


async def sendings(site: Site, child: AtTheDoor) -> tuple[KeptSending, ...]:
    return await site.cast.store.sendings.sendings_of((await site.thread(child.address)).review)


def opened(site: Site, review: str, kept: KeptSending, reader: PrivateReader) -> dict[str, list[str]]:
    """Which groups' bundles open to this reader, and the words in each."""
    keys = site.cast.portal_keys
    sealed = SealedSending(
        kept.manifest,
        kept.signature,
        tuple(bundle.sealed for bundle in kept.bundles),
        tuple(bundle.wraps for bundle in kept.bundles),
    )
    found = open_sending(reader, sealed, keys.chat_public, site=keys.site, review=review, sending=kept.id)
    return {each.group: [answer.words for answer in Sending.from_bytes(each.plain).answers] for each in found}


@ON_BOTH
async def test_the_advocate_reads_what_was_let_and_the_officer_sees_all_and_which(site: Site) -> None:
    _, nia = await let_and_sent(site)

    read = await reads(nia)
    [helped_child] = await nia.helping.children(nia.signed_in)
    officers = await site.cast.reading.open(site.sam, CAST.reference, site.now)

    assert words(read) == [LET]
    assert helped_child.lets_read
    assert officers is not None
    assert {each.words: each.let_read for each in copy(officers.summary, CopyKind.OFFICER).answers} == {
        "quite alright": "",
        LET: "Nia Advocate",
        WITHHELD: "",
    }
    others = [copy(officers.summary, kind) for kind in (CopyKind.MEETING, CopyKind.FILE)]
    assert not any(each.let_read for other in others for each in other.answers)


@ON_BOTH
async def test_the_child_and_the_officer_are_told_that_the_advocate_opened_it_once_they_did(site: Site) -> None:
    child, nia = await let_and_sent(site)
    await child.taps(".after", ".who")
    before = child.sees()

    await reads(nia)
    await reads(nia)
    await child.taps(".after", ".who")
    site.waits(minutes=1)
    officers = await site.cast.reading.open(site.sam, CAST.reference, site.now)

    assert "Nia" not in before
    assert child.sees().count("Nia Advocate opened what you let them read, on") == 1
    assert officers is not None
    assert [(each.reader, each.what) for each in officers.done] == [("Nia Advocate", "let"), ("Sam", "opened")]


@ON_BOTH
async def test_an_advocate_who_read_does_not_count_as_an_officer_who_did(site: Site) -> None:
    _, nia = await let_and_sent(site)

    await reads(nia)
    [listed] = await site.cast.reading.reviews(site.sam, site.now)

    assert listed.waiting


@ON_BOTH
async def test_nobody_else_finds_it_and_what_was_never_let_reads_like_what_never_was(site: Site) -> None:
    child, nia = await helped(site)
    ossian = await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    review = (await site.thread(child.address)).review
    await child.taps(".send", child.send_button())
    unlet = await reads(nia), (await nia.helping.children(nia.signed_in))[0].lets_read
    await child.taps(".after", ".change")
    await child.taps(".let", "home_settled")
    await child.taps(".send", child.send_button())

    for somebody in (ossian.signed_in, site.sam):
        assert await nia.helping.read(somebody, review, site.now) is None
    assert unlet == (None, False)
    assert await nia.helping.read(nia.signed_in, "no such review", site.now) is None
    assert words(await reads(nia)) == [LET]


@ON_BOTH
async def test_what_is_taken_away_again_or_taken_back_is_read_no_more(site: Site) -> None:
    child, nia = await let_and_sent(site)
    await child.taps(".after", ".change")
    await child.taps(".unlet", "home_settled")
    await child.taps(".let", "school")
    await child.taps(".send", child.send_button())
    changed = await reads(nia)
    await child.taps(".after", ".take")
    await child.taps(".take", ".yes")

    assert words(changed) == [WITHHELD]
    assert await reads(nia) is None
    assert not (await nia.helping.children(nia.signed_in))[0].lets_read


@ON_BOTH
async def test_an_addition_joins_what_was_let_before_and_its_number_is_not_told(site: Site) -> None:
    child, nia = await helped(site)
    await child.taps(".send", child.send_button())
    site.waits(hours=25)
    await child.comes_back()
    await child.taps(".after", ".add")
    await child.says("one more thing")
    await child.taps(".go", ".check")
    await child.taps(".let", "anything_else")
    await child.taps(".send", child.send_button())

    thread, read = await site.thread(nia.address), await reads(nia)

    assert read is not None
    assert words(read) == ["one more thing"]
    assert [note.kind for note in read.said.sent] == ["replacement"]
    assert thread.consultation not in repr(read)
    assert not any(each.addition for each in read.said.answers)


@ON_BOTH
async def test_only_the_advocate_and_the_recovery_sheets_open_their_bundle(site: Site) -> None:
    """P2: with neither of these secrets nothing opens, and neither reader opens more than is theirs."""
    child, nia = await let_and_sent(site)
    thread = await site.thread(child.address)
    (kept,) = await sendings(site, child)
    site.waits(hours=25)
    await site.listening.close_window(thread.consultation, site.now)
    everything = ["quite alright", LET, WITHHELD]

    assert opened(site, thread.review, kept, nia.signed_in.private) == {ADVOCATES: [LET]}
    assert opened(site, thread.review, kept, site.sam.private) == {OFFICERS: everything}
    assert opened(site, thread.review, kept, site.cast.recovery) == {OFFICERS: everything, ADVOCATES: [LET]}
    assert opened(site, thread.review, kept, new_reader(nia.signed_in.id)) == {}
    assert (await child.conversation()).answers == ()


@ON_BOTH
async def test_letting_an_advocate_read_changes_no_size_and_no_number_of_rows(site: Site) -> None:
    """P5, in the rows of a sending, its bundles, its wraps and the draft."""
    child, _ = await helped(site)
    await child.taps(".send", child.send_button())
    before = await sizes(site)
    await child.taps(".after", ".change")
    await child.taps(".let", "home_settled")
    await child.taps(".let", "school")
    await child.taps(".send", child.send_button())

    after = await sizes(site)

    assert after["bundle"] == before["bundle"]
    assert after["wrap"] == before["wrap"]
    assert after["draft"] == before["draft"]
    assert len(set(after["signature"])) == 1


async def sizes(site: Site) -> dict[str, Counter[int]]:
    asked: dict[str, Any] = {
        "bundle": tables.Bundle.sealed,
        "wrap": tables.Wrap.sealed,
        "draft": tables.Draft.sealed,
        "signature": tables.Sending.signature,
    }
    async with site.cast.store.database.reading() as connection:
        return {
            name: Counter((await connection.execute(select(func.length(col(column))))).scalars())
            for name, column in asked.items()
        }


@ON_BOTH
async def test_a_bundle_in_the_place_of_another_is_refused_and_the_log_says_so(site: Site) -> None:
    """P3: an older bundle of the same reader, put back by hand."""
    child, nia = await let_and_sent(site)
    (first,) = await sendings(site, child)
    await child.taps(".after", ".change")
    await child.taps(".let", "school")
    await child.taps(".send", child.send_button())
    (_, second) = await sendings(site, child)
    for place, bundle in enumerate(first.bundles):
        here = (col(tables.Bundle.sending_id) == second.id) & (col(tables.Bundle.place) == place)
        await site.cast.by_hand(update(tables.Bundle).where(here).values(sealed=bundle.sealed))

    with capture_logs() as logged:
        read = await reads(nia)

    assert read is None
    assert {"event": "sending_refused", "sending": second.id, "log_level": "error"} in logged


@ON_BOTH
@pytest.mark.parametrize("change", ["switched off", "another key"])
async def test_an_advocate_who_is_not_who_the_page_named_gets_nothing_before_the_child_looks_again(
    site: Site, change: str
) -> None:
    """P4, and what the page promised: nothing is sent, and the page is shown again."""
    child, nia = await helped(site)
    await child.taps(".let", "home_settled")
    mark, staff = child.send_button(), col(tables.Staff.id) == nia.signed_in.id
    if change == "switched off":
        await site.cast.by_hand(update(tables.Staff).where(staff).values(disabled_at=site.now))
    else:
        theirs = new_reader(nia.signed_in.id).public.to_bytes()
        await site.cast.by_hand(update(tables.Staff).where(staff).values(public=theirs))

    await child.taps(".send", mark)
    again, none = child.sees(), await sendings(site, child)
    await child.taps(".send", child.send_button())
    sent = await sendings(site, child)

    assert "Something changed, so nothing was sent yet. Please look again." in again
    assert none == ()
    if change == "switched off":
        assert "Nia" not in again
        assert opened(site, (await site.thread(child.address)).review, sent[0], nia.signed_in.private) == {}
    else:
        assert "We can't send it right now" in child.sees()
        assert sent == ()


@ON_BOTH
async def test_a_sitting_written_into_the_database_by_hand_makes_nobody_the_childs_advocate(site: Site) -> None:
    child, nia = await helped(site)
    ossian = await site.cast.enrol("ossian", "Nia Advocate")
    thread = await site.thread(child.address)
    await site.cast.by_hand(
        update(tables.Staff).where(col(tables.Staff.id) == ossian.id).values(role="advocate"),
        insert(tables.Sitting).values(
            id="by hand",
            consultation_id=thread.consultation,
            staff_id=ossian.id,
            began_at=site.now,
            ends_at=site.now,
            agreed_at=site.now.replace(year=2027),
        ),
    )

    await child.does(Looked())
    shown = child.sees()
    await child.taps(".let", "home_settled")
    await child.taps(".send", child.send_button())

    assert thread.advocate is not None
    assert thread.advocate.id == nia.signed_in.id
    assert "Nia Advocate" not in shown
    (kept,) = await sendings(site, child)
    assert opened(site, thread.review, kept, ossian.private) == {}
