"""How a command speaks: results on standard output, one plain sentence on standard error, an exit code."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.settings import SettingsProblem

if TYPE_CHECKING:
    from rich.table import Table

EXPECTED, TO_CORRECT, OURS = 1, 2, 70
WIDE = 200
"""How wide a table is where no terminal says how wide it may be."""


class Told(Exception):
    """Something expected went wrong; its text is the sentence for whoever ran the command."""


def told(problem: Exception) -> int:
    """Say what went wrong, in a sentence, and give the exit code. A fault of ours is told by its kind and place."""
    from bot.logs import places
    from consultations.backing_up import NoBackup
    from consultations.expiring import NoSuchReview
    from consultations.founding import AlreadyFounded
    from consultations.inviting import FaultyFile, NotInvited
    from consultations.keeping.store.problems import StoreProblem
    from consultations.keeping.vault.problems import KeyFileProblem, SheetProblem
    from consultations.languages import BrokenCatalogue
    from consultations.questions.loading import BrokenSet
    from consultations.rehearsing import NotRehearsed
    from consultations.staffing import NotDone

    match problem:
        case SettingsProblem():
            complain(str(problem))
            return TO_CORRECT
        case FaultyFile():
            complain(*faults(problem.faults))
            return EXPECTED
        case (
            Told()
            | NotInvited()
            | NoSuchReview()
            | NoBackup()
            | NotDone()
            | AlreadyFounded()
            | StoreProblem()
            | KeyFileProblem()
        ):
            complain(str(problem))
            return EXPECTED
        case NotRehearsed() | SheetProblem():
            complain(str(problem))
            return EXPECTED
        case BrokenSet() | BrokenCatalogue():
            complain(str(problem))
            return EXPECTED
    if isinstance(problem, OSError) and problem.filename and problem.strerror:
        complain(f"{problem.filename}: {problem.strerror}. Check that this user may use it.")
        return EXPECTED
    where = " < ".join(reversed(places(problem)[-4:])) or "somewhere"
    complain(f"This is a fault of ours: {type(problem).__name__} at {where}. Please report exactly this line.")
    return OURS


def complain(*sentences: str) -> None:
    """Sentences for standard error, one a line."""
    for sentence in sentences:
        typer.echo(sentence, err=True)


def faults(found: Sequence[object]) -> Iterable[str]:
    """What has to be put right before anything is imported."""
    yield f"Nothing was imported. {len(found)} {'thing has' if len(found) == 1 else 'things have'} to be put right:"
    yield from (f"  {each}" for each in found)


def save(out: Path, drawn: bytes) -> None:
    """Keep it in this file, for this user alone. Told says why not."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # it may have been there, open to others; /dev/null stays
                os.fchmod(file.fileno(), 0o600)
            file.write(drawn)
    except OSError as problem:
        raise Told(f"{out} cannot be written: {problem.strerror}.") from None


def show(table: Table) -> None:
    """A table, as wide as the terminal; in a file or a pipe wide enough that nothing is cut."""
    from rich.console import Console

    console = Console()
    (console if console.is_terminal else Console(width=WIDE)).print(table)


def a_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """These rows under these columns. What a cell holds is text: square brackets in a name are no markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def day(on: object) -> str:
    """A date with its weekday, for staff: Mon 14 Dec 2026. Nothing for None."""
    return f"{on:%a} {on:%d %b %Y}" if on else ""
