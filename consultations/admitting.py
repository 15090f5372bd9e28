"""Letting a child in by a link or a code: one read, one decision, one write.

1. What was typed is read; a slip of the finger is told at once, and is no try.
2. The try is counted, and slowed where there were many (`slowing`).
3. The invitation is looked up and its secret verified. Where there is none the same work is done.
4. In one transaction the link is used up, the consultation begins if it has not, and the visit stands.

A form that is sent twice makes one visit, for as long as that visit could not have ended by itself.

Unknown, used, expired and wrong take the same way and give the same answer.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from consultations import invitation
from consultations.addresses import TELEGRAM, is_account
from consultations.circumstances import Elsewhere
from consultations.conversation.events import Arrived, HandedOver, Looked, SatDown
from consultations.conversation.state import begin
from consultations.details import KIND, ChatDetails
from consultations.drafting import Drafting
from consultations.handing_over import HandingOver, code_mark
from consultations.invitation import LinkToken, ShortCode, TypedCode
from consultations.keeping.store import Store
from consultations.keeping.store.doors import WayIn
from consultations.keeping.store.invitations import Beginning, Invitation
from consultations.keeping.vault import codes, details
from consultations.keeping.vault.keys import ChatKeys
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Random
from consultations.keeping.vault.stretching import Aside
from consultations.slowing import FREE, FREE_ON_A_CODE, Callers, Slowing
from consultations.timescales import day_in_england

TRIES = 5

SENT_ONCE_MORE = timedelta(minutes=15)
"""How long the very form that made a visit, sent once more, is that visit: no longer than a visit may idle."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """In: the visit stands, and this is its first event."""

    arrived: Arrived | HandedOver | Looked | SatDown


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """Not in. `phrase` says why, as far as anybody may know."""

    phrase: Literal[
        "web_code_empty",
        "code_mistyped",
        "code_unknown",
        "link_unknown",
        "session_ended",
        "telegram_taken",
        "sit_unknown",
        "sit_taken",
        "sit_code_not_needed",
    ]


@dataclass(frozen=True, slots=True)
class SentOn:
    """Not in here: this child may not use this door. The way leads to the one they may."""

    way: Elsewhere


EMPTY = NotAdmitted("web_code_empty")
MISTYPED = NotAdmitted("code_mistyped")
UNKNOWN = NotAdmitted("code_unknown")
UNKNOWN_LINK = NotAdmitted("link_unknown")
OVER = NotAdmitted("session_ended")
TAKEN = NotAdmitted("telegram_taken")


class Admitting:
    """Who comes in. `sleep` is asyncio's in earnest."""

    def __init__(
        self,
        store: Store,
        keys: ChatKeys,
        seasons: Seasons,
        *,
        aside: Aside,
        random: Random,
        sleep: Callable[[float], Awaitable[None]],
        handing_over: HandingOver | None = None,
    ) -> None:
        self._store, self._keys = store, keys
        self._drafting = Drafting(keys, seasons, random)
        self._aside, self._random = aside, random
        self.slowing = Slowing(store.counters, "codes", sleep)
        self._callers = Callers(random)
        self._handing_over = handing_over

    async def admit(self, typed: str, address: str, caller: str, now: datetime) -> Admitted | NotAdmitted | SentOn:
        """Let whoever typed this in at `address`, or say why not. The same address twice is one visit.

        SentOn, and nothing used up, where the address is an account that this child is too young to have.
        `caller` is the network the try came from; it is kept nowhere as it is.
        """
        if not typed.strip():
            return EMPTY
        read = invitation.read(typed)
        if read is not None and await self._is_over(address, now):
            return OVER
        match read:
            case None:
                return MISTYPED
            case LinkToken() as token:
                return await self._by_link(token, address, caller, now)
            case TypedCode() as code:
                return await self._by_code(code, address, caller, now)
            case ShortCode() as short:
                counted = await self.slow(caller, "", now)
                way = await self._store.doors.way(code_mark(self._keys, short.shown), now)
                return await self._come_by(way, "code", address, counted, now)

    async def _is_over(self, address: str, now: datetime) -> bool:
        """Whether this form made a visit so long ago that it may have ended by itself since.

        A browser offers to send an old form once more to whoever presses Back on it: that must not read where the
        visit itself no longer would.
        """
        standing = await self._store.threads.thread(address)
        if standing is None or standing.session is None or is_account(address):
            return False
        return standing.session.ended_at is None and now >= standing.session.created_at + SENT_ONCE_MORE

    async def _by_link(
        self, token: LinkToken, address: str, caller: str, now: datetime
    ) -> Admitted | NotAdmitted | SentOn:
        counted = await self.slow(caller, "", now)
        found = await self._store.invitations.by_link(codes.link_mark(token.text))
        if found is None:
            way = await self._store.doors.way(codes.link_mark(token.text), now)
            return await self._come_by(way, "link", address, counted, now)
        return await self._come_in(found, "link", address, counted, now)

    async def _by_code(
        self, code: TypedCode, address: str, caller: str, now: datetime
    ) -> Admitted | NotAdmitted | SentOn:
        found, counted = await self.invited(code, caller, now)
        return await self._come_in(found, "code", address, counted, now)

    async def invited(self, code: TypedCode, caller: str, now: datetime) -> tuple[Invitation | None, tuple[str, ...]]:
        """The invitation of this code, if it is right; and under what the try was counted, to be said to `slowing`."""
        counted = await self.slow(caller, code.selector, now)
        found = await self._store.invitations.by_selector(code.selector)
        id, verifier = (found.id, found.verifier) if found else ("", None)
        right = await self._aside.run(codes.is_code, self._keys, id, code.secret, verifier)
        return found if right else None, counted

    async def slow(self, caller: str, selector: str, now: datetime) -> tuple[str, ...]:
        """Count this try, and wait where there were many. The keys it was counted under."""
        free = {self._callers.mark(caller, now): FREE}
        if selector:
            free[f"codes: selector {selector}"] = FREE_ON_A_CODE
        await self.slowing.count(free, now)
        return tuple(free)

    async def _come_in(
        self,
        found: Invitation | None,
        by: Literal["link", "code"],
        address: str,
        counted: tuple[str, ...],
        now: datetime,
    ) -> Admitted | NotAdmitted | SentOn:
        if found is None:
            return await self._refused(address, by, now)
        if is_account(address):
            known = self._known(found.review, found.details)
            if not known.may_use_telegram(day_in_england(now)):
                return await self._sent_on(now, counted, invited=found.id)
            if await self._is_taken(address, found.review):
                return TAKEN
        came = await self._store.invitations.come_in(found, by, address, self.beginning(found), now)
        if came is None:
            return await self._refused(address, by, now)
        await self.slowing.right(counted)
        return Admitted(Arrived(by, found.issued_at if found.reissue else None))

    async def _come_by(
        self, way: WayIn | None, by: Literal["link", "code"], address: str, counted: tuple[str, ...], now: datetime
    ) -> Admitted | NotAdmitted | SentOn:
        """By a way that another door of the same child made, or that led a child here who may not use that door."""
        if way is None:
            return await self._refused(address, by, now)
        if is_account(address):
            if not self._known(way.review, way.details).may_use_telegram(day_in_england(now)):
                return await self._sent_on(now, counted, consultation=way.consultation, invited=way.invitation)
            if await self._is_taken(address, way.review):
                return TAKEN
        if way.consultation is None:
            found = await self._store.invitations.by_selector(way.selector)
            if found is None or found.id != way.invitation or not await self._store.doors.use_up(way, now):
                return await self._refused(address, by, now)
            return await self._come_in(found, "code", address, counted, now)
        if not await self._store.doors.come_by(way, address, now):
            return await self._refused(address, by, now)
        await self.slowing.right(counted)
        return Admitted(HandedOver(way.id))

    async def _sent_on(
        self,
        now: datetime,
        counted: tuple[str, ...],
        *,
        consultation: str | None = None,
        invited: str | None = None,
    ) -> Admitted | NotAdmitted | SentOn:
        """A way to the door this child may use. The link they came with is still theirs."""
        for _ in range(TRIES):
            way = self._handing_over.way(TELEGRAM, now) if self._handing_over else None
            if way is None or self._handing_over is None:
                break
            if await self._handing_over.open(way, now, consultation=consultation, invited=invited):
                await self.slowing.right(counted)
                return SentOn(way)
        return UNKNOWN

    async def _is_taken(self, address: str, review: str) -> bool:
        """Whether this account has another child. One that left, or whose review was held, has gone from it."""
        standing = await self._store.threads.thread(address)
        if standing is None or standing.session is None:
            return False
        if standing.session.ended_at is None and standing.held_on is None:
            return standing.review != review
        await self._store.doors.release(address)
        return False

    async def _refused(self, address: str, by: Literal["link", "code"], now: datetime) -> Admitted | NotAdmitted:
        """Not in; unless this very form has just come in, and was only sent once more."""
        standing = await self._store.threads.thread(address)
        if standing is not None and standing.session is not None and standing.session.ended_at is None:
            return Admitted(Looked() if is_account(address) else Arrived(by))
        await self.slowing.wrong(now)
        await self._store.trail.refused("code", now)
        return UNKNOWN_LINK if by == "link" else UNKNOWN

    def beginning(self, found: Invitation) -> Beginning:
        """The first state of a consultation, for when there is none yet."""
        # Short, because it stands in every button, and lower case, because buttons bring it back.
        id = base64.b32encode(self._random(8)).decode().rstrip("=").lower()
        known = self._known(found.review, found.details)
        first = begin(id, found.question_set, known.language)
        return Beginning(id, *self._drafting.under_a_new_key(id, 1, first))

    def _known(self, review: str, sealed: bytes) -> ChatDetails:
        return ChatDetails.from_bytes(details.open_details(self._keys, KIND, review, sealed))
