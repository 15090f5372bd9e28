"""Backups: everything that is kept, in one file that can be put back with the key files, or with two recovery sheets.

What children said stands in it as it does in the database, sealed. Beside that it carries, sealed to the recovery key:
the keys of live drafts, because seasons.json, the other half of what wraps them, is in no backup; and the key files
themselves, so that a machine on which nothing is left comes back whole. Whoever has a backup and no sheets opens
nothing with it; whoever has a backup and two sheets could open everything that was sent anyway.

A file is lines of JSON, squeezed (gzip):

    {"format": 1, "site": "9f2c…", "made_at": "2026-11-20T03:00:00+00:00", "revision": "0015",
     "chat": {"id": "3d1b…", "sealed": "…"}, "portal": {"id": "77a0…", "sealed": "…"}}
    {"draft_keys": {"5f0c…": "…"}}
    {"table": "staff", "rows": [{…}, …]}
    {"end": 1234}

A process without the portal's keys leaves them out, and such a backup needs portal.key to be put back. Backups in the
data directory are kept for 14 days: what was forgotten is in none that is older.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import structlog

from consultations.keeping.store import Store
from consultations.keeping.store.copies import Row, as_text, from_text
from consultations.keeping.vault import drafts
from consultations.keeping.vault.disk import sync_folder
from consultations.keeping.vault.keys import CHAT, PORTAL, ChatKeys, PortalKeys, path_of
from consultations.keeping.vault.notes import seal_note
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random, token_bytes
from consultations.timescales import day_in_england
from consultations.trail import CLOCK
from consultations.vouching import recovery_key

log = structlog.get_logger(__name__)

FORMAT = 1
FOLDER = "backups"
"""Their folder in the data directory."""

KEPT = timedelta(days=14)
KEY, KEY_FILE = "backup draft key", "backup key file"
"""What is sealed to the recovery key, as the kind of note it is."""

_NAME = "foreword-{day}.backup"


class NoBackup(Exception):
    """There is no backup, or it is damaged. Its text is a sentence."""


@dataclass(frozen=True, slots=True)
class KeyFileCopy:
    """A key file in a backup: its id, and the file sealed to the recovery key."""

    id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself."""

    site: str
    made_at: datetime
    revision: str
    chat: KeyFileCopy
    portal: KeyFileCopy | None


