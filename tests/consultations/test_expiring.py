"""What is not kept any more is gone: from every page, from the files, and also when a database is put back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlmodel import SQLModel, col

from consultations.expiring import Expiring, Goes, NoSuchReview
from consultations.keeping.store import Store, tables
from consultations.keeping.store.forgotten import NAME, Forgotten, Step, What, manifest_mark
from consultations.keeping.store.problems import StoreFull, StoreProblem
from consultations.signing_in import SignedIn
from tests.consultations.staff import MORNING, ON_BOTH, REVIEW_ON, Cast, not_safe

AFTER = timedelta(days=1)


def at(day: date) -> datetime:
    """In the morning of that day."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


async def rows(cast: Cast, table: type[SQLModel]) -> int:
    """How many rows this table has."""
    async with cast.store.database.reading() as connection:
        count: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return count


async def sent(cast: Cast, reference: str = "LW-1", **more: object) -> str:
    """A child who sent something, and whose review was held on its day; the consultation."""
    review = await cast.review(reference, **more)  # type: ignore[arg-type]
    consultation = await cast.begin(review)
    await cast.send(consultation)
    held = await cast.store.reviews.by_reference(reference)
    assert held is not None
    assert await cast.store.reviews.mark_held(review, held.review_on, cast.clock())
    return consultation


@ON_BOTH
async def test_first_the_draft_goes_and_then_what_was_sent(cast: Cast) -> None:
    expiring = Expiring(cast.store, cast.portal_keys)
    await sent(cast)
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)

    assert await expiring.forget(at(REVIEW_ON + timedelta(days=13))) == 0
    assert await expiring.forget(at(REVIEW_ON + timedelta(days=14))) == 1
    assert [await rows(cast, table) for table in (tables.Draft, tables.DraftKey, tables.ChatSession)] == [0, 0, 0]
    opened = await cast.reading.open(sam, "LW-1", MORNING)
    assert opened is not None
    assert opened.anything

    assert [each.what for each in await expiring.due(at(date(2027, 9, 14)))] == [Goes.SENDINGS]
    assert await expiring.forget(at(date(2027, 9, 14))) == 1
    assert [await rows(cast, table) for table in (tables.Bundle, tables.Wrap)] == [0, 0]
    assert await cast.reading.open(sam, "LW-1", MORNING) is None
    assert await cast.reading.reviews(sam, MORNING) == ()
    assert await expiring.forget(at(date(2027, 9, 15))) == 0


async def test_what_has_expired_is_in_no_file(cast: Cast, tmp_path: Path) -> None:
    """On SQLite. On PostgreSQL old pages stay: see tests/attacks for what opens them no more."""
    await sent(cast)
    async with cast.store.database.reading() as connection:
        blobs = [
            *(await connection.execute(select(col(tables.Bundle.sealed)))).scalars(),
            *(await connection.execute(select(col(tables.Draft.sealed)))).scalars(),
            *(await connection.execute(select(col(tables.DraftKey.wrapped)))).scalars(),
            *(await connection.execute(select(col(tables.Review.details_for_portal)))).scalars(),
        ]
    marks = [blob[-24:] for blob in blobs]

    def found() -> int:
        files = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
        return sum(any(mark in file for file in files) for mark in marks)

    assert found() == len(marks)

    await Expiring(cast.store, cast.portal_keys).forget(at(date(2027, 9, 14)))

    assert found() == 0


@ON_BOTH
async def test_the_next_review_of_the_same_child_decides_and_nobody_elses(cast: Cast) -> None:
    expiring = Expiring(cast.store, cast.portal_keys)
    await sent(cast, "LW-1")
    await sent(cast, "LW-2", child="Billie")
    await sent(cast, "LW-3", on=date(2027, 3, 1))  # Amal's next
    filed = at(date(2027, 3, 31))  # 20 working days, with Good Friday and Easter Monday among them

    assert [(each.reference, each.what) for each in await expiring.due(filed - AFTER)] == [
        ("LW-1", Goes.DRAFT),
        ("LW-2", Goes.DRAFT),
        ("LW-3", Goes.DRAFT),
    ]
    assert ("LW-1", Goes.SENDINGS) in [(each.reference, each.what) for each in await expiring.due(filed)]
    assert {each.reference for each in await expiring.due(filed) if each.what is Goes.SENDINGS} == {"LW-1"}


