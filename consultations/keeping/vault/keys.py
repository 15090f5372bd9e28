"""The two key files and what is derived from them, each label only where it is needed.

`foreword init` writes both at once, because each pins the other's public half. They lie outside the data directory:

    {"format": 1, "kind": "chat", "site": "9f2c…", "id": "3d1b…", "secret": "<32 bytes, base64>",
     "pinned": "<the portal's directory key, base64>", "check": "5a…"}

chat.key     draft, contact (names and the like), index, signing seed, cookie-time, pepper of codes, trail
portal.key   directory (signing seed), details, index, session, pepper of phrases and codes, trail of its own and of
             the commands

Neither holds anything that opens a sending.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from consultations.keeping.vault import keyfile, signing
from consultations.keeping.vault.aead import KEY
from consultations.keeping.vault.context import context
from consultations.keeping.vault.keyfile import KeyFile, read, refuse_to_overwrite, write
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.secret import Random, Secret, token_bytes

CHAT = "chat"
PORTAL = "portal"
CARRIED = ("pepper", "index", "trail", "command_trail")
"""What goes over into new key files as it is. What a phrase or a code was stretched with cannot be made anew without
the phrase or the code; marks that are told aloud or looked up by stay what they were; and the trail goes on."""


@dataclass(frozen=True, slots=True)
class ChatKeys:
    """What the children's side holds. `directory_public` is the portal's: it vouches for readers (P4)."""

    site: str
    id: str
    draft: Secret
    details: Secret
    index: Secret
    signing: Secret
    cookie_time: Secret
    pepper: Secret
    trail: Secret
    directory_public: bytes

    @property
    def public(self) -> bytes:
        """What verifies the manifests this chat signs; the portal has it pinned."""
        return signing.public_half(self.signing)


@dataclass(frozen=True, slots=True)
class PortalKeys:
    """What the staff side holds. `chat_public` is the chat's: it proves that a sending was the chat's."""

    site: str
    id: str
    directory: Secret
    details: Secret
    index: Secret
    session: Secret
    pepper: Secret
    second_factor: Secret
    trail: Secret
    command_trail: Secret
    chat_public: bytes

    @property
    def directory_public(self) -> bytes:
        """What verifies the directory this portal signs; the chat has it pinned."""
        return signing.public_half(self.directory)


def create(directory: Path, site: str, random: Random = token_bytes) -> tuple[ChatKeys, PortalKeys]:
    """Write chat.key and portal.key (0400). KeyFileProblem when either is already there: nothing is overwritten."""
    chat_path, portal_path = path_of(directory, CHAT), path_of(directory, PORTAL)
    refuse_to_overwrite(chat_path, portal_path)
    chat_secret, portal_secret = Secret(random(KEY)), Secret(random(KEY))
    chat_public = signing.public_half(derive(chat_secret, "chat signing seed", site))
    directory_public = signing.public_half(derive(portal_secret, "portal directory", site))
    chat = KeyFile(CHAT, site, random(8).hex(), chat_secret, pinned=directory_public)
    portal = KeyFile(PORTAL, site, random(8).hex(), portal_secret, pinned=chat_public)
    write(chat_path, chat)
    try:
        write(portal_path, portal)
    except KeyFileProblem:
        chat_path.unlink()  # one without the other is of no use, and would stand in the way of trying again
        raise
    return _chat(chat), _portal(portal)


def load_chat(directory: Path, site: str | None = None, id: str | None = None) -> ChatKeys:
    """The chat's keys. KeyFileProblem says what is wrong; `site` and `id` are the database's, when they are known."""
    return _chat(_in_force(directory, CHAT, site, id))


def load_portal(directory: Path, site: str | None = None, id: str | None = None) -> PortalKeys:
    """The portal's keys. KeyFileProblem says what is wrong; `site` and `id` are the database's, when they are known."""
    return _portal(_in_force(directory, PORTAL, site, id))


def ids_of(directory: Path, kind: str, site: str) -> tuple[str, ...]:
    """The ids of the keys in this key file: one, or two while they are changed."""
    file = read(path_of(directory, kind), kind, site)
    return (file.id,) if file.next is None else (file.id, file.next.id)


def _in_force(directory: Path, kind: str, site: str | None, id: str | None) -> KeyFile:
    """What the database says is in force: while keys are changed, the file holds the old and the new."""
    path = path_of(directory, kind)
    file = read(path, kind, site)
    for each in (file, file.next):
        if each is not None and id in (None, each.id):
            return each
    raise KeyFileProblem(
        f"{path} is not the key file that this database was last used with: the keys were changed. Put the newest copy"
        " here, or restore a backup from before."
    )


@dataclass(frozen=True, slots=True)
class Changing:
    """Both sides' keys, old and new, while they are changed."""

    old: tuple[ChatKeys, PortalKeys]
    new: tuple[ChatKeys, PortalKeys]


