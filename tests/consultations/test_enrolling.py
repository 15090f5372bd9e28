"""A one-day code makes somebody a reader, by words that are shown once and final only when typed."""

from __future__ import annotations

import pytest

from consultations.access import Role
from consultations.enrolling import CODE_LASTS, PAGE_LASTS, NotYet, ShownOnce
from consultations.keeping.vault.directory import DirectoryEntry, verified
from consultations.keeping.vault.problems import Refused
from consultations.signing_in import SignedIn, Waiting
from tests.consultations.staff import ON_BOTH, Cast
from tests.hunt import hunt

PAGE = "the token of a page"


async def _code(cast: Cast, username: str = "pat") -> str:
    code = await cast.enrolling.add(username, "Pat Nowak", Role.OFFICER, cast.clock())
    assert code is not None
    return code


async def _shown(cast: Cast, code: str, page: str = PAGE) -> ShownOnce:
    once = await cast.enrolling.begin(code, page, cast.clock())
    assert once is not None
    return once


@ON_BOTH
async def test_who_typed_their_words_waits_by_the_number_of_their_key(cast: Cast) -> None:
    once = await _shown(cast, await _code(cast))

    waiting = await cast.enrolling.confirm(once.prepared, once.phrase.upper(), PAGE, cast.clock())

    assert isinstance(waiting, Waiting)
    assert await cast.signing_in.by_phrase("pat", once.phrase, cast.clock()) == waiting
    assert await cast.signing_in.by_recovery_code("pat", once.recovery_code, cast.clock()) == waiting


async def test_nothing_is_kept_until_the_words_were_typed(cast: Cast) -> None:
    once = await _shown(cast, await _code(cast))

    kept = await cast.store.people.by_username("pat")
    assert kept is not None
    assert kept.entry is None
    assert await cast.store.people.custodies(kept.id) == ()
    assert await cast.signing_in.by_phrase("pat", once.phrase, cast.clock()) is None


async def test_other_words_make_nothing_final_and_the_right_ones_still_do(cast: Cast) -> None:
    once = await _shown(cast, await _code(cast))

    first = await cast.enrolling.confirm(once.prepared, "one two three four five", PAGE, cast.clock())
    second = await cast.enrolling.confirm(once.prepared, once.phrase, PAGE, cast.clock())

    assert first is NotYet.NOT_THE_PHRASE
    assert isinstance(second, Waiting)


@ON_BOTH
async def test_a_code_is_forgiving_to_type_and_good_for_one_enrolment(cast: Cast) -> None:
    code = await _code(cast)
    once = await _shown(cast, f" {code.lower().replace('-', ' ')} ")
    await cast.enrolling.confirm(once.prepared, once.phrase, PAGE, cast.clock())

    assert await cast.enrolling.begin(code, PAGE, cast.clock()) is None


@ON_BOTH
async def test_two_pages_of_one_code_make_one_reader(cast: Cast) -> None:
    code = await _code(cast)
    first, second = await _shown(cast, code), await _shown(cast, code)

    assert isinstance(await cast.enrolling.confirm(first.prepared, first.phrase, PAGE, cast.clock()), Waiting)
    assert await cast.enrolling.confirm(second.prepared, second.phrase, PAGE, cast.clock()) is NotYet.TOO_OLD
    assert await cast.signing_in.by_phrase("pat", first.phrase, cast.clock()) is not None
    assert await cast.signing_in.by_phrase("pat", second.phrase, cast.clock()) is None


@ON_BOTH
async def test_a_code_is_good_for_one_day(cast: Cast) -> None:
    code = await _code(cast)
    cast.clock.at += CODE_LASTS

    assert await cast.enrolling.begin(code, PAGE, cast.clock()) is None


@ON_BOTH
@pytest.mark.parametrize("typed", ["", "0", "X42G1-W7RQC-G1HXJ-P9W2N-TBCAY", "\0\ud800", "A" * 5000])
async def test_a_code_that_never_was_opens_nothing(cast: Cast, typed: str) -> None:
    await _code(cast)

    assert await cast.enrolling.begin(typed, PAGE, cast.clock()) is None


