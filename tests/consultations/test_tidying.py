"""Chats are found when something in them is due, and tried again when it did not go; no account's number is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from consultations.carrying import Carrying
from consultations.forgetting import sweep
from consultations.standing import Due, Whose
from consultations.tidying import Tidying
from tests.consultations.staff import MORNING, ON_BOTH, Cast
from tests.hunt import hunt

ACCOUNT = 900_000_001
MESSAGE = 73_519_264


async def somebody(cast: Cast) -> str:
    """The address of an account that came in."""
    carrying = Carrying(cast.store, cast.chat_keys, secrets.token_bytes)
    await carrying.came_in(ACCOUNT)
    return carrying.address(ACCOUNT)


@ON_BOTH
async def test_a_chat_is_due_after_40_hours_by_the_hour(cast: Cast) -> None:
    tidying, address = Tidying(cast.store), await somebody(cast)
    await tidying.note(address, MESSAGE, MORNING + timedelta(minutes=59), Whose.CHILD)

    assert await tidying.chats(MORNING + timedelta(hours=39, minutes=59)) == ()
    assert await tidying.chats(MORNING + timedelta(hours=40)) == (address,)
    assert await tidying.due(address, MORNING + timedelta(hours=40)) == Due((MESSAGE,))


@ON_BOTH
async def test_what_did_not_go_is_tried_again_but_not_at_once(cast: Cast) -> None:
    tidying, address = Tidying(cast.store), await somebody(cast)
    await tidying.note(address, MESSAGE, MORNING, Whose.CHILD)
    await tidying.want(address)

    tried = [await tidying.chats(MORNING + timedelta(minutes=minutes)) for minutes in (0, 1, 9, 10, 11)]
    assert tried == [(address,), (), (), (address,), ()]


@ON_BOTH
async def test_a_chat_that_is_clear_is_due_no_more_and_leaves_nothing_behind(cast: Cast) -> None:
    tidying, address = Tidying(cast.store), await somebody(cast)
    await tidying.note(address, MESSAGE, MORNING, Whose.CHILD)
    await tidying.want(address)
    assert await tidying.chats(MORNING) == (address,)
    await tidying.gone(address, (MESSAGE,))

    assert await tidying.chats(MORNING + timedelta(hours=1)) == ()
    assert tidying.tried == {}
    await sweep(cast.store, MORNING)
    assert await cast.store.doors.account(address) is None


@ON_BOTH
async def test_what_nobody_clears_is_forgotten_after_14_days_and_half_a_day_of_trying(cast: Cast) -> None:
    tidying, address = Tidying(cast.store), await somebody(cast)
    await tidying.note(address, MESSAGE, MORNING, Whose.CHILD)
    later = MORNING + timedelta(days=14)
    await tidying.forget(MORNING, later)
    assert len(await cast.store.standing.of(address)) == 1
    await tidying.forget(later, later + timedelta(hours=11))
    assert len(await cast.store.standing.of(address)) == 1
    await tidying.forget(later, later + timedelta(hours=12))

    assert await cast.store.standing.of(address) == ()


async def test_no_account_s_number_is_in_any_file(cast: Cast, tmp_path: Path) -> None:
    tidying, address = Tidying(cast.store), await somebody(cast)
    await tidying.note(address, MESSAGE, MORNING, Whose.CHILD)

    assert hunt([str(MESSAGE)], tmp_path)
    assert not hunt([str(ACCOUNT)], tmp_path)
    await tidying.gone(address, (MESSAGE,))
    await cast.store.forget_bytes()
    assert not hunt([str(MESSAGE)], tmp_path)
