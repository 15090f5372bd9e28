"""What was sent, opened with a reader's own key. What does not match its seal is left out and counted (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.manifests import Manifest, SignedManifest, standing, verify_chain, verify_manifest
from consultations.keeping.vault.problems import Refused, RolledBack
from consultations.keeping.vault.readers import PrivateReader
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.sending import OFFICERS, Kind, Sending
from consultations.summary import OpenedSending

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unsealed:
    """The sendings of a review that stand and opened, and a plain word on the others."""

    sendings: tuple[OpenedSending, ...]
    refused: int  # do not match their seal
    missing: bool  # the chain of manifests has a gap
    for_others: int  # were sealed to somebody else, the officer before


@dataclass(frozen=True, slots=True)
class Unsealing:
    """Opens for one reader what was sent for one review."""

    keys: PortalKeys
    reader: PrivateReader
    review: str
    group: str = OFFICERS  # as whom they read

    def unseal(self, kept: Sequence[KeptSending]) -> Unsealed:
        """All that was sent and opens. Every manifest is checked first: only what this site's chat signed is looked at
        further. What an alert sealed was not sent: it has its place in the chain, and is passed over."""
        genuine, standing = self._standing(kept)
        stands = {manifest.sending for manifest in standing if manifest.kind is not Kind.ALERT}
        opened: list[OpenedSending] = []
        refused, for_others = len(kept) - len(genuine), 0
        for each in kept:
            if each.id not in stands or each.taken_back_at is not None:
                continue
            try:
                words = self._words(each)
            except Refused:
                log.error("sending_refused", sending=each.id)
                refused += 1
                continue
            for_others += not words
            opened += [OpenedSending(each.id, genuine[each.id].sent_at, sending) for sending in words]
        missing = self._has_a_gap([each for each in kept if each.id in genuine])
        # Otherwise the gap is the refused one, which is told by itself.
        return Unsealed(tuple(opened), refused, missing and len(genuine) == len(kept), for_others)

    def unseal_alert(self, kept: Sequence[KeptSending], sending: str) -> Sending | None:
        """What was said when an alert was raised. None where it was not sealed to this reader.

        Refused where it is none of these, does not match its seal, or another has taken its place.
        """
        _, standing = self._standing(kept)
        if sending not in {manifest.sending for manifest in standing if manifest.kind is Kind.ALERT}:
            raise Refused("This is no alert of this review.")
        words = self._words(next(each for each in kept if each.id == sending))
        return words[0] if words else None

    def _standing(self, kept: Sequence[KeptSending]) -> tuple[dict[str, Manifest], tuple[Manifest, ...]]:
        """What is genuine, by its id, and what of it nothing has taken the place of."""
        genuine = {each.id: manifest for each in kept if (manifest := self._genuine(each)) is not None}
        return genuine, standing(tuple(genuine.values()))

    def _genuine(self, kept: KeptSending) -> Manifest | None:
        signed = SignedManifest(kept.manifest, kept.signature)
        try:
            found = verify_manifest(signed, self.keys.chat_public, site=self.keys.site, review=self.review)
            if found.sending != kept.id:
                raise Refused("This is another sending of this review.")
        except Refused:
            log.error("sending_refused", sending=kept.id)
            return None
        return found

    def _has_a_gap(self, genuine: Sequence[KeptSending]) -> bool:
        signed = [SignedManifest(each.manifest, each.signature) for each in genuine]
        try:
            verify_chain(signed, self.keys.chat_public, site=self.keys.site, review=self.review)
        except RolledBack:
            log.error("sendings_have_a_gap", review=self.review)
            return True
        return False

    def _words(self, kept: KeptSending) -> list[Sending]:
        sealed = SealedSending(
            kept.manifest,
            kept.signature,
            tuple(bundle.sealed for bundle in kept.bundles),
            tuple(bundle.wraps for bundle in kept.bundles),
        )
        bundles = open_sending(
            self.reader,
            sealed,
            self.keys.chat_public,
            site=self.keys.site,
            review=self.review,
            sending=kept.id,
        )
        return [Sending.from_bytes(bundle.plain) for bundle in bundles if bundle.group == self.group]
