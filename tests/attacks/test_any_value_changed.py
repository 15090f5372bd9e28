"""P3: somebody changes any one stored value, or swaps any two rows' values, between reviews and between people.

Whatever it is, and however it is changed, nobody at the portal is shown a word that a child did not let them see, and
nothing is unhandled. What each change does to the page it belongs to is in `test_changed_sendings` and its neighbours.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Column, LargeBinary, Table, and_, select, text, update
from structlog.testing import capture_logs

from consultations.keeping.store import tables
from consultations.keeping.store.problems import StoreProblem
from tests.attacks.stage import flipped
from tests.bot.portal import everybody as there
from tests.bot.portal.everybody import PLANTED, REFERENCES, Everybody
from tests.bot.portal.test_who_may import SEES

Row = Sequence[Any]
Change = Callable[[list[Any]], list[Any]]

ATTACKED = (
    "site",
    "staff",
    "custody",
    "review",
    "consultation",
    "sitting",
    "sending",
    "bundle",
    "wrap",
    "alert",
    "portal_session",
)
CHANGES: dict[str, Change] = {
    "one bit": lambda values: [flipped(each, len(each) // 2) if each else each for each in values],
    "cut short": lambda values: [each[: len(each) // 2] if each else each for each in values],
    "nothing": lambda values: [b"" if each else each for each in values],
    "null": lambda values: [None for _ in values],
}
SENT = ("amal", "chidi", "billie")
SAID = {name: word for name, word in PLANTED.items() if "," in name}


def swapped(values: list[Any]) -> list[Any]:
    """Every row has the value of another one, and of the other child's where there are two."""
    half = max(1, len(values) // 2)
    return values[half:] + values[:half]


@pytest_asyncio.fixture(scope="module")
async def everybody(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everybody]:
    folder = tmp_path_factory.mktemp("changed")
    async with there.everybody(f"sqlite+aiosqlite:///{folder / 'data' / 'foreword.db'}", folder) as made:
        yield made


async def test_as_it_is_everybody_reads_what_they_may(everybody: Everybody) -> None:
    shown = await _shown(everybody)

    assert {name for _, _, name in shown} == SAID.keys()
    assert [each for each in shown if not _theirs(*each)] == []


@pytest.mark.parametrize("name", ATTACKED)
async def test_no_changed_value_shows_anybody_what_they_may_not_see(everybody: Everybody, name: str) -> None:
    table, changed, seen = tables.METADATA.tables[name], 0, set()
    before = await everybody.rows()
    with capture_logs() as logged:
        for column, change in _changes(table):
            rows = await _rows(everybody, table)
            values = [row._mapping[column] for row in rows]
            if change(values) == values or not await _put(everybody, table, column, rows, change(values)):
                continue  # nothing would change, or the database itself refuses it
            changed += 1
            seen |= {(column.name, *each) for each in await _shown(everybody) if not _theirs(*each)}
            await _put(everybody, table, column, rows, values)

    assert not seen
    assert not [each for each in logged if each["event"] == "page_failed"]
    assert changed
    assert (await everybody.rows())[name] == before[name]


def _theirs(who: str, child: str, name: str) -> bool:
    """Whether it is theirs to see, and stands where it belongs."""
    return name in SEES[who] and name.startswith(child)


def _changes(table: Table) -> Iterator[tuple[Column[Any], Change]]:
    for column in table.columns:
        if not column.primary_key:
            yield column, swapped
        if isinstance(column.type, LargeBinary):
            yield from ((column, change) for change in CHANGES.values())


async def _rows(everybody: Everybody, table: Table) -> Sequence[Any]:
    async with everybody.cast.store.database.reading() as connection:
        return (await connection.execute(select(table).order_by(*table.primary_key.columns))).all()


async def _put(everybody: Everybody, table: Table, column: Column[Any], rows: Sequence[Any], values: list[Any]) -> bool:
    """These values in these rows; False where the database does not take them, not by way of others either."""
    aside = [_aside(row._mapping[column]) for row in rows]
    for ways in ((values,), (aside, values)):
        changes = [
            update(table)
            .where(and_(*(each == row._mapping[each] for each in table.primary_key.columns)))
            .values({column.name: value})
            for way in ways
            for row, value in zip(rows, way, strict=True)
        ]
        try:
            await everybody.cast.by_hand(text("PRAGMA defer_foreign_keys = ON"), *changes)
        except StoreProblem:
            continue
        return True
    return False


def _aside(value: Any) -> Any:
    """Something nobody else has, for the moment in which two rows would have the same."""
    return f"{value}~" if isinstance(value, str) else value + 1_000 if isinstance(value, int) else value


async def _shown(everybody: Everybody) -> set[tuple[str, str, str]]:
    """Who is shown which of the children's words now, and on which child's page."""
    asked = [
        *((who, child, f"/reviews/{REFERENCES[child]}") for who in ("sam", "jo") for child in SENT),
        *((who, child, f"/alerts/{everybody.alerts[child]}/said") for who in ("sam", "jo") for child in SENT),
        *((who, child, f"/children/{everybody.reviews[child]}") for who in ("nia", "lee") for child in SENT[:2]),
        ("mo", "amal", f"/reviews/{REFERENCES['amal']}"),
        ("mo", "amal", f"/alerts/{everybody.alerts['amal']}/said"),
    ]
    return {
        (who, child, name)
        for who, child, path in asked
        for answer in [await everybody.ask(who, "GET", path)]
        for name, word in SAID.items()
        if word in answer.text
    }
