"""The hunt itself is tried: it finds a word in every shape, at every alignment, and nothing where nothing is."""

from __future__ import annotations

import base64
import gzip
import html
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.hunt import disguises, hunt

PLAIN = "zanzibarkettle"
ACCENTED = "Zoë said “crème brûlée & tea”"
PERSIAN = "من می‌خواهم برادرم را ببینم"
WITH_A_FACE = "هو 🙂 zanzibar"
WORDS = [
    pytest.param(PLAIN, id="plain"),
    pytest.param(ACCENTED, id="accented"),
    pytest.param(PERSIAN, id="persian"),
    pytest.param(WITH_A_FACE, id="emoji"),
]
LEFT_AS: dict[str, Callable[[str], bytes]] = {
    "raw": str.encode,
    "utf-16, little end first": lambda word: word.encode("utf-16-le"),
    "utf-16, big end first": lambda word: word.encode("utf-16-be"),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(word.encode()).rstrip(b"="),
    "base64 of utf-16": lambda word: base64.b64encode(word.encode("utf-16-le")),
    "base64 in a longer text": lambda word: base64.b64encode(f"{{'a': '{word}'}}".encode()),
    "hex": lambda word: word.encode().hex().encode(),
    "HEX": lambda word: word.encode().hex().upper().encode(),
    "an address": lambda word: quote(word).encode(),
    "an address, all escaped": lambda word: quote(word, safe="").encode(),
    "a form": lambda word: quote_plus(word).encode(),
    "json": lambda word: json.dumps({"said": word}).encode(),
    "json, not escaped": lambda word: json.dumps({"said": word}, ensure_ascii=False).encode(),
    "json in json": lambda word: json.dumps(json.dumps({"said": word})).encode(),
    "a page": lambda word: f"<p>{html.escape(word)}</p>".encode(),
    "a repr": lambda word: ascii({"said": word}).encode(),
    "a repr of bytes": lambda word: repr(word.encode()).encode(),
    "zlib": lambda word: zlib.compress(f"She said {word}, and then she went out.".encode()),
    "zlib, hardly": lambda word: zlib.compress(f"She said {word}.".encode(), level=1),
    "zlib, most": lambda word: zlib.compress(f"She said {word}.".encode(), level=9),
    "gzip": lambda word: gzip.compress(f"She said {word}.".encode()),
    "json in gzip": lambda word: gzip.compress(json.dumps({"said": word}).encode()),
    "gzip in gzip": lambda word: gzip.compress(gzip.compress(word.encode())),
    "zlib cut short": lambda word: zlib.compress(word.encode() + random.Random(1).randbytes(4000))[:3500],
}


@pytest.mark.parametrize("left", [pytest.param(each, id=name) for name, each in LEFT_AS.items()])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_in_every_shape(word: str, left: Callable[[str], bytes], tmp_path: Path) -> None:
    noise = random.Random(7)
    file = tmp_path / "foreword.db"
    file.write_bytes(noise.randbytes(5000) + left(word) + noise.randbytes(5000))

    found = hunt([word], tmp_path)

    assert {(each.word, each.place) for each in found} == {(word, str(file))}


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("word", WORDS)
def test_base64_is_seen_through_at_every_alignment(word: str, before: int) -> None:
    inside = b"x" * before + word.encode() + b"and more"

    assert hunt([word], base64.b64encode(inside))
    assert hunt([word], base64.urlsafe_b64encode(inside))


@pytest.mark.parametrize("word", WORDS)
def test_nothing_is_found_where_nothing_is(word: str) -> None:
    noise = random.Random(11).randbytes(1_000_000)

    assert hunt([word], noise, zlib.compress(b"nothing to see here " * 50), word[:-1]) == []


def test_a_word_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{PLAIN}.pdf").write_bytes(b"sealed")

    assert [each.shape for each in hunt([PLAIN], tmp_path)] == ["raw"]


def test_folders_below_are_searched_too(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "journal").write_text(PLAIN)

    assert [each.place for each in hunt([PLAIN], tmp_path)] == [str(deep / "journal")]


def test_every_word_is_hunted_for_not_only_the_first() -> None:
    assert {each.word for each in hunt(["kettledrum", PLAIN], f"a {PLAIN} and a kettledrum")} == {PLAIN, "kettledrum"}


def test_a_hunt_that_could_find_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        hunt([PLAIN], tmp_path / "mistyped")
    with pytest.raises(ValueError, match="nothing"):
        hunt([], tmp_path)
    with pytest.raises(ValueError, match="too short"):
        disguises("tea")
