"""`foreword init`: a new site. The recovery sheets and the first manager's code are shown once and kept nowhere.

A sheet is a page of its own: sent to a printer, each begins on new paper.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from bot.cli import standing

NEW_PAGE = "\f"
COLUMNS = 3


def init(
    manager: Annotated[str, typer.Option(help="The first manager's username.")] = "manager",
    name: Annotated[str, typer.Option(help="Their name, as pages say it.")] = "Manager",
) -> None:
    """Make key files, recovery sheets, the database and the first manager's enrolment code. Overwrites nothing."""
    settings = standing.settings()
    key_dir, portal = settings.need_key_dir, settings.need_portal_url
    _ = settings.need_chat_url  # this site's letters will need it: better said before the sheets are on paper

    import secrets

    from consultations.founding import found

    made = asyncio.run(
        found(
            url=settings.database_url,
            data_dir=settings.data_dir,
            key_dir=key_dir,
            manager=manager,
            name=name,
            now=datetime.now(UTC),
            random=secrets.token_bytes,
        )
    )
    between = "\n" if sys.stdout.isatty() else NEW_PAGE
    pages = [
        sheet(made.site, number, len(made.sheets.words), words, datetime.now(UTC).date())
        for number, words in enumerate(made.sheets.words, start=1)
    ]
    pages.append(
        f"""\
What was made

  the key files       {key_dir}/chat.key and {key_dir}/portal.key: copy them to a safe place of their own,
                      never together with a backup of the data
  the site            {made.site}
  the first manager   {manager}; their enrolment code, good for one day, once:

                      {made.enrolment_code}

                      They open {portal}/enrol and type it there, and are shown the number of their
                      key. They read it out to you: foreword staff confirm {manager} --key-number NUMBER

Next: put each sheet on paper and give it to another person. Two of them run foreword recovery drill,
which tries the paper; until then no child can be invited. Then foreword run, and beside it foreword
staff add. Once an officer has enrolled in the portal, and the manager has confirmed them there:
foreword reviews import, foreword invite.
"""
    )
    typer.echo(between.join(pages))


def sheet(site: str, number: int, of: int, words: tuple[str, ...], on: date) -> str:
    """One recovery sheet: what it is, what it is for, how to keep it, and its words."""
    from consultations.timescales import in_words

    rows = -(-len(words) // COLUMNS)
    lines = [
        "".join(f"{place + 1:>6}  {words[place]:<12}" for place in range(row, len(words), rows)).rstrip()
        for row in range(rows)
    ]
    return f"""\
{"=" * 72}
Foreword recovery sheet {number} of {of}
site {site}, made on {in_words(on)}

If an officer has lost both their phrase and their recovery code, any two
of the {of} sheets together open what children have sent. One alone opens
nothing. So each is kept by another person, who is no officer.

{chr(10).join(lines)}

Keep it on paper, in a sealed envelope, apart from the other sheets. Do not
photograph it, and do not type it into anything until it is needed.

Kept by ____________________________   since ____________________________
{"=" * 72}
"""
