"""The composition root: everything Foreword is made of, opened, built and started in order, and stopped again.

    ground     the database, the key files, the questions: what one command stands on for a moment
    serving    both sides and the clock on that ground, for as long as it runs

`--only chat` never reads portal.key, and `--only portal` never reads chat.key.
"""

from __future__ import annotations

import asyncio
import resource
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot import pages
from bot.clock import (
    CALLS,
    JOINS,
    LOOKS_FOR_A_BACKUP,
    LOOKS_FOR_MAIL,
    Clock,
    Daily,
    Renewal,
    Task,
    call_duty,
    close_windows,
    forget_expired,
    look_for_mail,
)
from bot.mailing import Mailing
from bot.settings import Settings, SettingsProblem
from bot.starting import on_telegram, reachable, ticking, told_to_stop
from consultations import addresses
from consultations.admitting import Admitting
from consultations.alerting import Alerting
from consultations.attending import Attending
from consultations.auditing import join_chains
from consultations.backing_up import BackingUp
from consultations.carrying import Carrying
from consultations.confirming import Confirming
from consultations.enrolling import Enrolling
from consultations.expiring import Expiring
from consultations.forgetting import Forgetting, sweep
from consultations.founding import SEASONS
from consultations.handing_over import HandingOver
from consultations.helping import Helping
from consultations.inviting import Inviting
from consultations.keeping.store import Store, StoreProblem
from consultations.keeping.store.forgotten import NAME as FORGOTTEN
from consultations.keeping.store.forgotten import Forgotten
from consultations.keeping.vault import keyfile, keys
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.sessions import cookie_marks
from consultations.keeping.vault.stretching import Aside
from consultations.keeping.vault.trail import TrailKey, chat_trail, command_trail, portal_trail
from consultations.keying_in import KeyingIn
from consultations.languages import Words, load_words
from consultations.leaving import Leaving
from consultations.listening import Listening
from consultations.passing_on import PassingOn
from consultations.proving import Proving
from consultations.questions import loading
from consultations.questions.sets import QuestionBook
from consultations.reading import Reading
from consultations.recovering import Recovering
from consultations.rehearsing import Rehearsing
from consultations.reminding import Reminding
from consultations.signing_in import SigningIn
from consultations.sitting_down import SittingDown
from consultations.staffing import Staffing
from consultations.tidying import Tidying
from consultations.wording import Wording

if TYPE_CHECKING:
    from bot.chat.on_telegram.running import Telegram

log = structlog.get_logger(__name__)

ABILITIES: frozenset[str] = frozenset({"alerts"})
"""What there is besides asking, and some questions need: alerts, for those about being safe."""


