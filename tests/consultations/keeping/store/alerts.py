"""An alert for a test of the store: raised, closed, and as it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from consultations.keeping.store import Store
from consultations.keeping.store.alerts import KeptAlert
from consultations.keeping.store.telling import Telling
from tests.consultations.keeping.store.cast import NOW

MINUTE = timedelta(minutes=1)


QUARTER = timedelta(minutes=15)


@asynccontextmanager
async def telling(store: Store, consultation: str, now: datetime = NOW) -> AsyncIterator[Telling]:
    """A turn that tells something, whatever the version is."""
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    async with store.alerts.telling(thread, b"sealed, told", now) as told:
        yield told


async def raised(store: Store, consultation: str, number: int = 1, now: datetime = NOW, sending: str = "") -> str:
    """An alert is raised; its id."""
    id = f"{consultation[:8]}{number:08x}"
    async with telling(store, consultation, now) as told:
        await told.raise_alert(id, number, "carer", sending)
    return id


async def closed(store: Store, id: str, staff: str, at: datetime) -> None:
    """They have it, and close it."""
    assert await store.alerts.hold(id, staff, at)
    assert await store.alerts.close(id, staff, at, b"sealed")


async def kept(store: Store, id: str) -> KeptAlert:
    alert = await store.alerts.one(id)
    assert alert is not None
    return alert
