"""Reviews come in whole or not at all, and no child is invited to say what nobody could open."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consultations.details import KIND, ChatDetails, PortalDetails
from consultations.invitation import new_code, new_link
from consultations.inviting import FaultyFile, Invited, Inviting, NotInvited
from consultations.keeping.store import Store
from consultations.keeping.store.people import Entry
from consultations.keeping.store.site import SiteFacts
from consultations.keeping.vault import directory, keys, readers
from consultations.keeping.vault.codes import is_code, link_mark
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.keys import ChatKeys, PortalKeys
from consultations.questions import loading
from consultations.rehearsing import EVERY
from consultations.reviews_file import COLUMNS
from tests import pens
from tests.hunt import hunt

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
AMAL = {
    "reference": "LW-1042-3",
    "name": "Amalzanzibar",
    "date_of_birth": "14/03/2016",
    "looked_after_since": "02/06/2025",
    "last_review_held": "30/06/2026",
    "review_on": "14/12/2026",
    "officer": "sam.okafor",
    "legal_status": "C2",
    "language": "Dari",
}


def csv(*rows: dict[str, str]) -> bytes:
    return "\n".join([",".join(COLUMNS), *(",".join((AMAL | row).values()) for row in rows)]).encode()


def id_of(username: str) -> str:
    """Somebody's id."""
    return username.encode().hex()


class Office:
    """A council with one officer who can read, one who cannot yet, and an advocate."""

    def __init__(self, store: Store, chat_keys: ChatKeys, portal_keys: PortalKeys) -> None:
        self.store, self.chat_keys, self.portal_keys = store, chat_keys, portal_keys
        self.inviting = Inviting(store, chat_keys, portal_keys, loading.load(), secrets.token_bytes)

    async def add(self, username: str, name: str, role: str) -> None:
        assert await self.store.people.add(id_of(username), username, name, role, "stamp", NOW)

    async def enrol(self, username: str) -> None:
        entry = directory.enter(self.portal_keys, readers.new_reader(id_of(username)).public)
        code, until = secrets.token_hex(8), NOW + timedelta(days=1)
        await self.store.people.offer_enrolment(secrets.token_hex(8), id_of(username), code, until, NOW)
        kept = Entry(id_of(username), entry.reader.to_bytes(), entry.signature)
        assert await self.store.people.enrol(code, kept.reader, kept.public, [], secrets.token_hex(8), NOW)
        assert await self.store.people.confirm(kept, None, NOW)

    async def drilled(self, at: datetime | None) -> None:
        """The site, whose recovery sheets were last tried then."""
        recovery = directory.enter(self.portal_keys, readers.new_reader("recovery").public)
        kept = Entry("recovery", recovery.reader.to_bytes(), recovery.signature)
        assert await self.store.site.make(SiteFacts("site", kept, NOW, drilled_at=at))

    async def invite(self, reference: str = "LW-1042-3") -> Invited:
        return await self.inviting.invite(reference, NOW)

    async def refusal(self, reference: str = "LW-1042-3") -> str:
        with pytest.raises(NotInvited) as refused:
            await self.inviting.invite(reference, NOW)
        return str(refused.value)

    async def change_details(self) -> None:
        """What somebody may do who can write to the database."""
        async with self.store.database.keeping() as connection:
            mark = "?" if self.store.database.sqlite else "$1"
            other = b"\x03\x01" + bytes(512)
            await connection.exec_driver_sql(f"UPDATE review SET details_for_portal = {mark}", (other,))

    async def faults(self, raw: bytes) -> list[str]:
        with pytest.raises(FaultyFile) as refused:
            await self.inviting.import_reviews(raw, NOW)
        return [str(fault) for fault in refused.value.faults]


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    store = await pens.opened(database_url, create=True)
    here = Office(store, *keys.create(tmp_path / "keys", "site"))
    await here.drilled(NOW)
    await here.add("sam.okafor", "Sam Okafor", "officer")
    await here.enrol("sam.okafor")
    await here.add("kit.byrne", "Kit Byrne", "officer")
    await here.add("jo.adeyemi", "Jo Adeyemi", "advocate")
    yield here
    await store.close()


