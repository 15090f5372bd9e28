"""The recovery sheets are rehearsed: two of them, typed by the people who keep them, open a canary. Else nobody knows.

A sheet that was lost, or copied with a mistake, is found out by a drill and not on the day a phrase is lost (P7). So
without a drill in the last 90 days every page of staff says so, and no child is invited. The demo is excepted: its
sheets are on no paper.

What the sheets unlock lives for the length of one command, in its memory alone.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consultations.keeping.store import Store
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.vault import recovery
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.notes import open_note, seal_note
from consultations.keeping.vault.problems import Refused, SheetProblem
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.recovery import WORDS, check_sheet, words_in
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.keeping.vault.sendings import SealedSending, content_keys
from consultations.vouching import recovery_key

log = structlog.get_logger(__name__)

EVERY = timedelta(days=90)
"""How old a drill may be."""

COLUMN = 11
"""How many words stand in a column of a printed sheet."""

CANARY = b"This opened: the recovery sheets are good."
_KIND = "canary"


class NotRehearsed(Exception):
    """A drill did not succeed, or there was none. Its text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """How many of the sendings that stand the sheets open, of how many."""

    opens: int
    of: int


def overdue(drilled_at: datetime | None, now: datetime) -> bool:
    """True when the sheets were never tried, or not within the last 90 days."""
    return drilled_at is None or now - drilled_at > EVERY


def sealed_canary(site: str, public: PublicReader, *, random: Random = token_bytes) -> bytes:
    """What a drill opens, sealed to this recovery key."""
    return seal_note(site, _KIND, site, CANARY, [public], random=random)


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Tries the sheets, and knows when that was last done."""

    store: Store
    keys: PortalKeys
    random: Random = token_bytes

    async def overdue(self, now: datetime) -> bool:
        """Whether the sheets have to be tried before another child is invited."""
        facts = await self.store.site.facts()
        return facts is None or overdue(facts.drilled_at, now)

    async def unlocked(self, *sheets: str) -> PrivateReader:
        """This site's recovery key, out of two sheets. SheetProblem, or NotRehearsed, says why not."""
        return recovery.combine(sheets, self._public(await self._facts()))

    async def drill(self, sheets: PrivateReader, now: datetime) -> Drilled:
        """The sheets open the canary; the day of it is kept. NotRehearsed when they do not.

        What stands sent is tried too: no word of it is opened, its keys are.
        """
        facts = await self._facts()
        tried = await self._tried(sheets)
        if facts.canary is None:  # an older site: this drill shows that sheets and key belong together, the next more
            await self.store.site.drilled(now, sealed_canary(self.keys.site, self._public(facts), random=self.random))
            return tried
        try:
            opened = open_note(self.keys.site, _KIND, self.keys.site, facts.canary, sheets)
        except Refused:
            opened = b""
        if not hmac.compare_digest(opened, CANARY):
            log.error("canary_refused")
            raise NotRehearsed(
                "The sheets are this site's, and do not open what was sealed to them. Somebody changed the database:"
                " find out who, before anything else."
            )
        await self.store.site.drilled(now)
        log.info("recovery_drilled")
        return tried

    async def _tried(self, sheets: PrivateReader) -> Drilled:
        """How many of all the sendings that stand these sheets have the keys of."""
        of = opens = 0
        for review in await self.store.handovers.with_wraps():
            for each in await self.store.sendings.sendings_of(review):
                of += bool(each.bundles)
                opens += bool(each.bundles) and self._has_keys(sheets, review, each)
        return Drilled(opens, of)

    def _has_keys(self, sheets: PrivateReader, review: str, kept: KeptSending) -> bool:
        bundles, wraps = tuple(each.sealed for each in kept.bundles), tuple(each.wraps for each in kept.bundles)
        sealed = SealedSending(kept.manifest, kept.signature, bundles, wraps)
        where = {"site": self.keys.site, "review": review, "sending": kept.id}
        try:
            return bool(content_keys(sheets, sealed, self.keys.chat_public, **where))
        except Refused:
            log.error("sending_refused", sending=kept.id)
            return False

    async def _facts(self) -> SiteFacts:
        facts = await self.store.site.facts()
        assert facts is not None, "There are keys, so there is a site."
        return facts

    def _public(self, facts: SiteFacts) -> PublicReader:
        try:
            return recovery_key(self.keys, facts.recovery)
        except Refused:
            log.error("recovery_key_refused")
            raise NotRehearsed(
                "The recovery key in the database is not the one this site was made with. Find out who changed the"
                " database, before anything else."
            ) from None


__all__ = [
    "COLUMN",
    "EVERY",
    "WORDS",
    "Drilled",
    "NotRehearsed",
    "Rehearsing",
    "SheetProblem",
    "check_sheet",
    "overdue",
    "sealed_canary",
    "words_in",
]
