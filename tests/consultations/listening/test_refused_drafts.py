"""What was changed on the disk is not opened, and nothing is lost by it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from consultations.conversation.events import Said
from consultations.keeping.store import tables
from consultations.keeping.store.threads import Thread
from tests.consultations.chat import AtTheDoor, Site
from tests.consultations.listening.acts import SECRET


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


async def spoil(site: Site, thread: Thread, what: str, put: bytes = b"") -> None:
    """Somebody who can write to the database changes one bit, or puts it back."""
    was = getattr(thread, what)
    value = put or was[:-1] + bytes([was[-1] ^ 1])
    table, column = (tables.Draft, "sealed") if what == "sealed" else (tables.DraftKey, "wrapped")
    async with site.cast.store.database.writing() as connection:
        mine = col(table.consultation_id) == thread.consultation
        await connection.execute(update(table).where(mine).values({column: value}))
