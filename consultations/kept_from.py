"""Who a child may ask us not to tell that they are not safe: kinds of people, never a name.

"Is there someone we should not tell?" is asked right after an alarm, and its choices stand on the alert's page, never
in an e-mail (field facts §6). `officer` and `social_worker` keep those people off the calls and off the answer; the
others say whom the person who answers must not speak to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

OFFICER = "officer"
"""The kind that is the review's own officer: kept off the pages, off the calls and off what was sealed."""

KEEP_FROM = (OFFICER, "social_worker", "carer", "family", "teacher", "someone")
"""Every kind, in the order they are offered and kept."""

AGAIN = "-"
"""Before a kind, in a button: they may be told again. A page of before, which does not show that they were chosen
since, has no such button, so a tap there takes nobody off the list."""

ASKED = timedelta(minutes=2)
"""How long a child is given to say who should not be told, before those they might name are called, or shown it."""


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Each kind once, in the order of KEEP_FROM."""
    chosen = frozenset(kinds)
    return tuple(kind for kind in KEEP_FROM if kind in chosen)
