"""A person answers an alert: they see that a child may not be safe, say "I have it", and close it with what was done.

Who sees one (field facts §6): the officer whose review it is, every manager, and whoever the authority's duty list
names with an account here, because the link in its calls is for them. The officer whom the child asked not to tell
sees nothing of it, wherever else they stand: not a row, not a count, and its page is not found, like one that never was
(P6). That is the officer the child meant, also after the review was handed over. The social worker is kept off alike,
where the duty list and the case system give the same address for them. While the child is still being asked whom not to
tell (`ASKED`), those two see as little of it as if they had been named; everybody else sees it at once.

Nobody sees a word of the child here before they open it, and only the officer it was sealed to can. Opening is noted
before it is shown, as for everything that was sent (`reading`).

Only one person has an alert at a time. Somebody else can take it over, since people go home; whoever has it closes it.
What they say was done is sealed to them, to the officer unless they are kept off, and to the recovery key (P9).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from consultations.access import Act, may
from consultations.details import KIND, PortalDetails
from consultations.duty import OnDuty, kept_off
from consultations.interpreting import needed
from consultations.keeping.store import Store
from consultations.keeping.store.alerts import KeptAlert
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.notes import open_note, seal_note
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.kept_from import ASKED
from consultations.reading import OPENED, ChangedByHand
from consultations.sending import SentAnswer
from consultations.signing_in import SignedIn
from consultations.timescales import age_on, day_in_england
from consultations.unsealing import Unsealing
from consultations.vouching import recovery_key, vouched

log = structlog.get_logger(__name__)

NOTE = "alert"
"""The kind of row that a note on what was done is sealed for."""

LONGEST_DONE = 1_500
"""Characters: whatever they are, they fit the largest note."""


class Said(StrEnum):
    """Who can open what the child said, as far as it was more than the alert itself."""

    NOTHING = "nothing"  # a button was pressed, or it could not be sealed
    YOURS = "yours"
    OFFICERS = "officers"  # of the officer it was sealed to
    SHEETS = "sheets"  # sealed to the recovery key alone


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as one person sees it: what is known of the child, and how far it is answered."""

    kept: KeptAlert
    child: str  # "" when what is known of the child does not match its seal
    age: int | None
    language: str  # to book an interpreter for: as the child uses it, or else as the reviews file says; "" for none
    not_shown: tuple[str, ...]  # who on the duty list has an account here, and is shown nothing of it now
    mine: bool  # they have it
    said: Said
    done: str = ""  # what was done, if it was sealed to them

    @property
    def waiting(self) -> bool:
        """Nobody has it."""
        return self.kept.held_at is None and self.open

    @property
    def open(self) -> bool:
        """Nobody has closed it."""
        return self.kept.closed_at is None


class NotClosed(StrEnum):
    """Why an alert was not closed."""

    NOT_FOUND = "not found"
    NOT_YOURS = "not yours"  # somebody else has it, or nobody; or it was closed already
    SAYS_NOTHING = "says nothing"
    TOO_LONG = "too long"


class Shut(StrEnum):
    """Why what a child said is not shown."""

    NOT_FOUND = "not found"
    FOR_OTHERS = "for others"  # it was sealed to somebody else, or nothing was sealed
    REFUSED = "refused"  # it does not match its seal


@dataclass(frozen=True, slots=True)
class Opened:
    """What a child said with an alert, opened and noted as opened."""

    alert: Alert
    answers: tuple[SentAnswer, ...]


