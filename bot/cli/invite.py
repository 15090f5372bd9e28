"""`foreword invite`: a letter for each child, with a link, its QR code, and a code that can be typed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import saying, standing

if TYPE_CHECKING:
    from bot.app import Ground
    from consultations.invitation import Invited
    from consultations.letter import Letter

    Page = tuple[Invited, tuple[Letter, ...]]


def invite(
    references: Annotated[list[str], typer.Argument(metavar="REFERENCE...")],
    out: Annotated[Path | None, typer.Option(help="A PDF to save instead, a page to print for each child.")] = None,
) -> None:
    """Make a letter for each review, with a link and a code. Earlier ones of the same review stop working."""
    settings = standing.settings()
    chat_url = settings.need_chat_url
    if out is not None and out.exists():
        raise typer.BadParameter(f"{out} is there already: letters are made once. Say another name.")

    async def do(ground: Ground) -> tuple[list[Page], list[str]]:
        from consultations.letter import letters

        invited, refused = await _all(ground, references)
        return [(each, letters(each, chat_url, ground.spoken, ground.questions.phrases)) for each in invited], refused

    if out is None:
        pages, refused = standing.with_settings(settings, do, chat=True, portal=True)
        for invited, in_languages in pages:
            typer.echo(shown(invited, in_languages, chat_url))
    else:
        with _to_be_saved(out):
            pages, refused = standing.with_settings(settings, do, chat=True, portal=True)
            if pages:
                _save(out, pages, chat_url)
    saying.complain(*_to_know(pages))
    if refused:
        saying.complain(*refused)
        raise typer.Exit(saying.EXPECTED)


async def _all(ground: Ground, references: Sequence[str]) -> tuple[list[Invited], list[str]]:
    """Every invitation that could be made, and a sentence for each that could not."""
    from consultations.inviting import NotInvited
    from consultations.keeping.store.problems import StoreProblem

    invited, refused = [], []
    for reference in dict.fromkeys(references):
        try:
            invited.append(await ground.inviting.invite(reference, datetime.now(UTC)))
        except NotInvited as problem:
            refused.append(str(problem))
        except StoreProblem as problem:  # the letters that were made are shown all the same: theirs are the live codes
            refused.append(f"{reference}: {problem}")
    return invited, refused


def _to_know(pages: Sequence[Page]) -> Iterator[str]:
    """What whoever hands the letters over should know of them."""
    from consultations.languages import LANGUAGES

    for invited, in_languages in pages:
        if invited.language not in {letter.language.code for letter in in_languages}:
            named = LANGUAGES[invited.language].english
            yield f"{invited.reference}: children are not offered {named} here, so the letter is in English alone."
    for named in dict.fromkeys(each.language.english for _, letters in pages for each in letters if each.draft):
        yield f"The {named} is a draft translation: nobody has put their name to it yet."


def shown(invited: Invited, in_languages: Sequence[Letter], chat_url: str) -> str:
    """An invitation as a terminal shows it: for whom it is, the letter, and the link's QR code."""
    whose = f"{invited.reference}: {invited.name}, review on {saying.day(invited.review_on)}, with {invited.officer}"
    square = qr(invited.link.address(chat_url))
    return "\n\n".join((whose, *(letter.text for letter in in_languages), square))


@contextmanager
def _to_be_saved(out: Path) -> Iterator[None]:
    """See that the file can be written before anything is made that is shown once. It stays only with letters in it."""
    saying.save(out, b"")
    written = False
    try:
        yield
        written = out.stat().st_size > 0
    finally:
        if not written:
            out.unlink()


def _save(out: Path, pages: Sequence[Page], chat_url: str) -> None:
    from consultations.rendering import as_letter
    from consultations.rendering.as_pdf import PdfProblem

    try:
        saying.save(out, as_letter.document(pages, chat_url))
    except (PdfProblem, saying.Told) as problem:
        raise saying.Told(f"{problem} Make them again without --out: those just made are nowhere.") from None
    many = "1 letter was" if len(pages) == 1 else f"{len(pages)} letters were"
    saying.complain(f"{many} saved in {out}. Print it and delete it: whoever has a link or a code can use it.")


def qr(text: str) -> str:
    """A QR code in half blocks, for a terminal or a printer."""
    import segno

    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
