"""P4: a reader's key changed in the database is noticed, and nothing is sealed to it. The child is told kindly, keeps
every word, and can send as soon as it is put right; the log says what was changed by its id."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from consultations.keeping.vault import phrases
from consultations.keeping.vault.readers import new_reader
from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.bot.running import Running

WORDS = "My zanzibarkettle sings on Sundays"
CANNOT = "We can't send it right now. Everything you said is kept. Nothing went to anyone."


@dataclass
class Waiting:
    """A child at the check page, about to send."""

    site: Site
    run: Running
    amal: Child

    async def presses_send(self) -> str:
        """Press it, and again where something has changed on the page meanwhile; what the child then reads."""
        for _ in range(3):
            if not self.amal.has(".send"):
                break
            await self.amal.send()
            if "We can't send it" in self.amal.read:
                break
        assert self.amal.page.status == 200
        return self.amal.read

    async def sent(self) -> int:
        """How much was sealed to anybody."""
        rows = [await tables.ask(self.site, f"SELECT * FROM {table}") for table in ("sending", "bundle", "wrap")]
        return sum(map(len, rows))


@pytest_asyncio.fixture(scope="module")
async def waiting(on_sqlite: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Waiting]:
    site = on_sqlite.copied(tmp_path_factory.mktemp("waiting") / "site")
    with site.running() as run:
        async with Child(run.chat) as amal:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(WORDS, "good")})
            yield Waiting(site, run, amal)


async def _staff(site: Site, username: str, **values: object) -> None:
    for column, value in values.items():
        await tables.do(site, f"UPDATE staff SET {column} = $1 WHERE username = $2", value, username)


async def _of(site: Site, username: str) -> dict[str, object]:
    return (await tables.ask(site, "SELECT * FROM staff WHERE username = $1", username))[0]


async def _a_key_of_their_own(site: Site) -> None:
    await _staff(site, "sam", public=new_reader(site.staff["sam"]).public.to_bytes())


async def _one_bit_of_the_key(site: Site) -> None:
    public = bytearray((await _of(site, "sam"))["public"])  # type: ignore[call-overload]
    public[10] ^= 1
    await _staff(site, "sam", public=bytes(public))


async def _one_bit_of_the_signature(site: Site) -> None:
    signature = bytearray((await _of(site, "sam"))["signature"])  # type: ignore[call-overload]
    signature[-1] ^= 1
    await _staff(site, "sam", signature=bytes(signature))


async def _no_signature(site: Site) -> None:
    await _staff(site, "sam", signature=b"")


async def _another_readers_key_and_signature(site: Site) -> None:
    jo = await _of(site, "jo")
    await _staff(site, "sam", public=jo["public"], signature=jo["signature"])


async def _half_a_key(site: Site) -> None:
    await _staff(site, "sam", public=(await _of(site, "sam"))["public"][:34])  # type: ignore[index]


async def _no_key_at_all(site: Site) -> None:
    await _staff(site, "sam", public=None, signature=None)


async def _another_officer(site: Site) -> None:
    """Jo has enrolled, her key is genuine; and this child's review is none of hers."""
    await tables.do(site, "UPDATE review SET officer_id = $1 WHERE reference = 'AT-1'", site.staff["jo"])


async def _another_officer_under_the_old_name(site: Site) -> None:
    await _another_officer(site)
    await _staff(site, "jo", name="Sam Okafor")


async def _a_recovery_key_of_their_own(site: Site) -> None:
    await tables.do(site, "UPDATE site SET recovery_public = $1", new_reader("recovery").public.to_bytes())


async def _another_readers_key_for_recovery(site: Site) -> None:
    """A genuine entry, vouched for by the portal, in the place of the recovery key."""
    await _recovery_is(site, "jo")


async def _the_officers_own_key_for_recovery(site: Site) -> None:
    await _recovery_is(site, "sam")


async def _recovery_is(site: Site, username: str) -> None:
    entry = await _of(site, username)
    await tables.do(
        site,
        "UPDATE site SET recovery_reader = $1, recovery_public = $2, recovery_signature = $3",
        entry["id"],
        entry["public"],
        entry["signature"],
    )


