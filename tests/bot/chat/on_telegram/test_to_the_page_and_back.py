"""From Telegram to the private page and back: the same question, everything said, and one place at a time."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest

from consultations.addresses import WEB
from consultations.admitting import Admitted
from consultations.circumstances import Elsewhere
from consultations.conversation.events import Asked, HandedOver, Looked, Said
from consultations.handing_over import HandingOver
from tests.bot.chat.on_telegram.phone import Phone, Place
from tests.bot.chat.on_telegram.test_door import code_in, kept, link_in, said, to_web
from tests.consultations.conversation.cast import shown as read


async def test_the_private_page_shows_the_same_question_and_everything_said(amal: Phone) -> None:
    await amal.says("The dog.")
    here = (await kept(amal)).place
    _, heard = await to_web(amal)

    assert (await kept(amal)).place == here
    assert "The dog." in read(heard.messages)


async def test_meanwhile_the_chat_shows_nothing_and_keeps_nothing(amal: Phone) -> None:
    await to_web(amal)
    await amal.says("still here")

    assert "another place" in amal.person.last.text
    assert await said(amal, "home_settled") == ""


async def test_and_back_again_by_a_code(amal: Phone) -> None:
    web, _ = await to_web(amal)
    site = amal.place.site
    await site.listening.hear(web, "a", Said("In private."), site.now)
    moving = await site.listening.hear(web, "b", Asked(".move"), site.now)
    assert "t.me/foreword_test_bot?start=" in read(moving.messages)
    await amal.says(code_in(read(moving.messages)))

    assert await said(amal, "home_settled") == "In private."
    assert "You answered this on our own page. It isn't shown here." in amal.person.last.text
    assert not any("In private." in shown.text for shown in amal.person.shown), "Telegram saw none of it"
    assert (await site.listening.hear(web, "c", Looked(), site.now)).ended


async def test_back_by_a_code_that_has_no_digit(amal: Phone) -> None:
    web, _ = await to_web(amal)
    site, place = amal.place.site, amal.place
    ways = (_way(place, seed) for seed in count())
    between, way = next((between, way) for between, way in ways if not any(sign.isdigit() for sign in way.code))
    assert await between.open(way, site.now, consultation=(await site.thread(web)).consultation)
    await amal.says(way.code.lower())

    assert "Is where you live" in amal.person.last.text


@pytest.mark.parametrize("by", ["link", "code"])
async def test_a_way_works_once(amal: Phone, by: str) -> None:
    await amal.says("/private")
    told = amal.person.last.text
    typed = link_in(told) if by == "link" else code_in(told)
    site = amal.place.site

    assert isinstance(await site.admitting.admit(typed, "web:1", "a", site.now), Admitted)
    assert not isinstance(await site.admitting.admit(typed, "web:2", "a", site.now), Admitted)


async def test_a_way_lasts_ten_minutes(amal: Phone) -> None:
    await amal.says("/private")
    code = code_in(amal.person.last.text)
    site = amal.place.site
    site.waits(minutes=10)

    assert not isinstance(await site.admitting.admit(code, "web:1", "a", site.now), Admitted)


async def test_somebody_who_came_in_since_voids_the_word_of_the_one_before(amal: Phone) -> None:
    await amal.says("The dog.")
    await amal.says("/private")
    code = code_in(amal.person.last.text)
    site = amal.place.site
    found = await site.admitting.admit(amal.invited.code.shown, "web:found", "a", site.now)
    assert isinstance(found, Admitted)
    await site.listening.hear("web:found", "1", found.arrived, site.now)
    admitted = await site.admitting.admit(code, "web:later", "a", site.now)
    assert isinstance(admitted, Admitted)
    assert isinstance(admitted.arrived, HandedOver)
    heard = await site.listening.hear("web:later", "2", admitted.arrived, site.now)

    assert "The dog." not in read(heard.messages)
    assert (await kept(amal)).answers == ()


def _way(place: Place, seed: int) -> tuple[HandingOver, Elsewhere]:
    """A way to this chat; which one, the seed says."""
    cast = place.site.cast
    between = HandingOver(cast.store, cast.chat_keys, Random(seed).randbytes, place.links)
    way = between.way(WEB, place.site.now)
    assert way is not None
    return between, way
