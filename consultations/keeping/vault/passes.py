"""Passes: what somebody who is signed in at the portal takes to the children's side, which knows no staff session.

The portal signs each with its directory key, and the chat has that key's public half pinned. So whoever can only write
in the database makes no pass, gives nobody another's, and lets none last longer.
"""

from __future__ import annotations

from datetime import datetime

from consultations.keeping.vault import signing
from consultations.keeping.vault.context import context
from consultations.keeping.vault.keys import ChatKeys, PortalKeys


def sign_pass(keys: PortalKeys, staff: str, mark: str, until: datetime, review: str = "", how: str = "") -> bytes:
    """Vouch that whoever holds the pass of this mark is this member of staff, until then.

    With a review, and from what: that they may key in for it. Without: that they may sit beside who gives their code.
    """
    return signing.sign(keys.directory, _statement(keys.site, staff, mark, until, review, how))


def check_pass(
    keys: ChatKeys, staff: str, mark: str, until: datetime, signature: bytes, review: str = "", how: str = ""
) -> None:
    """Return quietly where the portal vouched for exactly this, or Refused."""
    signing.check(keys.directory_public, signature, _statement(keys.site, staff, mark, until, review, how))


def _statement(site: str, staff: str, mark: str, until: datetime, review: str, how: str) -> bytes:
    at = int(until.timestamp() * 1_000_000)
    return context("sitting pass", site, review=review, kind=how, reader=staff, group=mark, version=at)