@dataclass(frozen=True, slots=True)
class Attending:
    """Answers alerts. `duty`: the authority's list; some on it have an account here."""

    store: Store
    keys: PortalKeys
    duty: tuple[OnDuty, ...] = ()
    random: Random = token_bytes

    async def alerts(self, person: SignedIn, now: datetime, *, waiting: bool = False) -> tuple[Alert, ...]:
        """Every alert this person may see: those nobody has first, then those that are not closed.

        What is open of one child stands together. `waiting`: those alone that nobody has, the longest waiting first.
        """
        if not may(person.role, Act.ANSWER_ALERTS):
            return ()
        if self._sees_all(person):
            kept = await self.store.alerts.of_everybody(waiting=waiting)
        else:
            kept = await self.store.alerts.of_officer(person.id, waiting=waiting)
        seen = [alert for each in kept if (alert := self._if_theirs(person, each, now)) is not None]
        return tuple(seen) if waiting else _together(seen)

    async def others(self, person: SignedIn, of: Alert, now: datetime) -> tuple[Alert, ...]:
        """What else is open of the same child, as far as this person may see it."""
        every = await self.alerts(person, now)
        theirs = (each for each in every if each.open and each.kept.review == of.kept.review)
        return tuple(each for each in theirs if each.kept.id != of.kept.id)

    async def alert(self, person: SignedIn, id: str, now: datetime) -> Alert | None:
        """This alert. None when it is not for them, or is none at all."""
        kept = await self.store.alerts.one(id)
        return self._if_theirs(person, kept, now) if kept is not None else None

    async def hold(self, person: SignedIn, id: str, instead_of: str, now: datetime) -> Alert | None:
        """They say "I have it": calling the others stops. The alert as it then stands; None as for `alert`.

        `instead_of` is who has it, as they were shown; "" for nobody. Whoever was quicker has it: see `mine`.
        """
        if await self.alert(person, id, now) is None:
            return None
        if await self.store.alerts.hold(id, person.id, now, instead_of):
            log.info("alert_held", alert=id, staff=person.id)
        return await self.alert(person, id, now)

    async def close(self, person: SignedIn, id: str, done: str, now: datetime) -> Alert | NotClosed:
        """Close what they have, with what was done. ChangedByHand when it cannot be sealed to the recovery key.

        Their own form sent twice closes it once, and is answered both times as closed.
        """
        done = done.replace("\r\n", "\n").strip().encode("utf-8", "replace").decode()
        alert = await self.alert(person, id, now)
        if alert is None:
            return NotClosed.NOT_FOUND
        if not alert.mine or not alert.open:
            return alert if _closed_so(alert, person, done) else NotClosed.NOT_YOURS
        if not done:
            return NotClosed.SAYS_NOTHING
        if len(done) > LONGEST_DONE:
            return NotClosed.TOO_LONG
        others = await self.others(person, alert, now)
        readers = [each async for each in self._readers(person, alert.kept, others)]
        sealed = seal_note(self.keys.site, NOTE, id, done.encode(), readers, random=self.random)
        if await self.store.alerts.close(id, person.id, now, sealed):
            log.info("alert_closed", alert=id, staff=person.id)
        after = await self.alert(person, id, now)
        if after is None:
            return NotClosed.NOT_FOUND
        return after if _closed_so(after, person, done) else NotClosed.NOT_YOURS

    async def said(self, person: SignedIn, id: str, now: datetime) -> Opened | Shut:
        """What the child said with it, noted as opened before it is handed back."""
        alert = await self.alert(person, id, now)
        if alert is None or not may(person.role, Act.OPEN_OWN_SUMMARY):
            return Shut.NOT_FOUND
        kept = alert.kept
        if kept.sending is None:
            return Shut.FOR_OTHERS
        sendings = await self.store.sendings.sendings_of(kept.review)
        try:
            words = Unsealing(self.keys, person.private, kept.review).unseal_alert(sendings, kept.sending)
        except Refused:
            log.error("sending_refused", sending=kept.sending)
            return Shut.REFUSED
        if words is None:
            return Shut.FOR_OTHERS
        await self.store.sendings.note(self.random(16).hex(), kept.sending, person.id, OPENED, now)
        return Opened(alert, words.answers)

    def _sees_all(self, person: SignedIn) -> bool:
        listed = {each.staff for each in self.duty}
        return may(person.role, Act.SEE_EVERY_ALERT) or person.person.username in listed

    def _if_theirs(self, person: SignedIn, kept: KeptAlert, now: datetime) -> Alert | None:
        """The alert as they see it, or None. Whoever is kept off is kept off, whatever else they are."""
        if kept.kept_off(person.id) or not may(person.role, Act.ANSWER_ALERTS):
            return None
        if person.id not in (kept.officer, kept.holder) and not self._sees_all(person):
            return None
        details = self._details(kept)
        if (asked := now - kept.raised_at < ASKED) and kept.officer == person.id:
            return None
        kinds = {*kept.kept_from, *(("social_worker",) if asked else ())}
        off = kept_off(self.duty, kinds, "", details.social_worker if details else "")
        not_shown = [each for each in self.duty if each.name in off and each.staff]
        if any(each.staff == person.person.username for each in not_shown):
            return None
        return Alert(
            kept=kept,
            child=details.name if details else "",
            age=age_on(details.date_of_birth, day_in_england(now)) if details else None,
            language=needed(kept.language or "", details.language if details else ""),
            not_shown=tuple(dict.fromkeys(each.name for each in not_shown)),
            mine=kept.holder == person.id,
            said=self._said(person, kept),
            done=self._done(person, kept),
        )

    def _said(self, person: SignedIn, kept: KeptAlert) -> Said:
        if kept.sending is None:
            return Said.NOTHING
        if kept.kept_officer is not None:
            return Said.SHEETS
        return Said.YOURS if kept.officer == person.id and may(person.role, Act.OPEN_OWN_SUMMARY) else Said.OFFICERS

    def _details(self, kept: KeptAlert) -> PortalDetails | None:
        try:
            return PortalDetails.from_bytes(open_details(self.keys, KIND, kept.review, kept.details_for_portal))
        except Refused:
            log.error("review_details_refused", review=kept.review)
            return None

    def _done(self, person: SignedIn, kept: KeptAlert) -> str:
        if kept.done is None:
            return ""
        try:
            return open_note(self.keys.site, NOTE, kept.id, kept.done, person.private).decode()
        except Refused:  # sealed to others: that is how it is meant
            return ""

    async def _readers(self, person: SignedIn, kept: KeptAlert, others: Sequence[Alert]) -> AsyncIterator[PublicReader]:
        """Who can read what was done: whoever did it, the officer unless they are kept off, and the recovery key.

        Kept off this alert, or off another that is open of the same child.
        """
        yield person.private.public
        facts = await self.store.site.facts()
        assert facts is not None, "Nobody signs in to no site."
        try:
            yield recovery_key(self.keys, facts.recovery)
        except Refused:
            log.error("recovery_key_refused")
            raise ChangedByHand from None
        officer = await self.store.people.by_id(kept.officer)
        if officer is None or officer.entry is None or officer.id == person.id:
            return
        if any(each.kept_officer == officer.id for each in (kept, *(other.kept for other in others))):
            return
        try:
            yield vouched(self.keys, officer.entry)
        except Refused:  # the alert is closed all the same: whoever did it, and the recovery key, can read it
            log.error("reader_refused", staff=officer.id)


def _closed_so(alert: Alert, person: SignedIn, done: str) -> bool:
    """Whether it was they who closed it, with these very words."""
    return alert.kept.closer == person.id and alert.done == done


def _together(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """The open ones child by child, each child where their first stands; then the closed ones as they were."""
    opened = [each for each in alerts if each.open]
    reviews = list(dict.fromkeys(each.kept.review for each in opened))
    by_child = sorted(opened, key=lambda each: reviews.index(each.kept.review))
    return (*by_child, *(each for each in alerts if not each.open))
