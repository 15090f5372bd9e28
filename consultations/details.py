"""What is known of the child behind a review, as two values: what the chat may know, and what the staff side may know.

Each is sealed for its own side alone (vault.details, what = "review", row = the review's id) and neither side can
open the other's. The chat is told no more than it says to the child:

    {"format": 1, "name": "Amal", "language": "en_GB", "officer": "5f0c2a", "telegram_from": null,
     "social_worker": "kim.bell@council.example"}

It knows no date of birth. From which day this child may use Telegram is worked out on the staff side, and told only
where that day comes before the review; for nearly every child it is null, and says no more than that.

The social worker's work address stands in both: a child may say that their social worker must not be told, and then
they are never called (`alerting`). It is shown to nobody.

The officer's id stands in both so that nobody who can only write to the database can have a child's words sealed to
another officer, or passed on to one. The reference stands in the portal's, so that two children's cannot change places
unnoticed: a copy would be filed under another child. The portal needs the dates for the age and the timescales:

    {"format": 1, "name": "Amal", "language": "en_GB", "date_of_birth": "2016-03-14",
     "looked_after_since": "2025-06-02", "last_review_held": null, "legal_status": "C2",
     "social_worker": "kim.bell@council.example", "officer": "5f0c2a", "reference": "LW-1042-3"}
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

FORMAT = 1
KIND = "review"
"""The kind of row these are sealed for."""


@dataclass(frozen=True, slots=True)
class ChatDetails:
    """What the children's side knows of a child, and the id of the officer whose review it is."""

    name: str
    language: str
    officer: str
    telegram_from: date | None = None  # None: not before the review, so not for this one
    social_worker: str = field(default="", repr=False)  # "": not known

    def may_use_telegram(self, today: date) -> bool:
        """Whether this child is old enough for Telegram's own rules (field facts §7), as far as we were told."""
        return self.telegram_from is not None and self.telegram_from <= today

    def to_bytes(self) -> bytes:
        """As it is sealed for the chat."""
        return _written(asdict(self))

    @classmethod
    def from_bytes(cls, plain: bytes) -> ChatDetails:
        """What the chat opened. ValueError for a format this version does not know."""
        kept = _read(plain)
        since = kept.get("telegram_from")
        return cls(**{**kept, "telegram_from": date.fromisoformat(since) if since else None})


@dataclass(frozen=True, slots=True)
class PortalDetails:
    """What the staff side knows of a child. `last_review_held` is None before a first review."""

    name: str
    language: str
    date_of_birth: date
    looked_after_since: date
    last_review_held: date | None
    legal_status: str
    social_worker: str = field(default="", repr=False)  # "": not known
    officer: str = ""  # id: as the authority said it
    reference: str = ""  # the review's; "" where it was sealed before this was

    def are_of(self, reference: str) -> bool:
        """Whether the review they are kept with has the reference it came in by."""
        return self.reference in ("", reference)

    def to_bytes(self) -> bytes:
        """As it is sealed for the portal."""
        return _written(asdict(self))

    @classmethod
    def from_bytes(cls, plain: bytes) -> PortalDetails:
        """What the portal opened. ValueError for a format this version does not know."""
        kept = _read(plain)
        for name in ("date_of_birth", "looked_after_since", "last_review_held"):
            kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
        return cls(**kept)


def _written(fields: dict[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, **fields}, ensure_ascii=False, default=date.isoformat).encode()


def _read(plain: bytes) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(plain)
    if kept.pop("format", None) != FORMAT:
        raise ValueError("These details have a format that this version of Foreword does not know.")
    return kept
