"""Nothing a child said stands in the chat for long, or once they want it gone; there is always a way on, and it is told
what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.on_telegram.clearing import Clearing
from consultations.forgetting import sweep
from consultations.keeping.store.problems import StoreBusy
from consultations.standing import Standing, Whose
from consultations.tidying import Tidying
from tests.bot.chat.on_telegram.phone import Phone, Place
from tests.bot.chat.on_telegram.test_door import kept, said, to_web
from tests.hunt import hunt
from tests.telegram_stand_in import Fails

BOTH = pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)
CLEARED = "We clear what was written here.\nNothing else changes."
TOO_OLD = "Some of what stands here is too old for us to clear.\nYou can delete it here yourself."


async def hours_later(phone: Phone, hours: float, tick: float = 20) -> None:
    """So much later, with a tick of the clock at least every so many hours; everything that comes of it is done."""
    while hours > 0:
        phone.place.site.now += timedelta(hours=min(hours, tick))
        hours -= tick
        await phone.place.telegram.tick(phone.place.site.now)
        await phone.place.quiet()


def stands(phone: Phone) -> list[str]:
    """Everything that can be read in the chat."""
    return [each.text for each in phone.person.chat.messages]


async def noted(phone: Phone) -> tuple[Standing, ...]:
    """What is known to stand there."""
    return await phone.place.site.cast.store.standing.of(phone.address)


@BOTH
class TestAfterTwoDays:
    async def test_all_of_it_goes_and_what_was_written_last_leads_on(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("The zanzibarkettle dog.")
        written, stood = len(place.api.made("sendMessage")), stands(kofi)
        await hours_later(kofi, 38)
        assert stands(kofi) == stood
        await hours_later(kofi, 2)

        assert stands(kofi) == [CLEARED]
        assert [each["text"] for each in kofi.person.last.buttons] == ["Carry on"]
        assert len(place.api.made("sendMessage")) == written
        assert await noted(kofi) == ()
        await kofi.taps(".go:.on")
        assert "The zanzibarkettle dog." in kofi.person.last.text
        assert "Is where you live" in kofi.person.last.text

    async def test_what_is_younger_stays_and_is_cleared_in_its_turn(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("The dog.")
        await hours_later(kofi, 30)
        await kofi.says("The cat.")
        await hours_later(kofi, 11)
        assert len(stands(kofi)) == 2
        assert stands(kofi)[0] == "The cat."
        await hours_later(kofi, 30)

        assert stands(kofi) == [CLEARED]
        assert await said(kofi, "home_settled") == "The dog.\nThe cat."

    async def test_where_the_child_went_on_elsewhere_nothing_is_left(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await to_web(kofi)
        await hours_later(kofi, 41)

        assert stands(kofi) == []
        assert await noted(kofi) == ()

    async def test_once_the_review_is_held_the_chat_is_cleared_all_the_same(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await place.site.happens("the review is held")
        await hours_later(kofi, 41)

        assert stands(kofi) == [CLEARED]


@BOTH
class TestAtOnce:
    async def test_a_child_can_have_it_cleared_and_goes_on(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("The dog.")
        await kofi.says("/tidy")

        assert stands(kofi) == [CLEARED]
        assert await said(kofi, "home_settled") == "The dog."
        await kofi.taps(".go:.on")
        assert "The dog." in kofi.person.last.text
        assert len(await noted(kofi)) == 2
        await hours_later(kofi, 41)
        assert stands(kofi) == [CLEARED]

    async def test_it_is_offered_at_a_pause(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("/stop")
        await kofi.taps(".go:.tidy")

        assert stands(kofi) == [CLEARED]

    async def test_whoever_leaves_leaves_nothing_there(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("The dog.")
        await kofi.says("/leave")
        bye = "This chat is closed. To start again, type your code here."
        assert stands(kofi) == [bye]
        await hours_later(kofi, 41)

        assert stands(kofi) == [bye]
        assert await noted(kofi) == ()
        await sweep(place.site.cast.store, place.site.now)
        assert await place.site.cast.store.doors.account(kofi.address) is None

    async def test_asked_for_twice_or_brought_twice_it_clears_no_more_than_that(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        wants = await kofi.says("/tidy")
        await kofi.taps(".go:.on")
        question = kofi.person.last.text
        await place.stop()
        place.api.again(wants)
        await place.start()
        await place.quiet()

        assert stands(kofi) == [CLEARED, question]

    async def test_a_button_of_another_consultation_clears_nothing(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("/stop")
        shown, data = await kofi.finds(".go:.tidy")
        await kofi.says("The dog.")
        stood = stands(kofi)
        kofi.person.taps(f"another:{data.partition(':')[2]}", shown)
        await place.quiet()
        assert stands(kofi)[: len(stood)] == stood
        await place.site.happens("the review is held")
        kofi.person.taps(f"another:{data.partition(':')[2]}", shown)
        await place.quiet()

        assert stands(kofi)[: len(stood)] == stood
        await kofi.taps(".go:.tidy")
        assert stands(kofi) == [CLEARED]

    @pytest.mark.parametrize("how", ["tapped", "typed"])
    async def test_what_was_cut_off_before_it_was_noted_is_cleared_when_it_comes_again(
        self, place: Place, how: str
    ) -> None:
        kofi = await (await place.child()).starts()
        await kofi.says("The dog.")
        await kofi.says("/stop")
        door = place.telegram.door
        door.clearing = unwanting = Unwanting(door.clearing)  # type: ignore[assignment]
        if how == "typed":
            await kofi.says("/tidy")
        else:
            await kofi.taps(".go:.tidy")

        assert unwanting.times == 0
        assert stands(kofi) == [CLEARED]

    async def test_what_was_still_on_its_way_goes_too(self, place: Place) -> None:
        kofi = await (await place.child()).starts()
        for words in ("The dog.", "The cat.", "/help", "/tidy"):
            kofi.person.says(words)
        await place.quiet()

        assert stands(kofi) == [CLEARED]


class TestWhateverTelegramDoes:
    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(Fails(status=500), id="500"),
            pytest.param(Fails(), id="the line is cut"),
            pytest.param(Fails(done=True), id="it was done, and nobody heard"),
        ],
    )
    @pytest.mark.parametrize("method", ["deleteMessages", "editMessageText"])
    async def test_what_did_not_go_is_tried_again_a_little_later(self, amal: Phone, fault: Fails, method: str) -> None:
        amal.place.api.fails(method, fault)
        await hours_later(amal, 41)
        tries = len(amal.place.api.made(method))
        await hours_later(amal, 0.1)
        assert len(amal.place.api.made(method)) == tries
        await hours_later(amal, 0.1)

        assert stands(amal) == [CLEARED]
        assert await noted(amal) == ()

    async def test_too_many_at_once_wait(self, amal: Phone) -> None:
        amal.place.api.fails("deleteMessages", Fails(status=429, retry_after=1))
        await hours_later(amal, 41)

        assert stands(amal) == [CLEARED]

    async def test_what_telegram_deletes_no_more_is_told_once_quietly_and_names_nothing(self, amal: Phone) -> None:
        stood = stands(amal)
        await hours_later(amal, 60, tick=60)  # there was nobody to clear it in time
        await hours_later(amal, 1)

        assert stands(amal) == [*stood, TOO_OLD]
        assert amal.person.last.silent
        assert [each.number for each in await noted(amal)] == [amal.person.last.id]
        await amal.taps(".go:.on")
        assert "Is where you live" in amal.person.last.text

    async def test_it_is_told_however_long_there_was_nobody_to_clear_it(self, amal: Phone) -> None:
        place, stood = amal.place, stands(amal)
        await place.stop()
        place.site.now += timedelta(days=20)
        began = place.site.now
        for _ in range(2):
            await Tidying(place.site.cast.store).forget(began, place.site.now)
            await sweep(place.site.cast.store, place.site.now)
            if place.running is None:
                await place.start()
            await hours_later(amal, 1)

        assert stands(amal)[: len(stood)] == stood
        assert stands(amal).count(TOO_OLD) == 1

    async def test_one_that_may_not_be_deleted_spares_no_other(self, amal: Phone) -> None:
        amal.place.api.fails("deleteMessages", Fails(status=400))
        amal.place.api.fails("deleteMessage", Fails(status=400))
        first = stands(amal)[0]
        await hours_later(amal, 40)
        assert stands(amal) == [first, CLEARED]
        await hours_later(amal, 1)

        assert stands(amal) == [CLEARED]

    async def test_one_that_can_be_neither_written_over_nor_deleted_is_tried_again(self, amal: Phone) -> None:
        last = amal.person.last.id
        others = [each.number for each in await noted(amal) if each.number != last]
        await amal.place.site.cast.store.standing.gone(amal.address, others)
        for method in ("editMessageText", "deleteMessages", "deleteMessage"):
            amal.place.api.fails(method, Fails(status=400))
        await hours_later(amal, 40)
        assert [each.number for each in await noted(amal)] == [last]
        await hours_later(amal, 1)

        assert amal.person.last.text == CLEARED
        assert await noted(amal) == ()

    async def test_what_a_process_that_ended_had_begun_the_next_one_ends(self, amal: Phone) -> None:
        stood = stands(amal)
        amal.place.api.fails("deleteMessages", Fails(status=500))
        await hours_later(amal, 40)
        await amal.place.stop()
        await amal.place.start()
        await hours_later(amal, 0.01)

        assert not set(stands(amal)) & set(stood)
        assert len(await noted(amal)) <= 1  # that it was not there to hear is told, and new

    async def test_a_long_chat_is_cleared_a_hundred_at_a_time(self, amal: Phone) -> None:
        tidying, number = Tidying(amal.place.site.cast.store), len(stands(amal))
        for _ in range(230):
            amal.person.sends(sticker={})
        amal.place.api.pending.clear()
        for each in amal.person.chat.messages[number:]:
            await tidying.note(amal.address, each.id, each.sent, Whose.CHILD)
        await amal.says("/tidy")

        assert stands(amal) == [CLEARED]
        assert len(amal.place.api.made("deleteMessages")) == 3

    async def test_what_the_child_deleted_is_not_missed(self, amal: Phone) -> None:
        amal.person.chat.delete(*amal.person.chat.messages)
        await hours_later(amal, 41)

        assert stands(amal) == []
        assert await noted(amal) == ()

    @pytest.mark.parametrize("how", ["blocked", "deleted"])
    async def test_whoever_is_gone_is_left_alone_and_forgotten(self, amal: Phone, how: str) -> None:
        setattr(amal.person.chat, how, True)
        await hours_later(amal, 41)
        assert await noted(amal)
        calls = len(amal.place.api.calls)
        await hours_later(amal, 5)
        assert not {method for method, _ in amal.place.api.calls[calls:]} & {"deleteMessages", "editMessageText"}
        await hours_later(amal, 4)

        assert await noted(amal) == ()

    async def test_a_page_that_is_turned_where_the_message_is_gone_is_written_anew(self, amal: Phone) -> None:
        await amal.says("The dog.")
        await amal.says("/check")
        gone = amal.person.last
        amal.person.chat.delete(gone)
        amal.person.taps("page:1", gone)
        await amal.place.quiet()

        assert "Check what you said" in amal.person.last.text
        assert (await kept(amal)).owed == ()


class Unwanting:
    """Cannot note, once, that a chat is to be cleared."""

    def __init__(self, clearing: Clearing) -> None:
        self.clearing, self.times = clearing, 1

    async def wanted(self, chat: int, address: str) -> None:
        if self.times:
            self.times -= 1
            raise StoreBusy("The database is busy.")
        await self.clearing.wanted(chat, address)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.clearing, name)


class Unnoting:
    """Notes nothing the next time something of ours is to be noted, and then does."""

    def __init__(self, tidying: Tidying) -> None:
        self.tidying, self.times = tidying, 1

    async def note(self, address: str, number: int, sent: datetime, whose: Whose) -> None:
        if self.times and whose is not Whose.CHILD:
            self.times -= 1
            raise StoreBusy("The database is busy.")
        await self.tidying.note(address, number, sent, whose)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tidying, name)


def notes_badly(place: Place) -> Unnoting:
    """From now on, once."""
    door = place.telegram.door
    unnoting = Unnoting(door.around.tidying)
    around = replace(door.around, tidying=unnoting)  # type: ignore[arg-type]
    door.around = door.answering.around = around
    door.clearing = Clearing(around, door.answering.sender)
    return unnoting


class TestWhatCannotBeNoted:
    async def test_an_answer_is_taken_back_and_sent_again_and_nothing_is_left_in_the_end(self, amal: Phone) -> None:
        unnoting = notes_badly(amal.place)
        await amal.says("The dog.")
        assert unnoting.times == 0
        await hours_later(amal, 0.01)
        assert "The dog." in amal.person.last.text
        assert {each.number for each in await noted(amal)} == {each.id for each in amal.person.chat.messages}
        await hours_later(amal, 82)

        assert stands(amal) == [CLEARED]

    async def test_that_something_stays_is_told_once_all_the_same(self, amal: Phone) -> None:
        stood = stands(amal)
        unnoting = notes_badly(amal.place)
        await hours_later(amal, 60, tick=60)
        assert unnoting.times == 0
        await hours_later(amal, 1)

        assert stands(amal) == [*stood, TOO_OLD]

    async def test_where_it_cannot_be_taken_back_either_it_is_sent_again_all_the_same(self, amal: Phone) -> None:
        notes_badly(amal.place)
        amal.place.api.fails("deleteMessage", Fails(status=500))
        await amal.says("The dog.")
        await hours_later(amal, 0.01)

        assert "The dog." in amal.person.last.text
        assert (await kept(amal)).owed == ()


class TestWhatIsKept:
    async def test_numbers_and_hours_alone_and_nothing_of_the_account(self, amal: Phone, tmp_path: Path) -> None:
        await amal.says("The zanzibarkettle dog.")

        assert {each.number for each in await noted(amal)} == {each.id for each in amal.person.chat.messages}
        assert {each.hour.minute for each in await noted(amal)} == {0}
        assert not hunt([str(amal.person.chat.id), "zanzibarkettle"], tmp_path)

    async def test_of_whoever_never_came_in_nothing(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says("hello")
        await kofi.says("/tidy")

        assert await noted(kofi) == ()

    async def test_a_code_that_let_the_child_in_is_cleared_too(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says(kofi.invited.code.shown)
        assert kofi.invited.code.shown in stands(kofi)
        await hours_later(kofi, 41)

        assert stands(kofi) == [CLEARED]


async def test_the_opening_says_that_the_chat_is_cleared_and_how(place: Place) -> None:
    kofi = await place.child()
    await kofi.says(f"/start {kofi.invited.link.text}")
    await kofi.taps(".opening:.more")
    assert "Telegram may keep copies." in kofi.person.last.text
    assert "Sometimes we can't clear something." in kofi.person.last.text
    await kofi.taps(".opening:what")

    assert "We clear this chat after about two days. To clear it now, type /tidy." in kofi.person.last.text
