"""What is told at once is kept with the turn that tells it: once, whoever else is there, and without a word."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.conversation.events import Tapped
from consultations.keeping.store.alerts import KeptAsk
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.keeping.store.test_threads import statements
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, listening, sendings, tells
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


class TestStatements:
    @pytest.mark.parametrize(
        ("does", "how_many"),
        [
            pytest.param("tells", 5, id="tell someone: the thread, the conversation, the alert, its record"),
            pytest.param("chooses", 13, id="the choice: sent without a window, the alert, both recorded"),
            pytest.param("keeps the officer off", 15, id="sealed anew, recorded, and the earlier bundles gone"),
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

        given = [each for each in given if not each.startswith(("BEGIN", "PRAGMA", "COMMIT", "SELECT pg_"))]
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
