"""`foreword invite`: a link, a code that can be typed, and a QR code, to be handed to one child each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.inviting import Invited


def invite(references: Annotated[list[str], typer.Argument(metavar="REFERENCE...")]) -> None:
    """Print a link and a code for each review. Earlier ones of the same review stop working."""
    settings = standing.settings()
    chat_url = settings.need_chat_url

    async def do(ground: Ground) -> tuple[list[Invited], list[str]]:
        return await _all(ground, references)

    invited, refused = standing.with_settings(settings, do, chat=True, portal=True)
    for each in invited:
        typer.echo(letter(each, chat_url))
        if each.late:
            saying.complain(late(each))
    if refused:
        saying.complain(*refused)
        raise typer.Exit(saying.EXPECTED)


async def _all(ground: Ground, references: Sequence[str]) -> tuple[list[Invited], list[str]]:
    """Every invitation that could be made, and a sentence for each that could not."""
    from consultations.inviting import NotInvited

    invited, refused = [], []
    for reference in dict.fromkeys(references):
        try:
            invited.append(await ground.inviting.invite(reference, datetime.now(UTC)))
        except NotInvited as problem:
            refused.append(str(problem))
    return invited, refused


def late(invited: Invited) -> str:
    """What to do about a review whose day has passed. It may have been put off, so the invitation is good."""
    return (
        f"{invited.reference}: the review was due on {saying.day(invited.review_on)}, and nobody has marked it"
        f" held. If it was held: foreword reviews held {invited.reference} --on {invited.review_on}. If it was put off,"
        " import it again with its new day: until then the child is told the old one."
    )


def letter(invited: Invited, chat_url: str) -> str:
    """An invitation as it is printed: for whom, the link with its QR code, and the code for a keyboard."""
    link = invited.link.address(chat_url)
    again = "\nThe link and the code given out before do not work any more." if invited.reissued else ""
    return f"""\
{invited.reference}: {invited.name}, review on {saying.day(invited.review_on)}, with {invited.officer}{again}

  link (works once)   {link}
  code                {invited.code.shown}
                      to be typed at {chat_url}; works until the review was held

{qr(link)}"""


def qr(text: str) -> str:
    """A QR code in half blocks, for a terminal or a printer."""
    import segno

    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
