"""A new site is made once and whole; what is there is never overwritten."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consultations.founding import SEASONS, AlreadyFounded, Founded, found
from consultations.keeping.store import StoreProblem
from consultations.keeping.vault import keys, recovery
from consultations.keeping.vault.directory import DirectoryEntry, verified
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.seasons import Seasons
from tests import pens
from tests.hunt import hunt

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


async def new_site(url: str, folder: Path, **changed: Path) -> Founded:
    places = {"data_dir": folder / "var", "key_dir": folder / "keys"} | changed
    return await found(url=url, **places, manager="maya.lind", name="Maya Lind", now=NOW, random=secrets.token_bytes)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_a_new_site_has_keys_a_season_and_a_database_that_belong_together(
    database_url: str, tmp_path: Path
) -> None:
    made = await new_site(database_url, tmp_path)
    store = await pens.opened(database_url)
    facts = await store.site.facts()
    (manager,) = await store.people.everyone()
    await store.close()
    chat, portal = (load(tmp_path / "keys", made.site) for load in (keys.load_chat, keys.load_portal))

    assert facts is not None
    assert facts.deployment == made.site == chat.site == portal.site
    assert Seasons(tmp_path / "var" / SEASONS, made.site).current.since == NOW
    assert (manager.username, manager.role, manager.entry) == ("maya.lind", "manager", None)


async def test_what_a_new_site_writes_is_for_this_user_alone(database_url: str, tmp_path: Path) -> None:
    await new_site(database_url, tmp_path)

    assert {(tmp_path / name).stat().st_mode & 0o077 for name in ("var", f"var/{SEASONS}", "keys")} == {0}


async def test_any_two_sheets_open_what_the_site_seals_to_its_recovery_key(sqlite_url: str, tmp_path: Path) -> None:
    made = await new_site(sqlite_url, tmp_path)
    store = await pens.opened(sqlite_url)
    facts = await store.site.facts()
    await store.close()
    assert facts is not None
    chat = keys.load_chat(tmp_path / "keys", made.site)
    entry = DirectoryEntry.from_bytes(facts.recovery.reader, facts.recovery.public, facts.recovery.signature)
    public = verified(entry, chat.directory_public, chat.site)
    first, second, third = (" ".join(words) for words in made.sheets.words)

    for pair in ((first, second), (second, third), (third, first)):
        assert recovery.combine(pair, public).public == public


async def test_no_sheet_and_no_code_is_in_any_file(sqlite_url: str, tmp_path: Path) -> None:
    made = await new_site(sqlite_url, tmp_path)
    words = [" ".join(sheet[-4:]) for sheet in made.sheets.words]

    assert hunt([made.enrolment_code, made.enrolment_code.replace("-", ""), *words], tmp_path) == []
    assert made.enrolment_code not in repr(made)
    assert words[0].split()[0] not in repr(made)


async def test_a_site_is_never_made_over_another(sqlite_url: str, tmp_path: Path) -> None:
    await new_site(sqlite_url, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.key")}

    with pytest.raises(KeyFileProblem, match="already there"):
        await new_site(sqlite_url, tmp_path)
    with pytest.raises(KeyFileProblem, match=r"already there.*FOREWORD_DATA_DIR"):
        await new_site(sqlite_url, tmp_path, key_dir=tmp_path / "other")
    with pytest.raises(AlreadyFounded, match="belongs to the site"):
        await new_site(sqlite_url, tmp_path, key_dir=tmp_path / "other", data_dir=tmp_path / "elsewhere")

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.key")} == before


async def test_what_fails_half_way_leaves_nothing_and_can_be_run_again(sqlite_url: str, tmp_path: Path) -> None:
    calls = iter(range(1000))

    def failing(count: int) -> bytes:
        if next(calls) == 10:  # in the last step, when the manager is being added
            raise OSError("no randomness today")
        return secrets.token_bytes(count)

    with pytest.raises(OSError, match="randomness"):
        await found(
            url=sqlite_url,
            data_dir=tmp_path / "var",
            key_dir=tmp_path / "keys",
            manager="maya.lind",
            name="Maya Lind",
            now=NOW,
            random=failing,
        )
    left = files(tmp_path / "keys") | files(tmp_path / "var")
    again = await new_site(sqlite_url, tmp_path)

    assert left - {"seasons.lock"} == set()
    assert len(again.sheets.words) == 3


async def test_a_database_that_cannot_be_made_leaves_no_keys(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreProblem):
        await new_site(f"sqlite:///{tmp_path}/file/foreword.db", tmp_path)

    assert files(tmp_path) == {"file"}
