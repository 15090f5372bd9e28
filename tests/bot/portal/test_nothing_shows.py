"""After a morning at the portal: no word, phrase, code or name in a log, a database file or a file beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from consultations.access import Role
from consultations.signing_in import SignedIn
from tests.bot.portal.cast import Visitor
from tests.consultations.staff import WORDS, Cast, not_safe, said
from tests.hunt import hunt


async def test_a_whole_morning_leaves_nothing_to_be_found(
    cast: Cast, url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    code = await cast.enrolling.add("pat", "Pat Nowak", Role.OFFICER, cast.clock())
    assert code is not None
    pat = Visitor(url)
    try:
        await pat.get("/enrol")
        shown = await pat.post("/enrol", code=code)
        phrase, recovery = shown.secret("shown-phrase"), shown.secret("shown-recovery")
        waits = await pat.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=phrase)
        mo = await cast.signing_in.by_phrase("mo", cast.phrases["mo"], cast.clock())
        assert isinstance(mo, SignedIn)
        assert await cast.confirming.confirm(mo, "pat", waits.secret("key-number"), cast.clock()) is None
        assert (await pat.sign_in("pat", phrase)).status == 303
        cast.ids["pat"] = (await _id_of(cast, "pat")) or ""
        consultation = await cast.begin(await cast.review("R-1", "Amalzanzibarname", officer="pat"))
        await cast.send(consultation, said())
        await pat.get("/reviews")
        assert WORDS in (await pat.get("/reviews/R-1")).text
        why = {"reason": "Zanzibarreason, no signal"}
        assert (await pat.post("/reviews/R-1/copies", copy="officer", format="pdf", **why)).status == 200
        assert (await pat.post("/reviews/R-1/copies", copy="meeting", format="txt")).status == 200
        alert = await cast.alarm(consultation, choosing=not_safe())
        assert "zanzibarsafe" in (await pat.get(f"/alerts/{alert}/said")).text
        await pat.get(f"/alerts/{alert}")
        assert (await pat.post(f"/alerts/{alert}/hold", instead_of="")).status == 303
        assert (await pat.post(f"/alerts/{alert}/close", done="Zanzibarreferral, at three.")).status == 303
        assert "Zanzibarreferral" in (await pat.get(f"/alerts/{alert}")).text
        await pat.post("/sign-out")
        await pat.get("/sign-in")
        await pat.post("/sign-in", username="pat", phrase="wrongzanzibarphrase")
        await pat.get("/recover")
        assert (await pat.post("/recover", username="pat", recovery=recovery)).status == 200
        session = pat.cookies().get("foreword-staff", "")
        await pat.get("/reviews/R-1?find=zanzibarquery")
    finally:
        await pat.client.close()
    logged = capfd.readouterr()

    secret = [
        WORDS,
        "zanzibarkettle",
        "Amalzanzibarname",
        "Zanzibarreason",
        "Zanzibarreferral",
        "zanzibarsafe",
        "wrongzanzibarphrase",
        "zanzibarquery",
        phrase,
        recovery,
        recovery.replace("-", ""),
        code,
        code.replace("-", ""),
        *([session] if session else []),
    ]
    assert "sign_in_refused" in logged.out + logged.err + caplog.text, "the log was listened to"
    assert hunt(secret, tmp_path, logged.out, logged.err, caplog.text) == []


async def _id_of(cast: Cast, username: str) -> str | None:
    person = await cast.store.people.by_username(username)
    return person.id if person else None
