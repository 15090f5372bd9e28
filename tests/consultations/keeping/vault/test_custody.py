"""A reader's private halves: locked by what only they have, and refused when they are not the ones that were locked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from consultations.keeping.vault import aead
from consultations.keeping.vault.context import context, pack
from consultations.keeping.vault.custody import By, Lock, lock, unlock, unlock_nobody
from consultations.keeping.vault.phrases import new_phrase, new_recovery_code, plain_phrase
from consultations.keeping.vault.problems import Refused, VaultProblem, WrongPhrase
from consultations.keeping.vault.readers import PrivateReader
from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.stretching import CODE, COST, PHRASE, SALT, Aside, Cost
from tests.consultations.keeping.vault.cast import QUICK, Site
from tests.derivations import derivations

PHRASES = "plunge shrimp else hairy exceed"


def _locked(site: Site, reader: PrivateReader | None = None, typed: str = PHRASES, by: By = By.PHRASE) -> Lock:
    return lock(site.portal, reader or site.sam, by, typed, cost=QUICK)


def test_a_phrase_unlocks_what_it_locked_at_full_cost(site: Site) -> None:
    phrase = new_phrase()
    locked = lock(site.portal, site.sam, By.PHRASE, phrase)

    assert unlock(site.portal, site.sam.public, By.PHRASE, phrase, locked) == site.sam


def test_a_phrase_costs_what_the_notes_ask_for() -> None:
    assert Cost(memory_kib=65_536, iterations=3, lanes=4) == PHRASE
    assert Cost(memory_kib=19_456, iterations=2, lanes=1) == CODE


def test_several_locks_of_one_key_stand_side_by_side(site: Site) -> None:
    code = new_recovery_code()
    by_phrase, by_code = _locked(site), _locked(site, typed=code, by=By.RECOVERY_CODE)

    assert unlock(site.portal, site.sam.public, By.PHRASE, PHRASES, by_phrase) == site.sam
    assert unlock(site.portal, site.sam.public, By.RECOVERY_CODE, code, by_code) == site.sam


@pytest.mark.parametrize(
    "typed",
    [
        "Plunge Shrimp Else Hairy Exceed",
        "  plunge\tshrimp  else\nhairy exceed ",
        "plunge-shrimp-else-hairy-exceed",
        "plunge, shrimp, else, hairy, exceed.",
        "plun shri else hair exce",
        "PlungeShrimpElseHairyExceed",
        "plungeshrimp else-hairyexceed",
        "ｐｌｕｎｇｅ shrimp else hairy exceed",
    ],
)
def test_a_phrase_may_be_typed_with_any_case_spaces_and_hyphens(site: Site, typed: str) -> None:
    assert unlock(site.portal, site.sam.public, By.PHRASE, typed, _locked(site)) == site.sam


def test_words_that_were_run_together_part_in_one_way_only() -> None:
    for first, second in pairwise(WORDLIST):
        assert plain_phrase(f"{second}{first}{second}") == f"{second} {first} {second}"


@pytest.mark.parametrize("typed", ["0OIL1-abcde-FGH", "00111ABCDEFGH", "oo iil - ABCDE fgh"])
def test_a_recovery_code_may_be_typed_with_any_case_and_confused_letters(site: Site, typed: str) -> None:
    locked = _locked(site, typed="00111-ABCDE-FGH", by=By.RECOVERY_CODE)

    assert unlock(site.portal, site.sam.public, By.RECOVERY_CODE, typed, locked) == site.sam


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "plunge shrimp else hairy",
        "plunge shrimp else hairy exceed exceed",
        "shrimp plunge else hairy exceed",
        "plunge shrimp else hairy exclude",
        "plungeshrimpelsehairy",
        "plunshrielsehairexce",
        "\0\ud800",
        "x" * 100_000,
    ],
)
def test_another_phrase_is_an_expected_thing(site: Site, typed: str) -> None:
    with pytest.raises(WrongPhrase):
        unlock(site.portal, site.sam.public, By.PHRASE, typed, _locked(site))


def test_a_lock_is_kept_in_one_piece_and_read_strictly(site: Site) -> None:
    locked = _locked(site)

    assert Lock.from_bytes(locked.to_bytes()) == locked
    for kept in (b"", b"x", pack(b"a"), pack(b"a", b"b", b"c"), locked.to_bytes()[:-1]):
        with pytest.raises(Refused):
            Lock.from_bytes(kept)


def test_a_name_nobody_has_costs_the_same_and_reads_the_same(site: Site) -> None:
    locked = _locked(site)

    with derivations() as costs:
        with pytest.raises(WrongPhrase) as somebody:
            unlock(site.portal, site.sam.public, By.PHRASE, "wrong", locked)
        with pytest.raises(WrongPhrase) as nobody:
            unlock_nobody(site.portal, By.PHRASE, "wrong", cost=QUICK)

    assert str(somebody.value) == str(nobody.value)
    assert costs == [QUICK, QUICK]


Changed = Callable[[Site, Site, Lock], Lock]

CHANGES: list[tuple[str, type[VaultProblem], Changed]] = [
    ("Priya's lock in Sam's row", WrongPhrase, lambda s, e, k: _locked(s, s.priya)),
    ("Sam's lock of another site", WrongPhrase, lambda s, e, k: _locked(e, s.sam)),
    ("a lock by recovery code", WrongPhrase, lambda s, e, k: _locked(s, by=By.RECOVERY_CODE)),
    ("another lock's verifier", WrongPhrase, lambda s, e, k: replace(k, verifier=_locked(s).verifier)),
    ("another lock's key", WrongPhrase, lambda s, e, k: replace(k, locked=_locked(s).locked)),
    ("a verifier cut short", WrongPhrase, lambda s, e, k: replace(k, verifier=k.verifier[:-1])),
    ("no verifier", Refused, lambda s, e, k: replace(k, verifier=b"")),
    ("the sealed part changed", Refused, lambda s, e, k: replace(k, locked=k.locked[:-1] + bytes([k.locked[-1] ^ 1]))),
    ("cut short", Refused, lambda s, e, k: replace(k, locked=k.locked[:-1])),
    ("another format", Refused, lambda s, e, k: replace(k, locked=b"\x05" + k.locked[1:])),
    ("no cost at all", Refused, lambda s, e, k: _with_cost(k, bytes(6))),
    ("a cost that takes a day", Refused, lambda s, e, k: _with_cost(k, b"\xff" * 6)),
    ("a cost that takes a minute", Refused, lambda s, e, k: _with_cost(k, Cost(1_048_576, 3, 4).to_bytes())),
    ("too many turns", Refused, lambda s, e, k: _with_cost(k, Cost(65_536, 200, 4).to_bytes())),
]


def _with_cost(kept: Lock, cost: bytes) -> Lock:
    return replace(kept, locked=kept.locked[:2] + cost + kept.locked[8:])


@pytest.mark.parametrize(
    ("problem", "changed"), [pytest.param(problem, change, id=name) for name, problem, change in CHANGES]
)
def test_a_lock_that_was_changed_in_the_database_opens_nothing(
    site: Site, elsewhere: Site, problem: type[VaultProblem], changed: Changed
) -> None:
    genuine = _locked(site)

    with pytest.raises(problem):
        unlock(site.portal, site.sam.public, By.PHRASE, PHRASES, changed(site, elsewhere, genuine))


def test_a_lock_that_holds_another_key_than_the_directory_says_is_refused(site: Site) -> None:
    """Made by somebody with the pepper, for Sam's public halves, with a private half of their own."""
    public = site.sam.public

    class Impostor(PrivateReader):
        @property
        def public(self) -> object:  # type: ignore[override]
            return public

    forged = lock(site.portal, Impostor("sam", site.priya.sealing, site.priya.signing), By.PHRASE, PHRASES, cost=QUICK)

    with pytest.raises(Refused, match="another reader"):
        unlock(site.portal, public, By.PHRASE, PHRASES, forged)