async def _no_recovery_signature(site: Site) -> None:
    await tables.do(site, "UPDATE site SET recovery_signature = $1", b"")


Tamper = Callable[[Site], Awaitable[None]]
TAMPERS = (
    _a_key_of_their_own,
    _one_bit_of_the_key,
    _one_bit_of_the_signature,
    _no_signature,
    _another_readers_key_and_signature,
    _half_a_key,
    _no_key_at_all,
    _another_officer,
    _another_officer_under_the_old_name,
    _a_recovery_key_of_their_own,
    _another_readers_key_for_recovery,
    _the_officers_own_key_for_recovery,
    _no_recovery_signature,
)
each_tamper = pytest.mark.parametrize("tamper", [pytest.param(one, id=one.__name__.lstrip("_")) for one in TAMPERS])


@each_tamper
@pytest.mark.parametrize("shown", ["before", "after"])
async def test_nothing_is_sealed_to_a_key_that_nobody_vouches_for(waiting: Waiting, tamper: Tamper, shown: str) -> None:
    """Changed before the check page was shown, or between that page and the tap."""
    site = waiting.site
    review = (await tables.ask(site, "SELECT id FROM review WHERE reference = 'AT-1'"))[0]["id"]
    waiting.run.log.clear()
    await waiting.amal.look()
    async with tables.put_back(site, "site", "staff", "review"):
        await tamper(site)
        if shown == "after":
            await waiting.amal.look()

        read = await waiting.presses_send()
        sealed = await waiting.sent()

    assert CANNOT in read
    assert sealed == 0
    assert any('"no_reader_to_seal_to"' in line and review in line for line in waiting.run.log)
    await waiting.amal.look()
    assert WORDS in waiting.amal.read
    assert "Not sent yet" in waiting.amal.read


async def test_put_right_again_it_is_sent_and_the_right_officer_reads_it(waiting: Waiting) -> None:
    await waiting.amal.look()
    read = await waiting.presses_send()

    assert "It's sent." in read
    async with Officer(waiting.run.portal) as sam:
        await sam.sign_in("sam", waiting.site.phrases["sam"])
        await sam.get("/reviews/AT-1")
        assert WORDS in sam.read


async def test_nobody_is_invited_to_write_to_a_key_that_nobody_vouches_for(site: Site) -> None:
    from consultations.inviting import NotInvited

    await _a_key_of_their_own(site)
    async with site.ground() as standing:
        with pytest.raises(NotInvited, match="is not the one they enrolled with"):
            await standing.inviting.invite("AT-1", datetime.now(UTC))


async def test_a_reason_is_not_sealed_to_another_readers_key_either(waiting: Waiting) -> None:
    site = waiting.site
    async with Officer(waiting.run.portal) as sam:
        await sam.sign_in("sam", site.phrases["sam"])
        async with tables.put_back(site, "site"):
            await _recovery_is(site, "jo")
            came = await sam.copy("AT-1", "officer", "txt", "Because there is no signal there.")
        reasons = await tables.ask(site, "SELECT reason FROM reading WHERE reason IS NOT NULL")

    assert came.status == 500
    assert "does not match its seal" in came.text
    assert WORDS not in came.text
    assert reasons == []
    assert any('"recovery_key_refused"' in line for line in waiting.run.log)


# The portal vouches for whoever enrols: so nobody may enrol by a row of their own making.


async def _enrols(run: Running, code: str) -> int:
    """Somebody tries this code, and confirms what they are shown; what they get."""
    async with Officer(run.portal) as eve:
        await eve.get("/enrol")
        shown = await eve.post("/enrol", code=code)
        if shown.status != 200:
            return shown.status
        phrase, prepared = shown.secret("shown-phrase"), shown.field("prepared")
        return (await eve.post("/enrol/confirm", prepared=prepared, phrase=phrase)).status


def _hash(code: str) -> str:
    return hashlib.sha256(phrases.plain_recovery_code(code).encode()).hexdigest()


