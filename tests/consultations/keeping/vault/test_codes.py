"""What is kept of a link or a code recognises it, and helps nobody who reads the table to make one."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

import pytest

from consultations.keeping.vault.codes import is_code, is_enrolment_code, keep_code, link_mark, new_enrolment_code
from consultations.keeping.vault.phrases import new_recovery_code
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.stretching import CODE, Cost
from tests.consultations.keeping.vault.cast import QUICK, Site
from tests.derivations import derivations

REST = "7XK2M9QA"
MONDAY, DAY = date(2026, 11, 23), timedelta(days=1)


def test_a_code_is_recognised_at_full_cost(site: Site) -> None:
    kept = keep_code(site.chat, "invitation-1", REST)

    assert is_code(site.chat, "invitation-1", REST, kept)
    assert not is_code(site.chat, "invitation-1", "7XK2M9QB", kept)


@pytest.mark.parametrize("where", ["another invitation", "another site", "the other side"])
def test_what_is_kept_is_good_for_its_own_invitation_only(site: Site, elsewhere: Site, where: str) -> None:
    """Somebody copies the row of their own invitation, whose code they know, over another child's."""
    kept = keep_code(site.chat, "invitation-1", REST, cost=QUICK)
    tries = {
        "another invitation": lambda: is_code(site.chat, "invitation-2", REST, kept),
        "another site": lambda: is_code(elsewhere.chat, "invitation-1", REST, kept),
        "the other side": lambda: is_code(site.portal, "invitation-1", REST, kept),
    }

    assert not tries[where]()
    assert is_code(site.chat, "invitation-1", REST, kept)


def test_where_there_is_no_code_the_same_work_is_done(site: Site) -> None:
    kept = keep_code(site.chat, "invitation-1", REST)

    with derivations() as costs:
        assert not is_code(site.chat, "invitation-1", "WRONG", kept)
        assert not is_code(site.chat, "", "WRONG", None)
        assert not is_code(site.chat, "", "", None)
    assert costs == [CODE] * 3


@pytest.mark.parametrize(
    "kept",
    [b"", b"\x09\x01", b"\x09\x01" + bytes(54), b"\x09\x01" + b"\xff" * 54, b"\x09\x02" + bytes(54), bytes(56)],
)
def test_a_row_that_was_changed_is_refused_and_costs_nothing(site: Site, kept: bytes) -> None:
    with pytest.raises(Refused):
        is_code(site.chat, "invitation-1", REST, kept)


def test_a_code_is_not_in_what_is_kept_of_it(site: Site) -> None:
    kept = keep_code(site.chat, "invitation-1", REST, cost=QUICK)

    assert REST.encode() not in kept
    assert hashlib.sha256(REST.encode()).digest() not in kept
    assert kept != keep_code(site.chat, "invitation-1", REST, cost=QUICK)


@pytest.mark.parametrize("typed", ["\ud800", "\0", "x" * 100_000, "٣"])
def test_anything_may_be_typed(site: Site, typed: str) -> None:
    kept = keep_code(site.chat, "invitation-1", REST, cost=QUICK)

    assert not is_code(site.chat, "invitation-1", typed, kept)
    assert link_mark(typed) != link_mark(REST)


def test_of_a_link_only_its_hash_is_kept() -> None:
    assert link_mark("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_cost_out_of_reason_is_refused() -> None:
    for cost in (Cost(7, 1, 1), Cost(8, 0, 1), Cost(8, 1, 0), Cost(8, 11, 1), Cost(262_145, 1, 1), Cost(1024, 1, 9)):
        with pytest.raises(Refused):
            Cost.from_bytes(cost.to_bytes())
    assert Cost.from_bytes(CODE.to_bytes()) == CODE


def test_an_enrolment_code_is_the_portals_own_for_one_person_and_one_day(site: Site, elsewhere: Site) -> None:
    code = new_enrolment_code(site.portal, "sam", MONDAY)

    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", code)
    assert is_enrolment_code(site.portal, "sam", code.lower().replace("-", " "), MONDAY)
    assert is_enrolment_code(site.portal, "sam", code, MONDAY + DAY)
    assert not is_enrolment_code(site.portal, "sam", code, MONDAY + 2 * DAY)
    assert not is_enrolment_code(site.portal, "sam", code, MONDAY - DAY)
    assert not is_enrolment_code(site.portal, "jo", code, MONDAY)
    assert not is_enrolment_code(elsewhere.portal, "sam", code, MONDAY)
    assert not is_enrolment_code(site.portal, "sam", new_recovery_code(), MONDAY)
    assert not any(
        is_enrolment_code(site.portal, "sam", typed, MONDAY) for typed in ("", code[:-1], code[:17], "\ud800")
    )
