"""The trail is looked after: chains joined to each other every hour, and where each has come to written to the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from consultations.keeping.store import Store

log = structlog.get_logger(__name__)


async def join_chains(stores: Sequence[Store], now: datetime) -> None:
    """Join the other chains' heads to the chain that each of these stores writes; an anchor of every chain in the log.

    A line of the log is out of reach of whoever can only write in the database: `foreword trail verify --anchor`.
    """
    for store in stores:
        await store.trail.join(now)
    for head in await stores[0].trail.heads() if stores else ():
        log.info("trail_anchor", chain=head.chain, number=head.number, mark=head.mark)
