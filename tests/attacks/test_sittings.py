"""Sitting down beside a child takes an advocate's own pass and the child's code, and lets nobody do more than that."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import insert, update
from sqlmodel import col

from consultations.admitting import Admitted
from consultations.conversation.events import Left, Looked, SatDown
from consultations.helping import Helped, Sat
from consultations.invitation import new_code
from consultations.keeping.store import tables
from consultations.keeping.store.sittings import UNANSWERED
from consultations.listening import Heard
from consultations.sitting_down import TAKEN, UNKNOWN
from tests.attacks.staff_screen import ALONE, TYPED, Advocate, a_child_alone
from tests.consultations import chat
from tests.consultations.chat import ON_BOTH, AtTheDoor, Site


@pytest_asyncio.fixture
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with a child to be; on SQLite, or also on PostgreSQL by `ON_BOTH`."""
    async with chat.asked_for(request, tmp_path) as made:
        yield made


async def both(site: Site) -> tuple[AtTheDoor, Advocate]:
    child = await a_child_alone(site)
    return child, await (await Advocate.enrolled(site)).sits_down(child)


# Whose visit it is


@ON_BOTH
async def test_a_pass_and_the_childs_code_let_an_advocate_sit_down_for_two_hours(site: Site) -> None:
    child, nia = await both(site)

    thread = await site.thread(nia.address)
    conversation = await child.conversation()

    assert thread.session is not None
    assert thread.session.sitting is not None
    assert thread.session.sitting.ends_at == site.now + timedelta(hours=2)
    assert conversation.sitting is not None
    assert conversation.sitting.name == "Nia Advocate"
    assert ALONE not in nia.sees()


async def test_a_sitting_written_into_the_database_by_hand_reads_nothing(site: Site) -> None:
    child = await a_child_alone(site)
    nia = await Advocate.enrolled(site)
    consultation = child.consultation
    sitting = {"id": "s1", "consultation_id": consultation, "staff_id": nia.signed_in.id}
    times = {"began_at": site.now, "ends_at": site.now + timedelta(hours=2), "agreed_at": site.now}
    session = {"address": nia.address, "consultation_id": consultation, "created_at": site.now, "sitting_id": "s1"}
    await site.cast.by_hand(
        insert(tables.Sitting).values(**sitting, **times), insert(tables.ChatSession).values(**session)
    )

    before = await child.conversation()

    heard = await nia.does(Looked())
    typed = await nia.types()

    assert heard == typed == Heard((), ended=True)
    assert not await nia.last_word(TYPED)
    assert await child.conversation() == before


async def test_a_childs_visit_turned_into_a_sitting_by_hand_reads_nothing(site: Site) -> None:
    child, nia = await both(site)
    table = tables.ChatSession
    thread = await site.thread(nia.address)
    assert thread.session is not None
    assert thread.session.sitting is not None
    await site.cast.by_hand(
        update(table).where(col(table.address) == child.address).values(sitting_id=thread.session.sitting.id)
    )

    assert (await child.does(Looked())).ended


async def test_an_advocates_visit_turned_into_a_childs_by_hand_reads_nothing(site: Site) -> None:
    child, nia = await both(site)
    table = tables.ChatSession
    await site.cast.by_hand(update(table).where(col(table.address) == nia.address).values(sitting_id=None))

    heard = await nia.does(Looked())

    assert heard.ended
    assert heard.messages == ()
    assert ALONE in [each.words for each in (await child.conversation()).folded]


# Who sits there


@ON_BOTH
async def test_an_advocate_whose_account_is_disabled_is_cut_off_and_their_words_are_handed_back(site: Site) -> None:
    child, nia = await both(site)
    await site.cast.store.people.disable(nia.signed_in.id, "another stamp", site.now)

    heard = await nia.types()
    kept = await nia.last_word(TYPED)

    assert heard == Heard((), ended=True)
    assert not kept
    assert (await child.conversation()).answers == ()


async def test_after_two_hours_nothing_is_read_and_the_words_just_typed_wait_for_the_child(site: Site) -> None:
    child, nia = await both(site)
    await nia.does(Looked())
    site.waits(hours=2)

    heard = await nia.types()
    first, second = await nia.last_word(TYPED), await nia.last_word("and more")

    answer = (await child.conversation()).answer("people_see")
    assert heard == Heard((), ended=True)
    assert (first, second) == (True, False)
    assert answer is not None
    assert (answer.words, answer.confirmed, answer.helper_name) == (TYPED, False, "Nia Advocate")


async def test_two_hours_made_longer_by_hand_read_nothing_more(site: Site) -> None:
    _, nia = await both(site)
    table = tables.Sitting
    await site.cast.by_hand(update(table).values(ends_at=site.now + timedelta(days=2)))
    site.waits(hours=2)

    assert (await nia.does(Looked())).ended


@ON_BOTH
async def test_two_advocates_at_once_the_second_is_told_and_the_first_goes_on(site: Site) -> None:
    child, nia = await both(site)
    ossian = await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    own = await ossian.pass_of()

    refused = await ossian.tries(own, child.invited.code.shown)
    went_on = await nia.does(Looked())
    await child.taps(".go", ".gone")
    later = await ossian.tries(own, child.invited.code.shown, "web:later")

    assert refused == TAKEN
    assert went_on.messages
    assert later == Admitted(SatDown())


