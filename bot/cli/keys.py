"""`foreword keys`: new key files in place of old ones that somebody may have seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from consultations.rekeying import Step

app = typer.Typer(help="Change the key files.", no_args_is_help=True, rich_markup_mode=None)

SAID = {
    "prepared": "New keys stand beside the old ones.",
    "in force": "Everything is sealed and signed anew, and the new keys are in force.",
    "done": "The old keys are destroyed.",
}


@app.callback()
def several() -> None:
    """Change the key files."""


@app.command("rotate")
def rotate() -> None:
    """Put new keys in place of the old, while Foreword is stopped. Stopped half-way, run it again: nothing is lost."""
    import secrets

    from consultations.rekeying import rekey

    settings = standing.settings()

    async def told(step: Step) -> None:
        saying.complain(SAID[step])

    done = asyncio.run(
        rekey(
            url=settings.database_url,
            data_dir=settings.data_dir,
            key_dir=settings.need_key_dir,
            now=datetime.now(UTC),
            random=secrets.token_bytes,
            told=told,
        )
    )
    typer.echo(f"{done.count} rows were sealed or signed anew.")
    if done.refused:
        saying.complain(
            f"{done.refused} did not open, and were left: somebody changed them by hand. See: foreword doctor"
        )
    saying.complain("Copy the key files to their safe place again, and make a backup: foreword backup")