@dataclass(frozen=True, slots=True)
class BackingUp:
    """Makes backups."""

    store: Store
    chat_keys: ChatKeys
    seasons: Seasons
    portal_keys: PortalKeys | None
    key_dir: Path
    random: Random = token_bytes

    async def back_up(self, out: Path, now: datetime, by: str = CLOCK) -> int:
        """Write everything to this file, whole or not at all; how many rows. An existing file is not overwritten.

        NoBackup or StoreProblem says why there is none.
        """
        if await asyncio.to_thread(os.path.lexists, out):
            raise NoBackup(f"{out} is there already, and is not overwritten.")
        try:
            with _writing(out) as file:
                count = await self._write(file, now)
        except OSError as problem:
            raise NoBackup(f"{out} cannot be written: {problem.strerror}. There is no backup.") from None
        await self.store.copies.record_taken(now, by)
        log.info("backed_up", rows=count)
        return count

    async def daily(self, data_dir: Path, now: datetime) -> None:
        """Today's backup, where there is none, in the data directory; those that are too old go."""
        out = self.today(data_dir, now)
        if not out.exists():
            await self.back_up(out, now)
        for day, path in _of(out.parent):
            if day < day_in_england(now) - KEPT:
                path.unlink()

    def today(self, data_dir: Path, now: datetime) -> Path:
        """Where today's backup lies in the data directory."""
        folder = data_dir / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / _NAME.format(day=day_in_england(now))

    async def _write(self, file: IO[bytes], now: datetime) -> int:
        facts = await self.store.site.facts()
        assert facts is not None, "There are keys, so there is a site."
        try:
            recovery = recovery_key(self.chat_keys, facts.recovery)
        except Refused:
            log.error("recovery_key_refused")
            raise NoBackup(
                "The recovery key in the database is not the one this site was made with, so nothing can be sealed to"
                " it. Find out who changed the database, before anything else."
            ) from None
        count = 0
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as squeezed:

            async def line(said: Mapping[str, object]) -> None:
                await asyncio.to_thread(squeezed.write, json.dumps(said).encode() + b"\n")

            async with self.store.copies.taken() as copy:
                await line(
                    {
                        "format": FORMAT,
                        "site": self.chat_keys.site,
                        "made_at": now.isoformat(),
                        "revision": copy.revision,
                        CHAT: self._key_file(CHAT, self.chat_keys.id, recovery),
                        PORTAL: self._key_file(PORTAL, self.portal_keys.id, recovery) if self.portal_keys else None,
                    }
                )
                async for table, rows in copy.rows():
                    if table == "draft_key":
                        await line({"draft_keys": await asyncio.to_thread(self._draft_keys, rows, recovery)})
                    await line({"table": table, "rows": [as_text(row) for row in rows]})
                    count += len(rows)
            await line({"end": count})
        return count

    def _key_file(self, kind: str, id: str, recovery: PublicReader) -> dict[str, str]:
        plain = path_of(self.key_dir, kind).read_bytes()
        sealed = seal_note(self.chat_keys.site, KEY_FILE, kind, plain, [recovery], random=self.random)
        return {"id": id, "sealed": base64.b64encode(sealed).decode()}

    def _draft_keys(self, rows: list[Row], recovery: PublicReader) -> dict[str, str]:
        sealed = {}
        for row in rows:
            id = row["consultation_id"]
            try:
                key = drafts.unwrap_draft_key(self.chat_keys, self.seasons, id, row["wrapped"]).secret.reveal()
            except Refused:  # somebody changed it: it opens for nobody here either
                log.error("draft_refused", consultation=id)
                continue
            note = seal_note(self.chat_keys.site, KEY, id, key, [recovery], random=self.random)
            sealed[id] = base64.b64encode(note).decode()
        return sealed


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read from beginning to end, and is whole. Its rows stay in the file until they are wanted."""

    path: Path
    header: Header
    draft_keys: Mapping[str, bytes] = field(repr=False)  # by consultation, sealed to the recovery key
    wrapped: Mapping[str, bytes] = field(repr=False)  # as they were kept

    def rows(self) -> Iterator[tuple[str, list[Row]]]:
        """Every row, by its table."""
        for said in _lines(self.path):
            if "table" in said:
                yield said["table"], [from_text(row) for row in said["rows"]]


def read(path: Path) -> Backup:
    """A backup. NoBackup when it is none, or not whole."""
    try:
        return _read(path)
    except OSError as problem:
        if problem.strerror:
            raise NoBackup(f"{path} cannot be read: {problem.strerror}.") from None
        raise NoBackup(f"{path} is damaged, or no backup of Foreword. Take another.") from None
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zlib.error, RecursionError):
        raise NoBackup(f"{path} is damaged, or no backup of Foreword. Take another.") from None


def _read(path: Path) -> Backup:
    lines = _lines(path)
    first = next(lines, {})
    if first["format"] != FORMAT:
        raise NoBackup(f"{path} has a format that this version does not know. Use a newer Foreword.")
    header = Header(
        first["site"],
        datetime.fromisoformat(first["made_at"]),
        first["revision"],
        _key_file_of(first[CHAT]),
        _key_file_of(first[PORTAL]) if first[PORTAL] else None,
    )
    draft_keys: dict[str, bytes] = {}
    wrapped: dict[str, bytes] = {}
    count, end = 0, -1
    for said in lines:
        if end >= 0:
            raise ValueError("Something stands behind its end.")
        if "draft_keys" in said:
            draft_keys |= {id: base64.b64decode(kept, validate=True) for id, kept in said["draft_keys"].items()}
        elif "table" in said:
            rows = [from_text(row) for row in said["rows"]]
            count += len(rows)
            if said["table"] == "draft_key":
                wrapped |= {row["consultation_id"]: row["wrapped"] for row in rows}
        else:
            end = said["end"]
    if count != end:
        raise ValueError("Its end is missing.")
    return Backup(path, header, draft_keys, wrapped)


def _key_file_of(said: Mapping[str, str]) -> KeyFileCopy:
    return KeyFileCopy(said["id"], base64.b64decode(said["sealed"], validate=True))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as squeezed:
        for line in squeezed:
            yield json.loads(line)


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name once it is whole and on the disk. After a fault there is none."""
    part = out.with_name(out.name + ".part")
    part.unlink(missing_ok=True)  # left by a process that was killed
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(out.parent)


def latest(data_dir: Path) -> date | None:
    """The day of the newest daily backup in the data directory; None where there is none."""
    return max((day for day, _ in _of(data_dir / FOLDER)), default=None)


def _of(folder: Path) -> Iterator[tuple[date, Path]]:
    """Every daily backup, by its day."""
    before, after = _NAME.split("{day}")
    for path in sorted(folder.glob(_NAME.format(day="*"))):
        try:
            yield date.fromisoformat(path.name.removeprefix(before).removesuffix(after)), path
        except ValueError:  # somebody else's
            continue
