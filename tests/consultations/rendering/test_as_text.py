"""Plain text: everything the page says, and nothing that could steer a terminal."""

from __future__ import annotations

import unicodedata

import pytest

from consultations.rendering import as_text
from consultations.rendering.headings import StaffHeadings
from consultations.summary import CopyKind, copy
from tests.consultations.rendering.cast import BEST, BRANCHES, CAT, FEELING, MOST, SUMMARY, answer, summed

MEETING = """\
NW-0412
Review on Monday 14 December 2026, aged 9
Meeting copy. What the child shares with everyone at the review.

Sent: Thursday 3 December 2026
Added: Tuesday 8 December 2026
Language: English
Who helped: nobody with these answers

What I most want to say
=======================

What do you most want to say?
    I want to stay here until I finish Year 6.
[Who may see this: Everyone at the review]

Where I live
============

What's the best thing about where you live?
    The dog.
    And my door shuts.
[Who may see this: Everyone at the review]

What's the best thing about where you live?
    And the cat.
[Who may see this: Everyone at the review] [Added on Tuesday 8 December 2026]

------------------------------------------------------------------------
Copy: Meeting copy
Sending: {sendings[0].id}, Thursday 3 December 2026
Sending: {sendings[1].id}, Tuesday 8 December 2026
Question set: ages_8_11, version 1
SHA-256: {hash}
"""


def test_it_reads_from_top_to_bottom() -> None:
    shown = copy(summed(FEELING, BEST, MOST, added=(CAT,)), CopyKind.MEETING)

    assert as_text.document(shown) == MEETING.format(hash=shown.hash, sendings=shown.sent)


def test_the_preview_in_a_terminal_is_the_same_without_what_is_for_staff() -> None:
    shown = copy(summed(FEELING, BEST, MOST, added=(CAT,)), CopyKind.MEETING)

    assert as_text.fragment(shown, StaffHeadings()) in as_text.document(shown)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("\x1b[2J\x1b]0;owned\x07", id="an escape sequence, and one that sets the title"),
        pytest.param("\x9b31m", id="the one-byte form of an escape"),
        pytest.param("\x90q\x9c", id="a device control string"),
        pytest.param("a\x08\x08b\x7f\x00", id="backspaces, delete, NUL"),
        pytest.param("\u202egnirts\u2067 \u2066", id="direction overrides and isolates"),
        pytest.param("half\ud800", id="half of a surrogate pair"),
        pytest.param("one\rtwo\x85three\u2028four", id="line ends of every kind"),
    ],
)
def test_nothing_a_child_types_steers_a_terminal(words: str) -> None:
    text = as_text.document(copy(summed(answer(words)), CopyKind.OFFICER))

    steering = {each for each in text if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")} - {"\n"}
    assert steering == set()
    assert not any(each in text for each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_a_child_who_sets_the_terminals_colours_is_still_read() -> None:
    text = as_text.document(copy(summed(answer("I am \x1b[31mangry")), CopyKind.OFFICER))

    assert "    I am \ufffd[31mangry\n" in text


def test_what_stands_around_a_name_in_our_own_sentences_is_no_character_nobody_knows() -> None:
    """Names and days stand isolated in a sentence from right to left (Unicode TR 9); typed isolates are shown."""
    named = {"asked": "هل تريد ذلك مع \u2068Sam\u2069؟", "choice_text": "مع \u2068Sam\u2069"}
    text = as_text.document(copy(summed(answer("\u2068مع", language="ar", **named)), CopyKind.OFFICER))

    assert "هل تريد ذلك مع Sam؟\n" in text
    assert "    مع Sam\n    \ufffdمع\n" in text


def test_the_officers_copy_ends_with_the_codes_and_their_reasons() -> None:
    text = as_text.document(copy(SUMMARY, CopyKind.OFFICER), BRANCHES)

    assert "PN6  (What their answers point to)\n    If NW-0412 stays away and nobody speaks for them: PN6" in text
    assert "    - Asked “Would you like to be there?”, they said “No” (Thursday 3 December 2026).\n" in text
    assert text.index("How I want my review to be") < text.index("Participation code, proposed")
