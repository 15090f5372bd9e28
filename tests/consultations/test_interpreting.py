"""An interpreter is booked days ahead, so the officer is told of the language as soon as the child has chosen it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot import authority
from consultations.conversation.events import Arrived, Looked
from consultations.interpreting import needed, to_book, to_note
from consultations.listening import Listening
from consultations.wording import Wording
from tests import pseudo
from tests.consultations import chat
from tests.consultations.chat import BOOK, ON_BOTH, AtTheDoor, Site
from tests.consultations.conversation.cast import Child, a_child
from tests.consultations.keeping.store.test_threads import statements


def child() -> Child:
    begun = a_child()
    begun.later(languages=tuple(pseudo.spoken()))
    begun.taps(".language", "en_GB")
    return begun.starts()


class TestWhichOne:
    """Pure: out of the conversation alone."""

    def test_none_for_a_child_who_reads_and_writes_english(self) -> None:
        amal = child()
        amal.says("a dog")

        assert to_book(amal.conversation) == ""

    def test_the_language_chosen_before_a_word_is_said(self) -> None:
        amal = child()
        amal.taps(".language", "fa_AF")

        assert to_book(amal.conversation) == "fa_AF"

    def test_what_was_typed_stays_to_be_read_when_the_child_goes_back_to_english(self) -> None:
        amal = child()
        amal.taps(".language", "fa_AF")
        amal.says("یک سگ")
        amal.taps(".language", "en_GB")

        assert to_book(amal.conversation) == "fa_AF"

    def test_one_thing_said_in_another_language_books_nobody(self) -> None:
        amal = child()
        for words, language in (("a dog", "en_GB"), ("كلب", "ar"), ("a garden", "en_GB")):
            amal.taps(".language", language)
            amal.taps(amal.conversation.place.about, ".next", words)

        assert len([answer for answer in amal.conversation.answers if answer.pieces]) == 3
        assert to_book(amal.conversation) == ""

    def test_a_choice_needs_none_and_a_look_at_another_language_leaves_nothing(self) -> None:
        amal = child()
        amal.taps(".language", "vi")
        amal.taps("feelings_now", "good")
        amal.taps(".language", "en_GB")

        assert to_book(amal.conversation) == ""

    def test_what_is_hidden_is_to_be_read_too(self) -> None:
        amal = child()
        amal.taps(".language", "ar")
        amal.says("كلب")
        amal.taps(".language", "en_GB")
        amal.comes_back()

        assert not amal.conversation.answers
        assert to_book(amal.conversation) == "ar"


OFFERED = ("en_GB", "ar")


@pytest.mark.parametrize(
    ("on_file", "chosen", "listed"),
    [
        pytest.param("ar", "", "ar", id="nothing chosen yet: as the file says"),
        pytest.param("ar", "en_GB", "", id="English, by a child who was offered Arabic"),
        pytest.param("ar", "ar", "ar", id="Arabic, as the file says"),
        pytest.param("en_GB", "", "", id="nothing chosen yet, and the file says English"),
        pytest.param("en_GB", "ar", "ar", id="Arabic, by a child the file calls English"),
        pytest.param("fa_AF", "en_GB", "fa_AF", id="English, by a child whose own language was not on offer"),
        pytest.param("fa_AF", "ar", "ar", id="Arabic, by a child whose own language was not on offer"),
    ],
)
def test_what_the_child_chose_counts_before_what_the_reviews_file_says(on_file: str, chosen: str, listed: str) -> None:
    amal = a_child()
    amal.conversation = replace(amal.conversation, language=on_file)  # as a consultation begins
    amal.later(languages=OFFERED, reads_best=on_file)
    amal.does(Arrived("link"))
    if chosen:
        amal.taps(".language", chosen)

    assert needed(to_note(amal.conversation, amal.around), on_file) == listed


def test_english_that_was_not_the_childs_choice_is_none() -> None:
    amal = a_child()
    amal.later(languages=OFFERED, reads_best="ar")
    amal.taps(".language", "ar")
    amal.later(languages=("en_GB", "vi"))  # Arabic is offered no more
    amal.does(Looked())

    assert amal.conversation.language == "en_GB"
    assert to_note(amal.conversation, amal.around) == ""


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site that offers four languages."""
    async with chat.asked_for(request, tmp_path) as made:
        wording = Wording(pseudo.spoken(), authority.DEMO)
        listening = Listening(made.cast.store, made.cast.chat_keys, made.seasons, BOOK, wording)
        yield replace(made, listening=listening)


async def listed(site: Site) -> str:
    """What stands beside the one review in Sam's list."""
    (review,) = await site.cast.reading.reviews(site.sam, site.now)
    return review.language


class TestInTheList:
    """At a real door, on a real database."""

    @ON_BOTH
    async def test_it_stands_there_from_the_turn_in_which_it_was_chosen(self, site: Site) -> None:
        amal = await AtTheDoor.of(site)
        assert await listed(site) == ""

        await amal.taps(".language", "fa_AF")
        assert await listed(site) == "fa_AF"

        await amal.taps(".language", "en_GB")
        assert await listed(site) == ""

    async def test_english_is_kept_as_chosen_whatever_the_reviews_file_says(self, site: Site) -> None:
        amal = await AtTheDoor.of(site)
        await amal.taps(".language", "ar")
        await amal.taps(".language", "en_GB")

        assert (await site.thread(amal.address)).language == "en_GB"
        assert await listed(site) == ""

    async def test_whoever_comes_by_the_code_alone_sends_no_interpreter_away(self, site: Site) -> None:
        amal = await AtTheDoor.of(site)
        await amal.taps(".language", "ar")
        for step in ("what", "safety", "how"):
            await amal.taps(".opening", step)
        await amal.comes_back()

        await amal.taps(".language", "en_GB")

        assert await listed(site) == "ar"

    async def test_choosing_it_is_one_statement_more_and_answering_in_it_none(self, site: Site) -> None:
        amal = await AtTheDoor.of(site)

        with statements(site.cast.store) as given:
            await amal.taps(".language", "ar")
            await amal.taps(".opening", "what")

        kinds = [" ".join(each.split()[:2]) for each in given if each.split()[0] in ("SELECT", "UPDATE")]
        assert [each for each in kinds if each.startswith("UPDATE")] == [
            "UPDATE draft", "UPDATE consultation", "UPDATE draft",
        ]  # fmt: skip

    async def test_what_was_sent_is_to_be_read_still_after_its_window_closed(self, site: Site) -> None:
        amal = await AtTheDoor.of(site)
        await amal.taps(".language", "ar")
        for step in ("what", "safety", "how"):
            await amal.taps(".opening", step)
        await amal.says("كلب")
        await amal.sends()
        await amal.taps(".after", ".final")
        await amal.taps(".language", "en_GB")

        assert not (await amal.conversation()).answers
        assert await listed(site) == "ar"