@dataclass(frozen=True)
class Ground:
    """What everything stands on, each thing made when it is first asked for. A side that was not asked for has no keys
    here. `store` writes no chain of the trail: each of the other three writes its own."""

    settings: Settings
    store: Store
    site: str
    questions: QuestionBook
    spoken: Mapping[str, Words]
    aside: Aside
    _chat_keys: ChatKeys | None
    _portal_keys: PortalKeys | None

    @property
    def chat_keys(self) -> ChatKeys:
        """The children's side's keys."""
        assert self._chat_keys is not None, "The chat's keys were not asked for."
        return self._chat_keys

    @property
    def portal_keys(self) -> PortalKeys:
        """The staff side's keys."""
        assert self._portal_keys is not None, "The portal's keys were not asked for."
        return self._portal_keys

    @cached_property
    def for_chat(self) -> Store:
        """The store, for what the children's side does."""
        return self.store.written_by(chat_trail(self.chat_keys))

    @cached_property
    def for_portal(self) -> Store:
        """The store, for what the staff side does."""
        return self.store.written_by(portal_trail(self.portal_keys))

    @cached_property
    def for_commands(self) -> Store:
        """The store, for what an operator does."""
        return self.store.written_by(command_trail(self.portal_keys))

    @property
    def pens(self) -> tuple[TrailKey, ...]:
        """What wrote every chain of the trail, to read it again."""
        return chat_trail(self.chat_keys), portal_trail(self.portal_keys), command_trail(self.portal_keys)

    @cached_property
    def seasons(self) -> Seasons:
        """The erasable half of what wraps draft keys, in the data directory."""
        return Seasons(self.settings.data_dir / SEASONS, self.site)

    @cached_property
    def inviting(self) -> Inviting:
        """Reviews in, invitations out: an operator's command, so it holds both sides' keys."""
        return Inviting(
            self.for_commands,
            self.chat_keys,
            self.portal_keys,
            self.questions,
            secrets.token_bytes,
            self.settings.telegram_age,
            self.spoken,
            rehearsed=not self.settings.demo,
        )

    @cached_property
    def rehearsing(self) -> Rehearsing:
        """The recovery sheets are tried."""
        return Rehearsing(self.for_commands, self.portal_keys)

    @cached_property
    def recovering(self) -> Recovering:
        """Two recovery sheets are used."""
        return Recovering(self.for_commands, PassingOn(self.for_commands, self.portal_keys))

    @cached_property
    def enrolling(self) -> Enrolling:
        """Staff become readers, in the portal."""
        return Enrolling(self.for_portal, self.portal_keys, self.aside)

    @cached_property
    def staffing(self) -> Staffing:
        """Who may sign in."""
        return Staffing(self.for_commands, Enrolling(self.for_commands, self.portal_keys, self.aside))

    @cached_property
    def confirming(self) -> Confirming:
        """A manager says whose keys are whose, in the portal."""
        return Confirming(self.for_portal, self.portal_keys, Staffing(self.for_portal, self.enrolling))

    @cached_property
    def proving(self) -> Proving:
        """A second factor, but in the demo, whose phrases scripts read."""
        return Proving(self.for_portal, self.portal_keys, wanted=not self.settings.demo)

    @cached_property
    def proving_first(self) -> Proving:
        """Whoever runs the server takes a lost phone away, where no manager can."""
        return Proving(self.for_commands, self.portal_keys)

    @cached_property
    def confirming_first(self) -> Confirming:
        """Whoever runs the server says whose the first manager's are."""
        return Confirming(self.for_commands, self.portal_keys, self.staffing)

    @cached_property
    def links(self) -> dict[str, str]:
        """What stands before a link's token, for each of the children's doors. Telegram adds its own when it starts."""
        return {addresses.WEB: f"{self.settings.need_chat_url}/#"}

    @cached_property
    def handing_over(self) -> HandingOver:
        """The ways from one of these doors to another."""
        return HandingOver(self.for_chat, self.chat_keys, secrets.token_bytes, self.links)

    @cached_property
    def admitting(self) -> Admitting:
        """Who comes in by a link or a code, or from another door."""
        return Admitting(
            self.for_chat,
            self.chat_keys,
            self.seasons,
            aside=self.aside,
            random=secrets.token_bytes,
            sleep=asyncio.sleep,
            handing_over=self.handing_over,
        )

    @cached_property
    def sitting_down(self) -> SittingDown:
        """Advocates come in beside a child."""
        return SittingDown(self.for_chat, self.chat_keys, self.admitting, secrets.token_bytes)

    @cached_property
    def expiring(self) -> Expiring:
        """What is not kept any more."""
        return Expiring(self.for_portal, self.portal_keys, self.settings.need_authority.retention)

    @cached_property
    def expiring_by_hand(self) -> Expiring:
        """The same, where an operator says so."""
        return replace(self.expiring, store=self.for_commands)

    @cached_property
    def backing_up(self) -> BackingUp:
        """Backups, by the clock. Without the portal's keys they carry the chat's alone."""
        return BackingUp(self.for_chat, self.chat_keys, self.seasons, self._portal_keys, self.settings.need_key_dir)

    @cached_property
    def backing_up_by_hand(self) -> BackingUp:
        """Backups, where an operator says so."""
        return replace(self.backing_up, store=self.for_commands)

    @cached_property
    def renewal(self) -> Renewal:
        """Learns that something was forgotten."""
        return Renewal()

    @cached_property
    def listening(self) -> Listening:
        """Hears children."""
        return Listening(
            self.for_chat,
            self.chat_keys,
            self.seasons,
            self.questions,
            self.wording,
            forgot=self.renewal.forgot,
            handing_over=self.handing_over,
        )

    @cached_property
    def wording(self) -> Wording:
        """What a child reads, in every language, with the authority's numbers."""
        return Wording(self.spoken, self.settings.need_authority)

    @cached_property
    def mailing(self) -> Mailing | None:
        """Hands mail in to the council's own server. None in the demo, where nobody is called."""
        return None if self.settings.demo else Mailing(self.settings.need_mail)

    async def mail(self) -> str:
        """How calling the duty list goes: "ok", "failing", or "none" where nobody is called."""
        if self.mailing is None:
            return "none"
        try:
            failing = await self.store.alerts.failing_since()
        except StoreProblem:  # who cannot see that somebody is to be called calls nobody
            return "failing"
        return "failing" if failing or self.mailing.failing_since else "ok"

    async def healthy(self) -> bool:
        """Whether the database answers."""
        try:
            await self.store.site.facts()
        except StoreProblem:
            return False
        return True


