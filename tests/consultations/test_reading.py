"""An officer reads their own children's words: noted before they are shown, and never what does not match its seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Executable, delete, insert, select, update
from sqlmodel import col

from consultations.access import Act, Role, may
from consultations.answers import Sharing
from consultations.keeping.store import StoreProblem, tables
from consultations.keeping.store.reviews import State
from consultations.keeping.store.tables import Bundle, Wrap
from consultations.keeping.vault.notes import open_note
from consultations.participation import Way
from consultations.reading import Done, MadeCopy, Of, OpenedReview, WhyNot
from consultations.sending import Kind
from consultations.signing_in import SignedIn
from consultations.summary import CopyKind
from tests.consultations.staff import MORNING, ON_BOTH, SENT, WORDS, Cast, about_coming, about_home, said


async def _officer(cast: Cast, username: str = "sam") -> SignedIn:
    signed_in = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(signed_in, SignedIn)
    return signed_in


async def _opened(cast: Cast, reference: str = "R-1") -> OpenedReview:
    opened = await cast.reading.open(await _officer(cast), reference, cast.clock())
    assert opened is not None
    return opened


async def _amal(cast: Cast) -> str:
    return await cast.begin(await cast.review("R-1"))


async def _readings(cast: Cast, consultation: str) -> list[tuple[str, str]]:
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    return sorted((each.reader, each.what) for each in thread.readings)


def _words(opened: OpenedReview) -> list[str]:
    return [answer.words for each in opened.summary.standing for answer in each.sending.answers]


@ON_BOTH
async def test_what_was_sent_opens_to_the_officer_it_was_sealed_to(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said(), about_home("The dog."))

    opened = await _opened(cast)

    assert _words(opened) == [WORDS, "The dog."]
    assert opened.review.state is State.SENT
    assert opened.review.child == "Amal"
    assert opened.summary.facts.age_on_review == 11


@ON_BOTH
async def test_opening_is_noted_once_and_is_there_when_the_words_are_handed_over(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)

    first, second = await _opened(cast), await _opened(cast)

    assert [(each.reader, each.what) for each in first.summary.readings] == [("Sam Okafor", "opened")]
    assert second.summary.readings == first.summary.readings


async def test_nothing_is_handed_over_when_the_opening_cannot_be_noted(cast: Cast) -> None:
    await cast.send(await _amal(cast))
    await cast.breaks("INSERT", "reading")

    with pytest.raises(StoreProblem):
        await cast.reading.open(await _officer(cast), "R-1", cast.clock())


@ON_BOTH
async def test_additions_are_joined_and_a_replacement_takes_the_earlier_words_away(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("The first words."))
    await cast.send(consultation, said("Other words."), at=SENT + timedelta(hours=1))
    await cast.send(consultation, about_home("And the swing."), at=SENT + timedelta(days=2), kind=Kind.ADDITION)

    opened = await _opened(cast)

    assert _words(opened) == ["Other words.", "And the swing."]
    assert [each.at for each in opened.summary.standing] == [SENT + timedelta(hours=1), SENT + timedelta(days=2)]


@ON_BOTH
@pytest.mark.parametrize("reference", ["R-2", "r-1", "", "' OR 1=1 --", "\0\ud800"])
async def test_a_review_of_somebody_elses_is_as_unknown_as_none(cast: Cast, reference: str) -> None:
    await cast.send(await cast.begin(await cast.review("R-2", "Chidi", officer="jo")))
    await _amal(cast)

    assert await cast.reading.open(await _officer(cast), reference, cast.clock()) is None
    for kind in CopyKind:
        for reason in ("", "because"):
            made = await cast.reading.copy(await _officer(cast), reference, kind, reason, cast.clock())
            assert made is WhyNot.NOT_FOUND


@ON_BOTH
async def test_the_list_says_how_far_each_child_has_come_and_never_a_word(cast: Cast) -> None:
    await cast.review("R-5", "Farid", on=date(2027, 1, 11))
    await cast.begin(await cast.review("R-4", "Dilys", on=date(2027, 1, 8)))
    consultation = await cast.begin(await cast.review("R-3", "Chidi", on=date(2026, 12, 9)))
    await cast.send(consultation)
    taken = await cast.begin(await cast.review("R-2", "Billie", on=date(2027, 1, 5)))
    await cast.send(taken)
    await cast.take_back(taken, SENT + timedelta(days=1))
    await cast.review("R-9", "Jo’s child", officer="jo")

    listed = await cast.reading.reviews(await _officer(cast), MORNING)

    assert [(each.reference, each.state.value) for each in listed] == [
        ("R-3", "sent"),
        ("R-2", "taken_back"),
        ("R-4", "began"),
        ("R-5", "untouched"),
    ]
    assert [each.overdue for each in listed] == [True, False, False, False]
    assert [each.waiting for each in listed] == [True, False, False, False]
    assert WORDS not in repr(listed)


@ON_BOTH
async def test_additions_that_nobody_opened_are_counted(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    await _opened(cast)
    for hours in (2, 3):
        await cast.send(consultation, about_home("More."), at=SENT + timedelta(hours=hours), kind=Kind.ADDITION)

    (listed,) = await cast.reading.reviews(await _officer(cast), MORNING)

    assert not listed.waiting
    assert listed.additions_unopened == 2
    assert listed.last_sent_at == SENT + timedelta(hours=3)


@ON_BOTH
async def test_the_list_tells_when_what_was_opened_has_been_replaced(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    opened_at = cast.clock()
    await _opened(cast)
    cast.clock.later(minutes=90)
    await cast.send(consultation, about_home("No."), at=cast.clock())

    (waiting,) = await cast.reading.reviews(await _officer(cast), cast.clock())
    await _opened(cast)
    (opened,) = await cast.reading.reviews(await _officer(cast), cast.clock())

    assert (waiting.waiting, waiting.opened_before) == (True, opened_at)
    assert (opened.waiting, opened.opened_before) == (False, opened_at)


async def test_what_was_done_with_everything_that_was_ever_sent_is_told(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    await cast.reading.copy(await _officer(cast), "R-1", CopyKind.FILE, "", cast.clock())
    await cast.send(consultation, about_home("No."), at=cast.clock())
    await cast.send(consultation, about_home("More."), at=cast.clock(), kind=Kind.ADDITION)
    cast.clock.later(days=1)
    await cast.reading.copy(await _officer(cast), "R-1", CopyKind.MEETING, "", cast.clock())

    first, second = date(2026, 12, 10), date(2026, 12, 11)
    before = [Done(first, "Sam Okafor", what, Of.BEFORE) for what in ("opened", "file")]
    standing = [Done(second, "Sam Okafor", what, Of.STANDING) for what in ("opened", "meeting")]
    done = (await _opened(cast)).done
    assert done[:3] == (*before, standing[0])
    assert set(done[3:]) == {standing[1], Done(second, "Sam Okafor", "opened", Of.ADDITION)}

    await cast.take_back(consultation, cast.clock())
    assert set((await _opened(cast)).done) == set(done)


async def test_a_manager_sees_nobodys_reviews_even_where_they_are_put_down_as_the_officer(cast: Cast) -> None:
    await cast.send(await cast.begin(await cast.review("R-1", officer="mo")))

    assert await cast.reading.open(await _officer(cast, "mo"), "R-1", cast.clock()) is None
    assert not may(Role.MANAGER, Act.OPEN_OWN_SUMMARY)
    assert not any(may(Role.ADVOCATE, act) for act in (Act.LIST_OWN_REVIEWS, Act.OPEN_OWN_SUMMARY, Act.MAKE_COPIES))


async def test_what_is_for_somebody_else_is_said_and_not_shown(cast: Cast) -> None:
    """The review went to another officer after the child had sent to the first."""
    review = await cast.review("R-1", officer="jo")
    consultation = await cast.begin(review)
    await cast.send(consultation)
    await cast.hand_over(review, "R-1", "sam")

    opened = await _opened(cast)

    assert not opened.anything
    assert (opened.for_others, opened.refused, opened.missing) == (1, 0, False)
    assert await _readings(cast, consultation) == []


async def test_a_sending_that_does_not_match_its_seal_is_left_out_and_the_rest_is_shown(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("The first words."))
    added = await cast.send(consultation, about_home("And the swing."), at=SENT + timedelta(days=2), kind=Kind.ADDITION)

    await cast.by_hand(update(Bundle).where(col(Bundle.sending_id) == added).values(sealed=b"forged"))
    opened = await _opened(cast)

    assert _words(opened) == ["The first words."]
    assert (opened.refused, opened.missing) == (1, False)
    assert len(await _readings(cast, consultation)) == 1, "what did not open was not read"


async def test_a_forged_signature_is_left_out_and_the_rest_is_shown(cast: Cast) -> None:
    consultation = await _amal(cast)
    first = await cast.send(consultation, said("The first words."))
    await cast.send(consultation, about_home("And the swing."), at=SENT + timedelta(days=2), kind=Kind.ADDITION)

    another = select(col(tables.Sending.signature)).where(col(tables.Sending.id) == first).scalar_subquery()
    await cast.by_hand(update(tables.Sending).values(signature=another))
    opened = await _opened(cast)

    assert _words(opened) == ["The first words."]
    assert (opened.refused, opened.missing) == (1, False)


async def test_a_sending_that_was_dropped_from_between_is_noticed(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("The first words."))
    added, _ = [
        await cast.send(consultation, about_home(f"{days}"), at=SENT + timedelta(days=days), kind=Kind.ADDITION)
        for days in (2, 3)
    ]

    await cast.by_hand(*_dropping(added))
    opened = await _opened(cast)

    assert _words(opened) == ["The first words.", "3"]
    assert (opened.refused, opened.missing) == (0, True)


async def test_another_childs_sending_put_in_the_place_of_this_ones_is_refused(cast: Cast) -> None:
    amal, billie = await _amal(cast), await cast.begin(await cast.review("R-2", "Billie"))
    amals = await cast.send(amal, said("Amal’s words."))
    billies = await cast.send(billie, said("Billie’s words."))

    to_amal = update(tables.Sending).where(col(tables.Sending.id) == billies).values(consultation_id=amal)
    await cast.by_hand(*_dropping(amals), to_amal)
    opened = await _opened(cast)

    assert not opened.anything
    assert opened.refused == 1


async def test_a_replaced_sending_put_back_by_hand_is_not_shown(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said("Words she thought better of."))
    (before,) = await cast.store.sendings.sendings_of(await _review_of(cast, consultation))
    await cast.send(consultation, said("Other words."), at=SENT + timedelta(hours=1))

    bundles = [(before.id, place, bundle) for place, bundle in enumerate(before.bundles)]
    await cast.by_hand(
        update(tables.Sending).where(col(tables.Sending.id) == before.id).values(replaced_by=None),
        *(insert(Bundle).values(sending_id=id, place=place, sealed=bundle.sealed) for id, place, bundle in bundles),
        *(
            insert(Wrap).values(sending_id=id, bundle=place, place=n, sealed=wrap)
            for id, place, bundle in bundles
            for n, wrap in enumerate(bundle.wraps)
        ),
    )
    opened = await _opened(cast)

    assert _words(opened) == ["Other words."]


async def test_the_codes_are_argued_from_what_opened_and_when(cast: Cast) -> None:
    await cast.send(await _amal(cast), said(), about_coming("no", "I don’t want to be there", "no"))

    opened = await _opened(cast)

    expected = [branch for branch in opened.branches if branch.expected]
    assert [branch.code for branch in expected] == ["PN6"]
    assert "sent on Thursday 3 December 2026 and you opened them on Thursday 10 December 2026" in expected[0].reason


async def test_taken_back_before_the_review_is_not_conveyed(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said(), about_coming("no", "I don’t want to be there", "no"))
    await cast.take_back(consultation, SENT + timedelta(days=1))

    opened = await _opened(cast)

    assert not opened.anything
    assert opened.taken_back_at == SENT + timedelta(days=1)
    assert "PN6" not in [branch.code for branch in opened.branches]


@pytest.mark.parametrize("kind", [CopyKind.MEETING, CopyKind.FILE])
async def test_a_copy_holds_what_its_readers_may_see_and_is_noted(cast: Cast, kind: CopyKind) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation, said(), about_home("The dog.", Sharing.EVERYONE))

    made = await cast.reading.copy(await _officer(cast), "R-1", kind, "", cast.clock())

    assert isinstance(made, MadeCopy)
    assert [answer.words for answer in made.copy.answers] == ["The dog."]
    assert made.branches == ()
    assert await _readings(cast, consultation) == sorted([("Sam Okafor", "opened"), ("Sam Okafor", kind.value)])


@ON_BOTH
async def test_the_officers_copy_asks_why_and_keeps_the_reason_sealed(cast: Cast) -> None:
    consultation = await _amal(cast)
    await cast.send(consultation)
    officer = await _officer(cast)

    asked = await cast.reading.copy(officer, "R-1", CopyKind.OFFICER, " \n", cast.clock())
    assert asked is WhyNot.NEEDS_REASON
    assert await _readings(cast, consultation) == [], "nothing is opened while the reason is asked for"

    made = await cast.reading.copy(officer, "R-1", CopyKind.OFFICER, "No zanzibarsignal there.", cast.clock())

    assert isinstance(made, MadeCopy)
    assert made.branches
    reading = tables.Reading
    async with cast.store.database.reading() as connection:
        asked_for = select(col(reading.id), col(reading.reason)).where(col(reading.reason).is_not(None))
        ((id, sealed),) = await connection.execute(asked_for)
    assert b"zanzibarsignal" not in sealed
    for reader in (officer.private, cast.recovery):
        assert open_note("site-of-amal", "reading", id, sealed, reader) == b"No zanzibarsignal there."
    assert await _readings(cast, consultation) == [("Sam Okafor", "officer"), ("Sam Okafor", "opened")]


async def test_there_is_no_copy_of_nothing(cast: Cast) -> None:
    await _amal(cast)

    made = await cast.reading.copy(await _officer(cast), "R-1", CopyKind.MEETING, "", cast.clock())

    assert made is WhyNot.NOTHING_SENT


@pytest.mark.parametrize(("attends", "code"), [(True, "PN1"), (False, "PN6")])
async def test_whether_a_video_counts_as_attending_is_the_councils_to_say(cast: Cast, attends: bool, code: str) -> None:
    await cast.send(await _amal(cast), said(), about_coming("video", "By video", "video"))
    reading = replace(cast.reading, video_attends=attends)
    opened = await reading.open(await _officer(cast), "R-1", cast.clock())

    assert opened is not None
    assert [branch.code for branch in opened.branches if branch.way is Way.BY_VIDEO] == [code]


def _dropping(sending: str) -> Iterator[Executable]:
    """This sending goes, as if it had never been."""
    for table in (Wrap, Bundle):
        yield delete(table).where(col(table.sending_id) == sending)
    yield delete(tables.Sending).where(col(tables.Sending.id) == sending)


async def _review_of(cast: Cast, consultation: str) -> str:
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    return thread.review