@ON_BOTH
async def test_nothing_under_an_open_alert_is_forgotten_until_a_person_closed_it(cast: Cast) -> None:
    expiring = Expiring(cast.store, cast.portal_keys)
    review = await cast.review("LW-1")
    consultation = await cast.begin(review)
    alert = await cast.alarm(consultation, choosing=not_safe())
    assert await cast.store.reviews.mark_held(review, REVIEW_ON, cast.clock())
    late = at(date(2028, 1, 1))

    assert [each.waits for each in await expiring.due(late)] == [True]
    assert await expiring.forget(late) == 0
    assert not await cast.store.expiry.forget_draft(review, "clock", late)
    assert not await cast.store.expiry.forget_review(review, "clock", late)
    assert await rows(cast, tables.Bundle) > 0
    assert await cast.store.alerts.hold(alert, cast.ids["sam"], late)
    assert await cast.store.alerts.close(alert, cast.ids["sam"], late, b"what was done")
    assert await expiring.forget(late) == 1
    assert await rows(cast, tables.Bundle) == 0


async def test_a_child_who_left_care_is_forgotten_sooner_in_every_review(cast: Cast) -> None:
    expiring = Expiring(cast.store, cast.portal_keys)
    await sent(cast, "LW-1")
    await sent(cast, "LW-2", on=date(2027, 3, 1))
    await sent(cast, "LW-3", child="Billie")

    assert await expiring.left_care("LW-2", date(2027, 3, 2), MORNING) == 2
    assert {each.reference for each in await expiring.due(at(date(2027, 3, 30))) if each.what is Goes.SENDINGS} == {
        "LW-1",
        "LW-2",
    }
    with pytest.raises(NoSuchReview):
        await expiring.left_care("LW-9", date(2027, 3, 2), MORNING)


async def test_an_officer_is_warned_about_their_own_children(cast: Cast) -> None:
    expiring = Expiring(cast.store, cast.portal_keys)
    await sent(cast, "LW-1")
    now = at(date(2027, 9, 1))

    assert await expiring.warnings(cast.ids["sam"], now) == {"LW-1": date(2027, 9, 14)}
    assert await expiring.warnings(cast.ids["jo"], now) == {}


async def test_a_review_whose_draft_went_is_not_opened_again(cast: Cast) -> None:
    """Its invitation would lead a child to nothing."""
    await sent(cast)
    await Expiring(cast.store, cast.portal_keys).forget(at(REVIEW_ON + timedelta(days=14)))
    [review] = await cast.store.reviews.all_reviews()

    assert not await cast.store.reviews.mark_not_held(review.id, cast.clock())
    assert review.invited_at is None


@ON_BOTH
async def test_a_database_put_back_by_hand_loses_again_what_was_forgotten(cast: Cast) -> None:
    """P8. What was taken back, what was replaced and what has expired: rows as an old copy has them."""
    back = await cast.begin(await cast.review("LW-1"))
    await cast.send(back)
    over = await cast.begin(await cast.review("LW-2", "Billie"))
    await cast.send(over)
    await sent(cast, "LW-3", child="Chidi", on=date(2026, 6, 1))
    names = ("review", "sending", "bundle", "wrap", "draft", "draft_key")
    async with cast.store.database.reading() as connection:
        copy = [
            (table, (await connection.execute(select(table))).mappings().all())
            for table in (tables.METADATA.tables[name] for name in names)
        ]
    await cast.take_back(back, MORNING)
    standing = await cast.send(over)  # replaces what there was
    assert await Expiring(cast.store, cast.portal_keys).forget(at(date(2027, 4, 1))) == 1
    for table, kept in copy:
        for row in kept:
            key = [column == row[column.name] for column in table.primary_key]
            there = update(table).where(*key).values(**row)
            async with cast.store.database.writing() as connection:
                if not (await connection.execute(there)).rowcount:
                    await connection.execute(insert(table).values(**row))
    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)

    for reference in ("LW-1", "LW-2", "LW-3"):  # also before anybody started anything again
        opened = await cast.reading.open(sam, reference, MORNING)
        assert opened is None or [each.id for each in opened.summary.standing] in ([], [standing])

    assert await cast.store.expiry.replay(MORNING) > 0
    assert await cast.store.expiry.replay(MORNING) == 0
    for kind in (tables.Draft, tables.DraftKey):
        async with cast.store.database.reading() as connection:
            found = set((await connection.execute(select(col(kind.consultation_id)))).scalars())
        assert found == {back, over}
    async with cast.store.database.reading() as connection:
        bundles = set((await connection.execute(select(col(tables.Bundle.sending_id)))).scalars())
    assert bundles == {standing}