async def test_a_new_code_takes_the_place_of_the_one_before(cast: Cast) -> None:
    before = await _code(cast)

    after = await cast.enrolling.offer_again("PAT ", cast.clock())

    assert after is not None
    assert await cast.enrolling.begin(before, PAGE, cast.clock()) is None
    assert await cast.enrolling.begin(after, PAGE, cast.clock()) is not None
    assert await cast.enrolling.offer_again("nobody", cast.clock()) is None


@ON_BOTH
async def test_a_username_belongs_to_one_person_however_it_is_written(cast: Cast) -> None:
    assert await cast.enrolling.add(" SAM", "Another Sam", Role.OFFICER, cast.clock()) is None


async def test_what_a_page_carries_is_final_only_there_only_in_time_and_only_whole(cast: Cast) -> None:
    once = await _shown(cast, await _code(cast))
    flipped = once.prepared[:-8] + ("A" if once.prepared[-8] != "A" else "B") + once.prepared[-7:]

    for prepared, page in ((once.prepared, "another page"), (flipped, PAGE), ("", PAGE), ("ü\ud800", PAGE)):
        assert await cast.enrolling.confirm(prepared, once.phrase, page, cast.clock()) is NotYet.TOO_OLD
    cast.clock.at += PAGE_LASTS
    assert await cast.enrolling.confirm(once.prepared, once.phrase, PAGE, cast.clock()) is NotYet.TOO_OLD


async def test_what_a_page_carries_shows_neither_the_words_nor_the_key(cast: Cast) -> None:
    once = await _shown(cast, await _code(cast))

    assert hunt([once.phrase, once.recovery_code], once.prepared, repr(once)) == []


@ON_BOTH
async def test_new_words_lock_the_same_key_and_end_every_session(cast: Cast) -> None:
    signed_in = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(signed_in, SignedIn)
    token = await cast.signing_in.begin(signed_in, cast.clock(), passed=True)
    once = await cast.enrolling.renew(signed_in, PAGE, cast.clock())
    assert await cast.signing_in.who(token, cast.clock()) is not None, "nothing changes before they are confirmed"

    renewed = await cast.enrolling.confirm(once.prepared, once.phrase, PAGE, cast.clock())

    assert isinstance(renewed, SignedIn)
    assert renewed.private.public == signed_in.private.public
    assert await cast.signing_in.who(token, cast.clock()) is None
    assert await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock()) is None
    assert await cast.signing_in.by_recovery_code("sam", cast.recovery_codes["sam"], cast.clock()) is None
    assert await cast.signing_in.by_phrase("sam", once.phrase, cast.clock()) is not None
    fresh = await cast.signing_in.begin(renewed, cast.clock(), passed=True)
    assert await cast.signing_in.who(fresh, cast.clock()) is not None


async def test_new_words_are_not_taken_from_a_page_older_than_the_last_change(cast: Cast) -> None:
    signed_in = await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock())
    assert isinstance(signed_in, SignedIn)
    first = await cast.enrolling.renew(signed_in, PAGE, cast.clock())
    second = await cast.enrolling.renew(signed_in, PAGE, cast.clock())
    assert isinstance(await cast.enrolling.confirm(second.prepared, second.phrase, PAGE, cast.clock()), SignedIn)

    assert await cast.enrolling.confirm(first.prepared, first.phrase, PAGE, cast.clock()) is NotYet.TOO_OLD


async def test_somebody_disabled_meanwhile_gets_no_new_words(cast: Cast) -> None:
    signed_in = await cast.signing_in.by_recovery_code("sam", cast.recovery_codes["sam"], cast.clock())
    assert isinstance(signed_in, SignedIn)
    once = await cast.enrolling.renew(signed_in, PAGE, cast.clock())
    await cast.store.people.disable(signed_in.id, "another stamp", cast.clock())

    assert await cast.enrolling.confirm(once.prepared, once.phrase, PAGE, cast.clock()) is NotYet.TOO_OLD


async def test_a_reader_changed_in_the_database_is_refused_by_whoever_seals(cast: Cast) -> None:
    sam, jo = await cast.store.people.by_username("sam"), await cast.store.people.by_username("jo")
    assert sam is not None
    assert sam.entry is not None
    assert jo is not None
    assert jo.entry is not None
    forged = DirectoryEntry.from_bytes(sam.id, jo.entry.public, sam.entry.signature)

    with pytest.raises(Refused):
        verified(forged, cast.chat_keys.directory_public, cast.chat_keys.site)
