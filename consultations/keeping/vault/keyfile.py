"""A key file on disk, read with suspicion: every fault is a sentence that says what to do (shape: keys.py)."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from consultations.keeping.vault.context import pack
from consultations.keeping.vault.disk import replace_and_wipe, write_new
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.secret import Secret

FORMAT = 1
WITH_MORE = 2
"""The format of a file that was changed, or is being changed, for new keys."""

LOCK = "in-use.lock"
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
    carried: Mapping[str, Secret] = field(default_factory=dict)  # derived keys of an earlier secret that stay in use
    next: KeyFile | None = None  # what takes its place, once the database says so


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
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, _written(file), 0o400)
    except FileExistsError:
        refuse_to_overwrite(path)
        raise
    except OSError as problem:
        raise KeyFileProblem(
            f"{path} cannot be written ({problem.strerror}). Choose a FOREWORD_KEY_DIR this account may write to."
        ) from None


def replace(path: Path, file: KeyFile) -> None:
    """Put it in place of the one that is there, whose bytes are overwritten. Whoever is stopped half-way leaves one of
    the two, whole."""
    try:
        path.chmod(0o600)
        replace_and_wipe(path, _written(file), 0o400)
    except OSError as problem:
        raise KeyFileProblem(f"{path} cannot be written ({problem.strerror}). Nothing is lost: try again.") from None


@contextmanager
def in_use(directory: Path, *, alone: bool = False) -> Iterator[None]:
    """These key files are in use; `alone`: by nobody else. KeyFileProblem where that cannot be."""
    try:
        lock = (directory / LOCK).open("a")
    except OSError as problem:
        raise KeyFileProblem(
            f"{directory} cannot be used ({problem.strerror}). Set FOREWORD_KEY_DIR to the folder with the key files,"
            " which the account Foreword runs as has to be allowed to write to; or run `foreword init` for a new site."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            raise KeyFileProblem(
                "Foreword is running with these key files. Stop it first."
                if alone
                else "The keys are being changed just now. Wait until that is done."
            ) from None
        yield


def _written(file: KeyFile) -> str:
    more: dict[str, object] = {"carried": _texts(file.carried)} if file.carried else {}
    if file.next is not None:
        after = file.next
        more["next"] = {
            "id": after.id,
            "secret": _base64(after.secret.reveal()),
            "pinned": _base64(after.pinned),
            "carried": _texts(after.carried),
        }
    kept = {
        "format": WITH_MORE if more else FORMAT,
        "kind": file.kind,
        "site": file.site,
        "id": file.id,
        "secret": _base64(file.secret.reveal()),
        "pinned": _base64(file.pinned),
        **more,
        "check": _check(file),
    }
    return json.dumps(kept) + "\n"


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _texts(carried: Mapping[str, Secret]) -> dict[str, str]:
    return {label: _base64(secret.reveal()) for label, secret in sorted(carried.items())}


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
    if kept["format"] not in (FORMAT, WITH_MORE):
        _refuse(
            path, f"has a format that this version does not know ({str(kept['format'])[:20]}). Use a newer Foreword."
        )
    more = {"carried", "next"} if kept["format"] == WITH_MORE else set()
    if not _FIELDS <= set(kept) <= _FIELDS | more or not all(
        isinstance(kept[name], str) for name in _FIELDS - {"format"}
    ):
        _refuse(path, "is damaged: something is missing from it. Put back the copy that was kept.")
    file = KeyFile(
        kind=kept["kind"],
        site=kept["site"],
        id=kept["id"],
        secret=Secret(_key(path, kept["secret"])),
        pinned=_key(path, kept["pinned"]),
        carried=_carried(path, kept.get("carried", {})),
        next=_next(path, kept, kept["next"]) if "next" in kept else None,
    )
    if kept["check"] != _check(file):
        _refuse(path, "is damaged: its check does not match. Put back the copy that was kept.")
    return file


def _carried(path: Path, said: Any) -> dict[str, Secret]:
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        _refuse(path, "is damaged: something in it is not what it should be. Put back the copy that was kept.")
    return {str(label): Secret(_key(path, text)) for label, text in said.items()}


def _next(path: Path, kept: Mapping[str, Any], said: Any) -> KeyFile:
    names = ("id", "secret", "pinned")
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in names):
        _refuse(path, "is damaged: something in it is not what it should be. Put back the copy that was kept.")
    id, secret, pinned = (said[name] for name in names)
    carried = _carried(path, said.get("carried", {}))
    return KeyFile(kept["kind"], kept["site"], id, Secret(_key(path, secret)), _key(path, pinned), carried)


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
    more = [part for label, secret in sorted(file.carried.items()) for part in (label.encode(), secret.reveal())]
    if file.next is not None:
        more += [b"next", _check(file.next).encode()]
    return hashlib.sha256(pack(b"key file", *parts, *more)).hexdigest()[:16]


def _refuse(path: Path, why: str) -> NoReturn:
    raise KeyFileProblem(f"{path} {why}")
