"""What was changed on the disk is not opened, and nothing is lost by it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from consultations.conversation.events import Looked, Said
from consultations.keeping.store import tables
from consultations.keeping.store.threads import Thread
from consultations.listening import Last
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.conversation.cast import shown
from tests.consultations.listening.acts import SECRET
from tests.consultations.listening.alarms import UNSAFE, alerts, asked_whether_safe, tells
from tests.journeys.playing import EVERY_LANGUAGE, LANGUAGES


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
        assert "0800 1111" in child.sees()
        assert not heard.ended
        assert not kept
        assert {each["event"] for each in logged} == {"draft_refused"}
        assert SECRET not in repr(logged)
        await spoil(site, good, what, getattr(good, what))
        await child.says("still here")
        assert "still here" in child.sees()

    @pytest.mark.parametrize(
        ("what", "language", "reads"),
        [
            pytest.param("sealed", "vi", ["vi"], id="the one they chose"),
            pytest.param("sealed", "", ["en_GB"], id="the one the reviews file says"),
            pytest.param("details", "ar", ["ar"], id="the one they chose, whatever became of that"),
            pytest.param("details", "", ["en_GB", "ar", "fa_AF", "vi", "en_GB"], id="nobody knows which"),
        ],
    )
    async def test_the_kind_sentence_is_in_the_childs_language_and_else_help_is_in_all(
        self, site: Site, what: str, language: str, reads: list[str]
    ) -> None:
        site.has_doors({}, EVERY_LANGUAGE)
        child = await AtTheDoor.of(site)
        if language:
            await child.taps(".language", language)
        await spoil(site, await site.thread(child.address), what)

        heard = await child.does(Looked())

        spoken = [LANGUAGES[each] for each in reads]
        told = [*spoken, spoken[-1]] if len(spoken) > 1 else spoken * 3  # help is two: who always answers, and the rest
        assert [(each.language, each.direction) for each in heard.messages] == [
            (each.tag, each.direction) for each in told
        ]
        assert all("0800 1111" in shown((each,)) for each in heard.messages[1:-1])

    @pytest.mark.parametrize("what", ["sealed", "wrapped_key", "details"])
    @pytest.mark.parametrize("tap", [(".go", ".tell"), UNSAFE], ids=["tell someone", "not safe"])
    @ON_BOTH
    async def test_that_the_child_is_not_safe_is_told_all_the_same(
        self, site: Site, what: str, tap: tuple[str, str]
    ) -> None:
        child = await asked_whether_safe(site)
        address, good = child.address, await site.thread(child.address)
        await spoil(site, good, what)

        await child.taps(*tap)
        said_so = child.sees()
        await child.taps(".go", ".tell")
        [first] = await alerts(site)
        await site.cast.store.alerts.hold(first.id, site.cast.ids["priya"], site.now)
        await child.taps(".go", ".tell")

        assert "We believe you." in said_so
        assert "0800 1111" in said_so
        assert [each.number for each in await alerts(site)] == [1, 2]
        assert (await site.thread(address)).version == good.version
        await spoil(site, good, what, getattr(good, what))
        await child.says("still here")
        assert "still here" in child.sees()
        await tells(child)
        assert [each.number for each in await alerts(site)] == [1, 2, 3], "this visit knows of none of them"

    async def test_so_it_is_on_a_page_that_is_over_for_a_day(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await spoil(site, await site.thread(child.address), "sealed")
        site.waits(hours=3)

        assert await child.last_word("", "", tell=True)
        assert child.last is Last.TOLD
        assert len(await alerts(site)) == 1
        site.waits(hours=24)
        assert not await child.last_word("", "", tell=True)

    @pytest.mark.parametrize("over", [False, True])
    @ON_BOTH
    async def test_nor_is_whoever_is_not_to_be_told_now(self, site: Site, over: bool) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        await child.taps(".alarm", "carer")
        await spoil(site, await site.thread(child.address), "sealed")

        if over:
            site.waits(hours=3)
            assert await child.last_word("", ".alarm", choice="officer")
        else:
            await child.taps(".alarm", "officer")
            assert "The people we tell can see that now." in child.sees()

        [alert] = await alerts(site)
        assert (alert.kept_from, alert.kept_officer) == (("officer", "carer"), site.cast.ids["sam.j"])

    @ON_BOTH
    async def test_one_that_was_said_to_be_a_mistake_is_none_when_it_is_raised_again(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await tells(child)
        await child.taps(".alarm", ".mistake")
        await spoil(site, await site.thread(child.address), "sealed")

        await child.taps(".go", ".tell")

        [alert] = await alerts(site)
        assert (alert.mistaken_at, alert.again_at) == (None, site.now)

    @ON_BOTH
    async def test_whoever_was_not_to_be_told_before_is_not_told_then(self, site: Site) -> None:
        child = await asked_whether_safe(site)
        await child.taps(*UNSAFE)
        await child.taps(".alarm", "officer")
        await child.taps(".alarm", "carer")
        [first] = await alerts(site)
        await site.cast.store.alerts.hold(first.id, site.cast.ids["priya"], site.now)
        await site.review(site.set, "priya")
        await spoil(site, await site.thread(child.address), "sealed")

        await child.taps(".go", ".tell")

        _, second = await alerts(site)
        assert (second.kept_from, second.kept_officer) == (("officer", "carer"), site.cast.ids["sam.j"])


async def spoil(site: Site, thread: Thread, what: str, put: bytes = b"") -> None:
    """Somebody who can write to the database changes one bit, or puts it back."""
    was = getattr(thread, what)
    value = put or was[:-1] + bytes([was[-1] ^ 1])
    table, column, mine = {
        "sealed": (tables.Draft, "sealed", col(tables.Draft.consultation_id) == thread.consultation),
        "wrapped_key": (tables.DraftKey, "wrapped", col(tables.DraftKey.consultation_id) == thread.consultation),
        "details": (tables.Review, "details_for_chat", col(tables.Review.id) == thread.review),
    }[what]
    async with site.cast.store.database.writing() as connection:
        await connection.execute(update(table).where(mine).values({column: value}))
