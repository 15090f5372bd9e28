"""What an officer may see: their own children's reviews, and what was sent for them. That they saw it is noted.

Opening, in this order:

1. The review is asked for with the officer: somebody else's is not there, like one that never was (P6). Its details
   have to be its own: where somebody has changed them, nothing is opened (P3).
2. Every manifest and bundle is checked and opened with the officer's own key. What does not match its seal is left
   out and counted; what is genuine is shown.
3. The reading is noted, durably, for each sending that opened. Only then
4. the summary is handed back to be shown. So "Who has read this?" is never behind what was on a screen.

Making a copy opens too, and is noted as a copy. The officer's copy asks why; the reason is sealed to the officer and
the recovery key (P9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import structlog

from consultations.access import Act, may
from consultations.details import KIND, PortalDetails
from consultations.keeping.store import Store
from consultations.keeping.store.people import Entry
from consultations.keeping.store.reviews import KeptReview, State
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.manifests import Manifest, SignedManifest, standing, verify_chain, verify_manifest
from consultations.keeping.vault.notes import seal_note
from consultations.keeping.vault.problems import Refused, RolledBack
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.participation import Branch, gather, propose
from consultations.sending import Sending
from consultations.signing_in import SignedIn
from consultations.summary import Copy, CopyKind, OpenedSending, ReviewFacts, Summary, build, copy
from consultations.timescales import day_in_england
from consultations.vouching import recovery_key

log = structlog.get_logger(__name__)

OPENED = "opened"
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class OwnReview:
    """One review in its officer's list: how far the child has come, never what they said."""

    reference: str
    child: str
    review_on: date
    held_on: date | None
    overdue: bool
    state: State
    last_sent_at: datetime | None
    opened_at: datetime | None
    unopened: int
    language: str = ""  # to book an interpreter for, as soon as the child has chosen it

    @property
    def additions_unopened(self) -> int:
        """Additions nobody has opened yet; the first sending is not one."""
        return self.unopened if self.opened_at else 0

    @property
    def waiting(self) -> bool:
        """Words were sent, and the officer has opened none of them."""
        return self.state is State.SENT and self.opened_at is None


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """One review as its officer sees it: the summary of what opened, and a plain word on what did not."""

    review: OwnReview
    date_of_birth: date
    invited_at: datetime | None
    taken_back_at: datetime | None
    summary: Summary
    branches: tuple[Branch, ...]
    refused: int = 0  # sendings that do not match their seal
    missing: bool = False  # the chain of manifests has a gap
    for_others: int = 0  # sendings that were sealed to somebody else, the officer before

    @property
    def anything(self) -> bool:
        """True when at least one sending opened."""
        return bool(self.summary.standing)


@dataclass(frozen=True, slots=True)
class MadeCopy:
    """A copy that was made, and noted as made. The codes are argued in the officer's alone."""

    copy: Copy
    branches: tuple[Branch, ...]


class ChangedByHand(Exception):
    """What is kept beside the sendings does not match its seal: the child's details, or the recovery key."""


class WhyNot(StrEnum):
    """Why there is no copy."""

    NOT_FOUND = "not found"
    NOTHING_SENT = "nothing sent"
    NEEDS_REASON = "needs reason"


