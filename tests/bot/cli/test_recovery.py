"""What custodians type at a terminal: unseen, forgiving, column by column, and nowhere else but there."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from bot.cli import saying, sheets
from consultations.keeping.vault import recovery
from tests.bot.cli.conftest import Shell, csv, enrol
from tests.hunt import hunt


@pytest.fixture
def printed() -> tuple[str, ...]:
    """The words of three sheets."""
    _, made = recovery.new()
    return tuple(" ".join(words) for words in made.words)


def columns(sheet: str, *, short: bool = False) -> list[str]:
    """A sheet as somebody reads it out: three columns of eleven numbered words, or four letters of each."""
    words = sheet.split()
    return [
        " ".join(word[:4] if short else f"{at + 1} {word}" for at, word in enumerate(words) if at // 11 == column)
        for column in range(3)
    ]


def typing(*lines: str) -> Callable[[str], str]:
    """Somebody who types these lines, and then leaves."""
    left: Iterator[str] = iter(lines)

    def ask(_: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return ask


def test_two_sheets_are_typed_column_by_column_however_they_are_typed(printed: Sequence[str]) -> None:
    typed = sheets.two_sheets(typing(*columns(printed[0], short=True), printed[2]))

    assert recovery.combine(typed) == recovery.combine([printed[0], printed[2]])


def test_a_word_that_is_on_no_sheet_is_asked_for_again_with_its_column_alone(
    printed: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = columns(printed[0])
    typed = sheets.two_sheets(typing(first, others[0].replace(" ", " acadmic ", 1), *others, printed[1]))

    assert typed[0] == printed[0]
    assert "Sheet 1, word 12 is not one of the words used. Is it “academic”?" in capsys.readouterr().err


def test_a_sheet_with_a_wrong_word_is_asked_for_again_whole(
    printed: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = printed[0].split()
    wrong[4], wrong[5] = wrong[5], wrong[4]
    typed = sheets.two_sheets(typing(" ".join(wrong), printed[0], printed[1]))

    assert typed == (printed[0], printed[1])
    assert "Type sheet 1 once more" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [[], ["academic"] * 3, ["nothing on any sheet"] * 5])
def test_who_leaves_or_does_not_get_it_right_is_told_that_nothing_was_done(lines: list[str]) -> None:
    with pytest.raises(saying.Told, match="Nothing was done"):
        sheets.two_sheets(typing(*lines))


def test_sheets_are_read_from_no_pipe(site: Shell) -> None:
    assert "at a terminal" in site.refused("recovery", "drill", stdin="academic acid acne\n" * 6)


def test_a_drill_at_a_terminal_shows_nothing_of_what_is_typed_and_leaves_it_nowhere(shell: Shell) -> None:
    pages = shell.done("init").split("\f")
    on_paper = [_words(page) for page in pages[:3]]
    terminal = AtATerminal("recovery", "drill")
    for sheet in (on_paper[0], on_paper[2]):
        for column in columns(sheet):
            terminal.types(column)
    code, shown = terminal.ends()

    assert (code, "These two sheets are good" in shown) == (0, True), shown
    assert "Of 0 sendings of children they would open 0" in shown
    assert not set(re.findall(r"\w+", shown.partition("numbers")[2])) & set(" ".join(on_paper).split())
    assert hunt([" ".join(sheet.split()[4:8]) for sheet in on_paper], shell.folder) == []


def test_restoring_and_handing_over_say_how_far_they_came_and_have_no_sheet_typed_in_vain(shell: Shell) -> None:
    pages = shell.done("init").split("\f")
    on_paper = [_words(page) for page in pages[:3]]
    for username, name in (("sam.okafor", "Sam Okafor"), ("jo.hill", "Jo Hill")):
        shell.done("staff", "add", username, "--name", name)
    not_yet = shell.refused("recovery", "hand-over", "sam.okafor", "jo.hill")
    nobody = shell.refused("recovery", "restore", "who")
    enrol("sam.okafor")
    enrol("jo.hill")
    shell.done("reviews", "import", csv(shell.folder))
    unknown = shell.refused("recovery", "hand-over", "sam.okafor", "jo.hill", "LW-9")
    terminal = AtATerminal("recovery", "hand-over", "sam.okafor", "jo.hill")
    for sheet in on_paper[1:]:
        terminal.types(sheet)
    code, shown = terminal.ends()

    assert "is no officer who has enrolled" in not_yet
    assert "foreword staff list" in nobody
    assert "has no review LW-9" in unknown
    assert (code, "1 of 1 reviews" in shown, "handed over to Jo Hill" in shown) == (0, True, True), shown
    assert "Jo Hill" in shell.done("reviews", "list")


def _words(page: str) -> str:
    found = re.findall(r"\b(\d{1,2})  ([a-z]+)", page)
    return " ".join(word for _, word in sorted(found, key=lambda each: int(each[0])))


class AtATerminal:
    """`foreword` at a terminal of its own, and somebody who types once they are asked."""

    def __init__(self, *arguments: str) -> None:
        self.shown = ""
        self.seen = 0
        program = "from bot.cli import main; main()"
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execv(sys.executable, [sys.executable, "-c", program, *arguments])

    def types(self, line: str) -> None:
        """A line, when the next question has been asked."""
        self._until(lambda: self.shown.find(": ", self.seen) >= 0 and "words" in self.shown[self.seen :])
        self.seen = len(self.shown)
        os.write(self.terminal, f"{line}\n".encode())

    def ends(self) -> tuple[int, str]:
        """Its exit code, and everything the terminal showed."""
        self._until(lambda: False)
        _, status = os.waitpid(self.process, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status), self.shown

    def _until(self, enough: Callable[[], bool], patience: float = 120) -> None:
        give_up = time.monotonic() + patience
        while not enough():
            assert time.monotonic() < give_up, self.shown
            if not select.select([self.terminal], [], [], 1)[0]:
                continue
            try:
                came = os.read(self.terminal, 65536)
            except OSError:  # Linux says so when whoever wrote to it is gone
                return
            self.shown += came.decode()
