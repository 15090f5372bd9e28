"""What can light up a screen that somebody else holds says nothing of care, and names nobody: in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat.on_telegram import saying
from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_terminal import Terminal
from consultations.admitting import TAKEN
from consultations.conversation.replies import Cleared, NotHeard, Reminder, Reply
from consultations.conversation.turn import Setting, Turn
from consultations.messages import Message
from tests.journeys.playing import BOOK, EVERY_LANGUAGE, LANGUAGES

UNASKED: tuple[Reply, ...] = (Reminder(), NotHeard(datetime(2026, 12, 3, tzinfo=UTC)), Cleared(), Cleared(late=True))
OUR_OWN = (saying.HELLO, TAKEN.phrase, saying.ELSEWHERE, saying.LEFT, saying.WENT_WRONG, saying.NOT_YET)
TELLS = {
    # care, social worker, review or meeting, officer, foster carer, council: stems, as these languages bend their words
    "en_GB": "care social review meeting officer foster council",
    "ar": "رعاي اجتماع أخصائي مراجع مسؤول حاضن كافل بلدي مجلس",
    "fa_AF": "مراقبت اجتماعی مددکار جلسه جلسۀ بررسی بازنگری مسؤول سرپرست شورا",
    "vi": "chăm sóc|xã hội|nhân viên|cuộc họp|buổi họp|xem xét|viên chức|nuôi dưỡng|hội đồng",
}


def words_of(*messages: Message) -> str:
    lines = (line.text for message in messages for line in message.lines)
    buttons = (button.label for message in messages for button in message.buttons)
    return "\n".join((*lines, *buttons)).lower()


def tells(language: str) -> list[str]:
    return TELLS[language].split("|" if "|" in TELLS[language] else None)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryLanguage:
    @pytest.mark.parametrize("set", ["ages_4_7", "ages_8_11", "ages_12_15", "ages_16_17"])
    @pytest.mark.parametrize("reply", UNASKED, ids=repr)
    def test_what_nobody_asked_for_names_nobody_and_tells_nothing(self, language: str, set: str, reply: Reply) -> None:
        child = Terminal.open(BOOK, EVERY_LANGUAGE, set, language)
        around = replace(child.around, child="Zanzibarkettle", officer="Quillfeather", reference="NB-4711")
        turn = Turn(child.conversation, (reply,))
        told = words_of(*EVERY_LANGUAGE.of(turn, Setting(BOOK, around, child.now)))

        assert told
        assert not [name for name in ("zanzibarkettle", "quillfeather", "4711", "14") if name in told]
        assert not [word for word in tells(language) if word in told]

    @pytest.mark.parametrize("phrase", OUR_OWN)
    def test_what_is_said_to_whoever_writes_tells_nothing(self, language: str, phrase: str) -> None:
        told = words_of(Sayings(BOOK, EVERY_LANGUAGE).message(language, phrase, link="…", code="…"))

        assert told
        assert not [word for word in tells(language) if word in told]

    def test_the_menu_tells_nothing(self, language: str) -> None:
        menu = Sayings(BOOK, EVERY_LANGUAGE).menu(language)

        assert not [word for _, label in menu for word in tells(language) if word in label.lower()]


def test_the_words_that_would_tell_are_those_children_read_elsewhere() -> None:
    """So that a slip in the table above is noticed: each language's own opening page has some of them."""
    for language in LANGUAGES:
        words = EVERY_LANGUAGE.spoken[language]
        plain = [(id, phrase.text) for id, phrase in BOOK.phrases.items() if "{" not in phrase.text]
        read = "\n".join(words.say(f"phrase.{id}", text) for id, text in plain).lower()

        assert sum(word in read for word in tells(language)) >= 2, language
