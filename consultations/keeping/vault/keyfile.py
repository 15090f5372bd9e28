"""A key file on disk, read with suspicion: every fault is a sentence that says what to do (shape: keys.py)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from consultations.keeping.vault.context import pack
from consultations.keeping.vault.disk import write_new
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.secret import Secret

FORMAT = 1
_KEY = 32
_LARGEST = 4096
_FIELDS = {"format", "kind", "site", "id", "secret", "pinned", "check"}


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What one key file holds: its own secret, and the public half of the other side that it trusts."""

    kind: str
    site: str
    id: str
    secret: Secret
    pinned: bytes


def refuse_to_overwrite(*paths: Path, setting: str = "FOREWORD_KEY_DIR") -> None:
    """KeyFileProblem when one of them is there: with it go all drafts, or all readers. `setting` says where it is."""
    for path in paths:
        if os.path.lexists(path):
            raise KeyFileProblem(
                f"{path} is already there, and a key file is never overwritten: "
                "everything sealed with it would be lost. "
                f"Choose another {setting}, or use what is there."
            )


def write(path: Path, file: KeyFile) -> None:
    """Write it once, readable by its owner alone, and on the disk before this returns."""
    kept = {
        "format": FORMAT,
        "kind": file.kind,
        "site": file.site,
        "id": file.id,
        "secret": base64.b64encode(file.secret.reveal()).decode(),
        "pinned": base64.b64encode(file.pinned).decode(),
        "check": _check(file),
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, json.dumps(kept) + "\n", 0o400)
    except FileExistsError:
        refuse_to_overwrite(path)
        raise
    except OSError as problem:
        raise KeyFileProblem(
            f"{path} cannot be written ({problem.strerror}). Choose a FOREWORD_KEY_DIR this account may write to."
        ) from None


def read(path: Path, kind: str, site: str | None) -> KeyFile:
    """The key file, or a KeyFileProblem whose sentence says what is wrong and what to do."""
    text = _text(path)
    file = _parsed(path, text)
    if file.kind != kind:
        _refuse(path, f"is the {file.kind} key file, not the {kind} one. Put {kind}.key here.")
    if site is not None and file.site != site:
        _refuse(
            path,
            f"belongs to another site ({file.site}); this database is {site}. "
            "Put the key file of this site here, or set FOREWORD_DATABASE_URL to the database it belongs to.",
        )
    return file


def _text(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for ever
    except FileNotFoundError:
        raise KeyFileProblem(
            f"{path} is missing. Set FOREWORD_KEY_DIR to the folder with the key files, or run `foreword init` "
            "on a new site."
        ) from None
    except OSError as problem:
        raise KeyFileProblem(
            f"{path} cannot be read ({problem.strerror}). It must belong to the account Foreword runs as, mode 0400."
        ) from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            _refuse(path, "is not a file. Put the key file here.")
        if facts.st_mode & 0o077:
            _refuse(path, f"can be read by others. Run: chmod 0400 {path}")
        return os.read(descriptor, _LARGEST + 1)
    finally:
        os.close(descriptor)


def _parsed(path: Path, text: bytes) -> KeyFile:
    if not text.strip():
        _refuse(path, "is empty. Put back the copy that was kept.")
    if len(text) > _LARGEST:
        _refuse(path, "is too long to be a key file. Put back the copy that was kept.")
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        _refuse(path, "is damaged: it is not JSON. Put back the copy that was kept.")
    if not isinstance(kept, dict) or "format" not in kept:
        _refuse(path, "is not a key file of Foreword. Put the key file here.")
    if kept["format"] != FORMAT:
        _refuse(
            path, f"has a format that this version does not know ({str(kept['format'])[:20]}). Use a newer Foreword."
        )
    if set(kept) != _FIELDS or not all(isinstance(kept[name], str) for name in _FIELDS - {"format"}):
        _refuse(path, "is damaged: something is missing from it. Put back the copy that was kept.")
    file = KeyFile(
        kind=kept["kind"],
        site=kept["site"],
        id=kept["id"],
        secret=Secret(_key(path, kept["secret"])),
        pinned=_key(path, kept["pinned"]),
    )
    if kept["check"] != _check(file):
        _refuse(path, "is damaged: its check does not match. Put back the copy that was kept.")
    return file


def _key(path: Path, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse(path, "is damaged: a key in it is not base64. Put back the copy that was kept.")
    if len(key) != _KEY:
        _refuse(path, f"is damaged: a key in it has {len(key)} bytes, not {_KEY}. Put back the copy that was kept.")
    return key


def _check(file: KeyFile) -> str:
    """Notices a slip of a hand or a disk; whoever may write the file may write this too."""
    parts = (file.kind.encode(), file.site.encode(), file.id.encode(), file.secret.reveal(), file.pinned)
    return hashlib.sha256(pack(b"key file", *parts)).hexdigest()[:16]


def _refuse(path: Path, why: str) -> NoReturn:
    raise KeyFileProblem(f"{path} {why}")
