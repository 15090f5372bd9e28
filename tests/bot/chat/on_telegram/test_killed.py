"""`kill -9` between any two steps of a turn: nothing acknowledged is lost, and an owed question arrives.

    received · kept · acknowledged · each call to Telegram, before it is carried out and before that is heard of · noted

One conversation is carried on unharmed. Another dies in every turn, each time at the next of that turn's steps, and
ends where the first one did.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from consultations.answers import Answer
from consultations.carrying import Carrying
from consultations.conversation.state import Conversation
from consultations.inviting import Invited, Inviting
from tests.bot.chat.on_telegram.mortal import Mortal, mortal
from tests.consultations import chat
from tests.consultations.chat import BOOK, Site
from tests.hunt import hunt
from tests.telegram_stand_in import SECRET, WEBHOOK, Hold, Person, Shown, StandIn, standing_in

WORDS = "The zanzibarkettle sings."
PAGE = "page:2"
STEPS = 11
"""As many as the longest turn has."""

BRIEFLY = {("polling", 2), ("webhook", 5)}
HELP = ".go:.help"
TURNS = (
    "/start",
    ".opening:what",
    ".opening:safety",
    ".opening:how",
    ":.next",
    ".pin:.no",
    "home_settled:ok",
    WORDS,
    "instead",
    ":.next",
    HELP,
    "/easier",
    "/check",
    PAGE,
    ".send:",
    "/private",
)
OURS = ("answerCallbackQuery", "sendMessage", "editMessageText", "editMessageReplyMarkup", "setMyCommands")


@dataclass
class Doomed:
    """A child, and the bot that dies. Of each turn: what was called, what was shown, and what one who looks sees."""

    site: Site
    api: StandIn
    database: Path
    bot: Mortal
    person: Person
    invited: Invited
    by: str
    calls: list[list[str]] = field(default_factory=list)
    showed: list[list[str]] = field(default_factory=list)
    looks: list[list[str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return Carrying(self.site.cast.store, self.site.cast.chat_keys, secrets.token_bytes).address(
            self.person.chat.id
        )

    async def kept(self) -> Conversation:
        return self.site.opened(await self.site.thread(self.address))

    async def lives(self) -> None:
        """A bot is born; whatever it owes is sent, and what was not acknowledged is heard."""
        method = "setWebhook" if self.by == "webhook" else "getUpdates"
        before = len(self.api.made(method))
        await self.bot.is_born()
        await until(lambda: len(self.api.made(method)) > before)
        await self.api.heard()

    async def arrives(self) -> None:
        """Until every answer has arrived."""
        async with asyncio.timeout(20):
            while (await self.kept()).owed:
                await asyncio.sleep(0.002)

    def does(self, turn: str) -> dict[str, Any]:
        """What the child does in this turn; the update it makes."""
        match turn:
            case "/start":
                return self.person.says(f"/start {self.invited.link.text}")
            case "instead":
                message = next(each for each in self.person.chat.messages if each.text == WORDS)
                sent = {"message_id": message.id, "date": 1_796_000_000, "chat": self.person.chat.as_json}
                return self.person.edits({"message": {**sent, "from": self.person.chat.person}}, WORDS.upper())
            case _ if turn == WORDS or turn.startswith("/"):
                return self.person.says(turn)
        found = self._finds(turn)
        assert found is not None, f"{turn}: {_read(self.person.last)}"
        return self.person.taps(*found)

    def _finds(self, turn: str) -> tuple[str, Shown] | None:
        """The newest button of this turn, with its message."""
        for shown in reversed(self.person.shown):
            for data in (button["callback_data"] for button in shown.buttons):
                if data.endswith(turn) or data.partition(":")[2].startswith(turn):
                    return data, shown
        return None

    async def lives_through(self, turn: str) -> None:
        """A turn in which nothing happens; and what a child who looks is shown after it."""
        before, shown = len(self.api.calls), len(self.person.shown)
        self.does(turn)
        await self.api.heard()
        await self._answered(turn, before)
        self.calls.append([name for name, _ in self.api.calls[before:] if name in OURS])
        self.showed.append([_read(each) for each in self.person.shown[shown:]])
        shown = len(self.person.shown)
        self.person.says("/start")
        await self.api.heard()
        await until(lambda: len(self.person.shown) > shown)
        await self.arrives()
        self.looks.append([_read(each) for each in self.person.shown[shown:]])

    async def dies_in(self, turn: str, step: int, calls: list[str]) -> list[str]:
        """A turn in which the bot dies at this step; what was shown by the time everything was well again."""
        shown = len(self.person.shown)
        await self.dies_at(turn, step, calls)
        await self.lives()
        await self.arrives()
        if turn == PAGE and not self._finds(".send:"):  # a page that was not turned is turned by another tap
            self.does(turn)
            await self.api.heard()
            await until(lambda: self._finds(".send:"))
        return [_read(each) for each in self.person.shown[shown:]]

    async def dies_at(self, turn: str, step: int, calls: list[str]) -> None:
        """The bot dies at this step of a turn that makes these calls."""
        if step == 0:
            await self._dies_before_it_is_kept(turn)
        elif step == 1:
            update = self.does(turn)
            if self.by == "webhook":
                await self._dies(self._holds(Hold(WEBHOOK, done=True)))
            else:
                confirms = Hold("getUpdates", lambda given: int(given["offset"]) > update["update_id"])
                await self._dies(self._holds(confirms))
        elif step < 2 + 2 * len(calls):
            here = step // 2 - 1
            hold = self._holds(Hold(calls[here], _after(calls[:here].count(calls[here])), done=bool(step % 2)))
            self.does(turn)
            await self.api.heard()
            await self._dies(hold)
        else:
            await self._dies_before_it_is_noted(turn, "editMessageText" if turn == PAGE else "sendMessage", calls)

    async def _dies_before_it_is_kept(self, turn: str) -> None:
        with locked(self.database):
            hold = self._holds(Hold("sendChatAction"))
            self.does(turn)
            if turn == PAGE:  # nobody shows that he is typing
                await asyncio.sleep(0.1)
                hold.reached.set()
            await self._dies(hold)

    async def _dies_before_it_is_noted(self, turn: str, last: str, calls: list[str]) -> None:
        hold = self._holds(Hold(last, _after(calls.count(last) - 1), done=True))
        self.does(turn)
        await self.api.heard()
        async with asyncio.timeout(20):
            await hold.reached.wait()
        with locked(self.database):
            hold.let_go.set()
            await asyncio.sleep(0.05)  # it would note that the answer arrived, and cannot
            await self._dies(hold)

    def _holds(self, hold: Hold) -> Hold:
        self.api.hold = hold
        return hold

    async def _dies(self, hold: Hold) -> None:
        async with asyncio.timeout(20):
            await hold.reached.wait()
        await self.bot.dies()
        self.api.hold = None
        hold.let_go.set()

    async def _answered(self, turn: str, before: int) -> None:
        if turn == PAGE:
            await until(lambda: any(name == "editMessageText" for name, _ in self.api.calls[before:]))
        await self.arrives()
        await asyncio.sleep(0.05)  # what comes after the answer: the pick, the menu


def _after(many: int) -> Any:
    """Fits once so many have gone by."""
    left = iter(range(many))
    return lambda given: next(left, None) is None


def _read(shown: Shown) -> str:
    """A message and its buttons; of a code or a link only that there is one."""
    text = re.sub(r"\S*(#|start=)\S+|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "…", shown.text)
    return f"{text} {[button['text'] for button in shown.buttons]}"


async def until(true: Any) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.002)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Meanwhile nobody else writes to it."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@asynccontextmanager
async def doomed(folder: Path, by: str) -> AsyncIterator[Doomed]:
    """A child with an invitation, and a bot that lives."""
    folder.mkdir()
    database = folder / "foreword.db"
    url = f"sqlite+aiosqlite:///{database}"
    async with chat.site(url, folder) as site, standing_in() as api:
        cast = site.cast
        site.inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes, 0)
        await site.review("ages_16_17")
        with mortal(folder, url, api.url, SECRET if by == "webhook" else "") as bot:
            child = Doomed(site, api, database, bot, api.person("Kofi"), await site.invite(), by)
            await child.lives()
            yield child
            await bot.stops()


@pytest.mark.parametrize(
    ("by", "first"),
    [
        pytest.param(by, first, marks=[] if (by, first) in BRIEFLY else [pytest.mark.attack], id=f"{by}-{first}")
        for by in ("polling", "webhook")
        for first in range(STEPS)
    ],
)
async def test_a_bot_that_dies_in_every_turn_loses_nothing_and_repeats_only_where_the_child_is_or_help(
    by: str, first: int, tmp_path: Path
) -> None:
    async with doomed(tmp_path / "unharmed", by) as well:
        for turn in TURNS:
            await well.lives_through(turn)
        unharmed = await well.kept()

    async with doomed(tmp_path / "harmed", by) as child:
        for number, turn in enumerate(TURNS):
            calls, showed, look = well.calls[number], well.showed[number], well.looks[number]
            got = await child.dies_in(turn, (number + first) % (3 + 2 * len(calls)), calls)

            if turn == PAGE:  # the same message, turned
                continue
            again = [*look, *showed] if turn == HELP else look
            assert got[-1] in (showed[-1], look[-1]), turn
            assert not Counter(got) - (Counter(showed) | Counter(again)) - Counter(again), turn
            assert turn != HELP or showed[-1] in got
        harmed = await child.kept()

    assert child.bot.deaths == len(TURNS)
    assert [_said(each) for each in harmed.answers] == [_said(each) for each in unharmed.answers]
    assert (harmed.place, len(harmed.sent), harmed.owed) == (unharmed.place, 1, ())
    assert not hunt([WORDS, WORDS.upper(), "zanzibarkettle", str(child.person.chat.id)], tmp_path)


def _said(answer: Answer) -> tuple[str, str | None, tuple[str, ...]]:
    return answer.question, answer.choice, answer.pieces


@pytest.mark.parametrize("step", range(4), ids=["received", "kept", "acknowledged", "told"])
async def test_whoever_leaves_is_out_wherever_the_bot_dies(step: int, tmp_path: Path) -> None:
    async with doomed(tmp_path / "site", "polling") as child:
        for turn in ("/start", ".opening:what"):
            child.does(turn)
            await child.api.heard()
            await child.arrives()
        await child.dies_at("/leave", step, ["sendMessage"])
        await child.lives()
        child.person.says("/start")
        await child.api.heard()
        await until(lambda: child.person.last.text.startswith("Hello. To start"))
        session = (await child.site.thread(child.address)).session

    assert session is None or session.ended_at is not None
