"""Codes from a phone are RFC 6238's, good at their moment and the ones beside it; their secret is one person's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.one_time import (
    STEP,
    address,
    code_at,
    in_letters,
    new_secret,
    open_secret,
    seal_secret,
    step_of,
)
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.secret import Secret
from tests.consultations.keeping.vault.cast import Site

RFC = Secret(b"12345678901234567890")


@pytest.fixture
def keys(site: Site) -> PortalKeys:
    return site.portal


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_rfcs_appendix_b(seconds: int, code: str) -> None:
    assert code_at(RFC, seconds // STEP) == code
    assert step_of(RFC, code, datetime.fromtimestamp(seconds, UTC)) == seconds // STEP


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_at_its_moment_and_the_ones_beside_it(off: int, good: bool) -> None:
    now = datetime(2026, 11, 20, 10, 30, 7, tzinfo=UTC)
    this = int(now.timestamp()) // STEP

    found = step_of(RFC, code_at(RFC, this), now + timedelta(seconds=off * STEP))

    assert found == (this if good else None)


@pytest.mark.parametrize("typed", ["", "0", "28708", "2870820", "\ud800"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(RFC, typed, datetime.fromtimestamp(59, UTC)) is None


def test_an_app_is_told_the_secret_in_letters_and_in_a_picture() -> None:
    told = urlsplit(address(RFC, "Foreword", "sam.okafor"))

    assert in_letters(RFC) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/Foreword:sam.okafor")
    assert parse_qs(told.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["Foreword"]}


def test_a_kept_secret_opens_for_its_owner_alone(keys: PortalKeys) -> None:
    secret = new_secret()
    sealed = seal_secret(keys, "sam", secret)

    assert open_secret(keys, "sam", sealed) == secret
    assert secret.reveal() not in sealed
    for staff, changed in (("jo", sealed), ("sam", sealed[:-1]), ("sam", sealed[:-1] + bytes((sealed[-1] ^ 1,)))):
        with pytest.raises(Refused):
            open_secret(keys, staff, changed)
