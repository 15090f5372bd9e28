"""A copy as plain text: for a terminal, an e-mail to oneself, a screen reader that likes it plain.

The child's words stand one message a line under what was asked, indented; nothing in them can steer a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consultations.languages.words import FROM_THE_RIGHT, ISOLATE, POP
from consultations.participation import Branch
from consultations.rendering.characters import line_for_terminal as plain
from consultations.rendering.headings import Headings
from consultations.rendering.layout import (
    EMPTY,
    EXPECTED,
    PROPOSED,
    PROPOSED_NOTE,
    Given,
    Part,
    Proposal,
    parts,
    sheet,
)
from consultations.summary import Copy

INDENT = "    "


def fragment(copy: Copy, headings: Headings) -> str:
    """What the child said, under headings in this language: as the preview in a terminal."""
    return _joined(_parts(parts(copy, headings)))


def document(copy: Copy, branches: Sequence[Branch] = ()) -> str:
    """The whole page as text. The same copy and branches give the same text."""
    laid = sheet(copy, branches)
    return _joined(
        [
            plain(laid.reference),
            laid.review,
            f"{laid.copy_name}. {laid.copy_note}",
            "",
            *(f"{label}: {plain(value)}" for label, value in laid.facts),
            *([laid.interpreter] if laid.interpreter else []),
            "",
            *(_parts(laid.parts) if laid.parts else [EMPTY, ""]),
            *(_proposals(laid.proposals) if laid.proposals else []),
            "-" * 72,
            *(f"{label}: {plain(value)}" for label, value in laid.provenance),
        ]
    )


def _parts(laid: Sequence[Part]) -> Iterator[str]:
    for part in laid:
        heading = _ours(part.heading)
        yield heading
        yield "=" * len(heading)
        yield ""
        for answer in part.answers:
            yield from _answer(answer)
            yield ""


def _answer(answer: Given) -> Iterator[str]:
    yield _ours(answer.asked)
    if answer.asked_english:
        yield _ours(answer.asked_english)
    if answer.choice:
        picture = f"{plain(answer.picture)} " if answer.picture else ""
        english = f" ({_ours(answer.choice_english)})" if answer.choice_english else ""
        yield f"{INDENT}{picture}{_ours(answer.choice)}{english}"
    yield from (f"{INDENT}{plain(each)}" for each in answer.words)
    marks = (f"{mark.label}: {mark.text}" if mark.label else mark.text for mark in answer.marks)
    yield _ours(f"[{'] ['.join(marks)}]")


def _ours(text: str) -> str:
    """Our own sentence: the isolates we put around a name or a day may go, where a child's are shown to be there."""
    return plain(text.translate(dict.fromkeys(map(ord, (ISOLATE, FROM_THE_RIGHT, POP)))))


def _proposals(proposals: Sequence[Proposal]) -> Iterator[str]:
    yield PROPOSED
    yield "=" * len(PROPOSED)
    yield PROPOSED_NOTE
    yield ""
    for each in proposals:
        yield f"{each.code}{f'  ({EXPECTED})' if each.expected else ''}"
        yield f"{INDENT}{plain(each.reason)}"
        yield from (f"{INDENT}- {plain(evidence)}" for evidence in each.evidence)
        yield ""


def _joined(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"
