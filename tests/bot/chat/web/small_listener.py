"""A listener with a short memory, to try the door against: a handful of places, one of each kind a door can show."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from consultations import invitation
from consultations.admitting import EMPTY, MISTYPED, UNKNOWN, Admitted, NotAdmitted
from consultations.conversation.events import Arrived, Event, LastWord, Left, Looked, Said, SatDown, Tapped
from consultations.listening import Heard, Last
from consultations.messages import Button, Field, Line, Message, Role

HERE = "k3v9x2mq"
BOT = "https://t.me/foreword_test_bot?start=ga2TN9agEI2MAr24nS8jMA_a-b9"
ORDER = ("hello", "home", "faces", "number", "check", "arabic", "done")


@dataclass
class SmallListener:
    """Hears events, remembers words by place, shows places in order. `broken` makes it fail, `slow` makes it wait."""

    events: list[Event] = field(default_factory=list)
    last_words: list[LastWord] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ended: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    wrote_last: set[str] = field(default_factory=set)
    heard: set[tuple[str, str]] = field(default_factory=set)
    broken: bool = False
    slow: float = 0.0

    async def hear(self, address: str, event_id: str, event: Event, now: datetime) -> Heard:
        await asyncio.sleep(self.slow)
        if self.broken:
            raise RuntimeError("the words zanzibarkettle are in this message")
        if address in self.ended:
            return Heard((), ended=True)
        if (address, event_id) not in self.heard:
            self.heard.add((address, event_id))
            self._take(address, event)
        return Heard(self._shown(address), ended=address in self.ended)

    async def hear_last(self, address: str, event_id: str, said: LastWord, now: datetime) -> Last:
        if address in self.left or not (said.words or said.choice or said.tell):
            return Last.LOST
        if (address, event_id) in self.heard:
            return Last.KEPT
        if address in self.wrote_last:
            return Last.LOST
        self.heard.add((address, event_id))
        self.wrote_last.add(address)
        self.last_words.append(said)
        return Last.TOLD if said.tell else Last.KEPT

    async def is_of_staff(self, address: str) -> bool:
        return False

    def place(self, name: str) -> None:
        """Everybody is now at this place."""
        for address in self.at:
            self.at[address] = ORDER.index(name)

    def _take(self, address: str, event: Event) -> None:
        if not isinstance(event, Looked):
            self.events.append(event)
        match event:
            case Said(words, place):
                self.words[place or ""] = words
            case Tapped(_, place, _, words, place_of_words):
                if words:
                    self.words[place_of_words or place] = words
                self.at[address] = min(self.at[address] + 1, len(ORDER) - 1)
            case Left():
                self.ended.add(address)
                self.left.add(address)
            case Arrived():
                self.at[address] = 0

    def _shown(self, address: str) -> tuple[Message, ...]:
        place = ORDER[self.at[address]]
        match place:
            case "hello":
                return (
                    says("Hello, Amal.", "In danger now: call 999. Or Childline, 0800 1111.", buttons=(on(place),)),
                )
            case "home":
                return (
                    says("Not sent yet: Sam can’t see this.", role=Role.NOTE),
                    Message(
                        (
                            Line("About 5 more", Role.NOTE),
                            Line("What’s the best thing about where you live?", Role.ASKED),
                            *said(self.words.get("home", "")),
                        ),
                        "en-GB",
                        "ltr",
                        (
                            choice(place, "room", "My room"),
                            choice(place, "garden", "The garden", chosen=True),
                            choice(place, "people", "The people I live with"),
                            on(place),
                            quiet(place, "back", "Back"),
                            quiet(place, "skip", "Skip"),
                            quiet(place, "more", "More"),
                            company(place, "Someone is here"),
                            help_now(place),
                        ),
                        Field(place, "Say it here", hint="Say as much or as little as you like."),
                        kind="question",
                    ),
                )
            case "faces":
                return (
                    Message(
                        (Line("How is it where you live?", Role.ASKED),),
                        "en-GB",
                        "ltr",
                        (
                            choice(place, "good", "Good", "🙂"),
                            choice(place, "ok", "OK", "😐"),
                            choice(place, "bad", "Not good", "🙁"),
                            quiet(place, "skip", "Skip"),
                            help_now(place),
                        ),
                        kind="question",
                    ),
                )
            case "number":
                return (
                    Message(
                        (Line("What’s your PIN? It’s four numbers."),),
                        "en-GB",
                        "ltr",
                        (quiet(place, "without", "Carry on without it"), help_now(place)),
                        Field(place, "Your PIN", kind="pin"),
                    ),
                )
            case "check":
                return (
                    says("Check what you said", role=Role.HEADING),
                    *(card(number) for number in range(1, 5)),
                    Message(
                        (Line("If someone is in danger, Sam has to tell, whatever you choose here."),),
                        "en-GB",
                        "ltr",
                        (
                            Button(f"{HERE}:check:send_a1b2c3d4e5f6", "Send it to Sam", kind="primary"),
                            Button(f"{HERE}:check:preview", "What Sam will see"),
                            quiet(place, "keep_going", "Keep answering"),
                            company(place, "I'm alone now"),
                            help_now(place),
                        ),
                    ),
                )
            case "arabic":
                return (
                    Message(
                        (
                            Line("حوالي 5 أسئلة أخرى", Role.NOTE),
                            Line("ما هو أفضل شيء في المكان الذي تعيش فيه؟", Role.ASKED),
                            Line("The dog, Sheikh. الكلب.", Role.CHILD, "en_GB"),
                            Line(f"الرجاء فتح تيليجرام من هنا: {BOT}"),
                            Line("أو كتابة هذا الرمز لنا هناك: 4829-JEJN"),
                        ),
                        "ar",
                        "rtl",
                        (
                            choice(place, "room", "غرفتي"),
                            choice(place, "garden", "الحديقة", chosen=True),
                            Button(f"{HERE}:{place}:next", "التالي", kind="primary"),
                            quiet(place, "skip", "تخطي"),
                            company(place, "أنا بمفردي الآن"),
                        ),
                        Field(place, "قلها هنا"),
                        kind="question",
                    ),
                )
            case _:
                return (
                    says(
                        "It’s sent. Thank you for telling us.",
                        "The grown-ups hear it.",
                        buttons=(help_now(place),),
                    ),
                )


def says(*lines: str, role: Role = Role.PLAIN, buttons: tuple[Button, ...] = ()) -> Message:
    return Message(tuple(Line(line, role) for line in lines), "en-GB", "ltr", buttons)


def said(words: str) -> tuple[Line, ...]:
    return (Line("You said:", Role.NOTE), Line(words, Role.CHILD)) if words else ()


def card(number: int) -> Message:
    return Message(
        (
            Line("What would you change, if you could change one thing?", Role.ASKED),
            Line(f"{number}. I want to see my brother more.\nAnd the dog!!", Role.CHILD),
            Line("Who may see this: Only Sam", Role.NOTE),
        ),
        "en-GB",
        "ltr",
        (
            Button(f"{HERE}:check:change_{number}", "Change this"),
            Button(f"{HERE}:check:share_{number}", "Choose who sees this"),
        ),
        here=number == 3,
        kind="card",
    )


def choice(place: str, id: str, label: str, picture: str = "", *, chosen: bool = False) -> Button:
    return Button(f"{HERE}:{place}:{id}", label, picture, chosen, "choice")


def on(place: str) -> Button:
    return Button(f"{HERE}:{place}:next", "Next", kind="primary")


def quiet(place: str, id: str, label: str) -> Button:
    return Button(f"{HERE}:{place}:{id}", label, kind="quiet", back=id == "back")


def help_now(place: str) -> Button:
    return Button(f"{HERE}:{place}:help", "Help now", kind="help")


def company(place: str, label: str) -> Button:
    return Button(f"{HERE}:{place}:company", label, kind="company")


@dataclass
class SmallAdmitting:
    """One code that opens as often as one likes, and one link that opens once."""

    code: str
    link: str
    used: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    callers: list[str] = field(default_factory=list)

    async def sit_down(
        self, typed_pass: str, typed_code: str, address: str, caller: str, now: datetime
    ) -> Admitted | NotAdmitted:
        """Whoever has the child's code in both fields sits down."""
        both = {invitation.read(typed_pass), invitation.read(typed_code)}
        return Admitted(SatDown()) if both == {invitation.read(self.code)} else NotAdmitted("sit_unknown")

    async def admit(self, typed: str, address: str, caller: str, now: datetime) -> Admitted | NotAdmitted:
        self.callers.append(caller)
        if not typed.strip():
            return EMPTY
        read = invitation.read(typed)
        if read is None:
            return MISTYPED
        if address in self.seen:
            return Admitted(Arrived("link"))
        if read == invitation.read(self.code) or (read == invitation.read(self.link) and self.link not in self.used):
            self.used.add(typed)
            self.seen.add(address)
            return Admitted(Arrived("code" if "-" in typed else "link"))
        return UNKNOWN
