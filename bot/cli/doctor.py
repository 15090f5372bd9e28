"""`foreword doctor`: what this site needs before children are asked, a line each."""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from bot.cli import saying, standing
from bot.settings import SettingsProblem


def doctor() -> None:
    """Look at settings, keys, database and fonts. Exits with 1 when anything needs doing."""
    settings = standing.settings()
    key_dir = settings.need_key_dir

    import consultations
    from consultations.examining import Finding, examine
    from consultations.languages import BrokenCatalogue, load_words

    found = [Finding("settings", True, f"the children at {settings.chat_url}, the staff at {settings.portal_url}")]
    try:
        found.append(Finding("authority", True, settings.need_authority.name))
    except SettingsProblem as problem:
        found.append(Finding("authority", False, str(problem)))
    try:
        spoken = settings.offered(load_words(Path(consultations.__file__).parents[1] / "locales"))
    except (SettingsProblem, BrokenCatalogue) as problem:
        found.append(Finding("languages", False, str(problem)))
        spoken = {}
    found += asyncio.run(examine(settings.database_url, settings.data_dir, key_dir, spoken))
    for each in found:
        typer.echo(f"{'well' if each.well else 'TO DO':<6} {each.what:<13} {each.says}")
    if not all(each.well for each in found):
        raise typer.Exit(saying.EXPECTED)
