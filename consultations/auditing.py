"""The trail is looked after: its chains are joined every hour, and read from their beginnings for what was changed.

altered      nobody who has the key wrote this entry so: it was changed, or put in
moved        it was written with another number
removed      a number is missing
cut          the chain ends before where it had come to, as another chain or the log says
begun again  it begins, or goes on, otherwise than before: it was emptied, or a whole older database was put back
unrecorded   somebody read, and no record says so; or a record says so, and what was noted with it is gone
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import structlog

from consultations.keeping.store import Store
from consultations.keeping.store.trail import KeptReading
from consultations.trail import Deed, Entry, Head, Marked, Pen, as_head

log = structlog.get_logger(__name__)

AT_ONCE = 5000
"""How many entries are read at once."""

TRIED = 300
"""How many entries that are not what they should be are looked for in each other's places; the rest, as far off."""


async def join_chains(stores: Sequence[Store], now: datetime) -> None:
    """Join the other chains' heads to the chain that each of these stores writes; an anchor of every chain in the log.

    A line of the log is out of reach of whoever can only write in the database: `foreword trail verify --anchor`.
    """
    for store in stores:
        await store.trail.join(now)
    for head in await stores[0].trail.heads() if stores else ():
        log.info("trail_anchor", chain=head.chain, number=head.number, mark=head.mark)


class Wrong(StrEnum):
    """What is wrong with a stretch of a chain."""

    ALTERED = "altered"
    MOVED = "moved"
    REMOVED = "removed"
    CUT = "cut"
    BEGUN_AGAIN = "begun again"
    UNRECORDED = "unrecorded"
    UNNOTED = "unnoted"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: entries `number` to `until` of a chain. `of`: a review, where it is about one."""

    wrong: Wrong
    chain: str
    number: int
    until: int
    said: int = 0  # the number it was written with, or up to which the chain had come
    of: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of reading the whole trail."""

    faults: tuple[Fault, ...]
    entries: int
    heads: tuple[Head, ...]


@dataclass(slots=True)
class _Chain:
    """What was found in one chain."""

    pen: Pen
    last: int = 0
    begins: str = ""  # how, as its first entry says it
    genuine: dict[int, str] = field(default_factory=dict)  # the number and the mark of every entry that is whole
    broken: list[Marked] = field(default_factory=list)
    astray: list[int] = field(default_factory=list)  # whole, and not what followed the one before
    joins: list[Head] = field(default_factory=list)
    readings: list[Entry] = field(default_factory=list)
    forgotten: dict[str, datetime] = field(default_factory=dict)


async def audit(
    store: Store, pens: Sequence[Pen], anchors: Collection[Head], told: Callable[[int], None] = lambda count: None
) -> Audited:
    """Read every chain, and what must agree with it. `told` hears how many entries were read so far."""
    chains: dict[str, _Chain] = {}
    entries = 0
    for pen in pens:
        chain = chains[pen.chain] = _Chain(pen)
        before: Marked | None = None
        while links := await store.trail.links(pen.chain, chain.last, AT_ONCE):
            for link in links:
                _look(chain, before, link)
                before = link
            entries += len(links)
            told(entries)
    faults = [fault for chain in chains.values() for fault in _of_chain(chain)]
    spoilt = {fault.chain for fault in faults}
    said = [*anchors, *(head for chain in chains.values() for head in chain.joins)]
    for name, chain in chains.items():
        faults += _as_said(chain, said, name in spoilt)
    faults += _beginnings(chains)
    faults += _readings(chains.values(), await store.trail.readings())
    return Audited(tuple(faults), entries, await store.trail.heads())


def _look(chain: _Chain, before: Marked | None, link: Marked) -> None:
    """Take one link in."""
    said, number = link.entry, link.entry.number
    chain.last = number
    if chain.pen.seal(said) != link.seal:
        chain.broken.append(link)
        return
    chain.genuine[number] = link.mark[:8].hex()
    follows = before is None or before.entry.number + 1 == number
    if follows and chain.pen.mark(before.mark if before else b"", link.seal) != link.mark:
        chain.astray.append(number)
    if number == 1:
        chain.begins = said.more if said.deed == Deed.BEGAN else ""
    elif said.deed == Deed.BEGAN:
        chain.astray.append(number)
    if said.deed == Deed.JOINED and (head := as_head(said.more)) is not None:
        chain.joins.append(head)
    elif said.deed in (Deed.OPENED, Deed.COPIED):
        chain.readings.append(said)
    elif said.deed == Deed.FORGOTTEN:
        chain.forgotten[said.of] = max(said.at, chain.forgotten.get(said.of, said.at))


