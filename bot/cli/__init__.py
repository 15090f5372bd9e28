"""The `foreword` command: a module a noun. Whatever is slow to load is loaded by the command that needs it.

A result goes to standard output. What went wrong goes to standard error as one sentence, never as a traceback:
2 for a setting or an argument that has to be corrected, 1 for anything else that can be expected, 70 for our faults.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from bot.cli import (
    backup,
    doctor,
    forget,
    init,
    invite,
    keys,
    recovery,
    restore,
    reviews,
    run,
    saying,
    staff,
    summary,
    talk,
    trail,
)

app = typer.Typer(
    help="Asks a child in care what they want to say before their review.",
    no_args_is_help=True,
    rich_markup_mode=None,  # an error is one plain line, not a box
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.init)
app.command("run")(run.run)
app.command("talk")(talk.talk)
app.add_typer(reviews.app, name="reviews")
app.command("invite")(invite.invite)
app.add_typer(staff.app, name="staff")
app.add_typer(trail.app, name="trail")
app.add_typer(recovery.app, name="recovery")
app.add_typer(keys.app, name="keys")
app.command("forget")(forget.forget)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("summary")(summary.summary)
app.command("doctor")(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    try:
        app(list(sys.argv[1:] if arguments is None else arguments), prog_name="foreword")
    except Exception as problem:  # noqa: BLE001 - every one is told in a sentence; a traceback could quote words
        sys.exit(saying.told(problem))
