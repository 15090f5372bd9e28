"""What several of these tests begin with: a child who has sent a secret, and a visit that is over."""

from __future__ import annotations

from consultations.conversation.events import Left
from consultations.keeping.store.threads import Thread
from tests.consultations.chat import AtTheDoor, Site

SECRET = "zanzibarkettle"
ENDS = ("left", "two hours went by", "somebody came since")
"""How a visit comes to its end."""


async def sent(site: Site, child: AtTheDoor | None = None) -> tuple[AtTheDoor, Thread]:
    """A child who has sent a secret, and what is kept of it."""
    child = child or await (await AtTheDoor.of(site)).starts()
    await child.says(f"{SECRET} sings", "school")
    await child.sends()
    return child, await site.thread(child.address)


async def ends(site: Site, child: AtTheDoor, how: str) -> None:
    """The child's visit is over: one of `ENDS`."""
    match how:
        case "left":
            await child.does(Left())
        case "two hours went by":
            site.waits(hours=2)
        case "somebody came since":
            await child.comes_back()
        case _:
            raise AssertionError(how)
