"""What lets one child into one consultation: a link that works once, and a code that can be said aloud and typed.

The link carries 128 random bits after its `#`, so that no server log and no preview ever sees them. The code is twelve
symbols of Crockford's base32 and a check symbol of the same thirty-two: `4MK7-W2Q9-TZX0-2`.

The check symbol is a weighted sum over GF(32) whose weights are thirteen different powers of one generator. So any one
wrong symbol and any two swapped symbols are caught before they count as a try (Verhoeff 1969: nine in ten of the
mistakes people make when they copy a number).

Between two doors of the same child there is a code of eight symbols, made in the same way: `7KQ2-M8ZX`. It works once,
for ten minutes, so thirty-five random bits are enough.

The first four symbols select the invitation and may stand in a table as they are; the other eight are the secret
part (40 bits) and are kept only as a slow hash.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L or O, which look like digits, and no U."""

SYMBOLS = 12
SELECTOR = 4
SHORT = 7
TOKEN_BYTES = 16

LONGEST_TYPED = 2_000
"""What is longer than this was not typed from a letter, and is not looked at."""

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"}
_AS_PRINTED = re.compile(r"\w{4}-\w{4}-\w{4}-\w|(?=.*\d)\w{13}")
_GENERATOR, _POLYNOMIAL = 0b00010, 0b100101  # x, and x^5 + x^2 + 1, which is primitive: x has all 31 powers


@dataclass(frozen=True, slots=True, repr=False)
class LinkToken:
    """The secret of a link. It prints as stars; `text` is what stands after the `#`, and only its SHA-256 is kept."""

    text: str

    def __repr__(self) -> str:
        return "LinkToken(***)"

    def address(self, chat_url: str) -> str:
        """The link itself, for a letter, a message or a QR code."""
        return f"{chat_url.rstrip('/')}/#{self.text}"


@dataclass(frozen=True, slots=True, repr=False)
class TypedCode:
    """A code a child can type, without its check symbol. It prints as stars; `shown` is for paper."""

    symbols: str

    def __repr__(self) -> str:
        return "TypedCode(***)"

    @property
    def selector(self) -> str:
        """The part that finds the invitation. Not a secret, and unique among the codes that are live."""
        return self.symbols[:SELECTOR]

    @property
    def secret(self) -> str:
        """The part that has to be right. Kept only as Argon2id of it."""
        return self.symbols[SELECTOR:]

    @property
    def shown(self) -> str:
        """In groups, check symbol last: `4MK7-W2Q9-TZX0-2`."""
        return "-".join((self.symbols[:4], self.symbols[4:8], self.symbols[8:], check_symbol(self.symbols)))


@dataclass(frozen=True, slots=True, repr=False)
class ShortCode:
    """A code for ten minutes, without its check symbol. It prints as stars; `shown` is for a screen."""

    symbols: str

    def __repr__(self) -> str:
        return "ShortCode(***)"

    @property
    def shown(self) -> str:
        """In two groups, check symbol last: `7KQ2-M8ZX`."""
        return f"{self.symbols[:4]}-{self.symbols[4:]}{check_symbol(self.symbols)}"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, to be handed to one child: shown once, kept nowhere."""

    reference: str
    name: str
    language: str  # the child's
    question_set: str
    officer: str
    review_on: date
    link: LinkToken
    code: TypedCode
    reissued: bool


def new_link(random: Callable[[int], bytes]) -> LinkToken:
    """A link that has never been given to anyone, from so many random bytes as are asked for."""
    return LinkToken(base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("="))


def new_code(random: Callable[[int], bytes]) -> TypedCode:
    """A code of sixty random bits."""
    number = int.from_bytes(random(8), "big")
    return TypedCode("".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(SYMBOLS))))


def new_short_code(random: Callable[[int], bytes]) -> ShortCode:
    """A code of thirty-five random bits."""
    number = int.from_bytes(random(5), "big")
    return ShortCode("".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(SHORT))))


def read(typed: str) -> LinkToken | TypedCode | ShortCode | None:
    """What came in the one field of the first page: a code, a link's token, or the whole link. None: neither.

    None says only that it cannot be one of ours. Whoever typed it made a slip, and it does not count as a try.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    after_hash = typed.rpartition("#")[2]
    return read_code(after_hash) or read_short_code(after_hash) or read_token(after_hash)


def is_given_away(typed: str) -> bool:
    """Whether these words are nothing but a way in, so that no answer is made of it: a link, or a code as printed.

    Narrower than `read`, which forgives: a child's own word of thirteen letters may be a code by chance.
    """
    if "#" in typed:
        return read_token(typed.rpartition("#")[2]) is not None
    return _AS_PRINTED.fullmatch(typed.strip()) is not None and read_code(typed) is not None


def read_token(typed: str) -> LinkToken | None:
    """A link's token as it stands after the `#`, or None."""
    text = typed.strip()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):  # not base64, or not ASCII
        return None
    token = LinkToken(base64.urlsafe_b64encode(raw).decode().rstrip("="))
    # One token has one spelling: base64 would let the last letter vary.
    return token if len(raw) == TOKEN_BYTES and token.text == text else None


def read_code(typed: str) -> TypedCode | None:
    """A code, however it was typed: case, spaces, hyphens, O for 0, I or L for 1, and any script's digits."""
    symbols = _symbols(typed, SYMBOLS)
    return TypedCode(symbols) if symbols else None


def read_short_code(typed: str) -> ShortCode | None:
    """A code for ten minutes, just as forgiving."""
    symbols = _symbols(typed, SHORT)
    return ShortCode(symbols) if symbols else None


def _symbols(typed: str, many: int) -> str:
    """So many symbols and the right check symbol after them, without it; "" for anything else."""
    if len(typed) > LONGEST_TYPED:
        return ""
    symbols = "".join(_symbol(character) for character in typed)
    if len(symbols) != many + 1 or any(symbol not in _VALUE for symbol in symbols):
        return ""
    return symbols[:-1] if check_symbol(symbols[:-1]) == symbols[-1] else ""


def check_symbol(symbols: str) -> str:
    """The thirteenth symbol: the sum of each symbol times its own power of the generator, in GF(32)."""
    total = 0
    for symbol in symbols:
        total = _times(total ^ _VALUE[symbol], _GENERATOR)
    return ALPHABET[total]


def _symbol(character: str) -> str:
    """One typed character as a symbol; nothing for what only separates; "?" for what is not a symbol."""
    kind = unicodedata.category(character)
    if kind == "Nd":  # ٤ and ۴ are 4, like every decimal digit of every script
        return str(unicodedata.decimal(character))
    if kind in ("Zs", "Pd", "Cf", "Pc") or character in "\t\r\n−.":  # Cf: the marks that travel with pasted RTL text
        return ""
    upper = unicodedata.normalize("NFKC", character).upper()
    return _LOOK_ALIKES.get(upper, upper) if upper in _LOOK_ALIKES or upper in _VALUE else "?"


def _times(left: int, right: int) -> int:
    """The product of two elements of GF(32)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= _POLYNOMIAL
        right >>= 1
    return product
