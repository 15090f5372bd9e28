"""Makes the frozen vectors: one of every format, from fixed keys and fixed randomness, with what went in.

    python -m tests.consultations.keeping.vault.freeze

writes those that are not there yet, and never touches one that is: what was sealed once must open for ever. A new
format gets a new file. (HPKE and SLIP-39 draw their own randomness, so a wrap, a note and the sheets differ each time.)
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from consultations.keeping.vault import recovery
from consultations.keeping.vault.codes import keep_code, link_mark
from consultations.keeping.vault.context import context
from consultations.keeping.vault.custody import By, lock
from consultations.keeping.vault.details import blind_index, seal_details
from consultations.keeping.vault.directory import enter
from consultations.keeping.vault.drafts import new_draft_key, seal_draft, wrap_draft_key
from consultations.keeping.vault.keys import ChatKeys, PortalKeys, create
from consultations.keeping.vault.notes import seal_note
from consultations.keeping.vault.one_time import code_at, in_letters, new_secret, seal_secret
from consultations.keeping.vault.readers import PrivateReader, new_reader
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.sendings import Group, SealedSending, seal_sending
from consultations.keeping.vault.sessions import cookie_marks, new_token, seal_session, session_id
from consultations.keeping.vault.trail import chat_trail, command_trail, portal_trail
from consultations.sending import Kind
from consultations.trail import COMMAND, Deed, Record, entry
from tests.consultations.keeping.vault.cast import NOON, QUICK, Fixed

VECTORS = Path(__file__).parent / "vectors"
SITE = "site-of-amal"
WORDS = "I want to see my brother more. بسیار ممنون"

ACTS = (
    Record(Deed.BEGAN, by=COMMAND, of="0123456789abcdef", more="founded"),
    Record(Deed.OPENED, by="5a5a5a5a", of="7070707070707070", more="officer"),
)
LATER = frozenset({"trail", "command_trail", "second_factor"})
"""Keys that were derived only after the vector of the key files was frozen."""

Vector = dict[str, object]


@dataclass(frozen=True)
class World:
    """Everything that does not change from one run to the next."""

    folder: Path
    chat: ChatKeys
    portal: PortalKeys
    seasons: Seasons
    sam: PrivateReader
    recovery: PrivateReader


def world(folder: Path) -> World:
    """The fixed site, written to `folder` as `foreword init` would."""
    chat, portal = create(folder, SITE, Fixed("keys"))
    return World(
        folder=folder,
        chat=chat,
        portal=portal,
        seasons=Seasons.create(folder / "seasons.json", SITE, NOON, Fixed("season")),
        sam=new_reader("sam", random=Fixed("sam")),
        recovery=new_reader(recovery.READER, random=Fixed("recovery")),
    )


def keys(w: World) -> Vector:
    """Both key files as they lie on the disk, the seasons, and every key that is derived from them."""
    return {
        "chat.key": (w.folder / "chat.key").read_text(),
        "portal.key": (w.folder / "portal.key").read_text(),
        "seasons.json": (w.folder / "seasons.json").read_text(),
        "chat": _derived(w.chat),
        "portal": _derived(w.portal),
    }


def trail(w: World) -> Vector:
    """The first two links of every chain of the trail."""
    chains = {}
    for pen in (chat_trail(w.chat), portal_trail(w.portal), command_trail(w.portal)):
        previous, links = b"", []
        for number, record in enumerate(ACTS, 1):
            link = entry(pen.chain, number, record, NOON)
            seal = pen.seal(link)
            previous = pen.mark(previous, seal)
            links.append({"seal": text(seal), "mark": text(previous)})
        chains[pen.chain] = links
    return {"chains": chains}


def factor(w: World) -> Vector:
    """What Sam's phone and the portal share, and the code of one moment."""
    secret = new_secret(random=Fixed("phone"))
    return {
        "reader": "sam",
        "letters": in_letters(secret),
        "step": 1,
        "code": code_at(secret, 1),
        "sealed": text(seal_secret(w.portal, "sam", secret, random=Fixed("factor"))),
    }


def bindings(w: World) -> Vector:
    """A context with every field, each of another length."""
    whole = context(
        "label",
        SITE,
        review="r",
        consultation="co",
        sending="sen",
        kind="kind",
        group="group",
        reader="reader",
        version=1234567,
    )
    return {"context": text(whole)}


def draft(w: World) -> Vector:
    """A consultation's key, wrapped, and its draft of version 7."""
    key = new_draft_key(w.chat, random=Fixed("draft key"))
    return {
        "consultation": "amal",
        "version": 7,
        "plain": WORDS,
        "wrapped": text(wrap_draft_key(w.chat, w.seasons, "amal", key, random=Fixed("wrapping"))),
        "sealed": text(seal_draft(key, "amal", 7, WORDS.encode(), random=Fixed("draft"))),
    }


def details(w: World) -> Vector:
    """The same details for either side, and the name's index."""
    return {
        "what": "review",
        "row": "review-of-amal",
        "plain": WORDS,
        "chat": text(seal_details(w.chat, "review", "review-of-amal", WORDS.encode(), random=Fixed("details"))),
        "portal": text(seal_details(w.portal, "review", "review-of-amal", WORDS.encode(), random=Fixed("details"))),
        "name": "Zoë Ó Brien",
        "index": blind_index(w.portal, "name", "Zoë Ó Brien"),
    }


