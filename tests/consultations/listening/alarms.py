"""A child who says that they are not safe, and what the people who answer find of it."""

from __future__ import annotations

from consultations.keeping.store.alerts import KeptAlert
from consultations.keeping.store.sendings import KeptSending
from consultations.keeping.vault.readers import PrivateReader
from consultations.listening import Listening
from consultations.questions.loading import load
from consultations.sending import Sending
from consultations.unsealing import Unsealing
from tests.consultations.chat import WORDING, AtTheDoor, Site

BOOK = load(abilities=frozenset({"alerts"}))
UNSAFE = ("safe_now", "no")


def listening(site: Site) -> Listening:
    """A server that asks whether they are safe."""
    return Listening(site.cast.store, site.cast.chat_keys, site.seasons, BOOK, WORDING)


async def asked_whether_safe(site: Site) -> AtTheDoor:
    """A child who has begun, and is asked whether they are safe."""
    site.listening = listening(site)
    return await (await AtTheDoor.of(site)).starts()


async def tells(child: AtTheDoor) -> None:
    """*Tell someone*, under *Help now*."""
    await child.taps(".go", ".tell")


async def alerts(site: Site) -> tuple[KeptAlert, ...]:
    """Every alert, by its number."""
    return tuple(sorted(await site.cast.store.alerts.of_everybody(), key=lambda each: each.number))


async def sendings(site: Site, child: AtTheDoor) -> tuple[KeptSending, ...]:
    """Everything that was sealed."""
    return await site.cast.store.sendings.sendings_of((await site.thread(child.address)).review)


async def said(site: Site, child: AtTheDoor, alert: KeptAlert, reader: PrivateReader) -> Sending | None:
    """What this reader finds that was said with an alert."""
    thread = await site.thread(child.address)
    assert alert.sending is not None
    kept = await site.cast.store.sendings.sendings_of(thread.review)
    return Unsealing(site.cast.portal_keys, reader, thread.review).unseal_alert(kept, alert.sending)
