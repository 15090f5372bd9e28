"""The choice that raised an alarm is sealed at once: for whom, and that whatever else is sent leaves it as it is."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.keeping.store import tables
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import new_reader
from consultations.sending import Kind
from tests.consultations.chat import ON_BOTH, Site
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, said, sendings
from tests.consultations.listening.test_sending import change_the_key_of


class TestWhatWasChosen:
    @ON_BOTH
    async def test_it_opens_to_the_officer_and_two_of_three_sheets_at_once_and_to_nobody_else(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)

        [alert], [sending] = await alerts(site), await sendings(site, child)
        jo = await site.cast.enrol("jo.too", "Jo")
        by_sam = await said(site, child, alert, site.sam.private)
        others = [await said(site, child, alert, each) for each in (jo.private, new_reader(site.sam.private.public.id))]

        assert (sending.kind, sending.number, sending.id) == (Kind.ALERT, 1, alert.sending)
        assert by_sam == await said(site, child, alert, site.cast.recovery)
        assert by_sam is not None
        assert [(each.question, each.choice) for each in by_sam.answers] == [UNSAFE]
        assert others == [None, None]

    async def test_every_alert_seals_as_much_as_any_other(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        [first] = await sendings(site, child)
        await child.taps(".alarm", "officer")

        second = (await sendings(site, child))[-1]
        assert [(len(each.sealed), len(each.wraps)) for each in first.bundles] == [
            (len(each.sealed), len(each.wraps)) for each in second.bundles
        ]

    @ON_BOTH
    async def test_an_officer_who_must_not_be_told_finds_neither_alert_nor_words_and_the_sheets_open_them(
        self, site: Site
    ) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        [before] = await alerts(site)

        await child.taps(".alarm", "officer")

        [alert], [first, second] = await alerts(site), await sendings(site, child)
        by_recovery = await said(site, child, alert, site.cast.recovery)
        assert (alert.kept_from, alert.kept_officer) == (("officer",), site.cast.ids["sam.j"])
        assert await site.cast.store.alerts.of_officer(site.cast.ids["sam.j"]) == ()
        assert await said(site, child, alert, site.sam.private) is None
        assert (first.replaced_by, first.bundles, alert.sending) == (second.id, (), second.id)
        assert by_recovery is not None
        assert [each.choice for each in by_recovery.answers] == ["no"]
        with pytest.raises(Refused):
            await said(site, child, before, site.sam.private)

    @ON_BOTH
    async def test_without_a_reader_the_alert_is_raised_all_the_same(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        before = await change_the_key_of(site, "sam.j")

        with capture_logs() as logged:
            await child.taps(*UNSAFE)

        [alert], conversation = await alerts(site), await child.conversation()
        assert alert.sending is None
        assert await sendings(site, child) == ()
        assert (conversation.sent, [each.sending for each in conversation.alarms]) == ((), [0])
        assert [each["event"] for each in logged] == ["no_reader_to_seal_to"]
        await change_the_key_of(site, "sam.j", before)
        await child.taps(".alarm", ".on")
        await child.sends()
        [sent] = await sendings(site, child)
        assert (sent.number, sent.kind) == (1, Kind.REPLACEMENT)

    @ON_BOTH
    async def test_when_the_sheets_are_not_vouched_for_whom_not_to_tell_is_kept_all_the_same(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        another = new_reader("recovery").public.to_bytes()
        async with site.cast.store.database.writing() as connection:
            await connection.execute(update(tables.Site).values(recovery_public=another))

        await child.taps(".alarm", "officer")

        [alert], [sending] = await alerts(site), await sendings(site, child)
        assert alert.kept_off(site.cast.ids["sam.j"])
        assert alert.sending == sending.id
        assert [each.sending for each in (await child.conversation()).alarms] == [1]

    @ON_BOTH
    async def test_it_stands_whatever_is_sent_changed_and_taken_back(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        await child.taps(".alarm", ".on")
        [before] = await sendings(site, child)
        for words in ("one thing", "another thing"):
            await child.says(words, "school")
            await child.sends()
        await child.taps(".after", ".take")
        await child.taps(".take", ".yes")
        await child.says("something else", "school")
        await child.sends()
        site.waits(hours=25)
        await child.comes_back()

        first, *others = await sendings(site, child)
        [alert] = await alerts(site)
        opened = await said(site, child, alert, site.sam.private)
        assert first == before
        assert [(each.kind, each.stands) for each in others] == [("replacement", False)] * 2 + [("replacement", True)]
        assert opened is not None
        assert opened.answers[0].choice == "no"
        assert len(await site.cast.store.alerts.due(site.now)) == 1

    @ON_BOTH
    async def test_for_whoever_reads_what_was_sent_it_is_not_there(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        alone = await site.cast.reading.open(site.sam, CAST.reference, site.now)
        [listed] = await site.cast.reading.reviews(site.sam, site.now)
        await child.taps(".alarm", "officer")
        await child.taps(".alarm", ".on")
        await child.says("one thing", "school")
        await child.taps(".s.safe_now", "nobody")
        await child.sends()

        review = await site.cast.reading.open(site.sam, CAST.reference, site.now)

        assert alone is not None
        assert review is not None
        assert (alone.anything, alone.refused, alone.missing, alone.for_others, alone.done) == (False, 0, False, 0, ())
        assert (listed.state.value, listed.waiting, listed.unopened, listed.last_sent_at) == ("began", False, 0, None)
        assert (review.refused, review.missing, review.for_others) == (0, False, 0)
        [sending] = review.summary.standing
        assert "safe_now" not in {each.question for each in sending.sending.answers}
        assert [each.sending for each in review.summary.readings] == [3]

    async def test_that_it_was_opened_is_not_that_what_was_sent_was_read(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        [alert] = await alerts(site)
        assert alert.sending is not None
        sam = site.cast.ids["sam.j"]
        await site.cast.store.sendings.note("0123456789abcdef", alert.sending, sam, "opened", site.now)

        assert (await site.thread(child.address)).readings == ()
