"""What a child says is on the disk before they are answered, and nobody else reads it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consultations.conversation.events import Arrived, LastWord, Left, Looked, Said, Tapped, Unreadable
from consultations.conversation.state import EVENTS_REMEMBERED
from consultations.listening import Last
from tests.consultations.chat import ON_BOTH, AtTheDoor, Played, Site
from tests.consultations.keeping.store.test_threads import statements
from tests.consultations.listening.acts import SECRET
from tests.hunt import hunt
from tests.journeys.playing import Journey, journeys


class TestJourneys:
    """The same words as in the transcript, through real doors and databases; and then the hunt."""

    @pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
    async def test_a_child_reads_the_same_and_leaves_no_word_in_any_file(
        self, site: Site, journey: Journey, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)

        with capture_logs() as logged:
            child = await Played.of(site, journey.set)
            assert isinstance(child, Played)
            read = await child.plays(journey.steps)

        assert read == journey.transcript
        typed = [words for words in journey.said if len(words) >= 8]
        assert not hunt([*typed, SECRET], tmp_path, caplog.text, repr(logged))


@ON_BOTH
async def test_a_journey_leaves_no_word_on_either_database(
    site: Site, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    child = await (await AtTheDoor.of(site)).starts()

    with capture_logs() as logged:
        await child.says(f"{SECRET} sings")
        await child.sends()

    server = request.getfixturevalue("postgres").folder if "postgresql" in request.node.name else tmp_path
    assert not hunt([SECRET, "quite alright"], tmp_path, server, repr(logged))


class TestOneTurn:
    @ON_BOTH
    async def test_a_turn_that_answers_a_question_is_two_statements(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()

        with statements(site.cast.store) as given:
            await child.says("a dog")
            await child.taps("home_settled", "good", "a cat")

        assert [statement.split()[0] for statement in given] == ["SELECT", "UPDATE"] * 2

    @pytest.mark.parametrize(
        ("does", "how_many"),
        [
            pytest.param("looks", 1, id="looking"),
            pytest.param("opens", 2, id="a screen of the opening"),
            pytest.param("the same", 1, id="an event heard before"),
            pytest.param("leaves", 3, id="leaving"),
            pytest.param("sends", 11, id="sending, recorded"),
        ],
    )
    async def test_every_other_turn_says_its_own_number(self, site: Site, does: str, how_many: int) -> None:
        child = await AtTheDoor.of(site)
        if does == "sends":
            await child.starts()
            await child.taps(".go", ".check")

        with statements(site.cast.store) as given:
            match does:
                case "looks":
                    await child.does(Looked())
                case "opens":
                    await child.taps(".opening", "what")
                case "the same":
                    await child.does(Arrived("link"), id=f"event {child.events}")
                case "leaves":
                    await child.does(Left())
                case "sends":
                    await child.taps(".send", child.send_button())

        given = [each for each in given if not each.startswith(("BEGIN", "PRAGMA", "COMMIT", "SELECT pg_"))]
        assert len(given) == how_many, given

    async def test_an_event_that_comes_again_changes_nothing_and_is_answered_with_where_one_is(
        self, site: Site
    ) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        event = Said("once and for all")

        await child.does(event, id="the same")
        first, before = child.sees(), await child.conversation()
        again = [await child.does(event, id="the same") for _ in range(3)]

        assert "once and for all" in first
        assert all(each == again[0] for each in again)
        assert await child.conversation() == before

    async def test_a_sending_that_comes_again_is_one_sending(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.taps(".go", ".check")
        event = Tapped(child.consultation, ".send", child.send_button())

        await asyncio.gather(*(child.does(event, id="the same") for _ in range(5)))

        review = (await site.thread(child.address)).review
        assert len(await site.cast.store.sendings.sendings_of(review)) == 1

    async def test_words_are_joined_in_the_order_they_came_however_close_together(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()

        await asyncio.gather(*(child.says(f"word{number}") for number in range(30)))

        answer = (await child.conversation()).answer("home_settled")
        assert answer is not None
        assert answer.pieces == tuple(f"word{number}" for number in range(30))

    async def test_the_last_few_hundred_events_are_known_again(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        for number in range(EVENTS_REMEMBERED + 5):
            await child.does(Unreadable("sticker"), id=f"sticker {number}")

        heard = (await child.conversation()).heard

        assert len(heard) == EVENTS_REMEMBERED
        assert len(set(heard)) == EVENTS_REMEMBERED


class TestTwoAtOnce:
    @ON_BOTH
    async def test_two_processes_at_one_address_lose_nothing_and_keep_each_thing_once(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        servers = (site.listening, site.another_process())

        await asyncio.gather(*(
            servers[number % 2].hear(child.address, f"piece {number}", Said(f"word{number}"), site.now)
            for number in range(16)
        ))  # fmt: skip

        answer = (await child.conversation()).answer("home_settled")
        assert answer is not None
        assert sorted(answer.pieces) == sorted(f"word{number}" for number in range(16))
        for server in range(2):
            mine = [f"word{number}" for number in range(server, 16, 2)]
            assert [piece for piece in answer.pieces if piece in mine] == mine, "each in its own order"

    @ON_BOTH
    async def test_two_processes_asked_to_send_at_once_send_once(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.taps(".go", ".check")
        tap = Tapped(child.consultation, ".send", child.send_button())

        await asyncio.gather(*(
            each.hear(child.address, f"send {number}", tap, site.now)
            for number, each in enumerate((site.listening, site.another_process(), site.another_process()))
        ))  # fmt: skip

        review = (await site.thread(child.address)).review
        assert len(await site.cast.store.sendings.sendings_of(review)) == 1
        assert len((await child.conversation()).sent) == 1

    @ON_BOTH
    async def test_an_old_page_and_a_new_visit_at_once_lose_nothing(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        old = child.address
        await child.comes_back()

        kept, *_ = await asyncio.gather(
            child.last_word("from the old page", "school", address=old),
            *(child.says(f"word{number}", "me") for number in range(8)),
        )

        conversation = await child.conversation()
        answer = conversation.answer("me")
        assert kept
        assert answer is not None
        assert answer.pieces == tuple(f"word{number}" for number in range(8))
        assert "from the old page" in {each.words for each in conversation.hidden}


class TestOneVisit:
    """Only the visit that came last is shown anything."""

    async def test_a_page_left_open_with_a_found_code_never_sees_what_the_pin_opens(self, site: Site) -> None:
        child = await AtTheDoor.of(site)
        for step in ("what", "safety", "how"):
            await child.taps(".opening", step)
        await child.taps("feelings_now", ".next", SECRET)
        await child.taps(".pin", ".yes")
        for _ in range(2):
            await child.says("2580", ".pin")
        await child.comes_back()
        guest = child.address
        await child.taps(".pin", ".without")
        assert SECRET not in child.sees()

        await child.comes_back()
        await child.says("2580", ".pin")
        await child.taps("home_settled", ".back")
        assert SECRET in child.sees()
        events = (Looked(), Said("hello"), Tapped(child.consultation, ".go", ".check"), Unreadable("photo"))
        heard = [await child.does(event, address=guest) for event in events]

        assert all(each.ended and not each.messages for each in heard)
        assert SECRET in await child.looks()

    async def test_leaving_from_an_older_page_ends_that_page_alone(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        old = child.address
        await child.comes_back()

        await child.does(Left(), address=old)

        assert "Not sent yet" in await child.looks()

    @pytest.mark.parametrize("how", ["left", "two hours went by"])
    async def test_a_visit_that_is_over_reads_nothing(self, site: Site, how: str) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        if how == "left":
            await child.does(Left())
        else:
            site.waits(hours=2)

        heard = await child.does(Looked())

        assert heard.ended
        assert heard.messages == ()

    async def test_nobody_at_an_address_hears_nothing(self, site: Site) -> None:
        await AtTheDoor.of(site)

        for address in ("web:nobody", "", "web:\x00", "web:\ud800"):
            heard = await site.listening.hear(address, "1", Looked(), site.now)
            assert (heard.messages, heard.ended) == ((), True)
            last = await site.listening.hear_last(address, "2", LastWord("x", "school"), site.now)
            assert last is Last.LOST
