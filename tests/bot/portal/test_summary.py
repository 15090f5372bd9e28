"""One review: what was sent, that it was opened, and copies of it."""

from __future__ import annotations

from tests.bot.portal.cast import Visitor
from tests.consultations.staff import WORDS, Cast


async def test_the_childs_words_are_on_the_page_and_the_opening_is_noted_before(cast: Cast, sam: Visitor) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    await cast.send(consultation)

    page = await sam.get("/reviews/R-1")

    assert page.status == 200
    assert WORDS in page.text
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    assert [(each.reader_name, each.what) for each in thread.readings] == [("Sam Okafor", "opened")]
