"""Writing a small file so that it is there, whole, after the power cut; and wiping one so that it is not."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, text: str, mode: int) -> None:
    """A file that was not there before, on the disk when this returns. After a fault there is none."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink()
        raise
    sync_folder(path.parent)


def replace_and_wipe(path: Path, text: str, mode: int) -> None:
    """Put a new file in place of an old one, whose bytes are overwritten before it is let go.

    1. the new file, on the disk; 2. in place of the old; 3. the folder, on the disk; 4. the old bytes overwritten.
    The caller sees to it that nobody else is writing.
    """
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)  # left by a process that died between 1 and 2
    write_new(fresh, text, mode)
    with path.open("r+b") as old:
        fresh.replace(path)
        sync_folder(path.parent)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())


def sync_folder(folder: Path) -> None:
    """The folder's own entries, on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
