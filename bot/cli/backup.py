"""`foreword backup`: everything that is kept, in one file; the clock makes one every day by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground


def backup(
    out: Annotated[Path | None, typer.Option(help="The file; by default today's in the data directory.")] = None,
) -> None:
    """Back everything up. The file opens nothing by itself; keep it apart from the key files all the same."""

    async def do(ground: Ground) -> Path:
        from consultations.trail import COMMAND

        now = datetime.now(UTC)
        path = out or ground.backing_up_by_hand.today(ground.settings.data_dir, now)
        await ground.backing_up_by_hand.back_up(path, now, COMMAND)
        return path

    typer.echo(standing.on_ground(do, chat=True, portal=True))
    saying.complain("It goes back with `foreword restore`: with the key files, or with two recovery sheets.")
