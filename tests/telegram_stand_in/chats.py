"""What a Bot API server keeps: chats with their messages, and what it holds a bot's messages to.

Refusals are worded as the real server words them, as far as a bot can tell them apart.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST_TEXT = 4096  # UTF-16 units, after entities
LONGEST_DATA = 64  # bytes
LONGEST_DESCRIPTION = 256
DELETABLE = timedelta(hours=48)
AT_ONCE = 100  # messages that one call deletes
BEGINS = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)  # its time, unless it is told another
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
ENTITIES = frozenset({"bold", "italic", "blockquote", "underline", "code", "spoiler"})


class Refuses(Exception):
    """The server says no. `status` is HTTP's and Telegram's own code at once."""

    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after


@dataclass
class Shown:
    """A message in a chat. `before` are the keyboards it had: a slow phone still shows them."""

    id: int
    text: str
    from_bot: bool
    sent: datetime
    entities: list[dict[str, Any]] = field(default_factory=list)
    keyboard: list[list[dict[str, str]]] = field(default_factory=list)
    before: list[list[list[dict[str, str]]]] = field(default_factory=list)
    edits: int = 0
    silent: bool = False
    preview_off: bool = False

    @property
    def buttons(self) -> list[dict[str, str]]:
        """Every button, in order."""
        return [button for row in self.keyboard for button in row]

    def as_json(self, chat: dict[str, Any], bot: dict[str, Any]) -> dict[str, Any]:
        """As the server gives it back."""
        said: dict[str, Any] = {
            "message_id": self.id,
            "date": int(self.sent.timestamp()),
            "chat": chat,
            "from": bot,
            "text": self.text,
        }
        if self.entities:
            said["entities"] = self.entities
        if self.keyboard:
            said["reply_markup"] = {"inline_keyboard": self.keyboard}
        return said


@dataclass
class Chat:
    """A private chat of one person with the bot."""

    id: int
    name: str
    language: str
    started: bool = False
    blocked: bool = False
    deleted: bool = False
    messages: list[Shown] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    commands: list[dict[str, str]] = field(default_factory=list)
    typed: int = 0  # how often "typing…" was shown

    @property
    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name}

    @property
    def person(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def to_delete(self, id: int, now: datetime) -> Shown | None:
        """The message, where there is one; only for 48 hours, whoever wrote it."""
        shown = self.message(id)
        if shown is not None and now - shown.sent >= DELETABLE:
            raise Refuses(400, "Bad Request: message can't be deleted for everyone")
        return shown

    def delete(self, *gone: Shown) -> None:
        """They are gone, for both sides."""
        self.messages = [each for each in self.messages if each not in gone]
        self.removed += [each.id for each in gone]

    def message(self, id: int) -> Shown | None:
        return next((each for each in self.messages if each.id == id), None)


def units(text: str) -> int:
    """Its length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def checked_text(text: str) -> str:
    """A text that may be sent."""
    if not text.strip():
        raise Refuses(400, "Bad Request: message text is empty")
    if units(text) > LONGEST_TEXT:
        raise Refuses(400, "Bad Request: message is too long")
    if text != text.strip():
        # The real one strips it, and every entity then stands in the wrong place.
        raise Refuses(400, "Bad Request: (stand-in) text begins or ends with space")
    return text


def checked_entities(raw: str, text: str) -> list[dict[str, Any]]:
    """Entities that fit their text."""
    entities: list[dict[str, Any]] = json.loads(raw) if raw else []
    for each in entities:
        if each["type"] not in ENTITIES:
            raise Refuses(400, "Bad Request: unsupported entity")
        if each["offset"] < 0 or each["length"] < 1 or each["offset"] + each["length"] > units(text):
            raise Refuses(400, "Bad Request: entity out of the text")
    return entities


def checked_keyboard(raw: str) -> list[list[dict[str, str]]]:
    """An inline keyboard that may be shown."""
    markup = json.loads(raw) if raw else {}
    keyboard: list[list[dict[str, str]]] = markup.get("inline_keyboard", [])
    if sum(len(row) for row in keyboard) > MOST_BUTTONS:
        raise Refuses(400, "Bad Request: reply markup is too long")
    for row in keyboard:
        if not 1 <= len(row) <= MOST_IN_A_ROW:
            raise Refuses(400, "Bad Request: a row of the keyboard is empty or too long")
        for button in row:
            if not button.get("text", "").strip():
                raise Refuses(400, "Bad Request: text of a button is empty")
            if not 1 <= len(button.get("callback_data", "").encode()) <= LONGEST_DATA:
                raise Refuses(400, "Bad Request: BUTTON_DATA_INVALID")
    return keyboard


def checked_commands(raw: str) -> list[dict[str, str]]:
    """A menu that may be shown."""
    commands: list[dict[str, str]] = json.loads(raw)
    for each in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
            raise Refuses(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"]) <= LONGEST_DESCRIPTION:
            raise Refuses(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
