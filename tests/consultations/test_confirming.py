"""Who enrolled can do nothing, and is sealed nothing, until a second person has heard the number of their key."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import col

from consultations.access import Role
from consultations.confirming import NotConfirmed
from consultations.keeping.store.tables import Staff
from consultations.keeping.vault.readers import new_reader
from consultations.signing_in import SignedIn, Waiting
from consultations.staffing import NotDone, Standing
from consultations.vouching import vouched
from tests.consultations.staff import ON_BOTH, Cast


async def _in(cast: Cast, username: str) -> SignedIn:
    signed_in = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(signed_in, SignedIn)
    return signed_in


async def _waiting(cast: Cast, username: str = "pat", code: str | None = None, role: Role = Role.OFFICER) -> Waiting:
    code = code or await cast.enrolling.add(username, "Pat Nowak", role, cast.clock())
    assert code is not None
    once = await cast.enrolling.begin(code, "a page", cast.clock())
    assert once is not None
    cast.phrases[username] = once.phrase
    waiting = await cast.enrolling.confirm(once.prepared, once.phrase, "a page", cast.clock())
    assert isinstance(waiting, Waiting)
    return waiting


async def _standing(cast: Cast, username: str = "pat") -> Standing:
    member = await cast.confirming.one(await _in(cast, "mo"), username)
    assert member is not None
    return member.standing


@ON_BOTH
@pytest.mark.parametrize("typed", ["{}", " {} ", "{}.", "number {}"])
async def test_the_number_somebody_reads_out_makes_them_a_reader(cast: Cast, typed: str) -> None:
    waiting = await _waiting(cast)
    assert await _standing(cast) is Standing.ENROLLED

    done = await cast.confirming.confirm(
        await _in(cast, "mo"), "pat", typed.format(waiting.key_number.replace(" ", "-")), cast.clock()
    )

    assert done is None
    assert await _standing(cast) is Standing.CONFIRMED
    pat = await _in(cast, "pat")
    assert pat.person.entry is not None
    assert vouched(cast.chat_keys, pat.person.entry) == pat.private.public


async def test_digits_of_another_script_are_the_same_number(cast: Cast) -> None:
    waiting = await _waiting(cast)
    persian = waiting.key_number.translate({ord("0") + digit: 0x06F0 + digit for digit in range(10)})

    assert await cast.confirming.confirm(await _in(cast, "mo"), "pat", persian, cast.clock()) is None


@pytest.mark.parametrize("typed", ["", "0", "1234 5678 9012", "½²³", "\0\ud800", "9" * 5000])
async def test_another_number_confirms_nobody(cast: Cast, typed: str) -> None:
    await _waiting(cast)

    refused = await cast.confirming.confirm(await _in(cast, "mo"), "pat", typed, cast.clock())

    assert refused is NotConfirmed.ANOTHER_NUMBER
    assert await _standing(cast) is Standing.ENROLLED


@ON_BOTH
async def test_keys_put_in_by_hand_have_another_number(cast: Cast) -> None:
    waiting = await _waiting(cast)
    theirs = new_reader(waiting.person.id).public.to_bytes()
    await cast.by_hand(update(Staff).where(col(Staff.username) == "pat").values(waiting_public=theirs))

    refused = await cast.confirming.confirm(await _in(cast, "mo"), "pat", waiting.key_number, cast.clock())

    assert refused is NotConfirmed.ANOTHER_NUMBER


@ON_BOTH
async def test_a_reader_who_makes_new_keys_is_none_until_somebody_confirms_them_anew(cast: Cast) -> None:
    before = await _in(cast, "sam")
    token = await cast.signing_in.begin(before, cast.clock(), passed=True)
    code = await cast.enrolling.offer_again("sam", cast.clock())

    waiting = await _waiting(cast, "sam", code)

    assert (await cast.signing_in.who(token, cast.clock()), waiting.person.entry) == (None, None)
    assert await _standing(cast, "sam") is Standing.ENROLLED
    assert await cast.confirming.confirm(await _in(cast, "mo"), "sam", waiting.key_number, cast.clock()) is None
    assert (await _in(cast, "sam")).private.public != before.private.public


async def test_only_managers_confirm_and_see_who_is_there(cast: Cast) -> None:
    number = (await _waiting(cast)).key_number
    sam = await _in(cast, "sam")

    assert await cast.confirming.everyone(sam) is None
    assert await cast.confirming.one(sam, "pat") is None
    assert await cast.confirming.confirm(sam, "pat", number, cast.clock()) is NotConfirmed.NOT_FOUND


async def test_nobody_confirms_themselves_by_a_row_of_their_own_making(cast: Cast) -> None:
    mo = await _in(cast, "mo")
    await cast.by_hand(update(Staff).where(col(Staff.username) == "mo").values(waiting_public=Staff.public))

    assert await cast.confirming.confirm(mo, "mo", "1", cast.clock()) is NotConfirmed.NOT_FOUND


async def test_the_server_confirms_a_manager_where_no_other_manager_is(cast: Cast) -> None:
    number = (await _waiting(cast, "kim", role=Role.MANAGER)).key_number
    with pytest.raises(NotDone, match="Mo Abara can do that, at the portal"):
        await cast.confirming.confirm_at_server("kim", number, cast.clock())
    await cast.store.people.disable(cast.ids["mo"], "another stamp", cast.clock())

    assert (await cast.confirming.confirm_at_server(" KIM", number, cast.clock())).username == "kim"
    assert (await _in(cast, "kim")).role is Role.MANAGER
