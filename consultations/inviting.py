"""Opening reviews and inviting children: what an authority hands over comes in, and a link and a code go out.

Reviews come in whole or not at all. A reference that is there already is brought up to date (another officer, another
day); one that was held is closed for good, and its next review has a reference of its own.

Nothing is promised to a child that could not be kept: there is no invitation for a review whose officer could not open
what is sent, because they have not enrolled, may not sign in, or their key is not the one the portal vouched for; nor
where nobody has tried the recovery sheets for 90 days (`rehearsing`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from consultations import invitation, reviews_file
from consultations.access import Act, may
from consultations.details import KIND, ChatDetails, PortalDetails
from consultations.invitation import Invited, LinkToken, TypedCode
from consultations.keeping.store import Store
from consultations.keeping.store.invitations import NewInvitation
from consultations.keeping.store.people import Person
from consultations.keeping.store.reviews import KeptReview, KnownReview, NewReview
from consultations.keeping.vault.codes import keep_code, link_mark
from consultations.keeping.vault.details import open_details, seal_details
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random
from consultations.languages.table import LANGUAGES
from consultations.questions.sets import QuestionBook
from consultations.rehearsing import EVERY, overdue
from consultations.reviews_file import Fault, FaultyFile, Known, ReviewRow, ReviewThere
from consultations.timescales import birthday, day_in_england
from consultations.vouching import vouched

log = structlog.get_logger(__name__)

TELEGRAM_AGE = 16
"""Telegram's minimum age in the UK (field facts §7); a setting, because it is Telegram's to change."""

CONSULTED_FROM = 4
"""Field facts: a child is consulted from their fourth birthday; under it the review is coded PN0."""

FAR = timedelta(days=28)
"""How far from its day a review is held without anybody being asked whether that is right."""

TRIES = 20
"""How often a code is made anew because a live one begins with the same four symbols (one chance in a million)."""


class NotInvited(Exception):
    """There is no invitation, or no such review. Its text is a sentence that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `notes` are worth a look; nothing in them stopped it."""

    new: int
    changed: int
    notes: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A review as an operator may know it: how far it has come, and no name."""

    reference: str
    review_on: date
    held_on: date | None
    officer: str
    officer_enrolled: bool  # and may sign in
    officer_barred: bool  # they may not sign in
    question_set: str  # "" for a child who is not consulted yet
    state: str
    invited_at: datetime | None


