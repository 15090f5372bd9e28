"""A link lets a child in once, a code until the review is held, and only the latest of a review does."""

from __future__ import annotations

import asyncio

from consultations.keeping.store import Store
from consultations.keeping.store.invitations import Beginning, Invitation, NewInvitation
from tests import pens
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import AMAL, BILLIE, DAY, NOW, REVIEW_ON

BEGINNING = Beginning("c1", b"sealed 1", b"wrapped 1")


async def issued(store: Store, number: int = 1) -> Invitation:
    new = cast.new_invitation(AMAL, number)
    assert await store.invitations.issue(new, NOW)
    found = await store.invitations.by_link(new.link_hash)
    assert found is not None
    return found


async def test_an_invitation_comes_back_as_it_was_issued(store: Store) -> None:
    await cast.reviews(store)

    found = await issued(store)

    assert found == Invitation(
        id=f"{AMAL}-invitation-1",
        review=AMAL,
        selector=f"{AMAL}-1",
        verifier=b"verifier",
        reissue=False,
        issued_at=NOW,
        question_set="ages_8_11",
        details=b"for the chat",
        consultation=None,
    )
    assert await store.invitations.by_selector(f"{AMAL}-1") == found


async def test_a_link_begins_the_consultation_and_is_used_up(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)

    first = await store.invitations.come_in(invitation, "link", "web:1", BEGINNING, NOW)
    second = await store.invitations.come_in(invitation, "link", "web:2", BEGINNING, NOW)

    assert (first, second) == ("c1", None)
    assert await store.invitations.by_link(f"{AMAL}-link-1") is None
    thread = await store.threads.thread("web:1")
    assert thread is not None
    assert (thread.version, thread.sealed, thread.wrapped_key) == (1, b"sealed 1", b"wrapped 1")
    assert await store.threads.thread("web:2") is None


async def test_a_code_comes_back_to_the_same_consultation(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)
    await store.invitations.come_in(invitation, "link", "web:1", BEGINNING, NOW)
    await store.threads.keep("c1", 1, b"sealed 2", NOW)

    other = Beginning("other", b"never", b"never")
    second = await store.invitations.come_in(invitation, "code", "web:2", other, NOW)
    third = await store.invitations.come_in(invitation, "code", "web:3", other, NOW)

    assert (second, third) == ("c1", "c1")
    thread = await store.threads.thread("web:3")
    assert thread is not None
    assert (thread.consultation, thread.sealed) == ("c1", b"sealed 2")
    found = await store.invitations.by_selector(f"{AMAL}-1")
    assert found is not None
    assert found.consultation == "c1"


async def test_many_first_uses_at_once_begin_one_consultation(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)
    beginnings = [Beginning(f"c{number}", b"sealed", b"wrapped") for number in range(6)]

    came_in = await asyncio.gather(
        store.invitations.come_in(invitation, "link", "web:l", beginnings[0], NOW),
        store.invitations.come_in(invitation, "link", "web:k", beginnings[1], NOW),
        *(
            store.invitations.come_in(invitation, "code", f"web:{number}", beginnings[number], NOW)
            for number in range(2, 6)
        ),
    )

    let_in = [each for each in came_in if each is not None]
    assert len(let_in) == 5  # one of the two by the link
    assert {each.consultation for each in await store.threads.live_draft_keys()} == set(let_in)
    assert len(set(let_in)) == 1


async def test_processes_that_let_a_child_in_at_once_begin_one_consultation(store: Store, store_url: str) -> None:
    await cast.reviews(store)
    invitation = await issued(store)
    stores = [store, *[await pens.opened(store_url) for _ in range(2)]]

    came_in = await asyncio.gather(
        *(
            each.invitations.come_in(
                invitation, "code", f"web:{each_time}:{number}", Beginning(f"c{each_time}:{number}", b"", b""), NOW
            )
            for each_time in range(4)
            for number, each in enumerate(stores)
        )
    )
    for other in stores[1:]:
        await other.close()

    assert [each.consultation for each in await store.threads.live_draft_keys()] == list(set(came_in))


