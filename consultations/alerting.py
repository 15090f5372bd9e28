"""A child is not safe: the duty list is called, one after another, until a person has it.

The alert itself was written in the turn in which the child raised it (see `listening`); whoever comes here finds it
due. For each that is due:

1. Lease it, so that of several processes one calls. A process that dies leaves nothing but a lease that runs out.
2. Hand a mail in for the next on the list. Who is refused is passed over at once.
3. Note who was called. A quarter of an hour later the next is due; where nobody could be called, a minute later.

So a call goes out at least once: whoever is killed between 2 and 3 is followed by somebody who calls the same person
again, by the same Message-ID. Silence would harm; a second mail does not.

While the child is being asked whether there is somebody who should not be told, neither their officer nor their social
worker is called, whoever else is on duty is. What the child picks then is obeyed for good: the people kept off are in
no call. Where what is kept of the child was changed by somebody, the social worker is not known, and calls go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from consultations import duty
from consultations.details import KIND, ChatDetails, PortalDetails
from consultations.duty import QUARTER, Call, OnDuty
from consultations.keeping.store import Store
from consultations.keeping.store.alerts import DueAlert
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.kept_from import ASKED, OFFICER

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
AGAIN = timedelta(minutes=1)
"""When somebody is tried again after nobody could be called."""

THEY_MIGHT_NAME = (OFFICER, "social_worker")


class NotCalled(Exception):
    """A call did not go out.

    NotTaken      this address is refused: the next person is called
    NotReached    no mail goes out at all: later, again
    """


class NotTaken(NotCalled):
    """The mail server refuses this address. Its text says no more than the server's number."""


class NotReached(NotCalled):
    """The mail server takes no mail. Its text says the kind of problem."""


class Post(Protocol):
    """Whatever hands a call in."""

    async def send(self, call: Call, to: str, now: datetime) -> None:
        """Hand it in. NotTaken or NotReached when it did not go out."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """Calls the duty list. `url` is the portal's address; `keys` are those of the side that calls."""

    store: Store
    duty_list: Sequence[OnDuty]
    post: Post
    url: str
    keys: ChatKeys | PortalKeys

    async def call_next(self, now: datetime) -> bool:
        """Call for the alert that is due longest. True when somebody was called, so that there may be more to do."""
        for alert in await self.store.alerts.due(now):
            people = self._people(alert, now)
            if not people and _is_asked(alert, now):
                continue
            if await self.store.alerts.lease(alert.id, now + LEASE, now):
                return await self._call(alert, people, now)
        return False

    async def _call(self, alert: DueAlert, people: Sequence[OnDuty], now: datetime) -> bool:
        url = f"{self.url}/alerts/{alert.id}"
        call = duty.call(alert.id, alert.calls + 1, alert.reference, alert.raised_at, alert.again_at, url)
        why = "nobody may be called"
        for person in people:
            try:
                await self.post.send(call, person.email, now)
            except NotTaken as problem:
                why = str(problem)
                log.error("duty_refused", alert=alert.id, entry=self.duty_list.index(person) + 1, says=why)
                continue
            except NotReached as problem:
                why = str(problem)
                break
            except Exception:
                # A fault of ours is no call either: it shows on the page and in the health check, and is told as one.
                await self.store.alerts.failed(alert.id, now, now + AGAIN)
                raise
            await self.store.alerts.called(alert.id, person.name, now, now + QUARTER)
            log.info("duty_called", alert=alert.id, call=alert.calls + 1, entry=self.duty_list.index(person) + 1)
            return True
        await self.store.alerts.failed(alert.id, now, now + AGAIN)
        log.error("duty_not_called", alert=alert.id, says=why)
        return False

    def _people(self, alert: DueAlert, now: datetime) -> Sequence[OnDuty]:
        """Who is called, the next one first."""
        asked = _is_asked(alert, now)
        kinds = {*alert.kept_from, *(THEY_MIGHT_NAME if asked else ())}
        social_worker = self._social_worker(alert) if "social_worker" in kinds else ""
        off = duty.kept_off(self.duty_list, kinds, alert.officer, social_worker)
        people = duty.in_turn(self.duty_list, alert.called_who, now, off)
        return [each for each in people if each.works(now)] if asked else people

    def _social_worker(self, alert: DueAlert) -> str:
        """The work address of the child's social worker; "" where it is not known."""
        try:
            match self.keys:
                case ChatKeys() as keys:
                    plain = open_details(keys, KIND, alert.review, alert.details_for_chat)
                    return ChatDetails.from_bytes(plain).social_worker
                case PortalKeys() as keys:
                    plain = open_details(keys, KIND, alert.review, alert.details_for_portal)
                    return PortalDetails.from_bytes(plain).social_worker
        except (Refused, ValueError):  # changed by somebody, or written by a later Foreword: the others are called
            log.error("review_details_refused", review=alert.review)
            return ""


def _is_asked(alert: DueAlert, now: datetime) -> bool:
    """Whether the child has only just been asked who should not be told."""
    return now - alert.raised_at < ASKED
