"""Who has read what was sent, as the child and the officer are shown it: whatever was noted or recorded of it.

A reading is noted beside the sending (`Sendings.note`) and recorded in the trail, in one transaction. Both are shown,
each once: so whoever takes one of them away hides nothing, and `foreword trail verify` says that the two differ.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from consultations.circumstances import ReadBy

WHO_READ = """
    SELECT rd.staff_id AS who, rd.what AS what, rd.at AS at, s.number AS number
    FROM reading rd JOIN sending s ON s.id = rd.sending_id
    WHERE s.consultation_id = c.id AND s.kind <> 'alert'
    UNION
    SELECT te."by", {said}, te.at, s.number
    FROM trail_entry te JOIN sending s ON te.more LIKE '%.' || s.number
    WHERE te."of" = r.id AND te.deed IN ('opened', 'copied') AND s.consultation_id = c.id AND s.kind <> 'alert'
"""
READINGS = {
    "sqlite": """(SELECT json_group_array(json_array(name, role, what, at, number)) FROM (
        SELECT p.name AS name, p.role AS role, w.what AS what, w.at AS at, w.number AS number
        FROM ({who_read}) w JOIN staff p ON p.id = w.who ORDER BY w.at, w.number, w.what DESC))""".replace(
        "{who_read}", WHO_READ.replace("{said}", "substr(te.more, 1, instr(te.more, '.') - 1)")
    ),
    "postgresql": """(SELECT
        json_agg(json_build_array(p.name, p.role, w.what, w.at, w.number) ORDER BY w.at, w.number, w.what DESC)::text
        FROM ({who_read}) w JOIN staff p ON p.id = w.who)""".replace(
        "{who_read}", WHO_READ.replace("{said}", "split_part(te.more, '.', 1)")
    ),
}
"""Of consultation `c` of review `r`, replaced sendings too, but an alert's, oldest first; as JSON."""

OF_REVIEW = "SELECT {readings} FROM consultation c JOIN review r ON r.id = c.review_id WHERE r.id = $1"


def readings(kept: str | None) -> tuple[ReadBy, ...]:
    """What READINGS gives."""
    return tuple(
        ReadBy.of(name, role, what, instant(at), number) for name, role, what, at, number in json.loads(kept or "[]")
    )


def instant(kept: datetime | str) -> datetime:
    """Plain SQL gives what the driver gives: SQLite text without a zone, PostgreSQL (and its JSON) with one."""
    at = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
