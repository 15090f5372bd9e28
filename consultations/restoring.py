"""A backup is put back into an empty database, and what was forgotten since is forgotten again, before it is served.

    1. the file is read from beginning to end; nothing is touched before that
    2. key files: those that are here have to be the ones it was made under; what is missing comes out of the backup
    3. drafts: their keys open with the season that is here; where that is gone, with two sheets, and are wrapped anew
    4. every row in one transaction; an empty database is filled, or stays empty
    5. what stands on the list of what was forgotten goes again

Two recovery sheets are asked for where step 2 or 3 needs them, and not otherwise. What the sheets unlock lives as long
as the command. Where something fails, the files that this very run had made are taken away again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from consultations import backing_up
from consultations.backing_up import KEY, KEY_FILE, Backup, KeyFileCopy, NoBackup
from consultations.founding import SEASONS
from consultations.keeping.store import Store
from consultations.keeping.store.copies import Row
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.vault import drafts, keys, recovery
from consultations.keeping.vault.disk import write_new
from consultations.keeping.vault.drafts import DraftKey
from consultations.keeping.vault.keys import CHAT, PORTAL, ChatKeys, path_of
from consultations.keeping.vault.notes import open_note
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.readers import PrivateReader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random, Secret
from consultations.keeping.vault.trail import command_trail

log = structlog.get_logger(__name__)

Ask = Callable[[], Sequence[str]]
"""Asks for two sheets."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    site: str
    made_at: datetime
    forgotten_again: int
    drafts_lost: int  # their keys were changed by hand before the backup was made
    key_files: tuple[str, ...]  # those that came out of the backup


async def restore(
    path: Path, *, url: str, data_dir: Path, key_dir: Path, ask: Ask, now: datetime, random: Random
) -> Restored:
    """Put a backup back. NoBackup, KeyFileProblem, SheetProblem or StoreProblem says why not; then nothing was done."""
    backup = backing_up.read(path)
    store = await Store.open(url, create=True, forgotten=Forgotten(key_dir / NAME))
    made: list[Path] = []
    try:
        if await store.site.facts() is not None:
            raise NoBackup(
                "There is a site in this database already, and it is not overwritten. Set FOREWORD_DATABASE_URL to an"
                " empty database."
            )
        sheets = _Sheets(ask)
        key_files = _key_files(backup, key_dir, sheets, made)
        header = backup.header
        chat = keys.load_chat(key_dir, header.site, header.chat.id)
        portal = keys.load_portal(key_dir, header.site, header.portal.id if header.portal else None)
        seasons = _seasons(data_dir / SEASONS, backup.header.site, now, random, made)
        anew = _draft_keys(backup, chat, seasons, sheets, random)
        written = store.written_by(command_trail(portal))
        await written.copies.put_back(backup.rows(), backup.header.revision, partial(_wrapped, anew), now)
        again = await written.expiry.replay(now)
    except BaseException:
        for each in made:
            each.unlink(missing_ok=True)
        raise
    finally:
        await store.close()
    log.info("restored", forgotten_again=again)
    lost = len(backup.wrapped.keys() - anew.keys())
    return Restored(backup.header.site, backup.header.made_at, again, lost, key_files)


class _Sheets:
    """Asked for when they are needed, and only once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._private: PrivateReader | None = None

    def private(self) -> PrivateReader:
        """The recovery key's private half."""
        if self._private is None:
            self._private = recovery.combine(self._ask())
        return self._private


def _key_files(backup: Backup, key_dir: Path, sheets: _Sheets, made: list[Path]) -> tuple[str, ...]:
    """See to it that both key files are here and are the backup's; the kinds that came out of it."""
    missing = []
    for kind, copy in ((CHAT, backup.header.chat), (PORTAL, backup.header.portal)):
        path = path_of(key_dir, kind)
        if not path.exists():
            missing.append((kind, copy))
            continue
        if copy is not None and copy.id not in keys.ids_of(key_dir, kind, backup.header.site):
            raise KeyFileProblem(
                f"{path} is not the file this backup was made under. Move it away: with two recovery sheets the right"
                " one comes out of the backup."
            )
    for kind, copy in missing:
        _write(backup, kind, copy, path_of(key_dir, kind), sheets)
        made.append(path_of(key_dir, kind))
    return tuple(kind for kind, _ in missing)


def _write(backup: Backup, kind: str, copy: KeyFileCopy | None, path: Path, sheets: _Sheets) -> None:
    if copy is None:
        raise KeyFileProblem(f"{path} is missing, and not in this backup. Put back the copy that was kept.")
    try:
        plain = open_note(backup.header.site, KEY_FILE, kind, copy.sealed, sheets.private())
    except Refused:
        raise NoBackup(
            f"The key file in {backup.path} does not open with these sheets. Are they this site's?"
        ) from None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, plain.decode(), 0o400)
    except OSError as problem:
        raise KeyFileProblem(f"{path} cannot be written ({problem.strerror}).") from None


def _seasons(path: Path, site: str, now: datetime, random: Random, made: list[Path]) -> Seasons:
    if path.exists():
        return Seasons(path, site)
    found = Seasons.create(path, site, now, random)
    made.append(path)
    return found


def _draft_keys(backup: Backup, chat: ChatKeys, seasons: Seasons, sheets: _Sheets, random: Random) -> dict[str, bytes]:
    """Every draft key that opens, wrapped under the season that is."""
    anew = {}
    for id, wrapped in backup.wrapped.items():
        try:
            anew[id] = drafts.rewrap(chat, seasons, id, wrapped, random=random) or wrapped
            drafts.unwrap_draft_key(chat, seasons, id, anew[id])
            continue
        except Refused:
            anew.pop(id, None)
        if id not in backup.draft_keys:
            continue
        try:
            key = DraftKey(chat.site, Secret(open_note(chat.site, KEY, id, backup.draft_keys[id], sheets.private())))
        except Refused:
            raise NoBackup(
                f"The drafts in {backup.path} do not open with these sheets. Are they this site's?"
            ) from None
        anew[id] = drafts.wrap_draft_key(chat, seasons, id, key, random=random)
    return anew


def _wrapped(anew: dict[str, bytes], table: str, row: Row) -> Row:
    if table != "draft_key":
        return row
    return {**row, "wrapped": anew.get(row["consultation_id"], row["wrapped"])}
