"""The demo: a small council with invented children, on this machine, with nothing to set up.

It is made by the same verbs as everything else: founded, staffed, enrolled, imported, invited, and played through the
real conversation. Only one thing is otherwise, here and nowhere else: the staff's phrases are on the disk, in
`demo.json`, which scripts read and whose content is printed as a table.

    var/demo/     foreword.db, seasons.json, keys/, demo.json; made beside it and moved into place whole
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import Ground, ground, now, serving
from bot.demo.cast import (
    ADVOCATE,
    ADVOCATES_NAME,
    BEGAN,
    CHILDREN,
    MANAGER,
    MANAGERS_NAME,
    OFFICER,
    OFFICERS_NAME,
    Child,
    reviews_csv,
)
from bot.demo.playing import AtTheScreen
from bot.settings import Settings, SettingsProblem
from bot.starting import told_to_stop
from consultations.access import Role
from consultations.founding import found
from consultations.inviting import Invited
from consultations.reviews_file import FaultyFile
from consultations.signing_in import SignedIn, SigningIn, Waiting
from consultations.timescales import age_on, day_in_england

FILE = "demo.json"
READS = {child.reference: child.reads for child in CHILDREN}
STATES = {"untouched": "untouched", "began": "begun", "sent": "sent", "taken_back": "begun"}


async def run(settings: Settings, *, fresh: bool, chat: bool, portal: bool) -> None:
    """Make the demo where there is none (or `fresh`), and serve it until Ctrl-C. `settings` are the demo's own."""
    with _alone(settings.data_dir), told_to_stop() as told_to:
        if fresh:
            shutil.rmtree(settings.data_dir, ignore_errors=True)
        if not (settings.data_dir / FILE).exists():
            await make(settings, now())
        async with ground(settings, chat=True, portal=True) as standing:
            told = await _brought_up_to_date(standing)
            async with serving(standing, chat=chat, portal=portal):
                drafts = [words.language.english for words in standing.spoken.values() if not words.checked]
                show(told, drafts, settings.data_dir / FILE, Console())
                await told_to.wait()


async def make(settings: Settings, today: datetime) -> None:
    """Make the whole demo beside its place and move it there, so that a half-made one is never served."""
    place = settings.data_dir
    making = settings.demo_in(place.with_name(f"{place.name}.making"))
    for left in (making.data_dir, place):
        shutil.rmtree(left, ignore_errors=True)
    began = today - BEGAN
    founded = await found(
        url=making.database_url,
        data_dir=making.data_dir,
        key_dir=making.need_key_dir,
        manager=MANAGER,
        name=MANAGERS_NAME,
        now=began,
        random=secrets.token_bytes,
    )
    async with ground(making, chat=True, portal=True) as standing:
        code = await standing.staffing.add(OFFICER, OFFICERS_NAME, Role.OFFICER, began)
        helps = await standing.staffing.add(ADVOCATE, ADVOCATES_NAME, Role.ADVOCATE, began)
        manager = await _enrolled(standing, founded.enrolment_code, MANAGER, Role.MANAGER, None, began)
        signed_in = await SigningIn(standing.for_portal, standing.portal_keys, standing.aside).by_phrase(
            MANAGER, manager["phrase"], began
        )
        assert isinstance(signed_in, SignedIn), "The first manager was confirmed."
        staff = [
            await _enrolled(standing, code, OFFICER, Role.OFFICER, signed_in, began),
            manager,
            await _enrolled(standing, helps, ADVOCATE, Role.ADVOCATE, signed_in, began),
        ]
        children = [await _child(standing, each, today) async for each in _invited(standing, today)]
    kept = {
        "chat": "",
        "portal": "",
        "children": children,
        "staff": staff,
    }
    _write(making.data_dir / FILE, kept)
    making.data_dir.rename(place)


async def _enrolled(
    standing: Ground, code: str, username: str, role: Role, by: SignedIn | None, began: datetime
) -> dict[str, str]:
    """They enrol by their one-day code and are confirmed, like anybody; the demo keeps the words they were shown.

    `by`: the manager who confirms them; None for the first.
    """
    page = secrets.token_urlsafe(32)
    once = await standing.enrolling.begin(code, page, began)
    assert once is not None, "A code made this moment works."
    confirmed = await standing.enrolling.confirm(once.prepared, once.phrase, page, began)
    assert isinstance(confirmed, Waiting), "The words just shown are the words."
    if by is None:
        await standing.confirming_first.confirm_at_server(username, confirmed.key_number, began)
    else:
        await standing.confirming.confirm(by, username, confirmed.key_number, began)
    return {"username": username, "role": role.value, "phrase": once.phrase}