async def test_the_list_is_on_the_disk_before_anything_is_forgotten(cast: Cast, tmp_path: Path) -> None:
    """A crash in between leaves something that goes at the next start, never something forgotten that comes back."""
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    forgotten = Forgotten(tmp_path / "keys" / NAME)
    async with cast.store.database.reading() as connection:
        manifest = (await connection.execute(select(col(tables.Sending.manifest)))).scalar_one()
    forgotten.add(Step.GOING, What.SENDING, [manifest_mark(manifest)])  # and here the process ended

    assert await rows(cast, tables.Bundle) > 0
    assert await cast.store.expiry.replay(MORNING) == 1
    assert await rows(cast, tables.Bundle) == 0
    assert forgotten.at(Step.GONE, What.SENDING) == {manifest_mark(manifest)}


@pytest.mark.parametrize("step", [Step.GOING, Step.STAYS])
async def test_what_was_not_replaced_in_the_end_stays(cast: Cast, tmp_path: Path, step: Step) -> None:
    """A crash while a replacement was on its way costs no child what they had sent before."""
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    async with cast.store.database.reading() as connection:
        manifest = (await connection.execute(select(col(tables.Sending.manifest)))).scalar_one()
    Forgotten(tmp_path / "keys" / NAME).add(step, What.REPLACED, [manifest_mark(manifest)])

    assert await cast.store.expiry.replay(MORNING) == 0
    [kept] = await cast.store.sendings.sendings_of((await cast.store.reviews.all_reviews())[0].id)
    assert kept.bundles


async def test_what_could_not_be_forgotten_after_all_stays_and_opens(cast: Cast, tmp_path: Path) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    await cast.breaks("DELETE", "bundle")

    with pytest.raises(StoreProblem):
        await cast.take_back(consultation, MORNING)

    await cast.mended()
    assert await cast.store.expiry.replay(MORNING) == 0
    assert await rows(cast, tables.Bundle) > 0


async def test_what_was_forgotten_before_there_was_a_list_is_put_on_it(cast: Cast, tmp_path: Path) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    await cast.take_back(consultation, MORNING)
    path = tmp_path / "keys" / NAME
    path.write_text("")

    assert await cast.store.expiry.replay(MORNING) == 0
    assert len(Forgotten(path).at(Step.GONE, What.SENDING)) == 1


async def test_a_disk_that_fills_while_a_replacement_is_sent_costs_no_child_what_they_sent_before(cast: Cast) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    first = await cast.send(consultation)
    async with cast.store.database.keeping() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreFull):
        await cast.send(consultation)

    sam = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)
    assert await cast.store.expiry.replay(MORNING) == 0
    async with cast.store.database.keeping() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1000}")
    opened = await cast.reading.open(sam, "LW-1", MORNING)
    assert opened is not None
    assert [each.id for each in opened.summary.standing] == [first]


async def test_nothing_is_forgotten_where_its_id_cannot_be_written_down(cast: Cast, tmp_path: Path) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    (tmp_path / "keys" / NAME).unlink()

    with pytest.raises(StoreProblem, match="FOREWORD_KEY_DIR"):
        await cast.take_back(consultation, MORNING)

    assert await rows(cast, tables.Bundle) > 0


async def test_a_store_without_a_list_forgets_nothing(cast: Cast, tmp_path: Path) -> None:
    consultation = await cast.begin(await cast.review("LW-1"))
    await cast.send(consultation)
    store = await Store.open(str(cast.store.database.readers.url))
    try:
        with pytest.raises(StoreProblem):
            await store.sendings.take_back(consultation, 2, b"sealed", MORNING)
    finally:
        await store.close()


def test_a_line_left_half_way_by_a_power_cut_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / NAME
    first, second = Forgotten(path), Forgotten(path)
    first.add(Step.GONE, What.DRAFT, ["a1", "b2"])
    with path.open("a") as file:
        file.write("gone sending 77")
    assert second.at(Step.GONE, What.SENDING) == frozenset()
    second.add(Step.GOING, What.DRAFT, ["a1"])

    assert first.at(Step.GONE, What.DRAFT) == {"b2"}
    assert first.at(Step.GOING, What.DRAFT) == {"a1"}
