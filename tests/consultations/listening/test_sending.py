"""What is sent is sealed to those the child read of, or not at all."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.keeping.store import tables
from consultations.keeping.store.tally import Count
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.sending import Sending
from consultations.summary import CopyKind, copy
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.listening.acts import SECRET, sent


class TestSending:
    @ON_BOTH
    async def test_the_officer_and_two_of_three_sheets_open_it_and_nothing_else_does(self, site: Site) -> None:
        _, thread = await sent(site)
        keys = site.cast.portal_keys
        (kept,) = await site.cast.store.sendings.sendings_of(thread.review)
        sealed = SealedSending(
            kept.manifest,
            kept.signature,
            tuple(bundle.sealed for bundle in kept.bundles),
            tuple(bundle.wraps for bundle in kept.bundles),
        )

        def opened(reader: PrivateReader) -> list[bytes]:
            where = {"site": keys.site, "review": thread.review, "sending": kept.id}
            return [each.plain for each in open_sending(reader, sealed, keys.chat_public, **where)]

        jo = await site.cast.enrol("jo.too", "Jo")
        (by_sam,), (by_recovery,) = opened(site.sam.private), opened(site.cast.recovery)
        assert by_sam == by_recovery
        assert [each.words for each in Sending.from_bytes(by_sam).answers] == ["quite alright", f"{SECRET} sings"]
        assert opened(jo.private) == []
        assert opened(new_reader(site.sam.private.public.id)) == []

    @ON_BOTH
    async def test_what_the_officer_reads_is_what_the_child_was_shown(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.taps("home_settled", "no", SECRET)
        await child.taps(".s.feelings_now", "everyone")
        await child.taps(".go", ".check")
        await child.taps(".check", ".preview")
        (shown_before,) = [message.copy for message in child.messages if message.copy]
        await child.taps(".send", child.send_button())

        review = await site.cast.reading.open(site.sam, CAST.reference, site.now)

        assert review is not None
        officers = copy(review.summary, CopyKind.OFFICER)
        assert [replace(each, sent_at=None) for each in officers.answers] == list(shown_before.answers)

    async def test_a_replacement_takes_the_bundles_of_the_earlier_one_away(self, site: Site) -> None:
        child, thread = await sent(site)
        await child.says("changed", "school")
        await child.sends()

        first, second = await site.cast.store.sendings.sendings_of(thread.review)

        assert (first.replaced_by, first.bundles) == (second.id, ())
        assert second.bundles

    async def test_taking_back_leaves_the_officer_nothing_to_open(self, site: Site) -> None:
        child, thread = await sent(site)
        await child.taps(".after", ".take")
        await child.taps(".take", ".yes")

        (kept,) = await site.cast.store.sendings.sendings_of(thread.review)
        review = await site.cast.reading.open(site.sam, CAST.reference, site.now)

        assert kept.taken_back_at == site.now
        assert kept.bundles == ()
        assert review is not None
        assert not review.anything

    async def test_a_key_nobody_vouched_for_gets_nothing_and_the_child_a_kind_sentence(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.says(f"{SECRET} sings")
        before = await child.conversation()
        await change_the_key_of(site, "sam.j")

        with capture_logs() as logged:
            await child.sends()

        thread = await site.thread(child.address)
        assert "can't send it right now" in child.sees()
        assert await site.cast.store.sendings.sendings_of(thread.review) == ()
        assert (await child.conversation()).answers == before.answers
        assert [each["event"] for each in logged] == ["no_reader_to_seal_to"]
        assert SECRET not in repr(logged)

    async def test_when_that_is_put_right_the_same_button_sends(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        before = await change_the_key_of(site, "sam.j")
        await child.sends()
        await change_the_key_of(site, "sam.j", before)

        await child.sends()

        assert "It's sent" in child.sees()

    async def test_another_officer_since_the_check_page_is_shown_before_anything_goes(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.taps(".go", ".check")
        button = child.send_button()
        await site.review("ages_8_11", officer="priya")

        await child.taps(".send", button)
        assert "Priya" in child.sees()
        assert await site.cast.store.sendings.sendings_of((await site.thread(child.address)).review) == ()
        await child.taps(".send", child.send_button())

        assert "It's sent" in child.sees()
        assert await site.cast.reading.open(site.sam, CAST.reference, site.now) is None

    async def test_an_officer_who_may_not_sign_in_any_more_gets_nothing(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await site.cast.store.people.disable(site.cast.ids["sam.j"], "another stamp", site.now)

        await child.sends()

        assert "can't send it right now" in child.sees()

    async def test_was_this_ok_is_a_count_and_nothing_else(self, site: Site) -> None:
        child, _ = await sent(site)

        await child.taps("was_this_ok", "no")
        await child.taps("was_this_ok", "yes")

        assert await site.cast.store.tally.counts() == (Count("ages_8_11", 1, "no", 1),)


async def change_the_key_of(site: Site, username: str, public: bytes | None = None) -> bytes:
    """Somebody who can write to the database puts another key there; the one that was."""
    person = await site.cast.store.people.by_username(username)
    assert person is not None
    assert person.entry is not None
    other = public or new_reader(person.id).public.to_bytes()
    async with site.cast.store.database.writing() as connection:
        await connection.execute(update(tables.Staff).where(col(tables.Staff.id) == person.id).values(public=other))
    return person.entry.public
