"""Forgetting that is true: windows that are over are closed, and what lingers of old drafts opens no more.

When a change-my-mind window closes, the draft that held what was sent is sealed anew under another key and the old key
is deleted. A database keeps deleted rows for a while all the same (old tuples, journals, snapshots, backups). So the
*season* is renewed afterwards: live draft keys are wrapped under a new salt and the old salt is destroyed.

    1. a new season begins
    2. every live draft key is wrapped under it
    3. once what was being written meanwhile is written (seasons.GRACE), 2 again, and the earlier seasons are erased

A crash between any two leaves every live key readable; the next start takes it up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consultations.addresses import LAST_WORD, VISIT
from consultations.keeping.store import Store, StoreProblem
from consultations.keeping.vault import drafts
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.listening import Listening
from consultations.signing_in import IDLE, LONGEST

log = structlog.get_logger(__name__)

WEEK = timedelta(days=7)
"""How long a season lasts at most."""

COUNTERS_KEPT = timedelta(days=1)
"""How long it is remembered how often something was tried; no stretch that anything looks at is longer."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What the chat's side forgets."""

    store: Store
    keys: ChatKeys
    seasons: Seasons
    listening: Listening
    random: Random = token_bytes

    async def close_windows(self, now: datetime) -> int:
        """Close every window that is due; how many were. Where one cannot be closed, the others are all the same."""
        closed = 0
        for consultation in await self.store.threads.windows_due(now):
            try:
                closed += await self.listening.close_window(consultation, now)
            except StoreProblem:
                raise
            except Exception as fault:  # noqa: BLE001 - told by its kind; the next tick tries again
                log.error("window_not_closed", consultation=consultation, fault=type(fault).__name__)
        return closed

    def season_is_over(self, now: datetime) -> bool:
        """Whether the season has lasted its week, so that what was deleted elsewhere opens no more either."""
        return now - self.seasons.current.since >= WEEK

    async def begin_season(self, now: datetime) -> None:
        """Steps 1 and 2: from now on nothing new is wrapped under the season that was."""
        self.seasons.begin(now, self.random)
        await self._wrap_anew()

    async def end_season(self, now: datetime) -> bool:
        """Step 3. False while an earlier season waits: it ended less than the grace ago, or is still in use."""
        self.seasons.erase(now, await self._wrap_anew())
        return not self.seasons.earlier

    async def _wrap_anew(self) -> set[bytes]:
        """Wrap every live key under the current season; the earlier seasons that one is still wrapped in.

        A key that does not open is nobody's any more, and holds no season back.
        """
        still_used = set()
        for live in await self.store.threads.live_draft_keys():
            try:
                anew = drafts.rewrap(self.keys, self.seasons, live.consultation, live.wrapped, random=self.random)
            except Refused:
                log.error("draft_refused", consultation=live.consultation)
                continue
            if anew is not None and not await self.store.threads.rewrap(live, anew):
                still_used.add(drafts.season_of(live.wrapped))
        return still_used


async def sweep(store: Store, now: datetime) -> None:
    """Sessions that are over, the staff's and the children's; counters, ways and passes nobody needs any more; and what
    SQLite's journal still holds of what was deleted while somebody was reading it."""
    await store.portal_sessions.delete_idle(now - IDLE, now - LONGEST)
    await store.threads.forget_sessions(now - VISIT - LAST_WORD)
    await store.counters.forget_before(now - COUNTERS_KEPT)
    await store.doors.forget_before(now - COUNTERS_KEPT, now)
    await store.sittings.forget_before(now)
    await store.forget_bytes()
