"""Who is due a nudge: an account at a consultation whose review is two days away, by day.

Whether the child wanted one, and had one, the conversation knows (`ReminderDue`); nothing here opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from consultations.keeping.store import Store
from consultations.languages import LONDON

BEFORE = timedelta(days=2)
BY_DAY = (time(10), time(18))


@dataclass(frozen=True, slots=True)
class Reminding:
    """Finds who might be reminded."""

    store: Store

    async def due(self, now: datetime) -> tuple[str, ...]:
        """The addresses of everybody whose review is near, at an hour when nobody minds."""
        here = now.astimezone(LONDON)
        if not BY_DAY[0] <= here.time() < BY_DAY[1]:
            return ()
        near = here.date() + BEFORE
        accounts = await self.store.doors.open_accounts()
        return tuple(each.address for each in accounts if here.date() <= each.review_on <= near)
