"""What an update means: a table, from what Telegram can send to what the conversation can hear.

Nothing is decided here about a consultation. What has no row gets no answer: a service message, a group, a channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import CallbackQuery, Message, Update

from consultations.conversation.events import Asked, Edited, Event, Left, Looked, Said, Tapped, Unreadable

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""All we ask Telegram for."""

PAGE = "page:"
"""Before the number of a page that a button turns to."""

COMMANDS: Mapping[str, Event] = {
    "help": Asked(".help"),
    "check": Asked(".check"),
    "language": Asked(".languages"),
    "easier": Asked(".easier"),
    "private": Asked(".move"),
    "stop": Asked(".stop"),
    "tidy": Asked(".tidy"),
    "leave": Left(),
}

UNREADABLE: Mapping[str, str] = {
    "sticker": "sticker",
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "file",
    "contact": "contact",
    "location": "location",
    "venue": "location",
    "poll": "poll",
    "dice": "other",
    "game": "other",
    "story": "other",
    "paid_media": "other",
    "checklist": "other",
    "invoice": "other",
}
"""What is no words, and the kind of it that a sentence is about. A message may hold two: the first one counts."""

_BUTTON = re.compile(r"([!-9;-~]{1,40}):([!-9;-~]{1,40}):([!-9;-~]{1,40})")


@dataclass(frozen=True, slots=True)
class Start:
    """/start, with what stood in the link, or with nothing."""

    typed: str


@dataclass(frozen=True, slots=True)
class Page:
    """A button that turns the page of one message."""

    number: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """They blocked us, or let us in again."""

    blocked: bool


What = Start | Page | Blocked | tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """One update that is answered: its number, the chat, and what it means. The rest is for showing the answer."""

    number: int
    chat: int
    language: str
    what: What
    message: int = 0  # the message it is about
    query: CallbackQuery | None = None
    sent: datetime | None = None  # when that message was, where it is the child's own


def read(update: Update) -> Came | None:
    """What this update means; None for what gets no answer."""
    if update.callback_query is not None:
        return _tapped(update.update_id, update.callback_query)
    if update.edited_message is not None:
        return _came(update, update.edited_message, _edited(update.edited_message))
    if update.message is not None:
        return _came(update, update.message, _written(update.message))
    member = update.my_chat_member
    if member is not None and member.chat.type == "private":
        gone = member.new_chat_member.status in ("kicked", "left")
        return Came(update.update_id, member.chat.id, "", Blocked(gone))
    return None


def _came(update: Update, message: Message, what: What) -> Came | None:
    """Only from a person, and only where nobody else reads."""
    person = message.from_user
    if what == () or message.chat.type != "private" or person is None or person.is_bot:
        return None
    language = person.language_code or ""
    return Came(update.update_id, message.chat.id, language, what, message.message_id, sent=message.date)


def _written(message: Message) -> What:
    if message.forward_origin is not None:
        return (Unreadable("other"),)  # somebody else's words are not the child's answer
    ref = str(message.message_id)
    to = message.reply_to_message
    reply_to = str(to.message_id) if to is not None else ""
    if message.text is not None:
        command = _command(message)
        if command is None:
            return (Said(message.text, ref=ref, reply_to=reply_to),)
        name, rest = command
        if name == "start":
            return Start(rest) if rest else (Looked(),)
        known = COMMANDS.get(name)
        return (known,) if known is not None else (Said(message.text, ref=ref, reply_to=reply_to),)
    kind = next((UNREADABLE[name] for name in UNREADABLE if getattr(message, name, None)), "")
    caption = (Said(message.caption, ref=ref, reply_to=reply_to),) if message.caption else ()
    if kind:
        return (*caption, Unreadable(kind))
    return caption if caption or _is_service(message) else (Unreadable("other"),)


def _edited(message: Message) -> What:
    words = message.text if message.text is not None else message.caption
    return (Edited(words, str(message.message_id)),) if words else ()


def _command(message: Message) -> tuple[str, str] | None:
    """The command a message begins with, and what stands after it."""
    at_once = any(each.type == "bot_command" and each.offset == 0 for each in message.entities)
    if not at_once or message.text is None:
        return None
    name, _, rest = message.text.partition(" ")
    return name.removeprefix("/").partition("@")[0].lower(), rest.strip()


def _tapped(number: int, query: CallbackQuery) -> Came | None:
    """A button. Which message it stood under may be gone; whose it is, Telegram vouches for."""
    message, data = query.message, query.data or ""
    if message is None or message.chat.type != "private" or query.from_user.is_bot:
        return None
    what: What
    if data.startswith(PAGE) and data.removeprefix(PAGE).isdecimal():
        what = Page(int(data.removeprefix(PAGE)[:4]))
    else:
        found = _BUTTON.fullmatch(data)
        what = (Tapped(found[1], found[2], found[3]) if found else Looked(),)
    language = query.from_user.language_code or ""
    return Came(number, message.chat.id, language, what, message.message_id, query)


def _is_service(message: Message) -> bool:
    """Something Telegram itself noted: a pinned message, a changed timer, a new picture of the chat."""
    return any(getattr(message, name, None) for name in _SERVICE)


_SERVICE = (
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_shared",
    "connected_website",
    "delete_chat_photo",
    "forum_topic_created",
    "giveaway",
    "giveaway_created",
    "group_chat_created",
    "left_chat_member",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "pinned_message",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "users_shared",
    "video_chat_ended",
    "video_chat_started",
    "web_app_data",
    "write_access_allowed",
)
