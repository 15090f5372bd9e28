"""Derivations are slow on purpose, and many at once all come to an end."""

from __future__ import annotations

import threading

import pytest

from consultations.keeping.vault.secret import Secret
from consultations.keeping.vault.stretching import SALT, Cost, stretch

PATIENCE = 60.0


@pytest.mark.parametrize("lanes", [1, 4])
def test_derivations_at_once_all_finish_and_are_all_right(lanes: int) -> None:
    """With several lanes two at once once hung for ever, or failed for want of memory."""
    cost = Cost(memory_kib=1024, iterations=1, lanes=lanes)
    derived: list[Secret] = []

    def often() -> None:
        for _ in range(10):
            derived.append(stretch("words", salt=bytes(SALT), bound_to=b"", pepper=Secret(b"pepper"), cost=cost))

    threads = [threading.Thread(target=often, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert not any(thread.is_alive() for thread in threads), "a derivation never finished"
    assert len(derived) == 40
    assert all(each == derived[0] for each in derived)
