"""What is true around a conversation, from what was read with it: nothing here is kept in the conversation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from consultations.addresses import door_of, is_account
from consultations.circumstances import Advocate, Circumstances, StaffVisit
from consultations.conversation.marks import visit_mark
from consultations.details import KIND, ChatDetails
from consultations.handing_over import HandingOver
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.problems import Refused
from consultations.timescales import day_in_england


@dataclass(frozen=True, slots=True)
class Gathering:
    """Gathers circumstances. `languages` are those the child is offered."""

    keys: ChatKeys
    languages: tuple[str, ...]
    handing_over: HandingOver | None = None

    def here(self, thread: Thread, now: datetime) -> Circumstances:
        """The circumstances at this door, with a way to another one where the child may use that."""
        child, account, elsewhere = self._child(thread), is_account(thread.address), None
        if self.handing_over and (account or child.may_use_telegram(day_in_england(now))):
            elsewhere = self.handing_over.way(door_of(thread.address), now)
        return replace(
            self.nameless(thread),
            child=child.name,
            reads_best=child.language,
            overheard=account,
            remembered=account,
            elsewhere=elsewhere,
            sitting=sitting_of(thread),
        )

    def nameless(self, thread: Thread) -> Circumstances:
        """Without the child's name: enough for what shows nothing, and it happens whatever became of that."""
        return Circumstances(
            child="",
            officer=thread.officer.name,
            review_on=thread.review_on,
            reference=thread.reference,
            held_on=thread.held_on,
            officer_mark=_officer_mark(thread),
            readings=thread.readings,
            alerts=thread.alerts,
            languages=self.languages,
            advocate=_advocate_of(thread),
            visit=visit_mark(thread.address),
        )

    def reads(self, thread: Thread) -> str:
        """The language that whoever is here reads, where their conversation does not say so; "" where nobody knows."""
        if thread.language in self.languages:
            return thread.language  # they chose it here, and an interpreter is to be booked for it
        try:
            best = self._child(thread).language
        except Refused:
            return ""
        return best if best in self.languages else ""

    def _child(self, thread: Thread) -> ChatDetails:
        """Refused when what is kept of the child is another's."""
        return ChatDetails.from_bytes(open_details(self.keys, KIND, thread.review, thread.details))


def sitting_of(thread: Thread) -> StaffVisit | None:
    """Whose visit this is, where it is no child's."""
    sitting = thread.session.sitting if thread.session else None
    if sitting is None:
        return None
    mark = visit_mark(thread.address)
    return StaffVisit(sitting.id, mark, sitting.name, sitting.ends_at, sitting.staff, sitting.role)


def _advocate_of(thread: Thread) -> Advocate | None:
    found = thread.advocate
    if found is None:
        return None
    mark = hashlib.sha256(repr((found.id, found.entry.public)).encode()).hexdigest()[:16]
    return Advocate(found.id, found.name, mark)


def _officer_mark(thread: Thread) -> str:
    officer = thread.officer
    facts = repr((officer.id, officer.enabled, officer.entry.public if officer.entry else b""))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]
