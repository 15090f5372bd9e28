"""A way from door to door works once, for ten minutes, and is kept as nothing that opens it."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from consultations import invitation
from consultations.addresses import door_of, is_account
from consultations.handing_over import HandingOver, code_mark
from consultations.invitation import ALPHABET, ShortCode, check_symbol
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.details import blind_index
from tests.consultations.staff import MORNING, ON_BOTH, Cast

LINKS = {"web": "https://chat.example/#", "telegram": "https://t.me/a_bot?start="}


def handing(cast: Cast, **links: str) -> HandingOver:
    return HandingOver(cast.store, cast.chat_keys, secrets.token_bytes, links or LINKS)


@ON_BOTH
async def test_a_way_is_found_by_its_link_and_by_its_code_until_it_is_used(cast: Cast) -> None:
    review = await cast.review("LW-1")
    consultation = await cast.begin(review)
    way = handing(cast).way("telegram", MORNING)
    assert way is not None
    assert await handing(cast).open(way, MORNING, consultation=consultation)

    marks = (link_mark(way.link.removeprefix(LINKS["web"])), code_mark(cast.chat_keys, way.code))
    found = [await cast.store.doors.way(mark, MORNING) for mark in marks]
    assert found[0] is not None
    assert found[0] == found[1]
    assert found[0].consultation == consultation
    assert await cast.store.doors.come_by(found[0], "web:1", MORNING)
    assert not await cast.store.doors.come_by(found[0], "web:2", MORNING)
    assert await cast.store.doors.way(marks[0], MORNING) is None


async def test_a_way_lasts_ten_minutes_and_a_new_one_closes_the_one_before(cast: Cast) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    marks = []
    for _ in range(2):
        way = handing(cast).way("telegram", MORNING)
        assert way is not None
        assert await handing(cast).open(way, MORNING, consultation=consultation)
        marks.append(code_mark(cast.chat_keys, way.code))

    assert await cast.store.doors.way(marks[0], MORNING) is None
    assert await cast.store.doors.way(marks[1], MORNING + timedelta(minutes=9)) is not None
    assert await cast.store.doors.way(marks[1], MORNING + timedelta(minutes=10)) is None


async def test_where_there_is_no_other_door_there_is_no_way(cast: Cast) -> None:
    assert handing(cast, web="https://chat.example/#").way("web", MORNING) is None


async def test_a_way_prints_neither_its_link_nor_its_code(cast: Cast) -> None:
    way = handing(cast).way("web", MORNING)
    assert way is not None

    assert way.code not in repr(way)
    assert way.link not in repr(way)
    assert code_mark(cast.chat_keys, way.code) != blind_index(cast.chat_keys, "account", way.code)


@given(st.binary(min_size=5, max_size=5))
def test_a_short_code_is_read_however_it_is_typed_and_one_slip_is_caught(random: bytes) -> None:
    code = invitation.new_short_code(lambda n: random)
    shown = code.shown

    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", shown)
    for typed in (shown, shown.lower(), shown.replace("-", " "), f" {shown} "):
        assert invitation.read(typed) == code
    for at, symbol in enumerate(code.symbols):
        other = ALPHABET[(ALPHABET.index(symbol) + 1) % 32]
        slip = code.symbols[:at] + other + code.symbols[at + 1 :] + check_symbol(code.symbols)
        assert invitation.read(slip) is None
    assert repr(ShortCode("7KQ2M8Z")) == "ShortCode(***)"


def test_an_account_stays_and_a_visit_does_not() -> None:
    assert is_account("telegram:5f")
    assert not is_account("web:telegram:5f")
    assert door_of("web:5f") == "web"
