"""`foreword staff`: who may sign in. It prints one-day codes, never a phrase: that is made in their own browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.staffing import Member

ROLES = "officer, manager, advocate, coordinator, custodian or administrator."

app = typer.Typer(help="Add, disable and list staff.", no_args_is_help=True, rich_markup_mode=None)


@app.command("add")
def add(
    username: str,
    name: Annotated[str, typer.Option(help="As children and staff are shown it, such as “Sam Okafor”.")],
    role: Annotated[str, typer.Option(help=ROLES)] = "officer",
) -> None:
    """Add somebody and print their enrolment code, which is good for one day and works once."""

    async def do(ground: Ground) -> str:
        return await ground.staffing.add(username, name, role, datetime.now(UTC))

    _give(username, standing.on_ground(do, chat=False, portal=True))


@app.command("code")
def code(
    username: str,
    new_keys: Annotated[
        bool, typer.Option("--new-keys", help="They lost phrase and recovery code and begin again.")
    ] = False,
) -> None:
    """Print another one-day enrolment code; earlier ones stop working."""

    async def do(ground: Ground) -> str:
        return await ground.staffing.new_code(username, new_keys, datetime.now(UTC))

    _give(username, standing.on_ground(do, chat=False, portal=True))


@app.command("disable")
def disable(username: str) -> None:
    """Sign somebody out everywhere and let them in no more."""

    async def do(ground: Ground) -> int:
        return await ground.staffing.disable(username, datetime.now(UTC))

    open_reviews = standing.on_ground(do, chat=False, portal=True)
    typer.echo(f"{username} cannot sign in any more.")
    if open_reviews:
        saying.complain(
            f"{open_reviews} open {'review is' if open_reviews == 1 else 'reviews are'} still theirs."
            f" Give them to another officer, with what was sent: foreword recovery hand-over {username} OTHER"
        )


@app.command("enable")
def enable(username: str) -> None:
    """Let somebody sign in again."""

    async def do(ground: Ground) -> None:
        await ground.staffing.enable(username, datetime.now(UTC))

    standing.on_ground(do, chat=False, portal=True)
    typer.echo(f"{username} can sign in again.")


@app.command("confirm")
def confirm(
    username: str,
    key_number: Annotated[str, typer.Option(help="Of their key: the twelve digits they read out to you.")],
) -> None:
    """Confirm the first manager's key. They confirm everybody else, at the portal."""

    async def do(ground: Ground) -> str:
        return (await ground.confirming_first.confirm_at_server(username, key_number, datetime.now(UTC))).name

    name = standing.on_ground(do, chat=False, portal=True)
    typer.echo(f"{name} is confirmed and can sign in.")


@app.command("lost-phone")
def lost_phone(username: str) -> None:
    """Let the only manager set up another phone. For everybody else a manager does it, at the portal."""

    async def do(ground: Ground) -> str:
        manager = await ground.staffing.only_manager(username)
        if not await ground.proving_first.reset_at_server(manager, datetime.now(UTC)):
            raise saying.Told(f"{manager.name} has no phone set up.")
        return manager.name

    name = standing.on_ground(do, chat=False, portal=True)
    typer.echo(f"{name} sets up another phone at their next sign-in, with their five words.")


@app.command("list")
def list_them() -> None:
    """Everybody who may sign in, or once could."""

    async def do(ground: Ground) -> tuple[Member, ...]:
        return await ground.staffing.everyone()

    everyone = standing.on_ground(do, chat=False, portal=True)
    rows = [(each.username, each.name, each.role, each.state) for each in everyone]
    saying.show(saying.a_table(("username", "name", "role", "state"), rows))


def _give(username: str, enrolment_code: str) -> None:
    """The code on a line of its own, and how it is used."""
    from bot.settings import from_environment

    portal = from_environment().portal_url or "the staff's address"
    typer.echo(enrolment_code)
    saying.complain(
        f"Give this code to {username}: good until this time tomorrow, once. They type it at {portal}/enrol, and are"
        " shown five words there that nobody else ever sees."
    )
