"""What several of these tests begin with: a child who has sent a secret."""

from __future__ import annotations

from consultations.keeping.store.threads import Thread
from tests.consultations.chat import AtTheDoor, Site

SECRET = "zanzibarkettle"


async def sent(site: Site, child: AtTheDoor | None = None) -> tuple[AtTheDoor, Thread]:
    """A child who has sent a secret, and what is kept of it."""
    child = child or await (await AtTheDoor.of(site)).starts()
    await child.says(f"{SECRET} sings", "school")
    await child.sends()
    return child, await site.thread(child.address)
