"""`foreword summary`: a copy of what a child sent, fetched from the portal with the officer's own sign-in.

It holds no key and opens nothing: it signs in, asks for a copy, signs out, like a browser would, and what it did is
noted like a browser's doing. The phrase is asked for without being shown, read from a file, or from a pipe; never
from the command line, where other users of the machine could see it. A code from their phone is asked for last.
"""

from __future__ import annotations

import asyncio
import getpass
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from bot.cli import saying
from bot.settings import from_environment
from consultations.summary import CopyKind

if TYPE_CHECKING:
    from aiohttp import ClientSession

SECOND_FACTOR = "/second-factor"
NO_REASON = "Fetched with `foreword summary`; no reason was given."
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Format(StrEnum):
    """What kind of file."""

    PDF = "pdf"
    HTML = "html"
    JSON = "json"
    TXT = "txt"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which copy of which review, and why."""

    reference: str
    copy: CopyKind
    format: Format
    reason: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """The officer's own name and words. The words never print."""

    username: str
    phrase: str = field(repr=False)


def summary(
    reference: str,
    copy: Annotated[CopyKind, typer.Option(help="Which copy.")] = CopyKind.OFFICER,
    format: Annotated[Format, typer.Option(help="What kind of file.")] = Format.TXT,
    out: Annotated[Path | None, typer.Option(help="Where to save it; otherwise it goes to standard output.")] = None,
    reason: Annotated[str, typer.Option(help="Why the officer's copy is needed outside Foreword.")] = "",
    portal: Annotated[str, typer.Option(help="Its address (default: FOREWORD_PORTAL_URL, or this machine).")] = "",
    username: Annotated[str, typer.Option(help="Your username; otherwise you are asked.")] = "",
    phrase_file: Annotated[
        Path | None, typer.Option(help="A file with your five words; otherwise you are asked.")
    ] = None,
) -> None:
    """Fetch a copy of what was sent for a review of yours."""
    url = from_environment(FOREWORD_PORTAL_URL=portal).portal_here
    if out is None and format is Format.PDF and sys.stdout.isatty():
        raise typer.BadParameter("A PDF is not for a terminal: say where to save it.", param_hint="--out")
    sign_in = SignIn(username or _asked("Username: "), _phrase(phrase_file))
    if copy is CopyKind.OFFICER and not reason:
        reason = _asked("Why do you need the officer's copy? ") if sys.stdin.isatty() else NO_REASON
    drawn = asyncio.run(fetch(url, sign_in, Wanted(reference, copy, format, reason), _code))
    if out is None:
        typer.echo(drawn, nl=False)
        return
    saying.save(out, drawn)
    typer.echo(f"{out} was saved. It holds a child's words: keep it where only you can open it.", err=True)


async def fetch(url: str, sign_in: SignIn, wanted: Wanted, code: Callable[[], str]) -> bytes:
    """Sign in, fetch the copy, sign out. Told says why there is none. `code` is asked for a second factor."""
    import aiohttp

    jar = aiohttp.CookieJar(unsafe=True)  # the portal may be on this machine, without a host name
    timeout = aiohttp.ClientTimeout(total=60)
    try:
        async with aiohttp.ClientSession(url, cookie_jar=jar, timeout=timeout, headers={"Origin": url}) as session:
            await _sign_in(session, sign_in, code)
            try:
                return await _copy(session, wanted)
            finally:
                await _post(session, "/sign-out", {"csrf": await _csrf(session, "/reviews")})
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise saying.Told(
            f"The portal at {url} cannot be reached ({type(problem).__name__}). Check FOREWORD_PORTAL_URL, and that it"
            " is running."
        ) from None


async def _sign_in(session: ClientSession, sign_in: SignIn, code: Callable[[], str]) -> None:
    form = {"csrf": await _csrf(session, "/sign-in"), "username": sign_in.username, "phrase": sign_in.phrase}
    async with session.post("/sign-in", data=form, allow_redirects=False) as answer:
        status, text, next = answer.status, await answer.text(), answer.headers.get("Location", "")
    if status == 422:
        raise saying.Told("That username and phrase do not belong together. Try once more.")
    if status == 200 and 'id="key-number"' in text:
        raise saying.Told("A manager has to confirm your key first. Sign in at the portal: it says how.")
    if status != 303:
        raise _unexpected(status)
    if next.startswith(SECOND_FACTOR):
        await _prove(session, code)


async def _prove(session: ClientSession, code: Callable[[], str]) -> None:
    async with session.get(SECOND_FACTOR) as answer:
        page = await answer.text()
    found = _CSRF.search(page)
    if found is None or 'name="prepared"' in page:
        raise saying.Told("Your phone is not set up yet. Sign in at the portal once, and set it up there.")
    status, _ = await _post(session, SECOND_FACTOR, {"csrf": found[1], "code": code(), "next": ""})
    if status == 422:
        raise saying.Told("That code does not fit. Wait for the next one your phone shows, and try once more.")
    if status != 303:
        raise _unexpected(status)


async def _copy(session: ClientSession, wanted: Wanted) -> bytes:
    form = {
        "csrf": await _csrf(session, "/reviews"),
        "copy": wanted.copy.value,
        "format": wanted.format.value,
        "reason": wanted.reason,
    }
    status, body = await _post(session, f"/reviews/{quote(wanted.reference, safe='')}/copies", form)
    match status:
        case 200:
            return body
        case 404:
            raise saying.Told(f"You have no review “{wanted.reference}”, or nothing was sent for it.")
        case 422:
            raise saying.Told("The officer's copy asks why. Say it with --reason.")
    raise _unexpected(status)


async def _csrf(session: ClientSession, page: str) -> str:
    """The mark of the forms on a page, without which nothing may be posted."""
    async with session.get(page, allow_redirects=False) as answer:
        found = _CSRF.search(await answer.text())
    if found is None:
        raise saying.Told("What answers there is not the portal of Foreword. Check FOREWORD_PORTAL_URL.")
    return found[1]


async def _post(session: ClientSession, page: str, form: dict[str, str]) -> tuple[int, bytes]:
    async with session.post(page, data=form, allow_redirects=False) as answer:
        return answer.status, await answer.read()


def _unexpected(status: int) -> saying.Told:
    return saying.Told(f"The portal answered with {status}. Its log says why.")


def _phrase(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise saying.Told(f"{file} cannot be read. It holds your five words, in one line.") from None
    if sys.stdin.isatty():
        return getpass.getpass("Your five words (they are not shown): ")
    return sys.stdin.readline().strip()


def _code() -> str:
    """Asked for once the words were right; from a pipe it is the last line."""
    return _asked("The code from your phone: ")


def _asked(question: str) -> str:
    """A line from whoever sits there, or from the pipe."""
    if sys.stdin.isatty():
        typer.echo(question, nl=False, err=True)
    return sys.stdin.readline().strip()
