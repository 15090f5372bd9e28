"""What a site needs before children are asked, looked at one by one. Each finding is a line that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from consultations.access import Act, may
from consultations.backing_up import latest
from consultations.duty import OnDuty
from consultations.founding import SEASONS
from consultations.keeping.store import Store, StoreProblem
from consultations.keeping.store.engines import file_of
from consultations.keeping.store.people import Person
from consultations.keeping.store.reviews import KeptReview
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.vault import keys
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.seasons import Seasons
from consultations.languages import Words
from consultations.questions import loading
from consultations.questions.loading import BrokenSet
from consultations.rehearsing import EVERY, overdue
from consultations.rendering.fonts import lacking
from consultations.timescales import day_in_england
from consultations.vouching import recovery_key

BACKED_UP = timedelta(days=2)
"""How old the newest backup may be: it is made every day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what is to be known or done."""

    what: str
    well: bool
    says: str


async def examine(
    url: str, data_dir: Path, key_dir: Path | None, now: datetime, duty_list: Sequence[OnDuty] = ()
) -> tuple[Finding, ...]:
    """Look at what belongs to this site. What cannot be looked at, because something before it is missing, is left
    out; without a `key_dir` the key files are.
    """
    facts, found = await _database(url, duty_list)
    if facts:
        found += [_drill(facts, now), _backups(data_dir, facts, now)]
    found += _open_to_others(url, data_dir, key_dir)
    site = facts.deployment if facts else None
    if facts:
        found.append(_seasons(data_dir, facts.deployment))
    if key_dir is None:
        return tuple(found)
    chat_id, portal_id = facts.key_ids if facts else (None, None)
    chat, portal = _chat_keys(key_dir, site, chat_id), _portal_keys(key_dir, site, portal_id)
    for name, keys_of_side in (("chat.key", chat), ("portal.key", portal)):
        if isinstance(keys_of_side, Finding):
            found.append(keys_of_side)
        else:
            found.append(Finding(name, True, f"of the site {keys_of_side.site}"))
    if not isinstance(chat, Finding) and not isinstance(portal, Finding):
        found.append(_pair(chat, portal))
    if facts and not isinstance(chat, Finding):
        found.append(_recovery(chat, facts))
    return tuple(found)


def examine_program(spoken: Mapping[str, Words]) -> tuple[Finding, ...]:
    """Look at what is the same for every site here: the questions, the languages children are offered, the fonts."""
    return (_questions(), *([_languages(spoken)] if spoken else []), *_fonts(spoken))


def _questions() -> Finding:
    try:
        book = loading.load()
    except BrokenSet as problem:
        return Finding("questions", False, str(problem))
    return Finding("questions", True, ", ".join(f"{each.id} ({len(each.questions)})" for each in book))


async def _database(url: str, duty_list: Sequence[OnDuty]) -> tuple[SiteFacts | None, list[Finding]]:
    try:
        store = await Store.open(url)
        try:
            facts, people = await store.site.facts(), await store.people.everyone()
            reviews = await store.reviews.all_reviews()
        finally:
            await store.close()
    except StoreProblem as problem:
        return None, [Finding("database", False, str(problem))]
    if facts is None:
        return None, [Finding("database", False, "It belongs to no site yet. Run `foreword init`.")]
    well = Finding("database", True, f"of the site {facts.deployment}, made {facts.created_at:%d/%m/%Y}")
    return facts, [well, _officers(people), *_unreadable(reviews), *_unknown_on_duty(people, duty_list)]


def _officers(people: Iterable[Person]) -> Finding:
    everyone = [each for each in people if may(each.role, Act.CHAIR_REVIEWS)]
    officers = [each for each in everyone if each.enabled]
    confirmed = sum(each.entry is not None for each in officers)
    if confirmed:
        return Finding("officers", True, f"{confirmed} of {len(officers)} enrolled and confirmed")
    if any(each.waiting for each in officers):
        says = "None is confirmed yet, so no child can be invited. A manager does that at the portal, under Staff."
        return Finding("officers", False, says)
    if everyone and not officers:
        says = f"None may sign in, so no child can be invited: foreword staff enable {everyone[0].username}"
        return Finding("officers", False, says)
    says = "None has enrolled yet, so no child can be invited. Add them: foreword staff add. They enrol in the portal."
    return Finding("officers", False, says)


def _unreadable(reviews: Iterable[KeptReview]) -> Iterator[Finding]:
    """Children who read that their officer can open what they send, and can send nothing."""
    found = [each for each in reviews if each.invited_at and not each.held_on and not each.officer_enrolled]
    if found:
        says = (
            f"{', '.join(each.reference for each in found)}: the child was invited, and can send nothing, because their"
            " officer is not confirmed or may not sign in. See: foreword staff list; or import with another officer."
        )
        yield Finding("invited", False, says)


def _unknown_on_duty(people: Iterable[Person], duty_list: Sequence[OnDuty]) -> Iterator[Finding]:
    """Who stands on the duty list by an account there is not, so that no child could keep them off it; or by one that
    is shut, so that they could not say that they have it."""
    known = {each.username: each.enabled for each in people}
    for each in (each for each in duty_list if each.staff and not known.get(each.staff)):
        why = "may not sign in" if each.staff in known else "is nobody here"
        says = f"{each.name} stands on it as “{each.staff}”, who {why}. See: foreword staff list"
        yield Finding("duty list", False, says)


def _open_to_others(url: str, data_dir: Path, key_dir: Path | None) -> Iterator[Finding]:
    """What others on this machine may read or write, and should not. The key files themselves are refused at once."""
    try:
        file = file_of(url)
    except StoreProblem:  # told already: what the address of the database is not
        file = None
    for path in (data_dir, data_dir / SEASONS, file, key_dir):
        if path is not None and path.exists() and path.stat().st_mode & 0o077:
            yield Finding("private", False, f"{path} is open to others on this machine. Run: chmod go= {path}")


def _chat_keys(key_dir: Path, site: str | None, id: str | None) -> ChatKeys | Finding:
    try:
        return keys.load_chat(key_dir, site, id)
    except KeyFileProblem as problem:
        return Finding("chat.key", False, str(problem))


def _portal_keys(key_dir: Path, site: str | None, id: str | None) -> PortalKeys | Finding:
    try:
        return keys.load_portal(key_dir, site, id)
    except KeyFileProblem as problem:
        return Finding("portal.key", False, str(problem))


def _pair(chat: ChatKeys, portal: PortalKeys) -> Finding:
    belong = chat.directory_public == portal.directory_public and portal.chat_public == chat.public
    if belong:
        return Finding("key files", True, "belong together")
    return Finding("key files", False, "They were not made together. Put the two back that one `foreword init` made.")


def _seasons(data_dir: Path, site: str) -> Finding:
    try:
        seasons = Seasons(data_dir / SEASONS, site)
    except KeyFileProblem as problem:
        return Finding("season", False, str(problem))
    return Finding("season", True, f"of drafts, since {seasons.current.since:%d/%m/%Y}")


def _recovery(chat: ChatKeys, facts: SiteFacts) -> Finding:
    try:
        recovery_key(chat, facts.recovery)
    except Refused:
        says = "It is not the one this site was made with: nothing can be sent. Find out who changed the database."
        return Finding("recovery key", False, says)
    return Finding("recovery key", True, "is the one this site was made with")


def _drill(facts: SiteFacts, now: datetime) -> Finding:
    if facts.drilled_at is None:
        says = "The recovery sheets were never tried, so no child can be invited: foreword recovery drill"
        return Finding("drill", False, says)
    last = f"{(now - facts.drilled_at).days} days ago, on {facts.drilled_at:%d/%m/%Y}"
    if overdue(facts.drilled_at, now):
        says = f"Recovery sheets were last tried {last}, so no child can be invited: foreword recovery drill"
        return Finding("drill", False, says)
    return Finding("drill", True, f"recovery sheets were tried {last}; it is good for {EVERY.days} days")


def _backups(data_dir: Path, facts: SiteFacts, now: datetime) -> Finding:
    newest = latest(data_dir)
    if newest is None and now - facts.created_at < BACKED_UP:
        return Finding("backups", True, "the first is made on the first day Foreword runs")
    if newest is None or day_in_england(now) - newest > BACKED_UP:
        last = "There is none" if newest is None else f"The newest is of {newest:%d/%m/%Y}"
        says = f"{last}, and Foreword makes one every day while it runs. Look in its log for why; now: foreword backup"
        return Finding("backups", False, says)
    return Finding("backups", True, f"the newest is of {newest:%d/%m/%Y}; keep a copy on another machine")


def _languages(spoken: Mapping[str, Words]) -> Finding:
    named = (f"{each.language.english}{'' if each.checked else ' (draft translation)'}" for each in spoken.values())
    return Finding("languages", True, f"children are offered {', '.join(named)}")


def _fonts(spoken: Mapping[str, Words]) -> Iterator[Finding]:
    lacks = list(lacking(spoken.values()))
    yield from (Finding("fonts", False, lack) for lack in lacks)
    if not lacks:
        yield Finding("fonts", True, "for the PDF, and for every language children are offered")
