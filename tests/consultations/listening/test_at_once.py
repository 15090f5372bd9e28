"""What is told at once is kept with the turn that tells it: once, whoever else is there, and without a word."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.conversation.events import LastWord, Tapped
from consultations.keeping.store import tables
from consultations.keeping.store.alerts import KeptAsk
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import new_reader
from consultations.listening import Last
from consultations.sending import Kind
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.keeping.store.test_threads import statements
from tests.consultations.listening.acts import ENDS, ends
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, listening, said, sendings, tells
from tests.consultations.listening.test_sending import change_the_key_of
from tests.hunt import hunt

WAYS = pytest.mark.parametrize("way", ["the choice", "tell someone"])


async def is_unsafe(child: AtTheDoor, way: str) -> None:
    await (tells(child) if way == "tell someone" else child.taps(*UNSAFE))


class TestAnAlert:
    @WAYS
    @ON_BOTH
    async def test_it_is_raised_in_the_turn_itself_and_somebody_is_to_be_called(self, site: Site, way: str) -> None:
        child = await asked_whether_safe(site)

        await is_unsafe(child, way)

        [alert], [due] = await alerts(site), await site.cast.store.alerts.due(site.now)
        assert (alert.reference, alert.raised_at, alert.beside, alert.kept_from) == (CAST.reference, site.now, "", ())
        assert due.id == alert.id
        assert child.consultation not in alert.id
        assert len((await child.conversation()).alarms) == 1

    @WAYS
    @ON_BOTH
    async def test_the_same_event_again_raises_it_once(self, site: Site, way: str) -> None:
        child = await asked_whether_safe(site)
        place, choice = (".go", ".tell") if way == "tell someone" else UNSAFE
        event = Tapped(child.consultation, place, choice)

        await asyncio.gather(*(child.does(event, id="the same") for _ in range(4)))
        await asyncio.gather(
            *(each.hear(child.address, "the same", event, site.now) for each in (site.listening, listening(site)))
        )

        [alert] = await alerts(site)
        assert alert.again_at is None
        assert len(await sendings(site, child)) == (1 if way == "the choice" else 0)

    @WAYS
    async def test_words_that_cannot_be_kept_beside_it_are_handed_back_and_it_is_raised(
        self, site: Site, way: str
    ) -> None:
        child = await asked_whether_safe(site)
        place, choice = (".go", ".tell") if way == "tell someone" else UNSAFE

        await child.does(Tapped(child.consultation, place, choice, "zanzibarkettle sings", "safe_now"))

        assert "zanzibarkettle sings" in child.sees()
        assert len(await alerts(site)) == 1

    @ON_BOTH
    async def test_two_processes_told_at_once_raise_one_alert(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        taps = [Tapped(child.consultation, *UNSAFE), Tapped(child.consultation, ".go", ".tell")] * 2

        await asyncio.gather(
            *(
                each.hear(child.address, f"tap {number}", tap, site.now)
                for number, (each, tap) in enumerate(zip([site.listening, listening(site)] * 2, taps, strict=True))
            )
        )

        [alert] = await alerts(site)
        [sending] = await sendings(site, child)
        assert alert.again_at == site.now
        assert alert.sending == sending.id
        assert [each.number for each in (await child.conversation()).alarms] == [1]

    @ON_BOTH
    async def test_told_again_it_is_the_same_alert_until_somebody_has_it(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await tells(child)
        site.waits(minutes=5)
        await tells(child)
        before = await alerts(site)
        await site.cast.store.alerts.hold(before[0].id, site.cast.ids["priya"], site.now)
        site.waits(minutes=5)

        await tells(child)

        first, second = await alerts(site)
        assert [each.number for each in before] == [1]
        assert (first.held_at, second.held_at, second.number) == (before[0].again_at, None, 2)
        assert [each.id for each in await site.cast.store.alerts.due(site.now)] == [second.id]

    @ON_BOTH
    async def test_told_just_when_somebody_takes_it_a_person_is_told_or_has_it_after(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        staff = site.cast.ids["priya"]
        for _ in range(6):
            await tells(child)
            latest = (await alerts(site))[-1]
            site.waits(minutes=1)
            await asyncio.gather(site.cast.store.alerts.hold(latest.id, staff, site.now), tells(child))

            known = (await child.conversation()).alarms[-1].number
            kept = await alerts(site)
            assert known == kept[-1].number == len(kept)
            assert kept[-1].held_at is None or kept[-1].again_at == site.now, "it joined what they then took"

    async def test_once_the_review_was_held_a_child_can_still_tell_someone(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await site.inviting.held(CAST.reference, site.now.date(), site.now)

        await tells(child)

        assert len(await site.cast.store.alerts.due(site.now)) == 1

    @ON_BOTH
    async def test_the_officer_a_child_meant_is_not_told_of_the_next_alert_when_the_review_is_theirs_no_longer(
        self, site: Site
    ) -> None:
        child = await asked_whether_safe(site)
        await tells(child)
        await child.taps(".alarm", "officer")
        [first] = await alerts(site)
        await site.cast.store.alerts.hold(first.id, site.cast.ids["priya"], site.now)
        await site.review("ages_8_11", officer="priya")

        await tells(child)

        _, second = await alerts(site)
        assert (second.kept_from, second.kept_officer) == (("officer",), site.cast.ids["sam.j"])
        assert [each.number for each in await site.cast.store.alerts.of_officer(site.cast.ids["priya"])] == [2, 1]

    @ON_BOTH
    async def test_a_mistake_is_told_and_calls_go_on(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await tells(child)
        site.waits(minutes=1)

        await child.taps(".alarm", ".mistake")

        [alert], due = await alerts(site), await site.cast.store.alerts.due(site.now)
        assert alert.mistaken_at == site.now
        assert [each.id for each in due] == [alert.id]

    @ON_BOTH
    async def test_what_cannot_wait_shows_in_the_officers_list_until_it_is_not_asked_any_more(self, site: Site) -> None:
        child = await asked_whether_safe(site)

        async def asks() -> object:
            return await site.cast.store.alerts.asks_of(site.cast.ids["sam.j"])

        before = await asks()
        await child.taps(".go", ".talk")
        waiting = await asks()
        await child.taps(".ask_now", "talk")

        assert before == waiting == {}
        assert await asks() == {CAST.reference: (KeptAsk("talk", site.now),)}


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
        await site.cast.store.sendings.note("note", alert.sending, site.cast.ids["sam.j"], "opened", site.now)

        assert (await site.thread(child.address)).readings == ()


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


class TestStatements:
    @pytest.mark.parametrize(
        ("does", "how_many"),
        [
            pytest.param("tells", 3, id="tell someone: the thread, the conversation, the alert"),
            pytest.param("chooses", 9, id="the choice: what sending does, but for the window, and the alert"),
            pytest.param("keeps the officer off", 13, id="sealed anew, and the earlier bundles gone"),
            pytest.param("keeps the teacher off", 4, id="somebody else"),
            pytest.param("says it was a mistake", 3, id="a mistake"),
            pytest.param("asks", 4, id="what cannot wait"),
            pytest.param("answers", 2, id="the next question"),
        ],
    )
    @ON_BOTH
    async def test_every_turn_says_its_own_number(self, site: Site, does: str, how_many: int) -> None:
        child = await asked_whether_safe(site)
        match does:
            case "tells" | "chooses":
                pass
            case "asks":
                await child.taps(".go", ".talk")
            case "answers":
                await tells(child)
                await child.taps(".alarm", ".on")
            case _:
                await child.taps(*UNSAFE)

        with statements(site.cast.store) as given:
            match does:
                case "tells":
                    await tells(child)
                case "chooses":
                    await child.taps(*UNSAFE)
                case "keeps the officer off":
                    await child.taps(".alarm", "officer")
                case "keeps the teacher off":
                    await child.taps(".alarm", "teacher")
                case "says it was a mistake":
                    await child.taps(".alarm", ".mistake")
                case "asks":
                    await child.taps(".ask_now", "talk")
                case "answers":
                    await child.says("a dog")

        given = [each for each in given if each.split()[0] not in ("BEGIN", "PRAGMA", "COMMIT")]
        assert len(given) == how_many, given


@ON_BOTH
async def test_no_word_and_nothing_of_the_choice_is_left_in_any_file(
    site: Site, request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        child = await asked_whether_safe(site)
        await child.says("zanzibarkettle sings")
        await child.taps(*UNSAFE)
        for kind in ("officer", "carer", "someone"):
            await child.taps(".alarm", kind)
        await child.taps(".alarm", ".mistake")
        await tells(child)

    server = request.getfixturevalue("postgres").folder if "postgresql" in request.node.name else tmp_path
    assert not hunt(["safe_now", "zanzibarkettle", "feel safe"], tmp_path, server, caplog.text, repr(logged))
    # Who was kept off a mistake is kept off nothing else.
    assert [each.kept_from for each in await alerts(site)] == [("officer", "carer", "someone"), ()]
