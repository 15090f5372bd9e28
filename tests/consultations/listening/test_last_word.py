"""A visit that is over may still write one answer, and reads nothing."""

from __future__ import annotations

import pytest

from bot.chat.on_terminal import CAST
from consultations.conversation.events import Said
from consultations.keeping.store import StoreProblem
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.listening.acts import ENDS, SECRET, ends


class TestTheLastWord:
    @pytest.mark.parametrize("how", ENDS)
    @ON_BOTH
    async def test_a_visit_that_is_over_writes_one_answer_and_no_second(self, site: Site, how: str) -> None:
        child = await (await AtTheDoor.of(site)).starts()
        address = child.address
        await ends(site, child, how)

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
