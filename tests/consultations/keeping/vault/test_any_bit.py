"""P3, everywhere: whichever byte of whatever is kept is changed, or however much of it is cut, it does not open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.keeping.vault.codes import is_code, keep_code
from consultations.keeping.vault.custody import By, Lock, lock, unlock
from consultations.keeping.vault.details import open_details, seal_details
from consultations.keeping.vault.directory import DirectoryEntry, verified
from consultations.keeping.vault.drafts import (
    new_draft_key,
    open_draft,
    seal_draft,
    unwrap_draft_key,
    wrap_draft_key,
)
from consultations.keeping.vault.notes import open_note, seal_note
from consultations.keeping.vault.problems import VaultProblem
from consultations.keeping.vault.sendings import SealedSending
from consultations.keeping.vault.sessions import new_token, open_session, seal_session
from tests.consultations.keeping.vault.cast import QUICK, WORDS, Site

Opens = Callable[[bytes], object]


@dataclass(frozen=True)
class Kept:
    """Some bytes as they lie in the database, and the way to open them."""

    blob: bytes
    opens: Opens


def _draft(site: Site) -> Kept:
    key = new_draft_key(site.chat)
    return Kept(seal_draft(key, "amal", 3, WORDS), lambda blob: open_draft(key, "amal", 3, blob))


def _draft_key(site: Site) -> Kept:
    wrapped = wrap_draft_key(site.chat, site.seasons, "amal", new_draft_key(site.chat))
    return Kept(wrapped, lambda blob: unwrap_draft_key(site.chat, site.seasons, "amal", blob))


def _details(site: Site) -> Kept:
    sealed = seal_details(site.chat, "review", "1", WORDS)
    return Kept(sealed, lambda blob: open_details(site.chat, "review", "1", blob))


def _session(site: Site) -> Kept:
    token = new_token()
    sealed = seal_session(site.portal, token, site.sam)
    return Kept(sealed, lambda blob: open_session(site.portal, token, site.sam.public, blob))


def _note(site: Site) -> Kept:
    """Sealed to Sam alone: in a note of two, changing the other's wrap is the other's loss."""
    sealed = seal_note(site.id, "reading", "1", WORDS, [site.sam.public])
    return Kept(sealed, lambda blob: open_note(site.id, "reading", "1", blob, site.sam))


def _lock(part: str) -> Callable[[Site], Kept]:
    def kept(site: Site) -> Kept:
        whole = lock(site.portal, site.sam, By.PHRASE, "five words", cost=QUICK)

        def opens(blob: bytes) -> object:
            changed = Lock(whole.verifier, blob) if part == "locked" else Lock(blob, whole.locked)
            return unlock(site.portal, site.sam.public, By.PHRASE, "five words", changed)

        return Kept(getattr(whole, part), opens)

    return kept


def _code(site: Site) -> Kept:
    kept = keep_code(site.chat, "invitation", "7XK2", cost=QUICK)
    return Kept(kept, lambda blob: is_code(site.chat, "invitation", "7XK2", blob))


def _entry(part: str) -> Callable[[Site], Kept]:
    def kept(site: Site) -> Kept:
        entry = site.entry(site.sam)
        public, signature = entry.reader.to_bytes(), entry.signature

        def opens(blob: bytes) -> object:
            changed = (blob, signature) if part == "public" else (public, blob)
            return verified(DirectoryEntry.from_bytes("sam", *changed), site.chat.directory_public, site.id)

        return Kept(public if part == "public" else signature, opens)

    return kept


def _sending(part: str) -> Callable[[Site], Kept]:
    def kept(site: Site) -> Kept:
        sealed = site.sent()
        (opened,) = site.read(site.sam, sealed)
        slot = opened.key.place.slot
        empty = 1 - slot

        def with_bundle(blob: bytes, at: int) -> SealedSending:
            return replace(sealed, bundles=tuple(blob if n == at else each for n, each in enumerate(sealed.bundles)))

        parts: dict[str, Kept] = {
            "manifest": Kept(sealed.manifest, lambda blob: site.read(site.sam, replace(sealed, manifest=blob))),
            "signature": Kept(sealed.signature, lambda blob: site.read(site.sam, replace(sealed, signature=blob))),
            "bundle": Kept(sealed.bundles[slot], lambda blob: site.read(site.sam, with_bundle(blob, slot))),
            "empty bundle": Kept(sealed.bundles[empty], lambda blob: site.read(site.sam, with_bundle(blob, empty))),
        }
        return parts[part]

    return kept


def _wrap(site: Site) -> Kept:
    """Sam's own wrap, whichever of the four it is."""
    sealed = site.sent()
    (opened,) = site.read(site.sam, sealed)
    slot = opened.key.place.slot

    def with_only(wrap: bytes) -> SealedSending:
        wraps = tuple((wrap,) * 4 if at == slot else each for at, each in enumerate(sealed.wraps))
        return replace(sealed, wraps=wraps)

    (own,) = (wrap for wrap in sealed.wraps[slot] if site.read(site.sam, with_only(wrap)))
    return Kept(own, lambda blob: site.read(site.sam, with_only(blob)))


EVERYTHING: list[tuple[str, Callable[[Site], Kept]]] = [
    ("draft", _draft),
    ("draft key", _draft_key),
    ("details", _details),
    ("session", _session),
    ("note", _note),
    ("locked key", _lock("locked")),
    ("verifier", _lock("verifier")),
    ("code", _code),
    ("public key", _entry("public")),
    ("directory signature", _entry("signature")),
    ("manifest", _sending("manifest")),
    ("manifest signature", _sending("signature")),
    ("bundle", _sending("bundle")),
    ("empty bundle", _sending("empty bundle")),
    ("wrap", _wrap),
]


@pytest.fixture(scope="module", params=[pytest.param(make, id=name) for name, make in EVERYTHING])
def kept(request: pytest.FixtureRequest, site: Site) -> Kept:
    """One of everything that is kept."""
    made: Kept = request.param(site)
    return made


MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def opens(kept: Kept, blob: bytes) -> bool:
    """Whether anything comes of it: no refusal, and no plain "no"."""
    try:
        return bool(kept.opens(blob))
    except VaultProblem:
        return False


@MANY
@given(data=st.data())
def test_no_byte_can_be_changed(kept: Kept, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept.blob) - 1), label="at")
    flip = data.draw(st.integers(1, 255), label="flip")
    changed = kept.blob[:at] + bytes((kept.blob[at] ^ flip,)) + kept.blob[at + 1 :]

    assert opens(kept, kept.blob)
    assert not opens(kept, changed)


@MANY
@given(data=st.data())
def test_nothing_can_be_cut_or_added(kept: Kept, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(kept.blob) - 1), label="length")
    more = data.draw(st.binary(min_size=1, max_size=50), label="more")

    assert not opens(kept, kept.blob[:length])
    assert not opens(kept, kept.blob + more)


@MANY
@given(blob=st.binary(max_size=300))
def test_nothing_made_up_opens_and_nothing_else_happens(kept: Kept, blob: bytes) -> None:
    assert not opens(kept, blob)
    assert not opens(kept, kept.blob[:2] + blob)
