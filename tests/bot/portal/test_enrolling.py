"""Enrolling, the recovery code and new words: shown once, final when typed."""

from __future__ import annotations

import pytest

from consultations.access import Role
from tests.bot.portal.cast import Answer, Visitor
from tests.consultations.staff import Cast


async def _code(cast: Cast) -> str:
    code = await cast.enrolling.add("pat", "Pat Nowak", Role.OFFICER, cast.clock())
    assert code is not None
    return code


async def _shown(visitor: Visitor, code: str) -> Answer:
    await visitor.get("/enrol")
    shown = await visitor.post("/enrol", code=code)
    assert shown.status == 200, shown.text
    return shown


async def test_somebody_new_enrols_waits_is_confirmed_and_signs_in(cast: Cast, url: str, visitor: Visitor) -> None:
    shown = await _shown(visitor, await _code(cast))
    phrase, username = shown.secret("shown-phrase"), shown.secret("username")
    mo = Visitor(url)
    try:
        await mo.sign_in("mo", cast.phrases["mo"])

        waits = await visitor.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=phrase)
        number = waits.secret("key-number")
        again = await visitor.sign_in(username, phrase)
        assert (waits.status, again.status, again.secret("key-number")) == (200, 200, number)
        assert "foreword-staff" not in visitor.cookies()
        assert (await visitor.get("/reviews")).status == 403

        assert "Enrolled, to be confirmed" in (await mo.get("/staff")).text
        assert number not in (await mo.get("/staff/pat")).text, "they have to hear it"
        wrong = await mo.post("/staff/pat/confirm", number="1234 5678 9012")
        assert (wrong.status, (await visitor.sign_in(username, phrase)).status) == (422, 200)
        assert (await mo.post("/staff/pat/confirm", number=number)).status == 303
        assert "number" not in (await mo.get("/staff/pat")).text
    finally:
        await mo.client.close()

    assert (await visitor.sign_in(username, phrase.title())).status == 303
    assert "Pat Nowak" in visitor.page.text


@pytest.mark.parametrize("path", ["/staff", "/staff/sam", "/staff/nobody", "/staff/mo"])
async def test_staff_are_looked_after_by_managers_alone(cast: Cast, sam: Visitor, path: str) -> None:
    assert (await sam.get(path)).status == 404
    await sam.get("/reviews")
    assert (await sam.post("/staff/jo/confirm", number="1")).status == 404
    assert "/staff" not in sam.page.text


async def test_a_manager_confirms_neither_themselves_nor_nobody(cast: Cast, visitor: Visitor) -> None:
    await visitor.sign_in("mo", cast.phrases["mo"])

    answers = [(await visitor.post(f"/staff/{each}/confirm", number="1")).status for each in ("mo", "nobody", "sam")]

    assert answers == [404, 404, 409]


async def test_the_recovery_code_of_somebody_unconfirmed_leads_to_waiting_too(cast: Cast, visitor: Visitor) -> None:
    shown = await _shown(visitor, await _code(cast))
    await visitor.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))
    await visitor.get("/recover")

    waits = await visitor.post("/recover", username="pat", recovery=shown.secret("shown-recovery"))

    assert waits.secret("key-number")
    assert "prepared" not in waits.text


async def test_words_are_shown_once(cast: Cast, visitor: Visitor) -> None:
    code = await _code(cast)
    await visitor.get("/enrol")
    csrf = visitor.page.field("csrf")
    shown = await visitor.post("/enrol", code=code)

    reloaded = await visitor.post("/enrol", code=code, csrf=csrf)

    assert reloaded.status == 403
    assert "shown only once" in reloaded.text
    assert shown.secret("shown-phrase") not in reloaded.text
    assert "shown-phrase" not in reloaded.text


async def test_other_words_are_not_confirmed_and_the_page_does_not_show_them_again(
    cast: Cast, visitor: Visitor
) -> None:
    shown = await _shown(visitor, await _code(cast))
    phrase = shown.secret("shown-phrase")

    wrong = await visitor.post("/enrol/confirm", prepared=shown.field("prepared"), phrase="other words than these five")
    assert wrong.status == 422
    assert phrase not in wrong.text
    assert "other words than these" not in wrong.text

    right = await visitor.post(
        "/enrol/confirm", prepared=wrong.field("prepared"), phrase=phrase, csrf=wrong.field("csrf")
    )
    assert right.secret("key-number")


