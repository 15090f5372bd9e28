"""Recovery sheets, typed at a terminal by the two people who keep them, a column of a sheet at a time.

What they type is not shown, and is taken from nowhere else: not from the command line, the environment, a file or a
pipe. It is in this process's memory until the command ends, and in no log.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from bot.cli import saying

TRIES = 5
"""How often a sheet is asked for before the command gives up."""


def two_sheets(ask: Callable[[str], str] | None = None) -> tuple[str, str]:
    """Two sheets without a mistake in them. Told says why there are none.

    `ask` shows a question and hands back a line; by default at the terminal, unseen.
    """
    if ask is None:
        if not sys.stdin.isatty():
            raise saying.Told(
                "Recovery sheets are typed at a terminal, by the people who keep them. Run this command there; nothing"
                " is read from a file or a pipe."
            )
        ask = getpass.getpass
    saying.complain(
        "Two people who keep a recovery sheet are needed, each with their own. Type the words of a sheet column by",
        "column. They are not shown. Four letters of a word are enough, and the numbers may be left out.",
    )
    return _sheet(1, ask), _sheet(2, ask)


def _sheet(number: int, ask: Callable[[str], str]) -> str:
    """One sheet, asked for again from its beginning when something in it is wrong."""
    from consultations.rehearsing import WORDS, SheetProblem, check_sheet

    for _ in range(TRIES):
        words: list[str] = []
        try:
            while len(words) < WORDS:
                words += _column(number, len(words), ask)
            check_sheet(number, " ".join(words))
        except SheetProblem as problem:
            saying.complain(f"{problem} Type sheet {number} once more.")
        else:
            return " ".join(words)
    raise saying.Told("Nothing was done. Look at the sheet in good light, and run this again.")


def _column(number: int, after: int, ask: Callable[[str], str]) -> list[str]:
    """The next words of this sheet. A word that stands on no sheet is asked for again, with its column alone."""
    from consultations.rehearsing import COLUMN, SheetProblem, words_in

    for _ in range(TRIES):
        try:
            typed = ask(f"Sheet {number}, words {after + 1} to {after + COLUMN}: ")
        except EOFError:
            raise saying.Told("Nothing was done: no sheet was typed.") from None
        try:
            return words_in(typed, number, after)
        except SheetProblem as problem:
            saying.complain(f"{problem} Type words {after + 1} to {after + COLUMN} once more.")
    raise saying.Told("Nothing was done. Look at the sheet in good light, and run this again.")
