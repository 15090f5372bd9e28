"""Where a child comes in: "web:" and a mark of one visit, or "telegram:" and a mark of one account."""

from __future__ import annotations

from datetime import timedelta

WEB = "web"
TELEGRAM = "telegram"

VISIT = timedelta(hours=2)
"""A browser's visit reads no longer than this in all."""

LAST_WORD = timedelta(hours=24)
"""For so long after a visit it may still write one answer, to the question its form names."""


def door_of(address: str) -> str:
    """Which door this address is at."""
    return address.partition(":")[0]


def is_account(address: str) -> bool:
    """True for somebody's account: it stands until they leave, comes again as itself, and has one child at a time.

    A browser's visit is over after two hours, and every visit is another.
    """
    return door_of(address) == TELEGRAM
