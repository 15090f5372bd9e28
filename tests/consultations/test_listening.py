"""What a child says is on the disk before they are answered, and nobody else reads it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from bot.chat.on_terminal import CAST
from consultations.conversation.events import Arrived, LastWord, Left, Looked, Said, Tapped, Unreadable
from consultations.conversation.state import EVENTS_REMEMBERED
from consultations.keeping.store import StoreProblem, tables
from consultations.keeping.store.tally import Count
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.sending import Sending
from consultations.summary import CopyKind, copy
from tests.consultations import chat
from tests.consultations.chat import AtTheDoor, Played, Site
from tests.consultations.keeping.store.test_threads import statements
from tests.hunt import hunt
from tests.journeys.playing import Journey, journeys

ON_BOTH = pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
SECRET = "zanzibarkettle"


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site of its own; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    async with chat.site(url, tmp_path) as made:
        yield made


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
            pytest.param("sends", 9, id="sending"),
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

        given = [each for each in given if each.split()[0] not in ("BEGIN", "PRAGMA", "COMMIT")]
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
            assert not await site.listening.hear_last(address, "2", LastWord("x", "school"), site.now)


class TestTheLastWord:
    @pytest.mark.parametrize("how", ["left", "two hours went by", "somebody came since"])
    @ON_BOTH
    async def test_a_visit_that_is_over_writes_one_answer_and_no_second(self, site: Site, how: str) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        address = child.address
        match how:
            case "left":
                await child.does(Left())
            case "two hours went by":
                site.waits(hours=2)
            case _:
                await child.comes_back()

        first = await child.last_word(f"{SECRET} first", "school", address=address)
        second = await child.last_word(f"{SECRET} second", "school", address=address)

        kept = site.opened(await site.thread(address))
        assert (first, second) == (True, False)
        assert [each.words for each in (*kept.hidden, *kept.answers) if SECRET in each.words] == [f"{SECRET} first"]

    async def test_a_database_that_fails_between_word_and_mark_keeps_neither(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        site.waits(hours=2)

        await site.cast.breaks("UPDATE", "chat_session")
        with pytest.raises(StoreProblem):
            await child.last_word("first", "school")
        await site.cast.mended()
        kept = [await child.last_word(word, "school") for word in ("once more", "and again")]

        answer = (await child.conversation()).answer("school")
        assert kept == [True, False]
        assert answer is not None
        assert answer.pieces == ("once more",)

    async def test_the_same_form_once_more_is_kept_still_and_once(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        site.waits(hours=2)

        kept = [await child.last_word("first", "school", id="the form") for _ in range(3)]

        assert kept == [True, True, True]
        answer = (await child.conversation()).answer("school")
        assert answer is not None
        assert answer.pieces == ("first",)

    async def test_a_form_that_was_answered_before_the_visit_ended_is_not_kept_twice(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await child.does(Said("once", "school"), id="the form")
        site.waits(hours=2)

        assert await child.last_word("once", "school", id="the form")

        answer = (await child.conversation()).answer("school")
        assert answer is not None
        assert answer.pieces == ("once",)

    @pytest.mark.parametrize(
        ("words", "question"), [("", "school"), ("x", "nowhere"), ("x", ".pin"), ("x", "was_this_ok"), ("x", "")]
    )
    async def test_what_is_not_kept_is_not_said_to_be_and_spends_nothing(
        self, site: Site, words: str, question: str
    ) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        site.waits(hours=2)

        assert not await child.last_word(words, question)

        assert await child.last_word("this is", "school")

    async def test_after_a_day_more_it_is_too_late(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        site.waits(hours=26)

        assert not await child.last_word("too late", "school")

    async def test_when_the_review_was_held_nothing_more_is_kept(self, site: Site) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        await site.inviting.held(CAST.reference, site.now.date(), site.now)
        site.waits(hours=2)

        assert not await child.last_word("too late", "school")


class TestTheWindow:
    @pytest.mark.parametrize("how", ["the clock", "the next turn", "that's final"])
    @ON_BOTH
    async def test_once_closed_neither_the_old_state_nor_its_key_is_kept(self, site: Site, how: str) -> None:
        child, before = await sent(site)
        match how:
            case "the clock":
                site.waits(hours=24)
                assert await site.listening.close_window(before.consultation, site.now)
            case "the next turn":
                site.waits(hours=24)
                await child.comes_back()
            case _:
                await child.taps(".after", ".final")

        after = await site.thread(child.address)
        assert after.wrapped_key != before.wrapped_key
        assert await site.cast.store.threads.windows_due(site.now + timedelta(days=2)) == ()
        assert site.opened(after).answers == ()
        assert SECRET.encode() not in site.opened(after).to_bytes()
        assert site.forgotten == ["something was forgotten"]
        with pytest.raises(Refused):
            site.opened(replace(after, sealed=before.sealed, version=before.version))
        assert site.opened(before).answers, "who copied it before still had both; the season takes care of that"

    @pytest.mark.parametrize("how", ["the clock", "that's final"])
    async def test_neither_is_in_any_file_of_the_database(self, site: Site, how: str, tmp_path: Path) -> None:
        child, before = await sent(site)
        assert in_files(before.wrapped_key, tmp_path)
        assert in_files(before.sealed, tmp_path)
        assert site.opened(before).answers

        if how == "the clock":
            site.waits(hours=24)
            await site.listening.close_window(before.consultation, site.now)
        else:
            await child.taps(".after", ".final")
        assert await site.cast.store.forget_bytes()

        assert not in_files(before.wrapped_key, tmp_path)
        assert not in_files(before.sealed, tmp_path)

    async def test_what_was_not_sent_is_carried_over(self, site: Site) -> None:
        child, before = await sent(site)
        await child.says("not sent yet", "school")
        site.waits(hours=24)

        await site.listening.close_window(before.consultation, site.now)

        assert [answer.question for answer in (await child.conversation()).answers] == ["school"]

    async def test_a_window_is_closed_once_and_only_when_it_is_due(self, site: Site) -> None:
        _, before = await sent(site)

        early = await site.listening.close_window(before.consultation, site.now)
        site.waits(hours=24)
        closed = [await site.listening.close_window(before.consultation, site.now) for _ in range(2)]
        nobody = await site.listening.close_window("nobody", site.now)

        assert (early, closed, nobody) == (False, [True, False], False)

    async def test_a_turn_and_the_clock_at_once_close_it_once_and_keep_the_words(self, site: Site) -> None:
        child, before = await sent(site)
        await child.comes_back()
        site.waits(hours=24)
        await child.comes_back()
        site.forgotten.clear()
        child, before = await sent(site, child)
        site.waits(hours=24)
        await child.comes_back()

        await asyncio.gather(
            site.another_process().close_window(before.consultation, site.now),
            child.says("an afterthought", "anything_else"),
        )

        assert [answer.words for answer in (await child.conversation()).answers] == ["an afterthought"]


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


class TestWhatCannotBeOpened:
    @pytest.mark.parametrize("what", ["sealed", "wrapped_key"])
    async def test_a_changed_draft_is_refused_in_a_kind_sentence_and_the_next_child_is_heard(
        self, site: Site, what: str
    ) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        good = await site.thread(child.address)
        await spoil(site, good, what)

        with capture_logs() as logged:
            heard = await child.does(Said(SECRET))
            kept = await child.last_word(SECRET, "school")

        assert "can't open this right now" in child.sees()
        assert not heard.ended
        assert not kept
        assert {each["event"] for each in logged} == {"draft_refused"}
        assert SECRET not in repr(logged)
        await spoil(site, good, what, getattr(good, what))
        await child.says("still here")
        assert "still here" in child.sees()


async def sent(site: Site, child: AtTheDoor | None = None) -> tuple[AtTheDoor, Thread]:
    """A child who has sent a secret, and what is kept of it."""
    child = child or await (await AtTheDoor.of(site)).starts()
    await child.says(f"{SECRET} sings", "school")
    await child.sends()
    return child, await site.thread(child.address)


def in_files(blob: bytes, folder: Path) -> bool:
    """Whether any piece of it is in any file: a large one stands on several pages."""
    pieces = [blob[at : at + 40] for at in range(0, len(blob) - 40, 200)] or [blob]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(piece in file for file in files for piece in pieces)


async def change_the_key_of(site: Site, username: str, public: bytes | None = None) -> bytes:
    """Somebody who can write to the database puts another key there; the one that was."""
    person = await site.cast.store.people.by_username(username)
    assert person is not None
    assert person.entry is not None
    other = public or new_reader(person.id).public.to_bytes()
    async with site.cast.store.database.writing() as connection:
        await connection.execute(update(tables.Staff).where(col(tables.Staff.id) == person.id).values(public=other))
    return person.entry.public


async def spoil(site: Site, thread: Thread, what: str, put: bytes = b"") -> None:
    """Somebody who can write to the database changes one bit, or puts it back."""
    was = getattr(thread, what)
    value = put or was[:-1] + bytes([was[-1] ^ 1])
    table, column = (tables.Draft, "sealed") if what == "sealed" else (tables.DraftKey, "wrapped")
    async with site.cast.store.database.writing() as connection:
        mine = col(table.consultation_id) == thread.consultation
        await connection.execute(update(table).where(mine).values({column: value}))
