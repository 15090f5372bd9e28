"""`foreword trail verify`: is the record of who did what whole? It reads all of it, and changes nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.auditing import Audited, Fault

app = typer.Typer(help="The record of who did what.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def trail() -> None:
    """The record of who did what."""


@app.command("verify")
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="A line of the log with trail_anchor in it; as often as you like."),
    ] = None,
) -> None:
    """Say whether the trail is whole: altered, moved, removed, cut or begun again, and where. 1 when it is not."""
    from consultations.auditing import audit
    from consultations.trail import as_anchor

    heads = []
    for line in anchor or []:
        head = as_anchor(line)
        if head is None:
            raise typer.BadParameter("That is no anchor. Give a line of the log with trail_anchor in it, whole.")
        heads.append(head)

    async def do(ground: Ground) -> Audited:
        return await audit(ground.store, ground.pens, heads, *([_progress] if sys.stderr.isatty() else []))

    found = standing.on_ground(do, chat=True, portal=True)
    if sys.stderr.isatty():
        saying.complain("")
    if found.faults:
        saying.complain(*map(sentence, found.faults))
        raise typer.Exit(saying.EXPECTED)
    ends = ", ".join(f"{head.chain} {head.number} {head.mark}" for head in found.heads)
    typer.echo(f"The trail is whole: {found.entries} entries. It has come to: {ends}.")
    if not heads:
        saying.complain("A whole older database put back would not be seen. For that: --anchor with a line of the log.")


def _progress(count: int) -> None:
    typer.echo(f"\r{count} entries", nl=False, err=True)


def sentence(fault: Fault) -> str:
    """What is wrong, and where."""
    from consultations.auditing import Wrong

    at = f"{fault.number}" if fault.number == fault.until else f"{fault.number} to {fault.until}"
    chain, entries = f"The chain “{fault.chain}”", "entry" if fault.number == fault.until else "entries"
    match fault.wrong:
        case Wrong.ALTERED:
            return f"{chain}: {entries} {at} altered, or put in. Nobody who has the key wrote this."
        case Wrong.MOVED:
            return f"{chain}: the order was changed. Entry {fault.said} stands as {at}; those after it may too."
        case Wrong.REMOVED:
            return f"{chain}: {entries} {at} removed."
        case Wrong.CUT:
            return f"{chain}: cut after entry {fault.number}. It had come to {fault.said} at least."
        case Wrong.BEGUN_AGAIN if fault.number == 1:
            return (
                f"{chain}: begun again. Its first entry was not made with the site; only where Foreword was upgraded"
                " from a version without a trail is that as it should be."
            )
        case Wrong.BEGUN_AGAIN:
            return f"{chain}: begun again. From entry {fault.number} it goes on otherwise than it once did."
        case Wrong.UNRECORDED:
            return f"Review {fault.of}: somebody is noted to have read what was sent, and the trail does not say so."
        case Wrong.UNNOTED:
            return f"{chain}: entry {at} says that somebody read review {fault.of}, and the note of it is gone."
