"""`foreword recovery`: what two people who keep recovery sheets do together. It shows nothing of what children sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, sheets, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.passing_on import Passed
    from consultations.recovering import Plan
    from consultations.rehearsing import Drilled

SAID_EVERY = 10
"""After how many reviews it is said how far it has come."""

app = typer.Typer(
    help="Try the recovery sheets, and use them. Two people type theirs.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("drill")
def drill() -> None:
    """Try two recovery sheets, and keep the day of it. Without a drill in 90 days no child is invited."""
    settings = standing.settings()
    _ = settings.need_key_dir  # better said before anybody types
    typed = sheets.two_sheets()

    async def do(ground: Ground) -> Drilled:
        return await ground.rehearsing.drill(await ground.rehearsing.unlocked(*typed), datetime.now(UTC))

    tried = standing.with_settings(settings, do, chat=False, portal=True)
    typer.echo("These two sheets are good: they open what is sealed to this site's recovery key.")
    typer.echo(f"Of {tried.of} sendings of children they would open {tried.opens}. Nothing was opened.")
    if tried.opens < tried.of:
        saying.complain("The others do not match what was sealed: somebody changed the database. The log says which.")
        raise typer.Exit(saying.EXPECTED)


@app.command("restore")
def restore(username: str) -> None:
    """Let somebody who made new keys open again what was sent to them before. Nothing of it is shown."""

    async def plan(ground: Ground) -> Plan:
        return await ground.recovering.plan_restore(username)

    reviews, name = _carried_out(plan)
    typer.echo(f"What was sent for {_many(reviews)} opens to {name} again.")


@app.command("hand-over")
def hand_over(
    before: Annotated[str, typer.Argument(metavar="FROM", help="Whose reviews they are, by username.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="Whose they become.")],
    references: Annotated[list[str] | None, typer.Argument(metavar="[REFERENCE]...", help="Only these.")] = None,
) -> None:
    """Give reviews to another officer, with what was sent for them, where their officer is gone."""

    async def plan(ground: Ground) -> Plan:
        return await ground.recovering.plan_hand_over(before, to, references or [])

    reviews, name = _carried_out(plan)
    typer.echo(f"{_many(reviews)} handed over to {name}. {before} can open nothing of it any more.")


def _carried_out(plan: Callable[[Ground], Awaitable[Plan]]) -> tuple[int, str]:
    """Plan it, have two sheets typed, do it, and say how far it has come. For how many reviews, and for whom."""

    async def do(ground: Ground) -> tuple[int, str]:
        planned = await plan(ground)
        sheets_of = await ground.rehearsing.unlocked(*sheets.two_sheets())
        done = refused = 0
        many = len(planned.reviews)
        async for each in _numbered(ground.recovering.carry_out(planned, sheets_of, datetime.now(UTC)), many):
            done += each is not None and not each.refused
            refused += each.refused if each else 0
        if refused:
            saying.complain(
                f"{refused} did not match what was sealed, and stayed as they were: somebody changed the database. The"
                " log says which."
            )
        return done, planned.to.name

    return standing.on_ground(do, chat=False, portal=True)


async def _numbered(steps: AsyncIterator[Passed | None], many: int) -> AsyncIterator[Passed | None]:
    number = 0
    async for each in steps:
        number += 1
        if number % SAID_EVERY == 0 or number == many:
            saying.complain(f"{number} of {many} reviews gone through")
        yield each


def _many(reviews: int) -> str:
    return "1 review" if reviews == 1 else f"{reviews} reviews"