async def _invited(standing: Ground, today: datetime) -> AsyncIterator[tuple[Child, Invited]]:
    """Every child's review brought in, and every child invited."""
    began = today - BEGAN
    try:
        await standing.inviting.import_reviews(reviews_csv(day_in_england(today)), began)
    except FaultyFile as problem:
        raise AssertionError(problem.faults[0]) from None
    for child in CHILDREN:
        yield child, await standing.inviting.invite(child.reference, began)


async def _child(standing: Ground, invited: tuple[Child, Invited], today: datetime) -> dict[str, object]:
    """One child has said what they have said so far. What `demo.json` tells of them."""
    child, invitation = invited
    listening = standing.listening
    for visit in child.visits:
        await AtTheScreen(standing.admitting, listening, visit, today - visit.ago).play(invitation.code)
    on, born = invitation.review_on, child.row(day_in_england(today))["date_of_birth"]
    age = age_on(datetime.fromisoformat(born).date(), on)
    return {
        "reference": child.reference,
        "name": child.name,
        "age": age,
        "set": standing.questions.for_age(age).id,
        "link": invitation.link.address("http://demo"),
        "code": invitation.code.shown,
        "telegram_start": None,
        "review_on": on.isoformat(),
        "state": "untouched",
    }


async def _brought_up_to_date(standing: Ground) -> dict[str, Any]:
    """`demo.json` with today's addresses and how far each child has come."""
    file = standing.settings.data_dir / FILE
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    chat = standing.settings.need_chat_url
    states = {each.reference: STATES[each.state] for each in await standing.inviting.reviews()}
    kept["chat"], kept["portal"] = chat, standing.settings.need_portal_url
    for child in kept["children"]:
        child["link"] = f"{chat}/#{child['link'].rpartition('#')[2]}"
        child["state"] = states[child["reference"]]
        child["telegram_start"] = _telegram_start(standing.settings, child)
    _write(file, kept)
    return kept


def _telegram_start(settings: Settings, child: dict[str, Any]) -> str | None:
    """What this child writes to the bot; None without a bot, or where they are too young for it."""
    if settings.telegram is None or child["age"] < settings.telegram_age:
        return None
    return f"/start {child['link'].rpartition('#')[2]}"


def show(told: dict[str, Any], drafts: Collection[str], file: Path, console: Console) -> None:
    """The same as a table a person can use, also in a terminal of 80 columns. `drafts`: languages nobody checked."""
    if not console.is_terminal:
        console = Console(width=160, file=console.file)
    children = _table("The children", "reference", "name", "age", "reads", "state", "review", "code")
    for child in told["children"]:
        known = {**child, "reads": READS.get(child["reference"], "")}
        row = ("reference", "name", "age", "reads", "state", "review_on", "code")
        children.add_row(*(Text(str(known[each])) for each in row))
    staff = _table("The staff", "username", "role", "phrase")
    for person in told["staff"]:
        staff.add_row(*(Text(person[each]) for each in ("username", "role", "phrase")))
    console.print(f"\nThis is a demo: everybody in it is invented, and its keys and phrases lie in {file.parent}.")
    if not all(child["reference"] in READS for child in told["children"]):
        console.print("An earlier Foreword made it, with other children. --fresh makes today's.")
    console.print(f"\nChildren come in at  {told['chat']}", highlight=False, soft_wrap=True)
    console.print(f"Staff sign in at     {told['portal']}\n", highlight=False, soft_wrap=True)
    console.print(children)
    console.print()
    console.print("A code can be typed until the review is held, a link works once:")
    for child in told["children"]:
        console.print(f"  {child['name']:<8} {child['link']}", highlight=False, soft_wrap=True)
    for child in (each for each in told["children"] if each["telegram_start"]):
        console.print(f"On Telegram {child['name']} writes to your bot: {child['telegram_start']}", soft_wrap=True)
    console.print("Any child can choose any language.", end=" " if drafts else "\n")
    if drafts:
        console.print(f"Nobody has checked these translations yet: {', '.join(drafts)}.", soft_wrap=True)
    console.print()
    console.print(staff)
    console.print()
    console.print("Ctrl-C ends it; the same command goes on with it; --fresh starts over.\n")


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Nobody else runs, or makes, the same demo meanwhile."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place.with_name(f"{place.name}.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsProblem(
                "The demo is running already. Stop that one first, or set FOREWORD_DATA_DIR to another folder."
            ) from None
        yield


def _write(file: Path, kept: dict[str, Any]) -> None:
    """Whole or not at all, and for this user alone."""
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    fresh.replace(file)
