"""The composition root: everything Foreword is made of, opened, built and started in order, and stopped again.

    ground     the database, the key files, the questions: what one command stands on for a moment
    serving    both sides and the clock on that ground, for as long as it runs

`--only chat` never reads portal.key, and `--only portal` never reads chat.key.
"""

from __future__ import annotations

import asyncio
import errno
import resource
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot import pages
from bot.clock import Clock, Renewal, Task, close_windows
from bot.settings import Listen, Settings, SettingsProblem
from consultations import addresses
from consultations.admitting import Admitting
from consultations.carrying import Carrying
from consultations.enrolling import Enrolling
from consultations.forgetting import Forgetting, sweep
from consultations.founding import SEASONS
from consultations.handing_over import HandingOver
from consultations.inviting import Inviting
from consultations.keeping.store import Store, StoreProblem
from consultations.keeping.vault import keys
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.sessions import cookie_marks
from consultations.keeping.vault.stretching import Aside
from consultations.languages import Words, load_words
from consultations.listening import Listening
from consultations.questions import loading
from consultations.questions.sets import QuestionBook
from consultations.reading import Reading
from consultations.reminding import Reminding
from consultations.signing_in import SigningIn
from consultations.staffing import Staffing
from consultations.tidying import Tidying
from consultations.wording import Wording

if TYPE_CHECKING:
    from bot.chat.on_telegram.running import Telegram

log = structlog.get_logger(__name__)

ABILITIES: frozenset[str] = frozenset()
"""What there is besides asking: questions that need "alerts" are not asked before alerts exist."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything stands on. A side that was not asked for has no keys here."""

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

    @property
    def seasons(self) -> Seasons:
        """The erasable half of what wraps draft keys, in the data directory."""
        return Seasons(self.settings.data_dir / SEASONS, self.site)

    @property
    def inviting(self) -> Inviting:
        """Reviews in, invitations out: an operator's command, so it holds both sides' keys."""
        return Inviting(
            self.store,
            self.chat_keys,
            self.portal_keys,
            self.questions,
            secrets.token_bytes,
            self.settings.telegram_age,
        )

    @property
    def enrolling(self) -> Enrolling:
        """Staff become readers."""
        return Enrolling(self.store, self.portal_keys, self.aside)

    @property
    def staffing(self) -> Staffing:
        """Who may sign in."""
        return Staffing(self.store, self.enrolling)

    @property
    def admitting(self) -> Admitting:
        """Who comes in by a link or a code."""
        return self.admitting_over(None)

    def admitting_over(self, handing_over: HandingOver | None) -> Admitting:
        """Who comes in by a link or a code, or from another door."""
        return Admitting(
            self.store,
            self.chat_keys,
            self.seasons,
            aside=self.aside,
            random=secrets.token_bytes,
            sleep=asyncio.sleep,
            handing_over=handing_over,
        )

    @property
    def listening(self) -> Listening:
        """Hears children; nothing is told when something was forgotten."""
        return Listening(self.store, self.chat_keys, self.seasons, self.questions, self.wording)

    @property
    def wording(self) -> Wording:
        """Every language there is, and the authority's own numbers."""
        return Wording(self.spoken, self.settings.need_authority)