def reader(w: World) -> Vector:
    """A reader's key pairs and their entry in the directory."""
    entry = enter(w.portal, w.sam.public)
    return {
        "id": "sam",
        "private": text(w.sam.to_secret().reveal()),
        "public": text(entry.reader.to_bytes()),
        "signature": text(entry.signature),
    }


def custody(w: World) -> Vector:
    """Sam's key under a phrase and under a recovery code."""
    phrase, code = "plunge shrimp else hairy exceed", "705HA-G8M2J-9479H-E1A89-W14YY"
    by_phrase = lock(w.portal, w.sam, By.PHRASE, phrase, cost=QUICK, random=Fixed("by phrase"))
    by_code = lock(w.portal, w.sam, By.RECOVERY_CODE, code, cost=QUICK, random=Fixed("by code"))
    return {
        "phrase": {"typed": phrase, "verifier": text(by_phrase.verifier), "locked": text(by_phrase.locked)},
        "recovery_code": {"typed": code, "verifier": text(by_code.verifier), "locked": text(by_code.locked)},
    }


def session(w: World) -> Vector:
    """Sam's unlocked session, and the mark on a child's cookie."""
    token = new_token(random=Fixed("token"))
    return {
        "token": token,
        "id": session_id(token),
        "sealed": text(seal_session(w.portal, token, w.sam, random=Fixed("session"))),
        "said": "token.1.2",
        "mark": text(cookie_marks(w.chat)(b"token.1.2")),
    }


def codes(w: World) -> Vector:
    """A link and a typed code."""
    return {
        "link": "AAAAAAAAAAAAAAAAAAAAAA",
        "link_mark": link_mark("AAAAAAAAAAAAAAAAAAAAAA"),
        "invitation": "invitation-1",
        "rest": "7XK2M9QA",
        "kept": text(keep_code(w.chat, "invitation-1", "7XK2M9QA", cost=QUICK, random=Fixed("code"))),
    }


def sendings(w: World) -> Vector:
    """A sending that was replaced, and what replaced it."""
    entries = (enter(w.portal, w.sam.public), enter(w.portal, w.recovery.public))
    first = seal_sending(
        w.chat,
        review="review-of-amal",
        sending="sending-1",
        kind=Kind.REPLACEMENT,
        sent_at=NOON,
        groups=[Group("officer", b"first", entries)],
        random=Fixed("first sending"),
    )
    second = seal_sending(
        w.chat,
        review="review-of-amal",
        sending="sending-2",
        kind=Kind.REPLACEMENT,
        sent_at=NOON + timedelta(hours=2),
        groups=[Group("officer", WORDS.encode(), entries)],
        previous=first.signed,
        replaces="sending-1",
        random=Fixed("second sending"),
    )
    return {
        "site": SITE,
        "review": "review-of-amal",
        "chat_public": text(w.portal.chat_public),
        "readers": {who.id: text(who.to_secret().reveal()) for who in (w.sam, w.recovery)},
        "plain": WORDS,
        "first": {"manifest": text(first.manifest), "signature": text(first.signature)},
        "second": _sealed(second),
    }


def note(w: World) -> Vector:
    """A reason that Sam gave."""
    readers = [w.sam.public, w.recovery.public]
    return {
        "what": "reading",
        "row": "reading-1",
        "plain": WORDS,
        "reader": text(w.sam.to_secret().reveal()),
        "sealed": text(seal_note(SITE, "reading", "reading-1", WORDS.encode(), readers, random=Fixed("note"))),
    }


def sheets(w: World) -> Vector:
    """A recovery key's public halves and its three sheets."""
    public, made = recovery.new(random=Fixed("sheets"))
    return {"public": text(public.to_bytes()), "sheets": [" ".join(words) for words in made.words]}


EVERY: dict[str, Callable[[World], Vector]] = {
    "keys-1": keys,
    "bindings-1": bindings,
    "draft-1": draft,
    "details-1": details,
    "reader-1": reader,
    "custody-1": custody,
    "session-1": session,
    "codes-1": codes,
    "sendings-1": sendings,
    "note-1": note,
    "sheets-1": sheets,
    "trail-1": trail,
    "factor-1": factor,
}


def text(raw: bytes) -> str:
    """Bytes as a vector holds them."""
    return base64.b64encode(raw).decode()


def raw(text: object) -> bytes:
    """The bytes again."""
    return base64.b64decode(str(text), validate=True)


def load(name: str) -> Vector:
    """A frozen vector."""
    vector: Vector = json.loads((VECTORS / f"{name}.json").read_text())
    return vector


def _derived(side: ChatKeys | PortalKeys) -> dict[str, str]:
    values = {name: getattr(side, name) for name in side.__dataclass_fields__ if name not in LATER}
    return {
        name: value if isinstance(value, str) else text(value.reveal() if isinstance(value, Secret) else value)
        for name, value in values.items()
    }


def _sealed(sealed: SealedSending) -> Vector:
    return {
        "sending": "sending-2",
        "manifest": text(sealed.manifest),
        "signature": text(sealed.signature),
        "bundles": [text(bundle) for bundle in sealed.bundles],
        "wraps": [[text(wrap) for wrap in wraps] for wraps in sealed.wraps],
    }


def main() -> None:
    """Write the vectors that are not there yet."""
    VECTORS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fixed = world(Path(folder))
        for name, make in EVERY.items():
            path = VECTORS / f"{name}.json"
            if not path.exists():
                path.write_text(json.dumps({"what": make.__doc__, **make(fixed)}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
