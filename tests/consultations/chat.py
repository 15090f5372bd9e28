"""A child at a real door of a real site: real keys, a real database, real invitations; only the browser is missing.

Sam is the officer, Priya may become it. What is typed is hunted for afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import authority
from bot.chat.on_terminal import BEGINS, CAST, CHILDREN, PASSING, READING, Terminal, step, transcript
from consultations.admitting import Admitted, Admitting
from consultations.conversation.events import Arrived, Event, LastWord, Looked, Said, Tapped
from consultations.conversation.state import Conversation, begin
from consultations.handing_over import HandingOver
from consultations.inviting import Invited, Inviting
from consultations.keeping.store.threads import Thread
from consultations.keeping.vault import drafts
from consultations.keeping.vault.seasons import Seasons
from consultations.languages import SOURCE, load_words
from consultations.listening import Heard, Last, Listening
from consultations.messages import Button, Message
from consultations.questions.loading import load
from consultations.reviews_file import COLUMNS
from consultations.signing_in import SignedIn
from consultations.sitting_down import SittingDown
from consultations.summary import CopyKind
from consultations.wording import Wording
from tests.consultations import staff
from tests.consultations.conversation.cast import shown
from tests.consultations.staff import Cast

BOOK = load(abilities=frozenset({"alerts"}))
WORDING = Wording({SOURCE: load_words(Path("there are no catalogues here"))[SOURCE]}, authority.DEMO)
ON_BOTH = pytest.mark.parametrize("site", ["sqlite", "postgresql"], indirect=True)
"""For a test whose promise the database keeps: once on each."""
BORN = {"ages_4_7": "03/02/2020", "ages_8_11": "03/02/2017", "ages_12_15": "03/02/2012", "ages_16_17": "03/02/2009"}


@dataclass
class Site:
    """One site with one review in it, and the time there."""

    cast: Cast
    sam: SignedIn
    seasons: Seasons
    inviting: Inviting
    admitting: Admitting
    listening: Listening
    sitting_down: SittingDown
    set: str = "ages_8_11"
    now: datetime = BEGINS
    forgotten: list[str] = field(default_factory=list)

    async def review(self, set: str, officer: str = "sam.j") -> None:
        """The review of this set's child, brought in by the file; again, it is brought up to date."""
        self.set = set
        row = {
            "reference": CAST.reference,
            "name": CHILDREN[set],
            "date_of_birth": BORN[set],
            "looked_after_since": "02/06/2025",
            "last_review_held": "30/06/2026",
            "review_on": f"{CAST.review_on:%d/%m/%Y}",
            "officer": officer,
            "legal_status": "C2",
            "language": "English",
        }
        raw = "\n".join([",".join(COLUMNS), ",".join(row.get(column, "") for column in COLUMNS)]).encode()
        await self.inviting.import_reviews(raw, self.now)

    async def invite(self) -> Invited:
        """A link and a code; earlier ones stop working."""
        return await self.inviting.invite(CAST.reference, self.now)

    async def happens(self, does: str) -> bool:
        """What happens elsewhere, for real: time goes by, Sam reads. False where it is the child's doing."""
        if does in PASSING:
            self.now += PASSING[does]
        elif does in READING:
            if READING[does] == "opened":
                assert await self.cast.reading.open(self.sam, CAST.reference, self.now)
            else:
                assert await self.cast.reading.copy(self.sam, CAST.reference, CopyKind(READING[does]), "", self.now)
        elif does == "Priya is the officer now":
            await self.review(self.set, "priya")
        elif does == "the review is held":
            await self.inviting.held(CAST.reference, self.now.date(), self.now)
        else:
            return False
        return True

    def waits(self, **time: float) -> None:
        """So much later."""
        self.now += timedelta(**time)

    def has_doors(self, links: Mapping[str, str], wording: Wording) -> None:
        """A process with more than one door, in these words. `links`: what stands before a token, at each of them."""
        store, keys = self.cast.store, self.cast.chat_keys
        between = HandingOver(store, keys, secrets.token_bytes, links)
        self.listening = Listening(store, keys, self.seasons, BOOK, wording, handing_over=between)
        self.admitting = Admitting(
            store,
            keys,
            self.seasons,
            aside=self.cast.aside,
            random=secrets.token_bytes,
            sleep=self.cast.waits,
            handing_over=between,
        )
        self.sitting_down = SittingDown(store, keys, self.admitting, secrets.token_bytes)

    def another_process(self) -> Listening:
        """A second server on the same database and keys."""
        return Listening(self.cast.store, self.cast.chat_keys, self.seasons, BOOK, WORDING)

    async def thread(self, address: str) -> Thread:
        """What is kept for an address, now."""
        thread = await self.cast.store.threads.thread(address)
        assert thread is not None
        return thread

    def opened(self, thread: Thread) -> Conversation:
        """The draft of a thread, opened with the chat's own keys."""
        keys, consultation = self.cast.chat_keys, thread.consultation
        key = drafts.unwrap_draft_key(keys, self.seasons, consultation, thread.wrapped_key)
        return Conversation.from_bytes(drafts.open_draft(key, consultation, thread.version, thread.sealed))


