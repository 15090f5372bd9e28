"""What an officer may see: their own children's reviews, and what was sent for them. That they saw it is noted.

Opening, in this order:

1. The review is asked for with the officer: somebody else's is not there, like one that never was (P6). Its details
   have to be its own: where somebody has changed them, nothing is opened (P3).
2. What was sent is opened with the officer's own key (`unsealing`).
3. The reading is noted, durably, for each sending that opened. Only then
4. the summary is handed back to be shown. So "Who has read this?" is never behind what was on a screen.

Making a copy opens too, and is noted as a copy. The officer's copy asks why; the reason is sealed to the officer and
the recovery key (P9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import structlog

from consultations.access import Act, may
from consultations.circumstances import ReadBy
from consultations.details import KIND, PortalDetails
from consultations.evidence import gather
from consultations.interpreting import needed
from consultations.keeping.store import Store
from consultations.keeping.store.alerts import KeptAsk
from consultations.keeping.store.people import Entry
from consultations.keeping.store.reviews import KeptReview, State
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.notes import seal_note
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.participation import Branch, propose
from consultations.sending import Kind
from consultations.signing_in import SignedIn
from consultations.summary import Copy, CopyKind, ReviewFacts, Summary, build, copy
from consultations.timescales import day_in_england
from consultations.unsealing import Unsealed, Unsealing
from consultations.vouching import recovery_key

log = structlog.get_logger(__name__)

OPENED = "opened"
LONGEST_REASON = 1_000
NOTE = "reading"
"""The kind of row that a reason is sealed for."""


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
    opened_before: datetime | None = None  # what they opened then was replaced since
    language: str = ""  # to book an interpreter for: as the child uses it, or else as the reviews file says
    asks: tuple[KeptAsk, ...] = ()  # what the child wants you to know now, without words

    @property
    def additions_unopened(self) -> int:
        """Additions nobody has opened yet; the first sending is not one."""
        return self.unopened if self.opened_at else 0

    @property
    def waiting(self) -> bool:
        """Words were sent, and the officer has opened none of them."""
        return self.state is State.SENT and self.opened_at is None


class Of(StrEnum):
    """Which sending was opened or copied."""

    STANDING = "standing"
    ADDITION = "addition"
    BEFORE = "before"  # replaced, or taken back before what stands was sent


@dataclass(frozen=True, slots=True)
class Done:
    """What a reader did with what was sent: "opened" it, or made a copy of this kind. The child is told the same."""

    day: date
    reader: str
    what: str
    of: Of


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """One review as its officer sees it: the summary of what opened, and a plain word on what did not."""

    review: OwnReview
    date_of_birth: date
    invited_at: datetime | None
    taken_back_at: datetime | None
    summary: Summary
    branches: tuple[Branch, ...]
    done: tuple[Done, ...] = ()
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
        asks = await self.store.alerts.asks_of(officer.id)
        today = day_in_england(now)
        return tuple(_listed(row, self._details(row), today, asks.get(row.reference, ())) for row in rows)

    async def open(self, officer: SignedIn, reference: str, now: datetime) -> OpenedReview | None:
        """What was sent for this review, noted as opened. None when it is not this officer's, or is none at all.

        ChangedByHand when what is known of the child is not what was kept for this review.
        """
        row = await self.store.reviews.review_for(officer.id, reference)
        if row is None or not may(officer.role, Act.OPEN_OWN_SUMMARY):
            await self.store.trail.refused("not-theirs", now)
            return None
        details = self._details(row)
        if details is None:
            raise ChangedByHand
        kept = await self.store.sendings.sendings_of(row.id)
        unsealed = Unsealing(self.keys, officer.private, row.id).unseal(kept)
        for each in unsealed.sendings:
            await self.store.sendings.note(self._id(), each.id, officer.id, OPENED, now)
        return await self._seen(row, details, kept, unsealed, day_in_england(now))

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
        """What is known of the child; None where it was not kept for this review and under this reference."""
        try:
            details = PortalDetails.from_bytes(open_details(self.keys, KIND, row.id, row.details))
        except Refused:
            details = None
        if details is None or not details.are_of(row.reference):
            log.error("review_details_refused", review=row.id)
            return None
        return details

    async def _seen(
        self,
        row: KeptReview,
        details: PortalDetails,
        kept: tuple[KeptSending, ...],
        unsealed: Unsealed,
        today: date,
    ) -> OpenedReview:
        taken_back_at = max((each.taken_back_at for each in kept if each.taken_back_at), default=None)
        facts = ReviewFacts(row.reference, details.date_of_birth, row.review_on, row.officer_name)
        summary = build(unsealed.sendings, facts, await self.store.sendings.readings_of(row.id))
        evidence = gather(summary, name=details.name, taken_back_at=taken_back_at, video_attends=self.video_attends)
        asks = await self.store.alerts.asks_of(row.officer)
        return OpenedReview(
            review=_listed(row, details, today, asks.get(row.reference, ())),
            date_of_birth=details.date_of_birth,
            invited_at=row.invited_at,
            taken_back_at=taken_back_at,
            summary=summary,
            branches=propose(evidence),
            done=tuple(dict.fromkeys(_done(summary.readings, kept))),
            refused=unsealed.refused,
            missing=unsealed.missing,
            for_others=unsealed.for_others,
        )

    async def _sealed_reason(self, officer: SignedIn, row: str, reason: str) -> bytes:
        readers = [officer.private.public]
        facts = await self.store.site.facts()
        if facts is not None:
            readers.append(self._recovery(facts.recovery))
        plain = reason.strip()[:LONGEST_REASON].encode("utf-8", "replace")
        return seal_note(self.keys.site, NOTE, row, plain, readers, random=self.random)

    def _recovery(self, kept: Entry) -> PublicReader:
        try:
            return recovery_key(self.keys, kept)
        except Refused:
            log.error("recovery_key_refused")
            raise ChangedByHand from None

    def _id(self) -> str:
        return self.random(16).hex()


def _done(readings: Iterable[ReadBy], kept: Iterable[KeptSending]) -> Iterator[Done]:
    """In order, and opened before it was copied. One copy is noted for each sending in it, and told once."""
    by_number = {each.number: each for each in kept}
    stands = any(each.stands for each in by_number.values())
    for each in sorted(readings, key=lambda each: (each.at, each.what != OPENED)):
        sending = by_number[each.sending]
        of = Of.ADDITION if sending.kind == Kind.ADDITION and each.what == OPENED else Of.STANDING
        if sending.replaced_by is not None or (sending.taken_back_at is not None and stands):
            of = Of.BEFORE
        yield Done(day_in_england(each.at), each.reader, each.what, of)


def _listed(row: KeptReview, details: PortalDetails | None, today: date, asks: tuple[KeptAsk, ...] = ()) -> OwnReview:
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
        opened_before=row.opened_before,
        language=needed(row.language or "", details.language if details else ""),
        asks=asks,
    )
