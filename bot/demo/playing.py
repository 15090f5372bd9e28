"""Plays an invented child at the keyboard: they read the screen and press its buttons, like any other child.

Nothing is written behind the conversation's back: every answer goes in by an event, at the time the visit was.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.demo.cast import Says, Visit
from consultations.admitting import Admitted, Admitting
from consultations.conversation.events import Event, Tapped
from consultations.invitation import TypedCode
from consultations.listening import Listening
from consultations.messages import Button, Message

MOST_STEPS = 200
A_WHILE = timedelta(seconds=20)


class LostTheThread(Exception):
    """The conversation did not go as the cast was written for: the demo and the questions do not fit any more."""


@dataclass
class AtTheScreen:
    """One child during one visit."""

    admitting: Admitting
    listening: Listening
    visit: Visit
    now: datetime
    address: str = field(default_factory=lambda: f"web:{secrets.token_hex(32)}")
    screen: tuple[Message, ...] = ()

    async def play(self, code: TypedCode) -> None:
        """Come in by the code, say what is to be said, send it or stop. LostTheThread when that cannot be done."""
        admitted = await self.admitting.admit(code.shown, self.address, "demo", self.now)
        if not isinstance(admitted, Admitted):
            raise LostTheThread("The code did not let the child in.")
        await self._hear(admitted.arrived)
        if self.visit.adds:
            await self._add()
        else:
            await self._answer()
        if self.visit.sends:
            await self._share()
            await self._send()

    async def _answer(self) -> None:
        """Through the opening and the questions, to the check page or to where the child stops."""
        for _ in range(MOST_STEPS):
            if self._button(".send") or self._button(".check"):
                return
            if language := self._button(".language", self.visit.language):
                await self._tap(language)
            elif opening := self._button(".opening", kind="primary"):
                await self._tap(opening)
            elif no_pin := self._button(".pin", ".no"):
                await self._tap(no_pin)
            elif told := self._button(".ask_now") or self._button(".alarm", ".on"):
                await self._tap(told)  # yes, tell them now; and nobody is to be kept from knowing
            elif question := self._question():
                if question == self.visit.until:
                    return
                await self._say(question, self.visit.says.get(question))
            else:
                break
        raise LostTheThread("The child does not get past this screen.")

    async def _say(self, question: str, says: Says | None) -> None:
        if says is None:
            await self._tap(self._needed(question, ".skip"))
            return
        choice = says.choice or ".next"
        button = self._needed(question, choice)
        await self._tap(button, says.words)

    async def _add(self) -> None:
        await self._tap(self._needed(".after", ".add"))
        question = self._question()
        await self._tap(self._needed(question, ".next"), self.visit.adds)

    async def _share(self) -> None:
        """What more people than the officer may see, answer by answer; in a set without that it stays with them."""
        for question, says in self.visit.says.items():
            if says.sharing is not None and (choosing := self._button(".share", question)):
                await self._tap(choosing)
                await self._tap(self._needed(f".s.{question}", says.sharing.value))

    async def _send(self) -> None:
        await self._tap(self._needed(".send"))
        if not self._button(".after"):
            raise LostTheThread("What was to be sent was not.")

    async def _tap(self, button: Button, words: str = "") -> None:
        consultation, place, choice = button.id.split(":", 2)
        await self._hear(Tapped(consultation, place, choice, words))

    async def _hear(self, event: Event) -> None:
        heard = await self.listening.hear(self.address, secrets.token_hex(8), event, self.now)
        self.screen = heard.messages
        self.now += A_WHILE

    def _buttons(self) -> Iterator[tuple[str, str, Button]]:
        for message in self.screen:
            for button in message.buttons:
                _, place, choice = button.id.split(":", 2)
                yield place, choice, button

    def _button(self, at: str, choosing: str = "", kind: str = "") -> Button | None:
        for place, choice, button in self._buttons():
            if place == at and choosing in ("", choice) and kind in ("", button.kind):
                return button
        return None

    def _needed(self, at: str, choosing: str = "") -> Button:
        found = self._button(at, choosing)
        if found is None:
            raise LostTheThread(f"There is no {at} {choosing} on this screen.")
        return found

    def _question(self) -> str:
        """The question on the screen, or nothing."""
        return next((place for place, choice, _ in self._buttons() if place[0] != "." and choice == ".back"), "")