def prepare_change(directory: Path, site: str, random: Random) -> Changing:
    """New keys beside the old ones, in both files and on the disk when this returns; those that a run before this one
    left there are taken up. Nothing is used yet."""
    paths = [path_of(directory, kind) for kind in (CHAT, PORTAL)]
    chat, portal = (read(path, kind, site) for path, kind in zip(paths, (CHAT, PORTAL), strict=True))
    if not _belong(chat.next, portal.next):
        secrets = [Secret(random(KEY)) for _ in paths]
        chat_public = signing.public_half(derive(secrets[0], "chat signing seed", site))
        directory_public = signing.public_half(derive(secrets[1], "portal directory", site))
        before = _chat(chat), _portal(portal)
        carried = [{label: getattr(each, label) for label in CARRIED if hasattr(each, label)} for each in before]
        chat_next = KeyFile(CHAT, site, random(8).hex(), secrets[0], directory_public, carried[0])
        portal_next = KeyFile(PORTAL, site, random(8).hex(), secrets[1], chat_public, carried[1])
        chat, portal = replace(chat, next=chat_next), replace(portal, next=portal_next)
        for path, file in zip(paths, (chat, portal), strict=True):
            keyfile.replace(path, file)
    assert chat.next is not None
    assert portal.next is not None
    return Changing((_chat(chat), _portal(portal)), (_chat(chat.next), _portal(portal.next)))


def finish_change(directory: Path, site: str, ids: tuple[str | None, str | None]) -> bool:
    """Destroy the old keys, where the database says that the new ones are in force. False where nothing was left."""
    done = False
    for kind, id in zip((CHAT, PORTAL), ids, strict=True):
        file = read(path_of(directory, kind), kind, site)
        if file.next is not None and file.next.id == id:
            keyfile.replace(path_of(directory, kind), file.next)
            done = True
    return done


def _belong(chat: KeyFile | None, portal: KeyFile | None) -> bool:
    if chat is None or portal is None:
        return False
    return _chat(chat).directory_public == _portal(portal).directory_public


def path_of(directory: Path, kind: str) -> Path:
    """Where the key file of this kind lies."""
    return directory / f"{kind}.key"


def derive(secret: Secret, label: str, site: str, *, salt: bytes = b"") -> Secret:
    """A key for one use (RFC 5869), bound to the label and the site."""
    hkdf = HKDF(SHA256(), length=KEY, salt=salt or None, info=context(label, site))
    return Secret(hkdf.derive(secret.reveal()))


def mark(key: Secret, statement: bytes) -> bytes:
    """HMAC-SHA256 under a derived key."""
    return hmac.digest(key.reveal(), statement, "sha256")


def _chat(file: KeyFile) -> ChatKeys:
    return ChatKeys(
        site=file.site,
        id=file.id,
        draft=derive(file.secret, "chat draft", file.site),
        details=derive(file.secret, "chat contact", file.site),
        index=file.carried.get("index") or derive(file.secret, "chat index", file.site),
        signing=derive(file.secret, "chat signing seed", file.site),
        cookie_time=derive(file.secret, "chat cookie-time", file.site),
        pepper=file.carried.get("pepper") or derive(file.secret, "chat pepper", file.site),
        trail=file.carried.get("trail") or derive(file.secret, "chat trail", file.site),
        directory_public=file.pinned,
    )


def _portal(file: KeyFile) -> PortalKeys:
    return PortalKeys(
        site=file.site,
        id=file.id,
        directory=derive(file.secret, "portal directory", file.site),
        details=derive(file.secret, "portal details", file.site),
        index=file.carried.get("index") or derive(file.secret, "portal index", file.site),
        session=derive(file.secret, "portal session", file.site),
        pepper=file.carried.get("pepper") or derive(file.secret, "portal pepper", file.site),
        second_factor=derive(file.secret, "portal second-factor", file.site),
        trail=file.carried.get("trail") or derive(file.secret, "portal trail", file.site),
        command_trail=file.carried.get("command_trail") or derive(file.secret, "command trail", file.site),
        chat_public=file.pinned,
    )