async def test_a_review_comes_in_with_its_details_sealed_for_each_side(office: Office) -> None:
    done = await office.inviting.import_reviews(csv({}), NOW)

    (row,) = await office.store.reviews.reviews_of(id_of("sam.okafor"))
    details = PortalDetails.from_bytes(open_details(office.portal_keys, KIND, row.id, row.details))
    assert (done.new, done.changed) == (1, 0)
    assert (row.reference, row.review_on, row.question_set) == ("LW-1042-3", date(2026, 12, 14), "ages_8_11")
    assert (details.name, details.date_of_birth, details.language) == ("Amalzanzibar", date(2016, 3, 14), "fa_AF")


async def test_no_name_and_no_date_of_birth_is_in_a_database_file(office: Office, database_files: Path) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    await office.invite()

    assert hunt(["Amalzanzibar", "2016-03-14", "14/03/2016"], database_files) == []


async def test_the_chat_can_open_the_name_and_no_date(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    async with office.store.database.reading() as connection:
        found = await connection.exec_driver_sql("SELECT id, details_for_chat FROM review")
        row = found.one()

    assert ChatDetails.from_bytes(open_details(office.chat_keys, KIND, row.id, row.details_for_chat)) == ChatDetails(
        "Amalzanzibar", "fa_AF", id_of("sam.okafor")
    )


async def test_nothing_is_half_imported(office: Office) -> None:
    faults = await office.faults(
        csv({}, {"reference": "LW-2", "officer": "sam.okafro", "legal_status": "C9"}, {"reference": "LW 3"})
    )

    assert [fault.partition(":")[0] for fault in faults] == [
        "Row 3, officer",
        "Row 3, legal_status",
        "Row 4, reference",
    ]
    assert await office.inviting.reviews() == ()


async def test_only_an_officer_who_may_sign_in_takes_reviews(office: Office) -> None:
    await office.store.people.disable(id_of("kit.byrne"), "stamp", NOW)

    assert len(await office.faults(csv({"officer": "jo.adeyemi"}))) == 1
    assert len(await office.faults(csv({"officer": "kit.byrne"}))) == 1


async def test_the_same_file_again_changes_nothing_and_a_later_one_brings_up_to_date(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    (before,) = await office.inviting.reviews()
    again = await office.inviting.import_reviews(csv({}), NOW)
    (same,) = await office.inviting.reviews()
    later = await office.inviting.import_reviews(
        csv({"review_on": "2026-12-18", "officer": "kit.byrne"}, {"reference": "LW-2"}), NOW
    )
    listed = {review.reference: review for review in await office.inviting.reviews()}

    assert (again.new, again.changed) == (0, 1)
    assert same == before
    assert (later.new, later.changed) == (1, 1)
    assert (listed["LW-1042-3"].review_on, listed["LW-1042-3"].officer) == (date(2026, 12, 18), "Kit Byrne")


async def test_a_child_who_was_invited_is_not_handed_to_an_officer_who_could_not_open_what_they_send(
    office: Office,
) -> None:
    await office.inviting.import_reviews(csv({}, {"reference": "LW-2"}), NOW)
    await office.invite()

    (fault,) = await office.faults(csv({"officer": "kit.byrne"}, {"reference": "LW-2", "officer": "kit.byrne"}))
    assert fault.startswith("Row 2, officer: kit.byrne has not enrolled")

    await office.enrol("kit.byrne")
    done = await office.inviting.import_reviews(csv({"officer": "kit.byrne"}), NOW)

    assert [str(note) for note in done.notes] == [
        "Row 2, officer: The child's letter says what it was before. For a new letter: foreword invite LW-1042-3"
    ]


async def test_a_day_that_moves_after_the_letter_went_out_is_noted(office: Office) -> None:
    await office.inviting.import_reviews(csv({}, {"reference": "LW-2"}), NOW)
    await office.invite()
    moved = csv({"review_on": "18/12/2026"}, {"reference": "LW-2", "review_on": "18/12/2026"})
    done, again = await office.inviting.import_reviews(moved, NOW), await office.inviting.import_reviews(moved, NOW)

    assert [(note.row, note.column) for note in done.notes] == [(2, "review_on")]
    assert again.notes == ()


async def test_somebody_who_may_not_sign_in_or_is_no_officer_is_told_from_a_name_nobody_has(office: Office) -> None:
    await office.store.people.disable(id_of("kit.byrne"), "another stamp", NOW)
    named = {"LW-1": "kit.byrne", "LW-2": "jo.adeyemi", "LW-3": "x"}
    file = csv(*({"reference": reference, "officer": officer} for reference, officer in named.items()))

    assert await office.faults(file) == [
        "Row 2, officer: kit.byrne may not sign in. Let them in again: foreword staff enable kit.byrne",
        "Row 3, officer: jo.adeyemi is here as advocate, not as officer. See: foreword staff list",
        "Row 4, officer: “x” is not the username of an officer. Add them first: foreword staff add",
    ]


async def test_a_language_that_children_are_not_offered_is_noted(office: Office) -> None:
    english = Inviting(
        office.store, office.chat_keys, office.portal_keys, loading.load(), secrets.token_bytes, offered={"en_GB"}
    )
    done = await english.import_reviews(csv({}, {"reference": "LW-2", "language": ""}), NOW)

    assert [str(note) for note in done.notes] == [
        "Row 2, language: Children are not offered Dari here. To offer it: FOREWORD_LANGUAGES"
    ]


async def test_a_review_that_was_held_is_not_opened_again(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    await office.inviting.held("LW-1042-3", date(2026, 11, 19), NOW)

    assert "was held on 19/11/2026" in (await office.faults(csv({})))[0]
    assert "was held on 19/11/2026" in await office.refusal()


async def test_a_reference_is_not_given_to_another_child(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    (fault,) = await office.faults(csv({"name": "Kofi", "date_of_birth": "02/02/2014"}))
    (before,) = await office.inviting.reviews()

    assert "another name and another date of birth" in fault
    assert before.question_set == "ages_8_11"


async def test_details_that_were_changed_in_the_database_are_noticed_and_written_anew(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    await office.change_details()
    with capture_logs() as logged:
        await office.inviting.import_reviews(csv({"name": "Kofi", "date_of_birth": "02/02/2014"}), NOW)

    assert [each["event"] for each in logged] == ["review_details_refused"]
    assert (await office.invite()).name == "Kofi"


async def test_where_the_details_were_changed_there_is_no_invitation_and_the_earlier_one_still_works(
    office: Office,
) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    earlier = await office.invite()
    await office.change_details()

    with capture_logs() as logged:
        assert "import the review again" in await office.refusal()
    assert [each["event"] for each in logged] == ["review_details_refused"]
    assert await office.store.invitations.by_link(link_mark(earlier.link.text)) is not None


async def test_a_review_is_marked_held_once_and_not_before_it_was(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)

    with pytest.raises(NotInvited, match="still to come"):
        await office.inviting.held("LW-1042-3", date(2026, 12, 14), NOW)
    await office.inviting.held("LW-1042-3", date(2026, 11, 20), NOW)
    with pytest.raises(NotInvited, match="already"):
        await office.inviting.held("LW-1042-3", date(2026, 11, 20), NOW)


@pytest.mark.parametrize(
    ("held_on", "sure", "says"),
    [
        pytest.param(date(2026, 6, 30), True, "Look at the year", id="the day of the last review"),
        pytest.param(date(2020, 1, 1), True, "Look at the year", id="another year"),
        pytest.param(date(2026, 11, 15), False, "to be held on 14/12/2026", id="far from its day"),
    ],
)
async def test_a_day_on_which_a_review_was_hardly_held_is_refused(
    office: Office, held_on: date, sure: bool, says: str
) -> None:
    await office.inviting.import_reviews(csv({}), NOW)

    with pytest.raises(NotInvited, match=says):
        await office.inviting.held("LW-1042-3", held_on, NOW, sure=sure)
    assert (await office.inviting.reviews())[0].held_on is None


async def test_a_first_review_was_not_held_before_the_child_was_looked_after(office: Office) -> None:
    await office.inviting.import_reviews(
        csv({"last_review_held": "", "looked_after_since": "06/11/2026", "review_on": "30/11/2026"}), NOW
    )

    with pytest.raises(NotInvited, match="not looked after yet"):
        await office.inviting.held("LW-1042-3", date(2026, 11, 5), NOW)
    await office.inviting.held("LW-1042-3", date(2026, 11, 6), NOW)


async def test_who_is_sure_of_a_day_is_believed_and_a_mistake_is_taken_back_with_nothing_lost(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    mark = link_mark((await office.invite()).link.text)
    await office.inviting.held("LW-1042-3", date(2026, 11, 15), NOW, sure=True)
    shut = await office.store.invitations.by_link(mark)
    await office.inviting.not_held("LW-1042-3", NOW)

    assert shut is None
    assert await office.store.invitations.by_link(mark) is not None
    with pytest.raises(NotInvited, match="not marked held"):
        await office.inviting.not_held("LW-1042-3", NOW)


async def test_a_date_later_than_the_law_allows_is_noted_and_taken(office: Office) -> None:
    done = await office.inviting.import_reviews(
        csv({"review_on": "31/12/2026"}, {"reference": "LW-2", "review_on": "19/11/2026"}), NOW
    )

    assert [str(note) for note in done.notes] == [
        "Row 2, review_on: 31/12/2026 is later than the law allows: 30/12/2026.",
        "Row 3, review_on: 19/11/2026 is past. Mark it: foreword reviews held",
    ]


async def test_an_invitation_is_a_link_and_a_code_of_which_neither_is_kept(
    office: Office, database_files: Path
) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    invited = await office.invite()

    assert (invited.name, invited.officer, invited.review_on) == ("Amalzanzibar", "Sam Okafor", date(2026, 12, 14))
    assert not invited.reissued
    assert hunt([invited.link.text, invited.code.secret, invited.code.shown], database_files) == []


async def test_there_is_an_invitation_on_the_day_itself_and_none_once_it_is_over(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    mark = link_mark((await office.inviting.invite("LW-1042-3", datetime(2026, 12, 14, 23, tzinfo=UTC))).link.text)

    with pytest.raises(NotInvited, match="import it again with its new day"):
        await office.inviting.invite("LW-1042-3", datetime(2026, 12, 15, tzinfo=UTC))
    assert await office.store.invitations.by_link(mark) is not None


async def test_the_link_and_the_code_find_the_invitation(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    invited = await office.invite()
    by_link = await office.store.invitations.by_link(link_mark(invited.link.text))
    by_code = await office.store.invitations.by_selector(invited.code.selector)

    assert by_link is not None
    assert by_link == by_code
    assert is_code(office.chat_keys, by_link.id, invited.code.secret, by_link.verifier)
    assert not is_code(office.chat_keys, by_link.id, "00000000", by_link.verifier)


async def test_issued_again_the_earlier_one_stops_and_the_new_one_says_so(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    first = await office.invite()
    second = await office.invite()
    kept = await office.store.invitations.by_link(link_mark(second.link.text))

    assert second.reissued
    assert kept is not None
    assert kept.reissue
    assert await office.store.invitations.by_link(link_mark(first.link.text)) is None
    assert await office.store.invitations.by_selector(first.code.selector) is None


async def test_codes_that_begin_alike_are_made_anew(office: Office) -> None:
    await office.inviting.import_reviews(csv({}, {"reference": "LW-2"}), NOW)
    lots = [bytes(8), bytes(8), b"\xff" * 8]

    def loaded(count: int) -> bytes:
        return lots.pop(0) if count == 8 else secrets.token_bytes(count)

    inviting = Inviting(office.store, office.chat_keys, office.portal_keys, loading.load(), loaded)
    first = await inviting.invite("LW-1042-3", NOW)
    second = await inviting.invite("LW-2", NOW)

    assert (first.code.selector, second.code.selector) == ("0000", "ZZZZ")


async def test_there_is_no_invitation_while_the_officer_has_not_enrolled(office: Office) -> None:
    await office.inviting.import_reviews(csv({"officer": "kit.byrne"}), NOW)

    assert "Kit Byrne has not enrolled yet" in await office.refusal()

    await office.enrol("kit.byrne")

    assert (await office.invite()).officer == "Kit Byrne"


async def test_there_is_no_invitation_for_an_officer_who_may_not_sign_in(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    await office.store.people.disable(id_of("sam.okafor"), "stamp", NOW)

    assert "may not sign in" in await office.refusal()


async def test_there_is_no_invitation_when_the_officers_key_was_changed_in_the_database(office: Office) -> None:
    await office.inviting.import_reviews(csv({}), NOW)
    somebody = readers.new_reader(id_of("sam.okafor")).public.to_bytes()
    async with office.store.database.keeping() as connection:
        mark = "?" if office.store.database.sqlite else "$1"
        await connection.exec_driver_sql(f"UPDATE staff SET public = {mark}", (somebody,))

    assert "not the one they enrolled with" in await office.refusal()


async def test_a_child_under_four_on_the_day_comes_in_and_is_not_invited(office: Office) -> None:
    done = await office.inviting.import_reviews(csv({"date_of_birth": "15/12/2022"}), NOW)

    assert "Under 4" in done.notes[0].says
    assert "under 4 on the day" in await office.refusal()

    await office.inviting.import_reviews(csv({"date_of_birth": "15/12/2022", "review_on": "15/12/2026"}), NOW)

    assert (await office.invite()).reference == "LW-1042-3"


@pytest.mark.parametrize("last", [None, NOW - EVERY - timedelta(seconds=1)], ids=["never", "long ago"])
async def test_there_is_no_invitation_where_nobody_tried_the_recovery_sheets(
    sqlite_url: str, tmp_path: Path, last: datetime | None
) -> None:
    store = await pens.opened(sqlite_url, create=True)
    office = Office(store, *keys.create(tmp_path / "keys", "site"))
    await office.drilled(last)
    await office.add("sam.okafor", "Sam Okafor", "officer")
    await office.enrol("sam.okafor")
    await office.inviting.import_reviews(csv({}), NOW)
    demo = Inviting(store, office.chat_keys, office.portal_keys, loading.load(), secrets.token_bytes, rehearsed=False)
    refusal, in_the_demo = await office.refusal(), await demo.invite("LW-1042-3", NOW)
    await store.close()

    assert "foreword recovery drill" in refusal
    assert in_the_demo.reference == "LW-1042-3"


async def test_there_is_no_invitation_to_a_review_nobody_knows(office: Office) -> None:
    assert "There is no review “LW-9”" in await office.refusal("LW-9")
    assert "There is no review" in await office.refusal("\x00\ud800")


async def test_ten_thousand_reviews_come_in_while_one_waits(sqlite_url: str, tmp_path: Path) -> None:
    store = await pens.opened(sqlite_url, create=True)
    office = Office(store, *keys.create(tmp_path / "keys", "site"))
    await office.add("sam.okafor", "Sam Okafor", "officer")
    raw = csv(*({"reference": f"LW-{number}"} for number in range(10_000)))

    started = time.perf_counter()
    done = await office.inviting.import_reviews(raw, NOW)
    took = time.perf_counter() - started
    await store.close()

    assert done.new == 10_000
    assert took < 60


def test_an_invitation_prints_without_its_secrets() -> None:
    link, code = new_link(secrets.token_bytes), new_code(secrets.token_bytes)
    invited = Invited("LW-1", "Amal", "en_GB", "ages_8_11", "Sam", date(2026, 12, 14), link, code, reissued=False)

    assert link.text not in repr(invited)
    assert code.secret not in repr(invited)
