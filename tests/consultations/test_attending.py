"""A person answers an alert: whoever may be told sees it, one of them has it, and it is closed with what was done."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from structlog.testing import capture_logs

from consultations.access import Role
from consultations.attending import LONGEST_DONE, NOTE, Alert, NotClosed, Opened, Said, Shut
from consultations.duty import OnDuty
from consultations.keeping.store import StoreProblem, tables
from consultations.keeping.vault.notes import open_note
from consultations.keeping.vault.problems import Refused
from consultations.reading import ChangedByHand
from consultations.signing_in import SignedIn
from tests.consultations.staff import ON_BOTH, SENT, Cast, not_safe

DONE = "Spoke with zanzibarkettle duty; Amal is at Kit's tonight."
JO_ON_DUTY = (OnDuty("Jo", "jo@council.example", staff="jo"),)


async def person(cast: Cast, username: str = "sam") -> SignedIn:
    """Somebody, signed in."""
    signed_in = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(signed_in, SignedIn)
    return signed_in


async def alarm(cast: Cast, *kept_from: str, beside: str = "") -> str:
    """Amal raises an alert; its id."""
    consultation = await cast.begin(await cast.review("R-1"))
    return await cast.alarm(consultation, beside=beside, kept_from=kept_from)


async def seen(cast: Cast, id: str, username: str = "sam") -> Alert | None:
    """The alert as this person sees it, in the list as by itself."""
    who = await person(cast, username)
    alone = await cast.attending.alert(who, id, cast.clock())
    listed = await cast.attending.alerts(who, cast.clock())
    assert listed == ((alone,) if alone else ())
    return alone


async def has_it(cast: Cast, id: str, username: str = "sam", instead_of: str = "") -> Alert | None:
    """They press "I have it"."""
    return await cast.attending.hold(await person(cast, username), id, instead_of, cast.clock())


async def close(cast: Cast, id: str, username: str = "sam", done: str = DONE) -> Alert | NotClosed:
    """They say what was done."""
    return await cast.attending.close(await person(cast, username), id, done, cast.clock())


@ON_BOTH
async def test_the_officer_and_every_manager_see_it_and_another_officer_does_not(cast: Cast) -> None:
    id = await alarm(cast, "carer", "someone", beside="family")

    sams, mos = await seen(cast, id), await seen(cast, id, "mo")

    assert sams is not None
    assert (sams.child, sams.age, sams.language, sams.waiting) == ("Amal", 11, "", True)
    assert (sams.kept.beside, sams.kept.kept_from) == ("family", ("carer", "someone"))
    assert sams == mos
    assert await seen(cast, id, "jo") is None


async def test_whoever_stands_on_the_duty_list_sees_it_but_an_advocate_does_not(cast: Cast) -> None:
    await cast.enrol("ada", "Ada Advocate", Role.ADVOCATE)
    id = await alarm(cast)
    cast.duty = (*JO_ON_DUTY, OnDuty("Ada", "ada@advocacy.example", staff="ada"), OnDuty("Desk", "d@council.example"))

    assert await seen(cast, id, "jo") is not None
    assert await seen(cast, id, "ada") is None
    assert await has_it(cast, id, "ada") is None


@ON_BOTH
async def test_for_the_officer_who_must_not_be_told_there_is_no_alert_at_all(cast: Cast) -> None:
    cast.duty = (OnDuty("Sam", "sam@council.example", staff="sam"),)
    id = await alarm(cast, "officer")
    sam = await person(cast)

    assert await seen(cast, id) is None
    assert await cast.attending.alerts(sam, cast.clock(), waiting=True) == ()
    assert await has_it(cast, id) is None
    assert await close(cast, id) is NotClosed.NOT_FOUND
    assert await cast.attending.said(sam, id, cast.clock()) is Shut.NOT_FOUND
    mos = await seen(cast, id, "mo")
    assert mos is not None
    assert mos.waiting


async def test_an_officer_who_had_it_before_the_child_said_so_has_it_no_longer(cast: Cast) -> None:
    id = await alarm(cast)
    await has_it(cast, id)
    consultation = f"c-{id[:16]}"
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    async with cast.store.alerts.telling(thread, b"a draft", cast.clock()) as telling:
        await telling.keep_from(1, ["officer"])

    assert await seen(cast, id) is None
    assert await close(cast, id) is NotClosed.NOT_FOUND
    assert [
        each.kept.id for each in await cast.attending.alerts(await person(cast, "mo"), cast.clock(), waiting=True)
    ] == [id]


async def test_a_review_that_has_another_officer_tells_that_one_and_never_again_the_one_the_child_meant(
    cast: Cast,
) -> None:
    review = await cast.review("R-1")
    id = await cast.alarm(await cast.begin(review), kept_from=["officer"])
    await cast.hand_over(review, "R-1", "jo")

    assert await seen(cast, id, "jo") is not None
    assert await seen(cast, id) is None
    await cast.hand_over(review, "R-1", "sam")
    assert await seen(cast, id) is None


async def test_whoever_has_it_goes_on_seeing_it_when_the_review_is_handed_over(cast: Cast) -> None:
    review = await cast.review("R-1")
    id = await cast.alarm(await cast.begin(review))
    await has_it(cast, id)
    await cast.hand_over(review, "R-1", "jo")

    alert = await cast.attending.alert(await person(cast), id, cast.clock())
    assert alert is not None
    assert alert.mine
    assert isinstance(await close(cast, id), Alert)
    jos = await seen(cast, id, "jo")
    assert jos is not None
    assert jos.done == DONE, "it is sealed to whose review it is now"


@ON_BOTH
async def test_of_all_who_press_at_once_one_has_it_and_the_others_see_who(cast: Cast) -> None:
    cast.duty = JO_ON_DUTY
    id = await alarm(cast)
    people = [await person(cast, username) for username in ("sam", "jo", "mo")]

    pressed = await asyncio.gather(*(cast.attending.hold(each, id, "", cast.clock()) for each in people * 3))

    (holder,) = {alert.kept.holder for alert in pressed if alert is not None}
    assert [alert.mine for alert in pressed if alert is not None] == [each.id == holder for each in people * 3]
    assert await cast.attending.alerts(people[0], cast.clock(), waiting=True) == ()
    assert await cast.store.alerts.due(cast.clock() + timedelta(days=1)) == (), "nobody is called any more"


async def test_somebody_takes_it_over_and_whoever_had_it_cannot_close_it(cast: Cast) -> None:
    id = await alarm(cast)
    await has_it(cast, id)

    late = await has_it(cast, id, "mo")
    taken = await has_it(cast, id, "mo", instead_of=cast.ids["sam"])

    assert late is not None
    assert (late.mine, late.kept.holder_name) == (False, "Sam Okafor")
    assert taken is not None
    assert taken.mine
    assert await close(cast, id) is NotClosed.NOT_YOURS
    assert isinstance(await close(cast, id, "mo"), Alert)


@ON_BOTH
async def test_what_was_done_opens_for_who_did_it_the_officer_and_the_recovery_key_alone(cast: Cast) -> None:
    cast.duty = JO_ON_DUTY
    id = await alarm(cast)
    await has_it(cast, id, "mo")

    closed = await close(cast, id, "mo", f"  {DONE}\r\nRang at 3.\r\n")

    assert isinstance(closed, Alert)
    assert (closed.open, closed.kept.closer_name, closed.done) == (False, "Mo Abara", f"{DONE}\nRang at 3.")
    sams, jos = await seen(cast, id), await seen(cast, id, "jo")
    assert sams is not None
    assert sams.done == closed.done
    assert jos is not None
    assert (jos.done, jos.open) == ("", False)
    assert closed.kept.done is not None
    assert DONE.encode() not in closed.kept.done
    assert open_note("site-of-amal", NOTE, id, closed.kept.done, cast.recovery).decode() == closed.done


async def test_what_was_done_does_not_open_for_the_officer_who_must_not_be_told(cast: Cast) -> None:
    id = await alarm(cast, "officer")
    await has_it(cast, id, "mo")
    closed = await close(cast, id, "mo")

    assert isinstance(closed, Alert)
    assert closed.kept.done is not None
    with pytest.raises(Refused):
        open_note("site-of-amal", NOTE, id, closed.kept.done, (await person(cast)).private)


@pytest.mark.parametrize(
    ("done", "why"),
    [
        ("", NotClosed.SAYS_NOTHING),
        (" \r\n\t", NotClosed.SAYS_NOTHING),
        ("x" * (LONGEST_DONE + 1), NotClosed.TOO_LONG),
        ("\N{SNOWMAN}\r\n" * (LONGEST_DONE // 2), None),
        ("\U0001f98a" * LONGEST_DONE, None),
        ("half a pair: \ud83e", None),
    ],
)
async def test_it_is_closed_with_words_that_can_be_kept_and_with_no_others(
    cast: Cast, done: str, why: NotClosed | None
) -> None:
    id = await alarm(cast)
    await has_it(cast, id)

    closed = await close(cast, id, done=done)

    assert closed is why if why else isinstance(closed, Alert)
    alert = await seen(cast, id)
    assert alert is not None
    assert alert.open is (why is not None)


async def test_nobody_closes_what_they_do_not_have_and_nobody_closes_it_twice(cast: Cast) -> None:
    id = await alarm(cast)

    assert await close(cast, id) is NotClosed.NOT_YOURS
    await has_it(cast, id)
    assert await close(cast, id, "mo") is NotClosed.NOT_YOURS
    assert isinstance(await close(cast, id), Alert)
    assert await close(cast, id, done="And again.") is NotClosed.NOT_YOURS
    alert = await seen(cast, id)
    assert alert is not None
    assert alert.done == DONE


@ON_BOTH
async def test_their_own_form_sent_twice_closes_it_once_and_reads_both_times_as_done(cast: Cast) -> None:
    id = await alarm(cast)
    await has_it(cast, id)
    sam = await person(cast)

    with capture_logs() as logs:
        both = await asyncio.gather(*(cast.attending.close(sam, id, DONE, cast.clock()) for _ in range(2)))
        later = await close(cast, id, done=f" {DONE}\r\n")

    assert both == [later, later]
    assert isinstance(later, Alert)
    assert (later.open, later.done) == (False, DONE)
    assert [each["event"] for each in logs].count("alert_closed") == 1
    assert await close(cast, id, "mo") is NotClosed.NOT_YOURS


async def test_it_is_closed_also_when_the_officers_key_was_changed_by_hand_and_is_not_sealed_to_that_key(
    cast: Cast,
) -> None:
    id = await alarm(cast)
    await has_it(cast, id, "mo")
    jo = await cast.store.people.by_username("jo")
    assert jo is not None
    assert jo.entry is not None
    changed = update(tables.Staff).where(col(tables.Staff.id) == cast.ids["sam"])
    await cast.by_hand(changed.values(public=jo.entry.public, signature=jo.entry.signature))

    closed = await close(cast, id, "mo")

    assert isinstance(closed, Alert)
    assert closed.kept.done is not None
    with pytest.raises(Refused):
        open_note("site-of-amal", NOTE, id, closed.kept.done, (await person(cast, "jo")).private)


async def test_it_is_not_closed_when_the_recovery_key_was_changed_by_hand(cast: Cast) -> None:
    id = await alarm(cast)
    await has_it(cast, id)
    await cast.by_hand(update(tables.Site).values(recovery_signature=b"forged"))

    with pytest.raises(ChangedByHand):
        await close(cast, id)
    alert = await seen(cast, id)
    assert alert is not None
    assert alert.open


@pytest.mark.parametrize("how", ["taken back", "moved", "held"])
async def test_it_stands_whatever_becomes_of_the_consultation_or_the_review(cast: Cast, how: str) -> None:
    review = await cast.review("R-1")
    consultation = await cast.begin(review)
    await cast.send(consultation)
    id = await cast.alarm(consultation)
    if how == "taken back":
        await cast.take_back(consultation, cast.clock())
    elif how == "moved":
        await cast.review("R-1", on=date(2027, 1, 20), id=review)
    else:
        await cast.store.reviews.mark_held(review, date(2026, 12, 9), cast.clock())

    assert [each.kept.id for each in await cast.attending.alerts(await person(cast), cast.clock(), waiting=True)] == [
        id
    ]
    await has_it(cast, id)
    assert isinstance(await close(cast, id), Alert)


async def test_an_alert_of_somebody_who_was_disabled_waits_for_somebody_else(cast: Cast) -> None:
    id = await alarm(cast)
    await has_it(cast, id, "mo")
    await cast.store.people.disable(cast.ids["mo"], "another stamp", cast.clock())

    alert = await seen(cast, id)
    assert alert is not None
    assert alert.waiting
    assert [each.id for each in await cast.store.alerts.due(cast.clock())] == [id]


async def test_it_is_told_by_its_reference_when_what_is_known_of_the_child_was_changed_by_hand(cast: Cast) -> None:
    id = await alarm(cast)
    await cast.by_hand(update(tables.Review).values(details_for_portal=b"forged"))

    alert = await seen(cast, id)

    assert alert is not None
    assert (alert.child, alert.age, alert.kept.reference, alert.waiting) == ("", None, "R-1", True)


async def test_an_alert_that_never_was_is_nobodys(cast: Cast) -> None:
    who = await person(cast)
    for id in ("", "no such", "\0", "c.1' or 1=1"):
        assert await cast.attending.alert(who, id, cast.clock()) is None
        assert await cast.attending.hold(who, id, "", cast.clock()) is None
        assert await cast.attending.close(who, id, DONE, cast.clock()) is NotClosed.NOT_FOUND
        assert await cast.attending.said(who, id, cast.clock()) is Shut.NOT_FOUND


async def test_those_nobody_has_come_first_the_longest_waiting_of_them_first(cast: Cast) -> None:
    ids = []
    for number in range(4):
        consultation = await cast.begin(await cast.review(f"R-{number}"))
        ids.append(await cast.alarm(consultation, at=SENT + timedelta(minutes=number)))
    await has_it(cast, ids[0])
    await has_it(cast, ids[2])
    await close(cast, ids[2])

    alerts = await cast.attending.alerts(await person(cast), cast.clock())

    assert [each.kept.id for each in alerts] == [ids[1], ids[3], ids[0], ids[2]]


async def test_which_interpreter_is_needed_is_told_with_it(cast: Cast) -> None:
    consultation = await cast.begin(await cast.review("R-1", language="fa_AF"))
    id = await cast.alarm(consultation)
    before = await seen(cast, id)
    await cast.store.threads.note_language(consultation, "ar")
    after = await seen(cast, id)
    await cast.store.threads.note_language(consultation, "en_GB")
    last = await seen(cast, id)

    assert before is not None
    assert after is not None
    assert last is not None
    assert (before.language, after.language, last.language) == ("fa_AF", "ar", "")


@ON_BOTH
async def test_what_was_said_opens_for_the_officer_it_was_sealed_to_and_is_noted_before_it_is_shown(
    cast: Cast,
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    await cast.send(consultation)
    id = await cast.alarm(consultation, choosing=not_safe())
    cast.duty = JO_ON_DUTY

    alert, mos, jos = await seen(cast, id), await seen(cast, id, "mo"), await seen(cast, id, "jo")
    opened = await cast.attending.said(await person(cast), id, cast.clock())

    assert alert is not None
    assert mos is not None
    assert jos is not None
    assert (alert.said, mos.said, jos.said) == (Said.YOURS, Said.OFFICERS, Said.OFFICERS)
    assert isinstance(opened, Opened)
    assert opened.answers == (not_safe(),)
    async with cast.store.database.reading() as connection:
        noted = (await connection.execute(select(col(tables.Reading.staff_id), col(tables.Reading.sending_id)))).all()
    assert [tuple(each) for each in noted] == [(cast.ids["sam"], alert.kept.sending)]
    assert await cast.attending.said(await person(cast, "mo"), id, cast.clock()) is Shut.NOT_FOUND
    assert await cast.attending.said(await person(cast, "jo"), id, cast.clock()) is Shut.FOR_OTHERS


async def test_nothing_that_was_said_is_shown_when_the_opening_cannot_be_noted(cast: Cast) -> None:
    id = await cast.alarm(await cast.begin(await cast.review("R-1")), choosing=not_safe())
    await cast.breaks("INSERT", "reading")

    with pytest.raises(StoreProblem):
        await cast.attending.said(await person(cast), id, cast.clock())


async def test_what_was_said_opens_with_the_sheets_alone_once_the_officer_must_not_be_told(cast: Cast) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    id = await cast.alarm(consultation, choosing=not_safe(), kept_from=["officer"])

    mos = await seen(cast, id, "mo")

    assert mos is not None
    assert mos.said is Said.SHEETS
    assert await cast.attending.said(await person(cast), id, cast.clock()) is Shut.NOT_FOUND


async def test_what_was_said_to_the_officer_before_does_not_open_for_the_next(cast: Cast) -> None:
    review = await cast.review("R-1")
    id = await cast.alarm(await cast.begin(review), choosing=not_safe())
    await has_it(cast, id)
    await cast.hand_over(review, "R-1", "jo")

    assert await cast.attending.said(await person(cast, "jo"), id, cast.clock()) is Shut.FOR_OTHERS
    assert isinstance(await cast.attending.said(await person(cast), id, cast.clock()), Opened)


async def test_what_was_said_and_changed_by_hand_is_not_shown(cast: Cast) -> None:
    id = await cast.alarm(await cast.begin(await cast.review("R-1")), choosing=not_safe())
    await cast.by_hand(update(tables.Sending).values(signature=b"forged"))

    assert await cast.attending.said(await person(cast), id, cast.clock()) is Shut.REFUSED


async def test_the_social_worker_who_must_not_be_told_sees_nothing_of_it_though_they_are_a_manager_on_duty(
    cast: Cast,
) -> None:
    cast.duty = (OnDuty("Mo", "Mo@council.example", staff="mo"), *JO_ON_DUTY)
    consultation = await cast.begin(await cast.review("R-1", social_worker="mo@council.example"))
    other = await cast.begin(await cast.review("R-2", social_worker="kim@council.example"))
    id = await cast.alarm(consultation, kept_from=["social_worker"])
    others = await cast.alarm(other, kept_from=["social_worker"])

    assert [each.kept.id for each in await cast.attending.alerts(await person(cast, "mo"), cast.clock())] == [others]
    assert await has_it(cast, id, "mo") is None
    assert await cast.attending.alert(await person(cast, "jo"), id, cast.clock()) is not None


async def test_where_nothing_was_said_with_it_there_is_nothing_to_open(cast: Cast) -> None:
    id = await alarm(cast)

    alert = await seen(cast, id)

    assert alert is not None
    assert alert.said is Said.NOTHING
    assert await cast.attending.said(await person(cast), id, cast.clock()) is Shut.FOR_OTHERS
    assert await cast.attending.said(await person(cast, "mo"), id, cast.clock()) is Shut.NOT_FOUND


@ON_BOTH
async def test_while_the_child_is_asked_those_they_might_name_see_nothing_though_they_are_on_duty(cast: Cast) -> None:
    cast.duty = (OnDuty("Sam", "sam@c.example", staff="sam"), OnDuty("Mo", "mo@c.example", staff="mo"), *JO_ON_DUTY)
    consultation = await cast.begin(await cast.review("R-1", social_worker="mo@c.example"))
    id = await cast.alarm(consultation, at=cast.clock())

    cast.clock.later(seconds=119)
    for username in ("sam", "mo"):
        assert await seen(cast, id, username) is None
        assert await has_it(cast, id, username) is None
    jos = await seen(cast, id, "jo")
    assert jos is not None
    assert jos.not_shown == ("Mo",), "the officer is told of apart"
    cast.clock.later(seconds=1)
    for username in ("sam", "mo"):
        after = await seen(cast, id, username)
        assert after is not None
        assert after.not_shown == ()