@asynccontextmanager
async def ground(settings: Settings, *, chat: bool, portal: bool) -> AsyncIterator[Ground]:
    """Open the database and the key files of the sides that are asked for.

    SettingsProblem, StoreProblem, KeyFileProblem, BrokenSet or BrokenCatalogue says in a sentence what is missing or
    wrong.
    """
    key_dir = settings.need_key_dir
    with keyfile.in_use(key_dir):
        async with _ground(settings, key_dir, chat=chat, portal=portal) as standing:
            yield standing


@asynccontextmanager
async def _ground(settings: Settings, key_dir: Path, *, chat: bool, portal: bool) -> AsyncIterator[Ground]:
    questions = loading.load(abilities=ABILITIES, word_lists=settings.word_lists)
    spoken = settings.offered(load_words())
    store = await Store.open(settings.database_url, forgotten=Forgotten(key_dir / FORGOTTEN))
    try:
        facts = await store.site.facts()
        if facts is None:
            raise SettingsProblem("This database belongs to no site yet. Run `foreword init` first.")
        site = facts.deployment
        if again := await store.expiry.replay(now()):  # this database was put back
            log.warning("forgotten_again", count=again)
        yield Ground(
            settings=settings,
            store=store,
            site=site,
            questions=questions,
            spoken=spoken,
            aside=Aside(),
            _chat_keys=keys.load_chat(key_dir, site, facts.key_ids[0]) if chat else None,
            _portal_keys=keys.load_portal(key_dir, site, facts.key_ids[1]) if portal else None,
        )
    finally:
        await store.close()


async def run(settings: Settings, *, chat: bool, portal: bool) -> None:
    """Serve these sides until SIGINT or SIGTERM. Whatever stops the start is a sentence, and nothing is left open."""
    with told_to_stop() as told:
        async with ground(settings, chat=chat, portal=portal) as standing, serving(standing, chat=chat, portal=portal):
            await told.wait()


