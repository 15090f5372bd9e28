"""A backup opens nothing by itself, goes back whole or not at all, and brings nothing back that was forgotten."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from consultations.backing_up import FOLDER, BackingUp, NoBackup, read
from consultations.founding import SEASONS
from consultations.keeping.store import Store
from consultations.keeping.store.copies import copied
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.problems import StoreProblem
from consultations.keeping.vault import drafts, keys
from consultations.keeping.vault.problems import KeyFileProblem, Refused, SheetProblem
from consultations.keeping.vault.seasons import GRACE, Seasons
from consultations.reading import Reading
from consultations.restoring import Restored, restore
from consultations.signing_in import SignedIn, SigningIn
from consultations.trail import COMMAND
from tests import pens
from tests.consultations.staff import MORNING, ON_BOTH, QUICK, Cast
from tests.hunt import hunt

THE_CASTS = 1
"""Amal's draft key is none: the cast made it up."""

SAID = b'{"answers": "The zanzibarstairs are loud."}'
LATER = MORNING + timedelta(days=3)


@dataclass
class House:
    """A site with something sent, a draft that goes on, and a backup of both."""

    cast: Cast
    folder: Path
    seasons: Seasons
    consultation: str
    going_on: str
    backup: Path
    asked: int = 0

    @property
    def backing_up(self) -> BackingUp:
        return BackingUp(
            self.cast.store.written_by(pens.pen()),
            self.cast.chat_keys,
            self.seasons,
            self.cast.portal_keys,
            self.folder / "keys",
        )

    def sheets(self) -> Sequence[str]:
        self.asked += 1
        return self.cast.sheets[1:]

    async def put_back(self, url: str, path: Path | None = None) -> Restored:
        """The backup goes into this database, with whatever key files and season there are."""
        return await restore(
            path or self.backup,
            url=url,
            data_dir=self.folder / "var",
            key_dir=self.folder / "keys",
            ask=self.sheets,
            now=LATER,
            random=secrets.token_bytes,
        )

    @property
    def elsewhere(self) -> str:
        """An empty database beside the first."""
        return f"sqlite:///{self.folder / 'elsewhere' / 'foreword.db'}"

    def lose(self, *files: str) -> None:
        """These are gone."""
        for each in files:
            (self.folder / each).unlink()


EVERYTHING = ("keys/chat.key", "keys/portal.key", "keys/forgotten.txt", f"var/{SEASONS}")


@pytest.fixture
async def house(cast: Cast, tmp_path: Path) -> House:
    (tmp_path / "var").mkdir(exist_ok=True)
    seasons = Seasons.create(tmp_path / "var" / SEASONS, cast.chat_keys.site, MORNING)
    sent = await cast.begin(await cast.review("LW-1"))
    await cast.send(sent)
    invitation = NewInvitation("i2", await cast.review("LW-2", "Billie"), "sel2", b"verifier", "link 2")
    assert await cast.store.invitations.issue(invitation, MORNING)
    found = await cast.store.invitations.by_link("link 2")
    assert found is not None
    key = drafts.new_draft_key(cast.chat_keys)
    wrapped = drafts.wrap_draft_key(cast.chat_keys, seasons, "c2", key)
    beginning = Beginning("c2", drafts.seal_draft(key, "c2", 1, SAID), wrapped)
    assert await cast.store.invitations.come_in(found, "link", "web:2", beginning, MORNING) == "c2"
    made = House(cast, tmp_path, seasons, sent, "c2", tmp_path / "backup")
    assert await made.backing_up.back_up(made.backup, MORNING) > 10
    return made


