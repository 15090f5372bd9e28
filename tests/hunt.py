"""The hunt for a child's words where they must not be: in any file, in any of the shapes that software leaves them in.

A database file, a journal or a log may hold words as they are, in UTF-16, in base64 at any of its three alignments, in
hex, percent-encoded, escaped for JSON, Python or HTML, or squeezed by zlib. `hunt` looks for all of these.
Give it words that occur nowhere by themselves ("zanzibarkettle"), of eight letters or more.
"""

from __future__ import annotations

import base64
import html
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

SHORTEST = 6  # bytes: a shorter pattern turns up by chance
DEEPEST = 3  # a squeezed file inside a squeezed file
SQUEEZED_LIMIT = 64 * 1024 * 1024
STARTS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")  # zlib's four levels, gzip


@dataclass(frozen=True, slots=True)
class Found:
    """A word that should not be there: where, and in which shape."""

    word: str
    shape: str
    place: str


def hunt(words: Iterable[str], *places: Path | bytes | str) -> list[Found]:
    """Every word found, in files, in folders and all below them, or in what is handed over itself.

    Folders may be in use: a file that goes away meanwhile holds nothing any more. A place that was never there is a
    mistake in the test, and FileNotFoundError.
    """
    shapes = [(word, shape, pattern) for word in words for shape, pattern in disguises(word)]
    if not shapes:
        raise ValueError("a hunt for nothing finds nothing")
    return [
        Found(word, shape + squeezed, place)
        for place, whole in _contents(places)
        for squeezed, data in _unsqueezed(whole)
        for word, shape, pattern in shapes
        if pattern in data
    ]


def disguises(word: str) -> list[tuple[str, bytes]]:
    """The shapes a word may be left in, named, each pattern once."""
    raw = word.encode()
    if len(raw) < SHORTEST:
        raise ValueError(f"{word!r} is too short to hunt for: chance would find it")
    escaped = json.dumps(word)[1:-1]
    shapes = [
        ("raw", raw),
        ("utf-16-le", word.encode("utf-16-le")),
        ("utf-16-be", word.encode("utf-16-be")),
        ("hex", raw.hex().encode()),
        ("HEX", raw.hex().upper().encode()),
        ("percent", quote(word, safe="").encode()),
        ("percent, lower case", _lower_percent(quote(word, safe="")).encode()),
        ("percent, all of it", "".join(f"%{byte:02X}" for byte in raw).encode()),
        ("form", quote_plus(word).encode()),
        ("json", escaped.encode()),
        ("json in json", json.dumps(escaped)[1:-1].encode()),
        ("html", html.escape(word).encode()),
        ("python str", ascii(word)[1:-1].encode()),
        ("python bytes", repr(raw)[2:-1].encode()),
    ]
    for encoded in (raw, word.encode("utf-16-le")):
        kind = "base64" if encoded is raw else "base64 of utf-16"
        for alignment in range(3):
            pattern = _base64(encoded, alignment)
            shapes.append((f"{kind} +{alignment}", pattern))
            shapes.append((f"{kind}url +{alignment}", pattern.translate(bytes.maketrans(b"+/", b"-_"))))
    by_pattern: dict[bytes, str] = {}
    for name, pattern in shapes:
        by_pattern.setdefault(pattern, name)
    return [(name, pattern) for pattern, name in by_pattern.items()]


def _base64(raw: bytes, alignment: int) -> bytes:
    """The letters that stand for these bytes alone, when `alignment` bytes stand before them."""
    whole = base64.b64encode(b"\0" * alignment + raw)
    first = (0, 2, 3)[alignment]  # letters that also hold bits of what stands before
    return whole[first : (alignment + len(raw)) * 8 // 6]


def _lower_percent(quoted: str) -> str:
    head, *rest = quoted.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _contents(places: Iterable[Path | bytes | str]) -> Iterator[tuple[str, bytes]]:
    for number, place in enumerate(places):
        match place:
            case Path():
                yield from _files(place)
            case str():
                yield f"text {number}", place.encode("utf-8", "surrogatepass")
            case bytes():
                yield f"bytes {number}", place


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """The file, or all below the folder; what a file or folder is called may give words away too."""
    if not place.exists():
        raise FileNotFoundError(place)
    for each in [place] if place.is_file() else sorted(place.rglob("*")):
        yield f"the name of {each}", each.name.encode("utf-8", "surrogateescape")
        try:
            if each.is_file():
                yield str(each), each.read_bytes()
        except FileNotFoundError:
            continue  # gone between being listed and being read: a database tidies up while it runs


def _unsqueezed(whole: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """What there is, and what comes out of every zlib or gzip stream that begins anywhere in it."""
    yield ("", whole) if depth == 0 else (", squeezed", whole)
    if depth == DEEPEST:
        return
    view = memoryview(whole)
    for start in STARTS:
        at = whole.find(start)
        while at >= 0:
            inside = _inflate(view[at:])
            if len(inside) >= SHORTEST:
                yield from _unsqueezed(inside, depth + 1)
            at = whole.find(start, at + 1)


def _inflate(stream: memoryview) -> bytes:
    """As much as can be had: a stream may be cut short, or be none and only begin like one."""
    inflating = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # zlib or gzip, whichever it says
    out = bytearray()
    for at in range(0, len(stream), 1024):
        try:
            out += inflating.decompress(stream[at : at + 1024])
        except zlib.error:
            break  # not a stream, or not from here on; what came out before still counts
        if inflating.eof or len(out) > SQUEEZED_LIMIT:
            break
    return bytes(out)
