"""JSON: the shape its docstring shows, exact words, and a hash that anyone can check."""

from __future__ import annotations

import hashlib
import json
import textwrap
from typing import Any

import pytest

from consultations.rendering import as_json
from consultations.summary import Copy, CopyKind, copy
from tests.consultations.rendering.cast import BRANCHES, SUMMARY, answer, summed


def officers(*words: str) -> Copy:
    return copy(summed(*(answer(each) for each in words)), CopyKind.OFFICER)


def shape(value: Any) -> Any:
    """The keys and the kinds of value; of a list, its first."""
    match value:
        case dict():
            return {key: shape(held) for key, held in value.items()}
        case list():
            return [shape(held) for held in value[:1]]
        case None:
            return "null"
        case _:
            return type(value).__name__


def documented() -> Any:
    """The example in the module's docstring."""
    assert as_json.__doc__ is not None
    example = as_json.__doc__.split("\n\n")[1]
    return json.loads(textwrap.dedent(example))


def test_it_has_the_shape_that_is_documented() -> None:
    shown = copy(summed(answer("The dog.", typed_by="carer", beside="carer")), CopyKind.OFFICER)

    drawn = shape(json.loads(as_json.document(shown, BRANCHES)))

    example = shape(documented())
    assert drawn.pop("participation")[0].keys() == example.pop("participation")[0].keys()
    assert drawn == example


def test_anyone_can_check_the_hash() -> None:
    drawn = json.loads(as_json.document(copy(SUMMARY, CopyKind.FILE), BRANCHES))

    canonical = json.dumps(drawn["copy"], sort_keys=True, separators=(",", ":")).encode("ascii")
    assert hashlib.sha256(canonical).hexdigest() == drawn["hash"]


def test_the_review_is_a_section_like_the_others() -> None:
    held = json.loads(as_json.document(copy(SUMMARY, CopyKind.OFFICER)))["copy"]

    assert shape(held["review"]) == shape(held["sections"][0])


@pytest.mark.parametrize("kind", [CopyKind.MEETING, CopyKind.FILE])
def test_only_the_officers_copy_argues_codes(kind: CopyKind) -> None:
    assert "participation" not in json.loads(as_json.document(copy(SUMMARY, kind), BRANCHES))


@pytest.mark.parametrize(
    "words", ["أريد هذا", "\x1b[31m\x9b\x00", "\u202e\u2066\u200f\u2028", "\ud800 half", '"\\\n\t']
)
def test_the_words_are_exact_and_yet_steer_nothing(words: str) -> None:
    drawn = as_json.document(officers(words))

    assert json.loads(drawn)["copy"]["sections"][0]["answers"][0]["words"] == words
    text = drawn.decode()
    assert not any(each in text for each in "\x1b\x9b\x00\u202e\u2066\u200f\u2028")
    assert drawn.isascii() or "أريد هذا" in text
