"""Seasons: the erasable half of the key that wraps draft keys, so that forgetting is true (P2, P8).

PostgreSQL keeps old tuples and WAL, snapshots and backups keep everything. So the key that wraps draft keys is made
of chat.key *and* a season's salt, which lies in one small file in the data directory and is never backed up. When the
season is renewed the live draft keys are wrapped again and the old salt is destroyed: what lingers opens no more.

    {"format": 1, "site": "9f2c…",
     "seasons": [{"id": "0a1b…", "since": "2026-11-20T07:00:00+00:00", "salt": "<base64>"}]}

A process that finds the file changed reads it again. Writers take turns by a lock file beside it.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from consultations.keeping.vault.disk import replace_and_wipe, write_new
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.secret import Random, Secret, token_bytes

FORMAT = 1
SEASON_ID = 8
_SALT = 32
_MODE = 0o600
GRACE = timedelta(minutes=1)
"""How long a season stays after the next one began: a draft key just wrapped in it may not be committed yet."""


@dataclass(frozen=True, slots=True)
class Season:
    """One salt, and since when new draft keys were wrapped under it."""

    id: bytes
    since: datetime
    salt: Secret


class Seasons:
    """The seasons of one site, oldest first; the last is the one new draft keys are wrapped under."""

    def __init__(self, path: Path, site: str) -> None:
        """Read the file. KeyFileProblem when it is missing or damaged: without it no draft opens."""
        self._path = path
        self._site = site
        self._seasons: tuple[Season, ...] = ()
        self._read_at: tuple[int, int] = (0, 0)
        self._refresh()

    @classmethod
    def create(cls, path: Path, site: str, now: datetime, random: Random = token_bytes) -> Seasons:
        """Begin the first season of a new site. KeyFileProblem when there is a file already."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, _text(site, (_new(now, random),)), _MODE)
        except FileExistsError:
            raise KeyFileProblem(
                f"{path} is already there, and it is not overwritten: no answer that is not sent yet would open."
            ) from None
        except OSError as problem:
            raise _unwritable(path, problem) from None
        return cls(path, site)

    @property
    def current(self) -> Season:
        """The season to wrap under now."""
        self._refresh()
        return self._seasons[-1]

    @property
    def earlier(self) -> tuple[bytes, ...]:
        """The ids of the seasons before the current one that are not erased yet."""
        self._refresh()
        return tuple(season.id for season in self._seasons[:-1])

    def salt(self, id: bytes) -> Secret:
        """A season's salt. Refused when it was erased, or never was."""
        self._refresh()
        for season in self._seasons:
            if season.id == id:
                return season.salt
        raise Refused("The season this was wrapped in is over: it opens no more.")

    def begin(self, now: datetime, random: Random = token_bytes) -> Season:
        """A new season, on the disk before this returns. The earlier ones stay until `erase`."""
        with self._alone():
            self._put((*self._seasons, _new(now, random)))
        return self.current

    def erase(self, now: datetime, still_used: Collection[bytes] = ()) -> tuple[bytes, ...]:
        """Destroy every earlier season whose id is not in `still_used` and whose grace is over.

        Returns the ids destroyed. The old file is overwritten before it is let go.
        """
        with self._alone():
            gone = tuple(
                season.id
                for season, next in pairwise(self._seasons)
                if season.id not in still_used and now - next.since >= GRACE
            )
            if gone:
                self._put(tuple(each for each in self._seasons if each.id not in gone))
        return gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            lock = self._path.with_suffix(".lock").open("w")
        except OSError as problem:
            raise _unwritable(self._path, problem) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._refresh()
            yield

    def _put(self, seasons: tuple[Season, ...]) -> None:
        try:
            replace_and_wipe(self._path, _text(self._site, seasons), _MODE)
        except OSError as problem:
            raise _unwritable(self._path, problem) from None
        self._refresh()

    def _refresh(self) -> None:
        try:
            while self._read_at != (mark := _mark(self._path)):
                self._read_again(mark)
        except OSError as problem:
            raise KeyFileProblem(
                f"{self._path} cannot be read ({problem.strerror}). It belongs to the data directory, and without it "
                "no answer that is not sent yet can be opened. Put it back; until then `foreword run --only portal` "
                "serves staff."
            ) from None

    def _read_again(self, mark: tuple[int, int]) -> None:
        try:
            self._seasons = _read(self._path, self._site)
        except KeyFileProblem:
            if _mark(self._path) == mark:  # otherwise it was replaced, and wiped, while we read it: once more
                raise
        else:
            self._read_at = mark


def _mark(path: Path) -> tuple[int, int]:
    facts = os.stat(path)
    return facts.st_ino, facts.st_mtime_ns


def _unwritable(path: Path, problem: OSError) -> KeyFileProblem:
    return KeyFileProblem(
        f"{path} cannot be written ({problem.strerror}). "
        "The data directory must belong to the account Foreword runs as."
    )


def _new(now: datetime, random: Random) -> Season:
    return Season(random(SEASON_ID), now, Secret(random(_SALT)))


def _read(path: Path, site: str) -> tuple[Season, ...]:
    damaged = KeyFileProblem(f"{path} is damaged. Without it no answer that is not sent yet can be opened.")
    try:
        kept = json.loads(path.read_bytes())
        seasons = tuple(
            Season(
                bytes.fromhex(each["id"]),
                datetime.fromisoformat(each["since"]),
                Secret(base64.b64decode(each["salt"], validate=True)),
            )
            for each in kept["seasons"]
        )
        format, of_site = kept["format"], kept["site"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged from None
    if format != FORMAT:
        raise KeyFileProblem(f"{path} has a format that this version does not know. Use a newer Foreword.")
    if of_site != site:
        raise KeyFileProblem(f"{path} belongs to another site ({of_site}); this one is {site}.")
    if not seasons or any(len(each.id) != SEASON_ID or len(each.salt.reveal()) != _SALT for each in seasons):
        raise damaged
    return seasons


def _text(site: str, seasons: tuple[Season, ...]) -> str:
    kept = {
        "format": FORMAT,
        "site": site,
        "seasons": [
            {
                "id": each.id.hex(),
                "since": each.since.isoformat(),
                "salt": base64.b64encode(each.salt.reveal()).decode(),
            }
            for each in seasons
        ],
    }
    return json.dumps(kept) + "\n"
