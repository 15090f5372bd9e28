"""However often an update comes, and whenever: it has one effect and one reply.

One child is heard once. Another says and taps the same, and every update of theirs comes twice more: at once, and after
the one that follows it. Twice on the way the bot starts anew, and then everything so far comes again, the last first.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from consultations.conversation.state import Conversation
from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import Phone
from tests.bot.chat.on_telegram.test_door import kept, said

Turn = Callable[[Phone], Awaitable[dict[str, Any]]]


def says(text: str) -> Turn:
    return lambda child: child.says(text)


def taps(ends: str, *, late: bool = False) -> Turn:
    return lambda child: child.taps(ends, late=late)


async def comes_by_the_link(child: Phone) -> dict[str, Any]:
    return await child.says(f"/start {child.invited.link.text}")


async def comes_by_the_code(child: Phone) -> dict[str, Any]:
    return await child.says(child.invited.code.shown)


async def puts_it_right(child: Phone) -> dict[str, Any]:
    message = next(each for each in child.person.chat.messages if each.text == "The dgo.")
    sent = {"message_id": message.id, "date": 1_796_000_000, "chat": child.person.chat.as_json}
    return await child.edits({"message": {**sent, "from": child.person.chat.person}}, "The dog.")


async def replies_to_an_older_question(child: Phone) -> dict[str, Any]:
    asked = next(each for each in child.person.shown if "Is where you live right for you?" in each.text)
    return await child.says("And the garden.", reply_to=asked)


async def sends_a_photo(child: Phone) -> dict[str, Any]:
    return await child.sends(**phone.CONTENT["photo"], caption="My room.")


BEFORE: tuple[Turn, ...] = (
    comes_by_the_link,
    taps(".opening:what"),
    taps(".opening:safety"),
    taps(".opening:how"),
    taps(":.next"),
    taps(".pin:.no"),
    says("I like it."),
    says("The dgo."),
    puts_it_right,
    taps("home_settled:.next"),
    replies_to_an_older_question,
    taps("home_settled:ok", late=True),
    sends_a_photo,
    taps(".go:.help"),
)
AFTER: tuple[Turn, ...] = (
    says("/easier"),
    says("/check"),
    taps("page:0"),
    taps(".send:"),
    says("/private"),
    says("/leave"),
    comes_by_the_code,
    says("Something else."),
)


async def once(child: Phone) -> None:
    for turn in (*BEFORE, *AFTER):
        await turn(child)


async def thrice(child: Phone) -> None:
    place, before = child.place, list[dict[str, Any]]()
    for turns in (BEFORE, AFTER):
        for turn in turns:
            before.append(await turn(child))
            for update in before[-2:]:
                place.api.again(update)
            await place.quiet()
        await place.stop()
        for update in reversed(before):
            place.api.again(update)
        await place.start()
        await place.quiet()


def wrote(child: Phone) -> list[str]:
    """Everything that was sent, and of a code or a link only that there was one."""
    sent = (given["text"] for given in child.place.api.made("sendMessage"))
    return [re.sub(r"\S*(#|start=)\S+|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "…", text) for text in sent]


def state(conversation: Conversation) -> tuple[Any, ...]:
    answers = (*conversation.answers, *conversation.hidden)
    return (
        [(each.question, each.choice, each.pieces) for each in answers],
        (conversation.place, conversation.owed, len(conversation.sent), conversation.set),
    )


@pytest.mark.parametrize("by", ["polling", "webhook"])
async def test_every_update_thrice_has_one_effect_and_one_reply(by: str, tmp_path: Path) -> None:
    (tmp_path / "once").mkdir()
    (tmp_path / "thrice").mkdir()
    async with phone.place(f"sqlite+aiosqlite:///{tmp_path}/once.db", tmp_path / "once", by) as place:
        heard_once = await place.child()
        await once(heard_once)
        expected, texts = state(await kept(heard_once)), wrote(heard_once)

    async with phone.place(f"sqlite+aiosqlite:///{tmp_path}/thrice.db", tmp_path / "thrice", by) as place:
        heard_thrice = await place.child()
        await thrice(heard_thrice)

        assert wrote(heard_thrice) == texts
        assert state(await kept(heard_thrice)) == expected
        assert all(place.api.answered.values())


@pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)
async def test_a_burst_that_comes_in_another_order_is_the_same_answer(amal: Phone) -> None:
    api = amal.place.api
    written = [amal.person.says(words) for words in ("I like it.", "The dog.", "And the garden.")]
    for update in written:
        api.pending.remove(update)
    for update in (written[2], written[0], written[1]):
        api.again(update)
        await amal.place.quiet()

    assert await said(amal, "home_settled") == "I like it.\nThe dog.\nAnd the garden."