async def test_an_enrolment_code_of_their_own_making_enrols_nobody(waiting: Waiting) -> None:
    site, code = waiting.site, phrases.new_recovery_code()
    before = await _of(site, "sam")
    async with tables.put_back(site, "enrolment"):
        row = {
            "id": secrets.token_hex(16),
            "staff_id": site.staff["sam"],
            "code_hash": _hash(code),
            "expires_at": (datetime.now(UTC) + timedelta(hours=20)).strftime("%Y-%m-%d %H:%M:%S.%f"),
            "used_at": None,
        }
        await tables.insert(site, "enrolment", row)
        status = await _enrols(waiting.run, code)

    assert status == 422
    assert await _of(site, "sam") == before


async def _signed_by_nobody(site: Site) -> None:
    """The keys that wait become the keys there are, with no signature."""
    await _staff(site, "ida", public=(await _of(site, "ida"))["waiting_public"], signature=b"")


async def _signed_for_another(site: Site) -> None:
    """The same with a genuine signature: Sam's."""
    await _staff(site, "ida", public=(await _of(site, "ida"))["waiting_public"])
    await _staff(site, "ida", signature=(await _of(site, "sam"))["signature"])


async def _said_to_be_confirmed(site: Site) -> None:
    """A day, and a manager's name."""
    await _staff(site, "ida", confirmed_at=(await _of(site, "sam"))["confirmed_at"], confirmed_by=site.staff["jo"])


async def test_nobody_is_confirmed_by_a_row(waiting: Waiting) -> None:
    """Ida has enrolled, and writes into the database what a manager would have brought about."""
    site = waiting.site
    async with site.ground() as standing:
        code = await standing.staffing.add("ida", "Ida", "officer", datetime.now(UTC))
    async with Officer(waiting.run.portal) as ida:
        await ida.get("/enrol")
        shown = await ida.post("/enrol", code=code)
        phrase, prepared = shown.secret("shown-phrase"), shown.field("prepared")
        assert (await ida.post("/enrol/confirm", prepared=prepared, phrase=phrase)).secret("key-number")
        for confirms in (_signed_by_nobody, _signed_for_another, _said_to_be_confirmed):
            async with tables.put_back(site, "staff"):
                await confirms(site)
                answer = await ida.sign_in("ida", phrase)
                looked = await ida.get("/reviews")

            assert (answer.status, looked.status) in {(422, 403), (200, 403)}, confirms.__name__
            assert "foreword-staff" not in ida.cookies()


async def test_a_code_given_to_one_person_does_not_make_them_another(waiting: Waiting) -> None:
    """Eve is to become an advocate, has a code of her own, and writes Sam's id beside it."""
    site = waiting.site
    async with site.ground() as standing:
        code = await standing.staffing.add("eve", "Eve", "advocate", datetime.now(UTC))
    before = await _of(site, "sam")
    async with tables.put_back(site, "enrolment"):
        await tables.do(
            site,
            "UPDATE enrolment SET staff_id = $1 WHERE staff_id = (SELECT id FROM staff WHERE username = 'eve')",
            site.staff["sam"],
        )
        status = await _enrols(waiting.run, code)

    assert status == 422
    assert await _of(site, "sam") == before
    assert await _enrols(waiting.run, code) == 200, "put back, it is hers"


async def test_a_code_that_has_expired_is_not_made_young_again(waiting: Waiting) -> None:
    site = waiting.site
    long_ago = datetime.now(UTC) - timedelta(days=30)
    async with site.ground() as standing:
        code = await standing.staffing.add("late", "Late", "officer", long_ago)
    assert await _enrols(waiting.run, code) == 422

    await tables.do(
        site,
        "UPDATE enrolment SET expires_at = $1 WHERE staff_id = (SELECT id FROM staff WHERE username = 'late')",
        (datetime.now(UTC) + timedelta(hours=20)).strftime("%Y-%m-%d %H:%M:%S.%f"),
    )
    assert await _enrols(waiting.run, code) == 422