async def test_who_did_not_keep_their_words_starts_over_with_the_same_code(cast: Cast, visitor: Visitor) -> None:
    code = await _code(cast)
    first = await _shown(visitor, code)

    second = await _shown(visitor, code)

    assert second.secret("shown-phrase") != first.secret("shown-phrase")
    stale = await visitor.post("/enrol/confirm", prepared=first.field("prepared"), phrase=first.secret("shown-phrase"))
    assert stale.status == 403, "what the earlier page carried is tied to the earlier page"


async def test_what_one_browser_was_shown_another_cannot_confirm(cast: Cast, url: str, visitor: Visitor) -> None:
    shown = await _shown(visitor, await _code(cast))
    other = Visitor(url)
    try:
        await other.get("/enrol")
        answer = await other.post(
            "/enrol/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase")
        )
    finally:
        await other.client.close()

    assert answer.status == 403


async def test_wrong_used_and_expired_codes_read_the_same(cast: Cast, visitor: Visitor) -> None:
    used, expired = await _code(cast), await cast.enrolling.add("ash", "Ash", Role.OFFICER, cast.clock())
    assert expired is not None
    shown = await _shown(visitor, used)
    await visitor.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))
    cast.clock.later(days=1)

    await visitor.get("/enrol")
    answers = [await visitor.post("/enrol", code=code) for code in (used, expired, "WRONG-CODE", "", "x" * 9000)]

    assert {answer.status for answer in answers} == {422}
    assert all("That code does not work" in answer.text for answer in answers)


async def test_a_code_in_the_address_does_nothing(cast: Cast, visitor: Visitor) -> None:
    page = await visitor.get(f"/enrol?code={await _code(cast)}")

    assert page.status == 200
    assert "shown-phrase" not in page.text
    assert 'value=""' not in page.text.partition('name="code"')[2].partition(">")[0]


async def test_the_recovery_code_leads_to_new_words_and_nowhere_else(cast: Cast, visitor: Visitor) -> None:
    await visitor.get("/recover")
    shown = await visitor.post("/recover", username="sam", recovery=cast.recovery_codes["sam"].lower())

    assert shown.status == 200
    assert "foreword-staff" not in visitor.cookies(), "not in yet"
    assert (await visitor.get("/reviews")).status == 403
    visitor.page = shown
    done = await visitor.post("/recover/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))
    assert done.status == 303
    assert (await visitor.get("/reviews")).status == 200
    for field, code in (("phrase", cast.phrases["sam"]), ("recovery", cast.recovery_codes["sam"])):
        where = "/sign-in" if field == "phrase" else "/recover"
        await visitor.get(where)
        assert (await visitor.post(where, username="sam", **{field: code})).status == 422, "the old ones are over"
    assert (await visitor.sign_in("sam", shown.secret("shown-phrase"))).status == 303


async def test_a_wrong_recovery_code_reads_like_an_unknown_name(visitor: Visitor) -> None:
    await visitor.get("/recover")
    answers = [await visitor.post("/recover", username=name, recovery="nonsense") for name in ("sam", "nobody")]

    assert {answer.status for answer in answers} == {422}
    assert all("do not go together" in answer.text for answer in answers)


async def test_new_words_ask_for_the_old_and_sign_out_everywhere_else(cast: Cast, url: str, sam: Visitor) -> None:
    elsewhere = Visitor(url)
    try:
        await elsewhere.sign_in("sam", cast.phrases["sam"])
        await sam.get("/phrase")
        assert (await sam.post("/phrase", phrase="not mine")).status == 422
        shown = await sam.post("/phrase", phrase=cast.phrases["sam"])

        done = await sam.post("/phrase/confirm", prepared=shown.field("prepared"), phrase=shown.secret("shown-phrase"))

        assert done.status == 303
        assert (await sam.get("/reviews")).status == 200
        assert (await elsewhere.get("/reviews")).status == 403
    finally:
        await elsewhere.client.close()


async def test_who_leaves_the_page_before_confirming_keeps_their_old_words(cast: Cast, sam: Visitor) -> None:
    await sam.get("/phrase")
    await sam.post("/phrase", phrase=cast.phrases["sam"])

    assert (await sam.sign_in("sam", cast.phrases["sam"])).status == 303


@pytest.mark.parametrize("prepared", ["", "x", "A" * 2000, "ü"])
async def test_nonsense_in_the_carried_field_is_a_page_that_is_too_old(visitor: Visitor, prepared: str) -> None:
    await visitor.get("/enrol")

    answer = await visitor.post("/enrol/confirm", prepared=prepared, phrase="any")

    assert answer.status == 403
    assert "too old" in answer.text