class Inviting:
    """Brings reviews in, lists them, invites a child to one, and closes it when it was held."""

    def __init__(
        self,
        store: Store,
        chat_keys: ChatKeys,
        portal_keys: PortalKeys,
        questions: QuestionBook,
        random: Random,
        telegram_age: int = TELEGRAM_AGE,
        offered: Collection[str] = LANGUAGES,
        *,
        rehearsed: bool = True,
    ) -> None:
        self._store = store
        self._chat_keys = chat_keys
        self._portal_keys = portal_keys
        self._questions = questions
        self._random = random
        self._telegram_age = telegram_age
        self._offered = offered  # the languages, by their codes
        self._rehearsed = rehearsed  # only where the recovery sheets were tried; not asked in the demo

    async def import_reviews(self, raw: bytes, now: datetime) -> Imported:
        """Bring in a whole file. FaultyFile, and nothing brought in, when anything in it is wrong."""
        today = day_in_england(now)
        everyone = await self._store.people.everyone()
        may_read = [person for person in everyone if person.enabled and may(person.role, Act.CHAIR_REVIEWS)]
        officers = {person.username: person.id for person in may_read}
        not_enrolled = {person.username for person in may_read if person.entry is None}
        others = {person.username: _no_officer(person) for person in everyone if person.username not in officers}
        kept = await self._store.reviews.known()

        def made() -> tuple[tuple[ReviewRow, ...], list[NewReview]]:
            there = {reference.casefold(): self._there(review) for reference, review in kept.items()}
            rows = reviews_file.read(raw, Known(today, officers, there, not_enrolled, others))
            return rows, [self._new_review(row, officers, kept, today) for row in rows]

        rows, reviews = await asyncio.to_thread(made)
        await self._store.reviews.bring_in(reviews, now)
        changed = sum(row.reference in kept for row in rows)
        notes = tuple(
            note
            for row in rows
            for note in (
                *_notes(row, today, self._offered),
                *_letter_is_old(row, kept.get(row.reference), officers[row.officer]),
            )
        )
        return Imported(len(rows) - changed, changed, notes)

    async def reviews(self) -> tuple[ListedReview, ...]:
        """Every review, the next one first."""
        barred = {person.id for person in await self._store.people.everyone() if not person.enabled}
        return tuple(_listed(row, barred) for row in await self._store.reviews.all_reviews())

    async def invite(self, reference: str, now: datetime) -> Invited:
        """A fresh link and code for this review; earlier ones stop working. NotInvited says why there is none."""
        review = await self._review(reference)
        await self._may_be_invited(review, now)
        details = self._details(review)
        if details is None:
            raise NotInvited(
                f"{reference}: what is kept of this child is not what was imported. Find out who changed the database,"
                " then import the review again."
            )
        earlier = review.invited_at is not None
        for _ in range(TRIES):
            link, code = invitation.new_link(self._random), invitation.new_code(self._random)
            if await self._store.invitations.issue(await self._new_invitation(review.id, link, code), now):
                return Invited(
                    reference=review.reference,
                    name=details.name,
                    language=details.language,
                    question_set=review.question_set,
                    officer=review.officer_name,
                    review_on=review.review_on,
                    link=link,
                    code=code,
                    reissued=earlier,
                )
            await self._may_be_invited(await self._review(reference), now)  # held meanwhile? Otherwise: another code
        raise NotInvited(f"No code could be made for {reference}. Try once more.")

    async def held(self, reference: str, held_on: date, now: datetime, *, sure: bool = False) -> None:
        """The review was held on this day: nobody comes in any more. NotInvited when that cannot be, or when the day
        is far from the one it was to be held on and nobody is `sure` of it.
        """
        review = await self._review(reference)
        if held_on > day_in_england(now):
            raise NotInvited(f"{held_on:%d/%m/%Y} is still to come. A review is marked held once it was.")
        details = self._details(review)
        before = details and (details.last_review_held or details.looked_after_since - timedelta(days=1))
        if before and held_on <= before:
            raise NotInvited(
                f"{reference}: on {held_on:%d/%m/%Y} this child was not looked after yet, or had not had their last"
                " review. Look at the year."
            )
        if abs(held_on - review.review_on) > FAR and not sure:
            raise NotInvited(
                f"{reference} was to be held on {review.review_on:%d/%m/%Y}. If it was held on {held_on:%d/%m/%Y} all"
                " the same, say it again with --sure."
            )
        if not await self._store.reviews.mark_held(review.id, held_on, now):
            undo = f"foreword reviews held {reference} --not-held"
            raise NotInvited(f"{reference} was marked held already. If it was not: {undo}")

    async def not_held(self, reference: str, now: datetime) -> None:
        """It was marked held by mistake: it is open again, and its invitation works again. NotInvited when it is open.

        Nothing is lost by the mistake: being held shuts doors, and forgets nothing.
        """
        review = await self._review(reference)
        if not await self._store.reviews.mark_not_held(review.id, now):
            raise NotInvited(f"{reference} is not marked held, or what the child said has been forgotten since.")

    async def _review(self, reference: str) -> KeptReview:
        review = await self._store.reviews.by_reference(reference)
        if review is None:
            raise NotInvited(f"There is no review “{reference}”. See: foreword reviews list")
        return review

    async def _may_be_invited(self, review: KeptReview, now: datetime) -> None:
        """NotInvited unless this child may be asked, and what they send could be opened, whatever happens."""
        reference, officer = review.reference, review.officer_name
        if self._rehearsed and await self._unrehearsed(now):
            raise NotInvited(
                f"{reference}: the recovery sheets were not tried in the last {EVERY.days} days, so nobody knows that"
                " what this child sends could still be opened if a phrase is lost. Have two people who keep a sheet"
                " run: foreword recovery drill"
            )
        if review.held_on:
            raise NotInvited(
                f"{reference} was held on {review.held_on:%d/%m/%Y}. A later review has its own reference."
            )
        if review.review_on < day_in_england(now):
            raise NotInvited(
                f"{reference} was to be held on {review.review_on:%d/%m/%Y}. If it was: foreword reviews held"
                f" {reference} --on {review.review_on}. If it was put off, import it again with its new day first:"
                " the letter says the day."
            )
        if not review.question_set:
            raise NotInvited(
                f"{reference}: this child will be under {CONSULTED_FROM} on the day of the review. Foreword asks"
                f" children from {CONSULTED_FROM}; somebody who knows this child can tell {officer} how they are."
            )
        person = await self._store.people.by_id(review.officer)
        if person is None or not person.enabled:
            again = f" Or let them in again: foreword staff enable {person.username}" if person else ""
            raise NotInvited(
                f"{reference}: {officer} may not sign in. Import the review again with another officer.{again}"
            )
        if person.waiting:
            raise NotInvited(
                f"{reference}: {officer} has enrolled, and nobody has confirmed yet that the key is theirs. A manager"
                " does that at the portal, under Staff."
            )
        if person.entry is None:
            raise NotInvited(
                f"{reference}: {officer} has not enrolled yet, so nobody could open what the child sends. Ask them to"
                f" enrol first. A new code for that: foreword staff code {person.username}"
            )
        try:
            vouched(self._chat_keys, person.entry)
        except Refused:
            raise NotInvited(
                f"{reference}: the key kept for {officer} is not the one they enrolled with. Nothing is sealed to it."
                " Find out who changed the database before anything else."
            ) from None

    async def _unrehearsed(self, now: datetime) -> bool:
        facts = await self._store.site.facts()
        return facts is None or overdue(facts.drilled_at, now)

    async def _new_invitation(self, review: str, link: LinkToken, code: TypedCode) -> NewInvitation:
        id = self._random(16).hex()
        verifier = await asyncio.to_thread(keep_code, self._chat_keys, id, code.secret)
        return NewInvitation(id, review, code.selector, verifier, link_mark(link.text))

    def _telegram_from(self, row: ReviewRow, today: date) -> date | None:
        """When Telegram's own rules let this child use it; only where that is before the review, and never earlier
        than today: the children's side learns no more of a birthday than it has to."""
        old_enough = birthday(row.date_of_birth, self._telegram_age)
        return max(old_enough, today) if old_enough <= row.review_on else None

    def _there(self, review: KnownReview) -> ReviewThere:
        details = self._details(review)  # None: this import writes them anew
        of_whom = (details.name, details.date_of_birth) if details else None
        return ReviewThere(review.reference, review.held_on, of_whom, review.invited)

    def _details(self, review: KeptReview | KnownReview) -> PortalDetails | None:
        """What is kept of the child; None once that was forgotten, and where it was changed by hand (see the log)."""
        if not review.details:
            return None
        try:
            return PortalDetails.from_bytes(open_details(self._portal_keys, KIND, review.id, review.details))
        except Refused:
            log.error("review_details_refused", review=review.id)
            return None

    def _new_review(
        self, row: ReviewRow, officers: dict[str, str], kept: dict[str, KnownReview], today: date
    ) -> NewReview:
        there = kept.get(row.reference)
        id = there.id if there else self._random(16).hex()
        telegram_from = self._telegram_from(row, today)
        for_chat = ChatDetails(row.name, row.language, officers[row.officer], telegram_from, row.social_worker)
        for_portal = PortalDetails(
            name=row.name,
            language=row.language,
            date_of_birth=row.date_of_birth,
            looked_after_since=row.looked_after_since,
            last_review_held=row.last_review_held,
            legal_status=row.legal_status,
            social_worker=row.social_worker,
            officer=officers[row.officer],
            reference=row.reference,
        )
        age = row.age_on_review
        return NewReview(
            id=id,
            reference=row.reference,
            officer=officers[row.officer],
            question_set=self._questions.for_age(age).id if age >= CONSULTED_FROM else "",
            review_on=row.review_on,
            details_for_chat=seal_details(self._chat_keys, KIND, id, for_chat.to_bytes(), random=self._random),
            details_for_portal=seal_details(self._portal_keys, KIND, id, for_portal.to_bytes(), random=self._random),
        )


