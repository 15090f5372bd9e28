"""Letting an advocate sit down beside a child: by a pass of their own and the child's code, on the chat's side.

Or letting a member of staff key in a form or a talk, by a pass alone that the portal signed for this very review.

1. What was typed is read; a slip of the finger in either is told at once, and is no try.
2. The child's code is counted, slowed and verified exactly as a child's own (`admitting`).
3. The pass is looked up, whatever came of the code. The portal has to have signed it for an advocate.
4. In one transaction the pass is used up, the sitting begins and its visit stands.

A wrong code and a pass that is wrong, used or over do the same work and read the same. Only whoever has both right is
told that another advocate is there. What the child then says yes to is the conversation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from consultations.access import Act, may
from consultations.addresses import VISIT
from consultations.admitting import EMPTY, MISTYPED, SENT_ONCE_MORE, Admitted, Admitting, NotAdmitted
from consultations.conversation.events import SatDown
from consultations.invitation import TypedCode, read_code
from consultations.keeping.store import Store
from consultations.keeping.store.invitations import Invitation
from consultations.keeping.store.sittings import KeptPass, NewSitting
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.passes import check_pass
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random

log = structlog.get_logger(__name__)

UNKNOWN = NotAdmitted("sit_unknown")
TAKEN = NotAdmitted("sit_taken")
NOT_NEEDED = NotAdmitted("sit_code_not_needed")


@dataclass(frozen=True, slots=True)
class SittingDown:
    """Who may sit down beside a child."""

    store: Store
    keys: ChatKeys
    admitting: Admitting
    random: Random

    async def sit_down(
        self, typed_pass: str, typed_code: str, address: str, caller: str, now: datetime
    ) -> Admitted | NotAdmitted:
        """Let an advocate in at `address`, or say why not. The very form sent once more is the same visit.

        A pass to key in takes no code, and names its own child: where one was typed, that is said first, and nothing is
        used up, because it may be another child's.
        """
        if not typed_pass.strip():
            return EMPTY
        own = read_code(typed_pass.rpartition("#")[2])
        if own is None:
            return MISTYPED
        shown = await self._pass(own, now)
        if shown is not None and shown.how:
            if typed_code.strip():
                return NOT_NEEDED
            return await self._key_in(shown, address, now)
        if not typed_code.strip():
            await self.admitting.slow(caller, "", now)
            return EMPTY if shown is not None else await self._refused(address, now)
        code = read_code(typed_code)
        if code is None:
            return MISTYPED
        found, counted = await self.admitting.invited(code, caller, now)
        if found is None or shown is None:
            return await self._refused(address, now)
        admitted = await self._sits(shown, found, address, now)
        if isinstance(admitted, Admitted):
            await self.admitting.slowing.right(counted)
        return admitted

    async def _key_in(self, shown: KeptPass, address: str, now: datetime) -> Admitted | NotAdmitted:
        """In for the one review that the pass names, as an invitation would open it."""
        found = await self.store.invitations.of_review(shown.review)
        return await self._sits(shown, found, address, now) if found else await self._refused(address, now)

    async def _sits(self, shown: KeptPass, found: Invitation, address: str, now: datetime) -> Admitted | NotAdmitted:
        sitting = NewSitting(self.random(8).hex(), shown.mark, shown.staff, now + VISIT, shown.how)
        beginning = self.admitting.beginning(found)
        match await self.store.sittings.sit_down(sitting, found, address, beginning, now):
            case "in":
                log.info("sat_down", sitting=sitting.id, staff=shown.staff)
                return Admitted(SatDown(shown.how))
            case "taken":
                return TAKEN
        return await self._refused(address, now)

    async def _pass(self, own: TypedCode, now: datetime) -> KeptPass | None:
        """The pass, if the portal gave it to somebody who may do what it is for."""
        kept = await self.store.sittings.pass_of(link_mark(own.symbols), now)
        if kept is None:
            return None
        try:
            check_pass(self.keys, kept.staff, kept.mark, kept.until, kept.signature, kept.review, kept.how)
        except Refused:
            log.error("pass_forged", staff=kept.staff)
            return None
        return kept if may(kept.role, Act.KEY_IN if kept.how else Act.HELP_CHILDREN) else None

    async def _refused(self, address: str, now: datetime) -> Admitted | NotAdmitted:
        """Not in; unless this very form has just come in, and was only sent once more."""
        standing = await self.store.threads.thread(address)
        session = standing.session if standing is not None else None
        again = session is not None and session.sitting is not None and session.ended_at is None
        if again and session is not None and now < session.created_at + SENT_ONCE_MORE:
            return Admitted(SatDown())
        await self.admitting.slowing.wrong(now)
        await self.store.trail.refused("pass", now)
        return UNKNOWN