@asynccontextmanager
async def serving(standing: Ground, *, chat: bool, portal: bool) -> AsyncIterator[None]:
    """Both sides, or one, and the clock. They are stopped in the opposite order: no new work, then the work in hand."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of this process would hold keys and words
    settings = standing.settings
    side = "" if chat and portal else "chat" if chat else "portal"
    calling = _calling(standing, standing.chat_keys if chat else standing.portal_keys)
    log.info(
        "starting",
        version=version("foreword"),
        site=standing.site,
        database="sqlite" if standing.store.database.sqlite else "postgresql",
        only=side or None,
        demo=settings.demo,
    )
    tasks: dict[str, Task] = {}
    async with AsyncExitStack() as stack:
        if chat:
            app, telegram = _chat(standing)
            forgetting = Forgetting(standing.for_chat, standing.chat_keys, standing.seasons, standing.listening)
            await stack.enter_async_context(reachable("chat", app, settings.chat_listen, settings.need_chat_url))
            tasks["windows"] = partial(close_windows, forgetting)
            tasks["seasons"] = partial(standing.renewal.task, forgetting)
            if telegram is not None:
                await stack.enter_async_context(on_telegram(telegram))
                tasks["telegram"] = telegram.tick
            tasks["messages"] = partial(Tidying(standing.for_chat).forget, now())
        if portal:
            app = _portal(standing)
            await stack.enter_async_context(reachable("portal", app, settings.portal_listen, settings.need_portal_url))
            tasks["retention"] = Daily(partial(forget_expired, standing.expiring, standing.renewal.forgot))
        tasks["sweeping"] = partial(sweep, standing.store)
        pens = ([chat_trail(standing.chat_keys)] if chat else []) + (
            [portal_trail(standing.portal_keys)] if portal else []
        )
        trails = [standing.store.written_by(pen) for pen in pens]
        for pen, store in zip(pens, trails, strict=True):
            await store.trail.note_settings(pen.digest(settings.in_force), now())
        tasks["refusals"] = trails[0].trail.settle
        joining = Clock({"trail": partial(join_chains, trails)}, now, every=JOINS)
        backups = Daily(partial(standing.backing_up.daily, settings.data_dir)) if chat and not settings.demo else None
        backing_up = (Clock({"backups": backups}, now, every=LOOKS_FOR_A_BACKUP),) if backups else ()
        for clock in (Clock(tasks, now), joining, *backing_up, *calling):
            await stack.enter_async_context(ticking(clock))
        yield
        log.info("stopping")
    log.info("stopped")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _calling(standing: Ground, keys: ChatKeys | PortalKeys) -> tuple[Clock, ...]:
    """The clocks by which the duty list is called; none in the demo. Both sides have them, and one calls.

    SettingsProblem where there is nobody to call, or no way to: then no child is asked anything.
    """
    settings, mailing = standing.settings, standing.mailing
    if mailing is None:
        return ()
    alerting = Alerting(standing.store, settings.need_duty_list, mailing, settings.need_portal_url, keys)
    return (
        Clock({"alerts": partial(call_duty, alerting, now)}, now, every=CALLS),
        Clock({"mail": partial(look_for_mail, mailing)}, now, every=LOOKS_FOR_MAIL),
    )


def _chat(standing: Ground) -> tuple[web.Application, Telegram | None]:
    """The children's side. With a token, Telegram too."""
    from bot.chat.web import door
    from bot.chat.web.drawing import Drawing, Frame, phrases

    settings = standing.settings
    languages = {words.language.tag: words.language.direction for words in standing.spoken.values()}
    around = door.Surroundings(
        site=pages.Site(settings.need_chat_url),
        listening=standing.listening,
        admitting=standing.admitting,
        sitting_down=standing.sitting_down,
        drawing=Drawing(
            phrases(standing.questions, standing.spoken), Frame(settings.leave_url, settings.demo, languages)
        ),
        mark=cookie_marks(standing.chat_keys),
        now=now,
        random=secrets.token_bytes,
        leave_url=settings.leave_url,
        healthy=standing.healthy,
        mail=standing.mail,
        proxies=settings.proxies,
    )
    telegram = _telegram(standing) if settings.telegram else None
    return door.application(around, telegram.calls if telegram else {}), telegram


def _telegram(standing: Ground) -> Telegram:
    """The children's door on Telegram."""
    from bot.chat.on_telegram.running import Parts, Telegram
    from bot.chat.on_telegram.saying import Sayings

    told = standing.settings.telegram
    assert told is not None, "Telegram was not asked for."
    return Telegram(
        Parts(
            token=told.token,
            api=told.api,
            secret=told.secret,
            chat_url=standing.settings.need_chat_url,
            listening=standing.listening,
            admitting=standing.admitting,
            carrying=Carrying(standing.for_chat, standing.chat_keys, secrets.token_bytes),
            reminding=Reminding(standing.for_chat),
            tidying=Tidying(standing.for_chat),
            sayings=Sayings(standing.questions, standing.wording),
            links=standing.links,
            now=now,
        )
    )


def _portal(standing: Ground) -> web.Application:
    """The staff side. What its fonts lack is told at once: an officer would meet it in a PDF."""
    from bot.portal.application import application
    from consultations.rendering.fonts import lacking

    for lack in lacking(standing.spoken.values()):
        log.warning("fonts_missing", says=lack)
    return application(
        url=standing.settings.need_portal_url,
        authority=standing.settings.need_authority,
        signing_in=SigningIn(standing.for_portal, standing.portal_keys, standing.aside),
        enrolling=standing.enrolling,
        confirming=standing.confirming,
        proving=standing.proving,
        helping=Helping(standing.for_portal, standing.portal_keys),
        keying_in=KeyingIn(standing.for_portal, standing.portal_keys),
        chat_url=standing.settings.need_chat_url,
        reading=Reading(standing.for_portal, standing.portal_keys, video_attends=standing.settings.video_attends),
        attending=Attending(standing.for_portal, standing.portal_keys, standing.settings.need_authority.duty_list),
        rehearsing=standing.rehearsing,
        leaving=Leaving(
            standing.for_portal, standing.portal_keys, PassingOn(standing.for_portal, standing.portal_keys)
        ),
        expiring=standing.expiring,
        healthy=standing.healthy,
        mail=standing.mail,
        now=now,
        drafts=[code for code, words in standing.spoken.items() if not words.checked],
    )
