"""`foreword doctor`: what this site needs before children are asked, a line each, each with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from bot.cli import saying, standing
from bot.settings import Settings, SettingsProblem, Telegram
from bot.values import MailServer

if TYPE_CHECKING:
    from consultations.examining import Finding
    from consultations.languages import Words

SHOWN = 4
"""Of the hours at which nobody is on duty."""


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
    found.append(_duty(settings))
    if settings.key_dir is None:
        found.append(needed("key files", lambda: str(settings.need_key_dir)))
    if settings.telegram is not None:
        found.append(asyncio.run(telegram(settings.telegram)))
    duty_list = settings.authority.duty_list if settings.authority else ()
    if settings.mail is None:
        found.append(needed("mail", lambda: str(settings.need_mail)))
    else:
        found += asyncio.run(mail(settings.mail, [each.email for each in duty_list]))
    now = datetime.now(UTC)
    found += asyncio.run(examine(settings.database_url, settings.data_dir, settings.key_dir, now, duty_list))
    spoken: Mapping[str, Words] = {}
    try:
        spoken = settings.offered(load_words())
    except (SettingsProblem, BrokenCatalogue) as problem:
        found.append(Finding("languages", False, str(problem)))
    return [*found, *examine_program(spoken)]


def _duty(settings: Settings) -> Finding:
    """Whether somebody is called at every hour."""
    from consultations.duty import gaps
    from consultations.examining import Finding

    if settings.authority is None:
        return Finding("duty list", False, "It stands in the authority file.")
    try:
        duty_list = settings.need_duty_list
    except SettingsProblem as problem:
        return Finding("duty list", False, str(problem))
    found = [str(each) for each in gaps(duty_list, datetime.now(UTC).date())]
    if not found:
        return Finding("duty list", True, f"{len(duty_list)}, and somebody at every hour")
    shown = ", ".join(found[:SHOWN]) + (f", and {len(found) - SHOWN} more times" if len(found) > SHOWN else "")
    says = f"Nobody on it works on {shown}. A mail goes out all the same, and waits. Add somebody for those hours."
    return Finding("duty list", False, says)


async def mail(server: MailServer, addresses: Sequence[str]) -> list[Finding]:
    """Whether the mail server would take mail from us for these. Nothing is sent, and none of its answers is quoted."""
    from bot.mailing import Mailing
    from consultations.alerting import NotReached
    from consultations.examining import Finding

    try:
        refused = await Mailing(server).refused(addresses)
    except NotReached as problem:
        says = (
            f"{server.host} takes no mail from {server.sender} ({problem}). Check FOREWORD_SMTP_URL: host, port, user,"
            " password, and the address that mail comes from."
        )
        return [Finding("mail", False, says)]
    takes = Finding("mail", True, f"{server.host} takes mail from {server.sender}")
    corrects = "and they would not be called. Correct it in the authority file."
    return [takes, *(Finding("mail", False, f"{server.host} refuses {each}, {corrects}") for each in refused)]


async def telegram(told: Telegram) -> Finding:
    """Whether the Bot API takes the token, asked once. The token is in the address: no error is quoted."""
    import aiohttp

    from consultations.examining import Finding

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.post(f"{told.api}/bot{told.token}/getMe") as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, OSError):
        says = f"{told.api} cannot be reached. Check the network; for a server of one's own, FOREWORD_TELEGRAM_API."
        return Finding("Telegram", False, says)
    if status == 200:
        return Finding("Telegram", True, "takes the bot's token")
    if status in (401, 404):  # https://core.telegram.org/bots/api#making-requests
        says = "refuses the token in FOREWORD_TELEGRAM_TOKEN. @BotFather shows the bot's own, or makes another."
        return Finding("Telegram", False, says)
    return Finding("Telegram", False, f"{told.api} answered with {status}. Try once more in a while.")
