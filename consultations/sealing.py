"""A draft becomes a sending, sealed to its readers: one write transaction, all of it or nothing.

1. The conversation is held still and read again; if the officer, their key or the review is not what the child was
   shown, nothing is sent and the turn is worked out anew, from the check page.
2. Every reader's key is verified against the directory, and the officer against the review's sealed details; another
   reader in the place of the recovery key is genuine too, and still not it. One that is not vouched for: nothing is
   sealed to anybody.
3. What was sent is sealed, signed and recorded, and the draft that knows of it kept, in one commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultations.conversation.replies import Dispatched
from consultations.conversation.state import WINDOW
from consultations.details import KIND, ChatDetails
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.people import Entry
from consultations.keeping.store.sendings import KeptSending, NewSending, SealedBundle
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.manifests import SignedManifest
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random
from consultations.keeping.vault.sendings import Group, SealedSending, seal_sending
from consultations.sending import Sending
from consultations.vouching import as_kept, recovery_key

OFFICERS = "officer"
"""The group of the officer, whoever stands in for them, and the recovery key."""


class CannotSeal(Exception):
    """There is no reader this could be sealed to: the officer may not sign in, or their key is not vouched for."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals what a child sends. It can seal, and open nothing."""

    store: Store
    keys: ChatKeys
    random: Random

    async def send(
        self, shown: Thread, dispatched: Dispatched, words: Sending, sealed_draft: bytes, now: datetime
    ) -> None:
        """Send `words`, keep the draft that knows of it. Collided when what the child was shown no longer holds."""
        async with self.store.sendings.sending(shown.consultation, shown.version) as sending:
            if _facts(sending.thread) != _facts(shown):
                raise Collided
            earlier = sending.earlier
            replaces = _sending_id(shown, dispatched.replaces) if dispatched.replaces else ""
            sealed = self._sealed(
                sending.thread,
                sending.recovery,
                id=_sending_id(shown, dispatched.number),
                words=words,
                previous=earlier[-1] if earlier else None,
                replaces=replaces,
                now=now,
            )
            new = NewSending(
                _sending_id(shown, dispatched.number),
                words.kind.value,
                sealed.manifest,
                sealed.signature,
                tuple(SealedBundle(bundle, wraps) for bundle, wraps in zip(sealed.bundles, sealed.wraps, strict=True)),
                replaces,
            )
            await sending.keep(new, sealed_draft, now, now + WINDOW)

    def _sealed(
        self,
        thread: Thread,
        recovery: Entry | None,
        *,
        id: str,
        words: Sending,
        previous: KeptSending | None,
        replaces: str,
        now: datetime,
    ) -> SealedSending:
        if thread.officer.entry is None or not thread.officer.enabled or recovery is None:
            raise CannotSeal
        try:
            recovery_key(self.keys, recovery)
            if self._officer_of(thread) != thread.officer.id:
                raise CannotSeal
            readers = (as_kept(thread.officer.entry), as_kept(recovery))
            return seal_sending(
                self.keys,
                review=thread.review,
                sending=id,
                kind=words.kind,
                sent_at=now,
                groups=[Group(OFFICERS, words.to_bytes(), readers)],
                previous=SignedManifest(previous.manifest, previous.signature) if previous else None,
                replaces=replaces,
                random=self.random,
            )
        except Refused:
            raise CannotSeal from None

    def _officer_of(self, thread: Thread) -> str:
        """Whose review this is, as the authority said it: the row beside it could be pointed at anybody."""
        return ChatDetails.from_bytes(open_details(self.keys, KIND, thread.review, thread.details)).officer


def _sending_id(thread: Thread, number: int) -> str:
    """One sending for ever: the consultation's random id and a number that never repeats in it."""
    return f"{thread.consultation}-{number}"


def _facts(thread: Thread) -> tuple[object, ...]:
    """What the check page promised: whose review it is, when, and which key it goes to."""
    return (thread.officer, thread.review, thread.review_on, thread.held_on)
