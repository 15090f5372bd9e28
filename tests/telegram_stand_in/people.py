"""People who write to the bot: what they do at their phones becomes an update, and what the bot wrote can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.telegram_stand_in.chats import Chat, Shown

if TYPE_CHECKING:
    from tests.telegram_stand_in import StandIn


@dataclass
class Person:
    """Somebody at their phone."""

    telegram: StandIn
    chat: Chat

    def says(self, text: str, reply_to: Shown | None = None, **more: Any) -> dict[str, Any]:
        """Type something; the update it makes."""
        self.chat.started = True
        shown = Shown(self.telegram.next_message(), text, from_bot=False, sent=self.telegram.now())
        self.chat.messages.append(shown)
        message = self._message(shown, text=text, **more)
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if reply_to is not None:
            message["reply_to_message"] = reply_to.as_json(self.chat.as_json, self.telegram.bot)
        return self.telegram.update(message=message)

    def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        """Change a message that was sent."""
        edited = {**update["message"], "text": text, "edit_date": int(self.telegram.now().timestamp())}
        return self.telegram.update(edited_message=edited)

    def sends(self, **content: Any) -> dict[str, Any]:
        """Send something that is no text."""
        self.chat.started = True
        shown = Shown(self.telegram.next_message(), "", from_bot=False, sent=self.telegram.now())
        self.chat.messages.append(shown)
        return self.telegram.update(message=self._message(shown, **content))

    def taps(self, data: str, message: Shown) -> dict[str, Any]:
        """Tap a button of a message, by what it brings back."""
        query = {
            "id": self.telegram.next_callback(),
            "from": self.chat.person,
            "chat_instance": "1",
            "message": message.as_json(self.chat.as_json, self.telegram.bot),
            "data": data,
        }
        return self.telegram.update(callback_query=query)

    def blocks(self, blocked: bool = True) -> dict[str, Any]:
        """Block the bot, or let it in again."""
        self.chat.blocked = blocked
        member: dict[str, Any] = {"user": self.telegram.bot, "status": "kicked" if blocked else "member"}
        other: dict[str, Any] = {"user": self.telegram.bot, "status": "member" if blocked else "kicked"}
        if blocked:
            member["until_date"] = 0
        else:
            other["until_date"] = 0
        return self.telegram.update(
            my_chat_member={
                "chat": self.chat.as_json,
                "from": self.chat.person,
                "date": int(self.telegram.now().timestamp()),
                "old_chat_member": other,
                "new_chat_member": member,
            }
        )

    @property
    def shown(self) -> list[Shown]:
        """What the bot wrote, oldest first."""
        return [each for each in self.chat.messages if each.from_bot]

    @property
    def last(self) -> Shown:
        """What the bot wrote last."""
        return self.shown[-1]

    def button(self, label: str, where: Callable[[Shown], bool] = lambda shown: True) -> tuple[Shown, str]:
        """The newest button that says so, with its message."""
        for shown in reversed(self.shown):
            for button in shown.buttons:
                if button["text"] == label and where(shown):
                    return shown, button["callback_data"]
        raise LookupError(label)

    def _message(self, shown: Shown, **content: Any) -> dict[str, Any]:
        return {
            "message_id": shown.id,
            "date": int(shown.sent.timestamp()),
            "chat": self.chat.as_json,
            "from": self.chat.person,
            **content,
        }
