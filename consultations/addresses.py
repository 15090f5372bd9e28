"""Where a child comes in: "web:" and a mark of one visit, or "telegram:" and a mark of one account."""

from __future__ import annotations

WEB = "web"
TELEGRAM = "telegram"


def door_of(address: str) -> str:
    """Which door this address is at."""
    return address.partition(":")[0]


def is_account(address: str) -> bool:
    """True for somebody's account: it stands until they leave, comes again as itself, and has one child at a time.

    A browser's visit is over after two hours, and every visit is another.
    """
    return door_of(address) == TELEGRAM
