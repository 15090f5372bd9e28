"""A member of staff at a screen of their own, through the whole product: an advocate, or somebody who keys in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Self

from consultations.access import Role
from consultations.admitting import Admitted, NotAdmitted
from consultations.answers import PAPER, SPOKEN
from consultations.conversation.events import Event, LastWord, Said, SatDown, Tapped
from consultations.helping import Helping
from consultations.keying_in import KeyingIn
from consultations.listening import Heard, Last
from consultations.signing_in import SignedIn
from tests.consultations.chat import AtTheDoor, Site
from tests.consultations.conversation.cast import shown

ALONE = "badgerlantern"
"""What the child said by themselves."""

TYPED = "copperumbrella"
"""What was typed at such a screen."""


@dataclass
class Staff:
    """Somebody who is signed in, and their own device."""

    site: Site
    signed_in: SignedIn
    address: str = field(default_factory=lambda: f"web:{secrets.token_hex(8)}")
    events: int = 0
    heard: Heard = field(default_factory=lambda: Heard(()))

    async def tries(self, own: str, code: str = "", address: str = "") -> Admitted | NotAdmitted:
        at = address or self.address
        return await self.site.sitting_down.sit_down(own, code, at, "203.0.113.0/24", self.site.now)

    async def does(self, event: Event) -> Heard:
        self.events += 1
        at = f"theirs {self.address} {self.events}"
        self.heard = await self.site.listening.hear(self.address, at, event, self.site.now)
        return self.heard

    async def taps(self, place: str, choice: str, words: str = "") -> Heard:
        thread = await self.site.thread(self.address)
        return await self.does(Tapped(thread.consultation, place, choice, words))

    async def types(self, words: str = TYPED, question: str = "people_see") -> Heard:
        return await self.does(Said(words, question))

    def sees(self) -> str:
        return shown(self.heard.messages)


@dataclass
class Advocate(Staff):
    """An advocate who enrolled."""

    @classmethod
    async def enrolled(cls, site: Site, username: str = "nia", name: str = "Nia Advocate") -> Advocate:
        return cls(site, await site.cast.enrol(username, name, Role.ADVOCATE))

    @property
    def helping(self) -> Helping:
        return Helping(self.site.cast.store, self.site.cast.portal_keys)

    async def pass_of(self) -> str:
        made = await self.helping.begin(self.signed_in, self.site.now)
        assert made is not None
        return made.shown

    async def sits_down(self, child: AtTheDoor) -> Self:
        """In, with the child's yes."""
        assert await self.tries(await self.pass_of(), child.invited.code.shown) == Admitted(SatDown())
        await self.does(SatDown())
        await self.taps(".sit", ".yes")
        await self.taps(".sit", ".mine")
        return self

    async def last_word(self, words: str, question: str = "people_see") -> bool:
        self.events += 1
        said, at = LastWord(words, question), f"last {self.address} {self.events}"
        return await self.site.listening.hear_last(self.address, at, said, self.site.now) is not Last.LOST


@dataclass
class Keyer(Staff):
    """Somebody who keys in."""

    @property
    def keying(self) -> KeyingIn:
        return KeyingIn(self.site.cast.store, self.site.cast.portal_keys)

    async def a_pass(self, how: str = PAPER, at: str = "") -> str:
        made = await self.keying.begin(self.signed_in, at or await reference(self.site), how, self.site.now)
        assert made is not None
        return made.shown

    async def comes_in(self, how: str = PAPER, at: str = "") -> Self:
        assert await self.tries(await self.a_pass(how, at)) == Admitted(SatDown(how))
        await self.does(SatDown(how))
        if how == SPOKEN:
            await self.taps(".sit", ".mine")
        return self

    async def ends(self) -> Self:
        for _ in range(60):
            sat = self.site.opened(await self.site.thread(self.address)).sitting
            assert sat is not None
            if not sat.place.about:
                return self
            await self.taps(sat.place.about, ".skip")
        raise AssertionError("the way does not end")


async def a_child_alone(site: Site) -> AtTheDoor:
    """A child who said something alone, with a PIN."""
    child = await (await AtTheDoor.of(site)).starts()
    await child.taps(".go", ".pin")
    for _ in range(2):
        await child.says("2468", ".pin")
    await child.says(ALONE, "home_settled")
    return child


async def reference(site: Site) -> str:
    """Of the one review there is."""
    (review,) = await site.cast.store.reviews.all_reviews()
    return review.reference