async def test_of_invitations_issued_at_once_one_is_live(store: Store) -> None:
    await cast.reviews(store)

    issued_at_once = await asyncio.gather(
        *(store.invitations.issue(cast.new_invitation(AMAL, number), NOW) for number in range(6))
    )

    live = [await store.invitations.by_selector(f"{AMAL}-{number}") for number in range(6)]
    assert issued_at_once == [True] * 6
    assert sum(each is not None for each in live) == 1


async def test_the_same_form_sent_twice_is_one_coming_in(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)

    came_in = [await store.invitations.come_in(invitation, "link", "web:1", BEGINNING, NOW) for _ in range(2)]

    assert came_in == ["c1", "c1"]


async def test_an_address_that_was_ended_comes_in_no_more(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)
    await store.invitations.come_in(invitation, "link", "web:1", BEGINNING, NOW)
    await store.threads.end_session("web:1", NOW)

    assert await store.invitations.come_in(invitation, "code", "web:1", BEGINNING, NOW) is None

    thread = await store.threads.thread("web:1")
    assert thread is not None
    assert thread.session is not None
    assert thread.session.ended_at == NOW


async def test_an_address_of_another_child_is_not_let_in(store: Store) -> None:
    await cast.reviews(store)
    await cast.come_in(store, BILLIE, "web:1")

    assert await store.invitations.come_in(await issued(store), "link", "web:1", BEGINNING, NOW) is None

    thread = await store.threads.thread("web:1")
    assert thread is not None
    assert thread.review == BILLIE
    assert await store.invitations.by_link(f"{AMAL}-link-1") is not None


async def test_issuing_again_stops_the_earlier_one_and_says_that_it_is_again(store: Store) -> None:
    await cast.reviews(store)
    first = await issued(store, 1)
    await store.invitations.come_in(first, "link", "web:1", BEGINNING, NOW)

    again = cast.new_invitation(AMAL, 2)
    assert await store.invitations.issue(again, NOW + DAY)

    second = await store.invitations.by_selector(again.selector)
    assert second is not None
    assert (second.reissue, second.issued_at, second.consultation) == (True, NOW + DAY, "c1")
    assert await store.invitations.by_selector(first.selector) is None
    assert await store.invitations.come_in(first, "code", "web:2", BEGINNING, NOW) is None
    assert await store.invitations.come_in(second, "link", "web:3", BEGINNING, NOW) is not None


async def test_a_live_selector_is_never_given_twice(store: Store) -> None:
    await cast.reviews(store)
    await issued(store)
    assert await store.invitations.issue(cast.new_invitation(BILLIE), NOW)
    taken = NewInvitation("other", BILLIE, f"{AMAL}-1", b"verifier", "other link")

    assert not await store.invitations.issue(taken, NOW)

    still = await store.invitations.by_selector(f"{BILLIE}-1")
    assert still is not None
    assert still.id != "other"


async def test_a_selector_is_free_again_once_its_invitation_was_revoked(store: Store) -> None:
    await cast.reviews(store)
    await issued(store, 1)
    await issued(store, 2)

    assert await store.invitations.issue(NewInvitation("other", BILLIE, f"{AMAL}-1", b"v", "other link"), NOW)


async def test_once_the_review_was_held_nothing_opens(store: Store) -> None:
    await cast.reviews(store)
    invitation = await issued(store)
    await store.reviews.mark_held(AMAL, REVIEW_ON, NOW)

    assert await store.invitations.by_link(f"{AMAL}-link-1") is None
    assert await store.invitations.by_selector(f"{AMAL}-1") is None
    assert await store.invitations.come_in(invitation, "link", "web:1", BEGINNING, NOW) is None
    assert not await store.invitations.issue(cast.new_invitation(AMAL, 2), NOW)


async def test_no_review_no_invitation(store: Store) -> None:
    assert not await store.invitations.issue(cast.new_invitation("unknown"), NOW)


async def test_what_was_never_issued_is_not_found(store: Store) -> None:
    await cast.reviews(store)
    await issued(store)
    typed = ("", "\0", "\ud800", f"{AMAL}-1\0", "%", "x" * 100_000)

    assert [await store.invitations.by_selector(each) for each in typed] == [None] * len(typed)
    assert [await store.invitations.by_link(each) for each in typed] == [None] * len(typed)
