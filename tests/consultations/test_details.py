"""What each side knows of a child survives being put away, and the chat is told no more than it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from consultations import details
from consultations.details import ChatDetails, PortalDetails

KIM = "kim.bell@council.example"
CHAT = ChatDetails(name="Amal", language="en_GB", officer="5f0c2a", social_worker=KIM)
PORTAL = PortalDetails(
    name="Amal",
    language="en_GB",
    date_of_birth=date(2016, 3, 14),
    looked_after_since=date(2025, 6, 2),
    last_review_held=None,
    legal_status="C2",
    social_worker=KIM,
    officer="5f0c2a",
    reference="LW-1042-3",
)


def test_what_was_put_away_comes_back() -> None:
    assert ChatDetails.from_bytes(CHAT.to_bytes()) == CHAT
    assert PortalDetails.from_bytes(PORTAL.to_bytes()) == PORTAL


def test_the_chat_is_told_a_name_a_language_whose_review_it_is_who_may_have_to_be_kept_off_and_nothing_else() -> None:
    assert json.loads(CHAT.to_bytes()) == {
        "format": 1,
        "name": "Amal",
        "language": "en_GB",
        "officer": "5f0c2a",
        "telegram_from": None,
        "social_worker": KIM,
    }


def test_what_was_sealed_before_telegram_and_social_workers_were_thought_of_still_opens() -> None:
    before = ChatDetails.from_bytes(b'{"format": 1, "name": "Amal", "language": "en_GB", "officer": "5f0c2a"}')

    portal = PortalDetails.from_bytes(
        b'{"format": 1, "name": "Amal", "language": "en_GB", "date_of_birth": "2016-03-14",'
        b' "looked_after_since": "2025-06-02", "last_review_held": null, "legal_status": "C2"}'
    )

    assert before == replace(CHAT, social_worker="")
    assert not before.may_use_telegram(date(2026, 12, 3))
    assert portal == replace(PORTAL, social_worker="", officer="", reference="")
    assert portal.are_of("LW-1042-3")
    assert not PORTAL.are_of("LW-1042-4")


def test_a_social_workers_address_is_in_no_traceback() -> None:
    assert KIM not in repr(CHAT) + repr(PORTAL)


def test_the_shapes_in_the_documentation_are_the_real_ones() -> None:
    shown = (details.__doc__ or "").split("    {")
    chat, portal = (json.loads("{" + part.partition("}")[0] + "}") for part in shown[1:])

    assert chat == json.loads(CHAT.to_bytes())
    assert portal == json.loads(PORTAL.to_bytes())


def test_a_format_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        ChatDetails.from_bytes(b'{"format": 2, "name": "Amal", "language": "en_GB"}')