async def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything in a database but its trail, in order."""
    found = {}
    async with store.database.snapshot() as connection:
        for table in copied():
            if table.name != "trail_entry":
                kept = await connection.execute(select(table).order_by(*table.primary_key))
                found[table.name] = [dict(row) for row in kept.mappings()]
    return found


async def opens(house: House, url: str) -> None:
    """Sam signs in with the same five words and reads what was sent; the draft goes on."""
    store = await Store.open(url)
    try:
        chat, portal = keys.load_chat(house.folder / "keys"), keys.load_portal(house.folder / "keys")
        seasons = Seasons(house.folder / "var" / SEASONS, chat.site)
        written = store.written_by(pens.pen())
        signing_in = SigningIn(written, portal, house.cast.aside, cost=QUICK, wait=house.cast.waits)
        sam = await signing_in.by_phrase("sam", house.cast.phrases["sam"], LATER)
        assert isinstance(sam, SignedIn)
        opened = await Reading(written, portal).open(sam, "LW-1", LATER)
        thread = await store.threads.thread_of(house.going_on)
        assert opened is not None
        assert thread is not None
        key = drafts.unwrap_draft_key(chat, seasons, thread.consultation, thread.wrapped_key)

        assert opened.review.child == "Amal"
        assert opened.anything
        assert drafts.open_draft(key, thread.consultation, thread.version, thread.sealed) == SAID
    finally:
        await store.close()


@ON_BOTH
async def test_with_the_key_files_it_goes_back_as_it_was_and_nobody_types_a_sheet(house: House) -> None:
    before = await rows(house.cast.store)

    done = await house.put_back(house.elsewhere)

    store = await Store.open(house.elsewhere)
    after = await rows(store)
    await store.close()
    assert after == before
    assert (done.key_files, done.drafts_lost, house.asked) == ((), THE_CASTS, 0)
    await opens(house, house.elsewhere)


async def test_what_was_on_sqlite_goes_back_on_postgresql(house: House, postgresql_url: str) -> None:
    before = await rows(house.cast.store)

    await house.put_back(postgresql_url)

    store = await Store.open(postgresql_url)
    after = await rows(store)
    await store.close()
    assert after == before
    await opens(house, postgresql_url)


async def test_where_the_season_is_over_two_sheets_open_the_drafts_again(house: House) -> None:
    house.seasons.begin(MORNING)
    house.seasons.erase(MORNING + GRACE)

    await house.put_back(house.elsewhere)

    assert house.asked == 1
    await opens(house, house.elsewhere)


async def test_a_machine_on_which_nothing_is_left_comes_back_with_two_sheets(house: House) -> None:
    """Key files, season and database are gone; what is left is one file, and paper."""
    house.lose(*EVERYTHING)

    done = await house.put_back(house.elsewhere)

    assert (done.key_files, done.drafts_lost, house.asked) == (("chat", "portal"), THE_CASTS, 1)
    await opens(house, house.elsewhere)


@pytest.mark.parametrize("count", [1, 3])
async def test_one_sheet_or_another_sites_is_not_enough_and_nothing_is_made(house: House, count: int) -> None:
    """One alone; or two of another site."""
    from consultations.keeping.vault import recovery

    house.lose(*EVERYTHING)
    others = [" ".join(words) for words in recovery.new()[1].words]
    house.cast.sheets = ("", *(house.cast.sheets[:1] if count == 1 else others[:2]))

    with pytest.raises((SheetProblem, NoBackup)):
        await house.put_back(house.elsewhere)

    assert not [each for each in EVERYTHING if (house.folder / each).exists() and not each.endswith("forgotten.txt")]


@ON_BOTH
async def test_what_was_taken_back_or_has_expired_since_stays_gone(house: House) -> None:
    """P8. The backup still has it; the list beside the key files says that it went."""
    await house.cast.take_back(house.consultation, MORNING)
    review = await house.cast.store.reviews.by_reference("LW-2")
    assert review is not None
    assert await house.cast.store.expiry.forget_review(review.id, COMMAND, LATER)

    done = await house.put_back(house.elsewhere)

    store = await Store.open(house.elsewhere)
    kept = await rows(store)
    await store.close()
    assert done.forgotten_again == 3  # a draft, a sending, and a review
    assert (kept["bundle"], kept["wrap"]) == ([], [])
    assert [each["consultation_id"] for each in kept["draft"]] == [house.consultation]
    assert [each["details_for_portal"] for each in kept["review"] if each["id"] == review.id] == [b""]


async def test_there_is_nothing_in_it_to_read_or_to_open(house: House) -> None:
    """Neither words nor names; and with the key files, which are not to lie beside it, no draft once its season is
    over."""
    house.seasons.begin(MORNING)
    house.seasons.erase(MORNING + GRACE)
    backup = read(house.backup)

    assert hunt(["zanzibarkettle", "zanzibarstairs"], house.backup) == []
    with pytest.raises(Refused):
        drafts.unwrap_draft_key(house.cast.chat_keys, house.seasons, "c2", backup.wrapped["c2"])
    secret = (house.folder / "keys" / "chat.key").read_text().split('"secret": "')[1][:40]
    assert secret not in str(list(backup.rows()))


async def test_it_goes_into_no_database_that_has_a_site(house: House) -> None:
    before = await rows(house.cast.store)

    with pytest.raises(NoBackup, match="not overwritten"):
        await house.put_back(house.cast.store.database.readers.url.render_as_string(hide_password=False))

    assert await rows(house.cast.store) == before


async def test_it_goes_under_no_other_key_files(house: House) -> None:
    house.lose("keys/chat.key", "keys/portal.key")
    keys.create(house.folder / "keys", house.cast.chat_keys.site)

    with pytest.raises(KeyFileProblem, match="Move it away"):
        await house.put_back(house.elsewhere)


async def test_a_damaged_one_is_refused_and_nothing_is_touched(house: House) -> None:
    whole = house.backup.read_bytes()
    house.lose(*EVERYTHING)
    bad = house.folder / "bad"
    tried = [b"", b"foreword", whole[:-1], whole[: len(whole) // 2], b"\x00" * 100 + whole]
    tried += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(10, len(whole), len(whole) // 40)]
    for each in tried:
        bad.write_bytes(each)

        with pytest.raises(NoBackup):
            await house.put_back(house.elsewhere, bad)

        assert not (house.folder / "elsewhere").exists()
    assert house.asked == 0


async def test_of_another_versions_tables_it_says_so(house: House) -> None:
    backup = read(house.backup)
    store = await Store.open(house.elsewhere, create=True)
    try:
        with pytest.raises(StoreProblem, match="version that made it"):
            await store.written_by(pens.pen()).copies.put_back(backup.rows(), "0001", lambda _, row: row, LATER)
    finally:
        await store.close()


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """The system writes no byte beyond this (setrlimit(2), RLIMIT_FSIZE)."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


async def test_a_disk_that_fills_leaves_no_half_backup(house: House) -> None:
    out = house.folder / "another"

    with no_room_beyond(5_000), pytest.raises(NoBackup, match="no backup"):
        await house.backing_up.back_up(out, MORNING)

    assert not list(house.folder.glob("another*"))
    assert await house.backing_up.back_up(out, MORNING) > 10
    with pytest.raises(NoBackup, match="already"):
        await house.backing_up.back_up(out, MORNING)


async def test_there_is_one_a_day_and_none_that_is_older_than_14_days(house: House) -> None:
    folder = house.folder / "var" / FOLDER
    for days in (0, 0, 1, 14, 15):
        await house.backing_up.daily(house.folder / "var", MORNING + timedelta(days=days))
    (folder / "notes.txt").write_text("somebody else's")
    await house.backing_up.daily(house.folder / "var", MORNING + timedelta(days=15))

    left = [MORNING.date() + timedelta(days=each) for each in (1, 14, 15)]
    assert sorted(each.name for each in folder.iterdir()) == [
        *(f"foreword-{each}.backup" for each in left),
        "notes.txt",
    ]
    assert {each.stat().st_mode & 0o077 for each in folder.iterdir() if each.suffix == ".backup"} == {0}
