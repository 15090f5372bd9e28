"""Alerts at the portal: on every page until somebody has it, and then what they do. Never a word of the child."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import update

from consultations.access import Role
from consultations.duty import OnDuty
from consultations.keeping.store import tables
from tests.bot.portal.cast import Answer, Visitor, served
from tests.consultations.staff import MORNING, Cast, not_safe

PAGES = ("/reviews", "/reviews/R-1", "/reviews/R-1/why", "/phrase", "/nothing/here", "/alerts", "/alerts/none")
BAR = "may not be safe, and nobody has it yet"


@pytest_asyncio.fixture
async def mo(cast: Cast, url: str) -> AsyncIterator[Visitor]:
    """Mo, a manager, signed in in a browser of their own."""
    visitor = Visitor(url)
    await visitor.sign_in("mo", cast.phrases["mo"])
    yield visitor
    await visitor.client.close()


async def alarm(cast: Cast, *kept_from: str, reference: str = "R-1", child: str = "Amal", beside: str = "") -> str:
    """A child raised an alert twelve minutes ago; its id."""
    consultation = await cast.begin(await cast.review(reference, child))
    return await cast.alarm(consultation, at=MORNING - timedelta(minutes=12), beside=beside, kept_from=kept_from)


def read(page: Answer) -> str:
    """What can be read on the page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


async def pages(visitor: Visitor, *more: str) -> list[tuple[int, str]]:
    """Every page, but for what makes its forms its own."""
    found = [await visitor.get(path) for path in (*PAGES, *more)]
    return [(page.status, re.sub('name="csrf" value="[^"]*"', "", page.text)) for page in found]


async def test_it_stands_on_every_page_until_somebody_has_it(cast: Cast, sam: Visitor, mo: Visitor) -> None:
    id = await alarm(cast)

    for visitor in (sam, mo):
        for status, text in await pages(visitor):
            told = f"Amal {BAR}" in text and "Raised 12 minutes ago" in text
            assert told or "<h1>Alerts</h1>" in text, (status, text)
    await sam.get(f"/alerts/{id}")
    assert (await sam.post(f"/alerts/{id}/hold", instead_of="")).status == 303
    assert [BAR in text for _, text in await pages(mo)] == [False] * len(PAGES)


@pytest.mark.parametrize("mail", ["ok", "failing", "none"])
async def test_that_mail_fails_stands_on_the_list_before_any_child_needs_it(cast: Cast, mail: str) -> None:
    async def goes() -> str:
        return mail

    async with served(cast, mail=goes) as url:
        visitor = Visitor(url)
        await visitor.sign_in("mo", cast.phrases["mo"])
        page = await visitor.get("/alerts")
        await visitor.sign_in("sam", cast.phrases["sam"])
        sams = await visitor.get("/alerts")
        await visitor.client.close()

    assert ("E-mail to the duty list is failing" in read(page)) is (mail == "failing")
    assert "E-mail" not in sams.text, "it may fail for an alert that an officer must not know of"


async def test_who_signed_in_to_nothing_is_told_of_nothing(cast: Cast, visitor: Visitor) -> None:
    id = await alarm(cast)

    for path in ("/sign-in", "/recover", "/enrol", *PAGES, f"/alerts/{id}", f"/alerts/{id}/said"):
        page = await visitor.get(path)

        assert BAR not in page.text
        assert "Amal" not in page.text
        assert "R-1" not in read(page)


async def test_the_link_in_a_call_leads_there_by_way_of_signing_in(cast: Cast, visitor: Visitor) -> None:
    id = await alarm(cast)
    await visitor.get(f"/alerts/{id}")

    answer = await visitor.post("/sign-in", username="mo", phrase=cast.phrases["mo"], next=visitor.page.field("next"))

    assert answer.headers["Location"] == f"/alerts/{id}"


