"""When a window closes, what was sent is gone from here, also from a copy that was taken before."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.demo.cast import Says, Visit
from bot.demo.playing import AtTheScreen
from consultations.admitting import Admitting
from consultations.forgetting import Forgetting, sweep
from consultations.inviting import Inviting
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault import drafts
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.seasons import GRACE, Seasons
from consultations.languages import load_words
from consultations.listening import Listening
from consultations.questions import loading
from consultations.signing_in import SignedIn
from consultations.wording import Wording
from tests.consultations.staff import AUTHORITY, MORNING, ON_BOTH, Cast
from tests.postgres import Postgres

WRAPPED = 2 + 8 + 12 + 32 + 16
"""A draft key as it is kept: header, season, nonce, key and tag."""

VISIT = Visit(timedelta(), {"me": Says("I keep zanzibarkettle foxes.")}, sends=True)
BOOK = loading.load()


@dataclass
class House:
    """A site with one child, and what it takes to forget."""

    cast: Cast
    seasons: Seasons
    listening: Listening
    inviting: Inviting
    forgetting: Forgetting
    told: list[str]

    async def child(self, reference: str, visit: Visit = VISIT, at: datetime = MORNING) -> str:
        """A child comes in and says what there is to say; their consultation's id."""
        await self.cast.review(reference)
        invited = await self.inviting.invite(reference, at)
        admitting = Admitting(
            self.cast.store,
            self.cast.chat_keys,
            self.seasons,
            aside=self.cast.aside,
            random=secrets.token_bytes,
            sleep=asyncio.sleep,
        )
        await AtTheScreen(admitting, self.listening, visit, at).play(invited.code)
        found = await self.cast.store.invitations.by_selector(invited.code.selector)
        assert found is not None
        assert found.consultation is not None
        return found.consultation

    async def thread(self, consultation: str) -> Thread:
        thread = await self.cast.store.threads.thread_of(consultation)
        assert thread is not None
        return thread

    def opens(self, thread: Thread) -> bytes:
        """The draft of a thread as it is kept, or as somebody copied it."""
        key = drafts.unwrap_draft_key(self.cast.chat_keys, self.seasons, thread.consultation, thread.wrapped_key)
        return drafts.open_draft(key, thread.consultation, thread.version, thread.sealed)


@pytest.fixture
async def house(cast: Cast, tmp_path: Path) -> House:
    seasons = Seasons.create(tmp_path / "seasons.json", cast.chat_keys.site, MORNING)
    wording = Wording(load_words(tmp_path), AUTHORITY)
    told: list[str] = []
    listening = Listening(
        cast.store, cast.chat_keys, seasons, BOOK, wording, forgot=lambda: told.append("something was forgotten")
    )
    return House(
        cast,
        seasons,
        listening,
        Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes),
        Forgetting(cast.store, cast.chat_keys, seasons, listening),
        told,
    )


@ON_BOTH
async def test_a_window_is_closed_when_its_day_is_over_and_not_before(house: House) -> None:
    consultation = await house.child("LW-1")

    assert await house.forgetting.close_windows(MORNING + timedelta(hours=23)) == 0
    assert b"zanzibarkettle" in house.opens(await house.thread(consultation))
    assert await house.forgetting.close_windows(MORNING + timedelta(hours=25)) == 1
    assert b"zanzibarkettle" not in house.opens(await house.thread(consultation))
    assert house.told == ["something was forgotten"]
    assert await house.forgetting.close_windows(MORNING + timedelta(hours=25)) == 0


async def test_what_was_not_sent_is_left_as_it_is(house: House) -> None:
    consultation = await house.child("LW-1", Visit(timedelta(), VISIT.says, until="school"))
    before = await house.thread(consultation)

    assert await house.forgetting.close_windows(MORNING + timedelta(days=9)) == 0
    assert await house.thread(consultation) == before


@ON_BOTH
async def test_a_copy_taken_before_opens_no_more_once_the_season_is_renewed(house: House) -> None:
    consultation = await house.child("LW-1")
    stolen = await house.thread(consultation)
    closes = MORNING + timedelta(hours=25)
    await house.forgetting.close_windows(closes)

    assert b"zanzibarkettle" in house.opens(stolen)  # so far the database's own old pages would be enough

    await house.forgetting.begin_season(closes)
    assert await house.forgetting.end_season(closes + GRACE)

    with pytest.raises(Refused):
        house.opens(stolen)


@ON_BOTH
async def test_drafts_that_are_going_on_survive_the_renewal(house: House) -> None:
    going_on = await house.child("LW-1", Visit(timedelta(), VISIT.says, until="school"))
    before = house.opens(await house.thread(going_on))
    await house.forgetting.begin_season(MORNING)
    between = house.opens(await house.thread(going_on))
    await house.forgetting.end_season(MORNING + GRACE)

    assert house.opens(await house.thread(going_on)) == between == before


