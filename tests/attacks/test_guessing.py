"""Somebody guesses: codes, links, phrases. Every guess costs the same work, whatever is right about it, and many of
them become slow, at once or one by one; and whoever has the right one always comes in."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import serving
from consultations.invitation import TypedCode, new_code, new_link, read_code
from consultations.keeping.vault.stretching import Cost
from consultations.slowing import FREE
from tests.attacks.people import Child, Officer
from tests.attacks.site import TODAY, Site
from tests.consultations import staff
from tests.consultations.keeping.store.test_threads import statements
from tests.derivations import Counting

_networks = count(1)


@dataclass
class Work:
    """What was done: derivations by their cost, and statements."""

    derived: list[Cost]
    statements: list[str]

    def done(self) -> tuple[list[Cost], list[str]]:
        """Since the last time it was asked; without what the clock that calls the duty list asks every few seconds."""
        done = self.derived[:], [each for each in self.statements if "FROM alert" not in each]
        self.derived.clear()
        self.statements.clear()
        return done


@pytest_asyncio.fixture
async def work(site: Site) -> AsyncIterator[Work]:
    """The whole product in this process, on its real sockets, with somebody who counts."""
    site.told["FOREWORD_PROXY"] = "127.0.0.1/32"
    aside = Counting()
    async with site.ground() as standing, serving(replace(standing, aside=aside), chat=True, portal=True):
        with statements(standing.store) as given:
            before = -1
            while before != len(given):  # the clocks' first ticks
                before = len(given)
                await asyncio.sleep(1)
            yield Work(aside.costs, given)


async def tried(site: Site, work: Work, network: int = 0, **typed: str) -> tuple[list[Cost], list[str]]:
    """One try at the children's door; the work it was."""
    url = f"http://{site.told['FOREWORD_CHAT_LISTEN']}"
    async with Child(url) as child:
        await child.get("/")
        work.done()
        headers = {"Origin": url, "X-Forwarded-For": f"198.51.{network or next(_networks)}.7"}
        await child.post("/start", {"event": child.page.field("event"), **typed}, headers)
        assert child.cookie() == ""
    return work.done()


async def test_every_wrong_code_costs_one_derivation_and_the_same_statements(site: Site, work: Work) -> None:
    revoked, held = site.codes["AT-2"], site.codes["AT-3"]
    async with site.ground() as standing:
        await standing.inviting.invite("AT-2", TODAY)
        await standing.inviting.held("AT-3", TODAY.date() - timedelta(days=1), TODAY)
    right = read_code(site.codes["AT-1"])
    assert right is not None
    wrong = TypedCode(right.selector + new_code(secrets.token_bytes).symbols[4:])
    costs = {
        name: await tried(site, work, code=code)
        for name, code in {
            "unknown": new_code(secrets.token_bytes).shown,
            "wrong": wrong.shown,
            "revoked": revoked,
            "held": held,
        }.items()
    }

    derived, statements = costs["unknown"]
    assert len(derived) == 1
    assert all(cost == (derived, statements) for cost in costs.values()), costs


async def test_a_used_and_an_unknown_link_cost_the_same(site: Site, work: Work) -> None:
    url = f"http://{site.told['FOREWORD_CHAT_LISTEN']}"
    async with Child(url) as child:
        await child.get("/")
        await child.post("/start", {"event": child.page.field("event"), "link": site.links["AT-1"]})
        assert "Amal" in child.read

    used = await tried(site, work, link=site.links["AT-1"])
    unknown = await tried(site, work, link=new_link(secrets.token_bytes).text)

    assert used == unknown
    assert used[0] == []


async def test_a_slip_costs_nothing_and_asks_the_database_nothing(site: Site, work: Work) -> None:
    for typed in ("", "4MK7-W2Q9-TZX0-3", "hello"):
        assert await tried(site, work, code=typed) == ([], [])


async def test_every_wrong_sign_in_costs_one_derivation_and_the_same_statements(site: Site, work: Work) -> None:
    async with site.ground() as standing:
        await standing.staffing.add("new", "New", "officer", TODAY)
        await standing.staffing.disable("jo", TODAY)
    costs = {}
    async with Officer(f"http://{site.told['FOREWORD_PORTAL_LISTEN']}") as somebody:
        for name in ("sam", "nobody", "jo", "new"):
            await somebody.get("/sign-in")
            work.done()
            answer = await somebody.post("/sign-in", username=name, phrase="one two three four five")
            assert answer.status == 422
            costs[name] = work.done()
            await somebody.get("/recover")
            work.done()
            answer = await somebody.post("/recover", username=name, recovery="AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
            assert answer.status == 422
            costs[f"{name}, recovery"] = work.done()

    derived, statements = costs["nobody"]
    assert len(derived) == 1
    assert all(cost == (derived, statements) for cost in costs.values()), costs


@pytest.mark.attack
async def test_many_tries_from_one_network_wait_and_the_right_code_still_opens(site: Site, work: Work) -> None:
    begun = time.monotonic()
    for _ in range(FREE):
        await tried(site, work, 250, code=new_code(secrets.token_bytes).shown)
    free = time.monotonic() - begun
    begun = time.monotonic()
    await tried(site, work, 250, code=new_code(secrets.token_bytes).shown)
    slowed = time.monotonic() - begun
    begun = time.monotonic()
    await tried(site, work, 251, code=new_code(secrets.token_bytes).shown)
    elsewhere = time.monotonic() - begun
    url = f"http://{site.told['FOREWORD_CHAT_LISTEN']}"
    async with Child(url) as amal:
        await amal.get("/")
        form = {"event": amal.page.field("event"), "code": site.codes["AT-1"]}
        await amal.post("/start", form, {"Origin": url, "X-Forwarded-For": "198.51.250.9"})
        assert "Amal" in amal.read

    assert slowed >= 1
    assert elsewhere < slowed
    assert free < FREE  # not a second each


async def test_a_hundred_guesses_at_once_are_no_cheaper_than_one_by_one(sqlite_url: str, tmp_path: Path) -> None:
    """At the staff's door: all of them under one name, before the first has been answered."""
    async with staff.cast(sqlite_url, tmp_path) as cast:
        guesses = [cast.signing_in.by_phrase("sam", f"guess number {each}", cast.clock()) for each in range(100)]
        assert await asyncio.gather(*guesses) == [None] * 100
        assert len(cast.waits.seconds) == 100 - FREE

        assert await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock()) is not None
