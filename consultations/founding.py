"""A new site: two key files, the first season, a database that knows which site it is, a recovery key on paper.

Done once. What is there is never overwritten, because everything sealed with it would be lost; and when something
fails half-way, what this very run had made is taken away again, so that the next run begins from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from consultations.access import Role
from consultations.enrolling import Enrolling
from consultations.keeping.store import Store
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.vault import keys, recovery
from consultations.keeping.vault.keyfile import refuse_to_overwrite
from consultations.keeping.vault.keys import CHAT, PORTAL, PortalKeys, path_of
from consultations.keeping.vault.recovery import Sheets
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random
from consultations.keeping.vault.stretching import Aside
from consultations.keeping.vault.trail import chat_trail, command_trail, portal_trail
from consultations.rehearsing import sealed_canary
from consultations.staffing import as_kept
from consultations.vouching import entered

SEASONS = "seasons.json"
"""Its name in the data directory."""


class AlreadyFounded(Exception):
    """There is a site here already. Its text is a sentence that says so."""


@dataclass(frozen=True, slots=True)
class Founded:
    """What a new site's founder is shown, once."""

    site: str
    sheets: Sheets
    enrolment_code: str = field(repr=False)


async def found(
    *, url: str, data_dir: Path, key_dir: Path, manager: str, name: str, now: datetime, random: Random
) -> Founded:
    """Make the site. AlreadyFounded, NotDone, KeyFileProblem or StoreProblem says why not; then nothing was made.

    1. Look: no key file, no season, no site in the database.
    2. Write key files and season.
    3. Say in the database which site it is and which recovery key belongs to it, and add the first manager.
    """
    manager, name = as_kept(manager, name)
    paths = (path_of(key_dir, CHAT), path_of(key_dir, PORTAL))
    seasons = data_dir / SEASONS
    refuse_to_overwrite(*paths)
    refuse_to_overwrite(seasons, setting="FOREWORD_DATA_DIR")
    store = await Store.open(url, create=True)
    try:
        facts = await store.site.facts()
        if facts is not None:
            raise AlreadyFounded(
                f"This database belongs to the site {facts.deployment} already. Use that site's key files with it, or"
                " set FOREWORD_DATABASE_URL to a new database."
            )
        site, made = random(8).hex(), list[Path]()  # only what this very run made: another may be at work
        try:
            chat_keys, portal_keys = keys.create(key_dir, site, random)
            made += paths
            Seasons.create(seasons, site, now, random)
            made.append(seasons)
            for pen in (chat_trail(chat_keys), portal_trail(portal_keys)):
                await store.written_by(pen).trail.begin(site, now)
            commands = store.written_by(command_trail(portal_keys))
            await commands.trail.begin(site, now)
            return await _found(commands, portal_keys, site, manager, name, now, random)
        except BaseException:
            for path in made:
                path.unlink(missing_ok=True)
            raise
    finally:
        await store.close()


async def _found(
    store: Store, portal_keys: PortalKeys, site: str, manager: str, name: str, now: datetime, random: Random
) -> Founded:
    public, sheets = recovery.new(random=random)
    facts = SiteFacts(site, entered(portal_keys, public), now, sealed_canary(site, public, random=random))
    enrolling = Enrolling(store, portal_keys, Aside(), random=random)
    code = await enrolling.add(manager, name, Role.MANAGER, now) or await enrolling.offer_again(manager, now)
    if code is None or not await store.site.make(facts):
        raise AlreadyFounded("Somebody else is setting this database up just now. Look at what they made.")
    return Founded(site, sheets, code)