async def test_a_crash_in_the_middle_of_a_renewal_loses_nothing(house: House) -> None:
    going_on = await house.child("LW-1", Visit(timedelta(), VISIT.says, until="school"))
    house.seasons.begin(MORNING)  # and here the process ended
    before = house.opens(await house.thread(going_on))
    await house.forgetting.begin_season(MORNING + timedelta(hours=1))

    assert not await house.forgetting.end_season(MORNING + timedelta(hours=1))
    assert await house.forgetting.end_season(MORNING + timedelta(hours=1) + GRACE)
    assert house.opens(await house.thread(going_on)) == before


async def test_a_season_is_not_ended_while_a_key_may_still_be_on_its_way(house: House) -> None:
    await house.forgetting.begin_season(MORNING)

    assert not await house.forgetting.end_season(MORNING + GRACE / 2)
    assert len(house.seasons.earlier) == 1


async def test_a_draft_key_that_somebody_changed_holds_no_season_back(house: House) -> None:
    consultation = await house.child("LW-1")
    await house.child("LW-2")
    for key in await house.cast.store.threads.live_draft_keys():
        if key.consultation == consultation:
            assert await house.cast.store.threads.rewrap(key, key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1]))
    await house.forgetting.begin_season(MORNING)

    assert await house.forgetting.end_season(MORNING + GRACE)


@ON_BOTH
async def test_sweeping_locks_what_is_idle_and_drops_old_counters(cast: Cast) -> None:
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)
    token = await cast.signing_in.begin(sam, MORNING, passed=True)
    await cast.store.counters.count("codes: selector ABCD", MORNING)
    await sweep(cast.store, MORNING + timedelta(minutes=14))
    assert await cast.signing_in.who(token, MORNING + timedelta(minutes=14)) is not None
    assert await cast.store.counters.tries("codes: selector ABCD", MORNING) == 1

    await sweep(cast.store, MORNING + timedelta(days=2))

    assert await cast.signing_in.who(token, MORNING + timedelta(minutes=14)) is None
    assert await cast.store.counters.tries("codes: selector ABCD", MORNING) == 0


async def test_where_one_window_cannot_be_closed_the_others_are(house: House) -> None:
    """The second was kept by a Foreword that writes what this one does not know."""
    _, newer, _ = [await house.child(reference) for reference in ("R-1", "R-2", "R-3")]
    thread = await house.thread(newer)
    key = drafts.unwrap_draft_key(house.cast.chat_keys, house.seasons, newer, thread.wrapped_key)
    sealed = drafts.seal_draft(key, newer, thread.version + 1, b'{"format": 2}')
    await house.cast.store.threads.keep(newer, thread.version, sealed, MORNING)
    later = MORNING + timedelta(days=2)

    with capture_logs() as logged:
        assert await house.forgetting.close_windows(later) == 2

    assert await house.cast.store.threads.windows_due(later) == (newer,)
    assert [(each["event"], each["consultation"]) for each in logged] == [("window_not_closed", newer)]


@pytest.mark.parametrize("cast", ["postgresql"], indirect=True)
async def test_with_its_season_destroyed_nothing_that_postgresql_still_holds_opens(
    house: House, postgres: Postgres
) -> None:
    """PostgreSQL keeps old rows in pages and journals whatever one does. So every place in every file of its data
    directory that could be a draft key is tried, with all that the server has: chat.key and seasons.json."""
    closed, forgotten = await house.child("LW-1"), await house.child("LW-2")
    going_on = await house.child("LW-3", Visit(timedelta(), VISIT.says, until="school"))
    gone = [await house.thread(each) for each in (closed, forgotten)]
    later = MORNING + timedelta(hours=25)
    assert await house.forgetting.close_windows(later) == 2
    assert await house.cast.store.expiry.forget_draft((await house.thread(forgotten)).review, "clock", later)
    await house.forgetting.begin_season(later)
    live = await house.thread(going_on)

    assert all(each.wrapped_key in _everything(postgres) for each in gone)  # it is still there
    assert len(_opened(house, [*gone, live], postgres)) == 3  # and would open

    assert await house.forgetting.end_season(later + GRACE)

    opened = _opened(house, [*gone, live], postgres)
    assert [each.consultation for each in opened] == [going_on]


def _everything(postgres: Postgres) -> bytes:
    """Every byte in the data directory, once it is written there."""
    postgres.say("CHECKPOINT")
    return b"".join(path.read_bytes() for path in postgres.folder.rglob("*") if path.is_file())


def _opened(house: House, stolen: Sequence[Thread], postgres: Postgres) -> list[Thread]:
    """The states that open with a key found anywhere in the data directory."""
    found = re.findall(rb"(?=(\x02\x01.{%d}))" % (WRAPPED - 2), _everything(postgres), re.DOTALL)
    opened = []
    for thread in stolen:
        for wrapped in set(found):
            try:
                key = drafts.unwrap_draft_key(house.cast.chat_keys, house.seasons, thread.consultation, wrapped)
                drafts.open_draft(key, thread.consultation, thread.version, thread.sealed)
            except Refused:
                continue
            opened.append(thread)
            break
    return opened
