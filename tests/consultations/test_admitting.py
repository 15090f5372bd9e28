"""Whoever holds a link or a code comes in; whoever guesses learns nothing and waits."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from consultations.admitting import (
    EMPTY,
    MISTYPED,
    OVER,
    UNKNOWN,
    UNKNOWN_LINK,
    Admitted,
    Admitting,
    NotAdmitted,
    SentOn,
)
from consultations.conversation.events import Arrived
from consultations.invitation import ALPHABET, check_symbol, new_code, new_link
from consultations.inviting import Invited, Inviting
from consultations.keeping.vault import drafts
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.stretching import CODE
from consultations.questions.loading import load
from consultations.slowing import FREE_OF_ALL, LONGEST_WAIT, Callers
from tests.consultations.staff import Cast
from tests.hunt import hunt


@dataclass
class Door:
    """The way in of one site, and how long it made anybody wait."""

    cast: Cast
    admitting: Admitting
    inviting: Inviting
    waited: list[float]
    seasons: Seasons
    visits: int = 0
    reviews: dict[str, str] = field(default_factory=dict)

    async def invite(self, reference: str = "LW-1") -> Invited:
        if reference not in self.reviews:
            self.reviews[reference] = await self.cast.review(reference)
        return await self.inviting.invite(reference, self.now)

    async def admit(
        self, typed: str, address: str = "", caller: str = "203.0.113.0/24"
    ) -> Admitted | NotAdmitted | SentOn:
        self.visits += 1
        return await self.admitting.admit(typed, address or f"web:{self.visits}", caller, self.now)

    @property
    def now(self) -> datetime:
        return self.cast.clock()


@pytest_asyncio.fixture
async def door(cast: Cast, tmp_path: Path) -> Door:
    seasons = Seasons.create(tmp_path / "seasons.json", cast.chat_keys.site, cast.clock())
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    admitting = Admitting(
        cast.store, cast.chat_keys, seasons, aside=cast.aside, random=secrets.token_bytes, sleep=sleep
    )
    inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, load(), secrets.token_bytes)
    return Door(cast, admitting, inviting, waited, seasons)


def wrong(code: str) -> str:
    """Another code with the same selector, and the right check symbol for it."""
    symbols = code.replace("-", "")[:-1]
    other = symbols[:-1] + ALPHABET[(ALPHABET.index(symbols[-1]) + 1) % 32]
    return other + check_symbol(other)


async def test_a_link_works_once_and_begins_the_consultation_in_the_review_s_own_set(door: Door) -> None:
    invited = await door.invite()

    assert await door.admit(invited.link.text, "web:amal") == Admitted(Arrived("link"))
    thread = await door.cast.store.threads.thread("web:amal")
    assert thread is not None
    key = drafts.unwrap_draft_key(door.cast.chat_keys, door.seasons, thread.consultation, thread.wrapped_key)
    first = drafts.open_draft(key, thread.consultation, thread.version, thread.sealed)
    assert b'"set":"ages_8_11"' in first
    assert b'"language":"en_GB"' in first
    assert len(f"{thread.consultation}:{'x' * 24}:{'y' * 24}") <= 64
    assert await door.admit(invited.link.text, "web:somebody") == UNKNOWN_LINK
    assert await door.cast.store.threads.thread("web:somebody") is None


async def test_a_code_works_until_the_review_is_held_however_it_is_typed(door: Door) -> None:
    invited = await door.invite()
    for typed in (invited.code.shown, invited.code.shown.lower().replace("-", " "), f" {invited.code.shown}\n"):
        assert await door.admit(typed) == Admitted(Arrived("code"))

    door.cast.clock.later(days=30)
    await door.inviting.held("LW-1", door.now.date(), door.now)

    assert await door.admit(invited.code.shown) == UNKNOWN


async def test_the_code_beside_a_used_link_leads_to_the_same_consultation(door: Door) -> None:
    invited = await door.invite()
    await door.admit(invited.link.text, "web:phone")
    await door.admit(invited.code.shown, "web:library")

    threads = [await door.cast.store.threads.thread(address) for address in ("web:phone", "web:library")]
    assert threads[0] is not None
    assert threads[1] is not None
    assert threads[0].consultation == threads[1].consultation


async def test_a_reissued_code_says_when_it_was_issued_and_the_earlier_one_opens_nothing(door: Door) -> None:
    first = await door.invite()
    door.cast.clock.later(days=3)
    second = await door.invite()

    assert await door.admit(first.code.shown) == UNKNOWN
    assert await door.admit(first.link.text) == UNKNOWN_LINK
    assert await door.admit(second.code.shown) == Admitted(Arrived("code", door.now))


async def test_a_code_issued_again_ends_the_visits_by_the_earlier_one(door: Door) -> None:
    first = await door.invite()
    await door.admit(first.code.shown, "web:somebody")
    await door.invite()

    thread = await door.cast.store.threads.thread("web:somebody")
    assert thread is not None
    assert thread.session is not None
    assert thread.session.ended_at == door.now


async def test_the_same_form_sent_twice_is_one_visit(door: Door) -> None:
    invited = await door.invite()
    for typed in (invited.link.text, invited.code.shown):
        both = await asyncio.gather(*(door.admit(typed, f"web:{typed[:4]}") for _ in range(2)))

        assert [isinstance(each, Admitted) for each in both] == [True, True]
        assert isinstance(await door.admit(typed, f"web:{typed[:4]}"), Admitted)


async def test_a_visit_that_was_left_is_not_entered_again_by_the_form_that_began_it(door: Door) -> None:
    invited = await door.invite()
    for typed in (invited.link.text, invited.code.shown):
        address = f"web:{typed[:4]}"
        assert isinstance(await door.admit(typed, address), Admitted)
        await door.cast.store.threads.end_session(address, door.now)

        assert await door.admit(typed, address) in (UNKNOWN, UNKNOWN_LINK)


async def test_nor_is_one_that_may_have_ended_by_itself(door: Door) -> None:
    invited = await door.invite()
    for typed in (invited.link.text, invited.code.shown):
        assert isinstance(await door.admit(typed, f"web:{typed[:4]}"), Admitted)
    door.cast.clock.later(minutes=16)

    for typed in (invited.link.text, invited.code.shown):
        assert await door.admit(typed, f"web:{typed[:4]}") == OVER
    assert isinstance(await door.admit(invited.code.shown, "web:another form"), Admitted)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        pytest.param("", EMPTY, id="nothing"),
        pytest.param(" \n", EMPTY, id="blank"),
        pytest.param("hello", MISTYPED, id="a word"),
        pytest.param("4MK7-W2Q9-TZX0-3", MISTYPED, id="a slip"),
        pytest.param("\0\ud800" * 50, MISTYPED, id="rubbish"),
        pytest.param("x" * 70_000, MISTYPED, id="far too much"),
    ],
)
async def test_a_slip_is_told_at_once_and_is_no_try(door: Door, typed: str, answer: NotAdmitted) -> None:
    for _ in range(12):
        assert await door.admit(typed) == answer

    assert door.waited == []


async def test_unknown_used_expired_and_wrong_read_the_same_and_do_the_same_work(door: Door) -> None:
    first = await door.invite()
    second = await door.invite()
    await door.admit(second.link.text)
    door.cast.aside.costs.clear()
    answers = [
        await door.admit(typed)
        for typed in (
            new_code(secrets.token_bytes).shown,
            first.code.shown,
            wrong(second.code.shown),
            new_link(secrets.token_bytes).text,
            first.link.text,
            second.link.text,
        )
    ]

    assert answers == [UNKNOWN] * 3 + [UNKNOWN_LINK] * 3  # a link says that there is a code beside it
    assert door.cast.aside.costs == [CODE] * 3  # every code costs one derivation, every link none


async def test_many_wrong_tries_wait_and_the_right_code_still_opens_and_is_forgiven(door: Door) -> None:
    invited = await door.invite()
    for _ in range(8):
        await door.admit(wrong(invited.code.shown))

    assert door.waited == [1.0, 2.0, 3.0]
    assert await door.admit(invited.code.shown) == Admitted(Arrived("code"))
    assert door.waited.pop() == 4.0
    door.waited.clear()
    await door.admit(wrong(invited.code.shown))
    assert door.waited == []


async def test_a_code_guessed_at_from_everywhere_is_slowed_and_nobody_else_is(door: Door) -> None:
    amal, billie = await door.invite("LW-1"), await door.invite("LW-2")
    for number in range(20):
        await door.admit(wrong(amal.code.shown), caller=f"10.0.{number}.0/24")

    assert len(door.waited) == 10
    assert max(door.waited) == LONGEST_WAIT
    door.waited.clear()
    assert await door.admit(billie.code.shown, caller="10.1.0.0/24") == Admitted(Arrived("code"))
    assert door.waited == []


async def test_a_new_hour_begins_anew(door: Door) -> None:
    invited = await door.invite()
    for _ in range(7):
        await door.admit(wrong(invited.code.shown))
    door.waited.clear()
    door.cast.clock.later(hours=1)
    await door.admit(wrong(invited.code.shown))

    assert door.waited == []


async def test_an_attack_from_everywhere_is_told_once_and_in_the_log_stands_no_code(door: Door) -> None:
    invited = await door.invite()
    hour = door.now.replace(minute=0, second=0, microsecond=0)
    for _ in range(FREE_OF_ALL - 1):
        await door.cast.store.counters.count("codes", hour)
    with capture_logs() as log:
        for number in range(3):
            await door.admit(wrong(invited.code.shown), caller=f"10.0.{number}.0/24")

    assert [each["event"] for each in log if each["log_level"] == "warning"] == ["many_wrong_tries"]
    assert hunt([invited.code.shown, invited.code.symbols, "10.0.1.0"], str(log)) == []


def test_callers_are_told_apart_for_a_day_and_never_known() -> None:
    callers = Callers(secrets.token_bytes)
    noon = datetime.fromisoformat("2026-11-20T12:00+00:00")
    here = callers.mark("203.0.113.0/24", noon)

    assert callers.mark("203.0.113.0/24", noon) == here
    assert callers.mark("198.51.100.0/24", noon) != here
    assert callers.mark("203.0.113.0/24", noon + timedelta(days=1)) != here
    assert Callers(secrets.token_bytes).mark("203.0.113.0/24", noon) != here


async def test_neither_link_nor_code_nor_network_is_kept(door: Door, database_files: Path) -> None:
    invited = await door.invite()
    await door.admit(wrong(invited.code.shown), caller="203.0.113.0/24")
    await door.admit(invited.link.text)
    await door.admit(invited.code.shown)

    secret = [invited.link.text, invited.code.shown, invited.code.symbols, invited.code.secret, "203.0.113.0"]
    assert hunt(secret, database_files) == []
