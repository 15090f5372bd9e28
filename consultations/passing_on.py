"""What was sealed to one reader is passed on to another: a review is handed over, or a lost phrase is made good.

Nothing is shown, and no word is opened: from what opens to the giver only keys are taken, each held against what the
chat committed to when the child sent it, and wrapped for whoever should have it now. The giver is the officer who
leaves, in their own unlocked session; or the recovery key, out of two sheets, where they cannot (P7).

Whose a bundle is, its own marks say, which only a holder of its key can read: the advocate's, the officer's, or nobody
else's than the recovery key's, where the child said that their officer must not be told. That one stays so. The
officer's goes to the officer whose review it is now.

All wraps of a bundle are written anew: for the one who has it now and the recovery key, the others to a key nobody
has. So whoever had it before is cut off at once, and nothing shows by a number or a size (P5). The child sees to whom
it was given, and when. A review is one transaction; one that was passed on can be passed on again, so what was cut off
in the middle is simply begun again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from consultations.access import Act, may
from consultations.attending import NOTE as ALERT_NOTE
from consultations.circumstances import GIVEN_BACK, PASSED_ON
from consultations.details import KIND, PortalDetails
from consultations.keeping.store import Store
from consultations.keeping.store.handovers import Given, HeldReview
from consultations.keeping.store.people import Entry, Person
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.assignments import check_assignment, sign_assignment
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.manifests import Manifest
from consultations.keeping.vault.notes import pass_note_on
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.keeping.vault.sendings import (
    ContentKey,
    SealedSending,
    content_keys,
    readers_at_sending,
    wraps_anew,
)
from consultations.reading import NOTE as COPY_NOTE
from consultations.reading import ChangedByHand
from consultations.staffing import NotDone
from consultations.trail import COMMAND, Deed, Record
from consultations.vouching import as_kept, recovery_key, vouched

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who is or was a reader, each with the entry the portal vouched for."""

    people: dict[str, Person]
    ever: tuple[PublicReader, ...]
    recovery: Entry

    def entry(self, id: str) -> Entry | None:
        """The reader's entry as it is now."""
        person = self.people.get(id)
        return person.entry if person else None


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of one review."""

    bundles: int = 0  # that opened to the giver and are the taker's now
    refused: int = 0  # sendings that do not match their seal: nothing of them was passed on


@dataclass(frozen=True, slots=True)
class PassingOn:
    """Passes on what a giver can open."""

    store: Store
    keys: PortalKeys
    random: Random = token_bytes

    async def officers(self, but: str = "") -> tuple[Person, ...]:
        """Who can be given a review: officers who may sign in and have keys that are vouched for."""
        return tuple(each for each in await self.store.people.everyone() if each.id != but and self._can_take(each))

    async def hand_over(
        self, giver: PrivateReader, review: str, before: str, to: str, by: str, now: datetime
    ) -> Passed | None:
        """The review is `to`'s from now on, and what was sent for it opens to them. None when it is not `before`'s.

        Where it is `to`'s already, what they cannot open yet is passed on. NotDone says why somebody cannot take it.
        ChangedByHand when somebody else pointed the review at its officer.
        """
        directory = await self._directory()
        taker = directory.people.get(to)
        if taker is None or not self._can_take(taker):
            raise NotDone(f"{taker.name if taker else 'Nobody of that name'} cannot open what children send.")
        async with self.store.handovers.holding(review) as held:
            if held is None or held.officer not in (before, to):
                return None
            if not held.details_for_portal:  # all of it was forgotten
                return None
            if not self._is_officer_of(held, held.officer):
                raise ChangedByHand
            if held.officer != to:
                signed = sign_assignment(self.keys, review, held.details_for_chat, to)
                await held.assign(to, signed, Record(Deed.ASSIGNED, by=by, of=review), now)
            record = Record(Deed.HANDED_OVER, by=by, of=review)
            return await self._pass_on(held, giver, to, before, directory, record, now)

    async def restore(self, giver: PrivateReader, review: str, to: str, now: datetime) -> Passed | None:
        """What this reader could open of this review before they made new keys opens to these. None when it is nothing
        of theirs. ChangedByHand as for `hand_over`."""
        directory = await self._directory()
        async with self.store.handovers.holding(review) as held:
            if held is None:
                return None
            if held.officer == to and not self._is_officer_of(held, to):
                raise ChangedByHand
            record = Record(Deed.RECOVERED, by=COMMAND, of=review)
            return await self._pass_on(held, giver, to, "", directory, record, now)

    def _can_take(self, person: Person) -> bool:
        if not may(person.role, Act.CHAIR_REVIEWS) or not person.enabled or person.entry is None:
            return False
        try:
            vouched(self.keys, person.entry)
        except Refused:
            log.error("reader_refused", staff=person.id)
            return False
        return True

    def _is_officer_of(self, held: HeldReview, officer: str) -> bool:
        """Whether the authority, or whoever handed it over, said so: the row alone could be pointed at anybody."""
        try:
            if held.assigned is not None:
                check_assignment(self.keys, held.id, held.details_for_chat, officer, held.assigned)
                return True
            details = PortalDetails.from_bytes(open_details(self.keys, KIND, held.id, held.details_for_portal))
        except Refused:
            log.error("review_details_refused", review=held.id)
            return False
        return details.officer == officer

    async def _pass_on(
        self,
        held: HeldReview,
        giver: PrivateReader,
        to: str,
        before: str,
        directory: Directory,
        record: Record,
        now: datetime,
    ) -> Passed | None:
        officer = to if record.deed is Deed.HANDED_OVER else held.officer
        wraps: dict[tuple[str, int], Sequence[bytes]] = {}
        refused = 0
        for sending in held.sendings:
            if not sending.bundles:
                continue
            try:
                for key in self._keys_of(held.id, sending, giver):
                    if self._whose(sending, key, officer, directory) == to:
                        many = len(sending.bundles[key.bundle].wraps)
                        wraps[sending.id, key.bundle] = self._wraps(key, to, directory, many)
            except Refused:
                log.error("sending_refused", sending=sending.id)
                refused += 1
        notes = self._notes(held, giver, officer, to, before, directory)
        if not (wraps or notes) and record.deed is Deed.RECOVERED:
            return Passed(refused=refused) if refused else None
        reasons = {each.id: notes[each.id] for each in held.reasons if each.id in notes}
        done = {each.id: notes[each.id] for each in held.done if each.id in notes}
        what = PASSED_ON if record.deed is Deed.HANDED_OVER else GIVEN_BACK
        given = Given(to, what, {sending: self.random(16).hex() for sending in sorted({each for each, _ in wraps})})
        await held.keep(wraps, reasons, done, given, record, now)
        log.info("passed_on", review=held.id, staff=to, count=len(wraps))
        return Passed(len(wraps), refused)

    def _keys_of(self, review: str, kept: KeptSending, giver: PrivateReader) -> tuple[ContentKey, ...]:
        sealed = SealedSending(
            kept.manifest,
            kept.signature,
            tuple(bundle.sealed for bundle in kept.bundles),
            tuple(bundle.wraps for bundle in kept.bundles),
        )
        return content_keys(giver, sealed, self.keys.chat_public, site=self.keys.site, review=review, sending=kept.id)

    def _whose(self, kept: KeptSending, key: ContentKey, officer: str, directory: Directory) -> str:
        """Who should have this bundle now: its advocate, the review's officer, or "" for the recovery key alone."""
        marked = readers_at_sending(Manifest.from_bytes(kept.manifest), key, directory.ever)
        holders = {each.id for each in marked}
        if not all(may(directory.people[each].role, Act.READ_WHAT_IS_LET) for each in holders):
            return officer
        return min(holders, default="")

    def _wraps(self, key: ContentKey, to: str, directory: Directory, many: int) -> tuple[bytes, ...]:
        entry = directory.entry(to)
        assert entry is not None, "Who has no keys was turned away."
        entries = [as_kept(entry), as_kept(directory.recovery)]
        return wraps_anew(key, entries, self.keys.directory_public, many, self.random)

    def _notes(
        self, held: HeldReview, giver: PrivateReader, officer: str, to: str, before: str, directory: Directory
    ) -> dict[str, bytes]:
        """The notes that open to the giver and are the taker's to read too, sealed to whoever should read them now."""
        readers = [(each.id, COPY_NOTE, each.sealed, {officer}) for each in held.reasons]
        for each in held.done:
            closer = officer if each.closer == before else each.closer
            told = {closer} if each.kept_officer == officer else {closer, officer}
            readers.append((each.id, ALERT_NOTE, each.sealed, told))
        found = {}
        for id, what, sealed, whose in readers:
            if to not in whose:
                continue
            try:
                vouched_for = [vouched(self.keys, entry) for each in whose if (entry := directory.entry(each))]
                to_all = [*vouched_for, recovery_key(self.keys, directory.recovery)]
                found[id] = pass_note_on(self.keys.site, what, id, sealed, giver, to_all)
            except Refused:  # it was sealed to others, or one of them is not vouched for: it stays as it is
                log.info("note_not_passed_on")
        return found

    async def _directory(self) -> Directory:
        """NotDone where the recovery key is not the one that this site was made with."""
        facts = await self.store.site.facts()
        assert facts is not None, "There are keys, so there is a site."
        try:
            recovery_key(self.keys, facts.recovery)
        except Refused:
            log.error("recovery_key_refused")
            raise NotDone("The recovery key in the database is not this site's. Find out who changed it.") from None
        people = {each.id: each for each in await self.store.people.everyone()}
        ever = []
        for entry in await self.store.people.readers():
            try:
                ever.append(vouched(self.keys, entry))
            except Refused:
                log.error("reader_refused", staff=entry.reader)
        return Directory(people, tuple(ever), facts.recovery)
