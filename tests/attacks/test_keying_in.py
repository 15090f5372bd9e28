"""Whoever keys in does it for the one review that the portal signed for, reads nothing, and the child sees it all."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from consultations.access import Role
from consultations.admitting import Admitted
from consultations.answers import PAPER, SPOKEN
from consultations.conversation.events import Looked, SatDown
from consultations.invitation import new_code
from consultations.keeping.store import tables
from consultations.keeping.store.sittings import KeptPass
from consultations.keeping.vault.codes import link_mark
from consultations.keeping.vault.passes import sign_pass
from consultations.keying_in import ToKeyIn
from consultations.passing import LASTS
from consultations.rendering import as_html, as_text
from consultations.sitting_down import NOT_NEEDED, TAKEN, UNKNOWN
from consultations.summary import CopyKind, copy
from tests.attacks.staff_screen import ALONE, TYPED, Advocate, Keyer, reference
from tests.consultations import chat
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site
from tests.consultations.staff import REVIEW_ON


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a child to be; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    async with chat.asked_for(request, tmp_path) as made:
        yield made


async def invited(site: Site) -> AtTheDoor:
    """A child who was invited, and has not come in yet."""
    await site.review("ages_8_11")
    return AtTheDoor(site, await site.invite())


async def coordinator(site: Site) -> Keyer:
    return Keyer(site, await site.cast.enrol("ivy", "Ivy Hill", Role.COORDINATOR))


# Whose review


@ON_BOTH
async def test_an_officer_keys_in_a_form_that_the_child_then_finds_and_corrects(site: Site) -> None:
    child = await invited(site)
    sam = await Keyer(site, site.sam).comes_in()
    await sam.types()
    await sam.taps(".sit", ".done")

    await child.arrives(child.invited.link.text)
    told = child.sees()
    await child.starts()
    await child.taps(".go", ".check")
    page = child.sees()
    await child.says("Sundays are better", "=people_see")
    answer = (await child.conversation()).answer("people_see")

    assert "typed in your paper form" in told
    assert TYPED in page
    assert "From my paper form" in page
    assert answer is not None
    assert (answer.words, answer.typed_by, answer.keyed) == ("Sundays are better", "child", "")


@ON_BOTH
async def test_the_officer_sends_the_form_and_reads_it_with_its_marks_in_every_rendering(site: Site) -> None:
    await invited(site)
    sam = await Keyer(site, site.sam).comes_in()
    await sam.types()
    await sam.taps("people_see", ".next")
    await sam.ends()

    await sam.taps(".sit", ".send")
    opened = await site.cast.reading.open(site.sam, await reference(site), site.now)
    assert opened is not None
    drawn = copy(opened.summary, CopyKind.OFFICER)
    text, page = as_text.document(drawn, opened.branches), as_html.document(drawn, opened.branches)

    assert "sent" in sam.sees()
    (answer,) = drawn.answers
    assert (answer.words, answer.keyed, answer.helper_name) == (TYPED, PAPER, site.sam.name)
    for each in (text, page):
        assert "From the child" in each
        assert f"keyed in by {site.sam.name} (the officer) on" in each
        assert "paper form, which is a medium" in each
    assert drawn.helpers == ()


async def test_an_officer_cannot_key_in_for_somebody_elses_review_or_one_that_never_was(site: Site) -> None:
    await invited(site)
    other = Keyer(site, await site.cast.enrol("otto", "Otto Officer"))

    for at in (await reference(site), "LW-never"):
        assert await other.keying.one(other.signed_in, at) is None
        assert await other.keying.begin(other.signed_in, at, PAPER, site.now) is None
    assert await other.keying.references(other.signed_in) == ()


async def test_a_manager_keys_in_for_nobody(site: Site) -> None:
    await invited(site)
    mo = Keyer(site, await site.cast.enrol("mo2", "Mo Manager", Role.MANAGER))

    assert await mo.keying.begin(mo.signed_in, await reference(site), PAPER, site.now) is None
    assert await mo.keying.references(mo.signed_in) == ()


@ON_BOTH
async def test_a_coordinator_is_told_open_references_and_keys_in_and_reads_nothing(site: Site) -> None:
    child = await invited(site)
    await child.arrives(child.invited.link.text)
    await child.starts()
    await child.says(ALONE, "home_settled")
    await child.sends()
    jo = await coordinator(site)
    listed = await jo.keying.references(jo.signed_in)

    await jo.comes_in()
    first = jo.sees()
    await jo.types()
    await jo.taps("people_see", ".next")
    await jo.ends()
    await jo.taps(".sit", ".send")

    assert listed == (ToKeyIn(await reference(site), True),)
    assert ALONE not in first + jo.sees()
    assert await site.cast.reading.open(jo.signed_in, await reference(site), site.now) is None
    assert await site.cast.reading.reviews(jo.signed_in, site.now) == ()
    assert await site.cast.attending.alerts(jo.signed_in, site.now) == ()
    assert len((await child.conversation()).sendings) == 1


async def test_an_advocate_keys_in_only_where_the_child_said_yes_to_them(site: Site) -> None:
    child = await invited(site)
    (review,) = await site.cast.store.reviews.all_reviews()
    await child.arrives(child.invited.link.text)
    await child.starts()
    nia = await Advocate.enrolled(site)
    keyer = Keyer(site, nia.signed_in)
    before = await keyer.keying.begin(nia.signed_in, review.id, SPOKEN, site.now)
    await nia.sits_down(child)
    await nia.taps(".sit", ".done")

    await keyer.comes_in(SPOKEN, review.id)
    await keyer.types()
    by_reference = await keyer.keying.begin(nia.signed_in, review.reference, SPOKEN, site.now)

    assert before is None
    assert by_reference is None
    answer = (await child.conversation()).answer("people_see")
    assert answer is not None
    assert (answer.typed_by, answer.keyed, answer.helper_name) == ("advocate", SPOKEN, "Nia Advocate")


async def test_keying_in_is_no_yes_of_the_childs(site: Site) -> None:
    child = await invited(site)
    await child.arrives(child.invited.link.text)
    await child.starts()
    nia = await Advocate.enrolled(site)
    await nia.sits_down(child)
    (review,) = await site.cast.store.reviews.all_reviews()

    await Keyer(site, nia.signed_in).comes_in(SPOKEN, review.id)

    (helped,) = await nia.helping.children(nia.signed_in)
    assert len(helped.sittings) == 1


async def test_a_child_who_was_not_invited_is_invited_first(site: Site) -> None:
    await site.review("ages_8_11")
    sam = Keyer(site, site.sam)

    assert await sam.keying.one(site.sam, await reference(site)) == ToKeyIn(await reference(site), False)
    assert await sam.keying.begin(site.sam, await reference(site), PAPER, site.now) is None


@ON_BOTH
async def test_nothing_is_keyed_in_once_the_review_was_held(site: Site) -> None:
    await invited(site)
    sam = Keyer(site, site.sam)
    own, at = await sam.a_pass(), await reference(site)
    (review,) = await site.cast.store.reviews.all_reviews()
    await site.cast.store.reviews.mark_held(review.id, REVIEW_ON, site.now)

    assert await sam.tries(own) == UNKNOWN
    assert await sam.keying.one(site.sam, at) is None
    assert await (await coordinator(site)).keying.references(site.sam) == ()


# The pass


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("review", id="turned to another review"),
        pytest.param("how", id="a talk made a form, which can be sent"),
        pytest.param("helping", id="a pass to sit beside a child made one to key in"),
        pytest.param("anothers", id="given to somebody else"),
    ],
)
@ON_BOTH
async def test_a_genuine_pass_that_somebody_changed_in_the_database_lets_nobody_in(site: Site, change: str) -> None:
    await invited(site)
    (review,) = await site.cast.store.reviews.all_reviews()
    other = await site.cast.review("LW-other", officer="sam.j")
    sam, jo, table = Keyer(site, site.sam), await coordinator(site), tables.SittingPass
    own = await sam.a_pass(SPOKEN, review.reference)
    values: dict[str, dict[str, Any]] = {
        "review": {"review_id": other},
        "how": {"how": PAPER},
        "helping": {"review_id": review.id, "how": PAPER},
        "anothers": {"staff_id": jo.signed_in.id},
    }
    if change == "helping":
        own = await (await Advocate.enrolled(site)).pass_of()
    await site.cast.by_hand(update(table).values(**values[change]))

    with capture_logs() as logs:
        answer = await sam.tries(own)

    assert answer == UNKNOWN
    assert "pass_forged" in [each["event"] for each in logs]


async def test_a_pass_signed_for_somebody_who_may_not_key_in_lets_nobody_in(site: Site) -> None:
    await invited(site)
    (review,) = await site.cast.store.reviews.all_reviews()
    mo = await site.cast.enrol("mo2", "Mo Manager", Role.MANAGER)
    code, until = new_code(secrets.token_bytes), site.now + LASTS
    mark = link_mark(code.symbols)
    signed = sign_pass(site.cast.portal_keys, mo.id, mark, until, review.id, PAPER)
    kept = KeptPass(mark, mo.id, "manager", until, signed, review.id, PAPER)
    await site.cast.store.sittings.give_pass(kept, site.now)

    assert await Keyer(site, mo).tries(code.shown) == UNKNOWN


async def test_a_pass_works_once_for_ten_minutes_and_the_same_form_sent_twice_is_one_sitting(site: Site) -> None:
    await invited(site)
    sam = Keyer(site, site.sam)
    own = await sam.a_pass()

    first, again = await sam.tries(own), await sam.tries(own)
    elsewhere = await sam.tries(own, address="web:another browser")
    late = await sam.a_pass()
    site.now += LASTS

    assert first == Admitted(SatDown(PAPER))
    assert again == Admitted(SatDown())
    assert elsewhere == await sam.tries(late, address="web:late") == UNKNOWN


async def test_a_code_beside_a_pass_to_key_in_is_said_not_to_be_needed_and_nothing_is_used_up(site: Site) -> None:
    child = await invited(site)
    sam = Keyer(site, site.sam)
    own = await sam.a_pass()

    for code in (child.invited.code.shown, "not a code"):
        assert await sam.tries(own, code=code) == NOT_NEEDED
    assert await sam.tries(own) == Admitted(SatDown(PAPER))
    await child.arrives(child.invited.link.text)

    assert child.messages


async def test_two_at_once_the_second_is_told_so(site: Site) -> None:
    await invited(site)
    await Keyer(site, site.sam).comes_in()
    jo = await coordinator(site)

    assert await jo.tries(await jo.a_pass()) == TAKEN


async def test_a_sitting_turned_into_one_that_keys_in_by_hand_still_waits_for_the_childs_yes(site: Site) -> None:
    child = await invited(site)
    await child.arrives(child.invited.link.text)
    await child.starts()
    nia = await Advocate.enrolled(site)
    await nia.tries(await nia.pass_of(), child.invited.code.shown)
    await nia.does(SatDown())
    await site.cast.by_hand(update(tables.Sitting).values(how=PAPER))

    await nia.types(TYPED)
    await nia.does(Looked())

    assert (await child.conversation()).answer("people_see") is None


async def test_somebody_whose_account_is_disabled_keys_in_no_more(site: Site) -> None:
    await invited(site)
    jo = await (await coordinator(site)).comes_in()
    await site.cast.store.people.disable(jo.signed_in.id, "another stamp", site.now)

    heard = await jo.types()

    assert heard.ended


async def test_a_visit_written_into_the_database_by_hand_keys_in_nothing(site: Site) -> None:
    child = await invited(site)
    await child.arrives(child.invited.link.text)
    await child.starts()
    sam = Keyer(site, site.sam)
    times = {"began_at": site.now, "ends_at": site.now + LASTS, "how": PAPER}
    sitting = {"id": "s1", "consultation_id": child.consultation, "staff_id": site.sam.id}
    session = {
        "address": sam.address,
        "consultation_id": child.consultation,
        "created_at": site.now,
        "sitting_id": "s1",
    }
    await site.cast.by_hand(
        insert(tables.Sitting).values(**sitting, **times), insert(tables.ChatSession).values(**session)
    )
    before = await child.conversation()

    assert (await sam.types()).ended
    assert (await sam.does(Looked())).ended
    assert await child.conversation() == before
