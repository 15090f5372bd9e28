"""`foreword forget`: what is not kept any more goes now, and not only when the clock next looks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.expiring import Due

SAID = {"draft": "the draft", "sendings": "what was sent, and the name"}


def forget(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due, and forget nothing.")] = False,
) -> None:
    """Forget what is due: drafts, what was sent, and whose it was. A running Foreword does so every day by itself."""

    async def do(ground: Ground) -> tuple[tuple[Due, ...], int]:
        from consultations.trail import COMMAND

        now = datetime.now(UTC)
        due = await ground.expiring_by_hand.due(now)
        return due, 0 if dry_run else await ground.expiring_by_hand.forget(now, COMMAND)

    due, count = standing.on_ground(do, chat=False, portal=True)
    rows = [
        (each.reference, SAID[each.what], saying.day(each.since), "waits: an alert is open" if each.waits else "")
        for each in due
    ]
    if rows:
        saying.show(saying.a_table(("reference", "what goes", "due since", ""), rows))
    typer.echo("Nothing was forgotten: this was a dry run." if dry_run else f"{count} forgotten.")
