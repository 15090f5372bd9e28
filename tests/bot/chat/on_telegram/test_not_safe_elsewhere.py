"""In a chat that another visit has followed nothing is shown and nothing kept; that a child is not safe is heard."""

from __future__ import annotations

import pytest

from consultations.conversation.events import Looked, Tapped
from consultations.keeping.store.alerts import KeptAlert
from tests.bot.chat.on_telegram.phone import Phone
from tests.bot.chat.on_telegram.test_door import kept, to_web
from tests.consultations.conversation.cast import shown as read

TAPS = pytest.mark.parametrize("tap", [".go:.tell", "safe_now:no"])


async def alerts(phone: Phone) -> tuple[KeptAlert, ...]:
    """Every alert there is."""
    return await phone.place.site.cast.store.alerts.of_everybody()


async def went_on_elsewhere(amal: Phone) -> str:
    """Amal was asked whether she is safe, and opened *Help now*; then she went on at our page. Where that is."""
    while not any(":safe_now:" in button["callback_data"] for button in amal.person.last.buttons):
        await amal.taps(":.skip")
    await amal.says("/help")
    return (await to_web(amal))[0]


@TAPS
@pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)
async def test_it_is_heard_and_said_to_be_and_who_went_on_is_not_told(amal: Phone, tap: str) -> None:
    web = await went_on_elsewhere(amal)
    site = amal.place.site
    site.waits(days=3)
    await amal.taps(tap, late=True)

    [alert] = await alerts(amal)
    assert (alert.sending is not None) is (tap == "safe_now:no")
    assert "We believe you." in amal.person.last.text
    assert "0800 1111" in amal.person.last.text
    found = await kept(amal)
    shown = [await site.listening.hear(web, "help", Tapped(found.id, ".go", ".help"), site.now)]
    shown.append(await site.listening.hear(web, "look", Looked(), site.now))
    assert not any("Nobody has said yet" in read(each.messages) for each in shown)
    assert found.answer("safe_now") is None


@TAPS
async def test_tapped_again_it_is_the_same_alert_until_somebody_has_that(amal: Phone, tap: str) -> None:
    await went_on_elsewhere(amal)
    for _ in range(2):
        await amal.taps(tap, late=True)
        assert "We believe you." in amal.person.last.text
    [first] = await alerts(amal)
    site = amal.place.site
    await site.cast.store.alerts.hold(first.id, site.cast.ids["priya"], site.now)
    await amal.taps(tap, late=True)

    assert {each.number for each in await alerts(amal)} == {1, 2}


@TAPS
async def test_after_leaving_it_is_heard_for_a_day(amal: Phone, tap: str) -> None:
    await went_on_elsewhere(amal)
    button = await amal.finds(tap, late=True)
    await amal.says(amal.invited.code.shown)
    await amal.says("/leave")
    for hours in (25, -2):
        amal.place.site.waits(hours=hours)
        amal.person.taps(button[1], button[0])
        await amal.place.quiet()

        assert len(await alerts(amal)) == (hours < 0)
        assert ("0800 1111" in amal.person.last.text) is (hours < 0 or ".tell" in tap)


@pytest.mark.parametrize("place", ["polling", "webhook"], indirect=True)
async def test_whom_not_to_tell_is_obeyed_there_too(amal: Phone) -> None:
    await amal.says("/help")
    await amal.taps(".go:.tell")
    await to_web(amal)
    await amal.taps(".alarm:officer", late=True)

    [alert] = await alerts(amal)
    assert alert.kept_from == ("officer",)
    assert "The people we tell can see that now." in amal.person.last.text
    assert "0800 1111" in amal.person.last.text
    assert not amal.person.last.buttons


async def test_any_other_button_says_where_to_go_on_and_keeps_nothing(amal: Phone) -> None:
    await went_on_elsewhere(amal)
    before = await kept(amal)
    await amal.taps("safe_now:yes", late=True)

    assert "another place" in amal.person.last.text
    assert (await kept(amal), await alerts(amal)) == (before, ())


async def test_nor_does_a_button_of_another_consultation(amal: Phone) -> None:
    await went_on_elsewhere(amal)
    shown, data = await amal.finds(".go:.tell", late=True)
    amal.person.taps(data.replace(data.partition(":")[0], "another"), shown)
    await amal.place.quiet()

    assert await alerts(amal) == ()
