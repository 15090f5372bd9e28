"""What may be in the trail, and what may not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consultations.trail import CHILD, Deed, Head, Record, as_anchor, as_head, entry

SAM, READING = "5a5a5a5a", "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 20, 10, 30, 15, 123456, tzinfo=UTC)
HEAD = Head("portal", 1234, "9f2c9f2c9f2c9f2c")


@pytest.mark.parametrize(
    ("by", "of", "more"),
    [
        pytest.param("Sam Okafor", "", "", id="a name"),
        pytest.param("sam.okafor", "", "", id="a username"),
        pytest.param(SAM, "I want to see my brother", "", id="a sentence"),
        pytest.param(SAM, "brother", "", id="a word"),
        pytest.param(SAM, "7XK2-M9QA-4T5V-W", "", id="a code"),
        pytest.param(SAM, READING, "because he asked", id="a reason"),
        pytest.param(SAM, READING, "sad", id="a short word"),
        pytest.param(SAM, READING, "sad.17", id="a word with a count"),
        pytest.param(SAM, READING, "portal.1.sad", id="a word in place of a mark"),
        pytest.param(SAM + "\n", "", "", id="an id and a line more"),
        pytest.param("", "٠١٢٣٤٥٦٧", "", id="digits of another script"),
    ],
)
def test_nothing_but_ids_and_codes_becomes_a_record_and_no_complaint_repeats_it(by: str, of: str, more: str) -> None:
    with pytest.raises(ValueError, match="was about to say") as refused:
        Record(Deed.OPENED, by, of, more)

    assert all(said.strip() not in str(refused.value) for said in (by, of, more) if said not in {"", SAM, READING})


def test_ids_codes_counts_and_heads_become_a_record() -> None:
    for more in ("", "officer", "sign-in.17", HEAD.joined()):
        assert Record(Deed.OPENED, SAM, READING, more).more == more


def test_a_childs_act_carries_the_day_alone_and_a_member_of_staffs_its_moment() -> None:
    assert entry("chat", 1, Record(Deed.SENT, CHILD), NOW).at == datetime(2026, 11, 20, tzinfo=UTC)
    assert entry("portal", 1, Record(Deed.SIGNED_IN, SAM), NOW).at == NOW


def test_a_head_is_read_again_from_what_joins_it() -> None:
    assert as_head(HEAD.joined()) == HEAD
    assert as_head("officer") is None


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            '{"timestamp": "2026-11-20T10:30:00Z", "level": "info", "event": "trail_anchor", "chain": "portal",'
            ' "number": 1234, "mark": "9f2c9f2c9f2c9f2c"}',
            id="JSON",
        ),
        pytest.param("10:30:00  trail anchor  chain portal  number 1234  mark 9f2c9f2c9f2c9f2c", id="a plain line"),
        pytest.param("portal 1234 9f2c9f2c9f2c9f2c", id="the three of them"),
    ],
)
def test_an_anchor_is_read_from_a_line_of_the_log(line: str) -> None:
    assert as_anchor(line) == HEAD
    assert as_anchor(line.replace("9f2c9f2c9f2c9f2c", "9f2c")) is None
