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
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from consultations.keeping.vault import signing
from consultations.keeping.vault.aead import KEY
from consultations.keeping.vault.context import context
from consultations.keeping.vault.keyfile import KeyFile, read, refuse_to_overwrite, write
from consultations.keeping.vault.problems import KeyFileProblem
from consultations.keeping.vault.secret import Random, Secret, token_bytes

CHAT = "chat"
PORTAL = "portal"


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


def load_chat(directory: Path, site: str | None = None) -> ChatKeys:
    """The chat's keys. KeyFileProblem says what is wrong; `site` is the database's, when it is known."""
    return _chat(read(path_of(directory, CHAT), CHAT, site))


def load_portal(directory: Path, site: str | None = None) -> PortalKeys:
    """The portal's keys. KeyFileProblem says what is wrong; `site` is the database's, when it is known."""
    return _portal(read(path_of(directory, PORTAL), PORTAL, site))


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
        index=derive(file.secret, "chat index", file.site),
        signing=derive(file.secret, "chat signing seed", file.site),
        cookie_time=derive(file.secret, "chat cookie-time", file.site),
        pepper=derive(file.secret, "chat pepper", file.site),
        trail=derive(file.secret, "chat trail", file.site),
        directory_public=file.pinned,
    )


def _portal(file: KeyFile) -> PortalKeys:
    return PortalKeys(
        site=file.site,
        id=file.id,
        directory=derive(file.secret, "portal directory", file.site),
        details=derive(file.secret, "portal details", file.site),
        index=derive(file.secret, "portal index", file.site),
        session=derive(file.secret, "portal session", file.site),
        pepper=derive(file.secret, "portal pepper", file.site),
        second_factor=derive(file.secret, "portal second-factor", file.site),
        trail=derive(file.secret, "portal trail", file.site),
        command_trail=derive(file.secret, "command trail", file.site),
        chat_public=file.pinned,
    )
