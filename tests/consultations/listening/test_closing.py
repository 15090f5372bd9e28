"""A window that closed leaves nothing here of what was sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consultations.keeping.vault.problems import Refused
from tests.consultations.chat import ON_BOTH, Site
from tests.consultations.listening.acts import SECRET, sent


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


def in_files(blob: bytes, folder: Path) -> bool:
    """Whether any piece of it is in any file: a large one stands on several pages."""
    pieces = [blob[at : at + 40] for at in range(0, len(blob) - 40, 200)] or [blob]
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(piece in file for file in files for piece in pieces)
