"""`foreword recovery`: what two people who keep recovery sheets do together. It shows nothing of what children sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from bot.cli import sheets, standing

if TYPE_CHECKING:
    from bot.app import Ground

app = typer.Typer(
    help="Try the recovery sheets, and use them. Two people type theirs.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("drill")
def drill() -> None:
    """Try two recovery sheets, and keep the day of it. Without a drill in 90 days no child is invited."""
    settings = standing.settings()
    _ = settings.need_key_dir  # better said before anybody types
    typed = sheets.two_sheets()

    async def do(ground: Ground) -> None:
        await ground.rehearsing.drill(await ground.rehearsing.unlocked(*typed), datetime.now(UTC))

    standing.with_settings(settings, do, chat=False, portal=True)
    typer.echo("These two sheets are good: they open what is sealed to this site's recovery key.")
