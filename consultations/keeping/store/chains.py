"""A chain of the trail grows by one link, at its one end, however many processes write it.

On SQLite a write transaction is alone. On PostgreSQL a lock of the chain's own is held to the end of the transaction,
so that two portals never write the same number; the primary key would refuse the second. It is the last lock that a
transaction takes, so nobody waits for anybody in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, insert, select
from sqlmodel import col

from consultations.keeping.store import tables
from consultations.trail import CHAINS, Deed, Entry, Head, Marked, Pen, Record, entry, head_of

if TYPE_CHECKING:
    from consultations.keeping.store.databases import Connection

TABLE = tables.TrailEntry
LOCKS = 0x54726169  # "Trai": the first half of the advisory locks of chains


async def append(connection: Connection, pen: Pen, records: Sequence[Record], now: datetime) -> None:
    """More links, in this transaction. An empty chain first says that it begins."""
    if not connection.sqlite:
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCKS}, {CHAINS.index(pen.chain)})")
    last, previous = await _end(connection, pen.chain)
    begins = [] if last or records[0].deed is Deed.BEGAN else [Record(Deed.BEGAN, more="later")]
    rows = []
    for number, each in enumerate([*begins, *records], last + 1):
        link = entry(pen.chain, number, each, now)
        seal = pen.seal(link)
        previous = pen.mark(previous, seal)
        rows.append({**_columns(link), "seal": seal, "mark": previous})
    await connection.execute(insert(TABLE), rows)


async def heads(connection: Connection) -> tuple[Head, ...]:
    """The last link of every chain that has begun."""
    found = []
    for chain in CHAINS:
        asked = links(chain).order_by(col(TABLE.number).desc()).limit(1)
        if (row := (await connection.execute(asked)).one_or_none()) is not None:
            found.append(head_of(marked(row)))
    return tuple(found)


def links(chain: str) -> Select[Any]:
    """Every link of a chain, in no order; `marked` makes one of a row."""
    return select(tables.METADATA.tables["trail_entry"]).where(col(TABLE.chain) == chain)


def marked(row: Row[Any]) -> Marked:
    """A link as it is kept."""
    kept = row._mapping
    said = Entry(*(kept[name] for name in ("chain", "number", "at", "deed", "by", "of", "more")))
    return Marked(said, kept["seal"], kept["mark"])


async def _end(connection: Connection, chain: str) -> tuple[int, bytes]:
    """The number and the mark of the last link; 0 and nothing of a chain that has not begun."""
    asked = select(col(TABLE.number), col(TABLE.mark)).where(col(TABLE.chain) == chain)
    row = (await connection.execute(asked.order_by(col(TABLE.number).desc()).limit(1))).one_or_none()
    return (row[0], row[1]) if row is not None else (0, b"")


def _columns(link: Entry) -> dict[str, object]:
    return {
        "chain": link.chain,
        "number": link.number,
        "at": link.at,
        "deed": link.deed,
        "by": link.by,
        "of": link.of,
        "more": link.more,
    }