@dataclass(frozen=True, slots=True)
class Reading:
    """An officer reads."""

    store: Store
    keys: PortalKeys
    video_attends: bool = True  # a setting: see participation
    random: Random = token_bytes

    async def reviews(self, officer: SignedIn, now: datetime) -> tuple[OwnReview, ...]:
        """Their own children's reviews, the next one first."""
        if not may(officer.role, Act.LIST_OWN_REVIEWS):
            return ()
        rows = await self.store.reviews.reviews_of(officer.id)
        return tuple(_listed(row, self._details(row), day_in_england(now)) for row in rows)

    async def open(self, officer: SignedIn, reference: str, now: datetime) -> OpenedReview | None:
        """What was sent for this review, noted as opened. None when it is not this officer's, or is none at all.

        ChangedByHand when what is known of the child is not what was kept for this review.
        """
        row = await self.store.reviews.review_for(officer.id, reference)
        if row is None or not may(officer.role, Act.OPEN_OWN_SUMMARY):
            return None
        details = self._details(row)
        if details is None:
            raise ChangedByHand
        kept = await self.store.sendings.sendings_of(row.id)
        genuine, missing = self._genuine(row.id, kept)
        opened, failed, for_others = self._opened(officer, row.id, kept, genuine)
        for each in opened:
            await self.store.sendings.note(self._id(), each.id, officer.id, OPENED, now)
        return await self._seen(
            row, details, opened, kept, day_in_england(now), len(kept) - len(genuine) + failed, missing, for_others
        )

    async def is_theirs(self, officer: SignedIn, reference: str) -> bool:
        """Whether this officer would find this review. Nothing is opened, nothing is noted."""
        found = await self.store.reviews.review_for(officer.id, reference)
        return found is not None and may(officer.role, Act.OPEN_OWN_SUMMARY)

    async def copy(
        self, officer: SignedIn, reference: str, kind: CopyKind, reason: str, now: datetime
    ) -> MadeCopy | WhyNot:
        """A copy to keep or take along, noted as made. The officer's own asks why. ChangedByHand as for `open`."""
        if kind is CopyKind.OFFICER and not reason.strip():
            return WhyNot.NEEDS_REASON if await self.is_theirs(officer, reference) else WhyNot.NOT_FOUND
        review = await self.open(officer, reference, now)
        if review is None or not may(officer.role, Act.MAKE_COPIES):
            return WhyNot.NOT_FOUND
        if not review.anything:
            return WhyNot.NOTHING_SENT
        for each in review.summary.standing:
            id = self._id()
            sealed = await self._sealed_reason(officer, id, reason) if kind is CopyKind.OFFICER else None
            await self.store.sendings.note(id, each.id, officer.id, kind.value, now, sealed)
        return MadeCopy(copy(review.summary, kind), review.branches if kind is CopyKind.OFFICER else ())

    def _details(self, row: KeptReview) -> PortalDetails | None:
        try:
            return PortalDetails.from_bytes(open_details(self.keys, KIND, row.id, row.details))
        except Refused:
            log.error("review_details_refused", review=row.id)
            return None

    def _genuine(self, review: str, kept: Sequence[KeptSending]) -> tuple[dict[str, Manifest], bool]:
        """The manifests this site's chat signed for this review, by sending; and whether one of them is missing."""
        signed: list[SignedManifest] = []
        genuine: dict[str, Manifest] = {}
        for each in kept:
            manifest = SignedManifest(each.manifest, each.signature)
            try:
                found = verify_manifest(manifest, self.keys.chat_public, site=self.keys.site, review=review)
                if found.sending != each.id:
                    raise Refused("This is another sending of this review.")
            except Refused:
                log.error("sending_refused", sending=each.id)
                continue
            signed.append(manifest)
            genuine[each.id] = found
        try:
            verify_chain(signed, self.keys.chat_public, site=self.keys.site, review=review)
        except RolledBack:
            log.error("sendings_have_a_gap", review=review)
            return genuine, len(genuine) == len(kept)  # otherwise the gap is the refused one, which is told by itself
        return genuine, False

    def _opened(
        self, officer: SignedIn, review: str, kept: Sequence[KeptSending], genuine: dict[str, Manifest]
    ) -> tuple[list[OpenedSending], int, int]:
        """What stands and opens; how many do not match their seal; how many are sealed to somebody else."""
        stands = {manifest.sending for manifest in standing(tuple(genuine.values()))}
        opened: list[OpenedSending] = []
        failed = for_others = 0
        for each in kept:
            if each.id not in stands or each.taken_back_at is not None:
                continue
            sealed = SealedSending(
                each.manifest,
                each.signature,
                tuple(bundle.sealed for bundle in each.bundles),
                tuple(bundle.wraps for bundle in each.bundles),
            )
            try:
                bundles = open_sending(
                    officer.private,
                    sealed,
                    self.keys.chat_public,
                    site=self.keys.site,
                    review=review,
                    sending=each.id,
                )
            except Refused:
                log.error("sending_refused", sending=each.id)
                failed += 1
                continue
            for_others += not bundles
            opened += [
                OpenedSending(each.id, genuine[each.id].sent_at, Sending.from_bytes(bundle.plain)) for bundle in bundles
            ]
        return opened, failed, for_others

    async def _seen(
        self,
        row: KeptReview,
        details: PortalDetails,
        opened: Sequence[OpenedSending],
        kept: Sequence[KeptSending],
        today: date,
        refused: int,
        missing: bool,
        for_others: int,
    ) -> OpenedReview:
        facts = ReviewFacts(row.reference, details.date_of_birth, row.review_on, row.officer_name)
        readings = await self.store.sendings.readings_of(row.id)
        summary = build(opened, facts, readings)
        taken_back_at = max((each.taken_back_at for each in kept if each.taken_back_at), default=None)
        evidence = gather(
            summary, name=details.name, taken_back_at=taken_back_at, video_attends=self.video_attends
        )
        return OpenedReview(
            review=_listed(row, details, today),
            date_of_birth=details.date_of_birth,
            invited_at=row.invited_at,
            taken_back_at=taken_back_at,
            summary=summary,
            branches=propose(evidence),
            refused=refused,
            missing=missing,
            for_others=for_others,
        )

    async def _sealed_reason(self, officer: SignedIn, row: str, reason: str) -> bytes:
        readers = [officer.private.public]
        facts = await self.store.site.facts()
        if facts is not None:
            readers.append(self._recovery(facts.recovery))
        plain = reason.strip()[:LONGEST_REASON].encode("utf-8", "replace")
        return seal_note(self.keys.site, "reading", row, plain, readers, random=self.random)

    def _recovery(self, kept: Entry) -> PublicReader:
        try:
            return recovery_key(self.keys, kept)
        except Refused:
            log.error("recovery_key_refused")
            raise ChangedByHand from None

    def _id(self) -> str:
        return self.random(16).hex()


def _listed(row: KeptReview, details: PortalDetails | None, today: date) -> OwnReview:
    return OwnReview(
        reference=row.reference,
        child=details.name if details else "",
        review_on=row.review_on,
        held_on=row.held_on,
        overdue=row.held_on is None and row.review_on < today,
        state=row.state,
        last_sent_at=row.last_sent_at,
        opened_at=row.opened_at,
        unopened=row.unopened,
        language=row.language or "",
    )
