"""Assignments: a review was handed over to another officer. The portal signs it, and the chat, which seals, checks it.

The officer's id stands sealed in the review's details, as the authority's file said it, so that nobody who can only
write to the database has a child's words sealed to another officer. Handing over comes later than that file. So it is
signed with the directory key, over these very details: details that are brought in anew make it void.
"""

from __future__ import annotations

import hashlib

from consultations.keeping.vault import signing
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.keys import ChatKeys, PortalKeys


def sign_assignment(keys: PortalKeys, review: str, details: bytes, officer: str) -> bytes:
    """Vouch that this review is this officer's. `details`: the ones kept for the chat, as they are sealed."""
    return signing.sign(keys.directory, _statement(keys.site, review, details, officer))


def check_assignment(keys: ChatKeys | PortalKeys, review: str, details: bytes, officer: str, signature: bytes) -> None:
    """Return quietly where the portal vouched for exactly this, or Refused."""
    signing.check(keys.directory_public, signature, _statement(keys.site, review, details, officer))


def _statement(site: str, review: str, details: bytes, officer: str) -> bytes:
    return pack(context("assignment", site, review=review, reader=officer), hashlib.sha256(details).digest())