@pytest.mark.parametrize("sent", [True, False])
async def test_the_officer_the_child_does_not_want_told_is_shown_the_same_bytes_as_if_there_were_none(
    cast: Cast, sam: Visitor, mo: Visitor, sent: bool
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    if sent:
        await cast.send(consultation)
    await sam.get("/reviews/R-1")
    before = await pages(sam, f"/alerts/{consultation[2:]}01", f"/alerts/{consultation[2:]}01/said")
    id = await cast.alarm(consultation, kept_from=["officer"], choosing=not_safe())

    after = await pages(sam, f"/alerts/{id}", f"/alerts/{id}/said")
    posted = [await sam.post(f"/alerts/{each}/{does}", done="x") for does in ("hold", "close") for each in (id, "none")]

    assert after == before
    assert [each.status for each in posted] == [404] * 4
    assert {re.sub('name="csrf" value="[^"]*"', "", each.text) for each in posted} == {before[4][1]}
    assert "Sam Okafor is shown nothing of it" in read(await mo.get(f"/alerts/{id}"))
    assert "Sam Okafor, the officer. Amal asked for that" in read(mo.page)


async def test_somebody_elses_alert_reads_like_one_that_never_was(cast: Cast, url: str) -> None:
    await cast.enrol("ada", "Ada Advocate", Role.ADVOCATE)
    id = await alarm(cast)
    for username in ("jo", "ada"):
        visitor = Visitor(url)
        await visitor.sign_in(username, cast.phrases[username])
        answers = [await visitor.get(f"/alerts/{each}{end}") for end in ("", "/said") for each in (id, "no-such")]
        await visitor.get("/alerts")
        await visitor.client.close()

        assert [each.status for each in answers] == [404] * 4
        assert len({re.sub('name="csrf" value="[^"]*"', "", each.text) for each in answers}) == 1
        assert "Amal" not in visitor.page.text


async def test_the_page_says_what_is_known_and_what_to_do_first(cast: Cast, sam: Visitor) -> None:
    id = await alarm(cast, "social_worker", "someone", beside="carer")
    await cast.store.alerts.called(id, "Night desk", MORNING - timedelta(minutes=11), MORNING)
    await cast.store.alerts.called(id, "Day desk", MORNING, MORNING + timedelta(minutes=4))

    text = read(await sam.get(f"/alerts/{id}"))

    for says in (
        "R-1, aged 11 Amal may not be safe",
        "Raised on Thursday 10 December 2026, 07:48. That was 12 minutes ago.",
        "Nobody has this yet.",
        "Do not tell: their social worker; somebody else (ask who). Amal asked for that.",
        "When it was raised, a carer was with Amal.",
        "If Amal may be in danger now, ring 999.",
        "Follow your own safeguarding procedure",
        "By e-mail 2 times, the last time Day desk, on Thursday 10 December 2026, 08:00.",
        "On their pages here: Sam Okafor (the officer), the managers, and whoever on the duty list has an account.",
        "Nothing came with it but the alert itself.",
    ):
        assert says in text


@pytest.mark.parametrize(("kept_from", "minutes"), [("", 1), ("", 12), ("social_worker", 1), ("social_worker", 12)])
async def test_who_is_kept_off_as_the_childs_social_worker_is_not_said_to_be_shown_it(
    cast: Cast, kept_from: str, minutes: int
) -> None:
    duty = OnDuty("Mo Abara", "mo@c.example", staff="mo"), OnDuty("Jo", "jo@c.example", staff="jo")
    cast.duty = (*duty, OnDuty("Desk", "mo@c.example"))
    consultation = await cast.begin(await cast.review("R-1", social_worker="mo@c.example"))
    raised = MORNING - timedelta(minutes=minutes)
    id = await cast.alarm(consultation, at=raised, kept_from=(kept_from,) if kept_from else ())
    async with served(cast) as url:
        seen = {}
        for username in ("mo", "jo"):
            visitor = Visitor(url)
            await visitor.sign_in(username, cast.phrases[username])
            seen[username] = await visitor.get(f"/alerts/{id}")
            await visitor.client.close()

    says = {
        ("", 1): "Mo Abara is shown nothing of it before Thursday 10 December 2026, 08:01.",
        ("", 12): "",
        ("social_worker", 1): "Mo Abara is shown nothing of it.",
        ("social_worker", 12): "Mo Abara is shown nothing of it.",
    }[kept_from, minutes]
    text = read(seen["jo"])
    assert says in text
    assert ("Mo Abara is shown nothing" in text) is bool(says)
    assert "Desk is shown" not in text, "there is no such account"
    assert (seen["mo"].status == 404) is bool(says)


async def test_times_are_those_of_a_clock_in_england_in_summer_too(cast: Cast, sam: Visitor) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    id = await cast.alarm(consultation, at=MORNING.replace(month=7, hour=23, minute=30))

    assert "Raised on Saturday 11 July 2026, 00:30." in read(await sam.get(f"/alerts/{id}"))


async def test_what_has_happened_since_is_told(cast: Cast, sam: Visitor) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    id = await cast.alarm(consultation, at=MORNING - timedelta(hours=5))
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    async with cast.store.alerts.telling(thread, b"a draft", MORNING - timedelta(hours=4)) as telling:
        await telling.raise_alert("0a0a0a0a", 1)
        await telling.mistaken(1)
    await cast.store.alerts.failed(id, MORNING - timedelta(hours=3), MORNING)

    assert "E-mail to the duty list is failing." in read(await sam.get("/phrase"))
    text = read(await sam.get(f"/alerts/{id}"))

    assert "That was 5 hours ago. Raised again on Thursday 10 December 2026, 04:00." in text
    assert "Amal has said since that it was a mistake (Thursday 10 December 2026, 04:00)." in text
    assert "E-mail is failing Since Thursday 10 December 2026, 05:00 nobody on the duty list" in text
    assert "The child has said since that it was a mistake" in read(await sam.get("/alerts"))


async def test_pressed_a_moment_late_it_says_who_has_it_and_that_you_do_not(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    await mo.get(f"/alerts/{id}")

    assert (await sam.post(f"/alerts/{id}/hold", instead_of="")).status == 303
    pressed = await mo.post(f"/alerts/{id}/hold", instead_of="")
    late = await mo.get(pressed.headers["Location"])
    twice = await sam.post(f"/alerts/{id}/hold", instead_of="")

    assert (pressed.status, late.status) == (303, 200), "Back leads to a page that can be shown again"
    assert "You do not have it Somebody was quicker. Nothing was changed." in read(late)
    assert "Sam Okafor has it. Since Thursday 10 December 2026, 08:00 nobody else is called." in read(late)
    assert BAR not in late.text
    assert "What was done?" not in late.text
    assert (twice.status, twice.headers["Location"]) == (303, f"/alerts/{id}"), "a double tap is one"
    assert "You have it. Since Thursday 10 December 2026, 08:00 nobody else is called" in read(
        await sam.get(f"/alerts/{id}")
    )


async def test_it_can_be_taken_over_as_it_was_shown_and_not_otherwise(cast: Cast, sam: Visitor, mo: Visitor) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    await mo.get(f"/alerts/{id}")

    taken = await mo.post(f"/alerts/{id}/hold", instead_of=mo.page.field("instead_of"))
    again = await sam.post(f"/alerts/{id}/hold", instead_of=cast.ids["sam"])
    close = await sam.post(f"/alerts/{id}/close", done="Rang the carer.")

    assert taken.status == 303
    assert (again.status, again.headers["Location"]) == (303, f"/alerts/{id}?late")
    assert close.status == 409
    assert "Mo Abara has it" in read(close)
    assert ">Rang the carer.</textarea>" in close.text
    assert "What you typed is kept nowhere. Copy it from here." in close.text
    assert "You do not have it" not in read(await mo.get(f"/alerts/{id}?late"))


async def test_closing_it_needs_words_and_keeps_what_was_typed_on_the_page(cast: Cast, sam: Visitor) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    await sam.get(f"/alerts/{id}")

    nothing = await sam.post(f"/alerts/{id}/close", done="  ")
    long = await sam.post(f"/alerts/{id}/close", done="<b>Spoke & wrote</b> " * 100)
    closed = await sam.post(f"/alerts/{id}/close", done="<b>Spoke</b> with the duty team.\r\n\r\nAt 3.")
    text = read(await sam.get(f"/alerts/{id}"))

    assert (nothing.status, long.status, closed.status) == (422, 422, 303)
    assert "Please say what was done" in nothing.text
    assert "Shorten it to 1500 characters" in long.text
    assert "&lt;b&gt;Spoke &amp; wrote&lt;/b&gt;" in long.text
    assert "Sam Okafor closed it , Thursday 10 December 2026, 08:00." in text
    assert "&lt;b&gt;Spoke&lt;/b&gt; with the duty team." in text
    assert "I have it" not in text
    assert "No alert is open that you are told of." in read(await sam.get("/alerts"))
    assert "Closed by Sam Okafor" in read(sam.page)
    twice = await sam.post(f"/alerts/{id}/close", done="<b>Spoke</b> with the duty team.\r\n\r\nAt 3.")
    other = await sam.post(f"/alerts/{id}/close", done="Again.")
    assert (twice.status, other.status) == (303, 409), "a double tap is one"
    assert "You have closed it already Nothing was changed. What you typed is kept nowhere." in read(other)
    assert ">Again.</textarea>" in other.text


async def test_what_was_done_is_shown_to_nobody_it_was_not_sealed_to(cast: Cast, sam: Visitor, mo: Visitor) -> None:
    id = await alarm(cast, "carer")
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    await sam.post(f"/alerts/{id}/close", done="Zanzibarreferral made.")

    text = read(await mo.get(f"/alerts/{id}"))

    assert "Zanzibarreferral" not in text
    assert "Sam Okafor wrote it down. It is not sealed to you." in text
    assert "Do not tell: who looks after them." in text, "that does not end with it"


async def test_it_is_not_closed_where_what_was_done_cannot_be_sealed(cast: Cast, sam: Visitor) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    await cast.by_hand(update(tables.Site).values(recovery_signature=b"forged"))
    await sam.get(f"/alerts/{id}")

    answer = await sam.post(f"/alerts/{id}/close", done="Spoke with the duty team.")

    assert answer.status == 500
    assert "It could not be sealed, and was not kept" in answer.text
    assert ">Spoke with the duty team.</textarea>" in answer.text


async def test_an_account_that_was_disabled_does_nothing_any_more(cast: Cast, mo: Visitor) -> None:
    id = await alarm(cast)
    await mo.get(f"/alerts/{id}")
    await cast.store.people.disable(cast.ids["mo"], "another stamp", cast.clock())

    answer = await mo.post(f"/alerts/{id}/hold", instead_of="")

    assert answer.status == 403
    assert "Amal" not in answer.text
    assert [each.id for each in await cast.store.alerts.due(cast.clock())] == [id]


async def test_a_press_after_the_session_ended_comes_back_to_the_alert_and_changes_nothing(
    cast: Cast, sam: Visitor
) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    cast.clock.later(minutes=20)

    ended = await sam.post(f"/alerts/{id}/hold", instead_of="")

    assert ended.status == 403
    assert ended.field("next") == f"/alerts/{id}"
    assert [each.id for each in await cast.store.alerts.due(cast.clock())] == [id]


async def test_of_several_the_bar_says_how_many_and_an_alerts_own_page_tells_of_the_others(
    cast: Cast, mo: Visitor
) -> None:
    id = await alarm(cast)
    await alarm(cast, "officer", reference="R-2", child="Yousef")
    await cast.by_hand(update(tables.Review).values(details_for_portal=b"forged"))

    assert "2 alerts that nobody has yet. The first was raised 12 minutes ago." in read(await mo.get("/phrase"))
    one = read(await mo.get(f"/alerts/{id}"))
    assert f"The child of R-2 {BAR}" in one
    assert f"The child of R-1 {BAR}" not in one


async def test_alerts_stand_above_the_list_of_reviews_until_they_are_closed(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    id = await alarm(cast)

    for visitor in (sam, mo):
        text = (await visitor.get("/reviews")).text
        assert text.index(f'href="/alerts/{id}">Amal</a></th>') < text.index("</table>")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    assert "Sam Okafor has it" in read(await mo.get("/reviews"))
    await sam.post(f"/alerts/{id}/close", done="Spoke with the duty team.")
    assert f'href="/alerts/{id}"' not in (await mo.get("/reviews")).text
    assert f'href="/alerts/{id}"' not in (await sam.get("/reviews")).text


async def test_what_cannot_wait_stands_in_the_officers_list_with_its_day_and_in_nobody_elses(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    thread = await cast.store.threads.thread_of(consultation)
    assert thread is not None
    async with cast.store.alerts.telling(thread, b"a draft", MORNING) as telling:
        await telling.asks(["advocate", "talk", "someone_away"])

    text = read(await sam.get("/reviews"))

    for says in ("Wants an advocate", "Wants to talk to you", "Somebody must not come"):
        assert f"{says} told you on Thursday 10 December 2026" in text
    assert "Began, and not sent" in text
    assert "Wants an advocate" not in read(await mo.get("/reviews"))
    assert "Somebody must not come told you on Thursday 10 December 2026" in read(await sam.get("/reviews/R-1"))


async def test_what_the_child_said_is_on_no_page_but_the_one_where_it_is_opened(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    asked = {"asked": "هل تشعر بالأمان؟", "choice_text": "لا، لا أشعر بالأمان", "language": "ar"}
    id = await cast.alarm(consultation, choosing=not_safe(**asked))

    before = [*await pages(sam, f"/alerts/{id}"), *await pages(mo, f"/alerts/{id}", f"/alerts/{id}/said")]
    opened = await sam.get(f"/alerts/{id}/said")

    assert not [text for _, text in before if "zanzibar" in text or "بالأمان" in text]
    assert before[-1][0] == 404
    text = read(await mo.get(f"/alerts/{id}"))
    assert "It opens only for whoever was the officer when it was said. The officer now is Sam Okafor." in text
    assert opened.status == 200
    assert '<h2 class="asked" lang="ar" dir="rtl">هل تشعر بالأمان؟</h2>' in opened.text
    assert "Do you feel zanzibarsafe?" in opened.text
    assert "<span>لا، لا أشعر بالأمان</span>" in opened.text
    assert "No, I don’t feel zanzibarsafe" in opened.text


async def test_words_that_do_not_open_say_why_and_that_the_alert_stands(cast: Cast, url: str, sam: Visitor) -> None:
    review = await cast.review("R-1")
    id = await cast.alarm(await cast.begin(review), choosing=not_safe())
    await cast.hand_over(review, "R-1", "jo")
    jo = Visitor(url)
    await jo.sign_in("jo", cast.phrases["jo"])
    others = read(await jo.get(f"/alerts/{id}/said"))
    await jo.client.close()
    await cast.hand_over(review, "R-1", "sam")
    await cast.by_hand(update(tables.Sending).values(signature=b"forged"))

    refused = await sam.get(f"/alerts/{id}/said")

    assert "It was sealed to somebody else" in others
    assert refused.status == 500
    assert "does not match its seal" in refused.text
    assert "a person has to answer it" in refused.text


async def test_a_name_is_text_on_every_page(cast: Cast, sam: Visitor) -> None:
    id = await alarm(cast, child='<i>Zoë</i> %(name)s {{ csrf }} "&')

    for path in ("/reviews", "/alerts", f"/alerts/{id}", "/phrase"):
        page = await sam.get(path)

        assert page.status == 200
        assert "&lt;i&gt;Zoë&lt;/i&gt; %(name)s {{ csrf }} &#34;&amp;" in page.text


@pytest.mark.parametrize("ours", [True, False])
async def test_what_was_done_and_typed_in_a_session_that_had_ended_is_shown_to_whoever_sent_it_from_our_page(
    cast: Cast, sam: Visitor, ours: bool
) -> None:
    id = await alarm(cast)
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    await sam.get(f"/alerts/{id}")
    cast.clock.later(minutes=20)

    csrf = sam.page.field("csrf")
    ended = await sam.post(f"/alerts/{id}/close", done="<b>Rang</b> the carer.", csrf=csrf if ours else csrf[::-1])

    assert ended.status == 403
    assert ("readonly>&lt;b&gt;Rang&lt;/b&gt; the carer.</textarea>" in ended.text) is ours
    assert "<b>Rang" not in ended.text


async def just_raised(cast: Cast) -> str:
    """A child raised an alert this moment; its id."""
    return await cast.alarm(await cast.begin(await cast.review("R-1")), at=MORNING)


async def keeps_off(cast: Cast, id: str, *kinds: str) -> None:
    """The child answers whom we should not tell, now."""
    thread = await cast.store.threads.thread_of(f"c-{id[:16]}")
    assert thread is not None
    async with cast.store.alerts.telling(thread, b"a draft", cast.clock()) as telling:
        await telling.keep_from(1, kinds)


async def test_while_the_child_is_asked_whom_not_to_tell_the_officers_pages_are_as_if_there_were_none(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    await sam.get("/reviews/R-1")
    before = await pages(sam, f"/alerts/{consultation[2:]}01", f"/alerts/{consultation[2:]}01/said")
    id = await cast.alarm(consultation, at=MORNING)
    cast.clock.later(seconds=119)

    assert await pages(sam, f"/alerts/{id}", f"/alerts/{id}/said") == before
    assert (await sam.post(f"/alerts/{id}/hold", instead_of="")).status == 404
    assert (
        "whoever on the duty list has an account; and Sam Okafor, the officer, from Thursday 10 December 2026, 08:02. "
        "Until then Amal is asked whom not to tell."
    ) in read(await mo.get(f"/alerts/{id}"))
    cast.clock.later(seconds=1)
    assert f"Amal {BAR}" in read(await sam.get("/phrase"))
    assert (await sam.get(f"/alerts/{id}")).status == 200


async def test_it_is_not_said_that_the_officer_is_shown_nothing_where_they_had_it_before_the_child_said_so(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    id = await just_raised(cast)
    cast.clock.later(minutes=5)
    await sam.get(f"/alerts/{id}")
    await sam.post(f"/alerts/{id}/hold", instead_of="")
    cast.clock.later(minutes=4)
    await keeps_off(cast, id, "officer")
    cast.clock.later(minutes=1)
    await keeps_off(cast, id, "officer", "carer")

    text = read(await mo.get(f"/alerts/{id}"))

    assert (
        "Before that, Thursday 10 December 2026, 08:05 until Thursday 10 December 2026, 08:09, "
        "it was with Sam Okafor, the officer. They know of it."
    ) in text
    assert "shown nothing" not in text
    assert (await sam.get(f"/alerts/{id}")).status == 404


@pytest.mark.parametrize(("seconds", "may_have"), [(119, False), (180, True)])
async def test_that_the_officer_may_have_seen_it_is_said_where_it_stood_on_their_pages(
    cast: Cast, mo: Visitor, seconds: int, may_have: bool
) -> None:
    id = await just_raised(cast)
    cast.clock.later(seconds=seconds)
    await keeps_off(cast, id, "officer")

    text = read(await mo.get(f"/alerts/{id}"))

    assert ("08:03, it stood on the pages of Sam Okafor, the officer. They may have seen it." in text) is may_have
    assert ("Sam Okafor is shown nothing of it." in text) is not may_have


async def test_a_second_alert_of_a_child_says_who_has_the_first_and_both_stand_together(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    other = await alarm(cast, reference="R-2", child="Yousef")
    first = await cast.alarm(consultation, at=MORNING - timedelta(minutes=30))
    await mo.get(f"/alerts/{first}")
    await mo.post(f"/alerts/{first}/hold", instead_of="")
    second = await cast.alarm(consultation, 2, at=MORNING - timedelta(minutes=5), kept_from=["carer"])

    page = await sam.get(f"/alerts/{second}")
    listed = (await sam.get("/alerts")).text
    mos = read(await mo.get(f"/alerts/{second}"))

    assert "Mo Abara has had another alert of Amal since Thursday 10 December 2026, 08:00." in read(page)
    assert f'href="/alerts/{first}">See that alert</a>' in page.text
    assert "You have had another alert of Amal since" in mos
    assert "Nobody has another alert of Amal yet." in read(await sam.get(f"/alerts/{first}"))
    assert "another alert" not in read(await sam.get(f"/alerts/{other}"))
    assert re.findall('scope="row" class="who"><a href="/alerts/([^"]+)"', listed) == [other, second, first]
    assert "Do not tell: who looks after them." in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", listed))


async def test_whom_a_child_named_with_another_alert_is_told_on_each_and_the_officer_reads_no_note(
    cast: Cast, sam: Visitor, mo: Visitor
) -> None:
    consultation = await cast.begin(await cast.review("R-1"))
    first = await cast.alarm(consultation, at=MORNING - timedelta(minutes=30))
    await sam.get(f"/alerts/{first}")
    await sam.post(f"/alerts/{first}/hold", instead_of="")
    await cast.alarm(consultation, 2, at=MORNING - timedelta(minutes=5), kept_from=["officer", "carer"])

    page = await mo.get(f"/alerts/{first}")
    await mo.post(f"/alerts/{first}/hold", instead_of=cast.ids["sam"])
    await mo.post(f"/alerts/{first}/close", done="Visited. Safe with an aunt.")

    assert "Do not tell: Sam Okafor, the officer; who looks after them." in read(page)
    assert "Amal has asked since, with another alert, that Sam Okafor is not told." in read(page)
    assert "Speak with them first" not in read(page)
    assert "aunt" in read(await mo.get(f"/alerts/{first}"))
    sams = read(await sam.get(f"/alerts/{first}"))
    assert "Mo Abara wrote it down. It is not sealed to you." in sams
    assert "another alert" not in sams


@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.COORDINATOR])
async def test_for_whoever_answers_no_alerts_there_is_no_list_of_them(cast: Cast, visitor: Visitor, role: Role) -> None:
    await alarm(cast)
    await cast.enrol("ada", "Ada Abbot", role)
    await visitor.sign_in("ada", cast.phrases["ada"])

    page = await visitor.get("/alerts")

    assert page.status == 404
    assert "No alert is open" not in page.text


async def test_which_interpreter_to_book_is_said_without_how_far_the_translation_is(cast: Cast) -> None:
    id = await cast.alarm(await cast.begin(await cast.review("R-1", language="fa_AF")))
    async with served(cast, drafts=["fa_AF"]) as url:
        mo = Visitor(url)
        await mo.sign_in("mo", cast.phrases["mo"])
        text = read(await mo.get(f"/alerts/{id}"))
        await mo.client.close()

    assert "Needs an interpreter: Dari." in text


async def test_the_foot_of_a_page_says_what_is_lost_when_it_locks(cast: Cast, sam: Visitor) -> None:
    text = read(await sam.get("/phrase"))

    assert "What you typed and did not hand in yet is lost then, and nothing else." in text
