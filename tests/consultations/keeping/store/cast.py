"""The cast of the store's tests, and the few steps that bring them to where a test begins.

Sam is the officer of Amal and of Billie; Jo is an officer who must see neither. The bytes stand for what
the vault seals.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from consultations.keeping.store import Collided, Store
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.people import Custody, Entry, Person
from consultations.keeping.store.reviews import NewReview
from consultations.keeping.store.sendings import NewSending, SealedBundle

NOW = datetime(2026, 11, 20, 10, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
REVIEW_ON = date(2026, 12, 14)
SAM, JO = "5a5a5a5a", "70707070"
AMAL, BILLIE = "a3a1a3a1", "b1b1b1b1"


async def officers(store: Store) -> None:
    """Sam and Jo, enrolled."""
    for id, username in ((SAM, "sam"), (JO, "jo")):
        await store.people.add(id, username, username.title(), "officer", f"{id}-1", NOW)
        await enrol(store, id)


async def enrol(store: Store, id: str, stamp: str = "2") -> Person:
    """This person makes their keys, and somebody confirms them."""
    await store.people.offer_enrolment(f"{id}-enrolment-{stamp}", id, f"{id}-code-{stamp}", NOW + DAY, NOW)
    custodies = [Custody(f"{id}-{kind}-{stamp}", kind, b"locked") for kind in ("phrase", "recovery code")]
    assert await store.people.enrol(f"{id}-code-{stamp}", id, b"public", custodies, f"{id}-{stamp}", NOW) is not None
    assert await store.people.confirm(Entry(id, b"public", b"signature"), None, NOW)
    person = await store.people.by_id(id)
    assert person is not None
    return person


def review(id: str, reference: str, officer: str = SAM, on: date = REVIEW_ON) -> NewReview:
    """A review to be brought in."""
    return NewReview(id, reference, officer, "ages_8_11", on, b"for the chat", b"for the portal")


async def reviews(store: Store) -> None:
    """Sam's two children."""
    await officers(store)
    await store.reviews.bring_in([review(AMAL, "R-1"), review(BILLIE, "R-2")], NOW)


def new_invitation(of: str, number: int = 1) -> NewInvitation:
    """The review's first, second … invitation."""
    return NewInvitation(f"{of}-invitation-{number}", of, f"{of}-{number}", b"verifier", f"{of}-link-{number}")


async def come_in(store: Store, of: str = AMAL, address: str = "web:1") -> str:
    """A child comes in by a fresh link; their consultation's id."""
    invitation = new_invitation(of, hash(address))
    assert await store.invitations.issue(invitation, NOW)
    found = await store.invitations.by_link(invitation.link_hash)
    assert found is not None
    beginning = Beginning(f"{of}-c", b"sealed 1", b"wrapped 1")
    consultation = await store.invitations.come_in(found, "link", address, beginning, NOW)
    assert consultation is not None
    return consultation


async def consultation(store: Store) -> str:
    """Amal has come in at "web:1", and nothing else has happened."""
    await reviews(store)
    return await come_in(store)


def new_sending(id: str, kind: str = "replacement", mark: bytes = b"", replaces: str = "") -> NewSending:
    """What the vault would make: two bundles with three wraps each. `mark` is found in every one of them."""
    bundles = tuple(
        SealedBundle(b"bundle %d " % b + mark, tuple(b"wrap %d %d " % (b, w) + mark for w in range(3)))
        for b in range(2)
    )
    return NewSending(id, kind, b"manifest " + id.encode(), b"signature", bundles, replaces)


async def send(
    store: Store,
    consultation: str,
    id: str,
    kind: str = "replacement",
    replaces: str = "",
    mark: bytes = b"",
) -> None:
    """Send, whatever the version is; the window closes a day later."""
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    async with store.sendings.sending(consultation, thread.version) as sending:
        await sending.keep([new_sending(id, kind, mark, replaces)], b"sealed, sent", NOW, NOW + DAY)


async def keeps(store: Store, consultation: str, version: int, sealed: bytes) -> bool:
    """Keep a turn; whether it was, or had come too late."""
    try:
        await store.threads.keep(consultation, version, sealed, NOW)
    except Collided:
        return False
    return True


async def version(store: Store, consultation: str) -> int:
    """The version the conversation is at."""
    thread = await store.threads.thread_of(consultation)
    assert thread is not None
    return thread.version