@asynccontextmanager
async def ground(settings: Settings, *, chat: bool, portal: bool) -> AsyncIterator[Ground]:
    """Open the database and the key files of the sides that are asked for.

    SettingsProblem, StoreProblem, KeyFileProblem, BrokenSet or BrokenCatalogue says in a sentence what is missing or
    wrong.
    """
    key_dir = settings.need_key_dir
    questions = loading.load(abilities=ABILITIES)
    spoken = settings.offered(load_words())
    store = await Store.open(settings.database_url)
    try:
        facts = await store.site.facts()
        if facts is None:
            raise SettingsProblem("This database belongs to no site yet. Run `foreword init` first.")
        site = facts.deployment
        yield Ground(
            settings=settings,
            store=store,
            site=site,
            questions=questions,
            spoken=spoken,
            aside=Aside(),
            _chat_keys=keys.load_chat(key_dir, site) if chat else None,
            _portal_keys=keys.load_portal(key_dir, site) if portal else None,
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
            renewal = Renewal()
            forgetting, app, telegram = _chat(standing, renewal.forgot)
            await stack.enter_async_context(_reachable("chat", app, settings.chat_listen, settings.need_chat_url))
            tasks["windows"] = partial(close_windows, forgetting)
            tasks["seasons"] = partial(renewal.task, forgetting)
            if telegram is not None:
                await stack.enter_async_context(_on_telegram(telegram))
                tasks["telegram"] = telegram.tick
        if portal:
            app = _portal(standing)
            await stack.enter_async_context(_reachable("portal", app, settings.portal_listen, settings.need_portal_url))
        tasks["sweeping"] = partial(sweep, standing.store)
        await stack.enter_async_context(_ticking(Clock(tasks, now)))
        yield
        log.info("stopping")
    log.info("stopped")


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """What is set at the first SIGINT or SIGTERM. A second one ends the process as it always does."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def first() -> None:
        told.set()
        again()

    def again() -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, first)
    try:
        yield told
    finally:
        again()


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _chat(standing: Ground, forgot: Callable[[], None]) -> tuple[Forgetting, web.Application, Telegram | None]:
    """The children's side, and what it forgets; `forgot` is called whenever it has. With a token, Telegram too."""
    from bot.chat.web import door
    from bot.chat.web.drawing import Drawing, Frame, phrases

    settings = standing.settings
    store, chat_keys, seasons = standing.store, standing.chat_keys, standing.seasons
    links = {addresses.WEB: f"{settings.need_chat_url}/#"}
    languages = {words.language.tag: words.language.direction for words in standing.spoken.values()}
    handing_over = HandingOver(store, chat_keys, secrets.token_bytes, links)
    listening = Listening(
        store, chat_keys, seasons, standing.questions, standing.wording, forgot=forgot, handing_over=handing_over
    )
    admitting = standing.admitting_over(handing_over)
    around = door.Surroundings(
        site=pages.Site(settings.need_chat_url),
        listening=listening,
        admitting=admitting,
        drawing=Drawing(
            phrases(standing.questions, standing.spoken), Frame(settings.leave_url, settings.demo, languages)
        ),
        mark=cookie_marks(chat_keys),
        now=now,
        random=secrets.token_bytes,
        leave_url=settings.leave_url,
        healthy=partial(_healthy, store),
        proxies=settings.proxies,
    )
    telegram = _telegram(standing, listening, admitting, links) if settings.telegram else None
    calls = telegram.calls if telegram else {}
    return Forgetting(store, chat_keys, seasons, listening), door.application(around, calls), telegram


def _telegram(standing: Ground, listening: Listening, admitting: Admitting, links: dict[str, str]) -> Telegram:
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
            listening=listening,
            admitting=admitting,
            carrying=Carrying(standing.store, standing.chat_keys, secrets.token_bytes),
            reminding=Reminding(standing.store),
            tidying=Tidying(standing.store),
            sayings=Sayings(standing.questions, standing.spoken),
            links=links,
            now=now,
        )
    )


def _portal(standing: Ground) -> web.Application:
    """The staff side. What its fonts lack is told at once: an officer would meet it in a PDF."""
    from bot.portal.application import application
    from consultations.rendering.fonts import lacking

    for lack in lacking(standing.spoken.values()):
        log.warning("fonts_missing", says=lack)
    store, portal_keys, aside = standing.store, standing.portal_keys, standing.aside
    return application(
        url=standing.settings.need_portal_url,
        authority=standing.settings.need_authority,
        signing_in=SigningIn(store, portal_keys, aside),
        enrolling=standing.enrolling,
        reading=Reading(store, portal_keys, video_attends=standing.settings.video_attends),
        now=now,
        drafts=[code for code, words in standing.spoken.items() if not words.checked],
    )


async def _healthy(store: Store) -> bool:
    """Whether the database answers."""
    try:
        await store.site.facts()
    except StoreProblem:
        return False
    return True


@asynccontextmanager
async def _reachable(side: str, app: web.Application, listen: Listen, url: str) -> AsyncIterator[None]:
    """One side, taking requests."""
    runner = pages.runner(app)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, listen.host, listen.port).start()
        except OSError as problem:
            raise _cannot_listen(side, listen, problem) from None
        log.info("listening", side=side, url=url)
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _on_telegram(telegram: Telegram) -> AsyncIterator[None]:
    """Telegram, until the block ends; what can still be sent is sent."""
    await telegram.start()
    try:
        yield
    finally:
        await telegram.stop()


@asynccontextmanager
async def _ticking(clock: Clock) -> AsyncIterator[None]:
    """The clock, until the block ends; a tick in hand is finished."""
    ticking = asyncio.create_task(clock.run())
    try:
        yield
    finally:
        clock.stop()
        await ticking


def _cannot_listen(side: str, listen: Listen, problem: OSError) -> SettingsProblem:
    setting = f"FOREWORD_{side.upper()}_LISTEN"
    where = f"{listen.host}:{listen.port}"
    match problem.errno:
        case errno.EADDRINUSE:
            says = f"{where} is already in use: is Foreword running already? Stop what uses it, or set {setting}."
        case errno.EACCES:
            says = f"This user may not listen on {where}. Choose a port from 1024 on in {setting}."
        case errno.EADDRNOTAVAIL:
            says = f"This machine has no address {listen.host}. Correct {setting}."
        case _:
            says = f"{where} cannot be listened on ({problem.strerror}). Correct {setting}."
    return SettingsProblem(says)