@ON_BOTH
async def test_an_advocate_whom_the_child_has_not_answered_gives_way_after_ten_minutes_and_is_asked_about_no_more(
    site: Site,
) -> None:
    child = await a_child_alone(site)
    nia, ossian = await Advocate.enrolled(site), await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    code = child.invited.code.shown
    await nia.tries(await nia.pass_of(), code)
    await nia.does(SatDown())

    site.now += UNANSWERED - timedelta(seconds=1)
    too_soon = await ossian.tries(await ossian.pass_of(), code)
    site.now += timedelta(seconds=1)
    after = await ossian.tries(await ossian.pass_of(), code)
    late_yes = await nia.taps(".sit", ".yes")
    await ossian.does(SatDown())
    asked = await child.conversation()

    assert (too_soon, after) == (TAKEN, Admitted(SatDown()))
    assert late_yes == Heard((), ended=True)
    assert asked.sitting is not None
    assert (asked.sitting.name, asked.sitting.agreed, asked.helper) == ("Ossian Advocate", False, None)


async def test_an_advocate_to_whom_the_child_said_no_gives_way_at_once_and_one_they_said_yes_to_does_not(
    site: Site,
) -> None:
    child = await a_child_alone(site)
    nia, ossian = await Advocate.enrolled(site), await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    code = child.invited.code.shown
    await nia.tries(await nia.pass_of(), code)
    await nia.does(SatDown())
    await nia.taps(".sit", ".no")

    await ossian.sits_down(child)
    site.now += UNANSWERED

    assert await nia.tries(await nia.pass_of(), code, "web:once more") == TAKEN


async def test_nobody_without_the_childs_code_learns_that_an_advocate_is_there(site: Site) -> None:
    await both(site)
    ossian = await Advocate.enrolled(site, "ossian", "Ossian Advocate")

    assert await ossian.tries(await ossian.pass_of(), new_code(secrets.token_bytes).shown) == UNKNOWN


@ON_BOTH
async def test_two_advocates_in_the_same_moment_are_one(site: Site) -> None:
    child = await a_child_alone(site)
    nia, ossian = await Advocate.enrolled(site), await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    passes = [await nia.pass_of(), await ossian.pass_of()]
    code = child.invited.code.shown

    answers = await asyncio.gather(nia.tries(passes[0], code), ossian.tries(passes[1], code))

    assert sorted(answers, key=repr) == [Admitted(SatDown()), TAKEN]


async def test_the_child_ends_it_with_one_tap_and_the_advocates_next_words_are_handed_back(site: Site) -> None:
    child, nia = await both(site)
    await child.taps(".go", ".gone")

    heard = await nia.types()
    kept = await nia.last_word(TYPED)

    assert heard == Heard((), ended=True)
    assert not kept
    assert (await child.conversation()).answers == ()
    (helped,) = await nia.helping.children(nia.signed_in)
    assert helped.sittings == (Sat(site.now, site.now),)


async def test_a_code_read_out_to_the_wrong_adult_shows_nothing_and_sends_nothing(site: Site) -> None:
    child, nia = await both(site)
    seen = [nia.sees()]
    await nia.taps("people_see", ".next", TYPED)
    for place, choice in ((".go", ".check"), (".send", "0" * 16), (".go", ".unfold"), (".go", ".gone")):
        await nia.taps(place, choice)
        seen.append(nia.sees())
    await nia.does(Left())

    await child.comes_back()
    told = child.sees()
    await child.says("2468", ".pin")
    await child.taps(".go", ".check")

    assert not any(ALONE in each for each in seen)
    assert "Nia Advocate" in told
    assert TYPED in child.sees()
    assert not (await child.conversation()).sent
    await child.taps(".send", child.send_button())
    conversation = await child.conversation()
    assert {each.question: each.sent for each in conversation.answers} == {
        "feelings_now": True,
        "home_settled": True,
        "people_see": False,
    }


async def test_leaving_ends_the_sitting_and_keeps_what_was_half_typed_for_the_child(site: Site) -> None:
    child, nia = await both(site)

    kept = await nia.last_word(TYPED)
    left = await nia.does(Left())

    conversation = await child.conversation()
    assert kept
    assert left.ended
    assert conversation.sitting is None
    assert [(each.words, each.confirmed) for each in conversation.answers] == [(TYPED, False)]
    assert (await nia.does(Looked())).ended


async def test_a_new_letter_ends_an_advocates_visit_as_it_ends_a_childs(site: Site) -> None:
    _, nia = await both(site)

    await site.invite()

    assert (await nia.does(Looked())).ended


async def test_tell_someone_on_an_advocates_screen_is_an_alert_like_any_other(site: Site) -> None:
    _, nia = await both(site)

    await nia.taps(".go", ".tell")

    (alert,) = await site.cast.store.alerts.of_officer(site.sam.id)
    assert (alert.beside, alert.held_at) == ("advocate", None)


# The advocate's own page


@ON_BOTH
async def test_an_advocate_is_told_who_said_yes_to_them_and_nothing_else(site: Site) -> None:
    child = await a_child_alone(site)
    nia, ossian = await Advocate.enrolled(site), await Advocate.enrolled(site, "ossian", "Ossian Advocate")
    assert await nia.tries(await nia.pass_of(), child.invited.code.shown) == Admitted(SatDown())
    await nia.does(SatDown())
    before = await nia.helping.children(nia.signed_in)
    await nia.taps(".sit", ".yes")

    after = await nia.helping.children(nia.signed_in)

    assert before == ()
    thread = await site.thread(nia.address)
    assert after == (
        Helped(thread.review, "Amal", thread.review_on, None, (Sat(site.now, site.now + timedelta(hours=2)),)),
    )
    assert await ossian.helping.children(ossian.signed_in) == ()
