"""A code from a phone beside the five words: good once and briefly, ten wrong ones an hour, reset by somebody else."""

from __future__ import annotations

import asyncio
import base64

import pytest
from sqlalchemy import update
from sqlmodel import col

from consultations.keeping.store.tables import SecondFactor
from consultations.keeping.vault.one_time import STEP, code_at
from consultations.keeping.vault.secret import Secret
from consultations.proving import MOST_WRONG, Offered
from consultations.signing_in import HALFWAY, SignedIn
from tests.consultations.staff import ON_BOTH, Cast
from tests.hunt import hunt

PAGE = "the token of a page"


async def _in(cast: Cast, username: str = "sam") -> SignedIn:
    signed_in = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(signed_in, SignedIn)
    return signed_in


def _code(cast: Cast, offered: Offered, off: int = 0) -> str:
    secret = Secret(base64.b32decode(offered.letters.replace(" ", "")))
    return code_at(secret, int(cast.clock().timestamp()) // STEP + off)


async def _set_up(cast: Cast, username: str = "sam") -> tuple[SignedIn, Offered]:
    signed_in = await _in(cast, username)
    offered = cast.proving.offer(signed_in.person, PAGE)
    code = _code(cast, offered, -1)
    assert await cast.proving.set_up(signed_in.person, offered.prepared, code, PAGE, cast.clock())
    return signed_in, offered


@ON_BOTH
async def test_each_code_is_good_once_and_none_before_it_afterwards(cast: Cast) -> None:
    sam, offered = await _set_up(cast)

    async def proves(off: int) -> bool:
        return await cast.proving.prove(sam.person, _code(cast, offered, off), cast.clock())

    assert [await proves(off) for off in (-1, 1, 1, 0, -1)] == [False, True, False, False, False]


@ON_BOTH
async def test_one_code_tried_many_times_at_once_lets_in_once(cast: Cast) -> None:
    sam, offered = await _set_up(cast)
    code = _code(cast, offered)

    proved = await asyncio.gather(*(cast.proving.prove(sam.person, code, cast.clock()) for _ in range(6)))

    assert sorted(proved) == [False] * 5 + [True]


@ON_BOTH
async def test_after_ten_wrong_codes_the_right_one_waits_for_the_next_hour(cast: Cast) -> None:
    sam, offered = await _set_up(cast)
    for _ in range(MOST_WRONG):
        assert not await cast.proving.prove(sam.person, "wrong", cast.clock())

    assert not await cast.proving.prove(sam.person, _code(cast, offered), cast.clock())
    cast.clock.later(hours=1)
    assert await cast.proving.prove(sam.person, _code(cast, offered), cast.clock())


async def test_a_code_is_forgiving_to_type(cast: Cast) -> None:
    sam, offered = await _set_up(cast)
    code = _code(cast, offered)

    assert await cast.proving.prove(sam.person, f" {code[:3]} {code[3:]} ", cast.clock())


@ON_BOTH
async def test_there_is_no_second_one_beside_the_first(cast: Cast) -> None:
    sam, _ = await _set_up(cast)
    other = cast.proving.offer(sam.person, PAGE)

    assert not await cast.proving.set_up(sam.person, other.prepared, _code(cast, other), PAGE, cast.clock())
    assert not await cast.proving.prove(sam.person, _code(cast, other), cast.clock())


async def test_what_a_page_carries_is_set_up_there_alone_and_shows_nothing(cast: Cast) -> None:
    sam = await _in(cast)
    offered = cast.proving.offer(sam.person, PAGE)
    code = _code(cast, offered)

    assert hunt([offered.letters.replace(" ", "")], offered.prepared, repr(offered)) == []
    for prepared, page in ((offered.prepared, "another"), ("", PAGE), ("ü\ud800", PAGE), (offered.prepared[4:], PAGE)):
        assert not await cast.proving.set_up(sam.person, prepared, code, page, cast.clock())
    assert not await cast.proving.has(sam.person)


@ON_BOTH
async def test_somebody_elses_phone_put_in_by_hand_proves_nothing(cast: Cast) -> None:
    sam, _ = await _set_up(cast)
    jo, of_jo = await _set_up(cast, "jo")
    kept = await cast.store.factors.of(jo.id)
    assert kept is not None
    await cast.by_hand(update(SecondFactor).where(col(SecondFactor.staff_id) == sam.id).values(sealed=kept.sealed))

    assert not await cast.proving.prove(sam.person, _code(cast, of_jo), cast.clock())


@ON_BOTH
async def test_a_manager_takes_a_lost_phone_away_and_another_is_set_up(cast: Cast) -> None:
    sam, lost = await _set_up(cast)
    session = await cast.signing_in.begin(sam, cast.clock(), passed=True)

    assert await cast.proving.reset(await _in(cast, "mo"), "sam", cast.clock())

    reset = await cast.proving.last_reset(sam.person)
    assert reset is not None
    assert (reset.by, reset.at) == ("Mo Abara", cast.clock())
    assert await cast.signing_in.who(session, cast.clock()) is None
    assert not await cast.proving.prove(sam.person, _code(cast, lost), cast.clock())
    await _set_up(cast)


async def test_nobody_takes_their_own_away_and_only_managers_others(cast: Cast) -> None:
    mo, _ = await _set_up(cast, "mo")
    await _set_up(cast)
    jo = await _in(cast, "jo")

    done = [await cast.proving.reset(by, of, cast.clock()) for by, of in ((mo, "mo"), (jo, "sam"), (mo, "jo"))]

    assert done == [False, False, False]
    assert await cast.proving.has(mo.person)


@ON_BOTH
async def test_words_alone_begin_a_session_that_is_good_for_nothing_and_ten_minutes(cast: Cast) -> None:
    sam = await _in(cast)
    token = await cast.signing_in.begin(sam, cast.clock(), passed=False)

    assert await cast.signing_in.who(token, cast.clock()) is None
    half = await cast.signing_in.halfway(token, cast.clock())
    assert half is not None
    assert half.id == sam.id
    cast.clock.at += HALFWAY
    assert await cast.signing_in.halfway(token, cast.clock()) is None


@pytest.mark.parametrize(("wanted", "code", "stands"), [(True, "", False), (False, "", True)])
async def test_where_it_is_wanted_whoever_has_one_gives_its_code(
    cast: Cast, wanted: bool, code: str, stands: bool
) -> None:
    cast.second_factor = wanted
    sam, _ = await _set_up(cast)
    jo = await _in(cast, "jo")

    assert await cast.proving.stands(sam.person, code, cast.clock()) is stands
    assert await cast.proving.stands(jo.person, code, cast.clock()), "she sets one up when she signs in"
