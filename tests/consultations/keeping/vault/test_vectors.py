"""What was sealed once opens for ever: one frozen vector of every format (freeze.py), opened by today's code.

Where nothing but the given randomness goes in, today's code also still writes the very same bytes.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from consultations.keeping.vault import recovery
from consultations.keeping.vault.codes import is_code
from consultations.keeping.vault.custody import By, Lock, unlock
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.directory import DirectoryEntry, verified
from consultations.keeping.vault.drafts import open_draft, unwrap_draft_key
from consultations.keeping.vault.formats import Format
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, load_chat, load_portal
from consultations.keeping.vault.manifests import SignedManifest, standing, verify_chain
from consultations.keeping.vault.notes import open_note
from consultations.keeping.vault.one_time import code_at, in_letters, open_secret
from consultations.keeping.vault.readers import PrivateReader, PublicReader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import SealedSending, open_sending
from consultations.keeping.vault.sessions import open_session
from tests.consultations.keeping.vault import freeze
from tests.consultations.keeping.vault.freeze import load, raw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The frozen site as it lay on the disk."""
    vector = load("keys-1")
    for name in ("chat.key", "portal.key", "seasons.json"):
        (tmp_path / name).write_text(str(vector[name]))
        (tmp_path / name).chmod(0o400)
    return tmp_path


@pytest.fixture
def chat(folder: Path) -> ChatKeys:
    return load_chat(folder, freeze.SITE)


@pytest.fixture
def portal(folder: Path) -> PortalKeys:
    return load_portal(folder, freeze.SITE)


@pytest.fixture
def seasons(folder: Path) -> Seasons:
    return Seasons(folder / "seasons.json", freeze.SITE)


def test_every_format_has_a_vector() -> None:
    blobs = [raw(value) for name in freeze.EVERY for value in _texts(load(name))]
    begun = {blob[0] for blob in blobs if blob[1:2] == b"\x01"}

    assert {format.name for format in Format if format not in begun} == set()


def test_key_files_give_the_keys_they_always_gave(chat: ChatKeys, portal: PortalKeys, tmp_path: Path) -> None:
    vector = load("keys-1")
    today = freeze.keys(freeze.world(tmp_path / "today"))

    for side, keys in (("chat", chat), ("portal", portal)):
        derived: Any = vector[side]
        for name, value in derived.items():
            key = getattr(keys, name)
            assert key == (
                value if isinstance(key, str) else Secret(raw(value)) if isinstance(key, Secret) else raw(value)
            )
    assert {**today, "what": vector["what"]} == vector


@pytest.mark.parametrize(
    "name",
    ["bindings-1", "draft-1", "details-1", "reader-1", "custody-1", "session-1", "codes-1", "trail-1", "factor-1"],
)
def test_the_same_bytes_are_still_written(name: str, tmp_path: Path) -> None:
    vector = load(name)

    assert {**freeze.EVERY[name](freeze.world(tmp_path / "today")), "what": vector["what"]} == vector


def test_a_frozen_secret_of_a_phone_opens(portal: PortalKeys) -> None:
    vector: Any = load("factor-1")
    secret = open_secret(portal, vector["reader"], raw(vector["sealed"]))

    assert (in_letters(secret), code_at(secret, vector["step"])) == (vector["letters"], vector["code"])


def test_a_frozen_draft_opens(chat: ChatKeys, seasons: Seasons) -> None:
    vector: Any = load("draft-1")
    key = unwrap_draft_key(chat, seasons, vector["consultation"], raw(vector["wrapped"]))

    assert open_draft(key, vector["consultation"], vector["version"], raw(vector["sealed"])).decode() == vector["plain"]


def test_frozen_details_open(chat: ChatKeys, portal: PortalKeys) -> None:
    vector: Any = load("details-1")

    assert open_details(chat, vector["what"], vector["row"], raw(vector["chat"])).decode() == vector["plain"]
    assert open_details(portal, vector["what"], vector["row"], raw(vector["portal"])).decode() == vector["plain"]


def test_a_frozen_directory_entry_is_verified(chat: ChatKeys) -> None:
    vector: Any = load("reader-1")
    entry = DirectoryEntry.from_bytes(vector["id"], raw(vector["public"]), raw(vector["signature"]))
    private = PrivateReader.from_secret(vector["id"], Secret(raw(vector["private"])))

    assert verified(entry, chat.directory_public, freeze.SITE) == private.public


@pytest.mark.parametrize("by", list(By))
def test_a_frozen_lock_unlocks(portal: PortalKeys, by: By) -> None:
    vector: Any = load("custody-1")[by.value]
    reader: Any = load("reader-1")
    public = PublicReader.from_bytes("sam", raw(reader["public"]))
    locked = Lock(raw(vector["verifier"]), raw(vector["locked"]))

    assert unlock(portal, public, by, vector["typed"], locked).to_secret() == Secret(raw(reader["private"]))


def test_a_frozen_session_opens(portal: PortalKeys) -> None:
    vector: Any = load("session-1")
    public = PublicReader.from_bytes("sam", raw(load("reader-1")["public"]))

    assert open_session(portal, vector["token"], public, raw(vector["sealed"])).public == public


def test_a_frozen_code_is_recognised(chat: ChatKeys) -> None:
    vector: Any = load("codes-1")

    assert is_code(chat, vector["invitation"], vector["rest"], raw(vector["kept"]))


@pytest.mark.parametrize("who", ["sam", "recovery"])
def test_a_frozen_sending_opens(who: str) -> None:
    vector: Any = load("sendings-1")
    kept = vector["second"]
    sealed = SealedSending(
        raw(kept["manifest"]),
        raw(kept["signature"]),
        tuple(raw(bundle) for bundle in kept["bundles"]),
        tuple(tuple(raw(wrap) for wrap in wraps) for wraps in kept["wraps"]),
    )
    reader = PrivateReader.from_secret(who, Secret(raw(vector["readers"][who])))

    (opened,) = open_sending(
        reader,
        sealed,
        raw(vector["chat_public"]),
        site=vector["site"],
        review=vector["review"],
        sending=kept["sending"],
    )

    assert (opened.group, opened.plain.decode()) == ("officer", vector["plain"])


def test_a_frozen_chain_is_whole() -> None:
    vector: Any = load("sendings-1")
    signed = [
        SignedManifest(raw(vector[each]["manifest"]), raw(vector[each]["signature"])) for each in ("first", "second")
    ]

    chain = verify_chain(signed, raw(vector["chat_public"]), site=vector["site"], review=vector["review"])

    assert [manifest.sending for manifest in chain] == ["sending-1", "sending-2"]
    assert [manifest.sending for manifest in standing(chain)] == ["sending-2"]


def test_a_frozen_note_opens() -> None:
    vector: Any = load("note-1")
    reader = PrivateReader.from_secret("sam", Secret(raw(vector["reader"])))

    plain = open_note(freeze.SITE, vector["what"], vector["row"], raw(vector["sealed"]), reader)

    assert plain.decode() == vector["plain"]


def test_any_two_frozen_sheets_combine() -> None:
    vector: Any = load("sheets-1")
    public = PublicReader.from_bytes(recovery.READER, raw(vector["public"]))

    for two in combinations(vector["sheets"], 2):
        assert recovery.combine(two, public).public == public


def _texts(value: object) -> list[str]:
    """Every base64 text in a vector, however deep."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) and len(value) % 4 == 0 and _is_base64(value) else []


def _is_base64(text: str) -> bool:
    try:
        raw(text)
    except ValueError:
        return False
    return True
