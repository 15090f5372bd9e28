"""A visit that is over can still say that its child is not safe, and whom not to tell: never too often, never read."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.on_terminal import CAST
from consultations.conversation.events import LastWord
from consultations.listening import Last
from tests.consultations.chat import ON_BOTH, Site
from tests.consultations.listening.acts import ENDS, ends
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, listening, said, tells


class TestTheLastWord:
    @pytest.mark.parametrize("how", ENDS)
    @ON_BOTH
    async def test_of_a_visit_that_is_over_it_raises_an_alert_and_is_spent(self, site: Site, how: str) -> None:
        child = await asked_whether_safe(site)
        address = child.address
        await ends(site, child, how)

        kept = [
            await child.last_word("", "safe_now", choice="no", address=address, id="the form"),
            await child.last_word("", "safe_now", choice="no", address=address, id="the form"),
            await child.last_word("", "safe_now", choice="no", address=address),
        ]

        [alert] = await alerts(site)
        [sending] = await site.cast.store.sendings.sendings_of((await site.thread(address)).review)
        assert kept == [True, True, True]
        assert child.last is Last.TOLD
        assert alert.sending == sending.id

    @pytest.mark.parametrize("how", [*ENDS, "the review was held"])
    @ON_BOTH
    async def test_tell_someone_on_a_page_that_is_over_raises_an_alert_and_who_came_since_is_not_told(
        self, site: Site, how: str
    ) -> None:
        child = await asked_whether_safe(site)
        address = child.address
        if how == "the review was held":
            await site.inviting.held(CAST.reference, site.now.date(), site.now)
        await ends(site, child, "two hours went by" if how == "the review was held" else how)

        assert await child.last_word("", "", address=address, tell=True)

        [alert] = await alerts(site)
        assert alert.sending is None
        assert all(each.hidden for each in site.opened(await site.thread(address)).alarms)
        if how == "somebody came since":
            await child.taps(".go", ".help")
            assert "Nobody has said yet" not in child.sees()

    @ON_BOTH
    async def test_it_is_never_too_many_and_calls_about_one_alert_are_enough(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        site.waits(hours=2)
        kept = [await child.last_word("one thing", "school")]
        kept += [await child.last_word("more", "school", tell=True) for _ in range(3)]
        [first] = await alerts(site)
        await site.cast.store.alerts.hold(first.id, site.cast.ids["priya"], site.now)
        kept.append(await child.last_word("", "", tell=True))
        kept.append(await child.last_word("more", "school"))

        answer = (await child.conversation()).answer("school")
        assert kept == [True, True, True, True, True, False]
        assert [each.number for each in await alerts(site)] == [1, 2]
        assert answer is not None
        assert answer.pieces == ("one thing",)

    async def test_an_alert_said_to_be_a_mistake_is_none_that_calls_are_enough_about(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await tells(child)
        await child.taps(".alarm", ".mistake")
        site.waits(hours=2)

        assert await child.last_word("", "", tell=True)

        first, second = await alerts(site)
        assert (first.mistaken_at is None, second.mistaken_at) == (False, None)

    @pytest.mark.parametrize("how", [*ENDS, "the review was held"])
    @ON_BOTH
    async def test_whom_not_to_tell_is_obeyed_as_often_as_it_is_said_and_by_the_visit_that_raised_it(
        self, site: Site, how: str
    ) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        address = child.address
        if how == "the review was held":
            await site.inviting.held(CAST.reference, site.now.date(), site.now)
        await ends(site, child, "two hours went by" if how == "the review was held" else how)

        noted = [
            await child.last_word("", ".alarm", choice="officer", address=address, id="the form"),
            await child.last_word("", ".alarm", choice="officer", address=address, id="the form"),
            await child.last_word("", ".alarm", choice="carer", address=address),
        ]
        became = child.last

        [alert] = await alerts(site)
        assert noted == [True, True, True]
        assert became is Last.NOTED
        assert (alert.kept_from, alert.kept_officer) == (("officer", "carer"), site.cast.ids["sam.j"])
        assert await site.cast.store.alerts.of_officer(site.cast.ids["sam.j"]) == ()
        assert await said(site, child, alert, site.sam.private) is None
        if how == "somebody came since":
            assert not await child.last_word("", ".alarm", choice="teacher"), "that visit raised none"
        site.waits(hours=26)
        assert not await child.last_word("", ".alarm", choice="teacher", address=address)

    @ON_BOTH
    async def test_words_in_the_same_form_are_the_last_word(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        site.waits(hours=2)

        assert await child.last_word("one thing", "school", tell=True)

        answer = (await child.conversation()).answer("school")
        assert answer is not None
        assert answer.pieces == ("one thing",)
        assert len(await alerts(site)) == 1
        assert not await child.last_word("more", "school")

    async def test_after_a_day_more_nobody_is_told_and_nothing_says_so(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        site.waits(hours=26)

        assert not await child.last_word("", "", tell=True)

        assert await alerts(site) == ()

    @ON_BOTH
    async def test_of_two_processes_at_once_one_keeps_it(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        site.waits(hours=2)
        word = LastWord("", "safe_now", "no")

        kept = await asyncio.gather(
            *(
                each.hear_last(child.address, f"form {number}", word, site.now)
                for number, each in enumerate((site.listening, listening(site), listening(site)))
            )
        )

        assert kept == [Last.TOLD] * 3
        assert len(await alerts(site)) == 1
