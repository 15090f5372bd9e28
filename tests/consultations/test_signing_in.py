"""Staff come in by five words or the recovery code, and a session locks by itself."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from consultations.keeping.store.tables import Staff
from consultations.keeping.vault import sessions
from consultations.signing_in import SignedIn
from consultations.slowing import FREE, FREE_OF_ALL, LONGEST_WAIT
from tests.consultations.staff import ON_BOTH, QUICK, Cast


async def _in(cast: Cast, username: str = "sam") -> SignedIn:
    signed_in = await cast.signing_in.by_phrase(username, cast.phrases[username], cast.clock())
    assert isinstance(signed_in, SignedIn)
    return signed_in


async def test_five_words_open_their_owners_key_however_they_are_typed(cast: Cast) -> None:
    words = cast.phrases["sam"].split()
    exactly = await _in(cast)

    for typed in (" ".join(words).upper(), "-".join(words), "   ".join(words), ", ".join(words)):
        signed_in = await cast.signing_in.by_phrase("  SAM ", typed, cast.clock())

        assert isinstance(signed_in, SignedIn)
        assert signed_in.private.public == exactly.private.public


async def test_a_wrong_phrase_another_persons_and_a_name_nobody_has_are_refused_alike(cast: Cast) -> None:
    for username, phrase in (("sam", "no such words at all"), ("sam", cast.phrases["jo"]), ("nobody", "x"), ("", "")):
        assert await cast.signing_in.by_phrase(username, phrase, cast.clock()) is None


@ON_BOTH
async def test_every_try_costs_exactly_one_derivation(cast: Cast) -> None:
    for username, phrase in (
        ("sam", cast.phrases["sam"]),
        ("sam", "wrong"),
        ("nobody at all", "wrong"),
        ("sam\0\ud800", "\ud800"),
    ):
        cast.aside.costs.clear()
        await cast.signing_in.by_phrase(username, phrase, cast.clock())

        assert cast.aside.costs == [QUICK]


@ON_BOTH
async def test_wrong_tries_slow_the_next_ones_and_never_lock(cast: Cast) -> None:
    for _ in range(FREE + 6):
        assert await cast.signing_in.by_phrase("sam", "wrong", cast.clock()) is None
    assert cast.waits.seconds == [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]

    assert await cast.signing_in.by_phrase("jo", "wrong", cast.clock()) is None
    assert len(cast.waits.seconds) == 6, "somebody else's tries do not slow Jo"
    await _in(cast)
    assert len(cast.waits.seconds) == 7
    await _in(cast)
    assert len(cast.waits.seconds) == 7, "who had the right words is forgiven"


async def test_after_very_many_wrong_tries_of_all_every_try_waits(cast: Cast) -> None:
    hour = cast.clock().replace(minute=0, second=0)
    for _ in range(FREE_OF_ALL):
        await cast.store.counters.count("sign-in", hour)
    with capture_logs() as log:
        assert await cast.signing_in.by_phrase("sam", "wrong", cast.clock()) is None

    await _in(cast, "jo")

    assert cast.waits.seconds == [LONGEST_WAIT]
    assert [each["event"] for each in log if each["log_level"] == "warning"] == ["many_wrong_tries"]


async def test_the_recovery_code_opens_the_same_key(cast: Cast) -> None:
    by_phrase = await _in(cast)
    typed = cast.recovery_codes["sam"].lower().replace("-", " ").replace("0", "o").replace("1", "l")

    by_code = await cast.signing_in.by_recovery_code("sam", typed, cast.clock())

    assert isinstance(by_code, SignedIn)
    assert by_code.private.public == by_phrase.private.public
    assert await cast.signing_in.by_recovery_code("sam", cast.phrases["sam"], cast.clock()) is None


@ON_BOTH
async def test_a_session_hands_back_the_same_unlocked_key(cast: Cast) -> None:
    signed_in = await _in(cast)
    token = await cast.signing_in.begin(signed_in, cast.clock(), passed=True)

    again = await cast.signing_in.who(token, cast.clock())

    assert again is not None
    assert again.private.public == signed_in.private.public
    assert again.private.sealing == signed_in.private.sealing
    assert await cast.signing_in.who("", cast.clock()) is None
    assert await cast.signing_in.who(token[:-1] + "x", cast.clock()) is None
    assert await cast.signing_in.who(sessions.session_id(token), cast.clock()) is None


@ON_BOTH
async def test_a_session_locks_after_fifteen_minutes_without_a_request(cast: Cast) -> None:
    token = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)
    for _ in range(3):
        cast.clock.later(minutes=14)
        assert await cast.signing_in.who(token, cast.clock()) is not None

    cast.clock.later(minutes=15)

    assert await cast.signing_in.who(token, cast.clock()) is None
    assert await cast.store.portal_sessions.get(sessions.session_id(token)) is None, "and it is gone for good"


async def test_a_session_locks_after_eight_hours_whatever_happens(cast: Cast) -> None:
    token = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)
    for _ in range(8 * 6 - 1):
        cast.clock.later(minutes=10)
        assert await cast.signing_in.who(token, cast.clock()) is not None

    cast.clock.later(minutes=10)

    assert await cast.signing_in.who(token, cast.clock()) is None


@ON_BOTH
async def test_a_disabled_person_is_out_at_once_and_does_not_get_in_again(cast: Cast) -> None:
    token = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)

    await cast.store.people.disable(cast.ids["sam"], "another stamp", cast.clock())

    assert await cast.signing_in.who(token, cast.clock()) is None
    assert await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock()) is None
    assert await cast.signing_in.by_recovery_code("sam", cast.recovery_codes["sam"], cast.clock()) is None


@ON_BOTH
async def test_signing_out_locks_this_session_and_no_other(cast: Cast) -> None:
    first = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)
    second = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)

    await cast.signing_in.end(first, cast.clock())

    assert await cast.signing_in.who(first, cast.clock()) is None
    assert await cast.signing_in.who(second, cast.clock()) is not None


async def test_what_is_kept_of_a_session_opens_only_with_the_cookie(cast: Cast) -> None:
    signed_in = await _in(cast)
    token = await cast.signing_in.begin(signed_in, cast.clock(), passed=True)
    kept = await cast.store.portal_sessions.get(sessions.session_id(token))
    assert kept is not None
    both = signed_in.private.sealing.reveal() + signed_in.private.signing.reveal()

    assert token.encode() not in kept.sealed
    assert both[:32] not in kept.sealed
    assert both[32:] not in kept.sealed


async def test_a_session_moved_to_another_persons_row_opens_nothing(cast: Cast) -> None:
    token = await cast.signing_in.begin(await _in(cast), cast.clock(), passed=True)
    kept = await cast.store.portal_sessions.get(sessions.session_id(token))
    jo = await cast.store.people.by_username("jo")
    assert kept is not None
    assert jo is not None
    await cast.store.portal_sessions.delete(kept.id)
    await cast.store.portal_sessions.keep(kept.id, jo, kept.sealed, cast.clock())

    assert await cast.signing_in.who(token, cast.clock()) is None


async def test_a_public_key_that_the_portal_does_not_vouch_for_lets_nobody_in(cast: Cast) -> None:
    sam, jo = await cast.store.people.by_username("sam"), await cast.store.people.by_username("jo")
    assert sam is not None
    assert sam.entry is not None
    assert jo is not None
    assert jo.entry is not None
    await cast.by_hand(update(Staff).where(col(Staff.id) == sam.id).values(public=jo.entry.public))

    assert await cast.signing_in.by_phrase("sam", cast.phrases["sam"], cast.clock()) is None
