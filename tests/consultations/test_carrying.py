"""An account is found without its number standing anywhere, and written to only where the number was sealed for it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from consultations.carrying import Carrying
from consultations.keeping.store import tables
from consultations.reminding import Reminding
from tests.consultations.staff import MORNING, ON_BOTH, REVIEW_ON, Cast
from tests.hunt import hunt

ACCOUNT = 900_000_001


def carrying(cast: Cast) -> Carrying:
    return Carrying(cast.store, cast.chat_keys, secrets.token_bytes)


async def came_in(accounts: Carrying, account: int = ACCOUNT) -> str:
    """Somebody wrote and came in; their address."""
    await accounts.came_in(account)
    return await accounts.wrote(account)


@ON_BOTH
async def test_an_account_is_known_again_and_can_be_written_to(cast: Cast) -> None:
    address = await came_in(carrying(cast))
    again = carrying(cast)  # another process

    assert await again.wrote(ACCOUNT) == address
    assert await again.where(address) == ACCOUNT
    assert await again.where(again.address(ACCOUNT + 1)) is None


async def test_its_number_is_in_no_file(cast: Cast, tmp_path: Path) -> None:
    await came_in(carrying(cast))

    assert not hunt([str(ACCOUNT)], tmp_path)


@ON_BOTH
async def test_whoever_blocked_us_is_not_written_to_until_they_write(cast: Cast) -> None:
    accounts = carrying(cast)
    address = await came_in(accounts)
    await accounts.unreachable(address, MORNING)
    assert await accounts.where(address) is None

    await accounts.wrote(ACCOUNT)
    assert await accounts.where(address) == ACCOUNT


async def test_another_account_s_row_put_in_its_place_leads_nowhere(cast: Cast) -> None:
    accounts = carrying(cast)
    mine, other = await came_in(accounts), await came_in(accounts, ACCOUNT + 1)
    kept = await cast.store.doors.account(other)
    assert kept is not None
    async with cast.store.database.keeping() as connection:
        row = tables.Account
        await connection.execute(update(row).where(col(row.address) == mine).values(sealed=kept))

    assert await accounts.where(mine) is None


@ON_BOTH
async def test_a_gap_is_one_of_more_than_a_day(cast: Cast) -> None:
    accounts = carrying(cast)

    assert await accounts.gap(MORNING) is None
    await accounts.listens(MORNING)
    assert await accounts.gap(MORNING + timedelta(hours=24)) is None
    await accounts.listens(MORNING + timedelta(hours=24))
    for _ in range(2):
        assert await accounts.gap(MORNING + timedelta(hours=49)) == MORNING + timedelta(hours=24)
    await accounts.listens(MORNING + timedelta(hours=49))
    assert await accounts.gap(MORNING + timedelta(hours=49)) is None


@ON_BOTH
async def test_an_update_is_given_up_the_third_time(cast: Cast) -> None:
    accounts = carrying(cast)

    assert [await accounts.give_up(7, MORNING) for _ in range(3)] == [False, False, True]
    assert not await accounts.give_up(8, MORNING)


@pytest.mark.parametrize(
    ("before", "hour", "due"),
    [
        pytest.param(3, 12, False, id="three days before"),
        pytest.param(2, 12, True, id="two days before"),
        pytest.param(0, 12, True, id="on the day"),
        pytest.param(-1, 12, False, id="after it"),
        pytest.param(2, 8, False, id="early"),
        pytest.param(2, 21, False, id="late"),
    ],
)
async def test_a_nudge_is_due_shortly_before_and_by_day(cast: Cast, before: int, hour: int, due: bool) -> None:
    accounts = carrying(cast)
    address = await came_in(accounts)
    consultation = await cast.begin(await cast.review("LW-1"))
    async with cast.store.database.keeping() as connection:
        row = tables.ChatSession
        await connection.execute(update(row).where(col(row.consultation_id) == consultation).values(address=address))
    at = MORNING.replace(year=REVIEW_ON.year, month=REVIEW_ON.month, day=REVIEW_ON.day, hour=hour)

    found = await Reminding(cast.store).due(at - timedelta(days=before))
    assert found == ((address,) if due else ())
    assert await accounts.open() == (address,)


async def test_an_account_s_visit_does_not_grow_old(cast: Cast) -> None:
    address = await came_in(carrying(cast))
    consultation = await cast.begin(await cast.review("LW-1"))
    async with cast.store.database.keeping() as connection:
        row = tables.ChatSession
        await connection.execute(update(row).where(col(row.consultation_id) == consultation).values(address=address))
    await cast.store.threads.forget_sessions(MORNING + timedelta(days=60))

    assert await cast.store.threads.thread(address) is not None
    await cast.store.threads.end_session(address, MORNING)
    await cast.store.threads.forget_sessions(MORNING + timedelta(days=60))
    await cast.store.doors.forget_before(MORNING, MORNING)
    assert await cast.store.threads.thread(address) is None
    assert await cast.store.doors.account(address) is None


async def test_whoever_never_came_in_is_kept_nowhere(cast: Cast) -> None:
    address = await carrying(cast).wrote(ACCOUNT)

    assert await cast.store.doors.account(address) is None