def _no_officer(person: Person) -> str:
    """Why no review can be this person's."""
    if not may(person.role, Act.CHAIR_REVIEWS):
        return f"{person.username} is here as {person.role}, not as officer. See: foreword staff list"
    return f"{person.username} may not sign in. Let them in again: foreword staff enable {person.username}"


def _letter_is_old(row: ReviewRow, there: KnownReview | None, officer: str) -> Iterator[Fault]:
    """What the letter in a child's hand says, and this file does not say any more."""
    if there is None or not there.invited:
        return
    for column, changed in (("review_on", there.review_on != row.review_on), ("officer", there.officer != officer)):
        if changed:
            says = f"The child's letter says what it was before. For a new letter: foreword invite {row.reference}"
            yield Fault(row.row, column, says)


def _notes(row: ReviewRow, today: date, offered: Collection[str]) -> Iterator[Fault]:
    """What a person should look at, although it can be so."""
    due = reviews_file.overdue(row)
    if row.review_on < today:
        yield Fault(row.row, "review_on", f"{row.review_on:%d/%m/%Y} is past. Mark it: foreword reviews held")
    elif due:
        yield Fault(row.row, "review_on", f"{row.review_on:%d/%m/%Y} is later than the law allows: {due:%d/%m/%Y}.")
    if row.age_on_review < CONSULTED_FROM:
        yield Fault(row.row, "date_of_birth", f"Under {CONSULTED_FROM} on the day: there will be no invitation.")
    if row.language not in offered:
        named = LANGUAGES[row.language].english
        yield Fault(row.row, "language", f"Children are not offered {named} here. To offer it: FOREWORD_LANGUAGES")


def _listed(row: KeptReview, barred: Collection[str]) -> ListedReview:
    return ListedReview(
        reference=row.reference,
        review_on=row.review_on,
        held_on=row.held_on,
        officer=row.officer_name,
        officer_enrolled=row.officer_enrolled,
        officer_barred=row.officer in barred,
        question_set=row.question_set,
        state=row.state,
        invited_at=row.invited_at,
    )


__all__ = ["Fault", "FaultyFile", "Imported", "Invited", "Inviting", "ListedReview", "NotInvited"]
