"""A visit is carried by its cookie, and by nothing a stranger can make."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.web import visits
from bot.chat.web.visits import May, Visit

NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
BEGAN = visits.begin(bytes(range(32)), NOON)


def mark(said: bytes) -> bytes:
    return hmac.digest(b"cookie-time", said, "sha256")


def test_a_cookie_brings_its_visit_back() -> None:
    visit = BEGAN.seen_at(NOON + timedelta(minutes=9))

    assert visits.from_cookie(visits.to_cookie(visit, mark), mark) == visit


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        ".",
        "...",
        "a.b.c.d",
        visits.to_cookie(BEGAN, lambda said: hmac.digest(b"another key", said, "sha256")),
        visits.to_cookie(BEGAN, mark)[:-1],
        visits.to_cookie(BEGAN, mark).replace(".", ".9", 1),
        visits.to_cookie(BEGAN, mark) + "é",
        "\0" * 99,
    ],
)
def test_a_forged_cookie_is_no_visit(cookie: str) -> None:
    assert visits.from_cookie(cookie, mark) is None


@pytest.mark.parametrize(
    ("seen", "now", "may"),
    [
        pytest.param(0, 0, May.READ, id="just come"),
        pytest.param(0, 14, May.READ, id="quiet for 14 minutes"),
        pytest.param(0, 15, May.WRITE, id="quiet for 15 minutes"),
        pytest.param(10, 24, May.READ, id="quiet for 14 minutes later on"),
        pytest.param(119, 119, May.READ, id="busy for two hours"),
        pytest.param(119, 120, May.WRITE, id="two hours over"),
        pytest.param(0, 24 * 60 + 14, May.WRITE, id="a day later"),
        pytest.param(0, 24 * 60 + 15, May.NOTHING, id="after a day"),
    ],
)
def test_a_visit_reads_for_a_while_and_then_writes_for_a_day(seen: int, now: int, may: May) -> None:
    noon = NOON.replace(second=0)
    visit = BEGAN.seen_at(noon + timedelta(minutes=seen))

    assert visit.may(noon + timedelta(minutes=now)) is may


def test_its_token_is_printed_nowhere_and_its_address_does_not_tell_it() -> None:
    visit = Visit("zanzibarkettle", NOON, NOON)

    assert "zanzibarkettle" not in repr(visit)
    assert "zanzibarkettle" not in visit.address
    assert visit.address.startswith("web:")
