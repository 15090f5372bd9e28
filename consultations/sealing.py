"""A draft becomes a sending, sealed to its readers: one write transaction, all of it or nothing.

1. The conversation is held still and read again; if the officer, their key or the review is not what the child was
   shown, nothing is sent and the turn is worked out anew, from the check page.
2. Every reader's key is verified against the directory, and the officer against the review's sealed details; another
   reader in the place of the recovery key is genuine too, and still not it. One that is not vouched for: nothing is
   sealed to anybody.
3. What was sent is sealed, signed and recorded, and the draft that knows of it kept, in one commit.

What a child chose who is not safe is sealed in the same way, at once, whatever is sent later: to the officer and the
recovery key, or to that alone where the officer must not be told (field facts §6).

What the child lets their advocate read is sealed once more, in a bundle of its own, to the advocate and the recovery
key. Where there is nothing of that kind the bundle is an empty one, and nobody can tell.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from consultations.conversation.happened import AlertSending, Dispatched
from consultations.conversation.state import WINDOW
from consultations.details import KIND, ChatDetails
from consultations.keeping.store import Collided, Store
from consultations.keeping.store.sendings import HeldThread, KeptSending, NewSending, SealedBundle
from consultations.keeping.store.telling import Telling
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault.assignments import check_assignment
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.directory import DirectoryEntry
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.manifests import SignedManifest
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Random
from consultations.keeping.vault.sendings import Group, seal_sending
from consultations.sending import ADVOCATES, OFFICERS, Sending
from consultations.vouching import as_kept, recovery_key


class CannotSeal(Exception):
    """There is no reader this could be sealed to: the officer may not sign in, or their key is not vouched for."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals what a child sends. It can seal, and open nothing."""

    store: Store
    keys: ChatKeys
    random: Random

    async def send(
        self,
        shown: Thread,
        dispatched: Dispatched,
        words: Sending,
        sealed_draft: bytes,
        now: datetime,
        *,
        let_read: Sending | None = None,
    ) -> None:
        """Send `words`, keep the draft that knows of it. Collided when what the child was shown no longer holds.

        `let_read`: what of it goes to the child's advocate.
        """
        async with self._held(shown) as held:
            before = held.earlier[-1:]
            new = self._sealed(held, before, dispatched.number, dispatched.replaces, words, now, let_read=let_read)
            await held.keep([new], sealed_draft, now, now + WINDOW)

    @asynccontextmanager
    async def at_once(
        self,
        shown: Thread,
        said: Sequence[tuple[AlertSending, Sending]],
        sealed_draft: bytes,
        now: datetime,
        last_word: str = "",
    ) -> AsyncIterator[Telling]:
        """Seal what raised alerts, keep the draft that knows of it and what is told inside the block; all or nothing.

        Collided as for `send`. `last_word` as for `threads.keep`.
        """
        async with self._held(shown) as held:
            new: list[NewSending] = []
            for sealing, words in said:
                before = new[-1:] or held.earlier[-1:]
                new.append(
                    self._sealed(held, before, sealing.number, sealing.replaces, words, now, to_officer=sealing.officer)
                )
            await held.keep(new, sealed_draft, now, last_word=last_word)
            yield held.telling(now)

    @asynccontextmanager
    async def _held(self, shown: Thread) -> AsyncIterator[HeldThread]:
        async with self.store.sendings.sending(shown.consultation, shown.version) as held:
            if _facts(held.thread) != _facts(shown):
                raise Collided
            yield held

    def _sealed(
        self,
        held: HeldThread,
        before: Sequence[KeptSending | NewSending],
        number: int,
        replaces: int | None,
        words: Sending,
        now: datetime,
        *,
        to_officer: bool = True,
        let_read: Sending | None = None,
    ) -> NewSending:
        thread = held.thread
        id, replaced = sending_id(thread, number), sending_id(thread, replaces) if replaces else ""
        try:
            sealed = seal_sending(
                self.keys,
                review=thread.review,
                sending=id,
                kind=words.kind,
                sent_at=now,
                groups=[
                    Group(OFFICERS, words.to_bytes(), tuple(self._readers(held, to_officer))),
                    *([Group(ADVOCATES, let_read.to_bytes(), _advocates(held))] if let_read else []),
                ],
                previous=SignedManifest(before[-1].manifest, before[-1].signature) if before else None,
                replaces=replaced,
                random=self.random,
            )
        except Refused:
            raise CannotSeal from None
        bundles = (SealedBundle(bundle, wraps) for bundle, wraps in zip(sealed.bundles, sealed.wraps, strict=True))
        return NewSending(id, words.kind.value, sealed.manifest, sealed.signature, tuple(bundles), replaced)

    def _readers(self, held: HeldThread, to_officer: bool) -> Iterator[DirectoryEntry]:
        """The officer and the recovery key, or that alone. Refused, or CannotSeal, where one of them is not theirs."""
        officer, recovery = held.thread.officer, held.recovery
        if recovery is None:
            raise CannotSeal
        recovery_key(self.keys, recovery)
        if to_officer:
            if officer.entry is None or not officer.enabled or self._officer_of(held.thread) != officer.id:
                raise CannotSeal
            yield as_kept(officer.entry)
        yield as_kept(recovery)

    def _officer_of(self, thread: Thread) -> str:
        """Whose review this is, as the authority said it, or as it was handed over since: the row beside it could be
        pointed at anybody."""
        if thread.assigned is not None:
            check_assignment(self.keys, thread.review, thread.details, thread.officer.id, thread.assigned)
            return thread.officer.id
        return ChatDetails.from_bytes(open_details(self.keys, KIND, thread.review, thread.details)).officer


def _advocates(held: HeldThread) -> tuple[DirectoryEntry, ...]:
    """The child's advocate and the recovery key, which `_readers` has verified."""
    if held.thread.advocate is None or held.recovery is None:
        raise CannotSeal
    return as_kept(held.thread.advocate.entry), as_kept(held.recovery)


def sending_id(thread: Thread, number: int) -> str:
    """One sending for ever: the consultation's random id and a number that never repeats in it."""
    return f"{thread.consultation}-{number}"


def _facts(thread: Thread) -> tuple[object, ...]:
    """What the check page promised: whose review it is, when, which key it goes to, and who the advocate is."""
    return (thread.officer, thread.advocate, thread.review, thread.review_on, thread.held_on)