@asynccontextmanager
async def asked_for(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Site]:
    """A site on the database that `ON_BOTH` names; without it, on SQLite."""
    async with site(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"), folder) as made:
        yield made


@asynccontextmanager
async def site(url: str, folder: Path) -> AsyncIterator[Site]:
    """A site whose officers are enrolled, and no review yet."""
    async with staff.cast(url, folder) as cast:
        sam = await cast.enrol("sam.j", "Sam")
        await cast.enrol("priya", "Priya")
        seasons = Seasons.create(folder / "seasons.json", cast.chat_keys.site, BEGINS)
        inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes)
        admitting = Admitting(
            cast.store, cast.chat_keys, seasons, aside=cast.aside, random=secrets.token_bytes, sleep=cast.waits
        )
        forgotten: list[str] = []
        listening = Listening(
            cast.store,
            cast.chat_keys,
            seasons,
            BOOK,
            WORDING,
            forgot=lambda: forgotten.append("something was forgotten"),
        )
        sitting_down = SittingDown(cast.store, cast.chat_keys, admitting, secrets.token_bytes)
        yield Site(cast, sam, seasons, inviting, admitting, listening, sitting_down, forgotten=forgotten)


@dataclass
class AtTheDoor:
    """One child, at one address after another. `heard` is the latest answer."""

    site: Site
    invited: Invited
    address: str = ""
    visits: int = 0
    events: int = 0
    heard: Heard = field(default_factory=lambda: Heard(()))
    last: Last = Last.LOST

    @classmethod
    async def of(cls, site: Site, set: str = "ages_8_11") -> AtTheDoor:
        """A child who came in by their link."""
        await site.review(set)
        child = cls(site, await site.invite())
        await child.arrives(child.invited.link.text)
        return child

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.heard.messages

    async def arrives(self, typed: str) -> Heard:
        """In, at a new address."""
        self.visits += 1
        self.address = f"web:{self.visits}{secrets.token_hex(4)}"
        admitted = await self.site.admitting.admit(typed, self.address, "203.0.113.0/24", self.site.now)
        assert isinstance(admitted, Admitted)
        return await self.does(admitted.arrived)

    async def comes_back(self) -> Heard:
        return await self.arrives(self.invited.code.shown)

    async def does(self, event: Event, id: str = "", address: str = "") -> Heard:
        self.events += 1
        listening, at = self.site.listening, address or self.address
        self.heard = await listening.hear(at, id or f"event {self.events}", event, self.site.now)
        return self.heard

    async def taps(self, place: str, choice: str, words: str = "") -> Heard:
        return await self.does(Tapped(self.consultation, place, choice, words))

    async def says(self, words: str, question: str | None = None) -> Heard:
        return await self.does(Said(words, question))

    async def last_word(
        self, words: str, question: str, *, choice: str = "", address: str = "", id: str = "", tell: bool = False
    ) -> bool:
        self.events += 1
        said = LastWord(words, question, choice, tell=tell)
        at = address or self.address
        self.last = await self.site.listening.hear_last(at, id or f"event {self.events}", said, self.site.now)
        return self.last is not Last.LOST

    async def starts(self) -> AtTheDoor:
        """Through the opening, and past the offer of a PIN."""
        for once in ("what", "safety", "how"):
            await self.taps(".opening", once)
        await self.taps("feelings_now", ".next", "quite alright")
        await self.taps(".pin", ".no")
        return self

    async def sends(self) -> Heard:
        await self.taps(".go", ".check")
        return await self.taps(".send", self.send_button())

    def send_button(self) -> str:
        return next(button.id for button in self.buttons() if ":.send:" in button.id).rpartition(":")[2]

    @property
    def consultation(self) -> str:
        return next((button.id.partition(":")[0] for button in self.buttons()), "")

    def buttons(self) -> Iterator[Button]:
        return (button for message in self.messages for button in message.buttons)

    def sees(self) -> str:
        return shown(self.messages)

    async def looks(self) -> str:
        """What the page says when it is loaded again."""
        await self.does(Looked())
        return self.sees()

    async def conversation(self) -> Conversation:
        """What is kept, opened."""
        return self.site.opened(await self.site.thread(self.address))


@dataclass
class Played(AtTheDoor):
    """A child who does what a journey says. What they read stands in `read`, line by line."""

    read: list[str] = field(default_factory=list)
    terminal: Terminal = field(default_factory=lambda: Terminal(BOOK, WORDING, begin("", "ages_8_11", SOURCE)))

    async def plays(self, steps: tuple[str, ...]) -> str:
        """The transcript of these steps."""
        self._reads()
        for line in steps:
            does = line.removeprefix(">").strip()
            self.read += [f"> {does}", ""]
            if await self.site.happens(does):
                continue
            self.terminal.around = replace(self.terminal.around, officer="Sam")
            event = step(self.terminal, does)
            if isinstance(event, Arrived):
                if event.reissued_at is not None:
                    self.invited = await self.site.invite()
                await self.comes_back()
            elif event is not None:
                await self.does(event)
            self._reads()
        return "\n".join(self.read).rstrip() + "\n"

    def _reads(self) -> None:
        self.terminal.screens.append(self.messages)
        self.read += transcript(self.messages)
