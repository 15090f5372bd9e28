"""A chat is cleared: both sides' messages are deleted, because somebody else may open that phone.

    1. it is deleted, but for what we wrote last
    2. over that we write a sentence that leads on; where the conversation is not here any more, it is deleted too
    3. what Telegram does not let us delete any more is told

Writing over a message lights up no screen and counts as nothing new. Whatever is done twice, because we were stopped or
Telegram did not answer, is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from telegram.error import BadRequest

from bot.chat.on_telegram.answering import Surroundings, written
from bot.chat.on_telegram.sending import Job, Sender
from bot.chat.on_telegram.showing import Sheet, screens
from bot.chat.on_telegram.writing import write_over
from consultations.conversation.events import Tidied
from consultations.standing import Due, Whose

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""How many messages Telegram deletes in one call."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Puts the clearing of a chat in line, behind what is still being sent there."""

    around: Surroundings
    sender: Sender

    async def wanted(self, chat: int, address: str) -> None:
        """The child wants everything gone that stands there, or is on its way there."""
        await self.around.tidying.want(address)
        self.sender.queue(chat, Job(lambda: self.around.tidying.want(address), minor=True))

    async def clear_due(self) -> None:
        """Clear every chat in which something is due. Where nobody can be reached what is too late is let go."""
        now = self.around.now()
        for address in await self.around.tidying.chats(now):
            chat = await self.around.carrying.where(address)
            if chat is not None:
                self.clear(chat, address)
                continue
            due = await self.around.tidying.due(address, now)
            await self.around.tidying.gone(address, (*due.too_late, *due.stays))

    def clear(self, chat: int, address: str) -> None:
        """Clear one chat."""
        self.sender.queue(chat, Job(lambda: self._clear(chat, address), minor=True))

    async def _clear(self, chat: int, address: str) -> None:
        tidying = self.around.tidying
        due = await tidying.due(address, self.around.now())
        for start in range(0, len(due.delete), AT_ONCE):
            await tidying.gone(address, await self._deleted(chat, due.delete[start : start + AT_ONCE]))
        leads_on = await self._leads_on(address, due)
        if due.too_late and leads_on is not None:
            await written(self.around, chat, address, leads_on, Whose.PLAIN)
        await tidying.gone(address, (*due.stays, *due.too_late))
        if due.rest is not None:
            rests = leads_on is not None and await self._rests(chat, due.rest, leads_on)
            await tidying.gone(address, [due.rest] if rests else await self._deleted(chat, [due.rest]))

    async def _leads_on(self, address: str, due: Due) -> Sheet | None:
        """What is left to carry on from; None where nothing is needed, or the conversation is not here any more."""
        if due.rest is None and not due.too_late:
            return None
        now = self.around.now()
        event = Tidied(late=bool(due.too_late))
        heard = await self.around.listening.hear(address, f"cleared:{now.isoformat()}", event, now)
        if heard.ended or not heard.messages:
            return None
        return screens(heard.messages, self.around.sayings.turning(heard.messages[-1].language))[-1]

    async def _rests(self, chat: int, number: int, sheet: Sheet) -> bool:
        """The message says this instead. False where Telegram would not have it: then it has to go."""
        try:
            await write_over(self.around.bot, chat, number, sheet)
        except BadRequest as refused:  # the child deleted it; or it says so already, because we were stopped after it
            return "not modified" in refused.message.lower()
        return True

    async def _deleted(self, chat: int, numbers: Sequence[int]) -> Sequence[int]:
        """Those that are gone now. Where Telegram refuses one it refuses all: then each is asked for by itself."""
        try:
            await self.around.bot.delete_messages(chat, numbers)
        except BadRequest:
            return [number for number in numbers if await self._is_deleted(chat, number)]
        return numbers

    async def _is_deleted(self, chat: int, number: int) -> bool:
        try:
            await self.around.bot.delete_message(chat, number)
        except BadRequest as refused:  # gone before; or not to be deleted yet, as a die that was thrown today
            if "not found" not in refused.message.lower():
                log.warning("telegram_not_deleted")
                return False
        return True
