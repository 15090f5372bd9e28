"""A secret prints as stars, wherever it is printed."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import NoReturn

Random = Callable[[int], bytes]
"""Where randomness comes from: how many bytes → bytes. `token_bytes` everywhere but in frozen vectors."""

token_bytes: Random = secrets.token_bytes


class Secret:
    """Some bytes that must not be shown: no repr, no str, no pickle; compared in constant time."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        """The bytes themselves. Called by the vault, where they are used."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('****')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not pickled.")
