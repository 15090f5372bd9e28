"""The store: the only SQL. It keeps sealed bytes it cannot open, and the few plain facts around them.

    store = await Store.open(url)
    thread = await store.threads.thread("web:9f2c…")
    …
    await store.close()

A module a thing kept. What goes wrong comes out as a StoreProblem (see `problems`); what the caller has to expect
comes out as False or None.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from consultations.keeping.store.alerts import Alerts
from consultations.keeping.store.collisions import Collided
from consultations.keeping.store.copies import Copies
from consultations.keeping.store.counters import Counters
from consultations.keeping.store.databases import Database
from consultations.keeping.store.doors import Doors
from consultations.keeping.store.expiry import Expiry
from consultations.keeping.store.factors import Factors
from consultations.keeping.store.forgotten import Forgotten
from consultations.keeping.store.handovers import Handovers
from consultations.keeping.store.invitations import Invitations
from consultations.keeping.store.opening import open_database
from consultations.keeping.store.people import People
from consultations.keeping.store.portal_sessions import PortalSessions
from consultations.keeping.store.problems import StoreBusy, StoreFull, StoreProblem
from consultations.keeping.store.rekeying import KeyChanges
from consultations.keeping.store.reviews import Reviews
from consultations.keeping.store.sendings import Sendings
from consultations.keeping.store.site import Site
from consultations.keeping.store.sittings import Sittings
from consultations.keeping.store.standing import StandingMessages
from consultations.keeping.store.tally import Tally
from consultations.keeping.store.threads import Threads
from consultations.keeping.store.trail import Trail
from consultations.trail import Pen

__all__ = ["Collided", "Store", "StoreBusy", "StoreFull", "StoreProblem"]

PATIENCE = 5.0
"""How many seconds a statement waits for somebody else's lock before it gives up with StoreBusy."""


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept. One a process; close it at the end, or the process does not stop."""

    database: Database
    site: Site
    people: People
    factors: Factors
    reviews: Reviews
    invitations: Invitations
    threads: Threads
    sendings: Sendings
    portal_sessions: PortalSessions
    counters: Counters
    tally: Tally
    doors: Doors
    standing: StandingMessages
    alerts: Alerts
    sittings: Sittings
    trail: Trail
    expiry: Expiry
    copies: Copies
    handovers: Handovers
    key_changes: KeyChanges

    @classmethod
    async def open(
        cls, url: str, *, create: bool = False, patience: float = PATIENCE, forgotten: Forgotten | None = None
    ) -> Store:
        """Open the database and bring it up to date; with `create`, make it where there is none. `forgotten` is the
        list of what was: without it nothing is, and what would be raises StoreProblem.

        StoreProblem, with a sentence that says what to do, when it is missing, read-only, locked, damaged, full,
        unreachable, no database, another program's, or of a newer Foreword; it is then left as it was.
        """
        return cls.on(await open_database(url, create=create, patience=patience, forgotten=forgotten))

    @classmethod
    def on(cls, database: Database) -> Store:
        """Everything that is kept in this database."""
        return cls(
            database=database,
            site=Site(database),
            people=People(database),
            factors=Factors(database),
            reviews=Reviews(database),
            invitations=Invitations(database),
            threads=Threads(database),
            sendings=Sendings(database),
            portal_sessions=PortalSessions(database),
            counters=Counters(database),
            tally=Tally(database),
            doors=Doors(database),
            standing=StandingMessages(database),
            alerts=Alerts(database),
            sittings=Sittings(database),
            trail=Trail(database),
            expiry=Expiry(database),
            copies=Copies(database),
            handovers=Handovers(database),
            key_changes=KeyChanges(database),
        )

    def written_by(self, pen: Pen) -> Store:
        """The same database, by the same connections; what is done through this is recorded in the pen's chain."""
        return self.on(replace(self.database, pen=pen))

    async def forget_bytes(self) -> bool:
        """Make what was deleted gone from the files too. False: somebody is still reading it, ask again later."""
        return await self.database.forget_bytes()

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()
