"""One message, written into a chat or over another one, as Telegram wants to be told: quiet, and without a preview."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, MessageEntity

from bot.chat.on_telegram.showing import Key, Sheet

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def write(bot: Bot, chat: int, sheet: Sheet) -> Message:
    """A new message."""
    return await bot.send_message(
        chat,
        sheet.text,
        entities=_entities(sheet),
        reply_markup=keyboard(sheet.rows),
        disable_notification=True,
        link_preview_options=_NO_PREVIEW,
    )


async def write_over(bot: Bot, chat: int, number: int, sheet: Sheet) -> None:
    """A message of ours says this instead."""
    await bot.edit_message_text(
        sheet.text,
        chat,
        number,
        entities=_entities(sheet),
        reply_markup=keyboard(sheet.rows),
        link_preview_options=_NO_PREVIEW,
    )


def keyboard(rows: Sequence[Sequence[Key]]) -> InlineKeyboardMarkup | None:
    """The buttons under a message, where there are any."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in rows]
    )


def _entities(sheet: Sheet) -> list[MessageEntity]:
    return [MessageEntity(each.style, each.offset, each.length) for each in sheet.styles]
