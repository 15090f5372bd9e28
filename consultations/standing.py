"""What stands in a chat of a messenger, and what of it is to be cleared: somebody else may open that phone.

A bot may delete a message of either side for 48 hours (https://core.telegram.org/bots/api#deletemessages). So each goes
after 40, which leaves time to try again; or at once, when the child asks. What stands there is known by number and
hour alone, and never what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CLEARED_AFTER = timedelta(hours=40)
DELETABLE = timedelta(hours=48)
ROUNDED = timedelta(hours=1)


class Whose(StrEnum):
    """Who wrote it. What is PLAIN is ours too, and says nothing of the child: it may stay, to lead on from."""

    CHILD = "child"
    OURS = "ours"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Standing:
    """One message. `hour` is the one it was sent in; `wanted`: the child asked for it to be cleared."""

    number: int
    hour: datetime
    whose: Whose
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done in one chat, by the messages' numbers."""

    delete: tuple[int, ...] = ()
    rest: int | None = None  # the newest of ours: it makes way for a sentence that says how to carry on
    stays: tuple[int, ...] = ()  # nothing is to be done with these any more
    too_late: tuple[int, ...] = ()  # only the child can delete these now, and is told


def hour_of(at: datetime) -> datetime:
    """The hour in which something was sent."""
    return at.replace(minute=0, second=0, microsecond=0)


def due(standing: Sequence[Standing], now: datetime) -> Due:
    """What is due in one chat. Unless the child asked for all of it to go, what we wrote last leaves a way on there."""
    ripe = [each for each in standing if each.wanted or now - each.hour >= CLEARED_AFTER]
    newest = max((each for each in standing if each.whose is not Whose.CHILD), key=_number, default=None)
    last = newest if newest in ripe and not newest.wanted else None
    stays, too_late, delete = [], [], []
    for each in sorted(ripe, key=_number):
        late = now - each.hour >= DELETABLE + ROUNDED
        if each.whose is Whose.PLAIN and (late or each is last):
            stays.append(each.number)
        elif late:
            too_late.append(each.number)
        else:
            delete.append(each.number)
    if last is None or too_late or last.number not in delete:
        return Due(tuple(delete), None, tuple(stays), tuple(too_late))
    delete.remove(last.number)
    return Due(tuple(delete), last.number, tuple(stays))


def _number(each: Standing) -> int:
    return each.number
