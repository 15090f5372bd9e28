"""`foreword doctor`: what this site needs before children are asked, a line each, each with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import typer

from bot.cli import saying, standing
from bot.settings import SettingsProblem

if TYPE_CHECKING:
    from consultations.examining import Finding
    from consultations.languages import Words


def doctor() -> None:
    """Look at settings, keys, database and fonts. Exits with 1 when anything needs doing."""
    found = _everything()
    for each in found:
        typer.echo(f"{'well' if each.well else 'TO DO':<6} {each.what:<13} {each.says}")
    if not all(each.well for each in found):
        raise typer.Exit(saying.EXPECTED)


def _everything() -> list[Finding]:
    """Whatever can be looked at. Where settings are wrong, nothing that they lead to is."""
    from consultations.examining import Finding, examine, examine_program
    from consultations.languages import BrokenCatalogue, load_words

    def needed(what: str, says: Callable[[], str]) -> Finding:
        try:
            return Finding(what, True, says())
        except SettingsProblem as problem:
            return Finding(what, False, str(problem))

    try:
        settings = standing.settings()
    except SettingsProblem as problem:
        wrong = [Finding("settings", False, says) for says in str(problem).splitlines()]
        return [*wrong, *examine_program({}), Finding("the rest", False, "Correct the settings, and run this again.")]
    found = [
        needed("children", lambda: f"come to {settings.need_chat_url}"),
        needed("staff", lambda: f"come to {settings.need_portal_url}"),
        needed("authority", lambda: settings.need_authority.name),
    ]
    if settings.key_dir is None:
        found.append(needed("key files", lambda: str(settings.need_key_dir)))
    found += asyncio.run(examine(settings.database_url, settings.data_dir, settings.key_dir))
    spoken: Mapping[str, Words] = {}
    try:
        spoken = settings.offered(load_words())
    except (SettingsProblem, BrokenCatalogue) as problem:
        found.append(Finding("languages", False, str(problem)))
    return [*found, *examine_program(spoken)]
