"""What each side knows of a child survives being put away, and the chat is told no more than it says."""

from __future__ import annotations

import json
from datetime import date

import pytest

from consultations import details
from consultations.details import ChatDetails, PortalDetails

CHAT = ChatDetails(name="Amal", language="en_GB", officer="5f0c2a")
PORTAL = PortalDetails(
    name="Amal",
    language="en_GB",
    date_of_birth=date(2016, 3, 14),
    looked_after_since=date(2025, 6, 2),
    last_review_held=None,
    legal_status="C2",
)


def test_what_was_put_away_comes_back() -> None:
    assert ChatDetails.from_bytes(CHAT.to_bytes()) == CHAT
    assert PortalDetails.from_bytes(PORTAL.to_bytes()) == PORTAL


def test_the_chat_is_told_a_name_a_language_and_whose_review_it_is_and_nothing_else() -> None:
    assert json.loads(CHAT.to_bytes()) == {
        "format": 1,
        "name": "Amal",
        "language": "en_GB",
        "officer": "5f0c2a",
        "telegram_from": None,
    }


def test_what_was_sealed_before_telegram_was_thought_of_still_opens() -> None:
    before = ChatDetails.from_bytes(b'{"format": 1, "name": "Amal", "language": "en_GB", "officer": "5f0c2a"}')

    assert before == CHAT
    assert not before.may_use_telegram(date(2026, 12, 3))


def test_the_shapes_in_the_documentation_are_the_real_ones() -> None:
    shown = (details.__doc__ or "").split("    {")
    chat, portal = (json.loads("{" + part.partition("}")[0] + "}") for part in shown[1:])

    assert chat == json.loads(CHAT.to_bytes())
    assert portal == json.loads(PORTAL.to_bytes())


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        ChatDetails.from_bytes(b'{"format": 2, "name": "Amal", "language": "en_GB"}')
