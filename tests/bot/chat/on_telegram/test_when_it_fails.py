"""Whatever Telegram does: nothing is lost, and nothing is said twice that a child would notice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.on_telegram.answering import Surroundings
from bot.chat.on_telegram.door import Door
from bot.chat.on_telegram.sending import Limits
from consultations.keeping.store.problems import StoreBusy, StoreProblem
from consultations.listening import Listening
from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import Phone, Place
from tests.bot.chat.on_telegram.test_door import kept, said
from tests.telegram_stand_in import Fails

BOTH = pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)


class TestSending:
    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(Fails(status=500), id="500"),
            pytest.param(Fails(status=502), id="502"),
            pytest.param(Fails(status=429, retry_after=1), id="429"),
            pytest.param(Fails(status=200, body="<html>zanzibarkettle"), id="nonsense with 200"),
            pytest.param(Fails(status=504, body="zanzibarkettle"), id="nonsense with 504"),
            pytest.param(Fails(), id="the line is cut"),
        ],
    )
    async def test_what_fails_in_passing_is_sent_once_it_can_be(
        self, amal: Phone, fault: Fails, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = len(amal.person.shown)
        amal.place.api.fails("sendMessage", fault, fault)
        with capture_logs() as logged:
            await amal.says("The dog.")

        assert len(amal.person.shown) == before + 1
        assert "That's kept." in amal.person.last.text
        assert (await kept(amal)).owed == ()
        assert "zanzibarkettle" not in caplog.text + repr(logged)

    async def test_what_cannot_be_sent_is_owed_and_sent_when_it_can_be(self, amal: Phone) -> None:
        before = len(amal.person.shown)
        amal.place.api.fails("sendMessage", *[Fails(status=500)] * 3)
        await amal.says("The dog.")

        assert len(amal.person.shown) == before
        assert len((await kept(amal)).owed) == 1
        await amal.place.telegram.tick(amal.place.site.now)
        await amal.place.quiet()

        assert len(amal.person.shown) == before + 1
        assert "The dog." in amal.person.last.text
        assert (await kept(amal)).owed == ()

    async def test_help_that_cannot_be_sent_is_owed_as_help(self, amal: Phone) -> None:
        amal.place.api.fails("sendMessage", *[Fails(status=500)] * 3)
        await amal.taps(".go:.help")
        assert "999" not in amal.person.last.text
        await amal.place.telegram.tick(amal.place.site.now)
        await amal.place.quiet()
        assert "999" in amal.person.last.text
        await amal.says("/start")
        assert "Is where you live" in amal.person.last.text

    @pytest.mark.parametrize("how", ["blocked", "deleted"])
    async def test_to_an_account_that_is_gone_nothing_is_sent_until_it_writes_again(
        self, amal: Phone, how: str
    ) -> None:
        setattr(amal.person.chat, how, True)
        await amal.says("The dog.")
        calls = len(amal.place.api.made("sendMessage"))
        await amal.place.telegram.tick(amal.place.site.now)
        await amal.place.quiet()

        assert len(amal.place.api.made("sendMessage")) == calls
        setattr(amal.person.chat, how, False)
        await amal.says("/start")
        assert "The dog." in amal.person.last.text

    async def test_blocking_and_letting_in_again_is_heard(self, amal: Phone) -> None:
        amal.person.blocks()
        await amal.place.quiet()
        assert await amal.place.site.cast.store.doors.account(amal.address) is None
        amal.person.blocks(blocked=False)
        await amal.place.quiet()
        assert await amal.place.site.cast.store.doors.account(amal.address) is not None

    async def test_a_chat_gets_one_message_a_second_and_others_do_not_wait_for_it(
        self, sqlite_url: str, tmp_path: Path
    ) -> None:
        limits = Limits(chat=0.2, overall=0.0, tries=2, backoff=0.0)
        async with phone.place(sqlite_url, tmp_path, limits=limits) as place:
            place.api.per_chat = 0.19
            kofi = await place.child()
            await kofi.says(f"/start {kofi.invited.link.text}")
            for _ in range(4):
                kofi.person.says("/help")
            await place.quiet()

            assert len(kofi.person.shown) == 5
            assert "999" in kofi.person.last.text

    async def test_answers_come_in_the_order_of_what_was_said(self, amal: Phone) -> None:
        amal.place.api.fails("sendMessage", Fails(status=500))
        amal.person.says("/help")
        amal.person.says("/stop")
        await amal.place.quiet()

        assert "999" in amal.person.shown[-2].text
        assert "come back" in amal.person.last.text

    async def test_a_button_s_clock_that_cannot_be_stopped_stops_nothing_else(self, amal: Phone) -> None:
        amal.place.api.fails("answerCallbackQuery", Fails(status=400))
        await amal.taps(".go:.help")

        assert "999" in amal.person.last.text


@BOTH
class TestHearing:
    async def test_every_update_twice_has_one_effect_and_one_answer(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        words = await kofi.says("The dog.")
        shown = len(kofi.person.shown)
        place.api.again(words)
        place.api.again(words)
        await place.quiet()

        assert await said(kofi, "home_settled") == "The dog."
        assert len(kofi.person.shown) == shown

    async def test_also_after_a_restart(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        words = await kofi.says("The dog.")
        tapped = await kofi.taps("home_settled:.next")
        shown, here = len(kofi.person.shown), (await kept(kofi)).place
        await place.stop()
        place.api.again(words)
        place.api.again(tapped)
        await place.start()
        await place.quiet()

        assert await said(kofi, "home_settled") == "The dog."
        assert (await kept(kofi)).place == here
        assert len(kofi.person.shown) == shown

    async def test_an_answer_that_a_killed_process_owed_is_sent_by_the_next(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        place.api.fails("sendMessage", Fails(hang=60.0))
        kofi.person.says("The dog.")
        await place.api.heard()
        shown = len(kofi.person.shown)
        await killed(place)
        await place.start()
        await place.quiet()

        assert len(kofi.person.shown) == shown + 1
        assert "The dog." in kofi.person.last.text
        assert (await kept(kofi)).owed == ()

    async def test_what_was_not_kept_is_not_acknowledged_and_comes_again(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        busy = Busy(place.site.listening, StoreBusy("The database is busy."), times=5)
        place.telegram.door.around = _with(place.telegram.door, busy)
        await kofi.says("The dog.")

        assert busy.times == 0
        assert await said(kofi, "home_settled") == "The dog."

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(ZeroDivisionError("zanzibarkettle"), id="ours"),
            pytest.param(StoreProblem("The database refused this: zanzibarkettle."), id="ours, told by the database"),
        ],
    )
    async def test_an_update_that_fails_three_times_is_set_aside_and_the_next_one_is_heard(
        self, place: Place, fault: Exception
    ) -> None:
        kofi = await (await place.child()).starts()
        broken = Busy(place.site.listening, fault, times=3)
        place.telegram.door.around = _with(place.telegram.door, broken)
        with capture_logs() as logged:
            kofi.person.says("The cat.")
            await place.quiet()
            await kofi.says("The dog.")

        assert [each["event"] for each in logged].count("telegram_update_set_aside") == 1
        assert "zanzibarkettle" not in repr(logged)
        assert "didn't go through" in kofi.person.shown[-2].text
        assert await said(kofi, "home_settled") == "The dog."

    async def test_a_long_silence_of_ours_is_told_to_every_open_chat_and_names_nothing(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await place.telegram.tick(place.site.now)
        await place.stop()
        place.site.now += timedelta(days=3)
        await place.start()
        await place.telegram.tick(place.site.now)
        await place.quiet()

        (told,) = [each.text for each in kofi.person.shown if "We couldn't hear you" in each.text]
        assert told.startswith("We couldn't hear you since Thursday 3 December 2026.")
        assert not any(word in told for word in ("Sam", "Kofi", "review", "meeting"))
        await place.stop()
        await place.start()
        await place.telegram.tick(place.site.now)
        await place.quiet()
        assert ["We couldn't hear you" in each.text for each in kofi.person.shown].count(True) == 1


@pytest.mark.parametrize("fault", [StoreBusy("The database is busy."), ZeroDivisionError()], ids=["busy", "a fault"])
async def test_a_gap_is_told_to_the_others_too_where_it_cannot_be_told_to_one(place: Place, fault: Exception) -> None:
    both = [await (await place.child()).starts(), await (await place.billie()).starts()]
    place.site.now += timedelta(days=2)
    door = place.telegram.door
    door.around = _with(door, Busy(place.site.listening, fault, times=1))
    with suppress(StoreBusy):
        await place.telegram._heard()
    for _ in range(2):
        await place.telegram._heard()
    await place.quiet()

    told = [[each.text for each in one.person.shown if "We couldn't hear you" in each.text] for one in both]
    assert sorted(map(len, told)) == ([1, 1] if isinstance(fault, StoreBusy) else [0, 1])


@pytest.mark.parametrize("fault", [StoreBusy("The database is busy."), ZeroDivisionError()], ids=["busy", "a fault"])
async def test_what_is_owed_to_others_is_sent_although_it_cannot_be_sent_to_one(place: Place, fault: Exception) -> None:
    both = [await (await place.child()).starts(), await (await place.billie()).starts()]
    for one in both:
        place.api.fails("sendMessage", *[Fails(status=500)] * 3)
        await one.says("The dog.")
    first, second = sorted(both, key=lambda one: one.address)
    answering = place.telegram.door.answering
    answering.around = replace(answering.around, listening=Unowing(place.site.listening, fault))  # type: ignore[arg-type]
    with suppress(StoreBusy):
        await answering.settle()
    await place.quiet()
    assert "The dog." not in first.person.last.text
    assert ("The dog." in second.person.last.text) != isinstance(fault, StoreBusy)
    await place.telegram.tick(place.site.now)
    await place.quiet()

    assert "The dog." in first.person.last.text
    assert "The dog." in second.person.last.text
    assert answering.owed == set()


class Unowing:
    """A listener that cannot tell once what is owed."""

    def __init__(self, listening: Listening, fault: Exception) -> None:
        self.listening, self.faults = listening, [fault]

    async def owing(self, *given: Any) -> Any:
        if self.faults:
            raise self.faults.pop()
        return await self.listening.owing(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listening, name)


@pytest.mark.parametrize("place", ["webhook"], indirect=True)
async def test_a_silence_that_ends_while_we_run_is_told_too(amal: Phone) -> None:
    place = amal.place
    await place.telegram.tick(place.site.now)
    place.site.now += timedelta(days=2)
    for _ in range(2):
        await place.telegram.tick(place.site.now)
        await place.quiet()

    assert [each.text.partition(" since ")[0] for each in amal.person.shown].count("We couldn't hear you") == 1


async def days_go_by(place: Place, days: int) -> None:
    """With a tick of the clock every few hours."""
    for _ in range(days * 4):
        place.site.now += timedelta(hours=6)
        await place.telegram.tick(place.site.now)


@pytest.mark.parametrize("place", ["webhook"], indirect=True)
class TestOutOfReach:
    async def test_where_telegram_cannot_reach_us_that_is_a_gap_although_we_run(self, amal: Phone) -> None:
        place = amal.place
        await place.telegram.tick(place.site.now)
        place.out_of_reach = True
        amal.person.says("The dog.")
        await days_go_by(place, 2)
        assert "We couldn't hear you" not in amal.person.last.text
        place.api.pending.clear()  # Telegram keeps it for no longer
        place.out_of_reach = False
        await days_go_by(place, 1)
        await place.quiet()

        assert [each.text.partition(" since ")[0] for each in amal.person.shown].count("We couldn't hear you") == 1

    async def test_days_in_which_nobody_writes_are_none(self, amal: Phone) -> None:
        await days_go_by(amal.place, 4)
        await amal.says("The dog.")

        assert "We couldn't hear you" not in "".join(each.text for each in amal.person.shown)
        assert await said(amal, "home_settled") == "The dog."

    @pytest.mark.parametrize("fault", [Fails(), Fails(status=500), Fails(status=429, retry_after=1)])
    async def test_where_telegram_cannot_tell_everything_else_is_done_all_the_same(
        self, amal: Phone, fault: Fails
    ) -> None:
        amal.place.api.fails("sendMessage", *[Fails(status=500)] * 3)
        await amal.says("The dog.")
        amal.place.api.fails("getWebhookInfo", fault)
        await amal.place.telegram.tick(amal.place.site.now)
        await amal.place.quiet()

        assert "The dog." in amal.person.last.text


class TestReminders:
    async def test_one_quiet_reminder_by_day_if_the_child_said_yes(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says(f"/start {kofi.invited.link.text}")
        await kofi.taps(".opening:what")
        await kofi.taps(".opening:safety")
        await kofi.taps(".opening:.remind")
        await ticks(place, (2, 10))  # it is cleared
        shown = len(kofi.person.shown)
        await ticks(place, (9, 3), (9, 12), (9, 13), (10, 12))

        assert len(kofi.person.shown) == shown + 1
        assert kofi.person.last.text == "There's something you can finish here, if you want to."
        assert kofi.person.last.silent
        await kofi.taps(".go:.on")
        assert "How are things for you at the moment?" in kofi.person.last.text

    async def test_nobody_else_is_reminded(self, amal: Phone) -> None:
        await ticks(amal.place, (2, 10))
        shown = len(amal.person.shown)
        await ticks(amal.place, (9, 12))

        assert len(amal.person.shown) == shown


async def ticks(place: Place, *at: tuple[int, int]) -> None:
    """The clock ticks so many days after the first, at these hours."""
    for days, hour in at:
        place.site.now = phone.CAST_DAY + timedelta(days=days, hours=hour)
        await place.telegram.tick(place.site.now)
        await place.quiet()


class TestTheServer:
    async def test_with_a_revoked_token_it_says_so_and_goes_on_trying(self, sqlite_url: str, tmp_path: Path) -> None:
        async with phone.place(sqlite_url, tmp_path, start=False) as place:
            place.api.revoked = True
            place.running = place.made()
            with capture_logs() as logged:
                await place.running.start()
                while not logged:
                    await asyncio.sleep(0.01)
                place.api.revoked = False
                await asyncio.wait_for(place.running.ready.wait(), 10)

        assert logged[0]["event"] == "telegram_token_refused"

    async def test_beside_another_poller_it_goes_on_and_loses_nothing(self, amal: Phone) -> None:
        amal.place.api.fails("getUpdates", Fails(status=409), Fails(status=409))
        await amal.says("The dog.")

        assert await said(amal, "home_settled") == "The dog."


async def test_behind_an_update_that_has_to_come_again_nothing_of_that_chat_is_heard_before_it(amal: Phone) -> None:
    place = amal.place
    busy = Busy(place.site.listening, StoreBusy("The database is busy."), times=2)
    place.telegram.door.around = _with(place.telegram.door, busy)
    shown, data = await amal.finds("home_settled:.next")
    amal.person.says("The dog.")
    amal.person.taps(data, shown)
    amal.person.says("The wifi.")
    await place.quiet()

    assert busy.times == 0
    assert await said(amal, "home_settled") == "The dog."
    assert (await kept(amal)).answers[-1].pieces == ("The wifi.",)


async def test_a_chat_that_is_slow_holds_up_nobody_else_and_keeps_its_order(place: Place) -> None:
    kofi = await (await place.child()).starts()
    listening = place.site.listening
    slow = Slow(listening, kofi.address)
    place.telegram.door.around = _with(place.telegram.door, slow)
    kofi.person.says("The dog.")
    kofi.person.says("The wifi.")
    await slow.reached.wait()
    somebody = place.api.person("Jo")
    async with asyncio.timeout(20):
        while len(somebody.shown) < 3:
            somebody.says("hello")
            await asyncio.sleep(0.2)
    assert await said(kofi, "home_settled") == ""
    slow.let_go.set()
    await place.quiet()

    assert await said(kofi, "home_settled") == "The dog.\nThe wifi."


class Slow:
    """A listener that lets one address wait."""

    def __init__(self, listening: Listening, address: str) -> None:
        self.listening, self.address = listening, address
        self.reached, self.let_go = asyncio.Event(), asyncio.Event()

    async def hear(self, address: str, *given: Any) -> Any:
        if address == self.address:
            self.reached.set()
            await self.let_go.wait()
        return await self.listening.hear(address, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listening, name)


class Busy:
    """A listener that fails so many times, and then hears."""

    def __init__(self, listening: Listening, fault: Exception, times: int) -> None:
        self.listening, self.fault, self.times = listening, fault, times

    async def hear(self, *given: Any) -> Any:
        if self.times:
            self.times -= 1
            raise self.fault
        return await self.listening.hear(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listening, name)


def _with(door: Door, listening: Any) -> Surroundings:
    return replace(door.around, listening=listening)


async def killed(place: Place) -> None:
    """The process is gone between two steps: nothing more is sent by it, and nothing is noted."""
    running = place.telegram
    assert running._running is not None
    running._running.cancel()
    for row in list(running.door.answering.sender._rows.values()):
        if row.worker is not None:
            row.jobs.clear()
            row.worker.cancel()
    await asyncio.sleep(0)
    await running._asking.shutdown()
    await running._sending.shutdown()
    place.running = None