def test_a_changed_public_half_does_not_unlock(site: Site) -> None:
    with pytest.raises(WrongPhrase):
        unlock(site.portal, replace(site.sam.public, sealing=bytes(32)), By.PHRASE, PHRASES, _locked(site))


def test_without_the_key_file_nobody_gets_even_a_guess(site: Site) -> None:
    with pytest.raises(WrongPhrase):
        unlock(replace(site.portal, pepper=site.portal.session), site.sam.public, By.PHRASE, PHRASES, _locked(site))


def test_who_knows_the_verifier_does_not_know_the_key(site: Site) -> None:
    """Both come out of one derivation, and the verifier lies in the table."""
    locked = _locked(site)
    verifier, sealed = Secret(locked.verifier[2:]), locked.locked[2 + COST + SALT :]
    bound_to = pack(context("custody", site.id, kind=By.PHRASE, reader="sam"), site.sam.public.to_bytes())

    with pytest.raises(Refused):
        aead.unseal(verifier, sealed, bound_to)


def test_the_same_words_are_locked_otherwise_each_time(site: Site) -> None:
    assert _locked(site).verifier != _locked(site).verifier


def test_nothing_of_a_lock_or_a_reader_prints(site: Site) -> None:
    locked = _locked(site)

    assert repr(locked) == "Lock()"
    assert repr(site.sam) == "PrivateReader(id='sam', sealing=Secret('****'), signing=Secret('****'))"


def test_phrases_are_five_words_and_never_twice_the_same() -> None:
    phrases = {new_phrase() for _ in range(200)}

    assert len(phrases) == 200
    assert {len(phrase.split()) for phrase in phrases} == {5}


def test_recovery_codes_are_25_symbols_in_fives() -> None:
    codes = {new_recovery_code() for _ in range(200)}

    assert len(codes) == 200
    assert {tuple(len(group) for group in code.split("-")) for code in codes} == {(5, 5, 5, 5, 5)}
    assert not set("".join(codes)) & set("ILOU")


async def test_at_most_two_derivations_run_at_once_and_the_loop_goes_on() -> None:
    aside = Aside(at_once=2)
    running, most, guard = 0, 0, threading.Lock()

    def slow(number: int) -> int:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with guard:
            running -= 1
        return number

    turns = 0

    async def others() -> None:
        nonlocal turns
        while turns < 5:
            await asyncio.sleep(0.001)
            turns += 1

    *numbers, _ = await asyncio.gather(*(aside.run(slow, number) for number in range(6)), others())

    assert (numbers, most, turns) == ([0, 1, 2, 3, 4, 5], 2, 5)


async def test_what_goes_wrong_aside_is_said_here(site: Site) -> None:
    with pytest.raises(WrongPhrase):
        await Aside().run(unlock, site.portal, site.sam.public, By.PHRASE, "wrong", _locked(site))
