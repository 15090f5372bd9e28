"""`foreword run`: the children's side and the staff's side, until Ctrl-C."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from bot.settings import from_environment


class Side(StrEnum):
    """One side alone."""

    CHAT = "chat"
    PORTAL = "portal"


def run(
    demo: Annotated[bool, typer.Option("--demo", help="With invented children, on this machine alone.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="With --demo: start the demo over.")] = False,
    only: Annotated[Side | None, typer.Option(help="One side alone; the other's key file is not read.")] = None,
) -> None:
    """Serve children and staff until Ctrl-C."""
    if fresh and not demo:
        raise typer.BadParameter("--fresh starts the demo over, so it needs --demo.", param_hint="--fresh")
    settings = from_environment()

    from bot import app, logs

    logs.configure(settings.log_level, settings.log_shape)
    if demo:
        from bot import demo as the_demo

        asyncio.run(the_demo.run(settings.for_demo(), fresh=fresh, chat=only != Side.PORTAL, portal=only != Side.CHAT))
        return
    asyncio.run(app.run(settings, chat=only != Side.PORTAL, portal=only != Side.CHAT))
