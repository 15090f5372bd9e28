"""The words of a version never change: an answer keeps its set's version, and years later shows what was asked.

`words_of_version.json` holds a hash of every version's words. When a question is reworded, this fails until

1. the set as it was is kept as `consultations/questions/earlier/<set>.<version>.toml`,
2. the set has the next version, and
3. `python -m tests.consultations.questions.test_words_of_version` has recorded it. It adds; it changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from consultations.questions.loading import load
from consultations.questions.sets import QuestionBook, QuestionSet

RECORD = Path(__file__).parent / "words_of_version.json"


def test_the_words_of_a_version_are_what_they_were() -> None:
    recorded = _recorded()
    found = {key: hashed for key, hashed in _words_now().items() if key in recorded}

    assert found == recorded, "Words changed, or a version is gone. What to do stands at the top of this file."


def test_every_version_is_recorded() -> None:
    assert set(_words_now()) - set(_recorded()) == set()


def _recorded() -> dict[str, str]:
    kept: dict[str, str] = json.loads(RECORD.read_text())
    return kept


def _words_now() -> dict[str, str]:
    return {f"{each.id} {each.version}": _hash(each) for each in _all(load(abilities=frozenset({"alerts"})))}


def _all(book: QuestionBook) -> Iterator[QuestionSet]:
    yield from book.sets
    yield from book.earlier


def _hash(asked: QuestionSet) -> str:
    """Over what an answer may show: headings, questions, hints, choices, and what each choice is evidence of."""
    shown = [
        [[theme.id, theme.heading] for theme in asked.themes],
        [
            [
                each.id, each.theme, each.text, each.words_hint, each.evidence,
                [[choice.id, choice.text, choice.picture, choice.evidence, choice.alarm] for choice in each.choices],
            ]
            for each in asked.questions
        ],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _record() -> None:
    """Add the versions that are not recorded yet."""
    kept = _recorded() if RECORD.exists() else {}
    RECORD.write_text(json.dumps({**_words_now(), **kept}, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    _record()
