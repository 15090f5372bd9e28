"""`foreword restore`: a backup into an empty database; two people type recovery sheets where something is missing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import saying, sheets, standing


def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
    """Put a backup back into an empty database. What was forgotten since is forgotten again. Overwrites nothing."""
    import secrets

    from consultations.restoring import restore as put_back

    settings = standing.settings()
    done = asyncio.run(
        put_back(
            file,
            url=settings.database_url,
            data_dir=settings.data_dir,
            key_dir=settings.need_key_dir,
            ask=sheets.two_sheets,
            now=datetime.now(UTC),
            random=secrets.token_bytes,
        )
    )
    typer.echo(f"The site {done.site} is as it was on {saying.day(done.made_at)} at {done.made_at:%H:%M} UTC.")
    if done.key_files:
        typer.echo(f"Out of the backup came: {', '.join(f'{kind}.key' for kind in done.key_files)}.")
    if done.forgotten_again:
        typer.echo(f"Forgotten again: {done.forgotten_again}.")
    if done.drafts_lost:
        saying.complain(f"{done.drafts_lost} drafts do not open: they were changed by hand before this backup.")
    saying.complain(
        "What came after that is lost: invite those children again. Everybody signs in anew. Then: foreword doctor"
    )
