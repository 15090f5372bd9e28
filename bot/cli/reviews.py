"""`foreword reviews`: what the case system hands over comes in; what there is, what was held, what children thought."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.inviting import Imported, ListedReview
    from consultations.tallying import Thought

app = typer.Typer(
    help="Bring reviews in, list them, mark them held; what children thought of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

STATES = {"untouched": "untouched", "began": "began, not sent", "sent": "sent", "taken_back": "taken back"}


@app.command("import")
def bring_in(file: Annotated[Path, typer.Argument(help="The CSV; its columns are in the README.")]) -> None:
    """Bring in a file of reviews: all of it, or, with every fault named, none of it."""
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise saying.Told(f"{file} cannot be read: {problem.strerror}.") from None

    async def do(ground: Ground) -> Imported:
        return await ground.inviting.import_reviews(raw, datetime.now(UTC))

    done = standing.on_ground(do, chat=True, portal=True)
    typer.echo(f"{done.new} new, {done.changed} brought up to date.")
    if done.notes:
        saying.complain("Worth a look:", *(f"  {note}" for note in done.notes))


@app.command("list")
def list_them(everything: Annotated[bool, typer.Option("--all", help="Those that were held, too.")] = False) -> None:
    """Every open review: how far the child has come, never what they said."""

    async def do(ground: Ground) -> tuple[ListedReview, ...]:
        return await ground.inviting.reviews()

    rows = [
        (
            each.reference,
            saying.day(each.review_on),
            each.officer + _unable(each),
            each.question_set or "under 4",
            STATES[each.state],
            saying.day(each.invited_at),
            saying.day(each.held_on),
        )
        for each in standing.on_ground(do, chat=True, portal=True)
        if everything or not each.held_on
    ]
    columns = ("reference", "review", "officer", "questions", "child", "invited", "held")
    saying.show(saying.a_table(columns, rows))


def _unable(review: ListedReview) -> str:
    """Why what is sent for this review could not be opened by its officer."""
    if review.officer_enrolled:
        return ""
    return " (may not sign in)" if review.officer_barred else " (not enrolled)"


@app.command("held")
def held(
    reference: str,
    on: Annotated[str, typer.Option(help="The day it was held, as 14/12/2026 or 2026-12-14.")] = "",
    sure: Annotated[bool, typer.Option("--sure", help="It was held on that day, far as it is from its own.")] = False,
    not_held: Annotated[bool, typer.Option("--not-held", help="It was marked by mistake: open it again.")] = False,
) -> None:
    """Mark a review as held: its invitation stops working, and nothing more can be added to it."""
    if not_held == bool(on):
        raise typer.BadParameter("Say the day it was held, or --not-held.", param_hint="--on")
    day = None if not_held else _day(on)

    async def do(ground: Ground) -> None:
        if day is None:
            await ground.inviting.not_held(reference, datetime.now(UTC))
        else:
            await ground.inviting.held(reference, day, datetime.now(UTC), sure=sure)

    standing.on_ground(do, chat=True, portal=True)
    typer.echo(f"{reference} was held on {saying.day(day)}." if day else f"{reference} is open again.")


@app.command("left-care")
def left_care(
    reference: Annotated[str, typer.Argument(help="Any review of this child's.")],
    on: Annotated[str, typer.Option(help="The day they left care, as 14/12/2026 or 2026-12-14.")],
) -> None:
    """Say that a child left care: what they said, in all of their reviews, goes 28 days after that."""
    day = _day(on)

    async def do(ground: Ground) -> int:
        return await ground.expiring_by_hand.left_care(reference, day, datetime.now(UTC))

    count = standing.on_ground(do, chat=False, portal=True)
    typer.echo(f"Noted for {count} {'review' if count == 1 else 'reviews'} of this child.")


def _day(said: str) -> date:
    from consultations.reviews_file import NoDay, written_day

    try:
        return written_day(said.strip())
    except NoDay as problem:
        raise typer.BadParameter(str(problem), param_hint="--on") from None


@app.command("feedback")
def feedback() -> None:
    """What children answered to "Was this OK to use?", for each set of questions that enough have answered about."""

    async def do(ground: Ground) -> tuple[Thought, ...]:
        from consultations.tallying import thoughts

        return await thoughts(ground.store, ground.questions)

    found = standing.on_ground(do, chat=False, portal=False)
    if not found:
        typer.echo("Nobody has answered yet.")
        return
    columns = ("questions", "version", "Was this OK to use?")
    saying.show(saying.a_table(columns, [(each.question_set, str(each.version), _said(each)) for each in found]))


def _said(thought: Thought) -> str:
    """Each answer with about how many gave it, of about how many."""
    from consultations.tallying import ENOUGH

    if thought.answered is None:
        return f"fewer than {ENOUGH} have answered: too few to show"
    of_all = f"of about {thought.answered}"
    return ", ".join((*(f"{choice}: about {count}" for choice, count in thought.said), of_all))