def _of_chain(chain: _Chain) -> Iterator[Fault]:
    """What a chain shows by itself: altered, moved, removed, gone on from elsewhere."""
    name = chain.pen.chain
    moved = dict(_moved(chain))
    altered = [link.entry.number for link in chain.broken if link.entry.number not in moved]
    written = chain.genuine.keys() | moved.values()
    end = max([chain.last, *moved.values()])
    missing = [number for number in range(1, end + 1) if number not in written and number not in set(altered)]
    for first, last in _stretches(altered):
        yield Fault(Wrong.ALTERED, name, first, last)
    for first, last in _stretches(missing):
        yield Fault(Wrong.REMOVED, name, first, last)
    for number, origin in _few(moved.items()):
        yield Fault(Wrong.MOVED, name, number, number, origin)
    # A mark that does not follow beside a fault is that fault's; alone, the trail went on from an older moment.
    beside = {link.entry.number + step for link in chain.broken for step in (0, 1)}
    if not missing and (astray := sorted(set(chain.astray) - beside)):
        yield Fault(Wrong.BEGUN_AGAIN, name, astray[0], astray[-1])


def _moved(chain: _Chain) -> Iterator[tuple[int, int]]:
    """Where entries stand that are not what they should be, and with which number they were written."""
    seals = {link.seal for link in chain.broken}
    places = [link.entry.number for link in chain.broken][:TRIED]
    step = 0
    for count, link in enumerate(chain.broken):
        here = link.entry.number
        near = [here + step, *range(here - 3, here + 4), *places] if count < TRIED else [here + step]
        for number in dict.fromkeys(near):
            if number > 0 and number != here and chain.pen.seal(replace(link.entry, number=number)) in seals:
                step = number - here
                yield here, number
                break


def _as_said(chain: _Chain, heads: Iterable[Head], spoilt: bool) -> Iterator[Fault]:
    """What a chain must show, because its head was joined to another, or stands in the log."""
    name = chain.pen.chain
    mine = {head.number: head for head in heads if head.chain == name}
    if beyond := [number for number in mine if number > chain.last]:
        yield Fault(Wrong.CUT, name, chain.last, chain.last, max(beyond))
    other = [n for n, head in mine.items() if n in chain.genuine and chain.genuine[n] != head.mark]
    if other and not spoilt:
        yield Fault(Wrong.BEGUN_AGAIN, name, min(other), max(other))


def _beginnings(chains: Mapping[str, _Chain]) -> Iterator[Fault]:
    """Every chain begins with the site. One that is empty beside others was emptied."""
    for name, chain in chains.items():
        if chain.begins != "founded" and 1 in chain.genuine:
            yield Fault(Wrong.BEGUN_AGAIN, name, 1, 1)
        elif not chain.last:
            yield Fault(Wrong.CUT, name, 0, 0, 1)


def _readings(chains: Iterable[_Chain], noted: Sequence[KeptReading]) -> Iterator[Fault]:
    """What was noted of who read, and what was recorded of it, say the same; but for what was forgotten since."""
    recorded = {_key(each): each for chain in chains for each in chain.readings}
    forgotten: dict[str, datetime] = {}
    for chain in chains:
        forgotten |= {of: max(at, forgotten.get(of, at)) for of, at in chain.forgotten.items()}
    there = {(each.review, each.by, f"{each.what}.{each.number}", each.at) for each in noted}
    for review, *_ in sorted(there - recorded.keys()):
        yield Fault(Wrong.UNRECORDED, "", 0, 0, of=review)
    for key in sorted(recorded.keys() - there):
        entry = recorded[key]
        if entry.of not in forgotten or forgotten[entry.of] < entry.at:
            yield Fault(Wrong.UNNOTED, entry.chain, entry.number, entry.number, of=entry.of)


def _key(entry: Entry) -> tuple[str, str, str, datetime]:
    return entry.of, entry.by, entry.more, entry.at


def _stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers in order, as stretches without a gap."""
    first = last = 0
    for number in numbers:
        if first and number != last + 1:
            yield first, last
            first = 0
        first, last = first or number, number
    if first:
        yield first, last


def _few(moved: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Of entries that were all moved by as much, the first alone."""
    step = 0
    for number, origin in moved:
        if origin - number != step:
            yield number, origin
        step = origin - number
