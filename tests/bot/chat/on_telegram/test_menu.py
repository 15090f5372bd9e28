"""The menu beside the field: in the language of the phone, and for whoever has come in, in the language they chose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.chat.on_telegram.reading import COMMANDS
from bot.chat.on_telegram.saying import Sayings
from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import Phone, Place
from tests.journeys.playing import BOOK, EVERY_LANGUAGE, LANGUAGES
from tests.telegram_stand_in import Fails


@pytest_asyncio.fixture
async def place(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with phone.place(sqlite_url, tmp_path, wording=EVERY_LANGUAGE) as made:
        yield made


def menu(language: str) -> list[dict[str, str]]:
    """The menu as it has to read."""
    says = Sayings(BOOK, EVERY_LANGUAGE).menu(language)
    return [{"command": command, "description": label} for command, label in says]


async def chooses(child: Phone, language: str) -> None:
    await child.says("/language")
    await child.taps(f".language:{language}")


async def test_it_stands_there_in_every_language_a_phone_may_speak(place: Place) -> None:
    codes = {code.partition("_")[0]: code for code in LANGUAGES}

    assert {code: place.api.commands[code] for code in codes} == {two: menu(code) for two, code in codes.items()}
    assert place.api.commands[""] == menu("en_GB")
    assert len({repr(menu(code)) for code in LANGUAGES}) == len(LANGUAGES)
    assert {each["command"] for each in menu("ar")} == set(COMMANDS)


async def test_it_follows_the_child_into_every_language_and_back_also_after_a_restart(place: Place) -> None:
    kofi = await place.child()
    await kofi.says(f"/start {kofi.invited.link.text}")
    for language in (*LANGUAGES, *reversed(LANGUAGES)):
        await chooses(kofi, language)
        assert kofi.person.chat.commands == menu(language)
    await chooses(kofi, "ar")
    await place.stop()
    await place.start()
    await chooses(kofi, "en_GB")

    assert kofi.person.chat.commands == menu("en_GB")


async def test_it_is_set_once_and_not_with_every_answer(place: Place) -> None:
    kofi = await place.child()
    await kofi.says(f"/start {kofi.invited.link.text}")
    before = len(place.api.made("setMyCommands"))
    for _ in range(3):
        await kofi.says("/start")

    assert len(place.api.made("setMyCommands")) == before


async def test_for_whoever_has_not_come_in_nothing_is_set(place: Place) -> None:
    somebody = place.api.person("Jo", language="vi")
    somebody.says("hello")
    await place.quiet()

    hello = EVERY_LANGUAGE.spoken["vi"].say("phrase.telegram_hello", BOOK.phrases["telegram_hello"].text)
    assert somebody.last.text.startswith(hello)
    assert somebody.chat.commands == []


async def test_a_menu_that_cannot_be_set_delays_nothing_and_is_set_with_the_next_answer(place: Place) -> None:
    kofi = await place.child()
    await kofi.says(f"/start {kofi.invited.link.text}")
    place.api.fails("setMyCommands", Fails(status=500))
    await chooses(kofi, "ar")
    assert kofi.person.chat.commands == menu("en_GB")
    await kofi.says("/start")

    assert kofi.person.chat.commands == menu("ar")
