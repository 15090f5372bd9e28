"""The list of what was forgotten: ids alone, in a file beside the key files, so that it is in no copy of the data.

What a child took back, what was replaced and what has expired stays gone, also after a restore (P8): whoever opens a
database takes away from it again what stands here (`expiry.replay`).

    going draft 5f0c…
    gone draft 5f0c…
    going sending 9a1b…
    stays sending 9a1b…

In this order: "going" is on the disk; then the transaction that deletes it is committed; then "gone". Nothing is ever
forgotten that is not here. After a crash between the two it may still be there, and goes at the next start: it was due
to, or the child wanted it. Only what was to be replaced stays then, because what was to take its place may not have
come. "stays" says that nothing was committed. The last line about an id counts; the list only ever grows.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from consultations.keeping.store.problems import StoreProblem

NAME = "forgotten.txt"
"""Its name in the folder of the key files."""


class What(StrEnum):
    """What was forgotten. A sending is named by a mark of its manifest: after a restore its number is given again."""

    DRAFT = "draft"  # by its consultation's id
    SENDING = "sending"  # its bundles and wraps
    REPLACED = "replaced"  # those of a sending that another took the place of
    REVIEW = "review"  # who the child is, and everything sealed beside what was sent


class Step(StrEnum):
    """How far it has gone."""

    GOING = "going"
    GONE = "gone"
    STAYS = "stays"


def manifest_mark(manifest: bytes) -> str:
    """What stands on the list for a sending."""
    return hashlib.sha256(manifest).hexdigest()[:32]


class Forgotten:
    """The list. Several processes may write it; each sees what the others wrote."""

    def __init__(self, path: Path) -> None:
        """Make the file where there is none. StoreProblem when it cannot be written: nothing could be forgotten."""
        self._path = path
        self._steps: dict[tuple[What, str], Step] = {}
        self._size = -1
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as problem:
            raise self._unusable(problem) from None

    def add(self, step: Step, what: What, ids: Iterable[str]) -> None:
        """Put these on the list, on the disk when this returns. StoreProblem when they could not be."""
        lines = "".join(f"{step.value} {what.value} {id}\n" for id in ids)
        if not lines:
            return
        try:
            with self._path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                end = file.seek(0, os.SEEK_END)
                if end and os.pread(file.fileno(), 1, end - 1) != b"\n":  # a line that a power cut left half-way
                    lines = "\n" + lines
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise self._unusable(problem) from None

    def at(self, step: Step, what: What) -> frozenset[str]:
        """Every id of this kind that is at this step."""
        self._refresh()
        return frozenset(id for (each, id), there in self._steps.items() if each is what and there is step)

    def _refresh(self) -> None:
        """A line left half-way was never a promise, and is passed over."""
        try:
            if self._path.stat().st_size == self._size:
                return
            text = self._path.read_bytes()
        except OSError as problem:
            raise self._unusable(problem) from None
        lines = (line.split(" ") for line in text[: text.rfind(b"\n") + 1].decode("ascii", "replace").splitlines())
        self._steps = {
            (What(line[1]), line[2]): Step(line[0])
            for line in lines
            if len(line) == 3 and line[0] in list(Step) and line[1] in list(What)
        }
        self._size = len(text)

    def _unusable(self, problem: OSError) -> StoreProblem:
        return StoreProblem(
            f"{self._path} cannot be used ({problem.strerror}). The list of what was forgotten stands beside the key"
            " files: the account Foreword runs as has to be allowed to write to FOREWORD_KEY_DIR."
        )
