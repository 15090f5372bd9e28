"""P1, for what the vault writes: planted words are in no blob, in no file and in no message."""

from __future__ import annotations

from pathlib import Path

import pytest

from consultations.keeping.vault.codes import keep_code
from consultations.keeping.vault.custody import By, lock
from consultations.keeping.vault.details import blind_index, seal_details
from consultations.keeping.vault.drafts import new_draft_key, open_draft, seal_draft, wrap_draft_key
from consultations.keeping.vault.problems import VaultProblem
from consultations.keeping.vault.sessions import seal_session
from tests.consultations.keeping.vault.cast import QUICK, Site, build
from tests.hunt import hunt

PLANTED = "zanzibarkettle"
SAID = f"Nobody listens about {PLANTED}. ".encode() * 40


def test_planted_words_are_in_nothing_that_is_kept(site: Site) -> None:
    key = new_draft_key(site.chat)
    sealed = site.sent(site.officers(SAID), site.advocates(SAID))
    blobs = [
        seal_draft(key, "amal", 1, SAID),
        wrap_draft_key(site.chat, site.seasons, "amal", key),
        seal_details(site.chat, "review", "1", SAID),
        seal_details(site.portal, "review", "1", SAID),
        blind_index(site.portal, "name", PLANTED).encode(),
        (locked := lock(site.portal, site.sam, By.PHRASE, PLANTED, cost=QUICK)).locked,
        locked.verifier,
        keep_code(site.chat, "invitation", PLANTED, cost=QUICK),
        sealed.manifest,
        *sealed.bundles,
        *sum(sealed.wraps, ()),
    ]

    assert hunt([PLANTED], *blobs) == []
    assert hunt([PLANTED], SAID)  # the hunt finds it where it is


def test_no_secret_is_in_anything_that_is_kept(site: Site) -> None:
    key = new_draft_key(site.chat)
    sealed = site.sent()
    (opened,) = site.read(site.sam, sealed)
    locked = lock(site.portal, site.sam, By.PHRASE, "five words", cost=QUICK)
    kept = [
        wrap_draft_key(site.chat, site.seasons, "amal", key),
        seal_draft(key, "amal", 1, SAID),
        locked.locked,
        locked.verifier,
        seal_session(site.portal, "token", site.sam),
        site.entry(site.sam).signature,
        site.sam.public.to_bytes(),
        sealed.manifest,
        *sealed.bundles,
        *sum(sealed.wraps, ()),
    ]

    for secret in (key.secret, site.sam.sealing, site.sam.signing, opened.key.secret, site.chat.draft):
        for blob in kept:
            assert secret.reveal() not in blob


def test_no_file_beside_the_key_files_holds_a_key(tmp_path: Path) -> None:
    own = build(tmp_path, "site-of-amal")
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}

    assert files == {"keys/chat.key", "keys/portal.key", "data/seasons.json"}
    for words in own.sheets:
        assert hunt([word for word in words.split() if len(word) > 7], tmp_path) == []


def test_a_refusal_says_nothing_of_what_was_inside(site: Site) -> None:
    key = new_draft_key(site.chat)

    with pytest.raises(VaultProblem) as caught:
        open_draft(key, "amal", 2, seal_draft(key, "amal", 1, SAID))

    shown = repr(caught.value) + str(caught.value.__cause__) + str(caught.value.args)
    assert PLANTED not in shown
    assert caught.value.__suppress_context__
