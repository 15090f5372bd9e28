"""`foreword talk`: a conversation in the terminal, for authors and translators. No token, no database.

With `--transcript` it is printed as `tests/journeys` keeps it: from a journey on standard input, or, at a keyboard,
from what was said there, once the conversation is over.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying

if TYPE_CHECKING:
    from bot.chat.on_terminal import Terminal


def talk(
    question_set: Annotated[str, typer.Argument(metavar="SET", help="Such as ages_8_11.")] = "ages_8_11",
    language: Annotated[str, typer.Option(help="Such as en_GB.")] = "en_GB",
    transcript: Annotated[bool, typer.Option("--transcript", help="Print it as tests/journeys keeps it.")] = False,
) -> None:
    """Hold a conversation in the terminal. A number is the button it stands before; q leaves."""
    from bot.chat import on_terminal

    new = _terminals(question_set, language)
    try:
        if transcript:
            journey = list(sys.stdin if not sys.stdin.isatty() else _held(new()))
            for line in on_terminal.play(new(), journey):
                typer.echo(line)
        else:
            on_terminal.talk(new(), _typed, typer.echo)
    except on_terminal.NoSuchButton as problem:
        raise saying.Told(f"There is no button “{problem}” on that screen.") from None


def _terminals(question_set: str, language: str) -> Callable[[], Terminal]:
    """Makes conversations that nobody has begun, in this set and language."""
    from bot import authority
    from bot.app import ABILITIES
    from bot.chat.on_terminal import Terminal
    from consultations.languages import load_words
    from consultations.questions import loading
    from consultations.wording import Wording

    book = loading.load(abilities=ABILITIES)
    spoken = load_words()
    sets = [each.id for each in book]
    if question_set not in sets:
        raise typer.BadParameter(f"There is no set “{question_set}”. There are: {', '.join(sets)}.", param_hint="SET")
    if language not in spoken:
        there_are = ", ".join(spoken)
        raise typer.BadParameter(f"There is no “{language}” yet. There are: {there_are}.", param_hint="--language")
    return lambda: Terminal.open(book, Wording(spoken, authority.DEMO), question_set, language)


def _held(terminal: Terminal) -> Iterator[str]:
    """Hold it at the keyboard, and give each thing done as a line of a journey."""
    from bot.chat import on_terminal

    steps: list[str] = []

    def read() -> str | None:
        typed = _typed()
        if typed is not None and typed.strip() != "q":
            steps.append(terminal.as_done(terminal.typed(typed)))
        return typed

    on_terminal.talk(terminal, read, lambda line: typer.echo(line, err=True))
    yield from steps


def _typed() -> str | None:
    """A line from the keyboard; None when there is no more."""
    try:
        return input("> " if sys.stdin.isatty() else "")
    except EOFError:
        return None
