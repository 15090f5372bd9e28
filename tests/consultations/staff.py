"""A whole site for tests about staff: real keys, a real database, its people, and what children sent.

Sam is the officer of Amal and Billie; Jo is an officer who must see neither; Mo is a manager with no key to any words.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Executable

from consultations.access import Role
from consultations.answers import Answer, Sharing
from consultations.attending import Attending
from consultations.circumstances import Authority
from consultations.confirming import Confirming
from consultations.conversation.happened import AlertSending, Dispatched
from consultations.details import KIND, ChatDetails, PortalDetails
from consultations.duty import OnDuty
from consultations.enrolling import Enrolling
from consultations.keeping.store import Store
from consultations.keeping.store.forgotten import NAME, Forgotten
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.reviews import NewReview
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.store.telling import Telling
from consultations.keeping.vault import keys, recovery
from consultations.keeping.vault.details import seal_details
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.readers import PrivateReader
from consultations.keeping.vault.stretching import Cost
from consultations.keeping.vault.trail import command_trail, portal_trail
from consultations.leaving import Leaving
from consultations.passing_on import PassingOn
from consultations.proving import Proving
from consultations.reading import Reading
from consultations.rehearsing import Rehearsing
from consultations.sealing import Sealing
from consultations.sending import Kind, Sending, SentAnswer
from consultations.signing_in import SignedIn, SigningIn, Waiting
from consultations.staffing import Staffing
from consultations.vouching import enrolled, entered
from tests import pens
from tests.derivations import Counting

MORNING = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
SENT = datetime(2026, 12, 3, 16, 30, tzinfo=UTC)
REVIEW_ON = date(2026, 12, 14)
WORDS = "I want zanzibarkettle Sundays with my brother, every week."
QUICK = Cost(memory_kib=32, iterations=1, lanes=4)
"""Argon2id that takes no time."""

AUTHORITY = Authority(
    name="Little Wallop Council",
    duty_phone="01632 960101",
    duty_hours="Monday to Friday, 9am to 5pm",
    out_of_hours_phone="01632 960102",
    out_of_hours_hours="evenings, nights and weekends",
    advocacy="Little Wallop Advocacy",
    advocacy_phone="01632 960103",
    complaints="the Children's Complaints Officer",
    complaints_phone="01632 960104",
)


ON_BOTH = pytest.mark.parametrize("cast", ["sqlite", "postgresql"], indirect=True)
"""For a test whose promise the database keeps: once on each."""


@dataclass
class Clock:
    """A clock that stands still until it is told."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        """So much later."""
        self.at += timedelta(**by)


@dataclass
class Waits:
    """Counts how long tries would have waited, and does not wait."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Cast:
    """One site. `phrases` and `recovery_codes` are what each person was shown."""

    store: Store
    chat_keys: ChatKeys
    portal_keys: PortalKeys
    recovery: PrivateReader
    clock: Clock
    waits: Waits
    aside: Counting
    phrases: dict[str, str] = field(default_factory=dict)
    recovery_codes: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    well: bool = True
    second_factor: bool = False
    duty: tuple[OnDuty, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def signing_in(self) -> SigningIn:
        return SigningIn(self.store, self.portal_keys, self.aside, cost=QUICK, wait=self.waits)

    @property
    def enrolling(self) -> Enrolling:
        return Enrolling(self.store, self.portal_keys, self.aside, cost=QUICK)

    @property
    def confirming(self) -> Confirming:
        return Confirming(self.store, self.portal_keys, Staffing(self.store, self.enrolling))

    @property
    def proving(self) -> Proving:
        return Proving(self.store, self.portal_keys, wanted=self.second_factor)

    @property
    def reading(self) -> Reading:
        return Reading(self.store, self.portal_keys)

    @property
    def attending(self) -> Attending:
        return Attending(self.store, self.portal_keys, self.duty)

    @property
    def rehearsing(self) -> Rehearsing:
        return Rehearsing(self.store.written_by(command_trail(self.portal_keys)), self.portal_keys)

    @property
    def passing_on(self) -> PassingOn:
        return PassingOn(self.store.written_by(command_trail(self.portal_keys)), self.portal_keys)

    @property
    def leaving(self) -> Leaving:
        store = self.store.written_by(portal_trail(self.portal_keys))
        return Leaving(store, self.portal_keys, PassingOn(store, self.portal_keys))

    async def new_keys(self, username: str) -> SignedIn:
        """Somebody lost their phrase and their recovery code, and begins again."""
        code = await self.enrolling.offer_again(username, self.clock())
        assert code is not None
        return await self._enrolled(username, code)

    async def enrol(self, username: str, name: str, role: Role = Role.OFFICER) -> SignedIn:
        """Somebody new, all the way to being a reader, whom somebody has confirmed."""
        code = await self.enrolling.add(username, name, role, self.clock())
        assert code is not None
        return await self._enrolled(username, code)

    async def _enrolled(self, username: str, code: str) -> SignedIn:
        once = await self.enrolling.begin(code, "a page", self.clock())
        assert once is not None
        waiting = await self.enrolling.confirm(once.prepared, once.phrase, "a page", self.clock())
        assert isinstance(waiting, Waiting)
        entry = entered(self.portal_keys, enrolled(waiting.person))
        assert await self.store.people.confirm(entry, None, self.clock())
        signed_in = await self.signing_in.by_phrase(username, once.phrase, self.clock())
        assert isinstance(signed_in, SignedIn)
        self.phrases[username], self.recovery_codes[username] = once.phrase, once.recovery_code
        self.ids[username] = signed_in.id
        return signed_in

    async def review(
        self,
        reference: str,
        child: str = "Amal",
        officer: str = "sam",
        on: date = REVIEW_ON,
        born: date = date(2015, 3, 14),
        language: str = "en_GB",
        id: str = "",
        social_worker: str = "",
    ) -> str:
        """A review of this officer's, or with its `id` the same one again, changed; its id."""
        return await self._bring_in(
            id or secrets.token_hex(8), reference, child, officer, on, born, language, social_worker
        )

    async def hand_over(self, review: str, reference: str, officer: str) -> None:
        """The review has another officer from now on."""
        await self._bring_in(review, reference, "Amal", officer, REVIEW_ON, date(2015, 3, 14))

    async def _bring_in(
        self,
        id: str,
        reference: str,
        child: str,
        officer: str,
        on: date,
        born: date,
        language: str = "en_GB",
        social_worker: str = "",
    ) -> str:
        for_portal = PortalDetails(
            child, language, born, date(2025, 6, 2), None, "C2", social_worker, self.ids[officer], reference
        )
        for_chat = ChatDetails(child, language, self.ids[officer], social_worker=social_worker)
        await self.store.reviews.bring_in(
            [
                NewReview(
                    id,
                    reference,
                    self.ids[officer],
                    "ages_8_11",
                    on,
                    seal_details(self.chat_keys, KIND, id, for_chat.to_bytes()),
                    seal_details(self.portal_keys, KIND, id, for_portal.to_bytes()),
                )
            ],
            self.clock(),
        )
        return id

    async def begin(self, review: str, at: datetime = SENT) -> str:
        """The child comes in by a fresh link; their consultation's id."""
        mark = secrets.token_hex(8)
        invitation = NewInvitation(mark, review, mark, b"verifier", f"link {mark}")
        assert await self.store.invitations.issue(invitation, at)
        found = await self.store.invitations.by_link(invitation.link_hash)
        assert found is not None
        beginning = Beginning(f"c-{mark}", b"a draft that only the chat opens", b"its key")
        consultation = await self.store.invitations.come_in(found, "link", f"web:{mark}", beginning, at)
        assert consultation is not None
        return consultation

    async def send(
        self,
        consultation: str,
        *answers: SentAnswer,
        at: datetime = SENT,
        kind: Kind = Kind.REPLACEMENT,
        let: Sequence[SentAnswer] = (),
    ) -> str:
        """What a child sends, sealed by the real verb; the sending's id. A second replacement takes the first away.

        `let`: what of it their advocate is let read.
        """
        thread = await self.store.threads.thread_of(consultation)
        assert thread is not None
        earlier = await self.store.sendings.sendings_of(thread.review)
        replaced = (
            next((each.number for each in earlier if each.stands and each.kind != Kind.ALERT), None)
            if kind is Kind.REPLACEMENT
            else None
        )
        words = Sending("en_GB", "ages_8_11", 1, kind, (), answers or (said(),))
        dispatched = Dispatched(len(earlier) + 1, kind, replaced, ())
        sealing = Sealing(self.store, self.chat_keys, secrets.token_bytes)
        theirs = Sending("en_GB", "ages_8_11", 1, kind, (), tuple(let)) if let else None
        await sealing.send(thread, dispatched, words, b"a draft that knows of it", at, let_read=theirs)
        return f"{consultation}-{dispatched.number}"

    async def alarm(
        self,
        consultation: str,
        number: int = 1,
        at: datetime = SENT,
        beside: str = "",
        kept_from: Sequence[str] = (),
        choosing: SentAnswer | None = None,
    ) -> str:
        """A child raises an alert, by a button or by `choosing` an answer, and says whom not to tell; its id."""
        id = f"{consultation[2:]}{number:02}"
        async with self._telling(consultation, choosing, at) as (telling, sealed):
            await telling.raise_alert(id, number, beside, sealed)
        if kept_from:
            again = choosing if "officer" in kept_from else None
            async with self._telling(consultation, again, at, officer=False) as (telling, sealed):
                await telling.keep_from(number, kept_from, sealed)
        return id

    @asynccontextmanager
    async def _telling(
        self, consultation: str, choosing: SentAnswer | None, at: datetime, *, officer: bool = True
    ) -> AsyncIterator[tuple[Telling, str]]:
        """A turn that tells something at once, and the id of what it seals."""
        thread = await self.store.threads.thread_of(consultation)
        assert thread is not None
        if choosing is None:
            async with self.store.alerts.telling(thread, b"a draft that knows of it", at) as telling:
                yield telling, ""
            return
        earlier = await self.store.sendings.sendings_of(thread.review)
        replaces = next((each.number for each in earlier if each.stands and each.kind == Kind.ALERT), None)
        answer = Answer(choosing.question, choosing.set, choosing.version, choosing.language, choosing.choice)
        sealing = AlertSending(len(earlier) + 1, replaces, answer, officer)
        words = Sending(choosing.language, choosing.set, choosing.version, Kind.ALERT, (), (choosing,))
        sealer = Sealing(self.store, self.chat_keys, secrets.token_bytes)
        async with sealer.at_once(thread, [(sealing, words)], b"a draft that knows of it", at) as telling:
            yield telling, f"{consultation}-{sealing.number}"

    async def answers(self) -> bool:
        """Whether the database does, as far as anybody outside is told."""
        return self.well

    async def by_hand(self, *changes: Executable) -> None:
        """Somebody who can write to the database does, past everything that is built around it."""
        async with self.store.database.writing() as connection:
            for change in changes:
                await connection.execute(change)

    async def breaks(self, does: str, table: str) -> None:
        """From now on the database (SQLite) fails whenever somebody does this ("INSERT", "UPDATE") to this table."""
        fails = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        async with self.store.database.writing() as connection:
            await connection.exec_driver_sql(f"CREATE TRIGGER broken BEFORE {does} ON {table} {fails}")

    async def mended(self) -> None:
        """It does not fail any more."""
        async with self.store.database.writing() as connection:
            await connection.exec_driver_sql("DROP TRIGGER broken")

    async def take_back(self, consultation: str, at: datetime) -> None:
        """The child takes everything back."""
        thread = await self.store.threads.thread_of(consultation)
        assert thread is not None
        await self.store.sendings.take_back(consultation, thread.version, b"a draft again", at)


def said(
    words: str = WORDS, question: str = "most_want", sharing: Sharing = Sharing.OFFICER, **more: object
) -> SentAnswer:
    """One answer as it is sent: the one read first, if nothing else is said."""
    answer: dict[str, object] = {
        "question": question,
        "theme": "wishes",
        "theme_heading": "What matters most",
        "asked": "What do you most want to say?",
        "asked_english": "What do you most want to say?",
        "set": "ages_8_11",
        "version": 1,
        "language": "en_GB",
        "choice": None,
        "choice_text": "",
        "choice_english": "",
        "picture": "",
        "words": words,
        "sharing": sharing,
        "typed_by": "child",
        "own_words": True,
        "most_wanted": question == "most_want",
        "theme_heading_english": "What matters most",
    }
    return SentAnswer(**{**answer, **more})  # type: ignore[arg-type]


def about_home(words: str, sharing: Sharing = Sharing.EVERYONE) -> SentAnswer:
    """An answer about where the child lives."""
    return said(
        words,
        "home_best",
        sharing,
        theme="home",
        theme_heading="Where I live",
        theme_heading_english="Where I live",
        asked="What’s the best thing about where you live?",
        asked_english="What’s the best thing about where you live?",
    )


def about_coming(choice: str, text: str, evidence: str) -> SentAnswer:
    """Whether the child comes to the review."""
    return said(
        "",
        "review_come",
        Sharing.EVERYONE,
        theme="review",
        theme_heading="My review",
        theme_heading_english="My review",
        asked="Do you want to come to your review?",
        asked_english="Do you want to come to your review?",
        choice=choice,
        choice_text=text,
        choice_english=text,
        evidence="attends",
        evidence_value=evidence,
    )


def not_safe(**more: object) -> SentAnswer:
    """The answer that raises an alert."""
    asked: dict[str, object] = {
        "theme": "worries",
        "theme_heading": "Worries",
        "theme_heading_english": "Worries",
        "asked": "Do you feel zanzibarsafe?",
        "asked_english": "Do you feel zanzibarsafe?",
        "choice": "no",
        "choice_text": "No, I don’t feel zanzibarsafe",
        "choice_english": "No, I don’t feel zanzibarsafe",
    }
    return said("", "safe_now", Sharing.OFFICER, **{**asked, **more})


@asynccontextmanager
async def cast(url: str, folder: Path) -> AsyncIterator[Cast]:
    """A new site on a new database, with Sam, Jo and Mo enrolled."""
    store = await pens.opened(url, create=True, forgotten=Forgotten(folder / "keys" / NAME))
    try:
        chat_keys, portal_keys = keys.create(folder / "keys", "site-of-amal")
        public, sheets = recovery.new()
        assert await store.site.make(SiteFacts("site-of-amal", entered(portal_keys, public), MORNING, drilled_at=SENT))
        on_paper = tuple(" ".join(words) for words in sheets.words)
        private = recovery.combine(on_paper[:2], public)
        made = Cast(store, chat_keys, portal_keys, private, Clock(), Waits(), Counting(), sheets=on_paper)
        await made.enrol("sam", "Sam Okafor")
        await made.enrol("jo", "Jo Lindqvist")
        await made.enrol("mo", "Mo Abara", Role.MANAGER)
        yield made
    finally:
        await store.close()
