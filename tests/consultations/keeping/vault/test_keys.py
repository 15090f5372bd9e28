"""Key files: written once, for one side of one site; every fault is a sentence that says what to do."""

from __future__ import annotations

import base64
import json
import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consultations.keeping.vault.keys import ChatKeys, PortalKeys, create, load_chat, load_portal
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.secret import Secret
from tests.ordinary import permissions_hold

SITE = "site-of-amal"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "keys", SITE)
    return tmp_path / "keys"


def test_both_sides_load_what_was_made(tmp_path: Path) -> None:
    chat, portal = create(tmp_path / "keys", SITE)

    assert load_chat(tmp_path / "keys", SITE) == chat
    assert load_portal(tmp_path / "keys", SITE) == portal


def test_each_side_has_the_public_half_of_the_other_pinned(folder: Path) -> None:
    chat, portal = load_chat(folder), load_portal(folder)

    assert chat.directory_public == portal.directory_public
    assert portal.chat_public == chat.public


def test_only_its_owner_may_read_a_key_file(folder: Path) -> None:
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {
        "chat.key": "0o400",
        "portal.key": "0o400",
    }


@pytest.mark.parametrize("there_already", ["chat.key", "portal.key"])
def test_a_key_file_is_never_overwritten(folder: Path, there_already: str) -> None:
    for path in folder.iterdir():
        if path.name != there_already:
            path.unlink()
    before = (folder / there_already).read_bytes()

    with pytest.raises(KeyFileProblem, match="never overwritten"):
        create(folder, SITE)

    assert [path.name for path in folder.iterdir()] == [there_already]
    assert (folder / there_already).read_bytes() == before


def test_when_one_cannot_be_written_neither_is_there(folder: Path, tmp_path: Path) -> None:
    sizes = [(folder / name).stat().st_size for name in ("chat.key", "portal.key")]
    assert sizes == sorted(set(sizes))

    with no_file_larger_than(sizes[0]), pytest.raises(KeyFileProblem, match="File too large"):
        create(tmp_path / "others", SITE)
    assert list((tmp_path / "others").iterdir()) == []


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system writes no byte beyond this (setrlimit(2), RLIMIT_FSIZE)."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_no_two_keys_of_a_site_are_the_same(folder: Path) -> None:
    chat, portal = load_chat(folder), load_portal(folder)
    derived = [key.reveal() for keys in (chat, portal) for key in _secrets(keys)]

    assert len(set(derived)) == len(derived) == 7 + 8
    assert {len(key) for key in derived} == {32}


def test_a_secret_prints_as_stars(folder: Path) -> None:
    for keys in (load_chat(folder), load_portal(folder)):
        shown = f"{keys!r} {keys}"

        assert shown.count("Secret('****')") >= 10
        for key in _secrets(keys):
            assert key.reveal().hex() not in shown
            assert repr(key.reveal())[2:-1] not in shown
    with pytest.raises(TypeError):
        hash(Secret(b"x"))


FAULTS: list[Any] = [
    pytest.param(lambda path: path.unlink(), "is missing. Set FOREWORD_KEY_DIR", id="missing"),
    pytest.param(lambda path: _becomes_folder(path), "is not a file", id="a folder"),
    pytest.param(lambda path: _becomes_pipe(path), "is not a file", id="a pipe"),
    pytest.param(lambda path: path.chmod(0o440), "can be read by others. Run: chmod 0400", id="readable by the group"),
    pytest.param(lambda path: path.chmod(0o404), "can be read by others. Run: chmod 0400", id="readable by the world"),
    pytest.param(lambda path: _holds(path, b""), "is empty", id="empty"),
    pytest.param(lambda path: _holds(path, b"{" + b" " * 5000), "too long", id="too long"),
    pytest.param(lambda path: _holds(path, path.read_bytes()[:100]), "not JSON", id="cut short"),
    pytest.param(lambda path: _holds(path, b"\xff\xfe\x00"), "not JSON", id="not text"),
    pytest.param(lambda path: _holds(path, b"[" * 4000), "not JSON", id="a tower of brackets"),
    pytest.param(lambda path: _holds(path, b"[]"), "not a key file of Foreword", id="another JSON"),
    pytest.param(lambda path: _says(path, format=3), "version does not know (3)", id="from the future"),
    pytest.param(lambda path: _says(path, format=2, next="x"), "not what it should be", id="next keys that are none"),
    pytest.param(lambda path: _says(path, kind="portal"), "check does not match", id="kind changed by hand"),
    pytest.param(lambda path: _says(path, site="x"), "check does not match", id="site changed by hand"),
    pytest.param(lambda path: _says(path, secret=3), "something is missing", id="a number for a secret"),
    pytest.param(lambda path: _says(path, secret="***"), "not base64", id="secret not base64"),
    pytest.param(lambda path: _says(path, secret="é"), "not base64", id="secret not ASCII"),
    pytest.param(
        lambda path: _says(path, secret=base64.b64encode(b"short").decode()), "has 5 bytes, not 32", id="wrong length"
    ),
    pytest.param(
        lambda path: _says(path, pinned=base64.b64encode(bytes(32)).decode()), "check does not match", id="another pin"
    ),
    pytest.param(lambda path: _loses(path, "pinned"), "something is missing", id="a field missing"),
]


@pytest.mark.parametrize(("fault", "sentence"), FAULTS)
def test_every_fault_of_a_key_file_is_a_sentence(folder: Path, fault: Callable[[Path], None], sentence: str) -> None:
    path = folder / "chat.key"
    secret = json.loads(path.read_bytes())["secret"]
    fault(path)

    with pytest.raises(KeyFileProblem, match=re.escape(sentence)) as caught:
        load_chat(folder, SITE)

    assert str(path) in str(caught.value)
    assert secret not in str(caught.value)
    assert str(caught.value).endswith((".", "chmod 0400 " + str(path)))


def test_a_file_that_may_not_be_read_is_a_sentence(folder: Path) -> None:
    (folder / "chat.key").chmod(0)

    with permissions_hold(), pytest.raises(KeyFileProblem, match=r"cannot be read \(Permission denied\)"):
        load_chat(folder, SITE)


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with permissions_hold(), pytest.raises(KeyFileProblem, match=r"cannot be written \(Permission denied\)"):
        create(tmp_path / "keys", SITE)


def test_the_other_sides_file_is_named(folder: Path) -> None:
    (folder / "chat.key").unlink()
    (folder / "portal.key").rename(folder / "chat.key")

    with pytest.raises(KeyFileProblem, match=r"is the portal key file, not the chat one"):
        load_chat(folder, SITE)


@pytest.mark.parametrize("load", [load_chat, load_portal])
def test_another_sites_file_is_named(folder: Path, load: Callable[[Path, str], object]) -> None:
    with pytest.raises(KeyFileProblem, match=r"belongs to another site \(site-of-amal\); this database is elsewhere"):
        load(folder, "elsewhere")


def _secrets(keys: ChatKeys | PortalKeys) -> list[Secret]:
    values = [getattr(keys, name) for name in keys.__dataclass_fields__]
    return [value for value in values if isinstance(value, Secret)]


def _holds(path: Path, text: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(text)


def _says(path: Path, **fields: object) -> None:
    _holds(path, json.dumps({**json.loads(path.read_bytes()), **fields}).encode())


def _loses(path: Path, field: str) -> None:
    kept = json.loads(path.read_bytes())
    del kept[field]
    _holds(path, json.dumps(kept).encode())


def _becomes_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _becomes_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
