"""A running product in the middle of things, for somebody who can write to its database (P3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.bot.running import Running

AMAL, BILLIE, ESI, FINN = "AT-1", "AT-2", "AT-3", "AT-4"
FIRST, STANDS, ADDED = "sentatfirstandtakenout", "My zanzibarkettle sings", "oneaddedlater"
BILLIES, ESIS, FINNS = "billieslostumbrella", "esisunfinishedsentence", "finnsunfinishedsentence"
FORGED = "thiswasneverwrittenbyachild"


@dataclass
class Stage:
    """A running product in the middle of things: two children have sent, two are writing, their officer is in."""

    site: Site
    run: Running
    children: dict[str, Child]
    sam: Officer
    consultations: dict[str, str]
    reviews: dict[str, str]

    def logged(self, event: str, **fields: str) -> bool:
        """Whether the log says so."""
        lines = [line for line in self.run.log if f'"{event}"' in line]
        return any(all(f'"{text}"' in line for text in fields.values()) for line in lines)

    async def reads(self, reference: str) -> str:
        """What the child reads now."""
        page = await self.children[reference].look()
        assert page.status == 200
        return self.children[reference].read

    async def officer_reads(self, reference: str) -> str:
        """What the officer reads about this child now; the service is up, and so is their list."""
        assert (await self.sam.get("/reviews")).status == 200
        assert (await self.sam.get(f"/reviews/{reference}")).status == 200
        return self.sam.read

    def nothing_was_unhandled_and_no_word_logged(self) -> None:
        """So far."""
        log = "".join(self.run.log)

        assert '"page_failed"' not in log
        assert not [word for word in (FIRST, STANDS, ADDED, BILLIES, ESIS, FINNS, FORGED) if word in log]
        assert all(line.startswith("{") for line in self.run.log)


@asynccontextmanager
async def on_stage(site: Site) -> AsyncIterator[Stage]:
    """Amal has sent, changed it, and added to it; Billie has sent; Esi and Finn are writing."""
    with site.running() as run:
        children = {reference: Child(run.chat) for reference in (AMAL, BILLIE, ESI, FINN)}
        async with Officer(run.portal) as sam, children[AMAL], children[BILLIE], children[ESI], children[FINN]:
            for reference, child in children.items():
                await child.come_in(site.codes[reference])
            await children[AMAL].say({"home_settled": Says(STANDS, "good"), "me": Says(FIRST)})
            await children[AMAL].send()
            await children[AMAL].tap(".after", ".change")
            await children[AMAL].share("me", "nobody")
            await children[AMAL].send()
            await children[AMAL].settle()
            await children[AMAL].add(ADDED)
            await children[BILLIE].say({"me": Says(BILLIES)})
            await children[BILLIE].send()
            await children[ESI].say({"home_settled": Says(ESIS)}, until="people_see")
            await children[FINN].say({"home_settled": Says(FINNS)}, until="people_see")
            for child in (children[ESI], children[FINN]):
                await child.tap(".go", ".check") if child.has(".go", ".check") else await child.tap(
                    "people_see", ".back"
                )
            await sam.sign_in("sam", site.phrases["sam"])
            rows = await tables.ask(
                site, "SELECT r.reference, r.id AS review, c.id FROM review r JOIN consultation c ON c.review_id = r.id"
            )
            yield Stage(
                site,
                run,
                children,
                sam,
                {row["reference"]: row["id"] for row in rows},
                {row["reference"]: row["review"] for row in rows},
            )


Tamper = Callable[[Stage], Awaitable[None]]


def tampers(*each: Tamper) -> pytest.MarkDecorator:
    """Once for each way of tampering."""
    return pytest.mark.parametrize("tamper", [pytest.param(one, id=one.__name__.lstrip("_")) for one in each])


def flipped(blob: bytes, at: int) -> bytes:
    """The same with one bit changed."""
    changed = bytearray(blob)
    changed[at] ^= 1
    return bytes(changed)
