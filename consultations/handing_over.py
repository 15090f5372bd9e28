"""Handing a child over from one of their doors to another: a link and a short code, once, for ten minutes.

The visit that may read makes the way and remembers it in its sealed state, so it is that visit that vouches for whoever
comes by it: nothing is folded, and the same question is on the screen. A row that somebody else wrote, or kept alive,
vouches for nobody: who comes by it comes in like anybody with a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from consultations import invitation
from consultations.addresses import TELEGRAM, WEB
from consultations.circumstances import Elsewhere
from consultations.keeping.store import Store
from consultations.keeping.store.doors import NewWayIn
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.details import blind_index
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.secret import Random

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Makes ways from door to door. `links` has, for each door there is, what stands before a link's token."""

    store: Store
    keys: ChatKeys
    random: Random
    links: Mapping[str, str]

    def way(self, door: str, now: datetime) -> Elsewhere | None:
        """A way out of this door, that leads nowhere until it is opened. None where there is no other door."""
        other = WEB if door == TELEGRAM else TELEGRAM
        if other not in self.links:
            return None
        link, code = invitation.new_link(self.random), invitation.new_short_code(self.random)
        return Elsewhere(other, self.links[other] + link.text, code.shown, self.random(8).hex(), now + LASTS)

    async def open(
        self, way: Elsewhere, now: datetime, *, consultation: str | None = None, invited: str | None = None
    ) -> bool:
        """Let this way lead to a consultation, or to an invitation nobody used yet. False: make another."""
        token = way.link.removeprefix(self.links[way.door])
        kept = NewWayIn(way.mark, link_mark(token), code_mark(self.keys, way.code), way.until, consultation, invited)
        return await self.store.doors.make_way(kept, now)


def code_mark(keys: ChatKeys, code: str) -> str:
    """What is kept of a short code: it could be guessed from a plain hash, so the mark needs the key file."""
    return blind_index(keys, "way in", code)
